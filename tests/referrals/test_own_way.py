"""Asking by oneself, the private link and what is done with it: the use cases, on both databases."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import NewAgency, add_agency
from directory.accounts.tables import Agency, AuditEntry
from directory.errors import (
    DirectoryError,
    LinkRefused,
    QueryInvalid,
    RecordNotFound,
    RequestDiffers,
    TransitionRefused,
)
from directory.mail.tables import Outbox
from directory.referrals import check_ins, clients, own_link, own_page, person
from directory.referrals.client_fields import ClientFields
from directory.referrals.consent_places import places
from directory.referrals.minors import MENTAL_HEALTH, SUBSTANCE_USE
from directory.referrals.receiver_view import open_referral
from directory.referrals.tables import CheckIn, Referral
from directory.referrals.tables_doors import PersonLink
from tests.referrals.test_at_once import at_once
from tests.referrals.world import ALEX, DAY, World, entered, forget_the_disk

HALF_AN_HOUR = dt.timedelta(minutes=30)


def asked(world: World, **given: object) -> person.SelfReferral:
    whole = {
        "listing_id": world.listings[0],
        "about": replace(ALEX, is_adult=True, reach_note=""),
        "needs": ("outpatient",),
        "details": {"need_text": "A brambleberry place", "safe_message": "Say the library called"},
        "signature": "Alex Quillfeather",
    }
    return person.SelfReferral(**{**whole, **given})  # type: ignore[arg-type]


def send(world: World, key: str = "", **given: object) -> person.Submitted:
    with world.as_(actor=own_link.PERSON) as acting:
        return person.refer_self(acting, asked(world, **given), idempotency_key=key)


def link_of(sent: person.Submitted) -> own_link.OwnLink:
    assert sent.link
    return sent.link


def count(world: World, table: type[Referral | Agency]) -> int:
    with world.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# --- sent once --------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_referral_and_the_newer_link_opens(world: World) -> None:
    first, second = send(world, "key"), send(world, "key")
    assert first.referral_id == second.referral_id
    assert count(world, Referral) == 1
    with world.as_(actor=own_link.PERSON) as acting:
        assert entered(acting, link_of(second).token).own_referral_id == first.referral_id
        with pytest.raises(LinkRefused):
            entered(acting, link_of(first).token)


def test_the_same_form_sent_much_later_shows_no_link_and_leaves_the_first_one(world: World) -> None:
    first = send(world, "key")
    world.now += person.SHOWN_AGAIN + dt.timedelta(seconds=1)
    assert send(world, "key").link is None
    with world.as_(actor=own_link.PERSON) as acting:
        assert entered(acting, link_of(first).reference).own_referral_id == first.referral_id


def test_the_same_key_with_other_words_is_refused(world: World) -> None:
    send(world, "key")
    with pytest.raises(RequestDiffers):
        send(world, "key", signature="Somebody Else")


def test_a_double_click_at_the_same_moment_is_one_referral(world: World) -> None:
    forget_the_disk(world)
    came = at_once(*[lambda: send(world, "key")] * 3)
    assert not [each for each in came if isinstance(each, DirectoryError)]
    assert count(world, Referral) == 1
    assert count(world, Agency) == 4


def test_what_nobody_could_answer_is_not_sent(world: World) -> None:
    about = replace(ALEX, is_adult=True, phone="", contact_preference="phone")
    with pytest.raises(QueryInvalid) as refused:
        send(world, about=about, needs=(), details={}, signature=" ")
    assert set(refused.value.fields) == {"phone", "needs", "signature"}
    assert count(world, Referral) == 0


@pytest.mark.parametrize(
    ("needs", "care"),
    [
        (("outpatient", "intensive_outpatient"), SUBSTANCE_USE),
        (("mental_health",), MENTAL_HEALTH),
        (("outpatient", "mental_health"), "other"),
        (("outpatient", "housing"), "other"),
        ((), "other"),
    ],
)
def test_only_needs_of_one_known_kind_of_care_count_for_young_people(
    needs: tuple[str, ...], care: str
) -> None:
    assert person.kind_of_care(needs) == care


def test_the_place_is_told_how_to_leave_a_message_and_not_to_call(world: World) -> None:
    about = ClientFields(name="Robin", is_adult=True, do_not_contact=True)
    sent = send(world, about=about)
    with world.as_("pat") as acting:
        view = open_referral(acting, sent.referral_id)
    assert view.is_own_request
    assert view.payload
    told = view.payload.information
    assert (told["do_not_contact"], told["contact_preference"]) == (True, "own_page")
    assert told["safe_message"] == "Say the library called"
    assert "reach_note" not in told


# --- the link ---------------------------------------------------------------------------------------


def test_a_link_is_open_in_one_browser_for_half_an_hour_after_the_last_look(world: World) -> None:
    link = link_of(send(world))
    with world.as_(actor=own_link.PERSON) as acting:
        first = own_link.open_visit(acting, link.token)
    world.now += HALF_AN_HOUR - dt.timedelta(seconds=1)
    with world.as_(actor=own_link.PERSON) as acting:
        own_link.resume(acting, first.secret)
    world.now += HALF_AN_HOUR - dt.timedelta(seconds=1)
    with world.as_(actor=own_link.PERSON) as acting:
        own_link.resume(acting, first.secret)
        second = own_link.open_visit(acting, link.reference)
        with pytest.raises(LinkRefused):
            own_link.resume(acting, first.secret)
    world.now += HALF_AN_HOUR
    with world.as_(actor=own_link.PERSON) as acting, pytest.raises(LinkRefused):
        own_link.resume(acting, second.secret)


def test_a_link_keeps_no_secret_and_ends(world: World) -> None:
    link = link_of(send(world))
    with world.as_(actor=own_link.PERSON) as acting:
        visit = own_link.open_visit(acting, link.token)
        row = acting.session.scalars(select(PersonLink)).one()
        kept = str({name: getattr(row, name) for name in PersonLink.__table__.columns.keys()})  # noqa: SIM118
    assert not [each for each in (link.token, link.reference, visit.secret) if each in kept]
    world.now += own_link.LIFE
    with world.as_(actor=own_link.PERSON) as acting, pytest.raises(LinkRefused):
        entered(acting, link.token)


def test_only_the_sender_of_a_sent_referral_makes_and_closes_its_private_link(world: World) -> None:
    referral_id = world.sent()
    for who in ("pat", "otto"):
        with pytest.raises(DirectoryError), world.as_(who) as acting:
            own_link.make(acting, referral_id)
    with pytest.raises(TransitionRefused), world.as_("casey") as acting:
        own_link.make(acting, world.draft(world.client()))
    with world.as_("casey") as acting:
        link = own_link.make(acting, referral_id)
    with world.as_(actor=own_link.PERSON) as acting:
        visit = own_link.open_visit(acting, link.reference)
    with world.as_("casey") as acting:
        own_link.take_back(acting, referral_id)
    with world.as_(actor=own_link.PERSON) as acting, pytest.raises(LinkRefused):
        own_link.resume(acting, visit.secret)


# --- what a person does -----------------------------------------------------------------------------


def test_whose_worker_asked_reads_no_messages_of_agencies_and_writes_none(world: World) -> None:
    referral_id = world.accepted()
    with world.as_("casey") as acting:
        link = own_link.make(acting, referral_id)
    with world.as_(actor=own_link.PERSON) as acting:
        inside = entered(acting, link.token)
        assert own_page.follow(inside).messages == ()
        with pytest.raises(RecordNotFound):
            own_page.write(inside, "Hello")


def test_do_not_contact_is_written_into_the_record_the_history_and_the_audit(world: World) -> None:
    referral_id = world.accepted()
    with world.as_("casey") as acting:
        link = own_link.make(acting, referral_id)
    for _ in range(2):
        with world.as_(actor=own_link.PERSON) as acting:
            own_page.set_contact(entered(acting, link.token), wanted=False)
    with world.as_("casey") as acting:
        client_id = acting.session.get_one(Referral, referral_id).client_id
        assert clients.read(acting, client_id).fields.do_not_contact
        actions = acting.session.scalars(select(AuditEntry.action)).all()
        readers = acting.session.scalars(
            select(Outbox.to_address).where(Outbox.dedupe_key.contains(":contact"))
        ).all()
    assert actions.count("client.do_not_contact") == 1
    assert sorted(readers) == ["casey@sender.example", "pat@receiver.example"]


def test_check_ins_are_made_for_nobody_who_did_not_agree(world: World) -> None:
    sent = send(world)
    world.move(sent.referral_id, "accept", who="pat")
    world.move(sent.referral_id, "record_connected", who="pat")
    world.now += 31 * DAY
    with world.as_(actor=own_link.PERSON) as acting:
        inside = entered(acting, link_of(sent).token)
        assert acting.session.scalars(select(CheckIn)).all() == []
        own_page.set_check_ins(inside, wanted=True)
        assert own_page.follow(inside).check_ins == (30,)
        own_page.set_check_ins(inside, wanted=False)
        assert own_page.follow(inside).check_ins == ()
        with pytest.raises(RecordNotFound):
            own_page.answer_check_in(inside, 30, {"housed": "yes"})


def test_workers_see_what_is_due_of_their_own_agency_and_only_the_sender_enters_it(world: World) -> None:
    client_id = world.client(replace(ALEX, wants_check_ins=True))
    world.consent(client_id)
    referral_id = world.draft(client_id)
    world.move(referral_id, "send")
    world.move(referral_id, "accept", who="pat")
    world.move(referral_id, "record_connected", who="pat")
    world.now += 31 * DAY
    with world.as_("otto") as acting:
        assert check_ins.due_here(acting) == []
    with pytest.raises(RecordNotFound), world.as_("pat") as acting:
        check_ins.answer(acting, referral_id, 30, {"housed": "yes"})
    with world.as_("casey") as acting:
        assert [(each.referral_id, each.days) for each in check_ins.due_here(acting)] == [(referral_id, 30)]
        check_ins.answer(acting, referral_id, 30, {"housed": "yes"})
        assert check_ins.due_here(acting) == []
        found = acting.session.scalars(select(CheckIn).where(CheckIn.days == 30)).one()
        assert (found.housed, found.supported, found.answered_through) == ("yes", "skip", "worker")


def test_no_consent_can_name_the_agency_that_stands_for_this_program(world: World) -> None:
    send(world)
    with world.as_() as acting:
        offered = places(acting, None)
    assert sorted(offered.values()) == ["River Recovery", "Third Door"]
    with world.sessions.begin() as session, pytest.raises(QueryInvalid):
        add_agency(session, NewAgency(name="self-REFERRALS", timezone="UTC"), SYSTEM, world.now)
