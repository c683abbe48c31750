"""The one door: what a move writes, who may make it, and that it is made once."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory.accounts.audit import verify
from directory.accounts.tables import AuditEntry
from directory.errors import (
    AccessRefused,
    DisclosureRefused,
    RecordNotFound,
    RequestDiffers,
    TransitionRefused,
)
from directory.mail.tables import Outbox
from directory.referrals.history import digest
from directory.referrals.moves import move
from directory.referrals.payloads import MovePayload
from directory.referrals.tables import Appointment, Message, ReferralEvent
from directory.referrals.tables_consents import Disclosure
from tests.referrals.world import DAY, World


def test_a_sent_referral_leaves_history_disclosure_mail_and_audit_together(world: World) -> None:
    client_id = world.client()
    consent_id = world.consent(client_id)
    referral_id = world.draft(client_id)
    moved = world.move(referral_id, "send")
    row = world.row(referral_id)
    assert (row.status, row.version, moved.version, row.consent_id) == ("sent", 2, 2, consent_id)
    assert row.sent_at == world.now
    with world.sessions() as session:
        line = session.scalars(select(ReferralEvent)).one()
        kept = session.scalars(select(Disclosure)).one()
        mail = session.scalars(select(Outbox)).all()
        audit = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert verify(session).whole
    assert (line.event, line.from_status, line.to_status, line.position) == ("send", "draft", "sent", 1)
    assert kept.recipient_id == world.agencies["receiver"]
    assert kept.fields == ["messages", "name", "need_text", "needs", "note", "phone"]
    assert (kept.consent_id, kept.notice_version is not None) == (consent_id, True)
    assert [each.to_address for each in mail] == ["intake@receiver.example"]
    assert audit is not None
    assert audit.object_ids == [referral_id, line.id, digest(line)]


def test_nothing_is_sent_without_a_consent_that_names_the_receiver(world: World) -> None:
    client_id = world.client()
    referral_id = world.draft(client_id)
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("consent_missing",)
    assert world.row(referral_id).status == "draft"
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0
        assert session.scalar(select(func.count()).select_from(Disclosure)) == 0


def test_a_field_beyond_the_consent_is_refused(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    referral_id = world.draft(client_id, shared_fields=frozenset({"name", "diagnosis"}))
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("scope_exceeded:diagnosis",)


def test_a_second_live_referral_for_the_same_service_names_the_first(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    first, second = world.draft(client_id), world.draft(client_id)
    world.move(first, "send")
    with pytest.raises(TransitionRefused) as refused:
        world.move(second, "send")
    assert refused.value.code == "live_referral_exists"
    assert refused.value.details == {"live_referral_id": first}
    world.move(first, "withdraw")
    assert world.move(second, "send").status == "sent"


def test_the_same_key_five_times_is_one_move_and_one_answer(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    referral_id = world.draft(client_id)
    answers = {world.move(referral_id, "send", idempotency_key="k1") for _ in range(5)}
    assert len(answers) == 1
    with world.sessions() as session:
        for kind in (ReferralEvent, Disclosure, Outbox):
            assert session.scalar(select(func.count()).select_from(kind)) == 1


def test_the_same_key_with_other_words_is_refused(world: World) -> None:
    referral_id = world.sent()
    world.move(referral_id, "decline", who="pat", idempotency_key="k1")
    with pytest.raises(RequestDiffers):
        world.move(
            referral_id,
            "decline",
            MovePayload(reason="other", text="Words"),
            who="pat",
            idempotency_key="k1",
        )


def test_another_agencys_referral_is_not_there(world: World) -> None:
    referral_id = world.sent()
    for who in ("otto", "ida"):
        with pytest.raises(RecordNotFound) as foreign:
            world.move(referral_id, "withdraw", who=who)
        with pytest.raises(RecordNotFound) as absent:
            world.move("00000000-0000-4000-8000-000000000000", "withdraw", who=who)
        assert str(foreign.value) == str(absent.value)


def test_a_draft_is_not_there_for_its_receiver(world: World) -> None:
    referral_id = world.draft(world.client())
    with pytest.raises(RecordNotFound):
        world.move(referral_id, "accept", who="pat")


def test_a_role_without_the_right_is_refused(world: World) -> None:
    referral_id = world.sent()
    for who in ("stew", "priv"):
        with pytest.raises(AccessRefused):
            world.move(referral_id, "withdraw", who=who)


@pytest.mark.parametrize(("event", "who"), [("accept", "casey"), ("withdraw", "pat"), ("expire", "casey")])
def test_nobody_makes_the_others_move(world: World, event: str, who: str) -> None:
    referral_id = world.sent()
    with pytest.raises(TransitionRefused) as refused:
        world.move(referral_id, event, who=who)  # type: ignore[arg-type]
    assert refused.value.code == "not_your_move"


def test_an_old_version_is_refused(world: World) -> None:
    referral_id = world.sent()
    with pytest.raises(TransitionRefused) as refused:
        world.move(referral_id, "accept", who="pat", expected_version=1)
    assert refused.value.code == "changed_meanwhile"


def test_a_question_and_its_answer_are_messages_and_the_answer_a_disclosure(world: World) -> None:
    referral_id = world.sent()
    world.move(referral_id, "request_info", who="pat")
    world.move(referral_id, "supply_info")
    with world.sessions() as session:
        found = session.scalars(select(Message).order_by(Message.position)).all()
        said = [(each.side, each.kind, world.ring.get(each, "body")) for each in found]
        assert session.scalar(select(func.count()).select_from(Disclosure)) == 2
    assert said == [
        ("receiver", "question", "Is a ride needed?"),
        ("sender", "answer", "Yes, a ride is needed"),
    ]


def test_an_answer_that_opens_more_than_was_agreed_is_refused(world: World) -> None:
    referral_id = world.sent()
    world.move(referral_id, "request_info", who="pat")
    with pytest.raises(DisclosureRefused):
        world.move(referral_id, "supply_info", MovePayload(text="Yes", share_fields=frozenset({"diagnosis"})))
    assert world.row(referral_id).status == "info_requested"


def test_a_whole_course_with_visits(world: World) -> None:
    referral_id = world.accepted()
    for event in ("schedule", "reschedule"):
        world.move(referral_id, event, who="pat")
    world.now += 4 * DAY
    world.move(referral_id, "record_no_show", who="pat")
    world.move(referral_id, "schedule", who="pat")
    world.now += 3 * DAY
    world.move(referral_id, "record_connected", who="pat")
    done = world.move(referral_id, "close_successful", who="pat")
    row = world.row(referral_id)
    assert (done.status, row.reason, row.outcome_on) == ("completed", "services_received", world.now.date())
    assert row.connected_at == world.now
    with world.sessions() as session:
        visits = session.scalars(
            select(Appointment).order_by(Appointment.made_at, Appointment.starts_at)
        ).all()
        lines = session.scalars(select(ReferralEvent.position).order_by(ReferralEvent.position)).all()
        assert verify(session).whole
    assert sorted(each.status for each in visits) == ["kept", "missed", "moved"]
    assert list(lines) == list(range(1, 9))


def test_a_mistake_needs_a_supervisor_and_a_second_person_of_the_agency(world: World) -> None:
    referral_id = world.sent()
    wrong = replace(world.payload("void"), second_person=world.people["pat"].user_id or "")
    with pytest.raises(TransitionRefused) as refused:
        world.move(referral_id, "void", wrong, who="sam")
    assert refused.value.code == "second_person_missing"
    assert world.move(referral_id, "void", who="sam").status == "entered_in_error"


def test_a_move_that_raises_leaves_nothing_behind(world: World) -> None:
    referral_id = world.sent()
    with pytest.raises(TransitionRefused), world.as_("pat") as acting:
        move(acting, referral_id, "accept", MovePayload(next_step_due=world.now + dt.timedelta(days=1)))
    assert world.row(referral_id).version == 2
