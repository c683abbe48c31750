"""The secure link (one person, one browser, 72 hours, five tries) and the person's own."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory.errors import (
    ConsentIncomplete,
    DisclosureRefused,
    LinkRefused,
    QueryInvalid,
    RecordNotFound,
    TransitionRefused,
)
from directory.referrals import links, own_link, own_page, person
from directory.referrals.consent_record import ConsentRecipient
from directory.referrals.moves import move
from directory.referrals.receiver_view import open_referral
from directory.referrals.tables import CheckIn
from directory.referrals.tables_consents import Disclosure
from directory.referrals.tables_doors import ReceiverLink
from tests.referrals.world import ALEX, DAY, HOUR, World, entered


def elsewhere(world: World) -> str:
    """A referral sent to a listed organization that is on no network."""
    client_id = world.client()
    referral_id = world.draft(client_id, listing_id=world.listings[3])
    organization = world.row(referral_id).to_organization_id
    assert organization is not None
    world.consent(client_id, recipients=(ConsentRecipient(organization, "River Recovery"),))
    world.move(referral_id, "send")
    return referral_id


def made(world: World, referral_id: str) -> links.MadeLink:
    with world.as_() as acting:
        return links.make(acting, referral_id, recipient_name="Robin")


def claimed(world: World, token: str, code: str) -> links.Claimed | None:
    with world.as_(actor=links.LINK, channel="link") as acting:
        return links.claim(acting, token, code)


def test_a_receiver_without_an_account_opens_asks_and_accepts(world: World) -> None:
    referral_id = elsewhere(world)
    link = made(world, referral_id)
    held = claimed(world, link.token, link.code)
    assert held is not None
    with world.as_(actor=links.LINK) as acting:
        inside = links.enter(acting, held.link_id, held.secret)
        view = open_referral(inside, referral_id)
        assert view.payload is not None
        assert view.payload.information["name"] == "Alex Quillfeather"
        assert {each.event for each in view.buttons} == {"accept", "request_info", "decline"}
        accept = replace(world.payload("accept"), accepting_worker="Robin")
        assert move(inside, referral_id, "accept", accept).status == "accepted"
        with pytest.raises(TransitionRefused):
            move(inside, referral_id, "waitlist", world.payload("waitlist"))
    with world.sessions() as session:
        assert "link" in session.scalars(select(Disclosure.channel)).all()


def test_the_typed_reference_opens_it_too_however_it_is_typed(world: World) -> None:
    link = made(world, elsewhere(world))
    typed = " " + link.reference.lower().replace("-", " ")
    assert claimed(world, typed, f"{link.code[:3]} {link.code[3:]}") is not None


def test_only_the_first_browser_gets_in(world: World) -> None:
    link = made(world, elsewhere(world))
    assert claimed(world, link.token, link.code) is not None
    with pytest.raises(LinkRefused):
        claimed(world, link.token, link.code)


def test_the_fifth_wrong_code_locks_it(world: World) -> None:
    link = made(world, elsewhere(world))
    wrong = f"{(int(link.code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert claimed(world, link.token, wrong) is None
    with pytest.raises(LinkRefused):
        claimed(world, link.token, link.code)


def test_after_72_hours_it_opens_no_more(world: World) -> None:
    link = made(world, elsewhere(world))
    held = claimed(world, link.token, link.code)
    assert held is not None
    world.now += 73 * HOUR
    with pytest.raises(LinkRefused), world.as_(actor=links.LINK) as acting:
        links.enter(acting, held.link_id, held.secret)


def test_a_new_link_and_taking_back_end_the_old_one(world: World) -> None:
    referral_id = elsewhere(world)
    first = made(world, referral_id)
    second = made(world, referral_id)
    with pytest.raises(LinkRefused):
        claimed(world, first.token, first.code)
    with world.as_() as acting:
        links.take_back(acting, referral_id)
    with pytest.raises(LinkRefused):
        claimed(world, second.token, second.code)


def test_a_link_leads_to_one_referral_only(world: World) -> None:
    link = made(world, elsewhere(world))
    other = elsewhere(world)
    held = claimed(world, link.token, link.code)
    assert held is not None
    with pytest.raises(RecordNotFound), world.as_(actor=links.LINK) as acting:
        open_referral(links.enter(acting, held.link_id, held.secret), other)


def test_neither_token_nor_code_is_kept(world: World) -> None:
    link = made(world, elsewhere(world))
    with world.sessions() as session:
        row = session.scalars(select(ReceiverLink)).one()
    told = str({name: getattr(row, name) for name in ReceiverLink.__table__.columns.keys()})  # noqa: SIM118
    assert link.token not in told
    assert link.code not in told.replace(row.code_hash, "")
    assert link.reference not in told


def test_without_a_consent_that_holds_no_link_is_made(world: World) -> None:
    referral_id = elsewhere(world)
    world.now += 91 * DAY
    with pytest.raises(DisclosureRefused):
        made(world, referral_id)


# --- the person -------------------------------------------------------------------------------------


def asked(world: World, **given: object) -> person.SelfReferral:
    whole = {
        "listing_id": world.listings[0],
        "about": replace(ALEX, is_adult=True),
        "needs": ("outpatient",),
        "details": {"need_text": "I need a brambleberry place"},
        "signature": "Alex Quillfeather",
    }
    return person.SelfReferral(**{**whole, **given})  # type: ignore[arg-type]


def submitted(world: World, **given: object) -> person.Submitted:
    with world.as_(actor=own_link.PERSON, channel="web") as acting:
        return person.refer_self(acting, asked(world, **given))


def token_of(sent: person.Submitted) -> str:
    assert sent.link
    return sent.link.token


def test_a_person_refers_themself_follows_it_and_stops_it(world: World) -> None:
    sent = submitted(world)
    with world.as_("pat") as acting:
        view = open_referral(acting, sent.referral_id)
    assert view.payload is not None
    assert view.payload.information["need_text"] == "I need a brambleberry place"
    assert view.payload.notice is None  # their own words are no program's disclosure
    with world.as_(actor=own_link.PERSON, channel="link") as acting:
        inside = entered(acting, token_of(sent))
        seen = own_page.follow(inside)
        assert (seen.state, [each.event for each in seen.buttons]) == ("sent", ["withdraw"])
        assert seen.shared[0].recipient == "River Recovery"
        assert move(inside, sent.referral_id, "withdraw").status == "withdrawn"


def test_a_person_takes_their_consent_back_by_their_link(world: World) -> None:
    sent = submitted(world)
    with world.as_(actor=own_link.PERSON) as acting:
        assert len(own_page.take_consent_back(entered(acting, token_of(sent))).stopped) == 1
    assert world.row(sent.referral_id).status == "withdrawn"


def test_no_agency_reads_what_a_person_sent_by_themself_but_the_one_they_chose(world: World) -> None:
    sent = submitted(world)
    for who in ("casey", "sam", "otto", "ida"):
        with pytest.raises(RecordNotFound), world.as_(who) as acting:
            open_referral(acting, sent.referral_id)


def test_a_private_link_is_good_for_nothing_else(world: World) -> None:
    first, second = submitted(world), submitted(world)
    with world.as_(actor=own_link.PERSON) as acting:
        inside = entered(acting, token_of(first))
        with pytest.raises(RecordNotFound):
            move(inside, second.referral_id, "withdraw")
        with pytest.raises(LinkRefused):
            entered(acting, "no such token")


def test_a_place_on_no_network_gets_no_message(world: World) -> None:
    with pytest.raises(TransitionRefused) as refused:
        submitted(world, listing_id=world.listings[3])
    assert refused.value.code == "receiver_not_here"


def test_a_person_signs_and_says_that_they_are_of_age(world: World) -> None:
    with pytest.raises(QueryInvalid):
        submitted(world, signature=" ")
    with pytest.raises(QueryInvalid) as unsaid:
        submitted(world, about=replace(ALEX, birth_date=None))
    assert set(unsaid.value.fields) == {"is_adult"}
    with pytest.raises(ConsentIncomplete) as refused:
        submitted(world, about=replace(ALEX, birth_date=None, is_adult=False))
    assert refused.value.codes == ("age_unknown",)


def test_who_agreed_is_asked_after_thirty_and_ninety_days(world: World) -> None:
    sent = submitted(world, about=replace(ALEX, is_adult=True, wants_check_ins=True))
    world.move(sent.referral_id, "accept", who="pat")
    world.move(sent.referral_id, "record_connected", who="pat")
    world.now += 31 * DAY
    with world.as_(actor=own_link.PERSON) as acting:
        inside = entered(acting, token_of(sent))
        assert own_page.follow(inside).check_ins == (30,)
        own_page.answer_check_in(inside, 30, {"housed": "yes", "working": "no"})
        assert own_page.follow(inside).check_ins == ()
    with world.sessions() as session:
        found = session.scalars(select(CheckIn).order_by(CheckIn.days)).all()
        assert session.scalar(select(func.count()).select_from(CheckIn)) == 2
    assert (found[0].housed, found[0].working, found[0].supported) == ("yes", "no", "skip")
