"""Signed-in browsers, kept on the server: they end, can be listed, and can be ended from elsewhere.

The cookie's random id is stored as its digest; of the browser only its family, and no network address.
Callers commit.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.accounts.access import Actor
from directory.accounts.people import digest, memberships
from directory.accounts.tables import Membership, User, UserSession

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
SEEN_EVERY = dt.timedelta(minutes=1)
"""How exactly the last use is known: writing it down at every request would make every reader a writer."""
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
"""What a browser says of itself, and its family; the first that fits decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in with this browser, as the request began."""

    session_id: str
    user: User
    membership: Membership | None
    """The one in use; none for a person who has none any more."""
    choices: tuple[Membership, ...]
    last_seen_at: dt.datetime

    @property
    def actor(self) -> Actor | None:
        """Who acts; none without a membership."""
        if self.membership is None:
            return None
        found = self.membership
        return Actor(role=found.role, user_id=self.user.id, agency_id=found.agency_id)


def browser_family(user_agent: str) -> str:
    """`Firefox`, `Chrome`, …; empty when it is none of these."""
    return next((family for sign, family in BROWSERS if sign in user_agent), "")


def is_live(row: UserSession, now: dt.datetime) -> bool:
    """Used within 30 minutes, begun within 12 hours."""
    return now < row.expires_at and now - row.last_seen_at < IDLE


def begin(session: Session, user: User, user_agent: str, now: dt.datetime) -> str:
    """A new signed-in browser, with the person's first membership in use. Answers the id for its cookie."""
    token = secrets.token_urlsafe(32)
    choices = memberships(session, user.id)
    session.add(
        UserSession(
            id=digest(token),
            user_id=user.id,
            membership_id=choices[0].id if choices else None,
            created_at=now,
            last_seen_at=now,
            expires_at=now + LONGEST,
            browser=browser_family(user_agent),
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, now: dt.datetime) -> SignedIn | None:
    """Who is signed in with that cookie; None when it ended, or the account was closed."""
    row = session.get(UserSession, digest(token))
    if row is None or not is_live(row, now):
        return None
    user = session.get_one(User, row.user_id)
    if not user.active:
        return None
    choices = tuple(memberships(session, user.id))
    membership = next((each for each in choices if each.id == row.membership_id), None)
    return SignedIn(
        session_id=row.id,
        user=user,
        membership=membership or next(iter(choices), None),
        choices=choices,
        last_seen_at=row.last_seen_at,
    )


def see(session: Session, session_id: str, now: dt.datetime) -> None:
    """Notes that the browser was used."""
    row = session.get(UserSession, session_id)
    if row is not None and row.last_seen_at < now:
        row.last_seen_at = now


def of_user(session: Session, user_id: str, now: dt.datetime) -> Sequence[UserSession]:
    """The person's browsers that are signed in, the latest used first."""
    query = (
        select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.last_seen_at.desc())
    )
    return [each for each in session.scalars(query) if is_live(each, now)]


def end(session: Session, user_id: str, session_id: str) -> None:
    """Signs one of the person's browsers out."""
    session.execute(delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id))


def end_all(session: Session, user_id: str, *, but: str | None = None) -> None:
    """Signs all of the person's browsers out, except one."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != (but or "")))


def choose(session: Session, signed_in: SignedIn, membership_id: str) -> Membership | None:
    """Takes another of the person's memberships into use; None when it is not the person's."""
    chosen = next((each for each in signed_in.choices if each.id == membership_id), None)
    if chosen is not None:
        session.get_one(UserSession, signed_in.session_id).membership_id = chosen.id
    return chosen


def sweep(session: Session, now: dt.datetime) -> int:
    """Removes browsers that are no longer signed in; answers how many."""
    over = (UserSession.expires_at <= now) | (UserSession.last_seen_at <= now - IDLE)
    return len(session.scalars(delete(UserSession).where(over).returning(UserSession.id)).all())
