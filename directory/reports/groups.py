"""Tables by need, area, receiver, warmth or priority."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from directory.phrases import N_, Phrase
from directory.referrals.metric_rows import ReferralRow
from directory.referrals.outcomes import (
    attempts_until_connected,
    unmet_need,
)
from directory.referrals.reasons import Side, side_of
from directory.referrals.states import TERMINAL
from directory.reports import leaving
from directory.reports.cells import (
    COUNT_COLUMN,
    EVERYTHING,
    TIME_COLUMNS,
    Cell,
    Chart,
    Column,
    Line,
    ReportTable,
)
from directory.reports.figures import CAUTION, OUTCOMES, Figure, outcome_of
from directory.reports.maker import GROUP_ROWS, Maker

UNMET_ABOUT = N_(
    "Of those that ended 30 days ago or more: it ended for want of room or fit, or with no answer, and no "
    "later referral connected the person within 30 days."
)


def figure_by_group(maker: Maker, figure: Figure) -> ReportTable:
    """One figure for all, and for each group."""
    group = GROUP_ROWS[maker.by]
    columns = {"time": TIME_COLUMNS, "share": maker.share_columns(), "count": (COUNT_COLUMN,)}[figure.kind]
    chart: Chart = "spread" if figure.kind == "time" else "bars"
    lines = [
        maker.line(key, maker.cells(figure, rows), working=figure.working)
        for key, rows in maker.groups.items()
    ]
    return ReportTable(
        code="figure",
        title=Phrase(N_("%(figure)s, %(by)s"), {"figure": Phrase(figure.label), "by": Phrase(group.label)}),
        about=CAUTION if maker.by == "warmth" else figure.counts,
        rows_are=group.rows_are,
        names=group.names,
        columns=columns,
        lines=(Line("all", EVERYTHING, maker.cells(figure, maker.rows), working=figure.working), *lines),
        chart=chart,
        charted=0 if figure.kind == "count" else len(columns) - 1,
    )


def outcomes_by_group(maker: Maker) -> ReportTable:
    """Where referrals stand, for all and for each group: the one table whose counts leave as they are."""
    overall = Counter(outcome_of(row) for row in maker.rows)
    under: dict[str, str] = {each.code: each.code for each in OUTCOMES}
    if maker.leaves:
        under = leaving.join_small({each.code: overall[each.code] for each in OUTCOMES})
    codes = list(dict.fromkeys(under.values()))
    groups = maker.groups
    counts = [_counted(rows, under, codes) for rows in groups.values()]
    cells = leaving.guarded_counts(counts) if maker.leaves else [(*line, sum(line)) for line in counts]
    whole = _counted(maker.rows, under, codes)
    labels: dict[str, str] = {**{each.code: each.label for each in OUTCOMES}, leaving.OTHERS: N_("Any other")}
    group = GROUP_ROWS[maker.by]
    return ReportTable(
        code="outcomes",
        title=Phrase(N_("Where they stand, %(by)s"), {"by": Phrase(group.label)}),
        about=CAUTION if maker.by == "warmth" else "",
        rows_are=group.rows_are,
        names=group.names,
        columns=(*(Column(labels[code]) for code in codes), Column(N_("All"))),
        lines=(
            Line("all", EVERYTHING, (*whole, sum(whole))),
            *(maker.line(key, line) for key, line in zip(groups, cells, strict=True)),
        ),
    )


def _counted(rows: Iterable[ReferralRow], under: Mapping[str, str], codes: Sequence[str]) -> list[int]:
    found = Counter(under[outcome_of(row)] for row in rows)
    return [found[code] for code in codes]


def unmet(maker: Maker) -> ReportTable:
    """Needs for which nobody had room, or nobody answered, and nothing followed; for all and by group."""
    links = [_link(each) for each in maker.rows if each.continues_id] + maker.loaded.chain
    moment = maker.loaded.reporting.now

    def cells(rows: Sequence[ReferralRow]) -> tuple[Cell, ...]:
        own = {each.id for each in rows}
        found = unmet_need([*rows, *(each for each in links if each.id not in own)], moment)
        return leaving.share_cells(found, leaves=maker.leaves)

    lines = [maker.line(key, cells(rows)) for key, rows in maker.groups.items()]
    group = GROUP_ROWS[maker.by]
    title = N_("Need that was not met, %(by)s")
    columns = maker.share_columns()
    return ReportTable(
        code="unmet",
        title=Phrase(title, {"by": Phrase(group.label)}),
        about=UNMET_ABOUT,
        rows_are=group.rows_are,
        names=group.names,
        columns=columns,
        lines=(Line("all", EVERYTHING, cells(maker.rows)), *lines),
        chart="bars",
        charted=len(columns) - 1,
    )


def _link(row: ReferralRow) -> ReferralRow:
    """What a chain needs of a referral, and nothing that counts."""
    return ReferralRow(
        id=row.id, state=row.state, continues_id=row.continues_id, connected_at=row.connected_at
    )


def sides_by_group(maker: Maker) -> ReportTable:
    """On whose side it lay that referrals ended without the service, for all and by group."""
    group = GROUP_ROWS[maker.by]

    def cells(rows: Sequence[ReferralRow]) -> tuple[Cell, ...]:
        found = Counter(
            side_of(each.state, each.reason)
            for each in rows
            if each.state in TERMINAL and each.state != "completed"
        )
        return tuple(leaving.count_cell(found[side], leaves=maker.leaves) for side in get_args(Side))

    lines = [maker.line(key, cells(rows)) for key, rows in maker.groups.items()]
    return ReportTable(
        code="sides",
        title=Phrase(N_("Who ended it, %(by)s"), {"by": Phrase(group.label)}),
        about=N_("It is no blame: a hospital stay is on the person's side."),
        rows_are=group.rows_are,
        names=group.names,
        columns=(
            Column(N_("The person's side")),
            Column(N_("The provider's side")),
            Column(N_("Neither side")),
        ),
        lines=(Line("all", EVERYTHING, cells(maker.rows)), *lines),
    )


def attempts(maker: Maker) -> ReportTable:
    """How many referrals it took, need by need, until the person was connected."""
    connected = [each for each in maker.rows if each.connected_at is not None]
    people = Counter(need for each in connected for need in each.needs)
    found = attempts_until_connected([*maker.rows, *maker.loaded.chain])
    lines = [
        Line(
            need,
            need,
            (
                leaving.count_cell(people[need], leaves=maker.leaves),
                leaving.mean_cell(mean, people[need], leaves=maker.leaves),
            ),
        )
        for need, mean in found.items()
    ]
    return ReportTable(
        code="attempts",
        title=Phrase(N_("How many referrals it took")),
        about=N_("On average, until the person was connected; a new referral after one that failed counts."),
        rows_are=N_("Need"),
        names="need",
        columns=(Column(N_("Connected")), Column(N_("Referrals each"), "mean")),
        lines=tuple(lines),
    )
