"""Our profile of HSDS 3.1: JSON Merge Patch files (RFC 7386) to the schemas and the description of the
specification, one for each that we add to. Pure.

Everything of 3.1 holds unchanged; a program that knows nothing of the profile reads our answers all the same.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

NAME = "recovery-directory"
VERSION = "1"
BASE = "https://github.com/openreferral/specification/tree/3.1-dev/schema"
"""What the files patch."""


@cache
def profile_files() -> tuple[str, ...]:
    """The names of the files, sorted."""
    return tuple(sorted(each.name for each in files(__name__).iterdir() if each.name.endswith(".json")))


@cache
def profile_text(name: str) -> str:
    """One file. Raises `KeyError` for a name that is none of them."""
    if name not in profile_files():
        raise KeyError(name)
    return (files(__name__) / name).read_text(encoding="utf-8")


def profile(table: str) -> dict[str, Any]:
    """What the profile adds to the schema of a table; nothing for most."""
    name = f"{table}.json"
    found: dict[str, Any] = json.loads(profile_text(name)) if name in profile_files() else {}
    return found
