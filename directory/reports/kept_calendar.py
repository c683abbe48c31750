"""A receiver's calendar, for those who ask for the same days a hundred thousand times."""

import datetime as dt
from dataclasses import dataclass, field

from directory.referrals.business_time import BusinessCalendar


@dataclass(frozen=True)
class KeptCalendar(BusinessCalendar):
    """A calendar that works out each day's hours once: a report asks for the same days again and again."""

    known: dict[int, list[tuple[dt.datetime, dt.datetime]]] = field(default_factory=dict, compare=False)

    def spans(self, day: int) -> list[tuple[dt.datetime, dt.datetime]]:
        """As the calendar has them."""
        if day not in self.known:
            self.known[day] = super().spans(day)
        return self.known[day]
