"""How often something may be tried, counted in the database: it outlives a restart and holds for all servers.

Counted are tries, right ones too, before anything is checked: whoever guesses many at once gains nothing.
Rows are digests, so the table names neither accounts nor addresses.
"""

import datetime as dt
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts.tables import SignInAttempt

EVERYBODY = ""
"""Whom a limit over all tries together counts for."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries in so many seconds, counted from the first."""

    tries: int
    seconds: int


LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "sign_in": (Limit(10, 300), Limit(60, 86_400)),
    "sign_in_all": (Limit(1000, 300),),
    "second_step": (Limit(5, 300), Limit(20, 3600), Limit(50, 86_400)),
    "confirm": (Limit(10, 300),),
    "reset": (Limit(5, 86_400),),
    "reset_all": (Limit(200, 3600),),
    "invitation_all": (Limit(200, 300),),
    "program": (Limit(60, 300),),
    "program_all": (Limit(1000, 300),),
    "invite": (Limit(30, 3600),),
    "link_all": (Limit(200, 300),),
    "own_link_all": (Limit(200, 300),),
    "self_referral": (Limit(20, 3600), Limit(60, 86_400)),
    "self_referral_all": (Limit(200, 3600),),
}
"""Kind of try to its limits: per account, and over all accounts (`_all`)."""


def count_try(session: Session, kind: str, who: str, *, secret: str, now: dt.datetime) -> int:
    """Counts one try; answers 0 when it may go on, else in how many seconds to come back. Caller commits."""
    waits = [_count(session, kind, each, who, secret, now) for each in LIMITS[kind]]
    return max(waits)


def forget_tries(session: Session, kind: str, who: str, *, secret: str) -> None:
    """After it went right: the account starts again at nothing."""
    keys = [_key(kind, each, who, secret) for each in LIMITS[kind]]
    session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(keys)))


def sweep(session: Session, now: dt.datetime) -> int:
    """Removes windows that are over; answers how many."""
    found = session.scalars(
        delete(SignInAttempt).where(SignInAttempt.ends_at <= now).returning(SignInAttempt.key)
    )
    return len(found.all())


def _count(session: Session, kind: str, limit: Limit, who: str, secret: str, now: dt.datetime) -> int:  # noqa: PLR0917
    """One statement: two tries at the same moment count as two."""
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    end = now + dt.timedelta(seconds=limit.seconds)
    row = insert(SignInAttempt).values(key=_key(kind, limit, who, secret), tries=1, ends_at=end)
    over = SignInAttempt.ends_at <= now
    row = row.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "tries": case((over, 1), else_=SignInAttempt.tries + 1),
            "ends_at": case((over, row.excluded.ends_at), else_=SignInAttempt.ends_at),
        },
    )
    tries, ends_at = session.execute(row.returning(SignInAttempt.tries, SignInAttempt.ends_at)).one()
    if tries <= limit.tries:
        return 0
    return max(1, round((ends_at - now).total_seconds()))


def _key(kind: str, limit: Limit, who: str, secret: str) -> str:
    message = f"{kind}\x1f{limit.seconds}\x1f{who}".encode()
    return hmac.new(f"tries {secret}".encode(), message, sha256).hexdigest()
