"""The widget on pages of another origin, whatever their policies, styles and writing direction."""

import pytest
from playwright.sync_api import Page, Route, expect

from directory.web.widget_files import address, exact_version, integrity
from tests.browser.test_axe import violations
from tests.browser.widget.visits import HOSTILE, Enter, World, keep, shown


def test_one_script_and_one_element_under_the_strictest_policy(visit: Enter, world: World) -> None:
    ours = f"script-src {world.home}; connect-src {world.home}"
    policy = f"default-src 'none'; {ours}; style-src 'none'; img-src data:"
    widget = world.widget(need="detox", near="19104", rows="4")
    at = world.host.put("/strict", world.script + widget, Content_Security_Policy=policy)
    found = visit()
    world.seen.asked.clear()
    found.page.goto(at)
    shown(found.page)
    expect(found.page.get_by_role("heading", name="Detox near Philadelphia, PA 19104")).to_be_visible()
    expect(found.page.locator("li.result")).to_have_count(4)
    assert found.errors == []
    told = found.page.evaluate("document.querySelector('recovery-search').shadowRoot.textContent")
    assert not any(word in told for word in ("false", "null", "undefined", "NaN", "[object"))
    assert [each for each in world.seen.asked if each[1].startswith("/widget/")] == [
        ("GET", address(), False),
        ("GET", "/widget/v1/search", False),
    ]
    assert found.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_an_exact_version_is_checked_by_its_digest(visit: Enter, world: World) -> None:
    tag = '<script src="{}{}" integrity="{}" crossorigin async></script>'
    body = world.widget(near="19104")
    exact = tag.format(world.home, address(exact_version()), integrity())
    good = visit().page
    good.goto(world.host.put("/exact", exact + body))
    shown(good)
    wrong = visit().page
    wrong.goto(world.host.put("/changed", exact.replace("sha384-", "sha384-A") + body))
    expect(wrong.get_by_text("Call 988")).to_be_visible()


def test_its_children_show_until_the_script_runs_and_where_none_does(visit: Enter, world: World) -> None:
    at = world.page("/children", near="19104")
    without = visit(java_script_enabled=False).page
    without.goto(at)
    expect(without.get_by_text("Call 988")).to_be_visible()
    found = visit().page
    held: list[Route] = []
    found.route("**/widget.js", keep(held))
    found.goto(at, wait_until="commit")
    expect(found.get_by_text("Call 988")).to_be_visible()
    held[0].continue_()
    shown(found)
    expect(found.get_by_text("Call 988", exact=True)).to_be_hidden()


def test_a_hostile_style_sheet_changes_nothing(page: Page, world: World) -> None:
    page.goto(world.page("/hostile", head=HOSTILE, need="detox", near="19104", rows="2"))
    shown(page)
    box = page.locator("recovery-search").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    styles = """() => {
      const root = document.querySelector("recovery-search").shadowRoot;
      const of = (what) => getComputedStyle(root.querySelector(what));
      return [of(".box").fontSize, of(".box").color, of("button").display, of("li.result").display];
    }"""
    assert page.evaluate(styles) == ["16px", "rgb(39, 36, 30)", "flex", "grid"]
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("results")


def test_two_on_a_page_go_their_own_ways(page: Page, world: World) -> None:
    second = f'<recovery-search id="second" key="{world.county}" lang="es" need="shelter"></recovery-search>'
    page.goto(world.page("/two", body=second, id="first", need="detox", near="19104", rows="2", lang="en"))
    shown(page, "#first")
    shown(page, "#second")
    expect(page.locator("#first .heading")).to_have_text("Detox near Philadelphia, PA 19104")
    expect(page.locator("#second .mark").first).to_have_text("De Maple County")
    page.locator("#first").get_by_label("Where?").fill("Xyzzyville")
    page.locator("#first").get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#first").get_by_role("alert")).to_contain_text("Xyzzyville")
    expect(page.locator("#second li.result").first).to_be_visible()
    assert violations(page) == []


def test_right_to_left_mirrors_everything(page: Page, world: World) -> None:
    widget = f'<recovery-search key="{world.plain}" need="detox" near="19104" rows="2"></recovery-search>'
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(world.host.put("/rtl", world.script + widget, lang="ar"))
    shown(page)
    sides = """() => {
      const root = document.querySelector("recovery-search").shadowRoot;
      const box = root.querySelector("label.tick").getBoundingClientRect();
      const input = root.querySelector("label.tick input").getBoundingClientRect();
      return [getComputedStyle(root.querySelector(".box")).direction, input.left > box.left + box.width / 2,
              document.documentElement.scrollWidth];
    }"""
    assert page.evaluate(sides) == ["rtl", True, 320]
    assert violations(page) == []


def test_what_the_partner_locked_is_neither_shown_nor_changed(page: Page, world: World) -> None:
    page.goto(world.page("/locked", key=world.county, near="Reading, PA"))
    expect(page.locator(".heading")).to_contain_text("Philadelphia, PA 19104")
    expect(page.get_by_label("Where?")).to_be_hidden()
    expect(page.locator("li.result").first).to_contain_text("From Maple County")
    expect(page.locator("li.result")).to_have_count(3)
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('recovery-search').shadowRoot.querySelector('.box')).color"
        )
        == "rgb(0, 0, 0)"
    )


def test_the_element_locks_too_and_the_pages_address_sets_only_what_it_may(page: Page, world: World) -> None:
    at = world.page("/address", near="19104", need="detox", lock="need", from_url="near need")
    page.goto(f"{at}?rs-near=Reading,%20PA&rs-need=legal&rs-q=secret")
    expect(page.locator(".heading")).to_contain_text("Detox near Reading")
    expect(page.get_by_label("What do you need?")).to_be_hidden()
    expect(page.get_by_label("In your own words")).to_have_value("")
    page.goto(f"{world.page('/closed', near='19104', need='detox')}?rs-near=Reading,%20PA")
    expect(page.locator(".heading")).to_contain_text("Detox near Philadelphia")


def test_the_page_around_hears_of_results_and_may_take_over_a_choice(page: Page, world: World) -> None:
    page.add_init_script("""
      window.heard = [];
      for (const name of ["results", "select"]) addEventListener(`recovery-search:${name}`, (event) => {
        event.preventDefault();
        const names = Object.keys(event.detail).sort().join();
        window.heard.push([name, event.composed, event.target.localName, names]);
      });""")
    at = world.page("/events", near="19104", need="detox")
    page.goto(at)
    shown(page)
    page.locator("li.result a").first.click()
    page.wait_for_function("window.heard.length === 2")
    assert page.url == at
    assert page.evaluate("window.heard") == [
        ["results", True, "recovery-search", "ids,page,total"],
        ["select", True, "recovery-search", "id,name,url"],
    ]


def test_the_page_around_sets_colors_and_reaches_parts(page: Page, world: World) -> None:
    style = """<style>
    recovery-search { --recovery-search-accent: rgb(90, 0, 90); --recovery-search-radius: 0 }
    recovery-search::part(button) { letter-spacing: 3px }</style>"""
    page.goto(world.page("/parts", head=style, near="19104", theme="plain"))
    shown(page)
    button = page.get_by_role("button", name="Search")
    expect(button).to_have_css("background-color", "rgb(90, 0, 90)")
    expect(button).to_have_css("letter-spacing", "3px")
    expect(button).to_have_css("border-radius", "0px")


@pytest.mark.parametrize(("width", "scheme"), [(240, "light"), (240, "dark"), (768, "dark"), (1280, "light")])
def test_it_is_accessible_at_every_width(page: Page, world: World, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width + 16, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(world.page("/axe", near="19104", need="detox", rows="2", lang="es" if width == 768 else "en"))
    shown(page)
    page.get_by_text("Filtros" if width == 768 else "Filters", exact=True).click()
    page.evaluate("document.querySelector('recovery-search').shadowRoot.querySelector('details').open = true")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width + 16
    small = """() => {
      const all = "button, select, input, a, summary";
      return [...document.querySelector("recovery-search").shadowRoot.querySelectorAll(all)]
        .filter((each) => each.checkVisibility() && !each.matches("label input"))
        .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html);
    }"""
    assert page.evaluate(small) == []


def test_forced_colors_keep_every_border(page: Page, world: World) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(world.page("/forced", near="19104", need="detox", rows="2"))
    shown(page)
    for what in ("button", ".call", "li.result", "input[type=text]"):
        expect(page.locator(f"recovery-search {what}").first).not_to_have_css("border-top-width", "0px")
