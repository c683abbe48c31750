"""The rows that the gazetteer answers. Coordinates in degrees; `timezone` an IANA name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipPoint:
    """One ZIP code: its middle, its post office's town. `county` is a key (`PA/Philadelphia`)."""

    postal_code: str
    latitude: float
    longitude: float
    city: str
    state: str
    county: str | None
    timezone: str | None

    @property
    def label(self) -> str:
        """ "Philadelphia, PA 19104\""""
        return f"{self.city}, {self.state} {self.postal_code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPoint:
    """One town. `population` is 0 where only the Postal Service knows it."""

    name: str
    state: str
    latitude: float
    longitude: float
    population: int
    timezone: str | None

    @property
    def label(self) -> str:
        """ "Washington, IN\""""
        return f"{self.name}, {self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyPoint:
    """One county or county equivalent: `name` as the Census Bureau writes it ("Orleans Parish")."""

    key: str
    name: str
    state: str
    latitude: float
    longitude: float
    population: int
    timezone: str | None

    @property
    def label(self) -> str:
        """ "Cook County, IL\""""
        return f"{self.name}, {self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePoint:
    """One state: the mean point of its ZIP codes. `population` is only for comparing places."""

    code: str
    name: str
    latitude: float
    longitude: float
    population: int
    timezone: str | None
