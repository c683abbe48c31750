"""JSON as it comes, and what is sent in its place."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from directory.errors import SourceBroken
from importers.json_rows import open_json


def saved(folder: Path, content: str | bytes) -> Path:
    path = folder / "feed.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "items"),
    [
        ('[{"a": 1}, {"a": 2.5}]', [{"a": 1}, {"a": 2.5}]),
        ("[]", []),
        ('{"page": 1, "rows": [{"a": 1}], "totalPages": 2}', [{"a": 1}]),
        ('{"contents": [1, 2]}', [1, 2]),
        ('{"values": [["a"], ["b"]]}', [["a"], ["b"]]),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('{"rows": [1]}{"rows": [2]}', [1, 2]),
        ('{"data": {"rows": [1]}}', [{"data": {"rows": [1]}}]),
        ("\ufeff[1]", [1]),
        ("[1]".encode("utf-16"), [1]),
        (gzip.compress(b"[1]"), [1]),
        ('["Caf\u00e9"]'.encode("cp1252"), ["Café"]),
    ],
)
def test_items_are_found_wherever_publishers_put_them(
    tmp_path: Path, content: str | bytes, items: list[Any]
) -> None:
    outline = open_json(saved(tmp_path, content))
    assert list(outline.items()) == items
    assert outline.count == len(items)
    assert list(outline.items()) == items


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html><body>403 Forbidden</body></html>", "web page"),
        ('[{"a": 1}, {"a"', "cut short"),
        ('{"rows": [{"a": 1}', "cut short"),
        ('[{"a": 1}] and more', "not valid JSON"),
        ("[NaN]", "not valid JSON"),
        ("name,city", "is not JSON"),
        ('"text"', "is not JSON"),
        ("", "is empty"),
        ("[" * 10_000, "nested too deeply"),
        ('{"a":' * 10_000, "nested too deeply"),
    ],
)
def test_what_is_not_whole_json_is_refused_before_its_first_item(
    tmp_path: Path, content: str, sentence: str
) -> None:
    with pytest.raises(SourceBroken, match=sentence):
        open_json(saved(tmp_path, content))


def test_an_envelope_tells_how_many_pages_there_are(tmp_path: Path) -> None:
    path = saved(tmp_path, '{"page": 1, "rows": [{"page": 9}], "totalPages": 2, "more": {"totalPages": 5}}')
    assert open_json(path).envelopes == [{"page": 1, "totalPages": 2}]
