"""A supervisor's view: both sides of the own agency, the worst first, no client in it."""

import datetime as dt

import pytest
from sqlalchemy import Engine

from directory.errors import AccessRefused, DisclosureRefused
from directory.referrals.acting import note_refusal
from directory.referrals.team import Team, team_of
from tests.listings.storing import counted_statements
from tests.referrals.world import DAY, HOUR, World


def team(world: World, who: str = "sam") -> Team:
    with world.as_(who) as acting:
        return team_of(acting)


def late(found: Team) -> dict[str, list[str]]:
    return {f"{clock.side} {clock.state}": [row.id for row in rows] for clock, rows in found.late if rows}


def test_what_is_late_is_told_on_both_sides_by_its_own_clock(world: World) -> None:
    waiting, taken = world.sent(), world.accepted()
    assert late(team(world)) == {}
    world.now += 6 * DAY
    assert late(team(world)) == {"sender sent": [waiting]}
    assert late(team(world, "bo")) == {"receiver sent": [waiting], "receiver accepted": [taken]}


def test_what_waits_longest_comes_first(world: World) -> None:
    first = world.sent()
    world.now += DAY
    second = world.sent()
    assert [row.id for row in team(world).waiting] == [first, second]
    assert [row.id for row in team(world, "bo").unanswered] == [first, second]
    assert team(world).unanswered == ()


def test_each_worker_is_counted_with_what_lay_longest(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    world.move(world.draft(client_id, who="cleo"), "send", who="cleo")
    world.draft(world.client())  # not sent: nobody's load
    oldest = world.now
    world.sent()
    world.now += DAY
    world.sent()
    loads = {each.worker_id: (each.count, each.oldest) for each in team(world).loads}
    casey, cleo = world.people["casey"].user_id, world.people["cleo"].user_id
    assert loads == {casey: (2, oldest), cleo: (1, oldest)}
    assert team(world).open == {"sender": 3, "receiver": 0}
    (nobody,) = team(world, "bo").loads
    assert (nobody.worker_id, nobody.side, nobody.count) == (None, "receiver", 3)
    assert team(world).names[casey or ""] == "Casey Worker"


def test_consents_that_end_soon_lead_to_what_rests_on_them(world: World) -> None:
    client_id = world.client()
    later = world.consent(client_id)
    world.now += HOUR
    soon = world.consent(client_id, expires_on=world.now.date() + 10 * DAY)
    referral_id = world.draft(client_id)
    world.move(referral_id, "send")
    (found,) = team(world).consents
    assert (found.consent_id, found.referral_id) == (soon, referral_id)
    assert later != soon
    assert team(world, "bo").consents == ()


def test_refused_disclosures_are_told_for_two_weeks(world: World) -> None:
    referral_id = world.draft(world.client())
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    with world.as_("casey") as acting:
        note_refusal(acting, "referral.send", "referral", [referral_id], refused.value.codes)
        note_refusal(acting, "referral.send", "referral", [referral_id])  # somebody else was quicker
    (found,) = team(world).refusals
    assert (found.referral_id, found.user_id) == (referral_id, world.people["casey"].user_id)
    assert found.codes == ("consent_missing",)
    assert team(world, "bo").refusals == ()
    world.now += 15 * DAY
    assert team(world).refusals == ()


def test_only_supervisors_see_it(world: World) -> None:
    for who in ("casey", "pat", "stew", "priv"):
        with pytest.raises(AccessRefused):
            team(world, who)


def test_many_referrals_take_the_statements_of_one(world: World, database: Engine) -> None:
    def lived() -> None:
        world.accepted()
        world.sent()
        world.now += dt.timedelta(minutes=1)

    lived()
    with counted_statements(database) as few:
        team(world)
    for _ in range(4):
        lived()
    world.now += 6 * DAY
    with counted_statements(database) as many:
        team(world)
    assert len(few) == len(many)
