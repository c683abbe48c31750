"""Who may do what. Roles and their rights are a table; who acts is an `Actor`; the rest are three questions.

Source of the table: reference/referrals.md, section Roles; beside it stands the keeper of partner sites, who
sees no client. A right reaches the actor's own agency, unless it is one of `NETWORK_RIGHTS`. Nobody has a
right over another agency's clients.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from directory.errors import AccessRefused, RecordNotFound
from directory.phrases import N_, Phrase

ROLES: Mapping[str, frozenset[str]] = {
    "caseworker": frozenset(
        {
            "clients.read",
            "clients.write",
            "consents.read",
            "consents.write",
            "referrals.read_sent",
            "referrals.send",
            "handoffs.record",
        }
    ),
    "provider_staff": frozenset(
        {"referrals.read_received", "referrals.answer", "handoffs.record", "capacity.write"}
    ),
    "supervisor": frozenset(
        {
            "clients.read",
            "clients.write",
            "consents.read",
            "consents.write",
            "consents.rules",
            "referrals.read_sent",
            "referrals.send",
            "referrals.read_received",
            "referrals.answer",
            "referrals.override",
            "referrals.void",
            "handoffs.record",
            "capacity.write",
            "reports.agency",
            "exports.deidentified",
            "break_glass.acknowledge",
            "incidents.read",
            "incidents.write",
            "people.invite",
            "agency.settings",
            "partner.manage",
        }
    ),
    "steward": frozenset({"listings.steward", "capacity.steward"}),
    "network_admin": frozenset(
        {"network.agencies", "network.people", "network.health", "reports.network", "break_glass.read"}
        | {"network.partners"}
    ),
    "privacy_officer": frozenset(
        {"audit.read", "accounting.read", "incidents.read", "consents.read_metadata"}
    ),
    "partner_admin": frozenset({"partner.manage"}),
}
"""Role to its rights. What is not here, nobody may."""

NETWORK_RIGHTS = frozenset(
    {
        "listings.steward",
        "capacity.steward",
        "network.agencies",
        "network.people",
        "network.health",
        "network.partners",
        "reports.network",
        "break_glass.read",
    }
)
"""Rights that reach beyond one agency; none of them shows a client (`break_glass.read` leads to the asking
for a time-limited look with a written reason, not to the look)."""

CLIENT_RIGHTS = frozenset(
    {"clients.read", "clients.write", "consents.read", "consents.write", "referrals.read_sent"}
    | {"referrals.send", "referrals.read_received", "referrals.answer", "handoffs.record"}
)
"""Rights by which something of a client is seen."""

ROLE_NAMES: Mapping[str, str] = {
    "caseworker": N_("Caseworker"),
    "provider_staff": N_("Provider staff"),
    "supervisor": N_("Supervisor"),
    "steward": N_("Steward of listings"),
    "network_admin": N_("Network administrator"),
    "privacy_officer": N_("Privacy officer"),
    "partner_admin": N_("Keeper of partner sites"),
}

SCOPES: Mapping[str, str] = {
    "clients.read": "Read the agency's own clients",
    "clients.write": "Add and change the agency's own clients",
    "consents.read": "Read consents of the agency's own clients",
    "consents.write": "Record and revoke consents of the agency's own clients",
    "referrals.read_sent": "Read referrals that the agency sent",
    "referrals.send": "Write, send and stop referrals of the agency",
    "referrals.read_received": "Read referrals that the agency received; each reading is a disclosure",
    "referrals.answer": "Answer referrals that the agency received",
    "handoffs.record": "Record warm handoffs",
}
"""What a program of an agency can be given (OAuth scopes): its workers' tasks, none of a supervisor's."""

WITHOUT_ACCOUNT = ("system", "client", "link", "api")
"""Roles of actors that no person signs in as: jobs, a person with a private link, a receiver with a secure
link, a program of an agency. They have no right of the table; what they may is decided where they come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person for one agency in one role, or one of `WITHOUT_ACCOUNT`."""

    role: str
    user_id: str | None = None
    agency_id: str | None = None
    program_id: str | None = None
    """Which program of the agency it is (role `api`)."""
    scopes: frozenset[str] = frozenset()
    """What that program was given, of `SCOPES`; it may nothing else."""

    def __post_init__(self) -> None:
        known = self.role in WITHOUT_ACCOUNT or (self.role in ROLES and self.user_id and self.agency_id)
        if not known:
            raise ValueError(f"nobody acts as {self.role!r} in this way")


SYSTEM = Actor(role="system")
"""Jobs and commands."""


def may(actor: Actor | None, right: str) -> bool:
    """Does the actor's role have that right? Nobody (None) has any."""
    return actor is not None and right in ROLES.get(actor.role, ())


def need(actor: Actor | None, right: str) -> Actor:
    """The actor. Raises `AccessRefused` when the role in use lacks the right."""
    if actor is None or not may(actor, right):
        raise AccessRefused(Phrase(N_("Your role does not allow that.")))
    return actor


def need_over(actor: Actor | None, right: str, owners: Collection[str | None]) -> Actor:
    """The actor, with that right over an object of the agencies `owners` (sender's, receiver's, …).

    Raises `AccessRefused` when the role in use lacks the right, whatever the object; else `RecordNotFound`,
    word for word the same, for another agency's object and for one that is not there (no owners).
    """
    found = need(actor, right)
    if not owners or (right not in NETWORK_RIGHTS and found.agency_id not in owners):
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return found
