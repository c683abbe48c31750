"""The matrix of the routes for programs: made from the URL map, so that a new route is in it by itself.

Each is tried without a token, with the cookie of each role of people, with a token that has every scope but
the right ones, and with one that has only the right one. Another agency's records: `test_api_referrals.py`.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from directory.accounts.access import SCOPES
from directory.accounts.tables import new_id
from directory.web.access import PUBLIC, access_of, scopes_of
from tests.web.office import RECEIVER, SENDER, THIRD, Office
from tests.web.programs import ABSENT, Caller, consent_fields

OPEN = {
    "/api/docs",
    "/api/docs/<name>",
    "/api/guide",
    "/api/openapi.json",
    "/api/v1/search",
    "/api/v1/suggest",
    "/api/v1/oauth/token",
}
"""Routes that want no token. The last gives them out."""
ROLES_OF_OFFICE = ("casey", "sam", "pat", "stew", "priv", "nett")


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule


def for_programs(app: Flask) -> list[tuple[str, str, list[str]]]:
    """(method, address of nothing, scopes) of each route that wants a token."""
    return [
        (method, re.sub(r"<[^>]+>", ABSENT, rule.rule), scopes)
        for method, rule in routes(app)
        if (scopes := scopes_of(app.view_functions[rule.endpoint]))
    ]


pytestmark = pytest.mark.usefixtures("tries_forgotten")


def test_every_route_of_the_api_is_open_by_name_or_wants_a_scope(office: Office) -> None:
    public = {
        rule.rule
        for _, rule in routes(office.app)
        if access_of(office.app.view_functions[rule.endpoint]) == PUBLIC
    }
    assert public == OPEN
    closed = {rule.rule for _, rule in routes(office.app)} - OPEN
    assert closed == {
        rule.rule for _, rule in routes(office.app) if scopes_of(office.app.view_functions[rule.endpoint])
    }
    assert len(for_programs(office.app)) > 30


def test_without_a_token_nothing_opens(office: Office) -> None:
    http = office.app.test_client()
    for method, address, _ in for_programs(office.app):
        answer = http.open(address, method=method, json={}, headers={"Idempotency-Key": new_id()})
        assert (answer.status_code, answer.get_json()["error"]) == (401, "unauthorized"), (method, address)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("who", ROLES_OF_OFFICE)
def test_no_role_of_people_opens_anything(office: Office, who: str) -> None:
    browser = office.as_(who)
    for method, address, _ in for_programs(office.app):
        assert browser.open(address, method=method, json={}).status_code == 401, (method, address)


def test_every_route_wants_its_own_scope(office: Office) -> None:
    app = office.app
    wanted = {tuple(scopes) for _, _, scopes in for_programs(app)}
    callers = {
        scopes: Caller.of(office, SENDER, *(each for each in SCOPES if each not in scopes))
        for scopes in wanted
    }
    assert {each for scopes in wanted for each in scopes} == set(SCOPES)
    for method, address, scopes in for_programs(app):
        answer = callers[tuple(scopes)].call(method, address.removeprefix("/api/v1"), {})
        assert answer.status_code == 403, (method, address)
        assert f'scope="{" ".join(scopes)}"' in answer.headers["WWW-Authenticate"]


def test_with_the_scope_alone_the_gate_of_the_route_opens(office: Office) -> None:
    callers = {scope: Caller.of(office, SENDER, scope) for scope in SCOPES}
    for method, address, scopes in for_programs(office.app):
        for scope in scopes:
            answer = callers[scope].call(method, address.removeprefix("/api/v1"), {})
            assert answer.status_code not in {401, 500}, (method, address, scope)
            assert "WWW-Authenticate" not in answer.headers, (method, address, scope)


# --- another agency's -------------------------------------------------------------------------------


def body_for(app: Flask, method: str, rule: str) -> dict[str, Any]:
    """What the route takes, so that nothing but the record is wrong."""
    last = rule.rpartition("/")[2]
    if method == "PUT":
        return {"version": 1, **({"name": "Alex"} if "client" in rule else {})}
    given: dict[str, dict[str, Any]] = {
        "consents": consent_fields(app),
        "revoke": {"by": "client", "how": "oral"},
        "messages": {"text": "Hello"},
        "attempts": {"method": "phone", "outcome": "no_answer"},
        "handoffs": {"method": "video", "state": "planned"},
        "follow-up": {"result": "They are there"},
    }
    return {"version": 1} if "/moves/" in rule else given.get(last, {})


def test_another_agencys_record_is_answered_like_what_is_not_there(office: Office) -> None:
    owner, stranger = Caller.of(office, SENDER), Caller.of(office, THIRD)
    client, referral = owner.client(), owner.sent()
    handoff = owner.made(f"/referrals/{referral}/handoffs", {"method": "video", "state": "attempted"})
    theirs = {
        "client_id": client,
        "consent_id": owner.consent(client),
        "referral_id": referral,
        "handoff_id": handoff,
    }
    tried = 0
    for method, rule in routes(office.app):
        if scopes_of(office.app.view_functions[rule.endpoint]) and rule.arguments:
            name = next(iter(rule.arguments))
            body = body_for(office.app, method, rule.rule)
            told = [
                stranger.call(method, re.sub(r"<[^>]+>", key, rule.rule).removeprefix("/api/v1"), body)
                for key in (theirs[name], ABSENT)
            ]
            assert [each.status_code for each in told] == [404, 404], (method, rule.rule, told[0].text)
            assert told[0].text == told[1].text, (method, rule.rule)
            tried += 1
    assert tried > 30
    assert owner.get(f"/referrals/{referral}").get_json()["status"] == "sent"


def test_a_draft_is_not_there_for_its_receiver(office: Office) -> None:
    owner, receiver = Caller.of(office, SENDER), Caller.of(office, RECEIVER)
    draft = owner.draft(owner.client())
    for method, rule in routes(office.app):
        if rule.arguments == {"referral_id"} and scopes_of(office.app.view_functions[rule.endpoint]):
            address = rule.rule.replace("<key:referral_id>", draft).removeprefix("/api/v1")
            answer = receiver.call(method, address, body_for(office.app, method, rule.rule))
            assert answer.status_code == 404, (method, rule.rule)
