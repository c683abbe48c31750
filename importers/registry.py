"""Finds importers by themselves: one class per file in importers/<kind>/, the file named like its importer.

Asking for one importer loads that file only.
"""

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import cast

import importers
from directory.errors import ImporterUnknown
from directory.phrases import N_, Phrase
from importers.contract import Importer


@cache
def importer_modules() -> dict[str, str]:
    """Importer name to module, without loading any; files beginning with an underscore are shared parts."""
    found: dict[str, str] = {}
    for kind in pkgutil.iter_modules(importers.__path__):
        if not kind.ispkg:
            continue
        folders = [f"{folder}/{kind.name}" for folder in importers.__path__]
        for each in pkgutil.iter_modules(folders):
            if not each.ispkg and not each.name.startswith("_"):
                found[each.name] = f"importers.{kind.name}.{each.name}"
    return dict(sorted(found.items()))


def all_importers() -> list[Importer]:
    """One of every importer, by name."""
    return [importer(name) for name in importer_modules()]


def importer(name: str) -> Importer:
    """The importer called `name`. Raises `ImporterUnknown`, naming those that are spelled alike."""
    modules = importer_modules()
    if name not in modules:
        close = difflib.get_close_matches(name, modules, n=3) or list(modules)
        told = {"name": name, "close": ", ".join(close)}
        raise ImporterUnknown(Phrase(N_("There is no importer called %(name)s. Perhaps: %(close)s."), told))
    return _importer_class(importlib.import_module(modules[name]))()


def _importer_class(module: ModuleType) -> Callable[[], Importer]:
    """The one class of a file that reads and has a name. Raises `TypeError` for none or several."""
    here = [each for each in vars(module).values() if getattr(each, "__module__", None) == module.__name__]
    classes = [each for each in here if inspect.isclass(each) and {"name", "read"} <= vars(each).keys()]
    if len(classes) != 1:
        raise TypeError(f"{module.__name__} has {len(classes)} importer classes, not one")
    name = vars(classes[0])["name"]
    if name != module.__name__.rpartition(".")[2]:
        raise TypeError(f"{module.__name__} holds an importer called {name}")
    return cast("Callable[[], Importer]", classes[0])
