"""Persons who ask for help themselves, for tests of their pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.addresses import RIVER_PAGE
from tests.web.office import Office, hidden, told

ASK = f"{RIVER_PAGE}/ask"
ROBIN: Mapping[str, Any] = {
    "needs": ["outpatient"],
    "need_text": "A wobblethatch question",
    "name": "Robin Fernsparrow",
    "contact_preference": "phone",
    "phone": "(215) 555-0177",
    "safe_message": "Only say that the zinnialibrary called",
    "language": "en",
    "is_adult": "yes",
    "signature": "Robin Fernsparrow",
}
FACTS = ("fernsparrow", "wobblethatch", "zinnialibrary", "555-0177", "5550177")
"""What no address, log, mail or title may hold."""


@dataclass
class Sent:
    """What the page after sending shows."""

    browser: FlaskClient
    token: str
    key: str


def fill_in(office: Office, browser: FlaskClient | None = None, /, **given: Any) -> TestResponse:
    """Opens the public form, fills it in, sends it."""
    browser = browser or office.app.test_client()
    form = browser.get(ASK)
    return browser.post(ASK, data={**hidden(form.text, ASK), **ROBIN, **given})


def ask(office: Office, **given: Any) -> Sent:
    """A person asks River Recovery to contact them."""
    browser = office.app.test_client()
    answer = fill_in(office, browser, **given)
    assert answer.status_code == 200, told(answer)
    return Sent(browser, *shown_link(answer))


def shown_link(answer: TestResponse) -> tuple[str, str]:
    """The token and the key on a page that shows them once."""
    found = (
        re.search(r"/mine#([\w-]{43})<", answer.text),
        re.search(r"<strong>((?:\w{4}-){3}\w{4})<", answer.text),
    )
    assert found[0], told(answer)
    assert found[1], told(answer)
    return found[0][1], found[1][1]


def open_page(browser: FlaskClient, key: str) -> TestResponse:
    """Types the key; answers the page that it leads to."""
    return browser.post("/mine", data={"key": key}, follow_redirects=True)


def own_page(sent: Sent) -> str:
    """The text of the person's page, opened with their key."""
    answer = open_page(sent.browser, sent.key)
    assert answer.status_code == 200, told(answer)
    return answer.text


def press(browser: FlaskClient, action: str, **given: Any) -> TestResponse:
    """Sends a form of the person's own page."""
    page = browser.get("/mine")
    return browser.post(action, data={**hidden(page.text, action), **given})


def inbox_page(office: Office) -> str:
    """The address of the newest referral in the receiver's inbox."""
    text = office.as_("pat").get("/inbox").text
    found = re.findall(r'href="(/inbox/[0-9a-f-]{36})"', text)
    assert found, text
    return str(found[0])
