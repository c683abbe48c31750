"""What monitors ask."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.search.memory_engine import MemoryEngine
from directory.web import health
from directory.web.house import House


def test_the_process_lives(http: FlaskClient) -> None:
    assert http.get("/healthz").get_json() == {"status": "ok"}


def test_each_check_is_named(http: FlaskClient) -> None:
    answer = http.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "checks": {"database": "ok", "schema": "ok", "index": "ok"}}


def test_an_index_that_lags_is_not_ready(
    app: Flask, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = app.extensions["house"]
    changed = House(
        **{name: getattr(house, name) for name in house.__dataclass_fields__} | {"engine": MemoryEngine()}
    )
    monkeypatch.setitem(app.extensions, "house", changed)
    answer = http.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["index"].startswith("holds 0 of ")


def test_an_old_schema_is_not_ready(http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "head_revision", lambda: "later")
    answer = http.get("/readyz")
    assert answer.status_code == 503
    assert "needs later" in answer.get_json()["checks"]["schema"]
