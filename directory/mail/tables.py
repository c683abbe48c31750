"""The outbox: mail that is to be sent, and that was."""

import datetime as dt

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import KEY, Base, UtcDateTime


class Outbox(Base):
    """One message to one address. Holds no client fact: whoever puts mail here sees to that."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "dedupe_key", unique=True), Index(None, "state", "next_attempt_at"))

    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    """Also the message's id in mail: the same message sent twice has it twice."""
    kind: Mapped[str]
    """What it is, for counting: `source_changes`, …"""
    to_address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    """Emptied once the message is sent or has failed: it may hold a link that lets somebody in."""
    dedupe_key: Mapped[str]
    """A second message with the same key is not put."""
    state: Mapped[str]
    """`waiting`, `sending`, `sent` or `failed`."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None]
    """Class of the last error with its SMTP code; never what the server said, which repeats addresses."""
