"""A person asks a place to contact them: no account, no cookie, nothing typed lost, sent once (R8)."""

import re

import pytest
from sqlalchemy import func, select

from directory.accounts import limits
from directory.accounts.limits import Limit
from directory.accounts.tables import SignInAttempt
from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.referrals.tables import Referral
from tests.web.addresses import RIVER_PAGE, listing_page
from tests.web.askers import ASK, FACTS, ROBIN, ask, fill_in, inbox_page, own_page, shown_link
from tests.web.office import Office, told

ELSEWHERE = listing_page("detox-1")


@pytest.fixture(autouse=True)
def _plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "self_referral", (Limit(1000, 60),))


def count(office: Office) -> int:
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        query = select(func.count()).select_from(Referral).where(Referral.self_referral)
        return session.scalar(query) or 0


def test_a_listing_on_the_network_leads_to_the_form_and_others_to_the_telephone(office: Office) -> None:
    browser = office.app.test_client()
    assert f'href="{ASK}"' in browser.get(RIVER_PAGE).text
    assert "/ask" not in browser.get(ELSEWHERE).text
    answer = browser.get(f"{ELSEWHERE}/ask")
    assert answer.status_code == 200
    assert "Please call them" in answer.text
    assert "tel:" in answer.text
    sent = browser.post(f"{ELSEWHERE}/ask", data=dict(ROBIN))
    assert sent.status_code == 409
    assert "Please call them" in sent.text
    assert browser.get(f"{listing_page('nowhere')}/ask").status_code == 404


def test_the_form_begins_with_the_crisis_line_and_says_who_sees_what(office: Office) -> None:
    text = office.app.test_client().get(ASK).text
    main = text.partition("<main")[2]
    assert main.index("tel:988") < main.index("<form")
    for said in (
        "River Recovery will see:",
        "take this back at any time",
        "It ends by itself",
        "call them instead",
    ):
        assert said in main
    assert re.search(r'name="needs" value="outpatient" checked', main)


def test_what_a_person_sends_reaches_the_place_and_nobody_else(office: Office) -> None:
    ask(office)
    page = inbox_page(office)
    text = office.as_("pat").get(page).text
    for fact in ("Robin Fernsparrow", "wobblethatch", "zinnialibrary", "The person themself"):
        assert fact in text
    assert "asked you by themself" in text
    for who in ("casey", "sam", "otto", "ida"):
        assert "ernsparrow" not in office.as_(who).get(page).text


def test_no_cookie_is_set_and_none_is_needed(office: Office) -> None:
    browser = office.app.test_client()
    shown, sent = browser.get(ASK), fill_in(office, browser)
    assert sent.status_code == 200
    for answer in (shown, sent):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert 'content="noindex"' in answer.text


def test_a_refused_form_comes_back_with_everything_typed(office: Office) -> None:
    before = count(office)
    answer = fill_in(office, signature="", phone="", need_text="Two & more", from_1="09:00", to_1="12:00")
    assert answer.status_code == 422
    for kept in (
        "Two &amp; more",
        'value="Robin Fernsparrow"',
        "zinnialibrary",
        'name="contact_preference" value="phone" checked',
        'value="09:00"',
        "Please give a phone number",
        "Please type your name to sign.",
    ):
        assert kept in answer.text, kept
    assert count(office) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"needs": [], "need_text": ""}, "Please tick what you need"),
        ({"is_adult": ""}, "Please say if you are 18 or older."),
        ({"contact_preference": ""}, "Please choose one of the ways listed."),
        ({"contact_preference": "email"}, "Please give an e-mail address"),
        ({"name": ""}, "Please give a name"),
        ({"birth_date": "31.31.2010"}, "Please give a day."),
        ({"homepage": "https://spam.example"}, "We could not tell that a person sent this."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(
    office: Office, wrong: dict[str, object], said: str
) -> None:
    before = count(office)
    answer = fill_in(office, **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "zinnialibrary" in answer.text
    assert count(office) == before


def test_pressing_send_twice_makes_one_referral_and_the_page_that_is_left_works(office: Office) -> None:
    before = count(office)
    browser = office.app.test_client()
    form = browser.get(ASK)
    key = re.search(r'name="idempotency_key" value="([^"]+)"', form.text)
    assert key
    data = {**ROBIN, "idempotency_key": key[1]}
    first, second = browser.post(ASK, data=data), browser.post(ASK, data=data)
    assert count(office) == before + 1
    assert browser.post("/mine", data={"key": shown_link(first)[1]}).status_code == 404
    assert browser.post("/mine", data={"key": shown_link(second)[1]}).status_code == 302


def test_the_same_form_with_other_words_asks_first(office: Office) -> None:
    browser = office.app.test_client()
    data = {**ROBIN, "idempotency_key": f"words-{count(office)}"}
    assert browser.post(ASK, data=data).status_code == 200
    again = browser.post(ASK, data={**data, "need_text": "Other words"})
    assert again.status_code == 422
    assert "You sent this before, with other words." in again.text
    assert "Other words" in again.text
    assert data["idempotency_key"] not in again.text


def test_a_young_person_is_told_calmly_what_else_they_can_do(office: Office) -> None:
    before = count(office)
    without: dict[str, str] = {}
    for given in (without, {"birth_date": "2012-05-01", "state": "PA"}):
        answer = fill_in(office, is_adult="no", **given)
        assert answer.status_code == 422
        assert "You can get help all the same." in answer.text
        assert "wobblethatch" in answer.text
    assert count(office) == before


def test_where_the_law_lets_a_young_person_ask_they_may(office: Office) -> None:
    year = office.app.extensions["house"].now().year - 14
    assert ask(office, is_adult="no", birth_date=f"{year}-01-01", state="CA").token


def test_who_is_not_to_be_contacted_gets_no_message_and_the_place_is_told(office: Office) -> None:
    sent = ask(office, contact_preference="own_page", phone="")
    text = office.as_("pat").get(inbox_page(office)).text
    assert "Do not call or write to this person." in text
    assert "They do not call or write to you." in own_page(sent)
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        addresses = set(session.scalars(select(Outbox.to_address)))
    assert all(each.endswith("@office.example") for each in addresses)


def test_the_inbox_says_that_the_person_asked_by_themself(office: Office) -> None:
    ask(office)
    text = office.as_("pat").get("/inbox").text
    assert "The person themself" in text
    assert "Self-referrals" not in text


def test_a_form_of_another_site_is_refused(office: Office) -> None:
    browser = office.app.test_client()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.post(ASK, data=dict(ROBIN), headers=headers).status_code == 400


def test_sending_is_counted_per_place_and_over_all_without_addresses(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "self_referral", (Limit(2, 3601),))
    statuses = [fill_in(office, signature="").status_code for _ in range(3)]
    assert statuses == [422, 422, 429]
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        kept = str([vars(each) for each in session.scalars(select(SignInAttempt))])
    assert "127.0.0.1" not in kept


def test_no_log_mail_title_or_address_tells_what_a_person_wrote(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    answer = fill_in(office)
    refused = fill_in(office, signature="")
    own = own_page(ask(office))
    logged = capsys.readouterr().err.casefold()
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        mails = " ".join(
            f"{each.subject} {each.body} {each.to_address}" for each in session.scalars(select(Outbox))
        )
    for text in (answer.text, refused.text, own):
        title = re.search("<title>(.*?)</title>", text, re.DOTALL)
        assert title
        addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', text))
        for fact in FACTS:
            assert fact not in (title[1] + addresses).casefold()
    assert '"request"' in logged
    for fact in (*FACTS, *(each.casefold() for each in shown_link(answer))):
        assert fact not in logged
        assert fact not in mails.casefold()


def test_the_form_is_in_spanish_too(office: Office) -> None:
    browser = office.app.test_client()
    page = browser.get(f"{ASK}?lang=es")
    assert 'lang="es"' in page.text
    assert 'name="lang" value="es"' in page.text
    answer = browser.post(ASK, data={**ROBIN, "lang": "es", "signature": ""})
    assert answer.status_code == 422, told(answer)
    assert "Please" not in answer.text.partition("<main")[2].partition("</main>")[0]
