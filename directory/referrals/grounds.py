"""Other grounds than consent for a draft: a supervisor's decision, a medical emergency, a court order.

What each of them can do is the gate's to say (`consent.may_disclose`); this writes it on the draft, sealed,
with who decided it. Writing the draft anew afterwards puts it back on consent: what was decided was for that
draft.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.bases import (
    LEAST_REASON,
    CourtOrder,
    Emergency,
    court_order_codes,
    emergency_codes,
    reason_given,
)
from directory.referrals.decision import Decision, refusal_phrase
from directory.referrals.drafts import changed, own_draft, rest_on
from directory.referrals.gate import Ground, ask, ground_of
from directory.referrals.information import SHAREABLE
from directory.referrals.ledger import consents_of
from directory.referrals.payloads import PLAIN
from directory.referrals.rows import receiver_id
from directory.referrals.sides import find, part_as
from directory.referrals.tables import Referral

OVERRIDE = "referrals.override"
"""The right to decide as a supervisor, and to take a court order as read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a referral rests on, and for a draft what a supervisor's decision would come to.

    `set_aside`: refusals that it would lift; `remaining`: those that would stay, whoever decides.
    """

    row: Referral
    ground: Ground
    decision: Decision
    set_aside: tuple[Phrase, ...] = ()
    remaining: tuple[Phrase, ...] = ()


def grounds_of(acting: Acting, referral_id: str) -> Grounds:
    """The ground of the own agency's referral. Needs a sender's part in it; one line in the audit."""
    row = find(acting.session, referral_id)
    part_as(acting, row, "sender")
    ground = ground_of(acting, row)
    decision = _asked(acting, row, ground)
    found = Grounds(row=row, ground=ground, decision=decision)
    if row.status == "draft" and not decision.allow:
        found = _with_forecast(acting, found)
    acting.note("referral.ground", "referral", [row.id])
    return found


def _with_forecast(acting: Acting, found: Grounds) -> Grounds:
    """Asks the gate itself what an override would leave."""
    decided = _override(found.decision, "x" * LEAST_REASON)
    after = _asked(acting, found.row, replace(decided, decided_by="supervisor"))
    now = dict(zip(found.decision.codes, found.decision.sentences, strict=True))
    return replace(
        found,
        set_aside=tuple(sentence for code, sentence in now.items() if code not in after.codes),
        remaining=after.sentences,
    )


def _asked(acting: Acting, row: Referral, ground: Ground) -> Decision:
    consents = consents_of(acting.session, row.client_id, row.from_agency_id)
    return ask(acting, row, consents, fields=row.shared_fields, ground=ground)


def _override(refused: Decision, reason: str) -> Ground:
    """A consent that names a class of places is confirmed; else the named place is set aside."""
    if "class_needs_confirmation" in refused.codes:
        return Ground(class_confirmed=True, justification=reason)
    return Ground(basis="supervisor_override", justification=reason)


# --- deciding ---------------------------------------------------------------------------------------


def decide_as_supervisor(acting: Acting, referral_id: str, reason: str, *, version: int) -> Referral:
    """The supervisor decides, with a written reason of at least 20 letters. Needs `referrals.override`."""
    need(acting.actor, OVERRIDE)
    row = own_draft(acting, referral_id, version)
    if not reason_given(reason):
        raise _wrong(("justification_required",))
    return _keep(acting, row, _override(_asked(acting, row, PLAIN), reason.strip()))


def record_emergency(
    acting: Acting, referral_id: str, emergency: Emergency, reason: str, *, version: int
) -> Referral:
    """The record that 42 CFR 2.51 asks for. Any worker who may send: an emergency does not wait."""
    row = own_draft(acting, referral_id, version)
    if codes := emergency_codes(emergency, reason):
        raise _wrong(codes)
    if emergency.at is not None and emergency.at > acting.now:
        raise _wrong(("emergency_incomplete:time",))
    return _keep(
        acting, row, Ground(basis="medical_emergency", justification=reason.strip(), emergency=emergency)
    )


def record_court_order(acting: Acting, referral_id: str, order: CourtOrder, *, version: int) -> Referral:
    """An order that a supervisor has read. Its recipient is the draft's. Needs `referrals.override`."""
    need(acting.actor, OVERRIDE)
    row = own_draft(acting, referral_id, version)
    known = order.categories & SHAREABLE.keys()
    order = replace(order, recipient_id=receiver_id(row), categories=frozenset(known))
    today = acting.now.date()
    if codes := court_order_codes(order, order.recipient_id, frozenset(row.shared_fields), today):
        raise _wrong(codes)
    return _keep(acting, row, Ground(basis="court_order", court_order=order))


def back_to_consent(acting: Acting, referral_id: str, *, version: int) -> Referral:
    """The draft rests on the person's consent again."""
    return _keep(acting, own_draft(acting, referral_id, version), PLAIN)


def _keep(acting: Acting, row: Referral, ground: Ground) -> Referral:
    rest_on(acting, row, ground)
    return changed(acting, row, f"referral.ground_{ground.basis}")


FIELD_OF_CODE = {
    "justification_required": "reason",
    "medical_personnel_only": "is_medical",
    "scope_exceeded": "categories",
    "recipient_not_covered": "reference",
    "consent_expired": "ends_on",
}
"""Field of the form that a refusal is about; codes with a part after the colon name it themselves."""


def _wrong(codes: Sequence[str]) -> QueryInvalid:
    fields: dict[str, list[Phrase | str]] = {}
    for code in codes:
        name, _, part = code.partition(":")
        fields.setdefault(FIELD_OF_CODE.get(name, part), []).append(_sentence(code))
    return QueryInvalid(Phrase(N_("Please check what you wrote.")), fields)


_OF_AN_ORDER = {
    "scope_exceeded:order": N_("This draft shares more than the order opens."),
    "consent_expired": N_("The order does not hold today."),
}
"""Refusals whose sentence speaks of a consent."""


def _sentence(code: str) -> Phrase:
    return Phrase(_OF_AN_ORDER[code]) if code in _OF_AN_ORDER else refusal_phrase(code)
