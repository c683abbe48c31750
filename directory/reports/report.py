"""Reading a report: an agency's own, whole or guarded, and the network's, guarded always.

    report = agency_report(reading, Asked(period, by="need"))   # a session that only reads
    note_report(acting, "reports.agency", report)               # then, in a writing one

It reads for seconds where there is much, so whoever asks gives a session that holds no writer up, and writes
the line of the audit afterwards, before anything is shown.
"""

from collections.abc import Mapping
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


def agency_report(acting: Acting, asked: Asked, *, leaves: bool = False) -> Report:
    """The own agency's report; guarded when it `leaves` as a file. Needs `reports.agency`."""
    actor = need(acting.actor, "reports.agency")
    scope = Scope(actor.agency_id or "", asked.side)
    return _report(asked, load(acting.session, scope, asked.period, acting.now), leaves=leaves)


def network_report(acting: Acting, asked: Asked) -> Report:
    """The report on all agencies, always guarded. Needs `reports.network`."""
    need(acting.actor, "reports.network")
    return _report(asked, load(acting.session, Scope(None), asked.period, acting.now), leaves=True)


def note_report(acting: Acting, action: str, report: Report) -> None:
    """The line in the audit: how many rows the report was counted from."""
    acting.note(action, "referral", [], count=report.read)


def _report(asked: Asked, loaded: Loaded, *, leaves: bool) -> Report:
    maker = Maker(loaded, asked.group, leaves)
    rows, read = maker.rows, len(loaded.rows)
    if leaves and not leaving.enough(rows):
        return Report(asked, None, (), read)
    return Report(asked, len(rows), tuple(_tables(maker, asked)), read)


def _tables(maker: Maker, asked: Asked) -> list[ReportTable]:
    if not maker.rows:
        found = [whole.now(maker), *([whole.refused(maker)] if asked.side == "sender" else [])]
        return [each for each in found if each.lines]
    found = [
        whole.times(maker),
        whole.until_connected(maker),
        whole.shares(maker),
        whole.now(maker),
        groups.figure_by_group(maker, FIGURE[asked.figure_code]),
        groups.outcomes_by_group(maker),
        groups.sides_by_group(maker),
        *whole.why_ended(maker),
        whole.in_states(maker),
    ]
    if asked.side == "sender":
        found += [
            groups.unmet(maker),
            groups.attempts(maker),
            *whole.check_ins(maker),
            whole.refused(maker),
        ]
    return [each for each in found if each.lines]
