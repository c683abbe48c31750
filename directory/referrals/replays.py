"""Idempotency keys: the same key with the same request gets the same answer; with another one, 422 (S5).

Looked up after the lock that orders the requests, so that two of the same at once do the work once.
"""

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, RequestDiffers
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.tables_doors import IdempotencyKey

KEPT = dt.timedelta(days=7)
LONGEST_KEY = 128


def hold(acting: Acting, key: str) -> None:
    """Lets nobody else work on this key before the commit: for callers with no other lock that orders them.
    SQLite's writers are one at a time anyway."""
    connection = acting.session.connection()
    if connection.dialect.name != "sqlite":
        whole = func.current_schema() + f" key {scope_of(acting)} {key}"
        acting.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(whole, 0))))


def answered(acting: Acting, key: str, request: str) -> dict[str, Any] | None:
    """The answer that this key had, or None for a new one. Raises `RequestDiffers`, `QueryInvalid`."""
    if not key:
        return None
    if len(key) > LONGEST_KEY:
        raise QueryInvalid(Phrase(N_("This key is too long.")), {"idempotency_key": [N_("is too long")]})
    row = acting.session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.scope == scope_of(acting), IdempotencyKey.key == key)
    ).one_or_none()
    if row is None:
        return None
    if acting.ring.get(row, "request") != _digest(request):
        raise RequestDiffers(Phrase(N_("This form was sent before with other words. Please open it again.")))
    response: dict[str, Any] = row.response
    return response


def keep(acting: Acting, key: str, request: str, response: dict[str, Any]) -> None:
    """Keeps the answer for a week."""
    if not key:
        return
    row = IdempotencyKey(
        id=new_id(),
        scope=scope_of(acting),
        key=key,
        response=response,
        made_at=acting.now,
        expires_at=acting.now + KEPT,
    )
    acting.ring.put(row, request=_digest(request))
    acting.session.add(row)
    acting.session.flush()


def scope_of(acting: Acting) -> str:
    """Whose keys these are."""
    return acting.actor.agency_id or acting.own_referral_id or acting.actor.role


def forget_old(session: Session, now: dt.datetime) -> None:
    """Deletes keys past their week."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at <= now))


def _digest(request: str) -> str:
    return hashlib.sha256(request.encode()).hexdigest()
