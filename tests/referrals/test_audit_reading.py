"""The audit as a privacy officer reads it, and minors' rules, on each of the two databases."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from directory.accounts.audit import verify
from directory.database import read_only
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound
from directory.referrals import ledger, minor_rules
from directory.referrals.accounting_people import consent_facts, find_person
from directory.referrals.audit_reading import AuditQuery, read_file, read_page
from directory.referrals.minors import MinorRule
from tests.referrals.world import DAY, World

RULE = MinorRule(
    state="PA", data_class="other", from_age=14, who_signs="minor", citation="An invented act, 3"
)


@contextmanager
def only_reading(world: World) -> Iterator[Session]:
    with world.sessions() as session:
        read_only(session)
        yield session


def actions(world: World, who: str = "priv", **given: object) -> list[str]:
    with world.as_(who) as acting, only_reading(world) as reading:
        asked = AuditQuery(since=world.now - DAY, until=world.now + DAY, **given)  # type: ignore[arg-type]
        return [each.action for each in read_page(acting, asked, reading) if each.is_sound]


def test_lines_are_found_by_object_person_and_deed_in_the_own_agency(world: World) -> None:
    referral_id = world.sent()
    casey = world.people["casey"].user_id
    assert "referral.send" in actions(world, object_id=referral_id, user_id=casey)
    assert set(actions(world, action="consent.")) == {"consent.record"}
    assert actions(world, object_id=referral_id, action="referral.void") == []
    world.now += 3 * DAY
    assert actions(world, object_id=referral_id) == []
    for who in ("sam", "casey", "stew"):
        with pytest.raises(AccessRefused):
            actions(world, who)


def test_reading_leaves_a_sound_chain_and_a_line_of_its_own(world: World) -> None:
    world.sent()
    actions(world)
    with world.as_("priv") as acting, only_reading(world) as reading:
        asked = AuditQuery(since=world.now - DAY, until=world.now + DAY)
        newest = read_file(acting, asked, reading)[0]
        assert newest.action == "audit.read"
        with pytest.raises(QueryInvalid):
            read_file(acting, AuditQuery(since=world.now, until=world.now - dt.timedelta(days=1)), reading)
    with world.sessions() as session:
        assert verify(session).whole


def test_a_person_is_found_by_the_officer_as_an_id_of_the_own_agency(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    with world.as_("priv") as acting:
        (found,) = find_person(acting, phone="215 555 0143")
        assert found.id == client_id
        (consent,) = consent_facts(acting, client_id)
        assert consent.recipients == ("River Recovery",)
    with world.as_("casey") as acting, pytest.raises(AccessRefused):
        find_person(acting, phone="215 555 0143")


def test_a_rule_that_ended_holds_no_longer_and_stays_on_record(world: World) -> None:
    with world.as_("sam") as acting:
        rule_id = minor_rules.enter(acting, RULE).id
        assert [each.citation for each in ledger.minor_rules(acting.session, world.agencies["sender"])] == [
            RULE.citation
        ]
    with world.as_("bo") as acting, pytest.raises(RecordNotFound):
        minor_rules.end(acting, rule_id)
    for who in ("sam", "sue"):
        with world.as_(who) as acting:
            minor_rules.end(acting, rule_id)
            assert ledger.minor_rules(acting.session, world.agencies["sender"]) == ()
            (kept,) = minor_rules.listed(acting)
            assert (kept.ended_by, kept.ended_at) == ("Sam Worker", world.now)
