"""Roles and their rights: the table of reference/referrals.md, asked as questions."""

import pytest

from directory.accounts.access import (
    CLIENT_RIGHTS,
    NETWORK_RIGHTS,
    ROLE_NAMES,
    ROLES,
    SYSTEM,
    WITHOUT_ACCOUNT,
    Actor,
    may,
    need,
    need_over,
)
from directory.errors import AccessRefused, RecordNotFound

ALL_RIGHTS = sorted(frozenset().union(*ROLES.values()))


def acting_as(role: str) -> Actor:
    return Actor(role=role, user_id="u", agency_id="own")


@pytest.mark.parametrize(
    ("role", "right", "allowed"),
    [
        ("caseworker", "referrals.send", True),
        ("caseworker", "clients.read", True),
        ("caseworker", "referrals.override", False),
        ("caseworker", "referrals.answer", False),
        ("provider_staff", "referrals.answer", True),
        ("provider_staff", "capacity.write", True),
        ("provider_staff", "clients.read", False),
        ("supervisor", "referrals.override", True),
        ("supervisor", "referrals.void", True),
        ("supervisor", "exports.deidentified", True),
        ("steward", "listings.steward", True),
        ("network_admin", "network.people", True),
        ("network_admin", "break_glass.read", True),
        ("privacy_officer", "audit.read", True),
        ("privacy_officer", "clients.read", False),
    ],
)
def test_a_role_may_what_the_table_says(role: str, right: str, allowed: bool) -> None:
    assert may(acting_as(role), right) is allowed


@pytest.mark.parametrize("role", ["steward", "network_admin", "privacy_officer"])
def test_who_keeps_the_network_running_sees_no_client(role: str) -> None:
    assert ROLES[role].isdisjoint(CLIENT_RIGHTS)


def test_a_privacy_officer_changes_nothing() -> None:
    assert {each.rpartition(".")[2] for each in ROLES["privacy_officer"]} <= {"read", "read_metadata"}


def test_no_right_that_shows_a_client_reaches_beyond_an_agency() -> None:
    assert NETWORK_RIGHTS.isdisjoint(CLIENT_RIGHTS)
    assert set(ALL_RIGHTS) >= NETWORK_RIGHTS | CLIENT_RIGHTS


def test_every_role_has_a_name() -> None:
    assert set(ROLE_NAMES) == set(ROLES)
    assert set(ROLES).isdisjoint(WITHOUT_ACCOUNT)


@pytest.mark.parametrize("right", [*ALL_RIGHTS, "no.such_right"])
def test_nobody_and_no_job_has_a_right(right: str) -> None:
    assert not may(None, right)
    assert not may(SYSTEM, right)
    with pytest.raises(AccessRefused):
        need(None, right)


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("right", ALL_RIGHTS)
def test_another_agencys_object_is_as_absent_as_one_that_is_not_there(role: str, right: str) -> None:
    actor, told = acting_as(role), []
    for owners in (["other"], ["other", None], []):
        try:
            need_over(actor, right, owners)
        except (AccessRefused, RecordNotFound) as problem:
            told.append((type(problem), str(problem)))
        else:
            assert right in ROLES[role] & NETWORK_RIGHTS
    assert len(set(told)) == 1


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_has_its_rights_over_its_own_agencys_objects_and_no_others(role: str) -> None:
    actor = acting_as(role)
    for right in ALL_RIGHTS:
        if right in ROLES[role]:
            assert need_over(actor, right, ["other", "own"]) is actor
        else:
            with pytest.raises(AccessRefused):
                need_over(actor, right, ["own"])


@pytest.mark.parametrize(
    ("role", "user_id", "agency_id"),
    [("caseworker", "u", None), ("caseworker", None, "own"), ("owner", "u", "own"), ("", None, None)],
)
def test_nobody_acts_without_a_person_an_agency_and_a_known_role(
    role: str, user_id: str | None, agency_id: str | None
) -> None:
    with pytest.raises(ValueError, match="nobody acts as"):
        Actor(role=role, user_id=user_id, agency_id=agency_id)
