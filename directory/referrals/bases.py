"""What a disclosure rests on when it is not, or not only, a consent: an emergency, a court order, an
override.

42 CFR 2.51 (medical emergency: who, affiliation, discloser, time, nature are recorded); subpart E (court
orders). QSOA, research and audit are no basis of a referral (2.11, 2.52, 2.53).
"""

import datetime as dt
from dataclasses import dataclass

from directory.referrals.information import fields_of

LEAST_REASON = 20
"""Letters that a written reason has at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """The record that 2.51 asks for. `at` is aware; `nature` says what the emergency is."""

    recipient: str
    affiliation: str
    recipient_is_medical: bool
    discloser: str
    at: dt.datetime | None
    nature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtOrder:
    """An order a supervisor has read: what it opens (`categories`), to whom, until when (None: not
    stated)."""

    court: str
    reference: str
    issued_on: dt.date | None
    recipient_id: str
    categories: frozenset[str]
    ends_on: dt.date | None = None


def reason_given(text: str) -> bool:
    """Whether a written reason is long enough to mean something."""
    return len(" ".join(text.split())) >= LEAST_REASON


def emergency_codes(emergency: Emergency | None, justification: str) -> tuple[str, ...]:
    """What is missing for a disclosure in a medical emergency."""
    codes = [] if reason_given(justification) else ["justification_required"]
    if emergency is None:
        return (*codes, "emergency_incomplete:nature")
    given = {
        "recipient": emergency.recipient,
        "affiliation": emergency.affiliation,
        "discloser": emergency.discloser,
        "time": emergency.at,
        "nature": emergency.nature,
    }
    codes += [f"emergency_incomplete:{name}" for name, value in given.items() if not value]
    if not emergency.recipient_is_medical:
        codes.append("medical_personnel_only")
    return tuple(codes)


def court_order_codes(
    order: CourtOrder | None, recipient_id: str, fields: frozenset[str], today: dt.date
) -> tuple[str, ...]:
    """What keeps a court order from covering this."""
    if order is None:
        return ("court_order_incomplete:reference",)
    given = {"court": order.court, "reference": order.reference, "issued_on": order.issued_on}
    codes = [f"court_order_incomplete:{name}" for name, value in given.items() if not value]
    if order.recipient_id != recipient_id:
        codes.append("recipient_not_covered")
    if fields - fields_of(order.categories):
        codes.append("scope_exceeded:order")
    if (order.issued_on and order.issued_on > today) or (order.ends_on and order.ends_on < today):
        codes.append("consent_expired")
    return tuple(codes)
