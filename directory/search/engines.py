"""Which engine an instance uses, by name: `<name>_engine.py` in this room, which has a `make` function."""

import importlib
import importlib.util
from typing import cast

from directory.errors import InstanceInvalid
from directory.listings.needs import Taxonomy, taxonomy
from directory.phrases import N_, Phrase
from directory.search.engine import SearchEngine
from directory.settings import Settings


def make_engine(settings: Settings, needs: Taxonomy | None = None) -> SearchEngine:
    """The engine that `SEARCH_ENGINE` names. Raises `InstanceInvalid` when there is none of that name."""
    name = settings.search_engine
    module = f"directory.search.{name}_engine"
    if not name.isidentifier() or importlib.util.find_spec(module) is None:
        raise InstanceInvalid(
            Phrase(N_("There is no search engine called %(name)s."), {"name": name}),
            {"SEARCH_ENGINE": [name]},
        )
    make = importlib.import_module(module).make
    return cast("SearchEngine", make(settings, needs or taxonomy()))
