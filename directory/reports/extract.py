"""Rows of an agency's referrals for forms outside: HMIS 4.20 and California's closed-loop report.

They say nothing of who a person is: no name, no id of a client. They hold days and one line per referral, so
they stay in hands that may see such; small counts are not what they are about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select

from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.extracts import (
    CLOSED_LOOP_COLUMNS,
    HMIS_COLUMNS,
    ExtractRow,
    closed_loop_row,
    hmis_row,
    is_reported,
)
from directory.referrals.tables import Referral, ReferralEvent
from directory.reports.load import AT_ONCE, Scope
from directory.reports.report import Asked


@dataclass(frozen=True, slots=True)
class ExtractForm:
    """One form: its columns, and how a referral becomes a line of it."""

    label: str
    columns: tuple[str, ...]
    line: Callable[[ExtractRow, ZoneInfo], Mapping[str, str | Phrase]]


EXTRACTS: Mapping[str, ExtractForm] = {
    "hmis": ExtractForm(N_("HMIS 4.20, Coordinated Entry events"), HMIS_COLUMNS, hmis_row),
    "closed-loop": ExtractForm(
        N_("Closed-loop referrals (California DHCS)"), CLOSED_LOOP_COLUMNS, closed_loop_row
    ),
}


def extract(acting: Acting, form: ExtractForm, asked: Asked) -> list[Sequence[str | Phrase]]:
    """The lines of the referrals that the own agency sent, or received, in the period. Needs
    `exports.deidentified`."""
    actor = need(acting.actor, "exports.deidentified")
    scope = Scope(actor.agency_id or "", asked.side)
    rows = _rows(acting, scope, asked)
    return [tuple(form.line(row, asked.period.zone).values()) for row in rows if is_reported(row)]


def note_extract(acting: Acting, code: str, count: int) -> None:
    """The line in the audit: which form left, and how many lines it had."""
    acting.note(f"export.{code.replace('-', '_')}", "referral", [], count=count)


def _rows(acting: Acting, scope: Scope, asked: Asked) -> Iterator[ExtractRow]:
    one, line = Referral, ReferralEvent
    wanted = and_(scope.where(), one.sent_at >= asked.period.start, one.sent_at < asked.period.end)
    moved = (
        select(line.referral_id, func.max(line.at).label("at"))
        .join(one, one.id == line.referral_id)
        .where(wanted, line.from_status != line.to_status)
        .group_by(line.referral_id)
        .subquery()
    )
    query = (
        select(
            one.id,
            one.status,
            one.sent_at,
            moved.c.at,
            one.accepted_at,
            one.connected_at,
            one.closed_at,
            one.reason,
        )
        .outerjoin(moved, moved.c.referral_id == one.id)
        .where(wanted)
        .order_by(one.sent_at, one.id)
    )
    for row in acting.session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield ExtractRow(
            id=row.id,
            state=row.status,
            sent_at=row.sent_at,
            state_since=row.at or row.sent_at,
            accepted_at=row.accepted_at,
            connected_at=row.connected_at,
            closed_at=row.closed_at,
            reason=row.reason,
        )
