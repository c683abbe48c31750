"""What reports are counted from, and how a time or a share is summed up: always with n and what is still
open."""

import datetime as dt
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from directory.referrals.handoffs import Warmth
from directory.referrals.states import Priority, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRow:
    """One referral as reports see it: no client, no names. Moments are aware; `area` is what it is reported
    under.

    `first_visit` is what came of the first appointment (`cancelled`: by the provider, it counts neither way).
    `follow_ups_in_time` counts completed handoffs followed up within 72 h. `closed_by_person`: not by a
    clock.
    """

    id: str
    state: State
    receiver_id: str = ""
    needs: tuple[str, ...] = ()
    area: str = ""
    priority: Priority = "routine"
    sent_at: dt.datetime | None = None
    responded_at: dt.datetime | None = None
    accepted_at: dt.datetime | None = None
    first_contact_at: dt.datetime | None = None
    ever_scheduled: bool = False
    first_visit: Literal["attended", "no_show", "cancelled"] | None = None
    connected_at: dt.datetime | None = None
    further_services: tuple[dt.datetime, ...] = ()
    closed_at: dt.datetime | None = None
    closed_by_person: bool = True
    reason: str | None = None
    warmth: Warmth = "cold"
    handoffs_completed: int = 0
    handoffs_met: int = 0
    follow_ups_in_time: int = 0
    continues_id: str | None = None
    last_event_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A time, summed up. `n` counts those with a time and those still open; times are in hours.

    Those still open count as longer than all others, so that leaving them out makes nothing look quicker:
    `median` or `p90` is None when it is not reached yet, or when n is 0.
    """

    n: int
    median_hours: float | None
    p90_hours: float | None
    open_share: float | None

    @classmethod
    def of(cls, taken: Iterable[dt.timedelta], still_open: int) -> "Measure":
        """Sums up the times `taken` and the number of those that are still open."""
        hours: list[float] = sorted(each.total_seconds() / 3600 for each in taken)
        hours += [math.inf] * still_open
        if not hours:
            return cls(0, None, None, None)
        middle = statistics.median(hours)
        # nearest rank: a value that occurred, so that few referrals invent none
        ninth = hours[math.ceil(0.9 * len(hours)) - 1]
        return cls(len(hours), _reached(middle), _reached(ninth), still_open / len(hours))


def _reached(hours: float) -> float | None:
    return hours if math.isfinite(hours) else None


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @classmethod
    def of(cls, hits: Sequence[bool]) -> "Share":
        """How many of these are so."""
        return cls(sum(hits), len(hits))
