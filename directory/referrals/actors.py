"""Who somebody is to a referral: from their role in an agency and the side that agency is on.

Being allowed to *see* a referral is decided elsewhere (own organization, assignment); this says only which
moves are theirs. A steward, a network admin and a privacy officer have no row: they move nothing.
"""

from collections.abc import Iterable
from typing import Literal

from directory.referrals.move_rows import Actor, Event

Role = Literal["caseworker", "provider_staff", "supervisor", "receiver_link", "client", "platform"]
"""`receiver_link`: whoever holds the secure link and its access code (R5). `client`: the person, on their
private link or account. `platform`: this program itself, as FHIR's requester of a self-referral (R8)."""
ReferralSide = Literal["sender", "receiver"]

ACTORS: dict[tuple[Role, ReferralSide], frozenset[Actor]] = {
    ("caseworker", "sender"): frozenset({"sender_worker"}),
    ("provider_staff", "receiver"): frozenset({"receiver_worker"}),
    ("supervisor", "sender"): frozenset({"sender_worker", "sender_supervisor"}),
    ("supervisor", "receiver"): frozenset({"receiver_worker"}),
    ("receiver_link", "receiver"): frozenset({"receiver_worker"}),
    ("client", "sender"): frozenset({"client"}),
    ("platform", "sender"): frozenset({"sender_worker", "system"}),
}
EVENTS_BY_LINK: frozenset[Event] = frozenset(
    {
        "accept",
        "request_info",
        "decline",
        "schedule",
        "reschedule",
        "record_connected",
        "close_successful",
        "close_unsuccessful",
        "confirm_withdrawal",
    }
)
"""What a receiver without an account may do: answer, ask, set a time, say that the person was met, and how it
ended: nobody else could close it."""
EVENTS_FOR_SELF: frozenset[Event] = frozenset({"send", "supply_info"})
"""What the platform does for a person who refers themself: hand on what they wrote, and only that."""


def actors_of(role: Role, side: ReferralSide) -> frozenset[Actor]:
    """What a role is to a referral on the given side; empty when it has no part in it."""
    return ACTORS.get((role, side), frozenset())


def may_use(role: Role, event: Event) -> bool:
    """Whether a role's way in offers an event at all (a link offers fewer than an account)."""
    if role == "receiver_link":
        return event in EVENTS_BY_LINK
    return role != "platform" or event in EVENTS_FOR_SELF or event in SYSTEM_EVENTS


def roles_for(roles: Iterable[tuple[Role, ReferralSide]]) -> frozenset[Actor]:
    """All that a person is to a referral who holds several roles (a supervisor of both agencies)."""
    return frozenset(actor for role, side in roles for actor in actors_of(role, side))


SYSTEM_EVENTS: frozenset[Event] = frozenset({"expire", "confirm_withdrawal", "consent_revoked"})
"""What happens by itself: a clock ran out, or a consent was taken back."""
