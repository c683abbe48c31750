"""Who received what: the accounting that a person may ask for (42 CFR 2.25) and the list of 2.24."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.referrals.accounting import (
    DisclosureRecord,
    IntermediaryList,
    accounting,
    intermediary_list,
    years_before,
)
from directory.referrals.acting import Acting, need_over
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Disclosure

MOST = 50


class Shown(NamedTuple):
    """The last `MOST` of a referral's disclosures, the oldest of them first, and how many came before."""

    records: tuple[DisclosureRecord, ...]
    before: int


def accounting_of(
    acting: Acting, client_id: str, *, only_consent: bool = True
) -> tuple[DisclosureRecord, ...]:
    """The last three years' disclosures of the agency's own client, the oldest first.

    For the client's agency: a privacy officer (`accounting.read`), or whoever may read the client.
    """
    records = _records(acting, client_id, acting.now)
    found = accounting(records, client_id, acting.now, only_consent=only_consent)
    acting.note("accounting.read", "client", [client_id], count=len(found))
    return found


def intermediary_list_of(
    acting: Acting, client_id: str, *, requested_at: dt.datetime | None = None
) -> IntermediaryList:
    """What 2.24 wants within 30 days of a written request (`requested_at`; default: now), its days those of
    that moment's zone; rights as for `accounting_of`."""
    asked_at = requested_at or acting.now
    found = intermediary_list(_records(acting, client_id, asked_at), client_id, asked_at)
    acting.note("accounting.list", "client", [client_id], count=len(found.entries))
    return found


def disclosures_on(session: Session, referral_id: str) -> Shown:
    """Who saw a referral's information lately. Rights and audit are the caller's."""
    query = select(Disclosure).where(Disclosure.referral_id == referral_id)
    newest = session.scalars(query.order_by(Disclosure.at.desc(), Disclosure.id.desc()).limit(MOST)).all()
    before = 0
    if len(newest) == MOST:
        whole = session.scalar(select(func.count()).where(Disclosure.referral_id == referral_id))
        before = (whole or 0) - MOST
    return Shown(tuple(_as_records(reversed(newest))), before)


def _records(acting: Acting, client_id: str, requested_at: dt.datetime) -> list[DisclosureRecord]:
    right = "accounting.read" if acting.actor.role == "privacy_officer" else "clients.read"
    client = acting.session.get(Client, client_id)
    need_over(acting.actor, right, [client.agency_id] if client else [])
    query = select(Disclosure).where(
        Disclosure.client_id == client_id, Disclosure.at >= years_before(requested_at)
    )
    return list(_as_records(acting.session.scalars(query.order_by(Disclosure.at, Disclosure.id))))


def _as_records(rows: Iterable[Disclosure]) -> Iterable[DisclosureRecord]:
    for each in rows:
        yield DisclosureRecord(
            at=each.at,
            referral_id=each.referral_id or "",
            client_id=each.client_id,
            discloser_id=each.agency_id,
            recipient_id=each.recipient_id,
            recipient_name=each.recipient_name,
            categories=tuple(each.categories),
            fields=tuple(each.fields),
            purpose=each.purpose,
            basis=each.basis,
            consent_id=each.consent_id,
            channel=each.channel,
            notice_version=each.notice_version,
            by=each.user_id or "",
            override=each.basis == "supervisor_override",
        )
