"""Was it a breach, who has to be told, by when: the breach rule of HIPAA (45 CFR 164.400-414), which holds
for Part 2 programs as well (42 CFR 2.16(b)).

An incident counts as a breach unless all four factors of 164.402(2) are low, each with a written sentence.
Until that is written the clocks run as for a breach, and a number of people that is not known counts as 500
or more. This is no legal advice; a state's law may ask for more, and sooner.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from directory.phrases import N_
from directory.referrals.bases import reason_given

WITHIN = dt.timedelta(days=60)
"""After discovery (164.404(b), 164.406(b)) or after the end of the year (164.408(c)); the last day counts."""
MANY = 500
"""From so many people on HHS is told together with them (164.408(b))."""

KINDS: Mapping[str, str] = {
    "sent_wrong": N_("Sent to the wrong person or place"),
    "looked": N_("Someone looked who had no reason to"),
    "lost": N_("A device or paper was lost or stolen"),
    "outside": N_("Someone broke into a system"),
    "other": N_("Something else"),
}
"""Kind of incident to its label (message id)."""

RECIPIENTS: Mapping[str, str] = {
    "people": N_("The people it is about"),
    "hhs": N_("The Department of Health and Human Services (HHS)"),
    "media": N_("Newspapers or stations of a state"),
    "state": N_("An office of a state"),
}
"""Who can be told to their label (message id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One of the four; `question` and `hint` are message ids."""

    code: str
    question: str
    hint: str


FACTORS = (
    Factor(
        code="nature",
        question=N_("What information was it, and how much?"),
        hint=N_("Could it tell who the person is? Does it say what care they get?"),
    ),
    Factor(
        code="recipient",
        question=N_("Who used it or received it?"),
        hint=N_("For instance someone who has to keep it private as well, or a stranger."),
    ),
    Factor(
        code="acquired",
        question=N_("Was it taken or seen?"),
        hint=N_("For instance: the letter came back unopened, or the record shows that nobody opened it."),
    ),
    Factor(
        code="mitigated",
        question=N_("What was done to make the risk smaller?"),
        hint=N_("For instance: it was sent back, or they promised in writing to delete it."),
    ),
)
"""45 CFR 164.402(2)(i)-(iv), in its order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One factor as it was judged. `is_low` is None where nobody said."""

    is_low: bool | None
    words: str

    @property
    def is_whole(self) -> bool:
        """Is it answered, with a sentence?"""
        return self.is_low is not None and reason_given(self.words)


Assessment = Mapping[str, Judged]
"""Code of a factor to how it was judged."""


def is_low_risk(assessment: Assessment) -> bool:
    """A low probability that the information was compromised: all four factors low, and written."""
    judged = [assessment.get(each.code) for each in FACTORS]
    return all(each is not None and each.is_whole and each.is_low for each in judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """What the clocks go by. `notices`: code of a recipient to the first day they were told."""

    discovered_on: dt.date
    people_count: int | None = None
    assessed_on: dt.date | None = None
    is_low: bool = False
    """What the newest assessment came to; False where there is none."""
    notices: Mapping[str, dt.date] = field(default_factory=dict)


Deed = Literal["assess", "people", "hhs"]
DEEDS: Mapping[Deed, str] = {
    "assess": N_("Judge the risk"),
    "people": N_("Tell the people it is about"),
    "hhs": N_("Tell the Department of Health and Human Services (HHS)"),
}
"""What can be due to its label (message id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One thing that is due: by the end of which day, done on which day, and whether it is, or was, late."""

    deed: Deed
    due_on: dt.date
    done_on: dt.date | None
    is_late: bool


def clocks(incident: IncidentFacts, today: dt.date) -> tuple[Clock, ...]:
    """What is due for that incident, done or not; after an assessment of low risk no notice is."""

    def clock(deed: Deed, due_on: dt.date, done_on: dt.date | None) -> Clock:
        return Clock(deed=deed, due_on=due_on, done_on=done_on, is_late=(done_on or today) > due_on)

    last_day = incident.discovered_on + WITHIN
    assess = clock("assess", last_day, incident.assessed_on)
    if incident.is_low:
        return (assess,)
    told = incident.notices
    return (
        assess,
        clock("people", last_day, told.get("people")),
        clock("hhs", hhs_due_on(incident), told.get("hhs")),
    )


def hhs_due_on(incident: IncidentFacts) -> dt.date:
    """The last day to tell HHS: about many together with the people, about fewer once a year."""
    if incident.people_count is None or incident.people_count >= MANY:
        last_day = incident.discovered_on + WITHIN
        return min(last_day, incident.notices.get("people", last_day))
    return dt.date(incident.discovered_on.year, 12, 31) + WITHIN


def asks_for_media(incident: IncidentFacts) -> bool:
    """Could more than 500 of them live in one state, whose media are then to be told (164.406)?"""
    return not incident.is_low and (incident.people_count is None or incident.people_count > MANY)


def may_close(incident: IncidentFacts, due: Sequence[Clock]) -> bool:
    """Assessed, nothing open, and, for a breach, known how many people it is about."""
    is_told = all(each.done_on is not None for each in due)
    return is_told and (incident.is_low or incident.people_count is not None)
