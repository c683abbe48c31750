"""What only the embedded engine must keep: its files, its processes, its small segments."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from whoosh import index, query

from directory.errors import IndexUnavailable
from directory.search import whoosh_engine
from directory.search.engine import IndexEntry
from directory.search.memory_engine import MemoryEngine
from directory.search.whoosh_engine import INDEX_NAME, WhooshEngine
from tests.search.engines import NOW, ask, entry, found, near, said
from tests.search.test_engines_agree import assert_agree, random_entry

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def world(size: int, seed: int = 5) -> list[IndexEntry]:
    chance = random.Random(seed)
    return [random_entry(chance, f"{number:05}") for number in range(size)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_thousands_of_listings_are_found_as_by_the_plain_engine(folder: Path) -> None:
    engine, oracle = WhooshEngine(folder), MemoryEngine()
    entries = world(5_000)
    engine.rebuild(entries, 1)
    oracle.rebuild(entries, 1)
    assert_agree(engine, oracle, random.Random(3), queries=12)


def test_a_fresh_process_answers_from_what_another_wrote(folder: Path) -> None:
    WhooshEngine(folder).rebuild([entry("A", name="Hope House")], 7)
    engine = WhooshEngine(folder)
    assert found(engine, words=said("hope")) == ["A"]
    assert (engine.status().documents, engine.status().last_change) == (1, 7)


def test_an_open_engine_sees_updates_and_rebuilds_by_others(folder: Path) -> None:
    mine, theirs = WhooshEngine(folder), WhooshEngine(folder)
    theirs.rebuild([entry("A")], 1)
    assert found(mine) == ["A"]
    theirs.update([entry("B")], ["A"], 2)
    assert found(mine) == ["B"]
    theirs.rebuild([entry("C"), entry("D")], 3)
    assert found(mine) == ["C", "D"]
    assert mine.status().last_change == 3


def test_single_updates_stay_few_segments(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild([entry(f"{number:03}") for number in range(50)], 1)
    for number in range(70):
        engine.update([entry(f"{number:03}", name="changed")], [], number + 2)
    files = list(next(path for path in folder.iterdir() if path.is_dir()).glob("*.seg"))
    assert len(files) <= 6
    assert ask(engine, words=said("changed")).total == 70
    assert engine.status().documents == 70


def test_a_listing_updated_again_and_again_is_there_once(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for number in range(40):
        engine.update([entry("A", name=f"name{number}"), entry(f"B{number}")], [], number)
    assert ask(engine, words=said("name39")).total == 1
    assert ask(engine, words=said("name38")).total == 0
    assert engine.complete("name", 9, NOW) == ["name39"]


def test_filters_that_turn_up_later_are_counted(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild([entry("A", filters=("medicaid",))], 1)
    engine.update([entry("B", filters=("medicaid", "brand_new"))], [], 2)
    assert ask(WhooshEngine(folder)).facets == {"medicaid": 2, "brand_new": 1}


def test_a_listing_given_twice_to_a_rebuild_counts_once_as_given_last(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild([entry("A", name="old"), entry("B"), entry("A", name="new")], 4)
    assert engine.status().documents == 2
    assert found(engine, words=said("new")) == ["A"]
    assert found(engine, words=said("old")) == []


def test_no_index_is_said_so_and_counts_as_empty(folder: Path) -> None:
    engine = WhooshEngine(folder)
    with pytest.raises(IndexUnavailable, match="not been built"):
        ask(engine)
    assert engine.status().documents == 0
    engine.rebuild([], 3)
    assert ask(engine).total == 0
    assert engine.status().last_change == 3


def damage_current(folder: Path) -> None:
    (folder / "current").write_text("{")


def damage_format(folder: Path) -> None:
    read = json.loads((folder / "current").read_text())
    (folder / "current").write_text(json.dumps(read | {"format": 999}))


def damage_segment(folder: Path) -> None:
    path = next(folder.glob("*/*.seg"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_contents(folder: Path) -> None:
    next(folder.glob("*/*.toc")).write_bytes(b"nothing")


def damage_folder(folder: Path) -> None:
    for path in folder.glob("*/*"):
        path.unlink()


DAMAGES = (damage_current, damage_format, damage_segment, damage_contents, damage_folder)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_said_so_and_mended_by_a_rebuild(folder: Path, damage: object) -> None:
    WhooshEngine(folder).rebuild(world(50), 1)
    assert callable(damage)
    damage(folder)
    engine = WhooshEngine(folder)
    with pytest.raises(IndexUnavailable, match="directory index rebuild"):
        ask(engine)
    assert engine.status().documents == 0
    engine.rebuild(world(20), 2)
    assert engine.status().documents == 20


def test_a_rebuild_leaves_no_old_files(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for number in range(3):
        engine.rebuild(world(10), number)
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def test_a_rebuild_that_fails_leaves_the_old_index(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild([entry("A")], 1)

    def broken() -> Iterator[IndexEntry]:
        yield entry("B")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken(), 2)
    assert found(engine) == ["A"]


def test_a_second_writer_waits_and_then_gives_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild([entry("A")], 1)
    monkeypatch.setattr(whoosh_engine, "LOCK_SECONDS", 0.05)
    with whoosh_engine.WhooshStore(folder).writing(), pytest.raises(IndexUnavailable, match="writing"):
        WhooshEngine(folder).update([entry("B")], [], 2)
    engine.update([entry("B")], [], 2)
    assert found(engine) == ["A", "B"]


def test_whooshs_own_readers_understand_the_index(folder: Path) -> None:
    entries = world(200)
    WhooshEngine(folder).rebuild(entries, 1)
    inner = next(path for path in folder.iterdir() if path.is_dir())
    plain = index.open_dir(str(inner), indexname=INDEX_NAME)
    wanted = sum("detox" in each.needs or "detox" in each.also for each in entries)
    with plain.searcher() as searcher:
        assert len(searcher.search(query.Term("need", "detox"), limit=None)) == wanted
        assert searcher.doc_count() == 200
        qualities = searcher.reader().column_reader("quality")
        assert sorted(qualities[number] for number in range(200)) == sorted(each.quality for each in entries)


WRITER = """
import sys
from pathlib import Path
from directory.search.whoosh_engine import WhooshEngine
from tests.search.engines import entry
engine = WhooshEngine(Path(sys.argv[1]))
print("ready", flush=True)
change = 1
while True:
    change += 1
    if sys.argv[2] == "rebuild":
        engine.rebuild([entry(f"{change}-{number}", name=f"build{change}") for number in range(300)], change)
    else:
        engine.update([entry(f"{change % 7}-{number}", name="new") for number in range(20)], [], change)
"""


@pytest.mark.parametrize("way", ["rebuild", "update"])
def test_a_writer_killed_at_any_moment_leaves_a_whole_index(folder: Path, way: str) -> None:
    WhooshEngine(folder).rebuild([entry("A")], 1)
    chance = random.Random(11)
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), way],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.02, 0.25))
            process.send_signal(signal.SIGKILL)
        engine = WhooshEngine(folder)
        status = engine.status()
        assert status.documents == ask(engine).total > 0
        if way == "rebuild" and status.last_change > 1:
            assert ask(engine, words=said(f"build{status.last_change}")).total == 300
    engine.update([entry("Z")], [], 99_999)
    assert ask(engine, words=said("Z")).total == 1


def test_two_processes_write_in_turn_and_lose_nothing(folder: Path) -> None:
    script = """
import sys
from pathlib import Path
from directory.search.whoosh_engine import WhooshEngine
from tests.search.engines import entry
engine = WhooshEngine(Path(sys.argv[1]))
for number in range(15):
    engine.update([entry(f"{sys.argv[2]}-{number}")], [], number)
"""
    WhooshEngine(folder).rebuild([entry("A")], 1)
    commands = [[sys.executable, "-c", script, str(folder), name] for name in ("one", "two")]
    with ExitStack() as running:
        processes = [
            running.enter_context(subprocess.Popen(each, cwd=ROOT, env=ENVIRONMENT)) for each in commands
        ]
        for process in processes:
            running.callback(process.kill)
        assert [process.wait(60) for process in processes] == [0, 0]
    assert ask(WhooshEngine(folder)).total == 31


def test_a_reader_answers_all_the_while_another_process_rebuilds(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild([entry("A")], 1)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), "rebuild"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        until = time.monotonic() + 0.7
        totals = set()
        while time.monotonic() < until:
            totals.add(ask(engine, where=near()).total)
        process.send_signal(signal.SIGKILL)
    assert totals <= {1, 300}


def test_threads_may_share_an_engine_while_it_is_updated(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild(world(400), 1)
    total = ask(engine, needs=("detox",)).total
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(ask, engine, needs=("detox",)) for _ in range(200)]
        for number in range(10):
            engine.update([entry(f"new{number}", needs=("detox",))], [], number + 2)
        totals = {each.result().total for each in asked}
    assert totals <= set(range(total, total + 11))
    assert ask(engine, needs=("detox",)).total == total + 10


def test_a_page_far_behind_the_end_is_empty_and_keeps_the_total(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.rebuild(world(300), 1)
    page = ask(engine, offset=10**9)
    assert (page.hits, page.total) == ((), sum(each.shown.at(NOW) for each in world(300)))
