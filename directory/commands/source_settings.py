"""Settings of a source as a person types them: read, checked, taken over."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from directory.errors import QueryInvalid, SourceBroken
from directory.intake.schedule import read_every
from directory.intake.tables import SourceSetting
from directory.listings.needs import Taxonomy
from directory.listings.record import Code
from directory.mail.message import check_address
from directory.operations.fetching import OF_THE_FILE, is_url
from directory.phrases import Phrase
from importers.fetch import Fetcher


@dataclass(frozen=True, kw_only=True)
class Given:
    """Settings as they were typed; None: not at all; empty: cleared."""

    address: str | None = None
    every: str | None = None
    mode: str | None = None
    notify: str | None = None
    timezone: str | None = None
    fellowship: str | None = None
    as_of: str | None = None


def take(needs: Taxonomy, setting: SourceSetting, given: Given) -> None:
    """Takes over what was typed. Raises `QueryInvalid` for what makes no sense, and then changes nothing that
    is committed."""
    if given.address is not None:
        setting.address = _address(given.address)
    if given.every is not None:
        setting.every_hours = read_every(given.every)
    if given.mode is not None:
        setting.mode = given.mode
    checks: dict[str, Callable[[str], None]] = {
        "timezone": _check_zone,
        "fellowship": lambda text: _check_fellowship(needs, text),
        "as_of": _check_as_of,
    }
    for name, check in checks.items():
        if (text := getattr(given, name)) is not None:
            if text:
                check(text)
            setattr(setting, name, text or None)
    if given.notify is not None:
        if given.notify:
            check_address(given.notify)
        setting.notify_to = given.notify or None
    if setting.mode == "notify" and not setting.notify_to:
        raise _wrong("notify", Phrase("Say whom to tell: --notify steward@example.org."))


def _wrong(name: str, told: Phrase) -> QueryInvalid:
    return QueryInvalid(told, {name: [told]})


def _address(text: str) -> str:
    if is_url(text):
        try:
            Fetcher().check(text)
        except SourceBroken as problem:
            raise _wrong("address", problem.phrase) from None
        return text
    path = Path(text).resolve()
    if not path.exists():
        raise _wrong("address", Phrase("There is no file %(path)s.", {"path": text}))
    return str(path)


def _check_zone(text: str) -> None:
    if text not in zoneinfo.available_timezones():
        raise _wrong("timezone", Phrase("There is no time zone called %(name)s.", {"name": text}))


def _check_fellowship(needs: Taxonomy, text: str) -> None:
    if not needs.derive([Code("fellowship", text)]).needs:
        raise _wrong("fellowship", Phrase("There is no fellowship called %(name)s.", {"name": text}))


def _check_as_of(text: str) -> None:
    if text == OF_THE_FILE:
        return
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        told = Phrase("%(text)s is no date such as 2026-10-31, nor the word file.", {"text": text})
        raise _wrong("as-of", told) from None
