"""Following what changes, fetching everything at once, and what our profile of HSDS says."""

import datetime as dt
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from directory.commands.instance import Instance
from directory.listings.hsds_profile import profile_files, profile_text
from directory.listings.store_package import EVERY, FOLDER, DailyPackage
from directory.operations.packaging import make_daily_package
from tests.builders import NOW
from tests.web import town
from tests.web.hsds_spec import spec
from tests.web.hsds_town import JERSEY, HsdsTown, next_of, open_hsds, place_of, service_of

ADDED = ("after", "latitude", "longitude", "radius", "open")
"""Parameters of our profile."""


@pytest.fixture(scope="module")
def hsds(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[HsdsTown]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("feeds") / "home"))
    with open_hsds(home) as opened:
        yield opened


# --- changes --------------------------------------------------------------------------------------


def changes(hsds: HsdsTown, since: int) -> dict[str, Any]:
    found: dict[str, Any] = hsds.get(f"/changes?since={since}").get_json()
    return found


def test_each_listing_is_told_once_to_whoever_begins(hsds: HsdsTown) -> None:
    told = changes(hsds, 0)
    assert {each["service_id"] for each in told["changes"]} >= {
        service_of(each.source_id) for each in hsds.listed
    }
    assert not told["more"]
    assert changes(hsds, told["next"])["changes"] == []
    assert changes(hsds, told["next"])["next"] == told["next"]


def test_removals_are_told_in_their_place_among_the_changes(hsds: HsdsTown) -> None:
    last, before = changes(hsds, 0)["next"], hsds.listed
    first, *others = before
    others = [each for each in others if each.source_id != JERSEY]
    hsds.tell([first, *others])
    hsds.tell([replace(first, service=replace(first.service, wait_time="A day")), *others])
    told = changes(hsds, last)["changes"]
    found = [(each["action"], each["service_id"]) for each in told]
    assert found == [("remove", service_of(JERSEY)), ("put", service_of(town.RIVER))]
    assert told[0]["service_at_location_id"] == place_of(JERSEY)
    assert [each["id"] for each in told] == sorted(each["id"] for each in told)
    assert told[1]["at"] == "2026-11-20T15:02:00Z"
    hsds.tell(before)
    assert changes(hsds, told[-1]["id"])["changes"][0]["action"] == "put"


def test_the_feed_is_followed_page_by_page_without_a_gap(hsds: HsdsTown) -> None:
    whole = changes(hsds, 0)["changes"]
    found, following = [], "/hsds/changes?per_page=9"
    while following:
        response = hsds.http.get(following)
        found += response.get_json()["changes"]
        following = next_of(response)
    assert found == whole
    assert hsds.get("/changes?since=-1").status_code == 422
    assert hsds.get(f"/changes?since={2**63}").status_code == 422


def test_what_is_not_shown_now_is_a_removal(hsds: HsdsTown) -> None:
    with hsds.at(NOW + dt.timedelta(days=3)):
        last = {each["service_id"]: each["action"] for each in changes(hsds, 0)["changes"]}
    assert last[service_of("full")] == "remove"
    assert last[service_of(town.RIVER)] == "put"


# --- the data package -----------------------------------------------------------------------------


def make(hsds: HsdsTown, now: dt.datetime) -> DailyPackage | None:
    instance = Instance(hsds.app.extensions["house"].settings)
    try:
        return make_daily_package(instance, now)
    finally:
        instance.database.dispose()


@pytest.fixture(scope="module")
def package(hsds: HsdsTown) -> DailyPackage:
    """Before it is made, the package is not there."""
    assert hsds.get("/package.zip").status_code == 404
    assert hsds.get("/package.json").get_json()["error"] == "not_found"
    made = make(hsds, NOW)
    assert made is not None
    return made


def test_the_package_holds_all_that_is_shown_and_nothing_confidential(
    hsds: HsdsTown, package: DailyPackage
) -> None:
    response = hsds.get("/package.zip")
    assert response.headers["Content-Length"] == str(package.bytes)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    with zipfile.ZipFile(BytesIO(response.data)) as archive:
        text = "".join(archive.read(each).decode() for each in archive.namelist())
        names = archive.namelist()
    assert {"datapackage.json", "services.csv", "attributes.csv"} <= set(names)
    assert "Safe Harbor shelter" in text
    assert "secret" not in text
    note = hsds.get("/package.json").get_json()
    assert (note["bytes"], note["listings"]) == (package.bytes, len(hsds.listed))
    assert note["sha256"] == package.sha256


def test_a_download_that_broke_off_goes_on_where_it_was(hsds: HsdsTown, package: DailyPackage) -> None:
    whole = hsds.get("/package.zip")
    tag = whole.headers["ETag"]
    assert tag == f'"{package.sha256}"'
    half = package.bytes // 2
    first = hsds.get("/package.zip", Range=f"bytes=0-{half - 1}")
    rest = hsds.get("/package.zip", Range=f"bytes={half}-", If_Range=tag)
    assert (first.status_code, rest.status_code) == (206, 206)
    assert rest.headers["Content-Range"] == f"bytes {half}-{package.bytes - 1}/{package.bytes}"
    assert first.data + rest.data == whole.data
    beyond = hsds.get("/package.zip", Range=f"bytes={package.bytes}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{package.bytes}")
    assert hsds.get("/package.zip", If_None_Match=tag).status_code == 304
    other = hsds.get("/package.zip", Range=f"bytes={half}-", If_Range='"another"')
    assert (other.status_code, other.data) == (200, whole.data)


def test_a_new_package_is_made_once_a_day_and_the_one_before_is_kept(
    hsds: HsdsTown, package: DailyPackage
) -> None:
    assert make(hsds, NOW + EVERY - dt.timedelta(seconds=1)) is None
    before = hsds.listed
    kept = [package.name]
    for day in (1, 2):
        hsds.tell([replace(before[0], service=replace(before[0].service, wait_time=str(day))), *before[1:]])
        made = make(hsds, NOW + day * EVERY)
        assert made is not None
        kept.append(made.name)
        assert hsds.get("/package.json").get_json()["sha256"] == made.sha256
    names = {each.name for each in (hsds.home / FOLDER).iterdir()}
    assert names == {*kept[-2:], "hsds.json"}
    hsds.tell(before)


@pytest.mark.usefixtures("package")
def test_a_package_that_could_not_be_made_leaves_the_last_one(
    hsds: HsdsTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hsds.get("/package.json").get_json()

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("directory.operations.packaging.export_hsds", fail)
    with pytest.raises(OSError, match="no space"):
        make(hsds, NOW + 30 * EVERY)
    assert hsds.get("/package.json").get_json() == before
    assert hsds.get("/package.zip").status_code == 200


# --- the profile ----------------------------------------------------------------------------------


def merged(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, each in patch.items():
        if each is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), each)
    return found


def test_the_profile_is_served_file_by_file(hsds: HsdsTown) -> None:
    told = hsds.get("/profile/").get_json()
    assert len(told["files"]) == len(profile_files()) > 0
    for address in told["files"]:
        name = address.rpartition("/")[2]
        assert hsds.http.get(address).get_json() == json.loads(profile_text(name))
    for name in ("nothing.json", "__init__.py", "..%2fpackage.py"):
        assert hsds.get(f"/profile/{name}").status_code == 404


@pytest.mark.shared
def test_the_profile_adds_to_the_specification_just_what_we_answer_to(hsds: HsdsTown) -> None:
    whole = merged(spec(), json.loads(profile_text("openapi.json")))
    described = hsds.http.get("/api/openapi.json").get_json()["paths"]
    assert set(ADDED) <= set(whole["components"]["parameters"])
    for path in ("/services", "/service_at_locations", "/organizations", "/taxonomies", "/taxonomy_terms"):
        given = [
            whole["components"]["parameters"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
            for each in whole["paths"][path]["get"]["parameters"]
        ]
        ours = described[f"/hsds{path}"]["get"]["parameters"]
        assert {each["name"] for each in given} == {each["name"] for each in ours}, path


def test_the_description_tells_of_every_route(hsds: HsdsTown) -> None:
    described = hsds.http.get("/api/openapi.json").get_json()["paths"]
    for rule in hsds.app.url_map.iter_rules():
        if rule.rule.startswith("/hsds"):
            path = rule.rule.replace("<key:key>", "{key}").replace("<name>", "{name}")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert described[path][method.lower()]["responses"]["200"], path
