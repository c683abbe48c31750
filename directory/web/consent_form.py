"""The form of a consent: what was given and signed, to a `Consent` with every element of 42 CFR 2.31(a)."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from directory.phrases import N_
from directory.referrals.consent_record import PURPOSES, Consent, ConsentRecipient, Signature, SignatureKind
from directory.referrals.information import SHAREABLE
from directory.referrals.minors import MENTAL_HEALTH, SUBSTANCE_USE
from directory.referrals.payloads import canonical
from directory.web.client_form import language_names
from directory.web.consent_words import SIGNATURES, SIGNERS, TYPES
from directory.web.language import gettext
from directory.web.work import read_day, read_moment

FORM_VERSION = "2026-11"
"""Of the text on the page: a consent says which one the person was shown."""
OFFERED_TYPES = ("part2_named", "part2_tpo")
OFFERED_PURPOSES = ("referral", "treatment", "care_coordination", "payment", "operations")
OFFERED_SIGNATURES: tuple[SignatureKind, ...] = ("typed", "paper_scan", "witnessed_paper")
ENDS = {
    "day": N_("On a day"),
    "event": N_("When something happens"),
    "none": N_("No end (only for treatment, payment and running the program)"),
}
CARE = {
    "other": N_("Something else"),
    SUBSTANCE_USE: N_("Outpatient care for substance use"),
    MENTAL_HEALTH: N_("Outpatient care for mental health"),
}
"""Matters for people under 18: who signs depends on it (`minors.py`)."""


def read_consent(
    form: MultiDict[str, str], client_id: str, places: Iterable[tuple[str, str]]
) -> tuple[Consent, str]:
    """The consent, and the kind of care it is about. `places`: (id, name) of those that may be named.

    Raises `QueryInvalid` for days and moments that are none; what is missing, `ledger.record` tells.
    """
    ticked, end = set(form.getlist("recipients")), form.get("end", "")
    kind = next((each for each in OFFERED_SIGNATURES if each == form.get("signature_kind")), None)
    evidence = form.get("evidence", "").strip()
    values: dict[str, Any] = {
        "id": "",
        "client_id": client_id,
        "type": _chosen(form.get("type"), OFFERED_TYPES),
        "patient_name": "",
        "discloser_id": "",
        "discloser_name": "",
        "recipients": tuple(ConsentRecipient(key, name) for key, name in places if key in ticked),
        "categories": frozenset(form.getlist("categories")) & SHAREABLE.keys(),
        "description": form.get("description", "").strip(),
        "purposes": frozenset(form.getlist("purposes")) & set(OFFERED_PURPOSES),
        "revocation_statement": form.get("revocation_statement") == "1",
        "expires_on": read_day(form.get("expires_on", ""), "expiry") if end == "day" else None,
        "expiry_event": form.get("expiry_event", "").strip() if end == "event" else "",
        "expires_none": end == "none",
        "signer": _chosen(form.get("signer"), tuple(SIGNERS)),
        "representative_name": form.get("representative_name", "").strip(),
        "representative_authority": form.get("representative_authority", "").strip(),
        "signature": Signature(kind, evidence) if kind else None,
        "signed_at": read_moment(form.get("signed_at", ""), "signed_at"),
        "statements_given": frozenset(form.getlist("statements")) & {"redisclosure", "refusal"},
        "language": _chosen(form.get("language"), tuple(code for code, _ in language_names())),
        "form_version": FORM_VERSION,
    }
    return with_digest(Consent(**values)), _chosen(form.get("care"), tuple(CARE))


def with_digest(given: Consent) -> Consent:
    """The consent with the digest of all that it says."""
    return replace(given, document_hash=hashlib.sha256(canonical(given).encode()).hexdigest())


def _chosen(text: str | None, allowed: tuple[str, ...]) -> str:
    return text if text in allowed else allowed[0]


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the form offers, in the language of the page."""
    return {
        "types": [(each, gettext(TYPES[each])) for each in OFFERED_TYPES],
        "purposes": [(each, gettext(PURPOSES[each])) for each in PURPOSES if each in OFFERED_PURPOSES],
        "kinds": [(each, gettext(SIGNATURES[each])) for each in OFFERED_SIGNATURES],
        "signers": [(each, gettext(text)) for each, text in SIGNERS.items()],
        "ends": [(each, gettext(text)) for each, text in ENDS.items()],
        "cares": [(each, gettext(text)) for each, text in CARE.items()],
        "languages": language_names(),
        "shared": [(code, gettext(each.label)) for code, each in SHAREABLE.items()],
    }
