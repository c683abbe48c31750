"""Going through pages by keyboard alone, as people do who cannot use a mouse."""

import datetime as dt

import pytest
from playwright.sync_api import Page

FOCUSED = """() => {
  const at = document.activeElement;
  return [(at.innerText || "").trim(), at.name || "", at.value || ""];
}"""


def walk(page: Page, wanted: str, most: int = 120) -> None:
    """Goes by Tab to the next control of that text or name, round the page if need be."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted in page.evaluate(FOCUSED)[:2]:
            return
    pytest.fail(f"no {wanted} within {most} stops of {page.url}")


def press(page: Page, wanted: str) -> None:
    """Presses the button or follows the link of that text, to the page it leads to."""
    walk(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Writes into a field, over what stood there."""
    walk(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def tick(page: Page, name: str) -> None:
    """Ticks the next box of that name; of several to choose one from, the first."""
    walk(page, name)
    page.keyboard.press("Space")


def write_moment(page: Page, name: str, moment: dt.datetime) -> None:
    """Writes a day and a time, part by part, as the browser asks for them."""
    walk(page, name)
    page.keyboard.type(f"{moment:%m%d%Y}")
    page.keyboard.press("ArrowRight")
    page.keyboard.type(f"{moment:%I%M%p}")
