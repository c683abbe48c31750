"""A small town's help, enough to see every kind of page: stored by a real import into a fresh instance."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from directory.database import make_engine, session_factory
from directory.geo.gazetteer import Gazetteer
from directory.intake.run import run_import
from directory.listings.needs import taxonomy
from directory.listings.record import (
    Accessibility,
    Address,
    Code,
    Contact,
    Kind,
    ListingRecord,
    Location,
    Organization,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceCapacity,
)
from directory.settings import Settings
from importers.contract import Reading, SourceFile
from tests.builders import NOW, make_location, make_record, make_service
from tests.databases import prepare

RIVER = "facility-1"
DETOX = "detox-0"
MEETING = "thursday-hope"
SHELTER = "safe-harbor"
VIDEO = "penn-video"
EXAMPLE = "example-1"
IMPORTER, FEED = "town_list", "default"
CROWD = 45
"""Detox places, so that there is more than one page of them."""


def records() -> Iterator[ListingRecord]:
    """Everything listed in the town."""
    yield make_record(service=_full_service(), locations=(_full_location(),))
    for number in range(CROWD):
        yield _detox(number)
    yield _meeting()
    yield _shelter()
    yield _video()
    yield replace(make_record(), source_id=EXAMPLE, is_example=True, organization=_body("Example House"))


def _body(name: str) -> Organization:
    return Organization(key=name.casefold(), name=name)


def _full_service() -> Service:
    return make_service(
        application_process="Call first.\nThen come on any weekday morning.",
        eligibility_description="Adults who live in Pennsylvania.",
        minimum_age=18,
        wait_time="About three days.",
        alert="The front door is on Mole Street while the sidewalk is mended.",
        required_documents=(RequiredDocument(document="A photo ID, if you have one"),),
        capacities=(
            ServiceCapacity(unit="beds", available=3, maximum=20, status="capacity", updated=_this_morning()),
        ),
        contacts=(
            Contact(
                title="Intake desk", email="intake@river.example", phones=(Phone(number="215-555-0101"),)
            ),
        ),
        fees_description="Nobody is turned away for lack of money.",
        phones=(Phone(number="215-555-0100", extension=12, description="Main"), Phone(number="800-662-HELP")),
        interpretation_services="By phone, in 200 languages",
        licenses="PA Department of Drug and Alcohol Programs",
    )


def _this_morning() -> dt.datetime:
    """By the real clock, by which pages tell whether it still counts."""
    return dt.datetime.now(dt.UTC) - dt.timedelta(hours=5)


def _full_location() -> Location:
    return make_location(
        transportation="Market-Frankford Line to 40th Street.",
        description="Ring the lower bell.",
        accessibility=(Accessibility(description="Wheelchair", details="ramp at the side door"),),
    )


def _detox(number: int) -> ListingRecord:
    location = make_location(
        key=f"spring garden {number}",
        latitude=39.95 + number / 300,
        longitude=-75.16,
        precision="postal_code",
        address=Address(
            address_1=f"{100 + number} Spring Garden Street",
            city="Philadelphia",
            state_province="PA",
            postal_code="19123",
        ),
    )
    return make_record(
        source_id=f"detox-{number}",
        organization=_body(f"Gaudenzia Broad Street Rehabilitation and Detoxification Incorporated {number}"),
        service=make_service(
            name=f"Withdrawal management unit {number}",
            schedules=(),
            phones=(Phone(number=f"215-555-{2000 + number}"),),
            status="temporarily closed" if number == 3 else "active",
        ),
        locations=(location,),
        codes=(
            Code("samhsa_substance", "DT"),
            Code("samhsa_substance", "HID"),
            Code("samhsa_substance", "MD"),
        )
        + ((Code("filter", "spanish"),) if number % 2 else ()),
    )


def _meeting() -> ListingRecord:
    evening = Schedule(
        freq="WEEKLY", byday="TH,SU", opens_at=dt.time(19), closes_at=dt.time(20), timezone="America/New_York"
    )
    online = Location(key="zoom", location_type="virtual", url="https://meet.example/j/123")
    return make_record(
        source_id=MEETING,
        kind="peer_group",
        attendance="hybrid",
        organization=_body("Narcotics Anonymous"),
        service=make_service(name="Thursday Night Hope", schedules=(evening,), phones=(), url=None),
        locations=(make_location(key="church"), online),
        codes=(Code("need", "na"),),
    )


def _shelter() -> ListingRecord:
    return make_record(
        source_id=SHELTER,
        kind="housing",
        organization=_body("Safe Harbor"),
        service=make_service(name="Safe Harbor shelter", schedules=(), url=None),
        locations=(make_location(key="secret", visibility="hidden"),),
        codes=(Code("need", "shelter"),),
    )


def _video() -> ListingRecord:
    return make_record(
        source_id=VIDEO,
        kind="telehealth",
        organization=_body("Penn Video Care"),
        service=make_service(
            name="Counseling by video",
            service_areas=(ServiceArea(name="Pennsylvania", extent="US-PA"),),
            schedules=(),
        ),
        locations=(Location(key="video", location_type="virtual", url="https://video.example/"),),
        codes=(Code("need", "outpatient"), Code("need", "telehealth")),
    )


class TownList:
    """An importer of the records above."""

    name: ClassVar[str] = IMPORTER
    kind: ClassVar[Kind] = "treatment"
    title: ClassVar[str] = "Town list of recovery services"
    publisher: ClassVar[str] = "Maple County"
    licence: ClassVar[str] = "Public domain"
    formats: ClassVar[tuple[str, ...]] = ("json",)
    needs_key: ClassVar[bool] = False

    def __init__(self, *listed: ListingRecord) -> None:
        self.listed = listed or tuple(records())

    def read(self, source: SourceFile) -> list[Reading]:
        """All of them, as one part."""
        return [Reading(rows=iter(self.listed), as_of=source.as_of or dt.date(2026, 10, 1))]

    def samples(self) -> list[SourceFile]:
        """None: the town is made, not read."""
        return []


def town_settings(home: Path, **changes: object) -> Settings:
    """Those of an instance in `home` that is searched by the memory engine."""
    given: dict[str, object] = {
        "directory_home": home,
        "search_engine": "memory",
        "secret_key": "not a secret",
    }
    return Settings.from_environment({}, **given | changes)


def build_town(home: Path, *listed: ListingRecord, **changes: object) -> Settings:
    """An instance in `home` that holds the town (or `listed`)."""
    settings = town_settings(home, **changes)
    home.mkdir(parents=True, exist_ok=True)
    prepare(settings.database)
    engine = make_engine(settings.database)
    run_import(
        session_factory(engine),
        TownList(*listed),
        SourceFile(path=home, feed=FEED),
        gazetteer=Gazetteer.load(home),
        taxonomy=taxonomy(),
        now=NOW,
    )
    engine.dispose()
    return settings
