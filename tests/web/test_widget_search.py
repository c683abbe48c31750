"""The search on partners' sites: who may ask, what is answered, and what no page can change."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.database import db
from directory.errors import IndexUnavailable
from directory.web.api.schemas import ErrorSchema
from directory.web.api.widget import WidgetAnswerSchema
from directory.web.counting import counting
from tests.web.partner_sites import LIBRARY, OWN_ORGANIZATION, add_site, retire, slow_down
from tests.web.test_whole_app import ODD_QUERIES, problems
from tests.web.town import build_town

ADDRESS = "/widget/v1/search"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Flask]:
    """The town, of the module's own: partners are added to it."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("sites") / "home"))
    app = create_app(build_town(home))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def keys(instance: Flask) -> dict[str, str]:
    """A key of each kind of site."""
    many = 6000
    made = {
        "library": add_site(instance, "Library", LIBRARY, per_minute=many),
        "county": add_site(
            instance,
            "County",
            "https://*.county.example",
            own_organizations=[OWN_ORGANIZATION],
            needs=["housing", "detox"],
            states=["PA"],
            presets={
                "near": ["19104"],
                "need": ["detox"],
                "radius": ["10"],
                "rows": ["3"],
                "theme": ["plain"],
            },
            locked=["radius"],
            per_minute=many,
        ),
        "at home": add_site(
            instance, "At home", presets={"near": ["19104"], "lang": ["es"]}, locked=["near"], per_minute=many
        ),
        "paused": add_site(instance, "Paused", paused=True),
        "retired": add_site(instance, "Retired"),
        "slow": add_site(instance, "Slow"),
    }
    retire(instance, made["retired"])
    slow_down(instance, made["slow"], 2)
    return made


@pytest.fixture
def asking(instance: Flask) -> FlaskClient:
    return instance.test_client()


def asked(http: FlaskClient, key: str, origin: str | None = LIBRARY, **query: Any) -> TestResponse:
    headers = {"Origin": origin} if origin else {}
    return http.get(ADDRESS, query_string={"key": key, **query}, headers=headers)


def told(http: FlaskClient, key: str, origin: str | None = LIBRARY, **query: Any) -> dict[str, Any]:
    answer = asked(http, key, origin, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


COUNTY = "https://library.county.example"


def test_the_answer_is_that_of_the_search_api_with_the_words_and_the_site(
    asking: FlaskClient, keys: dict[str, str]
) -> None:
    query = {"near": "19104", "need": "detox", "per_page": "4"}
    answer = told(asking, keys["library"], **query)
    assert problems(WidgetAnswerSchema(), answer) == {}
    same = asking.get("/api/v1/search", query_string=query).get_json()
    results = [
        {name: each[name] for name in each if name not in ("own", "card")} for each in answer["results"]
    ]
    assert {**answer, "results": results} == {**same, "site": answer["site"], "said": answer["said"]}
    assert answer["said"]["heading"] == "Detox near Philadelphia, PA 19104"
    assert answer["site"]["name"] == "Library"
    assert answer["results"][0]["card"]["tel"].startswith("tel:")


def test_a_page_of_the_site_may_read_it_and_no_cookie_is_set(
    asking: FlaskClient, keys: dict[str, str]
) -> None:
    answer = asked(asking, keys["library"])
    assert answer.headers["Access-Control-Allow-Origin"] == LIBRARY
    assert "Origin" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    asking.set_cookie("session", "somebody")
    assert asked(asking, keys["library"]).get_json() == answer.get_json()


@pytest.mark.parametrize(
    ("site", "origin", "reason"),
    [
        ("library", "https://evil.example", "origin_refused"),
        ("library", "http://library.example", "origin_refused"),
        ("library", "https://library.example:8443", "origin_refused"),
        ("county", "https://county.example", "origin_refused"),
        ("county", "https://evilcounty.example", "origin_refused"),
        ("library", "null", "origin_refused"),
        ("paused", LIBRARY, "paused"),
        ("retired", LIBRARY, "key_retired"),
        ("none", LIBRARY, "key_unknown"),
    ],
)
def test_a_refused_page_is_told_why_and_nothing_else(
    asking: FlaskClient, keys: dict[str, str], site: str, origin: str, reason: str
) -> None:
    answer = asked(asking, keys.get(site, "pk_no_such_key"), origin, near="19104")
    assert (answer.status_code, answer.get_json()["reasons"]) == (403, [reason])
    assert problems(ErrorSchema(), answer.get_json()) == {}
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "results" not in answer.get_json()


@pytest.mark.parametrize("key", ["", "\x00", "x" * 10_000, "pk_é", "' OR 1=1 --"])
def test_an_odd_key_is_an_unknown_one(asking: FlaskClient, keys: dict[str, str], key: str) -> None:
    assert asked(asking, key).get_json()["reasons"] == ["key_unknown"]


def test_own_listings_come_first_and_say_whose_they_are(asking: FlaskClient, keys: dict[str, str]) -> None:
    answer = told(asking, keys["county"], COUNTY, need="")
    assert [each["own"] for each in answer["results"]] == [True, False, False]
    assert answer["results"][0]["name"] == "Safe Harbor shelter"
    assert told(asking, keys["library"], near="19104", need="shelter")["results"][0]["own"] is False


def test_presets_hold_where_the_page_says_nothing(asking: FlaskClient, keys: dict[str, str]) -> None:
    answer = told(asking, keys["county"], COUNTY)
    assert (answer["query"]["near"], answer["query"]["need"]) == ("19104", ["detox"])
    assert (answer["query"]["per_page"], answer["query"]["radius"]) == (3, 10)
    assert answer["site"]["presets"]["theme"] == "plain"
    other = told(asking, keys["county"], COUNTY, near="Reading, PA", per_page="2")
    assert other["place"]["name"].startswith("Reading")
    assert len(other["results"]) <= 2


def test_a_field_that_the_visitor_emptied_stays_empty(asking: FlaskClient, keys: dict[str, str]) -> None:
    assert told(asking, keys["county"], COUNTY, near="")["place"] is None


def test_what_is_locked_stays_whatever_the_page_sends(asking: FlaskClient, keys: dict[str, str]) -> None:
    answer = told(asking, keys["county"], COUNTY, radius="100")
    assert (answer["query"]["radius"], answer["site"]["locked"]) == (10, ["radius"])
    for sent in ({"near": "Reading, PA"}, {"near": ""}, {"ll": "40.44,-79.99"}):
        home = told(asking, keys["at home"], LIBRARY, **sent)
        assert home["place"]["name"] == "Philadelphia, PA 19104"
        assert set(home["site"]["locked"]) == {"near", "ll"}


@pytest.mark.parametrize(
    "sent",
    [
        {"need": "aa"},
        {"need": "", "q": "meetings"},
        {"need": "na", "filter": ""},
        {"need": "", "kind": "peer_group"},
    ],
)
def test_a_site_shows_only_the_needs_it_is_limited_to(
    asking: FlaskClient, keys: dict[str, str], sent: dict[str, str]
) -> None:
    for each in told(asking, keys["county"], COUNTY, **sent)["results"]:
        assert {"housing", "detox"} & {*each["needs"], *each["also"]}


def test_a_site_shows_only_the_states_it_is_limited_to(asking: FlaskClient, keys: dict[str, str]) -> None:
    assert told(asking, keys["county"], COUNTY, near="San Francisco, CA")["total"] == 0
    assert told(asking, keys["county"], COUNTY, near="", need="")["total"] > 0


def test_the_choices_are_those_of_the_site(asking: FlaskClient, keys: dict[str, str]) -> None:
    site = told(asking, keys["county"], COUNTY)["site"]
    assert [code for code, _ in site["needs"]] == ["", "detox", "housing"]
    odd = told(asking, keys["library"], need=["detox", "na"])["site"]["needs"]
    assert ["detox na", "Detox, Narcotics Anonymous (NA)"] in odd or odd[1][0] == "detox na"


@pytest.mark.parametrize(
    ("site", "sent", "lang"),
    [
        ("library", {"lang": "es"}, "es"),
        ("library", {"page_lang": "es"}, "es"),
        ("library", {"lang": "en", "page_lang": "es"}, "en"),
        ("at home", {"page_lang": "en"}, "es"),
        ("at home", {"lang": "en"}, "en"),
        ("library", {"page_lang": "xx"}, "en"),
    ],
)
def test_the_language_is_the_elements_else_the_partners_else_the_pages(
    asking: FlaskClient, keys: dict[str, str], site: str, sent: dict[str, str], lang: str
) -> None:
    answer = told(asking, keys[site], LIBRARY, near="19104", need="detox", **sent)
    assert answer["site"]["lang"] == lang
    assert answer["said"]["heading"].startswith({"en": "Detox near", "es": "Desintoxicación cerca"}[lang])
    assert answer["results"][0]["card"]["url"].endswith(f"?lang={lang}")


def test_a_refusal_speaks_the_language_of_the_page(asking: FlaskClient, keys: dict[str, str]) -> None:
    here = asked(asking, keys["library"], "https://evil.example", page_lang="en").get_json()["message"]
    assert "https://evil.example" in here
    assert (
        asked(asking, "pk_none", page_lang="es").get_json()["message"]
        != (asked(asking, "pk_none", page_lang="en").get_json()["message"])
    )


def test_who_asks_too_often_is_told_when_to_come_back(asking: FlaskClient, keys: dict[str, str]) -> None:
    answers = [asked(asking, keys["slow"]) for _ in range(4)]
    assert [each.status_code for each in answers][:2] == [200, 200]
    assert (answers[-1].status_code, answers[-1].get_json()["error"]) == (429, "too_many")
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].headers["Access-Control-Allow-Origin"] == LIBRARY


@pytest.mark.parametrize("name", ODD_QUERIES)
def test_odd_input_is_answered_and_never_a_fault(
    asking: FlaskClient, keys: dict[str, str], name: str
) -> None:
    answer = asked(asking, keys["library"], **ODD_QUERIES[name])
    assert answer.status_code in (200, 422)
    assert answer.status_code == 200 or answer.get_json()["fields"]


def test_a_missing_index_is_a_pause_that_the_page_may_read(
    instance: Flask, asking: FlaskClient, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_index(*_: object) -> None:
        raise IndexUnavailable("secret path")

    monkeypatch.setattr(type(instance.extensions["house"].engine), "search", no_index)
    answer = asked(asking, keys["library"], near="19104")
    assert (answer.status_code, answer.get_json()["error"]) == (503, "unavailable")
    assert answer.headers["Access-Control-Allow-Origin"] == LIBRARY


def test_searches_are_counted_by_need_and_region_and_a_mere_visit_is_not(
    instance: Flask, asking: FlaskClient, keys: dict[str, str]
) -> None:
    def sums() -> dict[tuple[str, str], int]:
        with instance.app_context():
            kept = counting().usage._sums
        return {(cell.need, cell.zip3): count for cell, count in kept.items()}

    before = sums()
    told(asking, keys["library"])
    told(asking, keys["library"], start="1", near="19104")
    told(asking, keys["library"], near="19104", need="legal", page="2")
    assert sums() == before
    told(asking, keys["library"], near="19104", need="legal")
    told(asking, keys["library"], near="19104", q="legal aid")
    assert sum(sums().values()) == sum(before.values()) + 2
    assert sums()["legal", "191"] == before.get(("legal", "191"), 0) + 1
