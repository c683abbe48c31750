"""The screens of caseworkers and receivers: accessible at every width, by keyboard and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from directory.web.language import LANGUAGES
from tests.browser.conftest import Opened, watch
from tests.browser.keyboard import walk
from tests.browser.test_axe import look_at
from tests.web.office import OTHER_LISTING, RIVER_LISTING, Office, ahead, press, received
from tests.web.staff import send, token_of


def end_handoff(office: Office, page: str) -> None:
    text = office.as_("casey").get(page).text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    given = {"client_present": "yes", "introduced_by": "Maya", "received_by": "Pat", "do": "complete"}
    assert office.as_("casey").post(page, data={**fields, **given}).status_code == 302


def declined(office: Office) -> str:
    """A referral that the receiver declined, about somebody who lives near other places."""
    person = office.client(postal_code="19104")
    office.consent(person)
    page = office.draft(person)
    press(office.as_("casey"), page, "Send")
    assert office.move("pat", received(page), "decline", reason="no_capacity").status_code == 302
    return page


def continued(office: Office) -> str:
    """A draft that continues a declined one, and has no place yet."""
    page = declined(office)
    token = token_of(office.as_("casey").get(page))
    answer = office.as_("casey").post(f"{page}/again", data={"csrf_token": token})
    return str(answer.location).removesuffix("/place")


def planned(office: Office, page: str) -> str:
    """A handoff that was planned on that referral."""
    given = {"method": "in_person", "introduced_by": "Maya", "planned_for": ahead(1)}
    assert send(office.as_("casey"), f"{page}/handoffs/plan", **given).status_code == 302
    text = office.as_("casey").get(page).text
    return str(re.findall(rf'href="({page}/handoffs/[0-9a-f-]{{36}})"', text)[-1])


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
    asked = office.sent()
    assert office.move("pat", received(asked), "request_info", text="Which day?").status_code == 302
    again = continued(office)
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
        "plan a handoff": ("casey", f"{accepted}/handoffs/plan"),
        "a planned handoff": ("casey", planned(office, accepted)),
        "answer a question": ("casey", f"{asked}/moves/supply_info"),
        "a declined referral": ("casey", declined(office)),
        "a draft that continues one": ("casey", again),
        "a place for a draft": ("casey", f"{again}/place"),
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
    "plan a handoff",
    "a planned handoff",
    "answer a question",
    "a declined referral",
    "a draft that continues one",
    "a place for a draft",
    "a sheet to carry",
    "the inbox",
    "a received referral",
    "accept",
    "decline",
    "set a visit",
)


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


def test_no_field_of_the_handoff_screens_is_wider_than_its_card(
    signed_in: Opened, screens: dict[str, tuple[str, str]]
) -> None:
    page = signed_in("casey", viewport={"width": 320, "height": 640}).new_page()
    for name in ("a handoff", "plan a handoff"):
        page.goto(screens[name][1])
        found = page.eval_on_selector_all(
            ".panel input",
            "all => all.filter(each => each.getBoundingClientRect().right > "
            "each.closest('.panel').getBoundingClientRect().right).map(each => each.name)",
        )
        assert found == [], name


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
