"""Programs of agencies on each of the two databases: secrets that follow each other, tokens that end."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts import programs
from directory.accounts.access import SCOPES, SYSTEM, Actor
from directory.accounts.agencies import NewAgency, add_agency
from directory.accounts.api_tables import ApiClient, ApiToken
from directory.accounts.programs import OLDER_LASTS, TOKEN_LASTS, Granted, Registered
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound
from directory.referrals.acting import may, need, need_over

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


@pytest.fixture
def made(session: Session) -> Registered:
    agency = add_agency(session, NewAgency(name="Maple House", timezone="America/New_York"), SYSTEM, NOW)
    scopes = ("clients.read", "referrals.send")
    return programs.register(session, agency=agency, name="Casework", scopes=scopes, actor=SYSTEM, now=NOW)


def granted(session: Session, made: Registered, secret: str = "", now: dt.datetime = NOW) -> Granted:
    found = programs.grant(session, made.client.id, secret or made.secret, None, now)
    assert isinstance(found, Granted), found
    return found


def test_a_token_leads_to_its_program_with_what_it_may(session: Session, made: Registered) -> None:
    token = granted(session, made).token
    found = programs.program_of(session, token, NOW)
    assert found is not None
    assert (found.actor.role, found.actor.program_id) == ("api", made.client.id)
    assert found.actor.scopes == {"clients.read", "referrals.send"}
    assert found.timezone == "America/New_York"
    assert programs.program_of(session, token, NOW + TOKEN_LASTS) is None


def test_no_two_secrets_and_tokens_are_alike(session: Session, made: Registered) -> None:
    secrets = {
        made.secret,
        *(programs.rotate(session, made.client, actor=SYSTEM, now=NOW).secret for _ in "ab"),
    }
    assert len(secrets) == 3
    assert all(each.startswith("rds_") and len(each) > 40 for each in secrets)


def test_of_three_secrets_two_live(session: Session, made: Registered) -> None:
    second = programs.rotate(session, made.client, actor=SYSTEM, now=NOW).secret
    third = programs.rotate(session, made.client, actor=SYSTEM, now=NOW).secret
    assert programs.grant(session, made.client.id, made.secret, None, NOW) == "invalid_client"
    granted(session, made, second)
    granted(session, made, third)
    later = NOW + OLDER_LASTS
    assert programs.grant(session, made.client.id, second, None, later) == "invalid_client"
    granted(session, made, third, later)


def test_tokens_that_are_over_are_not_kept(session: Session, made: Registered) -> None:
    for hours in range(3):
        granted(session, made, now=NOW + dt.timedelta(hours=hours))
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


def test_what_is_revoked_stays_revoked(session: Session, made: Registered) -> None:
    token = granted(session, made).token
    for _ in "ab":
        programs.revoke(session, made.client, actor=SYSTEM, now=NOW)
    assert programs.program_of(session, token, NOW) is None
    assert programs.grant(session, made.client.id, made.secret, None, NOW) == "invalid_client"
    with pytest.raises(QueryInvalid):
        programs.rotate(session, made.client, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("scopes", [(), ("referrals.void",), ("clients.read", "people.invite")])
def test_only_what_workers_do_can_be_given(
    session: Session, made: Registered, scopes: tuple[str, ...]
) -> None:
    agency = made.client.agency
    with pytest.raises(QueryInvalid) as told:
        programs.register(session, agency=agency, name=" ", scopes=scopes, actor=SYSTEM, now=NOW)
    assert set(told.value.fields) == {"name", "scope"}


def test_a_program_that_is_not_there_is_said_so(session: Session, made: Registered) -> None:
    assert programs.find_program(session, made.client.id) is made.client
    for key in ("", "nonsense", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(RecordNotFound):
            programs.find_program(session, key)


def test_a_program_has_what_it_was_given_and_nothing_else() -> None:
    program = Actor(role="api", agency_id="a", scopes=frozenset({"clients.read", "referrals.void"}))
    assert [each for each in (*SCOPES, "referrals.void") if may(program, each)] == ["clients.read"]
    with pytest.raises(AccessRefused):
        need(Actor(role="api", agency_id="a"), "clients.read")
    with pytest.raises(RecordNotFound):
        need_over(program, "clients.read", ["b"])
    assert need_over(program, "clients.read", ["a"]) is program


def test_what_a_program_is_goes_with_its_agency(session: Session, made: Registered) -> None:
    granted(session, made)
    session.flush()
    session.delete(made.client)
    session.flush()
    assert session.scalar(select(func.count()).select_from(ApiClient)) == 0
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 0
