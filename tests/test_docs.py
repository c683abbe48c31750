"""What the README says is so: every setting, command and importer is in it."""

import re
from dataclasses import fields
from pathlib import Path

from directory.cli import main
from directory.settings import Settings
from importers.registry import all_importers

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def rows_under(heading: str) -> dict[str, list[str]]:
    """The table under a heading: first cell (a word in backticks) to the other cells."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = (re.match(r"\| `([^`]+)` \|(.*)\|$", line) for line in section.splitlines())
    return {each[1]: [cell.strip() for cell in each[2].split("|")] for each in found if each}


def test_every_setting_is_in_the_readme_with_its_default_and_meaning() -> None:
    written = rows_under("Settings")
    assert set(written) == {each.name.upper() for each in fields(Settings)}
    for each in fields(Settings):
        default, meaning = written[each.name.upper()]
        plain = {"True": "yes", "False": "no"}.get(str(each.default), str(each.default))
        assert default == (f"`{plain}`" if plain else "")
        assert meaning == each.metadata["meaning"]


def test_every_command_is_in_the_readme() -> None:
    assert set(rows_under("Commands")) == set(main.commands)


def test_every_importer_is_in_the_readme_with_its_kind() -> None:
    written = rows_under("What it holds")
    assert {name: cells[0] for name, cells in written.items()} == {
        each.name: each.kind for each in all_importers()
    }


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for folder in ("directory", "importers")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]
    assert readers == ["directory/settings.py"]


def test_no_file_names_a_registry_host() -> None:
    locks = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"]
    assert [path.name for path in locks if re.search(r"https?://", path.read_text())] == []


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        packages = [block for block in blocks if "==" in block.splitlines()[0]]
        assert packages
        assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []
