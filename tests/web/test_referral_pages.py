"""The first path: a person, their consent, a referral, its answer; each rule as people meet it."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.office import (
    OTHER_LISTING,
    RIVER_LISTING,
    Office,
    ahead,
    consent_fields,
    hidden,
    press,
    received,
    told,
)
from tests.web.staff import send, token_of

# --- people -----------------------------------------------------------------------------------------


def test_a_person_is_added_and_shown_with_all_that_was_said(office: Office) -> None:
    page = office.client(preferred_name="Al", from_1="09:00", to_1="12:00", interpreter="1", language="es")
    text = office.as_("casey").get(page).text
    for fact in ("Alex Quillfeather", "Al<", "Monday 09:00–12:00", "Spanish", "By phone", "Zorblat"):
        assert fact in text


def test_the_title_and_the_address_tell_nobody_whom_a_page_is_about(office: Office) -> None:
    page = office.client()
    title = re.search("<title>(.*?)</title>", office.as_("casey").get(page).text)
    assert title
    assert "Quillfeather" not in title[1] + page
    referral = office.sent()
    title = re.search("<title>(.*?)</title>", office.as_("casey").get(referral).text)
    assert title
    assert "Quillfeather" not in title[1] + referral


def test_a_form_that_lacks_a_name_comes_back_with_what_was_typed(office: Office) -> None:
    answer = send(office.as_("casey"), "/referrals/clients/new", name=" ", city="Brigadoon")
    assert answer.status_code == 422
    assert "Please give a name" in answer.text
    assert 'value="Brigadoon"' in answer.text


def test_a_person_who_is_there_already_is_not_added_unseen(office: Office) -> None:
    fields = {"name": "Robin Sparrow", "birth_date": "1985-02-03"}
    assert send(office.as_("casey"), "/referrals/clients/new", **fields).status_code == 302
    again = send(office.as_("casey"), "/referrals/clients/new", **fields)
    assert again.status_code == 409
    assert "There may be a record of this person already" in again.text
    assert send(office.as_("casey"), "/referrals/clients/new", **fields, sure="1").status_code == 302


def test_a_person_is_found_by_exact_match_in_the_own_agency_only(office: Office) -> None:
    office.client(name="Wren Marshall", birth_date="1970-12-24")
    fields = {"name": "wren  marshall", "birth_date": "1970-12-24"}
    found = send(office.as_("casey"), "/referrals/clients/find", page="/referrals/clients", **fields)
    assert "Wren Marshall" in found.text
    other = send(office.as_("otto"), "/referrals/clients/find", page="/referrals/clients", **fields)
    assert "Nobody in your agency" in other.text


def test_whoever_was_overtaken_keeps_what_they_typed(office: Office) -> None:
    page = office.client()
    form = office.as_("casey").get(f"{page}/edit")
    data = {**hidden(form.text, f"{page}/edit"), "name": "Alex Q."}
    assert office.as_("casey").post(f"{page}/edit", data=data).status_code == 302
    late = office.as_("casey").post(f"{page}/edit", data={**data, "name": "Alexandra"})
    assert late.status_code == 409
    assert 'value="Alexandra"' in late.text
    data = {**hidden(late.text, f"{page}/edit"), "name": "Alexandra"}
    assert office.as_("casey").post(f"{page}/edit", data=data).status_code == 302


def test_do_not_contact_is_set_and_taken_back(office: Office) -> None:
    page = office.client()
    press(office.as_("casey"), page, "Do not contact this person")
    assert "nothing is sent to this person" in office.as_("casey").get(page).text
    press(office.as_("casey"), page, "The person may be contacted again")
    assert "nothing is sent to this person" not in office.as_("casey").get(page).text


# --- consents ---------------------------------------------------------------------------------------


def test_a_consent_is_kept_with_every_element_and_shown(office: Office) -> None:
    page = office.consent(office.client())
    text = office.as_("casey").get(page).text
    for fact in ("In force", "River Recovery", "Maple House", "getting this help", "Typed by the person"):
        assert fact in text


@pytest.mark.parametrize(
    ("left_out", "told_as"),
    [
        ("recipients", "who gets it"),
        ("categories", "what may be shared"),
        ("description", "what may be shared"),
        ("purposes", "what it is for"),
        ("expires_on", "when it ends"),
        ("revocation_statement", "how to take it back"),
        ("evidence", "the signature"),
        ("signed_at", "the day it was signed"),
    ],
)
def test_a_consent_that_lacks_an_element_is_not_kept(office: Office, left_out: str, told_as: str) -> None:
    client = office.client()
    address = f"{client}/consents/new"
    data = {**consent_fields(office.app), "csrf_token": token_of(office.as_("casey").get(address))}
    del data[left_out]
    answer = office.as_("casey").post(address, data=data)
    assert answer.status_code == 422
    assert told_as in answer.text
    assert "None yet. Without one" in office.as_("casey").get(client).text


def test_a_consent_is_taken_back_after_being_told_what_follows(office: Office) -> None:
    client = office.client()
    consent = office.consent(client)
    referral = office.draft(client)
    press(office.as_("casey"), referral, "Send")
    asked = office.as_("casey").get(f"{consent}/revoke")
    assert "cannot be undone" in asked.text
    answer = send(office.as_("casey"), f"{consent}/revoke", by="client", how="oral")
    assert answer.status_code == 302
    assert "Taken back" in office.as_("casey").get(consent).text
    assert "Withdrawn" in office.as_("casey").get(referral).text
    seen = office.as_("pat").get(received(referral))
    assert "Nothing more can be shown" in seen.text
    assert "Quillfeather" not in seen.text


# --- sending ----------------------------------------------------------------------------------------


def test_a_consent_that_ends_when_something_happens_is_ended_with_one_button(office: Office) -> None:
    person = office.client()
    page = office.consent(person, end="event", expires_on="", expiry_event="The move to another town")
    draft, casey = office.draft(person), office.as_("casey")
    assert "The move to another town" in casey.get(page).text
    assert press(casey, page, "Yes, it has happened").status_code == 302
    text = casey.get(page).text
    assert "Ended" in text
    assert "Yes, it has happened" not in text
    assert ">Send</button>" not in casey.get(draft).text
    assert "Yes, it has happened" not in casey.get(office.consent(office.client())).text


def test_from_a_search_result_to_a_sent_referral_it_is_one_form_and_one_button(office: Office) -> None:
    casey = office.as_("casey")
    client = office.client()
    office.consent(client)
    results = casey.get("/referrals/find?q=outpatient&near=19104")
    link = re.search(rf'href="(/referrals/new\?listing={RIVER_LISTING}[^"]*)"', results.text)
    assert link, told(results)
    form = casey.get(link[1].replace("&amp;", "&") + "&who=else")
    data = hidden(form.text, "/referrals/new")
    for name in ("needs", "shared"):
        data[name] = re.findall(rf'name="{name}" value="([^"]+)" checked', form.text)  # type: ignore[assignment]
    data["client_id"] = client.rpartition("/")[2]
    assert f'name="client_id" value="{data["client_id"]}"' in form.text
    draft = casey.post("/referrals/new", data={**data, "priority": "routine"})
    assert draft.status_code == 302, told(draft)
    check = casey.get(draft.location)
    assert "The consent covers this." in check.text
    answer = press(casey, draft.location, "Send")
    assert answer.status_code == 302, told(answer)
    assert "They can see it" in casey.get(draft.location).text


def test_the_search_for_a_person_remembers_them_without_an_address_that_says_so(office: Office) -> None:
    client = office.client("sam", name="Juniper Vale")
    answer = press(office.as_("sam"), client, "Find help for this person")
    assert answer.location == "/referrals/find"
    form = office.as_("sam").get(f"/referrals/new?listing={RIVER_LISTING}")
    assert "Juniper Vale" in form.text
    other = re.search(r'href="([^"]+who=else)"', form.text)
    assert other
    assert 'type="radio" name="client_id"' in office.as_("sam").get(other[1].replace("&amp;", "&")).text


def test_without_a_consent_one_is_told_so_before_sending_and_what_to_do(office: Office) -> None:
    casey, client = office.as_("casey"), office.client()
    draft = office.draft(client)
    text = casey.get(draft).text
    assert "There is no consent for this." in text
    assert "write a new consent if they agree" in text
    assert ">Send</button>" not in text
    link = re.search(r'href="([^"]+/consents/new\?referral=[^"]+)"', text)
    assert link
    form = casey.get(link[1])
    assert re.search(r'name="recipients" value="[^"]+" checked', form.text)
    data = {**consent_fields(office.app), **hidden(form.text, link[1].partition("?")[0])}
    answer = casey.post(link[1], data=data)
    assert (answer.status_code, answer.location) == (302, draft), told(answer)
    assert "The consent covers this." in casey.get(draft).text


@pytest.mark.parametrize(
    ("consent", "draft", "sentence"),
    [
        ({"categories": ["contact"]}, {}, "does not cover this: what help is needed"),
        ({}, {"diagnosis": "Something"}, "does not cover this: diagnosis"),
        ({"recipients": ["other"]}, {}, "not this place"),
    ],
)
def test_a_consent_that_does_not_fit_is_told_in_plain_words(
    office: Office, consent: dict[str, Any], draft: dict[str, Any], sentence: str
) -> None:
    client = office.client()
    if consent.get("recipients"):
        form = office.as_("casey").get(f"{client}/consents/new").text
        consent["recipients"] = re.findall(r'name="recipients" value="([^"]+)"><span>Third', form)
    office.consent(client, **consent)
    text = office.as_("casey").get(office.draft(client, **draft)).text
    assert sentence in text
    assert ">Send</button>" not in text


def test_a_second_live_referral_for_the_same_service_is_refused_with_the_first(office: Office) -> None:
    client = office.client()
    office.consent(client)
    first = office.draft(client)
    press(office.as_("casey"), first, "Send")
    second = office.draft(client, idempotency_key="another")
    text = office.as_("casey").get(second).text
    assert "already has an open referral for this service" in text
    assert first in text
    assert ">Send</button>" not in text


def test_a_limit_has_to_be_read_again_before_anything_leaves(office: Office) -> None:
    casey, client = office.as_("casey"), office.client()
    office.consent(client)
    send(casey, f"{client}/limits", page=client, agreed="Never on Sundays")
    draft = office.draft(client)
    text = casey.get(draft).text
    assert "Never on Sundays" in text
    address = f"{draft}/moves/send"
    assert press(casey, draft, "Send").status_code == 409
    data = {**hidden(text, address), "restriction_reviewed": "1"}
    assert casey.post(address, data=data).status_code == 302


def test_pressing_send_twice_sends_once(office: Office) -> None:
    client = office.client()
    office.consent(client)
    draft = office.draft(client)
    data = hidden(office.as_("casey").get(draft).text, f"{draft}/moves/send")
    answers = [office.as_("casey").post(f"{draft}/moves/send", data=data) for _ in range(3)]
    assert [each.status_code for each in answers] == [302, 302, 302]
    assert office.as_("casey").get(draft).text.count("<strong>Sent</strong>") == 1


def test_a_draft_is_changed_and_thrown_away(office: Office) -> None:
    casey = office.as_("casey")
    draft = office.draft(office.client(), listing=OTHER_LISTING, needs=["detox"])
    form = casey.get(f"{draft}/edit")
    data = {**hidden(form.text, f"{draft}/edit"), "needs": ["detox"], "shared": ["contact"], "note": "Soon"}
    assert casey.post(f"{draft}/edit", data={**data, "priority": "urgent"}).status_code == 302
    assert "Urgent" in casey.get(draft).text
    assert "They have no account here" in casey.get(draft).text
    assert press(casey, draft, "Throw this draft away").status_code == 302
    assert casey.get(draft).status_code == 404


def test_a_crisis_is_no_referral(office: Office) -> None:
    page = office.as_("casey").get(f"/referrals/new?listing={RIVER_LISTING}")
    data = {**hidden(page.text, "/referrals/new"), "client_id": office.client().rpartition("/")[2]}
    answer = office.as_("casey").post("/referrals/new", data={**data, "priority": "crisis"})
    assert answer.status_code == 422
    assert "Call or text 988" in answer.text


# --- answering --------------------------------------------------------------------------------------


def test_the_receiver_sees_what_was_shared_with_the_notice_and_nothing_else(office: Office) -> None:
    referral = office.sent()
    text = office.as_("pat").get(received(referral)).text
    for fact in (
        "Alex Quillfeather",
        "brambleberry",
        "42 CFR part 2 prohibits unauthorized use",
        "Maple House",
    ):
        assert fact in text
    assert "Zorblat" not in text
    assert "Quillfeather" not in office.as_("pat").get("/inbox").text
    saw = office.as_("casey").get(referral).text
    assert "First opened by the receiver" in saw
    assert "on a page here" in saw


def test_question_answer_acceptance_visit_meeting_and_close(office: Office) -> None:
    referral = office.sent()
    page = received(referral)
    assert office.move("pat", page, "request_info", text="Is a ride needed?").status_code == 302
    assert "Is a ride needed?" in office.as_("casey").get(referral).text
    assert office.move("casey", referral, "supply_info", text="Yes, a ride").status_code == 302
    assert "Yes, a ride" in office.as_("pat").get(page).text
    steps: list[tuple[str, dict[str, object]]] = [
        ("accept", {"named_contact": "Pat", "next_step_due": ahead(1)}),
        (
            "schedule",
            {
                "starts_at": ahead(2),
                "modality": "in_person",
                "place": "40 Market Street",
                "contact": "Pat",
                "client_told": "phone",
            },
        ),
        (
            "record_connected",
            {"connected_at": ahead(0), "modality": "in_person", "service_started": "1"},
        ),
        ("progress_note", {"text": "Came twice"}),
        (
            "close_successful",
            {"reason": "services_received", "outcome_on": ahead(0)[:10], "connected_at": ahead(0)},
        ),
    ]
    for event, given in steps:
        answer = office.move("pat", page, event, **given)
        assert answer.status_code == 302, (event, told(answer))
    text = office.as_("casey").get(referral).text
    assert "Completed" in text
    assert "40 Market Street" in text


def test_a_form_that_lacks_something_says_what_beside_its_field(office: Office) -> None:
    page = received(office.sent())
    answer = office.move("pat", page, "accept", next_step_due=ahead(1))
    assert answer.status_code == 422
    assert 'id="named_contact-problem"' in answer.text
    assert "Please name someone the person can ask for." in answer.text
    assert office.move("pat", page, "decline").status_code == 422


def test_whoever_is_overtaken_on_a_move_keeps_what_they_wrote(office: Office) -> None:
    page = received(office.sent())
    address = f"{page}/moves/request_info"
    form = office.as_("pat").get(address)
    late = {**hidden(form.text, address), "text": "A long and careful question"}
    assert office.move("pat", page, "decline", reason="no_capacity").status_code == 302
    answer = office.as_("pat").post(address, data=late)
    assert answer.status_code == 409
    assert "A long and careful question" in answer.text
    assert "so that you can copy it" in answer.text


def test_the_sender_reads_why_it_was_declined(office: Office) -> None:
    referral = office.sent()
    office.move("pat", received(referral), "decline", reason="no_capacity")
    assert "Reason: We have no room right now." in office.as_("casey").get(referral).text


def test_messages_and_tries_are_written_down(office: Office) -> None:
    referral = office.accepted()
    page = received(referral)
    assert (
        send(office.as_("casey"), f"{referral}/messages", page=referral, text="We come by bus").status_code
        == 302
    )
    assert "We come by bus" in office.as_("pat").get(page).text
    assert send(office.as_("pat"), f"{page}/messages", page=page, text="Good, line 52").status_code == 302
    assert "Good, line 52" in office.as_("casey").get(referral).text
    tried = {"method": "phone", "outcome": "left_message"}
    assert send(office.as_("pat"), f"{page}/attempts", page=page, **tried).status_code == 302
    assert "Left a message" in office.as_("pat").get(page).text
    assert send(office.as_("casey"), f"{referral}/messages", page=referral, text=" ").status_code == 422
    ahead_of_time = {**tried, "at": ahead(3)}
    assert send(office.as_("pat"), f"{page}/attempts", page=page, **ahead_of_time).status_code == 422


def test_the_boards_show_first_what_waits_for_the_own_side(office: Office) -> None:
    waiting, answered = office.sent(), office.sent()
    assert office.move("pat", received(answered), "request_info", text="Which day?").status_code == 302
    own, other = (office.as_("casey").get(f"/referrals{tail}").text for tail in ("", "?turn=other"))
    assert answered in own
    assert waiting not in own
    assert waiting in other
    inbox = office.as_("pat").get("/inbox").text
    assert received(waiting) in inbox
    assert received(answered) not in inbox


@pytest.mark.parametrize("tail", ["before=nonsense", "before=2026-01-01T00:00:00~x"])
def test_a_page_of_a_board_that_is_none_is_told(office: Office, tail: str) -> None:
    assert office.as_("casey").get(f"/referrals?{tail}").status_code == 422


# --- handing over -----------------------------------------------------------------------------------


def begun(office: Office) -> tuple[str, str]:
    """Pages of a referral and of a handoff that was begun on it."""
    referral = office.accepted()
    return referral, str(press(office.as_("casey"), referral, "Begin a handoff now").location)


def saved(office: Office, page: str, **given: object) -> TestResponse:
    """Saves the screen with what is given, as a browser without scripts does."""
    text = office.as_("casey").get(page).text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    return office.as_("casey").post(page, data={**fields, **given})


def test_a_handoff_with_the_person_there_and_somebody_named_is_warm(office: Office) -> None:
    referral, page = begun(office)
    text = office.as_("casey").get(page).text
    assert "You may speak about:" in text
    assert "notes from the worker" in text
    here = {"client_present": "yes", "introduced_by": "Maya", "received_by": "Pat", "shared": ["need"]}
    assert saved(office, page, **here).status_code == 302
    assert 'value="Pat"' in office.as_("casey").get(page).text
    assert saved(office, page, **here, next_step="I come on Monday", do="complete").status_code == 302
    text = office.as_("casey").get(page).text
    assert "Warm: they met while the person was there" in text
    assert "I come on Monday" in text
    told = office.as_("casey").get(referral).text
    assert "Handoff done" in told
    assert "by voice" in told
    assert saved(office, f"{page}", result="").status_code in (409, 422)


def test_what_the_consent_does_not_cover_is_not_offered_and_not_taken(office: Office) -> None:
    _, page = begun(office)
    assert 'value="diagnosis"' not in office.as_("casey").get(page).text
    answer = saved(office, page, client_present="yes", shared=["diagnosis"])
    assert answer.status_code == 422
    assert "does not cover" in answer.text


def test_a_handoff_is_not_done_without_saying_who_received_the_person(office: Office) -> None:
    _, page = begun(office)
    answer = saved(office, page, client_present="yes", introduced_by="Maya", do="complete")
    assert answer.status_code == 422
    assert "Please name who received the person." in answer.text
    assert saved(office, page, failure_reason="no_answer", do="fail").status_code == 302
    assert "Did not work" in office.as_("casey").get(page).text


def test_a_save_that_comes_twice_or_late_changes_nothing_newer(office: Office) -> None:
    _, page = begun(office)
    casey = office.as_("casey")
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', casey.get(page).text))
    wants = {"Accept": "application/json"}
    first = {**fields, "received_by": "Pat"}
    later = {**fields, "received_by": "Quinn", "step": "9", "save_id": "later"}
    assert casey.post(page, data=later, headers=wants).get_json() == {"step": 9}
    assert [casey.post(page, data=first, headers=wants).status_code for _ in range(2)] == [200, 200]
    assert 'value="Quinn"' in casey.get(page).text


def test_the_sheet_to_carry_tells_where_and_whom_and_not_about_whom(office: Office) -> None:
    text = office.as_("casey").get(f"{office.accepted()}/sheet").text
    assert "Pat" in text
    assert "Quillfeather" not in text
    assert "brambleberry" not in text
