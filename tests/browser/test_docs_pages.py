"""The pages for people who write programs, in a real browser, which asks nothing of another site."""

import pytest
from playwright.sync_api import Page, expect

from directory.web.language import LANGUAGES
from tests.browser.test_axe import AXE, RUN, TAGS, look_at
from tests.web.addresses import MEETING_PAGE

BESIDE = RUN.replace("document,", "{exclude: ['#tryout']},")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guide_is_accessible_and_fits_a_small_phone(page: Page, lang: str) -> None:
    assert look_at(page, "/api/guide", lang) == []


def test_the_guide_can_be_read_without_javascript(plain: Page) -> None:
    plain.goto("/api/guide")
    expect(plain.locator("#search_words")).to_contain_text("curl -sS")
    plain.click("nav >> text=Errors and limits")
    expect(plain.locator("#errors")).to_be_in_viewport()


def test_an_operation_is_tried_out_on_the_page(page: Page) -> None:
    page.goto("/api/docs")
    operation = page.locator("#operations-api-suggest")
    expect(operation).to_be_visible()
    assert page.locator(".opblock").count() > 40
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("tr[data-param-name=q] input").fill("deto")
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text("detox")


def test_what_is_around_the_operations_is_accessible(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/api/docs")
    expect(page.locator("#tryout main[role=group] .opblock").first).to_be_visible()
    page.evaluate(AXE)
    found = page.evaluate(BESIDE, TAGS)["violations"]
    assert [each["id"] for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_way_to_the_guide_is_there_without_javascript(plain: Page) -> None:
    plain.goto("/api/docs")
    expect(plain.locator("#tryout")).to_contain_text("needs JavaScript")
    plain.click("text=Guide with examples")
    expect(plain.locator("h1")).to_have_text("Guide for programs")


def test_facts_for_search_engines_are_read_as_data(page: Page) -> None:
    for address in ("/", "/needs/detox", MEETING_PAGE):
        page.goto(address)
        told = page.evaluate(
            "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@context']"
        )
        assert told == "https://schema.org"
