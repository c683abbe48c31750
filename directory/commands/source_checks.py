"""What `directory check` says of sources and of mail."""

import datetime as dt

from directory.commands.instance import Instance
from directory.intake import sources
from directory.intake.schedule import TOO_OFTEN
from directory.mail.outbox import waiting
from directory.mail.ports import make_port
from directory.operations.refreshing import utc_now

LATE = dt.timedelta(hours=2)
"""A source that is due and was not taken up for so long: nobody does."""


def check_sources(instance: Instance) -> tuple[bool, str]:
    """Sources that keep failing, or that nobody runs."""
    with instance.reading() as session:
        found = sources.listed(session)
    kept = [each for each in found if each[0].mode != "off"]
    failing = [f"{at.importer}/{at.feed}" for setting, at in kept if setting.failures >= TOO_OFTEN]
    now = utc_now()
    late = [at for setting, at in kept if setting.next_due_at and now - setting.next_due_at > LATE]
    if failing:
        return False, f"failing: {', '.join(failing)}: see `directory source list`"
    if late:
        return False, f"{len(late):,} are due and not run: is `directory work` running?"
    return True, f"{len(kept):,} are kept fresh"


def check_mail(instance: Instance) -> tuple[bool, str]:
    """Settings that make no sense, and mail that does not leave."""
    make_port(instance.settings)
    with instance.reading() as session:
        found = waiting(session)
    message = f"{found.waiting:,} waiting, {found.failed:,} refused for good"
    if found.oldest and utc_now() - found.oldest > LATE:
        return False, f"{message}; the oldest waits since {found.oldest:%Y-%m-%d %H:%M} UTC"
    return True, message
