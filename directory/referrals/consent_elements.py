"""Is a consent complete? One row per element of 42 CFR 2.31(a), and what must not be mixed (2.31(b), (d)).

A consent that lacks one is never saved, and if it is there all the same, the gate refuses it (2.31(c)).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from directory.referrals.consent_record import TPO, Consent, ConsentType, Person
from directory.referrals.information import CATEGORIES, COUNSELING_NOTES
from directory.referrals.minors import MinorRule, signer_codes


class Element(NamedTuple):
    """One element: its code, the paragraph it comes from, whether it is there."""

    code: str
    source: str
    present: Callable[[Consent], bool]
    not_for: frozenset[ConsentType] = frozenset()


_SELF: frozenset[ConsentType] = frozenset({"self_request"})


def _is_tpo(consent: Consent) -> bool:
    return consent.type == "part2_tpo"


def _recipient(consent: Consent) -> bool:
    named = any(each.agency_id or each.name.strip() for each in consent.recipients)
    return named or (_is_tpo(consent) and bool(consent.recipient_class.strip()))


def _information(consent: Consent) -> bool:
    return (
        bool(consent.categories)
        and consent.categories <= set(CATEGORIES)
        and bool(consent.description.strip())
    )


def _expiry(consent: Consent) -> bool:
    if consent.expires_none:
        return _is_tpo(consent) and bool(consent.purposes) and consent.purposes <= TPO
    return consent.expires_on is not None or bool(consent.expiry_event.strip())


def _represented(consent: Consent) -> bool:
    return consent.signer == "client" or bool(
        consent.representative_name.strip() and consent.representative_authority.strip()
    )


ELEMENTS: tuple[Element, ...] = (
    Element("patient_name", "2.31(a)(1)", lambda c: bool(c.patient_name.strip())),
    Element("discloser", "2.31(a)(2)", lambda c: bool(c.discloser_id and c.discloser_name.strip()), _SELF),
    Element("information", "2.31(a)(3)", _information),
    Element("recipient", "2.31(a)(4)", _recipient),
    Element("purpose", "2.31(a)(5)", lambda c: bool(c.purposes)),
    Element("revocation_statement", "2.31(a)(6)", lambda c: c.revocation_statement),
    Element("expiry", "2.31(a)(7)", _expiry, _SELF),
    Element(
        "signature", "2.31(a)(8)", lambda c: c.signature is not None and bool(c.signature.evidence.strip())
    ),
    Element("representative_authority", "2.31(a)(8)", _represented),
    Element("signed_at", "2.31(a)(9)", lambda c: c.signed_at is not None),
    Element(
        "tpo_redisclosure_statement",
        "2.31(a)(10)",
        lambda c: not _is_tpo(c) or "redisclosure" in c.statements_given,
    ),
    Element(
        "tpo_refusal_statement", "2.31(a)(10)", lambda c: not _is_tpo(c) or "refusal" in c.statements_given
    ),
)


def missing_elements(consent: Consent) -> tuple[str, ...]:
    """`consent_incomplete:<element>` for each that is not there, in the order of 2.31(a)."""
    return tuple(
        f"consent_incomplete:{each.code}"
        for each in ELEMENTS
        if consent.type not in each.not_for and not each.present(consent)
    )


def mixed_codes(consent: Consent) -> tuple[str, ...]:
    """Counselling notes (2.31(b)) and use in proceedings (2.31(d)) each want a consent of their own."""
    codes = []
    if (COUNSELING_NOTES in consent.categories or consent.type == "part2_counseling_notes") and (
        consent.categories != {COUNSELING_NOTES} or consent.type != "part2_counseling_notes"
    ):
        codes.append("counseling_notes_not_separate")
    if ("legal_proceedings" in consent.purposes or consent.type == "part2_proceedings") and (
        consent.purposes != {"legal_proceedings"} or consent.type != "part2_proceedings"
    ):
        codes.append("proceedings_not_separate")
    return tuple(codes)


def check_consent(
    consent: Consent, person: Person, now: dt.datetime, minor_rules: Iterable[MinorRule] = ()
) -> tuple[str, ...]:
    """Everything that keeps this consent from being saved, as codes; empty: it may be."""
    codes = list(missing_elements(consent))
    if consent.signed_at is not None and consent.signed_at > now:
        codes.append("consent_incomplete:signed_at")
    if consent.client_id != person.id:
        codes.append("consent_of_another_person")
    return (*codes, *mixed_codes(consent), *signer_codes(consent, person, now.date(), minor_rules))
