"""The periodic look at all clocks: reminders, expiry, withdrawals that nobody confirmed. A job of minutes.

Every stage is given once, however often this runs, however many run it, and however long it did not run.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM
from directory.accounts.keys import KeyRing
from directory.database import READ_ONLY, held_alone
from directory.errors import DirectoryError
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
        for batch in _batches(sessions, now):
            looked_at += len(batch)
            for referral_id, known in batch.items():
                event = _overdue(known, now)
                if event is None and not due_reminders(known.facts, known.calendar, known.given, now):
                    continue
                try:
                    with sessions.begin() as session:
                        acting = Acting(session, ring, SYSTEM, now, channel="job", sign_in_url=sign_in_url)
                        given += _strike(acting, referral_id, event)
                    if event is not None:
                        moved[event] += 1
                except DirectoryError as problem:  # one referral never stops the others
                    failed += 1
                    log.warning("clock of referral %s: %s", referral_id, type(problem).__name__)
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


def _batches(sessions: sessionmaker[Session], now: dt.datetime) -> Iterator[dict[str, Clocked]]:
    """Referrals with running clocks, by key, each batch in a short reading transaction."""
    last = ""
    while True:
        with sessions() as session:
            session.connection(execution_options=READ_ONLY)
            rows = session.scalars(_running(now, last)).all()
            if not rows:
                return
            found = clocked(session, rows)
        last = rows[-1].id
        yield found


def _running(now: dt.datetime, last: str) -> Select[Referral]:
    """Live ones; ended ones of late; and those with a follow-up that is still to be done."""
    followed = exists().where(
        Handoff.referral_id == Referral.id, Handoff.status == "completed", Handoff.follow_up_at.is_(None)
    )
    query = select(Referral).where(
        or_(
            Referral.status.in_(LIVE_WITH_RECEIVER),
            (Referral.changed_at >= now - RECENT) & (Referral.status != "draft"),
            followed,
        )
    )
    if last:
        query = query.where(Referral.id > last)
    return query.order_by(Referral.id).limit(BATCH)


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
