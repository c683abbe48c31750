"""Handoffs that lie ahead: both sides see when and with whom, and the receiver says who of them is there."""

import pytest
from sqlalchemy import select

from directory.errors import QueryInvalid, RecordNotFound, TransitionRefused
from directory.mail.tables import Outbox
from directory.referrals import handoff_plans, handoff_store
from directory.referrals.handoff_plans import SharedHandoff
from directory.referrals.handoffs import Worker
from directory.referrals.own_work import own_work
from directory.referrals.sender_page import sender_page
from directory.referrals.tables_handoffs import Handoff
from tests.referrals.world import CANARIES, HOUR, World

CASEY = Worker("Casey Worker")


def planned(world: World, referral_id: str) -> str:
    with world.as_() as acting:
        when = world.now + 3 * HOUR
        made = handoff_plans.plan_ahead(acting, referral_id, "in_person", when, introduced_by=CASEY)
        return made.id


def seen(world: World, referral_id: str, who: str = "pat") -> tuple[SharedHandoff, ...]:
    with world.as_(who) as acting:
        return own_work(acting, referral_id).handoffs


def finish(world: World, handoff_id: str, event: str, step: int, **changes: object) -> Handoff:
    with world.as_() as acting:
        return handoff_store.finish(acting, handoff_id, event, changes, save_id=f"s{step}", step=step)  # type: ignore[arg-type]


def test_both_sides_see_a_plan_and_the_receiver_is_told_that_something_waits(world: World) -> None:
    referral_id = world.accepted()
    planned(world, referral_id)
    (shown,) = seen(world, referral_id)
    assert (shown.state, shown.method, shown.planned_for) == ("planned", "in_person", world.now + 3 * HOUR)
    assert shown.introduced_by == CASEY
    with world.as_() as acting:
        page = sender_page(acting, referral_id)
    assert [each.state for each in page.handoffs] == ["planned"]
    assert "handoff_planned" in [line.event for line, _ in page.events]
    with world.sessions() as session:
        mails = session.scalars(select(Outbox)).all()
    assert any(each.to_address == "pat@receiver.example" for each in mails)
    assert not [word for word in CANARIES for each in mails if word in each.body + each.subject]


def test_a_plan_lies_ahead_and_names_who_introduces(world: World) -> None:
    referral_id = world.sent()
    with world.as_() as acting, pytest.raises(QueryInvalid) as refused:
        handoff_plans.plan_ahead(acting, referral_id, "video", world.now, introduced_by=None)
    assert set(refused.value.fields) == {"planned_for", "introduced_by"}


@pytest.mark.parametrize("who", ["otto", "pat"])
def test_only_the_sender_plans(world: World, who: str) -> None:
    referral_id = world.accepted()
    with world.as_(who) as acting, pytest.raises(RecordNotFound):
        handoff_plans.plan_ahead(acting, referral_id, "video", world.now + HOUR, introduced_by=CASEY)


def test_nothing_is_planned_once_a_referral_has_ended(world: World) -> None:
    referral_id = world.sent()
    world.move(referral_id, "decline", who="pat")
    with world.as_() as acting, pytest.raises(TransitionRefused):
        handoff_plans.plan_ahead(acting, referral_id, "video", world.now + HOUR, introduced_by=CASEY)
    assert seen(world, referral_id) == ()


def test_what_was_planned_is_begun_or_cancelled_with_a_reason(world: World) -> None:
    referral_id = world.accepted()
    first, second = planned(world, referral_id), planned(world, referral_id)
    with pytest.raises(TransitionRefused, match="why it is cancelled"):
        finish(world, first, "cancel", 1, failure_reason="no_answer")
    assert finish(world, first, "cancel", 1, failure_reason="client_asked").status == "cancelled"
    assert finish(world, second, "attempt", 1).status == "attempted"
    assert {each.state for each in seen(world, referral_id)} == {"cancelled", "attempted"}


def test_the_receiver_names_who_of_them_is_there_and_an_open_screen_does_not_undo_it(world: World) -> None:
    referral_id = world.accepted()
    handoff_id = planned(world, referral_id)
    finish(world, handoff_id, "attempt", 1)
    with world.as_("pat") as acting:
        handoff_plans.say_received(acting, referral_id, handoff_id, " Pat Quinn ", "intake")
    done = finish(
        world,
        handoff_id,
        "complete",
        2,
        received_by=Worker("Somebody"),
        introduced_by=CASEY,
        client_present=True,
    )
    assert done.warmth == "warm"
    (shown,) = seen(world, referral_id)
    assert shown.received_by == Worker("Pat Quinn", "intake", world.people["pat"].user_id)


def test_a_receiver_says_nothing_of_what_has_ended_nor_of_others_handoffs(world: World) -> None:
    referral_id, other = world.accepted(), world.accepted()
    handoff_id = planned(world, referral_id)
    with world.as_("pat") as acting, pytest.raises(RecordNotFound):
        handoff_plans.say_received(acting, other, handoff_id, "Pat")
    with world.as_("pat") as acting, pytest.raises(QueryInvalid):
        handoff_plans.say_received(acting, referral_id, handoff_id, " ")
    for who in ("casey", "ida"):
        with world.as_(who) as acting, pytest.raises(RecordNotFound):
            handoff_plans.say_received(acting, referral_id, handoff_id, "Pat")
    finish(world, handoff_id, "cancel", 1, failure_reason="other_way")
    with world.as_("pat") as acting, pytest.raises(TransitionRefused):
        handoff_plans.say_received(acting, referral_id, handoff_id, "Pat")


def test_a_receiver_sees_nothing_of_what_was_said(world: World) -> None:
    referral_id = world.accepted()
    handoff_id = planned(world, referral_id)
    finish(world, handoff_id, "attempt", 1, next_step="brambleberry", understanding="quixotropic")
    assert "brambleberry" not in repr(seen(world, referral_id))
    assert "quixotropic" not in repr(seen(world, referral_id))
