"""What comes back from a source: unpacked within limits; wrong for good, or perhaps not the next time.

Nothing that a library or a server said goes into a message: a server may send back what it was sent, and an
error about a header repeats the header.
"""

import datetime as dt
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime

import httpcore

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.network import TimeUp

NOT_GIVEN = N_("%(host)s did not give the file: %(error)s.")
TOO_LARGE = N_("%(host)s sends more than a file may hold.")
TOO_SLOW = N_("%(host)s takes too long to send the file.")
CUT_SHORT = N_("the answer is cut short or not HTTP")
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say: not now."""

REASONS: tuple[tuple[type[Exception], str], ...] = (
    (httpcore.ConnectTimeout, N_("no connection in time")),
    (httpcore.TimeoutException, N_("no answer in time")),
    (httpcore.ConnectError, N_("no connection")),
    (httpcore.NetworkError, N_("the connection broke")),
    (httpcore.RemoteProtocolError, CUT_SHORT),
)
"""What may pass later; any other error of the connection is final."""

GZIP_WINDOW = 16 + zlib.MAX_WBITS
STEP = 1 << 16
"""Bytes unpacked at a time, so that a bomb is noticed before it fills the memory."""


class Again(Exception):
    """An answer that may be better the next time; after `wait` seconds, where the server said so."""

    def __init__(self, reason: Phrase, wait: float | None = None):
        super().__init__(str(reason))
        self.reason, self.wait = reason, wait


def not_given(host: str, reason: Phrase) -> SourceBroken:
    """The error for a source that did not answer with a file."""
    return SourceBroken(Phrase(NOT_GIVEN, {"host": host, "error": reason}))


def failed(message: str, host: str) -> SourceBroken:
    """The error of a sentence about the host."""
    return SourceBroken(Phrase(message, {"host": host}))


@contextmanager
def told(host: str) -> Iterator[None]:
    """Errors of the connection as `Again` or `SourceBroken`, in our words alone."""
    try:
        yield
    except TimeUp:
        raise failed(TOO_SLOW, host) from None
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        if isinstance(error.__context__, ssl.SSLCertVerificationError):
            raise not_given(host, Phrase(N_("its certificate is not valid"))) from None
        for kind, reason in REASONS:
            if isinstance(error, kind):
                raise Again(Phrase(reason)) from None
        raise not_given(host, Phrase(N_("it cannot be asked this way"))) from None


def status_error(status: int, host: str, retry_after: str | None, now: dt.datetime) -> Exception:
    """`Again` for a status that may pass, else `SourceBroken`."""
    reason = Phrase(N_("status %(status)s"), {"status": status})
    if status not in RETRIED:
        return not_given(host, reason)
    wait = seconds_to_wait(retry_after, now)
    if wait is not None:
        message = N_("status %(status)s, asks to wait %(seconds)s seconds")
        reason = Phrase(message, {"status": status, "seconds": round(wait)})
    return Again(reason, wait)


def seconds_to_wait(retry_after: str | None, now: dt.datetime) -> float | None:
    """Seconds from `now` of a `Retry-After` header: a number or a date (RFC 9110, 10.2.3), or None."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    with suppress(ValueError, OverflowError):
        until = parsedate_to_datetime(text)
        if until.tzinfo is not None:
            return max((until - now).total_seconds(), 0.0)
    return None


def unpacked(
    chunks: Iterator[bytes], encoding: str, *, host: str, most: int, ratio: int, free: int
) -> Iterator[bytes]:
    """The file that the body holds: of `most` bytes, sent or held; beyond `free` bytes, of `ratio` times what
    was sent.

    Raises `SourceBroken` for more, for damage, and for an encoding that was not asked for; `Again` for gzip
    that does not end.
    """
    sent = held = 0

    def counted() -> Iterator[bytes]:
        nonlocal sent
        for chunk in chunks:
            sent += len(chunk)
            if sent > most:
                raise failed(TOO_LARGE, host)
            yield chunk

    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise failed(N_("%(host)s packs the file in a way that was not asked for."), host)
    for piece in _gunzipped(counted(), host) if encoding.endswith("gzip") else counted():
        held += len(piece)
        if held > most:
            raise failed(TOO_LARGE, host)
        if held > free and held > ratio * sent:
            raise failed(N_("%(host)s sends a file that unpacks to more than it plausibly holds."), host)
        yield piece


def _gunzipped(chunks: Iterator[bytes], host: str) -> Iterator[bytes]:
    """gzip, of any number of members and zeros behind them, unpacked in steps."""
    unpacker, is_inside = zlib.decompressobj(GZIP_WINDOW), False
    for chunk in chunks:
        data, piece = chunk, b""
        while data or len(piece) == STEP:
            if not is_inside:
                data = data.lstrip(b"\0")
                if not data:
                    break
                unpacker, is_inside = zlib.decompressobj(GZIP_WINDOW), True
            try:
                piece = unpacker.decompress(data, STEP)
            except zlib.error:
                raise not_given(host, Phrase(N_("what it sends is damaged"))) from None
            yield piece
            is_inside = not unpacker.eof
            data = unpacker.unconsumed_tail if is_inside else unpacker.unused_data
    if is_inside:
        raise Again(Phrase(CUT_SHORT))
