"""What `directory check` looks at. One function per check; each answers what it found in one sentence."""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.commands.instance import Instance
from directory.database import current_revision, head_revision
from directory.errors import DirectoryError
from directory.listings import store
from directory.search.follow import behind

LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line: what was looked at, whether it is well, and what was found."""

    name: str
    ok: bool
    message: str


def _check_folder(instance: Instance) -> tuple[bool, str]:
    home = instance.settings.directory_home
    if not home.is_dir():
        return False, f"{home} does not exist: run `directory demo` or `directory migrate`"
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        return False, f"only {free // 2**20} MiB free at {home}"
    return os.access(home, os.W_OK), f"{home}, {free // 2**30} GiB free"


def _check_keys(instance: Instance) -> tuple[bool, str]:
    path = instance.settings.directory_home / "keys" / "secret_key"
    if instance.settings.secret_key:
        return True, "set by SECRET_KEY"
    if not path.exists():
        return True, "made at the first start"
    mode = stat.S_IMODE(path.stat().st_mode)
    return mode & 0o077 == 0, f"{path} has mode {mode:o}" + (
        "" if mode & 0o077 == 0 else ": run chmod 600 on it"
    )


def _check_database(instance: Instance) -> tuple[bool, str]:
    with instance.database.connect() as connection:
        connection.execute(text("SELECT 1"))
        return True, f"{connection.dialect.name} answers"


def _check_schema(instance: Instance) -> tuple[bool, str]:
    have, want = current_revision(instance.database), head_revision()
    return have == want, f"at revision {have}" + (
        "" if have == want else f", needs {want}: run `directory migrate`"
    )


def _check_places(instance: Instance) -> tuple[bool, str]:
    known = instance.gazetteer.zip("19104")
    return known is not None, "the gazetteer knows its ZIP codes" if known else "the gazetteer is empty"


def _check_index(instance: Instance) -> tuple[bool, str]:
    status = instance.search_engine.status()
    with instance.reading() as session:
        listed = store.count_documents(session, include_examples=instance.settings.examples)
        late = behind(session, instance.search_engine)
    message = f"{status.documents:,} of {listed:,} listings, {late:,} changes behind"
    if status.documents == listed and late == 0:
        return True, message
    return (
        False,
        message + ": run `directory index refresh`; if it stays so, `directory index rebuild`",
    )


CHECKS: tuple[tuple[str, Callable[[Instance], tuple[bool, str]]], ...] = (
    ("instance folder", _check_folder),
    ("secret key", _check_keys),
    ("database", _check_database),
    ("schema", _check_schema),
    ("places", _check_places),
    ("search index", _check_index),
)


def run_checks(instance: Instance) -> list[CheckResult]:
    """Every check, in order; one that cannot be made has failed."""
    results = []
    for name, check in CHECKS:
        try:
            ok, message = check(instance)
        except (DirectoryError, SQLAlchemyError, OSError) as problem:
            ok, message = False, str(problem).splitlines()[0]
        results.append(CheckResult(name, ok, message))
    return results
