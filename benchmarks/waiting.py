"""How long others would have to wait to write into a SQLite database: measured from another process."""

import multiprocessing
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.report import percentile

TICK_SECONDS = 0.0005


@contextmanager
def write_waits(database: Path) -> Iterator[dict[str, float]]:
    """Watches the write lock meanwhile; the figures, in milliseconds, are there when it is done.

    A lock that is held over the whole length of two ticks counts, from the last moment at which it was free.
    """
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    started, stop = spawn.Event(), spawn.Event()
    watcher = spawn.Process(target=_watch, args=(database, started, stop, sender), daemon=True)
    watcher.start()
    figures: dict[str, float] = {}
    try:
        started.wait()
        yield figures
    finally:
        stop.set()
        held: list[float] = receiver.recv()
        watcher.join()
        figures["longest_write_ms"] = max(held, default=0.0) * 1000
        figures["p95_write_ms"] = percentile(held, 95)


def _watch(database: Path, started: Event, stop: Event, sender: Connection) -> None:
    lock = sqlite3.connect(database, timeout=0, isolation_level=None)
    held: list[float] = []
    free = time.perf_counter()
    was_held = False
    started.set()
    while not stop.is_set():
        try:
            lock.execute("BEGIN IMMEDIATE")
            lock.execute("ROLLBACK")
        except sqlite3.OperationalError:
            was_held = True
        else:
            now = time.perf_counter()
            if was_held:
                held.append(now - free)
            free, was_held = now, False
        time.sleep(TICK_SECONDS)
    sender.send(held)
    lock.close()
