"""The run that may leave nothing out (CI) does not let a skipped test pass for a good one."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def run_skipping_test(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (folder / "test_some.py").write_text(
        "import pytest\ndef test_one(): pytest.skip('needs a harp')\ndef test_two(): pass\n"
    )
    kept = {name: value for name, value in os.environ.items() if name != "TESTS_MAY_NOT_SKIP"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env={
            **kept,
            "PYTHONPATH": str(TESTS.parent),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_left_out_is_said_in_one_line(tmp_path: Path) -> None:
    run = run_skipping_test(tmp_path)
    assert run.returncode == 0
    assert "Left out: 1 (needs a harp)" in run.stdout


def test_where_nothing_may_be_left_out_a_skipped_test_fails(tmp_path: Path) -> None:
    run = run_skipping_test(tmp_path, TESTS_MAY_NOT_SKIP="1")
    assert run.returncode == 1
    assert "needs a harp" in run.stdout
