"""A look at one referral by an administrator of the network: asked for in writing, short, seen by the agency.

Nobody outside an agency sees its clients. Where something has to be put right that the agency cannot, an
administrator writes down why, sees one referral for an hour and changes nothing; the agency's supervisors are
told at once, read the reason and acknowledge it. The audit has each opening under `break_glass.`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from directory.accounts import tables as accounts
from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, RecordNotFound, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.bases import reason_given
from directory.referrals.break_glass_view import LookedAt, looked_at
from directory.referrals.notices import supervisors_of, tell
from directory.referrals.sides import find, not_found
from directory.referrals.tables_oversight import BreakGlassLook

LASTS = dt.timedelta(minutes=60)
ASK = "break_glass.read"
SEE = "break_glass.acknowledge"
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look. `reason` is empty for those who are not to read it."""

    id: str
    referral_id: str
    asked_by: str
    asked_at: dt.datetime
    expires_at: dt.datetime
    first_opened_at: dt.datetime | None
    acknowledged_by: str
    acknowledged_at: dt.datetime | None
    reason: str
    is_open: bool


def ask(acting: Acting, referral_id: str, reason: str) -> BreakGlassLook:
    """Begins a look, and tells the agency's supervisors. Needs `break_glass.read`.

    Raises `QueryInvalid` with fields for a reason of less than 20 letters, and where there is no such
    referral.
    """
    actor = need(acting.actor, ASK)
    wrong: dict[str, list[Phrase | str]] = {}
    if not reason_given(reason):
        wrong["reason"] = [N_("Please write the reason, in at least 20 letters.")]
    try:
        row = find(acting.session, referral_id) if referral_id else None
    except RecordNotFound:
        row = None
    if row is None or row.status == "draft":  # a draft can be thrown away, and nothing left on it
        wrong["referral"] = [N_("There is no referral of this id that was sent.")]
    if wrong or row is None:
        raise QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)
    made = BreakGlassLook(
        id=new_id(),
        referral_id=row.id,
        agency_id=row.from_agency_id,
        user_id=actor.user_id,
        asked_at=acting.now,
        expires_at=acting.now + LASTS,
    )
    acting.ring.put(made, reason=reason.strip())
    acting.session.add(made)
    acting.session.flush()
    tell(acting, supervisors_of(acting.session, row.from_agency_id), f"{made.id}:look")
    acting.note("break_glass.ask", "referral", [row.id, made.id], count=1)
    return made


def open_look(acting: Acting, look_id: str) -> tuple[Look, LookedAt]:
    """What is to be seen, while the look lasts and by whoever asked for it; to be read only.

    Raises `RecordNotFound` for another's look as for none, `TransitionRefused` (`look_is_over`).
    """
    actor = need(acting.actor, ASK)
    row = _locked(acting, look_id, BreakGlassLook.user_id == actor.user_id)
    if row.expires_at <= acting.now:
        raise TransitionRefused("look_is_over", N_("This look is over. If you must, ask for another one."))
    row.first_opened_at = row.first_opened_at or acting.now
    page = looked_at(acting, find(acting.session, row.referral_id))
    acting.session.flush()
    acting.note("break_glass.open", "referral", [row.referral_id, row.id], count=1)
    return _look(acting, (row, "", "")), page


def own_looks(acting: Acting) -> list[Look]:
    """Those the actor asked for, in the same order. Needs `break_glass.read`."""
    actor = need(acting.actor, ASK)
    return _listed(acting, BreakGlassLook.user_id == actor.user_id, with_reason=False)


def looks_at_agency(acting: Acting) -> list[Look]:
    """Looks at the own agency's referrals with their reasons; those not acknowledged yet come first. Needs
    `break_glass.acknowledge`."""
    actor = need(acting.actor, SEE)
    return _listed(acting, BreakGlassLook.agency_id == actor.agency_id, with_reason=True)


def looks_without_reasons(acting: Acting) -> list[Look]:
    """The same for a privacy officer: who looked when, and was it seen. Needs `audit.read`."""
    actor = need(acting.actor, "audit.read")
    return _listed(acting, BreakGlassLook.agency_id == actor.agency_id, with_reason=False)


def unseen(acting: Acting) -> int:
    """Looks that no supervisor of the own agency has acknowledged. Not audited: part of a page that is."""
    actor = need(acting.actor, SEE)
    query = select(func.count()).where(
        BreakGlassLook.agency_id == actor.agency_id, BreakGlassLook.acknowledged_at.is_(None)
    )
    return acting.session.scalar(query) or 0


def acknowledge(acting: Acting, look_id: str) -> None:
    """A supervisor has seen it; the first one counts. Raises `RecordNotFound` for another agency's."""
    actor = need(acting.actor, SEE)
    row = _locked(acting, look_id, BreakGlassLook.agency_id == actor.agency_id)
    if row.acknowledged_at is None:
        row.acknowledged_by, row.acknowledged_at = actor.user_id, acting.now
        acting.session.flush()
    acting.note("break_glass.acknowledge", "referral", [row.referral_id, row.id], count=1)


def _locked(acting: Acting, look_id: str, which: ColumnElement[bool]) -> BreakGlassLook:
    query = select(BreakGlassLook).where(BreakGlassLook.id == look_id, which).with_for_update()
    row = acting.session.scalars(query).one_or_none()
    if row is None:
        raise not_found()
    return row


def _listed(acting: Acting, which: ColumnElement[bool], *, with_reason: bool) -> list[Look]:
    asked, seen = aliased(accounts.User), aliased(accounts.User)
    query = (
        select(BreakGlassLook, asked.name, seen.name)
        .outerjoin(asked, asked.id == BreakGlassLook.user_id)
        .outerjoin(seen, seen.id == BreakGlassLook.acknowledged_by)
        .where(which)
        .order_by(
            BreakGlassLook.acknowledged_at.is_not(None), BreakGlassLook.asked_at.desc(), BreakGlassLook.id
        )
        .limit(MOST)
    )
    found = [_look(acting, row, with_reason=with_reason) for row in acting.session.execute(query)]
    acting.note("break_glass.list", "break_glass", [each.id for each in found])
    return found


def _look(acting: Acting, found: Sequence[Any], *, with_reason: bool = True) -> Look:
    row, asked_by, seen_by = found
    return Look(
        id=row.id,
        referral_id=row.referral_id,
        asked_by=asked_by or "",
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        first_opened_at=row.first_opened_at,
        acknowledged_by=seen_by or "",
        acknowledged_at=row.acknowledged_at,
        reason=(acting.ring.get(row, "reason") or "") if with_reason else "",
        is_open=row.expires_at > acting.now,
    )
