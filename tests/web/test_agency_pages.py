"""An agency's own page, and the agencies of the network."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.accounts.access import ROLES
from directory.accounts.tables import Agency
from directory.database import db, session_factory
from directory.web.access import access_of
from tests.web.addresses import RIVER_PAGE
from tests.web.office import PEOPLE, RECEIVER, SENDER, Office, agency_id, hidden, open_office
from tests.web.staff import led_to, token_of

OWN, ALL = "/account/agency", "/account/agencies"
ABSENT = "00000000-0000-4000-8000-000000000000"
ROUTES = {
    ("GET", OWN): "agency.settings",
    ("POST", OWN): "agency.settings",
    ("GET", ALL): "network.agencies",
    ("GET", f"{ALL}/new"): "network.agencies",
    ("POST", f"{ALL}/new"): "network.agencies",
    ("GET", f"{ALL}/<agency>"): "network.agencies",
    ("POST", f"{ALL}/<agency>"): "network.agencies",
}
AS_IT_IS = {
    "timezone": "America/New_York",
    "accepts_referrals": "1",
    "keeps_us_holidays": "1",
    "part2_program": "unknown",
    "hipaa_covered": "unknown",
    "federally_assisted": "unknown",
}


@pytest.fixture
def office(tmp_path: Path, gazetteer_cache: Path) -> Iterator[Office]:
    """One of its own: agencies are changed here."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    with open_office(home) as made:
        yield made


def send(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Fills in the form of that page, and sends it."""
    return browser.post(address, data={**hidden(browser.get(address).text, address), **fields})


def row_of(office: Office, name: str) -> Agency:
    with office.app.app_context(), session_factory(db.engine)() as session:
        found = session.scalars(select(Agency).where(Agency.name == name)).one()
        session.expunge(found)
        return found


def test_every_route_about_agencies_is_in_this_table(office: Office) -> None:
    found = {
        (method, re.sub(r"<key:(\w+)_id>", r"<\1>", rule.rule)): access_of(
            office.app.view_functions[rule.endpoint]
        )
        for rule in office.app.url_map.iter_rules()
        if rule.endpoint.startswith("agencies.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == ROUTES


def test_each_route_answers_those_who_may_and_nobody_else(office: Office) -> None:
    for (method, rule), right in ROUTES.items():
        path = rule.replace("<agency>", agency_id(office.app, RECEIVER))
        for who, (role, _) in PEOPLE.items():
            browser = office.as_(who)
            if method == "GET":
                status = browser.get(path).status_code
            else:
                data = {"csrf_token": token_of(browser.get("/account")), "timezone": "Mars/Olympus"}
                status = browser.post(path, data=data).status_code
            assert status in ((200, 409, 422) if right in ROLES[role] else (403,)), (method, rule, who)
    assert office.as_("nett").get(f"{ALL}/{ABSENT}").status_code == 404


def test_a_supervisor_sets_hours_closed_days_and_how_fast_the_agency_answers(office: Office) -> None:
    given = {
        **AS_IT_IS,
        "timezone": "America/Chicago",
        "from_1_0": "08:30",
        "to_1_0": "12:00",
        "from_1_1": "13:00",
        "to_1_1": "00:00",
        "closed": "2030-12-24",
        "answer_urgent": "2",
        "notify_email": "intake@maple.example",
        "part2_program": "yes",
        "name": "Somebody Else",
        "state": "CA",
    }
    answer = send(office.as_("sam"), OWN, **given)
    assert (answer.status_code, answer.location) == (302, OWN)
    row = row_of(office, SENDER)
    assert row.response_hours == [[1, "08:30", "12:00"], [1, "13:00", "24:00"]]
    assert (row.closed_dates, row.response_sla) == (["2030-12-24"], {"urgent": 2})
    assert (row.timezone, row.part2_program, row.state) == ("America/Chicago", "yes", None)
    text = office.as_("sam").get(OWN).text
    assert 'name="from_1_0" type="time" value="08:30"' in text
    assert 'name="to_1_1" type="time" value="00:00"' in text
    assert 'type="date" value="2030-12-24"' in text
    assert "It is saved." in text


def test_a_closed_day_of_the_past_is_kept_for_the_clocks_and_not_shown(office: Office) -> None:
    send(office.as_("sam"), OWN, **AS_IT_IS, closed="2020-01-15")
    assert row_of(office, SENDER).closed_dates == ["2020-01-15"]
    assert "2020-01-15" not in office.as_("sam").get(OWN).text
    send(office.as_("sam"), OWN, **AS_IT_IS)
    assert row_of(office, SENDER).closed_dates == ["2020-01-15"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"from_1_0": "17:00", "to_1_0": "09:00"}, "Hours are like 09:00 to 17:00."),
        ({"from_3_1": "17:00"}, "Hours are like 09:00 to 17:00."),
        ({"answer_routine": "200"}, "Give whole hours from 1 to 40."),
        ({"answer_urgent": "soon"}, "Give whole hours from 1 to 40."),
        ({"timezone": "Mars/Olympus"}, "That is no time zone."),
        ({"closed": "Christmas"}, "Please give a day."),
        ({"notify_email": "no address"}, "This is not one e-mail address."),
    ],
)
def test_a_refused_form_comes_back_with_what_was_typed(
    office: Office, given: dict[str, str], sentence: str
) -> None:
    answer = send(office.as_("sam"), OWN, **{**AS_IT_IS, **given})
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in given.values():
        assert f'value="{value}"' in answer.text
    assert row_of(office, SENDER).response_hours == []


def test_of_two_who_change_an_agency_the_second_is_told_and_loses_nothing(office: Office) -> None:
    first, second = office.as_("sam"), office.as_("nett")
    page = f"{ALL}/{agency_id(office.app, SENDER)}"
    opened = hidden(second.get(page).text, page)
    assert send(first, OWN, **AS_IT_IS, notify_email="desk@maple.example").location == OWN
    given = {**AS_IT_IS, "name": SENDER, "answer_urgent": "3"}
    late = second.post(page, data={**opened, **given})
    assert late.status_code == 409
    assert "Someone else changed this." in late.text
    assert 'value="3"' in late.text
    assert row_of(office, SENDER).notify_email == "desk@maple.example"
    again = second.post(page, data={**hidden(late.text, page), **given, "notify_email": "all@maple.example"})
    assert again.location == ALL
    assert row_of(office, SENDER).response_sla == {"urgent": 3}


def test_whoever_runs_the_network_adds_an_agency_and_says_which_listed_one_it_is(office: Office) -> None:
    given = {**AS_IT_IS, "name": "New Dawn", "state": "PA", "organization": f"https://x.example{RIVER_PAGE}"}
    answer = send(office.as_("nett"), f"{ALL}/new", **given)
    assert (answer.status_code, answer.location) == (302, ALL)
    row = row_of(office, "New Dawn")
    assert row.organization_id == row_of(office, RECEIVER).organization_id
    assert "New Dawn" in office.as_("nett").get(ALL).text
    page = f"{ALL}/{row.id}"
    shown = re.search("Now: ([^<]+)<", office.as_("nett").get(page).text)
    assert shown
    kept = {**given, "organization": row.organization_id or "", "name": "New Day"}
    assert send(office.as_("nett"), page, **kept).location == ALL
    assert row_of(office, "New Day").organization_id == row.organization_id
    assert send(office.as_("nett"), page, **{**kept, "organization": ""}).location == ALL
    assert row_of(office, "New Day").organization_id is None


def test_an_unknown_listing_or_a_name_that_is_taken_is_told(office: Office) -> None:
    for given, sentence in (
        ({"name": "New Dawn", "organization": f"/listings/{ABSENT}"}, "No listed organization is there."),
        ({"name": SENDER.upper()}, "There is an agency of that name already."),
    ):
        answer = send(office.as_("nett"), f"{ALL}/new", **{**AS_IT_IS, **given})
        assert answer.status_code == 422
        assert sentence in answer.text


def test_after_15_minutes_the_password_is_asked_for_first(office: Office) -> None:
    browser = office.as_("sam")
    token = token_of(browser.get(OWN))
    with browser.session_transaction("/account") as kept:
        kept["fs_paa"] -= 16 * 60
    assert led_to(browser.get(OWN)) == "/account/confirm"
    answer = browser.post(OWN, data={**AS_IT_IS, "csrf_token": token, "part2_program": "no"})
    assert led_to(answer) == "/account/confirm"
    assert row_of(office, SENDER).part2_program == "unknown"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_about_agencies_is_there_in_both_languages(office: Office, language: str) -> None:
    for who, address in (
        ("sam", OWN),
        ("nett", ALL),
        ("nett", f"{ALL}/new"),
        ("nett", f"{ALL}/{agency_id(office.app, RECEIVER)}"),
    ):
        answer = office.as_(who).get(address, query_string={"lang": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
