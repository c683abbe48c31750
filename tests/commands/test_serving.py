"""The production server as it runs: its own process, a real socket, real signals."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest


class Served(NamedTuple):
    """A running server and the file that its standard error goes to."""

    address: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]


@pytest.fixture
def served(small_home: Path, tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    command = [sys.executable, "-m", "directory", "--home", str(small_home), "serve", "--port", str(port)]
    with log.open("wb") as file, subprocess.Popen(command, stderr=file) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                if httpx.get(f"{address}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield Served(address, port, log, process)
        process.terminate()
        process.wait(30)


def test_a_served_search_leaves_no_trace_and_no_answer_is_the_servers_own(served: Served) -> None:
    """Words, places and addresses of good, odd and broken requests stand in no line of the log."""
    found = httpx.get(f"{served.address}/search", params={"q": "suboxone", "near": "19104"})
    assert found.status_code == 200
    too_long = httpx.get(f"{served.address}/search", params={"q": "wonderword" * 1_024})
    assert too_long.status_code == 422
    assert "988" in too_long.text
    with socket.create_connection(("127.0.0.1", served.port)) as raw:
        raw.sendall(b"NONSENSE wonderword\r\n\r\n")
        raw.recv(1_000)
    served.process.terminate()
    assert served.process.wait(30) == 0
    told = served.log.read_text()
    assert '"route": "/search"' in told
    for secret in ("suboxone", "19104", "wonderword", "ip="):
        assert secret not in told


def test_the_job_consumer_ends_with_its_server(served: Served) -> None:
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    assert len(children) == 2  # the worker and the consumer
    served.process.terminate()
    assert served.process.wait(30) == 0
    assert not any(Path(f"/proc/{each}/exe").exists() for each in children)
