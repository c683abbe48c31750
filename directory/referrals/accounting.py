"""Who received what: the row kept with every disclosure, and the two lists a person can ask for.

42 CFR 2.25 (accounting of disclosures made with consent, three years back) and 2.24 (what an intermediary
passed on: names, dates, short description, within 30 days of a written request).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from directory.referrals.decision import Decision

YEARS_BACK = 3
INTERMEDIARY_DAYS = 30
CONSENT_BASES = frozenset({"consent", "supervisor_override"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRecord:
    """One disclosure: when, by and to whom, what kinds of information, what for, on what ground, how."""

    at: dt.datetime
    referral_id: str
    client_id: str
    discloser_id: str
    recipient_id: str
    recipient_name: str
    categories: tuple[str, ...]
    fields: tuple[str, ...]
    purpose: str
    basis: str
    consent_id: str | None
    channel: str
    notice_version: str | None
    by: str
    override: bool = False


@dataclass(frozen=True, slots=True)
class IntermediaryList:
    """The answer to a written request under 2.24; it is due on `due_on`."""

    due_on: dt.date
    entries: tuple[tuple[str, dt.date, tuple[str, ...]], ...]
    """(recipient's name, day, categories), oldest first."""


def record_of(
    decision: Decision, *, referral_id: str, client_id: str, recipient_name: str, by: str
) -> DisclosureRecord:
    """The row to keep for an allowed decision. Raises `DisclosureRefused` for another, ValueError without a
    time."""
    if not decision.allow:
        raise decision.refusal()
    if decision.at is None:
        raise ValueError("an allowed decision says when")
    return DisclosureRecord(
        at=decision.at,
        referral_id=referral_id,
        client_id=client_id,
        discloser_id=decision.discloser_id,
        recipient_id=decision.recipient_id,
        recipient_name=recipient_name,
        categories=tuple(sorted(decision.categories)),
        fields=tuple(sorted(decision.fields)),
        purpose=decision.purpose,
        basis=decision.basis,
        consent_id=decision.consent_id,
        channel=decision.channel,
        notice_version=decision.notice_version,
        by=by,
        override=decision.override,
    )


def accounting(
    records: Iterable[DisclosureRecord],
    client_id: str,
    requested_at: dt.datetime,
    *,
    only_consent: bool = True,
) -> tuple[DisclosureRecord, ...]:
    """This client's disclosures in the three years up to the request, oldest first.

    2.25 asks for those made with consent; `only_consent=False` adds emergencies and court orders.
    """
    since = years_before(requested_at)
    return tuple(
        sorted(
            (
                each
                for each in records
                if each.client_id == client_id
                and since <= each.at <= requested_at
                and (not only_consent or each.basis in CONSENT_BASES)
            ),
            key=lambda each: each.at,
        )
    )


def intermediary_list(
    records: Iterable[DisclosureRecord], client_id: str, requested_at: dt.datetime
) -> IntermediaryList:
    """What 2.24 asks for: who received it, on which day, and a brief description."""
    found = accounting(records, client_id, requested_at)
    return IntermediaryList(
        due_on=requested_at.date() + dt.timedelta(days=INTERMEDIARY_DAYS),
        entries=tuple(
            (each.recipient_name, each.at.astimezone(requested_at.tzinfo).date(), each.categories)
            for each in found
        ),
    )


def years_before(moment: dt.datetime) -> dt.datetime:
    """Where the accounting that is asked for at that moment begins."""
    try:
        return moment.replace(year=moment.year - YEARS_BACK)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year - YEARS_BACK, day=28)
