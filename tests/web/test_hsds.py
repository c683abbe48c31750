"""The HSDS API: what it tells, to whom, in what order, and what it never tells. On each of two databases."""

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from directory.listings.identity import part_id
from directory.listings.package_terms import DERIVED, PROFILE, taxonomy_id, term_id
from directory.listings.record import Code
from tests.builders import NOW
from tests.web import town
from tests.web.hsds_spec import faults
from tests.web.hsds_town import (
    FULL,
    JERSEY,
    HsdsTown,
    next_of,
    open_hsds,
    place_of,
    records,
    service_of,
)

LISTS = ("/services", "/service_at_locations", "/organizations", "/taxonomies", "/taxonomy_terms")
ABSENT = "00000000-0000-4000-8000-000000000000"
HIDDEN, PARTIAL = "secret-source hidden", "secret-source partial"
RIVER_TERM = term_id(Code("need", "outpatient"))
HOUSING = term_id(Code(DERIVED, "housing"))
LISTING_TABLES = ("service", "listing ", "location", "organization", "phone", "schedule")


@pytest.fixture(scope="module")
def hsds(each_home: tuple[Path, dict[str, str]]) -> Iterator[HsdsTown]:
    home, given = each_home
    with open_hsds(home, **given) as town:
        yield town


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def names(hsds: HsdsTown, path: str) -> set[str]:
    return {each["name"] for each in hsds.all_of(path)}


# --- pages ----------------------------------------------------------------------------------------


def test_the_root_says_which_version_it_is_and_where_it_is_described(hsds: HsdsTown) -> None:
    told = hsds.get("/").get_json()
    assert told["version"] == "3.1"
    for name in ("profile", "openapi_url"):
        assert hsds.http.get(told[name]).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_all_pages_together_hold_each_object_once_in_the_order_of_ids(hsds: HsdsTown, path: str) -> None:
    first = hsds.get(f"{path}?per_page=20").get_json()
    found: list[str] = []
    for number in range(1, first["total_pages"] + 1):
        page = hsds.get(f"{path}?per_page=20&page={number}").get_json()
        assert page["page_number"] == number
        assert page["size"] == len(page["contents"])
        assert (page["first_page"], page["last_page"]) == (number == 1, number == first["total_pages"])
        assert not page["empty"]
        found += ids(page["contents"])
    assert len(found) == len(set(found)) == first["total_items"]
    assert ids(hsds.all_of(f"{path}?per_page=20")) == found
    beyond = hsds.get(f"{path}?per_page=20&page={first['total_pages'] + 1}").get_json()
    assert (beyond["contents"], beyond["empty"]) == ([], True)


def test_whoever_follows_the_links_misses_nothing_while_listings_come_and_go(hsds: HsdsTown) -> None:
    before = hsds.listed
    stays = {service_of(each.source_id) for each in before if each.source_id != "detox-7"}
    more = [replace(each, source_id=f"new-{each.source_id}") for each in before[:20]]
    listed = list(before)
    found, following, turn = [], "/hsds/services?per_page=9", 0
    while following:
        response = hsds.http.get(following)
        found += ids(response.get_json()["contents"])
        following = next_of(response)
        turn += 1
        listed = [each for each in listed if each.source_id != "detox-7"]
        hsds.tell([*listed, *more[: 7 * turn]])
    hsds.tell(before)
    assert len(found) == len(set(found))
    assert stays <= set(found)


def test_a_list_tells_the_organization_and_all_else_only_when_asked(hsds: HsdsTown) -> None:
    flat = hsds.get("/services?per_page=1").get_json()["contents"][0]
    assert "phones" not in flat
    assert flat["organization"]["name"]
    whole = next(each for each in hsds.all_of("/services?full=true") if each["id"] == service_of(FULL))
    assert whole == hsds.get(f"/services/{service_of(FULL)}").get_json()
    assert [each["number"] for each in whole["phones"]] == ["(215) 555-0100", "(215) 555-0103"]
    assert {each["location"]["location_type"] for each in whole["service_at_locations"]} == {
        "physical",
        "virtual",
    }
    assert whole["program"]["name"] == "Evening group"
    assert whole["contacts"][0]["phones"][0]["number"] == "(215) 555-0101"
    terms = {each["taxonomy_term"]["code"] for each in whole["attributes"]}
    assert {"DT", "outpatient", "detox"} <= terms


def test_zones_capacities_and_closed_days_are_told_in_fields_of_the_profile(hsds: HsdsTown) -> None:
    whole = hsds.get(f"/services/{service_of(FULL)}").get_json()
    hours, closed = whole["schedules"]
    assert (hours["iana_timezone"], hours["timezone"]) == ("America/Chicago", -6)
    assert closed["closed"] is True
    assert "closed" not in hours
    said = [(each["unit"]["name"], each["status"], each.get("available")) for each in whole["capacity"]]
    assert said == [("beds", "waitlist", 3), ("chairs", "call", None)]
    assert [each["unit"]["name"] for each in whole["capacities"]] == ["beds"]


def test_minimal_tells_id_and_date_of_all_at_once(hsds: HsdsTown) -> None:
    page = hsds.get("/services?minimal=true").get_json()
    assert page["total_pages"] == 1
    assert ids(page["contents"]) == ids(hsds.all_of("/services"))
    assert {tuple(each) for each in page["contents"]} == {("id", "modified_date")}


@pytest.mark.parametrize(
    "path", ["/services?full=true", "/service_at_locations", "/organizations?full=true", "/changes"]
)
def test_a_stream_tells_the_same_as_all_pages(hsds: HsdsTown, path: str) -> None:
    joint = "&" if "?" in path else "?"
    response = hsds.get(f"{path}{joint}format=ndjson")
    assert response.mimetype == "application/x-ndjson"
    lines = [json.loads(each) for each in response.text.splitlines()]
    wanted = hsds.get(path).get_json()["changes"] if path == "/changes" else hsds.all_of(path)
    assert lines == wanted
    zipped = hsds.get(f"{path}{joint}format=ndjson", Accept_Encoding="gzip")
    assert gzip.decompress(zipped.data) == response.data


# --- what is asked for ----------------------------------------------------------------------------


def test_services_are_found_by_organization_words_terms_and_taxonomy(hsds: HsdsTown) -> None:
    river = hsds.get(f"/services/{service_of(FULL)}").get_json()["organization_id"]
    own = hsds.all_of(f"/services?organization_id={river}")
    assert {each["organization_id"] for each in own} == {river}
    assert service_of(FULL) in ids(own)
    assert names(hsds, "/services?search=withdrawal+management") >= {"Withdrawal management unit 1"}
    assert names(hsds, f"/services?taxonomy_term_id={HOUSING}") == {"Safe Harbor shelter"}
    with_code = names(hsds, f"/services?taxonomy_term_id={RIVER_TERM}")
    assert {"Counseling by video", "Ferry help"} <= with_code
    assert "Safe Harbor shelter" not in with_code
    both = names(hsds, f"/services?taxonomy_term_id={RIVER_TERM}&search=ferry")
    assert both == {"Ferry help"}
    fellowships = hsds.all_of(f"/services?taxonomy_id={taxonomy_id('fellowship')}")
    assert ids(fellowships) == [service_of(FULL)]
    bodies = hsds.all_of(f"/organizations?taxonomy_term_id={HOUSING}")
    assert [each["name"] for each in bodies] == ["Safe Harbor"]
    assert hsds.all_of(f"/services?taxonomy_term_id={ABSENT}") == []


def test_services_changed_since_are_found(hsds: HsdsTown) -> None:
    before = hsds.listed
    since = (hsds.now + dt.timedelta(seconds=1)).isoformat()
    assert hsds.all_of(f"/services?modified_after={since.replace('+', '%2B')}") == []
    changed = replace(before[4], service=replace(before[4].service, name="Under a new name"))
    hsds.tell([*before[:4], changed, *before[5:]])
    for moment in (since.replace("+", "%2B"), since, since.removesuffix("+00:00") + "Z"):
        assert names(hsds, f"/services?modified_after={moment}") == {"Under a new name"}
    hsds.tell(before)


def test_a_postcode_must_lie_in_the_service_area_and_within_the_proximity(hsds: HsdsTown) -> None:
    near = names(hsds, "/services?postcode=19104&proximity=2000")
    assert "Outpatient recovery programme" in near
    assert "Counseling by video" in near  # has no place, and serves the state
    assert "Ferry help" not in near  # is near, and serves another state
    assert not any(each.startswith("Withdrawal") for each in near)
    assert "Withdrawal management unit 0" in names(hsds, "/services?postcode=19123&proximity=5000")
    jersey = names(hsds, "/services?postcode=08102")
    assert {"Ferry help"} <= jersey
    assert "Counseling by video" not in jersey
    assert "Ferry help" not in names(hsds, "/services?postcode=08102&proximity=10")
    places = hsds.all_of("/service_at_locations?postcode=19104&proximity=2000")
    assert {"Outpatient recovery programme"} <= {each["service"]["name"] for each in places}


def test_the_profile_finds_by_point_and_by_what_is_open(hsds: HsdsTown) -> None:
    near = hsds.all_of("/services?latitude=39.957&longitude=-75.204&radius=500")
    assert "Outpatient recovery programme" in {each["name"] for each in near}
    assert "Withdrawal management unit 9" not in {each["name"] for each in near}
    friday_morning = names(hsds, "/services?open=2026-11-20T10:00")
    assert "Outpatient recovery programme" in friday_morning
    assert "Safe Harbor shelter" not in friday_morning  # nobody knows its hours
    assert "Outpatient recovery programme" not in names(hsds, "/services?open=2026-11-20T23:00")
    with hsds.at(dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)):
        assert names(hsds, "/services?open=now") == friday_morning


def test_a_posted_question_is_answered_alike_and_stands_in_no_address(hsds: HsdsTown) -> None:
    asked = {"search": "withdrawal", "per_page": 3, "full": True}
    wanted = hsds.get("/services?search=withdrawal&per_page=3&full=true")
    for given in ({"json": asked}, {"data": {**asked, "full": "true"}}):
        response = hsds.http.post("/hsds/services", **given)
        assert response.get_json() == wanted.get_json()
        assert "Link" not in response.headers
        assert "ETag" not in response.headers
        assert response.headers["Cache-Control"] == "private, no-store"
    assert wanted.headers["Cache-Control"] == "private, no-store"
    streamed = hsds.http.post("/hsds/services", json={"search": "withdrawal", "format": "ndjson"})
    assert len(streamed.text.splitlines()) == wanted.get_json()["total_items"]


def test_terms_are_found_by_taxonomy_parent_and_words(hsds: HsdsTown) -> None:
    own = taxonomy_id(DERIVED)
    top = hsds.all_of(f"/taxonomy_terms?taxonomy_id={own}&top_only=true")
    assert "treatment" in {each["code"] for each in top}
    assert not any("parent_id" in each for each in top)
    treatment = term_id(Code(DERIVED, "treatment"))
    below = hsds.all_of(f"/taxonomy_terms?parent_id={treatment}")
    assert {"outpatient"} <= {each["code"] for each in below}
    assert {each["parent_id"] for each in below} == {treatment}
    assert "Narcotics" in hsds.all_of("/taxonomy_terms?search=narcotics")[0]["name"]
    assert hsds.get(f"/taxonomies/{own}").get_json()["name"] == DERIVED
    assert hsds.get(f"/taxonomy_terms/{treatment}").get_json()["taxonomy_detail"]["id"] == own
    used = {
        each["taxonomy_term_id"] for one in hsds.all_of("/services?full=true") for each in one["attributes"]
    }
    assert used <= set(ids(hsds.all_of("/taxonomy_terms")))


def test_every_term_finds_just_the_services_that_are_said_to_have_it(hsds: HsdsTown) -> None:
    having: dict[str, set[str]] = {}
    for one in hsds.all_of("/services?full=true"):
        for each in one["attributes"]:
            having.setdefault(each["taxonomy_term_id"], set()).add(one["id"])
    for term, wanted in having.items():
        assert set(ids(hsds.all_of(f"/services?taxonomy_term_id={term}"))) == wanted, term


def test_an_organization_names_its_services_and_tells_them_in_full_when_asked(hsds: HsdsTown) -> None:
    river = hsds.get(f"/services/{service_of(FULL)}").get_json()["organization_id"]
    simple = hsds.get(f"/organizations/{river}").get_json()
    assert service_of(FULL) in ids(simple["services"])
    assert simple["organization_identifiers"][0]["identifier"] == "1234567893"
    assert [each["name"] for each in simple["programs"]] == ["Evening group"]
    whole = hsds.get(f"/organizations/{river}?full_service=true").get_json()["services"]
    assert hsds.get(f"/services/{service_of(FULL)}").get_json() in whole
    assert "services" not in hsds.get("/organizations?per_page=1").get_json()["contents"][0]


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("page=0", "page"),
        ("page=two", "page"),
        ("per_page=101", "per_page"),
        ("per_page=" + "9" * 5000, "per_page"),
        ("taxonomy_term_id=housing", "taxonomy_term_id"),
        ("organization_id=%00", "organization_id"),
        ("modified_after=yesterday", "modified_after"),
        ("modified_after=0001-01-01T00:00:00%2B14:00", "modified_after"),
        ("postcode=00000", "postcode"),
        ("proximity=100", "postcode"),
        ("postcode=19104&proximity=-1", "proximity"),
        ("postcode=19104&proximity=nan", "proximity"),
        ("latitude=40", "longitude"),
        ("latitude=140&longitude=1", "latitude"),
        ("radius=10", "radius"),
        ("open=soon", "open"),
        ("full=perhaps", "full"),
        ("format=xml", "format"),
        ("after=1", "after"),
        ("search=" + "x" * 301, "search"),
    ],
)
def test_a_parameter_that_means_nothing_is_named(hsds: HsdsTown, question: str, field: str) -> None:
    response = hsds.get(f"/services?{question}")
    assert response.status_code == 422, response.text
    told = response.get_json()
    assert (told["code"], told["error"]) == (422, "invalid")
    assert told["fields"][field]


def test_odd_bodies_and_addresses_are_refused_in_the_one_shape(hsds: HsdsTown) -> None:
    post = hsds.http.post
    assert post("/hsds/services", json=[1]).status_code == 422
    assert post("/hsds/services", json={"search": ["a"]}).get_json()["fields"]["search"]
    assert post("/hsds/services", data="{", content_type="application/json").status_code == 400
    assert hsds.http.delete("/hsds/services").get_json()["error"] == "method_not_allowed"
    for path in ("/nothing", f"/services/{ABSENT}", "/services/1", f"/taxonomy_terms/{ABSENT}"):
        response = hsds.get(path)
        assert (response.status_code, response.get_json()["error"]) == (404, "not_found"), path
    for plural in ("organizations", "taxonomies", "service_at_locations"):
        assert hsds.get(f"/{plural}/{ABSENT}").status_code == 404


def test_what_is_withdrawn_is_gone(hsds: HsdsTown) -> None:
    before = hsds.listed
    hsds.tell([each for each in before if each.source_id != JERSEY])
    assert hsds.get(f"/services/{service_of(JERSEY)}").status_code == 410
    assert hsds.get(f"/service_at_locations/{place_of(JERSEY)}").status_code == 410
    for path in LISTS[:3]:
        assert "Ferry" not in hsds.get(f"{path}?format=ndjson").text
    assert hsds.all_of(f"/services?taxonomy_term_id={RIVER_TERM}&search=ferry") == []
    hsds.tell(before)
    assert hsds.get(f"/services/{service_of(JERSEY)}").status_code == 200


# --- what is never told ---------------------------------------------------------------------------


def body_of(source_id: str) -> str:
    body = next(each.organization for each in records() if each.source_id == source_id)
    return str(part_id(town.IMPORTER, town.FEED, "organization", body.key))


def everything_told(hsds: HsdsTown) -> str:
    texts = [hsds.get(f"{path}?format=ndjson&full=true&full_service=true").text for path in LISTS]
    for plural, keep in zip(LISTS[:3], (service_of, place_of, body_of), strict=True):
        texts += [hsds.get(f"{plural}/{keep(each)}?full_service=true").text for each in (HIDDEN, PARTIAL)]
    return "\n".join(texts)


def test_no_confidential_place_leaves_in_any_answer(hsds: HsdsTown) -> None:
    text = everything_told(hsds)
    assert "Quiet hidden" in text
    assert "Quiet partial" in text
    for secret in ("secret", "19063", "39.12", "75.12"):
        assert secret not in text


@pytest.mark.parametrize(
    ("source_id", "cities"), [(HIDDEN, []), (PARTIAL, [("Media", "PA", "Unknown", "Unknown")])]
)
def test_a_place_is_shown_as_far_as_its_setting_says(
    hsds: HsdsTown, source_id: str, cities: list[tuple[str, ...]]
) -> None:
    whole = hsds.get(f"/services/{service_of(source_id)}").get_json()
    place, online = (each["location"] for each in whole["service_at_locations"])
    found = [
        tuple(each[name] for name in ("city", "state_province", "address_1", "postal_code"))
        for each in place["addresses"]
    ]
    assert found == cities
    assert place["visibility"] == source_id.split()[1]
    assert not {"latitude", "longitude", "name", "transportation"} & place.keys()
    assert online["location_type"] == "virtual"
    listed = [each for each in hsds.all_of("/service_at_locations") if each["service"]["id"] == whole["id"]]
    assert sorted(ids(listed)) == sorted(ids(whole["service_at_locations"]))
    for each in listed:
        assert hsds.get(f"/service_at_locations/{each['id']}").get_json()["location"]["id"]


def test_examples_are_told_only_where_they_are_shown(hsds: HsdsTown) -> None:
    assert hsds.get(f"/services/{service_of(town.EXAMPLE)}").status_code == 200
    house = hsds.app.extensions["house"]
    hsds.app.extensions["house"] = replace(house, settings=replace(house.settings, examples=False))
    try:
        assert hsds.get(f"/services/{service_of(town.EXAMPLE)}").status_code == 404
        assert "Example House" not in hsds.get("/organizations?format=ndjson").text
    finally:
        hsds.app.extensions["house"] = house


def test_a_listing_is_told_only_between_its_days(hsds: HsdsTown) -> None:
    kind = term_id(Code(PROFILE, "kind"))
    with hsds.at(NOW + dt.timedelta(days=3)):
        assert hsds.get(f"/services/{service_of(FULL)}").status_code == 410
        for path in ("/services", f"/services?taxonomy_term_id={kind}"):
            assert service_of(FULL) not in ids(hsds.all_of(path))
    assert service_of(FULL) in ids(hsds.all_of(f"/services?taxonomy_term_id={kind}"))


# --- validators -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/services",
        "/services?full=true&page=2",
        "/services?search=detox",
        f"/services/{service_of(FULL)}",
        "/taxonomy_terms",
        "/organizations?format=ndjson",
        "/changes",
    ],
)
def test_what_did_not_change_is_not_told_again_and_no_listing_is_read(hsds: HsdsTown, path: str) -> None:
    first = hsds.get(path)
    moment = first.headers["Last-Modified"]
    for headers in ({"If_None_Match": first.headers["ETag"]}, {"If_Modified_Since": moment}):
        with hsds.statements() as run:
            again = hsds.get(path, **headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert 0 < len(run) <= 2
        assert not any(f"FROM {each}" in statement for statement in run for each in LISTING_TABLES)


def test_a_change_ends_what_was_known(hsds: HsdsTown) -> None:
    before = hsds.listed
    tags = {path: hsds.get(path).headers["ETag"] for path in ("/services", "/organizations?full=true")}
    moment = hsds.get("/services").headers["Last-Modified"]
    hsds.tell([replace(before[0], service=replace(before[0].service, wait_time="None")), *before[1:]])
    for path, tag in tags.items():
        assert hsds.get(path, If_None_Match=tag).status_code == 200
    assert hsds.get("/services", If_Modified_Since=moment).status_code == 200
    hsds.tell(before)


def test_the_tag_tells_apart_what_differs_by_a_byte(hsds: HsdsTown) -> None:
    plain, zipped = hsds.get("/services"), hsds.get("/services", Accept_Encoding="gzip")
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.data == hsds.get("/services", Accept_Encoding="gzip").data
    tags = [plain.headers["ETag"], zipped.headers["ETag"], hsds.get("/services?full=true").headers["ETag"]]
    assert len(set(tags)) == 3
    assert not any(each.startswith("W/") for each in tags)
    with hsds.at(NOW + dt.timedelta(days=1, seconds=7)):
        assert hsds.get("/services", If_None_Match=tags[0]).status_code == 200
        assert hsds.get("/services?open=now").headers["Last-Modified"] == "Sat, 21 Nov 2026 15:00:00 GMT"


@pytest.mark.parametrize("path", ["/services", "/service_at_locations", "/organizations"])
@pytest.mark.parametrize("how", ["full=true&full_service=true", "full=false", "search=recovery&full=true"])
def test_a_page_of_many_takes_no_more_statements_than_one_of_few(hsds: HsdsTown, path: str, how: str) -> None:
    hsds.get(f"{path}?{how}")
    counts = []
    for per_page in (2, 50):
        with hsds.statements() as run:
            hsds.get(f"{path}?{how}&per_page={per_page}")
        counts.append(len(run))
    assert counts[1] <= counts[0] + 6, counts
    assert counts[1] <= 45


# --- who may ask ----------------------------------------------------------------------------------


def test_every_site_may_read_answers_and_refusals(hsds: HsdsTown) -> None:
    for path in ("/", "/services", "/services?page=0", "/nothing", "/changes"):
        response = hsds.get(path, Origin="https://library.example")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "Set-Cookie" not in response.headers
    asked = hsds.http.options("/hsds/services", headers={"Access-Control-Request-Method": "POST"})
    assert asked.status_code == 200
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in hsds.http.get("/api/v1/search").headers


# --- the specification ----------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    "path",
    [
        "/",
        *LISTS,
        "/services?full=true&per_page=100",
        "/service_at_locations?full=true&per_page=100",
        "/organizations?full=true&per_page=100",
        "/services?search=recovery",
        "/services?postcode=19104&proximity=5000&full=true",
        "/services?search=unheardofword",
    ],
)
def test_answers_keep_to_the_published_schemas(hsds: HsdsTown, path: str) -> None:
    assert faults(path, hsds.get(path).get_json()) == []


@pytest.mark.shared
def test_each_object_keeps_to_the_published_schema(hsds: HsdsTown) -> None:
    river = hsds.get(f"/services/{service_of(FULL)}").get_json()["organization_id"]
    for source_id in (FULL, town.RIVER, town.MEETING, town.SHELTER, town.VIDEO, HIDDEN, PARTIAL):
        for path in (f"/services/{service_of(source_id)}", f"/service_at_locations/{place_of(source_id)}"):
            assert faults(path, hsds.get(path).get_json()) == [], path
    for path in (
        f"/organizations/{river}",
        f"/organizations/{river}?full_service=true",
        f"/taxonomy_terms/{RIVER_TERM}",
        f"/taxonomies/{taxonomy_id(DERIVED)}",
    ):
        assert faults(path, hsds.get(path).get_json()) == [], path


def test_the_town_holds_what_these_tests_speak_of(hsds: HsdsTown) -> None:
    assert hsds.get("/services").get_json()["total_items"] == len(records())
