"""The outbox: `put` in the transaction of what the mail tells of, `drain` by a job.

A message is sent at least once and its id is the same each time: a process that dies between sending and
writing that down sends again. One drain of a database runs at a time.
"""

import datetime as dt
import logging
import uuid
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from directory.database import held_alone
from directory.mail.message import Mail, check_mail, make_message
from directory.mail.ports import MailPort, NotTaken
from directory.mail.tables import Outbox

__all__ = ["Drained", "Mail", "Waiting", "drain", "put", "retry_at", "waiting"]

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
GIVE_UP = dt.timedelta(days=5)
"""So long a server may put a message off (RFC 5321, 4.5.4.1: at least four to five days)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What became of the messages that were due."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is in the outbox and not sent. `oldest`: when the first of those that wait was put."""

    waiting: int
    failed: int
    oldest: dt.datetime | None


def put(session: Session, mail: Mail, now: dt.datetime) -> bool:
    """Puts a message into the outbox, to be sent once the caller's transaction is committed.

    Answers False, and puts nothing, when there was one with its `dedupe_key`. Raises `QueryInvalid` for an
    address that is none or a subject of several lines.
    """
    check_mail(mail)
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    row = insert(Outbox).values(
        id=str(uuid.uuid4()),
        kind=mail.kind,
        to_address=mail.to,
        subject=mail.subject,
        body=mail.body.replace("\0", "").encode("utf-8", "replace").decode(),
        dedupe_key=mail.dedupe_key,
        state="waiting",
        attempts=0,
        next_attempt_at=now,
        created_at=now,
    )
    new = row.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Outbox.id)
    return session.execute(new).first() is not None


def waiting(session: Session) -> Waiting:
    """How much there is still to send, and what could not be."""
    unsent = Outbox.state.in_(("waiting", "sending"))
    query = select(func.count(), func.min(Outbox.created_at)).where(unsent)
    count, oldest = session.execute(query).one()
    failed = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "failed")) or 0
    return Waiting(waiting=count, failed=failed, oldest=oldest)


def retry_at(now: dt.datetime, attempts: int) -> dt.datetime:
    """When to try again after so many attempts: 1, 2, 4 … minutes, at most six hours."""
    doublings = min(attempts - 1, 20)
    return now + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def drain(sessions: sessionmaker[Session], port: MailPort, now: dt.datetime) -> Drained:
    """Sends what is due. Stops when the port takes nothing at all; the rest then stays due.

    Commits per message. Answers zeros when another drain is running.
    """
    sent = put_off = failed = 0
    with held_alone(sessions.kw["bind"], "mail") as alone:
        while alone and (row := _claim(sessions, now)):
            mail = Mail(row.to_address, row.subject, row.body, row.kind, row.dedupe_key)
            try:
                _send(port, row.id, mail, row.created_at)
            except NotTaken as problem:
                state = _put_off(sessions, row, problem, now)
                put_off, failed = put_off + (state == "waiting"), failed + (state == "failed")
                if problem.all_mail:
                    break
            else:
                _mark(sessions, row, state="sent", sent_at=now, body="", error=None)
                sent += 1
    return Drained(sent=sent, put_off=put_off, failed=failed)


def _send(port: MailPort, key: str, mail: Mail, created_at: dt.datetime) -> None:
    """Hands one message over. Raises `NotTaken`, whatever goes wrong: one message never stops the others."""
    try:
        port.send(make_message(key, mail, sender=port.sender, created_at=created_at))
    except NotTaken:
        raise
    except Exception as problem:
        raise NotTaken(type(problem).__name__) from problem


def _claim(sessions: sessionmaker[Session], now: dt.datetime) -> Outbox | None:
    """The next message due, marked as being sent. One found so marked is of a drain that died."""
    due = or_(Outbox.state == "sending", (Outbox.state == "waiting") & (Outbox.next_attempt_at <= now))
    query = select(Outbox).where(due).order_by(Outbox.next_attempt_at, Outbox.created_at, Outbox.id).limit(1)
    with sessions.begin() as session:
        row = session.scalars(query).first()
        if row is not None:
            row.state, row.attempts = "sending", row.attempts + 1
            session.flush()
            session.expunge(row)
        return row


def _put_off(sessions: sessionmaker[Session], row: Outbox, problem: NotTaken, now: dt.datetime) -> str:
    """Writes down that a message was not taken; answers its state now. One that failed loses its text: it may
    hold a link that lets somebody in."""
    is_late = not problem.all_mail and now - row.created_at >= GIVE_UP
    state = "failed" if problem.lasting or is_late else "waiting"
    log.warning("mail %s not taken, now %s: %s", row.id, state, problem.reason)
    next_attempt_at = retry_at(now, row.attempts)
    body = "" if state == "failed" else row.body
    _mark(sessions, row, state=state, body=body, error=problem.reason, next_attempt_at=next_attempt_at)
    return state


def _mark(sessions: sessionmaker[Session], row: Outbox, **values: object) -> None:
    with sessions.begin() as session:
        session.execute(update(Outbox).where(Outbox.id == row.id).values(values))
