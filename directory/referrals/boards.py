"""Lists of referrals: a sender's board, a receiver's inbox, a supervisor's view. One statement a page.

A page is by key, not by number: the last row's `cursor` leads to the next, however many there are. Receivers'
lists hold nothing about a client: that is for `receiver_view`, one referral at a time.
"""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from directory.accounts import tables as accounts
from directory.accounts.sealed import Place
from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.actors import ReferralSide
from directory.referrals.sides import READ
from directory.referrals.states import TERMINAL, Priority, State
from directory.referrals.tables import Referral
from directory.referrals.tables_clients import Client

Turn = Literal["own", "other", "done"]
"""`own`: this side has to act; `other`: the other side has; `done`: nobody has."""
PAGE = 50
_TURNS: dict[tuple[ReferralSide, Turn], str] = {
    ("sender", "own"): "sender",
    ("sender", "other"): "receiver",
    ("receiver", "own"): "receiver",
    ("receiver", "other"): "sender",
    ("sender", "done"): "nobody",
    ("receiver", "done"): "nobody",
}


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[0-9]{1,18}")


class Cursor(NamedTuple):
    """Where a page ended."""

    changed_at: dt.datetime
    id: str

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{self.changed_at.astimezone(dt.UTC).isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str, *, numbered: bool = False) -> "Cursor":
        """Back from an address, in UTC. `numbered`: rows go by numbers, as the audit's do, not by ids.

        Raises `QueryInvalid`.
        """
        moment, _, key = text.partition("~")
        try:
            found = dt.datetime.fromisoformat(moment)
            if found.tzinfo is not None and (_NUMBER if numbered else _ID).fullmatch(key):
                return cls(found.astimezone(dt.UTC), key)
        except (ValueError, OverflowError):
            pass
        raise QueryInvalid(Phrase(N_("This page is not known. Please begin at the first one.")))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One referral in a list. `client_name` is for the sender's own lists only, else empty."""

    id: str
    state: State
    version: int
    priority: Priority
    service: str
    other_agency: str
    client_id: str
    client_name: str
    needs: tuple[str, ...]
    sent_at: dt.datetime | None
    first_viewed_at: dt.datetime | None
    answer_due_at: dt.datetime | None
    next_step_due: dt.datetime | None
    review_on: dt.date | None
    changed_at: dt.datetime
    is_late: bool
    """No answer, and it was due."""
    is_own_request: bool = False
    """The person asked by themself."""

    @property
    def cursor(self) -> Cursor:
        """Where the next page begins after this row."""
        return Cursor(self.changed_at, self.id)


def referrals_of_agency(
    acting: Acting,
    side: ReferralSide,
    *,
    turn: Turn | None = None,
    states: Collection[State] = (),
    mine: bool = False,
    client_id: str | None = None,
    changed_since: dt.datetime | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
) -> list[BoardRow]:
    """The own agency's referrals on that side, the last changed first. Needs `referrals.read_sent` or
    `referrals.read_received`. `mine`: only those the actor sent, or took on.

    One statement for the rows, and the audit's line for the screen (ids and count).
    """
    actor = need(acting.actor, READ[side])
    query = _query(side, actor.agency_id or "")
    if turn is not None:
        query = query.where(Referral.turn == _TURNS[side, turn])
    if states:
        query = query.where(Referral.status.in_(sorted(states)))
    if client_id is not None:
        query = query.where(Referral.client_id == client_id)
    if mine:
        owner = Referral.from_user_id if side == "sender" else Referral.accepted_by
        query = query.where(owner == actor.user_id)
    if changed_since is not None:
        query = query.where(Referral.changed_at >= changed_since)
    if before is not None:
        earlier = or_(Referral.changed_at < before.changed_at, Referral.id < before.id)
        query = query.where(Referral.changed_at <= before.changed_at, earlier)
    query = query.order_by(Referral.changed_at.desc(), Referral.id.desc()).limit(max(1, min(limit, PAGE)))
    found = [_row(acting, side, each) for each in acting.session.execute(query)]
    acting.note("referral.list", "referral", [each.id for each in found], count=len(found))
    return found


_SHOWN = tuple(
    getattr(Referral, name)
    for name in (
        "id",
        "status",
        "version",
        "priority",
        "snapshot",
        "client_id",
        "needs",
        "sent_at",
        "first_viewed_at",
        "answer_due_at",
        "next_step_due",
        "review_on",
        "changed_at",
        "accepted_at",
        "self_referral",
    )
)
"""Columns of a list: a whole referral has four times as many, and a client more."""


def _query(side: ReferralSide, agency_id: str) -> Any:
    other = aliased(accounts.Agency)
    if side == "sender":
        return (
            select(*_SHOWN, other.name.label("other_name"), Client.name.label("client_name"))
            .join(Client, Client.id == Referral.client_id)
            .outerjoin(other, other.id == Referral.to_agency_id)
            .where(Referral.from_agency_id == agency_id)
        )
    return (
        select(*_SHOWN, other.name.label("other_name"))
        .join(other, other.id == Referral.from_agency_id)
        .where(Referral.to_agency_id == agency_id, Referral.sent_at.is_not(None))
    )


def _row(acting: Acting, side: ReferralSide, row: Any) -> BoardRow:
    waiting = row.status in {"sent", "info_requested"}
    own = side == "sender"
    names_sender = own or row.status not in TERMINAL or row.accepted_at is not None
    return BoardRow(
        id=row.id,
        state=row.status,
        version=row.version,
        priority="urgent" if row.priority == "urgent" else "routine",
        service=str(row.snapshot.get("name") or ""),
        other_agency=str(row.other_name or row.snapshot.get("organization") or "") if names_sender else "",
        client_id=row.client_id if own else "",
        client_name=acting.ring.open(row.client_name, _place_of_name(row.client_id)) if own else "",
        needs=tuple(row.needs) if own else (),
        sent_at=row.sent_at,
        first_viewed_at=row.first_viewed_at,
        answer_due_at=row.answer_due_at,
        next_step_due=row.next_step_due,
        review_on=row.review_on,
        changed_at=row.changed_at,
        is_own_request=row.self_referral,
        is_late=waiting and row.answer_due_at is not None and row.answer_due_at < acting.now,
    )


def _place_of_name(client_id: str) -> Place:
    return Place(Client.__tablename__, "name", client_id)
