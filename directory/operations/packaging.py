"""The data package that everybody may fetch, made once a day."""

import datetime as dt
from pathlib import Path

from directory.commands.instance import Instance
from directory.database import held_alone
from directory.listings.store_export import export_hsds
from directory.listings.store_package import DailyPackage, is_due, make_package


def make_daily_package(instance: Instance, now: dt.datetime) -> DailyPackage | None:
    """Makes the package where it is due; None where it is not, or somebody else is at it."""
    home = instance.settings.directory_home
    with held_alone(instance.database, "data package") as alone:
        if not alone or not is_due(home, now):
            return None

        def write(path: Path) -> int:
            with instance.reading() as session:
                done = export_hsds(
                    session,
                    path,
                    taxonomy=instance.taxonomy,
                    examples=instance.settings.examples,
                    today=now.date(),
                )
            return done.listings

        return make_package(home, write, now)
