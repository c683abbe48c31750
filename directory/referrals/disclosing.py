"""What the gate is asked: whose information is about to leave, to whom, by which channel, on what ground."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from directory.phrases import N_
from directory.referrals.bases import CourtOrder, Emergency
from directory.referrals.consent_record import Agency, Consent, Person, Purpose
from directory.referrals.minors import MinorRule

CHANNELS: dict[str, str] = {
    "web": N_("on the page"),
    "link": N_("by the secure link"),
    "api": N_("by the API"),
    "csv": N_("in a file"),
    "print": N_("on paper"),
}
"""Channels known to carry the 2.32 notice and the scope. A channel that is not in this table carries
nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRequest:
    """What is about to leave: whose information, from whom, to whom, which fields, what for, by which
    channel.

    `at` is when it leaves (None: now). `attached` are categories of things that are no fields (documents of
    counselling). `received_under_part2` counts only with `redisclosure` (the discloser got it from another
    agency): None means not known, which counts as yes.
    """

    person: Person
    discloser: Agency
    recipient: Agency
    fields: frozenset[str]
    attached: frozenset[str] = frozenset()
    purpose: Purpose = "referral"
    channel: str = "web"
    at: dt.datetime | None = None
    basis: str = "consent"
    actor_role: Literal["worker", "supervisor", "client", "system"] = "worker"
    justification: str = ""
    emergency: Emergency | None = None
    court_order: CourtOrder | None = None
    class_confirmed: bool = False
    """A supervisor confirmed that a class ("my treating providers") means this recipient; `justification`
    says why."""
    restriction: Literal["none", "unreviewed", "reviewed"] = "none"
    intermediary: bool = False
    redisclosure: bool = False
    received_under_part2: bool | None = None
    minor_rules: tuple[MinorRule, ...] = ()


def part2_applies(asked: DisclosureRequest, consent: Consent | None) -> bool:
    """Whether 42 CFR part 2 covers this disclosure (2.12). Not known counts as yes.

    A person's own words are no program's disclosure; what came under part 2 stays under it when passed on.
    """
    if asked.redisclosure:
        return asked.received_under_part2 is not False or asked.discloser.part2_program != "no"
    if consent is not None and consent.type == "self_request":
        return False
    return asked.discloser.part2_program != "no"
