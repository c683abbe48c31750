"""Who acts on referrals and clients, through which door, when: what every use case of this room is handed.

    acting = Acting(session, ring, actor, now, channel="web", request_id=g.request_id)
    client = clients.add(acting, ClientFields(name="…"))
    session.commit()

Nothing in this room commits. A use case raises before it has written anything half, and the caller rolls
back. The audit is appended last in each use case: whoever appends next waits for the commit.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from directory.accounts import access
from directory.accounts.access import SCOPES, SYSTEM, Actor
from directory.accounts.audit import Deed, append
from directory.accounts.keys import KeyRing
from directory.accounts.tables import AuditEntry
from directory.errors import AccessRefused, RecordNotFound
from directory.phrases import N_, Phrase


@dataclass(frozen=True, slots=True)
class Acting:
    """One request of one actor. `now` is aware; `channel` is `web`, `link`, `api`, `csv`, `print` or
    `job`."""

    session: Session
    ring: KeyRing
    actor: Actor
    now: dt.datetime
    channel: str = "web"
    request_id: str | None = None
    sign_in_url: str = ""
    """Where mail sends its readers; empty: mail has no address in it."""
    own_referral_id: str | None = None
    """The one referral that a link leads to (roles `link` and `client`)."""

    def as_system(self) -> "Acting":
        """The program itself, in the same transaction: what follows from a deed without anybody's wish."""
        return replace(self, actor=SYSTEM, channel="job")

    def note(
        self, action: str, kind: str, ids: Sequence[str], *, count: int | None = None, outcome: str = "done"
    ) -> AuditEntry:
        """Writes one line into the audit: codes and ids only."""
        return append(
            self.session,
            Deed(
                actor=self.actor,
                action=action,
                object_kind=kind,
                object_ids=tuple(ids),
                count=count,
                outcome=outcome,
                channel=self.channel,
                request_id=self.request_id,
            ),
            self.now,
        )


def may(actor: Actor, right: str) -> bool:
    """Has the actor that right? A program has what it was given, and never more than `SCOPES`."""
    if actor.role != "api":
        return access.may(actor, right)
    return actor.agency_id is not None and right in SCOPES and right in actor.scopes


def need(actor: Actor, right: str) -> Actor:
    """The actor. Raises `AccessRefused` when they lack the right."""
    if not may(actor, right):
        raise AccessRefused(Phrase(N_("Your role does not allow that.")))
    return actor


def need_over(actor: Actor, right: str, owners: Collection[str | None]) -> Actor:
    """The actor, with that right over something of these agencies. Raises `RecordNotFound`,
    `AccessRefused`."""
    if actor.role != "api":
        return access.need_over(actor, right, owners)
    need(actor, right)
    if actor.agency_id not in owners:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return actor


REFUSAL = "refusal-"
"""Before the name of a refusal of the consent gate, among the ids of a line of the audit."""


def note_refusal(
    acting: Acting, action: str, kind: str, ids: Sequence[str], codes: Sequence[str] = ()
) -> None:
    """One line for a deed that was refused. For callers that rolled back: in a new transaction of theirs.

    `codes` of the gate are kept by name alone, for reports: what follows a colon may name somebody.
    """
    names = dict.fromkeys(REFUSAL + code.partition(":")[0] for code in codes)
    acting.note(action, kind, [*ids, *names], count=len(ids), outcome="refused")
