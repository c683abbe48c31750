"""Who received what: the accounting that a person may ask for (42 CFR 2.25) and the list of 2.24."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.referrals.accounting import DisclosureRecord, IntermediaryList, accounting, intermediary_list
from directory.referrals.acting import Acting, need_over
from directory.referrals.sides import find, not_found, parts_of
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Disclosure


def accounting_of(
    acting: Acting, client_id: str, *, only_consent: bool = True
) -> tuple[DisclosureRecord, ...]:
    """The last three years' disclosures of the agency's own client, the oldest first.

    For the client's agency: a privacy officer (`accounting.read`), or whoever may read the client.
    """
    found = accounting(_records(acting, client_id), client_id, acting.now, only_consent=only_consent)
    acting.note("accounting.read", "client", [client_id], count=len(found))
    return found


def intermediary_list_of(
    acting: Acting, client_id: str, *, requested_at: dt.datetime | None = None
) -> IntermediaryList:
    """What 2.24 wants within 30 days of a written request (`requested_at`; default: now), its days those of
    that moment's zone; rights as for `accounting_of`."""
    found = intermediary_list(_records(acting, client_id), client_id, requested_at or acting.now)
    acting.note("accounting.list", "client", [client_id], count=len(found.entries))
    return found


def disclosures_of(acting: Acting, referral_id: str) -> tuple[DisclosureRecord, ...]:
    """Who saw a referral's information, the oldest first: for the sender's page, which is audited."""
    row = find(acting.session, referral_id)
    if all(side != "sender" for _, side in parts_of(acting, row)):
        raise not_found()
    return disclosures_on(acting.session, row.id)


def disclosures_on(session: Session, referral_id: str) -> tuple[DisclosureRecord, ...]:
    """The same without the question of rights: the caller has asked it."""
    query = select(Disclosure).where(Disclosure.referral_id == referral_id)
    return tuple(_as_records(session.scalars(query.order_by(Disclosure.at, Disclosure.id))))


def _records(acting: Acting, client_id: str) -> list[DisclosureRecord]:
    right = "accounting.read" if acting.actor.role == "privacy_officer" else "clients.read"
    client = acting.session.get(Client, client_id)
    need_over(acting.actor, right, [client.agency_id] if client else [])
    query = select(Disclosure).where(Disclosure.client_id == client_id).order_by(Disclosure.at, Disclosure.id)
    return list(_as_records(acting.session.scalars(query)))


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
