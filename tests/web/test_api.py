"""`/api/v1` keeps the shapes it promises."""

import json

import pytest
from flask.testing import FlaskClient

from directory.web.api.schemas import AnswerSchema, SuggestionsSchema


@pytest.mark.parametrize(
    "parameters",
    [
        {"near": "19104", "q": "detox"},
        {"near": "19104", "q": "detox", "page": "2", "per_page": "7"},
        {"kind": "peer_group", "near": "Philadelphia, PA"},
        {"q": "counseling", "near": "PA"},
        {"q": "unicorn riding"},
        {"q": "detxo", "near": "19104"},
        {"need": ["shelter", "na"], "filter": "spanish", "ll": "39.95,-75.16"},
        {},
    ],
)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_answers_have_the_promised_shape(http: FlaskClient, parameters: dict[str, str], lang: str) -> None:
    answer = http.get("/api/v1/search", query_string=parameters | {"lang": lang}).get_json()
    assert AnswerSchema().validate(answer, partial=False) == {}


def test_values_may_be_numbers_lists_and_nulls_in_a_json_object(http: FlaskClient) -> None:
    body = {
        "near": 19104,
        "radius": 10,
        "need": ["detox"],
        "page": 1,
        "literal": False,
        "sort": None,
        "utm": {"a": 1},
    }
    answer = http.post("/api/v1/search", json=body)
    assert answer.status_code == 200
    assert answer.get_json()["place"]["name"].startswith("Philadelphia")


def test_a_wrong_type_is_named_in_the_language_of_the_caller(http: FlaskClient) -> None:
    answer = http.post("/api/v1/search", json={"need": [1], "lang": "es"})
    assert answer.status_code == 422
    assert answer.get_json()["fields"] == {"need": ["Esto debe ser un texto o una lista de textos."]}


def test_labels_and_sentences_follow_the_language(http: FlaskClient) -> None:
    def labels(lang: str) -> str:
        return json.dumps(http.get(f"/api/v1/search?q=detox&near=19104&lang={lang}").get_json()["facets"])

    assert "Spanish" in labels("en")
    assert "Spanish" not in labels("es")


def test_completions_find_something_and_follow_the_language(http: FlaskClient) -> None:
    answer = http.get("/api/v1/suggest?q=deto&near=phila").get_json()
    assert SuggestionsSchema().validate(answer) == {}
    assert ("detox", "Detox") in [(need["code"], need["label"]) for need in answer["needs"]]
    assert any("Philadelphia" in place for place in answer["places"])
    assert http.get("/api/v1/suggest?q=desintox&lang=es").get_json()["needs"][0]["code"] == "detox"
    for need in answer["needs"]:
        assert http.get(f"/api/v1/search?need={need['code']}").get_json()["total"] > 0


@pytest.mark.parametrize("typed", ["", "%00", "zzzzzz"])
def test_nothing_is_suggested_for_nothing(http: FlaskClient, typed: str) -> None:
    answer = http.get(f"/api/v1/suggest?q={typed}").get_json()
    assert answer == {"needs": [], "organizations": [], "places": []}


def test_the_description_names_every_operation(http: FlaskClient) -> None:
    described = http.get("/api/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    operations = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert {("/api/v1/search", "get"), ("/api/v1/search", "post"), ("/api/v1/suggest", "get")} <= operations
    names = {each["name"] for each in described["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert {"q", "need", "near", "from", "to", "lang"} <= names
    shape = described["paths"]["/api/v1/search"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert shape == {"$ref": "#/components/schemas/Answer"}
