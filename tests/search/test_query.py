"""A search is read from a URL, checked with one sentence per fault, and written back the same."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import QueryInvalid
from directory.listings.needs import taxonomy
from directory.listings.record import KINDS
from directory.search.parameters import LONGEST_TEXT, PARAMETERS, cleaned
from directory.search.query import SearchQuery

TAXONOMY = taxonomy()


def parse(**parameters: Any) -> SearchQuery:
    """`parse(need=["detox"], radius="50")`; `from_` stands for `from`."""
    values = {
        name.rstrip("_"): value if isinstance(value, list) else [value] for name, value in parameters.items()
    }
    return SearchQuery.parse(values, TAXONOMY)


def faults(**parameters: Any) -> dict[str, str]:
    with pytest.raises(QueryInvalid) as caught:
        parse(**parameters)
    return {name: str(sentences[0]) for name, sentences in caught.value.fields.items()}


def test_every_parameter_is_read() -> None:
    query = parse(
        q="  suboxone   clinic ",
        need=["housing", "detox", "detox"],
        near="19104",
        ll="39.95261,-75.16522",
        literal="1",
        radius="50",
        unit="km",
        filter=["medicaid"],
        open="2026-11-23T18:30",
        day="0",
        from_="18:00",
        to="20:30",
        attend="online",
        kind=["legal"],
        sort="nearest",
        page="3",
        per_page="50",
        lang="es",
    )
    assert query == SearchQuery(
        q="suboxone clinic",
        need=("detox", "housing"),
        near="19104",
        ll=(39.95, -75.17),
        literal=True,
        radius=50,
        unit="km",
        filter=("medicaid",),
        open=dt.datetime(2026, 11, 23, 18, 30),  # noqa: DTZ001  a local time of the place
        day=0,
        time_from=dt.time(18),
        time_to=dt.time(20, 30),
        attend="online",
        kind=("legal",),
        sort="nearest",
        page=3,
        per_page=50,
        lang="es",
    )


def test_empty_values_are_not_given() -> None:
    assert parse(q="", near=" ", need=["", " "], radius="", page="", open="", day="") == SearchQuery()


def test_unknown_parameters_are_passed_over() -> None:
    assert parse(utm_source="mail", fbclid="x") == SearchQuery()


def test_the_first_of_several_values_counts_where_only_one_can() -> None:
    assert parse(radius=["10", "50"]).radius == 10


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"need": "nonsense"}, "need", "nonsense"),
        ({"filter": ["medicaid", "gold_plated"]}, "filter", "gold_plated"),
        ({"kind": "spaceship"}, "kind", "spaceship"),
        ({"sort": "random"}, "sort", "best, nearest, soonest, verified"),
        ({"radius": "0"}, "radius", "from 1 to 500 miles"),
        ({"radius": "501"}, "radius", "from 1 to 500 miles"),
        ({"radius": "-5"}, "radius", "from 1 to 500 miles"),
        ({"radius": "801", "unit": "km"}, "radius", "from 1 to 800 kilometers"),
        ({"radius": "far"}, "radius", "“far” is not a number"),
        ({"radius": "nan"}, "radius", "not a number"),
        ({"radius": "inf"}, "radius", "not a number"),
        ({"radius": "1e2"}, "radius", "not a number"),
        ({"radius": "9" * 400}, "radius", "not a number"),
        ({"unit": "parsec"}, "unit", "mi, km"),
        ({"page": "0"}, "page", "whole number from 1"),
        ({"page": "-1"}, "page", "whole number from 1"),
        ({"page": "1.5"}, "page", "whole number from 1"),
        ({"page": "1000000000"}, "page", "first 10,000 results"),
        ({"page": "9" * 5000}, "page", "whole number from 1"),
        ({"page": "501"}, "page", "first 10,000 results"),
        ({"page": "٣"}, "page", "whole number from 1"),
        ({"per_page": "0"}, "per_page", "from 1 to 100"),
        ({"per_page": "101"}, "per_page", "from 1 to 100"),
        ({"ll": "39.95"}, "ll", "latitude and a longitude"),
        ({"ll": "91,0"}, "ll", "latitude and a longitude"),
        ({"ll": "0,181"}, "ll", "latitude and a longitude"),
        ({"ll": "a,b"}, "ll", "latitude and a longitude"),
        ({"ll": "nan,nan"}, "ll", "latitude and a longitude"),
        ({"day": "7"}, "day", "from 0 to 6"),
        ({"day": "monday"}, "day", "from 0 to 6"),
        ({"from_": "25:00"}, "from", "time such as 18:30"),
        ({"to": "noon"}, "to", "time such as 18:30"),
        ({"to": "18:00Z"}, "to", "time such as 18:30"),
        ({"open": "later"}, "open", "now"),
        ({"open": "2026-11-23"}, "open", "now"),
        ({"open": "0001-01-01T00:00"}, "open", "now"),
        ({"attend": "maybe"}, "attend", "in_person, online, hybrid"),
        ({"literal": "perhaps"}, "literal", "1 for yes"),
        ({"lang": "tlh"}, "lang", "en, es"),
        ({"q": "x" * 10_000}, "q", f"shorter than {LONGEST_TEXT + 1} characters"),
        ({"near": "x" * 10_000}, "near", f"shorter than {LONGEST_TEXT + 1} characters"),
    ],
)
def test_a_value_that_means_nothing_is_refused_with_one_sentence(
    parameters: dict[str, Any], field: str, words: str
) -> None:
    found = faults(**parameters)
    assert list(found) == [field]
    assert words in found[field]
    assert len(found[field]) < 130


def test_every_fault_is_told() -> None:
    assert set(faults(need="nonsense", radius="far", page="0")) == {"need", "radius", "page"}


def test_what_was_typed_is_repeated_short_and_without_control_characters() -> None:
    sentence = faults(need="de\x00tox\x1b[31m" + "x" * 500)["need"]
    assert "\x00" not in sentence
    assert len(sentence) < 100


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("de\x00tox", "de tox"),
        ("detox\r\nSet-Cookie: a", "detox Set-Cookie: a"),
        ("a\u200bb\u202ec", "abc"),
        ("\ud800detox", "detox"),
        ("d\u2028e", "d e"),
        ("ñandú 🏠", "ñandú 🏠"),
        ("  a   b ", "a b"),
    ],
)
def test_control_and_invisible_characters_are_taken_out(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept
    assert parse(q=typed).q == kept


def test_the_last_page_that_can_be_asked_for_is_the_one_that_ends_at_ten_thousand() -> None:
    assert parse(page="500").page == 500
    assert parse(page="100", per_page="100").page == 100


def test_the_canonical_url_has_one_order_and_no_defaults() -> None:
    query = parse(
        page="1", sort="best", filter=["veterans", "medicaid"], q="help", near="19104", per_page="20"
    )
    assert query.url() == "/search?q=help&near=19104&filter=medicaid&filter=veterans"
    assert SearchQuery().url() == "/search"


def test_a_radius_that_was_chosen_stays_in_the_url_even_where_it_is_the_default() -> None:
    assert parse(radius="25").url() == "/search?radius=25"


def test_a_change_goes_back_to_the_first_page_and_a_page_does_not() -> None:
    query = parse(q="detox", page="3")
    assert query.url(radius=50.0) == "/search?q=detox&radius=50"
    assert query.url(page=4) == "/search?q=detox&page=4"
    assert query.url() == "/search?q=detox&page=3"
    assert query.url(path="/api/v1/search") == "/api/v1/search?q=detox&page=3"


def test_a_filter_is_switched_on_and_off() -> None:
    query = parse(filter=["veterans"])
    both = query.toggled("filter", "medicaid")
    assert both.filter == ("medicaid", "veterans")
    assert both.toggled("filter", "veterans").filter == ("medicaid",)


def test_a_search_for_nothing_is_empty() -> None:
    assert parse(lang="es", page="2", radius="50").is_empty
    assert not parse(near="19104").is_empty
    assert not parse(open="now").is_empty


def test_the_json_of_a_query_tells_what_was_asked() -> None:
    assert parse(q="detox", near="19104").as_json() == {
        "q": "detox",
        "need": [],
        "near": "19104",
        "radius": 25,
        "sort": "best",
        "page": 1,
    }
    assert parse(ll="40,-75.5", radius="12.5", from_="18:00", open="now").as_json() == {
        "q": "",
        "need": [],
        "near": "",
        "ll": "40.00,-75.50",
        "radius": 12.5,
        "open": "now",
        "from": "18:00",
        "sort": "best",
        "page": 1,
    }


def several(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=4).map(lambda each: tuple(sorted(each)))


TEXT = st.text(max_size=60).map(cleaned)
TIMES = st.none() | st.times().map(lambda each: each.replace(second=0, microsecond=0))
LATITUDE = st.integers(-9000, 9000).map(lambda each: each / 100)
LONGITUDE = st.integers(-18000, 18000).map(lambda each: each / 100)
MOMENTS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 12, 31))  # noqa: DTZ001
QUERIES = st.builds(
    SearchQuery,
    q=TEXT,
    near=TEXT,
    need=several(list(TAXONOMY.needs)),
    filter=several(list(TAXONOMY.facets)),
    kind=several(list(KINDS)),
    ll=st.none() | st.tuples(LATITUDE, LONGITUDE),
    literal=st.booleans(),
    radius=st.none() | st.integers(10, 5000).map(lambda each: each / 10),
    unit=st.sampled_from(["mi", "km"]),
    open=st.none() | st.just("now") | MOMENTS.map(lambda each: each.replace(second=0, microsecond=0)),
    day=st.none() | st.integers(0, 6),
    time_from=TIMES,
    time_to=TIMES,
    attend=st.sampled_from([None, "in_person", "online", "hybrid"]),
    sort=st.sampled_from(["best", "nearest", "soonest", "verified"]),
    page=st.integers(1, 100),
    per_page=st.integers(1, 100),
    lang=st.sampled_from([None, "en", "es"]),
)


@given(QUERIES)
def test_a_query_written_as_a_url_reads_back_the_same(query: SearchQuery) -> None:
    parameters = parse_qs(urlsplit(query.url()).query)
    assert SearchQuery.parse(parameters, TAXONOMY) == query
    assert SearchQuery.parse(parameters, TAXONOMY).url() == query.url()


@given(
    st.dictionaries(
        st.sampled_from([each.name for each in PARAMETERS]), st.lists(st.text(max_size=20), max_size=3)
    )
)
def test_whatever_is_typed_gives_a_query_or_a_sentence(parameters: dict[str, list[str]]) -> None:
    try:
        query = SearchQuery.parse(parameters, TAXONOMY)
    except QueryInvalid as error:
        fields = error.fields
    else:
        fields = {"read": []}
        assert SearchQuery.parse(parse_qs(urlsplit(query.url()).query), TAXONOMY) == query
    assert fields
