"""Handoffs: saved as the call goes, on a bad line too; warmth derived; the follow-up falls due."""

import pytest
from sqlalchemy import func, select

from directory.accounts.tables import AuditEntry
from directory.errors import QueryInvalid, RecordNotFound, TransitionRefused
from directory.referrals import handoff_store
from directory.referrals.handoff_rows import as_handoff
from directory.referrals.handoffs import Worker
from directory.referrals.revocation import revoke
from directory.referrals.tables_consents import Disclosure
from directory.referrals.tables_handoffs import Handoff, HandoffSave
from tests.referrals.world import DAY, HOUR, World

CALL = {
    "client_present": True,
    "introduced_by": Worker("Casey Worker", "caseworker"),
    "received_by": Worker("Pat Worker", "intake"),
    "shared": frozenset({"contact", "need"}),
    "understanding": "They have a quiet room",
    "next_step": "Come on Monday at nine",
}


def planned(world: World) -> str:
    referral_id = world.sent()
    with world.as_() as acting:
        return handoff_store.plan(acting, referral_id, "phone_three_way").id


def finish(world: World, handoff_id: str, event: str, step: int, **changes: object) -> Handoff:
    with world.as_() as acting:
        return handoff_store.finish(acting, handoff_id, event, changes, save_id=f"s{step}", step=step)  # type: ignore[arg-type]


def test_a_warm_handoff_from_plan_to_follow_up(world: World) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    done = finish(world, handoff_id, "complete", 2, **CALL)
    assert (done.status, done.warmth, done.follow_up_due) == ("completed", "warm", world.now + DAY)
    world.now += 25 * HOUR
    with world.as_() as acting:
        assert [each.id for each in handoff_store.due_follow_ups(acting)] == [handoff_id]
        handoff_store.follow_up(acting, handoff_id, "She is there")
    with world.as_() as acting:
        assert handoff_store.due_follow_ups(acting) == []
        found = handoff_store.handoffs_of(acting, done.referral_id)
    assert found[0].next_step == "Come on Monday at nine"
    assert found[0].received_by == Worker("Pat Worker", "intake")


def test_what_was_said_is_a_disclosure_by_voice(world: World) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    finish(world, handoff_id, "complete", 2, **CALL)
    with world.sessions() as session:
        voice = session.scalars(select(Disclosure).where(Disclosure.channel == "voice")).one()
    assert voice.categories == ["contact", "need"]


def test_without_the_person_it_is_assisted(world: World) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    assert finish(world, handoff_id, "complete", 2, **{**CALL, "client_present": False}).warmth == "assisted"


def test_a_save_that_comes_twice_is_written_once(world: World) -> None:
    handoff_id = planned(world)
    for _ in range(3):
        with world.as_() as acting:
            row = handoff_store.save(acting, handoff_id, {"client_spoke": True}, save_id="a", step=1)
    assert row.version == 2
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(HandoffSave)) == 1


def test_a_save_that_comes_late_undoes_nothing(world: World) -> None:
    handoff_id = planned(world)
    later = {"next_step": "Monday at nine", "client_present": True}
    with world.as_() as acting:
        handoff_store.save(acting, handoff_id, later, save_id="b", step=2)
    with world.as_() as acting:
        earlier = {"next_step": "Mond", "interpreter": True}
        row = handoff_store.save(acting, handoff_id, earlier, save_id="a", step=1)
        found = as_handoff(world.ring, row)
    assert (found.next_step, found.client_present, found.interpreter) == ("Monday at nine", True, True)


def test_what_the_consent_does_not_cover_is_refused_before_it_is_said(world: World) -> None:
    handoff_id = planned(world)
    with pytest.raises(TransitionRefused) as refused, world.as_() as acting:
        handoff_store.save(acting, handoff_id, {"shared": ["diagnosis"]}, save_id="a", step=1)
    assert refused.value.code == "scope_exceeded:diagnosis"


def test_once_consent_is_taken_back_nothing_may_be_said(world: World) -> None:
    handoff_id = planned(world)
    with world.sessions() as session:
        referral_id = session.get_one(Handoff, handoff_id).referral_id
    with world.as_() as acting:
        revoke(acting, world.row(referral_id).consent_id or "", by="client", how="oral")
    with pytest.raises(TransitionRefused), world.as_() as acting:
        handoff_store.save(acting, handoff_id, {"shared": ["contact"]}, save_id="a", step=1)


def test_a_completed_one_names_who_received_the_person(world: World) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    with pytest.raises(TransitionRefused) as refused:
        finish(world, handoff_id, "complete", 2, client_present=True)
    assert set(refused.value.fields) == {"introduced_by", "received_by"}


def test_what_ended_stays_ended(world: World) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    finish(world, handoff_id, "fail", 2, failure_reason="no_answer")
    with pytest.raises(TransitionRefused), world.as_() as acting:
        handoff_store.save(acting, handoff_id, {"client_spoke": True}, save_id="x", step=3)


def test_nobody_else_records_it(world: World) -> None:
    handoff_id = planned(world)
    with pytest.raises(RecordNotFound), world.as_("otto") as acting:
        handoff_store.save(acting, handoff_id, {"client_spoke": True}, save_id="x", step=1)


@pytest.mark.parametrize("changes", [{"warmth": "warm"}, {"status": "completed"}, {"method": "pigeon"}])
def test_no_form_sets_what_is_not_its_own(world: World, changes: dict[str, object]) -> None:
    handoff_id = planned(world)
    with pytest.raises(QueryInvalid), world.as_() as acting:
        handoff_store.save(acting, handoff_id, changes, save_id="x", step=1)


def test_what_was_said_before_it_was_cancelled_is_a_disclosure_too(world: World) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    finish(world, handoff_id, "cancel", 2, shared=frozenset({"contact"}), failure_reason="client_asked")
    with world.sessions() as session:
        voice = session.scalars(select(Disclosure).where(Disclosure.channel == "voice")).one()
    assert voice.categories == ["contact"]


def test_what_the_gate_refuses_after_it_was_said_is_kept_in_the_audit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoff_id = planned(world)
    finish(world, handoff_id, "attempt", 1)
    monkeypatch.setattr(handoff_store, "consented", lambda *_: frozenset({"contact", "legal"}))
    said = frozenset({"contact", "legal"})
    finish(world, handoff_id, "fail", 2, shared=said, failure_reason="no_answer")
    with world.sessions() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "handoff.disclose")).one()
        assert session.scalar(select(Disclosure.id).where(Disclosure.channel == "voice")) is None
    assert line.outcome == "refused"
    assert line.object_ids[1:] == ["refusal-scope_exceeded"]


@pytest.mark.parametrize("step", [0, -1, 10**6 + 1, 10**30])
def test_a_save_of_an_impossible_number_is_refused(world: World, step: int) -> None:
    handoff_id = planned(world)
    with world.as_() as acting, pytest.raises(QueryInvalid):
        handoff_store.save(acting, handoff_id, {"client_spoke": True}, save_id="a", step=step)
