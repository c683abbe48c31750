"""What `directory check` looks at. One function per check; each answers what it found in one sentence."""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.accounts import rotation
from directory.accounts.anchor import Anchor, verify_anchored
from directory.accounts.key_files import KeptKeys
from directory.accounts.rotation import open_ring
from directory.commands.instance import Instance
from directory.commands.source_checks import check_mail, check_sources
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


def _check_field_keys(instance: Instance) -> tuple[bool, str]:
    kept = KeptKeys.of(instance.settings)
    if not instance.settings.field_keys and kept.path.exists() and kept.path.stat().st_mode & 0o077:
        return False, f"{kept.path} can be read by others: run chmod 600 on it"
    ring = open_ring(instance.database, instance.settings)
    with instance.reading() as session:
        late = rotation.behind(session, ring.key_ids[0])
    if late:
        return False, f"{late:,} rows are under an older key: run `directory keys rotate`"
    return True, f"key {ring.key_ids[0]} is the one that this database needs"


def _check_audit(instance: Instance) -> tuple[bool, str]:
    with instance.reading() as session:
        verdict = verify_anchored(session, Anchor.of(instance.settings))
    return verdict.whole, verdict.fault or f"{verdict.entries:,} entries, none changed or missing"


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
    ("field keys", _check_field_keys),
    ("audit", _check_audit),
    ("places", _check_places),
    ("search index", _check_index),
    ("sources", check_sources),
    ("mail", check_mail),
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
