"""Any moves in any order through the door: the database never shows what the table does not allow."""

import itertools
import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from directory.accounts.audit import verify
from directory.accounts.tables import AuditEntry
from directory.database import make_engine, session_factory
from directory.errors import (
    AccessRefused,
    DirectoryError,
    DisclosureRefused,
    RecordNotFound,
    TransitionRefused,
)
from directory.referrals.conversation import log_attempt
from directory.referrals.event_rows import EVENTS
from directory.referrals.guards import GUARDS
from directory.referrals.history import digest
from directory.referrals.move_rows import MOVES, Event
from directory.referrals.receiver_view import open_referral
from directory.referrals.revocation import revoke
from directory.referrals.states import STATES, TERMINAL
from directory.referrals.tables import ReferralEvent
from directory.referrals.tables_consents import Disclosure
from tests.databases import prepare
from tests.referrals.world import HOUR, World, forget_the_disk, make_world

ALLOWED = {(row.from_state, row.event): row.to_state for row in MOVES}
WORKERS = ("casey", "sam", "pat", "bo", "otto", "system")


class ThroughTheDoor(RuleBasedStateMachine):
    """One referral; anybody tries anything."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        address = f"sqlite:///{Path(self.folder.name) / 'directory.sqlite'}"
        prepare(address)
        self.engine = make_engine(address)
        self.world: World = make_world(session_factory(self.engine))
        forget_the_disk(self.world)
        client_id = self.world.client()
        self.consent_id = self.world.consent(client_id)
        self.referral_id = self.world.draft(client_id)
        self.state = "draft"
        self.is_revoked = False

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()

    @rule(event=st.sampled_from(sorted(EVENTS)), who=st.sampled_from(WORKERS))
    def try_a_move(self, event: Event, who: str) -> None:
        """Made if the table has it for them, else nothing changes."""
        before = self.state
        try:
            moved = self.world.move(self.referral_id, event, who=who)
        except DisclosureRefused:
            assert self.is_revoked
            return
        except TransitionRefused as problem:
            code = problem.code
            if code in {"move_unknown", "referral_closed"}:
                assert (before, event) not in ALLOWED
            else:
                assert code in {"not_your_move", *GUARDS}
            return
        except (AccessRefused, RecordNotFound):
            assert who != "casey"
            return
        assert who != "otto"
        assert moved.status == ALLOWED[before, event]  # type: ignore[index]
        self.state = moved.status

    @precondition(lambda self: not self.is_revoked)
    @rule()
    def take_the_consent_back(self) -> None:
        with self.world.as_("casey") as acting:
            revoke(acting, self.consent_id, by="client", how="oral")
        self.is_revoked = True
        if self.state != "draft" and self.state not in TERMINAL:
            self.state = "withdrawn"

    @rule()
    def look(self) -> None:
        try:
            with self.world.as_("pat") as acting:
                view = open_referral(acting, self.referral_id)
        except DirectoryError:
            assert self.state == "draft" or not self.was_sent()
            return
        assert view.state == self.state
        if self.is_revoked and view.payload is not None:
            assert view.kept

    @rule()
    def try_to_reach_the_person(self) -> None:
        self.world.now += 26 * HOUR
        try:
            with self.world.as_("pat") as acting:
                log_attempt(acting, self.referral_id, method="phone", outcome="no_answer")
        except DirectoryError:
            assert not self.was_sent()

    def was_sent(self) -> bool:
        return self.world.row(self.referral_id).sent_at is not None

    @invariant()
    def the_rows_agree(self) -> None:
        if not hasattr(self, "engine"):
            return
        row = self.world.row(self.referral_id)
        assert row.status == self.state
        assert (row.closed_at is not None) == (row.status in TERMINAL)
        assert row.turn == STATES[row.status].owner
        with session_factory(self.engine)() as session:
            lines = session.scalars(select(ReferralEvent).order_by(ReferralEvent.position)).all()
            assert [each.position for each in lines] == list(range(1, len(lines) + 1))
            moves = [each for each in lines if each.version_before != each.version_after]
            assert row.version == 1 + len(moves)
            for earlier, later in itertools.pairwise(moves):
                assert earlier.to_status == later.from_status
            noted = {key for entry in session.scalars(select(AuditEntry)) for key in entry.object_ids}
            assert {digest(each) for each in lines} <= noted
            if row.sent_at is None:
                assert session.scalars(select(Disclosure)).all() == []
            assert verify(session).whole


ThroughTheDoor.TestCase.settings = settings(
    max_examples=8, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestThroughTheDoor = ThroughTheDoor.TestCase
