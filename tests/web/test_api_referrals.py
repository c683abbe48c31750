"""A referral between two agencies' programs: the same moves, gate, audit and refusals as on the pages."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.accounts.tables import AuditEntry, new_id
from directory.database import db, session_factory
from directory.referrals.decision import NOTICE_2_32
from directory.referrals.tables import Message, Referral
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Disclosure
from tests.web.office import OTHER_LISTING, RECEIVER, SENDER, THIRD, Office, agency_id
from tests.web.programs import (
    ABSENT,
    ACCEPT,
    ALEX,
    Caller,
    Pair,
    ahead,
    consent_fields,
    draft_fields,
    forget_tries,
)

CLIENT_FACTS = ("quillfeather", "zorblat", "brambleberry", "5550143", "555-0143")


@pytest.fixture(scope="module")
def pair(office: Office) -> Iterator[Pair]:
    forget_tries(office.app)
    yield Pair(Caller.of(office, SENDER), Caller.of(office, RECEIVER), office)
    forget_tries(office.app)


@pytest.fixture(scope="module")
def stranger(office: Office, pair: Pair) -> Caller:
    return Caller.of(office, THIRD)


def count(office: Office, kind: type[object], *where: object) -> int:
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0  # type: ignore[arg-type]


def audit_of(office: Office, caller: Caller) -> list[tuple[str, str]]:
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        query = select(AuditEntry).where(AuditEntry.user_id == caller.client_id).order_by(AuditEntry.seq)
        return [(each.action, each.outcome) for each in session.scalars(query)]


# --- the whole way ----------------------------------------------------------------------------------


def test_a_whole_referral_between_two_programs(pair: Pair) -> None:
    sender, receiver = pair.sender, pair.receiver
    referral = sender.sent()
    waiting = receiver.get("/referrals?side=received&turn=own").get_json()["referrals"]
    assert referral in [each["id"] for each in waiting]

    seen = receiver.get(f"/referrals/{referral}").get_json()
    assert seen["information"]["name"] == "Alex Quillfeather"
    assert seen["notice"] == NOTICE_2_32
    assert "River Recovery" in seen["scope"]
    assert {"accept", "decline", "request_info"} <= set(seen["moves"])

    asked = receiver.move(referral, "request_info", text="Is a ride needed?")
    assert asked.get_json()["status"] == "info_requested"
    assert sender.move(referral, "supply_info", text="Yes, a ride is needed").get_json()["status"] == "sent"
    assert receiver.move(referral, "accept", **ACCEPT).get_json()["status"] == "accepted"
    visit: dict[str, Any] = {
        "starts_at": ahead(2),
        "modality": "in_person",
        "place": "4040 Market Street",
        "contact": "Pat",
    }
    assert (
        receiver.move(referral, "schedule", client_told="phone", **visit).get_json()["status"] == "scheduled"
    )
    assert sender.post(f"/referrals/{referral}/messages", {"text": "On the way"}).status_code == 201
    met = receiver.move(
        referral, "record_connected", connected_at=ahead(0), modality="in_person", service_started=True
    )
    assert met.get_json()["status"] == "in_service"
    ended = receiver.move(referral, "close_successful", reason="services_received", outcome_on=ahead(0)[:10])
    assert ended.get_json()["status"] == "completed"

    told = sender.get(f"/referrals/{referral}").get_json()
    assert (told["status"], told["accepting_worker"]) == ("completed", "Pat")
    assert [each["text"] for each in told["messages"]] == [
        "Is a ride needed?",
        "Yes, a ride is needed",
        "On the way",
    ]
    assert {"api"} == {each["channel"] for each in told["disclosures"]}
    assert [each["event"] for each in told["events"]][:2] == ["send", "viewed"]


def test_a_client_is_kept_found_and_changed(pair: Pair) -> None:
    sender = pair.sender
    client = sender.client(name="Robin Featherstone", birth_date="1990-05-17")
    lookup = {"name": "robin  FEATHERSTONE", "birth_date": "1990-05-17"}
    found = sender.post("/clients/find", lookup).get_json()["clients"]
    assert client in [each["id"] for each in found]
    known = sender.get(f"/clients/{client}")
    assert known.headers["ETag"] == '"1"'
    body = {name: value for name, value in known.get_json().items() if name not in {"id", "restrictions"}}
    changed = sender.call("PUT", f"/clients/{client}", {**body, "city": "Chester"})
    assert changed.get_json()["version"] == 2
    late = sender.call("PUT", f"/clients/{client}", {**body, "city": "Media"})
    assert (late.status_code, late.get_json()["error"]) == (409, "conflict")
    assert sender.get(f"/clients/{client}").get_json()["city"] == "Chester"


def test_a_draft_is_written_anew_and_thrown_away(pair: Pair) -> None:
    sender = pair.sender
    client = sender.client()
    referral = sender.draft(client)
    content = {name: each for name, each in draft_fields(client).items() if name != "client_id"}
    anew = sender.call(
        "PUT", f"/referrals/{referral}", {**content, "priority": "urgent"}, **{"If-Match": '"1"'}
    )
    assert anew.get_json()["version"] == 2
    assert sender.get(f"/referrals/{referral}").get_json()["priority"] == "urgent"
    assert pair.receiver.get(f"/referrals/{referral}").status_code == 404
    assert sender.call("DELETE", f"/referrals/{referral}").status_code == 200
    assert sender.get(f"/referrals/{referral}").status_code == 404


def test_a_handoff_is_recorded_and_followed_up(pair: Pair) -> None:
    referral, sender = pair.accepted(), pair.sender
    told = {
        "method": "phone_three_way",
        "introduced_by": {"name": "Casey"},
        "received_by": {"name": "Pat", "role": "Intake"},
        "client_present": True,
        "shared": ["contact", "need"],
        "understanding": "They have a bed",
        "next_step": "Come on Monday",
        "follow_up_due": ahead(1),
    }
    made = sender.post(f"/referrals/{referral}/handoffs", {**told, "state": "completed"})
    assert made.status_code == 201, made.text
    assert (made.get_json()["state"], made.get_json()["warmth"]) == ("completed", "warm")
    beyond = sender.post(
        f"/referrals/{referral}/handoffs", {**told, "state": "completed", "shared": ["diagnosis"]}
    )
    assert beyond.status_code in {409, 422}
    begun = sender.made(f"/referrals/{referral}/handoffs", {"method": "video", "state": "attempted"})
    failed = sender.post(f"/handoffs/{begun}/fail", {"failure_reason": "no_answer"})
    assert failed.get_json()["state"] == "failed"
    known = sender.get(f"/referrals/{referral}").get_json()["handoffs"]
    assert [each["state"] for each in known] == ["completed", "failed"]
    assert known[0]["received_by"] == {"name": "Pat", "role": "Intake"}


def test_tries_are_logged_by_both_sides(pair: Pair) -> None:
    referral = pair.accepted()
    for caller in (pair.sender, pair.receiver):
        made = caller.post(f"/referrals/{referral}/attempts", {"method": "phone", "outcome": "no_answer"})
        assert made.status_code == 201
    assert len(pair.sender.get(f"/referrals/{referral}").get_json()["attempts"]) == 2


def test_lists_go_on_by_key_and_begin_where_one_was(pair: Pair) -> None:
    sender = pair.sender
    made = {sender.sent() for _ in range(3)}
    seen: list[str] = []
    more = ""
    while True:
        page = sender.get(f"/referrals?side=sent&limit=2{more}").get_json()
        seen += [each["id"] for each in page["referrals"]]
        if page["next"] is None:
            break
        more = "&before=" + page["next"].replace("+", "%2B")
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    later = ahead(1).replace("+", "%2B")
    assert sender.get(f"/referrals?side=sent&updated_since={later}").get_json()["referrals"] == []
    assert "Quillfeather" not in sender.get("/referrals?side=sent").text


# --- consent ----------------------------------------------------------------------------------------


def test_without_a_consent_nothing_leaves(pair: Pair) -> None:
    referral = pair.sender.draft(pair.sender.client())
    answer = pair.sender.move(referral, "send")
    assert (answer.status_code, answer.get_json()["reasons"]) == (409, ["consent_missing"])
    assert pair.receiver.get(f"/referrals/{referral}").status_code == 404
    assert count(pair.office, Disclosure, Disclosure.referral_id == referral) == 0
    assert audit_of(pair.office, pair.sender)[-1] == ("referral.send", "refused")


CONSENTS: dict[str, tuple[dict[str, object], set[str]]] = {
    "too little": ({"categories": ["contact"]}, {"scope_exceeded:need", "scope_exceeded:note"}),
    "for another purpose": ({"purposes": ["payment"]}, {"purpose_not_covered"}),
    "for another place": ({"recipients": [THIRD]}, {"recipient_not_covered"}),
    "taken back": ({}, {"consent_revoked"}),
}


@pytest.mark.parametrize("case", CONSENTS)
def test_a_consent_that_does_not_cover_it_is_told_by_its_codes(pair: Pair, case: str) -> None:
    (given, codes), sender = CONSENTS[case], pair.sender
    if "recipients" in given:
        given = {"recipients": [agency_id(pair.office.app, THIRD)]}
    client = sender.client()
    consent = sender.consent(client, **given)
    if case == "taken back":
        sender.post(f"/consents/{consent}/revoke", {"by": "client", "how": "written"})
    answer = sender.move(sender.draft(client), "send")
    assert (answer.status_code, set(answer.get_json()["reasons"])) == (409, codes)
    assert "quillfeather" not in answer.text.casefold()


def test_a_consent_that_lacks_something_is_not_kept(pair: Pair) -> None:
    sender = pair.sender
    client = sender.client()
    given = consent_fields(pair.office.app)
    for spoiled, code in (
        ({"revocation_statement": False}, "consent_incomplete:revocation_statement"),
        ({"evidence": " "}, "consent_incomplete:signature"),
        ({"purposes": []}, "consent_incomplete:purpose"),
        ({"recipients": []}, "consent_incomplete:recipient"),
    ):
        answer = sender.post(f"/clients/{client}/consents", {**given, **spoiled})
        assert (answer.status_code, answer.get_json()["reasons"]) == (422, [code])
    unknown = sender.post(f"/clients/{client}/consents", {**given, "recipients": [ABSENT]})
    assert list(unknown.get_json()["fields"]) == ["recipients"]
    assert sender.get(f"/clients/{client}/consents").get_json() == {"consents": []}


def test_taking_consent_back_stops_the_referral(pair: Pair) -> None:
    sender, receiver = pair.sender, pair.receiver
    client = sender.client()
    consent = sender.consent(client)
    referral = sender.draft(client)
    sender.move(referral, "send")
    assert receiver.get(f"/referrals/{referral}").get_json()["information"]["name"]
    done = sender.post(f"/consents/{consent}/revoke", {"by": "client", "how": "oral"}).get_json()
    assert (done["is_new"], done["stopped"]) == (True, [referral])
    left = receiver.get(f"/referrals/{referral}").get_json()
    assert (left["status"], left["tombstone"]) == ("withdrawn", True)
    assert not any(fact in str(left).casefold() for fact in CLIENT_FACTS)
    assert sender.get(f"/consents/{consent}").get_json()["status"] == "revoked"


def test_a_consent_ends_when_what_it_names_has_happened(pair: Pair) -> None:
    sender = pair.sender
    client = sender.client()
    fields = {name: value for name, value in consent_fields(sender.app).items() if name != "expires_on"}
    named = {**fields, "expiry_event": "The move to another town"}
    consent, draft = sender.made(f"/clients/{client}/consents", named), sender.draft(client)
    assert sender.post(f"/consents/{consent}/end", {"occurred_at": ahead(1)}).status_code == 422
    assert sender.post(f"/consents/{consent}/end", {}).status_code == 200
    assert sender.get(f"/consents/{consent}").get_json()["status"] == "ended"
    assert sender.move(draft, "send").get_json()["reasons"] == ["consent_expired"]
    other = sender.consent(sender.client())
    assert sender.post(f"/consents/{other}/end", {}).status_code == 422


def test_an_answer_opens_further_fields_only_within_the_consent(pair: Pair) -> None:
    sender, receiver = pair.sender, pair.receiver
    referral = sender.sent()
    receiver.move(referral, "request_info", 2, text="Which language?")
    beyond = sender.move(referral, "supply_info", text="Spanish", share_fields=["language", "diagnosis"])
    assert beyond.get_json()["reasons"] == ["scope_exceeded:diagnosis"]
    within = sender.move(referral, "supply_info", text="Spanish", share_fields=["language"])
    assert within.status_code == 200
    assert receiver.get(f"/referrals/{referral}").get_json()["information"]["language"] == "en"


def test_each_reading_by_the_receiver_is_a_disclosure_by_this_channel(pair: Pair) -> None:
    referral = pair.sender.sent()
    for _ in range(2):
        pair.receiver.get(f"/referrals/{referral}")
    kept = (Disclosure.referral_id == referral, Disclosure.channel == "api")
    assert count(pair.office, Disclosure, *kept) == 3


# --- once, and one winner ---------------------------------------------------------------------------


def test_the_same_request_five_times_is_one_row_and_one_answer(pair: Pair) -> None:
    sender = pair.sender
    key, before = new_id(), count(pair.office, Client)
    answers = {sender.post("/clients", {"name": "Alex"}, key=key).text for _ in range(5)}
    assert len(answers) == 1
    assert count(pair.office, Client) == before + 1
    other = sender.post("/clients", {"name": "Robin"}, key=key)
    assert (other.status_code, other.get_json()["error"]) == (422, "invalid")
    assert count(pair.office, Client) == before + 1


def test_a_move_sent_five_times_is_one_move(pair: Pair) -> None:
    referral, key = pair.sender.sent(), new_id()
    body = {"version": 2, **ACCEPT}
    path = f"/referrals/{referral}/moves/accept"
    assert len({pair.receiver.post(path, body, key=key).text for _ in range(5)}) == 1
    assert pair.sender.get(f"/referrals/{referral}").get_json()["version"] == 3
    other = pair.receiver.post(path, {**body, "named_contact": "Piet"}, key=key)
    assert other.status_code == 422


def test_the_same_message_at_once_is_written_once(pair: Pair) -> None:
    referral, key = pair.accepted(), new_id()
    path = f"/referrals/{referral}/messages"

    def write(_: int) -> str:
        return pair.sender.post(path, {"text": "Hello"}, key=key).text

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(write, range(4)))
    assert len(answers) == 1
    assert count(pair.office, Message, Message.referral_id == referral) == 1


def test_keys_of_one_agency_say_nothing_to_another(pair: Pair, stranger: Caller) -> None:
    key = new_id()
    first = pair.sender.post("/clients", {"name": "Alex"}, key=key).get_json()["id"]
    assert stranger.post("/clients", {"name": "Alex"}, key=key).get_json()["id"] != first


def test_a_post_wants_a_key_and_a_move_a_version(pair: Pair) -> None:
    bare = pair.sender.post("/clients", {"name": "Alex"}, key="")
    assert (bare.status_code, list(bare.get_json()["fields"])) == (422, ["Idempotency-Key"])
    referral = pair.sender.sent()
    answer = pair.receiver.post(f"/referrals/{referral}/moves/accept", ACCEPT)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["version"])
    matched = pair.receiver.post(f"/referrals/{referral}/moves/accept", ACCEPT, **{"If-Match": '"2"'})
    assert (matched.status_code, matched.headers["ETag"]) == (200, '"3"')


def test_of_two_who_accept_at_once_one_wins(pair: Pair) -> None:
    referral = pair.sender.sent()

    def accept(who: str) -> int:
        body = {"version": 2, **ACCEPT, "accepting_worker": who}
        return pair.receiver.post(f"/referrals/{referral}/moves/accept", body).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(accept, ("Pat", "Piet"))) == [200, 409]
    assert pair.sender.get(f"/referrals/{referral}").get_json()["version"] == 3


def test_a_second_live_referral_names_the_first(pair: Pair) -> None:
    sender = pair.sender
    client = sender.client()
    sender.consent(client)
    first = sender.draft(client)
    sender.move(first, "send")
    again = sender.move(sender.draft(client), "send")
    assert (again.status_code, again.get_json()["reasons"]) == (409, ["live_referral_exists"])
    assert again.get_json()["details"] == {"live_referral_id": first}


# --- what is not theirs -----------------------------------------------------------------------------


def test_a_draft_is_about_an_own_client_only(pair: Pair, stranger: Caller) -> None:
    client = pair.sender.client()
    foreign, absent = (stranger.post("/referrals", draft_fields(each)) for each in (client, ABSENT))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.text == absent.text


def test_a_program_makes_no_move_of_the_other_side(pair: Pair) -> None:
    referral = pair.sender.sent()
    assert pair.sender.move(referral, "accept", 2, **ACCEPT).get_json()["reasons"] == ["not_your_move"]
    refused = pair.receiver.move(referral, "withdraw", 2, reason="found_other_help")
    assert refused.get_json()["reasons"] == ["not_your_move"]


def test_a_program_that_only_answers_cannot_send_nor_read_what_was_sent(office: Office, pair: Pair) -> None:
    answering = Caller.of(office, RECEIVER, "referrals.read_received", "referrals.answer")
    referral = pair.sender.sent()
    assert answering.get(f"/referrals/{referral}").status_code == 200
    assert answering.get("/referrals?side=sent").status_code == 403
    assert answering.post("/referrals", draft_fields(ABSENT)).status_code == 403
    assert answering.post("/clients", {"name": "Alex"}).status_code == 403
    reading = Caller.of(office, RECEIVER, "referrals.read_received")
    assert reading.move(referral, "accept", 2, **ACCEPT).status_code == 403


SET_BY_NOBODY = {
    "status": "accepted",
    "agency_id": ABSENT,
    "from_agency_id": ABSENT,
    "to_agency_id": ABSENT,
    "consent_id": ABSENT,
    "id": ABSENT,
    "basis": "supervisor_override",
    "ground": {"basis": "medical_emergency"},
    "handed_over": "x",
    "sent_at": "2020-01-01T00:00:00+00:00",
    "accepted_by": ABSENT,
    "user_id": ABSENT,
    "role": "supervisor",
    "second_person": ABSENT,
    "discloser_id": ABSENT,
    "revoked_at": None,
    "restriction_reviewed_at": "2020-01-01T00:00:00+00:00",
}


@pytest.mark.parametrize("name", SET_BY_NOBODY)
def test_nothing_else_can_be_set(pair: Pair, name: str) -> None:
    more = {name: SET_BY_NOBODY[name]}
    client = pair.sender.client()
    referral = pair.sender.draft(client)
    before = count(pair.office, Referral)
    for method, path, body in (
        ("POST", "/clients", {"name": "Alex"}),
        ("POST", f"/clients/{client}/consents", consent_fields(pair.office.app)),
        ("POST", "/referrals", draft_fields(client)),
        ("PUT", f"/referrals/{referral}", {"version": 1}),
        ("POST", f"/referrals/{referral}/moves/send", {"version": 1}),
        ("POST", f"/referrals/{referral}/messages", {"text": "Hello"}),
        ("POST", f"/referrals/{referral}/handoffs", {"method": "video", "state": "planned"}),
    ):
        answer = pair.sender.call(method, path, {**body, **more})
        assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [name]), path
    assert count(pair.office, Referral) == before
    assert pair.sender.get(f"/referrals/{referral}").get_json()["status"] == "draft"


ODD_BODIES: tuple[object, ...] = (
    None,
    [],
    "text",
    7,
    {"name": ["a"]},
    {"name": {"a": 1}},
    {"name": "x" * 100_000},
    {"name": None},
)


@pytest.mark.parametrize("odd", ODD_BODIES, ids=range(len(ODD_BODIES)))
def test_odd_bodies_are_refused_and_never_a_fault(pair: Pair, odd: object) -> None:
    answer = pair.sender.http.post(
        "/api/v1/clients",
        json=odd,
        headers={"Authorization": f"Bearer {pair.sender.token}", "Idempotency-Key": new_id()},
    )
    assert answer.status_code in {400, 413, 422}
    assert set(answer.get_json()) == {"code", "error", "message", "fields"}


def test_a_place_without_an_account_is_named_in_a_consent_for_its_draft(pair: Pair) -> None:
    sender = pair.sender
    client = sender.client()
    draft = sender.draft(client, listing_id=OTHER_LISTING)
    with pair.office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        body = session.get_one(Referral, draft).to_organization_id
    given = {**consent_fields(pair.office.app), "recipients": [body]}
    assert sender.post(f"/clients/{client}/consents", given).status_code == 422
    assert sender.post(f"/clients/{client}/consents", {**given, "referral_id": draft}).status_code == 201


# --- traces -----------------------------------------------------------------------------------------


def test_every_deed_and_every_reading_leaves_its_line(office: Office, pair: Pair) -> None:
    sender, receiver = Caller.of(office, SENDER), Caller.of(office, RECEIVER)
    referral = sender.sent()
    receiver.get(f"/referrals/{referral}")
    receiver.get("/referrals?side=received")
    receiver.move(referral, "accept", 1, **ACCEPT)
    assert audit_of(office, sender) == [
        ("program.token", "done"),
        ("client.add", "done"),
        ("consent.record", "done"),
        ("referral.draft", "done"),
        ("referral.read", "done"),
        ("referral.send", "done"),
    ]
    assert audit_of(office, receiver) == [
        ("program.token", "done"),
        ("referral.viewed", "done"),
        ("referral.open", "shown"),
        ("referral.list", "done"),
        ("referral.accept", "refused"),
    ]


def test_logs_hold_no_client_fact_and_no_token(pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    referral = pair.accepted()
    pair.receiver.get(f"/referrals/{referral}")
    pair.sender.post("/clients/find", {"name": "Alex Quillfeather", "phone": "215-555-0143"})
    pair.sender.post("/clients", {"name": "Alex Quillfeather", "Zorblat": "brambleberry"})
    logged = capsys.readouterr().err.casefold()
    assert logged.count('"event": "request"') > 5
    for secret in (*CLIENT_FACTS, "alex", pair.sender.token, referral):
        assert secret.casefold() not in logged


def test_a_cookie_of_people_opens_nothing_here(office: Office, pair: Pair) -> None:
    referral = pair.sender.sent()
    browser = office.as_("sam")
    assert browser.get("/account").status_code == 200
    for address in (f"/api/v1/referrals/{referral}", "/api/v1/referrals?side=sent"):
        assert browser.get(address).status_code == 401
    posted = browser.post("/api/v1/clients", json={"name": "Alex"}, headers={"Idempotency-Key": new_id()})
    assert posted.status_code == 401
    answer = office.app.test_client().get(
        "/referrals", headers={"Authorization": f"Bearer {pair.sender.token}"}
    )
    assert answer.status_code == 302


# --- what means nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "\ud800"}, "name"),
        ({"city": "Phila\0delphia"}, "city"),
        ({"safe_times": [{"weekday": 1, "begins": "\0", "ends": "17:00"}]}, "safe_times.0.begins"),
        ({"birth_date": "0001-01-01"}, "birth_date"),
        ({"birth_date": "9999-12-31"}, "birth_date"),
    ],
)
def test_texts_and_days_that_no_database_keeps_are_named(
    pair: Pair, given: dict[str, object], field: str
) -> None:
    answer = pair.sender.post("/clients", {**ALEX, **given})
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == [field]


def test_a_version_of_thousands_of_digits_is_none(pair: Pair) -> None:
    client = pair.sender.client()
    match = {"If-Match": '"' + "9" * 5000 + '"'}
    answer = pair.sender.call("PUT", f"/clients/{client}", ALEX, **match)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["version"])


def test_a_moment_at_the_edge_of_the_calendar_is_refused(pair: Pair) -> None:
    referral = pair.sender.sent()
    given = {"method": "phone", "outcome": "reached", "at": "9999-12-31T23:59:00-05:00"}
    answer = pair.sender.post(f"/referrals/{referral}/attempts", given)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["at"])


def test_a_receiver_records_no_consent_for_what_was_sent_to_it(pair: Pair) -> None:
    referral = pair.sender.sent()
    own, consent = pair.receiver.client(), consent_fields(pair.office.app)
    for key in (referral, pair.sender.draft(pair.sender.client()), ABSENT):
        answer = pair.receiver.post(f"/clients/{own}/consents", {**consent, "referral_id": key})
        assert answer.status_code == 404, key
    theirs = pair.sender.draft(pair.sender.client())
    address = f"/clients/{pair.sender.client()}/consents"
    assert pair.sender.post(address, {**consent, "referral_id": theirs}).status_code == 404


def test_received_referrals_are_not_asked_for_by_the_senders_client(pair: Pair) -> None:
    client = pair.sender.client()
    assert pair.sender.get(f"/referrals?side=sent&client_id={client}").get_json()["referrals"] == []
    answer = pair.receiver.get(f"/referrals?side=received&client_id={client}")
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["client_id"])
