"""Background work: the consumer that `directory work` runs and `directory serve` starts beside the server.

Jobs live in SQLite in the instance folder (huey): nothing to install, and a job that was taken in survives
a crash. Every job is idempotent, since a crash may run it twice.
"""

from collections.abc import Callable

from huey import SqliteHuey, crontab

from directory.accounts import limits, sign_ins
from directory.accounts.rotation import open_ring
from directory.commands.instance import Instance
from directory.listings import changes
from directory.mail.outbox import drain
from directory.mail.ports import make_port
from directory.operations.packaging import make_daily_package
from directory.operations.refreshing import refresh_index, run_due, utc_now
from directory.referrals.reminders import run_reminders
from directory.settings import Settings

WORKERS = 2
"""Threads: one may be busy with a long import while the other sends mail and follows changes."""


def _follow_changes(instance: Instance) -> None:
    """Takes changes into the index that a crashed import or another process left behind."""
    refresh_index(instance)


def _run_sources(instance: Instance) -> None:
    """Fetches and imports the sources that are due or asked for."""
    run_due(instance)


def _send_mail(instance: Instance) -> None:
    """Sends what is due in the outbox."""
    drain(instance.sessions, make_port(instance.settings), utc_now())


def _remind(instance: Instance) -> None:
    """Looks at the clocks of referrals: reminders, expiry."""
    ring = open_ring(instance.database, instance.settings)
    address = instance.settings.public_url
    sign_in_url = f"{address.rstrip('/')}/account" if address else ""
    run_reminders(instance.sessions, ring, utc_now(), sign_in_url=sign_in_url)


def _sweep_sign_ins(instance: Instance) -> None:
    """Removes what signing in leaves behind: browsers that are signed out, windows of tries that are over."""
    with instance.sessions.begin() as session:
        sign_ins.sweep(session, utc_now())
        limits.sweep(session, utc_now())


def _forget_changes(instance: Instance) -> None:
    """Removes old changes of listings that a later change has overtaken."""
    indexed = instance.search_engine.status().last_change
    changes.prune(instance.sessions, indexed=indexed, now=utc_now())


def _make_package(instance: Instance) -> None:
    """Makes the data package where the last one is a day old."""
    make_daily_package(instance, utc_now())


EVERY_MINUTE: tuple[tuple[str, Callable[[Instance], None]], ...] = (
    ("refresh_index", _follow_changes),
    ("run_sources", _run_sources),
    ("send_mail", _send_mail),
)

EVERY_FIVE_MINUTES: tuple[tuple[str, Callable[[Instance], None]], ...] = (
    ("remind", _remind),
    ("sweep_sign_ins", _sweep_sign_ins),
    ("make_package", _make_package),
)

EVERY_NIGHT: tuple[tuple[str, Callable[[Instance], None]], ...] = (("forget_changes", _forget_changes),)
"""At 08:17 UTC: between midnight and a quarter past four in the states on the mainland."""


def make_queue(settings: Settings) -> SqliteHuey:
    """The queue of one instance with its periodic jobs registered."""
    settings.directory_home.mkdir(parents=True, exist_ok=True)
    queue = SqliteHuey("directory", filename=str(settings.directory_home / "jobs.sqlite"), utc=True)
    for name, job in EVERY_MINUTE:
        queue.periodic_task(crontab(minute="*"), name=name, expires=60)(_on_instance(settings, job))
    for name, job in EVERY_FIVE_MINUTES:
        queue.periodic_task(crontab(minute="*/5"), name=name, expires=300)(_on_instance(settings, job))
    for name, job in EVERY_NIGHT:
        queue.periodic_task(crontab(minute="17", hour="8"), name=name)(_on_instance(settings, job))
    return queue


def _on_instance(settings: Settings, job: Callable[[Instance], None]) -> Callable[[], None]:
    """The job as huey calls it: on an instance of its own, which it closes."""

    def run() -> None:
        instance = Instance(settings)
        try:
            job(instance)
        finally:
            instance.database.dispose()

    return run


def work(settings: Settings) -> None:
    """Runs jobs until interrupted."""
    make_queue(settings).create_consumer(workers=WORKERS, periodic=True).run()
