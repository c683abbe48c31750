"""A person follows, answers and stops their own referral by a private link: no scripts, no staff notes."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from directory.accounts import limits
from directory.accounts.limits import Limit
from directory.accounts.tables import AuditEntry
from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.referrals.tables import CheckIn
from directory.web.access import BY_LINK, OPEN_FORM, access_of
from tests.web.askers import FACTS, Sent, ask, inbox_page, open_page, own_page, press, shown_link
from tests.web.office import Office, ahead, hidden, received, told
from tests.web.staff import later, token_of

DAY = dt.timedelta(days=1)
ACTIONS = ("stop", "consent", "contact", "messages", "check-ins", "check-ins/30", "close")


@pytest.fixture(autouse=True)
def _plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("self_referral", "own_link_all"):
        monkeypatch.setitem(limits.LIMITS, kind, (Limit(1000, 60),))


def given_link(office: Office, referral: str, **fields: str) -> tuple[str, str]:
    """A worker makes a private link; its token and key."""
    casey = office.as_("casey")
    token = token_of(casey.get(referral))
    answer = casey.post(f"{referral}/own-link", data={"csrf_token": token, **fields})
    assert answer.status_code == 200, told(answer)
    return shown_link(answer)


# --- the door ---------------------------------------------------------------------------------------


def test_the_key_opens_the_page_as_the_token_does(office: Office) -> None:
    sent = ask(office)
    for typed in (sent.token, sent.key, sent.key.lower().replace("-", " ")):
        browser = office.app.test_client()
        answer = open_page(browser, typed)
        assert answer.status_code == 200
        assert "Your request is with them." in answer.text


def test_the_door_sets_no_cookie_and_the_page_one_that_is_its_own(office: Office) -> None:
    sent = ask(office)
    browser = office.app.test_client()
    assert "Set-Cookie" not in browser.get("/mine").headers
    cookie = browser.post("/mine", data={"key": sent.key}).headers["Set-Cookie"]
    assert cookie.startswith("mine=")
    assert "Path=/mine" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Expires" not in cookie
    assert "Set-Cookie" not in browser.get("/").headers


def test_what_opens_no_page_is_told_alike_and_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = office.app.test_client()
    answer = browser.post("/mine", data={"key": "ABCD-EFGH-JKMN-PQRS"})
    assert answer.status_code == 404
    assert "This link does not open." in answer.text
    assert 'value="ABCD-EFGH-JKMN-PQRS"' in answer.text
    assert (
        browser.post("/mine", data={"key": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    )
    monkeypatch.setitem(limits.LIMITS, "own_link_all", (Limit(1, 61),))
    assert [browser.post("/mine", data={"key": "x"}).status_code for _ in range(2)] == [404, 429]


def test_a_link_ends_after_its_time_and_the_page_after_half_an_hour(office: Office) -> None:
    sent = ask(office)
    own_page(sent)
    with later(office.app, dt.timedelta(minutes=31)):
        text = sent.browser.get("/mine").text
        assert "Your page was closed" in text
        assert "River" not in text.partition("<main")[2]
    assert "Your request" in own_page(sent)
    with later(office.app, dt.timedelta(minutes=31)):
        lost = sent.browser.post("/mine/messages", data={"csrf_token": "", "text": "My long words"})
        assert lost.status_code in (400, 401)
    with later(office.app, 181 * DAY):
        assert open_page(office.app.test_client(), sent.key).status_code == 404


def test_what_was_written_when_the_page_closed_is_not_lost(office: Office) -> None:
    sent = ask(office)
    own_page(sent)
    fields = hidden(sent.browser.get("/mine").text, "/mine/messages")
    with later(office.app, dt.timedelta(minutes=31)):
        answer = sent.browser.post("/mine/messages", data={**fields, "text": "My long words"})
    assert answer.status_code == 401
    assert "My long words" in answer.text


def test_opening_it_elsewhere_closes_it_here_and_close_closes_it(office: Office) -> None:
    sent = ask(office)
    own_page(sent)
    other = office.app.test_client()
    assert "Your request" in open_page(other, sent.key).text
    assert "Your key" in sent.browser.get("/mine").text
    kept = other.get_cookie("mine", path="/mine")
    assert kept
    answer = press(other, "/mine/close")
    assert (answer.status_code, answer.location) == (302, "/")
    assert other.get_cookie("mine", path="/mine") is None
    assert other.get_cookie("session") is None
    other.set_cookie("mine", kept.value, path="/mine")
    assert "Your key" in other.get("/mine").text


def test_every_route_of_the_page_is_behind_the_link(office: Office) -> None:
    rules = [each for each in office.app.url_map.iter_rules() if each.rule.startswith("/mine")]
    assert {each.rule.replace("<int:days>", "30") for each in rules} == {
        "/mine",
        *(f"/mine/{each}" for each in ACTIONS),
    }
    for rule in rules:
        wanted = OPEN_FORM if rule.endpoint == "mine.enter" else BY_LINK
        assert access_of(office.app.view_functions[rule.endpoint]) == wanted, rule


def test_no_form_of_the_page_is_taken_without_its_token_or_without_the_link(office: Office) -> None:
    sent = ask(office)
    own_page(sent)
    for action in ACTIONS:
        assert sent.browser.post(f"/mine/{action}").status_code == 400, action
    nobody = office.app.test_client()
    for action in ACTIONS[:-1]:
        data = {"csrf_token": token_of(nobody.get("/account/sign-in"))}
        assert nobody.post(f"/mine/{action}", data=data).status_code == 401, action


# --- what it shows and does -------------------------------------------------------------------------


def test_the_page_says_where_it_is_the_visit_and_who_received_what(office: Office) -> None:
    sent = ask(office)
    page = inbox_page(office)
    office.as_("pat").get(page)
    answer = office.move("pat", page, "accept", named_contact="Pat Rivers", next_step_due=ahead(1))
    assert answer.status_code == 302, told(answer)
    visit = {
        "starts_at": ahead(3),
        "modality": "in_person",
        "place": "12 Mole Street",
        "contact": "Pat Rivers",
        "client_told": "message",
    }
    assert office.move("pat", page, "schedule", **visit).status_code == 302
    text = own_page(sent)
    for said in ("A visit is set.", "12 Mole Street", "Ask for Pat Rivers.", "name and contact details"):
        assert said in text
    assert "what you write to them here" in text
    assert "notes from the worker" not in text
    assert text.count("<strong>River Recovery</strong>") == 1


def test_question_and_answer_go_both_ways_and_notes_stay_with_the_place(office: Office) -> None:
    sent = ask(office)
    page = inbox_page(office)
    assert office.move("pat", page, "request_info", text="Which days suit you?").status_code == 302
    text = own_page(sent)
    assert "They asked a question." in text
    assert "Which days suit you?" in text
    assert press(sent.browser, "/mine/messages", text="Mondays, please").status_code == 302
    shown = office.as_("pat").get(page).text
    assert "Mondays, please" in shown
    assert ">Sent</span>" in shown
    connect(office, page)
    assert office.move("pat", page, "progress_note", text="A grumbling staff note").status_code == 302
    assert "grumbling" not in own_page(sent)
    refused = press(sent.browser, "/mine/messages", text=" ")
    assert refused.status_code == 422
    assert "Please write a few words." in refused.text


def test_stopping_reaches_the_place_and_pressing_twice_is_no_error(office: Office) -> None:
    sent = ask(office)
    page = inbox_page(office)
    own_page(sent)
    fields = hidden(sent.browser.get("/mine").text, "/mine/stop")
    assert [sent.browser.post("/mine/stop", data=fields).status_code for _ in range(2)] == [302, 302]
    assert "It was stopped." in sent.browser.get("/mine").text
    shown = office.as_("pat").get(page).text
    assert ">Withdrawn</span>" in shown
    assert "Fernsparrow" not in shown


def test_after_acceptance_the_place_is_asked_to_stop(office: Office) -> None:
    sent = ask(office)
    page = inbox_page(office)
    office.move("pat", page, "accept", named_contact="Pat", next_step_due=ahead(1))
    own_page(sent)
    assert press(sent.browser, "/mine/stop").status_code == 302
    assert ">Asked to stop</span>" in office.as_("pat").get(page).text


def test_taking_consent_back_reaches_the_place(office: Office) -> None:
    sent = ask(office)
    page = inbox_page(office)
    own_page(sent)
    assert press(sent.browser, "/mine/consent").status_code == 302
    text = sent.browser.get("/mine").text
    assert "Nothing more is shared." in text
    assert 'action="/mine/consent"' not in text
    shown = office.as_("pat").get(page).text
    assert "Nothing more can be shown." in shown
    assert "Fernsparrow" not in shown


def test_being_contacted_is_switched_off_and_on_and_the_place_is_told(office: Office) -> None:
    sent = ask(office)
    page = inbox_page(office)
    own_page(sent)
    mails = count_mails(office)
    assert press(sent.browser, "/mine/contact").status_code == 302
    assert "Do not call or write to this person." in office.as_("pat").get(page).text
    assert count_mails(office) > mails
    assert "You asked not to be contacted." in sent.browser.get("/mine").text
    assert press(sent.browser, "/mine/contact").status_code == 302
    assert "Do not call or write" not in office.as_("pat").get(page).text


def count_mails(office: Office) -> int:
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        return len(session.scalars(select(Outbox.id)).all())


def test_only_who_agreed_is_asked_how_they_are(office: Office) -> None:
    asked = ask(office, wants_check_ins="1")
    connect(office, inbox_page(office))
    not_asked = ask(office)
    connect(office, inbox_page(office))
    with later(office.app, 31 * DAY):
        text = own_page(asked)
        assert 'action="/mine/check-ins/30"' in text
        assert 'action="/mine/check-ins/90"' not in text
        assert "How are you?" not in own_page(not_asked)
        assert press(asked.browser, "/mine/check-ins/30", housed="yes", working="skip").status_code == 302
        assert "How are you?" not in asked.browser.get("/mine").text
        assert press(not_asked.browser, "/mine/check-ins", wanted="1").status_code == 302
        assert "How are you?" in not_asked.browser.get("/mine").text
        assert press(not_asked.browser, "/mine/check-ins", wanted="0").status_code == 302
        assert "How are you?" not in not_asked.browser.get("/mine").text


def connect(office: Office, page: str) -> None:
    answer = office.move("pat", page, "accept", named_contact="Pat", next_step_due=ahead(1))
    assert answer.status_code == 302, told(answer)
    met = {"connected_at": ahead(0), "modality": "phone", "service_started": "1"}
    answer = office.move("pat", page, "record_connected", **met)
    assert answer.status_code == 302, told(answer)


# --- a worker gives one -----------------------------------------------------------------------------


def test_a_worker_gives_the_person_a_link_and_closes_it(office: Office) -> None:
    referral = office.sent()
    _, key = given_link(office, referral)
    casey = office.as_("casey")
    assert key not in casey.get(referral).text
    assert "A private link was made" in casey.get(referral).text
    first = office.app.test_client()
    text = open_page(first, key).text
    assert "Your request is with them." in text
    assert "Between you and them" not in text
    _, other = given_link(office, referral)
    assert open_page(office.app.test_client(), key).status_code == 404
    assert "Your key" in first.get("/mine").text
    assert open_page(office.app.test_client(), other).status_code == 200
    casey.post(f"{referral}/own-link/close", data={"csrf_token": token_of(casey.get(referral))})
    assert open_page(office.app.test_client(), other).status_code == 404
    assert "Private link made for the person" in casey.get(referral).text


def test_the_sheet_has_the_key_only_when_asked(office: Office) -> None:
    referral = office.sent()
    casey = office.as_("casey")
    assert "/mine" not in casey.get(f"{referral}/sheet").text
    data = {"csrf_token": token_of(casey.get(referral)), "sheet": "1"}
    sheet = casey.post(f"{referral}/own-link", data=data)
    assert "A sheet to carry" in sheet.text
    key = re.search(r"<strong>((?:\w{4}-){3}\w{4})<", sheet.text)
    assert key
    assert "Quillfeather" not in sheet.text
    assert open_page(office.app.test_client(), key[1]).status_code == 200
    assert "/mine" not in casey.get(f"{referral}/sheet").text


def test_a_draft_has_no_private_link(office: Office) -> None:
    draft = office.draft(office.client())
    casey = office.as_("casey")
    token = token_of(casey.get(f"{draft}/edit"))
    assert casey.post(f"{draft}/own-link", data={"csrf_token": token}).status_code == 409


def test_a_worker_asks_how_the_person_is_and_enters_the_answers(office: Office) -> None:
    client = office.client(wants_check_ins="1")
    office.consent(client)
    referral = office.draft(client)
    casey = office.as_("casey")
    fields = hidden(casey.get(referral).text, f"{referral}/moves/send")
    assert casey.post(f"{referral}/moves/send", data=fields).status_code == 302
    connect(office, received(referral))
    assert "Ask how it goes" not in casey.get(referral).text
    with later(office.app, dt.timedelta(hours=11)):
        assert "Ask how people are" not in casey.get("/referrals").text
    due_now(office, referral)
    assert referral in casey.get("/referrals").text.partition("Ask how people are")[2]
    data = {"csrf_token": token_of(casey.get(referral)), "housed": "no", "supported": "yes"}
    assert casey.post(f"{referral}/check-ins/30", data={**data, "housed": "maybe"}).status_code == 422
    assert casey.post(f"{referral}/check-ins/30", data=data).status_code == 302
    assert "Ask how it goes" not in casey.get(referral).text
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        query = select(CheckIn).where(CheckIn.referral_id == referral.rpartition("/")[2], CheckIn.days == 30)
        found = session.scalars(query).one()
    answers = (found.housed, found.working, found.connected, found.supported)
    assert (answers, found.answered_through) == (("no", "skip", "skip", "yes"), "worker")


def due_now(office: Office, referral: str) -> None:
    """As if thirty days had passed."""
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        query = select(CheckIn).where(CheckIn.referral_id == referral.rpartition("/")[2], CheckIn.days == 30)
        session.scalars(query).one().due_on -= 31 * DAY


# --- traces -----------------------------------------------------------------------------------------


def test_what_is_done_is_in_the_audit_and_what_is_said_nowhere_else(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = ask(office)
    own_page(sent)
    press(sent.browser, "/mine/messages", text="A wobblethatch answer")
    press(sent.browser, "/mine/contact")
    press(sent.browser, "/mine/consent")
    logged = capsys.readouterr().err.casefold()
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        lines = [vars(each) for each in session.scalars(select(AuditEntry))]
        mails = " ".join(f"{each.subject} {each.body}" for each in session.scalars(select(Outbox)))
    deeds = {each["action"] for each in lines if each["role"] == "client"}
    assert {
        "own_link.open",
        "referral.follow",
        "referral.message",
        "referral.do_not_contact",
        "client.do_not_contact",
        "consent.revoke",
    } <= deeds
    for secret in (*FACTS, sent.token.casefold(), sent.key.casefold()):
        assert secret not in logged
        assert secret not in mails.casefold()
        assert secret not in str(lines).casefold()


def test_a_page_of_a_person_is_kept_by_nobody(office: Office) -> None:
    sent: Sent = ask(office)
    own_page(sent)
    answer = sent.browser.get("/mine")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert 'content="noindex"' in answer.text
    assert "<title>Your own page" in answer.text
