"""A clock strikes: the mail goes into the outbox and the stage is written down, in the transaction of what
made it due, or of the periodic look (`reminders.py`)."""

from directory.accounts.tables import new_id
from directory.referrals.acting import Acting
from directory.referrals.clock_facts import Clocked, clocked
from directory.referrals.clocks import due_reminders
from directory.referrals.notices import readers_for, tell
from directory.referrals.tables import Referral
from directory.referrals.tables_doors import ReminderSent

BY_VOICE = frozenset({"sent_call"})
"""Stages that are no mail: somebody has to call, and the board says so."""


def strike(acting: Acting, row: Referral, found: Clocked | None = None) -> int:
    """Gives every reminder of this referral that is due and was not given yet; answers how many.

    The row is locked by the caller, so that two who look at once give each stage once.
    """
    known = found or clocked(acting.session, [row])[row.id]
    due = due_reminders(known.facts, known.calendar, known.given, acting.now)
    for each in due:
        owner = known.handoff_owners.get(each.dedupe_key.split(":")[2])
        acting.session.add(
            ReminderSent(
                id=new_id(),
                referral_id=row.id,
                trigger=each.stage,
                due_at=each.due_at,
                given_at=acting.now,
                dedupe_key=each.dedupe_key,
            )
        )
        if each.stage not in BY_VOICE:
            tell(acting, readers_for(acting.session, row, each.recipient, owner), each.dedupe_key)
    if due:
        acting.session.flush()
    return len(due)
