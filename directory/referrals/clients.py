"""Clients of one agency: add, find, read, change. Every one of these leaves a line in the audit.

A client is found by exact match within the own agency (a keyed digest of name and date of birth, or of the
telephone number); there is no search by part of a name, and none across agencies.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm.exc import StaleDataError

from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, RecordNotFound, VersionConflict
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need, need_over
from directory.referrals.client_fields import (
    ClientFields,
    KnownClient,
    check,
    known,
    plain_phone,
    write_fields,
)
from directory.referrals.tables_clients import Client, ClientRestriction

PAGE = 50


def add(acting: Acting, given: ClientFields) -> Client:
    """A new client of the actor's agency. Needs `clients.write`. Raises `QueryInvalid` naming the fields.

    Whether such a client is there already is for `find` to say, before: people may share name and birthday.
    """
    actor = need(acting.actor, "clients.write")
    check(given)
    made = new_client(acting, given, actor.agency_id or "")
    acting.note("client.add", "client", [made.id])
    return made


def new_client(acting: Acting, given: ClientFields, agency_id: str) -> Client:
    """The row alone, sealed, in the session; whoever calls this sees to rights, checks and audit."""
    moment = acting.now
    made = Client(
        agency_id=agency_id, created_by=acting.actor.user_id, created_at=moment, changed_at=moment, version=1
    )
    made.id = new_id()
    write_fields(acting.ring, made, given)
    acting.session.add(made)
    acting.session.flush()
    return made


def find(
    acting: Acting, *, name: str = "", birth_date: dt.date | None = None, phone: str = ""
) -> tuple[KnownClient, ...]:
    """The own agency's clients of exactly this name and date of birth, or of this telephone number.

    Spaces, case, accents and punctuation do not count. Needs `clients.read`. At most 50; the audit has one
    line.
    """
    need(acting.actor, "clients.read")
    match = matching(acting, name=name, birth_date=birth_date, phone=phone)
    query = select(Client).where(match).order_by(Client.created_at, Client.id).limit(PAGE)
    found = acting.session.scalars(query).all()
    acting.note("client.find", "client", [each.id for each in found])
    return tuple(known(acting.ring, each) for each in found)


def matching(acting: Acting, *, name: str, birth_date: dt.date | None, phone: str) -> ColumnElement[bool]:
    """Clients of the own agency of exactly this name and birthday, or this number. Raises `QueryInvalid` when
    too little is given."""
    agency_id = acting.actor.agency_id or ""
    born = birth_date.isoformat() if birth_date else None
    by_name = acting.ring.blind_values(Client, "name_birth_index", agency_id, name=name, birth_date=born)
    by_phone = acting.ring.blind_values(Client, "phone_index", agency_id, phone=plain_phone(phone))
    if not by_name and not by_phone:
        raise QueryInvalid(Phrase(N_("Please give a name and date of birth, or a phone number.")))
    match = or_(Client.name_birth_index.in_(by_name), Client.phone_index.in_(by_phone))
    return (Client.agency_id == agency_id) & match


def newest(
    acting: Acting, *, before: tuple[dt.datetime, str] | None = None, limit: int = PAGE
) -> list[KnownClient]:
    """The own agency's clients, the newest first; `before` is `(created_at, id)` of the last one seen.

    Needs `clients.read`. One statement for the rows; one line in the audit for the screen.
    """
    actor = need(acting.actor, "clients.read")
    query = select(Client).where(Client.agency_id == actor.agency_id)
    if before is not None:
        moment, last = before
        query = query.where(
            or_(Client.created_at < moment, (Client.created_at == moment) & (Client.id < last))
        )
    rows = acting.session.scalars(
        query.order_by(Client.created_at.desc(), Client.id.desc()).limit(min(limit, PAGE))
    ).all()
    acting.note("client.list", "client", [each.id for each in rows])
    return [known(acting.ring, each) for each in rows]


def before_these(acting: Acting, found: Sequence[KnownClient]) -> tuple[dt.datetime, str] | None:
    """`before` of the page after one that `newest` answered; None where there is none."""
    if len(found) < PAGE:
        return None
    last = acting.session.get_one(Client, found[-1].id)
    return last.created_at, last.id


def read(acting: Acting, client_id: str) -> KnownClient:
    """One client with the limits agreed with them. Needs `clients.read` and that the client is the agency's
    own; raises `RecordNotFound` for another's as for none."""
    row = own_client(acting, client_id, "clients.read")
    query = select(ClientRestriction).where(
        ClientRestriction.client_id == row.id, ClientRestriction.ended_at.is_(None)
    )
    limits = [
        (each.id, acting.ring.get(each, "agreed") or "")
        for each in acting.session.scalars(query.order_by(ClientRestriction.recorded_at))
    ]
    acting.note("client.read", "client", [row.id])
    return known(acting.ring, row, tuple(limits))


def change(acting: Acting, client_id: str, given: ClientFields, *, expected_version: int) -> Client:
    """Writes all fields anew. Needs `clients.write`. Raises `VersionConflict` when somebody else was
    quicker."""
    row = own_client(acting, client_id, "clients.write", lock=True)
    if row.version != expected_version:
        raise conflict()
    check(given)
    write_fields(acting.ring, row, given)
    row.changed_at = acting.now
    try:
        acting.session.flush()
    except StaleDataError as problem:
        raise conflict() from problem
    acting.note("client.change", "client", [row.id])
    return row


def set_do_not_contact(acting: Acting, client_id: str, *, wanted: bool) -> Client:
    """The safe mode: from now on nothing is sent to the person. Needs `clients.write`."""
    row = own_client(acting, client_id, "clients.write", lock=True)
    row.do_not_contact = wanted
    row.changed_at = acting.now
    acting.session.flush()
    acting.note("client.do_not_contact" if wanted else "client.may_contact", "client", [row.id])
    return row


def restrict(acting: Acting, client_id: str, agreed: str) -> ClientRestriction:
    """Writes down a limit on sharing; until a worker confirms having reviewed it, nothing of the client
    leaves."""
    client = own_client(acting, client_id, "clients.write", lock=True)
    if not agreed.strip():
        raise QueryInvalid(Phrase(N_("Please write what you agreed on.")), {"agreed": [N_("is missing")]})
    made = ClientRestriction(
        id=new_id(), client_id=client.id, recorded_by=acting.actor.user_id, recorded_at=acting.now
    )
    acting.ring.put(made, agreed=agreed.strip())
    acting.session.add(made)
    acting.session.flush()
    acting.note("client.restrict", "client", [client.id])
    return made


def end_restriction(acting: Acting, client_id: str, restriction_id: str) -> None:
    """The limit no longer holds; that it did stays on record. A second time changes nothing.

    Raises `RecordNotFound` for one that is not this client's.
    """
    client = own_client(acting, client_id, "clients.write", lock=True)
    query = select(ClientRestriction).where(
        ClientRestriction.id == restriction_id, ClientRestriction.client_id == client.id
    )
    limit = acting.session.scalars(query).one_or_none()
    if limit is None:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    if limit.ended_at is not None:
        return
    limit.ended_at = acting.now
    acting.session.flush()
    acting.note("client.end_restriction", "client", [client.id])


def own_client(acting: Acting, client_id: str, right: str, *, lock: bool = False) -> Client:
    """The row, if the actor has that right over it. Raises `RecordNotFound`, `AccessRefused`. Not audited."""
    query = select(Client).where(Client.id == client_id)
    row = acting.session.scalars(query.with_for_update() if lock else query).one_or_none()
    need_over(acting.actor, right, [row.agency_id] if row else [])
    if row is None:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return row


def conflict() -> VersionConflict:
    """Somebody else was quicker."""
    return VersionConflict(Phrase(N_("Someone else changed this. Please look at it again.")))
