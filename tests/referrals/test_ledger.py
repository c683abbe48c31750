"""Consents: kept whole or not at all, never edited, taken back once; and what follows."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from directory.accounts.audit import verify
from directory.errors import (
    ConsentIncomplete,
    DisclosureRefused,
    QueryInvalid,
    RecordNotFound,
    TransitionRefused,
)
from directory.mail.tables import Outbox
from directory.referrals import clients, drafts, ledger, minor_rules
from directory.referrals.consent_record import ConsentRecipient
from directory.referrals.disclosure_lists import accounting_of, intermediary_list_of
from directory.referrals.gate import Ground
from directory.referrals.minors import SUBSTANCE_USE, MinorRule
from directory.referrals.moves import move
from directory.referrals.payloads import MovePayload
from directory.referrals.receiver_view import open_referral
from directory.referrals.revocation import revoke
from directory.referrals.rows import as_consent
from directory.referrals.tables import Referral, ReferralEvent
from directory.referrals.tables_consents import Consent, Disclosure
from tests.referrals.world import ALEX, HOUR, World, forget_the_disk


def test_a_consent_comes_back_as_it_was_signed(world: World) -> None:
    client_id = world.client()
    given = world.consent_for(
        client_id, expiry_event="the end of treatment", statements_given=frozenset({"refusal"})
    )
    consent_id = world.consent(
        client_id, expiry_event="the end of treatment", statements_given=frozenset({"refusal"})
    )
    with world.as_() as acting:
        found = ledger.read(acting, consent_id)
    assert found == replace(
        given,
        id=consent_id,
        patient_name="Alex Quillfeather",
        discloser_id=world.agencies["sender"],
        discloser_name="Maple House",
        timezone="America/New_York",
    )


@pytest.mark.parametrize("missing", ["recipients", "description", "signature", "revocation_statement"])
def test_an_incomplete_consent_is_not_kept(world: World, missing: str) -> None:
    client_id = world.client()
    empty = {"recipients": (), "description": "", "signature": None, "revocation_statement": False}
    with pytest.raises(ConsentIncomplete) as refused:
        world.consent(client_id, **{missing: empty[missing]})
    assert refused.value.codes[0].startswith("consent_incomplete:")
    assert refused.value.fields
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 0


def test_a_young_persons_consent_waits_for_a_rule_that_a_supervisor_enters(world: World) -> None:
    client_id = world.client(replace(ALEX, birth_date=dt.date(2010, 1, 1)))
    with pytest.raises(ConsentIncomplete) as refused:
        world.consent(client_id)
    assert refused.value.codes == ("state_rule_unknown",)
    rule = MinorRule(
        state="PA", data_class=SUBSTANCE_USE, from_age=14, who_signs="minor", citation="71 P.S. 1690.112"
    )
    with world.as_("sam") as acting:
        minor_rules.enter(acting, rule)
    with world.as_() as acting:
        assert ledger.record(acting, world.consent_for(client_id), data_class=SUBSTANCE_USE).id


def test_another_agency_reads_no_consent(world: World) -> None:
    consent_id = world.consent(world.client())
    for who in ("otto", "bo"):
        with pytest.raises(RecordNotFound), world.as_(who) as acting:
            ledger.read(acting, consent_id)


# --- taken back -------------------------------------------------------------------------------------


def test_a_consent_taken_back_stops_what_rests_on_it_and_tells_both_sides(world: World) -> None:
    referral_id = world.sent()
    consent_id = world.row(referral_id).consent_id
    assert consent_id is not None
    with world.as_() as acting:
        outcome = revoke(acting, consent_id, by="client", how="oral", reason="Changed my mind")
    assert [each.referral_id for each in outcome.stopped] == [referral_id]
    row = world.row(referral_id)
    assert (row.status, row.reason) == ("withdrawn", "consent_revoked")
    with world.sessions() as session:
        told = set(session.scalars(select(Outbox.to_address)))
        assert verify(session).whole
    assert {"casey@sender.example", "intake@receiver.example"} <= told
    with world.as_() as acting:
        assert not revoke(acting, consent_id, by="client", how="oral").is_new


def test_a_consent_taken_back_sends_no_draft(world: World) -> None:
    client_id = world.client()
    consent_id = world.consent(client_id)
    referral_id = world.draft(client_id)
    with world.as_() as acting:
        revoke(acting, consent_id, by="client", how="written")
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("consent_revoked",)


def test_before_accepting_a_receiver_is_left_with_nothing(world: World) -> None:
    referral_id = world.sent()
    with world.as_() as acting:
        revoke(acting, world.row(referral_id).consent_id or "", by="client", how="oral")
    with world.as_("pat") as acting:
        view = open_referral(acting, referral_id)
    assert (view.tombstone, view.payload, view.sender_agency, view.service) == (True, None, "", None)


def test_after_accepting_a_receiver_keeps_what_they_relied_on_and_sees_nothing_newer(world: World) -> None:
    referral_id = world.accepted()
    with world.as_("pat") as acting:
        before = open_referral(acting, referral_id)
    with world.as_() as acting:
        revoke(acting, world.row(referral_id).consent_id or "", by="client", how="oral")
    with world.as_("pat") as acting:
        after = open_referral(acting, referral_id)
    assert before.payload is not None
    assert after.payload is not None
    assert after.kept
    assert after.payload.information == before.payload.information
    assert after.payload.notice == before.payload.notice


def revoke_or_send(world: World, referral_id: str, consent_id: str) -> tuple[bool, bool]:
    """Both at once, each on a connection of its own; answers who came through."""
    start = threading.Barrier(2)
    came: dict[str, bool] = {}

    def send() -> None:
        start.wait()
        try:
            world.move(referral_id, "send")
            came["send"] = True
        except DisclosureRefused:
            came["send"] = False

    def take_back() -> None:
        start.wait()
        with world.as_("cleo") as acting:
            came["revoke"] = revoke(acting, consent_id, by="client", how="oral").is_new

    threads = [threading.Thread(target=each) for each in (send, take_back)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return came["send"], came["revoke"]


def test_of_a_send_and_a_revocation_at_once_exactly_one_wins_two_hundred_times(world: World) -> None:
    """If the revocation is first, nothing left: no disclosure, no mail, no row that the receiver sees. If the
    send is first, the referral was sent and then withdrawn."""
    forget_the_disk(world)
    prepared = []
    with world.as_() as acting:
        for number in range(200):
            client_id = clients.add(acting, replace(ALEX, name=f"Person {number}")).id
            consent_id = ledger.record(acting, world.consent_for(client_id)).id
            draft = drafts.create_draft(acting, world.draft_fields(client_id))
            prepared.append((draft.id, consent_id))
    sent_first = 0
    for referral_id, consent_id in prepared:
        sent, revoked = revoke_or_send(world, referral_id, consent_id)
        assert revoked
        sent_first += sent
        assert world.row(referral_id).status == ("withdrawn" if sent else "draft")
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Disclosure)) == sent_first
        states = session.scalars(select(Referral.status)).all()
        assert states.count("withdrawn") == sent_first
        assert verify(session).whole


# --- grounds ----------------------------------------------------------------------------------------


def test_a_supervisor_may_set_aside_the_recipient_and_a_caseworker_may_not(world: World) -> None:
    client_id = world.client()
    world.consent(client_id, recipients=(ConsentRecipient(world.agencies["other"], "Third Door"),))
    referral_id = world.draft(client_id)
    ground = Ground(basis="supervisor_override", justification="The person asked for this place by phone")
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send", MovePayload(ground=ground))
    assert "override_not_allowed" in refused.value.codes
    world.move(referral_id, "send", MovePayload(ground=ground), who="sam")
    with world.sessions() as session:
        kept = session.scalars(select(Disclosure)).one()
        assert kept.basis == "supervisor_override"
        assert "phone" in (world.ring.get(kept, "basis_facts") or "")
    with world.as_("pat") as acting:
        assert open_referral(acting, referral_id).payload is not None


def test_the_accounting_lists_every_disclosure_to_whom_and_what_for(world: World) -> None:
    referral_id = world.sent()
    with world.as_("pat") as acting:
        open_referral(acting, referral_id)
    client_id = world.row(referral_id).client_id
    for who in ("priv", "casey"):
        with world.as_(who) as acting:
            found = accounting_of(acting, client_id)
            assert [(each.recipient_name, each.purpose) for each in found] == [
                ("River Recovery", "referral")
            ] * 2
            assert intermediary_list_of(acting, client_id).entries[0][0] == "River Recovery"
    with pytest.raises(RecordNotFound), world.as_("otto") as acting:
        accounting_of(acting, client_id)


# --- append-only ------------------------------------------------------------------------------------

FROZEN = (
    ("consent", "type", "'x'"),
    ("consent_recipient", "name", "'x'"),
    ("consent_revocation", "how", "'x'"),
    ("referral_event", "to_status", "'x'"),
    ("disclosure", "purpose", "'x'"),
    ("message", "kind", "'x'"),
)


def test_the_ledger_and_the_history_refuse_every_change(world: World, database: Engine) -> None:
    referral_id = world.sent()
    world.move(referral_id, "request_info", who="pat")
    with world.as_() as acting:
        revoke(acting, world.row(referral_id).consent_id or "", by="client", how="oral")
    for table, column, value in FROZEN:
        statements = [f"UPDATE {table} SET {column} = {value}", f"DELETE FROM {table}"]
        if database.dialect.name == "sqlite":
            statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        else:
            statements.append(f"TRUNCATE {table} CASCADE")
        for statement in statements:
            with pytest.raises(DBAPIError, match="append-only"), database.begin() as connection:
                connection.execute(text(statement))


def test_a_consent_is_the_same_after_everything(world: World) -> None:
    referral_id = world.accepted()
    with world.sessions() as session:
        before = as_consent(world.ring, session.scalars(select(Consent)).one())
    with world.as_() as acting:
        revoke(acting, before.id, by="client", how="oral", reason="Because")
    with world.sessions() as session:
        after = as_consent(world.ring, session.scalars(select(Consent)).one())
        lines = session.scalar(select(func.count()).select_from(ReferralEvent))
    assert (after.revoked_by, after.revoked_reason, lines) == ("client", "Because", 3)
    assert replace(after, revoked_at=None, revoked_by="", revoked_how="", revoked_reason="") == before
    with pytest.raises(TransitionRefused), world.as_("pat") as acting:
        move(acting, referral_id, "schedule", world.payload("schedule"))


def test_an_event_ends_a_consent_that_names_one(world: World) -> None:
    client_id = world.client()
    consent_id = world.consent(client_id, expires_on=None, expiry_event="leaving the house")
    referral_id = world.draft(client_id)
    with world.as_() as acting:
        ledger.record_expiry_event(acting, consent_id, world.now - HOUR)
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("consent_expired",)


def test_a_consent_that_names_no_event_cannot_be_ended_by_one(world: World) -> None:
    consent_id = world.consent(world.client())
    with world.as_() as acting, pytest.raises(QueryInvalid):
        ledger.record_expiry_event(acting, consent_id, world.now)
    with world.as_() as acting:
        assert ledger.read(acting, consent_id).expiry_event_at is None


def test_an_event_that_ends_a_consent_cannot_lie_ahead(world: World) -> None:
    consent_id = world.consent(world.client(), expires_on=None, expiry_event="leaving the house")
    with world.as_() as acting, pytest.raises(QueryInvalid) as refused:
        ledger.record_expiry_event(acting, consent_id, world.now + HOUR)
    assert list(refused.value.fields) == ["occurred_at"]
