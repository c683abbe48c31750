"""Headless Chromium and the real application on a small instance. No page may ask another site."""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from werkzeug.serving import make_server

from directory.app import create_app
from directory.database import db
from tests.web.office import Office, open_office
from tests.web.town import build_town

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    # No other machine has an address, whatever a page asks for; `watch` writes down that it asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


Opened = Callable[..., BrowserContext]
"""Opens a browser in which somebody of the office is signed in: their name, and options of the browser."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which an application answers meanwhile."""
    server = make_server("127.0.0.1", 0, whole_answers(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)


def whole_answers(app: Flask) -> WSGIApplication:
    """The application, its answers read and closed before they are sent: Werkzeug's server leaves a file open
    when the browser hangs up, and a `ResourceWarning` would then fail whichever test runs."""

    def whole(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = app(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", lambda: None)()

    return whole


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[str]:
    """The address of the running application, in development mode so that `/style` is there."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("town") / "home"))
    app = create_app(build_town(home, development=True, log_level="ERROR"))
    with serving(app) as address:
        yield address
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    """Two agencies at work, and a third."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("office") / "home"))
    with open_office(home, log_level="ERROR") as made:
        yield made


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[str]:
    """The address of the office."""
    with serving(office.app) as address:
        yield address


@pytest.fixture
def signed_in(browser: Browser, office: Office, served: str) -> Iterator[Opened]:
    """Opens browsers of people of the office; `nobody` is signed in nowhere."""
    opened: list[BrowserContext] = []

    def enter(who: str, **options: object) -> BrowserContext:
        context = browser.new_context(base_url=served, **options)  # type: ignore[arg-type]
        opened.append(context)
        cookie = office.as_(who).get_cookie("session")
        assert bool(cookie) == (who != "nobody")
        if cookie:
            context.add_cookies([{"name": "session", "value": cookie.value, "url": served, "httpOnly": True}])
        return context

    yield enter
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched(NamedTuple):
    """A page with what it should not have done: asked another site, or raised an error."""

    page: Page
    foreign: list[str]
    errors: list[str]


def watch(context: BrowserContext, live: str) -> Watched:
    """A new page whose requests to other sites are written down; `ARGUMENTS` sees to it that none arrives.

    Only listened to: what is routed goes through Python one by one, and past the browser's cache.
    """
    foreign: list[str] = []
    errors: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((f"{live}/", "data:", "blob:")):
            foreign.append(request.url)

    context.on("request", note)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return Watched(page, foreign, errors)


@pytest.fixture
def page(browser: Browser, live: str) -> Iterator[Page]:
    """A page with JavaScript; the test fails if it asked another site or raised an error."""
    context = browser.new_context(base_url=live)
    watched = watch(context, live)
    yield watched.page
    context.close()
    assert watched.foreign == []
    assert watched.errors == []


@pytest.fixture
def plain(browser: Browser, live: str) -> Iterator[Page]:
    """A page with JavaScript switched off, on a small phone."""
    context = browser.new_context(
        base_url=live, java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    watched = watch(context, live)
    yield watched.page
    context.close()
    assert watched.foreign == []


@pytest.fixture
def failing(browser: Browser, live: str) -> Iterator[Page]:
    """A page with JavaScript on which the browser may report the error status that is the point."""
    context = browser.new_context(base_url=live)
    watched = watch(context, live)
    yield watched.page
    context.close()
    assert watched.foreign == []
    assert [error for error in watched.errors if "status of 4" not in error] == []
