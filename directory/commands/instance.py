"""One instance as commands use it: its settings, database, places and index, opened when first needed."""

from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.anchor import Anchor, anchor_commits
from directory.database import current_revision, head_revision, make_engine, session_factory
from directory.errors import InstanceInvalid
from directory.geo.gazetteer import Gazetteer
from directory.listings.needs import Taxonomy, taxonomy
from directory.phrases import Phrase
from directory.search.engine import SearchEngine
from directory.search.engines import make_engine as make_search_engine
from directory.settings import Settings


@dataclass(frozen=True)
class Instance:
    """An instance folder with everything in it. Nothing is opened before it is asked for."""

    settings: Settings = field(default_factory=Settings.from_environment)

    @cached_property
    def database(self) -> Engine:
        """The database, whatever its schema."""
        if not self.settings.database_url:
            self.settings.directory_home.mkdir(parents=True, exist_ok=True)
        return make_engine(self.settings.database)

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """Sessions on a database of the newest schema. Raises `InstanceInvalid` for any other.

        Commits that append to the audit are noted outside the database.
        """
        if current_revision(self.database) != head_revision():
            raise InstanceInvalid(
                Phrase(
                    "The database in %(home)s is not prepared yet: run `directory migrate` first.",
                    {"home": self.settings.directory_home},
                )
            )
        factory = session_factory(self.database)
        anchor_commits(factory, Anchor.of(self.settings))
        return factory

    @cached_property
    def reading(self) -> sessionmaker[Session]:
        """Read-only sessions, which wait for no writer and make none wait. Raises like `sessions`."""
        _ = self.sessions
        return session_factory(self.database, read_only=True)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """Needs and filters."""
        return taxonomy()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places; the derived table is kept in the instance folder."""
        return Gazetteer.load(self.settings.directory_home)

    @cached_property
    def search_engine(self) -> SearchEngine:
        """The engine that the settings name."""
        return make_search_engine(self.settings, self.taxonomy)
