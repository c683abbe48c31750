"""Passkeys in a real browser, with an authenticator of the browser's own making (CDP `WebAuthn`)."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route, expect
from sqlalchemy import select

from directory.accounts.access import SYSTEM
from directory.accounts.second_steps import reset_second_step
from directory.accounts.tables import AuditEntry, Passkey, User
from directory.app import create_app
from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.settings import Settings
from directory.web.session_cookie import WorkSessions
from tests.browser.conftest import Watched, serving, watch
from tests.browser.test_account_pages import press
from tests.browser.test_axe import problems_here
from tests.databases import prepare
from tests.web.staff import (
    CODE,
    PASSWORD,
    SIGN_IN,
    Person,
    cheap_sign_in,
    forget_codes,
    join,
    send,
    sign_in,
    token_of,
)


@dataclass
class Office:
    """A running instance on `localhost`: passkeys need a name, not a number."""

    address: str
    app: Flask
    settings: Settings
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, role: str = "caseworker") -> Person:
        """Somebody who has an app and no passkey."""
        if name not in self.people:
            self.people[name] = join(self.app, f"{name}@river.example", role)
            sign_in(self.app, self.people[name])
        return self.people[name]

    def rows(self, query: Any) -> list[Any]:
        with self.app.app_context(), session_factory(db.engine)() as session:
            found = list(session.scalars(query))
            session.expunge_all()
            return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("keys") / "home"))
    settings = Settings(directory_home=home, search_engine="memory", log_level="ERROR")
    prepare(settings.database)
    with pytest.MonkeyPatch.context() as patch:
        cheap_sign_in(patch)
        app = create_app(settings)
    with serving(app) as address:
        yield Office(address.replace("127.0.0.1", "localhost"), app, settings)
    with app.app_context():
        db.engine.dispose()


@dataclass
class Device:
    """One browser with a built-in authenticator."""

    page: Page
    tools: CDPSession
    authenticator: str

    def owner_is_here(self, here: bool) -> None:
        """Whether the owner gives finger, face or PIN."""
        self.tools.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": here}
        )

    def credentials(self) -> list[str]:
        """The ids of the passkeys that it holds."""
        found = self.tools.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return [each["credentialId"] for each in found["credentials"]]

    def take_another(self) -> None:
        """Another authenticator in place of this one."""
        self.tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.authenticator})
        self.authenticator = add_authenticator(self.tools)


@pytest.fixture
def devices(browser: Browser, office: Office) -> Iterator["Devices"]:
    made = Devices(browser, office)
    yield made
    for each in made.watched:
        each.page.context.close()
    assert [address for each in made.watched for address in each.foreign] == []
    assert made.errors() == []


class Devices:
    """Browsers that ask no other site and raise no error."""

    def __init__(self, browser: Browser, office: Office):
        self.browser, self.office = browser, office
        self.watched: list[Watched] = []

    def new(self, **given: Any) -> Device:
        context = self.browser.new_context(base_url=self.office.address, **given)
        self.watched.append(watch(context, self.office.address))
        return self._equip(context, self.watched[-1].page)

    def errors(self) -> list[str]:
        """But for an error status, which may be the point."""
        return [error for each in self.watched for error in each.errors if "status of 4" not in error]

    def _equip(self, context: BrowserContext, page: Page) -> Device:
        tools = context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        return Device(page, tools, add_authenticator(tools))


def add_authenticator(tools: CDPSession) -> str:
    """A phone or computer that knows its owner."""
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(made["authenticatorId"])


def give_password(page: Page, person: Person, password: str = PASSWORD) -> None:
    page.goto("/account/sign-in")
    page.fill("#email", person.email)
    page.fill("#password", password)
    press(page, "main button")


def give_code(office: Office, page: Page, person: Person) -> None:
    forget_codes(office.app, person)
    page.fill("#code", person.code())
    press(page, "main button")


def enter(office: Office, page: Page, person: Person) -> None:
    """Signs in with the app."""
    give_password(page, person)
    if path(page) == "/account/code/choose":
        press(page, "text=Use a code from my app")
    give_code(office, page, person)
    assert path(page) == "/account"


def set_up(page: Page, name: str = "My phone") -> None:
    page.goto("/account/passkeys")
    page.fill("#name", name)
    press(page, "form[data-passkey] button")


def path(page: Page) -> str:
    return urlsplit(page.url).path


def main(page: Page) -> str:
    return page.inner_text("main")


def leave(page: Page) -> None:
    page.goto("/account")
    press(page, "form[action*='sign-out'] button")


def test_a_passkey_is_set_up_under_a_name_and_used_instead_of_a_code(
    office: Office, devices: Devices
) -> None:
    maya, device = office.person("maya"), devices.new()
    elsewhere = sign_in(office.app, maya)
    enter(office, device.page, maya)
    set_up(device.page)
    assert "Your passkey is set up." in main(device.page)
    assert "My phone" in main(device.page)
    assert elsewhere.get("/account").status_code == 302
    assert len(device.credentials()) == 1
    leave(device.page)

    give_password(device.page, maya)
    assert path(device.page) == "/account/code/choose"
    assert device.page.goto("/account") is not None
    assert path(device.page) == "/account/sign-in"  # the password alone opens nothing
    give_password(device.page, maya)
    press(device.page, "text=Use my passkey")
    assert path(device.page) == "/account"
    assert "Maya Ortiz" in main(device.page)
    cookie = next(each for each in device.page.context.cookies() if each["name"] == "session")
    assert cookie["httpOnly"]
    device.page.goto("/account/sessions")
    assert device.page.locator(".cards > li").count() == 1
    actions = office.rows(select(AuditEntry.action).order_by(AuditEntry.seq))
    assert actions[-1] == "sign_in.begin"


def test_with_a_passkey_one_is_where_one_wanted_to_go(office: Office, devices: Devices) -> None:
    kim, device = office.person("kim"), devices.new()
    enter(office, device.page, kim)
    set_up(device.page)
    leave(device.page)
    device.page.goto("/account/sessions")
    device.page.fill("#email", kim.email)
    device.page.fill("#password", PASSWORD)
    press(device.page, "main button")
    press(device.page, "text=Use my passkey")
    assert path(device.page) == "/account/sessions"


def test_the_code_from_the_app_stays_another_way_without_scripts(office: Office, devices: Devices) -> None:
    lee, device = office.person("lee"), devices.new()
    enter(office, device.page, lee)
    set_up(device.page)
    plain = devices.new(java_script_enabled=False, viewport={"width": 320, "height": 640})
    give_password(plain.page, lee)
    assert not plain.page.is_visible("text=Use my passkey")
    press(plain.page, "text=Use a code from my app")
    give_code(office, plain.page, lee)
    assert path(plain.page) == "/account"
    plain.page.goto("/account/passkeys")
    assert "please allow scripts" in main(plain.page)
    assert not plain.page.is_visible("text=Set up a passkey")


def test_another_persons_passkey_is_no_second_step(office: Office, devices: Devices) -> None:
    """Neither for the one whose password was given, nor a way in for the passkey's owner."""
    owner, thief, device = office.person("owner"), office.person("thief"), devices.new()
    enter(office, device.page, owner)
    set_up(device.page)
    leave(device.page)
    enter(office, device.page, thief)
    (stolen,) = device.credentials()
    set_up(device.page, "Thief's phone")
    own = next(each for each in device.credentials() if each != stolen)
    leave(device.page)
    # The thief's own password, then the owner's key: the page is made to ask for that one.
    give_password(device.page, thief)
    kept, swap = (each.replace("+", "-").replace("/", "_").rstrip("=") for each in (own, stolen))
    answered = []

    def ask_for_the_stolen_one(route: Route) -> None:
        got = route.fetch()
        answered.append(kept in got.text())
        route.fulfill(response=got, body=got.text().replace(kept, swap))

    device.page.route(re.compile("/account/passkey(\\?|$)"), ask_for_the_stolen_one)
    press(device.page, "text=Use my passkey")
    assert "does not belong to this account" in main(device.page)
    assert any(answered)
    device.page.unroute_all()
    device.page.goto("/account")
    assert path(device.page) == "/account/sign-in"


def test_a_passkey_confirms_only_with_its_owner_there(office: Office, devices: Devices) -> None:
    ann, device = office.person("ann"), devices.new()
    enter(office, device.page, ann)
    set_up(device.page)
    ask_again(office, device.page)
    device.page.goto("/account/passkeys")
    assert path(device.page) == "/account/confirm"
    device.owner_is_here(False)
    device.page.click("text=Use my passkey")
    expect(device.page.locator("[data-passkey-note]")).to_have_text("That did not work. You can try again.")
    device.owner_is_here(True)
    press(device.page, "text=Use my passkey")
    assert path(device.page) == "/account/passkeys"
    assert "Your passkeys" in main(device.page)


def ask_again(office: Office, page: Page) -> None:
    """As if the password had been given more than 15 minutes ago."""
    context = page.context
    (cookie,) = [each for each in context.cookies() if each["name"] == "session"]
    signer = WorkSessions().get_signing_serializer(office.app)
    assert signer is not None
    kept = signer.loads(cookie["value"])
    kept["fs_paa"] -= 16 * 60
    context.add_cookies([{"name": "session", "value": signer.dumps(kept), "url": office.address}])


def test_removing_a_passkey_signs_out_elsewhere_and_the_last_second_step_stays(
    office: Office, devices: Devices
) -> None:
    rob, device = office.person("rob"), devices.new()
    enter(office, device.page, rob)
    set_up(device.page, "First")
    device.take_another()
    set_up(device.page, "Second")
    elsewhere = sign_in_with_app(office, rob)
    press(device.page, "[aria-label='Remove the passkey First']")
    assert "The passkey is removed." in main(device.page)
    assert elsewhere.get("/account").status_code == 302
    elsewhere = sign_in_with_app(office, rob)
    press(device.page, "text=Remove the app")
    assert "The app is removed." in main(device.page)
    assert elsewhere.get("/account").status_code == 302
    press(device.page, "[aria-label='Remove the passkey Second']")
    assert "This is your only second step." in main(device.page)
    assert "Second" in main(device.page)
    # Without the app the passkey is asked for at once.
    leave(device.page)
    give_password(device.page, rob)
    assert path(device.page) == "/account/passkey"
    press(device.page, "text=Use my passkey")
    assert path(device.page) == "/account"


def sign_in_with_app(office: Office, person: Person) -> Any:
    forget_codes(office.app, person)
    browser = office.app.test_client()
    send(browser, SIGN_IN, email=person.email, password=PASSWORD)
    page = browser.get("/account/code/choose")
    browser.post("/account/code/choose", data={"csrf_token": token_of(page), "which": "authenticator"})
    assert send(browser, CODE, code=person.code()).location == "/account"
    return browser


def test_a_name_that_is_missing_or_taken_is_told_and_a_cancelled_dialog_changes_nothing(
    office: Office, devices: Devices
) -> None:
    sue, device = office.person("sue"), devices.new()
    enter(office, device.page, sue)
    set_up(device.page, "Sue’s phone")
    assert "Your passkey is set up." in main(device.page)
    set_up(device.page, "Sue’s phone")
    assert "You have a passkey of that name already." in main(device.page)
    device.page.goto("/account/passkeys")
    device.page.fill("#name", "Again on the same phone")
    device.page.click("form[data-passkey] button")
    expect(device.page.locator("[data-passkey-note]")).to_have_text("That did not work. You can try again.")
    names = office.rows(select(Passkey.name).join(User).where(User.email == sue.email))
    assert names == ["Sue’s phone"]


def test_whoever_lost_everything_sets_up_a_new_app_after_the_command(
    office: Office, devices: Devices
) -> None:
    bea, device = office.person("bea"), devices.new()
    enter(office, device.page, bea)
    set_up(device.page)
    now = office.app.extensions["house"].now()
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        reset_second_step(session, bea.email, SYSTEM, now, site="Directory")
    device.page.goto("/account")
    assert path(device.page) == "/account/sign-in"
    give_password(device.page, bea)
    assert path(device.page) == "/account/app"
    assert office.rows(select(Passkey.id).join(User).where(User.email == bea.email)) == []
    (mail,) = office.rows(select(Outbox).where(Outbox.to_address == bea.email))
    assert "set up a new one" in mail.body


@pytest.mark.parametrize("lang", ["en-US", "es-US"])
def test_the_pages_of_passkeys_are_accessible_at_every_width(
    office: Office, devices: Devices, lang: str
) -> None:
    person, device = office.person(f"axe-{lang.lower()}"), devices.new(locale=lang)
    page = device.page
    problems: list[str] = []

    def look(step: str) -> None:
        problems.extend(f"{step}, {each}" for each in problems_here(page, lang[:2]))

    give_password(page, person)
    give_code(office, page, person)
    page.goto("/account/passkeys")
    look("none yet")
    page.fill("#name", "A")
    press(page, "form[data-passkey] button")
    look("one set up")
    page.goto("/account/confirm")
    look("confirm")
    page.goto("/account/confirm/passkey")
    look("confirm by passkey")
    leave(page)
    give_password(page, person)
    look("choose")
    assert problems == []
