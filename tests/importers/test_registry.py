"""Importers find themselves."""

import subprocess
import sys
from pathlib import Path

import pytest

from directory.errors import ImporterUnknown
from directory.listings.record import KINDS
from importers.registry import all_importers, importer, importer_modules


def test_every_importer_is_found_under_the_name_of_its_file() -> None:
    names = [each.name for each in all_importers()]
    assert names == sorted(names)
    assert {"samhsa_directory", "samhsa_locator", "meeting_guide", "hsds"} <= set(names)
    assert [module.rpartition(".")[2] for module in importer_modules().values()] == names


def test_every_importer_says_what_it_reads_and_under_which_licence() -> None:
    for each in all_importers():
        assert each.kind in KINDS
        assert each.title
        assert each.publisher
        assert each.licence
        assert each.formats
        assert isinstance(each.needs_key, bool)


def test_every_bundled_sample_is_there() -> None:
    for each in all_importers():
        for sample in each.samples():
            assert sample.path.is_file()


def test_an_unknown_importer_is_told_with_names_that_are_close() -> None:
    with pytest.raises(ImporterUnknown, match="Perhaps: samhsa_directory"):
        importer("samsha_directory")
    with pytest.raises(ImporterUnknown, match="meeting_guide"):
        importer("zzz")


def test_asking_for_one_importer_loads_neither_flask_nor_the_others() -> None:
    program = (
        "import sys\n"
        "from importers.registry import importer\n"
        "importer('samhsa_directory')\n"
        "unwanted = {'flask', 'sqlalchemy', 'httpx', 'importers.peer_groups.meeting_guide'}\n"
        "sys.exit(', '.join(unwanted & sys.modules.keys()))\n"
    )
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
