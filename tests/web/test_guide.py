"""The pages for people who write programs: every line of the guide does what it says, on a server that runs.

The lines are run by curl where it is installed, else the same requests by urllib; the names of the tests say
which.
"""

import base64
import html
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from directory.database import db, session_factory
from directory.listings.needs import taxonomy
from directory.listings.store_export import export_hsds
from directory.listings.store_package import make_package
from directory.web.curl import Call, Section
from directory.web.guide import SECTIONS
from directory.web.language import LANGUAGES
from tests.browser.conftest import serving
from tests.web.office import RIVER_LISTING, SENDER, Office
from tests.web.partner_sites import add_site
from tests.web.programs import add_program, moment

TOOL = "curl" if shutil.which("curl") else "urllib"
GUIDE = "/api/guide"


class Told(NamedTuple):
    """What a call got."""

    status: int
    body: bytes


@pytest.fixture(scope="module")
def site(office: Office) -> Iterator[str]:
    """The address of the office, with today's data package."""
    app = office.app
    with app.app_context(), session_factory(db.engine)() as session:
        today = moment().date()
        home = app.extensions["house"].settings.directory_home

        def write(path: Path) -> int:
            return export_hsds(session, path, taxonomy=taxonomy(), examples=True, today=today).listings

        make_package(home, write, moment())
    with serving(app) as address:
        yield address


@pytest.fixture
def values(office: Office) -> dict[str, str]:
    """What a reader of the guide has of their own."""
    program = add_program(office.app, SENDER)
    key = add_site(office.app, f"Library {program.client.id}")
    return {
        "ID": program.client.id,
        "SECRET": program.secret,
        "KEY": key,
        "LISTING": RIVER_LISTING,
    }


def by_curl(call: Call, site: str, values: Mapping[str, str], folder: Path) -> Told:
    """The line as it stands in the guide. What curl adds (the status) is asked for in its own settings."""
    (folder / ".curlrc").write_text('write-out = "%{stderr}%{http_code}"\n')
    given = {"PATH": os.environ["PATH"], "HOME": str(folder), **values}
    ran = subprocess.run(
        ["sh", "-c", call.line(site)], cwd=folder, env=given, capture_output=True, timeout=30, check=False
    )
    assert ran.returncode == 0, ran.stderr
    body = (folder / call.saves).read_bytes() if call.saves else ran.stdout
    return Told(int(ran.stderr[-3:]), body.partition(b"\r\n\r\n")[2] if call.shows_headers else body)


def by_urllib(call: Call, site: str, values: Mapping[str, str], folder: Path) -> Told:
    def filled(text: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda found: values[found[1]], text)

    headers = {name: filled(value) for name, value in call.headers}
    if call.signs_in:
        told = base64.b64encode(f"{values['ID']}:{values['SECRET']}".encode()).decode()
        headers["Authorization"] = f"Basic {told}"
    body = filled(call.json).encode() if call.json else None
    if call.json:
        headers["Content-Type"] = "application/json"
    if call.form:
        body = urllib.parse.urlencode(call.form).encode()
    request = urllib.request.Request(filled(call.address(site)), body, headers, method=call.method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Told(response.status, response.read())
    except urllib.error.HTTPError as problem:
        with problem:
            return Told(problem.code, problem.read())


RUN = {"curl": by_curl, "urllib": by_urllib}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda each: f"{TOOL}-{each.code}")
def test_every_line_of_the_guide_does_what_it_says(
    section: Section, site: str, values: dict[str, str], tmp_path: Path
) -> None:
    for call in section.calls:
        told = RUN[TOOL](call, site, values, tmp_path)
        assert told.status == call.status, (call.name, told.body[:500])
        assert told.body, call.name
        for name, way in call.keeps.items():
            found: Any = json.loads(told.body)
            for step in way:
                found = found[step]
            values[name] = str(found)


def test_both_ways_of_running_a_line_ask_the_same(site: str, values: dict[str, str], tmp_path: Path) -> None:
    call = next(each for section in SECTIONS for each in section.calls if each.name == "wrong")
    assert json.loads(by_urllib(call, site, values, tmp_path).body) == {
        **json.loads(RUN[TOOL](call, site, values, tmp_path).body)
    }


def test_a_download_that_broke_off_goes_on(site: str, values: dict[str, str], tmp_path: Path) -> None:
    call = next(each for section in SECTIONS for each in section.calls if each.saves)
    whole = by_urllib(call, site, values, tmp_path).body
    assert whole[:2] == b"PK"
    if TOOL == "urllib":
        request = urllib.request.Request(call.address(site), headers={"Range": "bytes=100-"})
        with urllib.request.urlopen(request, timeout=30) as response:
            assert (response.status, response.read()) == (206, whole[100:])
        return
    (tmp_path / call.saves).write_bytes(whole[:100])
    told = by_curl(call, site, values, tmp_path)
    assert (told.status, told.body) == (206, whole)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guide_shows_every_line_with_the_address_of_the_site(http: FlaskClient, lang: str) -> None:
    text = http.get(f"{GUIDE}?lang={lang}", base_url="https://help.example").text
    shown = dict(re.findall(r'<pre dir="ltr" id="(\w+)"><code>(.*?)</code></pre>', text, re.DOTALL))
    for section in SECTIONS:
        for call in section.calls:
            assert html.unescape(shown[call.name]) == call.line("https://help.example")


def test_the_page_to_try_the_api_loads_only_from_here(http: FlaskClient) -> None:
    text = http.get("/api/docs").text
    loaded = re.findall(r'(?:src|stylesheet" href)="([^"]+)"', text)
    assert len(loaded) == 6
    for each in loaded:
        assert each.startswith(("/static/", "/api/docs/"))
        with http.get(each, headers={"Accept-Encoding": "gzip"}) as response:
            assert response.status_code == 200
            assert len(response.get_data()) < 600_000
            assert "immutable" in response.headers["Cache-Control"]


def test_only_the_files_of_the_page_are_given_out(http: FlaskClient) -> None:
    for name in ("index.html", "VERSION", "oauth2-redirect.html", "..%2f__init__.py", "%00"):
        assert http.get(f"/api/docs/{name}").status_code == 404


def test_a_browser_that_has_a_file_is_not_sent_it_again(http: FlaskClient) -> None:
    path = "/api/docs/swagger-ui.css"
    first = http.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
