"""Engines under the contract, one fixture for all of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from directory.search.engine import IndexEntry, SearchEngine
from tests.search.engines import ENGINES

Filled = Callable[..., SearchEngine]


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Each engine in turn, without an index."""
    return ENGINES[request.param](tmp_path)


@pytest.fixture
def filled(engine: SearchEngine) -> Filled:
    """`filled(entry("A"), entry("B"))` is an engine that holds just those."""

    def fill(*entries: IndexEntry) -> SearchEngine:
        engine.rebuild(entries, last_change=1)
        return engine

    return fill
