"""Rules that every page and route keeps, whatever it is about."""

import json
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema

from directory.errors import IndexUnavailable
from directory.settings import Settings
from directory.web.access import access_of, public, undeclared
from directory.web.api.schemas import ErrorSchema
from directory.web.headers import HEADERS
from tests.web.addresses import MEETING_PAGE, PAGES, RIVER_PAGE

ODD_QUERIES: Mapping[str, dict[str, str]] = {
    "control characters": {"q": "de\x00tox\x1b[31m\r\nSet-Cookie: a=b", "near": "19104\x07"},
    "ten kilobytes": {"q": "help " * 2000},
    "a place of ten kilobytes": {"near": "x" * 10_000},
    "a field and a star": {"q": "name:*"},
    "only signs": {"q": '((("*" OR -+'},
    "a need that is not there": {"need": "unicorn"},
    "a filter that is not there": {"filter": "unicorn"},
    "the billionth page": {"q": "detox", "page": "1000000000"},
    "page nought": {"page": "0"},
    "a page in words": {"page": "two"},
    "an absurd radius": {"near": "19104", "radius": "1e308"},
    "a radius that is no number": {"near": "19104", "radius": "nan"},
    "a negative radius": {"near": "19104", "radius": "-5"},
    "a point off the earth": {"ll": "912,5"},
    "half a point": {"ll": "39.9"},
    "a day that is not": {"day": "9"},
    "a time that is not": {"from": "25:99"},
    "a moment that is not": {"open": "yesterday"},
    "an order that is not": {"sort": "random"},
    "a language that is not ours": {"lang": "xx"},
    "a place that is not": {"near": "Xyzzyville"},
    "markup": {"q": "<script>alert(1)</script>", "near": "<b>"},
    "letters of many scripts": {"q": "помощь 帮助 مساعدة", "near": "Ⅻ"},
    "half a letter": {"q": "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1")},
}


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    assert undeclared(app) == []


def test_a_view_that_declares_nothing_is_found_and_closed() -> None:
    app = Flask("small")

    @app.get("/open")
    @public
    def open_to_all() -> str:
        return "yes"

    @app.get("/forgotten")
    def forgotten() -> str:
        return "no"

    assert access_of(open_to_all) == "public"
    assert undeclared(app) == ["forgotten", "static"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_with_the_safety_headers(http: FlaskClient, address: str) -> None:
    response = http.get(address)
    assert response.status_code == 200
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address", ["/nope", "/search?radius=-1", "/api/v1/search?radius=-1", "/api/v1/nope", "/healthz"]
)
def test_errors_and_api_answers_have_them_too(http: FlaskClient, address: str) -> None:
    response = http.get(address)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("address", PAGES)
def test_pages_set_no_cookies_and_are_kept_by_nobody(http: FlaskClient, address: str) -> None:
    response = http.get(address)
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "private, no-store"


def test_https_is_asked_for_where_it_is_spoken(http: FlaskClient) -> None:
    assert "Strict-Transport-Security" in http.get("/", base_url="https://help.example").headers
    assert "Strict-Transport-Security" not in http.get("/").headers


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_inline_script_or_style(http: FlaskClient, address: str) -> None:
    text = http.get(address).text
    assert " style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    data = text.count('<script type="application/ld+json">')  # is read, never run
    assert text.count("<script") == text.count('<script src="/static/') + data


@pytest.mark.parametrize("address", [*PAGES, "/nope", "/search?near=Xyzzyville"])
def test_the_crisis_line_stands_in_the_same_place_on_every_page(http: FlaskClient, address: str) -> None:
    text = http.get(address).text
    assert text.index('href="tel:988"') < text.index('href="sms:988"') < text.index("<main")
    assert 'href="tel:911"' in text
    assert 'href="tel:+18006624357"' in text


@pytest.mark.parametrize("name", ODD_QUERIES)
@pytest.mark.parametrize("path", ["/search", "/api/v1/search"])
def test_odd_input_is_answered_and_never_a_fault(http: FlaskClient, path: str, name: str) -> None:
    for response in (http.get(path, query_string=ODD_QUERIES[name]), http.post(path, data=ODD_QUERIES[name])):
        assert response.status_code in (200, 422), name
        assert "Set-Cookie" not in response.headers
        if response.status_code == 422 and path.startswith("/api/"):
            assert response.get_json()["fields"]


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=%ff%fe%00&near=%c3%28",
        "/api/v1/search?q=%ff",
        "/needs/%ff",
        "/listings/%ff",
        "/listings/0",
        "/listings/00000000-0000-0000-0000-000000000000",
        "/listings/00000000-0000-0000-0000-000000000000.ics",
        "/needs/unicorn",
        "/api/v1/suggest?q=%ff&near=%00",
        "/%c0%ae%c0%ae/etc/passwd",
        "/static/../app.py",
    ],
)
def test_broken_addresses_are_answered_and_never_a_fault(http: FlaskClient, address: str) -> None:
    assert http.get(address).status_code in (200, 404, 422)


@pytest.mark.parametrize(
    ("method", "address", "data", "status", "name"),
    [
        ("GET", "/api/v1/search?radius=-1", None, 422, "invalid"),
        ("GET", "/api/v1/search?near=Xyzzyville", None, 422, "invalid"),
        ("GET", "/api/v1/nope", None, 404, "not_found"),
        ("DELETE", "/api/v1/search", None, 405, "method_not_allowed"),
        ("POST", "/api/v1/search", "[1]", 422, "invalid"),
        ("POST", "/api/v1/search", "{", 400, "bad_request"),
        ("POST", "/api/v1/search", '{"need": [1]}', 422, "invalid"),
        ("POST", "/api/v1/search", '{"near": {"a": 1}}', 422, "invalid"),
        ("POST", "/api/v1/search", '{"q": "' + "x" * 100_000 + '"}', 413, "too_large"),
    ],
)
def test_every_error_of_the_api_has_one_shape(  # noqa: PLR0917  one argument per column
    http: FlaskClient, method: str, address: str, data: str | None, status: int, name: str
) -> None:
    response = http.open(address, method=method, data=data, content_type="application/json" if data else None)
    assert (response.status_code, response.get_json()["code"], response.get_json()["error"]) == (
        status,
        status,
        name,
    )
    assert problems(ErrorSchema(), response.get_json()) == {}


def problems(schema: Schema, data: object) -> object:
    return schema.validate(json.loads(json.dumps(data)))


def test_an_error_outside_the_api_is_a_page_with_a_way_on(http: FlaskClient) -> None:
    for address, status in (("/nope", 404), ("/search?near=Xyzzyville", 422), ("/needs/none", 404)):
        response = http.get(address)
        assert (response.status_code, response.mimetype) == (status, "text/html")
        assert 'action="/search"' in response.text


def test_a_refused_method_says_which_are_allowed(http: FlaskClient) -> None:
    for address in ("/search", "/api/v1/search"):
        allowed = http.delete(address).headers["Allow"].split(", ")
        assert {"GET", "POST"} <= set(allowed)


def test_a_form_that_is_too_large_is_refused_as_such(http: FlaskClient) -> None:
    response = http.post("/search", data={"q": "x" * 100_000})
    assert response.status_code == 413
    assert response.mimetype == "text/html"


@pytest.mark.parametrize(
    "parameters", [{"near": "19104", "q": "detox"}, {"near": "19104", "need": "na"}, {"q": "counseling"}]
)
def test_post_gives_the_same_answer_as_get(http: FlaskClient, parameters: dict[str, str]) -> None:
    asked = http.get("/api/v1/search", query_string=parameters).get_json()
    assert asked["total"] > 0
    assert http.post("/api/v1/search", data=parameters).get_json() == asked
    assert http.post("/api/v1/search", json=parameters).get_json() == asked


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=detox+secretword&near=19104",
        "/search?near=Secretwordville",
        RIVER_PAGE,
        MEETING_PAGE,
        "/nope/secretword",
    ],
)
def test_logs_hold_nothing_of_what_was_asked(
    http: FlaskClient, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    capsys.readouterr()
    http.get(address, headers={"User-Agent": "secretbrowser"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    http.post("/search", data={"q": "secretword"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["request", "request"]
    assert set(lines[0]) == {"event", "level", "timestamp", "id", "method", "route", "status", "ms"}
    told = json.dumps(lines).casefold()
    for word in ("secret", "detox", "19104", "203.0.113.9", address.rpartition("/")[2].casefold()):
        assert word == "search" or word not in told


def test_a_search_writes_nothing_into_the_instance(http: FlaskClient, town: Settings) -> None:
    """No query, place or address of a person is in any file afterwards, and no file has changed."""

    def files() -> dict[str, bytes]:
        kept = (path for path in town.directory_home.rglob("*") if path.is_file())
        # SQLite's shared memory of readers is no data, and is rebuilt at every start.
        return {str(path): path.read_bytes() for path in kept if path.suffix != ".sqlite-shm"}

    http.get("/")
    before = files()
    for address in ("/search", "/api/v1/search", "/api/v1/suggest"):
        for query in (
            {"q": "zebrafinch", "near": "19104"},
            {"q": "detox", "near": "7 Quokka Way, Erie, PA"},
        ):
            environ = {"REMOTE_ADDR": "203.0.113.9"}
            assert http.get(address, query_string=query, environ_base=environ).status_code in (200, 422)
            http.post(address, data=query, environ_base=environ)
    http.get(RIVER_PAGE)
    after = files()
    assert before == after
    held = b"".join(after.values()).lower()
    assert not any(word in held for word in (b"zebrafinch", b"quokka", b"203.0.113.9"))


def test_a_fault_is_told_by_its_class_and_place_not_by_its_text(
    app: Flask, http: FlaskClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("secretword")

    monkeypatch.setitem(app.view_functions, "search.home", public(broken))
    capsys.readouterr()
    response = http.get("/?q=secretword")
    assert response.status_code == 500
    assert 'href="tel:988"' in response.text
    logged = capsys.readouterr().err
    assert "RuntimeError" in logged
    assert "broken" in logged
    assert "secretword" not in logged


@pytest.mark.parametrize(
    ("path", "mimetype"), [("/search", "text/html"), ("/api/v1/search", "application/json")]
)
def test_a_missing_index_is_a_pause_and_not_a_fault(
    app: Flask, http: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str, mimetype: str
) -> None:
    def no_index(*_: object) -> None:
        raise IndexUnavailable("secret path")

    monkeypatch.setattr(type(app.extensions["house"].engine), "search", no_index)
    response = http.get(f"{path}?q=detox&near=19104")
    assert (response.status_code, response.mimetype) == (503, mimetype)
    assert response.headers["Retry-After"] == "60"
    assert "secret path" not in response.text
    if mimetype == "text/html":
        assert 'href="tel:988"' in response.text
        assert 'value="19104"' in response.text
