"""What search engines and browsers are told: facts of a page, its one address, site maps, OpenSearch."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.app import create_app
from directory.database import db
from directory.listings.needs import taxonomy
from directory.listings.store_addresses import Changed, changed
from directory.web.pages import crawlers
from directory.web.pages.crawlers import short_name
from tests.builders import make_location, make_record, make_service
from tests.listings.test_visibility import SECRET, secret_record
from tests.web.addresses import EXAMPLE_PAGE, MEETING_PAGE, RESULTS, RIVER_PAGE, SHELTER_PAGE, listing_page
from tests.web.town import CROWD, build_town

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
LISTED = CROWD + 4
"""Listings of the town that are not invented."""
HOSTILE = "</script><script>alert(1)</script>&<!--"


def facts(http: FlaskClient, address: str) -> list[dict[str, Any]]:
    text = http.get(address).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return [json.loads(each) for each in found]


def fact(http: FlaskClient, address: str) -> dict[str, Any]:
    (found,) = facts(http, address)
    assert found["@context"] == "https://schema.org"
    return found


def addresses(http: FlaskClient, path: str, **given: Any) -> list[str]:
    with http.get(path, **given) as response:
        assert (response.status_code, response.mimetype) == (200, "application/xml"), path
        root = ET.fromstring(response.get_data())
    return [each.text or "" for each in root.findall(".//s:loc", SPACE)]


def path_of(address: str) -> str:
    return urlsplit(address).path


# --- facts ----------------------------------------------------------------------------------------


def test_a_service_is_told_with_its_place_hours_and_numbers(http: FlaskClient) -> None:
    found = fact(http, RIVER_PAGE)
    assert found["@type"] == "Service"
    assert path_of(found["@id"]) == RIVER_PAGE
    channel = found["availableChannel"]
    place = channel["serviceLocation"]
    assert place["address"]["streetAddress"].startswith("4040 Market Street")
    assert (place["address"]["addressRegion"], place["address"]["addressCountry"]) == ("PA", "US")
    assert {"latitude", "longitude"} <= set(place["geo"])
    assert channel["servicePhone"][0]["telephone"] == "215-555-0100"
    assert found["hoursAvailable"][0]["dayOfWeek"].startswith("https://schema.org/")
    assert re.fullmatch(r"\d\d:\d\d", found["hoursAvailable"][0]["opens"])
    assert found["provider"]["@type"] == "Organization"


def test_a_meeting_is_told_as_an_event_that_comes_back(http: FlaskClient) -> None:
    found = fact(http, MEETING_PAGE)
    assert (found["@type"], found["eventAttendanceMode"].rpartition("/")[2]) == (
        "Event",
        "MixedEventAttendanceMode",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT19:00:00-0[45]:00", found["startDate"])
    (schedule,) = found["eventSchedule"]
    assert [each.rpartition("/")[2] for each in schedule["byDay"]] == ["Sunday", "Thursday"]
    assert (schedule["startTime"], schedule["scheduleTimezone"]) == ("19:00:00", "America/New_York")
    assert [each["@type"] for each in found["location"]] == ["Place", "VirtualLocation"]


def test_a_point_that_is_not_the_door_is_not_told_as_one(http: FlaskClient) -> None:
    place = fact(http, listing_page("detox-0"))["availableChannel"]["serviceLocation"]
    assert "geo" not in place
    assert place["address"]["postalCode"] == "19123"


def test_a_private_place_is_in_no_fact(http: FlaskClient) -> None:
    told = json.dumps(fact(http, SHELTER_PAGE))
    for secret in ("PostalAddress", "GeoCoordinates", "Market", "19104", "Philadelphia"):
        assert secret not in told


@pytest.mark.parametrize("lang", ["en", "es"])
def test_an_invented_listing_is_told_to_nobody(http: FlaskClient, lang: str) -> None:
    assert facts(http, f"{EXAMPLE_PAGE}?lang={lang}") == []


def test_the_start_page_says_how_the_site_is_searched(http: FlaskClient) -> None:
    found = fact(http, "/")
    assert found["@type"] == "WebSite"
    assert found["potentialAction"]["target"]["urlTemplate"].endswith("/search?q={search_term_string}")


def test_the_page_of_a_need_says_where_it_stands(http: FlaskClient) -> None:
    found = fact(http, "/needs/aa?lang=es")
    crumbs = found["breadcrumb"]["itemListElement"]
    assert [(each["position"], path_of(each["item"])) for each in crumbs] == [
        (1, "/needs/peer_groups"),
        (2, "/needs/aa"),
    ]
    assert found["inLanguage"] == "es"
    assert found["about"]["termCode"] == "aa"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Flask]:
    """An instance of two listings: one of hostile words, one with a secret in every private field."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("odd") / "home"))
    hostile = make_record(
        service=make_service(name=HOSTILE, description=HOSTILE), locations=(make_location(name=HOSTILE),)
    )
    secret = replace(secret_record("partial"), source_id="safe")
    app = create_app(build_town(home, hostile, secret, site_name='A "B" & <C> of everything'))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_words_of_a_source_cannot_leave_the_facts(odd: Flask) -> None:
    http = odd.test_client()
    found = fact(http, RIVER_PAGE)
    assert found["name"] == HOSTILE
    text = http.get(RIVER_PAGE).text
    assert "<script>alert" not in text
    assert text.count("</script>") == text.count("<script")


def test_the_secrets_of_a_source_are_in_no_fact(odd: Flask) -> None:
    told = json.dumps(fact(odd.test_client(), listing_page("safe")))
    for secret in (SECRET, "Market Street", "39.957", "75.204"):
        assert secret not in told


def test_odd_names_of_a_site_do_not_break_what_browsers_read(odd: Flask) -> None:
    root = ET.fromstring(odd.test_client().get("/opensearch.xml").get_data())
    assert root.findtext("{*}LongName") == 'A "B" & <C> of everything'


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/needs/detox", RIVER_PAGE, "/api/guide"])
def test_a_page_has_one_address_in_each_language(http: FlaskClient, path: str) -> None:
    def told(address: str) -> tuple[list[str], dict[str, str]]:
        text = http.get(address).text
        return (
            re.findall(r'<link rel="canonical" href="([^"]+)">', text),
            dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text)),
        )

    whole = f"http://localhost{path}"
    others = {"en": f"{whole}?lang=en", "es": f"{whole}?lang=es", "x-default": whole}
    assert told(f"{path}?utm=x") == ([whole], others)
    assert told(f"{path}?lang=es&utm=x") == ([f"{whole}?lang=es"], others)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_need_has_a_page_with_a_title_and_a_description_of_its_own(http: FlaskClient, lang: str) -> None:
    titles, descriptions = set(), set()
    for code in taxonomy().needs:
        text = http.get(f"/needs/{code}?lang={lang}").text
        title = re.search(r"<title>(.+?) – ", text)
        description = re.search(r'<meta name="description" content="([^"]+)">', text)
        assert title, code
        assert description, code
        titles.add(title[1])
        descriptions.add(description[1])
    assert len(titles) == len(descriptions) == len(taxonomy().needs)


def test_a_listing_is_described_in_a_line(http: FlaskClient) -> None:
    described = re.search(r'<meta name="description" content="([^"]+)">', http.get(RIVER_PAGE).text)
    assert described
    assert "Philadelphia, PA" in described[1]
    assert len(described[1]) <= 160


# --- site maps ------------------------------------------------------------------------------------


def test_the_site_map_leads_to_every_page_that_is_not_a_search(http: FlaskClient) -> None:
    parts = [path_of(each) for each in addresses(http, "/sitemap.xml")]
    assert parts == ["/sitemaps/pages.xml", "/sitemaps/listings-1.xml"]
    found = [each for part in parts for each in addresses(http, part)]
    assert not [each for each in found if "?" in each or "/search" in each]
    paths = {path_of(each) for each in found}
    assert {"/", "/needs/detox", "/api/guide", RIVER_PAGE, SHELTER_PAGE} <= paths
    assert EXAMPLE_PAGE not in paths
    assert len(addresses(http, parts[1])) == LISTED
    for each in found:
        assert http.get(path_of(each)).status_code == 200


def test_each_listing_of_the_site_map_says_when_it_was_changed(http: FlaskClient) -> None:
    for path in ("/sitemap.xml", "/sitemaps/listings-1.xml"):
        text = http.get(path).text
        assert re.search(r"<lastmod>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00</lastmod>", text)


def test_a_part_of_the_site_map_holds_no_more_than_allowed_and_all_parts_hold_everything(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = addresses(http, "/sitemaps/listings-1.xml")
    asked: list[int] = []

    def noted(*given: Any, **named: Any) -> list[Changed]:
        found = changed(*given, **named)
        asked.append(len(found))
        return found

    monkeypatch.setattr(crawlers, "PART", 20)
    monkeypatch.setattr(crawlers, "AT_ONCE", 7)
    monkeypatch.setattr(crawlers, "changed", noted)
    parts = [path_of(each) for each in addresses(http, "/sitemap.xml")][1:]
    found = [addresses(http, each) for each in parts]
    assert [len(each) for each in found] == [20, 20, LISTED - 40]
    assert [address for each in found for address in each] == whole
    assert max(asked) == 7, "listings are read a few at a time"


def test_a_part_that_is_not_there_is_not_found(http: FlaskClient) -> None:
    for number in ("0", "2", "9999", "10000", "99999999999999999999", "-1", "x"):
        assert http.get(f"/sitemaps/listings-{number}.xml").status_code == 404


def test_parts_are_squeezed_for_whoever_takes_it(http: FlaskClient) -> None:
    path = "/sitemaps/listings-1.xml"
    with http.get(path, headers={"Accept-Encoding": "gzip"}) as squeezed, http.get(path) as plain:
        assert squeezed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(squeezed.get_data()) == plain.get_data()
        assert "Accept-Encoding" in squeezed.headers["Vary"]


def test_robots_are_told_what_to_leave_alone_and_where_the_site_map_is(http: FlaskClient) -> None:
    lines = http.get("/robots.txt").text.splitlines()
    assert {"Disallow: /search", "Disallow: /api/v1/", "Disallow: /referrals"} <= set(lines)
    assert "Disallow: /api/" not in lines, "the guide may be found"
    assert "Sitemap: http://localhost/sitemap.xml" in lines


# --- browsers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/", RESULTS, RIVER_PAGE])
def test_a_browser_learns_how_to_search_here(http: FlaskClient, page: str) -> None:
    link = re.search(
        r'<link rel="search" type="application/opensearchdescription\+xml" href="([^"]+)"',
        http.get(page).text,
    )
    assert link
    response = http.get(link[1])
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ET.fromstring(response.get_data())
    template = root.find("{*}Url[@type='text/html']")
    assert template is not None
    address = template.get("template", "").replace("{searchTerms}", "detox%20near%2019104")
    assert "Detox near Philadelphia" in http.get(address).text
    assert len(root.findtext("{*}ShortName") or "") <= 16


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Recovery Directory", "Recovery"),
        ("Help", "Help"),
        ("Way Home of Ohio", "Way Home of Ohio"),
        ("Wiedereingliederung", "Wiedereingliederu"[:16]),
    ],
)
def test_the_short_name_of_a_site_is_of_whole_words(name: str, short: str) -> None:
    assert short_name(name) == short
