"""Where mail leaves: through an SMTP server, or as files in the instance folder."""

import ipaddress
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from directory.errors import InstanceInvalid, QueryInvalid
from directory.mail.message import check_address
from directory.phrases import N_, Phrase
from directory.settings import Settings

SECONDS = 30.0
"""Longest wait for any answer of a mail server."""
STORAGE_EXCEEDED = 552
"""The one refusal of a sender that is about the message: too large."""


class NotTaken(Exception):
    """A message did not go out. `reason` is safe to keep: a class and a code.

    `lasting`: it never will (the server said so for good). `all_mail`: nothing can go out at the moment.
    """

    def __init__(self, reason: str, *, lasting: bool = False, all_mail: bool = False):
        self.reason, self.lasting, self.all_mail = reason, lasting, all_mail
        super().__init__(reason)


class MailPort(Protocol):
    """Takes one message at a time."""

    @property
    def sender(self) -> str:
        """The address that mail comes from."""
        ...

    def send(self, message: EmailMessage) -> None:
        """Hands the message over for good. Raises `NotTaken`."""
        ...


@dataclass(frozen=True, kw_only=True)
class FilePort:
    """Writes `<id>.eml` into a folder, for a machine without a mail server. Sent twice, there is one file."""

    folder: Path
    sender: str = "directory@localhost"

    def send(self, message: EmailMessage) -> None:
        """Writes the file whole or not at all. Raises `NotTaken` when the folder takes none."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        path, partial = self.folder / f"{name}.eml", self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as problem:
            raise NotTaken(type(problem).__name__, all_mail=True) from None


@dataclass(frozen=True, kw_only=True)
class SmtpPort:
    """One SMTP server. `starttls`: nothing is said, least of all a password, before the line is encrypted."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    """Encrypted from the first byte (`smtps`)."""
    starttls: bool = True
    context: ssl.SSLContext | None = None
    """None: the system's certificates."""
    seconds: float = SECONDS

    def send(self, message: EmailMessage) -> None:
        """Hands over one message. Raises `NotTaken`."""
        with self._connected() as server:
            try:
                server.send_message(message)
            except (smtplib.SMTPException, OSError) as problem:
                raise not_taken(problem) from None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._greeted()
        except (smtplib.SMTPException, OSError) as problem:
            raise NotTaken(_reason(problem), all_mail=True) from None
        try:
            yield server
        finally:
            # What comes after the message was taken cannot undo it.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _greeted(self) -> smtplib.SMTP:
        """A server that has let us in."""
        context = self.context or ssl.create_default_context()
        here = self.sender.rpartition("@")[2]  # its default would ask a name server about this machine
        server: smtplib.SMTP
        if self.tls:
            server = smtplib.SMTP_SSL(self.host, self.port, here, timeout=self.seconds, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, here, timeout=self.seconds)
        try:
            if self.starttls and not self.tls:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def not_taken(problem: Exception) -> NotTaken:
    """What an error while a message was handed over means for it and for the others (RFC 5321, 4.2.1)."""
    code, reason = code_of(problem), _reason(problem)
    is_refusal = isinstance(problem, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    if isinstance(problem, smtplib.SMTPSenderRefused):
        is_refusal = code == STORAGE_EXCEEDED
    if code == 421 or not is_refusal:
        return NotTaken(reason, all_mail=True)
    return NotTaken(reason, lasting=code is not None and code >= 500)


def code_of(problem: Exception) -> int | None:
    """The SMTP code of an error; of one recipient's refusal, as we send to one."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in problem.recipients.values()), None)
    return problem.smtp_code if isinstance(problem, smtplib.SMTPResponseException) else None


def _reason(problem: Exception) -> str:
    code = code_of(problem)
    return type(problem).__name__ + (f" {code}" if code else "")


def make_port(settings: Settings) -> MailPort:
    """The port that `MAIL_URL` and `MAIL_FROM` name. Raises `InstanceInvalid` when they make no sense."""
    if settings.mail_from:
        try:
            check_address(settings.mail_from)
        except QueryInvalid as problem:
            raise InstanceInvalid(problem.phrase, {"MAIL_FROM": [problem.phrase]}) from None
    if not settings.mail_url:
        folder = settings.directory_home / "mail"
        return FilePort(folder=folder, sender=settings.mail_from or FilePort.sender)
    if not settings.mail_from:
        said = Phrase(N_("MAIL_FROM must say whom mail comes from."))
        raise InstanceInvalid(said, {"MAIL_FROM": [said]})
    return smtp_port(settings.mail_url, settings.mail_from)


def smtp_port(url: str, sender: str) -> SmtpPort:
    """The port of `smtp://user:password@host:587` or `smtps://…`. Raises `InstanceInvalid`, repeating none
    of it: it holds a password."""
    said = Phrase(N_("MAIL_URL is smtp://user:password@host:587 or smtps://user:password@host:465."))
    refused = InstanceInvalid(said, {"MAIL_URL": [said]})
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise refused
    tls = parts.scheme == "smtps"
    return SmtpPort(
        host=parts.hostname,
        port=port or (465 if tls else 587),
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=not tls and not is_loopback(parts.hostname),
    )


def is_loopback(host: str) -> bool:
    """True for this machine itself, to which nothing travels over a wire."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
