"""What tests of the storage half of referrals share."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.referrals.world import World, make_world


@pytest.fixture
def world(sessions: sessionmaker[Session]) -> World:
    """Agencies, people, listings, on each of the two databases."""
    return make_world(sessions)
