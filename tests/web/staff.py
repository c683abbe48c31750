"""People with accounts for tests of pages, made the way real ones are: invited, with an app for codes."""

import datetime as dt
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP, AppWallet  # type: ignore[import-untyped]
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import NewAgency, add_agency, find_agency
from directory.accounts.people import invite
from directory.accounts.tables import Agency, User
from directory.database import db, session_factory
from directory.errors import RecordNotFound
from directory.web import sign_in_settings
from directory.web.house import House
from directory.web.sign_in_parts import CodesOnce

PASSWORD = "seven quiet herons at noon"
SIGN_IN, CODE, APP = "/account/sign-in", "/account/code", "/account/app"

# The key in an app is sealed by 2**14 rounds: a quarter of a second whenever it is read. In tests by 2**4.
AppWallet.encrypt_cost = 4


def cheap_sign_in(patch: pytest.MonkeyPatch) -> None:
    """Applications made from now on have passwords that cost little, and no pictures of keys."""
    patch.setitem(sign_in_settings.ARGON2, "memory_cost", 1024)
    patch.setitem(sign_in_settings.ARGON2, "time_cost", 1)
    patch.setattr(CodesOnce, "generate_qrcode", lambda *_: "data:,")


@contextmanager
def later(app: Flask, passed: dt.timedelta) -> Iterator[None]:
    """The application's clock, so much further on."""
    house: House = app.extensions["house"]
    app.extensions["house"] = replace(house, now=lambda: house.now() + passed)
    try:
        yield
    finally:
        app.extensions["house"] = house


@dataclass
class Person:
    """Somebody with an account: the address, and the key in their app."""

    email: str
    key: str = ""
    password: str = PASSWORD

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or so many half minutes from now."""
        return str(TOTP(key=self.key, format="base32").generate(time.time() + 30 * steps).token)


def token_of(page: TestResponse) -> str:
    """The hidden token of the page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def send(browser: FlaskClient, address: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Fills in the form of a page (by default the one at that address) and sends it."""
    shown = browser.get(page or address)
    return browser.post(address, data={"csrf_token": token_of(shown), **fields})


def link_for(app: Flask, email: str, role: str = "caseworker", agency: str = "River House") -> str:
    """A new invitation's path; the agency is added when there is none of that name."""
    house: House = app.extensions["house"]
    with app.app_context(), session_factory(db.engine).begin() as session:
        place = _agency(session, agency, house)
        made = invite(session, email=email, agency=place, role=role, actor=SYSTEM, now=house.now())
        return made.path


def _agency(session: Session, name: str, house: House) -> Agency:
    try:
        return find_agency(session, name)
    except RecordNotFound:
        return add_agency(session, NewAgency(name=name, timezone="America/New_York"), SYSTEM, house.now())


def join(app: Flask, email: str, role: str = "caseworker", agency: str = "River House") -> Person:
    """A new person with a password who has never signed in."""
    answer = send(
        app.test_client(),
        link_for(app, email, role, agency),
        name="Maya Ortiz",
        password=PASSWORD,
        again=PASSWORD,
    )
    assert (answer.status_code, answer.location) == (302, SIGN_IN), answer.text
    return Person(email)


def give_password(browser: FlaskClient, person: Person, password: str | None = None) -> TestResponse:
    """The first step."""
    return send(browser, SIGN_IN, email=person.email, password=password or person.password)


def led_to(answer: TestResponse) -> str:
    """The path that the answer leads to; its status where it leads nowhere."""
    return (answer.location or str(answer.status_code)).partition("?")[0]


def set_up_app(browser: FlaskClient, person: Person) -> TestResponse:
    """The first time: password, key into the app, first code."""
    assert led_to(give_password(browser, person)) == APP
    page = send(browser, APP, setup="authenticator")
    shown = re.search(r'class="key">([^<]+)<', page.text)
    assert shown, page.text
    person.key = shown[1].replace("-", "")
    return browser.post(CODE, data={"csrf_token": token_of(page), "code": person.code()})


def sign_in(app: Flask, person: Person) -> FlaskClient:
    """A browser in which the person is signed in."""
    browser = app.test_client()
    if not person.key:
        answer = set_up_app(browser, person)
    else:
        forget_codes(app, person)
        assert led_to(give_password(browser, person)) == CODE
        answer = send(browser, CODE, code=person.code())
    assert (answer.status_code, answer.location) == (302, "/account"), answer.text
    return browser


def forget_codes(app: Flask, person: Person) -> None:
    """As if some time had passed since the last code was used."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        session.execute(update(User).where(User.email == person.email).values(tf_last_counter=None))


def staff(app: Flask, email: str, role: str = "caseworker", agency: str = "River House") -> FlaskClient:
    """A browser in which a new person of that role is signed in."""
    return sign_in(app, join(app, email, role, agency))
