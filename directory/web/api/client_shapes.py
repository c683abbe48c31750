"""Clients and consents between the JSON of programs and the use cases, both ways."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.client_fields import ClientFields, KnownClient
from directory.referrals.consent_record import Consent, ConsentRecipient, Signature
from directory.web.api.asking import CHECK
from directory.web.consent_form import with_digest
from directory.web.consent_words import status_of

DEFAULTS = {each.name: each.default for each in fields(ClientFields) if each.name != "name"}


def moment_of(moment: dt.datetime | None) -> str | None:
    """ISO 8601, UTC."""
    return moment.astimezone(dt.UTC).isoformat() if moment else None


def day_of(day: dt.date | None) -> str | None:
    """ISO 8601."""
    return day.isoformat() if day else None


def client_of(given: Mapping[str, Any]) -> ClientFields:
    """What was sent, as the ledger keeps it. `client_fields.check` sees what is wrong."""
    values = {name: given.get(name, default) for name, default in DEFAULTS.items()}
    values["safe_times"] = tuple(
        (each["weekday"], each["begins"], each["ends"]) for each in given.get("safe_times", ())
    )
    return ClientFields(name=given["name"], **values)


def client_shape(known: KnownClient) -> dict[str, Any]:
    """As `KnownClientSchema`."""
    found = {each.name: getattr(known.fields, each.name) for each in fields(ClientFields)}
    return {
        **found,
        "birth_date": day_of(known.fields.birth_date),
        "safe_times": [
            {"weekday": day, "begins": begins, "ends": ends} for day, begins, ends in known.fields.safe_times
        ],
        "id": known.id,
        "version": known.version,
        "restrictions": [{"id": key, "agreed": agreed} for key, agreed in known.restrictions],
    }


def consent_of(given: Mapping[str, Any], client_id: str, places: Mapping[str, str]) -> Consent:
    """The consent as it was sent. Raises `QueryInvalid` for a recipient that may not be named."""
    unknown = [each for each in given["recipients"] if each not in places]
    if unknown:
        sentence = Phrase(N_("There is no such place on the network: %(id)s."), {"id": unknown[0]})
        raise QueryInvalid(Phrase(CHECK), {"recipients": [sentence]})
    return with_digest(
        Consent(
            id="",
            client_id=client_id,
            type=given["type"],
            patient_name="",
            discloser_id="",
            discloser_name="",
            recipients=tuple(ConsentRecipient(each, places[each]) for each in given["recipients"]),
            categories=frozenset(given["categories"]),
            description=given["description"].strip(),
            purposes=frozenset(given["purposes"]),
            revocation_statement=given["revocation_statement"],
            expires_on=given.get("expires_on"),
            expiry_event=given.get("expiry_event", "").strip(),
            expires_none=given.get("expires_none", False),
            signer=given["signer"],
            representative_name=given.get("representative_name", "").strip(),
            representative_authority=given.get("representative_authority", "").strip(),
            signature=Signature(given["signature_kind"], given["evidence"].strip()),
            signed_at=given["signed_at"],
            statements_given=frozenset(given.get("statements", ())),
            language=given["language"],
            form_version=given["form_version"],
        )
    )


def consent_shape(known: Consent, now: dt.datetime) -> dict[str, Any]:
    """As `KnownConsentSchema`."""
    return {
        "id": known.id,
        "client_id": known.client_id,
        "status": status_of(known, now),
        "type": known.type,
        "recipients": [{"id": each.agency_id, "name": each.name} for each in known.recipients],
        "categories": sorted(known.categories),
        "description": known.description,
        "purposes": sorted(known.purposes),
        "expires_on": day_of(known.expires_on),
        "expiry_event": known.expiry_event,
        "expires_none": known.expires_none,
        "timezone": known.timezone,
        "signer": known.signer,
        "signature_kind": known.signature.kind if known.signature else None,
        "signed_at": moment_of(known.signed_at),
        "language": known.language,
        "form_version": known.form_version,
        "revoked_at": moment_of(known.revoked_at),
    }
