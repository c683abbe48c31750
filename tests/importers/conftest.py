"""What tests of fetching share: a hostile server on this machine, and fetchers that may ask it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from importers.fetch import Fetcher, FetchLimits
from tests.importers.hostile import LIMITS, Hostile


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    made = Hostile()
    yield made
    made.stop()


@pytest.fixture
def make_fetcher() -> Iterator[Callable[..., Fetcher]]:
    made: list[Fetcher] = []

    def make_one(limits: FetchLimits = LIMITS, **given: Any) -> Fetcher:
        made.append(Fetcher(limits, **{"loopback": True, **given}))
        return made[-1]

    yield make_one
    for each in made:
        each.close()


@pytest.fixture
def fetcher(make_fetcher: Callable[..., Fetcher]) -> Fetcher:
    return make_fetcher()
