"""Agencies and people: who may be added, and what an invitation is good for."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import ROLES, SYSTEM
from directory.accounts.agencies import NewAgency, add_agency, agencies, find_agency
from directory.accounts.audit import verify
from directory.accounts.people import (
    INVITATION_LASTS,
    Invited,
    folded_email,
    invite,
    mail_invitation,
    memberships,
    open_invitation,
    take_up,
    user_of,
)
from directory.accounts.tables import Agency, AuditEntry, Invitation, User
from directory.errors import QueryInvalid, RecordNotFound
from directory.mail.tables import Outbox

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
RIVER = NewAgency(name="River House", timezone="America/New_York", part2_program="yes", state="pa")
WHO = "maya.ortiz@river.example"


@pytest.fixture
def river(sessions: sessionmaker[Session]) -> str:
    with sessions.begin() as session:
        return add_agency(session, RIVER, SYSTEM, NOW).id


def invited(session: Session, role: str = "caseworker", email: str = WHO, at: dt.datetime = NOW) -> Invited:
    return invite(
        session, email=email, agency=find_agency(session, "River House"), role=role, actor=SYSTEM, now=at
    )


def joined(sessions: sessionmaker[Session], role: str = "caseworker") -> None:
    with sessions.begin() as session:
        take_up(
            session,
            open_invitation(session, invited(session, role).token, NOW),
            name="Maya Ortiz",
            password_hash="hash",
            now=NOW,
        )


# --- agencies -------------------------------------------------------------------------------------


def test_an_agency_is_found_by_its_name_and_by_its_id(sessions: sessionmaker[Session], river: str) -> None:
    with sessions() as session:
        assert [find_agency(session, each).id for each in ("River House", " river  house ", river)] == [
            river
        ] * 3
        found = session.get_one(Agency, river)
        assert (found.part2_program, found.hipaa_covered, found.state) == ("yes", "unknown", "PA")
        assert (found.accepts_referrals, found.response_hours, found.closed_dates) == (True, [], [])
        with pytest.raises(RecordNotFound, match="no agency Lake House"):
            find_agency(session, "Lake House")


def test_an_agency_that_has_left_is_not_listed(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        assert [each.id for each in agencies(session)] == [river]
        session.get_one(Agency, river).left_at = NOW
        session.flush()
        assert agencies(session) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("name", "RIVER house"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("organization_id", "river"),
        ("part2_program", "maybe"),
        ("hipaa_covered", ""),
        ("federally_assisted", "YES"),
        ("state", "Penn"),
        ("notify_email", "intake at river"),
        ("response_hours", [(7, "09:00", "17:00")]),
        ("response_hours", [(1, "17:00", "09:00")]),
        ("response_hours", [(1, "9", "17:00")]),
    ],
)
def test_an_agency_with_a_wrong_field_is_refused_by_its_name(
    sessions: sessionmaker[Session], river: str, field: str, value: Any
) -> None:
    given = {"name": "Lake House", field: value}
    with sessions() as session, pytest.raises(QueryInvalid) as refused:
        add_agency(session, replace(RIVER, **given), SYSTEM, NOW)
    assert set(refused.value.fields) == {field}


# --- invitations ----------------------------------------------------------------------------------


def test_an_invitation_makes_a_member_once(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        token = invited(session).token
    with sessions.begin() as session:
        invitation = open_invitation(session, token, NOW)
        member = take_up(session, invitation, name=" Maya  Ortiz ", password_hash="hash", now=NOW)
        assert (member.agency_id, member.role) == (river, "caseworker")
    with sessions() as session:
        user = user_of(session, WHO)
        assert user is not None
        assert (user.name, user.password, user.active) == ("Maya Ortiz", "hash", True)
        assert [each.role for each in memberships(session, user.id)] == ["caseworker"]
        with pytest.raises(RecordNotFound):
            open_invitation(session, token, NOW)


def test_whoever_has_an_account_keeps_it_with_a_further_role(
    sessions: sessionmaker[Session], river: str
) -> None:
    joined(sessions)
    with sessions.begin() as session:
        invitation = open_invitation(session, invited(session, "supervisor").token, NOW)
        take_up(session, invitation, name="Other", password_hash="other", now=NOW)
    with sessions() as session:
        user = session.scalars(select(User)).one()
        assert (user.name, user.password) == ("Maya Ortiz", "hash")
        assert [each.role for each in memberships(session, user.id)] == ["caseworker", "supervisor"]


def test_nobody_acts_for_an_agency_that_has_left(sessions: sessionmaker[Session], river: str) -> None:
    joined(sessions)
    with sessions.begin() as session:
        token = invited(session, "supervisor").token
        session.get_one(Agency, river).left_at = NOW
    with sessions() as session:
        user = user_of(session, WHO)
        assert user is not None
        assert memberships(session, user.id) == []
        with pytest.raises(RecordNotFound):
            open_invitation(session, token, NOW)


def test_an_invitation_ends_after_seven_days(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        token = invited(session).token
    with sessions() as session:
        assert open_invitation(session, token, NOW + INVITATION_LASTS - dt.timedelta(seconds=1)).email == WHO
        with pytest.raises(RecordNotFound):
            open_invitation(session, token, NOW + INVITATION_LASTS)


def test_unknown_used_and_expired_invitations_are_told_alike(
    sessions: sessionmaker[Session], river: str
) -> None:
    told = set()
    with sessions.begin() as session:
        expired, used = invited(session).token, invited(session, "supervisor").token
        take_up(session, open_invitation(session, used, NOW), name="M", password_hash="h", now=NOW)
        for token in ("unknown", used, expired):
            with pytest.raises(RecordNotFound) as refused:
                open_invitation(session, token, NOW + INVITATION_LASTS)
            told.add(str(refused.value))
    assert len(told) == 1


def test_a_new_invitation_ends_the_one_before(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        first, other_role = invited(session).token, invited(session, "supervisor").token
        second = invited(session).token
        assert open_invitation(session, second, NOW).role == "caseworker"
        assert open_invitation(session, other_role, NOW).role == "supervisor"
        with pytest.raises(RecordNotFound):
            open_invitation(session, first, NOW)


def test_the_token_is_not_stored(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        token = invited(session).token
        stored = session.scalars(select(Invitation)).one()
        assert len(token) >= 43
        assert token not in str(vars(stored))


@pytest.mark.parametrize(
    "email", ["", "maya", "maya@", "a@b c", "a@b.example\nBcc: x@y.example", "a@b.example,c@d.example"]
)
def test_what_is_no_address_is_not_invited(sessions: sessionmaker[Session], river: str, email: str) -> None:
    with sessions() as session, pytest.raises(QueryInvalid) as refused:
        invited(session, email=email)
    assert set(refused.value.fields) == {"email"}


def test_a_role_that_is_none_and_one_that_the_person_has_are_refused(
    sessions: sessionmaker[Session], river: str
) -> None:
    joined(sessions)
    with sessions() as session:
        with pytest.raises(QueryInvalid, match="no role"):
            invited(session, role="owner")
        with pytest.raises(QueryInvalid, match="already"):
            invited(session, email=WHO.upper())
        assert invited(session, role="supervisor").token


def test_an_address_is_one_persons_however_it_is_written() -> None:
    assert folded_email(" Maya.Ortiz@River.EXAMPLE ") == WHO


def test_a_new_person_says_a_name(sessions: sessionmaker[Session], river: str) -> None:
    for name in (" ", "x" * 101):
        with sessions() as session:
            invitation = open_invitation(session, invited(session).token, NOW)
            with pytest.raises(QueryInvalid, match="name"):
                take_up(session, invitation, name=name, password_hash="h", now=NOW)


def test_the_mail_holds_the_link_and_names_no_agency(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        made = invited(session)
        for _ in range(2):
            mail_invitation(session, made, site="Help\nhere", base="https://help.example/", now=NOW)
        mail = session.scalars(select(Outbox)).one()
    assert (mail.to_address, mail.kind) == (WHO, "invitation")
    assert f"https://help.example/account/invitation/{made.token}" in mail.body
    assert "River" not in mail.subject + mail.body
    assert "caseworker" not in (mail.subject + mail.body).lower()


def test_what_is_done_about_people_is_in_the_audit(sessions: sessionmaker[Session], river: str) -> None:
    joined(sessions)
    with sessions() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        assert [(each.action, each.role) for each in entries] == [
            ("agency.add", "system"),
            ("invitation.make", "system"),
            ("invitation.take_up", "caseworker"),
        ]
        assert verify(session).whole
        assert session.scalar(select(func.count()).select_from(User)) == 1
    assert WHO not in str([vars(each) for each in entries])


def test_every_role_can_be_given(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        assert len({invited(session, role).token for role in ROLES}) == len(ROLES)
