"""An import into a database of each kind."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.geo.gazetteer import Gazetteer
from tests.intake.feeds import Import


@pytest.fixture
def bring_in(sessions: sessionmaker[Session], gazetteer: Gazetteer) -> Import:
    """Imports a feed; each call is an hour later."""
    return Import(sessions, gazetteer)
