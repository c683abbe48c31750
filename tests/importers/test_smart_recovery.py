"""SMART Recovery's file: a long text beside each meeting, of which only labelled facts are read."""

import datetime as dt
import json
from pathlib import Path

import pytest

from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import Code, ListingRecord
from importers.peer_groups import smart_recovery
from importers.peer_groups.smart_recovery import SmartRecovery
from tests.importers.reading import SAMPLES, SHARED, hashes, read

PATH = SAMPLES / "peer_groups" / "smart_recovery" / "meetings.json"


def records() -> list[ListingRecord]:
    return read(SmartRecovery(), PATH, timezone="America/New_York")[1]


def test_each_row_becomes_one_record_or_one_rejection() -> None:
    _, found, rejected = read(SmartRecovery(), PATH)
    assert len(found) == 6
    assert [each.reason for each in rejected] == [
        smart_recovery.WRONG_DAY,
        smart_recovery.WRONG_TIME,
        smart_recovery.UNEVEN,
    ]


def test_days_in_the_plural_and_times_with_zones_are_read() -> None:
    first, second, third, fourth, *_ = records()
    assert [(each.byday, each.opens_at) for each in first.service.schedules] == [("MO", dt.time(19, 30))]
    assert second.service.schedules[0].timezone == "America/Chicago"
    assert [each.byday for each in third.service.schedules] == ["TU,TH"]
    times = [(each.byday, each.opens_at) for each in fourth.service.schedules]
    assert times == [("SA", dt.time(9)), ("SU", dt.time(10))]


def test_the_program_says_which_groups_it_is_among() -> None:
    first, second, *_ = records()
    assert "smart" in taxonomy().derive(first.codes).needs
    assert "family_groups" in taxonomy().derive(second.codes).needs
    assert second.service.name == "SMART Recovery Family & Friends meeting"
    assert [each.code for each in second.service.languages] == ["eng", "spa"]


def test_for_whom_a_meeting_is_counts_unless_all_are_welcome() -> None:
    found = records()
    assert Code("meeting_guide", "W") in found[2].codes
    assert Code("meeting_guide", "W") not in found[4].codes


def test_how_one_takes_part_follows_the_notes() -> None:
    first, second, third, fourth, fifth, _ = records()
    assert (first.attendance, third.attendance, fifth.attendance) == ("in_person", "hybrid", "in_person")
    assert second.attendance == "online"
    assert second.virtual
    assert second.virtual.url == "https://example.zoom.us/j/523211184"
    assert second.place is None
    assert (fourth.attendance, fourth.service.status) == (None, "temporarily closed")


def test_a_venue_before_the_street_is_the_places_name() -> None:
    place = records()[0].place
    assert place
    assert place.address
    assert (place.name, place.address.address_1, place.address.city) == (
        "Example Hall",
        "100 Example Street",
        "Philadelphia",
    )
    assert place.visibility == "full"


def test_of_a_meeting_that_gives_only_a_town_only_the_town_is_shown() -> None:
    place = records()[4].place
    assert place
    assert place.visibility == "partial"


def test_nothing_about_persons_and_no_password_is_in_a_record_or_a_rejection() -> None:
    reading, found, rejected = read(SmartRecovery(), PATH)
    told = json.dumps([*map(plain, found), *(dict(each.values) for each in rejected), *reading.warnings])
    for private in ("SECRET", "robin", "0666"):
        assert private not in told


def test_two_rows_of_one_number_are_told_apart_by_what_they_say() -> None:
    ids = [record.source_id for record in records()]
    assert len(set(ids)) == 6
    assert ids[:4] == ["1", "2", "3", "4"]


def test_reading_again_in_another_order_gives_the_same_records(tmp_path: Path) -> None:
    rows = json.loads(PATH.read_text())
    path = tmp_path / "meetings.json"
    path.write_text(json.dumps(list(reversed(rows))))
    again = read(SmartRecovery(), path, timezone="America/New_York")[1]
    assert hashes(again) == hashes(records())


@pytest.mark.shared
def test_the_real_file_is_read_but_for_the_rows_without_a_day() -> None:
    _, found, rejected = read(SmartRecovery(), SHARED / "peer_groups" / "SMART.json")
    assert (len(found), len(rejected)) == (1028, 13)
    assert {each.reason for each in rejected} == {smart_recovery.WRONG_DAY}
    told = json.dumps([plain(record) for record in found])
    assert "Facilitator" not in told
    assert "pwd=" not in told
