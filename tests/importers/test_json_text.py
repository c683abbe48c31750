"""Half letters in JSON: whatever the chunks, they become U+FFFD and nothing else changes."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.json_rows import open_json
from importers.json_text import JsonBytes, whole_letters

PIECES = (r"\ud83d", r"\uDE00", r"\\", r"\"", r"\n", r"A", "a", "é", r"\ud83d\ude00", r"\udbff", r"\\ud83d")


def read_in_steps(text: str, size: int) -> str:
    reader = JsonBytes(io.StringIO(text))
    return b"".join(iter(lambda: reader.read(size), b"")).decode()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\ud83d", "\ufffd"),
        (r"\udc00 x", "\ufffd x"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\uD83D\uDE00", "\U0001f600"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\ude00\ud83d", "\ufffd\ufffd"),
        (r"\\ud83d", r"\ud83d"),
        (r"\\\ud83d", "\\\ufffd"),
        (r"caf\u00e9", "café"),
    ],
)
def test_half_letters_are_told_from_whole_ones(written: str, meant: str) -> None:
    assert json.loads(f'"{whole_letters(written)}"') == meant


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.integers(1, 40))
def test_it_does_not_matter_in_what_steps_a_text_is_read(text: str, size: int) -> None:
    assert read_in_steps(text, size) == whole_letters(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_only_half_letters_change(text: str) -> None:
    meant = json.loads(f'"{text}"').encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert json.loads(f'"{whole_letters(text)}"') == meant


def test_a_half_letter_in_a_row_does_not_break_its_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(r'[{"name": "\udc00 one"}, {"name": "two \ud83d"}, {"name": "three"}]')
    assert [each["name"] for each in open_json(path).items()] == ["\ufffd one", "two \ufffd", "three"]
