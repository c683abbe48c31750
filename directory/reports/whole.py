"""Tables over all referrals of a report."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from directory.phrases import N_, Phrase
from directory.referrals import check_in_rows
from directory.referrals.decision import REFUSALS, refusal_phrase
from directory.referrals.metrics import reasons
from directory.referrals.outcomes import (
    check_in_shares,
    refusals_by_code,
    stale_capacity_count,
)
from directory.referrals.reasons import Side, reason_label, side_of
from directory.referrals.states import STATES, State
from directory.reports import leaving
from directory.reports.cells import (
    COUNT_COLUMN,
    NOT_SAID,
    TIME_COLUMNS,
    Column,
    Line,
    ReportTable,
)
from directory.reports.figures import FIGURES
from directory.reports.maker import Maker

BINS: tuple[tuple[str, str, int], ...] = (
    ("3", N_("Within 3 days"), 3),
    ("7", N_("4 to 7 days"), 7),
    ("14", N_("8 to 14 days"), 14),
    ("30", N_("15 to 30 days"), 30),
    ("later", N_("Later"), 10**6),
)
"""Of the time until a person was connected: code, label, up to how many days."""
_SIDES: Mapping[Side, tuple[str, str]] = {
    "client": ("reasons-person", N_("Why it ended: on the person's side")),
    "provider": ("reasons-provider", N_("Why it ended: on the provider's side")),
    "neither": ("reasons-neither", N_("Why it ended: on neither side")),
}


ENDED_CODES = tuple(code for code, _ in _SIDES.values())
CHECK_IN_CODES = tuple(f"check-in-{days}" for days in check_in_rows.DAYS)


def times(maker: Maker) -> ReportTable:
    """Every time, over all referrals."""
    return ReportTable(
        code="times",
        title=Phrase(N_("How long it takes")),
        about=N_("Those still open count as longer than all others, so nothing looks quicker than it is."),
        rows_are=N_("Time"),
        columns=TIME_COLUMNS,
        lines=_figure_lines(maker, "time"),
        chart="spread",
    )


def shares(maker: Maker) -> ReportTable:
    """Every share, over all referrals."""
    lines = _figure_lines(maker, "share")
    return maker.share_table("shares", N_("How many get there"), N_("Step"), lines)


def _figure_lines(maker: Maker, kind: str) -> tuple[Line, ...]:
    rows = maker.rows
    return tuple(
        Line(each.code, Phrase(each.label), maker.cells(each, rows), each.counts, each.working)
        for each in FIGURES
        if each.kind == kind
    )


def now(maker: Maker) -> ReportTable:
    """Counts of what is so today."""
    moment = maker.loaded.reporting.now
    stale = stale_capacity_count(maker.loaded.capacity, moment)
    lines = (
        *_figure_lines(maker, "count"),
        # says nothing about a person, so it is never hidden
        Line(
            "capacity",
            Phrase(N_("Statements of room")),
            (stale,),
            N_("Older than seven days, so shown to nobody as true."),
        ),
    )
    return ReportTable(
        code="now",
        title=Phrase(N_("Today")),
        rows_are=N_("What"),
        columns=(Column(N_("How many")),),
        lines=lines,
    )


def until_connected(maker: Maker) -> ReportTable:
    """How long it took until people were connected, in bins."""
    counted: Counter[str] = Counter()
    for row in maker.rows:
        if row.connected_at is not None and row.sent_at is not None:
            taken = row.connected_at - row.sent_at
            counted[next(code for code, _, most in BINS if taken <= dt.timedelta(days=most))] += 1
    lines = [
        Line(code, Phrase(label), (leaving.count_cell(counted[code], leaves=maker.leaves),))
        for code, label, _ in BINS
    ]
    return ReportTable(
        code="until-connected",
        title=Phrase(N_("Time until people were connected")),
        rows_are=N_("After"),
        columns=(COUNT_COLUMN,),
        lines=tuple(lines),
        chart="bars",
    )


def in_states(maker: Maker) -> ReportTable:
    """How long referrals stay in each state."""
    found = maker.loaded.in_states
    lines = (
        Line(code, Phrase(STATES[code].label), leaving.time_cells(found[code], leaves=maker.leaves))
        for code in STATES
        if code in found
    )
    return ReportTable(
        code="states",
        title=Phrase(N_("Time in each state")),
        rows_are=N_("State"),
        columns=TIME_COLUMNS,
        lines=tuple(lines),
        chart="spread",
    )


def why_ended(maker: Maker) -> tuple[ReportTable, ...]:
    """Reasons, the person's side and the provider's apart."""
    by_side: dict[Side, list[tuple[State, str, int]]] = {side: [] for side in _SIDES}
    for (state, reason), count in reasons(maker.rows).items():
        ending = _state(state)
        if ending != "completed":
            by_side[side_of(ending, reason)].append((ending, reason, count))
    return tuple(
        ReportTable(
            code=_SIDES[side][0],
            title=Phrase(_SIDES[side][1]),
            rows_are=N_("Reason"),
            columns=(COUNT_COLUMN,),
            lines=tuple(_reason_line(*each, leaves=maker.leaves) for each in found),
            chart="bars",
        )
        for side, found in by_side.items()
        if found
    )


def _state(state: str) -> State:
    return next(each for each in STATES if each == state)


def _reason_line(state: State, reason: str, count: int, *, leaves: bool) -> Line:
    label = NOT_SAID if reason == "none" else reason_label(state, reason)
    if state == "expired":
        label = Phrase(N_("No answer came in time."))
    cell = leaving.count_cell(count, leaves=leaves)
    return Line(f"{state}.{reason}", label, (cell,), STATES[state].label)


# --- what people say later, and what the gate said ----------------------------------------------------


def check_ins(maker: Maker) -> tuple[ReportTable, ...]:
    """How people are, 30 and 90 days on: a table for each, where anybody was asked."""
    return tuple(
        _check_in(maker, days) for days in check_in_rows.DAYS if maker.loaded.check_ins.asked.get(days)
    )


def _check_in(maker: Maker, days: int) -> ReportTable:
    known, leaves = maker.loaded.check_ins, maker.leaves
    asked = known.asked.get(days, 0)
    found = check_in_shares(known.answered, days)
    lines = []
    for question, text in check_in_rows.QUESTIONS.items():
        told = found[question]
        cells = (
            leaving.count_cell(told.part, leaves=leaves),
            leaving.count_cell(told.whole - told.part, leaves=leaves),
            leaving.count_cell(asked - told.whole, leaves=leaves),
            leaving.share_cell(told, leaves=leaves),
        )
        lines.append(Line(question, Phrase(text), cells))
    return ReportTable(
        code=f"check-in-{days}",
        title=Phrase(N_("How people are after %(num)s days"), {"num": days}),
        about=N_("Only people who agreed to be asked. The share is of those who answered."),
        rows_are=N_("Question"),
        columns=(
            Column(N_("Yes")),
            Column(N_("No")),
            Column(N_("No answer")),
            Column(N_("Share of yes"), "share"),
        ),
        lines=tuple(lines),
        chart="bars",
        charted=3,
    )


def refused(maker: Maker) -> ReportTable:
    """How often the consent gate said no, by why."""
    found = refusals_by_code(maker.loaded.refused)
    lines = [
        Line(code, _refusal(code), (leaving.count_cell(count, leaves=maker.leaves),))
        for code, count in found.items()
    ]
    return ReportTable(
        code="refused",
        title=Phrase(N_("When consent stopped a referral")),
        about=N_("Every try that was stopped counts, also several for one referral."),
        rows_are=N_("Why"),
        columns=(Column(N_("How many")),),
        lines=tuple(lines),
        chart="bars",
    )


def _refusal(code: str) -> Phrase | str:
    return refusal_phrase(code, "…") if code in REFUSALS else code
