"""The matrix of every route at work: route × role × own or another agency's (OWASP ASVS 8.2.2).

It is made from the URL map: a new route without a row fails. A row says with which roles of the sender's and
the receiver's side a route answers, and everybody else gets the same answer as for what is not there.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.routing import Rule

from directory.accounts.access import ROLES
from directory.web.access import BY_LINK, SIGNED_IN, access_of
from tests.web.office import PEOPLE, Office, ahead, hidden, press, received
from tests.web.staff import send, token_of

WORK = ("/referrals", "/inbox", "/r")
ABSENT = "00000000-0000-4000-8000-000000000000"
OBJECTS = {
    "client_id": "client",
    "consent_id": "consent",
    "referral_id": "referral",
    "rule_id": "rule",
    "look_id": "look",
    "incident_id": "incident",
}
"""Argument of an address to what it names."""
OWNERS = {
    "client": "sender",
    "consent": "sender",
    "referral": "sender",
    "received": "receiver",
    "rule": "sender",
    "look": "sender",
    "incident": "sender",
}
SIDES = {
    "casey": "sender",
    "sam": "sender",
    "stew": "sender",
    "priv": "sender",
    "nett": "sender",
    "pat": "receiver",
    "otto": "third",
    "ida": "third",
    "tess": "third",
    "prue": "third",
    "nobody": "none",
}


class Row(NamedTuple):
    """One route. `object`: what its address names ("" for none). `ok`: how it answers those who may use it
    (a form without its fields may be refused, but never for want of rights)."""

    right: str
    object: str = ""
    ok: tuple[int, ...] = (200,)


POSTED = (302, 409, 422)
ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/referrals/clients"): Row("clients.read"),
    ("POST", "/referrals/clients/find"): Row("clients.read", ok=(422,)),
    ("GET", "/referrals/clients/new"): Row("clients.write"),
    ("POST", "/referrals/clients/new"): Row("clients.write", ok=(422,)),
    ("GET", "/referrals/clients/<client_id>"): Row("clients.read", "client"),
    ("GET", "/referrals/clients/<client_id>/edit"): Row("clients.write", "client"),
    ("POST", "/referrals/clients/<client_id>/edit"): Row("clients.write", "client", (409,)),
    ("POST", "/referrals/clients/<client_id>/contact"): Row("clients.write", "client", (302,)),
    ("POST", "/referrals/clients/<client_id>/limits"): Row("clients.write", "client", (422,)),
    ("POST", "/referrals/clients/<client_id>/limits/<limit_id>/end"): Row("clients.write", "client", (404,)),
    ("POST", "/referrals/clients/<client_id>/find"): Row("referrals.send", "client", (302,)),
    ("GET", "/referrals/clients/<client_id>/consents/new"): Row("consents.write", "client"),
    ("POST", "/referrals/clients/<client_id>/consents/new"): Row("consents.write", "client", (422,)),
    ("GET", "/referrals/consents/<consent_id>"): Row("consents.read", "consent"),
    ("POST", "/referrals/consents/<consent_id>/end"): Row("consents.write", "consent", (422,)),
    ("GET", "/referrals/consents/<consent_id>/revoke"): Row("consents.write", "consent"),
    ("POST", "/referrals/consents/<consent_id>/revoke"): Row("consents.write", "consent", (422,)),
    ("GET", "/referrals/find"): Row("referrals.send"),
    ("GET", "/referrals/new"): Row("referrals.send", ok=(404,)),
    ("POST", "/referrals/new"): Row("referrals.send", ok=(404,)),
    ("GET", "/referrals/<referral_id>/edit"): Row("referrals.send", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/edit"): Row("referrals.send", "referral", (409, 422)),
    ("POST", "/referrals/<referral_id>/delete"): Row("referrals.send", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/again"): Row("referrals.send", "referral", (409,)),
    ("GET", "/referrals/<referral_id>/place"): Row("referrals.send", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/place"): Row("referrals.send", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/place/choose"): Row("referrals.send", "referral", (409,)),
    ("GET", "/referrals"): Row("referrals.read_sent"),
    ("GET", "/referrals/<referral_id>"): Row("referrals.read_sent", "referral"),
    ("GET", "/referrals/<referral_id>/moves/<event>"): Row("referrals.send", "referral"),
    ("POST", "/referrals/<referral_id>/moves/<event>"): Row("referrals.send", "referral", (409, 422)),
    ("POST", "/referrals/<referral_id>/messages"): Row("referrals.send", "referral", (422,)),
    ("POST", "/referrals/<referral_id>/attempts"): Row("referrals.send", "referral", (422,)),
    ("GET", "/referrals/<referral_id>/sheet"): Row("referrals.read_sent", "referral"),
    ("POST", "/referrals/<referral_id>/handoffs"): Row("handoffs.record", "referral", (302,)),
    ("GET", "/referrals/<referral_id>/handoffs/plan"): Row("handoffs.record", "referral"),
    ("POST", "/referrals/<referral_id>/handoffs/plan"): Row("handoffs.record", "referral", (422,)),
    ("POST", "/referrals/<referral_id>/handoffs/<handoff_id>/begin"): Row(
        "handoffs.record", "referral", (409,)
    ),
    ("POST", "/referrals/<referral_id>/handoffs/<handoff_id>/cancel"): Row(
        "handoffs.record", "referral", (409, 422)
    ),
    ("GET", "/referrals/<referral_id>/handoffs/<handoff_id>"): Row("handoffs.record", "referral"),
    ("POST", "/referrals/<referral_id>/handoffs/<handoff_id>"): Row("handoffs.record", "referral", (422,)),
    ("POST", "/referrals/<referral_id>/handoffs/<handoff_id>/follow-up"): Row(
        "handoffs.record", "referral", (409,)
    ),
    ("GET", "/referrals/break-glass"): Row("break_glass.read"),
    ("POST", "/referrals/break-glass"): Row("break_glass.read", ok=(422,)),
    ("GET", "/referrals/break-glass/<look_id>"): Row("break_glass.read", "look"),
    ("GET", "/referrals/looks"): Row("break_glass.acknowledge"),
    ("POST", "/referrals/looks/<look_id>/acknowledge"): Row("break_glass.acknowledge", "look", (302,)),
    ("GET", "/referrals/privacy/looks"): Row("audit.read"),
    ("GET", "/referrals/incidents"): Row("incidents.read"),
    ("GET", "/referrals/incidents/new"): Row("incidents.write"),
    ("POST", "/referrals/incidents/new"): Row("incidents.write", ok=(422,)),
    ("GET", "/referrals/incidents/<incident_id>"): Row("incidents.read", "incident"),
    ("POST", "/referrals/incidents/<incident_id>/assessment"): Row("incidents.write", "incident", (422,)),
    ("POST", "/referrals/incidents/<incident_id>/notices"): Row("incidents.write", "incident", (422,)),
    ("POST", "/referrals/incidents/<incident_id>/close"): Row("incidents.write", "incident", (409,)),
    ("GET", "/referrals/privacy"): Row("audit.read"),
    ("GET", "/referrals/privacy/audit.csv"): Row("audit.read"),
    ("GET", "/referrals/privacy/chain"): Row("audit.read"),
    ("GET", "/referrals/privacy/people"): Row("accounting.read"),
    ("POST", "/referrals/privacy/people"): Row("accounting.read", ok=(422,)),
    ("GET", "/referrals/privacy/people/<client_id>"): Row("accounting.read", "client"),
    ("GET", "/referrals/privacy/people/<client_id>/disclosures.csv"): Row("accounting.read", "client"),
    ("GET", "/referrals/clients/<client_id>/disclosures"): Row("clients.read", "client"),
    ("GET", "/referrals/clients/<client_id>/disclosures.csv"): Row("clients.read", "client"),
    ("GET", "/referrals/team"): Row("reports.agency"),
    ("GET", "/referrals/<referral_id>/ground"): Row("referrals.read_sent", "referral"),
    ("POST", "/referrals/<referral_id>/ground"): Row("referrals.send", "referral", (409,)),
    ("GET", "/referrals/<referral_id>/ground/override"): Row("referrals.override", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/ground/override"): Row("referrals.override", "referral", (409,)),
    ("GET", "/referrals/<referral_id>/ground/emergency"): Row("referrals.send", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/ground/emergency"): Row("referrals.send", "referral", (409,)),
    ("GET", "/referrals/<referral_id>/ground/court-order"): Row("referrals.override", "referral", (409,)),
    ("POST", "/referrals/<referral_id>/ground/court-order"): Row("referrals.override", "referral", (409,)),
    ("GET", "/referrals/minor-rules"): Row("consents.rules"),
    ("POST", "/referrals/minor-rules"): Row("consents.rules", ok=(422,)),
    ("POST", "/referrals/minor-rules/<rule_id>/end"): Row("consents.rules", "rule", (302,)),
    ("POST", "/referrals/<referral_id>/own-link"): Row("referrals.send", "referral"),
    ("POST", "/referrals/<referral_id>/own-link/close"): Row("referrals.send", "referral", (302,)),
    ("POST", "/referrals/<referral_id>/check-ins/<days>"): Row("referrals.send", "referral", (404,)),
    ("GET", "/referrals/reports"): Row("reports.agency"),
    ("GET", "/referrals/reports/files/<code>"): Row("reports.agency", ok=(404,)),
    ("GET", "/referrals/reports/network"): Row("reports.network"),
    ("GET", "/referrals/reports/network/files/<code>"): Row("reports.network", ok=(404,)),
    ("GET", "/referrals/reports/extracts/<code>"): Row("exports.deidentified"),
    ("GET", "/inbox"): Row("referrals.read_received"),
    ("GET", "/inbox/<referral_id>"): Row("referrals.read_received", "received"),
    ("GET", "/inbox/<referral_id>/moves/<event>"): Row("referrals.answer", "received"),
    ("POST", "/inbox/<referral_id>/moves/<event>"): Row("referrals.answer", "received", (409, 422)),
    ("POST", "/inbox/<referral_id>/messages"): Row("referrals.answer", "received", (422,)),
    ("POST", "/inbox/<referral_id>/attempts"): Row("referrals.answer", "received", (422,)),
    ("POST", "/inbox/<referral_id>/handoffs/<handoff_id>/received"): Row(
        "referrals.answer", "received", (422,)
    ),
    ("GET", "/inbox/<referral_id>/print"): Row("referrals.read_received", "received"),
    ("POST", "/referrals/<referral_id>/links"): Row("referrals.send", "referral", (422,)),
    ("POST", "/referrals/<referral_id>/links/close"): Row("referrals.send", "referral", (302,)),
    ("GET", "/r"): Row(BY_LINK),
    ("POST", "/r"): Row(BY_LINK, ok=(422,)),
    ("GET", "/r/referral"): Row(BY_LINK, ok=(404,)),
    ("GET", "/r/referral/print"): Row(BY_LINK, ok=(404,)),
    ("GET", "/r/referral/moves/<event>"): Row(BY_LINK, ok=(404,)),
    ("POST", "/r/referral/moves/<event>"): Row(BY_LINK, ok=(404,)),
    ("POST", "/r/referral/messages"): Row(BY_LINK, ok=(404,)),
    ("POST", "/r/finish"): Row(BY_LINK, ok=(404,)),
}


def is_work(rule: str) -> bool:
    return any(rule == each or rule.startswith(each + "/") for each in WORK)


def plain(rule: str) -> str:
    """The address as rows have it: `<key:client_id>` is `<client_id>`."""
    return re.sub(r"<\w+:", "<", rule)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if is_work(rule.rule):
                yield method, rule


def test_every_route_at_work_has_a_row_and_every_row_a_route(office: Office) -> None:
    assert {(method, plain(rule.rule)) for method, rule in routes(office.app)} == set(ROWS)


def test_every_route_declares_the_right_of_its_row(office: Office) -> None:
    declared = {
        (method, plain(rule.rule)): access_of(office.app.view_functions[rule.endpoint])
        for method, rule in routes(office.app)
    }
    assert declared == {key: row.right for key, row in ROWS.items()}
    assert SIGNED_IN not in declared.values()


def begun(office: Office, referral: str) -> str:
    """The id of a handoff that was begun."""
    page = press(office.as_("casey"), referral, "Begin a handoff now")
    return str(page.location).rpartition("/")[2]


def entered_rule(office: Office) -> str:
    """The id of a rule on who signs that the sender's supervisor entered."""
    page = "/referrals/minor-rules"
    given = {"state": "WY", "data_class": "other", "from_age": "15", "below_age": "16", "citation": "A law"}
    assert send(office.as_("sam"), page, **given, who_signs="both").status_code == 302
    found = re.search(rf'{page}/([0-9a-f-]+)/end"', office.as_("sam").get(page).text)
    assert found
    return found[1]


def begun_look(office: Office, referral: str) -> str:
    """The id of a look that the network's administrator asked for."""
    reason = "The referral cannot be opened any more"
    answer = send(office.as_("nett"), "/referrals/break-glass", referral=referral, reason=reason)
    assert answer.status_code == 302
    return str(answer.location).rpartition("/")[2]


def reported_incident(office: Office) -> str:
    """The id of an incident that the sender's supervisor wrote down."""
    given = {"kind": "lost", "discovered_on": ahead(-1)[:10], "description": "A folder was left on the bus"}
    answer = send(office.as_("sam"), "/referrals/incidents/new", **given)
    assert answer.status_code == 302
    return str(answer.location).rpartition("/")[2]


@pytest.fixture(scope="module")
def things(office: Office) -> dict[str, str]:
    """One of each, of the sender's and of the receiver's."""
    client = office.client()
    consent = office.consent(client)
    referral = office.sent()
    return {
        "client_id": client.rpartition("/")[2],
        "consent_id": consent.rpartition("/")[2],
        "referral_id": referral.rpartition("/")[2],
        "limit_id": ABSENT,
        "handoff_id": begun(office, referral),
        "event": "withdraw",
        "code": "hmis",
        "days": "30",
        "rule_id": entered_rule(office),
        "look_id": begun_look(office, referral),
        "incident_id": reported_incident(office),
    }


def address(rule: str, things: dict[str, str]) -> str:
    event = "decline" if rule.startswith("/inbox") else things["event"]
    return re.sub(r"<(\w+)>", lambda found: {**things, "event": event}[found[1]], rule)


def ask(office: Office, who: str, method: str, path: str) -> tuple[int, str]:
    """Status, and the page without what differs by chance."""
    browser = office.as_(who)
    if method == "GET":
        answer = browser.get(path)
    else:
        token = office.token(who) if who != "nobody" else token_of(browser.get("/account/sign-in"))
        answer = browser.post(path, data={"csrf_token": token})
    text = re.sub(r'value="[^"]*"|href="[^"]*"', "", answer.text)
    return answer.status_code, text


@pytest.mark.parametrize("who", SIDES)
@pytest.mark.parametrize(("method", "rule"), ROWS)
def test_each_route_answers_those_who_may_and_nobody_else(
    office: Office, things: dict[str, str], method: str, rule: str, who: str
) -> None:
    row = ROWS[method, rule]
    status, text = ask(office, who, method, address(rule, things))
    if row.right == BY_LINK:  # no account counts there; `test_receiver_link.py` goes in by a link
        assert status in row.ok
        return
    if who == "nobody":
        assert status == (302 if method == "GET" else 401)
        return
    if row.right not in ROLES[PEOPLE[who][0]]:
        assert status == 403
        return
    if not row.object or OWNERS[row.object] == SIDES[who]:
        assert status in row.ok, text[:3000]
        return
    gone = {**things, **dict.fromkeys(OBJECTS, ABSENT)}
    assert (status, text) == ask(office, who, method, address(rule, gone))
    assert status == 404


def test_pages_at_work_are_kept_by_nobody(office: Office, things: dict[str, str]) -> None:
    for (method, rule), row in ROWS.items():
        if method == "GET":
            who = "pat" if row.object == "received" or "received" in row.right else "casey"
            answer = office.as_(who).get(address(rule, things))
            assert answer.headers["Cache-Control"] == "private, no-store", rule
            assert "Cookie" in answer.headers["Vary"], rule


def test_no_form_is_taken_without_its_token(office: Office, things: dict[str, str]) -> None:
    for (method, rule), row in ROWS.items():
        if method == "POST":
            who = "pat" if row.object == "received" else "casey"
            assert office.as_(who).post(address(rule, things)).status_code == 400, rule


def test_a_receiver_may_not_open_the_senders_page_nor_a_sender_the_receivers(
    office: Office, things: dict[str, str]
) -> None:
    page = f"/referrals/{things['referral_id']}"
    assert office.as_("pat").get(page).status_code == 403
    assert office.as_("casey").get(received(page)).status_code == 403
    assert office.as_("sam").get(received(page)).status_code == 404


def test_no_form_sets_what_is_not_asked(office: Office) -> None:
    """Mass assignment: status, agency, consent and basis in a form change nothing."""
    referral = office.draft(office.client())
    form = office.as_("casey").get(f"{referral}/edit")
    data = {
        **hidden(form.text, f"{referral}/edit"),
        "needs": ["outpatient"],
        "status": "accepted",
        "from_agency_id": ABSENT,
        "to_agency_id": ABSENT,
        "basis": "supervisor_override",
        "consent_id": ABSENT,
    }
    assert office.as_("casey").post(f"{referral}/edit", data=data).status_code == 302
    text = office.as_("casey").get(referral).text
    assert ">Draft</span>" in text
    assert "There is no consent for this." in text
