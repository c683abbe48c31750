"""Decisions of stewards on imported listings, in a database of each kind."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.geo.gazetteer import Gazetteer
from directory.intake.overrides import put_on_map
from directory.listings.needs import taxonomy
from directory.stewardship.desk import Desk, Outcome
from tests.intake.feeds import Import

Decide = Callable[..., Outcome]


@pytest.fixture
def bring_in(sessions: sessionmaker[Session], gazetteer: Gazetteer) -> Import:
    """Imports a feed; each call is an hour later."""
    return Import(sessions, gazetteer)


@pytest.fixture
def decide(sessions: sessionmaker[Session], gazetteer: Gazetteer, bring_in: Import) -> Decide:
    """`decide(edit_field, listing, field, value)`, committed; as late as the last import."""

    def act(use_case: Callable[..., Outcome], *arguments: Any, **options: Any) -> Outcome:
        desk = Desk(
            by="Robin",
            now=bring_in.now,
            taxonomy=taxonomy(),
            place=lambda record: put_on_map(record, gazetteer, None),
        )
        with sessions.begin() as session:
            return use_case(session, desk, *arguments, **options)

    return act
