"""Passwords, limits and sessions: the rules below the pages."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts import sign_ins
from directory.accounts.access import SYSTEM
from directory.accounts.agencies import NewAgency, add_agency
from directory.accounts.app_secrets import app_secret
from directory.accounts.key_files import new_key
from directory.accounts.keys import KeyRing
from directory.accounts.limits import EVERYBODY, LIMITS, count_try, forget_tries, sweep
from directory.accounts.passwords import normalized_password, weakness
from directory.accounts.people import digest
from directory.accounts.rotation import Rotation
from directory.accounts.tables import Agency, AppSecret, Membership, SignInAttempt, User, UserSession, new_id

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
SECONDS = dt.timedelta(seconds=1)
SECRET = "a secret"

# --- passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet herons at noon",
        "sieben stille Reiher",
        "кошка на тёплой крыше",
        "x7!mQ2#vT9$kLp4",
        "83920174650293847",
        "correct horse battery staple",
        "a" + "bcdefgh ijk lmnop " * 10,
    ],
)
def test_long_passwords_of_any_kind_are_taken(password: str) -> None:
    assert weakness(password, ["maya@river.example", "Maya Ortiz"]) is None


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "15 characters"),
        ("fourteen chars", "15 characters"),
        ("x" * 201, "200 characters"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats itself"),
        ("abcabcabcabcabcabc", "repeats itself"),
        ("sunshine1sunshine1", "easy to guess|repeats itself"),
        ("passwordpassword", "easy to guess|repeats itself"),
        ("Password1234567890", "easy to guess"),
        ("qwertyuiopasdfgh", "easy to guess"),
        ("123456789012345", "easy to guess"),
        ("maya.ortiz@river.example", "easy to guess"),
        ("MayaOrtizRiver!!", "easy to guess"),
        ("welcome-letmein-1234", "easy to guess"),
    ],
)
def test_short_repeated_common_and_personal_passwords_are_refused(password: str, told: str) -> None:
    found = str(weakness(password, ["maya.ortiz@river.example", "Maya Ortiz"]))
    assert any(each in found for each in told.split("|")), found


def test_the_same_letters_are_one_password_however_a_device_writes_them() -> None:
    assert normalized_password("ｃafe\u0301 ﬁnds") == normalized_password("café finds") == "café finds"


# --- limits ---------------------------------------------------------------------------------------


def wait(sessions: sessionmaker[Session], kind: str, who: str = "maya", at: dt.datetime = NOW) -> int:
    with sessions.begin() as session:
        return count_try(session, kind, who, secret=SECRET, now=at)


def test_one_try_more_than_allowed_waits_until_the_window_ends(sessions: sessionmaker[Session]) -> None:
    allowed = LIMITS["sign_in"][0].tries
    assert [wait(sessions, "sign_in") for _ in range(allowed)] == [0] * allowed
    assert wait(sessions, "sign_in", at=NOW + 100 * SECONDS) == 200
    assert wait(sessions, "sign_in", at=NOW + 299 * SECONDS) == 1
    assert wait(sessions, "sign_in", at=NOW + 300 * SECONDS) == 0


def test_limits_count_for_each_account_and_kind_by_itself(sessions: sessionmaker[Session]) -> None:
    for _ in range(11):
        wait(sessions, "sign_in")
    assert wait(sessions, "sign_in") > 0
    assert wait(sessions, "sign_in", "lee") == 0
    assert wait(sessions, "second_step") == 0


def test_the_longest_of_several_limits_decides(sessions: sessionmaker[Session]) -> None:
    at = NOW
    for _ in range(4):
        assert [wait(sessions, "second_step", at=at) for _ in range(5)] == [0] * 5
        at += 301 * SECONDS
    assert wait(sessions, "second_step", at=at) == 3600 - 4 * 301


def test_what_went_right_is_forgotten(sessions: sessionmaker[Session]) -> None:
    for _ in range(11):
        wait(sessions, "sign_in")
    with sessions.begin() as session:
        forget_tries(session, "sign_in", "maya", secret=SECRET)
    assert wait(sessions, "sign_in") == 0


def test_the_table_names_nobody_and_is_swept(sessions: sessionmaker[Session]) -> None:
    wait(sessions, "sign_in")
    wait(sessions, "sign_in_all", EVERYBODY)
    with sessions.begin() as session:
        assert "maya" not in str([vars(each) for each in session.scalars(select(SignInAttempt))])
        assert sweep(session, NOW + 299 * SECONDS) == 0
        assert sweep(session, NOW + 300 * SECONDS) == 2
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


# --- sessions -------------------------------------------------------------------------------------


@pytest.fixture
def maya(sessions: sessionmaker[Session]) -> str:
    """A person with two memberships."""
    with sessions.begin() as session:
        user = User(email="maya@river.example", name="Maya", created_at=NOW)
        session.add(user)
        session.flush()
        for name, role in (("River House", "caseworker"), ("Lake House", "supervisor")):
            agency = add_agency(session, NewAgency(name=name, timezone="America/New_York"), SYSTEM, NOW)
            session.add(Membership(user_id=user.id, agency_id=agency.id, role=role, created_at=NOW))
        return user.id


def begun(sessions: sessionmaker[Session], user_id: str, at: dt.datetime = NOW) -> str:
    with sessions.begin() as session:
        return sign_ins.begin(session, session.get_one(User, user_id), "Mozilla Firefox/140", at)


def found(sessions: sessionmaker[Session], token: str, at: dt.datetime = NOW) -> sign_ins.SignedIn | None:
    with sessions() as session:
        return sign_ins.find(session, token, at)


def test_a_session_tells_who_acts_and_for_whom(sessions: sessionmaker[Session], maya: str) -> None:
    person = found(sessions, begun(sessions, maya))
    assert person is not None
    assert person.actor is not None
    assert (person.user.id, person.actor.role, len(person.choices)) == (maya, "supervisor", 2)
    assert person.membership is not None
    assert person.membership.agency.name == "Lake House"


def test_the_token_itself_is_not_stored(sessions: sessionmaker[Session], maya: str) -> None:
    token = begun(sessions, maya)
    with sessions() as session:
        row = session.scalars(select(UserSession)).one()
    assert token not in str(vars(row))
    assert row.browser == "Firefox"
    assert found(sessions, row.id) is None


@pytest.mark.parametrize(
    ("seen_after", "asked_after", "live"),
    [
        (None, dt.timedelta(minutes=29, seconds=59), True),
        (None, dt.timedelta(minutes=30), False),
        (dt.timedelta(minutes=20), dt.timedelta(minutes=49), True),
        (dt.timedelta(minutes=20), dt.timedelta(minutes=50), False),
        (dt.timedelta(hours=11, minutes=50), dt.timedelta(hours=11, minutes=59), True),
        (dt.timedelta(hours=11, minutes=50), dt.timedelta(hours=12), False),
    ],
    ids=str,
)
def test_a_session_is_live_for_so_long(
    sessions: sessionmaker[Session],
    maya: str,
    seen_after: dt.timedelta | None,
    asked_after: dt.timedelta,
    live: bool,
) -> None:
    token = begun(sessions, maya)
    if seen_after:
        with sessions.begin() as session:
            sign_ins.see(session, digest(token), NOW + seen_after)
    assert (found(sessions, token, NOW + asked_after) is not None) is live


def test_a_closed_account_and_a_left_agency_open_nothing(sessions: sessionmaker[Session], maya: str) -> None:
    token = begun(sessions, maya)
    with sessions.begin() as session:
        for agency in session.scalars(select(Agency)):
            agency.left_at = NOW
    person = found(sessions, token)
    assert person is not None
    assert person.actor is None
    with sessions.begin() as session:
        session.get_one(User, maya).active = False
    assert found(sessions, token) is None


def test_only_ones_own_membership_is_taken_into_use(sessions: sessionmaker[Session], maya: str) -> None:
    token = begun(sessions, maya)
    person = found(sessions, token)
    assert person is not None
    other = next(each for each in person.choices if each.role == "caseworker")
    with sessions.begin() as session:
        assert sign_ins.choose(session, person, "not-hers") is None
        assert sign_ins.choose(session, person, other.id) is not None
    again = found(sessions, token)
    assert again is not None
    assert again.actor is not None
    assert again.actor.role == "caseworker"


def test_sessions_are_ended_one_by_one_or_all_but_one(sessions: sessionmaker[Session], maya: str) -> None:
    first, second, third = (begun(sessions, maya) for _ in range(3))
    with sessions.begin() as session:
        sign_ins.end(session, new_id(), digest(first))
        assert len(sign_ins.of_user(session, maya, NOW)) == 3
        sign_ins.end(session, maya, digest(first))
        sign_ins.end_all(session, maya, but=digest(third))
    assert [found(sessions, each) is not None for each in (first, second, third)] == [False, False, True]
    with sessions.begin() as session:
        assert sign_ins.sweep(session, NOW + dt.timedelta(minutes=29)) == 0
        assert sign_ins.sweep(session, NOW + dt.timedelta(minutes=30)) == 1


@pytest.mark.parametrize(
    ("told", "family"),
    [
        ("Mozilla/5.0 (X11; Linux) AppleWebKit/537 (KHTML) Chrome/140 Safari/537", "Chrome"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 (KHTML) Version/19 Safari/605", "Safari"),
        ("Mozilla/5.0 (Windows) AppleWebKit/537 (KHTML) Chrome/140 Safari/537 Edg/140", "Edge"),
        ("Mozilla/5.0 (Android; rv:140) Gecko Firefox/140", "Firefox"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_of_a_browser_only_the_family_is_kept(told: str, family: str) -> None:
    assert sign_ins.browser_family(told) == family


# --- secrets of the application -------------------------------------------------------------------


def test_a_secret_of_the_application_outlives_a_rotation(sessions: sessionmaker[Session]) -> None:
    engine, old, new = sessions.kw["bind"], new_key(), new_key()
    before = app_secret(engine, KeyRing([old]), "sign_in")
    assert before == app_secret(engine, KeyRing([old]), "sign_in") != app_secret(engine, KeyRing([old]), "x")
    Rotation(sessions=sessions, ring=KeyRing([new, old])).run()
    assert app_secret(engine, KeyRing([new]), "sign_in") == before
    with sessions() as session:
        assert before not in str([vars(each) for each in session.scalars(select(AppSecret))])
