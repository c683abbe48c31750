"""Whole imports: what is inserted, updated, left, rejected."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.intake import runlog
from directory.intake.batch import LONGEST_KEPT, SAME_ID, TOO_LONG, UNSTORABLE
from directory.listings import changes, store
from directory.listings.record import Phone, ServiceCapacity
from importers.contract import Rejection
from tests.builders import make_location, make_record, make_service
from tests.intake.feeds import Import, counts, facilities, feed, key, listed, newest_change

# --- insert, update, unchanged --------------------------------------------------------------------


def test_a_first_import_inserts_every_listing(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    report = bring_in.one(feed(*facilities(3)))
    assert counts(report) == {"read": 3, "inserted": 3}
    assert report.status == "complete"
    assert listed(sessions) == ["facility-0", "facility-1", "facility-2"]
    assert newest_change(sessions) == 3


def test_the_same_file_again_is_all_unchanged_and_gives_the_index_nothing_to_do(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    file = feed(*facilities(600), as_of=dt.date(2026, 10, 1))
    bring_in(file)
    last = newest_change(sessions)
    assert counts(bring_in.one(file)) == {"read": 600, "unchanged": 600}
    assert newest_change(sessions) == last


def test_only_what_changed_is_updated(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    rows = facilities(3)
    bring_in(feed(*rows))
    last = newest_change(sessions)
    rows[1] = replace(rows[1], service=make_service(name="New name"))
    assert counts(bring_in.one(feed(*rows))) == {"read": 3, "updated": 1, "unchanged": 2}
    with sessions() as session:
        assert [each[1:] for each in changes.since(session, last)] == [(key("facility-1"), "put")]
        assert store.load_document(session, key("facility-1"))["name"] == "New name"


def test_a_newer_edition_that_says_the_same_is_unchanged_but_fresher(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    rows = facilities(2)
    bring_in(feed(*rows, as_of=dt.date(2025, 12, 31)))
    last = newest_change(sessions)
    report = bring_in.one(feed(*rows, as_of=dt.date(2026, 12, 31)))
    assert counts(report) == {"read": 2, "unchanged": 2}
    with sessions() as session:
        assert store.load_document(session, key("facility-0"))["source"]["as_of"] == "2026-12-31"
        assert changes.count_since(session, last) == 2


def test_the_next_days_file_shows_its_date_without_touching_the_index(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(1), as_of=dt.date(2026, 11, 1)))
    last = newest_change(sessions)
    bring_in(feed(*facilities(1), as_of=dt.date(2026, 11, 2)))
    with sessions() as session:
        assert store.load_document(session, key("facility-0"))["source"]["as_of"] == "2026-11-02"
    assert newest_change(sessions) == last


def test_beds_that_a_newer_file_says_again_are_dated_by_it_without_touching_the_index(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    beds = make_record(service=make_service(capacities=(ServiceCapacity(unit="beds", maximum=20),)))
    bring_in(feed(beds, as_of=dt.date(2026, 11, 1)))
    last = newest_change(sessions)
    assert counts(bring_in.one(feed(beds, as_of=dt.date(2026, 11, 8)))) == {"read": 1, "unchanged": 1}
    with sessions() as session:
        (told,) = store.load_document(session, key(beds.source_id))["capacity"]
    assert (told["maximum"], told["updated"]) == (20, "2026-11-08T00:00:00+00:00")
    assert newest_change(sessions) == last


def test_beds_of_a_file_without_a_date_are_not_told(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(make_record(service=make_service(capacities=(ServiceCapacity(unit="beds"),)))))
    with sessions() as session:
        assert store.load_document(session, key("facility-1"))["capacity"] == []


def test_two_feeds_of_one_importer_are_two_sources(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    bring_in(feed(*facilities(1)), feed="east")
    assert counts(bring_in.one(feed(*facilities(1)), feed="west")) == {"read": 1, "inserted": 1}
    assert listed(sessions) == ["facility-0", "facility-0"]


def test_a_listing_tells_its_source(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    bring_in(feed(*facilities(1), as_of=dt.date(2026, 10, 1)))
    with sessions() as session:
        source = store.load_document(session, key("facility-0"))["source"]
    assert source == {
        "importer": "test_feed",
        "feed": "default",
        "name": "A feed of a test",
        "publisher": "Tests",
        "licence": "CC0",
        "url": None,
        "as_of": "2026-10-01",
        "fetched": "2026-11-20",
        "verified": None,
        "edited": [],
    }


def test_a_record_without_coordinates_is_placed_by_its_zip(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    place = make_location(latitude=None, longitude=None, precision=None)
    bring_in(feed(make_record(locations=(place,))))
    with sessions() as session:
        document = store.load_document(session, key("facility-1"))
    assert document["location_precision"] == "postal_code"
    assert document["latitude"] == pytest.approx(39.96, abs=0.1)
    assert document["county"] == "PA/Philadelphia"


# --- rows that are not listings -------------------------------------------------------------------


def test_a_bad_row_is_kept_with_its_reason_and_stops_nothing(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bad = Rejection(row=2, reason="The row has no name.", values={"zip": "19104", "odd\0": "half \ud800"})
    one, two = facilities(2)
    report = bring_in.one(feed(one, bad, two))
    assert counts(report) == {"read": 3, "inserted": 2, "rejected": 1}
    with sessions() as session:
        (kept,) = runlog.rejections(session, report.run)
        assert (kept.row, kept.reason, kept.values) == (
            2,
            "The row has no name.",
            {"zip": "19104", "odd": "half ?"},
        )


def test_a_copy_of_a_row_counts_as_unchanged(bring_in: Import) -> None:
    one, two = facilities(2)
    assert counts(bring_in.one(feed(one, one, two))) == {"read": 3, "inserted": 2, "unchanged": 1}
    assert counts(bring_in.one(feed(one, two, one))) == {"read": 3, "unchanged": 3}


def test_a_copy_is_known_across_batches(bring_in: Import) -> None:
    rows = facilities(600)
    assert counts(bring_in.one(feed(*rows, rows[0]))) == {"read": 601, "inserted": 600, "unchanged": 1}


def test_two_rows_of_one_id_that_differ_are_not_merged_in_silence(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    other = make_record(source_id="facility-0", service=make_service(name="Something else"))
    report = bring_in.one(feed(*facilities(1), other))
    assert counts(report) == {"read": 2, "inserted": 1, "rejected": 1}
    with sessions() as session:
        (kept,) = runlog.rejections(session, report.run)
    assert (kept.row, kept.reason, kept.values["name"]) == (2, SAME_ID, "Something else")


def test_a_value_that_no_database_can_hold_costs_only_its_own_row(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    rows = facilities(3)
    huge = make_service(phones=(Phone(number="1", extension=10**30),))
    half = make_service(description="half a character: \ud83d")
    bad = [make_record(source_id="huge", service=huge), make_record(source_id="half", service=half)]
    report = bring_in.one(feed(rows[0], bad[0], rows[1], bad[1], rows[2]))
    assert counts(report) == {"read": 5, "inserted": 3, "rejected": 2}
    assert listed(sessions) == ["facility-0", "facility-1", "facility-2"]
    with sessions() as session:
        assert {each.reason for each in runlog.rejections(session, report.run)} == {UNSTORABLE}


def test_a_row_that_says_more_than_a_listing_can_hold_is_told_but_not_kept_whole(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    endless = make_service(name="endless " * 300_000)
    report = bring_in.one(feed(*facilities(1), make_record(source_id="endless", service=endless)))
    assert counts(report) == {"read": 2, "inserted": 1, "rejected": 1}
    with sessions() as session:
        (kept,) = runlog.rejections(session, report.run)
    assert (kept.row, kept.reason, len(kept.values["name"])) == (2, TOO_LONG, LONGEST_KEPT)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_listing_whose_new_row_is_too_long_keeps_its_old_one(
    bring_in: Import, sessions: sessionmaker[Session], *, dry_run: bool
) -> None:
    bring_in(feed(*facilities(3)))
    endless = make_record(source_id="facility-1", service=make_service(name="endless " * 300_000))
    report = bring_in.one(feed(facilities(1)[0], endless, endless), dry_run=dry_run)
    assert counts(report) == {"read": 3, "unchanged": 1, "rejected": 2} | (
        {} if dry_run else {"withdrawn": 1}
    )
    assert report.changes
    assert report.changes.counts["withdrawn"] == 1
    assert listed(sessions) == [f"facility-{number}" for number in range(3 if dry_run else 2)]


def test_many_values_that_cannot_be_held_cost_only_their_rows(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    half = make_service(description="half a character: \ud83d")
    rows = [
        make_record(source_id=f"{number:03}", **({"service": half} if number % 23 == 0 else {}))
        for number in range(230)
    ]
    report = bring_in.one(feed(*rows))
    assert counts(report) == {"read": 230, "inserted": 220, "rejected": 10}
    with sessions() as session:
        assert [each.row for each in runlog.rejections(session, report.run)] == list(range(1, 231, 23))
    assert listed(sessions) == [each.source_id for number, each in enumerate(rows) if number % 23]


def test_a_listing_whose_new_row_cannot_be_stored_keeps_its_old_one(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(2)))
    half = make_record(source_id="facility-1", service=make_service(name="\ud83d"))
    report = bring_in.one(feed(*facilities(1), half))
    assert counts(report) == {"read": 2, "unchanged": 1, "rejected": 1}
    assert listed(sessions) == ["facility-0", "facility-1"]
