"""Meeting Guide feeds: every trap of the format, and what must never be kept."""

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import content_hash, plain
from directory.listings.record import Code, ListingRecord
from importers.contract import Reading, Rejection, SourceFile
from importers.peer_groups._fellowships import fellowship_of
from importers.peer_groups._meeting_text import dial_in, join_url, read_days, without_private
from importers.peer_groups.meeting_guide import (
    NO_NAME,
    NO_SLUG,
    NOT_AN_OBJECT,
    WRONG_DAY,
    WRONG_TIME,
    MeetingGuide,
)
from importers.postal import PostalAddress, read_address

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "peer_groups" / "meeting_guide"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "peer_groups"
ZONE = "America/New_York"
PRIVATE = ("editor@", "wp-admin", "@plain", "John Q.", "555-0199", "john@", "b3RTYXNq", "8675309", "526452")
SECRET = ("serenity1", "Mary", "555-0177", "pwd", "PW")
"""What the sample feed holds and no record may."""


def read(
    path: Path, feed: str = "default", timezone: str | None = ZONE
) -> tuple[Reading, dict[str, ListingRecord], list[Rejection]]:
    (reading,) = MeetingGuide().read(SourceFile(path=path, feed=feed, timezone=timezone))
    rows = list(reading.rows)
    records = {row.service.name: row for row in rows if isinstance(row, ListingRecord)}
    return reading, records, [row for row in rows if isinstance(row, Rejection)]


@pytest.fixture(scope="module")
def feed() -> dict[str, ListingRecord]:
    return read(SAMPLES / "feed.json")[1]


def one(folder: Path, meeting: dict[str, Any], feed: str = "default") -> ListingRecord:
    path = folder / "one.json"
    path.write_text(json.dumps([{"slug": "a", "name": "A", "day": 1, "time": "10:00"} | meeting]))
    return next(iter(read(path, feed)[1].values()))


def test_every_row_is_one_meeting_or_one_rejection() -> None:
    reading, records, rejected = read(SAMPLES / "feed.json")
    assert len(records) + len(rejected) == 15
    assert reading.rows_expected == 14
    assert [each.reason for each in rejected] == [WRONG_DAY, WRONG_TIME, NO_SLUG, NO_NAME, NOT_AN_OBJECT]
    assert [each.row for each in rejected] == [11, 12, 13, 14, 15]


def test_a_plain_meeting_is_read_whole(feed: dict[str, ListingRecord]) -> None:
    record = feed["Plain Group"]
    assert record.source_id == "plain-1"
    assert record.attendance == "in_person"
    assert record.organization.name == "Sample Intergroup of Alcoholics Anonymous"
    assert record.codes[0] == Code("fellowship", "aa")
    assert record.place is not None
    assert record.place.address is not None
    assert plain(record.place.address) == {
        "address_1": "654 N Sample Rd",
        "city": "Glenside",
        "region": "Montgomery County",
        "state_province": "PA",
        "postal_code": "19038",
        "country": "US",
        "address_type": "physical",
    }
    assert (record.place.latitude, record.place.longitude) == (40.1048, -75.1502)
    assert [each.description for each in record.place.accessibility] == ["Wheelchair access"]
    (schedule,) = record.service.schedules
    assert (schedule.freq, schedule.byday, schedule.timezone) == ("WEEKLY", "MO", ZONE)
    assert (schedule.opens_at, schedule.closes_at) == (dt.time(19), dt.time(20))
    assert record.service.last_modified == dt.datetime(2026, 7, 19, 18, 18, 57, tzinfo=dt.UTC)


def test_nothing_private_is_kept() -> None:
    _, records, rejected = read(SAMPLES / "feed.json")
    kept = str([plain(record) for record in records.values()]) + str([each.values for each in rejected])
    for secret in (*PRIVATE, *SECRET):
        assert secret not in kept


def test_numbers_texts_and_lists_are_read_as_meant(feed: dict[str, ListingRecord]) -> None:
    record = feed["Number Slug Meeting for Newcomers"]
    assert record.source_id == "254"
    assert record.codes == (Code("fellowship", "peer_group"), Code("meeting_guide", "O"))
    assert record.place is not None
    assert record.place.address is not None
    assert record.place.address.postal_code == "64113"
    (schedule,) = record.service.schedules
    assert (schedule.byday, schedule.opens_at, schedule.closes_at) == ("FR", dt.time(19, 30), None)
    assert feed["Three Days"].service.schedules[0].byday == "MO,WE,FR"


def test_an_online_meeting_has_no_place_and_serves_its_state(feed: dict[str, ListingRecord]) -> None:
    record = feed["Online at Eleven"]
    assert record.attendance == "online"
    assert record.place is None
    assert record.virtual is not None
    assert record.virtual.url == "https://zoom.example/j/503536771"
    assert [(each.number, each.description) for each in record.virtual.phones] == [
        ("(215) 555-0158", "Meeting ID 876406386")
    ]
    assert [area.extent for area in record.service.service_areas] == ["US-PA"]
    assert [language.code for language in record.service.languages] == ["spa"]
    assert record.service.description == "Doors open early."


@pytest.mark.parametrize(
    ("name", "attendance", "status"),
    [
        ("Both Ways", "hybrid", "active"),
        ("Room Closed", None, "temporarily closed"),
        ("Gone for Now", None, "temporarily closed"),
        ("By Appointment", "online", "active"),
    ],
)
def test_how_one_takes_part_follows_from_the_row(
    feed: dict[str, ListingRecord], name: str, attendance: str | None, status: str
) -> None:
    assert (feed[name].attendance, feed[name].service.status) == (attendance, status)


def test_a_meeting_past_midnight_ends_on_the_next_day(feed: dict[str, ListingRecord]) -> None:
    (schedule,) = feed["Both Ways"].service.schedules
    assert (schedule.opens_at, schedule.closes_at) == (dt.time(23, 30), dt.time(0, 30))


def test_a_meeting_without_a_day_is_by_appointment(feed: dict[str, ListingRecord]) -> None:
    (schedule,) = feed["By Appointment"].service.schedules
    assert (schedule.freq, schedule.description) == (None, "By appointment")


def test_meetings_that_share_a_slug_are_told_apart_whatever_their_order(tmp_path: Path) -> None:
    rows = json.loads((SAMPLES / "feed.json").read_text())
    random.Random(5).shuffle(rows)
    (tmp_path / "feed.json").write_text(json.dumps(rows))
    first, again = read(SAMPLES / "feed.json")[1], read(tmp_path / "feed.json")[1]
    assert first["Twice A"].source_id != first["Twice B"].source_id
    assert {name: content_hash(record) for name, record in first.items()} == {
        name: content_hash(record) for name, record in again.items()
    }


def test_a_feed_without_a_zone_says_so_and_times_have_none() -> None:
    reading, records, _ = read(SAMPLES / "feed.json", timezone=None)
    assert records["Plain Group"].service.schedules[0].timezone is None
    assert records["Both Ways"].service.schedules[0].timezone == ZONE
    assert any(warning.startswith("No time zone") for warning in reading.warnings)


def test_unknown_types_and_fields_are_counted() -> None:
    reading, records, _ = read(SAMPLES / "feed.json")
    assert "Unknown type: QQ (1)" in reading.warnings
    assert "Unknown field: surprise (1)" in reading.warnings
    assert Code("meeting_guide", "B") in records["Three Days"].codes


def test_a_published_sheet_is_read_like_a_feed() -> None:
    _, records, rejected = read(SAMPLES / "sheet.json")
    record = records["Sheet Meeting"]
    assert rejected == []
    assert [code.value for code in record.codes[1:]] == ["O", "B", "X"]
    assert record.place is not None
    assert (record.place.latitude, record.place.longitude) == (39.919, -75.388)
    assert record.service.schedules[0].byday == "TU"


def test_an_approximate_place_shows_its_town_only(tmp_path: Path) -> None:
    meeting = {
        "attendance_option": "in_person",
        "formatted_address": "Media, PA, USA",
        "latitude": 39.9,
        "longitude": -75.4,
    }
    record = one(tmp_path, meeting)
    assert record.place is not None
    assert (record.place.visibility, record.place.precision) == ("partial", "city")


@pytest.mark.parametrize(
    ("entity", "feed", "code"),
    [
        ("Narcotics Anonymous of Sampleton", "default", "na"),
        ("Alcohólicos Anónimos", "default", "aa"),
        ("Al-Anon district 5", "default", "al_anon"),
        ("Nar-Anon", "default", "nar_anon"),
        ("Celebrate Recovery church", "default", "celebrate_recovery"),
        ("", "aa-philadelphia", "aa"),
        ("", "recovery_dharma", "recovery_dharma"),
        ("", "default", "peer_group"),
        ("Site Group", "default", "peer_group"),
        ("Site Group", "smart-ny", "smart"),
    ],
)
def test_the_fellowship_is_what_the_entity_or_the_feed_says(entity: str, feed: str, code: str) -> None:
    assert fellowship_of(entity, feed)[0] == code


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "654 N Easton Rd, Glenside, PA 19038, USA",
            ("654 N Easton Rd", "", "Glenside", "PA", "19038", "US"),
        ),
        (
            "979 West Line Road, Hatboro, PA, 19040, USA",
            ("979 West Line Road", "", "Hatboro", "PA", "19040", "US"),
        ),
        (
            "Chapel, 12 Tasker St, Philadelphia, PA 19148",
            ("12 Tasker St", "Chapel", "Philadelphia", "PA", "19148", "US"),
        ),
        (
            "800 North Rd, #7, Doylestown, PA 18902, USA",
            ("800 North Rd", "#7", "Doylestown", "PA", "18902", "US"),
        ),
        (
            "325 Cherry St. Philadelphia, PA 19106",
            ("325 Cherry St.", "", "Philadelphia", "PA", "19106", "US"),
        ),
        ("Philadelphia, PA, USA", ("", "", "Philadelphia", "PA", "", "US")),
        ("1 High St, London, UK", ("1 High St", "", "London", "", "", "GB")),
        ("100 Main St", ("100 Main St", "", "", "", "", "US")),
        ("", ("", "", "", "", "", "US")),
    ],
)
def test_a_formatted_address_is_read_from_its_end(text: str, address: tuple[str, ...]) -> None:
    assert read_address(text) == PostalAddress(*address)


@pytest.mark.parametrize(
    ("notes", "kept"),
    [
        ("Library - PW: serenity", "Library"),
        ("PW - Shoulder1", None),
        ("password a1b2c3d4", None),
        ("Step/Trad - ID: 830 292 447    Pswrd: 149489", "Step/Trad - ID: 830 292 447"),
        ("Basement -- PC- 006485 -- ring twice", "Basement -- ring twice"),
        ("Use pass: 110571", "Use"),
        ("Passages from the Big Book", "Passages from the Big Book"),
        ("Join https://zoom.example/j/9?pwd=abc today", "Join https://zoom.example/j/9 today"),
        ("Write to bob@sample.example. Doors at 7.", "Doors at 7."),
        ("12 & 12", "12 & 12"),
        ("<b>Back door</b>", "Back door"),
    ],
)
def test_notes_lose_passwords_and_contacts_only(notes: str, kept: str | None) -> None:
    assert without_private(notes) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://zoom.us/j/1?pwd=x&a=b", "https://zoom.us/j/1?a=b"),
        ("https://zoom.us/j/1?tk=x#pwd=y", "https://zoom.us/j/1"),
        ("javascript:alert(1)", None),
        ("zoom", None),
        ("", None),
    ],
)
def test_the_way_to_join_has_no_password(given: str, kept: str | None) -> None:
    assert join_url(given) == kept


def test_a_dial_string_is_cut_after_the_meeting_id() -> None:
    assert dial_in("+13017158592,,876406386#,,1#,526452#") == ("+13017158592", "876406386")
    assert dial_in("3126266799,,6631029191#,,#,,987776") == ("3126266799", "6631029191")
    assert dial_in("") is None


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (0, (0,)),
        ("6", (6,)),
        ([6], (6,)),
        ([1, 3], (1, 3)),
        ("Tuesdays", (2,)),
        ("Sun", (0,)),
        (None, ()),
        ("", ()),
    ],
)
def test_days_are_read_in_every_form(day: object, days: tuple[int, ...]) -> None:
    assert read_days(day) == days


@pytest.mark.parametrize("day", [7, "7", -1, "someday", [1, 9], 1.5])
def test_a_day_that_is_none_is_wrong(day: object) -> None:
    assert read_days(day) is None


def test_a_second_read_gives_the_same(feed: dict[str, ListingRecord]) -> None:
    assert read(SAMPLES / "feed.json")[1] == feed


def test_the_bundled_meetings_are_all_marked_as_examples() -> None:
    (sample,) = MeetingGuide().samples()
    (reading,) = MeetingGuide().read(sample)
    rows = list(reading.rows)
    assert len(rows) >= 20
    assert all(isinstance(row, ListingRecord) and row.is_example for row in rows)
    assert reading.warnings == []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("tsml_aasepia.json", 2_038),
        ("tsml_kc.test.json", 206),
        ("tsml_atlanta.json", 6),
        ("tsml_times.json", 9),
        ("tsml_timezones.test.json", 2),
        ("tsml_appointment.test.json", 2),
        ("c4r_pdf_fixture.json", 25),
    ],
)
def test_real_feeds_are_read_whole_and_keep_nothing_private(name: str, count: int) -> None:
    (reading,) = MeetingGuide().read(SourceFile(path=SHARED / name, feed="aa", timezone=ZONE))
    rows = list(reading.rows)
    assert len(rows) == len({row.source_id for row in rows if isinstance(row, ListingRecord)}) == count
    kept = str([plain(row) for row in rows if isinstance(row, ListingRecord)]).casefold()
    for secret in ("pwd=", "passcode", "pw:", "password", "venmo", "@gmail", "wp-admin", "user1@"):
        assert secret not in kept


@pytest.mark.shared
def test_a_feed_with_text_after_it_is_refused() -> None:
    with pytest.raises(SourceBroken, match="not valid JSON"):
        MeetingGuide().read(SourceFile(path=SHARED / "tsml_invalid.json"))
