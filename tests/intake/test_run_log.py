"""Broken sources, the run log, dry runs and limits."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, inspect, select, text
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import SourceBroken
from directory.intake import part, runlog
from directory.intake.tables import ImportRun
from directory.listings import store
from directory.listings.identity import id_text
from directory.listings.record import ListingRecord
from directory.listings.tables import Service, Taxonomy
from importers.contract import Rejection
from tests.builders import make_record, make_service
from tests.intake.feeds import Broken, Feed, Import, counts, facilities, feed, listed

# --- broken sources -------------------------------------------------------------------------------


def test_what_was_read_before_a_file_broke_off_is_kept(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    report = bring_in.one(feed(*facilities(3), SourceBroken("The file ends in the middle.")))
    assert report.status == "broken"
    assert counts(report) == {"read": 3, "inserted": 3}
    assert report.warnings[0] == "The file ends in the middle."
    assert len(listed(sessions)) == 3


def test_a_file_that_cannot_be_opened_is_in_the_run_log(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    report = bring_in.one(Broken({}))
    assert (report.status, report.warnings) == ("broken", ["This is a web page, not a feed."])
    with sessions() as session:
        found = runlog.find_run(session, report.run)
        assert found is not None
        assert (found[0].status, found[1].name) == ("broken", "A feed of a test")


def test_one_broken_part_does_not_stop_the_other(bring_in: Import) -> None:
    reports = bring_in(Feed({"a": [SourceBroken("Broken.")], "b": facilities(1)}))
    assert [each.status for each in reports] == ["broken", "complete"]


def test_a_fault_of_the_program_is_not_hidden(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    with pytest.raises(ZeroDivisionError):
        bring_in(feed(*facilities(1), ZeroDivisionError()))
    with sessions() as session:
        assert session.scalars(select(ImportRun.status)).one() == "broken"


# --- the run log ----------------------------------------------------------------------------------


def test_the_run_log_agrees_with_the_report(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    report = bring_in.one(
        feed(*facilities(3), Rejection(row=4, reason="No.", values={}), warnings=["Odd (3)"])
    )
    with sessions() as session:
        ((run, source),) = runlog.runs(session)
    assert (run.id, run.status, source.importer, source.feed) == (
        report.run,
        "complete",
        "test_feed",
        "default",
    )
    assert (run.rows_read, run.inserted, run.rejected, run.listed) == (4, 3, 1, 3)
    assert run.warnings == report.warnings == ["Odd (3)"]
    assert report.as_json().keys() >= {
        "run",
        "importer",
        "feed",
        "part",
        "read",
        "inserted",
        "seconds",
        "warnings",
    }


def test_runs_are_listed_newest_first(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    made = [bring_in.one(feed(*facilities(1))).run for _ in range(3)]
    with sessions() as session:
        assert [run.id for run, _ in runlog.runs(session)] == made[::-1]
        assert [run.id for run, _ in runlog.runs(session, limit=1)] == made[2:]


def test_every_row_read_is_counted_once(bring_in: Import) -> None:
    bring_in(feed(*facilities(5)))
    rows = facilities(4)
    rows[3] = replace(rows[3], service=make_service(name="New"))
    bad = Rejection(row=1, reason="No.", values={})
    report = bring_in.one(feed(bad, *rows, rows[0], make_record(source_id="new"), bad))
    assert report.read == 8
    assert report.inserted + report.updated + report.unchanged + report.rejected == report.read


def test_progress_is_told_batch_by_batch(bring_in: Import) -> None:
    told: list[tuple[int, int | None]] = []
    bring_in(feed(*facilities(600)), progress=lambda done, expected: told.append((done, expected)))
    assert told[-1] == (600, None)
    assert len(told) > 2


# --- dry runs and limits --------------------------------------------------------------------------


def table_contents(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: sorted(map(str, connection.execute(text(f'SELECT * FROM "{name}"')))) for name in names}


def test_a_dry_run_counts_everything_and_writes_nothing(database: Engine, bring_in: Import) -> None:
    bring_in(feed(*facilities(3)))
    before = table_contents(database)
    rows = [*facilities(2), make_record(source_id="new"), make_record(source_id="new")]
    rows[1] = replace(rows[1], service=make_service(name="New"))
    report = bring_in.one(feed(*rows), dry_run=True)
    assert counts(report) == {"read": 4, "inserted": 1, "updated": 1, "unchanged": 2}
    assert table_contents(database) == before


def test_a_limit_stops_after_so_many_rows(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    report = bring_in.one(feed(*facilities(5)), limit=2)
    assert (counts(report), report.status) == ({"read": 2, "inserted": 2}, "complete")
    assert len(listed(sessions)) == 2


def test_a_limited_run_is_no_measure_for_the_next(bring_in: Import) -> None:
    bring_in(feed(*facilities(40)))
    bring_in(feed(*facilities(40)), limit=2)
    assert bring_in.one(feed(*facilities(3))).status == "implausible"


def test_examples_are_stored_and_can_be_left_out(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    bring_in(feed(*facilities(1), make_record(source_id="invented", is_example=True)))
    with sessions() as session:
        assert store.count_documents(session) == 2
        assert [each["is_example"] for each in store.iter_documents(session, include_examples=False)] == [
            False
        ]
        assert session.scalar(select(func.count()).select_from(Service)) == 2


def test_others_may_write_while_records_are_placed_and_prepared(
    database: Engine, bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place_while_another_writes(record: ListingRecord, *rest: Any) -> ListingRecord:
        with database.begin() as connection:
            connection.execute(
                insert(Taxonomy).values(id=id_text(record.source_id), name="T", description="T")
            )
        return record

    monkeypatch.setattr(part, "place_record", place_while_another_writes)
    assert bring_in.one(feed(*facilities(3))).inserted == 3
