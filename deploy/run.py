#!/usr/bin/env python3
"""Makes `.venv` from the lock files once, then runs a command of the project in it.

    python3 deploy/run.py demo          the directory with its bundled listings, on 127.0.0.1
    python3 deploy/run.py test          the tests
    python3 deploy/run.py COMMAND ...   any other `directory` command

Needs nothing but Python 3.11 or newer. Packages are installed at the exact versions and hashes of
`requirements*.lock`; a second run finds the environment as it is and starts at once.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCKS = {False: "requirements.lock", True: "requirements-dev.lock"}


def environment(*, development: bool) -> Path:
    """The environment's Python, made or brought up to date with the lock file if need be."""
    python = BIN / ("python.exe" if os.name == "nt" else "python")
    lock = ROOT / LOCKS[development]
    stamp = VENV / f".installed-{lock.stem}"
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted and python.exists():
        return python
    if not python.exists():
        print(f"Making {VENV.name} ...", file=sys.stderr)
        venv.create(VENV, with_pip=True)
    print(f"Installing the packages of {lock.name} ...", file=sys.stderr)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True, cwd=ROOT)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], check=True, cwd=ROOT)
    stamp.write_text(wanted)
    return python


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  this file must say so on an older Python
        print("Python 3.11 or newer is needed; this is " + sys.version.split()[0], file=sys.stderr)
        return 2
    command, *rest = arguments or ["--help"]
    try:
        python = environment(development=command == "test")
    except (subprocess.CalledProcessError, OSError, SystemExit) as problem:
        print(
            f"The environment could not be made: {problem}\n"
            "On Debian and Ubuntu, `apt-get install python3-venv` adds what is missing.",
            file=sys.stderr,
        )
        return 1
    module = ["pytest", *rest] if command == "test" else ["directory", command, *rest]
    call = [str(python), "-m", *module]
    if os.name != "nt":
        os.execv(python, call)  # noqa: S606  a plain replacement of this process, no shell
    return subprocess.call(call)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
