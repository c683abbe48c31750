"""Signing in, in a real browser: without scripts on a small phone, and looked at by axe at three widths."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from passlib.totp import TOTP  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from directory.app import create_app
from directory.database import db
from directory.settings import Settings
from tests.browser.conftest import serving, watch
from tests.browser.test_axe import problems_here
from tests.databases import prepare
from tests.web.staff import PASSWORD, link_for


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[tuple[str, Flask]]:
    """The address of an instance without listings, and its application."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("office") / "home"))
    settings = Settings(directory_home=home, search_engine="memory", log_level="ERROR")
    prepare(settings.database)
    app = create_app(settings)
    with serving(app) as address:
        yield address, app
    with app.app_context():
        db.engine.dispose()


def press(page: Page, selector: str) -> None:
    """Clicks what leads to a page, and waits for that page to be there."""
    with page.expect_navigation():
        page.click(selector)


def walk(page: Page, app: Flask, email: str) -> Iterator[str]:
    """From the invitation to signing out, one step at a time; yields the name of each page reached."""
    page.goto(link_for(app, email))
    yield "invitation"
    page.fill("#name", "Maya Ortiz")
    page.fill("#password", "too short")
    page.fill("#again", "too short")
    press(page, "main button")
    yield "invitation with a weak password"
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    press(page, "main button")
    yield "sign in"
    page.fill("#email", email)
    page.fill("#password", "wrong password 12345")
    press(page, "main button")
    yield "sign in refused"
    page.fill("#password", PASSWORD)
    press(page, "main button")
    yield "app wanted"
    press(page, "main button")
    yield "key shown"
    key = (page.text_content(".key") or "").replace("-", "")
    page.fill("#code", str(TOTP(key=key, format="base32").generate().token))
    press(page, "main button")
    yield "account"
    press(page, "a[href*='recovery-codes']")
    press(page, "main form button")
    assert page.locator(".codes li").count() == 8
    yield "recovery codes"
    for address in ("/account/sessions", "/account/password"):
        page.goto(address)
        yield address
    page.goto("/account")
    press(page, "form[action*='sign-out'] button")
    yield "signed out"
    press(page, "a[href*='reset']")
    page.fill("#email", "nobody@river.example")
    press(page, "main button")
    yield "reset asked for"


@pytest.mark.parametrize("lang", ["en-US", "es-US"])
def test_every_step_is_accessible_at_every_width(
    browser: Browser, office: tuple[str, Flask], lang: str
) -> None:
    live, app = office
    context = browser.new_context(base_url=live, locale=lang)
    watched = watch(context, live)
    problems = []
    for step in walk(watched.page, app, f"{lang.lower()}@river.example"):
        problems += [f"{step}, {each}" for each in problems_here(watched.page, lang[:2])]
    context.close()
    assert problems == []
    assert watched.foreign == []
    # a password that is too weak is refused, which the browser reports
    assert [each for each in watched.errors if "status of 422" not in each] == []


def test_signing_in_works_without_scripts_on_a_small_phone(
    browser: Browser, office: tuple[str, Flask]
) -> None:
    live, app = office
    context = browser.new_context(
        base_url=live, java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    watched = watch(context, live)
    steps = list(walk(watched.page, app, "plain@river.example"))
    context.close()
    assert steps[-1] == "reset asked for"
    assert watched.foreign == []
