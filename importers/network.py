"""Connections that go to exactly the address that was checked, and that end when the time given is up.

A name is resolved here, once per connection, and the number that was checked is the number connected to: a
name that answers otherwise the next moment (DNS rebinding) gains nothing. Certificates are still checked
against the name.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase
from importers.addresses import LOOPBACK_NAMES, is_loopback, is_public, refused

MOST_ADDRESSES = 4
"""Addresses of one name that are tried, in the resolver's order."""

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to numeric addresses; raises `OSError`."""


class TimeUp(Exception):
    """All the time for one answer is used."""


class Deadline:
    """When an answer has to be there. One fetch at a time."""

    def __init__(self) -> None:
        self._ends = 0.0

    def begin(self, seconds: float) -> None:
        """The clock runs from now."""
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, perhaps less than none."""
        return self._ends - time.monotonic()

    def within(self, timeout: float | None) -> float:
        """`timeout`, or what is left when that is less. Raises `TimeUp` when nothing is."""
        left = self.left()
        if left <= 0:
            raise TimeUp
        return left if timeout is None else min(timeout, left)


def resolve_name(host: str, port: int) -> list[str]:
    """The numeric addresses that the system's resolver gives."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)]


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects for httpcore. `loopback` allows this machine under its own names (`LOOPBACK_NAMES`)."""

    def __init__(
        self,
        deadline: Deadline,
        *,
        loopback: bool = False,
        resolve: Resolver = resolve_name,
        network: httpcore.NetworkBackend | None = None,
    ):
        self._deadline = deadline
        self._loopback = loopback
        self._resolve = resolve
        self._network = network or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that takes one. `SourceBroken` if any is inside."""
        failed: Exception = httpcore.ConnectError()
        for address in self._checked(host, port)[:MOST_ADDRESSES]:
            try:
                stream = self._network.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failed

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
                raise httpcore.ConnectError from error
            raise SourceBroken(Phrase(N_("%(host)s cannot be found."), {"host": host})) from error
        is_allowed = is_loopback if self._loopback and host in LOOPBACK_NAMES else is_public
        if not found or not all(map(is_allowed, found)):
            raise refused(host)
        return found


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline):
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._deadline.within(timeout))
        except httpcore.TimeoutException:
            self._deadline.within(None)
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        within = self._deadline.within(timeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, within), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
