"""What pages do with forms that they do not take: nothing is half done, and that it was refused is kept."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.tables import AuditEntry, User
from directory.database import db, session_factory
from tests.web.office import (
    ALEX,
    RIVER_LISTING,
    SENDER,
    Office,
    consent_fields,
    hidden,
    press,
    received,
    told,
)
from tests.web.staff import send, staff, token_of

ABSENT = "00000000-0000-4000-8000-000000000000"

EDGES = ("0001-01-01", "0001-01-05", "1899-12-31", "2201-01-01", "9999-12-31")
"""Days that no calendar of people at work has."""
LAST_LINE = "9999-12-31T23:59"


def refusals(office: Office, action: str) -> list[list[str]]:
    """The ids of the audit's lines that say that this was refused."""
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        query = select(AuditEntry.object_ids).where(
            AuditEntry.action == action, AuditEntry.outcome == "refused"
        )
        return [list(each) for each in session.scalars(query.order_by(AuditEntry.seq))]


def key_in(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


# --- what was refused is kept -----------------------------------------------------------------------


def test_every_page_leaves_a_line_when_it_refuses_a_deed(office: Office) -> None:
    casey, pat = office.as_("casey"), office.as_("pat")
    client = office.client()
    consent = office.consent(client)
    draft = office.draft(client)
    sent = office.sent()
    deeds: tuple[tuple[FlaskClient, str, str, str, dict[str, str]], ...] = (
        (casey, draft, f"{draft}/links", "link.make", {}),
        (casey, sent, f"{sent}/handoffs/plan", "handoff.plan", {"method": "pigeon"}),
        (casey, sent, f"{sent}/messages", "referral.message", {"text": " "}),
        (casey, sent, f"{sent}/attempts", "referral.attempt", {"method": "phone", "at": LAST_LINE}),
        (casey, client, f"{client}/limits", "client.restrict", {"agreed": ""}),
        (casey, client, f"{client}/consents/new", "consent.record", {}),
        (casey, client, f"{client}/edit", "client.change", {"version": "7", **ALEX}),
        (casey, consent, f"{consent}/revoke", "consent.revoke", {"by": "nobody", "how": "oral"}),
        (casey, draft, f"{draft}/edit", "referral.change_draft", {"version": "7"}),
        (casey, draft, f"{draft}/ground/emergency", "referral.ground_emergency", {"version": "1"}),
        (pat, received(sent), f"{received(sent)}/messages", "referral.message", {"text": ""}),
    )
    tokens = {casey: token_of(casey.get(client)), pat: token_of(pat.get(received(sent)))}
    for browser, page, address, action, given in deeds:
        before = len(refusals(office, action))
        answer = browser.post(address, data={"csrf_token": tokens[browser], **given})
        assert answer.status_code in {409, 422}, (address, told(answer))
        lines = refusals(office, action)
        assert len(lines) == before + 1, (address, action)
        assert key_in(page) in lines[-1], address


# --- days that mean nothing -------------------------------------------------------------------------


def test_days_at_the_edge_of_the_calendar_are_told_and_not_taken(office: Office) -> None:
    casey, priv = office.as_("casey"), office.as_("priv")
    referral = office.sent()
    token = token_of(casey.get(referral))
    for day in EDGES:
        data = {"csrf_token": token, "method": "phone", "outcome": "reached", "at": f"{day}T23:59"}
        answer = casey.post(f"{referral}/attempts", data=data)
        assert (answer.status_code, "Please give a day and a time." in answer.text) == (422, True), day
        born = send(casey, "/referrals/clients/new", **{**ALEX, "birth_date": day})
        assert (born.status_code, "Please give a day." in born.text) == (422, True), day
        for name in ("since", "until"):
            assert priv.get("/referrals/privacy", query_string={name: day}).status_code == 422, (name, day)


def test_a_character_that_no_database_keeps_is_refused(office: Office) -> None:
    answer = send(office.as_("casey"), "/referrals/clients/new", **{**ALEX, "city": "Phila\0delphia"})
    assert answer.status_code == 400
    assert office.as_("casey").get("/referrals", query_string={"before": "a\0b"}).status_code == 400


# --- whose consent it is ----------------------------------------------------------------------------


def test_a_consent_is_only_for_a_referral_about_that_person(office: Office) -> None:
    casey = office.as_("casey")
    client, other = office.client(), office.client()
    asked = {"referral": key_in(office.draft(client))}
    assert casey.get(f"{client}/consents/new", query_string=asked).status_code == 200
    absent = casey.get(f"{other}/consents/new", query_string={"referral": ABSENT})
    foreign = casey.get(f"{other}/consents/new", query_string=asked)
    assert (foreign.status_code, told(foreign)) == (404, told(absent))
    token = token_of(casey.get(f"{other}/consents/new"))
    data = {"csrf_token": token, **asked, **consent_fields(office.app)}
    assert casey.post(f"{other}/consents/new", data=data).status_code == 404


# --- sending twice ----------------------------------------------------------------------------------


def test_a_form_whose_key_was_used_for_something_else_comes_back_with_a_new_one(office: Office) -> None:
    casey, address = office.as_("casey"), "/referrals/new"
    client = key_in(office.client())
    opened = hidden(casey.get(f"{address}?listing={RIVER_LISTING}").text, address)
    data = {**opened, "client_id": client, "needs": ["outpatient"], "shared": ["contact"]}
    assert casey.post(address, data=data).status_code == 302
    again = casey.post(address, data={**data, "need_text": "Something else"})
    assert again.status_code == 422
    assert "Something else" in again.text
    anew = hidden(again.text, address)
    assert anew["idempotency_key"] != opened["idempotency_key"]
    assert casey.post(address, data={**data, **anew, "need_text": "Something else"}).status_code == 302


# --- for whom one searches --------------------------------------------------------------------------


def test_a_draft_is_never_about_a_person_of_another_agency_that_was_searched_for(office: Office) -> None:
    casey, client = office.as_("casey"), office.client()
    press(casey, client, "Find help for this person")
    address = f"/referrals/new?listing={RIVER_LISTING}"
    assert key_in(client) in casey.get(address).text
    with casey.session_transaction("/account") as kept:
        kept["for_client"] = key_in(office.client("otto"))
    page = casey.get(address)
    assert page.status_code == 200
    with casey.session_transaction("/account") as kept:
        assert "for_client" not in kept


# --- who agrees that it was a mistake ---------------------------------------------------------------


def test_colleagues_whose_account_is_closed_are_not_asked(office: Office) -> None:
    sent = office.sent()
    address = f"{sent}/moves/void"
    closed = staff(office.app, "zoe@office.example", "caseworker", SENDER)
    assert closed.get("/account").status_code == 200
    found = re.findall(r'name="second_person" value="([^"]+)"', office.as_("casey").get(address).text)
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        zoe = session.scalars(select(User).where(User.email == "zoe@office.example")).one()
        assert zoe.id in found
        zoe.active = False
    assert zoe.id not in office.as_("casey").get(address).text
    answer = office.move("casey", sent, "void", reason="test_entry", second_person=zoe.id)
    assert answer.status_code in {409, 422}
