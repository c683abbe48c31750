"""A geocoder for imports: what it was told once, it does not ask again.

Only imports use it. A searcher's address goes to the geocoder itself and is kept nowhere.
"""

import datetime as dt
import hashlib
from collections.abc import Callable

from sqlalchemy.orm import Session

from directory.geo.geocoders import Geocoder, Located
from directory.geo.names import plain_words
from directory.geo.tables import Geocode

ASK_AGAIN_AFTER = dt.timedelta(days=180)
"""An address that the service did not know is asked again after this long: maps grow."""


class RememberingGeocoder:
    """Answers from the `geocode` table first. New answers wait in memory until `save`.

    They are written by the caller, in its own transaction, because a service that takes a second per address
    must not hold a lock on the database meanwhile.
    """

    def __init__(self, inner: Geocoder, read_session: Callable[[], Session], now: dt.datetime):
        """`read_session` makes sessions that only read."""
        self._inner = inner
        self._read_session = read_session
        self._now = now
        self._new: dict[str, Geocode] = {}

    def locate(self, address: str) -> Located | None:
        """See `Geocoder`."""
        key = address_key(address)
        known = self._new.get(key) or self._kept(key)
        if known is not None:
            return _located(known, address)
        found = self._inner.locate(address)
        self._new[key] = Geocode(
            id=key,
            latitude=found.latitude if found else None,
            longitude=found.longitude if found else None,
            asked_at=self._now,
        )
        return found

    def save(self, session: Session) -> int:
        """Adds what is new to the session (the caller commits); answers how many."""
        for each in self._new.values():
            session.merge(each)
        count = len(self._new)
        self._new.clear()
        return count

    def _kept(self, key: str) -> Geocode | None:
        with self._read_session() as session:
            row = session.get(Geocode, key)
        if row is None or (row.latitude is None and self._now - row.asked_at > ASK_AGAIN_AFTER):
            return None
        return row


def address_key(address: str) -> str:
    """The key of an address: alike however it is spaced, capitalised and punctuated."""
    return hashlib.sha256(" ".join(plain_words(address)).encode()).hexdigest()


def _located(row: Geocode, address: str) -> Located | None:
    if row.latitude is None or row.longitude is None:
        return None
    return Located(row.latitude, row.longitude, address)
