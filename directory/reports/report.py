"""Reading a report: an agency's own, whole or guarded, and the network's, guarded always.

    report = agency_report(reading, Asked(period, by="need"))   # a session that only reads
    note_report(acting, "reports.agency", report)               # then, in a writing one

It reads for seconds where there is much, so whoever asks gives a session that holds no writer up, and writes
the line of the audit afterwards, before anything is shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from directory.phrases import N_
from directory.referrals.acting import Acting, need
from directory.referrals.actors import ReferralSide
from directory.referrals.metrics import Group
from directory.reports import groups, leaving, whole
from directory.reports.cells import ReportTable
from directory.reports.figures import FIGURE, FIRST_FIGURE
from directory.reports.load import Loaded, Scope, load
from directory.reports.maker import Maker
from directory.reports.period import Period

SIDE_LABELS: Mapping[ReferralSide, str] = {
    "sender": N_("Referrals we sent"),
    "receiver": N_("Referrals we received"),
}
GROUPS_OF: Mapping[ReferralSide, tuple[Group, ...]] = {
    "sender": ("need", "area", "receiver", "warmth", "priority"),
    # what a person needs and where they live is for a receiver only as far as a consent goes, one by one
    "receiver": ("warmth", "priority"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is to be about. A grouping that the side does not have becomes its first; an unknown
    figure too."""

    period: Period
    side: ReferralSide = "sender"
    by: str = ""
    figure: str = ""

    @property
    def group(self) -> Group:
        """The grouping."""
        known = GROUPS_OF[self.side]
        return next((each for each in known if each == self.by), known[0])

    @property
    def figure_code(self) -> str:
        """The figure that is broken down."""
        return self.figure if self.figure in FIGURE else FIRST_FIGURE


@dataclass(frozen=True, slots=True)
class Report:
    """A report's tables, in the order of a page. `sent`: how many referrals it is about; None: too few to
    tell, and then there are no tables."""

    asked: Asked
    sent: int | None
    tables: tuple[ReportTable, ...]
    read: int
    """How many rows were read, for the audit."""

    def table(self, code: str) -> ReportTable | None:
        """The table of that code."""
        return next((each for each in self.tables if each.code == code), None)


def agency_report(acting: Acting, asked: Asked, *, file: str | None = None) -> Report:
    """The own agency's report; of a `file`, which leaves and so is guarded, that table alone. Needs
    `reports.agency`."""
    actor = need(acting.actor, "reports.agency")
    found = load(acting.session, Scope(actor.agency_id or "", asked.side), asked.period, acting.now)
    return build_report(asked, found, leaves=file is not None, only=file)


def network_report(acting: Acting, asked: Asked, *, file: str | None = None) -> Report:
    """The report on all agencies, always guarded; of a `file` that table alone. Needs `reports.network`."""
    need(acting.actor, "reports.network")
    found = load(acting.session, Scope(None), asked.period, acting.now)
    return build_report(asked, found, leaves=True, only=file)


def note_report(acting: Acting, action: str, report: Report) -> None:
    """The line in the audit: how many rows the report was counted from."""
    acting.note(action, "referral", [], count=report.read)


@dataclass(frozen=True, slots=True)
class TableRow:
    """Some tables of a report: their codes, and what builds them. `bare`: also where there is no referral."""

    codes: tuple[str, ...]
    build: Callable[[Maker, Asked], Iterable[ReportTable]]
    sender_only: bool = False
    bare: bool = False


TABLES: tuple[TableRow, ...] = (
    TableRow(("times",), lambda maker, _: [whole.times(maker)]),
    TableRow(("until-connected",), lambda maker, _: [whole.until_connected(maker)]),
    TableRow(("shares",), lambda maker, _: [whole.shares(maker)]),
    TableRow(("now",), lambda maker, _: [whole.now(maker)], bare=True),
    TableRow(("figure",), lambda maker, asked: [groups.figure_by_group(maker, FIGURE[asked.figure_code])]),
    TableRow(("outcomes",), lambda maker, _: [groups.outcomes_by_group(maker)]),
    TableRow(("sides",), lambda maker, _: [groups.sides_by_group(maker)]),
    TableRow(whole.ENDED_CODES, lambda maker, _: whole.why_ended(maker)),
    TableRow(("states",), lambda maker, _: [whole.in_states(maker)]),
    TableRow(("unmet",), lambda maker, _: [groups.unmet(maker)], sender_only=True),
    TableRow(("attempts",), lambda maker, _: [groups.attempts(maker)], sender_only=True),
    TableRow(whole.CHECK_IN_CODES, lambda maker, _: whole.check_ins(maker), sender_only=True),
    TableRow(("refused",), lambda maker, _: [whole.refused(maker)], sender_only=True, bare=True),
)
"""In the order of a page. None depends on another, so that a file needs its own alone."""


def build_report(asked: Asked, loaded: Loaded, *, leaves: bool, only: str | None = None) -> Report:
    """The tables of what was loaded, guarded when they leave; `only` the one of that code."""
    maker = Maker(loaded, asked.group, leaves)
    rows = maker.rows
    if leaves and not leaving.enough(rows):
        return Report(asked, None, (), len(rows))
    return Report(asked, len(rows), tuple(_tables(maker, asked, only)), len(rows))


def _tables(maker: Maker, asked: Asked, only: str | None) -> Iterator[ReportTable]:
    for row in TABLES:
        is_wanted = only is None or only in row.codes
        is_told = (asked.side == "sender" or not row.sender_only) and (bool(maker.rows) or row.bare)
        if is_wanted and is_told:
            yield from (each for each in row.build(maker, asked) if each.lines)
