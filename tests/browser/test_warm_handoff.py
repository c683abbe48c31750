"""A whole warm handoff, played by three people at once in real browsers, by keyboard alone (R2).

Maya, a caseworker, refers Alex; Pat receives; Alex follows it on a phone by a private link. Nobody but the
person under test is waited for: what one does, the others see when they look again.
"""

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote_plus

from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Opened, watch
from tests.browser.keyboard import press, tick, walk, write, write_moment
from tests.web.office import Office, received

PHONE = {"width": 320, "height": 640}
MONDAY = dt.datetime(2030, 1, 7, 10, 0, tzinfo=dt.UTC)


def look_again(page: Page, heading: str) -> None:
    """The person looks at their page once more."""
    page.reload()
    expect(page.locator("h1")).to_have_text(heading)


def kept(text: str) -> Callable[[Response], bool]:
    """The answer to a save that had this text: until then the page says what became of an earlier one."""
    return lambda answer: answer.ok and quote_plus(text) in (answer.request.post_data or "")


def test_three_people_play_a_warm_handoff_by_keyboard(signed_in: Opened, served: str, office: Office) -> None:
    client = office.client()
    office.consent(client)
    draft = office.draft(client)
    maya_seen, pat_seen, alex_seen = (
        watch(signed_in("casey", locale="en-US"), served),
        watch(signed_in("pat", locale="en-US"), served),
        watch(signed_in("nobody", locale="en-US", viewport=PHONE), served),
    )
    maya, pat, alex = maya_seen.page, pat_seen.page, alex_seen.page

    # Maya sends the referral and gives Alex a private link to follow it.
    maya.goto(draft)
    press(maya, "Send")
    expect(maya.locator(".badge").first).to_have_text("Sent")
    walk(maya, "Make a private link for the person")
    maya.keyboard.press("Enter")
    press(maya, "Make a private link")
    alex.goto("/mine")
    write(alex, "key", maya.locator(".key strong").inner_text())
    press(alex, "Open my page")
    expect(alex.locator("h1")).to_have_text("Your request is with them.")

    # Pat takes it on.
    pat.goto("/inbox")
    press(pat, office_name(pat))
    press(pat, "Accept")
    write(pat, "named_contact", "Pat")
    write_moment(pat, "next_step_due", MONDAY)
    press(pat, "Accept")
    expect(pat.locator(".badge").first).to_have_text("Accepted")
    look_again(alex, "They said yes.")

    # The call: Maya introduces Alex to Pat, and Pat sets the first visit while they speak.
    maya.goto(draft)
    press(maya, "Begin a handoff now")
    tick(maya, "client_present")
    write(maya, "introduced_by", "Maya Ortiz")
    with maya.expect_response(kept("Pat Rivers")):
        write(maya, "received_by", "Pat Rivers")
    expect(maya.locator("[data-saved-note]")).to_have_text("Saved")
    pat.goto(received(draft))
    press(pat, "Set a visit")
    write_moment(pat, "starts_at", MONDAY)
    tick(pat, "modality")
    write(pat, "place", "12 Mole Street")
    write(pat, "contact", "Pat")
    tick(pat, "client_told")
    press(pat, "Set a visit")
    expect(pat.locator(".badge").first).to_have_text("Appointment set")
    look_again(alex, "A visit is set.")
    expect(alex.get_by_text("12 Mole Street")).to_be_visible()
    for name in ("shared", "client_spoke", "client_met_receiving_contact"):
        tick(maya, name)
    with maya.expect_response(kept("I go there on Monday at ten")):
        write(maya, "next_step", "I go there on Monday at ten")
    walk(maya, "It is done")
    expect(maya.locator("[data-saved-note]")).to_have_text("Saved")
    with maya.expect_navigation():
        maya.keyboard.press("Enter")
    expect(maya.get_by_text("Warm", exact=False).first).to_be_visible()

    # Pat met Alex; everybody sees that the loop is closed.
    pat.goto(received(draft))
    press(pat, "The person was met")
    tick(pat, "modality")
    tick(pat, "service_started")
    press(pat, "The person was met")
    expect(pat.locator(".badge").first).to_have_text("Connected")
    look_again(alex, "You are connected with them.")
    maya.goto(draft)
    expect(maya.locator("dt", has_text="Connected")).to_be_visible()
    assert [each.foreign for each in (maya_seen, pat_seen, alex_seen)] == [[], [], []]
    assert [each.errors for each in (maya_seen, pat_seen, alex_seen)] == [[], [], []]


def office_name(page: Page) -> str:
    """The name by which the inbox lists its only referral."""
    return page.locator("main .rows a").first.inner_text().strip()
