"""The form about an agency, both ways: what was typed to `NewAgency`, and back."""

import datetime as dt
import re
from dataclasses import replace
from hashlib import sha256

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from directory.accounts.agencies import PRIORITIES, NewAgency
from directory.geo.states import STATES
from directory.listings.tables import Organization
from directory.phrases import N_
from directory.web.client_form import ZONES
from directory.web.language import gettext
from directory.web.reading import documents
from directory.web.work import unread

SEEN = "seen"
"""Hidden field of the form: the mark of what its reader saw."""
SPANS = 2
"""Spans of a weekday that the form has; more where an agency has more."""
MOST_SPANS = 6
MIDNIGHT, DAY_OVER = "00:00", "24:00"
"""How the end of a day is typed, and how it is kept."""
LAW = {
    "part2_program": (
        N_("Is it a substance use program under 42 CFR Part 2?"),
        N_(
            "Yes if it says of itself that it gives diagnosis, treatment or referral for substance use, "
            "and gets federal help of any kind. Then its records need the person’s written consent before "
            "they are shared. “Not known” is treated like yes."
        ),
    ),
    "hipaa_covered": (
        N_("Is it covered by HIPAA?"),
        N_("Most clinics and health plans are; most shelters and job centers are not."),
    ),
    "federally_assisted": (
        N_("Does it get federal help?"),
        N_("Grants, Medicaid or Medicare, a DEA number, or being exempt from federal tax all count."),
    ),
}
"""Questions of law, and what they mean in plain words."""


def read_agency(form: MultiDict[str, str], before: NewAgency, organization_id: str | None) -> NewAgency:
    """What was typed; the rest of `before` stays. Raises `QueryInvalid` for what cannot be read."""
    kept = [each for each in before.closed_dates if each < _today()]
    return replace(
        before,
        name=form.get("name", before.name),
        state=form.get("state", before.state or "") or None,
        organization_id=organization_id,
        timezone=form.get("timezone", before.timezone),
        response_hours=_read_hours(form),
        closed_dates=tuple(kept + [each for each in form.getlist("closed") if each]),
        keeps_us_holidays=form.get("keeps_us_holidays") == "1",
        accepts_referrals=form.get("accepts_referrals") == "1",
        response_sla={
            priority: _read_number(form, f"answer_{priority}")
            for priority in PRIORITIES
            if form.get(f"answer_{priority}", "").strip()
        },
        notify_email=form.get("notify_email", "").strip() or None,
        **{name: form.get(name, "unknown") for name in LAW},
    )


def _read_hours(form: MultiDict[str, str]) -> tuple[tuple[int, str, str], ...]:
    spans = [
        (day, form.get(f"from_{day}_{number}", "")[:5], form.get(f"to_{day}_{number}", "")[:5])
        for day in range(7)
        for number in range(MOST_SPANS)
    ]
    return tuple(
        (day, begin, DAY_OVER if end == MIDNIGHT else end) for day, begin, end in spans if begin or end
    )


def _read_number(form: MultiDict[str, str], name: str) -> int:
    typed = form.get(name, "").strip()
    if not re.fullmatch(r"[0-9]{1,3}", typed):
        raise unread(name, N_("Give whole hours from 1 to 40."))
    return int(typed)


def read_organization(session: Session, typed: str) -> str | None:
    """The listed organization that an address of one of its listings, or its id, names; None for nothing.

    Raises `QueryInvalid` when there is none.
    """
    if not typed.strip():
        return None
    ids = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", typed.lower())
    for found in ids:
        if session.get(Organization, found) is not None:
            return str(found)
        listing = documents([found]).get(found)
        if listing is not None and listing["organization_id"]:
            return str(listing["organization_id"])
    raise unread("organization", N_("No listed organization is there. Paste the address of its listing."))


def written_agency(known: NewAgency) -> MultiDict[str, str]:
    """The form as it stands for a known agency."""
    given = MultiDict(
        {
            "name": known.name,
            "state": known.state or "",
            "organization": known.organization_id or "",
            "timezone": known.timezone,
            "notify_email": known.notify_email or "",
            **{name: getattr(known, name) for name in LAW},
            **{f"answer_{priority}": str(hours) for priority, hours in known.response_sla.items()},
            **{name: "1" for name in ("keeps_us_holidays", "accepts_referrals") if getattr(known, name)},
        }
    )
    numbers = dict.fromkeys(range(7), 0)
    for day, begin, end in known.response_hours:
        given[f"from_{day}_{numbers[day]}"] = begin
        given[f"to_{day}_{numbers[day]}"] = MIDNIGHT if end == DAY_OVER else end
        numbers[day] += 1
    given.setlist("closed", [each for each in known.closed_dates if each >= _today()])
    return given


def mark_of(known: NewAgency) -> str:
    """A mark of all that is set of an agency: another one as soon as any of it is set anew."""
    return sha256(repr(known).encode()).hexdigest()


def choices(given: MultiDict[str, str]) -> dict[str, object]:
    """What the form offers."""
    zones = [(code, gettext(name)) for code, name in ZONES.items()]
    own = given.get("timezone", "")
    used = [
        number for day in range(7) for number in range(MOST_SPANS) if given.get(f"from_{day}_{number}", "")
    ]
    return {
        "zones_said": zones if own in ZONES or not own else [(own, own), *zones],
        "us_states": [(each.code, each.name) for each in STATES],
        "law": LAW,
        "spans": range(max([SPANS - 1, *used]) + 1),
        "closed": [*given.getlist("closed"), "", "", ""],
    }


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()
