"""A receiver without an account: one referral, one browser, a spoken code (R5)."""

import datetime as dt
import re

import pytest

from directory.accounts import limits
from directory.accounts.limits import Limit
from directory.referrals.decision import NOTICE_2_32
from tests.web import receiver
from tests.web.office import Office, ahead, press, received, told
from tests.web.receiver import (
    DOOR,
    PAGE,
    Shown,
    answer,
    audited,
    channels,
    enter,
    link_for,
    make,
    opened,
    sent_elsewhere,
)
from tests.web.staff import later, send, token_of
from tests.web.test_referral_secrets import SECRETS

SCOPE = "Maple House may share"
ACCEPT = {"named_contact": "Robin", "next_step_due": ahead(1)}
VISIT = {
    "starts_at": ahead(2),
    "modality": "in_person",
    "place": "12 Elm Street",
    "contact": "Robin",
    "client_told": "phone",
}


def key(referral: str) -> str:
    return referral.rpartition("/")[2]


# --- the sender's side ------------------------------------------------------------------------------


def test_where_the_receiver_has_no_account_a_link_is_offered_first(office: Office) -> None:
    text = office.as_("casey").get(sent_elsewhere(office)).text
    assert "They have no account here. With a secure link" in text
    assert text.index("Make the link") < text.index("What it is about")
    known = office.as_("casey").get(office.sent()).text
    assert known.index("Make the link") > known.index("What it is about")


def test_a_link_is_shown_once_with_the_code_told_apart(office: Office) -> None:
    referral = sent_elsewhere(office)
    page = make(office, referral)
    assert page.status_code == 200
    assert "Never send it with the link." in page.text
    shown = link_for(office, referral)
    text = office.as_("casey").get(referral).text
    assert "Robin Hale" in text
    assert "Not opened yet" in text
    assert "Taken back" in text  # the first one
    assert not any(each in text for each in (shown.token, shown.reference, shown.code))


def test_a_link_is_for_one_named_person(office: Office) -> None:
    page = make(office, sent_elsewhere(office), name=" ")
    assert page.status_code == 422
    assert "Please say who it is for." in page.text


def test_only_who_may_send_makes_links_and_takes_them_back(office: Office) -> None:
    referral = office.sent()
    for who, status in (("pat", 403), ("priv", 403), ("otto", 404)):
        token = token_of(office.as_(who).get("/account"))
        for address in (f"{referral}/links", f"{referral}/links/close"):
            sent = office.as_(who).post(address, data={"csrf_token": token, "recipient_name": "Me"})
            assert sent.status_code == status, (who, address)


def test_without_a_consent_that_holds_no_link_is_made(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = office.sent()
    token = token_of(office.as_("casey").get(referral))
    revoke = re.search(r'href="([^"]+/consents/[^"]+)"', office.as_("casey").get(referral).text)
    assert revoke
    send(office.as_("casey"), f"{revoke[1]}/revoke", by="client", how="oral")
    data = {"csrf_token": token, "recipient_name": "Robin"}
    assert office.as_("casey").post(f"{referral}/links", data=data).status_code == 409


# --- the door ---------------------------------------------------------------------------------------


def test_without_scripts_the_typed_reference_and_the_code_open_it(office: Office) -> None:
    link = link_for(office, sent_elsewhere(office))
    browser = office.app.test_client()
    form = browser.get(DOOR).text
    assert re.search(r'<input id="reference" [^>]*required', form)
    typed = enter(browser, reference=link.reference.lower().replace("-", " "), code=link.code)
    assert (typed.status_code, typed.location) == (302, PAGE)
    cookie = browser.get_cookie("link", path=DOOR)
    assert cookie
    assert (cookie.path, cookie.http_only, cookie.same_site) == ("/r", True, "Lax")
    page = browser.get(PAGE)
    assert "Alex Quillfeather" in page.text
    assert NOTICE_2_32 in page.text
    assert SCOPE in page.text


def test_over_https_the_cookie_goes_over_nothing_else(office: Office) -> None:
    link, browser, site = (
        link_for(office, sent_elsewhere(office)),
        office.app.test_client(),
        "https://localhost",
    )
    token = token_of(browser.get(DOOR, base_url=site))
    data = {"csrf_token": token, "token": link.token, "code": link.code}
    entered = browser.post(DOOR, base_url=site, headers={"Referer": f"{site}{DOOR}"}, data=data)
    cookie = next(each for each in entered.headers.getlist("Set-Cookie") if each.startswith("__Secure-link="))
    for part in ("; Secure", "; HttpOnly", "; Path=/r", "; SameSite=Lax", "; Expires="):
        assert part in cookie


def test_the_door_is_kept_by_nobody(office: Office) -> None:
    page = office.app.test_client().get(DOOR)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_second_browser_is_refused_as_one_with_a_wrong_code_is(office: Office) -> None:
    link = link_for(office, sent_elsewhere(office))
    assert enter(office.app.test_client(), token=link.token, code=link.code).status_code == 302
    second = enter(office.app.test_client(), token=link.token, code=link.code)
    unknown = enter(office.app.test_client(), reference="AAAA-BBBB-CCCC", code=link.code)
    assert second.status_code == unknown.status_code == 422
    assert "This did not open." in second.text
    assert "This did not open." in unknown.text


def test_a_wrong_code_counts_and_the_fifth_locks(office: Office) -> None:
    referral = sent_elsewhere(office)
    link, browser = link_for(office, referral), office.app.test_client()
    for _ in range(5):
        refused = enter(browser, token=link.token, code=link.wrong)
        assert refused.status_code == 422
        assert f'name="token" value="{link.token}"' in refused.text
        assert link.wrong not in refused.text
    assert enter(browser, token=link.token, code=link.code).status_code == 422
    assert "Locked after five wrong codes" in office.as_("casey").get(referral).text
    assert browser.get(PAGE).status_code == 404


def test_tries_are_limited_over_all_links_together(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "link_all", (Limit(2, 77),))
    link = link_for(office, sent_elsewhere(office))
    for _ in range(2):
        assert enter(office.app.test_client(), reference="AAAA-BBBB-CCCC", code="1").status_code == 422
    late = enter(office.app.test_client(), token=link.token, code=link.code)
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0


def test_after_72_hours_it_opens_no_more(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser, unclaimed = opened(office, referral), link_for(office, sent_elsewhere(office))
    with later(office.app, dt.timedelta(hours=73)):
        gone = browser.get(PAGE)
        assert gone.status_code == 404
        assert "Please call the sender." in gone.text
        assert browser.get_cookie("link", path=DOOR) is None
        assert enter(browser, token=unclaimed.token, code=unclaimed.code).status_code == 422


def test_a_link_taken_back_opens_no_more_at_once(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    assert press(office.as_("casey"), referral, "Take the link back").status_code == 302
    gone = browser.get(PAGE)
    assert gone.status_code == 404
    assert "Quillfeather" not in gone.text


def test_finish_closes_it_also_for_a_copy_of_the_cookie(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    copy = browser.get_cookie("link", path=DOOR)
    assert copy
    done = press(browser, PAGE, "Finish")
    assert (done.status_code, done.location) == (302, DOOR)
    assert done.headers["Clear-Site-Data"] == '"cache"'
    assert "You are done here." in browser.get(DOOR).text
    thief = office.app.test_client()
    thief.set_cookie("link", copy.value, path=DOOR)
    assert thief.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", PAGE),
        ("GET", f"{PAGE}/print"),
        ("GET", f"{PAGE}/moves/accept"),
        ("POST", f"{PAGE}/moves/accept"),
        ("POST", f"{PAGE}/messages"),
        ("POST", f"{DOOR}/finish"),
    ],
)
def test_without_a_claimed_link_nothing_is_there(office: Office, method: str, path: str) -> None:
    browser = office.app.test_client()
    token = token_of(browser.get(DOOR))
    claimed = opened(office, sent_elsewhere(office)).get_cookie("link", path=DOOR)
    assert claimed
    copied = f"{claimed.value.partition('.')[0]}.x"
    for cookie in ("", "no-such-link.secret", copied):
        browser.set_cookie("link", cookie, path=DOOR)
        found = browser.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert found.status_code == 404
        assert "This link does not open" in found.text


# --- behind it --------------------------------------------------------------------------------------


def test_a_receiver_asks_accepts_sets_a_visit_and_says_that_the_person_was_met(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    asked = answer(browser, "request_info", text="Is a ride needed?")
    assert (asked.status_code, asked.location) == (302, PAGE)
    press_answer = office.move("casey", referral, "supply_info", text="No ride is needed")
    assert press_answer.status_code == 302, told(press_answer)
    form = browser.get(f"{PAGE}/moves/accept").text
    assert 'name="accepting_worker" type="text" value="Robin Hale"' in form
    assert "Leave it empty if it is you." not in form
    assert answer(browser, "accept", accepting_worker="Robin Hale", **ACCEPT).status_code == 302
    assert answer(browser, "schedule", **VISIT).status_code == 302
    met = answer(
        browser, "record_connected", connected_at=ahead(0), modality="in_person", service_started="1"
    )
    assert met.status_code == 302, told(met)
    text = office.as_("casey").get(referral).text
    for fact in ("Connected<", "Robin Hale takes care of it", "12 Elm Street", "By secure link"):
        assert fact in text


def test_a_receiver_declines_with_a_reason_and_sees_no_more(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    refused = answer(browser, "decline")
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.text
    assert answer(browser, "decline", reason="no_capacity").status_code == 302
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "Nothing more can be shown" in page.text
    assert "Quillfeather" not in page.text


def test_accepting_needs_the_name_of_who_takes_it_on(office: Office) -> None:
    browser = opened(office, sent_elsewhere(office))
    refused = answer(browser, "accept", accepting_worker=" ", **ACCEPT)
    assert refused.status_code == 422
    assert "Please say who takes this on." in refused.text
    assert 'value="Robin"' in refused.text


def test_a_link_offers_no_more_than_it_may(office: Office) -> None:
    browser = opened(office, sent_elsewhere(office))
    text = browser.get(PAGE).text
    assert sorted(re.findall(r'href="/r/referral/moves/(\w+)"', text)) == [
        "accept",
        "decline",
        "request_info",
    ]
    answer(browser, "accept", accepting_worker="Robin", **ACCEPT)
    refused = answer(browser, "waitlist", review_on=ahead(5)[:10])
    assert refused.status_code == 409
    assert browser.get(f"{PAGE}/moves/no_such_event").status_code == 404


def test_whoever_took_it_on_by_link_can_say_how_it_ended(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    answer(browser, "accept", accepting_worker="Robin", **ACCEPT)
    assert answer(browser, "close_unsuccessful", reason="moved").status_code == 302
    assert "Reason: The person moved away." in office.as_("casey").get(referral).text


def test_messages_go_both_ways(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    assert receiver.write(browser, "We have a bed on Monday").status_code == 302
    assert receiver.write(browser, " ").status_code == 422
    assert "We have a bed on Monday" in office.as_("casey").get(referral).text
    assert "We have a bed on Monday" in browser.get(PAGE).text


def test_times_are_those_of_the_place(office: Office) -> None:
    browser = opened(office, sent_elsewhere(office))
    answer(browser, "accept", accepting_worker="Robin", **ACCEPT)
    assert answer(browser, "schedule", **VISIT).status_code == 302
    typed = VISIT["starts_at"].partition("T")[2]
    hour, minute = int(typed[:2]), typed[3:]
    assert f"{(hour - 1) % 12 + 1}:{minute} {'AM' if hour < 12 else 'PM'}" in browser.get(PAGE).text


def test_each_opening_is_one_disclosure_and_one_line_of_the_audit(office: Office) -> None:
    referral = sent_elsewhere(office)
    before = len(channels(office, referral))
    browser = opened(office, referral)
    assert channels(office, referral)[before:] == []  # the code alone discloses nothing
    browser.get(PAGE)
    browser.get(PAGE)
    browser.get(f"{PAGE}/print")
    assert channels(office, referral)[before:] == ["link", "link", "print"]
    assert audited(office, "referral.open", key(referral)) == [("link", "shown")] * 3
    assert audited(office, "link.claim", key(referral)) == [("link", "done")]


def test_the_printed_sheet_carries_the_notice_and_the_scope(office: Office) -> None:
    referral = office.sent()
    sheet = office.as_("pat").get(f"{received(referral)}/print")
    for fact in ("Alex Quillfeather", NOTICE_2_32, SCOPE):
        assert fact in sheet.text
    assert channels(office, referral)[-1] == "print"
    assert office.as_("casey").get(f"{received(referral)}/print").status_code == 403


def test_a_consent_taken_back_while_it_is_open_shows_nothing_newer(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    assert "brambleberry" in browser.get(PAGE).text
    before = channels(office, referral)
    consent = re.search(r'href="(/referrals/consents/[^"]+)"', office.as_("casey").get(referral).text)
    assert consent
    send(office.as_("casey"), f"{consent[1]}/revoke", by="client", how="oral")
    page = browser.get(PAGE)
    assert "Nothing more can be shown" in page.text
    assert "brambleberry" not in page.text
    assert answer(browser, "accept", accepting_worker="Robin", **ACCEPT).status_code == 409
    assert channels(office, referral) == before


def test_who_had_accepted_keeps_what_they_relied_on_and_nothing_newer(office: Office) -> None:
    referral = sent_elsewhere(office)
    browser = opened(office, referral)
    browser.get(PAGE)
    answer(browser, "accept", accepting_worker="Robin", **ACCEPT)
    consent = re.search(r'href="(/referrals/consents/[^"]+)"', office.as_("casey").get(referral).text)
    assert consent
    send(office.as_("casey"), f"{consent[1]}/revoke", by="client", how="oral")
    page = browser.get(PAGE)
    assert "This is what you relied on. Nothing newer is shown." in page.text
    assert "brambleberry" in page.text
    assert receiver.write(browser, "Hello?").status_code == 409


# --- what it never shows ----------------------------------------------------------------------------


def test_a_link_leads_to_its_one_referral_and_to_nothing_of_the_senders(office: Office) -> None:
    first = sent_elsewhere(office, note="Only for us")
    other = sent_elsewhere(office)
    browser = opened(office, first)
    text = browser.get(PAGE).text
    assert key(other) not in text
    assert key(first) not in text  # nor is there an address with its id
    for path in (
        other,
        first,
        received(first),
        f"{first}/sheet",
        "/referrals",
        "/inbox",
        "/referrals/clients",
    ):
        assert browser.get(path).status_code == 302  # to the sign-in


def test_a_link_shows_no_field_that_was_not_shared(office: Office) -> None:
    referral = sent_elsewhere(office)
    tried = {"method": "phone", "outcome": "no_answer", "note": "Their quixotropic aunt answered"}
    assert send(office.as_("casey"), f"{referral}/attempts", page=referral, **tried).status_code == 302
    browser = opened(office, referral)
    text = browser.get(PAGE).text + browser.get(f"{PAGE}/print").text
    assert "Alex Quillfeather" in text
    assert "Zorblat" not in text  # what the sender knows about reaching them was not shared
    assert "quixotropic" not in text
    assert "Robin Hale" not in text  # whom links were made for is the sender's


def test_a_signed_in_person_is_no_holder_of_a_link(office: Office) -> None:
    link = link_for(office, sent_elsewhere(office))
    assert office.as_("otto").get(PAGE).status_code == 404
    assert enter(office.app.test_client(), token=link.token, code=link.code).status_code == 302
    assert office.as_("otto").get(PAGE).status_code == 404


def test_no_client_fact_is_in_an_address_a_log_a_title_or_a_cookie(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    referral = sent_elsewhere(office)
    capsys.readouterr()
    link: Shown = link_for(office, referral)
    browser = office.app.test_client()
    enter(browser, token=link.token, code=link.wrong)
    enter(browser, token=link.token, code=link.code)
    receiver.write(browser, "A quixotropic answer")
    answer(browser, "accept", accepting_worker="Robin Hale", **ACCEPT)
    text = browser.get(PAGE).text
    logged = capsys.readouterr().err
    title = re.search("<title>(.*?)</title>", text, re.DOTALL)
    assert title
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', text))
    cookies = str(
        [
            each.value
            for each in (browser.get_cookie("link", path=DOOR), browser.get_cookie("session"))
            if each
        ]
    )
    for secret in (*SECRETS, "robin", link.token.casefold(), link.reference.casefold(), link.code):
        assert secret not in (title[1] + addresses + logged).casefold()
        assert secret not in cookies.casefold()


def test_it_speaks_spanish_as_far_as_the_end(office: Office) -> None:
    link, browser = link_for(office, sent_elsewhere(office)), office.app.test_client()
    entered = browser.post(
        DOOR,
        data={
            "csrf_token": token_of(browser.get(f"{DOOR}?lang=es")),
            "lang": "es",
            "token": link.token,
            "code": link.code,
        },
    )
    assert entered.location == f"{PAGE}?lang=es"
    assert 'lang="es"' in browser.get(entered.location).text
