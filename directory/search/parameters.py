"""The parameters of a search, one row each: how a value is read from text and written back."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from directory.errors import QueryInvalid
from directory.listings.needs import Taxonomy
from directory.listings.record import KINDS, Attendance
from directory.phrases import N_, Phrase
from directory.search.engine import SortOrder

LONGEST_TEXT = 300
"""Longest `q` and `near`, in characters."""
LANGUAGES = ("en", "es")
YEARS = range(2000, 2101)
"""Years of an `open` time: others are slips of the keyboard."""

Read = Callable[[Sequence[str], Taxonomy], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """`read` takes the values as typed (at least one) and raises `QueryInvalid` with one sentence; `write`
    gives the texts that `read` takes; `plain` gives the JSON form."""

    name: str
    field: str
    read: Read
    write: Callable[[Any], Sequence[str]]
    plain: Callable[[Any], Any]


def cleaned(text: str) -> str:
    """Text without control and invisible characters, blanks single."""
    if not text.isascii() or not text.isprintable():
        kinds = ((each, unicodedata.category(each)) for each in text)
        text = "".join(
            " " if kind in ("Cc", "Zl", "Zp") else each for each, kind in kinds if kind not in ("Cf", "Cs")
        )
    return " ".join(text.split())


def shown_number(number: float) -> int | float:
    """25.0 as 25, 2.5 as 2.5."""
    return int(number) if number == int(number) else number


def _quoted(text: str) -> str:
    """What was typed, short enough to repeat in a sentence."""
    text = cleaned(text)
    return text if len(text) <= 40 else text[:39] + "…"


def _text(values: Sequence[str], _: Taxonomy) -> str:
    if len(values[0]) > LONGEST_TEXT:
        raise QueryInvalid(
            Phrase(
                N_("Please write a text shorter than %(number)s characters."), {"number": LONGEST_TEXT + 1}
            )
        )
    return cleaned(values[0])


def _needs(values: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    return _codes(values, taxonomy.needs, N_("There is no need called “%(code)s”."))


def _filters(values: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    return _codes(values, taxonomy.facets, N_("There is no filter called “%(code)s”."))


def _kinds(values: Sequence[str], _: Taxonomy) -> tuple[str, ...]:
    return _codes(values, KINDS, N_("There is no kind of listing called “%(code)s”."))


def _codes(values: Sequence[str], known: Any, sentence: str) -> tuple[str, ...]:
    codes = {value.strip() for value in values}
    unknown = sorted(each for each in codes if each not in known)
    if unknown:
        raise QueryInvalid(Phrase(sentence, {"code": _quoted(unknown[0])}))
    return tuple(sorted(codes))


def _one_of(*allowed: str) -> Read:
    def read(values: Sequence[str], _: Taxonomy) -> str:
        value = values[0].strip()
        if value not in allowed:
            raise QueryInvalid(
                Phrase(N_("Please use one of these: %(values)s."), {"values": ", ".join(allowed)})
            )
        return value

    return read


def _yes_or_no(values: Sequence[str], _: Taxonomy) -> bool:
    value = values[0].strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise QueryInvalid(N_("Please use 1 for yes or 0 for no."))


def _number(text: str) -> float:
    """Plain decimals only: `float` would also take "nan", "1e9" and "1_000"."""
    if not re.fullmatch(r"\s*[+-]?\d{1,9}(\.\d{1,30})?\s*", text, re.ASCII):
        raise QueryInvalid(Phrase(N_("“%(text)s” is not a number."), {"text": _quoted(text)}))
    return float(text)


def _radius(values: Sequence[str], _: Taxonomy) -> float:
    return round(_number(values[0]), 1)


def _whole_number(smallest: int, largest: int | None = None) -> Read:
    def read(values: Sequence[str], _: Taxonomy) -> int:
        text = values[0].strip()
        number = int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else -1
        if number < smallest or (largest is not None and number > largest):
            if largest is None:
                raise QueryInvalid(
                    Phrase(N_("Please use a whole number from %(smallest)s."), {"smallest": smallest})
                )
            raise QueryInvalid(
                Phrase(
                    N_("Please use a whole number from %(smallest)s to %(largest)s."),
                    {"smallest": smallest, "largest": largest},
                )
            )
        return number

    return read


def _point(values: Sequence[str], _: Taxonomy) -> tuple[float, float]:
    """Rounded to 2 decimals (about a kilometer): a search needs no more, and a link should not tell more."""
    wrong = QueryInvalid(N_("Please write a latitude and a longitude, such as 39.95,-75.16."))
    parts = values[0].split(",")
    if len(parts) != 2:
        raise wrong
    try:
        latitude, longitude = (_number(each) for each in parts)
    except QueryInvalid:
        raise wrong from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise wrong
    return round(latitude, 2) + 0.0, round(longitude, 2) + 0.0


def _open(values: Sequence[str], _: Taxonomy) -> dt.datetime | str:
    text = values[0].strip()
    if text == "now":
        return text
    wrong = QueryInvalid(N_("Please write “now”, or a day and time such as 2026-11-23T18:30."))
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise wrong from None
    if len(text) < len("2026-11-23T18") or moment.year not in YEARS:
        raise wrong
    return moment.replace(second=0, microsecond=0)


def _time(values: Sequence[str], _: Taxonomy) -> dt.time:
    wrong = QueryInvalid(N_("Please write a time such as 18:30."))
    try:
        time = dt.time.fromisoformat(values[0].strip())
    except ValueError:
        raise wrong from None
    if time.tzinfo is not None:
        raise wrong
    return time.replace(second=0, microsecond=0)


def _itself(value: Any) -> Any:
    return value


def _written(value: Any) -> Sequence[str]:
    return (str(value),)


def _clock(value: dt.time | None) -> str | None:
    return value.isoformat("minutes") if value else None


def _moment(value: dt.datetime | str | None) -> str | None:
    return value.isoformat(timespec="minutes") if isinstance(value, dt.datetime) else value


def _plain_radius(value: float | None) -> int | float | None:
    return None if value is None else shown_number(value)


def _point_text(value: tuple[float, float] | None) -> str | None:
    return value and f"{value[0]:.2f},{value[1]:.2f}"


def _row(
    name: str,
    read: Read,
    *,
    field: str | None = None,
    write: Callable[[Any], Sequence[str]] = _written,
    plain: Callable[[Any], Any] = _itself,
) -> Parameter:
    return Parameter(name=name, field=field or name, read=read, write=write, plain=plain)


def _row_of(name: str, read: Read, text: Callable[[Any], Any], field: str | None = None) -> Parameter:
    """A parameter whose JSON form is also how it is written in a URL."""
    return _row(name, read, field=field, write=lambda value: (str(text(value)),), plain=text)


def _row_of_codes(name: str, read: Read) -> Parameter:
    return _row(name, read, write=_itself, plain=list)


PARAMETERS: tuple[Parameter, ...] = (
    _row("q", _text),
    _row_of_codes("need", _needs),
    _row("near", _text),
    _row_of("ll", _point, _point_text),
    _row("literal", _yes_or_no, write=lambda value: (str(int(value)),)),
    _row_of("radius", _radius, _plain_radius),
    _row("unit", _one_of("mi", "km")),
    _row_of_codes("filter", _filters),
    _row_of("open", _open, _moment),
    _row("day", _whole_number(0, 6)),
    _row_of("from", _time, _clock, field="time_from"),
    _row_of("to", _time, _clock, field="time_to"),
    _row("attend", _one_of(*get_args(Attendance))),
    _row_of_codes("kind", _kinds),
    _row("sort", _one_of(*get_args(SortOrder))),
    _row("page", _whole_number(1)),
    _row("per_page", _whole_number(1, 100)),
    _row("lang", _one_of(*LANGUAGES)),
)
"""In the order in which they stand in a canonical URL."""
