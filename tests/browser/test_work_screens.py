"""The screens of caseworkers and receivers: accessible at every width, by keyboard and without JavaScript."""

import re

import pytest
from playwright.sync_api import Route, expect

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


SCREENS = {
    "people": ("casey", "/referrals/clients"),
    "add a person": ("casey", "/referrals/clients/new"),
    "a person": ("casey", "{client}"),
    "change a person": ("casey", "{client}/edit"),
    "write a consent": ("casey", "{client}/consents/new"),
    "a consent": ("casey", "{consent}"),
    "take a consent back": ("casey", "{consent}/revoke"),
    "find help": ("casey", "/referrals/find"),
    "results": ("casey", "/referrals/find?q=detox&near=19104"),
    "refer": ("casey", "/referrals/new?listing={listing}"),
    "a draft that may not go": ("casey", "{stopped}"),
    "a draft that may": ("casey", "{ready}"),
    "change a draft": ("casey", "{ready}/edit"),
    "the board": ("casey", "/referrals"),
    "the board of what waits": ("casey", "/referrals?turn=other"),
    "a referral": ("casey", "{accepted}"),
    "stop a referral": ("casey", "{accepted}/moves/request_withdrawal"),
    "a handoff": ("casey", "{handoff}"),
    "a handoff that ended": ("casey", "{done}"),
    "plan a handoff": ("casey", "{accepted}/handoffs/plan"),
    "a planned handoff": ("casey", "{planned}"),
    "answer a question": ("casey", "{asked}/moves/supply_info"),
    "a declined referral": ("casey", "{declined}"),
    "a draft that continues one": ("casey", "{again}"),
    "a place for a draft": ("casey", "{again}/place"),
    "a sheet to carry": ("casey", "{accepted}/sheet"),
    "the inbox": ("pat", "/inbox"),
    "a received referral": ("pat", "{inbox_accepted}"),
    "accept": ("pat", "{inbox_sent}/moves/accept"),
    "decline": ("pat", "{inbox_sent}/moves/decline"),
    "set a visit": ("pat", "{inbox_accepted}/moves/schedule"),
}
"""Name of a screen to who looks at it, and where; `screens` fills in what it made."""


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
    made = {
        "client": client,
        "consent": consent,
        "stopped": stopped,
        "ready": ready,
        "accepted": accepted,
        "handoff": handoff,
        "done": done,
        "planned": planned(office, accepted),
        "asked": asked,
        "declined": declined(office),
        "again": again,
        "listing": RIVER_LISTING,
        "inbox_accepted": received(accepted),
        "inbox_sent": received(sent),
    }
    return {name: (who, address.format(**made)) for name, (who, address) in SCREENS.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_work_screens_are_accessible(
    signed_in: Opened, served: str, screens: dict[str, tuple[str, str]], name: str, lang: str
) -> None:
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
    page = signed_in("casey", java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
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


def test_the_handoff_screen_tells_what_is_not_saved_and_warns_before_leaving(
    signed_in: Opened, office: Office
) -> None:
    address = str(press(office.as_("casey"), office.accepted(), "Begin a handoff now").location)
    page = signed_in("casey").new_page()
    page.goto(address)
    note, answers = page.locator("[data-saved-note]"), [503]

    def answer(route: Route) -> None:
        if route.request.method == "POST" and answers:
            route.fulfill(status=answers.pop(), content_type="text/html", body="<p>Not now.</p>")
        else:
            route.continue_()

    page.route("**" + address, answer)
    page.fill("[name=next_step]", "I come on Monday")
    expect(note).to_contain_text("Not saved yet")
    expect(note).to_have_text("Saved", timeout=15_000)
    assert "I come on Monday" in office.as_("casey").get(address).text
    answers.append(401)
    page.click("[name=understanding]")
    page.keyboard.type("They call me")
    expect(note).to_contain_text("you are signed out")
    assert answers == []
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()
