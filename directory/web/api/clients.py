"""`/api/v1/clients` and `/api/v1/consents`: an agency's own clients and what they agreed to."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from directory.referrals import clients, ledger
from directory.referrals.acting import Acting
from directory.referrals.consent_places import places
from directory.referrals.revocation import revoke
from directory.referrals.sides import own_sent
from directory.web.api.asking import acting, answer, body, deed, expected_version, once, route
from directory.web.api.client_schemas import (
    ClientChange,
    ClientLookup,
    ClientSchema,
    ConsentSchema,
    Ending,
    FoundClients,
    KnownClientSchema,
    KnownConsents,
    KnownConsentSchema,
    Made,
    Revocation,
    Revoked,
)
from directory.web.api.client_shapes import client_of, client_shape, consent_of, consent_shape, moment_of

blueprint = Blueprint(
    "api_clients", __name__, url_prefix="/api/v1", description="The agency's own clients and their consents."
)


@route(
    blueprint,
    "POST",
    "/clients",
    "clients.write",
    answers=Made,
    takes=ClientSchema,
    status=201,
    keyed=True,
    summary="Add a client",
)
def add_client() -> Response:
    """Whether the person is known already is for `findClients` to say, before."""
    given = body(ClientSchema)
    with deed("client.add", "client") as work:
        made = once(work, given, lambda: _added(work, given))
    return answer(made, 201)


def _added(work: Acting, given: dict[str, object]) -> dict[str, object]:
    made = clients.add(work, client_of(given))
    return {"id": made.id, "version": made.version, "at": moment_of(work.now)}


@route(
    blueprint,
    "POST",
    "/clients/find",
    "clients.read",
    answers=FoundClients,
    takes=ClientLookup,
    summary="Find clients by exact match",
)
def find_clients() -> Response:
    """By name and date of birth, or telephone number. In the body, so that no fact is in an address."""
    given = body(ClientLookup)
    with deed("client.find", "client") as work:
        found = clients.find(
            work,
            name=given.get("name", ""),
            birth_date=given.get("birth_date"),
            phone=given.get("phone", ""),
        )
    return answer({"clients": [client_shape(each) for each in found]})


@route(
    blueprint,
    "GET",
    "/clients/<key:client_id>",
    "clients.read",
    answers=KnownClientSchema,
    summary="Read a client",
)
def read_client(client_id: str) -> Response:
    """With the limits on sharing that were agreed with the person."""
    work = acting()
    found = clients.read(work, client_id)
    work.session.commit()
    return answer(client_shape(found))


@route(
    blueprint,
    "PUT",
    "/clients/<key:client_id>",
    "clients.write",
    answers=Made,
    takes=ClientChange,
    versioned=True,
    summary="Change a client",
)
def change_client(client_id: str) -> Response:
    """Writes all fields anew."""
    given = body(ClientChange)
    version = expected_version(given)
    with deed("client.change", "client", client_id) as work:
        made = clients.change(work, client_id, client_of(given), expected_version=version)
    return answer({"id": made.id, "version": made.version, "at": moment_of(work.now)})


# --- consents ---------------------------------------------------------------------------------------


@route(
    blueprint,
    "POST",
    "/clients/<key:client_id>/consents",
    "consents.write",
    answers=Made,
    takes=ConsentSchema,
    status=201,
    keyed=True,
    summary="Record a consent",
)
def record_consent(client_id: str) -> Response:
    """Kept whole or not at all: what is missing is told by the codes of 42 CFR 2.31(a)."""
    given = body(ConsentSchema)
    with deed("consent.record", "client", client_id) as work:
        made = once(work, given, lambda: _recorded(work, client_id, given))
    return answer(made, 201)


def _recorded(work: Acting, client_id: str, given: dict[str, str]) -> dict[str, object]:
    key = given.get("referral_id")
    draft = own_sent(work, key, client_id=client_id, write=True) if key else None
    consent = consent_of(given, client_id, places(work, draft))
    made = ledger.record(work, consent, data_class=given["care"])
    return {"id": made.id, "at": moment_of(work.now)}


@route(
    blueprint,
    "GET",
    "/clients/<key:client_id>/consents",
    "consents.read",
    answers=KnownConsents,
    summary="List a client's consents",
)
def list_consents(client_id: str) -> Response:
    """The newest first, those taken back or ended too."""
    work = acting()
    found = ledger.of_client(work, client_id)
    work.session.commit()
    return answer({"consents": [consent_shape(each, work.now) for each in found]})


@route(
    blueprint,
    "GET",
    "/consents/<key:consent_id>",
    "consents.read",
    answers=KnownConsentSchema,
    summary="Read a consent",
)
def read_consent(consent_id: str) -> Response:
    """As it was signed."""
    work = acting()
    found = ledger.read(work, consent_id)
    work.session.commit()
    return answer(consent_shape(found, work.now))


@route(
    blueprint,
    "POST",
    "/consents/<key:consent_id>/end",
    "consents.write",
    answers=Made,
    takes=Ending,
    keyed=True,
    summary="End a consent by its event",
)
def end_consent(consent_id: str) -> Response:
    """For a consent that ends when something happens: it has happened. Nothing more is shared on it."""
    given = body(Ending)
    with deed("consent.expiry_event", "consent", consent_id) as work:
        made = once(work, given, lambda: _ended(work, consent_id, given))
    return answer(made)


def _ended(work: Acting, consent_id: str, given: dict[str, Any]) -> dict[str, object]:
    ledger.record_expiry_event(work, consent_id, given.get("occurred_at", work.now))
    return {"id": consent_id, "at": moment_of(work.now)}


@route(
    blueprint,
    "POST",
    "/consents/<key:consent_id>/revoke",
    "consents.write",
    answers=Revoked,
    takes=Revocation,
    keyed=True,
    summary="Take a consent back",
)
def revoke_consent(consent_id: str) -> Response:
    """What rests on it stops in the same moment."""
    given = body(Revocation)
    with deed("consent.revoke", "consent", consent_id) as work:
        made = once(work, given, lambda: _revoked(work, consent_id, given))
    return answer(made)


def _revoked(work: Acting, consent_id: str, given: dict[str, str]) -> dict[str, object]:
    done = revoke(work, consent_id, by=given["by"], how=given["how"], reason=given.get("reason", ""))
    return {
        "id": done.consent_id,
        "at": moment_of(work.now),
        "is_new": done.is_new,
        "stopped": [each.referral_id for each in done.stopped],
    }
