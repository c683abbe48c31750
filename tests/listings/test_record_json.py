"""Records as JSON: nothing is lost, and nonsense is refused with its place."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given

from directory.listings.record import Address, Code, ListingRecord, Phone, Schedule, ServiceCapacity
from directory.listings.record_json import (
    Unreadable,
    from_json_value,
    record_from_json,
    record_to_json,
    to_json_value,
)
from tests.builders import make_record
from tests.listings.strategies import records


@given(records)
def test_a_record_comes_back_as_it_was(record: ListingRecord) -> None:
    assert record_from_json(json.loads(json.dumps(record_to_json(record)))) == record


def test_an_empty_text_is_not_taken_for_a_default() -> None:
    address = Address(city="Elsewhere", state_province="", country="")
    assert from_json_value(Address, to_json_value(address)) == address


def test_what_is_the_default_is_left_out() -> None:
    assert to_json_value(Phone(number="911")) == {"number": "911"}
    assert to_json_value(make_record().codes) == [["need", "outpatient"], ["need", "buprenorphine"]]


@pytest.mark.parametrize(
    ("kind", "value", "place", "expected"),
    [
        (tuple[Phone, ...], "911", "", "square brackets"),
        (tuple[Phone, ...], [{"extension": 1}], "[0].number", "needed"),
        (tuple[Phone, ...], [{"number": 911}], "[0].number", "a text"),
        (tuple[Phone, ...], [{"number": "911", "fax": "1"}], "[0].fax", "number, extension"),
        (tuple[Phone, ...], [{"number": "911", "extension": -1}], "[0].extension", "whole number"),
        (tuple[Phone, ...], ["911"], "[0]", "an object"),
        (tuple[Schedule, ...], [{"opens_at": "9 o'clock"}], "[0].opens_at", "18:30"),
        (tuple[Schedule, ...], [{"freq": "DAILY"}], "[0].freq", "WEEKLY, MONTHLY"),
        (tuple[Schedule, ...], [{"closed": "yes"}], "[0].closed", "true or false"),
        (tuple[Code, ...], [["need"]], "[0]", "2 texts"),
        (dt.date | None, "tomorrow", "", "2026-11-30"),
        (tuple[float, ...], [float("nan")], "[0]", "a number"),
        (tuple[float, ...], [39.9, -(10**400)], "[1]", "a number"),
        (tuple[float, ...], [True], "[0]", "a number"),
        (str | None, "half \ud800", "", "broken"),
        (str | None, "a\0b", "", "broken"),
        (tuple[ServiceCapacity, ...], [{"unit": "beds", "updated": "now"}], "[0].updated", "date and time"),
        (dt.datetime, "0001-01-01T00:00:00+14:00", "", "date and time"),
        (dt.datetime, "9999-12-31T23:59:59-14:00", "", "date and time"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_belongs_there(
    kind: Any, value: Any, place: str, expected: str
) -> None:
    with pytest.raises(Unreadable) as problem:
        from_json_value(kind, value)
    assert problem.value.where == place
    assert expected in str(problem.value.expected)


def test_a_moment_without_a_zone_is_utc() -> None:
    (capacity,) = from_json_value(
        tuple[ServiceCapacity, ...], [{"unit": "beds", "updated": "2026-11-20T10:00"}]
    )
    assert capacity.updated == dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
