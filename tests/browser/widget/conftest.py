"""The program, a partner's site of another origin, and visitors of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from directory.app import create_app
from directory.database import db
from tests.browser.conftest import serving
from tests.browser.widget.hosts import Seen, hosting
from tests.browser.widget.visits import Enter, Visit, World
from tests.web.partner_sites import OWN_ORGANIZATION, add_site
from tests.web.town import build_town


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[World]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("sites") / "home"))
    app = create_app(build_town(home, log_level="ERROR"))
    seen = Seen()
    seen.watch(app)
    with hosting() as host, serving(app) as at:
        plain = add_site(app, "Oak Library", host.origin, per_minute=6000)
        county = add_site(
            app,
            "Maple County",
            host.origin,
            own_organizations=[OWN_ORGANIZATION],
            presets={"near": ["19104"], "rows": ["3"], "theme": ["contrast"]},
            locked=["near"],
            per_minute=6000,
        )
        yield World(at, host, seen, plain, county)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visit(browser: Browser, world: World) -> Iterator[Enter]:
    """Opens browsers; a request to anywhere but the two servers, or a cookie, fails the test."""
    opened: list[Visit] = []

    def enter(**options: object) -> Visit:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        found = Visit(context, context.new_page(), [], [])

        def gate(route: Route) -> None:
            if route.request.url.startswith((world.home, world.host.origin)):
                route.continue_()
            else:
                found.foreign.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on(
            "console", lambda said: found.errors.append(said.text) if said.type == "error" else None
        )
        opened.append(found)
        return found

    yield enter
    for each in opened:
        assert each.foreign == []
        assert each.context.cookies() == []
        each.context.close()


@pytest.fixture
def page(visit: Enter) -> Page:
    """One visitor's page."""
    return visit().page
