"""For a privacy officer: finding the person who asks for an accounting, and their consents' metadata.

The officer sees ids, codes, moments and who received; not the person's record, nor what a consent says in
words.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from directory.referrals.acting import Acting, need
from directory.referrals.clients import matching, own_client
from directory.referrals.ledger import consents_of
from directory.referrals.tables_clients import Client

MOST = 50


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A record that fits exactly; when it was made tells records of equal people apart."""

    id: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFacts:
    """A consent without what was written in it. `ends_by_event`: it ends when something happens."""

    id: str
    type: str
    recipients: tuple[str, ...]
    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    signer: str
    signature_kind: str
    signed_at: dt.datetime
    form_version: str
    expires_on: dt.date | None
    ends_by_event: bool
    ended_at: dt.datetime | None
    revoked_at: dt.datetime | None
    revoked_by: str


def find_person(
    acting: Acting, *, name: str = "", birth_date: dt.date | None = None, phone: str = ""
) -> list[FoundPerson]:
    """The own agency's clients of exactly this name and birthday, or this number: ids alone.

    Needs `accounting.read`. Raises `QueryInvalid` when too little is given.
    """
    need(acting.actor, "accounting.read")
    match = matching(acting, name=name, birth_date=birth_date, phone=phone)
    query = select(Client.id, Client.created_at).where(match)
    rows = acting.session.execute(query.order_by(Client.created_at, Client.id).limit(MOST))
    found = [FoundPerson(each.id, each.created_at) for each in rows]
    acting.note("accounting.find", "client", [each.id for each in found])
    return found


def consent_facts(acting: Acting, client_id: str) -> list[ConsentFacts]:
    """Every consent of the own agency's client, the newest first. Needs `consents.read_metadata`."""
    client = own_client(acting, client_id, "consents.read_metadata")
    rows = consents_of(acting.session, client.id, client.agency_id)
    acting.note("consent.list_metadata", "consent", [each.id for each in rows])
    return [
        ConsentFacts(
            id=each.id,
            type=each.type,
            recipients=tuple(place.name for place in each.recipients),
            categories=tuple(each.categories),
            purposes=tuple(each.purposes),
            signer=each.signer,
            signature_kind=each.signature_kind,
            signed_at=each.signed_at,
            form_version=each.form_version,
            expires_on=each.expires_on,
            ends_by_event=each.expires_on is None and not each.expires_none,
            ended_at=each.ending.occurred_at if each.ending else None,
            revoked_at=each.revocation.revoked_at if each.revocation else None,
            revoked_by=each.revocation.by if each.revocation else "",
        )
        for each in rows
    ]
