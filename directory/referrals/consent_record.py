"""A consent as it was signed, and the people and agencies that a disclosure is about. Never edited: a
change is a new consent (42 CFR 2.31)."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from directory.phrases import N_

ConsentType = Literal[
    "part2_named",
    "part2_tpo",
    "part2_counseling_notes",
    "part2_proceedings",
    "hipaa_authorization",
    "general_release",
    "self_request",
]
"""`self_request`: the person's own words on the public form; no program discloses, they do."""
NOT_FOR_PART2: frozenset[ConsentType] = frozenset({"hipaa_authorization", "general_release"})
"""2.32 itself says that a general release is not enough; ours of that name lack what 2.31 asks for."""

Purpose = Literal[
    "referral", "treatment", "payment", "operations", "care_coordination", "legal_proceedings", "own_request"
]
PURPOSES: dict[Purpose, str] = {
    "referral": N_("getting this help"),
    "treatment": N_("treatment"),
    "payment": N_("payment for treatment"),
    "operations": N_("running the program"),
    "care_coordination": N_("working together on care"),
    "legal_proceedings": N_("use in court"),
    "own_request": N_("the person's own request"),
}
TPO: frozenset[Purpose] = frozenset({"treatment", "payment", "operations"})
ALSO_COVERED: dict[Purpose, frozenset[Purpose]] = {
    "treatment": frozenset({"referral"}),
    "own_request": frozenset({"referral"}),
}
"""Purposes that a purpose holds within itself (2.12 speaks of treatment, diagnosis or referral for
treatment)."""

SignatureKind = Literal["drawn", "typed", "paper_scan", "witnessed_paper"]
Signer = Literal["client", "representative", "both"]
KnownOrNot = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class ConsentRecipient:
    """A recipient named in a consent. `agency_id` is what counts; `name` alone stands on old paper forms."""

    agency_id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Evidence of signing: `evidence` is a hash, a scan's reference, or the witness's name; never empty."""

    kind: SignatureKind
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent, section by section of 2.31(a). Dates are in the client's `timezone`; moments are aware.

    It ends on a day (`expires_on`, the whole of which is included), by an event (`expiry_event`, with
    `expiry_event_at` once it happened), or not at all (`expires_none`, for TPO only).
    """

    id: str
    client_id: str
    type: ConsentType = "part2_named"
    rule_version: str = "2024"
    patient_name: str
    discloser_id: str
    discloser_name: str
    recipients: tuple[ConsentRecipient, ...] = ()
    recipient_class: str = ""
    """Wording such as "my treating providers" (TPO); never enough by itself to send (C20)."""
    intermediary_named: bool = False
    intermediary_participants: tuple[str, ...] = ()
    categories: frozenset[str] = frozenset()
    description: str = ""
    purposes: frozenset[Purpose] = frozenset({"referral"})
    revocation_statement: bool = False
    expires_on: dt.date | None = None
    expiry_event: str = ""
    expiry_event_at: dt.datetime | None = None
    expires_none: bool = False
    timezone: str = "UTC"
    signer: Signer = "client"
    representative_name: str = ""
    representative_authority: str = ""
    signature: Signature | None = None
    signed_at: dt.datetime | None = None
    statements_given: frozenset[Literal["redisclosure", "refusal"]] = frozenset()
    language: str = "en"
    form_version: str = ""
    revoked_at: dt.datetime | None = None
    revoked_by: str = ""
    revoked_how: str = ""
    revoked_reason: str = ""
    document_hash: str = ""

    @property
    def recipient_names(self) -> tuple[str, ...]:
        """The recipients as people read them."""
        return tuple(each.name for each in self.recipients) or (
            (self.recipient_class,) if self.recipient_class else ()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A body on the network, as the gate sees it.

    `part_of`: the organization whose *place* this is (a consent naming that organization covers its places);
    another organization with a similar name is another agency (C18, C19).
    """

    id: str
    name: str
    part_of: tuple[str, ...] = ()
    part2_program: KnownOrNot = "unknown"
    hipaa_covered: KnownOrNot = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The client, as far as signing depends on them. `state` is two letters, `data_class` a
    `minors.MinorRule`'s."""

    id: str
    birth_date: dt.date | None = None
    adult_confirmed: bool = False
    """A worker asked, and the person is 18 or older; for people whose date of birth is not kept."""
    state: str = ""
    data_class: str = "other"
