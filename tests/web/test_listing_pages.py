"""The page of one listing."""

import re
from html import unescape

from flask.testing import FlaskClient

from tests.web.addresses import CLOSED_PAGE, MEETING_PAGE, RESULTS, RIVER_PAGE, listing_page


def page(http: FlaskClient, address: str, **headers: str) -> str:
    return unescape(http.get(address, headers=headers).text)


def test_everything_known_is_told(http: FlaskClient) -> None:
    text = page(http, RIVER_PAGE)
    told = (
        "Outpatient recovery", "River Recovery", "The front door is on Mole Street",
        "ext. 12", "800-662-HELP", "river.example", "intake@river.example",
        "4040 Market Street", "Philadelphia, PA 19104", "Market-Frankford Line",
        "ramp at the side door", "Call first.", "Adults who live in Pennsylvania.",
        "18 years and older", "About three days.", "A photo ID", "Medicaid", "Nobody is turned away",
        "3 of 20 open", "By phone, in 200 languages", "9:00 AM to 5:00 PM", "Counseling and medication",
    )  # fmt: skip
    assert [words for words in told if words not in text] == []


def test_the_source_is_named_with_its_dates_and_licence(http: FlaskClient) -> None:
    text = page(http, RIVER_PAGE)
    for words in (
        "Town list of recovery services",
        "Maple County",
        "Oct 1, 2026",
        "Nov 20, 2026",
        "Public domain",
    ):
        assert words in text
    assert "Not yet. Please call to confirm." in text


def test_directions_are_asked_of_nobody_before_a_map_is_chosen(http: FlaskClient) -> None:
    text = page(http, RIVER_PAGE)
    assert 'href="geo:0,0?q=4040+Market+Street%2C+Philadelphia%2C+PA+19104"' in text
    for link in text.split("<a ")[1:]:
        address = link.partition('href="')[2].partition('"')[0]
        assert 'rel="noreferrer"' in link.partition(">")[0] or not address.startswith("http")


def test_dates_and_times_are_written_as_in_the_language(http: FlaskClient) -> None:
    text = page(http, f"{RIVER_PAGE}?lang=es")
    assert "de 9:00 a.m. a 5:00 p.m." in text
    assert "1 oct 2026" in text
    assert 'lang="en">Outpatient recovery' in text


def test_codes_of_the_source_are_told_by_name_and_group(http: FlaskClient) -> None:
    text = page(http, CLOSED_PAGE)
    assert "<h3>Type of care</h3>" in text
    assert "Closed for now." in text


def test_the_way_back_leads_to_the_results_that_led_here(http: FlaskClient) -> None:
    came = {"Referer": f"http://localhost{RESULTS}"}
    assert f'href="{RESULTS}"' in page(http, RIVER_PAGE, **came)
    assert "Back to the results" not in page(http, RIVER_PAGE)
    assert "Back to the results" not in page(http, RIVER_PAGE, Referer="https://evil.example/search?q=x")
    assert "Back to the results" not in page(http, RIVER_PAGE, Referer="http://localhost/search")


def test_meetings_can_be_added_to_a_calendar(http: FlaskClient) -> None:
    assert f'href="{MEETING_PAGE}.ics"' in page(http, MEETING_PAGE)
    response = http.get(f"{MEETING_PAGE}.ics")
    assert response.mimetype == "text/calendar"
    text = response.text.replace("\r\n ", "")
    assert "SUMMARY:Thursday Night Hope" in text
    assert "RRULE:FREQ=WEEKLY;BYDAY=TH,SU" in text
    assert re.search(r"DTSTART;TZID=America/New_York:\d{8}T190000", text)
    assert "BEGIN:VTIMEZONE" in text
    assert re.search(r"LOCATION:4040 Market Street", text)


def test_a_place_without_meetings_has_no_calendar(http: FlaskClient) -> None:
    assert http.get(f"{RIVER_PAGE}.ics").status_code == 404


def test_unknown_listings_are_not_found(http: FlaskClient) -> None:
    response = http.get(listing_page("no such thing"))
    assert response.status_code == 404
    assert "There is no such listing here." in unescape(response.text)
