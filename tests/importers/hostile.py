"""A server on this machine that says anything, byte by byte, and remembers what it was asked."""

import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpcore

from importers.fetch import FetchLimits
from importers.network import Resolver

LIMITS = FetchLimits(
    bytes=1 << 20,
    seconds=3.0,
    tries=3,
    first_wait=0.001,
    pause=0.0,
    free=1 << 16,
    silence=1.0,
    longest_wait=1.5,
    keep=3,
)
Act = Callable[[socket.socket], None]
"""What is done with a connection after its request was read; it is closed then."""


@dataclass(frozen=True)
class Asked:
    """One request: its path, and its headers with names in lower case."""

    path: str
    headers: dict[str, str]


class Hostile:
    """`acts[path]` are done in turn, the last one again and again."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.acts: defaultdict[str, list[Act]] = defaultdict(list)
        self.asked: list[Asked] = []
        self.stopped = threading.Event()
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Ends every thread and gives the port back."""
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._threads:
            each.join(5)

    def _listen(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            read = b""
            while b"\r\n\r\n" not in read:
                if not (more := connection.recv(1 << 16)):
                    return
                read += more
            first, *lines = read.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            path = first.split(" ")[1]
            self.asked.append(Asked(path, headers))
            acts = self.acts[path]
            (acts.pop(0) if len(acts) > 1 else acts[0])(connection)

    def drip(self, start: bytes, piece: bytes, *, every: float = 0.01) -> Act:
        """Sends `start`, then `piece` over and over, until nobody listens."""

        def act(connection: socket.socket) -> None:
            connection.sendall(start)
            while not self.stopped.wait(every):
                connection.sendall(piece)

        return act


def head(status: str = "200 OK", **headers: str) -> bytes:
    """A status line and headers; `content_length` is Content-Length."""
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def says(body: bytes = b"", status: str = "200 OK", **headers: str) -> Act:
    """A whole and honest answer."""
    sent = head(status, **{"content_length": str(len(body)), **headers}) + body
    return lambda connection: connection.sendall(sent)


def sends_on(location: str, status: str = "302 Found") -> Act:
    """A redirect."""
    return says(status=status, location=location)


def resets(start: bytes) -> Act:
    """Sends `start`, then breaks the connection off."""

    def act(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    return act


def in_turn(*answers: Sequence[str]) -> Resolver:
    """A resolver that gives each answer once."""
    left = iter(answers)

    def resolve(*_: object) -> Sequence[str]:
        return next(left)

    return resolve


@dataclass
class Wire(httpcore.NetworkBackend):
    """Notes where connections go and which name TLS is asked for; every read gives the next of `answer`.

    `refusing` are addresses that take no connection; an impostor has the certificate of another name.
    """

    answer: bytes
    refusing: Iterable[str] = ()
    is_impostor: bool = False
    connected: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host in self.refusing:
            raise httpcore.ConnectError
        return _WireStream(self, [self.answer])


class _WireStream(httpcore.NetworkStream):
    def __init__(self, wire: Wire, left: list[bytes]):
        self._wire, self._left = wire, left

    def read(self, *_: Any, **__: Any) -> bytes:
        return self._left.pop() if self._left else b""

    def write(self, buffer: bytes, *_: Any) -> None:
        self._wire.sent.append(buffer)

    def close(self) -> None:
        """Nothing is open."""

    def start_tls(self, _context: Any, server_hostname: str | None = None, *_: Any) -> Any:
        self._wire.names.append(server_hostname)
        if self._wire.is_impostor:
            try:
                raise ssl.SSLCertVerificationError
            except ssl.SSLError as error:
                raise httpcore.ConnectError from error
        return self

    def get_extra_info(self, *_: Any) -> Any:
        return None
