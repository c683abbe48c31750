"""What stands between a draft and its sending, told before anything leaves. Nothing is written but the audit.

`moves.move` asks all of it again, with the consents locked: this is for the eyes of the worker.
"""

from dataclasses import dataclass

from directory.phrases import Phrase
from directory.referrals.acting import Acting
from directory.referrals.decision import Decision
from directory.referrals.event_rows import event_row
from directory.referrals.gate import ask, ground_of
from directory.referrals.guards import GUARDS, Situation
from directory.referrals.ledger import consents_of
from directory.referrals.move_facts import MoveFacts
from directory.referrals.moves import live_referral
from directory.referrals.rows import as_view, receiver_calendar
from directory.referrals.sides import find, part_as

ASKED_APART = frozenset({"idempotency_key_missing", "live_referral_exists"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """`missing`: sentences on the draft itself; `live_referral_id`: another one under way for the same person
    and service; `decision`: the gate's answer, with every sentence of a refusal."""

    missing: tuple[Phrase, ...]
    live_referral_id: str | None
    decision: Decision

    @property
    def is_ready(self) -> bool:
        """Would it be sent now?"""
        return not self.missing and self.live_referral_id is None and self.decision.allow


def before_sending(acting: Acting, referral_id: str) -> Readiness:
    """How ready a draft is. Needs a sender's part in it. Not audited: part of a page that is."""
    row = find(acting.session, referral_id)
    part_as(acting, row, "sender")
    consents = consents_of(acting.session, row.client_id, row.from_agency_id)
    facts = MoveFacts(zone=receiver_calendar(acting.session, row).timezone)
    situation = Situation(as_view(row), facts, acting.now)
    rules = (GUARDS[name] for name in event_row("send", "sender_worker").guards if name not in ASKED_APART)
    return Readiness(
        missing=tuple(Phrase(each.message) for each in rules if not each.holds(situation)),
        live_referral_id=live_referral(acting, row) if row.service_id else None,
        decision=ask(acting, row, consents, fields=row.shared_fields, ground=ground_of(acting, row)),
    )
