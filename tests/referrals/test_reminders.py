"""Clocks over real rows: each stage once, expiry, withdrawals nobody confirmed; after days of silence too."""

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from directory.mail.tables import Outbox
from directory.referrals import clients, clock_facts, handoff_store, reminders
from directory.referrals.clock_facts import Clocked
from directory.referrals.handoffs import Worker
from directory.referrals.payloads import MovePayload
from directory.referrals.reminders import run_reminders
from directory.referrals.tables import Referral
from directory.referrals.tables_clients import Client
from directory.referrals.tables_doors import ReminderSent
from tests.listings.storing import counted_statements
from tests.referrals.test_links import elsewhere
from tests.referrals.world import DAY, HOUR, World

MONDAY = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
"""Ten in the morning in New York, and no holiday for a while."""


def stages(world: World) -> list[str]:
    with world.sessions() as session:
        return sorted(session.scalars(select(ReminderSent.trigger)))


def look(world: World) -> int:
    return run_reminders(world.sessions, world.ring, world.now).given


def test_each_stage_comes_once_however_often_one_looks(world: World) -> None:
    world.now = MONDAY
    world.sent()
    assert stages(world) == ["sent"]
    given = []
    for _ in range(12):
        world.now += 12 * HOUR
        given.append(look(world) + look(world))
    assert stages(world) == ["no_response_1", "no_response_2", "not_viewed_1", "not_viewed_2", "sent"]
    assert sum(given) == 4


def test_after_three_silent_days_each_stage_still_comes_once(world: World) -> None:
    world.now = MONDAY
    world.sent()
    world.now += 3 * DAY
    assert look(world) == 3
    assert look(world) == 0


def test_without_an_answer_it_expires_and_the_sender_is_told(world: World) -> None:
    world.now = MONDAY
    referral_id = world.sent()
    world.now += 20 * DAY
    struck = run_reminders(world.sessions, world.ring, world.now)
    assert struck.expired == 1
    row = world.row(referral_id)
    assert (row.status, row.turn) == ("expired", "sender")
    with world.sessions() as session:
        mails = session.scalars(select(Outbox.to_address).where(Outbox.dedupe_key.like("%:expire:%"))).all()
    assert list(mails) == ["casey@sender.example"]
    assert run_reminders(world.sessions, world.ring, world.now).expired == 0


def test_a_withdrawal_nobody_confirms_confirms_itself(world: World) -> None:
    world.now = MONDAY
    referral_id = world.accepted()
    world.move(referral_id, "request_withdrawal")
    world.now += 4 * DAY
    assert run_reminders(world.sessions, world.ring, world.now).withdrawn == 1
    assert world.row(referral_id).status == "withdrawn"


def test_several_who_look_at_once_give_each_stage_once(world: World) -> None:
    world.now = MONDAY
    for _ in range(3):
        world.sent(listing_id=world.listings[0])
    world.now += 3 * DAY
    threads = [threading.Thread(target=look, args=(world,)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    look(world)
    with world.sessions() as session:
        count, different = session.execute(
            select(func.count(), func.count(ReminderSent.dedupe_key.distinct()))
        ).one()
        mails = session.scalar(select(func.count()).select_from(Outbox))
    assert count == different == mails == 3 * 4


def test_a_look_at_many_takes_no_more_statements_than_at_one(world: World, database: Engine) -> None:
    world.now = MONDAY
    world.sent()
    with counted_statements(database) as first:
        look(world)
    for _ in range(5):
        world.sent()
    with counted_statements(database) as second:
        look(world)
    assert len(second) <= len(first) + 1


def test_a_completed_handoff_reminds_its_owner_after_one_day_and_three(world: World) -> None:
    world.now = MONDAY
    referral_id = world.accepted()
    with world.as_("cleo") as acting:
        handoff = handoff_store.plan(acting, referral_id, "in_person").id
        handoff_store.finish(acting, handoff, "attempt", save_id="1", step=1)
        ended = {
            "client_present": True,
            "introduced_by": Worker("Cleo"),
            "received_by": Worker("Pat"),
        }
        handoff_store.finish(acting, handoff, "complete", ended, save_id="2", step=2)
    for hours in (23, 2, 24, 24, 24):
        world.now += dt.timedelta(hours=hours)
        look(world)
    found = [each for each in stages(world) if each.startswith("follow_up")]
    assert found == ["follow_up_1", "follow_up_2"]
    with world.sessions() as session:
        told = session.scalars(select(Outbox.to_address).where(Outbox.dedupe_key.like("%follow_up%"))).all()
        assert session.scalars(select(Referral.status)).one() == "accepted"
    assert set(told) == {"cleo@sender.example"}


def visit_reminders(world: World) -> set[str]:
    """Whom reminders of a visit, set four days ahead, went to."""
    referral_id = world.accepted()
    visit = world.payload("schedule").appointment
    assert visit is not None
    ahead = replace(visit, starts_at=world.now + 4 * DAY)
    world.move(referral_id, "schedule", MovePayload(appointment=ahead), who="pat")
    for hours in (49, 46):
        world.now += hours * HOUR
        look(world)
    with world.sessions() as session:
        query = select(Outbox.to_address).where(Outbox.dedupe_key.like(f"{referral_id}:appointment_%"))
        return set(session.scalars(query))


def test_a_visit_reminds_those_who_know_how_to_reach_the_person(world: World) -> None:
    world.now = MONDAY
    assert visit_reminders(world) == {"casey@sender.example"}


def test_nobody_is_reminded_of_a_person_who_is_not_to_be_contacted(world: World) -> None:
    world.now = MONDAY
    client_id = world.client()
    with world.as_() as acting:
        clients.set_do_not_contact(acting, client_id, wanted=True)
    world.client = lambda *_: client_id  # type: ignore[method-assign]
    assert visit_reminders(world) == set()


def test_of_a_receiver_without_an_account_the_sender_is_reminded_to_call(world: World) -> None:
    world.now = MONDAY
    elsewhere(world)
    world.now += 3 * DAY
    look(world)
    with world.sessions() as session:
        assert set(session.scalars(select(Outbox.to_address))) == {"casey@sender.example"}


def test_one_referral_whose_clock_fails_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.now = MONDAY
    spoiled, sound = world.accepted(), world.sent()
    world.move(spoiled, "schedule", who="pat")
    with world.sessions.begin() as session:
        session.get_one(Client, world.row(spoiled).client_id).timezone = "Larkspur/Alley"
    world.now += DAY
    struck = run_reminders(world.sessions, world.ring, world.now)
    assert (struck.looked_at, struck.failed) == (2, 1)
    with world.sessions() as session:
        given = session.scalars(select(ReminderSent.trigger).where(ReminderSent.referral_id == sound)).all()
    assert "not_viewed_1" in given
    assert "Larkspur" not in caplog.text
    assert spoiled in caplog.text


def test_what_cannot_be_loaded_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.now = MONDAY
    spoiled, sound = world.sent(), world.sent(listing_id=world.listings[0])
    whole = clock_facts.clocked

    def broken(session: Session, rows: Sequence[Referral]) -> dict[str, Clocked]:
        if any(each.id == spoiled for each in rows):
            raise KeyError("Quillfeather")
        return whole(session, rows)

    monkeypatch.setattr(reminders, "clocked", broken)
    world.now += 20 * DAY
    struck = run_reminders(world.sessions, world.ring, world.now)
    assert (world.row(sound).status, struck.failed) == ("expired", 1)


def test_a_worker_without_the_intakes_mail_hears_once_of_a_new_referral(world: World) -> None:
    world.now = MONDAY
    elsewhere(world)
    with world.sessions() as session:
        told = session.scalars(select(Outbox.to_address)).all()
    assert told == ["casey@sender.example"]
