"""A receiver without an account, for tests of pages: a referral sent to them, its link, their browser."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.accounts.tables import AuditEntry
from directory.database import db, session_factory
from directory.referrals.tables_consents import Disclosure
from tests.web.office import OTHER_LISTING, Office, consent_fields, hidden, press, told
from tests.web.staff import send, token_of

DOOR, PAGE = "/r", "/r/referral"


@dataclass(frozen=True)
class Shown:
    """What the sender reads off the page that is shown once."""

    token: str
    reference: str
    code: str

    @property
    def wrong(self) -> str:
        """Another code."""
        return f"{(int(self.code) + 1) % 1_000_000:06d}"


def sent_elsewhere(office: Office, **given: Any) -> str:
    """A referral to a listed organization that is on no network, with a consent that names it; its page."""
    client = office.client()
    draft = office.draft(client, listing=OTHER_LISTING, **given)
    address = f"{client}/consents/new"
    form = office.as_("casey").get(f"{address}?referral={draft.rpartition('/')[2]}")
    named = re.search(r'name="recipients" value="([^"]+)" checked', form.text)
    assert named, told(form)
    data = {**consent_fields(office.app), **hidden(form.text, address), "recipients": [named[1]]}
    answer = office.as_("casey").post(address, data=data)
    assert (answer.status_code, answer.location) == (302, draft), told(answer)
    answer = press(office.as_("casey"), draft, "Send")
    assert answer.status_code == 302, told(answer)
    return draft


def make(office: Office, referral: str, name: str = "Robin Hale") -> TestResponse:
    """The page that is shown once."""
    return send(office.as_("casey"), f"{referral}/links", page=referral, recipient_name=name)


def link_for(office: Office, referral: str) -> Shown:
    """A new link, as its page shows it."""
    page = make(office, referral)
    token = re.search(r"/r#([\w-]{43})<", page.text)
    reference = re.search(r"<strong>([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})</strong>", page.text)
    code = re.search(r"<strong>(\d{3} \d{3})</strong>", page.text)
    assert token, told(page)
    assert reference
    assert code
    return Shown(token[1], reference[1], code[1].replace(" ", ""))


def enter(browser: FlaskClient, **given: str) -> TestResponse:
    """Fills in the form at the door and sends it."""
    return send(browser, DOOR, **given)


def opened(office: Office, referral: str) -> FlaskClient:
    """The browser of a receiver who has opened a new link of that referral."""
    link, browser = link_for(office, referral), office.app.test_client()
    answer = enter(browser, token=link.token, code=link.code)
    assert (answer.status_code, answer.location) == (302, PAGE), told(answer)
    return browser


def answer(browser: FlaskClient, event: str, **given: str) -> TestResponse:
    """Opens the form of a move, fills it in, sends it."""
    address = f"{PAGE}/moves/{event}"
    form = browser.get(address)
    return browser.post(address, data={**hidden(form.text, address), **given})


def write(browser: FlaskClient, text: str) -> TestResponse:
    """Sends a message from the page of the referral."""
    page = browser.get(PAGE)
    return browser.post(f"{PAGE}/messages", data={"csrf_token": token_of(page), "text": text})


def channels(office: Office, referral: str) -> list[str]:
    """By which channels the referral was disclosed, the oldest first."""
    key = referral.rpartition("/")[2]
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        rows = select(Disclosure.channel).where(Disclosure.referral_id == key)
        return list(session.scalars(rows.order_by(Disclosure.at, Disclosure.id)))


def audited(office: Office, action: str, object_id: str) -> list[tuple[str | None, str]]:
    """(role, outcome) of the audit's lines of that action on that object."""
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq))
        return [(each.role, each.outcome) for each in rows if object_id in str(each.object_ids)]
