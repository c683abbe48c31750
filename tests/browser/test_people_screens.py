"""The pages of supervisors and of whoever runs the network: accessible at every width, in both languages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.web.language import LANGUAGES
from tests.browser.conftest import Opened, watch
from tests.browser.test_axe import look_at
from tests.web.office import RECEIVER, Office, agency_id, hidden, open_office
from tests.web.staff import send

PEOPLE, OWN, ALL = "/account/people", "/account/agency", "/account/agencies"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("people") / "home"))
    with open_office(home, log_level="ERROR", public_url="http://localhost") as made:
        given = {"timezone": "America/New_York", "part2_program": "yes", "closed": "2030-12-24"}
        hours = {"from_1_0": "09:00", "to_1_0": "12:00", "from_1_1": "13:00", "to_1_1": "17:00"}
        sam = made.as_("sam")
        kept = {**hidden(sam.get(OWN).text, OWN), **given, **hours, "accepts_referrals": "1"}
        assert sam.post(OWN, data=kept).status_code == 302
        invited = send(made.as_("sam"), f"{PEOPLE}/invite", email="new@maple.example", role="caseworker")
        assert "shown only now" in invited.text
        yield made


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("who", "screen"),
    [
        ("sam", PEOPLE),
        ("sam", f"{PEOPLE}/invite"),
        ("sam", f"{PEOPLE}/<member>"),
        ("sam", OWN),
        ("sam", "/account"),
        ("nett", ALL),
        ("nett", f"{ALL}/new"),
        ("nett", f"{ALL}/<agency>"),
    ],
)
def test_every_page_is_accessible_at_every_width(  # noqa: PLR0917
    signed_in: Opened, office: Office, served: str, who: str, screen: str, lang: str
) -> None:
    member = re.search(rf'href="{PEOPLE}/([0-9a-f-]{{36}})', office.as_("sam").get(PEOPLE).text)
    assert member
    address = screen.replace("<member>", member[1]).replace("<agency>", agency_id(office.app, RECEIVER))
    watched = watch(signed_in(who), served)
    assert look_at(watched.page, address, lang) == []
    assert (watched.foreign, watched.errors) == ([], [])


def test_an_invitation_is_sent_by_keyboard_alone(signed_in: Opened, served: str) -> None:
    page = watch(signed_in("sam"), served).page
    page.goto(PEOPLE)
    page.locator("text=Invite somebody").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PEOPLE}/invite")
    page.locator("#email").focus()
    page.keyboard.type("key@maple.example")
    page.keyboard.press("Enter")
    page.wait_for_selector(".key")
    assert "/account/invitation/" in page.inner_text(".key")
