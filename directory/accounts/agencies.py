"""Agencies on the network: adding and finding them. Callers commit."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from directory.accounts.access import Actor, need
from directory.accounts.audit import Deed, append
from directory.accounts.tables import TRI_STATES, Agency
from directory.errors import QueryInvalid, RecordNotFound
from directory.mail.message import check_address
from directory.phrases import N_, Phrase

PLATFORM_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "recovery-directory:self-referrals"))
PLATFORM_NAME = "Self-referrals"
"""Of the agency that stands for this program: whoever asks for help by themself is its client. Nobody is a
member of it, nobody names it, and no other agency has its name."""
LONGEST_NAME = 200
PRIORITIES = ("urgent", "routine")
ANSWERS = range(1, 41)
"""Hours of its own working time in which an agency may say that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgency:
    """What is to be known of an agency. Questions of law default to `unknown`, which is taken as yes."""

    name: str
    timezone: str
    organization_id: str | None = None
    part2_program: str = "unknown"
    hipaa_covered: str = "unknown"
    federally_assisted: str = "unknown"
    accepts_referrals: bool = True
    state: str | None = None
    response_hours: Sequence[tuple[int, str, str]] = ()
    """`(weekday, "09:00", "17:00")`, weekday 0 = Sunday."""
    closed_dates: Sequence[str] = ()
    """In ISO form."""
    keeps_us_holidays: bool = True
    response_sla: Mapping[str, int] = field(default_factory=dict)
    """`urgent`, `routine`: within how many of its working hours it answers, 1 to 40."""
    notify_email: str | None = None


def add_agency(
    session: Session, new: NewAgency, actor: Actor, now: dt.datetime, channel: str = "command"
) -> Agency:
    """Puts an agency on the network. Raises `QueryInvalid` naming the fields that are wrong; `AccessRefused`
    for a person who does not run the network."""
    if actor.role != "system":
        need(actor, "network.agencies")
    given = stored(new)
    wrong = wrong_fields(new)
    known = session.scalar(select(Agency.id).where(func.lower(Agency.name) == given["name"].lower()))
    if known is not None or given["name"].lower() == PLATFORM_NAME.lower():
        wrong = {**wrong, "name": N_("There is an agency of that name already.")}
    if wrong:
        raise refused(wrong, N_("The agency was not added."))
    agency = Agency(**given, created_at=now)
    session.add(agency)
    session.flush()
    deed = Deed(
        actor=actor, action="agency.add", object_kind="agency", object_ids=[agency.id], channel=channel
    )
    append(session, deed, now)
    return agency


def refused(wrong: Mapping[str, str], sentence: str) -> QueryInvalid:
    """The error that says which fields are wrong."""
    return QueryInvalid(Phrase(sentence), {name: [Phrase(each)] for name, each in wrong.items()})


def stored(new: NewAgency) -> dict[str, Any]:
    """Column to value."""
    return {
        **asdict(new),
        "name": " ".join(new.name.split()),
        "state": new.state.upper() if new.state else None,
        "response_hours": [list(each) for each in sorted(new.response_hours)],
        "closed_dates": sorted(set(new.closed_dates)),
        "response_sla": dict(new.response_sla),
    }


def wrong_fields(new: NewAgency) -> Mapping[str, str]:
    """Field to what is wrong with it."""
    tests = {
        "name": (0 < len(new.name.strip()) <= LONGEST_NAME, N_("A name has 1 to 200 letters.")),
        "timezone": (_is_zone(new.timezone), N_("That is no time zone. One is America/New_York.")),
        "organization_id": (
            new.organization_id is None or _is_id(new.organization_id),
            N_("That is no id of a listed organization."),
        ),
        "state": (
            new.state is None or bool(re.fullmatch("[A-Za-z]{2}", new.state)),
            N_("Two letters, please."),
        ),
        "response_hours": (all(map(_are_hours, new.response_hours)), N_("Hours are like 09:00 to 17:00.")),
        "closed_dates": (all(map(_is_day, new.closed_dates)), N_("Please give a day.")),
        **{
            f"answer_{priority}": (
                priority not in new.response_sla or new.response_sla[priority] in ANSWERS,
                N_("Give whole hours from 1 to 40."),
            )
            for priority in PRIORITIES
        },
        "notify_email": (
            new.notify_email is None or is_address(new.notify_email),
            N_("This is not one e-mail address."),
        ),
        **{
            name: (getattr(new, name) in TRI_STATES, N_("Say yes, no or unknown."))
            for name in ("part2_program", "hipaa_covered", "federally_assisted")
        },
    }
    return {name: sentence for name, (right, sentence) in tests.items() if not right}


def find_agency(session: Session, name_or_id: str) -> Agency:
    """The agency of that id or name (in any case). Raises `RecordNotFound`."""
    wanted = func.lower(Agency.name) == " ".join(name_or_id.split()).lower()
    if _is_id(name_or_id):
        wanted = or_(wanted, Agency.id == str(uuid.UUID(name_or_id)))
    found = session.scalars(select(Agency).where(wanted)).first()
    if found is None:
        raise RecordNotFound(Phrase(N_("There is no agency %(name)s."), {"name": name_or_id}))
    return found


def agencies(session: Session) -> Sequence[Agency]:
    """All that are on the network, by name; not the one that stands for this program."""
    query = select(Agency).where(Agency.left_at.is_(None), Agency.id != PLATFORM_ID)
    return session.scalars(query.order_by(Agency.name)).all()


def is_address(text: str) -> bool:
    """One plain e-mail address?"""
    try:
        check_address(text)
    except QueryInvalid:
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _are_hours(hours: tuple[int, str, str]) -> bool:
    weekday, opens, closes = hours
    times = all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", each) for each in (opens, closes))
    return weekday in range(7) and times and opens < closes
