"""Street addresses to points, by a service outside: off unless an operator turns it on.

`make_geocoder` gives what the settings ask for. An address is sent to that service only, is written to no log
(geopy's own log is shut: it quotes them), and no error carries it. Pacing counts per process: an instance
with several web workers on a public service sets `geocoder_seconds` to as many seconds as it has workers.
"""

import http.client
import logging
import threading
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import ConfigurationError, GeocoderServiceError, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder as GeopyGeocoder
from geopy.location import Location

from directory.errors import GeocoderUnavailable, InstanceInvalid
from directory.phrases import N_, Phrase
from directory.settings import Settings

logging.getLogger("geopy").setLevel(logging.CRITICAL + 1)

TIMEOUT_SECONDS = 4.0
"""Of one request: somebody waits for the page."""
RETRY_WAIT_SECONDS = 1.0
MOST_WAITING = 4
"""Requests of one process that may queue for their turn; further ones do without the service at once."""
CENSUS_URL = "https://geocoding.geo.census.gov/geocoder"
NOMINATIM_URL = "https://nominatim.openstreetmap.org"
COUNTRIES = ("us", "pr", "vi", "gu", "as", "mp")
_FAILURES = (
    GeopyError,
    OSError,
    http.client.HTTPException,
    # An answer of another shape than the service documents:
    AttributeError,
    KeyError,
    IndexError,
    TypeError,
    ValueError,
)


class Located(NamedTuple):
    """A street address found: degrees, and how the service writes it."""

    latitude: float
    longitude: float
    label: str


class Geocoder(Protocol):
    """Finds street addresses."""

    def locate(self, address: str) -> Located | None:
        """The address's point; None when there is none such. Raises `GeocoderUnavailable`."""
        ...


class CensusService(GeopyGeocoder):  # type: ignore[misc]
    """The U.S. Census Bureau's geocoder (its documentation: "onelineaddress"): free, no key."""

    def __init__(self, *, url: str = CENSUS_URL, benchmark: str = "Public_AR_Current", **options: Any):
        scheme, domain = _cut_url(url)
        super().__init__(scheme=scheme, **options)
        self.address = f"{scheme}://{domain}/locations/onelineaddress"
        self.benchmark = benchmark

    def geocode(self, query: str) -> Location | None:
        """The best match as a geopy `Location`; None when there is none. Raises geopy's errors."""
        asked = {"address": query, "benchmark": self.benchmark, "format": "json"}
        return self._call_geocoder(f"{self.address}?{urlencode(asked)}", self._read)

    @staticmethod
    def _read(answer: Any) -> Location | None:
        matches = answer["result"]["addressMatches"]
        if not matches:
            return None
        point = matches[0]["coordinates"]
        return Location(matches[0]["matchedAddress"], (float(point["y"]), float(point["x"])), matches[0])


class PacedGeocoder:
    """Any geopy geocoder behind our port: requests `seconds` apart, one retry, errors as ours."""

    def __init__(self, service: Any, *, seconds: float, **options: Any):
        """`options` go with every call (Nominatim's `country_codes`)."""
        self._options = options
        self._turns = threading.BoundedSemaphore(MOST_WAITING)
        self._paced = RateLimiter(
            service.geocode,
            min_delay_seconds=seconds,
            max_retries=1,
            error_wait_seconds=max(seconds, RETRY_WAIT_SECONDS),
            swallow_exceptions=False,
        )

    def locate(self, address: str) -> Located | None:
        """See `Geocoder`."""
        if not self._turns.acquire(blocking=False):
            raise _unavailable()
        try:
            return self._ask(address)
        except _FAILURES:
            # "from None": geopy's errors quote the request, which holds the address.
            raise _unavailable() from None
        finally:
            self._turns.release()

    def _ask(self, address: str) -> Located | None:
        found = self._paced(address, **self._options)
        if found is None:
            return None
        if not isinstance(found, Location) or not any((found.latitude, found.longitude)):
            raise GeocoderServiceError  # 0, 0 is what geopy makes of an answer without coordinates
        return Located(float(found.latitude), float(found.longitude), str(found.address))


def nominatim(*, url: str, user_agent: str, seconds: float) -> PacedGeocoder:
    """Nominatim (OpenStreetMap). Its public server wants at most one request a second and our name."""
    scheme, domain = _cut_url(url or NOMINATIM_URL)
    service = Nominatim(
        domain=domain,
        scheme=scheme,
        user_agent=user_agent,
        timeout=TIMEOUT_SECONDS,
        adapter_factory=URLLibAdapter,
    )
    return PacedGeocoder(service, seconds=seconds, country_codes=list(COUNTRIES))


def census(*, url: str, user_agent: str, seconds: float) -> PacedGeocoder:
    """The U.S. Census Bureau's geocoder."""
    service = CensusService(
        url=url or CENSUS_URL,
        user_agent=user_agent or "recovery-directory",
        timeout=TIMEOUT_SECONDS,
        adapter_factory=URLLibAdapter,
    )
    return PacedGeocoder(service, seconds=seconds)


_KINDS = {"nominatim": nominatim, "census": census}


def make_geocoder(settings: Settings) -> Geocoder | None:
    """The geocoder of the settings; None when it is off. Raises `InstanceInvalid` if they do not fit."""
    if settings.geocoder == "off":
        return None
    make = _KINDS.get(settings.geocoder)
    if make is None:
        raise _invalid("GEOCODER", N_("GEOCODER is one of: %(known)s"), known=", ".join(["off", *_KINDS]))
    if make is nominatim and not settings.geocoder_user_agent.strip():
        raise _invalid(
            "GEOCODER_USER_AGENT", N_("Nominatim wants GEOCODER_USER_AGENT to name this site and a contact.")
        )
    try:
        return make(
            url=settings.geocoder_url,
            user_agent=settings.geocoder_user_agent,
            seconds=max(0.0, settings.geocoder_seconds),
        )
    except (ConfigurationError, ValueError):
        raise _invalid("GEOCODER_URL", N_("GEOCODER_URL is no web address.")) from None


def _cut_url(url: str) -> tuple[str, str]:
    """(scheme, host with port and path) of a web address. Raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(url)
    return parts.scheme, (parts.netloc + parts.path).rstrip("/")


def _unavailable() -> GeocoderUnavailable:
    return GeocoderUnavailable(N_("The address service did not answer."))


def _invalid(setting: str, message: str, **values: object) -> InstanceInvalid:
    phrase = Phrase(message, values)
    return InstanceInvalid(phrase, {setting: [phrase]})
