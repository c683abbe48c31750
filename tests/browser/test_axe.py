"""WCAG 2.2 AA as far as a machine can tell: every page, three widths, light and dark, every language."""

import importlib.resources
from itertools import cycle
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from directory.web.language import LANGUAGES
from tests.web.addresses import (
    CLOSED_PAGE,
    EXAMPLE_PAGE,
    MEETING_PAGE,
    NOTHING,
    RESULTS,
    RIVER_PAGE,
    SHELTER_PAGE,
)

AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = (
    "t => axe.run(document, {runOnly: {type: 'tag', values: t}, resultTypes: ['violations'], preload: false})"
)
WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FINE = [
    "/",
    RESULTS,
    f"{RESULTS}&page=2&filter=spanish&open=now",
    NOTHING,
    "/needs/detox",
    "/needs/peer_groups",
    "/style",
]
FINE += [RIVER_PAGE, MEETING_PAGE, SHELTER_PAGE, EXAMPLE_PAGE, CLOSED_PAGE]
BROKEN = ["/nope", "/search?q=detox&near=Xyzzyville"]


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    # evaluate, not a script tag: the pages' Content-Security-Policy stays as strict as it is
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(RUN, TAGS)
    return [f"{each['id']}: {node['html'][:150]}" for each in found["violations"] for node in each["nodes"]]


def look_at(page: Page, address: str, lang: str) -> list[str]:
    """Goes there, opens every closed part, and lists what is wrong."""
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    return problems_here(page, lang)


def problems_here(page: Page, lang: str) -> list[str]:
    """What is wrong with the page as it is, at every width and in both schemes."""
    problems = []
    # Colors do not depend on the width: each language has the other scheme at each width.
    for width, scheme in zip(WIDTHS, cycle(SCHEMES if lang == "en" else SCHEMES[::-1])):
        page.set_viewport_size({"width": width, "height": 800})
        # Without motion: a color half-way to its other scheme would be measured otherwise.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        problems += [f"{width} {scheme}: {line}" for line in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append(f"{width}: the page is {wide} px wide")
    return problems


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("address", FINE)
def test_pages_are_accessible(page: Page, address: str, lang: str) -> None:
    assert look_at(page, address, lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("address", BROKEN)
def test_error_pages_are_accessible(failing: Page, address: str, lang: str) -> None:
    assert look_at(failing, address, lang) == []


def test_the_answer_to_a_private_search_is_accessible(page: Page) -> None:
    page.goto("/needs/detox")
    page.fill("[name=near]", "19104")
    page.click("button[formmethod=post]")
    page.wait_for_selector("article.card")
    assert violations(page) == []


def test_forced_colors_and_large_text_lose_nothing(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 800})
    page.emulate_media(forced_colors="active")
    page.goto(RESULTS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.locator("article.card").first.is_visible()
