"""What is known of a client stands in no log, address, title, error page or mail (S16, S25)."""

import json
import re

import pytest
from sqlalchemy import select

from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.web.access import public
from tests.web.office import Office, received
from tests.web.staff import send

SECRETS = ("quillfeather", "zorblat", "brambleberry", "quixotropic", "555-0143", "5550143")


def test_titles_and_addresses_tell_no_client_fact(office: Office) -> None:
    referral = office.accepted()
    shown = [("casey", referral), ("casey", "/referrals?turn=other"), ("pat", received(referral))]
    for who, address in shown:
        text = office.as_(who).get(address).text
        assert "quillfeather" in text.casefold()
        title = re.search("<title>(.*?)</title>", text, re.DOTALL)
        assert title
        addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', text))
        for secret in SECRETS:
            assert secret not in (title[1] + addresses).casefold(), address


def test_logs_and_mail_hold_no_client_fact(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    referral = office.accepted()
    send(office.as_("casey"), f"{referral}/messages", page=referral, text="A quixotropic question")
    found = send(
        office.as_("casey"), "/referrals/clients/find", page="/referrals/clients", name="Alex Quillfeather"
    )
    assert "Quillfeather" in found.text
    logged = capsys.readouterr().err
    assert json.loads(logged.splitlines()[0])["event"] == "request"
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        mails = [f"{each.subject} {each.body}" for each in session.scalars(select(Outbox))]
    assert mails
    for secret in (*SECRETS, "alex"):
        assert secret not in logged.casefold()
        assert all(secret not in each.casefold() for each in mails)


def test_a_fault_on_a_page_of_a_client_tells_nothing_of_them(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = office.client()

    def broken(client_id: str) -> str:
        raise RuntimeError("Quillfeather")

    monkeypatch.setitem(office.app.view_functions, "clients.show", public(broken))
    capsys.readouterr()
    answer = office.as_("casey").get(page)
    assert answer.status_code == 500
    assert "quillfeather" not in (answer.text + capsys.readouterr().err).casefold()


def test_what_was_typed_is_in_no_refusal_outside_its_form(office: Office) -> None:
    answer = office.as_("casey").post("/referrals/clients/new", data={"name": "Alex Quillfeather"})
    assert answer.status_code == 400
    assert "quillfeather" not in answer.text.casefold()
    assert send(office.as_("otto"), office.client(), page="/referrals/clients").status_code == 405
