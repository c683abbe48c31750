"""Client facts are planted everywhere they can be written, and searched for everywhere they may not stand."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from directory.referrals import clients, handoff_store, links, own_link, person
from directory.referrals.conversation import log_attempt, post_message
from directory.referrals.handoffs import Worker
from directory.referrals.payloads import MovePayload
from directory.referrals.receiver_view import open_referral
from directory.referrals.reminders import run_reminders
from directory.referrals.revocation import revoke
from tests.referrals.test_links import asked, elsewhere
from tests.referrals.world import ALEX, CANARIES, DAY, World

CANARY = "zyxquillory"


def live_through_everything(world: World) -> None:
    """Every use case that takes words of people."""
    referral_id = world.sent()
    world.move(referral_id, "request_info", MovePayload(text=f"{CANARY} question"), who="pat")
    world.move(referral_id, "supply_info", MovePayload(text=f"{CANARY} answer"))
    world.move(
        referral_id, "accept", replace(world.payload("accept"), named_contact=f"{CANARY} contact"), who="pat"
    )
    visit = world.payload("schedule").appointment
    assert visit is not None
    kept = replace(visit, place=f"{CANARY} street", contact=CANARY)
    world.move(referral_id, "schedule", MovePayload(appointment=kept), who="pat")
    with world.as_() as acting:
        post_message(acting, referral_id, f"{CANARY} message")
        log_attempt(acting, referral_id, method="phone", outcome="reached", note=f"{CANARY} note")
        client_id = world.row(referral_id).client_id
        limit = clients.restrict(acting, client_id, f"{CANARY} limit")
        clients.end_restriction(acting, client_id, limit.id)
        made = handoff_store.plan(acting, referral_id, "video").id
        handoff_store.finish(acting, made, "attempt", save_id="1", step=1)
        said = {
            "client_present": True,
            "introduced_by": Worker(f"{CANARY} one"),
            "received_by": Worker(f"{CANARY} two"),
            "understanding": f"{CANARY} understood",
            "next_step": f"{CANARY} next",
        }
        handoff_store.finish(acting, made, "complete", said, save_id="2", step=2)
        handoff_store.follow_up(acting, made, f"{CANARY} followed")
    with world.as_("pat") as acting:
        open_referral(acting, referral_id)
    with world.as_() as acting:
        consent_id = world.row(referral_id).consent_id or ""
        revoke(acting, consent_id, by="client", how="oral", reason=f"{CANARY} reason")
    declined = world.sent()
    world.move(declined, "decline", MovePayload(reason="other", text=f"{CANARY} other"), who="pat")
    outside = elsewhere(world)
    with world.as_() as acting:
        links.make(acting, outside, recipient_name=f"{CANARY} reader")
    with world.as_(actor=own_link.PERSON) as acting:
        person.refer_self(
            acting, asked(world, signature=f"{CANARY} signature", about=replace(ALEX, is_adult=True))
        )
    world.now += 3 * DAY
    run_reminders(world.sessions, world.ring, world.now)


def test_no_client_fact_stands_in_any_row_of_any_table(
    world: World, database: Engine, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.DEBUG):
        live_through_everything(world)
    with database.connect() as connection:
        for table in inspect(database).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            told = "\n".join(str(each) for each in rows).casefold()
            for canary in (CANARY, *CANARIES):
                assert canary.casefold() not in told, f"{canary} in {table}"
    for canary in (CANARY, *CANARIES):
        assert canary.casefold() not in caplog.text.casefold()
    if database.dialect.name == "sqlite":
        look_into_the_files(str(database.url.database), tmp_path / "backup.sqlite")


def look_into_the_files(path: str, backup: Path) -> None:
    """The database's files and a backup of it, byte by byte."""
    with sqlite3.connect(path) as live, sqlite3.connect(backup) as copy:
        live.backup(copy)
    for each in (Path(path), Path(f"{path}-wal"), backup):
        if each.exists():
            raw = each.read_bytes().lower()
            for canary in (CANARY, *CANARIES):
                assert canary.lower().encode() not in raw, f"{canary} in {each.name}"
    live.close()
    copy.close()
