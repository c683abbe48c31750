"""Clients: one agency's own, found by exact match, sealed, audited."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text

from directory.accounts.tables import AuditEntry
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound, VersionConflict
from directory.referrals import clients
from directory.referrals.client_fields import check
from directory.referrals.tables_clients import Client
from tests.referrals.world import ALEX, World


def actions(world: World) -> list[str]:
    with world.sessions() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_a_client_comes_back_and_every_step_is_audited(world: World) -> None:
    client_id = world.client()
    with world.as_() as acting:
        found = clients.read(acting, client_id)
    assert found.fields == replace(ALEX, phone="2155550143")
    with world.as_() as acting:
        clients.change(acting, client_id, replace(ALEX, city="Philadelphia"), expected_version=1)
    with world.as_() as acting:
        assert [each.id for each in clients.newest(acting)] == [client_id]
    assert actions(world) == ["client.add", "client.read", "client.change", "client.list"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "alex  QUILLFEATHER", "birth_date": dt.date(1990, 5, 17)},
        {"phone": "+1 215 555 0143"},
        {"phone": "215.555.0143"},
    ],
)
def test_a_client_is_found_by_exact_match_however_it_is_written(
    world: World, wanted: dict[str, object]
) -> None:
    client_id = world.client()
    with world.as_("sam") as acting:
        assert [each.id for each in clients.find(acting, **wanted)] == [client_id]  # type: ignore[arg-type]


def test_part_of_a_name_finds_nobody(world: World) -> None:
    world.client()
    with world.as_() as acting:
        assert clients.find(acting, name="Quillfeather", birth_date=dt.date(1990, 5, 17)) == ()
        with pytest.raises(QueryInvalid):
            clients.find(acting, name="Alex Quillfeather")


def test_another_agency_finds_reads_and_changes_nobody(world: World) -> None:
    client_id = world.client()
    with world.as_("otto") as acting:
        assert clients.find(acting, phone="2155550143") == ()
        for attempt in (
            lambda: clients.read(acting, client_id),
            lambda: clients.change(acting, client_id, ALEX, expected_version=1),
            lambda: clients.set_do_not_contact(acting, client_id, wanted=True),
        ):
            with pytest.raises(RecordNotFound):
                attempt()


def test_the_same_person_at_two_agencies_has_nothing_in_common(world: World) -> None:
    world.client()
    world.client(who="otto")
    with world.sessions() as session:
        first, second = session.scalars(select(Client)).all()
    assert first.name_birth_index != second.name_birth_index
    assert first.phone_index != second.phone_index
    assert first.name.token != second.name.token


def test_provider_staff_and_a_steward_see_no_clients(world: World) -> None:
    for who in ("pat", "stew", "priv"):
        with pytest.raises(AccessRefused), world.as_(who) as acting:
            clients.newest(acting)


def test_who_was_slower_is_told(world: World) -> None:
    client_id = world.client()
    with world.as_() as acting:
        clients.change(acting, client_id, ALEX, expected_version=1)
    with pytest.raises(VersionConflict), world.as_("cleo") as acting:
        clients.change(acting, client_id, ALEX, expected_version=1)


def test_every_wrong_field_is_named(world: World) -> None:
    wrong = replace(ALEX, name=" ", state="Penn", timezone="Mars/Olympus", safe_times=((8, "9", "10"),))
    with pytest.raises(QueryInvalid) as refused:
        world.client(wrong)
    assert set(refused.value.fields) == {"name", "state", "timezone", "safe_times"}


def test_nothing_that_tells_who_somebody_is_stands_in_the_row(world: World, database: Engine) -> None:
    world.client()
    with database.connect() as connection:
        row = connection.execute(text("SELECT * FROM client")).mappings().one()
    told = " ".join(str(value) for value in row.values())
    for secret in ("Alex", "Quillfeather", "1990", "5550143", "Larkspur", "Zorblat", "mail.example"):
        assert secret not in told


def test_a_limit_is_written_down_and_ended(world: World) -> None:
    client_id = world.client()
    with world.as_() as acting:
        made = clients.restrict(acting, client_id, "Nothing to the family")
    with world.as_() as acting:
        assert clients.read(acting, client_id).restrictions == ((made.id, "Nothing to the family"),)
        clients.end_restriction(acting, client_id, made.id)
    with world.as_() as acting:
        assert clients.read(acting, client_id).restrictions == ()


def test_a_day_has_no_minute_after_twenty_four_hours() -> None:
    fine, late = ((1, "09:00", "24:00"),), ((1, "09:00", "24:59"),)
    check(replace(ALEX, safe_times=fine))
    with pytest.raises(QueryInvalid) as refused:
        check(replace(ALEX, safe_times=late))
    assert list(refused.value.fields) == ["safe_times"]


def test_a_limit_is_ended_once_and_only_by_its_own_client(world: World) -> None:
    client_id, other = world.client(), world.client(replace(ALEX, name="Someone Else"))
    with world.as_() as acting:
        made = clients.restrict(acting, client_id, "Nothing to the family").id
    with world.as_() as acting, pytest.raises(RecordNotFound):
        clients.end_restriction(acting, other, made)
    for _ in range(2):
        with world.as_() as acting:
            clients.end_restriction(acting, client_id, made)
    with world.sessions() as session:
        deeds = session.scalars(select(AuditEntry.action)).all()
    assert deeds.count("client.end_restriction") == 1
