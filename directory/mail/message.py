"""What a message is, and what may not be in one. Pure."""

import datetime as dt
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase

POLICY = SMTP.clone(cte_type="7bit")
"""Any server takes it: letters beyond ASCII travel encoded."""
LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
LONGEST_SUBJECT = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address. A second one with the same `dedupe_key` is never sent."""

    to: str
    subject: str
    body: str
    kind: str
    dedupe_key: str


def check_mail(mail: Mail) -> None:
    """Raises `QueryInvalid` for an address that is none, or a header that would begin another."""
    check_address(mail.to)
    if not mail.subject.strip() or len(mail.subject) > LONGEST_SUBJECT or _CONTROL.search(mail.subject):
        raise QueryInvalid(
            Phrase(N_("The subject of a message is one line.")), {"subject": [N_("is not one line of text")]}
        )


def check_address(text: str) -> None:
    """Raises `QueryInvalid` unless the text is one plain address: `name@host`."""
    refused = QueryInvalid(
        Phrase(N_("This is not one e-mail address.")), {"to": [N_("is not one e-mail address")]}
    )
    if _CONTROL.search(text) or not text.isascii() or len(text) > LONGEST_ADDRESS:
        raise refused
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        raise refused from None
    if address.addr_spec != text or not address.username or not re.fullmatch(r"[\w.-]+", address.domain):
        raise refused


def message_id(key: str, sender: str) -> str:
    """The Message-ID of an outbox row: the same however often it is sent."""
    return f"<{key}@{sender.rpartition('@')[2]}>"


def make_message(key: str, mail: Mail, *, sender: str, created_at: dt.datetime) -> EmailMessage:
    """The message as it goes out, the same every time that it is made of the same row."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(created_at)
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers it
    message.set_content(mail.body)
    return message
