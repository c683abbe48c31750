"""The gate's answer: may this information go to this recipient, why, and what must travel with it."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from directory.errors import DisclosureRefused
from directory.phrases import N_, Phrase
from directory.referrals.information import CATEGORIES

Basis = Literal["consent", "medical_emergency", "court_order", "supervisor_override"]
"""What a disclosure may rest on. Never QSOA, research or audit (42 CFR 2.11, 2.52, 2.53)."""
BASES: dict[Basis, str] = {
    "consent": N_("The person agreed"),
    "medical_emergency": N_("A medical emergency"),
    "court_order": N_("A court order"),
    "supervisor_override": N_("A supervisor decided, with a written reason"),
}
Kind = Literal["allowed", "conflict", "forbidden", "unavailable"]
"""How a refusal is answered: 409, 403, 503."""

NOTICE_2_32 = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""The short statement of 42 CFR 2.32(a)(2), word for word: it is law, so it is never translated or
shortened."""
NOTICE_VERSION = "2.32(a)(2)/2024"


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """A refusal's sentence (message id; `%(detail)s` is what follows the colon of a code) and its kind."""

    message: str
    kind: Kind = "conflict"


REFUSALS: dict[str, RefusalRow] = {
    "consent_missing": RefusalRow(N_("There is no consent for this.")),
    "consent_of_another_person": RefusalRow(N_("This consent is for another person.")),
    "consent_revoked": RefusalRow(N_("The person took this consent back.")),
    "consent_expired": RefusalRow(N_("This consent has ended.")),
    "consent_not_yet_signed": RefusalRow(N_("This consent was signed after that time.")),
    "consent_incomplete": RefusalRow(N_("The consent is not complete: %(detail)s.")),
    "consent_not_valid_for_part2": RefusalRow(N_("A general release is not enough for these records.")),
    "counseling_notes_not_separate": RefusalRow(N_("Notes from counseling need a consent of their own.")),
    "counseling_notes_need_separate_consent": RefusalRow(
        N_("Notes from counseling need a consent of their own.")
    ),
    "proceedings_not_separate": RefusalRow(N_("Use in court needs a consent of its own.")),
    "state_rule_unknown": RefusalRow(
        N_("We do not know this state's rule for young people. Please ask a supervisor.")
    ),
    "age_unknown": RefusalRow(N_("Please ask if the person is 18 or older.")),
    "minor_must_sign": RefusalRow(N_("The young person has to sign.")),
    "representative_must_sign": RefusalRow(N_("A parent or guardian has to sign.")),
    "discloser_not_covered": RefusalRow(
        N_("This consent does not name your agency as the one who may share.")
    ),
    "recipient_not_covered": RefusalRow(N_("This consent names %(detail)s, not this place.")),
    "class_needs_confirmation": RefusalRow(
        N_("This consent names no place. A supervisor has to confirm it with a written reason.")
    ),
    "intermediary_designation_missing": RefusalRow(
        N_("This consent does not name the network that passes it on, or its members.")
    ),
    "scope_exceeded": RefusalRow(N_("The consent does not cover this: %(detail)s.")),
    "field_unknown": RefusalRow(N_("This can never be shared: %(detail)s.")),
    "purpose_not_covered": RefusalRow(N_("The consent is for another purpose.")),
    "restriction_needs_review": RefusalRow(
        N_("You agreed on a limit with this person. Please review it and confirm.")
    ),
    "notice_unavailable": RefusalRow(N_("The notice that must go with it cannot be sent this way.")),
    "justification_required": RefusalRow(N_("Please write the reason, in at least 20 letters.")),
    "medical_personnel_only": RefusalRow(N_("In an emergency, only medical staff may get this.")),
    "emergency_incomplete": RefusalRow(N_("Please fill in the emergency record: %(detail)s.")),
    "court_order_incomplete": RefusalRow(N_("Please fill in the court order: %(detail)s.")),
    "basis_not_allowed_for_referral": RefusalRow(N_("A referral cannot rest on that.")),
    "override_not_allowed": RefusalRow(N_("Only a supervisor may decide that."), "forbidden"),
    "gate_failed": RefusalRow(
        N_("The consent could not be checked, so nothing was shared. Please try again."), "unavailable"
    ),
}
"""Every refusal by the part of its code before the colon."""


DETAILS: dict[str, str] = {
    "patient_name": N_("the person's name"),
    "discloser": N_("who may share"),
    "information": N_("what may be shared"),
    "recipient": N_("who gets it"),
    "purpose": N_("what it is for"),
    "revocation_statement": N_("how to take it back"),
    "expiry": N_("when it ends"),
    "signature": N_("the signature"),
    "representative_authority": N_("who signed for the person, and why they may"),
    "signed_at": N_("the day it was signed"),
    "tpo_redisclosure_statement": N_("that it may be shared further"),
    "tpo_refusal_statement": N_("what happens if the person says no"),
    "affiliation": N_("where they work"),
    "nature": N_("what the emergency is"),
    "time": N_("when it was"),
    "court": N_("which court"),
    "reference": N_("the number of the order"),
    "issued_on": N_("the day of the order"),
    **{each.code: each.label for each in CATEGORIES.values()},
}
"""What the part of a code after the colon is called."""


def refusal_phrase(code: str, detail: Phrase | str = "") -> Phrase:
    """The sentence of a code such as `scope_exceeded:diagnosis`; `detail` where the code has none."""
    name, _, what = code.partition(":")
    message = REFUSALS[name].message
    if "%(" not in message:
        return Phrase(message)
    told = detail or (Phrase(DETAILS[what]) if what in DETAILS else what)
    return Phrase(message, {"detail": told})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Allowed or refused. A refused decision opens no field; an allowed one names all that must be kept
    with it.

    `codes` are the refusals in the gate's order. `fields` and `categories` are what may go to `recipient_id`.
    `notice` is the 2.32 statement (None: the records are not under Part 2) and `scope` the explanation of the
    consent's scope that 2.32 wants beside it. `alerts` are roles to tell (`supervisor`).
    `redisclosure` tells the recipient what they may do with it further on (2.33(b)).
    """

    allow: bool
    codes: tuple[str, ...] = ()
    sentences: tuple[Phrase, ...] = ()
    kind: Kind = "conflict"
    basis: str = "consent"
    consent_id: str | None = None
    discloser_id: str = ""
    recipient_id: str = ""
    fields: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    purpose: str = ""
    channel: str = ""
    part2: bool = True
    notice: str | None = None
    notice_version: str | None = None
    scope: Phrase | None = None
    redisclosure: Phrase | None = None
    override: bool = False
    alerts: tuple[str, ...] = ()
    at: dt.datetime | None = None

    def refusal(self) -> DisclosureRefused:
        """The error that says this refusal."""
        return DisclosureRefused(
            self.codes, self.sentences[0] if self.sentences else N_("It may not be shared.")
        )
