"""A record, or any part of one, as JSON-ready values and back, losing nothing. Pure.

`identity.plain` is shorter, and forgets: an empty text and no text look alike in it. Here only what equals
the default of its field is left out, so that what people typed and what a source said are kept as they were.
"""

import datetime as dt
import math
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from directory.listings.record import Code, ListingRecord
from directory.phrases import N_, Phrase


class Unreadable(ValueError):
    """A value is not of the kind asked for. `where` names the part, `expected` what belongs there."""

    def __init__(self, where: str, expected: str, **values: str):
        self.where, self.expected = where, Phrase(expected, values)
        super().__init__(f"{where}: {self.expected}" if where else str(self.expected))


def to_json_value(value: Any) -> Any:
    """The value as dicts, lists, texts and numbers."""
    if isinstance(value, Code):
        return [value.scheme, value.value]
    if isinstance(value, tuple | list):
        return [to_json_value(each) for each in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if not is_dataclass(value):
        return value
    held = ((each, getattr(value, each.name)) for each in fields(value))
    return {each.name: to_json_value(own) for each, own in held if not _is_default(each, own)}


def _is_default(field: Field[Any], value: Any) -> bool:
    """Of the same type too: 0 is no False."""
    default = field.default
    return default is not MISSING and type(default) is type(value) and bool(default == value)


def from_json_value(kind: Any, value: Any, where: str = "") -> Any:
    """The value of type `kind` (a type of `record.py`) that `to_json_value` made, or that somebody typed.

    Raises `Unreadable` for everything else, unknown names included.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [each for each in get_args(kind) if each is not type(None)]
        return None if value is None else from_json_value(inner[0], value, where)
    if origin is Literal:
        if value not in get_args(kind):
            raise Unreadable(where, N_("one of %(names)s"), names=", ".join(get_args(kind)))
        return value
    if kind is Code:
        return Code(*_texts(value, 2, where))
    if origin is tuple:
        return _tuple(get_args(kind), value, where)
    if is_dataclass(kind):
        return _part(kind, value, where)
    return _READERS[kind](value, where)


def record_to_json(record: ListingRecord) -> dict[str, Any]:
    """A whole record."""
    found: dict[str, Any] = to_json_value(record)
    return found


def record_from_json(value: Any) -> ListingRecord:
    """The record that `record_to_json` was given."""
    found: ListingRecord = from_json_value(ListingRecord, value)
    return found


@cache
def kinds_of(part: Any) -> dict[str, Any]:
    """The type of each field of a class of `record.py`."""
    return get_type_hints(part)


def _tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if kinds[-1] is not Ellipsis:
        return tuple(_texts(value, len(kinds), where))
    if not isinstance(value, list | tuple):
        raise Unreadable(where, N_("a list in square brackets"))
    return tuple(from_json_value(kinds[0], each, f"{where}[{place}]") for place, each in enumerate(value))


def _texts(value: Any, count: int, where: str) -> list[str]:
    if isinstance(value, list | tuple) and len(value) == count:
        return [_text(each, where) for each in value]
    raise Unreadable(where, N_("%(count)s texts in square brackets"), count=str(count))


def _part(kind: Any, value: Any, where: str) -> Any:
    kinds = kinds_of(kind)
    if not isinstance(value, dict):
        raise Unreadable(where, N_("an object with some of %(names)s"), names=", ".join(kinds))
    if unknown := sorted(value.keys() - kinds.keys()):
        raise Unreadable(_within(where, unknown[0]), N_("one of %(names)s"), names=", ".join(kinds))
    missing = [each.name for each in fields(kind) if each.default is MISSING and each.name not in value]
    if missing:
        raise Unreadable(_within(where, missing[0]), N_("something: it is needed"))
    return kind(
        **{name: from_json_value(kinds[name], each, _within(where, name)) for name, each in value.items()}
    )


def _within(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


# --- single values --------------------------------------------------------------------------------


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise Unreadable(where, N_("a text"))
    if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        raise Unreadable(where, N_("a text without broken characters"))
    return value


def _yes_or_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(where, N_("true or false"))
    return value


def _whole_number(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise Unreadable(where, N_("a whole number"))
    return value


def _number(value: Any, where: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Unreadable(where, N_("a number"))
    return number


def _date(value: Any, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable(where, N_("a date such as 2026-11-30")) from None


def _time(value: Any, where: str) -> dt.time:
    try:
        return dt.time.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable(where, N_("a time such as 18:30")) from None


def _moment(value: Any, where: str) -> dt.datetime:
    """In UTC, which is meant where no zone is said too."""
    try:
        moment = dt.datetime.fromisoformat(value)
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(where, N_("a date and time such as 2026-11-30T18:30+00:00")) from None


_READERS = {
    str: _text,
    bool: _yes_or_no,
    int: _whole_number,
    float: _number,
    dt.date: _date,
    dt.time: _time,
    dt.datetime: _moment,
}
