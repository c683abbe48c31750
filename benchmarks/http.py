"""`python -m benchmarks.http [--home DIR] [--json FILE]`: server time of a person's pages, inside WSGI.

Runs on an instance that `directory demo --prepare-only` made (default: DIRECTORY_HOME). Each page is asked
for in turn with a constant response (`/healthz`), so that the ratio holds when the machine's speed drifts.
"""

import gc
import gzip
import time
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.report import parser, percentile, show, write
from directory.app import create_app
from directory.settings import Settings

PAGES: tuple[tuple[str, str], ...] = (
    ("results page, detox near 19104", "/search?q=detox+near+19104"),
    (
        "results page, need and three filters",
        "/search?need=outpatient&near=19104&filter=medicaid&filter=spanish&filter=veterans",
    ),
    ("results page in Spanish", "/search?need=detox&near=19104&lang=es"),
    ("results page, whole state", "/search?need=outpatient&near=Pennsylvania"),
    ("results page, nothing found", "/search?q=zzzz+qqqq&near=19104"),
    ("JSON search, detox near 19104", "/api/v1/search?need=detox&near=19104"),
    ("home page", "/"),
)
CONSTANT = "/healthz"


@dataclass(frozen=True)
class Figures:
    """Server time of one page, and how large it is on the wire."""

    page: str
    p50_ms: float
    p95_ms: float
    ratio_to_constant: float
    kilobytes_gzip: float


def seconds(client: FlaskClient, url: str) -> float:
    """One request from WSGI call to the last byte."""
    started = time.perf_counter()
    response = client.get(url)
    response.get_data()
    passed = time.perf_counter() - started
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")
    return passed


def measure(client: FlaskClient, rounds: int) -> list[Figures]:
    """Every page and the constant response, one after another, `rounds` times."""
    times: dict[str, list[float]] = {url: [] for _, url in PAGES}
    constant: list[float] = []
    for each in times:
        seconds(client, each)
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for url, taken in times.items():
            constant.append(seconds(client, CONSTANT))
            taken.append(seconds(client, url))
    base = percentile(constant, 50)
    return [
        Figures(
            page=name,
            p50_ms=percentile(times[url], 50),
            p95_ms=percentile(times[url], 95),
            ratio_to_constant=percentile(times[url], 50) / base,
            kilobytes_gzip=len(gzip.compress(client.get(url).get_data())) / 1000,
        )
        for name, url in PAGES
    ]


def main() -> None:
    """Measures, prints a table, writes the JSON."""
    options_of = parser(__doc__ or "")
    options_of.add_argument("--home", type=Path, help="instance folder (default: DIRECTORY_HOME)")
    options_of.add_argument("--rounds", type=int, default=100)
    options = options_of.parse_args()
    given = {"directory_home": options.home} if options.home else {}
    app = create_app(Settings.from_environment(log_level="ERROR", **given))
    figures = [vars(each) for each in measure(app.test_client(), options.rounds)]
    show("Server time of a page", figures)
    write(options.json, {"pages": figures})


if __name__ == "__main__":
    main()
