"""Deciding a move of a referral: the table says whether it exists, its conditions say whether it may be now.

Nothing is read or saved here. The caller (`moves.py`, the one door) locks the referral, gathers `MoveFacts`
in the same transaction, calls `decide_move`, and writes what the `Move` says together with its event row.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple, get_args

from directory.errors import DisclosureRefused, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.actors import ReferralSide, Role, actors_of, may_use
from directory.referrals.event_rows import EventRow, event_row
from directory.referrals.guards import GUARDS, Situation
from directory.referrals.move_facts import MoveFacts, ReferralView
from directory.referrals.move_rows import MOVES, Actor, Event, MoveRow
from directory.referrals.reasons import business_status
from directory.referrals.states import STATES, TERMINAL, Priority, State

_BY_STATE: dict[State, tuple[MoveRow, ...]] = {
    state: tuple(row for row in MOVES if row.from_state == state) for state in STATES
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be written. `sets` are the referral's moments to store; what is not in it stays as it is."""

    row: MoveRow
    actor: Actor
    at: dt.datetime
    reason: str | None
    text: str
    version_before: int
    sets: dict[str, dt.datetime]
    task_status: str
    business_status: str | None
    done: Phrase
    """The line in the history."""

    @property
    def to_state(self) -> State:
        """The state afterwards."""
        return self.row.to_state

    @property
    def version_after(self) -> int:
        """The version to write; the row must still have `version_before`."""
        return self.version_before + 1


class Button(NamedTuple):
    """An event that somebody may choose now."""

    event: Event
    label: Phrase
    leads_on: bool = False


class _Problem(NamedTuple):
    code: str
    field: str
    phrase: Phrase


def allowed_moves(state: State, *actors: Actor) -> tuple[MoveRow, ...]:
    """The table's rows from `state` that any of `actors` may make, in its order; conditions come later."""
    return tuple(row for row in _BY_STATE[state] if set(row.actors) & set(actors))


def buttons(state: State, role: Role, side: ReferralSide) -> tuple[Button, ...]:
    """What to offer on the screen of somebody with this role; each event once."""
    found: dict[Event, Button] = {}
    for row in allowed_moves(state, *sorted(actors_of(role, side) - {"system"})):
        if may_use(role, row.event):
            rule = event_row(row.event, _own(row, actors_of(role, side)))
            found.setdefault(row.event, Button(row.event, Phrase(rule.label), rule.leads_on))
    return tuple(found.values())


def _own(row: MoveRow, actors: frozenset[Actor]) -> Actor:
    return next(each for each in row.actors if each in actors)


def decide_move(
    referral: ReferralView, event: Event, actor: Actor, facts: MoveFacts, now: dt.datetime
) -> Move:
    """The move that `actor` makes by `event`, at `now` (aware).

    Raises `TransitionRefused` (its code is `move_unknown`, `referral_closed`, `not_your_move`,
    `changed_meanwhile`, a reason's or a guard's code) or, where information would leave without leave,
    `DisclosureRefused`.
    """
    row = _row(referral.state, event, actor)
    if facts.expected_version not in {None, referral.version}:
        raise TransitionRefused(
            "changed_meanwhile", N_("Someone else changed this referral. Please look at it again.")
        )
    rule = event_row(event, actor)
    _check(rule, referral, facts, now)
    return Move(
        row=row,
        actor=actor,
        at=now,
        reason=facts.reason if rule.reasons else None,
        text=facts.text,
        version_before=referral.version,
        sets=_stamps(rule, row, referral, facts, now),
        task_status=STATES[row.to_state].task_status,
        business_status=business_status(row.to_state, facts.reason),
        done=Phrase(rule.done),
    )


def _row(state: State, event: Event, actor: Actor) -> MoveRow:
    rows = [row for row in _BY_STATE[state] if row.event == event]
    if not rows and state in TERMINAL:
        message = N_("This referral has ended. You can start a new one from it.")
        raise TransitionRefused("referral_closed", message)
    if not rows:
        raise TransitionRefused("move_unknown", N_("That cannot be done with this referral right now."))
    own = next((row for row in rows if actor in row.actors), None)
    if own is None:
        raise TransitionRefused("not_your_move", N_("Someone else has to do that."))
    return own


def _check(rule: EventRow, referral: ReferralView, facts: MoveFacts, now: dt.datetime) -> None:
    problems = [
        *_reason_problems(rule, facts),
        *(
            _Problem(guard.code, guard.field, Phrase(guard.message))
            for guard in (GUARDS[name] for name in rule.guards)
            if not guard.holds(Situation(referral, facts, now))
        ),
    ]
    if problems:
        fields: dict[str, list[Phrase | str]] = {}
        for each in problems:
            if each.field:
                fields.setdefault(each.field, []).append(each.phrase)
        details = {"live_referral_id": facts.live_referral_id} if facts.live_referral_id else None
        raise TransitionRefused(problems[0].code, problems[0].phrase, fields, details)
    if rule.gate == "always" or (rule.gate == "if_new" and facts.shares_new):
        _check_disclosure(referral, facts)


def _reason_problems(rule: EventRow, facts: MoveFacts) -> list[_Problem]:
    if not rule.reasons or (rule.reason_optional and not facts.reason):
        return []
    if not facts.reason:
        return [_Problem("reason_missing", "reason", Phrase(N_("Please choose a reason.")))]
    row = rule.reasons.get(facts.reason)
    if row is None:
        return [_Problem("reason_unknown", "reason", Phrase(N_("Please choose one of the reasons listed.")))]
    if row.wants_text and not facts.text.strip():
        return [_Problem("reason_text_missing", "text", Phrase(N_("Please say a little more.")))]
    return []


def _check_disclosure(referral: ReferralView, facts: MoveFacts) -> None:
    decision = facts.disclosure
    if decision is None:
        raise DisclosureRefused(("gate_not_asked",), N_("It was not checked what may be shared."))
    if not decision.allow:
        raise decision.refusal()
    if decision.recipient_id != referral.receiver_id:
        raise DisclosureRefused(
            ("recipient_not_covered",), N_("The consent was checked for someone else, not for this place.")
        )


def _stamps(
    rule: EventRow, row: MoveRow, referral: ReferralView, facts: MoveFacts, now: dt.datetime
) -> dict[str, dt.datetime]:
    sets: dict[str, dt.datetime] = {}
    for name, when in rule.stamps:
        if when == "always" or getattr(referral, name) is None:
            sets[name] = facts.connected_at or now if name == "connected_at" else now
    if row.to_state in TERMINAL and referral.closed_at is None:
        sets["closed_at"] = now
    return sets


def decide_deletion(referral: ReferralView, actor: Actor) -> None:
    """Whether a referral may be deleted outright: only a draft, which nobody else has seen, by its sender.

    Raises `TransitionRefused` (`not_your_move`, `only_drafts_are_deleted`).
    """
    if actor not in {"sender_worker", "sender_supervisor"}:
        raise TransitionRefused("not_your_move", N_("Someone else has to do that."))
    if referral.state != "draft":
        message = N_("Only a draft can be deleted. This referral is kept, but you can stop it.")
        raise TransitionRefused("only_drafts_are_deleted", message)


def read_priority(text: str) -> Priority:
    """The priority of that name. Raises `TransitionRefused`: `crisis_is_not_a_referral`,
    `priority_unknown`."""
    word = text.strip().casefold()
    if word == "crisis":
        message = N_(
            "In a crisis, do not wait for a referral. Call or text 988. If a life is in danger, call 911."
        )
        raise TransitionRefused("crisis_is_not_a_referral", message, {"priority": [message]})
    for known in get_args(Priority):
        if word == known:
            priority: Priority = known
            return priority
    message = N_("Please choose routine or urgent.")
    raise TransitionRefused("priority_unknown", message, {"priority": [message]})
