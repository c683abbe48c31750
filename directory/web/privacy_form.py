"""What a privacy officer asks of the audit, from the address; and its files."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response
from werkzeug.datastructures import MultiDict

from directory.csv_cells import csv_text
from directory.phrases import N_
from directory.referrals.accounting import DisclosureRecord
from directory.referrals.audit_reading import AuditLine, AuditQuery
from directory.referrals.consent_record import PURPOSES
from directory.referrals.decision import BASES
from directory.referrals.information import categories_phrase
from directory.web.language import gettext, say
from directory.web.referral_words import CHANNEL_WORDS
from directory.web.work import key_of, read_day, unread, zone

DAYS = 31
"""How far back the audit is shown unless days are given."""
FILTERS = ("since", "until", "person", "action", "object")
AUDIT_COLUMNS = (
    "line",
    "at",
    "user_id",
    "role",
    "action",
    "outcome",
    "object_kind",
    "object_ids",
    "count",
    "channel",
    "request_id",
    "hash",
)
ACCOUNTING_COLUMNS = (
    N_("When"),
    N_("Who got it"),
    N_("What they got"),
    N_("What for"),
    N_("It rests on"),
    N_("How"),
    N_("Referral"),
    N_("Consent"),
)


def read_audit_query(given: MultiDict[str, str], now: dt.datetime) -> AuditQuery:
    """Days are the agency's; the last day is included. Raises `QueryInvalid`."""
    here = now.astimezone(zone())
    until = read_day(given.get("until", ""), "until") or here.date()
    since = read_day(given.get("since", ""), "since") or until - dt.timedelta(days=DAYS - 1)
    return AuditQuery(
        since=_begin(since),
        until=_begin(until + dt.timedelta(days=1)),
        user_id=key_of(given.get("person")),
        action=given.get("action", "").strip(),
        object_id=given.get("object", "").strip(),
    )


def _begin(day: dt.date) -> dt.datetime:
    """When a day begins."""
    return dt.datetime.combine(day, dt.time(), zone())


def requested_at(given: MultiDict[str, str], now: dt.datetime) -> dt.datetime:
    """When the person asked in writing: the day typed, else now; in the agency's zone. Raises
    `QueryInvalid`."""
    day = read_day(given.get("asked_on", ""), "asked_on")
    here = now.astimezone(zone())
    if day is None or day == here.date():
        return here
    if day > here.date():
        raise unread("asked_on", N_("That day has not come yet."))
    return _begin(day) + dt.timedelta(hours=24) - dt.timedelta(microseconds=1)


def as_file(name: str, text: str) -> Response:
    """A CSV file to keep."""
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def audit_file(lines: Iterable[AuditLine]) -> str:
    """Codes and ids, in the columns of the table itself."""
    rows = (
        (
            each.seq,
            each.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            each.user_id,
            each.role,
            each.action,
            each.outcome,
            each.object_kind,
            " ".join(each.object_ids),
            each.count,
            each.channel,
            each.request_id,
            each.hash,
        )
        for each in lines
    )
    return csv_text(AUDIT_COLUMNS, rows)


def accounting_file(found: Iterable[DisclosureRecord]) -> str:
    """Who received what, in the language of the page; moments by the agency's clock."""
    rows = (
        (
            each.at.astimezone(zone()).isoformat(timespec="minutes"),
            each.recipient_name,
            say(categories_phrase(each.categories)),
            _word(PURPOSES, each.purpose),
            _word(BASES, each.basis),
            _word(CHANNEL_WORDS, each.channel),
            each.referral_id,
            each.consent_id,
        )
        for each in found
    )
    return csv_text([gettext(each) for each in ACCOUNTING_COLUMNS], rows)


def _word(words: Mapping[Any, str], code: str) -> str:
    return gettext(words[code]) if code in words else code
