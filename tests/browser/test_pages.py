"""Pages in a real browser: without JavaScript, by keyboard, and with the small scripts."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.addresses import MEETING_PAGE, RESULTS, RIVER_PAGE


def test_search_result_and_listing_work_without_javascript(plain: Page) -> None:
    plain.goto("/")
    plain.fill("[name=near]", "19104")
    plain.fill("[name=q]", "detox")
    plain.click("button:text('Search')")
    expect(plain.locator("h1")).to_have_text("Detox near Philadelphia, PA 19104")
    plain.click("details.main > summary")
    plain.click("#group-language")
    plain.click("label:has(input[value=spanish])")
    plain.click("details.main .go button")
    expect(plain.locator(".found")).to_contain_text("22 results")
    plain.click("nav.pages >> text=2")
    expect(plain.locator("nav.pages strong")).to_have_text("2")
    plain.click("article.card h2 a >> nth=0")
    expect(plain.locator("h1")).to_contain_text("Withdrawal management unit")
    plain.click("text=Back to the results")
    expect(plain.locator("nav.pages strong")).to_have_text("2")


def test_a_need_can_be_chosen_after_the_place_without_javascript(plain: Page) -> None:
    plain.goto("/")
    plain.fill("[name=near]", "19104")
    plain.click("button.tile[value=detox]")
    expect(plain.locator("h1")).to_have_text("Detox near Philadelphia, PA 19104")


def test_the_first_stop_of_the_keyboard_leads_to_the_content(page: Page) -> None:
    page.goto(RESULTS)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("address", ["/", RESULTS, RIVER_PAGE])
def test_every_stop_of_the_keyboard_can_be_seen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)
    seen = 0
    for _ in range(45):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (!e || e === document.body) return null;
              const r = e.getClientRects()[0], s = getComputedStyle(e);
              const top = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20));
              return {html: e.outerHTML.slice(0, 120),
                      outline: s.outlineStyle, width: parseFloat(s.outlineWidth),
                      inside: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
                      hidden: top !== null && top !== e && !e.contains(top) && !top.contains(e)};
            }"""
        )
        if stop is None:
            break
        seen += 1
        assert stop["outline"] != "none", stop["html"]
        assert stop["width"] >= 2, stop["html"]
        assert stop["inside"], stop["html"]
        assert not stop["hidden"], stop["html"]
    assert seen >= 12


def test_targets_are_large_enough_for_a_shaking_thumb(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/", RESULTS, RIVER_PAGE, MEETING_PAGE):
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                "button, select, input:not([type=hidden]), summary, nav a, .acts a, .crisis a")]
              .filter(e => e.offsetParent && !e.matches("label input"))
              .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
              .filter(([, r]) => r.height < 24 || r.width < 24).map(([html]) => html)"""
        )
        assert small == [], address


def test_a_location_is_asked_for_by_a_button_only_and_rounded(page: Page) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 39.957123, "longitude": -75.204456})
    page.goto("/")
    assert page.locator("[name=ll]").count() == 0
    page.click("text=Use my location")
    expect(page.locator("[data-located]")).to_have_text("Found. Now press Search.")
    page.click("button:text('Search') >> nth=0")
    page.wait_for_url(re.compile("ll="))
    assert "ll=39.96%2C-75.20" in page.url
    page.fill("#ask-near", "15222")
    assert not page.locator("input[name=ll]").is_checked()


def test_a_refused_location_is_said(page: Page) -> None:
    page.context.clear_permissions()
    page.goto("/")
    page.click("text=Use my location")
    expect(page.locator("[data-located]")).to_contain_text("could not find where you are")


def test_the_button_tells_how_many_while_boxes_are_ticked_and_no_address_does(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(RESULTS)
    page.click("#group-language")
    page.check("input[value=spanish]")
    expect(page.locator("[data-show]")).to_have_text("Show 22 results")
    page.uncheck("input[value=spanish]")
    expect(page.locator("[data-show]")).to_have_text("Show 45 results")
    assert [url for url in asked if "/api/" in url and "?" in url] == []


def test_shift_three_times_leaves(page: Page, live: str) -> None:
    page.route("**/exit", lambda route: route.fulfill(status=200, content_type="text/html", body="weather"))
    page.goto(RIVER_PAGE)
    for _ in range(2):
        page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    assert page.url.endswith(RIVER_PAGE)
    with page.expect_navigation(url=f"{live}/exit"):  # the one after "a" counts
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")


def test_pressing_on_while_it_leaves_does_not_begin_the_way_anew(page: Page, live: str) -> None:
    held: list[Route] = []
    begun: list[object] = []

    def hold(route: Route) -> None:
        held.append(route)

    def count(event: object) -> None:
        begun.append(event)

    page.route("**/exit", hold)
    page.goto(RIVER_PAGE)
    tools = page.context.new_cdp_session(page)
    tools.send("Page.enable")
    tools.on("Page.frameRequestedNavigation", count)
    with page.expect_request("**/exit"):
        for _ in range(3):
            page.keyboard.press("Shift")
    for _ in range(4):
        page.keyboard.press("Shift")
    with page.expect_navigation(url=f"{live}/exit"):
        held[0].fulfill(status=200, content_type="text/html", body="weather")
    assert len(begun) == 1


def test_leaving_takes_the_page_out_of_the_way_back(page: Page, live: str) -> None:
    page.route("**/exit", lambda route: route.fulfill(status=200, content_type="text/html", body="weather"))
    page.goto("/")
    page.goto(RIVER_PAGE)
    page.click("[data-exit]")
    page.wait_for_url(f"{live}/exit")
    page.go_back()
    assert page.url == f"{live}/"


def test_nothing_is_kept_on_the_device(page: Page) -> None:
    for address in ("/", RESULTS, RIVER_PAGE):
        page.goto(address)
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_print_shows_what_is_needed_in_large_type(page: Page) -> None:
    page.goto(RIVER_PAGE)
    page.emulate_media(media="print")
    expect(page.locator(".top nav")).to_be_hidden()
    expect(page.locator("text=4040 Market Street")).to_be_visible()
    expect(page.locator("text=215-555-0100")).to_be_visible()
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 19
