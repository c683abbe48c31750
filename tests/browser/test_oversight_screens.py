"""The screens of supervisors, privacy officers and administrators: accessible at every width, and of use
without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from directory.referrals.incident_rules import FACTORS
from directory.web.language import LANGUAGES
from tests.browser.conftest import Opened, watch
from tests.browser.test_axe import look_at
from tests.web.office import OTHER_LISTING, Office, ahead
from tests.web.staff import send

REASON = "The person cannot be reached, and the house knows them well"

INCIDENT = {
    "kind": "sent_wrong",
    "discovered_on": ahead(-70)[:10],
    "people_count": "600",
    "description": "A list was mailed to the wrong clinic",
}
JUDGED = {
    "people_count": "600",
    **{f"{each.code}_risk": "not_low" for each in FACTORS},
    **{each.code: "The clinic opened it and read some names" for each in FACTORS},
}


def stopped_draft(office: Office) -> str:
    """A draft for a place that the person's consent does not name."""
    client = office.client()
    office.consent(client, expires_on=ahead(9)[:10])
    return office.draft(client, listing=OTHER_LISTING)


SCREENS = {
    "the team": ("sam", "/referrals/team"),
    "looks from outside": ("sam", "/referrals/looks"),
    "rules": ("sam", "/referrals/minor-rules"),
    "grounds": ("sam", "{draft}/ground"),
    "a ground decided": ("sam", "{decided}/ground"),
    "a decision": ("sam", "{draft}/ground/override"),
    "an emergency": ("casey", "{draft}/ground/emergency"),
    "a court order": ("sam", "{draft}/ground/court-order"),
    "a draft decided": ("casey", "{decided}"),
    "incidents": ("sam", "/referrals/incidents"),
    "incidents for the officer": ("priv", "/referrals/incidents"),
    "an incident to write down": ("sam", "/referrals/incidents/new"),
    "an incident": ("sam", "{incident}"),
    "an incident for the officer": ("priv", "{incident}"),
    "the audit": ("priv", "/referrals/privacy"),
    "the chain": ("priv", "/referrals/privacy/chain"),
    "finding a person": ("priv", "/referrals/privacy/people"),
    "an accounting": ("priv", "/referrals/privacy/people/{client}?all=1"),
    "looks for the officer": ("priv", "/referrals/privacy/looks"),
    "an own accounting": ("casey", "/referrals/clients/{client}/disclosures"),
    "break glass": ("nett", "/referrals/break-glass"),
    "a look": ("nett", "{look}"),
}
"""Name of a screen to who looks at it, and where; `screens` fills in what it made."""


@pytest.fixture(scope="module")
def screens(office: Office) -> dict[str, tuple[str, str]]:
    """Name of a screen to who looks at it, and its address."""
    sent, draft, decided = office.sent(), stopped_draft(office), stopped_draft(office)
    page = office.as_("casey").get(sent).text
    found = re.search(r"/referrals/clients/([0-9a-f-]{36})", page)
    assert found
    client = found[1]
    rule = {"state": "WY", "data_class": "other", "from_age": "15", "below_age": "16", "who_signs": "both"}
    assert send(office.as_("sam"), "/referrals/minor-rules", **rule, citation="A law").status_code == 302
    override = f"{decided}/ground/override"
    text = office.as_("sam").get(override).text.partition("<main")[2]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    assert office.as_("sam").post(override, data={**fields, "reason": REASON}).status_code == 302
    look = send(office.as_("nett"), "/referrals/break-glass", referral=sent, reason=REASON)
    assert look.status_code == 302
    incident = send(office.as_("sam"), "/referrals/incidents/new", **INCIDENT)
    assert incident.status_code == 302
    where = str(incident.location)
    assert send(office.as_("sam"), f"{where}/assessment", page=where, **JUDGED).status_code == 302
    told = {"told": "people", "told_on": ahead(0)[:10]}
    assert send(office.as_("sam"), f"{where}/notices", page=where, **told).status_code == 302
    made = {
        "client": client,
        "draft": draft,
        "decided": decided,
        "look": look.location,
        "incident": where,
    }
    return {name: (who, address.format(**made)) for name, (who, address) in SCREENS.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_screens_of_oversight_are_accessible(
    signed_in: Opened, served: str, screens: dict[str, tuple[str, str]], name: str, lang: str
) -> None:
    who, address = screens[name]
    watched = watch(signed_in(who), served)
    assert look_at(watched.page, address, lang) == []
    assert (watched.foreign, watched.errors) == ([], [])


def test_a_supervisor_decides_and_it_is_sent_on_a_small_phone_without_javascript(
    signed_in: Opened, office: Office
) -> None:
    draft = stopped_draft(office)
    page = signed_in("sam", java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    page.goto(draft)
    page.click("a:text-is('If the person cannot agree: other grounds')")
    page.click("a:text-is('Decide with a written reason')")
    page.fill("[name=reason]", REASON)
    page.click("button:text-is('Save')")
    page.click("button:text-is('Send')")
    expect(page.locator(".badge").first).to_have_text("Sent")


def test_a_supervisor_acknowledges_a_look_from_the_team_page(signed_in: Opened, office: Office) -> None:
    asked = send(office.as_("nett"), "/referrals/break-glass", referral=office.sent(), reason=REASON)
    assert asked.status_code == 302
    page = signed_in("sam", java_script_enabled=False).new_page()
    page.goto("/referrals/team")
    with page.expect_navigation():
        page.click("a:text-is('See it')")
    seen = page.locator("button:text-is('I have seen this')")
    expect(seen.first).to_be_visible()
    before = seen.count()
    seen.first.click()
    expect(seen).to_have_count(before - 1)


def test_an_incident_goes_from_report_to_its_end_on_a_small_phone_without_javascript(
    signed_in: Opened,
) -> None:
    page = signed_in("sam", java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    page.goto("/referrals/team")
    page.click("a:text-is('Incidents')")
    page.click("a:text-is('Write down an incident')")
    page.check("[name=kind][value=lost]")
    page.fill("[name=discovered_on]", ahead(-1)[:10])
    page.fill("[name=description]", "A folder was left on the bus")
    page.click("button:text-is('Save')")
    for each in FACTORS:
        page.check(f"[name={each.code}_risk][value=low]")
        page.fill(f"textarea[name={each.code}]", "The driver kept it shut and gave it back")
    page.click("button:text-is('Save this assessment')")
    expect(page.get_by_text("Low risk: nobody has to be told.")).to_be_visible()
    page.click("button:text-is('Close this incident')")
    expect(page.locator(".rows > li", has_text="A device or paper was lost").last).to_contain_text("Closed")
