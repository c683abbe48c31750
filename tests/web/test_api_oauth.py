"""Tokens for programs: RFC 6749 client credentials, RFC 6750 bearer tokens; both end with their program."""

import datetime as dt

import pytest
from sqlalchemy import select

from directory.accounts.api_tables import ApiClient, ApiToken
from directory.accounts.programs import TOKEN_LASTS
from directory.accounts.tables import Agency, AuditEntry
from directory.database import db, session_factory
from tests.web.office import SENDER, THIRD, Office
from tests.web.programs import (
    TOKEN,
    Caller,
    add_program,
    ask_token,
    basic,
    moment,
    revoke_program,
    rotate_program,
)
from tests.web.staff import later

pytestmark = pytest.mark.usefixtures("tries_forgotten")


def test_a_program_gets_a_token_for_its_secret(office: Office) -> None:
    made = add_program(office.app, SENDER, "clients.read", "referrals.send")
    answer = ask_token(office.app.test_client(), made.client.id, made.secret)
    told = answer.get_json()
    assert answer.status_code == 200
    assert (told["token_type"], told["expires_in"], told["scope"]) == (
        "Bearer",
        1800,
        "clients.read referrals.send",
    )
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert "Set-Cookie" not in answer.headers


def test_id_and_secret_may_be_in_the_form_but_not_in_both_places(office: Office) -> None:
    made, http = add_program(office.app, SENDER), office.app.test_client()
    form = {
        "grant_type": "client_credentials",
        "client_id": made.client.id,
        "client_secret": made.secret,
    }
    assert http.post(TOKEN, data=form).status_code == 200
    both = http.post(TOKEN, data=form, headers=basic(made.client.id, made.secret))
    assert (both.status_code, both.get_json()["error"]) == (400, "invalid_request")


def test_fewer_scopes_may_be_asked_for_and_never_more(office: Office) -> None:
    made, http = add_program(office.app, SENDER, "clients.read", "clients.write"), office.app.test_client()
    fewer = ask_token(http, made.client.id, made.secret, scope="clients.read")
    assert fewer.get_json()["scope"] == "clients.read"
    for scope in ("referrals.send", "clients.read referrals.void", "people.invite"):
        more = ask_token(http, made.client.id, made.secret, scope=scope)
        assert (more.status_code, more.get_json()["error"]) == (400, "invalid_scope")


WRONG_FORMS = {
    "no kind of grant": ({}, 400, "invalid_request"),
    "a grant for people": ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    "a code": ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
    "a field twice": ({"grant_type": ["client_credentials", "client_credentials"]}, 400, "invalid_request"),
}


@pytest.mark.parametrize("case", WRONG_FORMS)
def test_a_wrong_request_is_told_by_its_code(office: Office, case: str) -> None:
    form, status, code = WRONG_FORMS[case]
    made = add_program(office.app, SENDER)
    answer = office.app.test_client().post(TOKEN, data=form, headers=basic(made.client.id, made.secret))
    assert (answer.status_code, answer.get_json()["error"]) == (status, code)
    assert set(answer.get_json()) == {"code", "error", "error_description", "message", "fields"}


def test_a_json_object_is_no_form(office: Office) -> None:
    made = add_program(office.app, SENDER)
    answer = office.app.test_client().post(
        TOKEN, json={"grant_type": "client_credentials"}, headers=basic(made.client.id, made.secret)
    )
    assert answer.get_json()["error"] == "invalid_request"


def test_unknown_wrong_and_revoked_are_answered_alike(office: Office) -> None:
    http, made = office.app.test_client(), add_program(office.app, SENDER)
    gone = add_program(office.app, SENDER)
    revoke_program(office.app, gone.client.id)
    answers = [
        ask_token(http, made.client.id, "rds_wrong"),
        ask_token(http, made.client.id, ""),
        ask_token(http, "00000000-0000-4000-8000-000000000000", made.secret),
        ask_token(http, "no id", made.secret),
        ask_token(http, gone.client.id, gone.secret),
        http.post(TOKEN, data={"grant_type": "client_credentials"}),
        http.post(TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic !!!"}),
        http.post(TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": "Bearer x"}),
    ]
    assert {each.status_code for each in answers} == {401}
    assert {each.headers["WWW-Authenticate"] for each in answers} == {'Basic realm="api"'}
    assert len({each.text for each in answers}) == 1
    assert answers[0].get_json()["error"] == "invalid_client"


def test_too_many_tries_have_to_wait(office: Office) -> None:
    http, made = office.app.test_client(), add_program(office.app, SENDER)
    for _ in range(60):
        ask_token(http, made.client.id, "rds_wrong")
    answer = ask_token(http, made.client.id, made.secret)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    other = add_program(office.app, SENDER)
    assert ask_token(http, other.client.id, other.secret).status_code == 200


def test_a_program_that_writes_its_id_in_another_way_has_no_more_tries(office: Office) -> None:
    http, made = office.app.test_client(), add_program(office.app, SENDER)
    for name in (made.client.id, made.client.id.replace("-", "%2D")):
        for _ in range(30):
            ask_token(http, name, "rds_wrong")
    assert ask_token(http, made.client.id, made.secret).status_code == 429


# --- secrets ----------------------------------------------------------------------------------------


def test_after_a_rotation_both_secrets_work_for_a_week(office: Office) -> None:
    http, made = office.app.test_client(), add_program(office.app, SENDER)
    newer = rotate_program(office.app, made.client.id)
    assert ask_token(http, made.client.id, made.secret).status_code == 200
    assert ask_token(http, made.client.id, newer).status_code == 200
    with later(office.app, dt.timedelta(days=8)):
        assert ask_token(http, made.client.id, made.secret).status_code == 401
        assert ask_token(http, made.client.id, newer).status_code == 200


def test_a_leaked_secret_ends_at_once_with_its_tokens(office: Office) -> None:
    caller = Caller.of(office, SENDER)
    newer = rotate_program(office.app, caller.client_id, at_once=True)
    assert ask_token(caller.http, caller.client_id, caller.secret).status_code == 401
    assert caller.get("/referrals?side=sent").status_code == 401
    assert ask_token(caller.http, caller.client_id, newer).status_code == 200


def test_no_secret_and_no_token_is_in_the_database(office: Office) -> None:
    caller = Caller.of(office, SENDER)
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        kept = [
            str({column.name: getattr(row, column.name) for column in row.__table__.columns})
            for kind in (ApiClient, ApiToken)
            for row in session.scalars(select(kind))
        ]
    assert kept
    for secret in (caller.secret, caller.token):
        assert not any(secret in each for each in kept)


# --- tokens -----------------------------------------------------------------------------------------


def test_a_request_without_a_token_is_told_how_to_come(office: Office) -> None:
    answer = office.app.test_client().get("/api/v1/referrals?side=sent")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.get_json()["error"] == "unauthorized"
    assert "Authorization" in answer.headers["Vary"]


@pytest.mark.parametrize("token", ["", "rdt_nonsense", "nonsense", "rdt_" + "a" * 5000])
def test_a_token_that_is_none_is_refused(office: Office, token: str) -> None:
    answer = office.app.test_client().get(
        "/api/v1/referrals?side=sent", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_address_or_the_form_is_not_seen(office: Office) -> None:
    caller = Caller.of(office, SENDER)
    http = office.app.test_client()
    assert http.get(f"/api/v1/referrals?side=sent&access_token={caller.token}").status_code == 401
    assert http.post("/api/v1/clients", data={"access_token": caller.token}).status_code == 401


def test_a_token_is_over_after_half_an_hour(office: Office) -> None:
    caller = Caller.of(office, SENDER)
    with later(office.app, TOKEN_LASTS - dt.timedelta(seconds=60)):
        assert caller.get("/referrals?side=sent").status_code == 200
    with later(office.app, TOKEN_LASTS + dt.timedelta(seconds=1)):
        assert caller.get("/referrals?side=sent").status_code == 401


def test_a_revoked_program_is_out_at_once(office: Office) -> None:
    caller = Caller.of(office, SENDER)
    assert caller.get("/referrals?side=sent").status_code == 200
    revoke_program(office.app, caller.client_id)
    assert caller.get("/referrals?side=sent").status_code == 401
    assert ask_token(caller.http, caller.client_id, caller.secret).status_code == 401


def test_a_scope_that_was_taken_back_is_gone_at_once(office: Office) -> None:
    caller = Caller.of(office, SENDER, "clients.read", "referrals.read_sent")
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        session.get_one(ApiClient, caller.client_id).scopes = ["clients.read"]
    assert caller.get("/referrals?side=sent").status_code == 403


def test_programs_of_an_agency_that_left_are_out(office: Office) -> None:
    caller = Caller.of(office, THIRD)
    leave(office, moment())
    try:
        assert caller.get("/referrals?side=sent").status_code == 401
        assert ask_token(caller.http, caller.client_id, caller.secret).status_code == 401
    finally:
        leave(office, None)


def leave(office: Office, at: dt.datetime | None) -> None:
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        session.scalars(select(Agency).where(Agency.name == THIRD)).one().left_at = at


def test_a_missing_scope_is_named(office: Office) -> None:
    caller = Caller.of(office, SENDER, "clients.read")
    answer = caller.post("/clients", {"name": "Alex"})
    assert answer.status_code == 403
    told = answer.headers["WWW-Authenticate"]
    assert told.endswith('error="insufficient_scope", scope="clients.write"')


def test_the_audit_tells_which_program_it_was(office: Office) -> None:
    caller = Caller.of(office, SENDER)
    caller.client()
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        query = select(AuditEntry).where(AuditEntry.user_id == caller.client_id).order_by(AuditEntry.seq)
        found = [(each.action, each.role, each.channel) for each in session.scalars(query)]
    assert found == [("program.token", "api", "api"), ("client.add", "api", "api")]
