"""Any week, written in the ways people write it, is read back; any text is read without harm."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

from hypothesis import assume, example, given
from hypothesis import strategies as st

from directory.listings.hours import weekly_minutes
from directory.listings.record import Schedule
from importers.opening_text import opening_schedules, read_opening_text
from tests.importers.opening_told import PLACE, WEEK

Interval = tuple[int, int]
Hours = dict[str, list[Interval]]

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SPANISH = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def clock_24(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def clock_12(minute: int) -> str:
    hour = minute // 60 % 24
    return f"{hour % 12 or 12}:{minute % 60:02} {'AM' if hour < 12 else 'PM'}"


def clock_short(minute: int) -> str:
    hour, rest = minute // 60 % 24, minute % 60
    return f"{hour % 12 or 12}{f':{rest:02}' if rest else ''}{'a' if hour < 12 else 'p'}m"


def clock_dotted(minute: int) -> str:
    return clock_12(minute).replace("AM", "a.m.").replace("PM", "p.m.")


def clock_in_words(minute: int) -> str:
    return {720: "noon", 1440: "midnight"}.get(minute, clock_12(minute))


Style = tuple[tuple[str, ...], Callable[[int], str], str, str, str]
"""Names of days, how a time is written, between two times, between two intervals, between two statements."""
STYLES: tuple[Style, ...] = (
    (NAMES, clock_12, " - ", ", ", "; "),
    (NAMES, clock_dotted, " to ", " and ", ". "),
    (NAMES, clock_in_words, " until ", " & ", "\n"),
    (SHORT, clock_short, "-", ", ", ", "),
    (SHORT, clock_short, "–", " & ", " | "),
    (SHORT, clock_24, "-", ", ", "; "),
    (("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), clock_24, "-", ",", "; "),
    (("M", "Tu", "W", "Th", "F", "Sa", "Su"), clock_short, "-", " and ", "; "),
    (SPANISH, clock_dotted, " a ", " y ", "; "),
)


def intervals() -> st.SearchStrategy[list[Interval]]:
    """One or two intervals of a day, in quarters of an hour, none that people write to mean another."""
    ends = st.lists(st.integers(20, 95), min_size=2, max_size=4, unique=True).map(sorted)
    return ends.filter(lambda found: len(found) % 2 == 0).map(
        lambda found: [(first * 15, last * 15) for first, last in zip(found[::2], found[1::2], strict=True)]
    )


weeks = st.dictionaries(st.sampled_from(WEEK), intervals(), min_size=1)


def wanted(hours: Hours) -> set[tuple[str, int, int]]:
    return {(day, *each) for day, held in hours.items() for each in held}


def is_clear(hours: Hours, style: Style) -> bool:
    """Mornings alone, written 06:00-09:00, may be evenings that lost their "pm": those stay unknown."""
    return style[1] is not clock_24 or any(last >= 780 for held in hours.values() for _, last in held)


def read_back(text: str) -> set[tuple[str, int, int]]:
    found = read_opening_text(text, PLACE).schedules
    assert found is not None, text
    days = ("SU", *WEEK[:6])
    return {(days[day], opens, closes) for each in found for day, opens, closes in weekly_minutes(each) or ()}


def written_times(held: list[Interval], style: Style) -> str:
    _, clock, to, also, _ = style
    return also.join(f"{clock(first)}{to}{clock(last)}" for first, last in held)


@given(weeks, st.sampled_from(STYLES))
def test_a_week_written_day_by_day_is_read_back(hours: Hours, style: Style) -> None:
    assume(is_clear(hours, style))
    lines = [
        f"{style[0][WEEK.index(day)]}: {written_times(held, style)}"
        for day, held in sorted(hours.items(), key=lambda each: WEEK.index(each[0]))
    ]
    assert read_back(style[4].join(lines)) == wanted(hours)


@given(weeks, st.sampled_from(STYLES), st.sampled_from(["Closed", "CLOSED", "closed"]))
def test_a_week_that_names_its_closed_days_is_read_back(hours: Hours, style: Style, closed: str) -> None:
    assume(is_clear(hours, style))
    lines = [
        f"{style[0][at]}: {written_times(hours[day], style) if day in hours else closed}"
        for at, day in enumerate(WEEK)
    ]
    assert read_back(style[4].join(lines)) == wanted(hours)


@given(weeks, st.sampled_from(STYLES))
def test_times_before_their_days_are_read_back(hours: Hours, style: Style) -> None:
    assume(is_clear(hours, style))
    lines = [f"{written_times(held, style)} {style[0][WEEK.index(day)]}" for day, held in hours.items()]
    assert read_back("; ".join(lines)) == wanted(hours)


@given(st.integers(0, 6), st.integers(0, 6), intervals(), st.sampled_from(STYLES))
def test_a_range_of_days_is_read_back_round_the_end_of_the_week(
    first: int, last: int, held: list[Interval], style: Style
) -> None:
    assume(first != last and is_clear({"MO": held}, style))
    days = [WEEK[(first + step) % 7] for step in range((last - first) % 7 + 1)]
    join = style[2] if style[2] != " until " else " through "
    text = f"{style[0][first]}{join}{style[0][last]} {written_times(held, style)}"
    assert read_back(text) == wanted(dict.fromkeys(days, held))


@given(st.sampled_from(WEEK), st.integers(60, 95), st.integers(16, 44), st.sampled_from(STYLES))
def test_a_night_is_read_back(day: str, first: int, last: int, style: Style) -> None:
    night = (first * 15, 1440 + last * 15)
    text = f"{style[0][WEEK.index(day)]} {written_times([night], style)}"
    assert read_back(text) == {(day, *night)}


WORDS = [
    *("Mon", "M", "T", "Th", "F", "S", "Sat", "Sun", "lunes", "mar", "we", "weekdays", "weekends", "daily"),
    *("9", "5", "12", "09:00", "17:00", "8a", "5pm", "5:30", "12am", "noon", "midnight", "24 hours", "24/7"),
    *(
        "-",
        "to",
        "and",
        "&",
        ",",
        ";",
        ".",
        ":",
        "/",
        "(",
        ")",
        "\n",
        "every",
        "1st",
        "2nd",
        "last",
        "a",
        "y",
    ),
    *("closed", "off", "by appointment", "or by appointment", "except", "holidays", "of the month", "lunch"),
    *("call first", "open", "hours", "EST", "ct", "only", "for lunch", "until", "between", "24", "0", "–"),
]
texts = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@given(texts)
@example("Mon 9-5 ﬁ ㏂ ½ \x00 \ud800")
def test_any_text_is_read_without_harm(text: str) -> None:
    found = read_opening_text(text, PLACE)
    assert found.schedules != ()
    for each in found.schedules or ():
        check_hours(each)
    assert any(each.opens_at for each in found.schedules or ()) == (found.schedules is not None)
    assert opening_schedules(text, PLACE) == (found.schedules or opening_schedules(found.text, PLACE))


def check_hours(schedule: Schedule) -> None:
    assert schedule.byday
    assert schedule.freq == ("MONTHLY" if schedule.byday[-3:-2] in set("12345") else "WEEKLY")
    assert (schedule.opens_at is None) == (schedule.closes_at is None)
    assert schedule.opens_at is None or schedule.opens_at != schedule.closes_at
    assert schedule.closes_at != dt.time(0) or schedule.opens_at != dt.time(0)


@given(texts)
def test_no_two_intervals_of_a_day_overlap(text: str) -> None:
    taken: list[tuple[int, int]] = []
    for each in read_opening_text(text, PLACE).schedules or ():
        if each.freq == "WEEKLY":
            taken += [
                (day * 1440 + opens, day * 1440 + closes) for day, opens, closes in weekly_minutes(each) or ()
            ]
    taken.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(taken))
