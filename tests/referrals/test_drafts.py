"""Drafts: what they may rest on, what they may follow, and which words they may hold."""

from dataclasses import replace

import pytest

from directory.errors import DisclosureRefused, QueryInvalid, RecordNotFound, TransitionRefused
from directory.referrals import chains, drafts, grounds
from directory.referrals.consent_record import ConsentRecipient
from directory.referrals.continuing import refer_again
from directory.referrals.sender_page import sender_page
from directory.referrals.tables import Referral
from tests.referrals.world import ALEX, World


def declined(world: World) -> str:
    referral_id = world.sent()
    world.move(referral_id, "decline", who="pat")
    return referral_id


def test_a_supervisors_decision_for_one_place_does_not_cover_another(world: World) -> None:
    client_id = world.client()
    world.consent(client_id, recipients=(ConsentRecipient(world.agencies["other"], "Third Door"),))
    referral_id = world.draft(client_id, listing_id=world.listings[1])
    with world.as_("sam") as acting:
        row = grounds.decide_as_supervisor(acting, referral_id, "They asked for this by phone", version=1)
        version = row.version
    with world.as_() as acting:
        drafts.choose_place(acting, referral_id, world.listings[0], expected_version=version)
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("recipient_not_covered",)
    assert world.row(referral_id).basis == "consent"


def test_the_same_place_chosen_again_leaves_the_decision_as_it_is(world: World) -> None:
    client_id = world.client()
    referral_id = world.draft(client_id)
    with world.as_("sam") as acting:
        grounds.decide_as_supervisor(acting, referral_id, "They asked for this by phone", version=1)
    with world.as_() as acting:
        drafts.choose_place(acting, referral_id, world.listings[0], expected_version=2)
    assert world.row(referral_id).basis == "supervisor_override"


@pytest.mark.parametrize("event", ["draft", "send", "accept"])
def test_what_has_not_ended_cannot_be_continued(world: World, event: str) -> None:
    client_id = world.client()
    world.consent(client_id)
    referral_id = world.draft(client_id)
    if event != "draft":
        world.move(referral_id, "send")
    if event == "accept":
        world.move(referral_id, "accept", who="pat")
    with pytest.raises(TransitionRefused) as refused:
        world.draft(client_id, listing_id=world.listings[1], continues_id=referral_id)
    assert refused.value.code == "not_ended"


def test_another_persons_referral_cannot_be_continued(world: World) -> None:
    referral_id = declined(world)
    someone = world.client(replace(ALEX, name="Someone Else"))
    with pytest.raises(RecordNotFound):
        world.draft(someone, continues_id=referral_id)


def test_a_receiver_cannot_continue_what_it_received(world: World) -> None:
    referral_id = declined(world)
    own = world.client(who="bo")
    with pytest.raises(RecordNotFound):
        world.draft(own, who="bo", listing_id=world.listings[1], continues_id=referral_id)


def test_a_referral_is_followed_by_one_other_at_most(world: World) -> None:
    referral_id = declined(world)
    client_id = world.row(referral_id).client_id
    first = world.draft(client_id, continues_id=referral_id)
    with pytest.raises(TransitionRefused) as refused:
        world.draft(client_id, continues_id=referral_id)
    assert refused.value.code == "continued_already"
    with world.as_() as acting:
        assert refer_again(acting, referral_id).id == first


def test_a_draft_that_is_written_anew_keeps_what_it_continues(world: World) -> None:
    referral_id = declined(world)
    client_id = world.row(referral_id).client_id
    draft = world.draft(client_id, continues_id=referral_id)
    with world.as_() as acting:
        drafts.change_draft(acting, draft, world.draft_fields(client_id), expected_version=1)
    assert world.row(draft).continues_id == referral_id


def test_another_agencys_draft_is_never_shown_in_a_chain(world: World) -> None:
    referral_id = declined(world)
    with world.sessions.begin() as session:
        known = session.get_one(Referral, referral_id)
        session.add(
            Referral(
                id=world.agencies["other"],
                client_id=known.client_id,
                from_agency_id=world.agencies["receiver"],
                continues_id=referral_id,
                status="draft",
                created_at=world.now,
                changed_at=world.now,
            )
        )
    with world.as_() as acting:
        assert chains.linked(acting.session, acting.session.get_one(Referral, referral_id)) == (None, None)
        assert sender_page(acting, referral_id).came_after is None


def test_only_the_words_of_the_lists_are_kept_in_plain_columns(world: World) -> None:
    client_id = world.client()
    secret = "has told us about her diagnosis, and more than thirty-two letters of it"
    with pytest.raises(QueryInvalid) as refused:
        world.draft(client_id, needs=("outpatient", secret), contact_preference=secret)
    assert set(refused.value.fields) == {"needs", "contact_preference"}
    assert secret not in str(refused.value)
