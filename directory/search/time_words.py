"""Words for when and how a meeting is held: "tonight", "sábados por la mañana", "online"."""

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal

from directory.listings.record import Attendance
from directory.search.typed_words import Typed

Day = Literal["today", "tomorrow"] | int
SOON = dt.timedelta(hours=2)
"""How far "now" reaches for meetings (PRODUCT S10)."""
LATE = dt.timedelta(minutes=10)
"""A meeting that began so long ago can still be joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A window for a meeting's start. `day`: today, tomorrow or a weekday (0 is Sunday); None is any.

    `soon`: from now on for two hours; the other fields are then unused.
    """

    name: str
    """The code shown for it: "tonight", "monday"."""
    day: Day | None = None
    time_from: dt.time | None = None
    time_to: dt.time | None = None
    soon: bool = False

    def window(self, now: dt.datetime) -> tuple[int | None, dt.time | None, dt.time | None]:
        """Weekday, first and last start, for `now` as the clocks of the place show it."""
        if self.soon:
            first, last = now - LATE, now + SOON
            return (
                first.isoweekday() % 7,
                first.time().replace(microsecond=0),
                last.time().replace(microsecond=0),
            )
        today = now.isoweekday() % 7
        weekday = (
            {"today": today, "tomorrow": (today + 1) % 7}.get(self.day)
            if isinstance(self.day, str)
            else self.day
        )
        return weekday, self.time_from, self.time_to


_MORNING = (dt.time(5), dt.time(11, 59))
_AFTERNOON = (dt.time(12), dt.time(17, 59))
_EVENING = (dt.time(17), None)
_Hours = tuple[dt.time, dt.time | None]
# Phrases are folded and parted by commas, English first.
_DAYS: tuple[tuple[Day, str, str], ...] = (
    ("today", "today", "today, hoy, hoy dia, el dia de hoy"),
    ("tomorrow", "tomorrow", "tomorrow, manana, el dia de manana"),
    (0, "sunday", "sunday, sundays, domingo, domingos"),
    (1, "monday", "monday, mondays, lunes"),
    (2, "tuesday", "tuesday, tuesdays, martes"),
    (3, "wednesday", "wednesday, wednesdays, miercoles"),
    (4, "thursday", "thursday, thursdays, jueves"),
    (5, "friday", "friday, fridays, viernes"),
    (6, "saturday", "saturday, saturdays, sabado, sabados"),
)
_PARTS: tuple[tuple[str, _Hours, str], ...] = (
    (
        "morning",
        _MORNING,
        """morning, mornings, in the morning, in the mornings,
        por la manana, en la manana, de la manana, a la manana, por las mananas""",
    ),
    (
        "afternoon",
        _AFTERNOON,
        """afternoon, afternoons, in the afternoon, in the afternoons,
        por la tarde, en la tarde, de la tarde, a la tarde, por las tardes""",
    ),
    (
        "evening",
        _EVENING,
        """evening, evenings, night, nights, in the evening, in the evenings, at night,
        noche, noches, por la noche, en la noche, de la noche, a la noche, de noche, por las noches""",
    ),
)
_TODAY_PARTS: tuple[tuple[str, _Hours, str], ...] = (
    ("tonight", _EVENING, "tonight, this evening, later tonight, esta noche"),
    ("today_morning", _MORNING, "this morning, esta manana"),
    ("today_afternoon", _AFTERNOON, "this afternoon, esta tarde"),
)
_NOW = """
    now, right now, starting soon, starting now, soon, asap, next 2 hours, in the next 2 hours,
    ahora, ahora mismo, ahorita, en este momento, ya mismo, en las proximas 2 horas, pronto
"""
_ATTEND: tuple[tuple[Attendance, str], ...] = (
    (
        "online",
        """online, on line, virtual, virtually, zoom, by zoom, on zoom, by video,
        virtuales, en linea, por zoom, por internet, por video, por computadora""",
    ),
    ("in_person", "in person, face to face, en persona, presencial, presenciales, cara a cara"),
    ("hybrid", "hybrid, hibrida, hibrido, hibridas, hibridos"),
)
_OPEN_NOW = (
    "open now, now open, open right now, currently open, open at this time, open at the moment, "
    "abierto ahora, abierta ahora, abiertos ahora, abiertas ahora, ahora abierto, abierto ya, "
    "abierto ahora mismo, abierta ahora mismo, abiertos ahora mismo, "
    "abierto en este momento, abierta en este momento, abiertos en este momento"
)
_PASSING = "today, tonight, now, right now, asap, soon, hoy, ahora, ahora mismo, ahorita, esta noche, pronto"


def _rows(phrases: str) -> list[tuple[str, ...]]:
    return [tuple(each.split()) for each in phrases.split(",")]


MEETING_WORDS = frozenset({"meeting", "meetings", "mtg", "mtgs", "reunion", "reuniones", "junta", "juntas"})
"""Folded words that show that a time is meant as the time of a meeting."""
PASSING_WORDS = tuple(_rows(_PASSING))
"""Words of haste; where no meeting is meant they tell nothing that a listing would say."""


def _whens() -> Iterator[tuple[tuple[str, ...], When]]:
    for phrase in _rows(_NOW):
        yield phrase, When(name="now", soon=True)
    for name, (first, last), phrases in _TODAY_PARTS:
        for phrase in _rows(phrases):
            yield phrase, When(name=name, day="today", time_from=first, time_to=last)
    for day, name, phrases in _DAYS:
        for phrase in _rows(phrases):
            yield phrase, When(name=name, day=day)
    for part, (first, last), part_phrases in _PARTS:
        for part_phrase in _rows(part_phrases):
            yield part_phrase, When(name=part, time_from=first, time_to=last)
            for day, name, phrases in _DAYS:
                shown = "tonight" if (day, part) == ("today", "evening") else f"{name}_{part}"
                when = When(name=shown, day=day, time_from=first, time_to=last)
                for phrase in _rows(phrases):
                    yield (*phrase, *part_phrase), when


WHENS: dict[tuple[str, ...], When] = dict(_whens())
ATTENDS: dict[tuple[str, ...], Attendance] = {
    phrase: attendance for attendance, phrases in _ATTEND for phrase in _rows(phrases)
}
OPEN_NOW = frozenset(_rows(_OPEN_NOW))
_LONGEST = max(map(len, (*WHENS, *ATTENDS, *OPEN_NOW)))


def take_when(typed: Typed) -> tuple[str, When] | None:
    """Takes the longest phrase for a time; answers it as typed, and what it means."""
    span = _longest(typed, WHENS)
    if span is None:
        return None
    when = WHENS[typed.folded(*span) or ()]
    return typed.take(span[0], span[0] + span[1]), when


def take_attendance(typed: Typed) -> tuple[str, Attendance] | None:
    """Takes the longest phrase for how one takes part."""
    span = _longest(typed, ATTENDS)
    if span is None:
        return None
    attendance = ATTENDS[typed.folded(*span) or ()]
    return typed.take(span[0], span[0] + span[1]), attendance


def take_open_now(typed: Typed) -> str | None:
    """Takes a phrase that says "open now"; answers it as typed."""
    span = _longest(typed, OPEN_NOW)
    return None if span is None else typed.take(span[0], span[0] + span[1])


def _longest(typed: Typed, phrases: Container[tuple[str, ...]]) -> tuple[int, int] | None:
    """Start and length of the longest phrase typed; the first of equally long ones."""
    for length in range(_LONGEST, 0, -1):
        for start in range(len(typed.words)):
            found = typed.folded(start, length)
            if found is not None and found in phrases:
                return start, length
    return None
