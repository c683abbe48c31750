"""Who may make whom what in an agency; and that nobody is left without a supervisor, not even at once."""

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts import sign_ins
from directory.accounts.access import ROLES, SYSTEM, Actor
from directory.accounts.agencies import NewAgency, add_agency, find_agency
from directory.accounts.audit import verify
from directory.accounts.members import (
    change_role,
    end_membership,
    invite_to,
    members,
    place_of,
    roles_to_give,
)
from directory.accounts.people import invite, open_invitation, take_up
from directory.accounts.second_steps import is_only_one, remove_app, reset_second_step
from directory.accounts.tables import Membership, Passkey, User, UserSession
from directory.database import READ_ONLY
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def river(sessions: sessionmaker[Session]) -> str:
    with sessions.begin() as session:
        return add_agency(session, NewAgency(name="River House", timezone="America/New_York"), SYSTEM, NOW).id


def join(sessions: sessionmaker[Session], name: str, role: str) -> tuple[Actor, str]:
    """A new member: who acts as them, and the membership's id."""
    with sessions.begin() as session:
        made = invite(
            session,
            email=f"{name}@river.example",
            agency=find_agency(session, "River House"),
            role=role,
            actor=SYSTEM,
            now=NOW,
        )
        row = take_up(
            session,
            open_invitation(session, made.token, NOW),
            name=name.capitalize(),
            password_hash="hash",
            now=NOW,
        )
        return Actor(role=role, user_id=row.user_id, agency_id=row.agency_id), row.id


def test_who_gives_which_role() -> None:
    def given(role: str) -> tuple[str, ...]:
        return roles_to_give(Actor(role=role, user_id="u", agency_id="a"))

    own = ("caseworker", "provider_staff", "supervisor", "privacy_officer", "partner_admin")
    assert given("supervisor") == own
    assert set(given("network_admin")) == set(ROLES) == set(roles_to_give(SYSTEM))
    for role in ("caseworker", "provider_staff", "steward", "privacy_officer", "partner_admin"):
        assert given(role) == ()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_two_roles_see_to_people_and_a_supervisor_only_to_their_own(
    sessions: sessionmaker[Session], river: str, role: str
) -> None:
    other = Actor(role=role, user_id="u", agency_id="another")
    expected = {"network_admin": None, "supervisor": RecordNotFound}.get(role, AccessRefused)
    with sessions() as session:
        if expected is None:
            assert place_of(session, other, river).id == river
            return
        for agency in (river, ABSENT, None):
            with pytest.raises(expected):
                place_of(session, other, agency)


def test_an_ended_membership_ends_the_browsers_that_use_it_and_no_others(
    sessions: sessionmaker[Session], river: str
) -> None:
    boss, _ = join(sessions, "bo", "supervisor")
    worker, membership = join(sessions, "casey", "caseworker")
    with sessions.begin() as session:
        sign_ins.begin(session, session.get_one(User, worker.user_id), "", NOW)
        sign_ins.begin(session, session.get_one(User, boss.user_id), "", NOW)
    with sessions.begin() as session:
        gone = end_membership(session, boss, membership, NOW)
        assert (gone.name, gone.role) == ("Casey", "caseworker")
    with sessions() as session:
        assert session.scalars(select(UserSession.user_id)).all() == [boss.user_id]
        assert [each.name for each in members(session, place_of(session, boss, river))] == ["Bo"]
        assert verify(session).whole
        with pytest.raises(RecordNotFound):
            end_membership(session, boss, membership, NOW)


def test_a_closed_account_is_no_supervisor(sessions: sessionmaker[Session], river: str) -> None:
    boss, own = join(sessions, "bo", "supervisor")
    gone, _ = join(sessions, "gil", "supervisor")
    with sessions.begin() as session:
        session.get_one(User, gone.user_id).active = False
    with sessions() as session, pytest.raises(QueryInvalid, match="only supervisor"):
        end_membership(session, boss, own, NOW)


def test_two_supervisors_who_end_each_other_at_once_leave_one(
    sessions: sessionmaker[Session], river: str
) -> None:
    first, second = join(sessions, "ann", "supervisor"), join(sessions, "bo", "supervisor")
    told: list[str] = []
    ready = threading.Barrier(2)

    def end(actor: Actor, membership: str) -> None:
        ready.wait(10)
        try:
            with sessions.begin() as session:
                end_membership(session, actor, membership, NOW)
            told.append("ended")
        except QueryInvalid:
            told.append("refused")

    both = [
        threading.Thread(target=end, args=(first[0], second[1])),
        threading.Thread(target=end, args=(second[0], first[1])),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(told) == ["ended", "refused"]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_a_role_that_somebody_has_already_is_not_given_twice(
    sessions: sessionmaker[Session], river: str
) -> None:
    boss, _ = join(sessions, "bo", "supervisor")
    worker, membership = join(sessions, "casey", "caseworker")
    with sessions.begin() as session:
        made = invite_to(session, boss, river, "casey@river.example", "provider_staff", NOW)
        change_role(session, boss, membership, "provider_staff", NOW)
        again = open_invitation(session, made.token, NOW)
        assert take_up(session, again, name="", password_hash=None, now=NOW).id == membership
        with pytest.raises(QueryInvalid, match="already"):
            invite_to(session, boss, river, "casey@river.example", "provider_staff", NOW)
    with sessions() as session:
        query = select(Membership.role).where(Membership.user_id == worker.user_id)
        assert session.scalars(query).all() == ["provider_staff"]


@pytest.mark.parametrize(
    ("role", "wanted"), [("network_admin", "supervisor"), ("supervisor", "privacy_officer")]
)
def test_nobody_gives_a_role_to_themselves(
    sessions: sessionmaker[Session], river: str, role: str, wanted: str
) -> None:
    actor, own = join(sessions, "ann", role)
    join(sessions, "bo", role)
    with sessions() as session, pytest.raises(QueryInvalid, match="to themselves"):
        change_role(session, actor, own, wanted, NOW)


def test_a_membership_that_somebody_ended_meanwhile_is_absent(
    sessions: sessionmaker[Session], river: str
) -> None:
    """Whoever looked at it before waits for the other and is told so."""
    boss, _ = join(sessions, "bo", "supervisor")
    _, membership = join(sessions, "casey", "caseworker")
    with sessions() as slow:
        slow.connection(execution_options=READ_ONLY)
        assert slow.get(Membership, membership) is not None
        with sessions.begin() as quick:
            end_membership(quick, boss, membership, NOW)
        slow.rollback()
        with pytest.raises(RecordNotFound):
            end_membership(slow, boss, membership, NOW)


def test_an_app_is_removed_only_beside_a_passkey(sessions: sessionmaker[Session], river: str) -> None:
    worker, _ = join(sessions, "casey", "caseworker")
    user_id = str(worker.user_id)
    with sessions.begin() as session:
        user = session.get_one(User, user_id)
        user.tf_primary_method, user.tf_totp_secret = "authenticator", "secret"
        session.flush()
        assert is_only_one(session, user)
        with pytest.raises(QueryInvalid):
            remove_app(session, user_id, NOW, kept_session="")
        key = {"credential_id": b"1", "public_key": b"2", "device_type": "", "name": "Phone"}
        session.add(Passkey(user_id=user_id, usage="secondary", lastuse_datetime=NOW, **key))
        session.flush()
        remove_app(session, user_id, NOW, kept_session="")
        assert session.scalar(select(User.tf_totp_secret).where(User.id == user_id)) is None
        assert is_only_one(session, user)
    with sessions.begin() as session:
        reset_second_step(session, " Casey@River.example", SYSTEM, NOW, site="Directory")
        assert session.scalars(select(Passkey.id)).all() == []
        with pytest.raises(RecordNotFound):
            reset_second_step(session, "nobody@river.example", SYSTEM, NOW, site="Directory")
