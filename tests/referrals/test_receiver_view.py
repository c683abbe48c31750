"""What a receiver sees: what the consent opened, with the notice, on every channel; looks are kept."""

import pytest
from sqlalchemy import func, select

from directory.accounts.tables import AuditEntry
from directory.errors import DisclosureRefused, RecordNotFound
from directory.referrals import clients, disclosure_lists
from directory.referrals.conversation import log_attempt, post_message
from directory.referrals.decision import NOTICE_2_32
from directory.referrals.disclosing import CHANNELS
from directory.referrals.payloads import MovePayload
from directory.referrals.receiver_view import open_referral
from directory.referrals.sender_page import sender_page
from directory.referrals.tables import ReferralEvent
from directory.referrals.tables_consents import Disclosure
from tests.referrals.world import DAY, HOUR, World


def count(world: World, kind: type) -> int:
    with world.sessions() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_on_every_channel_only_what_was_opened_with_the_notice_and_the_scope(
    world: World, channel: str
) -> None:
    referral_id = world.sent(shared_fields=frozenset({"name", "needs"}))
    with world.as_("pat") as acting:
        view = open_referral(acting, referral_id, channel=channel)
    assert view.payload is not None
    assert view.payload.information == {"name": "Alex Quillfeather", "needs": ["outpatient"]}
    assert view.payload.notice == NOTICE_2_32
    assert "River Recovery" in str(view.payload.scope)
    with world.sessions() as session:
        assert channel in session.scalars(select(Disclosure.channel)).all()


def test_a_channel_that_cannot_carry_the_notice_carries_nothing(world: World) -> None:
    referral_id = world.sent()
    with world.as_("pat") as acting:
        view = open_referral(acting, referral_id, channel="telegram")
    assert (view.tombstone, view.payload) == (True, None)


def test_the_first_look_is_an_event_and_every_look_a_disclosure(world: World) -> None:
    referral_id = world.sent()
    for _ in range(3):
        with world.as_("pat") as acting:
            open_referral(acting, referral_id)
    row = world.row(referral_id)
    assert (row.first_viewed_at, row.version) == (world.now, 2)
    assert count(world, Disclosure) == 4
    with world.sessions() as session:
        events = session.scalars(select(ReferralEvent.event).order_by(ReferralEvent.position)).all()
        opened = session.scalar(select(func.count()).where(AuditEntry.action == "referral.open"))
    assert list(events) == ["send", "viewed"]
    assert opened == 3


def test_nobody_else_opens_it(world: World) -> None:
    referral_id = world.sent()
    for who in ("casey", "otto", "ida"):
        with pytest.raises(RecordNotFound), world.as_(who) as acting:
            open_referral(acting, referral_id)


def test_a_consent_that_ends_while_waiting_closes_the_view(world: World) -> None:
    referral_id = world.sent()
    world.now += 91 * DAY
    with world.as_("pat") as acting:
        view = open_referral(acting, referral_id)
    assert (view.tombstone, view.payload) == (True, None)
    assert view.refusals


def test_after_declining_a_receiver_sees_nothing_of_the_person(world: World) -> None:
    referral_id = world.sent()
    world.move(referral_id, "decline", who="pat")
    with world.as_("pat") as acting:
        assert open_referral(acting, referral_id).payload is None


def test_a_limit_agreed_after_sending_closes_the_view_until_it_is_reviewed(world: World) -> None:
    client_id = world.client()
    world.consent(client_id)
    with world.as_() as acting:
        clients.restrict(acting, client_id, "Not to the front desk")
    referral_id = world.draft(client_id)
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("restriction_needs_review",)
    world.move(referral_id, "send", MovePayload(restriction_reviewed=True))
    with world.as_("pat") as acting:
        assert open_referral(acting, referral_id).payload is not None


def test_messages_go_both_ways_and_the_senders_is_a_disclosure(world: World) -> None:
    referral_id = world.accepted()
    with world.as_() as acting:
        post_message(acting, referral_id, "She prefers mornings")
    with world.as_("pat") as acting:
        post_message(acting, referral_id, "Mornings it is")
        view = open_referral(acting, referral_id)
    assert view.payload is not None
    assert [each["text"] for each in view.payload.information["messages"]] == [
        "She prefers mornings",
        "Mornings it is",
    ]
    assert count(world, Disclosure) == 3


def test_the_senders_page_has_everything_in_few_statements(world: World) -> None:
    referral_id = world.accepted()
    world.move(referral_id, "schedule", who="pat")
    with world.as_("pat") as acting:
        log_attempt(acting, referral_id, method="phone", outcome="reached", note="Spoke with her")
    with world.as_() as acting:
        page = sender_page(acting, referral_id)
    assert page.client.name == "Alex Quillfeather"
    assert page.details["need_text"].startswith("Needs")
    assert [line.event for line, _ in page.events] == ["send", "accept", "schedule", "attempt"]
    assert [place for _, place, _ in page.visits] == ["4040 Market Street"]
    assert [note for _, note in page.attempts] == ["Spoke with her"]
    assert page.receiver == "River Recovery"
    assert len(page.disclosures.records) == 1
    with pytest.raises(RecordNotFound), world.as_("pat") as acting:
        sender_page(acting, referral_id)


def test_a_page_shows_the_last_who_saw_it_and_how_many_came_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure_lists, "MOST", 3)
    referral_id = world.sent()
    for _ in range(4):
        world.now += HOUR
        with world.as_("pat") as acting:
            open_referral(acting, referral_id)
    with world.as_() as acting:
        shown = sender_page(acting, referral_id).disclosures
    assert [world.now - each.at for each in shown.records] == [2 * HOUR, HOUR, 0 * HOUR]
    assert shown.before == 2
