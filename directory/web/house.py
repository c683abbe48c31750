"""What the running application holds: made once in `app.py`, read by views through `house()`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from directory.accounts.keys import KeyRing
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder
from directory.listings.needs import Taxonomy
from directory.search.engine import SearchEngine
from directory.settings import Settings


@dataclass(frozen=True, kw_only=True)
class House:
    """The parts that views use. `now` answers an aware time; tests give a fixed one."""

    settings: Settings
    engine: SearchEngine
    taxonomy: Taxonomy
    gazetteer: Gazetteer
    geocoder: Geocoder | None
    keys: KeyRing
    now: Callable[[], dt.datetime]


def house() -> House:
    """The parts of the application that answers the current request."""
    found: House = current_app.extensions["house"]
    return found
