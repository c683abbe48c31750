"""Invented listings by the hundred thousand, always the same for one seed.

They stand where people live (the gazetteer's towns, drawn by population, scattered a few miles around), say
words as unevenly as language does (Zipf), and have needs, filters, hours and service areas in shares like
those of the real sources: most are treatment or meetings, one in twenty is by phone or video for its state.
"""

import csv
import datetime as dt
import gzip
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.listings.needs import taxonomy
from directory.listings.record import (
    Address,
    Attendance,
    Code,
    Kind,
    ListingRecord,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
)
from directory.search.engine import IndexEntry

SEED = 20261123
CHUNK = 10_000
"""Listings made at a time; the stream depends on the seed and the chunk alone, not on how many are wanted."""
WORDS = 30_000
KINDS: tuple[tuple[Kind, float], ...] = (
    ("treatment", 0.34),
    ("peer_group", 0.36),
    ("housing", 0.1),
    ("telehealth", 0.05),
    ("employment", 0.05),
    ("legal", 0.05),
    ("community", 0.05),
)
KIND_NEEDS: dict[Kind, tuple[str, ...]] = {
    "treatment": ("treatment", "detox", "medication", "mental_health", "crisis", "harm_reduction"),
    "peer_group": ("peer_groups",),
    "housing": ("housing",),
    "telehealth": ("telehealth", "mental_health", "medication"),
    "employment": ("work", "skills"),
    "legal": ("legal", "money"),
    "community": ("community", "food", "transport", "family", "health"),
}
_SYLLABLES_TEXT = """
    ba be bo ca co da de di fa fo ga ha he ho ja ka la le li lo ma me mi mo na ne no pa pe po ra re
    ri ro sa se so ta te to va ve vi wa we wi
"""
_SYLLABLES = _SYLLABLES_TEXT.split()
_NAME_WORDS_TEXT = """
    hope house recovery center clinic health care county community behavioral services new life
    living sober group serenity bridge river valley mission family outreach counseling
"""
_NAME_WORDS = _NAME_WORDS_TEXT.split()


@dataclass(frozen=True)
class Towns:
    """Where people live. Coordinates in degrees, shares adding up to 1."""

    names: list[str]
    states: list[str]
    zones: list[str]
    latitudes: npt.NDArray[np.float64]
    longitudes: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]


@cache
def towns() -> Towns:
    """Every town of the embedded gazetteer."""
    packed = files("directory.geo").joinpath("data/cities.csv.gz").read_bytes()
    rows = list(csv.reader(io.StringIO(gzip.decompress(packed).decode()), delimiter="|"))
    people = np.array([float(row[3] or 0) + 200.0 for row in rows])
    return Towns(
        names=[row[0] for row in rows],
        states=[row[2] for row in rows],
        zones=[row[6] for row in rows],
        latitudes=np.array([float(row[4]) for row in rows]),
        longitudes=np.array([float(row[5]) for row in rows]),
        shares=people / people.sum(),
    )


@cache
def vocabulary() -> tuple[str, ...]:
    """Invented words, commonest first."""
    chance = np.random.default_rng(SEED)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        size = int(chance.integers(2, 5))
        drawn = chance.integers(0, len(_SYLLABLES), size).tolist()
        found["".join(_SYLLABLES[place] for place in drawn)] = None
    return tuple(found)


@cache
def _leaves(kind: Kind) -> list[tuple[str, ...]]:
    """Each need of a kind with its ancestors."""
    known = taxonomy()
    codes = sorted(known.with_descendants(KIND_NEEDS[kind]) - set(KIND_NEEDS[kind]))
    return [(code, *known.ancestors(code)) for code in codes]


@cache
def _also() -> list[tuple[str, ...]]:
    known = taxonomy()
    codes = (
        "shelter",
        "housing_counseling",
        "job_training",
        "rides",
        "childcare",
        "legal_aid",
        "peer_support",
    )
    return [(code, *known.ancestors(code)) for code in codes if code in known.needs]


@cache
def week(days: str, opens: int, minutes: int, zone: str) -> Schedule:
    """A weekly schedule; `opens` in minutes from midnight."""
    ends = (opens + minutes) % 1440
    return Schedule(
        freq="WEEKLY",
        byday=days,
        opens_at=dt.time(opens // 60, opens % 60),
        closes_at=dt.time(ends // 60, ends % 60),
        timezone=zone,
    )


_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_OFFICE = ("MO,TU,WE,TH,FR", "MO,TU,WE,TH,FR,SA", "MO,WE,FR", "TU,TH", "SU,MO,TU,WE,TH,FR,SA")


class Chunk:
    """The chance values of 10,000 listings, drawn at once."""

    def __init__(self, number: int, seed: int) -> None:
        self.number = number
        self.chance = np.random.default_rng((seed, number))
        chance = self.chance
        self.towns = chance.choice(len(towns().names), CHUNK, p=towns().shares)
        spread = chance.normal(0, 0.08, (CHUNK, 2))
        self.latitudes = np.clip(towns().latitudes[self.towns] + spread[:, 0], -89, 89).round(6).tolist()
        self.longitudes = (towns().longitudes[self.towns] + spread[:, 1]).round(6).tolist()
        self.kinds = chance.choice(len(KINDS), CHUNK, p=[share for _, share in KINDS]).tolist()
        facets = list(taxonomy().facets)
        shares = 0.55 / np.arange(1, len(facets) + 1) ** 0.6
        self.filters = [
            tuple(facets[place] for place in np.flatnonzero(row).tolist())
            for row in chance.random((CHUNK, len(facets))) < shares
        ]
        self.sizes = chance.integers(8, 40, CHUNK).tolist()
        self.words = ((chance.zipf(1.15, CHUNK * 44) - 1) % WORDS).tolist()
        self.name_words = chance.integers(0, len(_NAME_WORDS), (CHUNK, 3)).tolist()
        self.numbers = chance.integers(0, 1 << 30, (CHUNK, 6)).tolist()
        self.ids = chance.bytes(16 * CHUNK)

    def words_of(self, place: int) -> tuple[str, str]:
        """(name, text)"""
        known = vocabulary()
        drawn = self.words[place * 44 : place * 44 + 4 + self.sizes[place]]
        own = f"{known[drawn[0] * 7 % WORDS].capitalize()} " + " ".join(
            _NAME_WORDS[each].capitalize() for each in self.name_words[place][:2]
        )
        sort = _NAME_WORDS[self.name_words[place][2]].capitalize()
        body = f"{known[drawn[1] * 13 % WORDS].capitalize()} {sort} Inc"
        return f"{own}\n{body}", " ".join(known[each] for each in drawn[2:])


def entry(chunk: Chunk, place: int) -> IndexEntry:
    """One listing as engines index it."""
    kind = KINDS[chunk.kinds[place]][0]
    town, numbers = chunk.towns[place], chunk.numbers[place]
    state, zone = towns().states[town], towns().zones[town]
    name, text = chunk.words_of(place)
    leaves = _leaves(kind)
    needs = set(leaves[numbers[0] % len(leaves)])
    if kind == "treatment":
        needs.update(*(leaves[each % len(leaves)] for each in numbers[1:3]))
    also = _also()[numbers[3] % len(_also())] if kind == "treatment" and numbers[3] % 3 == 0 else ()
    is_remote = kind == "telehealth"
    return IndexEntry(
        id=str(uuid.UUID(bytes=chunk.ids[place * 16 : place * 16 + 16], version=4)),
        kind=kind,
        name=name,
        text=text,
        latitude=None if is_remote else chunk.latitudes[place],
        longitude=None if is_remote else chunk.longitudes[place],
        state=state,
        needs=tuple(sorted(needs)),
        also=tuple(each for each in also if each not in needs),
        filters=chunk.filters[place],
        areas=(f"US-{state}",) if is_remote else (),
        video_areas=(f"US-{state}",) if kind == "treatment" and numbers[4] % 5 == 0 else (),
        schedules=_schedules(kind, zone, numbers),
        attendance=_attendance(kind, numbers[5]),
        quality=60 + numbers[4] % 180,
        as_of=dt.date(2024, 1, 1) + dt.timedelta(days=numbers[5] % 700),
        around_the_clock="residential" in needs or "crisis" in needs,
    )


def _attendance(kind: Kind, number: int) -> Attendance | None:
    shares: tuple[Attendance, ...] = ("in_person", "in_person", "in_person", "online", "hybrid")
    return shares[number % 5] if kind == "peer_group" else None


def _schedules(kind: Kind, zone: str, numbers: list[int]) -> tuple[Schedule, ...]:
    if kind == "peer_group":
        return (week(_DAYS[numbers[1] % 7], 6 * 60 + numbers[2] % 64 * 15, (60, 90)[numbers[3] % 2], zone),)
    if numbers[1] % 2:
        return (week(_OFFICE[numbers[2] % 5], 7 * 60 + numbers[3] % 9 * 30, 360 + numbers[4] % 9 * 30, zone),)
    return ()


def entries(size: int, seed: int = SEED) -> Iterator[IndexEntry]:
    """So many index entries."""
    for number in range(-(-size // CHUNK)):
        chunk = Chunk(number, seed)
        for place in range(min(CHUNK, size - number * CHUNK)):
            yield entry(chunk, place)


def records(size: int, seed: int = SEED) -> Iterator[ListingRecord]:
    """So many listings as an importer would yield them, of the same make."""
    for number in range(-(-size // CHUNK)):
        chunk = Chunk(number, seed)
        for place in range(min(CHUNK, size - number * CHUNK)):
            yield record(chunk, place)


def record(chunk: Chunk, place: int) -> ListingRecord:
    """One listing as an importer yields it."""
    made = entry(chunk, place)
    town, numbers = chunk.towns[place], chunk.numbers[place]
    name, body = made.name.split("\n")
    codes = [Code("need", each) for each in made.needs] + [Code("filter", each) for each in made.filters]
    located: dict[str, Any] = (
        {}
        if made.latitude is None
        else {
            "address": Address(
                address_1=f"{numbers[0] % 9900 + 100} {vocabulary()[numbers[1] % 2000].capitalize()} Street",
                city=towns().names[town],
                state_province=towns().states[town],
            ),
            "latitude": made.latitude,
            "longitude": made.longitude,
            "precision": "exact",
        }
    )
    is_remote = made.latitude is None
    return ListingRecord(
        source_id=made.id,
        kind=made.kind,
        organization=Organization(key=body, name=body),
        service=Service(
            name=name,
            description=made.text,
            phones=(Phone(number=f"+1{2_015_550_000 + numbers[2] % 1_000_000}"),),
            service_areas=tuple(ServiceArea(name=each, extent=each) for each in made.areas),
            schedules=made.schedules,
        ),
        locations=(Location(key=made.id, location_type="virtual" if is_remote else "physical", **located),),
        codes=tuple(codes),
        attendance=made.attendance,
    )
