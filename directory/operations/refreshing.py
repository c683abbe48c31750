"""Sources kept fresh: one attempt at one source, and the round of all that are due."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from directory.commands.instance import Instance
from directory.database import held_alone
from directory.errors import DirectoryError, SourceBroken
from directory.geo.geocoders import make_geocoder
from directory.intake import sources
from directory.intake.contract import Progress, RunReport
from directory.intake.notice import change_notice, failing_notice
from directory.intake.run import BUSY, bury_runs, run_import
from directory.intake.schedule import TOO_OFTEN
from directory.intake.tables import SourceSetting
from directory.listings.tables import Source
from directory.mail.outbox import put
from directory.operations.fetching import FeedSettings, source_file
from directory.phrases import Phrase
from directory.search.follow import refresh
from importers.registry import importer

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]
Bar = Callable[[str], AbstractContextManager[Progress]]
"""Opens a progress bar of that title."""


def utc_now() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)


def no_bar(_title: str) -> AbstractContextManager[Progress]:
    """Nobody is looking."""
    return nullcontext(lambda _done, _expected: None)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one attempt at a source ended: the worst status of its runs, or `off`, `later` (it died before and
    is not due yet), `failed` (a fault of the program). `is_dry`: it wrote no listings. `is_mailed`: a steward
    will hear of its changes."""

    status: str
    reports: Sequence[RunReport] = field(default=())
    message: str | None = None
    is_dry: bool = False
    is_mailed: bool = False


@dataclass(frozen=True, kw_only=True)
class How:
    """How a source is run. `apply`: bring changes in, whatever its mode. `accept_loss`: as `run_import`.
    `is_asked`: by a person, now; so also when it has just died for a second time."""

    apply: bool = False
    accept_loss: bool = False
    is_asked: bool = False
    clock: Clock = utc_now
    bar: Bar = no_bar


BY_ITSELF = How()
WORST_FIRST = ("broken", "implausible", "interrupted", "complete")


def run_source(instance: Instance, source_id: str, how: How = BY_ITSELF) -> Attempt:
    """Fetches a source and imports it, or in `notify` mode mails what it would change.

    Writes down how it went, and when it is due again, whatever happens; a fault of the program is logged and
    is an attempt that `failed`. Raises `SourceBroken` when somebody else is running the source.
    """
    with sources.source_lock(instance.database, source_id) as held:
        if not held:
            raise SourceBroken(Phrase(BUSY))
        found = _begin(instance, source_id, how)
        if isinstance(found, Attempt):
            return found
        setting, source = found
        try:
            attempt = _attempt(instance, setting, source, how)
        except DirectoryError as problem:
            attempt = Attempt(status="broken", message=str(problem))
        except Exception as problem:
            log.exception("source %s/%s: a fault of the program", source.importer, source.feed)
            attempt = Attempt(status="failed", message=type(problem).__name__)
        return _end(instance, setting, source, attempt, how)


def _begin(instance: Instance, source_id: str, how: How) -> tuple[SourceSetting, Source] | Attempt:
    """The settings to run by; or why there is nothing to run."""
    with instance.sessions.begin() as session:
        death = sources.bury(session, source_id, how.clock())
    if death != "none":
        bury_runs(instance.sessions, source_id)
    if death == "later" and not how.is_asked:
        return Attempt(status="later")
    with instance.sessions.begin() as session:
        if sources.begin(session, source_id, how.clock()) is None:
            return Attempt(status="off")
        return sources.find(session, source_id) or Attempt(status="off")


def _attempt(instance: Instance, setting: SourceSetting, source: Source, how: How) -> Attempt:
    chosen = importer(source.importer)
    feed = FeedSettings(
        feed=source.feed, timezone=setting.timezone, fellowship=setting.fellowship, as_of=setting.as_of
    )
    with how.bar(f"{chosen.title}: fetching") as tick:
        file = source_file(instance.settings, chosen, setting.address, feed, progress=tick)
    is_dry = setting.mode == "notify" and not how.apply
    with how.bar(chosen.title) as tick:
        reports = run_import(
            instance.sessions,
            chosen,
            file,
            gazetteer=instance.gazetteer,
            taxonomy=instance.taxonomy,
            geocoder=make_geocoder(instance.settings),
            now=how.clock(),
            dry_run=is_dry,
            accept_loss=how.accept_loss,
            progress=tick,
        )
    status = next(
        (each for each in WORST_FIRST if any(report.status == each for report in reports)), "broken"
    )
    warnings = [warning for report in reports if report.status != "complete" for warning in report.warnings]
    return Attempt(status=status, reports=reports, is_dry=is_dry, message=warnings[0] if warnings else None)


def _end(instance: Instance, setting: SourceSetting, source: Source, attempt: Attempt, how: How) -> Attempt:
    """Writes down the end, and puts the mail that goes with it into the outbox: both or neither."""
    with instance.sessions.begin() as session:
        mail = None
        if attempt.is_dry and setting.notify_to:
            last = sources.last_run(session, source.id)
            mail = change_notice(attempt.reports, to=setting.notify_to, title=source.name, last_run=last)
        is_mailed = put(session, mail, how.clock()) if mail else False
        failures = sources.end(
            session,
            source.id,
            status=attempt.status,
            message=attempt.message,
            runs=[] if attempt.is_dry else [each.run for each in attempt.reports],
            now=how.clock(),
        )
        if failures >= TOO_OFTEN and setting.notify_to:
            failing = failing_notice(
                importer=source.importer,
                feed=source.feed,
                to=setting.notify_to,
                failures=failures,
                message=attempt.message,
                last_good_at=setting.last_good_at,
            )
            put(session, failing, how.clock())
    return replace(attempt, is_mailed=is_mailed)


def run_due(instance: Instance, clock: Clock = utc_now) -> dict[str, Attempt]:
    """One round: every source that is due or asked for, one after the other, the index brought up to
    date after each. What goes wrong with one is logged and keeps none of the others waiting.

    Answers the attempts by source id; empty while another round runs.
    """
    done: dict[str, Attempt] = {}
    with held_alone(instance.database, "sources") as alone:
        if not alone:
            return done
        with instance.reading() as session:
            ids = sources.due(session, clock())
        for each in ids:
            try:
                done[each] = run_source(instance, each, How(clock=clock))
                if done[each].reports and not done[each].is_dry:
                    refresh_index(instance)
            except SourceBroken:  # somebody at a terminal runs it
                continue
            except Exception:
                log.exception("source %s could not be run", each)
    return done


def refresh_index(instance: Instance, progress: Progress | None = None) -> int:
    """Takes what was imported into the search index; answers how many listings it touched."""
    examples = instance.settings.examples
    return refresh(instance.reading, instance.search_engine, examples=examples, progress=progress)
