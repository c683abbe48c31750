"""Mail about referrals. It says that something waits, how much, and where to sign in: no client, no service,
no other agency, and nothing that could be told from its subject or its kind.

Clients get no mail from here: an address of theirs in the outbox would itself be a client fact in plain text.
Their reminders go to the people who know how to reach them safely; those of receivers without an account go
to the sender, who has to call.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.tables import Agency, Membership, User
from directory.listings.wall_clock import moment
from directory.mail.outbox import Mail, put
from directory.referrals.acting import Acting
from directory.referrals.clock_rows import QUIET_FROM, QUIET_UNTIL, Recipient
from directory.referrals.clocks import is_quiet
from directory.referrals.move_rows import Event
from directory.referrals.tables import Referral

KIND = "referral_notice"
TOLD: Mapping[Event, Recipient] = {
    "request_info": "sender_worker",
    "supply_info": "receiver_worker",
    "accept": "sender_worker",
    "decline": "sender_worker",
    "waitlist": "sender_worker",
    "schedule": "sender_worker",
    "record_connected": "sender_worker",
    "close_successful": "sender_worker",
    "close_unsuccessful": "sender_worker",
    "expire": "sender_worker",
    "withdraw": "receiver_worker",
    "confirm_withdrawal": "sender_worker",
    "void": "receiver_worker",
}
"""Who hears of a move at once; what is not here is a clock's business (`clock_rows.py`), or nobody's."""


@dataclass(frozen=True, slots=True)
class Template:
    """One message in one language; `%(count)s` is a number, `%(name)s` the reader's own first name."""

    subject: str
    one: str
    many: str
    sign_in: str


TEMPLATES: dict[str, Template] = {
    "en": Template(
        subject="Something is waiting for you",
        one="Hello %(name)s,\n\n1 item is waiting for you.\n",
        many="Hello %(name)s,\n\n%(count)s items are waiting for you.\n",
        sign_in="\nPlease sign in to see it: %(url)s\n",
    ),
    "es": Template(
        subject="Hay algo pendiente para usted",
        one="Hola, %(name)s:\n\nTiene 1 asunto pendiente.\n",
        many="Hola, %(name)s:\n\nTiene %(count)s asuntos pendientes.\n",
        sign_in="\nInicie sesión para verlo: %(url)s\n",
    ),
}
"""The only texts that this room mails."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of an agency who is told. `id`: a user's, or the agency's for its intake address."""

    id: str
    address: str
    name: str
    language: str


def text_of(reader: Reader, count: int, url: str) -> tuple[str, str]:
    """Subject and body."""
    template = TEMPLATES.get(reader.language, TEMPLATES["en"])
    body = (template.one if count == 1 else template.many) % {"name": reader.name, "count": count}
    return template.subject, body + (template.sign_in % {"url": url} if url else "")


def tell(
    acting: Acting,
    readers: Iterable[Reader],
    dedupe_key: str,
    *,
    count: int = 1,
    at: dt.datetime | None = None,
) -> int:
    """Puts one mail per reader into the outbox, to leave `at` (default: now); answers how many were new."""
    new = 0
    for reader in readers:
        subject, body = text_of(reader, count, acting.sign_in_url)
        mail = Mail(reader.address, subject, body, KIND, f"{dedupe_key}:{reader.id}")
        new += put(acting.session, mail, at or acting.now)
    return new


def tell_of_move(acting: Acting, row: Referral, event: Event, line_id: str) -> int:
    """Tells the other side of a move, in the morning if it is night there and nothing is urgent."""
    role = TOLD.get(event)
    if role is None:
        return 0
    agency_id = row.from_agency_id if role.startswith("sender") else row.to_agency_id
    agency = acting.session.get(Agency, agency_id) if agency_id else None
    if agency is None:
        return 0
    at = acting.now if row.priority == "urgent" else after_quiet(agency.timezone, acting.now)
    return tell(acting, readers_for(acting.session, row, role), f"{line_id}:{event}", at=at)


def after_quiet(zone: str, now: dt.datetime) -> dt.datetime:
    """`now`, or eight in the morning there when it falls into the quiet hours."""
    if not is_quiet(zone, now):
        return now
    local = now.astimezone(ZoneInfo(zone))
    day = local.toordinal() + (local.hour >= QUIET_FROM)
    return moment(ZoneInfo(zone), day, QUIET_UNTIL * 60)


def readers_for(
    session: Session, row: Referral, role: Recipient, owner_id: str | None = None
) -> list[Reader]:
    """Who a reminder to that role goes to, at best one of its people. `owner_id`: the user a handoff belongs
    to."""
    if role == "client":
        role = "receiver_worker" if row.self_referral else "sender_worker"
    elif role.startswith("receiver") and row.to_agency_id is None:
        role = "sender_worker"
    users = {
        "receiver_worker": row.accepted_by,
        "sender_worker": row.from_user_id,
        "handoff_owner": owner_id or row.from_user_id,
    }
    found = _user(session, users.get(role))
    if found:
        return found
    if role in {"sender_worker", "sender_supervisor", "handoff_owner"}:
        return _supervisors(session, row.from_agency_id)
    if role == "receiver_supervisor":
        return _supervisors(session, row.to_agency_id) or _intake(session, row.to_agency_id)
    return _intake(session, row.to_agency_id)


def _intake(session: Session, agency_id: str | None) -> list[Reader]:
    """The agency's intake address; where it has none, its staff."""
    agency = session.get(Agency, agency_id) if agency_id else None
    if agency is None or agency.left_at is not None:
        return []
    if agency.notify_email:
        return [Reader(agency.id, agency.notify_email, agency.name, "en")]
    return _members(session, agency.id, "provider_staff") or _supervisors(session, agency.id)


def supervisors_of(session: Session, agency_id: str) -> list[Reader]:
    """An agency's supervisors; where it has none, its intake."""
    return _supervisors(session, agency_id) or _intake(session, agency_id)


def intake_of(session: Session, agency_id: str) -> list[Reader]:
    """Who is told of what comes in: the agency's intake address; where it has none, its staff."""
    return _intake(session, agency_id)


def _supervisors(session: Session, agency_id: str | None) -> list[Reader]:
    return _members(session, agency_id, "supervisor") if agency_id else []


def _members(session: Session, agency_id: str, role: str) -> list[Reader]:
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.agency_id == agency_id, Membership.role == role, User.active)
    )
    return [_reader(each) for each in session.scalars(query.order_by(User.id))]


def _user(session: Session, user_id: str | None) -> list[Reader]:
    user = session.get(User, user_id) if user_id else None
    return [_reader(user)] if user is not None and user.active else []


def _reader(user: User) -> Reader:
    return Reader(user.id, user.email, user.name.split(" ")[0], user.language or "en")
