"""Signing in: what it takes, what it gives away, when it ends."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from directory.accounts.access import SYSTEM
from directory.accounts.second_steps import reset_second_step
from directory.accounts.tables import AuditEntry, User, UserSession
from directory.app import create_app
from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.settings import Settings
from tests.web.staff import (
    APP,
    CODE,
    PASSWORD,
    SIGN_IN,
    Person,
    cheap_sign_in,
    forget_codes,
    give_password,
    join,
    later,
    led_to,
    link_for,
    send,
    set_up_app,
    sign_in,
    token_of,
)

MAYA = "maya@river.example"
PAGES = (
    "/account",
    "/account/sessions",
    "/account/recovery-codes",
    "/account/password",
    "/account/passkeys",
    "/account/confirm",
    "/account/confirm/passkey",
)
ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def office(
    database: Engine,
    database_url: str,
    tmp_path: Path,
    gazetteer_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """An instance without listings, on each of the two databases. Its passwords and pictures cost little."""
    cheap_sign_in(monkeypatch)
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    app = create_app(
        Settings(
            directory_home=home,
            database_url=database_url,
            search_engine="memory",
            public_url="https://help.example",
        )
    )
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(office: Flask) -> FlaskClient:
    return office.test_client()


@pytest.fixture
def maya(office: Flask) -> Person:
    """A caseworker who has never signed in."""
    return join(office, MAYA)


@pytest.fixture
def rows(office: Flask) -> Iterator[Session]:
    """The database as it is now, read beside the pages."""
    with office.app_context():
        engine = db.engine
    with session_factory(engine, read_only=True)() as session:
        yield session


# --- the way in -----------------------------------------------------------------------------------


def test_a_new_person_sets_up_an_app_and_is_signed_in(
    office: Flask, browser: FlaskClient, maya: Person
) -> None:
    answer = set_up_app(browser, maya)
    assert (answer.status_code, answer.location) == (302, "/account")
    page = browser.get("/account")
    assert page.status_code == 200
    assert "River House" in page.text
    assert "Caseworker" in page.text


def test_the_password_alone_opens_nothing(browser: FlaskClient, office: Flask, maya: Person) -> None:
    sign_in(office, maya)
    assert led_to(give_password(browser, maya)) == CODE
    assert browser.get("/account").location.startswith(SIGN_IN)
    assert browser.get("/account/recovery-codes").location.startswith(SIGN_IN)
    # Nor does it let anybody set up another app in place of the first.
    assert browser.get(APP).location.startswith(SIGN_IN)


def test_without_an_app_nothing_opens_either(browser: FlaskClient, maya: Person) -> None:
    assert led_to(give_password(browser, maya)) == APP
    assert browser.get("/account").location.startswith(SIGN_IN)


def test_a_code_counts_once(office: Flask, maya: Person) -> None:
    sign_in(office, maya)
    forget_codes(office, maya)
    first, second = office.test_client(), office.test_client()
    code = maya.code()
    for each in (first, second):
        give_password(each, maya)
    assert led_to(send(first, CODE, code=code)) == "/account"
    answer = send(second, CODE, code=code)
    assert answer.status_code == 200
    assert "was used before" in answer.text


def test_a_wrong_code_is_told_and_opens_nothing(office: Flask, browser: FlaskClient, maya: Person) -> None:
    sign_in(office, maya)
    give_password(browser, maya)
    wrong = "000000" if maya.code() != "000000" else "000001"
    assert "This code is not right" in send(browser, CODE, code=wrong).text
    assert browser.get("/account").status_code == 302


def test_after_signing_in_one_is_where_one_wanted_to_go(office: Flask, maya: Person) -> None:
    sign_in(office, maya)
    forget_codes(office, maya)
    browser = office.test_client()
    wanted = browser.get("/account/sessions").location
    answer = send(browser, wanted, email=maya.email, password=PASSWORD)
    assert send(browser, answer.location, code=maya.code()).location == "/account/sessions"


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example/", "\\\\evil.example", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(office: Flask, maya: Person, next_: str) -> None:
    sign_in(office, maya)
    forget_codes(office, maya)
    browser = office.test_client()
    page = browser.get(SIGN_IN, query_string={"next": next_})
    data = {"csrf_token": token_of(page), "email": maya.email, "password": PASSWORD, "next": next_}
    answer = browser.post(SIGN_IN, query_string={"next": next_}, data=data)
    if answer.status_code == 302:
        answer = send(browser, answer.location, code=maya.code())
    there = urljoin(f"http://localhost{CODE}", answer.location or "")
    assert urlsplit(there).netloc == "localhost"


# --- what it gives away ---------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_are_told_alike(browser: FlaskClient, maya: Person) -> None:
    told = set()
    for email, password in ((MAYA, "wrong password 12345"), ("nobody@river.example", PASSWORD)):
        answer = send(browser, SIGN_IN, email=email, password=password)
        text = re.sub(r'value="[^"]*"', "", answer.text)
        told.add((answer.status_code, text))
    assert len(told) == 1
    assert "is not right" in told.pop()[1]


def test_a_reset_is_told_alike_for_known_and_unknown_addresses(
    browser: FlaskClient, maya: Person, rows: Session
) -> None:
    told = []
    for email in (MAYA, "nobody@river.example"):
        answer = send(browser, "/account/reset", email=email)
        told.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text), answer.location))
    assert told[0] == told[1]
    assert [each.to_address for each in rows.scalars(select(Outbox))] == [MAYA]


def test_a_closed_account_is_told_like_a_wrong_password(
    office: Flask, browser: FlaskClient, maya: Person
) -> None:
    with office.app_context(), session_factory(db.engine).begin() as session:
        session.scalars(select(User)).one().active = False
    assert "is not right" in give_password(browser, maya).text


# --- limits ---------------------------------------------------------------------------------------


def test_the_eleventh_try_at_an_account_waits_also_with_the_right_password(
    office: Flask, browser: FlaskClient, maya: Person
) -> None:
    for _ in range(10):
        assert give_password(browser, maya, "wrong password 12345").status_code == 200
    answer = give_password(browser, maya)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert give_password(office.test_client(), Person("other@river.example")).status_code == 200
    with later(office, dt.timedelta(seconds=301)):
        assert give_password(browser, maya).status_code == 302


def test_limits_outlive_a_restart(office: Flask, maya: Person) -> None:
    for _ in range(10):
        give_password(office.test_client(), maya, "wrong password 12345")
    again = create_app(office.extensions["house"].settings)
    assert give_password(again.test_client(), maya).status_code == 429
    with again.app_context():
        db.engine.dispose()


def test_the_sixth_code_waits(office: Flask, browser: FlaskClient, maya: Person) -> None:
    sign_in(office, maya)
    forget_codes(office, maya)
    give_password(browser, maya)
    shown = token_of(browser.get(CODE))
    for _ in range(5):
        assert browser.post(CODE, data={"csrf_token": shown, "code": "12345"}).status_code == 200
    assert browser.post(CODE, data={"csrf_token": shown, "code": maya.code()}).status_code == 429


def test_nobody_without_a_password_keeps_others_from_setting_up_their_app(
    office: Flask, browser: FlaskClient, maya: Person
) -> None:
    shown = token_of(browser.get(SIGN_IN))
    for address in (APP, CODE):
        for _ in range(6):
            assert browser.post(address, data={"csrf_token": shown, "code": "12345"}).status_code != 429
    hers = sign_in(office, maya)
    shown = token_of(hers.get(APP))
    answers = [
        hers.post(APP, data={"csrf_token": shown, "setup": "authenticator"}).status_code for _ in range(6)
    ]
    assert (answers[0], answers[-1]) == (200, 429)
    other = sign_in(office, join(office, "lee@river.example"))
    assert send(other, APP, setup="authenticator").status_code == 200


def test_signing_in_starts_the_count_anew(office: Flask, maya: Person) -> None:
    sign_in(office, maya)
    for _ in range(3):
        for _ in range(8):
            give_password(office.test_client(), maya, "wrong password 12345")
        sign_in(office, maya)


# --- the cookie and the session -------------------------------------------------------------------


def cookie_of(browser: FlaskClient) -> str:
    found = browser.get_cookie("session")
    assert found is not None
    return found.value


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_connections(
    browser: FlaskClient, maya: Person
) -> None:
    plain = browser.get(SIGN_IN).headers["Set-Cookie"]
    assert plain.startswith("session=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {each.strip() for each in plain.split(";")}
    safe = browser.get(SIGN_IN, base_url="https://localhost").headers["Set-Cookie"]
    assert safe.startswith("__Host-session=")
    parts = {each.strip() for each in safe.split(";")}
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= parts
    assert not any(each.lower().startswith(("domain", "expires", "max-age")) for each in parts)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    office: Flask, browser: FlaskClient, maya: Person
) -> None:
    browser = sign_in(office, maya)
    stolen = cookie_of(browser)
    answer = send(browser, "/account/sign-out", page="/account")
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    thief = office.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/account").status_code == 302
    assert thief.post("/account/acting").status_code == 400


def test_the_id_is_a_new_one_after_signing_in(office: Flask, maya: Person, rows: Session) -> None:
    browser = sign_in(office, maya)
    first = rows.scalars(select(UserSession.id)).all()
    rows.rollback()
    send(browser, "/account/sign-out", page="/account")
    forget_codes(office, maya)
    give_password(browser, maya)
    send(browser, CODE, code=maya.code())
    second = rows.scalars(select(UserSession.id)).all()
    assert len(first) == len(second) == 1
    assert first != second


@pytest.mark.parametrize(
    ("steps", "minutes", "signed_in"),
    [(1, 29, True), (1, 31, False), (20, 29, True), (25, 29, False)],
    ids=["used within half an hour", "not used for longer", "used all day", "longer than twelve hours"],
)
def test_a_session_ends_after_30_minutes_without_use_and_after_12_hours(
    office: Flask, maya: Person, steps: int, minutes: int, signed_in: bool
) -> None:
    browser = sign_in(office, maya)
    with ExitStack() as passed:
        for _ in range(steps):
            passed.enter_context(later(office, dt.timedelta(minutes=minutes)))
            last = browser.get("/account").status_code
    assert (last == 200) is signed_in


def test_somebody_sees_where_they_are_signed_in_and_ends_it(office: Flask, maya: Person) -> None:
    here = sign_in(office, maya)
    there = office.test_client()
    forget_codes(office, maya)
    give_password(there, maya)
    send(there, CODE, code=maya.code())
    page = here.get("/account/sessions")
    (other,) = re.findall(r'name="session" value="([^"]+)"', page.text)
    assert there.get("/account").status_code == 200
    here.post("/account/sessions", data={"csrf_token": token_of(page), "session": other})
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_nobody_ends_another_persons_session(office: Flask, maya: Person, rows: Session) -> None:
    hers = sign_in(office, maya)
    (row,) = rows.scalars(select(UserSession.id)).all()
    his = sign_in(office, join(office, "lee@river.example"))
    send(his, "/account/sessions", page="/account", session=row)
    assert hers.get("/account").status_code == 200


def test_the_row_holds_no_network_address_and_only_the_browsers_family(
    office: Flask, maya: Person, rows: Session
) -> None:
    sign_in(office, maya)
    row = rows.scalars(select(UserSession)).one()
    assert "127.0.0.1" not in str(vars(row))
    assert row.browser == ""


def test_a_new_password_signs_out_everywhere_else(office: Flask, maya: Person, rows: Session) -> None:
    here, there = sign_in(office, maya), sign_in(office, maya)
    new = "nine slow turtles at dusk"
    answer = send(here, "/account/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert (answer.status_code, answer.location) == (302, "/account")
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert len(rows.scalars(select(UserSession)).all()) == 1
    assert [each.subject for each in rows.scalars(select(Outbox))] == ["Your password was changed"]


def test_another_app_signs_out_everywhere_else(office: Flask, maya: Person) -> None:
    here, there = sign_in(office, maya), sign_in(office, maya)
    page = send(here, APP, setup="authenticator")
    shown = re.search(r'class="key">([^<]+)<', page.text)
    action = re.search(r'action="(/account/app/[^"]+)"', page.text)
    assert shown
    assert action
    forget_codes(office, maya)
    maya.key = shown[1].replace("-", "")
    done = here.post(action[1], data={"csrf_token": token_of(page), "code": maya.code()})
    assert (done.status_code, done.location) == (302, "/account")
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_a_password_is_asked_for_again_before_what_matters(
    office: Flask, maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(office, maya)
    assert browser.get("/account/recovery-codes").status_code == 200
    with browser.session_transaction("/account") as kept:
        kept["fs_paa"] -= 16 * 60
    for address in ("/account/recovery-codes", APP):
        assert browser.get(address).location.startswith("/account/confirm")
    assert send(browser, "/account/confirm", password="wrong password 12345").status_code == 200
    assert send(browser, "/account/confirm", password=PASSWORD).status_code == 302
    assert browser.get("/account/recovery-codes").status_code == 200


def test_the_second_step_cannot_be_switched_off(office: Flask, maya: Person, rows: Session) -> None:
    browser = sign_in(office, maya)
    assert send(browser, APP, setup="disable").status_code == 200
    assert rows.scalars(select(User)).one().tf_totp_secret


# --- recovery -------------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once(office: Flask, maya: Person) -> None:
    here = sign_in(office, maya)
    page = send(here, "/account/recovery-codes", generate_new_codes="1")
    codes = re.findall(r'class="key">([^<]+)<', page.text)
    assert len(codes) == 8
    for expected in (302, 200):
        browser = office.test_client()
        give_password(browser, maya)
        answer = send(browser, "/account/recovery", code=codes[0])
        assert answer.status_code == expected
    assert "was used before" in answer.text


def test_secrets_of_apps_and_recovery_codes_are_not_readable_in_the_database(
    office: Flask, maya: Person, rows: Session
) -> None:
    here = sign_in(office, maya)
    page = send(here, "/account/recovery-codes", generate_new_codes="1")
    codes = re.findall(r'class="key">([^<]+)<', page.text)
    held = str(vars(rows.scalars(select(User)).one()))
    assert maya.key not in held
    assert not any(each in held for each in codes)
    assert PASSWORD not in held
    assert "$argon2id$v=19$m=1024,t=1,p=2$" in held


def test_a_password_costs_64_mib_and_an_older_hash_is_made_anew(
    office: Flask, maya: Person, rows: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    dear = create_app(office.extensions["house"].settings)
    sign_in(dear, maya)
    held = rows.scalars(select(User.password)).one()
    assert (held or "").startswith("$argon2id$v=19$m=65536,t=3,p=2$")
    with dear.app_context():
        db.engine.dispose()


def test_a_reset_gives_a_new_password_and_still_asks_for_the_code(
    office: Flask, browser: FlaskClient, maya: Person, rows: Session
) -> None:
    there = sign_in(office, maya)
    send(browser, "/account/reset", email=MAYA)
    mail = rows.scalars(select(Outbox)).one()
    rows.rollback()
    link = re.search(r"https://help\.example(/account/reset/\S+)", mail.body)
    assert link, mail.body
    new = "nine slow turtles at dusk"
    answer = send(browser, link[1], password=new, password_confirm=new)
    assert (answer.status_code, answer.location) == (302, SIGN_IN)
    assert there.get("/account").status_code == 302
    assert "is not right" in give_password(browser, maya).text
    maya.password = new
    assert led_to(give_password(browser, maya)) == CODE
    assert browser.get("/account").status_code == 302
    assert (
        send(browser, link[1], page=SIGN_IN, password=PASSWORD, password_confirm=PASSWORD).status_code == 302
    )
    assert led_to(give_password(office.test_client(), maya)) == CODE


def test_the_link_in_mail_does_not_follow_the_host_header(
    office: Flask, browser: FlaskClient, maya: Person, rows: Session
) -> None:
    page = browser.get("/account/reset", headers={"Host": "evil.example"})
    browser.post(
        "/account/reset",
        data={"csrf_token": token_of(page), "email": MAYA},
        headers={"Host": "evil.example"},
    )
    assert all("evil" not in each.body for each in rows.scalars(select(Outbox)))


# --- a lost second step, and other people's ---------------------------------------------------------


def reset_app(office: Flask, person: Person) -> None:
    """The command `directory user reset-app`."""
    with office.app_context(), session_factory(db.engine).begin() as session:
        now = office.extensions["house"].now()
        reset_second_step(session, person.email, SYSTEM, now, site="Directory")


def test_whoever_lost_the_app_sets_up_a_new_one_after_it_was_reset(
    office: Flask, maya: Person, rows: Session
) -> None:
    here = sign_in(office, maya)
    page = send(here, "/account/recovery-codes", generate_new_codes="1")
    codes = re.findall(r'class="key">([^<]+)<', page.text)
    halfway = office.test_client()
    give_password(halfway, maya)
    forget_codes(office, maya)
    old = maya.code()
    reset_app(office, maya)
    assert here.get("/account").status_code == 302
    # Who had given the password before begins anew; neither the old app nor a recovery code counts.
    assert led_to(halfway.get(CODE)) == SIGN_IN
    browser = office.test_client()
    assert led_to(give_password(browser, maya)) == APP
    for address, given in ((CODE, old), ("/account/recovery", codes[0])):
        told = browser.post(address, data={"csrf_token": token_of(browser.get(SIGN_IN)), "code": given})
        assert led_to(told) != "/account"
        assert browser.get("/account").status_code == 302
    maya.key = ""
    assert sign_in(office, maya).get("/account").status_code == 200
    (mail,) = rows.scalars(select(Outbox))
    assert (mail.to_address, mail.subject) == (MAYA, "Your second step was taken away")
    assert "second_step.reset" in rows.scalars(select(AuditEntry.action)).all()


def test_a_reset_app_does_not_open_the_account_without_the_password(
    office: Flask, browser: FlaskClient, maya: Person
) -> None:
    sign_in(office, maya)
    reset_app(office, maya)
    assert "is not right" in give_password(browser, maya, "wrong password 12345").text
    for address in ("/account", APP, "/account/passkeys"):
        assert led_to(browser.get(address)) == SIGN_IN


def test_a_link_for_a_new_password_ends_with_the_reset_of_the_app(
    office: Flask, browser: FlaskClient, maya: Person, rows: Session
) -> None:
    sign_in(office, maya)
    send(browser, "/account/reset", email=MAYA)
    link = re.search(r"https://help\.example(/account/reset/\S+)", rows.scalars(select(Outbox)).one().body)
    rows.rollback()
    assert link
    reset_app(office, maya)
    new = "nine slow turtles at dusk"
    answer = send(browser, link[1], page=SIGN_IN, password=new, password_confirm=new)
    assert answer.status_code == 302
    assert "is not right" in give_password(office.test_client(), maya, new).text


def test_the_only_app_cannot_be_removed(office: Flask, maya: Person, rows: Session) -> None:
    browser = sign_in(office, maya)
    answer = send(browser, "/account/app-remove", page="/account")
    assert led_to(answer) == "/account/passkeys"
    assert "This is your only second step." in browser.get("/account/passkeys").text
    assert rows.scalars(select(User)).one().tf_totp_secret


def test_no_passkey_opens_an_account_without_its_password(office: Flask, browser: FlaskClient) -> None:
    assert browser.get("/account/passkey").status_code == 404
    for address in ("/account/passkeys", "/account/confirm/passkey"):
        assert led_to(browser.get(address)) == SIGN_IN
    told = browser.post(
        "/account/passkey/x", data={"csrf_token": token_of(browser.get(SIGN_IN)), "credential": "{}"}
    )
    assert led_to(told) == "/account/passkey"
    assert browser.get("/account").status_code == 302


def test_a_passkey_is_set_up_only_right_after_confirming(office: Flask, maya: Person) -> None:
    browser = sign_in(office, maya)
    page = browser.get("/account/passkeys")
    asked = browser.post(
        "/account/passkeys",
        data={"csrf_token": token_of(page), "name": "Phone"},
        headers={"Accept": "application/json"},
    )
    state = asked.get_json()["response"]["wan_state"]
    with browser.session_transaction("/account") as kept:
        kept["fs_paa"] -= 16 * 60
    assert led_to(browser.get("/account/passkeys")) == "/account/confirm"
    answer = browser.post(
        f"/account/passkeys/{state}", data={"csrf_token": token_of(page), "credential": "{}"}
    )
    assert led_to(answer) == "/account/confirm"


def test_a_form_for_another_app_opens_only_right_after_confirming(office: Flask, maya: Person) -> None:
    browser = sign_in(office, maya)
    token = token_of(browser.get("/account"))
    with browser.session_transaction("/account") as kept:
        kept["fs_paa"] -= 16 * 60
    answer = browser.post(APP, data={"csrf_token": token, "setup": "authenticator"})
    assert led_to(answer) == "/account/confirm"
    assert led_to(browser.post("/account/app-remove", data={"csrf_token": token})) == "/account/confirm"


# --- invitations ----------------------------------------------------------------------------------


def test_an_invitation_asks_for_a_name_and_a_good_password(office: Flask, browser: FlaskClient) -> None:
    link = link_for(office, MAYA)
    for fields, told in (
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "Please write your name"),
        ({"name": "M", "password": "short", "again": "short"}, "at least 15 characters"),
        (
            {"name": "M", "password": "passwordpassword", "again": "passwordpassword"},
            "Please think of another",
        ),
        ({"name": "M", "password": "maya@river.example", "again": "maya@river.example"}, "too easy to guess"),
        ({"name": "M", "password": PASSWORD, "again": PASSWORD + "x"}, "not the same"),
    ):
        answer = send(browser, link, **fields)
        assert answer.status_code == 422
        assert told in answer.text
        assert PASSWORD not in answer.text
    assert send(browser, link, name="M", password=PASSWORD, again=PASSWORD).status_code == 302
    assert browser.get(link).status_code == 404


def test_whoever_has_an_account_takes_an_invitation_up_while_signed_in(office: Flask, maya: Person) -> None:
    link = link_for(office, MAYA, "supervisor", "Lake House")
    stranger = sign_in(office, join(office, "lee@river.example"))
    for browser in (office.test_client(), stranger):
        page = browser.get(link)
        assert "Please sign in to it" in page.text
        browser.get(SIGN_IN)
        answer = send(browser, link, page="/account" if browser is stranger else SIGN_IN, name="x")
        assert "Please sign in to it" in answer.text
    hers = sign_in(office, maya)
    assert send(hers, link).location == "/account"
    page = hers.get("/account")
    assert "Lake House" in page.text


def test_one_of_several_roles_is_in_use_at_a_time(office: Flask, maya: Person) -> None:
    hers = sign_in(office, maya)
    send(hers, link_for(office, MAYA, "supervisor", "Lake House"))
    page = hers.get("/account")
    found = re.findall(r'name="membership" value="([^"]+)"( checked)?> <span>([^<]+)<', page.text)
    assert [(bool(checked), name) for _, checked, name in found] == [
        (False, "Lake House · Supervisor"),
        (True, "River House · Caseworker"),
    ]
    with hers.session_transaction("/account") as kept:
        kept["for_client"] = ABSENT
    assert send(hers, "/account/acting", page="/account", membership=found[0][0]).status_code == 302
    with hers.session_transaction("/account") as kept:
        assert "for_client" not in kept  # whom one searched for is of the agency before
    assert "<dd>Lake House</dd>" in hers.get("/account").text


def test_nobody_takes_another_persons_membership_into_use(office: Flask, maya: Person) -> None:
    hers = sign_in(office, maya)
    send(hers, link_for(office, MAYA, "supervisor", "Lake House"))
    theirs = re.findall(r'name="membership" value="([^"]+)"', hers.get("/account").text)
    his = sign_in(office, join(office, "lee@river.example"))
    for each in [*theirs, "x", ""]:
        assert send(his, "/account/acting", page="/account", membership=each).status_code == 404


# --- every form -----------------------------------------------------------------------------------


def address_of(rule: Rule) -> str:
    """An address of that rule, about nothing that is there."""
    return re.sub(r"<key:\w+>", ABSENT, rule.rule.replace("<token>", "x"))


def test_no_form_is_taken_without_its_token_or_from_another_site(office: Flask, maya: Person) -> None:
    hers = sign_in(office, maya)
    rules = [
        rule
        for rule in office.url_map.iter_rules()
        if rule.rule.startswith("/account") and "POST" in (rule.methods or ())
    ]
    assert len(rules) > 8
    for rule in rules:
        address = address_of(rule)
        expected = 404 if rule.endpoint == "security.two_factor_rescue" else 400
        assert hers.post(address).status_code == expected, rule.endpoint
        assert hers.post(address, data={"csrf_token": "x"}).status_code == expected, rule.endpoint
        shown = token_of(hers.get("/account"))
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = hers.post(address, data={"csrf_token": shown}, headers=headers)
            assert answer.status_code == expected, rule.endpoint
    assert hers.get("/account").status_code == 200


def test_reading_changes_nothing(office: Flask, maya: Person, rows: Session) -> None:
    hers = sign_in(office, maya)
    before = [rows.scalars(select(each)).all() for each in (User.password, UserSession.id, AuditEntry.hash)]
    rows.rollback()
    for rule in office.url_map.iter_rules():
        if rule.rule.startswith("/account") and "GET" in (rule.methods or ()):
            hers.get(address_of(rule))
    after = [rows.scalars(select(each)).all() for each in (User.password, UserSession.id, AuditEntry.hash)]
    assert before == after


def test_no_page_of_an_account_is_kept_by_anybody(office: Flask, maya: Person) -> None:
    hers = sign_in(office, maya)
    for address in (*PAGES, APP):
        answer = hers.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in answer.headers["Vary"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert " style=" not in answer.text
        assert answer.text.count("<script") == answer.text.count('<script src="/static/')


def test_public_pages_neither_see_nor_set_the_cookie(office: Flask, maya: Person) -> None:
    hers = sign_in(office, maya)
    for address in ("/", "/search?q=detox", "/nope", "/robots.txt"):
        answer = hers.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Maya" not in answer.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_there_in_both_languages(office: Flask, maya: Person, language: str) -> None:
    hers = sign_in(office, maya)
    for address in (*PAGES, APP):
        answer = hers.get(address, query_string={"lang": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text


def test_signing_in_is_in_the_audit_without_an_address(office: Flask, maya: Person, rows: Session) -> None:
    send(sign_in(office, maya), "/account/sign-out", page="/account")
    entries = rows.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [each.action for each in entries][-2:] == ["sign_in.begin", "sign_in.end"]
    assert MAYA not in str([vars(each) for each in entries])
    assert office.extensions["audit_anchor"].read()[-1].seq == entries[-1].seq
