"""Background work: the consumer that `directory work` runs and `directory serve` starts beside the server.

Jobs live in SQLite in the instance folder (huey): nothing to install, and a job that was taken in survives
a crash. Every job is idempotent, since a crash may run it twice.
"""

from huey import SqliteHuey, crontab

from directory.database import make_engine, session_factory
from directory.listings.needs import taxonomy
from directory.search.engines import make_engine as make_search_engine
from directory.search.follow import refresh
from directory.settings import Settings


def make_queue(settings: Settings) -> SqliteHuey:
    """The queue of one instance with its periodic jobs registered."""
    settings.directory_home.mkdir(parents=True, exist_ok=True)
    queue = SqliteHuey("directory", filename=str(settings.directory_home / "jobs.sqlite"), utc=True)

    def refresh_index() -> int:
        """Takes changes into the index that a crashed import or another process left behind."""
        engine = make_engine(settings.database)
        try:
            sessions = session_factory(engine, read_only=True)
            return refresh(sessions, make_search_engine(settings, taxonomy()), examples=settings.examples)
        finally:
            engine.dispose()

    queue.periodic_task(crontab(minute="*"), name="refresh_index")(refresh_index)
    return queue


def work(settings: Settings) -> None:
    """Runs jobs until interrupted."""
    make_queue(settings).create_consumer(workers=1, periodic=True).run()
