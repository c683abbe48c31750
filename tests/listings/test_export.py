"""The HSDS data package: what is public leaves, follows the schemas, and comes back as it was."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.database import make_engine, session_factory
from directory.geo.gazetteer import Gazetteer
from directory.intake.run import run_import
from directory.listings import store, store_export
from directory.listings.needs import taxonomy
from directory.listings.package import TABLES, utc_offset
from directory.listings.public_record import public_record
from directory.listings.record import Code, ListingRecord
from directory.listings.store_export import Exported, export_hsds
from importers.contract import SourceFile
from importers.general.hsds import Hsds
from importers.registry import importer
from tests.builders import NOW, SOURCE, TODAY, make_record, make_service
from tests.conftest import SHARED
from tests.databases import prepare
from tests.listings.exported import DAY, full_record, withheld
from tests.listings.packages import (
    content_of,
    datapackage_faults,
    description_of,
    records_in,
    tables_of,
    tabular_faults,
    told,
)
from tests.listings.storing import many, store_records

SPEC = SHARED / "hsds" / "spec_3.1"
HSDS = replace(SOURCE, importer="hsds", feed="county", name="County package")


def export(sessions: sessionmaker[Session], path: Path, **given: Any) -> Exported:
    options: dict[str, Any] = {"examples": True, "today": TODAY} | given
    reading = session_factory(sessions.kw["bind"], read_only=True)
    with reading() as session:
        return export_hsds(session, path, taxonomy=taxonomy(), **options)


def services(path: Path) -> list[str]:
    return sorted(row["name"] for row in tables_of(path)["service"])


# --- what leaves ----------------------------------------------------------------------------------


def test_nothing_private_leaves_not_even_by_an_unknown_column(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    store_records(sessions, withheld("hidden"), withheld("partial"), note=HSDS)
    path = tmp_path / "package.zip"
    export(sessions, path)
    with zipfile.ZipFile(path) as archive:
        text = "".join(archive.read(each).decode() for each in archive.namelist())
    assert "secret" not in text
    assert "19063" not in text
    assert "39.12" not in text
    assert "75.12" not in text
    assert len(tables_of(path)["service"]) == 2


def test_a_place_shown_in_part_leaves_as_its_town_and_a_hidden_one_without_address(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    store_records(sessions, withheld("hidden"), withheld("partial"))
    export(sessions, path := tmp_path / "package.zip")
    tables = tables_of(path)
    (address,) = tables["address"]
    assert (address["city"], address["state_province"]) == ("Media", "PA")
    assert (address["address_1"], address["postal_code"]) == ("Unknown", "Unknown")
    labels = {row["value"] for row in tables["attribute"] if row["label"] == "visibility"}
    assert labels == {"hidden", "partial"}
    assert [row["extent"] for row in tables["service_area"]] == ["US-PA"]


def test_listings_that_are_not_shown_stay(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    def named(name: str, status: Any = "active", **more: Any) -> ListingRecord:
        return make_record(source_id=name, service=make_service(name=name, status=status), **more)

    ids = store_records(
        sessions,
        named("Withdrawn"),
        named("Inactive", "inactive"),
        named("Closed door", "temporarily closed"),
        named("Next year", visible_from=TODAY + DAY),
        named("Last year", visible_to=TODAY - DAY),
        named("Invented", is_example=True),
    )
    with sessions.begin() as session:
        store.withdraw(session, ids[:1], NOW)
    export(sessions, path := tmp_path / "package.zip")
    assert services(path) == ["Closed door", "Invented"]
    examples = [row for row in tables_of(path)["attribute"] if row["label"] == "example"]
    assert [(row["link_entity"], row["value"]) for row in examples] == [("service", "true")]
    export(sessions, path, examples=False)
    assert services(path) == ["Closed door"]


def test_unknown_columns_are_written_back_where_they_came_from_hsds_and_the_place_is_shown(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    extra = (("location", "floor", "2"), ("organization", "motto", "Onward"), ("service", "walk_in", "yes"))
    open_place = make_record(source_id="a", extra=extra)
    hidden = withheld("hidden", source_id="b", extra=(("service", "hideout", "secret"),))
    store_records(sessions, open_place, hidden, note=HSDS)
    store_records(sessions, make_record(source_id="c", extra=(("service", "inside", "1"),)))
    export(sessions, path := tmp_path / "package.zip")
    assert [each.extra for each in records_in(path) if each.extra] == [extra]
    header = tables_of(path)["service"][0].keys() - {each.name for each in TABLES["service"].columns}
    assert header == {"walk_in"}


def test_a_column_of_a_body_is_kept_back_where_one_of_its_places_is_hidden(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    extra = (("organization", "site_list", "1 Quiet Street"), ("service", "walk_in", "yes"))
    body = make_record().organization
    hidden = withheld("hidden", source_id="b", organization=body)
    store_records(sessions, make_record(source_id="a", extra=extra), hidden, note=HSDS)
    export(sessions, path := tmp_path / "package.zip")
    assert [each.extra for each in records_in(path) if each.extra] == [extra[1:]]


# --- what the package is --------------------------------------------------------------------------


def test_a_package_follows_its_own_schemas(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    store_records(sessions, full_record(), withheld("hidden"), withheld("partial"))
    done = export(sessions, path := tmp_path / "package.zip")
    tables = tables_of(path)
    assert datapackage_faults(tables, description_of(path)) == []
    assert [name for name, rows in tables.items() if not rows] == []
    assert done.rows == {name: len(rows) for name, rows in tables.items()}
    assert (done.listings, done.bytes) == (3, path.stat().st_size)


@pytest.mark.shared
def test_a_package_passes_the_published_schemas(tmp_path: Path, gazetteer: Gazetteer) -> None:
    sessions = fresh_database(tmp_path / "samples.sqlite")
    store_records(sessions, full_record(), withheld("hidden"), withheld("partial"))
    import_samples(sessions, gazetteer)
    export(sessions, path := tmp_path / "package.zip")
    tables = tables_of(path)
    assert tabular_faults(tables, json.loads((SPEC / "compiled" / "tabular.json").read_text())) == []
    assert datapackage_faults(tables, json.loads((SPEC / "datapackage.json").read_text())) == []


@pytest.mark.shared
def test_tables_and_columns_are_the_published_ones(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    published = {
        each["name"]: each for each in json.loads((SPEC / "datapackage.json").read_text())["resources"]
    }
    for name in published.keys() - {"metadata", "meta_table_description", "service_capacity", "unit"}:
        given, ours = published[name], TABLES[name]
        assert given["path"] == ours.path
        assert [
            (each["name"], each["type"], each.get("format"), each["constraints"]["required"])
            for each in given["schema"]["fields"]
        ] == [(each.name, each.type, each.format, each.required) for each in ours.columns]
    for name in ("service_capacity", "unit"):
        header = (SPEC / "examples_csv" / TABLES[name].path).read_text().splitlines()[0]
        assert header.split(",") == [each.name for each in TABLES[name].columns]


def test_the_same_data_gives_the_same_bytes(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    records = many(5, full_record())
    store_records(sessions, *records)
    export(sessions, first)
    fresh = fresh_database(tmp_path / "other.sqlite")
    store_records(fresh, *reversed(records))
    export(fresh, second)
    assert first.read_bytes() == second.read_bytes()


def test_what_listings_share_is_written_once_however_they_are_read(
    sessions: sessionmaker[Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_records(sessions, *(full_record(source_id=str(number)) for number in range(5)))
    whole, parts = tmp_path / "whole.zip", tmp_path / "parts.zip"
    export(sessions, whole)
    monkeypatch.setattr(store_export, "CHUNK", 2)
    seen: list[tuple[int, int | None]] = []
    export(sessions, parts, progress=lambda done, total: seen.append((done, total)))
    assert content_of(parts) == content_of(whole)
    assert datapackage_faults(tables_of(parts), description_of(parts)) == []
    assert len(tables_of(parts)["organization"]) == 1
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    store_records(sessions, make_record())
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "package.zip"
    path.write_text("old")

    def fail(_done: int, _total: int | None) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        export(sessions, path, progress=fail)
    assert [each.name for each in folder.iterdir()] == ["package.zip"]
    assert path.read_text() == "old"


def test_a_description_that_the_source_lacks_is_written_and_marked(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    store_records(sessions, make_record())
    export(sessions, path := tmp_path / "package.zip")
    tables = tables_of(path)
    (body,) = tables["organization"]
    assert "River Recovery" in body["description"]
    marks = [row for row in tables["attribute"] if row["label"] == "generated"]
    assert [(row["link_id"], row["value"]) for row in marks] == [(body["id"], "description")]
    assert [each.organization.description for each in records_in(path)] == [""]


def test_codes_and_the_needs_that_follow_from_them_are_attributes(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    store_records(sessions, make_record(codes=(Code("samhsa_substance", "DT"),)))
    export(sessions, path := tmp_path / "package.zip")
    tables = tables_of(path)
    names = {row["id"]: row["name"] for row in tables["taxonomy"]}
    terms = {row["id"]: row for row in tables["taxonomy_term"]}
    said = [terms[row["taxonomy_term_id"]] for row in tables["attribute"] if row["link_entity"] == "service"]
    found = {(names[each["taxonomy_id"]], each["code"]): each["name"] for each in said}
    assert found["samhsa_substance", "DT"] == "Detoxification"
    assert found["derived_needs", "detox"] == taxonomy().label("detox", "en")


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("America/New_York", -5),
        ("America/Phoenix", -7),
        ("Asia/Kolkata", 5.5),
        ("Nowhere", None),
        (None, None),
    ],
)
def test_an_offset_is_that_of_standard_time(zone: str | None, hours: float | None) -> None:
    assert utc_offset(zone) == hours


def test_a_package_says_whose_data_it_holds(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    store_records(sessions, make_record())
    export(sessions, path := tmp_path / "package.zip")
    assert description_of(path)["sources"] == [
        {
            "title": SOURCE.name,
            "publisher": "Maple County",
            "licence": "Public domain",
            "path": "https://maple.example/list.csv",
        }
    ]


# --- and back -------------------------------------------------------------------------------------


def fresh_database(path: Path) -> sessionmaker[Session]:
    prepare(f"sqlite:///{path}")
    return session_factory(make_engine(f"sqlite:///{path}"))


def import_file(
    sessions: sessionmaker[Session], name: str, file: SourceFile, gazetteer: Gazetteer, **more: Any
) -> None:
    reports = run_import(
        sessions, importer(name), file, gazetteer=gazetteer, taxonomy=taxonomy(), now=NOW, **more
    )
    assert {each.status for each in reports} == {"complete"}
    assert sum(each.inserted for each in reports)


def import_samples(sessions: sessionmaker[Session], gazetteer: Gazetteer) -> None:
    for name in ("hsds", "meeting_guide", "samhsa_directory"):
        for file in importer(name).samples():
            import_file(sessions, name, file, gazetteer, limit=80)


def records_of(sessions: sessionmaker[Session]) -> list[ListingRecord]:
    with sessions() as session:
        ids = [each["id"] for each in store.iter_documents(session)]
        return [public_record(each) for each in store.load_records(session, ids).values()]


def test_a_record_comes_back_with_all_that_is_public(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    store_records(sessions, full_record())
    export(sessions, path := tmp_path / "package.zip")
    (back,) = records_in(path)
    assert json.loads(told(back)) == json.loads(told(public_record(full_record())))


def test_a_package_that_is_imported_and_exported_again_says_the_same(
    sessions: sessionmaker[Session], tmp_path: Path, gazetteer: Gazetteer
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    # their numbers to call go on after a pause
    offline = [replace(each, locations=each.locations[:1]) for each in map(withheld, ("partial", "hidden"))]
    store_records(sessions, full_record(), *offline, note=HSDS)
    import_samples(sessions, gazetteer)
    export(sessions, first)
    fresh = fresh_database(tmp_path / "fresh.sqlite")
    import_file(fresh, Hsds.name, SourceFile(path=first), gazetteer)
    export(fresh, second)
    assert content_of(second) == content_of(first)
    assert sorted(map(told, records_in(second))) == sorted(map(told, records_in(first)))
    assert len(records_in(second)) > 200


def test_what_is_public_of_every_sample_is_in_the_other_database(
    tmp_path: Path, gazetteer: Gazetteer
) -> None:
    sessions = fresh_database(tmp_path / "samples.sqlite")
    import_samples(sessions, gazetteer)
    export(sessions, path := tmp_path / "package.zip")
    fresh = fresh_database(tmp_path / "fresh.sqlite")
    import_file(fresh, Hsds.name, SourceFile(path=path), gazetteer)
    assert sorted(map(told, records_of(fresh))) == sorted(map(told, records_of(sessions)))
