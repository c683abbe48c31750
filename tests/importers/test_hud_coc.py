"""HUD's Continuums of Care: contacts of one area are one listing, outlines are GeoJSON, no person stays."""

import json
import math
import random
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.errors import SourceBroken
from directory.listings.areas import covers_point
from directory.listings.identity import content_hash, plain
from directory.listings.needs import taxonomy
from importers.fetch import Fetcher
from importers.housing._esri import MOST_POINTS, geojson_of
from importers.housing.hud_coc import ALSO, LAYER, NO_NAME, NO_NUMBER, NOT_AN_OBJECT, HudCoc
from tests.importers.reading import SAMPLES, hashes, read

PAGES = SAMPLES / "housing" / "hud_coc"


def test_every_row_is_one_record_or_one_rejection() -> None:
    reading, records, rejected = read(HudCoc(), PAGES)
    assert (len(records), len(rejected), reading.rows_expected, reading.minimum) == (3, 4, 7, 300)
    assert [(each.row, each.reason) for each in rejected] == [
        (4, NO_NUMBER),
        (5, NO_NUMBER),
        (6, NO_NAME),
        (7, NOT_AN_OBJECT),
    ]
    assert reading.warnings == ["No area: PA-601 (1)"]


def test_contacts_of_one_continuum_give_one_listing_with_the_first_contacts_number() -> None:
    _, records, _ = read(HudCoc(), PAGES)
    assert [record.source_id for record in records] == ["PA-500", "PA-500", "PA-601"]
    assert content_hash(records[0]) == content_hash(records[1])
    service = records[0].service
    assert service.name == "Help for people without a home – Sampleton/Example County CoC"
    assert [each.number for each in service.phones] == ["(215) 555-0100"]
    assert service.email == "home@example.org"
    assert records[0].place is None
    assert taxonomy().derive(records[0].codes).needs == ("housing", "shelter")


def test_no_name_of_a_person_is_kept() -> None:
    _, records, rejected = read(HudCoc(), PAGES)
    assert "Secret" not in json.dumps([plain(each) for each in records])
    assert all("Secret" not in " ".join(each.values.values()) for each in rejected)


def test_an_outline_covers_its_area_without_its_holes() -> None:
    area = read(HudCoc(), PAGES)[1][0].service.service_areas[0]
    assert area.extent_type == "geojson"
    assert covers_point(area.extent, 40.1, -75.9)
    assert covers_point(area.extent, 40.1, -74.3)
    assert not covers_point(area.extent, 40.5, -75.5)
    assert not covers_point(area.extent, 40.1, -74.8)


def test_without_an_outline_the_state_is_named_and_a_call_asked_for() -> None:
    (area,) = read(HudCoc(), PAGES)[1][2].service.service_areas
    assert (area.extent, area.extent_type, area.description) == ("US-PA", "text", ALSO)


def test_order_changes_nothing(tmp_path: Path) -> None:
    rows = [row for path in sorted(PAGES.iterdir()) for row in json.loads(path.read_text())["features"]]
    random.Random(2).shuffle(rows)
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"features": rows}))
    assert hashes(read(HudCoc(), path)[1]) == hashes(read(HudCoc(), PAGES)[1])


def test_an_answer_that_has_more_withdraws_nothing() -> None:
    assert read(HudCoc(), PAGES)[0].is_whole
    assert not read(HudCoc(), PAGES / "page-0001.json")[0].is_whole


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"error": {"code": 400, "message": "Invalid query"}}', "has no features"),
        ("<html>Busy</html>", "web page"),
        ('{"features": [{"attributes": {', "cut short"),
    ],
)
def test_what_is_no_answer_of_a_layer_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(content)
    with pytest.raises(SourceBroken, match=sentence):
        read(HudCoc(), path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="no pages"):
        read(HudCoc(), tmp_path)


class Layer(Fetcher):
    """Answers as the layer does: so many rows, two at a time."""

    def __init__(self, rows: int, *, endless: bool = False):
        super().__init__()
        self.asked: list[dict[str, list[str]]] = []
        self.rows, self.endless = rows, endless

    def save(self, url: str, path: Path, **_: object) -> Path:
        query = parse_qs(urlsplit(url).query)
        self.asked.append(query)
        start = int(query["resultOffset"][0])
        found = [
            {"attributes": {"COCNUM": f"PA-{500 + at}", "COCNAME": "A"}} for at in range(start, self.rows)
        ]
        page = {"features": found[:2]}
        path.write_text(json.dumps(page | ({"exceededTransferLimit": True} if len(found) > 2 else {})))
        return path


def test_pages_are_fetched_until_the_layer_says_that_there_are_no_more(tmp_path: Path) -> None:
    (tmp_path / "page-0009.json").write_text("of an earlier run")
    layer = Layer(5)
    folder = HudCoc().fetch(LAYER, tmp_path, layer)
    assert [each["resultOffset"] for each in layer.asked] == [["0"], ["2"], ["4"]]
    assert layer.asked[0]["outFields"] == ["COCNUM,COCNAME,CONTACT_TYPE,PRIMARY_PHONE,EMAIL_ADDRESS"]
    assert [path.name for path in sorted(folder.iterdir())] == [f"page-000{at}.json" for at in (1, 2, 3)]
    assert len(read(HudCoc(), folder)[1]) == 5


def test_a_layer_without_end_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="more pages than plausible"):
        HudCoc().fetch(LAYER, tmp_path, Layer(10_000))


# --- outlines ---


def ring(points: int, radius: float = 1.0, *, at: float = -75.0) -> list[list[float]]:
    """A wavy circle, clockwise."""
    turns = [-2 * math.pi * number / points for number in range(points)]
    wave = [radius * (1 + 0.01 * math.sin(40 * turn)) for turn in turns]
    found = [[at + r * math.cos(turn), 40 + r * math.sin(turn)] for r, turn in zip(wave, turns, strict=True)]
    return [*found, found[0]]


def test_an_outline_is_simplified_and_rounded_and_still_covers_the_same() -> None:
    text = geojson_of([ring(50_000)])
    assert text is not None
    shape = json.loads(text)
    assert shape["type"] == "Polygon"
    (outer,) = shape["coordinates"]
    assert 20 < len(outer) <= MOST_POINTS
    assert all(value == round(value, 4) for point in outer for value in point)
    assert outer[0] == outer[-1]
    assert covers_point(text, 40.0, -75.98)
    assert not covers_point(text, 40.0, -76.02)


def test_outer_rings_run_against_the_clock_and_holes_with_it() -> None:
    text = geojson_of([ring(100), ring(100, 0.5)[::-1]])
    assert text is not None
    outer, hole = json.loads(text)["coordinates"]

    def turned(points: list[list[float]]) -> float:
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points))

    assert turned(outer) > 0 > turned(hole)


def test_a_hole_belongs_to_the_ring_around_it() -> None:
    text = geojson_of([ring(60), ring(60, at=-70), ring(60, 0.5, at=-70)[::-1]])
    assert text is not None
    assert [len(each) for each in json.loads(text)["coordinates"]] == [1, 2]


def test_what_is_smaller_than_the_tolerance_goes_but_never_all() -> None:
    text = geojson_of([ring(60), ring(60, 0.0005, at=-70)])
    assert text is not None
    assert json.loads(text)["type"] == "Polygon"
    assert geojson_of([ring(60, 0.0005)]) is not None


@pytest.mark.parametrize(
    "rings",
    [
        None,
        [],
        "x",
        [[]],
        [[[1, 2], [1, 2]]],
        [[[1, 2], ["x", 3], [4, 5], [1, 2]]],
        [[[1, 95], [2, 3], [4, 9]]],
    ],
)
def test_rings_that_enclose_nothing_are_no_area(rings: object) -> None:
    assert geojson_of(rings) is None
