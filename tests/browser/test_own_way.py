"""A person asks for help by themself and follows it: on a small phone, without scripts too, accessible."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from directory.accounts import limits
from directory.accounts.limits import Limit
from directory.web.language import LANGUAGES
from tests.browser.conftest import Watched, watch
from tests.browser.test_account_pages import press
from tests.browser.test_axe import look_at, violations
from tests.web.addresses import RIVER_PAGE, listing_page
from tests.web.askers import ASK, Sent, ask, inbox_page
from tests.web.office import Office, ahead, open_office

PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("own") / "home"))
    with open_office(home, log_level="ERROR") as made, pytest.MonkeyPatch.context() as patch:
        patch.setitem(limits.LIMITS, "self_referral", (Limit(1000, 60),))
        yield made


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(request: pytest.FixtureRequest, browser: Browser, served: str) -> Iterator[Watched]:
    """A small phone, with scripts and without."""
    context = browser.new_context(base_url=served, viewport=PHONE, java_script_enabled=request.param)  # type: ignore[arg-type]
    watched = watch(context, served)
    yield watched
    context.close()
    assert (watched.foreign, watched.errors) == ([], [])


def ask_on(page: Page) -> None:
    """From the listing to the page that shows the private link."""
    page.goto(RIVER_PAGE)
    page.click("a:text-is('Ask them to contact you')")
    page.fill("[name=need_text]", "A quiet place to talk")
    page.fill("[name=name]", "Robin")
    page.check("[name=contact_preference][value=own_page]")
    page.check("[name=is_adult][value=yes]")
    page.fill("[name=signature]", "Robin")
    page.click("button:text-is('Send')")
    expect(page.locator("h1")).to_have_text("It is sent")


def test_the_whole_way_on_a_small_phone(phone: Watched, office: Office) -> None:
    page = phone.page
    ask_on(page)
    assert page.context.cookies() == []
    key = page.locator(".key strong").inner_text()
    page.click("button:text-is('Open my page')")
    expect(page.locator("h1")).to_have_text("Your request is with them.")
    received = inbox_page(office)
    office.move("pat", received, "request_info", text="Which days suit you?")
    page.reload()
    expect(page.locator("#messages")).to_contain_text("Which days suit you?")
    page.fill("[name=text]", "Mondays")
    page.click("button:text-is('Send it')")
    expect(page.locator("#messages")).to_contain_text("Mondays")
    page.click("button:text-is('Close')")
    assert "mine" not in [each["name"] for each in page.context.cookies()]
    page.goto("/mine")
    page.fill("[name=key]", key)
    page.click("button:text-is('Open my page')")
    page.click("summary:text-is('Stop this request')")
    page.click("button:text-is('Yes, stop it')")
    expect(page.locator("h1")).to_have_text("It was stopped.")
    assert "Nothing more can be shown." in office.as_("pat").get(received).text


def test_the_private_link_opens_by_itself_and_leaves_the_address_bar(
    browser: Browser, served: str, office: Office
) -> None:
    sent = ask(office)
    context = browser.new_context(base_url=served)
    watched = watch(context, served)
    page = watched.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/mine#{sent.token}")
    expect(page.locator("h1")).to_have_text("Your request is with them.")
    assert page.url == f"{served}/mine"
    assert not any(sent.token in each for each in asked)
    assert (watched.foreign, watched.errors) == ([], [])
    context.close()


# --- accessible -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def followed(office: Office) -> Sent:
    """A request with a visit, a message and a check-in agreed to."""
    sent = ask(office, wants_check_ins="1")
    page = inbox_page(office)
    office.move("pat", page, "request_info", text="Which days suit you?")
    office.move("pat", page, "accept", named_contact="Pat", next_step_due=ahead(1))
    visit = {"place": "12 Mole Street", "contact": "Pat", "client_told": "message"}
    office.move("pat", page, "schedule", starts_at=ahead(3), modality="in_person", **visit)
    return sent


def entered(context: BrowserContext, sent: Sent) -> Page:
    page = context.new_page()
    page.goto("/mine")
    page.fill("[name=key]", sent.key)
    press(page, "main form button")
    return page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("address", ["form", "call", "door", "own page"])
def test_the_pages_are_accessible(
    browser: Browser, served: str, followed: Sent, address: str, lang: str
) -> None:
    addresses = {"form": ASK, "call": f"{listing_page('detox-1')}/ask", "door": "/mine", "own page": "/mine"}
    context = browser.new_context(base_url=served)
    page = entered(context, followed) if address == "own page" else context.new_page()
    assert look_at(page, addresses[address], lang) == []
    expect(page.locator("#messages")).to_have_count(1 if address == "own page" else 0)
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answers_to_the_form_are_accessible(browser: Browser, served: str, lang: str) -> None:
    """A refused form, one of a young person, and the page that shows the link."""
    context = browser.new_context(base_url=served, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{ASK}?lang={lang}")
    send = page.locator("main form button.button")
    page.locator("main form").evaluate("each => { each.noValidate = true }")
    with page.expect_navigation():
        send.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    for name in ("name", "signature"):
        page.fill(f"[name={name}]", "Robin")
    page.check("[name=contact_preference][value=own_page]")
    page.check("[name=is_adult][value=no]")
    send.click()
    expect(page.locator(".note.warm")).to_be_visible()
    assert violations(page) == []
    page.check("[name=is_adult][value=yes]")
    send.click()
    expect(page.locator(".key strong")).to_have_text(re.compile(r"^(\w{4}-){3}\w{4}$"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_the_page_on_which_a_worker_gives_a_link_is_accessible(
    browser: Browser, served: str, office: Office
) -> None:
    referral = office.sent()
    cookie = office.as_("casey").get_cookie("session")
    assert cookie
    context = browser.new_context(base_url=served, viewport=PHONE)  # type: ignore[arg-type]
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    page = context.new_page()
    for on_sheet in (False, True):
        page.goto(referral)
        page.click("summary:text-is('Make a private link for the person')")
        page.set_checked("[name=sheet]", on_sheet)
        page.click("button:text-is('Make a private link')")
        expect(page.locator(".key strong")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
