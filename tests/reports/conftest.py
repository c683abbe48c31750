"""What tests of reports share."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.reports.stored import Kept


@pytest.fixture
def kept(sessions: sessionmaker[Session]) -> Kept:
    """Tables to write rows into, on each of the two databases."""
    return Kept(sessions)
