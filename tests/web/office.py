"""Two agencies at work on the town's listings, for tests of pages with referrals."""

import datetime as dt
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from directory.accounts.sign_ins import LONGEST
from directory.accounts.tables import Agency, UserSession
from directory.app import create_app
from directory.database import db, session_factory
from directory.listings.store import load_documents
from tests.databases import folder_of_this_process
from tests.web.addresses import RIVER_PAGE, listing_page
from tests.web.staff import cheap_sign_in, send, staff, token_of
from tests.web.town import build_town, town_settings

RIVER_LISTING = RIVER_PAGE.rpartition("/")[2]
OTHER_LISTING = listing_page("detox-1").rpartition("/")[2]
SENDER, RECEIVER, THIRD = "Maple House", "River Recovery", "Third Door"
PEOPLE = {
    "casey": ("caseworker", SENDER),
    "sam": ("supervisor", SENDER),
    "pat": ("provider_staff", RECEIVER),
    "otto": ("caseworker", THIRD),
    "ida": ("provider_staff", THIRD),
    "tess": ("supervisor", THIRD),
    "prue": ("privacy_officer", THIRD),
    "stew": ("steward", SENDER),
    "priv": ("privacy_officer", SENDER),
    "nett": ("network_admin", SENDER),
}
ALEX = {
    "name": "Alex Quillfeather",
    "is_adult": "yes",
    "phone": "(215) 555-0143",
    "contact_preference": "phone",
    "reach_note": "Ask for Zorblat at the desk",
    "language": "en",
}


def agency_id(app: Flask, name: str) -> str:
    with app.app_context(), session_factory(db.engine)() as session:
        return str(session.query(Agency.id).filter(Agency.name == name).scalar())


def join_network(app: Flask) -> None:
    """The receiver is the body that the town's first listing is of."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        document = load_documents(session, [RIVER_LISTING], include_examples=True)[RIVER_LISTING]
        body = (
            update(Agency).where(Agency.name == RECEIVER).values(organization_id=document["organization_id"])
        )
        session.execute(body)


STAYS_FRESH = 300.0
"""Seconds after which a person's browser has given its password again. What matters asks for it after 15
minutes; a slow run of the tests may take longer from one use of somebody's browser to the next."""


@dataclass
class Office:
    """The application with everybody signed in."""

    app: Flask
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    fresh_at: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def as_(self, who: str) -> FlaskClient:
        """That person's browser."""
        if who == "nobody":
            return self.app.test_client()
        if time.monotonic() - self.fresh_at[who] > STAYS_FRESH:
            self.enter(who, {})
        return self.browsers[who]

    def enter(self, who: str, held: Mapping[str, Any]) -> None:
        """Opens that person's browser, unless it is open, with what its session holds; fresh from now on."""
        browser = self.browsers.setdefault(who, self.app.test_client())
        with browser.session_transaction("/account") as session:
            session.update({**held, "fs_paa": time.time()})
        self.fresh_at[who] = time.monotonic()

    def token(self, who: str) -> str:
        """The token of that person's forms: the same until they sign out."""
        if who not in self.tokens:
            self.tokens[who] = token_of(self.as_(who).get("/account"))
        return self.tokens[who]

    def client(self, who: str = "casey", **given: str) -> str:
        """Adds a person; answers their page."""
        self.made += 1
        whole = {**ALEX, "phone": f"21555{self.made:05d}", **given}
        answer = send(self.as_(who), "/referrals/clients/new", **whole)
        assert answer.status_code == 302, told(answer)
        return str(answer.location)

    def consent(self, client: str, who: str = "casey", **given: object) -> str:
        """A complete consent for the receiver; answers its page."""
        address = f"{client}/consents/new"
        page = self.as_(who).get(address)
        answer = self.as_(who).post(
            address, data={"csrf_token": token_of(page), **consent_fields(self.app), **given}
        )
        assert answer.status_code == 302, told(answer)
        return str(answer.location)

    def draft(self, client: str, who: str = "casey", listing: str = RIVER_LISTING, **given: object) -> str:
        """A draft about that person; answers its page."""
        address = f"/referrals/new?listing={listing}"
        page = self.as_(who).get(address)
        data = {
            "csrf_token": token_of(page),
            "idempotency_key": f"draft-{self.made}-{client}"[:100],
            "listing": listing,
            "client_id": client.rpartition("/")[2],
            "needs": ["outpatient"],
            "priority": "routine",
            "shared": ["contact", "need", "talk"],
            "need_text": "A quiet brambleberry place",
            **given,
        }
        answer = self.as_(who).post("/referrals/new", data=data)
        assert answer.status_code == 302, told(answer)
        return str(answer.location)

    def sent(self, who: str = "casey") -> str:
        """A referral that was sent; answers its page."""
        client = self.client(who)
        self.consent(client, who)
        draft = self.draft(client, who)
        answer = press(self.as_(who), draft, "Send")
        assert answer.status_code == 302, told(answer)
        return draft

    def accepted(self) -> str:
        """One that the receiver took on; answers the sender's page."""
        referral = self.sent()
        answer = self.move("pat", received(referral), "accept", named_contact="Pat", next_step_due=ahead(1))
        assert answer.status_code == 302, told(answer)
        return referral

    def move(self, who: str, page: str, event: str, **given: object) -> TestResponse:
        """Opens the form of a move, fills it in, sends it."""
        address = f"{page}/moves/{event}"
        form = self.as_(who).get(address)
        return self.as_(who).post(address, data={**hidden(form.text, address), **given})


@dataclass(frozen=True)
class Furnished:
    """An office that is only copied: its folder, and what the session of each person's browser holds."""

    home: Path
    held: Mapping[str, Mapping[str, Any]]


FURNISHED: list[Furnished] = []
"""The one of this process, once it was wanted."""


@contextmanager
def open_office(home: Path, **settings: Any) -> Iterator[Office]:
    """Everybody of two agencies and a third, on the town's listings. Their passwords cost little.

    `home`: a folder that holds the gazetteer's tables. A database of its own (`database_url`) is furnished
    from nothing; one in `home` is a copy of what was furnished once for all offices of this process.
    """
    with pytest.MonkeyPatch.context() as patch:
        cheap_sign_in(patch)
        if "database_url" in settings:
            app = create_app(build_town(home, **settings))
            held = furnish(app)
        else:
            if not FURNISHED:
                FURNISHED.append(furnished_like(home))
            shutil.copytree(FURNISHED[0].home, home, dirs_exist_ok=True)
            app, held = create_app(town_settings(home, **settings)), FURNISHED[0].held
    made = Office(app)
    for who in PEOPLE:
        made.enter(who, held[who])
    stay_signed_in(app)
    try:
        yield made
    finally:
        close(app)


def furnished_like(home: Path) -> Furnished:
    """A new office in a folder that begins as `home` is."""
    folder = Path(shutil.copytree(home, folder_of_this_process() / "office"))
    app = create_app(build_town(folder, log_level="ERROR"))
    held = furnish(app)
    close(app)
    assert not list(folder.glob("*.sqlite-wal")), "what is beside the database would be part of it"
    return Furnished(folder, held)


def furnish(app: Flask) -> Mapping[str, Mapping[str, Any]]:
    """Everybody joins and signs in; answers what the session of each holds."""
    held = {}
    for who, (role, agency) in PEOPLE.items():
        browser = staff(app, f"{who}@office.example", role, agency)
        with browser.session_transaction("/account") as session:
            held[who] = dict(session)
    join_network(app)
    return held


def stay_signed_in(app: Flask) -> None:
    """Who is signed in has just been here for the next twelve hours: nobody is signed out after half an hour
    in the middle of a slow run of the tests."""
    until = dt.datetime.now(dt.UTC) + LONGEST
    with app.app_context(), session_factory(db.engine).begin() as session:
        session.execute(update(UserSession).values(expires_at=until, last_seen_at=until))


def close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def consent_fields(app: Flask) -> dict[str, object]:
    """A complete consent as the form has it."""
    return {
        "type": "part2_named",
        "recipients": [agency_id(app, RECEIVER)],
        "categories": ["contact", "need", "note"],
        "description": "My name, how to reach me, what I need",
        "purposes": ["referral"],
        "end": "day",
        "expires_on": ahead(90)[:10],
        "revocation_statement": "1",
        "signer": "client",
        "signature_kind": "typed",
        "evidence": "Alex Quillfeather",
        "signed_at": ahead(-1),
        "language": "en",
        "care": "other",
    }


def received(page: str) -> str:
    """The receiver's page of a referral, from the sender's."""
    return page.replace("/referrals/", "/inbox/")


def ahead(days: int) -> str:
    """So many days from now by the agencies' clock, as a form has it."""
    return (dt.datetime.now(ZoneInfo("America/New_York")) + dt.timedelta(days=days)).strftime(
        "%Y-%m-%dT%H:%M"
    )


def forms(text: str) -> dict[str, str]:
    """Action of each form to its text."""
    found = re.findall(r"<form[^>]*?action=\"([^\"]+)\".*?</form>", text, re.DOTALL)
    whole = re.findall(r"<form.*?</form>", text, re.DOTALL)
    return dict(zip(found, (each for each in whole if "action=" in each), strict=True))


def hidden(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with that action."""
    form = forms(text)[action]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def press(browser: FlaskClient, page: str, button: str) -> TestResponse:
    """Presses a button of a page whose form has nothing to fill in."""
    text = browser.get(page).text
    action = next(action for action, form in forms(text).items() if f">{button}</button>" in form)
    return browser.post(action, data=hidden(text, action))


def told(answer: TestResponse) -> str:
    """What the page says was wrong."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return (
        f"{answer.status_code} {answer.location} " + re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", main))[:1500]
    )
