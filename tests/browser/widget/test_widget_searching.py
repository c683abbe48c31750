"""Looking for help in the widget: by mouse, by keyboard, and with a screen reader."""

from playwright.sync_api import Page, expect

from tests.browser.widget.visits import World, shown


def test_place_need_open_and_filters_narrow_the_search(page: Page, world: World) -> None:
    page.goto(world.page("/search", rows="3"))
    shown(page)
    page.get_by_label("Where?").fill("19104")
    page.get_by_label("What do you need?").select_option(label="Detox")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("45 results within 25 miles")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Spanish").check()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("22 results")
    expect(page.get_by_label("Spanish")).to_be_checked()
    page.get_by_label("Open now").check()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing found")
    page.locator(".second").first.click()
    shown(page)
    expect(page.locator(".heading")).to_be_focused()


def test_results_lead_to_call_directions_and_details_and_say_whom_they_serve(
    page: Page, world: World
) -> None:
    page.goto(world.page("/leads", near="19104", q="Outpatient recovery programme", rows="2"))
    first = page.locator("li.result").filter(has_text="River Recovery")
    expect(first.get_by_role("link", name="Call 215-555-0100 ext. 12")).to_have_attribute(
        "href", "tel:+12155550100;ext=12"
    )
    details = (
        first.get_by_role("link", name="Details: Outpatient recovery programme").get_attribute("href") or ""
    )
    way = first.get_by_role("link", name="Directions: Outpatient recovery programme")
    assert details.startswith(f"{world.home}/listings/")
    expect(way).to_have_attribute("href", f"{details}#getting-there")
    expect(first).to_contain_text("0.2 mi · 4040 Market Street")
    page.goto(world.page("/video", near="Pittsburgh, PA", need="telehealth"))
    expect(page.locator("li.result").filter(has_text="Counseling by video")).to_contain_text(
        "Serves Pennsylvania"
    )


def test_pages_are_gone_through_by_keyboard_and_said_aloud(page: Page, world: World) -> None:
    page.goto(world.page("/pages", near="19104", need="detox", rows="20"))
    shown(page)
    page.get_by_label("Where?").focus()
    for role in ("combobox", "checkbox", "button"):
        page.keyboard.press("Tab")
        expect(page.get_by_role(role).first).to_be_focused()
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    expect(page.locator(".heading")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("45 results")
    page.keyboard.press("Tab")
    expect(page.locator("li.result a").first).to_be_focused()
    page.get_by_label("Where?").fill("Reading, PA")
    page.keyboard.press("Enter")
    expect(page.locator(".heading")).to_contain_text("Reading")
    expect(page.get_by_label("Where?")).to_be_focused()


def test_a_place_that_is_not_known_is_said_at_its_field(page: Page, world: World) -> None:
    page.goto(world.page("/place", near="19104", need="detox"))
    shown(page)
    page.get_by_label("Where?").fill("Xyzzyville")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Xyzzyville")
    field = page.get_by_label("Where?")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("".join(page.get_by_role("alert").all_inner_texts()))
    field.fill("19104")
    page.keyboard.press("Enter")
    shown(page)
    expect(field).not_to_have_attribute("aria-invalid", "true")
