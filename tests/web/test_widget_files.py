"""The widget's script: small, in versions that never change, and as strict as foreign pages ask for."""

import base64
import gzip
import hashlib
import re

import pytest
from flask.testing import FlaskClient

from directory.partners.presets import THEMES
from directory.web import widget_files
from directory.web.widget_files import address, exact_version, integrity, script, versions

MOST_BYTES = 10_000
FROZEN = {
    "1.0.0": "sha384-plNui3NgETm2hGfioQcENO8vLtfx5zr5/AMWiwu89LzHU3nDGRE4GXp7jPeU7iiM",
}
"""Version to digest: what pages have written into `integrity` must stay true. Another script is another
version."""
TEXT_RATIO, EDGE_RATIO = 4.5, 3.0
PAIRS = {
    ("text", "surface"): TEXT_RATIO,
    ("soft", "surface"): TEXT_RATIO,
    ("accent", "surface"): TEXT_RATIO,
    ("text", "tint"): TEXT_RATIO,
    ("accent", "tint"): TEXT_RATIO,
    ("on-accent", "accent"): TEXT_RATIO,
    ("edge", "surface"): EDGE_RATIO,
}
"""Colors that meet in the widget (WCAG 1.4.3 and 1.4.11)."""


def source() -> str:
    content = script(exact_version())
    assert content is not None
    return content.decode()


def test_the_script_is_at_most_ten_kilobytes_as_it_is_sent(http: FlaskClient) -> None:
    sent = http.get(address(), headers={"Accept-Encoding": "gzip"})
    assert sent.headers["Content-Encoding"] == "gzip"
    assert len(sent.data) <= MOST_BYTES
    assert gzip.decompress(sent.data) == script(exact_version())


def test_any_page_may_load_it_the_newest_for_five_minutes_and_an_exact_one_for_good(
    http: FlaskClient,
) -> None:
    newest, exact = http.get(address()), http.get(address(exact_version()))
    assert newest.data == exact.data
    assert newest.headers["Cache-Control"] == "public, max-age=300"
    assert exact.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for each in (newest, exact):
        assert each.mimetype == "text/javascript"
        assert each.headers["Access-Control-Allow-Origin"] == "*"
        assert each.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in each.headers


def test_the_digest_is_that_of_the_exact_version(http: FlaskClient) -> None:
    served = http.get(address(exact_version())).data
    assert integrity() == "sha384-" + base64.b64encode(hashlib.sha384(served).digest()).decode()
    with pytest.raises(ValueError, match="no version"):
        integrity("9.9.9")


def test_an_unchanged_script_is_not_sent_again(http: FlaskClient) -> None:
    tag = http.get(address()).headers["ETag"]
    assert http.get(address(), headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("version", ["2", "9.9.9", "1.0", "..", "1.0.0.js", "%00", "1/../1.0.0"])
def test_there_is_no_other_version(http: FlaskClient, version: str) -> None:
    assert http.get(f"/widget/v{version}/widget.js").status_code == 404


def test_the_newest_version_is_by_number_and_older_ones_stay(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, http: FlaskClient
) -> None:
    assert isinstance(tmp_path, type(widget_files.FOLDER))
    for version in ("1.0.0", "1.9.0", "1.10.0", "2.0.0"):
        (tmp_path / f"{version}.js").write_text(version)
    monkeypatch.setattr(widget_files, "FOLDER", tmp_path)
    assert exact_version() == "1.10.0"
    assert [http.get(address(each)).text for each in ("1", "1.0.0", "2.0.0")] == ["1.10.0", "1.0.0", "2.0.0"]


def test_a_version_that_pages_use_never_changes() -> None:
    assert {version: integrity(version) for version in FROZEN} == FROZEN


def test_each_version_says_its_own_number() -> None:
    for version, path in versions().items():
        assert f"version {version}:" in path.read_text().splitlines()[0]


def test_nothing_from_outside_becomes_markup_or_code() -> None:
    for risky in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "cookie",
        "Storage",
    ):
        assert risky not in source(), risky


def test_the_fixed_texts_are_there_in_every_language() -> None:
    found = re.search(r"const TEXTS = \{(.*?)\n\};", source(), re.DOTALL)
    assert found is not None
    languages = {
        code: dict(re.findall(r'(\w+): "((?:[^"\\]|\\.)*)"', body))
        for code, body in re.findall(r"\n  (\w\w): \{(.*?)\n  \}", found[1], re.DOTALL)
    }
    assert set(languages) == {"en", "es"}
    assert languages["en"].keys() == languages["es"].keys()
    assert {name: each.count("{}") for name, each in languages["en"].items()} == {
        name: each.count("{}") for name, each in languages["es"].items()
    }


def looks() -> dict[str, list[dict[str, str]]]:
    text = source()
    names = re.search(r"const COLORS = \[(.*?)\]", text)
    assert names is not None
    colors = re.findall(r'"([\w-]+)"', names[1])
    table = text[text.index("const THEMES") : text.index("};", text.index("const THEMES"))]
    return {
        name: [dict(zip(colors, scheme.split(), strict=True)) for scheme in re.findall(r'"(#[^"]+)"', row)]
        for name, row in re.findall(r'"(\w+)": \[(.*?)\],?\n', table)
    }


def luminance(color: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_there_are_the_looks_that_partners_can_choose() -> None:
    assert set(looks()) == set(THEMES)
    assert all(1 <= len(each) <= 2 for each in looks().values())


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("look", sorted(THEMES))
def test_every_look_has_enough_contrast(look: str, pair: tuple[str, str]) -> None:
    for scheme in looks()[look]:
        least = 7.0 if look == "contrast" and PAIRS[pair] == TEXT_RATIO else PAIRS[pair]
        assert ratio(scheme[pair[0]], scheme[pair[1]]) >= least, scheme
