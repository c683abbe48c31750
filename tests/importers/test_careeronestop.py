"""CareerOneStop's centers and reentry programs: API and bulk file, no person kept, the key told to nobody."""

import datetime as dt
import json
import logging
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import Code, ListingRecord
from importers.employment._careeronestop import NO_ID, NO_NAME, NO_STATE, NOT_AN_OBJECT
from importers.employment.careeronestop_centers import CareeronestopCenters
from importers.employment.careeronestop_reentry import CareeronestopReentry
from importers.fetch import Fetcher, FetchLimits
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read, table

CENTERS = SAMPLES / "employment" / "careeronestop_centers"
PROGRAMS = SAMPLES / "employment" / "careeronestop_reentry" / "programs.json"
ADDRESS = "https://api.careeronestop.org/v1/ajcfinder/{user}/GetAll"
KEYS = {"careeronestop_user": "our-id", "careeronestop_token": "s3cret-token"}


def centers() -> dict[str, ListingRecord]:
    return {record.source_id: record for record in read(CareeronestopCenters(), CENTERS / "centers.json")[1]}


def test_every_center_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(CareeronestopCenters(), CENTERS / "centers.json")
    assert (len(records), reading.rows_expected) == (3, 6)
    assert [(each.row, each.reason) for each in rejected] == [
        (4, NO_ID),
        (5, NO_NAME),
        (6, NO_STATE),
        (7, NOT_AN_OBJECT),
    ]
    assert reading.warnings == ["Unknown service: Dream Reading (2)", "No coordinates: PA (1)"]


def test_a_center_is_read_whole() -> None:
    record = centers()["1001"]
    service = record.service
    assert (service.name, record.organization.name) == ("Sample Job Center", "Example Workforce Area")
    assert (service.url, service.email) == ("http://example.org/jobs", "jobs@example.org")
    assert service.last_modified == dt.datetime(2026, 7, 22, tzinfo=dt.UTC)
    assert [each.number for each in service.phones] == ["(215) 555-0101"]
    (hours,) = service.schedules
    assert (hours.byday, hours.opens_at, hours.closes_at) == ("MO,TU,WE,TH,FR", dt.time(8), dt.time(16, 30))
    assert record.place is not None
    assert (record.place.latitude, record.place.precision) == (39.96, "exact")


def test_each_service_counts_once_and_becomes_needs() -> None:
    record = centers()["1001"]
    assert record.codes == (
        Code("careeronestop", "American Job Center"),
        Code("careeronestop", "Comprehensive Center"),
        Code("careeronestop", "Finding Work"),
        Code("careeronestop", "Dream Reading"),
        Code("careeronestop", "Summer Opportunities"),
        Code("filter", "veterans"),
    )
    assert taxonomy().derive(record.codes).needs == ("job_center", "job_search", "work", "youth_jobs")


def test_no_representative_is_kept() -> None:
    _, records, rejected = read(CareeronestopCenters(), CENTERS / "centers.json")
    kept = json.dumps([plain(each) for each in records]) + str(rejected)
    assert "ecret" not in kept


def test_a_closed_center_says_so_and_why() -> None:
    record = centers()["1002"]
    assert (record.service.status, record.service.alert) == ("temporarily closed", "Water damage")
    assert centers()["1001"].service.status == "active"
    assert record.service.name == "Closed Center of Testville"
    assert record.organization.name == "Pennsylvania workforce system"


def test_zero_is_no_place_and_unclear_hours_stay_words() -> None:
    record = centers()["1002"]
    assert record.place is not None
    assert (record.place.latitude, record.place.precision) == (None, None)
    assert record.place.address is not None
    assert record.place.address.city == "Testville"
    (hours,) = record.service.schedules
    assert (hours.freq, hours.description) == (None, "Hours may vary, call first")


def test_what_has_no_town_serves_its_state() -> None:
    record = centers()["1003"]
    assert record.place is None
    assert [each.extent for each in record.service.service_areas] == ["US-PA"]


def test_order_and_a_second_reading_change_nothing(tmp_path: Path) -> None:
    answer = json.loads((CENTERS / "centers.json").read_text())
    random.Random(4).shuffle(answer["OneStopCenterList"])
    (tmp_path / "centers.json").write_text(json.dumps(answer))
    first = hashes(read(CareeronestopCenters(), CENTERS / "centers.json")[1])
    assert first == hashes(read(CareeronestopCenters(), tmp_path / "centers.json")[1])


def test_the_bulk_file_is_read_as_old_and_new_workbook_and_as_csv(tmp_path: Path) -> None:
    header, rows = table(CENTERS / "ajc_data.csv")
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [["American Job Centers"], header, *rows]:
        book.active.append(row)
    book.save(tmp_path / "ajc_data.xlsx")
    found = [CENTERS / "ajc_data.csv", CENTERS / "ajc_data.xls", tmp_path / "ajc_data.xlsx"]
    readings = [read(CareeronestopCenters(), path) for path in found]
    assert len({tuple(hashes(records)) for _, records, _ in readings}) == 1
    assert all([each.reason for each in rejected] == [NO_ID] for _, _, rejected in readings)
    record = named(readings[0][1], "Closed Center of Testville")
    assert record.place is not None
    assert record.place.address is not None
    assert record.place.address.postal_code == "06702"
    assert record.source_id == "1002"


def test_reentry_programs_are_found_by_people_with_a_record() -> None:
    reading, records, rejected = read(CareeronestopReentry(), PROGRAMS)
    assert rejected == []
    record = named(records, "Sample Second Start")
    derived = taxonomy().derive(record.codes)
    assert {"reentry", "fair_chance_jobs"} <= set(derived.needs)
    assert derived.filters == ("justice_involved",)
    assert record.service.description == "Job search help\nfor people leaving prison."
    assert named(records, "Statewide Sample Line").place is None
    assert not reading.is_whole  # five are promised, two are here


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"Error": "No records"}', "has no OneStopCenterList"),
        ("<html>Login</html>", "web page"),
        ("id,name of center\n1,A\n", "lacks these columns: city, state"),
    ],
)
def test_what_is_no_list_of_centers_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "answer"
    path.write_text(content)
    with pytest.raises(SourceBroken, match=sentence):
        read(CareeronestopCenters(), path)


@pytest.mark.shared
def test_the_real_center_is_read() -> None:
    reading, records, _ = read(
        CareeronestopCenters(), SHARED / "employment" / "careeronestop_ajc_one_center.json"
    )
    assert reading.warnings == []
    (record,) = records
    assert taxonomy().derive(record.codes).needs == (
        "job_center",
        "job_search",
        "job_training",
        "work",
        "youth_jobs",
    )


# --- the key ---


class Recorded(Fetcher):
    """Remembers what was asked and answers nothing."""

    def __init__(self, keys: dict[str, str]):
        super().__init__(keys=keys)
        self.asked: list[tuple[str, Any]] = []

    def save(self, url: str, path: Path, **given: Any) -> Path:
        self.asked.append((url, given.get("headers")))
        return path


def test_the_key_goes_to_careeronestop_and_to_nobody_else(tmp_path: Path) -> None:
    fetcher = Recorded(KEYS)
    CareeronestopCenters().fetch(ADDRESS, tmp_path, fetcher)
    CareeronestopReentry().fetch("https://other.example/{user}", tmp_path, fetcher)
    assert fetcher.asked == [
        (
            "https://api.careeronestop.org/v1/ajcfinder/our-id/GetAll",
            {"Authorization": "Bearer s3cret-token"},
        ),
        ("https://other.example/{user}", None),
    ]


@pytest.mark.parametrize("keys", [{}, {"careeronestop_user": "our-id"}])
def test_without_a_key_the_settings_are_named(tmp_path: Path, keys: dict[str, str]) -> None:
    with pytest.raises(SourceBroken, match="set CAREERONESTOP_USER, CAREERONESTOP_TOKEN"):
        CareeronestopCenters().fetch(ADDRESS, tmp_path, Recorded(keys))


class Handler(BaseHTTPRequestHandler):
    """Sends whoever asks for /away on to another port, keeping what it was told."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""

    def do_GET(self) -> None:
        server: Any = self.server
        server.told.append(self.headers.get("Authorization"))
        self.send_response({"/away": 302, "/no": 403}.get(self.path, 200))
        if self.path == "/away":
            self.send_header("Location", server.away)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def servers() -> Iterator[list[Any]]:
    both: list[Any] = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
    for each in both:
        each.told = []
        threading.Thread(target=each.serve_forever, args=(0.01,), daemon=True).start()
    both[0].away = f"http://127.0.0.1:{both[1].server_port}/"
    yield both
    for each in both:
        each.shutdown()
        each.server_close()


def test_a_redirect_takes_the_key_nowhere_else(servers: list[Any], tmp_path: Path) -> None:
    fetcher = Fetcher(FetchLimits(tries=1, first_wait=0.001), loopback=True)
    address = f"http://127.0.0.1:{servers[0].server_port}/away"
    fetcher.save(address, tmp_path / "answer", headers={"Authorization": "Bearer s3cret-token"})
    fetcher.close()
    assert servers[0].told == ["Bearer s3cret-token"]
    assert servers[1].told == [None]


def test_neither_an_error_nor_a_log_line_holds_the_key(
    servers: list[Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fetcher = Fetcher(FetchLimits(tries=1, first_wait=0.001), loopback=True)
    address = f"http://127.0.0.1:{servers[0].server_port}/no"
    with pytest.raises(SourceBroken, match="status 403") as caught:
        fetcher.save(address, tmp_path / "answer", headers={"Authorization": "Bearer s3cret-token"})
    fetcher.close()
    assert "s3cret" not in str(caught.value) + caplog.text
