"""What "where" means once it is understood."""

from dataclasses import dataclass
from typing import Literal

from directory.phrases import Phrase

PlaceKind = Literal["zip", "city", "county", "state", "address", "point"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that a person named, resolved. Coordinates in degrees.

    A `state` or `county` means everything in it. `county` is a key such as `PA/Philadelphia`;
    `alternatives` are other places of the same name, written so that typing them finds them
    ("Washington, IN"), most populous first; `note` tells what was done when it was not just what was typed.
    """

    name: str
    kind: PlaceKind
    latitude: float
    longitude: float
    state: str | None = None
    county: str | None = None
    postal_code: str | None = None
    timezone: str | None = None
    alternatives: tuple[str, ...] = ()
    note: Phrase | None = None

    @property
    def is_region(self) -> bool:
        """True where the place is an area with borders rather than a point."""
        return self.kind in ("state", "county")
