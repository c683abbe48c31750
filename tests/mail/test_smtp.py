"""Mail through a real SMTP server on this machine."""

import datetime as dt
import socket
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import InstanceInvalid
from directory.mail.outbox import Drained, Mail, drain, put
from directory.mail.ports import FilePort, SmtpPort, make_port, smtp_port
from directory.mail.tables import Outbox
from directory.settings import Settings
from tests.builders import NOW
from tests.mail.servers import Handler, mail_server, make_certificate

SENDER = "directory@example.org"


def letter(number: int = 1, to: str = "steward@example.org") -> Mail:
    return Mail(to, f"Changes {number}", "Grüße.\n" + "long line " * 200, "test", f"key-{number}")


def send(sessions: sessionmaker[Session], port: SmtpPort, *mails: Mail) -> Drained:
    with sessions.begin() as session:
        for each in mails:
            put(session, each, NOW)
    return drain(sessions, port, NOW)


def states(sessions: sessionmaker[Session]) -> list[tuple[str, str | None]]:
    with sessions() as session:
        return [(row.state, row.error) for row in session.scalars(select(Outbox).order_by(Outbox.subject))]


def here(port: int, **options: Any) -> SmtpPort:
    return SmtpPort(
        host="127.0.0.1", port=port, sender=SENDER, **{"starttls": False, "seconds": 5.0} | options
    )


def test_a_server_takes_the_message_as_it_was_put(sessions: sessionmaker[Session]) -> None:
    handler = Handler()
    with mail_server(handler) as port:
        assert send(sessions, here(port), letter()) == Drained(sent=1)
    (message,) = handler.taken
    assert (message["From"], message["To"]) == (SENDER, "steward@example.org")
    assert message.get_content().startswith("Grüße.\r\nlong line")
    assert str(message["Message-ID"]).endswith("@example.org>")


def test_a_recipient_put_off_is_tried_again_and_the_others_get_theirs(
    sessions: sessionmaker[Session],
) -> None:
    handler = Handler(rcpt={"busy@example.org": "451 Try later"})
    with mail_server(handler) as port:
        mails = letter(1, "busy@example.org"), letter(2)
        assert send(sessions, here(port), *mails) == Drained(sent=1, put_off=1)
        assert states(sessions) == [("waiting", "SMTPRecipientsRefused 451"), ("sent", None)]
        handler.rcpt.clear()
        assert drain(sessions, here(port), NOW + dt.timedelta(minutes=1)) == Drained(sent=1)


def test_a_recipient_refused_for_good_has_failed(sessions: sessionmaker[Session]) -> None:
    handler = Handler(rcpt={"nobody@example.org": "550 No such person"})
    with mail_server(handler) as port:
        result = send(sessions, here(port), letter(1, "nobody@example.org"), letter(2))
    assert result == Drained(sent=1, failed=1)
    assert states(sessions)[0] == ("failed", "SMTPRecipientsRefused 550")


@pytest.mark.parametrize(("answer", "state"), [("452 Full", "waiting"), ("554 Refused", "failed")])
def test_a_message_refused_as_a_whole(sessions: sessionmaker[Session], answer: str, state: str) -> None:
    with mail_server(Handler(data=answer)) as port:
        send(sessions, here(port), letter())
    assert states(sessions) == [(state, f"SMTPDataError {answer[:3]}")]


def test_nothing_is_said_to_a_server_that_does_not_encrypt(sessions: sessionmaker[Session]) -> None:
    handler = Handler()
    with mail_server(handler) as port:
        asked = here(port, starttls=True, user="us", password="secret")
        assert send(sessions, asked, letter()) == Drained(put_off=1)
    assert handler.taken == []
    assert states(sessions) == [("waiting", "SMTPNotSupportedError")]


@pytest.mark.parametrize("tls", [False, True], ids=["starttls", "smtps"])
def test_mail_travels_encrypted_and_with_a_password(
    sessions: sessionmaker[Session], tmp_path: Path, tls: bool
) -> None:
    server, client = make_certificate(tmp_path)
    handler, asked = Handler(), []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        asked.append((data.login, data.password))
        return AuthResult(success=data.password == b"pass word")

    # aiosmtpd takes a line that was encrypted from the first byte for one that is not
    options: dict[str, Any] = (
        {"ssl_context": server, "auth_require_tls": False} if tls else {"tls_context": server}
    )
    with mail_server(handler, authenticator=authenticate, **options) as port:
        wrong = here(port, tls=tls, starttls=not tls, user="us", password="no", context=client)
        assert send(sessions, wrong, letter()) == Drained(put_off=1)
        right = here(port, tls=tls, starttls=not tls, user="us", password="pass word", context=client)
        assert drain(sessions, right, NOW + dt.timedelta(minutes=1)) == Drained(sent=1)
    assert len(handler.taken) == 1
    assert asked[-1] == (b"us", b"pass word")


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    server, _ = make_certificate(tmp_path)
    handler = Handler()
    with mail_server(handler, tls_context=server) as port:
        assert send(sessions, here(port, starttls=True), letter()) == Drained(put_off=1)
    assert states(sessions) == [("waiting", "SSLCertVerificationError")]


def test_a_server_that_is_not_there_puts_everything_off(sessions: sessionmaker[Session]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert send(sessions, here(port), letter(1), letter(2)) == Drained(put_off=1)
    assert set(states(sessions)) == {("waiting", "ConnectionRefusedError"), ("waiting", None)}


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://mail.example.org", 587, False, True),
        ("smtp://us:p%40ss@mail.example.org:2525", 2525, False, True),
        ("smtps://mail.example.org", 465, True, False),
        ("smtp://127.0.0.1:25", 25, False, False),
        ("smtp://localhost:25", 25, False, False),
        ("smtp://[::1]:25", 25, False, False),
        ("smtp://localhost.example.org:25", 25, False, True),
    ],
)
def test_an_address_says_how_mail_travels(url: str, port: int, tls: bool, starttls: bool) -> None:
    found = smtp_port(url, SENDER)
    assert (found.port, found.tls, found.starttls) == (port, tls, starttls)
    assert found.password == ("p@ss" if "us:" in url else "")
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize(
    "settings",
    [
        {"mail_url": "http://mail.example.org", "mail_from": SENDER},
        {"mail_url": "smtp://", "mail_from": SENDER},
        {"mail_url": "smtp://us:secret@host:notaport", "mail_from": SENDER},
        {"mail_url": "smtp://mail.example.org"},
        {"mail_from": "nobody"},
        {"mail_url": "smtp://host", "mail_from": "a@b\nBcc: c@d"},
    ],
)
def test_settings_that_make_no_sense_are_refused_without_repeating_them(settings: dict[str, Any]) -> None:
    with pytest.raises(InstanceInvalid) as told:
        make_port(Settings(**settings))
    assert "secret" not in str(told.value)


def test_without_settings_mail_stays_in_the_instance_folder(tmp_path: Path) -> None:
    assert make_port(Settings(directory_home=tmp_path)) == FilePort(folder=tmp_path / "mail")
