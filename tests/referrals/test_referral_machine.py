"""Whatever anybody does in whatever order, a referral never leaves its table, and an end is an end."""

import datetime as dt
from dataclasses import replace
from typing import get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from directory.errors import DirectoryError
from directory.referrals.event_rows import EVENTS
from directory.referrals.move_facts import MoveFacts
from directory.referrals.move_rows import MOVES, Actor, Event
from directory.referrals.states import STATES, TERMINAL
from directory.referrals.transitions import decide_move
from tests.referrals.situations import NOW, facts_for, referral, visit

LEGAL = {(row.from_state, row.event, row.to_state) for row in MOVES}


class OneReferral(RuleBasedStateMachine):
    """A referral to which people and clocks do anything at all."""

    def __init__(self) -> None:
        super().__init__()
        self.referral = referral("draft")
        self.now = NOW
        self.connected: list[dt.datetime] = []
        self.path = ["draft"]

    @rule(
        event=st.sampled_from(sorted(EVENTS)),
        actor=st.sampled_from(get_args(Actor)),
        minutes=st.integers(1, 60 * 24 * 9),
        wrong_reason=st.booleans(),
    )
    def something_happens(self, event: Event, actor: Actor, minutes: int, *, wrong_reason: bool) -> None:
        self.now += dt.timedelta(minutes=minutes)
        try:
            move = decide_move(
                self.referral, event, actor, self.facts(event, actor, wrong_reason=wrong_reason), self.now
            )
        except DirectoryError:
            return
        assert (self.referral.state, event, move.to_state) in LEGAL
        if "connected_at" in move.sets:
            self.connected.append(move.sets["connected_at"])
        self.path.append(move.to_state)
        self.referral = replace(
            self.referral,
            state=move.to_state,
            version=move.version_after,
            **move.sets,  # type: ignore[arg-type]
        )

    @rule(event=st.sampled_from(sorted(EVENTS)), minutes=st.integers(1, 500))
    def somebody_does_what_they_may(self, event: Event, minutes: int) -> None:
        for row in MOVES:
            if (row.from_state, row.event) == (self.referral.state, event):
                self.something_happens(event, row.actors[0], minutes, wrong_reason=False)
                break

    def facts(self, event: Event, actor: Actor, *, wrong_reason: bool) -> MoveFacts:
        later = self.now + dt.timedelta(days=1)
        whole = facts_for(event, actor, connected_at=self.now, next_step_due=later, recovery_due=later)
        whole = replace(
            whole,
            appointment=visit(later),
            review_on=later.date(),
            outcome_on=self.now.date(),
            expires_at=self.now,
            withdrawal_confirms_at=self.now,
        )
        return replace(whole, reason="no such reason") if wrong_reason else whole

    @invariant()
    def the_state_is_one_of_the_table(self) -> None:
        assert self.referral.state in STATES
        assert self.referral.version == len(self.path)

    @invariant()
    def the_person_was_connected_at_most_once(self) -> None:
        assert len(self.connected) <= 1
        assert self.referral.connected_at in {None, *self.connected}

    @invariant()
    def only_a_mistake_follows_an_end(self) -> None:
        ends = [at for at, state in enumerate(self.path) if state in TERMINAL]
        assert all(state == "entered_in_error" for state in (self.path[ends[0] + 1 :] if ends else []))

    @invariant()
    def an_end_has_its_day(self) -> None:
        assert (self.referral.state in TERMINAL) == (self.referral.closed_at is not None)

    @invariant()
    def what_was_completed_was_connected(self) -> None:
        assert self.referral.state != "completed" or self.referral.connected_at is not None


OneReferral.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestOneReferral = OneReferral.TestCase
