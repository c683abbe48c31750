"""An instance whose importers are those of a test."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from directory.commands.instance import Instance
from directory.intake import sources
from directory.intake.tables import SourceSetting
from directory.listings import store
from directory.listings.store_rows import Origin
from directory.listings.visibility import SourceNote
from directory.operations import refreshing
from directory.operations.refreshing import Attempt, How, run_due, run_source
from directory.settings import Settings
from importers.contract import Reading, SourceFile
from tests.builders import NOW, TODAY
from tests.intake.feeds import Feed


class Noting(Feed):
    """A feed that remembers what it was given to read."""

    def read(self, source: SourceFile) -> list[Reading]:
        self.given = source
        return super().read(source)


class Town:
    """One instance and its sources; `feeds` are the importers by name. Time goes on by an hour per run."""

    def __init__(self, instance: Instance, folder: Path):
        self.instance = instance
        self.feeds: dict[str, Feed] = {}
        self.now = NOW
        self.file = folder / "feed.json"
        self.file.write_text("{}")

    def clock(self) -> dt.datetime:
        return self.now

    def add(self, importer: str, file: Feed, *, feed: str = "default", **changes: Any) -> str:
        """A source that is due now."""
        self.feeds[importer] = file
        source_id = sources.id_of_source(importer, feed)
        note = SourceNote(
            importer=importer, feed=feed, name="A list", publisher="x", licence="x", url=None, fetched=TODAY
        )
        setting = SourceSetting(
            id=source_id, address=str(self.file), mode="apply", every_hours=24, failures=0
        )
        sources.reschedule(setting, self.now)
        for field, value in changes.items():
            setattr(setting, field, value)
        with self.instance.sessions.begin() as session:
            store.save_source(session, Origin(source_id, importer, feed), kind="treatment", note=note)
            session.flush()
            session.add(setting)
        return source_id

    def run(self, source_id: str, **how: Any) -> Attempt:
        """One attempt, asked for by a person."""
        return run_source(self.instance, source_id, How(clock=self.clock, is_asked=True, **how))

    def round(self, days: int = 0) -> dict[str, str]:
        """One round of the job, so many days later: statuses by source id."""
        self.now += dt.timedelta(days=days)
        return {key: each.status for key, each in run_due(self.instance, self.clock).items()}

    def setting(self, source_id: str) -> SourceSetting:
        with self.instance.reading() as session:
            found = sources.find(session, source_id)
        assert found is not None
        return found[0]

    def indexed(self) -> int:
        return self.instance.search_engine.status().documents


def make_town(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Town:
    """A town whose feeds stand in for the registry's importers."""
    given = Settings(directory_home=home, database_url=database_url, **settings)
    town = Town(Instance(given), home)

    def find(name: str) -> Feed:
        found = town.feeds[name]
        vars(found)["name"] = name
        return found

    monkeypatch.setattr(refreshing, "importer", find)
    return town
