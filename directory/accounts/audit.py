"""The audit: who read or changed what, append-only and chained. It holds ids and codes, never a client fact.

An entry is written in the transaction of what it tells of, one writer at a time: append it last, because
whoever appends next waits for the commit. Each row holds the hash of the one before; the newest hash of each
day also stands in a file outside the database (`Anchor`), which shows a cut or rewritten end.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.access import Actor
from directory.accounts.tables import AuditEntry
from directory.database import to_json

START = "0" * 64
"""What the first entry has for the hash before it."""
CODE = re.compile(r"[a-z][a-z0-9_.]{0,63}\Z")
OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
MOST_IDS = 200
"""Ids that one entry holds; `count` tells how many there were."""
CHAIN_LOCK = "audit"
PAGE = 1000
TAIL = "audit_tail"
"""Key of `session.info`: the newest entry of the transaction, for the anchor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is to be written down. `action` and `outcome` are codes, `object_ids` random ids: no free text."""

    actor: Actor
    action: str
    object_kind: str
    object_ids: Sequence[str] = ()
    count: int | None = None
    """How many objects there were; the number of ids unless given."""
    outcome: str = "done"
    """`done`, `refused`, `failed`."""
    channel: str = "web"
    request_id: str | None = None

    def __post_init__(self) -> None:
        codes = (self.action, self.object_kind, self.outcome, self.channel)
        ids = (*self.object_ids, *([self.request_id] if self.request_id else ()))
        if not all(CODE.match(each) for each in codes) or not all(OBJECT_ID.match(each) for each in ids):
            raise ValueError("the audit takes codes and ids only")


def append(session: Session, deed: Deed, now: dt.datetime) -> AuditEntry:
    """Writes the deed into the caller's transaction, which must be a writing one."""
    _wait_for_turn(session)
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    ids = list(deed.object_ids)
    entry = AuditEntry(
        seq=last.seq + 1 if last else 1,
        at=now.astimezone(dt.UTC),
        user_id=deed.actor.user_id or deed.actor.program_id,
        agency_id=deed.actor.agency_id,
        role=deed.actor.role,
        action=deed.action,
        outcome=deed.outcome,
        object_kind=deed.object_kind,
        object_ids=ids[:MOST_IDS],
        count=len(ids) if deed.count is None else deed.count,
        channel=deed.channel,
        request_id=deed.request_id,
        prev_hash=last.hash if last else START,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    session.info[TAIL] = (entry.at, entry.seq, entry.hash)
    return entry


def _wait_for_turn(session: Session) -> None:
    """One writer at a time, until its commit. SQLite's writers already are (`BEGIN IMMEDIATE`)."""
    connection = session.connection()
    if connection.get_execution_options().get("read_only"):
        raise RuntimeError("the audit cannot be written in a transaction that only reads")
    if connection.dialect.name != "sqlite":
        key = func.hashtextextended(func.current_schema() + " " + CHAIN_LOCK, 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 of everything that the entry says, and of the hash before it."""
    told = [
        entry.seq,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.user_id,
        entry.agency_id,
        entry.role,
        entry.action,
        entry.outcome,
        entry.object_kind,
        list(entry.object_ids),
        entry.count,
        entry.channel,
        entry.request_id,
        entry.prev_hash,
    ]
    return hashlib.sha256(to_json(told).encode()).hexdigest()


# --- verification -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Anchored:
    """The newest entry of a day, as it was noted outside the database."""

    day: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the audit is whole. `fault`: the first thing that is wrong, in one sentence."""

    entries: int
    fault: str | None = None

    @property
    def whole(self) -> bool:
        """Nothing was changed, removed or cut off."""
        return self.fault is None


def verify(session: Session, anchors: Sequence[Anchored] = ()) -> Verdict:
    """Goes through the whole chain, and compares it with what stands outside the database."""
    noted = {each.seq: each.hash for each in anchors}
    before, seq = START, 0
    for entry in _entries(session):
        seq += 1
        if entry.seq != seq:
            return Verdict(seq - 1, f"entry {seq} is missing")
        if entry.prev_hash != before or entry.hash != entry_hash(entry):
            return Verdict(seq - 1, f"entry {seq} was changed")
        if noted.get(seq, entry.hash) != entry.hash:
            return Verdict(seq - 1, f"entry {seq} is not the one that was noted outside the database")
        before = entry.hash
    if noted and max(noted) > seq:
        return Verdict(seq, f"the end is cut off: entry {max(noted)} was there, {seq} is now the last")
    return Verdict(seq)


def _entries(session: Session) -> Iterator[AuditEntry]:
    """In order, a page at a time."""
    last = -1
    while True:
        query = select(AuditEntry).where(AuditEntry.seq > last).order_by(AuditEntry.seq).limit(PAGE)
        page = session.scalars(query).all()
        for entry in page:
            last = entry.seq
            session.expunge(entry)
            yield entry
        if len(page) < PAGE:
            return
