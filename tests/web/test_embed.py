"""The page for frames: whose pages may frame it, and that it works by itself."""

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.app import create_app
from directory.database import db
from directory.web.headers import HEADERS
from tests.web.partner_sites import LIBRARY, OWN_ORGANIZATION, add_site
from tests.web.test_whole_app import ODD_QUERIES
from tests.web.town import build_town


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Flask]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("frames") / "home"))
    app = create_app(build_town(home))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def key(instance: Flask) -> str:
    return add_site(
        instance,
        "Oak Library",
        LIBRARY,
        "https://*.county.example",
        own_organizations=[OWN_ORGANIZATION],
        presets={"near": ["19104"], "rows": ["3"]},
        per_minute=6000,
    )


@pytest.fixture
def asking(instance: Flask) -> FlaskClient:
    return instance.test_client()


def policy(http: FlaskClient, address: str) -> str:
    return http.get(address).headers["Content-Security-Policy"].split("frame-ancestors ")[1].split(";")[0]


class Links(HTMLParser):
    """Addresses of links that stay in the frame."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("target") == "_self":
            self.inside.append(given["href"] or "")


def test_only_pages_of_the_partner_may_frame_it(asking: FlaskClient, key: str) -> None:
    assert policy(asking, f"/embed?key={key}") == f"'self' {LIBRARY} https://*.county.example"
    assert policy(asking, f"/embed?key={key}&near=Xyzzyville") == f"'self' {LIBRARY} https://*.county.example"


def test_it_is_a_page_with_form_and_results_and_leaves_nothing_behind(asking: FlaskClient, key: str) -> None:
    answer = asking.get(f"/embed?key={key}")
    assert answer.status_code == 200
    assert answer.text.count("<article") == 3
    assert "From Oak Library" in answer.text
    assert "Safe Harbor shelter" in answer.text.split("</article>")[0]
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"
    others = {name: each for name, each in HEADERS.items() if "Policy" not in name}
    assert {name: answer.headers.get(name) for name in others} == others


def test_its_pages_keep_the_key_and_what_was_emptied(asking: FlaskClient, key: str) -> None:
    links = Links()
    links.feed(asking.get(f"/embed?key={key}&near=&need=detox").text)
    queries = [dict(parse_qsl(urlsplit(each).query, keep_blank_values=True)) for each in links.inside]
    assert queries
    for each in queries:
        assert (each["key"], each["near"], each["need"], each["per_page"]) == (key, "", "detox", "3")
    assert asking.get(links.inside[-1]).status_code == 200


def test_crisis_lines_come_before_all_else_whatever_went_wrong(asking: FlaskClient, key: str) -> None:
    for address, status in (
        (f"/embed?key={key}", 200),
        (f"/embed?key={key}&near=Xyzzyville", 422),
        (f"/embed?key={key}&radius=-1", 422),
        ("/embed?key=pk_none", 403),
        ("/embed", 403),
    ):
        answer = asking.get(address)
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert answer.text.index('href="tel:988"') < answer.text.index("<main")
        assert 'href="tel:911"' in answer.text
        assert 'href="tel:+18006624357"' in answer.text


def test_a_place_that_is_not_known_can_be_typed_anew(asking: FlaskClient, key: str) -> None:
    text = asking.get(f"/embed?key={key}&near=Xyzzyville").text
    assert "Xyzzyville" in text
    assert f'name="key" value="{key}"' in text


def test_a_frame_without_a_good_key_says_why_in_any_frame_and_holds_no_form(asking: FlaskClient) -> None:
    answer = asking.get("/embed?key=pk_none")
    assert "frame-ancestors 'self' *" in answer.headers["Content-Security-Policy"]
    assert "<form" not in answer.text


@pytest.mark.parametrize("name", ODD_QUERIES)
def test_odd_input_is_answered_and_never_a_fault(asking: FlaskClient, key: str, name: str) -> None:
    query = {"key": key, **ODD_QUERIES[name]}
    assert asking.get("/embed", query_string=query).status_code in (200, 422)
    assert asking.get("/embed", query_string=ODD_QUERIES[name] | {"key": "\x00"}).status_code == 403


def test_no_script_or_style_stands_in_the_page(asking: FlaskClient, key: str) -> None:
    text = asking.get(f"/embed?key={key}").text
    assert " style=" not in text
    assert text.count("<script") == text.count('<script src="/static/')
