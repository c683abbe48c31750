"""The disclosure gate: one pure decision that every channel asks before anything leaves an agency.

42 CFR part 2 (as amended 2024): 2.13(a) only what the purpose needs, 2.31 the consent, 2.32 the notice that
goes along. In this order: live consent, its elements, discloser and recipient, fields, purpose, time,
agreed restriction, notice. Whatever goes wrong while deciding is a refusal. The caller runs it inside the
transaction that changes the referral, with the consent row locked, and keeps a disclosure row
(`accounting.record_of`).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from directory.errors import DisclosureRefused
from directory.phrases import N_, Phrase
from directory.referrals.bases import court_order_codes, emergency_codes, reason_given
from directory.referrals.consent_elements import missing_elements, mixed_codes
from directory.referrals.consent_record import ALSO_COVERED, NOT_FOR_PART2, Agency, Consent
from directory.referrals.decision import (
    BASES,
    NOTICE_2_32,
    NOTICE_VERSION,
    REFUSALS,
    Decision,
    Kind,
    refusal_phrase,
)
from directory.referrals.disclosing import CHANNELS, DisclosureRequest, part2_applies
from directory.referrals.information import COUNSELING_NOTES, categories_of, fields_of, unknown_fields
from directory.referrals.minors import signer_codes
from directory.referrals.scope import redisclosure_rule, scope_sentence


def may_disclose(asked: DisclosureRequest, consent: Consent | None, now: dt.datetime) -> Decision:
    """Whether it may leave, by the given consent or basis. Never raises: an error is a refusal
    (`gate_failed`)."""
    try:
        return _decide(asked, consent, now)
    except Exception:  # noqa: BLE001  any error refuses (OWASP ASVS 16.5.3)
        return _refused(asked, consent, ("gate_failed",), part2=True)


def decide_reading(
    read: Callable[[], tuple[DisclosureRequest, Consent | None]], now: dt.datetime
) -> Decision:
    """`may_disclose` over what `read` finds; when it cannot be read, nothing may leave (C51)."""
    try:
        asked, consent = read()
    except Exception:  # noqa: BLE001  any error refuses (OWASP ASVS 16.5.3)
        row = "gate_failed"
        return Decision(allow=False, codes=(row,), sentences=(refusal_phrase(row),), kind=REFUSALS[row].kind)
    return may_disclose(asked, consent, now)


def _decide(asked: DisclosureRequest, consent: Consent | None, now: dt.datetime) -> Decision:
    part2 = part2_applies(asked, consent)
    codes = [*_basis_codes(asked), *(f"field_unknown:{each}" for each in unknown_fields(asked.fields))]
    if asked.basis == "medical_emergency":
        codes += emergency_codes(asked.emergency, asked.justification)
    elif asked.basis == "court_order":
        today = now.astimezone(dt.UTC).date()
        codes += court_order_codes(asked.court_order, asked.recipient.id, asked.fields, today)
    elif not codes:
        codes += _consent_codes(asked, consent, now, part2=part2)
    if asked.restriction == "unreviewed":
        codes.append("restriction_needs_review")
    if asked.channel not in CHANNELS:
        codes.append("notice_unavailable")
    if codes:
        return _refused(asked, consent, tuple(dict.fromkeys(codes)), part2=part2)
    return _allowed(asked, consent, now, part2=part2)


def _basis_codes(asked: DisclosureRequest) -> Iterable[str]:
    if asked.basis not in BASES:
        yield "basis_not_allowed_for_referral"
    if asked.basis == "supervisor_override":
        if asked.actor_role != "supervisor":
            yield "override_not_allowed"
        elif not reason_given(asked.justification):
            yield "justification_required"


def _consent_codes(
    asked: DisclosureRequest, consent: Consent | None, now: dt.datetime, *, part2: bool
) -> list[str]:
    if consent is None:
        return ["consent_missing"]
    if consent.client_id != asked.person.id:
        return ["consent_of_another_person"]
    if consent.revoked_at is not None:
        return ["consent_revoked"]
    return [
        *missing_elements(consent),
        *mixed_codes(consent),
        *signer_codes(consent, asked.person, now.date(), asked.minor_rules),
        *(["consent_not_valid_for_part2"] if part2 and consent.type in NOT_FOR_PART2 else []),
        *_party_codes(asked, consent),
        *_scope_codes(asked, consent),
        *_purpose_codes(asked, consent),
        *_time_codes(consent, asked.at or now, now),
    ]


def _party_codes(asked: DisclosureRequest, consent: Consent) -> Iterable[str]:
    """Who may share, and with whom (2.31(a)(2), (4)). A supervisor may set aside only the recipient."""
    named = {each.agency_id for each in consent.recipients if each.agency_id}
    may_share = {consent.discloser_id} | (named if asked.redisclosure else set())
    if consent.type != "self_request" and asked.discloser.id not in may_share:
        yield "discloser_not_covered"
    if asked.basis == "supervisor_override":
        return
    if not consent.recipients and consent.recipient_class:
        if not (asked.class_confirmed and reason_given(asked.justification)):
            yield "class_needs_confirmation"
    elif not _names(consent, asked.recipient):
        yield "recipient_not_covered"
    if asked.intermediary and not (consent.intermediary_named and consent.intermediary_participants):
        yield "intermediary_designation_missing"


def _names(consent: Consent, recipient: Agency) -> bool:
    """Matched by id, its own or that of the organization whose place it is; by whole name only on old
    forms."""
    ids = {recipient.id, *recipient.part_of}
    return any(
        each.agency_id in ids if each.agency_id else _plain(each.name) == _plain(recipient.name)
        for each in consent.recipients
    )


def _plain(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
    return " ".join(words)


def _scope_codes(asked: DisclosureRequest, consent: Consent) -> Iterable[str]:
    wanted = categories_of(asked.fields) | asked.attached
    for category in sorted(wanted - consent.categories):
        if category == COUNSELING_NOTES:
            yield "counseling_notes_need_separate_consent"
        else:
            yield f"scope_exceeded:{category}"


def _purpose_codes(asked: DisclosureRequest, consent: Consent) -> Iterable[str]:
    also = {each for purpose in consent.purposes for each in ALSO_COVERED.get(purpose, ())}
    if asked.purpose not in consent.purposes | also:
        yield "purpose_not_covered"


def _time_codes(consent: Consent, at: dt.datetime, now: dt.datetime) -> Iterable[str]:
    """Signed before it leaves; a last day counts whole, in the client's time zone (C28, C29)."""
    if consent.signed_at is not None and consent.signed_at > min(at, now):
        yield "consent_not_yet_signed"
    # neither a backdated nor a future-dated disclosure may outlive the consent
    local = max(at, now).astimezone(ZoneInfo(consent.timezone))
    if (consent.expires_on is not None and local.date() > consent.expires_on) or (
        consent.expiry_event_at is not None and consent.expiry_event_at <= max(at, now)
    ):
        yield "consent_expired"


def _kind(codes: Iterable[str]) -> Kind:
    kinds = {REFUSALS[code.partition(":")[0]].kind for code in codes}
    return "unavailable" if "unavailable" in kinds else "forbidden" if "forbidden" in kinds else "conflict"


def _refused(
    asked: DisclosureRequest, consent: Consent | None, codes: tuple[str, ...], *, part2: bool
) -> Decision:
    names = ", ".join(consent.recipient_names) if consent else ""
    return Decision(
        allow=False,
        codes=codes,
        sentences=tuple(refusal_phrase(code, _detail(code, names)) for code in codes),
        kind=_kind(codes),
        basis=asked.basis,
        consent_id=consent.id if consent else None,
        discloser_id=asked.discloser.id,
        recipient_id=asked.recipient.id,
        purpose=asked.purpose,
        channel=asked.channel,
        part2=part2,
        override=asked.basis == "supervisor_override",
    )


def _detail(code: str, names: str) -> Phrase | str:
    if code != "recipient_not_covered":
        return ""
    return names or Phrase(N_("another place"))


def _allowed(asked: DisclosureRequest, consent: Consent | None, now: dt.datetime, *, part2: bool) -> Decision:
    by_consent = consent is not None and asked.basis in {"consent", "supervisor_override"}
    opened = fields_of(consent.categories) if consent is not None and by_consent else asked.fields
    return Decision(
        allow=True,
        kind="allowed",
        basis=asked.basis,
        consent_id=consent.id if consent is not None and by_consent else None,
        discloser_id=asked.discloser.id,
        recipient_id=asked.recipient.id,
        fields=asked.fields & opened,
        categories=categories_of(asked.fields & opened) | asked.attached,
        purpose=asked.purpose,
        channel=asked.channel,
        part2=part2,
        notice=NOTICE_2_32 if part2 else None,
        notice_version=NOTICE_VERSION if part2 else None,
        scope=scope_sentence(
            consent if by_consent else None, asked.basis, asked.fields, asked.recipient.name
        ),
        redisclosure=redisclosure_rule(consent if by_consent else None, asked.recipient, part2=part2),
        override=asked.basis == "supervisor_override",
        alerts=("supervisor",) if asked.basis != "consent" else (),
        at=asked.at or now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientPayload:
    """All that a recipient gets: the opened fields that have a value, and what the law wants beside them."""

    recipient_id: str
    information: Mapping[str, Any]
    notice: str | None
    notice_version: str | None
    scope: Phrase | None
    redisclosure: Phrase | None


def disclosable_view(values: Mapping[str, Any], decision: Decision, recipient_id: str) -> RecipientPayload:
    """The one way a recipient's payload is built: only fields that the decision opened, and only for its
    recipient.

    Raises `DisclosureRefused` for a refused decision, or one that was made for somebody else.
    """
    if not decision.allow:
        raise decision.refusal()
    if decision.recipient_id != recipient_id:
        raise DisclosureRefused(
            ("recipient_not_covered",), N_("The consent was checked for someone else, not for this place.")
        )
    return RecipientPayload(
        recipient_id=recipient_id,
        information={name: values[name] for name in sorted(decision.fields) if values.get(name) is not None},
        notice=decision.notice,
        notice_version=decision.notice_version,
        scope=decision.scope,
        redisclosure=decision.redisclosure,
    )


def kept_view(
    kept: Mapping[str, Any], consent: Consent | None, basis: str, recipient: Agency, *, part2: bool
) -> RecipientPayload:
    """What a recipient keeps who relied on it (2.31(a)(6)): information that left before, as it left, with
    what the law wants beside it. Nothing new is opened here."""
    return RecipientPayload(
        recipient_id=recipient.id,
        information=kept,
        notice=NOTICE_2_32 if part2 else None,
        notice_version=NOTICE_VERSION if part2 else None,
        scope=scope_sentence(consent, basis, kept, recipient.name),
        redisclosure=redisclosure_rule(consent, recipient, part2=part2),
    )
