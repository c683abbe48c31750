"""The pages of partner sites: accessible at every width, and an example that follows its form."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from directory.accounts.access import SYSTEM
from directory.accounts.agencies import find_agency
from directory.database import db, session_factory
from directory.listings.needs import taxonomy
from directory.partners.register import add_partner, rotate_key
from directory.partners.tables import PartnerUse
from directory.partners.usage import NOTHING_NAMED, REST
from directory.partners.wishes import NewPartner
from directory.web.house import House
from tests.browser.conftest import Opened, watch
from tests.browser.test_axe import look_at
from tests.web.office import SENDER, Office, open_office

HOME = "/partners"
OAK = NewPartner(
    name="Oak Library",
    origins=["https://library.example", "*.oak-county.example"],
    needs=["detox", "housing"],
    states=["PA"],
    presets={"need": ["detox"], "near": ["19107"], "filter": ["spanish"], "rows": ["3"]},
    locked=["filter"],
)
USES = [
    (0, "detox", "191", 130),
    (3, "housing", "191", 41),
    (9, "detox", REST, 22),
    (20, REST, NOTHING_NAMED, 14),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("partners") / "home"))
    with open_office(home, log_level="ERROR") as made:
        yield made


@pytest.fixture(scope="module")
def site(office: Office) -> str:
    """A site with figures and two keys; answers its page."""
    house: House = office.app.extensions["house"]
    now = house.now()
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        row, _ = add_partner(session, SYSTEM, find_agency(session, SENDER), OAK, taxonomy(), now)
        rotate_key(session, SYSTEM, row.id, now + dt.timedelta(days=9), now)
        for days, need, zip3, count in USES:
            day = now.date() - dt.timedelta(days=days)
            session.add(PartnerUse(partner_id=row.id, day=day, need=need, zip3=zip3, count=count))
        return f"{HOME}/{row.id}"


@pytest.mark.parametrize(
    ("lang", "screens"),
    [("en", ("", "/preview", "/use")), ("es", ("", "/edit", "/use"))],
)
def test_every_page_is_accessible_at_every_width(
    signed_in: Opened, served: str, site: str, lang: str, screens: tuple[str, ...]
) -> None:
    watched = watch(signed_in("sam"), served)
    for screen in screens:
        assert look_at(watched.page, site + screen, lang) == [], screen
    assert (watched.foreign, watched.errors) == ([], [])


def test_the_example_follows_the_form_and_so_does_the_text_to_copy(
    signed_in: Opened, served: str, site: str
) -> None:
    watched = watch(signed_in("sam"), served)
    page = watched.page
    page.goto(f"{site}/preview")
    example = page.frame_locator("iframe.preview")
    expect(example.locator("recovery-search .result").first).to_contain_text("Detox")
    page.get_by_label("Look").focus()
    page.get_by_label("Look").select_option("dark")
    expect(page.locator("textarea")).to_have_value(re.compile('theme="dark"'))
    expect(example.locator("recovery-search .result").first).to_contain_text("Detox")
    expect(example.locator("recovery-search")).to_have_attribute("theme", "dark")
    expect(page.get_by_label("Look")).to_be_focused()
    assert "theme=dark" in page.url
    assert (watched.foreign, watched.errors) == ([], [])
