"""The secure link in a real browser: its token leaves the address bar; its pages are accessible, by keyboard
and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from directory.web.language import LANGUAGES
from tests.browser.conftest import Opened, watch
from tests.browser.test_axe import look_at, problems_here
from tests.web.office import Office, received
from tests.web.receiver import DOOR, PAGE, Shown, link_for, sent_elsewhere

ON_A_PHONE = {"width": 320, "height": 640}


@pytest.fixture
def anyone(browser: Browser, served: str) -> Iterator[BrowserContext]:
    """A browser in which nobody is signed in."""
    context = browser.new_context(base_url=served)
    yield context
    context.close()


def go_in(page: Page, link: Shown, lang: str = "en") -> None:
    """By the link as it was sent, and the code as it was told."""
    page.goto(f"{DOOR}?lang={lang}#{link.token}")
    expect(page.locator("[data-reference]")).to_be_hidden()
    page.fill("[name=code]", f"{link.code[:3]} {link.code[3:]}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}*")


def test_the_token_leaves_the_address_bar_and_the_code_opens_the_referral(
    anyone: BrowserContext, served: str, office: Office
) -> None:
    link = link_for(office, sent_elsewhere(office))
    watched = watch(anyone, served)
    page = watched.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + str(request.headers)))
    page.goto(f"{DOOR}#{link.token}")
    expect(page.locator("[data-reference]")).to_be_hidden()
    assert page.evaluate("location.href") == f"{served}{DOOR}"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.fill("[name=code]", link.wrong)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This did not open.")
    expect(page.locator("[data-reference]")).to_be_hidden()
    page.fill("[name=code]", link.code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}")
    expect(page.get_by_text("Alex Quillfeather")).to_be_visible()
    assert not any(link.token in each for each in asked)
    assert watched.foreign == []
    assert [each for each in watched.errors if "status of 422" not in each] == []


def test_the_language_can_be_changed_before_the_code_is_typed(anyone: BrowserContext, office: Office) -> None:
    link = link_for(office, sent_elsewhere(office))
    page = anyone.new_page()
    page.goto(f"{DOOR}#{link.token}")
    page.click("text=Español")
    expect(page.locator("[data-reference]")).to_be_hidden()
    assert link.token not in page.evaluate("location.href")
    page.fill("[name=code]", link.code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}?lang=es")


def test_without_scripts_on_a_phone_it_is_opened_accepted_and_finished(
    browser: Browser, served: str, office: Office
) -> None:
    link = link_for(office, sent_elsewhere(office))
    plain = browser.new_context(base_url=served, java_script_enabled=False, viewport=ON_A_PHONE)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"{DOOR}#{link.token}")
    page.fill("[name=reference]", link.reference)
    page.fill("[name=code]", link.code)
    page.keyboard.press("Enter")
    page.click("a:text-is('Accept')")
    page.fill("[name=named_contact]", "Robin")
    page.fill("[name=next_step_due]", "2030-01-07T10:00")
    page.click("button:text-is('Accept')")
    expect(page.locator(".badge").first).to_have_text("Accepted")
    page.click("button:text-is('Finish')")
    expect(page.get_by_role("status")).to_contain_text("You are done here.")
    page.go_back()
    expect(page.get_by_text("Quillfeather")).to_have_count(0)
    plain.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_pages_are_accessible_at_every_width(
    anyone: BrowserContext, signed_in: Opened, served: str, office: Office, lang: str
) -> None:
    referral = sent_elsewhere(office)
    sender = watch(signed_in("casey"), served)
    assert look_at(sender.page, referral, lang) == []
    sender.page.fill("[name=recipient_name]", "Robin Hale")
    sender.page.locator("[name=recipient_name]").press("Enter")
    sender.page.wait_for_url(re.compile("/links"))
    assert problems_here(sender.page, lang) == []
    assert look_at(sender.page, f"{referral}", lang) == []
    watched = watch(anyone, served)
    assert look_at(watched.page, DOOR, lang) == []
    assert look_at(watched.page, PAGE, lang) == []  # nothing was claimed: the calm page
    go_in(watched.page, link_for(office, referral), lang)
    for address in (PAGE, f"{PAGE}/print", f"{PAGE}/moves/accept", f"{PAGE}/moves/decline", DOOR):
        assert look_at(watched.page, address, lang) == []
    assert (watched.foreign, sender.foreign, sender.errors) == ([], [], [])
    assert [each for each in watched.errors if "status of 404" not in each] == []


def test_the_printed_sheet_is_plain_on_paper(signed_in: Opened, office: Office) -> None:
    referral = received(office.sent())
    page = signed_in("pat").new_page()
    page.goto(f"{referral}/print")
    page.emulate_media(media="print")
    expect(page.get_by_text("42 CFR part 2 prohibits")).to_be_visible()
    expect(page.get_by_text("Print this page with your browser.")).to_be_hidden()
