"""The registry of national provider identifiers: answers, errors that look like answers, and pages."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.errors import SourceBroken
from directory.listings.needs import taxonomy
from directory.listings.record import Code
from importers.contract import SourceFile
from importers.fetch import Fetcher, FetchLimits
from importers.treatment._nppes_items import CHOSEN, SCHEME
from importers.treatment.nppes import Nppes
from tests.importers.reading import SAMPLES, SHARED, hashes, read

FOLDER = SAMPLES / "treatment" / "nppes"
RECORDED = SHARED / "telehealth" / "nppes"
PENNSYLVANIA = {"version": "2.1", "enumeration_type": "NPI-2", "state": "PA"}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for path in FOLDER.glob("page-*.json"):
        shutil.copy(path, tmp_path)
    return tmp_path


def with_query(pages: Path, **query: Any) -> Path:
    saved = {"parameters": PENNSYLVANIA, "rows": 10, "is_all": True} | query
    (pages / "query.json").write_text(json.dumps(saved))
    return pages


def test_every_row_is_a_rejection_or_one_listing_for_each_of_its_places(pages: Path) -> None:
    reading, records, rejected = read(Nppes(), pages)
    assert reading.rows_expected == 10
    assert [record.source_id.partition("-")[0] for record in records] == [
        "1234567893",
        "1234567893",
        "1234567894",
        "1234567895",
    ]
    assert [each.reason for each in rejected] == [
        "The row is a single person, whom we do not list.",
        "None of the organization's codes is one that we list.",
        "The organization's number is not active.",
        "The row has no NPI of ten digits.",
        "The row has no facility name.",
        "The organization has no place in the United States where it sees people.",
        "The item is not an organization.",
    ]


def test_an_organization_is_read_where_it_sees_people_and_under_the_name_over_its_door(pages: Path) -> None:
    first = read(Nppes(), pages)[1][0]
    assert first.source_id == "1234567893"
    assert first.organization.name == "Sample Recovery Center, LLC"
    assert [each.identifier for each in first.organization.identifiers] == ["1234567893"]
    assert first.service.name == "Sample Street Clinic"
    assert first.service.licenses == "License 123456 (PA)"
    assert first.place is not None
    assert first.place.address is not None
    address = first.place.address
    assert (address.address_1, address.city, address.postal_code) == (
        "100 Sample Street",
        "Philadelphia",
        "19104",
    )
    assert first.codes == (Code("nucc", "261QR0405X"), Code("nucc", "261QM0801X"))


def test_a_further_practice_place_is_a_listing_with_its_own_telephone(pages: Path) -> None:
    first, second, *_ = read(Nppes(), pages)[1]
    assert second.organization == first.organization
    assert second.place is not None
    assert second.place.address is not None
    assert second.place.address.city == "Cherry Hill"
    assert second.place.address.address_1 == "55 39th Street"
    assert [phone.number for phone in second.service.phones] == ["(856) 555-0133"]


def test_nothing_private_is_read_into_listings_or_rejections(pages: Path) -> None:
    _, records, rejected = read(Nppes(), pages)
    assert "SECRET" not in (repr(records) + repr(rejected)).upper()
    assert rejected[0].values == {}, "of a person, not even the number is kept"


def test_an_error_with_status_200_stops_the_run_in_the_words_of_the_registry() -> None:
    with pytest.raises(SourceBroken, match="refused the query: state requires additional search criteria"):
        read(Nppes(), FOLDER / "refused.json")


@pytest.mark.parametrize("text", ['{"message": "hello"}', "[]", "{}", "<html></html>"])
def test_what_is_no_answer_of_the_registry_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text)
    with pytest.raises(SourceBroken):
        read(Nppes(), path)


def test_an_answer_without_organizations_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text('{"result_count": 0, "results": []}')
    assert read(Nppes(), path)[1:] == ([], [])


def test_an_organization_of_another_state_than_asked_for_is_left_out(pages: Path) -> None:
    _, records, rejected = read(Nppes(), with_query(pages))
    assert "1234567895" not in {record.source_id for record in records}
    assert rejected[0].reason == "The organization's own place is in another state than was asked for."


def test_a_whole_query_is_a_part_and_a_cut_or_unknown_one_withdraws_nothing(pages: Path) -> None:
    assert not read(Nppes(), pages)[0].is_whole
    whole, _, _ = read(Nppes(), with_query(pages))
    assert whole.is_whole
    assert whole.part == "enumeration_type=NPI-2&state=PA&version=2.1"
    cut, _, _ = read(Nppes(), with_query(pages, is_all=False))
    assert (cut.is_whole, cut.part) == (False, None)
    assert "has more: nothing is withdrawn" in cut.warnings[0]


def test_neither_a_second_read_nor_the_order_of_pages_changes_anything(pages: Path, tmp_path: Path) -> None:
    before = hashes(read(Nppes(), pages)[1])
    assert before == hashes(read(Nppes(), pages)[1])
    (pages / "page-0001.json").rename(pages / "page-0003.json")
    assert before == hashes(read(Nppes(), pages)[1])


def test_a_number_may_be_a_number_or_a_text(tmp_path: Path) -> None:
    page = json.loads((FOLDER / "page-0001.json").read_text())
    for row in page["results"]:
        row["number"] = str(row["number"])
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(page))
    assert hashes(read(Nppes(), path)[1]) == hashes(read(Nppes(), FOLDER / "page-0001.json")[1])


def test_every_chosen_code_leads_to_a_need() -> None:
    for code in CHOSEN:
        assert taxonomy().derive([Code(SCHEME, code)]).needs


class Registry(Fetcher):
    """Answers as the registry does, from a list of so many organizations."""

    def __init__(self, count: int):
        super().__init__(FetchLimits(pause=0.0))
        self.count, self.asked = count, list[dict[str, str]]()

    def save(self, url: str, path: Path, *, headers: Mapping[str, str] | None = None) -> Path:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(asked | dict(headers or {}))
        given = max(0, min(self.count - int(asked["skip"]), int(asked["limit"])))
        path.write_text(json.dumps({"result_count": 200, "results": [{}] * given}))
        return path


@pytest.mark.parametrize(
    ("count", "skips", "is_whole"),
    [
        (0, [0], True),
        (199, [0], True),
        (200, [0, 200], True),
        (1199, [0, 200, 400, 600, 800, 1000], True),
        (1200, [0, 200, 400, 600, 800, 1000], False),
        (9000, [0, 200, 400, 600, 800, 1000], False),
    ],
)
def test_pages_are_fetched_to_the_last_that_the_registry_gives(
    tmp_path: Path, count: int, skips: list[int], is_whole: bool
) -> None:
    (tmp_path / "page-0009.json").write_text("an old page")
    registry = Registry(count)
    folder = Nppes().fetch("https://registry.example/api/?state=PA&limit=10", tmp_path, registry)
    assert [int(asked["skip"]) for asked in registry.asked] == skips
    assert registry.asked[0] == PENNSYLVANIA | {"limit": "200", "skip": "0"}
    (reading,) = Nppes().read(SourceFile(path=folder))
    assert reading.is_whole == is_whole
    assert reading.rows_expected == min(count, 1200)
    registry.close()


class Refusing(Registry):
    """Answers with an error, and with status 200."""

    def save(self, url: str, path: Path, *, headers: Mapping[str, str] | None = None) -> Path:
        self.asked.append({"url": url, **(headers or {})})
        return Path(shutil.copy(FOLDER / "refused.json", path))


def test_an_error_while_fetching_leaves_no_query_behind(tmp_path: Path) -> None:
    registry = Refusing(0)
    with pytest.raises(SourceBroken, match="additional search criteria"):
        Nppes().fetch("https://registry.example/api/?state=PA", tmp_path, registry)
    assert len(registry.asked) == 1
    assert not (tmp_path / "query.json").exists()
    registry.close()


FIELDS = (
    "number",
    "enumeration_type",
    "basic",
    "addresses",
    "taxonomies",
    "practiceLocations",
    "other_names",
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=12)
    | st.sampled_from(["US", "NPI-2", "A"])
)
INNER = st.sampled_from(
    ["code", "city", "state", "status", "organization_name", "address_purpose", "license"]
)
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=3) | st.dictionaries(INNER, each, max_size=4), max_leaves=10
)


@given(changes=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_value_of_any_field_stops_a_page(changes: dict[str, Any]) -> None:
    base = json.loads((FOLDER / "page-0001.json").read_text())["results"][1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.json"
        path.write_text(json.dumps({"results": [base | changes, base]}))
        _, records, rejected = read(Nppes(), path)
    assert records[-1].source_id == "1234567894"
    assert len(records) + len(rejected) >= 2
    assert hashes(records)


@pytest.mark.shared
def test_recorded_answers_are_read_row_by_row() -> None:
    counted = refused = 0
    for path in sorted(RECORDED.glob("*.json")):
        if "Errors" in json.loads(path.read_text()):
            with pytest.raises(SourceBroken):
                read(Nppes(), path)
            refused += 1
            continue
        reading, records, rejected = read(Nppes(), path)
        assert (len(records), len(rejected)) == (0, reading.rows_expected)
        counted += len(rejected)
    assert (counted, refused) == (49, 2)


@pytest.mark.shared
def test_a_recorded_organization_under_a_chosen_code_is_listed_at_both_its_places(tmp_path: Path) -> None:
    """None of the recorded organizations treats addiction: one is given a code that does."""
    page = json.loads((RECORDED / "api-8bdc8b.json").read_text())
    page["results"][0]["taxonomies"][0]["code"] = "261QR0405X"
    path = tmp_path / "page.json"
    path.write_text(json.dumps(page))
    _, records, rejected = read(Nppes(), path)
    assert rejected == []
    towns = [record.place.address.city for record in records if record.place and record.place.address]
    assert towns == ["Villa Rica", "Atlanta"]
    assert "TIMOTHY" not in repr(records).upper()
