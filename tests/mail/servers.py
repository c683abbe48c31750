"""A mail server on this machine that answers as it is told, and keeps what it takes."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = "250 OK"


@dataclass
class Handler:
    """Answers to RCPT, by address; `data` to every message."""

    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = OK
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0)
        if self.data == OK:
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        return self.data


@contextmanager
def mail_server(
    handler: Handler, *, ssl_context: ssl.SSLContext | None = None, **options: Any
) -> Iterator[int]:
    """Runs the server while the block does; gives its port. `ssl_context`: encrypted from the first byte."""
    loop = asyncio.new_event_loop()
    talks: list[SMTP] = []
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def talk() -> SMTP:
        talks.append(SMTP(handler, hostname="127.0.0.1", **options))
        return talks[-1]

    async def start() -> asyncio.Server:
        return await loop.create_server(talk, "127.0.0.1", 0, ssl=ssl_context)

    async def stop() -> None:
        server.close()
        for each in talks:
            if isinstance(each.transport, asyncio.WriteTransport):
                each.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for _ in range(2):  # an aborted connection is closed one turn of the loop later
            await asyncio.sleep(0)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def make_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context and that of a client who believes it, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's mail server")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))
