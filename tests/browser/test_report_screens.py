"""Reports with their charts: accessible in both languages, no wider than a small phone, whole on paper."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.web.language import LANGUAGES
from tests.browser.conftest import Opened, watch
from tests.browser.test_axe import look_at
from tests.web.office import Office, open_office
from tests.web.test_report_pages import NETWORK, REPORTS, add_past, old_quarter

SCREENS = {
    "own": ("sam", f"{REPORTS}?days=90&by=warmth&figure=connection"),
    "own, received": ("sam", f"{REPORTS}?days=90&side=receiver"),
    "own, wrong days": ("sam", f"{REPORTS}?first=2026-03-02&last=2026-03-01"),
    "network": ("nett", NETWORK),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    """An agency with a past."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("reports") / "home"))
    with open_office(home, log_level="ERROR") as made:
        add_past(made)
        yield made


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_reports_are_accessible(signed_in: Opened, served: str, name: str, lang: str) -> None:
    who, address = SCREENS[name]
    if name == "network":
        address = f"{NETWORK}?quarter={old_quarter()}"
    watched = watch(signed_in(who), served)
    assert look_at(watched.page, address, lang) == []
    assert watched.foreign == []
    assert [each for each in watched.errors if "status of 422" not in each] == []


def test_a_report_is_chosen_and_read_without_scripts_by_keyboard(signed_in: Opened) -> None:
    page = signed_in("sam", java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    page.goto(f"{REPORTS}?days=90")
    page.focus("summary")
    page.keyboard.press("Enter")
    page.select_option("#by", "priority")
    page.focus("form .button")
    page.keyboard.press("Enter")
    page.wait_for_url("**by=priority**")
    assert page.locator("h2:text-is('Where they stand, by how soon')").count() == 1


def test_a_report_is_whole_on_paper(signed_in: Opened) -> None:
    page = signed_in("sam").new_page()
    page.goto(f"{REPORTS}?days=90&by=need")
    page.emulate_media(media="print")
    assert page.locator("svg.chart").first.is_visible()
    assert page.locator("#outcomes").is_visible()
    assert not page.locator("form").first.is_visible()
