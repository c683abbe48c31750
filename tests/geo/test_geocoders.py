"""Geocoders, over real sockets to a server of our own."""

import json
import logging
import threading
import time
from collections.abc import Generator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.errors import GeocoderUnavailable, InstanceInvalid
from directory.geo import geocoders
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder, make_geocoder
from directory.geo.places import find_place
from directory.settings import Settings

ADDRESS = "3400 Spruce St, Philadelphia, PA 19104"
NOMINATIM = json.dumps([{"lat": "39.9512", "lon": "-75.1934", "display_name": "Spruce Street, Philadelphia"}])
CENSUS = json.dumps(
    {
        "result": {
            "addressMatches": [
                {
                    "matchedAddress": "3400 SPRUCE ST, PHILADELPHIA, PA, 19104",
                    "coordinates": {"x": -75.1934, "y": 39.9512},
                }
            ]
        }
    }
)
ANSWERS = {"nominatim": NOMINATIM, "census": CENSUS}
NONE = {"nominatim": "[]", "census": '{"result": {"addressMatches": []}}'}


class Service:
    """A geocoding service on this machine: answers in turn what it is told, remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.pause = 0.0
        self.asked: list[tuple[float, str, str]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append((time.monotonic(), self.path, self.headers["User-Agent"]))
                turn = min(len(service.asked), len(service.answers)) - 1
                status, body = service.answers[turn]
                time.sleep(service.pause)
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body.encode())))
                    self.end_headers()
                    self.wfile.write(body.encode())
                except OSError:
                    return  # the asker has gone

            def log_message(self, *_: object) -> None:
                """Keeps the test's output quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def says(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/geo"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Generator[Service, None, None]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(geocoders, "RETRY_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(geocoders, "TIMEOUT_SECONDS", 2.0)
    running = Service()
    yield running
    running.stop()


def made(kind: str, service: Service, seconds: float = 0.0) -> Geocoder:
    geocoder = make_geocoder(
        Settings(
            geocoder=kind,
            geocoder_url=service.url,
            geocoder_user_agent="recovery-directory-tests",
            geocoder_seconds=seconds,
        )
    )
    assert geocoder is not None
    return geocoder


both = pytest.mark.parametrize("kind", ["nominatim", "census"])


def test_geocoding_is_off_by_default() -> None:
    assert make_geocoder(Settings()) is None


@both
def test_an_address_is_found(service: Service, kind: str) -> None:
    service.says((200, ANSWERS[kind]))
    found = made(kind, service).locate(ADDRESS)
    assert found is not None
    assert (found.latitude, found.longitude) == (39.9512, -75.1934)
    assert "spruce st" in found.label.casefold()


@both
def test_the_service_is_asked_under_our_name_for_that_address(service: Service, kind: str) -> None:
    service.says((200, ANSWERS[kind]))
    made(kind, service).locate(ADDRESS)
    [(_, path, agent)] = service.asked
    asked = parse_qs(urlsplit(path).query)
    assert ADDRESS in (asked.get("q") or asked.get("address") or [])
    assert (
        urlsplit(path).path == {"nominatim": "/geo/search", "census": "/geo/locations/onelineaddress"}[kind]
    )
    assert agent == "recovery-directory-tests"


def test_nominatim_is_asked_for_the_united_states_and_its_territories(service: Service) -> None:
    service.says((200, NOMINATIM))
    made("nominatim", service).locate(ADDRESS)
    assert parse_qs(urlsplit(service.asked[0][1]).query)["countrycodes"] == ["us,pr,vi,gu,as,mp"]


@both
def test_an_unknown_address_is_none(service: Service, kind: str) -> None:
    service.says((200, NONE[kind]))
    assert made(kind, service).locate(ADDRESS) is None


@both
def test_a_503_is_tried_once_more(service: Service, kind: str) -> None:
    service.says((503, "busy"), (200, ANSWERS[kind]))
    assert made(kind, service).locate(ADDRESS) is not None
    assert len(service.asked) == 2


@both
@pytest.mark.parametrize(
    "answer",
    [
        (503, "busy"),
        (429, "slow down"),
        (403, "blocked"),
        (500, ""),
        (200, "<html>maintenance</html>"),
        (200, '{"result"'),
        (200, '{"unexpected": true}'),
        (200, "[1, 2]"),
        (200, ""),
        (200, '[{"lat": "north", "lon": "west", "display_name": "x"}]'),
        (200, '{"result": {"addressMatches": [{"coordinates": {}}]}}'),
        (200, '{"result": {"addressMatches": [{"coordinates": {"x": "a", "y": 1}, "matchedAddress": "x"}]}}'),
    ],
)
def test_a_broken_answer_means_unavailable_and_quotes_nothing(
    service: Service, kind: str, answer: tuple[int, str]
) -> None:
    service.says(answer)
    with pytest.raises(GeocoderUnavailable) as refused:
        made(kind, service).locate(ADDRESS)
    assert "Spruce" not in str(refused.value)
    assert refused.value.__suppress_context__


@both
def test_a_slow_service_is_not_waited_for(
    service: Service, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geocoders, "TIMEOUT_SECONDS", 0.1)
    service.says((200, ANSWERS[kind]))
    service.pause = 60.0
    begun = time.monotonic()
    with pytest.raises(GeocoderUnavailable):
        made(kind, service).locate(ADDRESS)
    assert time.monotonic() - begun < 30


@both
def test_a_service_that_is_not_there_is_unavailable(service: Service, kind: str) -> None:
    geocoder = made(kind, service)
    service.stop()
    with pytest.raises(GeocoderUnavailable):
        geocoder.locate(ADDRESS)


@both
def test_requests_are_kept_apart(service: Service, kind: str) -> None:
    service.says((200, ANSWERS[kind]))
    geocoder = made(kind, service, seconds=0.15)
    threads = [threading.Thread(target=geocoder.locate, args=(ADDRESS,)) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    times = sorted(moment for moment, _, _ in service.asked)
    assert [later - earlier > 0.14 for earlier, later in pairwise(times)] == [True, True]


def test_a_full_queue_does_without_the_service(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoders, "MOST_WAITING", 1)
    service.says((200, NOMINATIM))
    service.pause = 0.3
    geocoder = made("nominatim", service)
    first = threading.Thread(target=geocoder.locate, args=(ADDRESS,))
    first.start()
    while not service.asked:
        time.sleep(0.01)
    with pytest.raises(GeocoderUnavailable):
        geocoder.locate(ADDRESS)
    first.join()


@both
def test_no_log_quotes_an_address(service: Service, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service.says((503, "busy"), (200, ANSWERS[kind]))
    made(kind, service).locate(ADDRESS)
    assert "Spruce" not in caplog.text


def test_a_search_for_an_address_works_end_to_end(service: Service, gazetteer: Gazetteer) -> None:
    service.says((200, CENSUS))
    place = find_place(ADDRESS, gazetteer, made("census", service))
    assert (place.kind, place.latitude, place.state) == ("address", 39.9512, "PA")
    service.says((503, "busy"))
    fallen = find_place(ADDRESS, gazetteer, made("census", service))
    assert (fallen.kind, str(fallen.note).split(".")[0]) == ("zip", "The address service did not answer")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"geocoder": "google"}, "GEOCODER"),
        ({"geocoder": "nominatim"}, "GEOCODER_USER_AGENT"),
        ({"geocoder": "census", "geocoder_url": "not an address"}, "GEOCODER_URL"),
        ({"geocoder": "census", "geocoder_url": "ftp://example.org"}, "GEOCODER_URL"),
    ],
)
def test_settings_that_do_not_fit_are_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(InstanceInvalid) as refused:
        make_geocoder(Settings(**given))  # type: ignore[arg-type]
    assert list(refused.value.fields) == [named]


def test_public_addresses_are_the_default() -> None:
    given: Sequence[Settings] = (
        Settings(geocoder="nominatim", geocoder_user_agent="site"),
        Settings(geocoder="census"),
    )
    assert all(make_geocoder(each) is not None for each in given)
