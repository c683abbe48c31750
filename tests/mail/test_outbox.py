"""The outbox: put with a change, sent at least once, never twice by accident, never lost."""

import datetime as dt
import os
import signal
import subprocess
import sys
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from directory.database import downgrade, held_alone, upgrade
from directory.errors import QueryInvalid
from directory.mail.outbox import GIVE_UP, Drained, Mail, drain, put, retry_at, waiting
from directory.mail.ports import FilePort, NotTaken
from directory.mail.tables import Outbox
from tests.builders import NOW
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent
MAIL = Mail("steward@example.org", "Three changes", "Café: new hours.\n", "test", "changes-1")
LATER = NOW + dt.timedelta(days=1)


class Port:
    """Takes messages, or refuses them as told."""

    sender = "directory@example.org"

    def __init__(self, *refusals: Exception | None):
        self.refusals = list(refusals)
        self.taken: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal:
            raise refusal
        self.taken.append(message)


def keep(sessions: sessionmaker[Session], *mails: Mail, now: dt.datetime = NOW) -> list[bool]:
    with sessions.begin() as session:
        return [put(session, each, now) for each in mails]


def rows(sessions: sessionmaker[Session]) -> list[Outbox]:
    with sessions() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.dedupe_key)))


def another(number: int) -> Mail:
    return replace(MAIL, dedupe_key=f"changes-{number}")


def test_mail_is_sent_once_and_its_text_is_not_kept(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL)
    port = Port()
    assert drain(sessions, port, NOW) == Drained(sent=1)
    assert drain(sessions, port, LATER) == Drained()
    (message,) = port.taken
    assert (message["To"], message["Subject"]) == ("steward@example.org", "Three changes")
    assert message.get_content() == "Café: new hours.\n"
    assert message["Auto-Submitted"] == "auto-generated"
    (row,) = rows(sessions)
    assert (row.state, row.sent_at, row.body) == ("sent", NOW, "")


def test_mail_of_a_change_that_was_rolled_back_is_never_sent(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        put(session, MAIL, NOW)
        session.rollback()
    assert drain(sessions, Port(), NOW) == Drained()


def test_a_second_message_of_the_same_key_is_not_put_even_after_the_first_was_sent(
    sessions: sessionmaker[Session],
) -> None:
    assert keep(sessions, MAIL, MAIL, another(2)) == [True, False, True]
    drain(sessions, Port(), NOW)
    assert keep(sessions, MAIL) == [False]
    assert drain(sessions, Port(), NOW) == Drained()


def test_what_is_put_off_is_tried_again_later_and_later(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL)
    port = Port(NotTaken("SMTPDataError 451"), NotTaken("SMTPDataError 451"))
    assert drain(sessions, port, NOW) == Drained(put_off=1)
    (row,) = rows(sessions)
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "SMTPDataError 451")
    assert drain(sessions, port, NOW) == Drained()
    second = row.next_attempt_at
    assert drain(sessions, port, second) == Drained(put_off=1)
    assert rows(sessions)[0].next_attempt_at - second > second - NOW
    assert drain(sessions, port, LATER) == Drained(sent=1)
    assert rows(sessions)[0].error is None


def test_waits_double_up_to_six_hours() -> None:
    waits = [(retry_at(NOW, attempts) - NOW).total_seconds() / 60 for attempts in (1, 2, 3, 9, 10, 99)]
    assert waits == [1, 2, 4, 256, 360, 360]


def test_what_is_refused_for_good_has_failed(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL, another(2))
    assert drain(sessions, Port(NotTaken("SMTPRecipientsRefused 550", lasting=True)), NOW) == Drained(
        sent=1, failed=1
    )
    assert drain(sessions, Port(), LATER) == Drained()
    assert sorted(each.state for each in rows(sessions)) == ["failed", "sent"]


def test_a_message_keeps_its_text_until_it_is_sent_or_has_failed(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL, another(2), another(3))
    drain(sessions, Port(NotTaken("x", lasting=True), NotTaken("y")), NOW)
    assert {each.state: each.body for each in rows(sessions)} == {
        "failed": "",
        "waiting": MAIL.body,
        "sent": "",
    }


def test_messages_that_had_failed_before_that_rule_lose_their_text_too(
    sessions: sessionmaker[Session], database: Engine
) -> None:
    keep(sessions, MAIL, another(2))
    drain(sessions, Port(NotTaken("x", lasting=True), NotTaken("y")), NOW)
    with sessions.begin() as session:
        session.execute(update(Outbox).values(body="a link"))
    downgrade(database, "0013")
    upgrade(database)
    assert {each.state: each.body for each in rows(sessions)} == {"failed": "", "waiting": "a link"}


def test_what_is_put_off_for_five_days_has_failed(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL)
    assert drain(sessions, Port(NotTaken("SMTPDataError 451")), NOW + GIVE_UP) == Drained(failed=1)


def test_a_server_that_is_down_for_weeks_loses_no_mail(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL, another(2))
    down = NotTaken("ConnectionRefusedError", all_mail=True)
    port = Port(down, down)
    assert drain(sessions, port, NOW + 2 * GIVE_UP) == Drained(put_off=1)
    assert len(port.refusals) == 1  # the other was not tried at a closed door
    assert drain(sessions, Port(), NOW + 3 * GIVE_UP) == Drained(sent=2)


def test_a_fault_in_one_message_does_not_stop_the_others(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL, another(2))
    assert drain(sessions, Port(ZeroDivisionError()), NOW) == Drained(sent=1, put_off=1)
    assert {each.error for each in rows(sessions)} == {"ZeroDivisionError", None}


def test_one_drain_runs_at_a_time(database: Engine, sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL)
    with held_alone(database, "mail"):
        assert drain(sessions, Port(), NOW) == Drained()
    assert drain(sessions, Port(), NOW) == Drained(sent=1)


def test_what_waits_and_what_failed_is_told(sessions: sessionmaker[Session]) -> None:
    keep(sessions, MAIL, another(2))
    drain(sessions, Port(NotTaken("x", lasting=True), NotTaken("y")), NOW)
    with sessions() as session:
        found = waiting(session)
    assert (found.waiting, found.failed, found.oldest) == (1, 1, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "steward@example.org\nBcc: all@example.org"},
        {"to": "steward@example.org, other@example.org"},
        {"to": "Steward <steward@example.org>"},
        {"to": "steward"},
        {"to": "@example.org"},
        {"to": "a@b c"},
        {"to": ""},
        {"to": "x" * 250 + "@example.org"},
        {"subject": "Hello\r\nBcc: all@example.org"},
        {"subject": "Hello\x00"},
        {"subject": " "},
        {"subject": "Hello\u2028world"},
    ],
)
def test_a_header_that_would_begin_another_is_refused(
    sessions: sessionmaker[Session], changes: dict[str, str]
) -> None:
    with pytest.raises(QueryInvalid):
        keep(sessions, replace(MAIL, **changes))
    assert rows(sessions) == []


def test_text_that_no_mail_can_hold_is_sent_without_it(sessions: sessionmaker[Session]) -> None:
    keep(sessions, replace(MAIL, body="half \ud800 a letter\0"))
    port = Port()
    drain(sessions, port, NOW)
    assert port.taken[0].get_content() == "half ? a letter\n"


# --- files ----------------------------------------------------------------------------------------


def test_without_a_server_mail_is_a_file_that_only_we_can_read(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    keep(sessions, MAIL)
    port = FilePort(folder=tmp_path / "mail")
    drain(sessions, port, NOW)
    (path,) = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o777 == 0o600
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "steward@example.org"


def test_a_message_written_twice_is_one_file(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    keep(sessions, MAIL)
    port = FilePort(folder=tmp_path / "mail")
    for _ in range(2):
        with sessions.begin() as session:
            session.scalars(select(Outbox)).one().state = "waiting"
        assert drain(sessions, port, NOW) == Drained(sent=1)
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_folder_that_takes_nothing_puts_mail_off(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    keep(sessions, MAIL)
    blocked = tmp_path / "mail"
    blocked.write_text("a file in the folder's place")
    assert drain(sessions, FilePort(folder=blocked), NOW) == Drained(put_off=1)


# --- killed ---------------------------------------------------------------------------------------

CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, ".")
from directory.database import make_engine, session_factory
from directory.mail.outbox import drain
from directory.mail.ports import FilePort
from tests.builders import NOW

class Slow(FilePort):
    def send(self, message):
        super().send(message)
        print("sent", flush=True)
        time.sleep(60)

drain(session_factory(make_engine(sys.argv[1])), Slow(folder=Path(sys.argv[2])), NOW)
"""


def test_mail_of_a_process_killed_before_it_wrote_down_the_sending_is_sent_again_as_the_same_message(
    sessions: sessionmaker[Session], database_url: str, tmp_path: Path
) -> None:
    keep(sessions, MAIL)
    folder = tmp_path / "mail"
    command = [sys.executable, "-c", CHILD, database_url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "sent"
        os.kill(process.pid, signal.SIGKILL)
    (first,) = folder.iterdir()
    assert [each.state for each in rows(sessions)] == ["sending"]
    port = Port()
    until(lambda: drain(sessions, port, NOW).sent, "a server notices that the killed one is gone")
    (again,) = port.taken
    before = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert str(again["Message-ID"]).split("@")[0] == str(before["Message-ID"]).split("@")[0]
    assert again["Date"] == before["Date"]
    assert [(each.state, each.attempts) for each in rows(sessions)] == [("sent", 2)]
