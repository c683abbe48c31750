"""The periodic look at all clocks: reminders, expiry, withdrawals that nobody confirmed. A job of minutes.

Every stage is given once, however often this runs, however many run it, and however long it did not run.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM
from directory.accounts.keys import KeyRing
from directory.database import READ_ONLY, held_alone
from directory.listings.store_load import in_chunks
from directory.referrals.acting import Acting
from directory.referrals.capacity_reminders import remind_of_capacity
from directory.referrals.clock_facts import Clocked, clocked
from directory.referrals.clocks import due_reminders, expires_at, withdrawal_confirms_at
from directory.referrals.move_rows import Event
from directory.referrals.moves import move
from directory.referrals.replays import forget_old
from directory.referrals.sides import find
from directory.referrals.strikes import strike
from directory.referrals.tables import LIVE_WITH_RECEIVER, Referral
from directory.referrals.tables_handoffs import Handoff

BATCH = 200
RECENT = dt.timedelta(days=7)
"""So long after it ended, what is still to be told of a referral is told."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """What a look came to."""

    looked_at: int = 0
    given: int = 0
    expired: int = 0
    withdrawn: int = 0
    failed: int = 0
    capacity: int = 0
    """Mails that ask for a new statement of capacity."""


def run_reminders(
    sessions: sessionmaker[Session], ring: KeyRing, now: dt.datetime, *, sign_in_url: str = ""
) -> Struck:
    """Looks at every referral on which a clock can run. Commits per referral that has something due.

    Answers zeros when another look at this database is under way.
    """
    looked_at = given = failed = 0
    moved: dict[Event, int] = {"expire": 0, "confirm_withdrawal": 0}
    with held_alone(sessions.kw["bind"], "reminders") as alone:
        if not alone:
            return Struck()
        for batch, unread in _batches(sessions, now):
            looked_at += len(batch) + unread
            failed += unread
            for referral_id, known in batch.items():
                try:
                    event = _overdue(known, now)
                    if event is None and not due_reminders(known.facts, known.calendar, known.given, now):
                        continue
                    with sessions.begin() as session:
                        acting = Acting(session, ring, SYSTEM, now, channel="job", sign_in_url=sign_in_url)
                        given += _strike(acting, referral_id, event)
                    if event is not None:
                        moved[event] += 1
                except Exception as problem:  # noqa: BLE001  one referral never stops the others
                    failed += 1
                    _warn(referral_id, problem)
        with sessions.begin() as session:
            forget_old(session, now)
            acting = Acting(session, ring, SYSTEM, now, channel="job", sign_in_url=sign_in_url)
            capacity = remind_of_capacity(acting)
    return Struck(
        looked_at=looked_at,
        given=given,
        expired=moved["expire"],
        withdrawn=moved["confirm_withdrawal"],
        failed=failed,
        capacity=capacity,
    )


def _batches(sessions: sessionmaker[Session], now: dt.datetime) -> Iterator[tuple[dict[str, Clocked], int]]:
    """Referrals with running clocks, by key, each batch in a short reading transaction; and of how many it
    cannot be read what their clocks run by."""
    with sessions() as session:
        session.connection(execution_options=READ_ONLY)
        running = sorted({key for query in _running(now) for key in session.scalars(query)})
    for keys in in_chunks(running, BATCH):
        with sessions() as session:
            session.connection(execution_options=READ_ONLY)
            rows = session.scalars(select(Referral).where(Referral.id.in_(keys)).order_by(Referral.id)).all()
            found = _read(session, rows)
        yield found, len(rows) - len(found)


def _running(now: dt.datetime) -> tuple[Select[str], ...]:
    """Ids of live ones; of ended ones of late; of those with a follow-up that is still to be done. Each by an
    index: of all referrals that ever were, few are running."""
    return (
        select(Referral.id).where(Referral.status.in_(LIVE_WITH_RECEIVER)),
        select(Referral.id).where(Referral.changed_at >= now - RECENT, Referral.status != "draft"),
        select(Handoff.referral_id).where(Handoff.status == "completed", Handoff.follow_up_at.is_(None)),
    )


def _read(session: Session, rows: Sequence[Referral]) -> dict[str, Clocked]:
    """All at once; where that fails, each by itself, and those that fail are left out."""
    try:
        return clocked(session, rows)
    except Exception as problem:  # noqa: BLE001  one referral never stops the others
        if len(rows) > 1:
            return {key: known for row in rows for key, known in _read(session, [row]).items()}
        _warn(rows[0].id, problem)
        return {}


def _warn(referral_id: str, problem: Exception) -> None:
    """The kind of the problem alone: its words may hold a client fact."""
    log.warning("clock of referral %s: %s", referral_id, type(problem).__name__)


def _overdue(known: Clocked, now: dt.datetime) -> Event | None:
    """The move that the clock makes by itself, if it is time."""
    ends = expires_at(known.facts, known.calendar)
    if ends is not None and ends <= now:
        return "expire"
    confirms = withdrawal_confirms_at(known.facts, known.calendar)
    return "confirm_withdrawal" if confirms is not None and confirms <= now else None


def _strike(acting: Acting, referral_id: str, event: Event | None) -> int:
    """One referral, decided anew under its lock."""
    if event is not None:
        move(acting, referral_id, event)
    return strike(acting, find(acting.session, referral_id, lock=True))
