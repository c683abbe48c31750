"""What pages of people at work are made of: a draft before it is sent, a receiver's own work, the screen of a
call. Each for its own side only."""

import pytest

from directory.errors import AccessRefused, RecordNotFound
from directory.referrals import clients, handoff_store
from directory.referrals.before_sending import Readiness, before_sending
from directory.referrals.conversation import log_attempt
from directory.referrals.handoff_screen import HandoffScreen, handoff_screen
from directory.referrals.own_work import OwnWork, own_work
from directory.referrals.revocation import revoke
from tests.referrals.world import World


def ready(world: World, referral_id: str, who: str = "casey") -> Readiness:
    with world.as_(who) as acting:
        return before_sending(acting, referral_id)


def work_of(world: World, referral_id: str, who: str = "pat") -> OwnWork:
    with world.as_(who) as acting:
        return own_work(acting, referral_id)


# --- before sending ---------------------------------------------------------------------------------


def test_a_whole_draft_with_a_consent_is_ready(world: World) -> None:
    client_id = world.client()
    draft = world.draft(client_id)
    assert ready(world, draft).decision.codes == ("consent_missing",)
    assert not ready(world, draft).is_ready
    world.consent(client_id)
    assert ready(world, draft).is_ready


def test_a_draft_without_a_place_or_a_need_is_told_so(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    found = ready(world, world.draft(client_id, listing_id=None, needs=()))
    assert not found.is_ready
    told = [each.message for each in found.missing]
    assert told == ["Please say what the person needs.", "Please choose a service."]
    assert found.live_referral_id is None


def test_a_referral_under_way_stands_in_the_way_of_a_second(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    first, second = world.draft(client_id), world.draft(client_id)
    world.move(first, "send")
    found = ready(world, second)
    assert (found.live_referral_id, found.is_ready) == (first, False)
    world.move(first, "decline", who="pat")
    assert ready(world, second).is_ready


def test_a_limit_on_sharing_has_to_be_read_first(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    draft = world.draft(client_id)
    with world.as_() as acting:
        clients.restrict(acting, client_id, "Never on Sundays")
    assert ready(world, draft).decision.codes == ("restriction_needs_review",)


@pytest.mark.parametrize("who", ["pat", "otto"])
def test_nobody_else_learns_how_ready_a_draft_is(world: World, who: str) -> None:
    client_id = world.client()
    draft = world.draft(client_id)
    with pytest.raises(RecordNotFound):
        ready(world, draft, who)


# --- a receiver's own work --------------------------------------------------------------------------


def test_a_receiver_sees_the_visits_and_tries_that_are_theirs(world: World) -> None:
    referral_id = world.accepted()
    world.move(referral_id, "schedule", who="pat")
    for who, note in (("pat", "Left a word"), ("casey", "Called the sister")):
        with world.as_(who) as acting:
            log_attempt(acting, referral_id, method="phone", outcome="left_message", note=note)
    found = work_of(world, referral_id)
    assert [(visit.status, place, contact) for visit, place, contact in found.visits] == [
        ("set", "4040 Market Street", "Pat")
    ]
    assert [note for _, note in found.attempts] == ["Left a word"]


def test_before_they_accept_there_is_no_work_of_theirs(world: World) -> None:
    assert work_of(world, world.sent()) == OwnWork()


def test_their_work_stays_when_the_consent_is_taken_back_and_goes_with_a_mistake(world: World) -> None:
    client_id = world.client()
    consent_id = world.consent(client_id)
    referral_id = world.draft(client_id)
    world.move(referral_id, "send")
    world.move(referral_id, "accept", who="pat")
    world.move(referral_id, "schedule", who="pat")
    with world.as_() as acting:
        revoke(acting, consent_id, by="client", how="oral")
    assert len(work_of(world, referral_id).visits) == 1
    world.move(referral_id, "void", who="sam")
    assert work_of(world, referral_id) == OwnWork()


@pytest.mark.parametrize("who", ["casey", "ida", "otto"])
def test_a_receivers_work_is_nobody_elses(world: World, who: str) -> None:
    referral_id = world.accepted()
    with pytest.raises(RecordNotFound):
        work_of(world, referral_id, who)


# --- the screen of a call ---------------------------------------------------------------------------


def screen(world: World, referral_id: str, handoff_id: str, who: str = "casey") -> HandoffScreen:
    with world.as_(who) as acting:
        return handoff_screen(acting, referral_id, handoff_id)


def begun(world: World) -> tuple[str, str]:
    referral_id = world.accepted()
    with world.as_() as acting:
        handoff_id = handoff_store.plan(acting, referral_id, "phone_three_way").id
    return referral_id, handoff_id


def test_the_screen_names_both_sides_what_may_be_said_and_the_visit(world: World) -> None:
    referral_id, handoff_id = begun(world)
    world.move(referral_id, "schedule", who="pat")
    found = screen(world, referral_id, handoff_id)
    assert (found.client_name, found.receiver, found.step) == ("Alex Quillfeather", "River Recovery", 1)
    assert found.may_say == {"contact", "need", "note", "visits"}
    assert found.visit is not None


def test_each_save_is_counted(world: World) -> None:
    referral_id, handoff_id = begun(world)
    with world.as_() as acting:
        handoff_store.save(acting, handoff_id, {"next_step": "Monday"}, save_id="a", step=4)
    assert screen(world, referral_id, handoff_id).step == 5


def test_without_a_consent_nothing_may_be_said(world: World) -> None:
    client_id = world.client()
    consent_id = world.consent(client_id)
    referral_id = world.draft(client_id)
    world.move(referral_id, "send")
    with world.as_() as acting:
        handoff_id = handoff_store.plan(acting, referral_id, "phone_three_way").id
        revoke(acting, consent_id, by="client", how="oral")
    assert screen(world, referral_id, handoff_id).may_say == frozenset()


def test_a_handoff_of_another_referral_is_not_there(world: World) -> None:
    _, handoff_id = begun(world)
    other, _ = begun(world)
    with pytest.raises(RecordNotFound):
        screen(world, other, handoff_id)


@pytest.mark.parametrize(
    ("who", "refused"), [("pat", RecordNotFound), ("otto", RecordNotFound), ("priv", AccessRefused)]
)
def test_the_screen_is_the_senders(world: World, who: str, refused: type[Exception]) -> None:
    referral_id, handoff_id = begun(world)
    with pytest.raises(refused):
        screen(world, referral_id, handoff_id, who)
