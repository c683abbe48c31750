"""How fast the search engine is, beside its peers, on the same listings and questions, in one run.

`python -m benchmarks.search --size 10k|100k|1m [--peers all|none] [--json FILE]`

Every question goes to all engines in turn, so that a busy machine is busy for all of them. `ratio_to_limit`
compares with bare numpy arrays without any feature (`limit`), question by question (geometric mean) and at
the 95th percentile. `--peers none` measures our engine and the limit only.
"""

import gc
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from benchmarks import listings
from benchmarks.limit import LimitEngine
from benchmarks.peers import PlainWhooshPeer, SqlitePeer
from benchmarks.queries import CLASSES, Asker, Queries
from benchmarks.report import SIZES, geometric_mean, parser, peak_mb, percentile, resident_mb, show, write
from directory.listings.needs import taxonomy
from directory.search.columns import Compiler, FilterCodes
from directory.search.engine import EngineQuery, IndexEntry, SearchEngine, SearchPage
from directory.search.memory_engine import MemoryEngine
from directory.search.whoosh_engine import WhooshEngine
from directory.search.words import stem

EACH = 40
"""Questions of each class."""
ROUNDS = 3
"""Each question is asked so often; the best time counts, as the machine is never quite quiet."""
UPDATES = 40
ORACLE_QUESTIONS = 60
SLOW_PEERS_UP_TO = 10_000
KEPT_UP_TO = 100_000
SAMPLE = 5_000
"""Listings from which questions take their words and needs."""


class Peer(Protocol):
    """Anything that answers questions."""

    def search(self, query: EngineQuery) -> Any: ...


class Ours:
    """Our engine asked as the site asks: a misspelt word is corrected and searched again."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def search(self, query: EngineQuery) -> SearchPage:
        page = self._engine.search(query)
        if page.total or not any(page.unknown_words.values()):
            return page
        mended = tuple(
            (stem(page.unknown_words.get(group[0]) or group[0]), *group[1:]) for group in query.words
        )
        return self._engine.search(replace(query, words=mended))


def timed(peer: Peer, query: EngineQuery) -> float:
    """Seconds of one answer."""
    start = time.perf_counter()
    peer.search(query)
    return time.perf_counter() - start


def ask(peers: dict[str, Peer], questions: Queries) -> dict[str, dict[str, list[float]]]:
    """Engine, class: seconds of each question."""
    found: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in peers}
    for kind, query in questions:
        for name, peer in peers.items():
            rounds = ROUNDS if name in ("whoosh", "limit") else 1
            found[name][kind].append(min(timed(peer, query) for _ in range(rounds)))
    return found


def latencies(found: dict[str, dict[str, list[float]]]) -> list[dict[str, Any]]:
    """A row for each engine and class, and one for all classes."""
    rows = []
    for name, classes in found.items():
        for kind in (*CLASSES, "all"):
            seconds = classes[kind] if kind != "all" else [each for kind in CLASSES for each in classes[kind]]
            limit = found["limit"]
            least = limit[kind] if kind != "all" else [each for kind in CLASSES for each in limit[kind]]
            rows.append(
                {
                    "engine": name,
                    "class": kind,
                    "p50_ms": percentile(seconds, 50),
                    "p95_ms": percentile(seconds, 95),
                    "ratio_to_limit": geometric_mean([a / b for a, b in zip(seconds, least, strict=True)]),
                    "p95_ratio_to_limit": percentile(seconds, 95) / percentile(least, 95),
                }
            )
    return rows


class Made:
    """The listings, as often as wanted: kept while they are few enough, else made up again."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept = list(listings.entries(size)) if size <= KEPT_UP_TO else None

    def __iter__(self) -> Iterator[IndexEntry]:
        return iter(listings.entries(self._size) if self._kept is None else self._kept)


class Clocked:
    """Passes things on and knows how long they took to make."""

    def __init__(self, things: Iterable[IndexEntry]) -> None:
        self._things = iter(things)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[IndexEntry]:
        return self

    def __next__(self) -> IndexEntry:
        start = time.perf_counter()
        try:
            return next(self._things)
        finally:
            self.seconds += time.perf_counter() - start


def measure_build(engine: WhooshEngine, made: Iterable[IndexEntry], size: int) -> dict[str, float]:
    """Seconds, rate and additional memory of a whole build, without what making the listings up takes."""
    entries = Clocked(made)
    before = resident_mb()
    start = time.perf_counter()
    engine.rebuild(entries, last_change=1)
    seconds = time.perf_counter() - start - entries.seconds
    status = engine.status()
    return {
        "build_s": seconds,
        "listings_per_s": size / seconds,
        "index_mb": status.bytes / 1e6,
        "build_extra_mb": max(peak_mb() - before, 0.0),
    }


def built_limit(made: Iterable[IndexEntry]) -> LimitEngine:
    """The limit over the same listings."""
    codes = FilterCodes(taxonomy().facets)
    compiler = Compiler(codes)
    for entry in made:
        compiler.add(entry)
    limit = LimitEngine()
    limit.build(compiler.finish(), codes.codes)
    return limit


def measure_open(folder: Path, questions: Queries) -> dict[str, float]:
    """A fresh engine over an existing index: opening, the first answers, the memory it takes."""
    gc.collect()
    before = resident_mb()
    engine = WhooshEngine(folder)
    start = time.perf_counter()
    engine.open()
    opened = time.perf_counter() - start
    cold = [timed(engine, query) for _, query in questions]
    return {
        "open_ms": opened * 1000,
        "cold_p50_ms": percentile(cold, 50),
        "cold_p95_ms": percentile(cold, 95),
        "memory_over_bare_mb": resident_mb() - before,
    }


def measure_updates(engine: WhooshEngine, folder: Path, entries: Sequence[IndexEntry]) -> dict[str, float]:
    """One changed listing at a time, until a search of another process's engine shows it."""
    other = WhooshEngine(folder)
    other.open()
    seconds = []
    question = Asker(entries).mixed(1)[0][1]
    for number in range(UPDATES):
        changed = replace(entries[number * 7], text=f"{entries[number * 7].text} changedword{number}")
        start = time.perf_counter()
        engine.update([changed], [], last_change=number + 2)
        page = other.search(
            replace(question, words=((f"changedword{number}",),), needs=(), where=None, filters={})
        )
        seconds.append(time.perf_counter() - start)
        if page.total != 1:
            sys.exit("an update was not visible")
    return {
        "update_visible_p50_ms": percentile(seconds, 50),
        "update_visible_p95_ms": percentile(seconds, 95),
    }


def run(size: int, peers: str, folder: Path) -> dict[str, Any]:
    """All figures of one size."""
    made = Made(size)
    gc.collect()
    gc.freeze()
    sample = list(islice(made, SAMPLE))
    questions = Asker(sample).mixed(EACH)
    ours = WhooshEngine(folder / "index")
    report: dict[str, Any] = {"size": size, "build": measure_build(ours, made, size)}
    report["open"] = measure_open(folder / "index", questions)
    asked: dict[str, Peer] = {"whoosh": Ours(ours), "limit": built_limit(made)}
    if peers == "all":
        asked["sqlite"] = sqlite = SqlitePeer(folder)
        sqlite.build(made)
        if size <= SLOW_PEERS_UP_TO:
            asked["plain_whoosh"] = plain = PlainWhooshPeer(folder / "plain")
            plain.build(made)
            oracle = MemoryEngine()
            oracle.rebuild(made, last_change=1)
            report["equal_to_oracle"] = share_equal(ours, oracle, questions[:ORACLE_QUESTIONS])
    gc.collect()
    gc.freeze()
    report["latency"] = latencies(ask(asked, questions))
    report["update"] = measure_updates(ours, folder / "index", sample)
    return report


def share_equal(ours: SearchEngine, oracle: SearchEngine, questions: Queries) -> float:
    """Share of the questions to which both give the same page: hits in order, total, counts, corrections."""
    return sum(ours.search(query) == oracle.search(query) for _, query in questions) / len(questions)


def main() -> None:
    """Runs and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--size", choices=SIZES, default="10k")
    options.add_argument("--peers", choices=("all", "none"), default="all")
    given = options.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = run(SIZES[given.size], given.peers, Path(folder))
    report["seconds"] = time.perf_counter() - start
    show(f"{given.size} listings", report["latency"])
    show("Index", [report["build"] | report["open"] | report["update"]])
    if "equal_to_oracle" in report:
        sys.stdout.write(f"equal to the oracle: {report['equal_to_oracle']:.1%} of the questions\n")
    sys.stdout.write(f"{report['seconds']:.0f} s\n")
    write(given.json, report)


if __name__ == "__main__":
    main()
