"""Looks from outside: a written reason, one referral, one hour, nothing unseen."""

import datetime as dt

import pytest
from sqlalchemy import select

from directory.accounts.access import Actor
from directory.accounts.tables import AuditEntry, User, new_id
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound, TransitionRefused
from directory.mail.tables import Outbox
from directory.referrals import break_glass, drafts
from tests.referrals.world import CANARIES, World

REASON = "The referral of Quillfeather cannot be opened"


@pytest.fixture
def admin(world: World) -> Actor:
    """An administrator of the network, of no agency that has to do with it."""
    with world.sessions.begin() as session:
        for name in ("nett", "nora"):
            made = User(
                id=new_id(),
                email=f"{name}@network.example",
                name=f"{name.title()} Admin",
                created_at=world.now,
            )
            session.add(made)
            session.flush()
            world.people[name] = Actor(  # type: ignore[index]
                role="network_admin", user_id=made.id, agency_id=world.agencies["other"]
            )
    return world.people["nett"]


def asked(world: World, referral_id: str, reason: str = REASON) -> str:
    with world.as_("nett") as acting:
        return break_glass.ask(acting, referral_id, reason).id


@pytest.mark.usefixtures("admin")
def test_a_look_shows_the_referral_for_an_hour_to_whoever_asked(world: World) -> None:
    referral_id = world.sent()
    look_id = asked(world, referral_id)
    with world.as_("nett") as acting:
        look, page = break_glass.open_look(acting, look_id)
    assert page.client.name == "Alex Quillfeather"
    assert look.expires_at - world.now == dt.timedelta(minutes=60)
    with world.as_("nora") as acting, pytest.raises(RecordNotFound):
        break_glass.open_look(acting, look_id)
    world.now += dt.timedelta(minutes=60)
    with world.as_("nett") as acting, pytest.raises(TransitionRefused):
        break_glass.open_look(acting, look_id)


@pytest.mark.usefixtures("admin")
def test_nobody_looks_without_a_written_reason_or_at_nothing(world: World) -> None:
    referral_id = world.sent()
    tries = ((referral_id, "to look", "reason"), (new_id(), REASON, "referral"), ("", REASON, "referral"))
    for given, reason, field in tries:
        with world.as_("nett") as acting, pytest.raises(QueryInvalid) as refused:
            break_glass.ask(acting, given, reason)
        assert list(refused.value.fields) == [field]
    for who in ("sam", "casey", "priv", "stew"):
        with world.as_(who) as acting, pytest.raises(AccessRefused):
            break_glass.ask(acting, referral_id, REASON)


@pytest.mark.usefixtures("admin")
def test_the_owning_agencys_supervisors_are_told_without_a_word_about_the_person(world: World) -> None:
    referral_id = world.sent()
    with world.sessions() as session:
        before = set(session.scalars(select(Outbox.id)))
    asked(world, referral_id)
    with world.sessions() as session:
        mails = [each for each in session.scalars(select(Outbox)) if each.id not in before]
    assert sorted(each.to_address for each in mails) == ["sam@sender.example", "sue@sender.example"]
    for each in mails:
        for fact in (*CANARIES, referral_id, "cannot be opened"):
            assert fact not in f"{each.subject} {each.body} {each.kind} {each.dedupe_key}"


@pytest.mark.usefixtures("admin")
def test_supervisors_of_the_owning_agency_read_the_reason_and_acknowledge_once(world: World) -> None:
    look_id = asked(world, world.sent())
    with world.as_("sam") as acting:
        (look,) = break_glass.looks_at_agency(acting)
        assert (look.reason, look.asked_by, break_glass.unseen(acting)) == (REASON, "Nett Admin", 1)
    with world.as_("bo") as acting:
        assert break_glass.looks_at_agency(acting) == []
        with pytest.raises(RecordNotFound):
            break_glass.acknowledge(acting, look_id)
    for who in ("sam", "sue"):
        with world.as_(who) as acting:
            break_glass.acknowledge(acting, look_id)
    with world.as_("sue") as acting:
        (look,) = break_glass.looks_at_agency(acting)
        assert (look.acknowledged_by, break_glass.unseen(acting)) == ("Sam Worker", 0)


@pytest.mark.usefixtures("admin")
def test_a_privacy_officer_sees_looks_and_not_their_reasons(world: World) -> None:
    asked(world, world.sent())
    with world.as_("priv") as acting:
        (look,) = break_glass.looks_without_reasons(acting)
    assert (look.asked_by, look.reason) == ("Nett Admin", "")


@pytest.mark.usefixtures("admin")
def test_asking_and_each_opening_are_flagged_in_the_audit(world: World) -> None:
    referral_id = world.sent()
    look_id = asked(world, referral_id)
    for _ in range(2):
        with world.as_("nett") as acting:
            break_glass.open_look(acting, look_id)
    with world.sessions() as session:
        lines = session.scalars(
            select(AuditEntry).where(AuditEntry.action.startswith("break_glass.")).order_by(AuditEntry.seq)
        ).all()
    assert [each.action for each in lines] == ["break_glass.ask", "break_glass.open", "break_glass.open"]
    assert all(each.object_ids == [referral_id, look_id] for each in lines)


@pytest.mark.usefixtures("admin")
def test_the_reason_is_sealed(world: World) -> None:
    asked(world, world.sent())
    with world.sessions() as session:
        stored = session.connection().exec_driver_sql("SELECT reason FROM break_glass").scalar()
    assert "Quillfeather" not in str(stored)


@pytest.mark.usefixtures("admin")
def test_nobody_looks_at_a_draft_so_that_it_can_be_thrown_away(world: World) -> None:
    draft = world.draft(world.client())
    with pytest.raises(QueryInvalid) as refused:
        asked(world, draft)
    assert list(refused.value.fields) == ["referral"]
    with world.as_() as acting:
        drafts.delete_draft(acting, draft)
    with world.as_("nett") as acting:
        assert break_glass.own_looks(acting) == []


@pytest.mark.usefixtures("admin")
def test_a_look_that_nobody_has_seen_is_never_buried_by_later_ones(world: World) -> None:
    referral_id = world.sent()
    unseen = asked(world, referral_id)
    for _ in range(break_glass.MOST):
        world.now += dt.timedelta(minutes=1)
        look_id = asked(world, referral_id)
        with world.as_("sam") as acting:
            break_glass.acknowledge(acting, look_id)
    for who, listed in (
        ("sam", break_glass.looks_at_agency),
        ("priv", break_glass.looks_without_reasons),
    ):
        with world.as_(who) as acting:
            found = listed(acting)
        assert (found[0].id, len(found)) == (unseen, break_glass.MOST)
        times = [each.asked_at for each in found[1:]]
        assert times == sorted(times, reverse=True)
