"""The audit as an agency's privacy officer reads it: the own agency's lines, the newest first, page by page.

Lines hold codes and ids, so a page of them shows nothing of a client. Reading it is a line itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, or_, select, type_coerce
from sqlalchemy.orm import Session

from directory.accounts import tables as accounts
from directory.accounts.audit import CODE, OBJECT_ID, entry_hash
from directory.accounts.tables import AuditEntry
from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.boards import Cursor

RIGHT = "audit.read"
PAGE = 50
MOST_IN_FILE = 20_000
"""Lines of one file; whoever needs more asks for fewer days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which lines: from `since` up to, and not with, `until` (aware); the rest narrows them down.

    `action`: a code, or how codes begin (`referral.`). `object_id`: one of the ids that the line holds.
    """

    since: dt.datetime
    until: dt.datetime
    user_id: str | None = None
    action: str = ""
    object_id: str = ""

    def check(self) -> None:
        """Raises `QueryInvalid` with fields for what can be no code or id, and for days in no order."""
        wrong: dict[str, list[Phrase | str]] = {}
        if self.action and not CODE.match(self.action):
            wrong["action"] = [N_("This is no code of a deed, such as referral.send.")]
        if self.object_id and not OBJECT_ID.match(self.object_id):
            wrong["object"] = [N_("This is no id.")]
        if self.since >= self.until:
            wrong["until"] = [N_("The last day cannot be before the first.")]
        if wrong:
            raise QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line. `is_sound`: it says what it was written with, by its own hash."""

    seq: int
    at: dt.datetime
    user_id: str | None
    role: str
    action: str
    outcome: str
    object_kind: str
    object_ids: tuple[str, ...]
    count: int
    channel: str
    request_id: str | None
    hash: str
    is_sound: bool

    @property
    def cursor(self) -> Cursor:
        """Where the next page begins after this line."""
        return Cursor(self.at, str(self.seq))


def read_page(
    acting: Acting, asked: AuditQuery, reading: Session, *, before: Cursor | None = None
) -> list[AuditLine]:
    """One page of the own agency's lines. Needs `audit.read`; raises `QueryInvalid`.

    `reading`: a session that only reads. To look for one id takes long, and no writer is to wait meanwhile.
    """
    found = [_line(each) for each in reading.scalars(_query(acting, asked, before).limit(PAGE))]
    acting.note("audit.read", "audit", [], count=len(found))
    return found


def read_file(acting: Acting, asked: AuditQuery, reading: Session) -> list[AuditLine]:
    """The same for a file: at most `MOST_IN_FILE` lines, the newest. Needs `audit.read`."""
    found = [_line(each) for each in reading.scalars(_query(acting, asked, None).limit(MOST_IN_FILE))]
    acting.note("audit.export", "audit", [], count=len(found))
    return found


def people_of_agency(acting: Acting, reading: Session) -> Mapping[str, str]:
    """Names of the own agency's members by id: to narrow the audit down. Needs `audit.read`."""
    actor = need(acting.actor, RIGHT)
    query = (
        select(accounts.User.id, accounts.User.name)
        .join(accounts.Membership, accounts.Membership.user_id == accounts.User.id)
        .where(accounts.Membership.agency_id == actor.agency_id)
        .order_by(accounts.User.name)
    )
    return {each.id: each.name for each in reading.execute(query)}


def _query(acting: Acting, asked: AuditQuery, before: Cursor | None) -> Any:
    actor = need(acting.actor, RIGHT)
    asked.check()
    query = select(AuditEntry).where(
        AuditEntry.agency_id == actor.agency_id, AuditEntry.at >= asked.since, AuditEntry.at < asked.until
    )
    if asked.user_id:
        query = query.where(AuditEntry.user_id == asked.user_id)
    if asked.action.endswith("."):
        query = query.where(AuditEntry.action.startswith(asked.action, autoescape=True))
    elif asked.action:
        query = query.where(AuditEntry.action == asked.action)
    if asked.object_id:
        ids = type_coerce(AuditEntry.object_ids, String)
        query = query.where(ids.contains(f'"{asked.object_id}"', autoescape=True))
    if before is not None:
        earlier = and_(AuditEntry.at == before.changed_at, AuditEntry.seq < int(before.id))
        query = query.where(or_(AuditEntry.at < before.changed_at, earlier))
    return query.order_by(AuditEntry.at.desc(), AuditEntry.seq.desc())


def _line(row: AuditEntry) -> AuditLine:
    return AuditLine(
        seq=row.seq,
        at=row.at,
        user_id=row.user_id,
        role=row.role,
        action=row.action,
        outcome=row.outcome,
        object_kind=row.object_kind,
        object_ids=tuple(row.object_ids),
        count=row.count,
        channel=row.channel,
        request_id=row.request_id,
        hash=row.hash,
        is_sound=row.hash == entry_hash(row),
    )
