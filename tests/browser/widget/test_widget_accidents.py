"""The widget when something goes wrong or comes late: the numbers that help stay, and nothing jumps."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from directory.web.widget_files import reserved_em
from tests.browser.test_axe import violations
from tests.browser.widget.visits import SEARCH, SHIFTS, World, keep, lines_stand, shown


def test_a_page_that_may_not_is_told_why_and_keeps_the_numbers(page: Page, world: World) -> None:
    at = world.page("/refused", near="19104").replace("localhost", "127.0.0.1")
    page.add_init_script("addEventListener('recovery-search:error', (e) => { window.told = e.detail.code })")
    page.context.route(f"{at}**", lambda route: route.continue_())
    page.goto(at)
    expect(page.get_by_role("alert")).to_contain_text("http://127.0.0.1")
    lines_stand(page)
    expect(page.get_by_role("link", name="Open the whole search")).to_have_attribute(
        "href", f"{world.home}/search"
    )
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert page.evaluate("window.told") == 403


def test_a_server_that_is_down_leaves_the_numbers_and_a_way_to_try_again(page: Page, world: World) -> None:
    page.route(SEARCH, lambda route: route.abort())
    page.goto(world.page("/down", near="19104", lang="es"))
    expect(page.locator(".lines")).to_contain_text("988")
    expect(page.get_by_role("alert")).to_contain_text("En este momento no se puede llegar")
    lines_stand(page)
    assert violations(page) == []
    page.unroute(SEARCH)
    page.get_by_role("button", name="Intentar de nuevo").click()
    shown(page)
    expect(page.locator(".heading")).to_be_focused()


@pytest.mark.parametrize(
    ("status", "body"), [(502, "<h1>Bad gateway</h1>"), (200, "not json"), (503, '{"message": "Resting."}')]
)
def test_an_answer_that_means_nothing_is_a_pause(page: Page, world: World, status: int, body: str) -> None:
    headers = {"Access-Control-Allow-Origin": world.host.origin}
    page.route(SEARCH, lambda route: route.fulfill(status=status, body=body, headers=headers))
    page.goto(world.page("/broken", near="19104"))
    expect(page.locator(".lines")).to_contain_text("988")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    lines_stand(page)


def test_while_it_waits_it_says_so_and_after_twenty_seconds_gives_up(page: Page, world: World) -> None:
    held: list[Route] = []
    page.clock.install()
    page.route(SEARCH, keep(held))
    page.goto(world.page("/slow", near="19104"))
    expect(page.get_by_role("status")).to_have_text("Searching…")
    expect(page.locator(".found")).to_have_attribute("aria-busy", "true")
    lines_stand(page)
    page.clock.fast_forward(21_000)
    expect(page.locator(".lines")).to_contain_text("988")
    page.unroute(SEARCH)
    page.get_by_role("button", name="Try again").click()
    shown(page)


def test_a_change_ends_what_is_under_way(page: Page, world: World) -> None:
    held: list[Route] = []
    ended: list[str] = []
    page.route(re.compile(r"/widget/v1/search\?.*need=detox"), keep(held))
    page.on("requestfailed", lambda request: ended.append(request.url))
    page.goto(world.page("/changed-mind", near="19104", need="detox"))
    expect(page.get_by_role("status")).to_have_text("Searching…")
    page.evaluate("document.querySelector('recovery-search').setAttribute('need', 'shelter')")
    expect(page.locator(".heading")).to_contain_text("Shelter")
    assert len(ended) == 1
    page.evaluate("document.querySelector('recovery-search').remove()")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_jumps_when_the_script_and_then_the_results_come(
    page: Page, world: World, width: int
) -> None:
    """The page keeps the room that README says; both come late, after everything has been painted."""
    room = f"display: block; min-block-size: {reserved_em(5)}em"
    reserve = f"<style>recovery-search:not(:defined) {{ {room} }}</style>"
    held: list[Route] = []
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    page.route("**/widget.js", keep(held))
    page.route(SEARCH, keep(held))
    page.goto(
        world.page(
            "/steady", body="<p>Opening hours</p>" * 9, head=reserve, near="19104", need="detox", rows="5"
        ),
        wait_until="commit",
    )
    expect(page.get_by_text("Call 988")).to_be_visible()
    page.evaluate("shifted()")
    held.pop().continue_()
    expect(page.get_by_role("status")).to_have_text("Searching…")
    page.evaluate("shifted()")
    before = page.locator("recovery-search").bounding_box()
    held.pop().continue_()
    shown(page)
    assert page.evaluate("shifted()") <= 0.05
    assert page.locator("recovery-search").bounding_box() == before
