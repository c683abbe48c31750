"""How fast the pages of people at work are, with many referrals: alone, and while an import runs.

`python -m benchmarks.referrals [--size 100000] [--database URL] [--json FILE]`

Fills an empty database (SQLite in a temporary folder unless `--database` names another) with `referral_rows`,
signs two workers of the two big agencies in, and asks for each page in turn: inside WSGI, the two boards also
over HTTP. Then the same while another process imports generated listings into the same database, again and
again. Last, one more import by itself, while a third process watches the write lock (SQLite only).

Every page here writes into the audit. `/healthz` is asked in between: on a machine with other work its time
tells how much of the rest is waiting for a processor.
"""

import datetime as dt
import http.client
import logging
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from benchmarks.intake import NOW, Generated
from benchmarks.referral_rows import Maker, seed
from benchmarks.report import parser, percentile, show, write
from benchmarks.waiting import write_waits
from directory.accounts import sign_ins
from directory.accounts.tables import User
from directory.app import create_app
from directory.database import make_engine, session_factory, upgrade
from directory.geo.gazetteer import Gazetteer
from directory.intake.run import run_import
from directory.listings.needs import taxonomy
from directory.referrals.boards import Cursor
from directory.referrals.states import State
from directory.referrals.tables import Referral
from directory.settings import Settings
from directory.web.guard import SID
from importers.contract import SourceFile

DEEP = 0.9
"""How far down its list a deep page lies."""
IMPORTED = 4000
"""Listings of one import; it is run with other contents until the pages have been measured."""
LIMITS_MS = {"alone": 100.0, "import": 300.0}
"""p95 of board and inbox."""
LONGEST_WRITE_MS = 50.0


@dataclass(frozen=True)
class Figures:
    """Time of one page."""

    page: str
    p50_ms: float
    p95_ms: float
    longest_ms: float


@dataclass(frozen=True)
class Page:
    """A page and whose cookie it is asked for with."""

    name: str
    path: str
    cookie: str


Ask = Callable[[Page], None]


# --- who asks for what ------------------------------------------------------------------------------


def pages(app: Flask, maker: Maker, session: Session, now: dt.datetime) -> tuple[Page, ...]:
    """Boards and inboxes of the big agencies, first pages and deep ones, and one referral from each side."""
    sender, receiver = maker.agencies[0], maker.agencies[1]
    caseworker = _signed_in(app, session, maker.workers[sender][0], now)
    provider = _signed_in(app, session, maker.workers[receiver][1], now)
    sent, taken = (
        _some(session, owner == agency)
        for owner, agency in ((Referral.from_agency_id, sender), (Referral.to_agency_id, receiver))
    )
    deep = {
        path: _deep(session, owner == agency, "nobody")
        for path, owner, agency in (
            ("/referrals", Referral.from_agency_id, sender),
            ("/inbox", Referral.to_agency_id, receiver),
        )
    }
    return (
        Page("board", "/referrals", caseworker),
        Page("board, the other side's turn", "/referrals?turn=other", caseworker),
        Page("board, deep page", f"/referrals?turn=done&before={deep['/referrals']}", caseworker),
        Page("board, one's own", "/referrals?mine=1", caseworker),
        Page("inbox", "/inbox", provider),
        Page("inbox, deep page", f"/inbox?turn=done&before={deep['/inbox']}", provider),
        Page("one referral, its sender", f"/referrals/{sent}", caseworker),
        Page("one referral, its receiver", f"/inbox/{taken}", provider),
        Page("constant response", "/healthz", ""),
    )


def _signed_in(app: Flask, session: Session, user_id: str, now: dt.datetime) -> str:
    """A cookie of that person, as signing in would give it."""
    user = session.get_one(User, user_id)
    held = {SID: sign_ins.begin(session, user, "", now), "_user_id": user.fs_uniquifier, "_fresh": True}
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={signer.dumps(held)}"


def _some(session: Session, of: Any) -> str:
    state: State = "in_service"
    query = select(Referral.id).where(of, Referral.status == state).order_by(Referral.id).limit(1)
    return str(session.scalars(query).one())


def _deep(session: Session, of: Any, turn: str) -> str:
    rows = select(Referral.changed_at, Referral.id).where(of, Referral.turn == turn)
    ordered = session.execute(rows.order_by(Referral.changed_at.desc(), Referral.id.desc())).all()
    return str(Cursor(*ordered[int(len(ordered) * DEEP)])).replace("+", "%2B")


# --- measuring --------------------------------------------------------------------------------------


def measure(ask: Ask, wanted: tuple[Page, ...], rounds: int) -> list[dict[str, Any]]:
    """Every page, one after another, `rounds` times; the first time does not count."""
    times: dict[str, list[float]] = {each.name: [] for each in wanted}
    for number in range(rounds + 1):
        for page in wanted:
            started = time.perf_counter()
            ask(page)
            if number:
                times[page.name].append(time.perf_counter() - started)
    return [
        vars(Figures(name, percentile(taken, 50), percentile(taken, 95), max(taken) * 1000))
        for name, taken in times.items()
    ]


def within(app: Flask) -> Ask:
    """Asks inside WSGI."""
    client = app.test_client(use_cookies=False)

    def ask(page: Page) -> None:
        answer = client.get(page.path, headers={"Cookie": page.cookie})
        answer.get_data()
        _check(page, answer.status_code)

    return ask


def _check(page: Page, status: int) -> None:
    if status != 200:
        raise SystemExit(f"{page.path} answered {status}")


@contextmanager
def over_http(app: Flask) -> Iterator[Ask]:
    """Asks a server with threads on this machine, a connection for each page as browsers without keep-alive
    would."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def ask(page: Page) -> None:
        line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        line.request("GET", page.path, headers={"Cookie": page.cookie})
        answer = line.getresponse()
        answer.read()
        line.close()
        _check(page, answer.status)

    try:
        yield ask
    finally:
        server.shutdown()
        thread.join()


# --- the import beside ------------------------------------------------------------------------------


@contextmanager
def importing(database: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Another process imports meanwhile; its figures are there when it is done."""
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    started, stop = spawn.Event(), spawn.Event()
    process = spawn.Process(target=_import, args=(database, folder, started, stop, sender), daemon=True)
    process.start()
    figures: dict[str, Any] = {}
    try:
        started.wait()
        yield figures
    finally:
        stop.set()
        figures |= receiver.recv()
        process.join()


def _import(database: str, folder: Path, started: Event, stop: Event, sender: Connection) -> None:
    engine = make_engine(database)
    held = hold_times(engine)
    gazetteer, sessions = Gazetteer.load(folder), session_factory(engine)
    imported, began = 0, time.perf_counter()
    started.set()
    while not stop.is_set():
        source = SourceFile(path=folder, feed=f"feed-{imported}")
        run_import(sessions, Generated(IMPORTED), source, gazetteer=gazetteer, taxonomy=taxonomy(), now=NOW)
        imported += IMPORTED
    seconds = time.perf_counter() - began
    engine.dispose()
    sender.send(
        {
            "longest_transaction_ms": max(held, default=0.0) * 1000,
            "p95_transaction_ms": percentile(held, 95),
            "transactions": len(held),
            "listings_per_s": imported / seconds,
        }
    )


def hold_times(engine: Engine) -> list[float]:
    """How long each writing transaction of this engine lasts, from its beginning to the end of its commit,
    with what SQLite copies back from its log after letting go of the lock."""
    held: list[float] = []
    since: dict[int, float] = {}

    @event.listens_for(engine, "after_cursor_execute")
    def _begun(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            since[id(connection.connection.dbapi_connection)] = time.perf_counter()

    @event.listens_for(engine, "begin")
    def _begins(connection: Any) -> None:
        if engine.dialect.name != "sqlite" and not connection.get_execution_options().get("read_only"):
            since[id(connection.connection.dbapi_connection)] = time.perf_counter()

    def timed(end: Callable[[Any], None]) -> Callable[[Any], None]:
        def ends(connection: Any) -> None:
            end(connection)
            own = getattr(connection, "dbapi_connection", connection)
            if (began := since.pop(id(own), None)) is not None:
                held.append(time.perf_counter() - began)

        return ends

    dialect: Any = engine.dialect
    dialect.do_commit, dialect.do_rollback = timed(dialect.do_commit), timed(dialect.do_rollback)
    return held


def lock_times(engine: Engine, home: Path) -> dict[str, float]:
    """How long an import keeps others from writing, as another process sees it."""
    source = SourceFile(path=home, feed="watched")
    gazetteer, sessions = Gazetteer.load(home), session_factory(engine)
    with write_waits(Path(engine.url.database or "")) as waits:
        run_import(sessions, Generated(IMPORTED), source, gazetteer=gazetteer, taxonomy=taxonomy(), now=NOW)
    return waits


# --- all of it --------------------------------------------------------------------------------------


def run(size: int, rounds: int, database: str, home: Path) -> dict[str, Any]:
    """All figures."""
    settings = Settings.from_environment(
        {}, directory_home=home, database_url=database, search_engine="memory", log_level="ERROR"
    )
    engine = make_engine(settings.database)
    upgrade(engine)
    app = create_app(settings)
    now = dt.datetime.now(dt.UTC)
    started = time.perf_counter()
    maker = seed(engine, app.extensions["house"].keys, size, now)
    report: dict[str, Any] = {
        "database": engine.dialect.name,
        "referrals": size,
        "seed_s": time.perf_counter() - started,
    }
    if engine.dialect.name != "sqlite":  # as its autovacuum would by itself
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    with session_factory(engine).begin() as session:
        wanted = pages(app, maker, session, now)
    boards = tuple(each for each in wanted if each.name in {"board", "inbox"})
    report["alone"] = measure(within(app), wanted, rounds)
    with over_http(app) as ask:
        report["alone_over_http"] = measure(ask, boards, rounds)
    with importing(settings.database, home) as figures:
        report["import"] = measure(within(app), wanted, rounds)
        with over_http(app) as ask:
            report["import_over_http"] = measure(ask, boards, rounds)
    report["importer"] = figures
    if engine.dialect.name == "sqlite":
        report["lock"] = lock_times(engine, home)
    report["ratio_to_limit"] = ratios(report)
    report["load_average"] = os.getloadavg()[1]
    engine.dispose()
    return report


def ratios(report: Mapping[str, Any]) -> dict[str, float]:
    """What must be reached, each as its share of the limit: above 1 it was missed."""
    found = {
        f"{page['page']}, {when}": page["p95_ms"] / limit
        for when, limit in LIMITS_MS.items()
        for page in report[when]
        if page["page"].startswith(("board", "inbox"))
    }
    lock = report.get("lock", {})
    return found | {f"{name} of the import": value / LONGEST_WRITE_MS for name, value in lock.items()}


def main() -> None:
    """Measures, prints tables, writes the JSON."""
    options = parser(__doc__ or "")
    options.add_argument("--size", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--database", default="", help="SQLAlchemy address of an empty database")
    given = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        report = run(given.size, given.rounds, given.database, Path(folder))
    show(f"{given.size} referrals, {report['database']}", [{"seed_s": report["seed_s"]}])
    for name in ("alone", "alone_over_http", "import", "import_over_http"):
        show(name.replace("_", " "), report[name])
    show("The import beside", [report["importer"]])
    if "lock" in report:
        show("The write lock during an import", [report["lock"]])
    show("Share of the limit", [report["ratio_to_limit"]])
    write(given.json, report)


if __name__ == "__main__":
    main()
