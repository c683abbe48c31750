"""What people read about hours and meetings."""

import datetime as dt

import pytest

from directory.listings import hours
from directory.listings.record import Schedule
from tests.listings.hours_samples import (
    CHRISTMAS,
    EVERY_DAY,
    OFFICE,
    ROUND_THE_CLOCK,
    dated,
    new_york,
    weekly,
)

# 2026-11-20 is a Friday


@pytest.mark.parametrize(
    ("schedules", "now", "words"),
    [
        ([OFFICE], "2026-11-20 09:00", "Open now · until 5:00 PM"),
        ([OFFICE], "2026-11-20 16:00", "Open now · closes in 60 min"),
        ([OFFICE], "2026-11-20 16:35", "Open now · closes in 25 min"),
        ([OFFICE], "2026-11-20 16:59:30", "Open now · closes in 1 min"),
        ([OFFICE], "2026-11-20 08:20", "Opens in 40 min"),
        ([OFFICE], "2026-11-20 00:10", "Opens at 9:00 AM"),
        ([OFFICE], "2026-11-19 17:00", "Opens tomorrow at 9:00 AM"),
        ([OFFICE], "2026-11-20 17:00", "Closed until Monday 9:00 AM"),
        ([ROUND_THE_CLOCK], "2026-11-20 12:00", "Open 24 hours"),
        ([weekly("FR", "22:00", "06:00")], "2026-11-20 23:00", "Open now · until 6:00 AM"),
        ([weekly("FR", "08:00", "00:00")], "2026-11-20 12:00", "Open now · until midnight"),
        ([weekly("FR", "20:00", "19:00")], "2026-11-20 21:00", "Open now · until tomorrow 7:00 PM"),
        (
            [weekly("FR,SA,SU", "00:00", "23:59"), weekly("MO", "00:00", "08:00")],
            "2026-11-20 21:00",
            "Open now · until Monday 8:00 AM",
        ),
        ([ROUND_THE_CLOCK, CHRISTMAS], "2026-12-22 12:00", "Open now · until the end of Thursday"),
        ([ROUND_THE_CLOCK, CHRISTMAS], "2026-12-25 12:00", "Opens at midnight"),
        ([weekly("MO", "00:00", "08:00")], "2026-11-20 12:00", "Closed until Monday"),
        (
            [dated("09:00", "17:00", freq="MONTHLY", byday="2MO")],
            "2026-11-20 12:00",
            "Closed until December 14",
        ),
        ([OFFICE, weekly("SA")], "2026-11-20 18:00", "Closed now"),
        ([OFFICE, Schedule(closed=True, valid_from=dt.date(2026, 11, 1))], "2026-11-20 10:00", "Closed now"),
        ([], "2026-11-20 12:00", "Call for hours"),
    ],
)
def test_open_state_reads(schedules: list[Schedule], now: str, words: str) -> None:
    moment = new_york(now)
    assert str(hours.wording(hours.open_state(schedules, moment), moment)) == words


def test_today_is_the_places_today() -> None:
    guam = weekly("SA", "09:00", "17:00", timezone="Pacific/Guam")
    now = new_york("2026-11-20 12:00")  # Saturday 03:00 in Guam
    assert str(hours.wording(hours.open_state([guam], now), now)) == "Opens at 9:00 AM"


def test_weekdays_and_times_follow_the_readers_language() -> None:
    spanish = {
        "Closed until %(weekday)s %(time)s": "Cerrado hasta el %(weekday)s a las %(time)s",
        "Monday": "lunes",
    }
    now = new_york("2026-11-20 17:00")
    phrase = hours.wording(hours.open_state([OFFICE], now), now, format_time=lambda time: f"{time:%H:%M}")
    said = phrase.translated(
        lambda text: spanish.get(text, text), lambda one, many, num: one if num == 1 else many
    )
    assert said == "Cerrado hasta el lunes a las 09:00"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-20 12:00", "Today 7:00 PM"),
        ("2026-11-20 18:30", "Starts in 30 min"),
        ("2026-11-20 19:00", "Starts now"),
        ("2026-11-20 19:00:59", "Starts now"),
        ("2026-11-20 19:05", "Started 5 min ago"),
        ("2026-11-20 19:30", "Friday, November 27, 7:00 PM"),
        ("2026-11-19 12:00", "Tomorrow 7:00 PM"),
        ("2026-11-18 12:00", "Friday 7:00 PM"),
    ],
)
def test_a_meeting_reads(now: str, words: str) -> None:
    moment = new_york(now)
    meeting = hours.next_meeting([weekly("FR", "19:00")], moment)
    assert meeting is not None
    assert str(hours.meeting_wording(meeting, moment)) == words


@pytest.mark.parametrize(
    ("hour", "words"), [(0, "12:05 AM"), (1, "1:05 AM"), (11, "11:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")]
)
def test_times_read_with_twelve_hours(hour: int, words: str) -> None:
    assert hours.clock_12(dt.time(hour, 5)) == words


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (dt.time(9), dt.time(17), "9:00 AM to 5:00 PM"),
        (dt.time(22), dt.time(6), "10:00 PM to 6:00 AM"),
        (dt.time(18), dt.time(0), "6:00 PM to midnight"),
        (dt.time(18), dt.time(23, 59), "6:00 PM to midnight"),
        (dt.time(0), dt.time(23, 59), "Open 24 hours"),
        (dt.time(19), None, "7:00 PM"),
    ],
)
def test_an_interval_reads(opens: dt.time, closes: dt.time | None, words: str) -> None:
    assert str(hours.interval_wording(opens, closes)) == words


def test_the_week_table_has_seven_rows_from_sunday_in_the_order_of_the_day() -> None:
    schedules = [
        weekly("MO", "13:00", "17:00"),
        weekly("MO,TU", "09:00", "12:00"),
        weekly("TU", "09:00", "12:00"),
    ]
    table = hours.week_table(schedules)
    assert [row.weekday for row in table] == list(range(7))
    assert table[0].intervals == []
    assert table[1].intervals == [(dt.time(9), dt.time(12)), (dt.time(13), dt.time(17))]
    assert table[2].intervals == [(dt.time(9), dt.time(12))]


def test_the_week_table_is_empty_when_no_week_is_like_another() -> None:
    assert (
        hours.week_table(
            [Schedule(description="By appointment"), dated("09:00", freq="MONTHLY", byday="1MO")]
        )
        == []
    )


def test_the_week_table_of_a_day_leaves_out_what_is_over_or_yet_to_come() -> None:
    summer = weekly("MO", "08:00", "12:00", valid_from=dt.date(2026, 6, 1), valid_to=dt.date(2026, 8, 31))
    assert hours.week_table([summer], today=dt.date(2026, 5, 31)) == []
    assert hours.week_table([summer], today=dt.date(2026, 7, 1)) != []
    assert hours.week_table([summer], today=dt.date(2026, 9, 1)) == []


@pytest.mark.parametrize(
    ("schedule", "lines"),
    [
        (dated("19:00", freq="MONTHLY", byday="2MO"), ["Second Monday of the month: 7:00 PM"]),
        (
            dated("09:00", "12:00", freq="MONTHLY", byday="1SA,-1SA"),
            ["Last Saturday of the month, First Saturday of the month: 9:00 AM to 12:00 PM"],
        ),
        (dated("09:00", freq="MONTHLY", bymonthday="15"), ["Day 15 of the month: 9:00 AM"]),
        (dated("09:00", freq="MONTHLY", bymonthday="-1"), ["Last day of the month: 9:00 AM"]),
        (weekly("MO,TH", "19:00", interval=2), ["Monday, Thursday, every 2 weeks: 7:00 PM"]),
        (
            dated("19:00", freq="MONTHLY", byday="1SU", interval=3, dtstart=dt.date(2026, 1, 4)),
            ["First Sunday of the month, every 3 months: 7:00 PM"],
        ),
        (CHRISTMAS, ["December 25: closed"]),
        (
            Schedule(closed=True, valid_from=dt.date(2026, 12, 24), valid_to=dt.date(2027, 1, 1)),
            ["December 24 to January 1: closed"],
        ),
        (Schedule(closed=True, valid_from=dt.date(2026, 11, 1)), ["From November 1: closed"]),
        (Schedule(closed=True, valid_to=dt.date(2026, 12, 1)), ["Until December 1: closed"]),
        (weekly("SU", closed=True), ["Sunday: closed"]),
        (weekly("SA"), ["Saturday: call for hours"]),
        (dated("10:00", "12:00", dtstart=dt.date(2026, 12, 24)), ["December 24: 10:00 AM to 12:00 PM"]),
        # over, in the table, or without a word about days
        (dated("10:00", "12:00", dtstart=dt.date(2026, 11, 1)), []),
        (weekly(EVERY_DAY, "09:00", "17:00"), []),
        (Schedule(description="By appointment"), []),
        (dated("10:00", "12:00"), []),
    ],
)
def test_what_no_week_can_show_is_told_in_a_sentence(schedule: Schedule, lines: list[str]) -> None:
    assert list(map(str, hours.calendar_lines([schedule], today=dt.date(2026, 11, 20)))) == lines
