"""What a person types for a field of a listing, made into its value; or one sentence that says what to write.
Pure."""

import datetime as dt
import json
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from directory.errors import QueryInvalid
from directory.listings.edits import FIELDS, Field
from directory.listings.needs import Taxonomy
from directory.listings.record import Code
from directory.listings.record_json import Unreadable, from_json_value, to_json_value
from directory.phrases import N_, Phrase

OUR_SCHEMES = ("need", "filter")
"""Code schemes whose codes are ours, and are looked up."""
MOST_DIGITS = 10
"""A whole number that a field can hold has no more."""


def find_field(name: str) -> Field:
    """The editable field of that name. Raises `QueryInvalid` with the names nearest to it."""
    if name in FIELDS:
        return FIELDS[name]
    last = {each.rpartition(".")[2]: each for each in reversed(list(FIELDS))}
    close = [*get_close_matches(name, FIELDS, 3, 0.6)]
    close += [last[each] for each in get_close_matches(name.rpartition(".")[2], last, 3, 0.7)]
    if not close:
        raise QueryInvalid(
            Phrase(
                N_("There is no field %(field)s: `--list` shows the fields that can be edited."),
                {"field": name},
            )
        )
    names = ", ".join(dict.fromkeys(close))
    raise QueryInvalid(
        Phrase(N_("There is no field %(field)s. Did you mean %(names)s?"), {"field": name, "names": names})
    )


def read_text(field: Field, text: str, *, now: dt.datetime, taxonomy: Taxonomy) -> Any:
    """The JSON value that a text stands for. An empty text empties the field. Raises `QueryInvalid`."""
    text = text.strip()
    if not text:
        return read_value(field, [] if field.is_list else _empty(field), now=now, taxonomy=taxonomy)
    return read_value(field, _parsed(field, text), now=now, taxonomy=taxonomy)


def read_value(field: Field, value: Any, *, now: dt.datetime, taxonomy: Taxonomy) -> Any:
    """The JSON value as it is kept, if it can stand in the field. Raises `QueryInvalid`.

    An amount of room that is not dated is said now.
    """
    if field.name == "capacity" and isinstance(value, list):
        value = [{"updated": now.isoformat()} | each if isinstance(each, dict) else each for each in value]
    if field.needed and not value:
        raise QueryInvalid(Phrase(N_("%(field)s cannot be empty."), {"field": field.name}))
    try:
        typed = from_json_value(field.kind, value)
    except Unreadable as problem:
        if field.is_list and not problem.where:
            raise _refused(field, what_to_write(field)) from None
        raise _refused(field, problem.expected, problem.where) from None
    if typed and field.check and not field.check(typed):
        raise _refused(field, what_to_write(field))
    if field.name == "codes":
        _look_up(field, typed, taxonomy)
    return to_json_value(typed)


def what_to_write(field: Field) -> Phrase:
    """What the value of a field looks like."""
    if field.hint:
        return Phrase(field.hint)
    kind = _inner(field.kind)
    if get_origin(kind) is Literal:
        return Phrase(N_("one of %(names)s"), {"names": ", ".join(get_args(kind))})
    if field.is_list:
        return Phrase(N_("a list as JSON, in square brackets"))
    return Phrase(_WHAT.get(kind, N_("a text")))


_WHAT = {int: N_("a whole number"), dt.date: N_("a date such as 2026-11-30")}


def _inner(kind: Any) -> Any:
    if get_origin(kind) in (Literal, tuple):
        return kind
    inner = [each for each in get_args(kind) if each is not type(None)]
    return inner[0] if inner else kind


def _empty(field: Field) -> Any:
    """Nothing, as the field's type has it: an empty text where it must be one."""
    return "" if field.kind is str else None


def _parsed(field: Field, text: str) -> Any:
    if field.is_list:
        if field.name == "location.coordinates" and not text.startswith("["):
            text = f"[{text}]"
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise _refused(field, what_to_write(field)) from None
    if _inner(field.kind) is int:
        is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
        return int(text) if is_number else text
    return text


def _look_up(field: Field, codes: tuple[Code, ...], taxonomy: Taxonomy) -> None:
    known = {*taxonomy.needs, *taxonomy.facets}
    for scheme, value in codes:
        if scheme in OUR_SCHEMES and value not in known:
            close = ", ".join(get_close_matches(value, sorted(known), 3, 0.5))
            raise _refused(
                field,
                Phrase(N_("one of %(names)s"), {"names": close or "directory/listings/needs.toml"}),
                value,
            )


def _refused(field: Field, expected: Phrase, where: str = "") -> QueryInvalid:
    values = {"field": field.name, "expected": expected}
    if where:
        return QueryInvalid(
            Phrase(
                N_("%(field)s cannot be set to that: for %(where)s write %(expected)s."),
                values | {"where": where},
            )
        )
    return QueryInvalid(Phrase(N_("%(field)s cannot be set to that: write %(expected)s."), values))
