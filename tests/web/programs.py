"""Programs of the office's agencies, for tests of the API: each gets its token the way real ones do."""

import datetime as dt
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import delete
from werkzeug.test import TestResponse

from directory.accounts.access import SCOPES, SYSTEM
from directory.accounts.agencies import find_agency
from directory.accounts.programs import Registered, find_program, register, revoke, rotate
from directory.accounts.tables import SignInAttempt, new_id
from directory.database import db, session_factory
from tests.web.office import RECEIVER, RIVER_LISTING, Office, agency_id

API = "/api/v1"
TOKEN = f"{API}/oauth/token"
ABSENT = "00000000-0000-4000-8000-000000000000"
ALEX = {
    "name": "Alex Quillfeather",
    "is_adult": True,
    "phone": "215-555-0143",
    "contact_preference": "phone",
    "reach_note": "Ask for Zorblat at the desk",
    "safe_times": [{"weekday": 1, "begins": "09:00", "ends": "17:00"}],
}


def add_program(app: Flask, agency: str, *scopes: str) -> Registered:
    """A new program of that agency; with every scope unless some are named."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        place = find_agency(session, agency)
        return register(
            session, agency=place, name="Casework", scopes=scopes or tuple(SCOPES), actor=SYSTEM, now=moment()
        )


def revoke_program(app: Flask, client_id: str) -> None:
    with app.app_context(), session_factory(db.engine).begin() as session:
        revoke(session, find_program(session, client_id), actor=SYSTEM, now=moment())


def rotate_program(app: Flask, client_id: str, *, at_once: bool = False) -> str:
    """Answers the new secret."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        client = find_program(session, client_id)
        return rotate(session, client, actor=SYSTEM, now=moment(), at_once=at_once).secret


def forget_tries(app: Flask) -> None:
    """Of whom asked for tokens: nobody has to wait."""
    with app.app_context(), session_factory(db.engine).begin() as session:
        session.execute(delete(SignInAttempt))


def moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def ahead(days: float) -> str:
    return (moment() + dt.timedelta(days=days)).isoformat()


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def ask_token(http: FlaskClient, client_id: str, secret: str, **given: str) -> TestResponse:
    """By HTTP Basic."""
    data = {"grant_type": "client_credentials", **given}
    return http.post(TOKEN, data=data, headers=basic(client_id, secret))


@dataclass
class Caller:
    """One program with its token. Every answer is held against the description."""

    app: Flask
    agency: str
    http: FlaskClient
    token: str
    client_id: str
    secret: str

    @classmethod
    def of(cls, office: Office, agency: str, *scopes: str) -> "Caller":
        made = add_program(office.app, agency, *scopes)
        http = office.app.test_client()
        token = ask_token(http, made.client.id, made.secret).get_json()["access_token"]
        return cls(office.app, agency, http, token, made.client.id, made.secret)

    def call(
        self, method: str, path: str, body: object = None, *, key: str | None = None, **headers: str
    ) -> TestResponse:
        """A `POST` gets a key of its own unless one is given ("" for none)."""
        given = {"Authorization": f"Bearer {self.token}", **headers}
        if method == "POST" and key != "":
            given["Idempotency-Key"] = key or new_id()
        told: dict[str, Any] = {} if body is None else {"json": body}
        response = self.http.open(f"{API}{path}", method=method, headers=given, **told)
        check_answer(self.app, method, path, response)
        return response

    def get(self, path: str) -> TestResponse:
        return self.call("GET", path)

    def post(self, path: str, body: object = None, **given: str) -> TestResponse:
        return self.call("POST", path, {} if body is None else body, **given)

    def made(self, path: str, body: object) -> str:
        """The id of what was made."""
        response = self.post(path, body)
        assert response.status_code == 201, response.text
        return str(response.get_json()["id"])

    # --- the way of a referral ---

    def client(self, **given: object) -> str:
        return self.made("/clients", {**ALEX, **given})

    def consent(self, client: str, **given: object) -> str:
        return self.made(f"/clients/{client}/consents", {**consent_fields(self.app), **given})

    def draft(self, client: str, **given: object) -> str:
        return self.made("/referrals", {**draft_fields(client), **given})

    def move(self, referral: str, event: str, version: int | None = None, **given: object) -> TestResponse:
        """With the version that it has now, unless one is given."""
        seen = self.version(referral) if version is None else version
        return self.post(f"/referrals/{referral}/moves/{event}", {"version": seen, **given})

    def version(self, referral: str) -> int:
        return int(self.get(f"/referrals/{referral}").get_json()["version"])

    def sent(self) -> str:
        """A referral that was sent on a consent."""
        client = self.client()
        self.consent(client)
        referral = self.draft(client)
        response = self.move(referral, "send")
        assert response.status_code == 200, response.text
        return referral


@dataclass
class Pair:
    """The programs of the sender and the receiver."""

    sender: Caller
    receiver: Caller
    office: Office
    more: dict[str, Caller] = field(default_factory=dict)

    def accepted(self) -> str:
        referral = self.sender.sent()
        response = self.receiver.move(referral, "accept", 2, **ACCEPT)
        assert response.status_code == 200, response.text
        return referral


ACCEPT: dict[str, Any] = {"accepting_worker": "Pat", "named_contact": "Pat", "next_step_due": ahead(1)}


def consent_fields(app: Flask) -> dict[str, object]:
    """A complete consent for the receiver."""
    return {
        "recipients": [agency_id(app, RECEIVER)],
        "categories": ["contact", "need", "note", "visits"],
        "description": "My name, how to reach me, what I need",
        "purposes": ["referral"],
        "revocation_statement": True,
        "expires_on": ahead(90)[:10],
        "signature_kind": "typed",
        "evidence": "Alex Quillfeather",
        "signed_at": ahead(-1),
        "form_version": "casework-3",
    }


def draft_fields(client: str) -> dict[str, object]:
    return {
        "client_id": client,
        "listing_id": RIVER_LISTING,
        "needs": ["outpatient"],
        "shared_fields": ["name", "phone", "needs", "need_text", "messages"],
        "details": {"need_text": "A quiet brambleberry place"},
    }


# --- the description --------------------------------------------------------------------------------


@cache
def description(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/openapi.json").get_json()
    return found


def operation_of(app: Flask, method: str, path: str) -> dict[str, Any]:
    """The described operation that answers this address."""
    wanted = f"{API}{path.partition('?')[0]}".split("/")
    for template, operations in description(app)["paths"].items():
        parts = template.split("/")
        fits = len(parts) == len(wanted) and all(
            part == given or part.startswith("{") for part, given in zip(parts, wanted, strict=True)
        )
        exact = sum(part == given for part, given in zip(parts, wanted, strict=False))
        if fits and method.lower() in operations and exact >= len(parts) - template.count("{"):
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not described")


def check_answer(app: Flask, method: str, path: str, response: TestResponse) -> None:
    """What was answered is what the description promises."""
    responses = operation_of(app, method, path)["responses"]
    described = responses.get(str(response.status_code), responses.get("default"))
    assert described, f"{method} {path} answers {response.status_code}, which is not described"
    if "$ref" in described:
        return
    shape = described["content"]["application/json"]["schema"]
    whole = {**shape, "components": description(app)["components"]}
    problems = list(
        Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(response.get_json())
    )
    assert not problems, f"{method} {path}: {problems[0].message} at {list(problems[0].path)}"
