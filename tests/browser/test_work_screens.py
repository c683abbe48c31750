"""The screens of caseworkers and receivers: accessible at every width, by keyboard and without JavaScript."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from directory.web.language import LANGUAGES
from tests.browser.conftest import watch
from tests.browser.test_axe import look_at
from tests.web.office import OTHER_LISTING, RIVER_LISTING, Office, open_office, press, received

Opened = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    """Two agencies at work, with a referral in each state that the screens tell apart."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("office") / "home"))
    with open_office(home, log_level="ERROR") as made:
        yield made


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


def end_handoff(office: Office, page: str) -> None:
    text = office.as_("casey").get(page).text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    given = {"client_present": "yes", "introduced_by": "Maya", "received_by": "Pat", "do": "complete"}
    assert office.as_("casey").post(page, data={**fields, **given}).status_code == 302


@pytest.fixture(scope="module")
def screens(office: Office) -> dict[str, tuple[str, str]]:
    """Name of a screen to who looks at it, and its address."""
    client = office.client(preferred_name="Al", from_1="09:00", to_1="12:00")
    consent = office.consent(client)
    stopped = office.draft(office.client(), listing=OTHER_LISTING, diagnosis="Something")
    ready = office.draft(client)
    accepted, sent = office.accepted(), office.sent()
    handoff = str(press(office.as_("casey"), accepted, "Begin a handoff now").location)
    done = str(press(office.as_("casey"), accepted, "Begin a handoff now").location)
    end_handoff(office, done)
    return {
        "people": ("casey", "/referrals/clients"),
        "add a person": ("casey", "/referrals/clients/new"),
        "a person": ("casey", client),
        "change a person": ("casey", f"{client}/edit"),
        "write a consent": ("casey", f"{client}/consents/new"),
        "a consent": ("casey", consent),
        "take a consent back": ("casey", f"{consent}/revoke"),
        "find help": ("casey", "/referrals/find"),
        "results": ("casey", "/referrals/find?q=detox&near=19104"),
        "refer": ("casey", f"/referrals/new?listing={RIVER_LISTING}"),
        "a draft that may not go": ("casey", stopped),
        "a draft that may": ("casey", ready),
        "change a draft": ("casey", f"{ready}/edit"),
        "the board": ("casey", "/referrals"),
        "the board of what waits": ("casey", "/referrals?turn=other"),
        "a referral": ("casey", accepted),
        "stop a referral": ("casey", f"{accepted}/moves/request_withdrawal"),
        "a handoff": ("casey", handoff),
        "a handoff that ended": ("casey", done),
        "a sheet to carry": ("casey", f"{accepted}/sheet"),
        "the inbox": ("pat", "/inbox"),
        "a received referral": ("pat", received(accepted)),
        "accept": ("pat", f"{received(sent)}/moves/accept"),
        "decline": ("pat", f"{received(sent)}/moves/decline"),
        "set a visit": ("pat", f"{received(accepted)}/moves/schedule"),
    }


SCREENS = (
    "people",
    "add a person",
    "a person",
    "change a person",
    "write a consent",
    "a consent",
    "take a consent back",
    "find help",
    "results",
    "refer",
    "a draft that may not go",
    "a draft that may",
    "change a draft",
    "the board",
    "the board of what waits",
    "a referral",
    "stop a referral",
    "a handoff",
    "a handoff that ended",
    "a sheet to carry",
    "the inbox",
    "a received referral",
    "accept",
    "decline",
    "set a visit",
)


@pytest.fixture
def signed_in(browser: Browser, office: Office, served: str) -> Iterator[Opened]:
    """Opens a browser in which somebody of the office is signed in."""
    opened: list[BrowserContext] = []

    def enter(who: str, **options: object) -> BrowserContext:
        context = browser.new_context(base_url=served, **options)  # type: ignore[arg-type]
        cookie = office.as_(who).get_cookie("session")
        assert cookie
        context.add_cookies([{"name": "session", "value": cookie.value, "url": served, "httpOnly": True}])
        opened.append(context)
        return context

    yield enter
    for each in opened:
        each.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_work_screens_are_accessible(
    signed_in: Opened, served: str, screens: dict[str, tuple[str, str]], name: str, lang: str
) -> None:
    assert set(screens) == set(SCREENS)
    who, address = screens[name]
    watched = watch(signed_in(who), served)
    assert look_at(watched.page, address, lang) == []
    assert (watched.foreign, watched.errors) == ([], [])


def walk(page: Page, wanted: str, most: int = 80) -> None:
    """Goes by Tab to the first control of that text or name."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => [document.activeElement.innerText || '', document.activeElement.name || '']"
        )
        if wanted in (found[0].strip(), found[1]):
            return
    pytest.fail(f"no {wanted} within {most} stops")


def test_a_ready_draft_is_sent_by_keyboard_on_a_small_phone_without_javascript(
    signed_in: Opened, office: Office
) -> None:
    client = office.client()
    office.consent(client)
    draft = office.draft(client)
    page = signed_in("casey", java_script_enabled=True, viewport={"width": 320, "height": 640}).new_page()
    page.goto(draft)
    walk(page, "Send")
    page.keyboard.press("Enter")
    expect(page.locator(".badge").first).to_have_text("Sent")
    plain = signed_in("pat", java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    plain.goto(received(draft))
    plain.click("a:text-is('Accept')")
    plain.fill("[name=named_contact]", "Pat")
    plain.fill("[name=next_step_due]", "2030-01-07T10:00")
    plain.click("button:text-is('Accept')")
    expect(plain.locator(".badge").first).to_have_text("Accepted")


def test_the_handoff_screen_saves_as_one_goes_and_survives_a_lost_connection(
    signed_in: Opened, office: Office
) -> None:
    accepted = office.accepted()
    address = str(press(office.as_("casey"), accepted, "Begin a handoff now").location)
    context = signed_in("casey")
    page = context.new_page()
    page.goto(address)
    page.fill("[name=received_by]", "Pat")
    expect(page.locator("[data-saved-note]")).to_have_text("Saved")
    context.set_offline(True)
    page.fill("[name=next_step]", "I come on Monday")
    expect(page.locator("[data-saved-note]")).to_contain_text("Not saved yet")
    context.set_offline(False)
    expect(page.locator("[data-saved-note]")).to_have_text("Saved", timeout=15_000)
    text = office.as_("casey").get(address).text
    assert 'value="Pat"' in text
    assert "I come on Monday" in text
