"""What a listing page shows of a document, worked out and put into words."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten
from typing import Any

from directory.listings import hours
from directory.listings.codes import codes_by_category
from directory.listings.freshness import capacities_now
from directory.listings.needs import Taxonomy
from directory.listings.record import Code, Schedule
from directory.listings.wall_clock import zone_named
from directory.web import wording
from directory.web.language import day_text, gettext, language, moment_text, say, time_text, weekday_text

LONGEST_SUMMARY = 160
"""Characters of a summary that search engines show."""


@dataclass(frozen=True)
class ListingPage:
    """One listing at one moment (`now`, aware). Everything is text for people unless said."""

    document: dict[str, Any]
    taxonomy: Taxonomy
    now: dt.datetime

    cost = staticmethod(wording.cost_text)

    @cached_property
    def schedules(self) -> list[Schedule]:
        """As the store keeps them, typed."""
        return [hours.read_schedule(each) for each in self.document["schedules"]]

    @property
    def is_meeting(self) -> bool:
        """It happens at certain times, rather than being open."""
        return self.document["kind"] == "peer_group" or self.document["attendance"] is not None

    @property
    def what(self) -> str:
        """What it is, in a line; for a meeting, also how one takes part."""
        codes = wording.in_short(self.taxonomy, self.document["needs"])
        names = ", ".join(wording.labels(self.taxonomy, codes))
        text = names or gettext(wording.KIND_NAMES[self.document["kind"]])
        attendance = self.document["attendance"]
        return f"{text} · {gettext(wording.ATTENDANCE[attendance])}" if attendance else text

    @property
    def summary(self) -> str:
        """What it is, where and what it does, in a line for search engines."""
        address = self.document["address"] or {}
        where = ", ".join(address[part] for part in ("city", "state_province") if address.get(part))
        told = " ".join((self.document["description"] or "").split())
        parts = [" · ".join(each for each in (self.what, where) if each), told]
        return shorten(". ".join(each for each in parts if each), LONGEST_SUMMARY, placeholder="…")

    @cached_property
    def needs(self) -> list[str]:
        """What it is, without what follows from that."""
        return wording.labels(self.taxonomy, wording.most_exact(self.taxonomy, self.document["needs"]))

    @cached_property
    def also(self) -> list[str]:
        """What it offers to its own clients."""
        return wording.labels(self.taxonomy, wording.most_exact(self.taxonomy, self.document["also"]))

    @cached_property
    def filters(self) -> list[tuple[str, str]]:
        """(group, its filters) of what is no need too, in the order of the groups."""
        held = set(self.document["filters"]) - set(self.document["needs"])
        found = [
            (group.labels[language()], [code for code in group.facets if code in held])
            for group in self.taxonomy.groups
        ]
        return [(name, ", ".join(wording.labels(self.taxonomy, codes))) for name, codes in found if codes]

    @property
    def ages(self) -> str:
        """Whom it serves by age."""
        return wording.ages_text(self.document["minimum_age"], self.document["maximum_age"])

    @property
    def next_steps(self) -> bool:
        """Whether anything is known of how to get in."""
        known = ("application_process", "eligibility", "wait_time", "documents", "minimum_age", "maximum_age")
        return any(self.document[name] for name in known)

    @property
    def site(self) -> str:
        """The host of its website."""
        return wording.site_name(self.document["website"])

    @property
    def address(self) -> list[str]:
        """Its address in lines."""
        return wording.address_lines(self.document["address"])

    @property
    def placed(self) -> str:
        """What is said when its coordinates are not exact."""
        sentence = wording.PLACED.get(self.document["location_precision"])
        return gettext(sentence) if sentence else ""

    @property
    def maps(self) -> list[tuple[str, str]]:
        """(name, address) of maps that show the way."""
        return wording.maps(self.document)

    @property
    def areas(self) -> list[str]:
        """Where people must be to be served."""
        return list(self.document["area_names"] or wording.area_names(self.document["areas"]))

    @property
    def virtual(self) -> str:
        """Where the same service is also given by video."""
        areas = ", ".join(wording.area_names((self.document["virtual"] or {}).get("areas", ())))
        if not areas:
            return gettext("Also by phone or video")
        return gettext("Also by phone or video in %(areas)s", areas=areas)

    @cached_property
    def _state(self) -> hours.OpenState:
        return hours.open_state(self.schedules, self.now)

    @property
    def open_state(self) -> str:
        """`open`, `closed` or `unknown`; empty where only care around the clock is known."""
        return "" if self._is_day_and_night else self._state.state

    @property
    def _is_day_and_night(self) -> bool:
        return self._state.state == "unknown" and bool(self.document["around_the_clock"])

    @property
    def open_text(self) -> str:
        """Open now, opens at…, call for hours: the words of a result card (`search.results.open_words`)."""
        if self.document["status"] == "temporarily closed":
            return gettext("Closed for now")
        if self._is_day_and_night:
            return gettext("24-hour care · call for admission hours")
        return say(hours.wording(self._state, self.now, time_text, day_text))

    @cached_property
    def _next(self) -> hours.Occurrence | None:
        return hours.next_meeting(self.schedules, self.now) if self.is_meeting else None

    @property
    def next_meeting(self) -> str:
        """When it meets next, at the place's own time; empty when unknown."""
        return moment_text(self._next.starts) if self._next else ""

    @property
    def week(self) -> list[tuple[str, str, bool]]:
        """(weekday, times, is it today) of a plain week; days without times are left out of meetings."""
        zone = zone_named(self.document["timezone"]) if self.document["timezone"] else None
        today = self.now.astimezone(zone).date()
        return [
            (
                weekday_text(row.weekday),
                self._times(row),
                zone is not None and today.isoweekday() % 7 == row.weekday,
            )
            for row in hours.week_table(self.schedules, today=today)
            if row.intervals or not self.is_meeting
        ]

    @staticmethod
    def _times(row: hours.WeekRow) -> str:
        if not row.intervals:
            return gettext("Closed")
        return ", ".join(
            say(hours.interval_wording(opens, closes, time_text)) for opens, closes in row.intervals
        )

    @property
    def week_caption(self) -> str:
        """Whose clock the times are."""
        zone = self.document["timezone"]
        return (
            gettext("Local time (%(zone)s)", zone=zone.rpartition("/")[2].replace("_", " "))
            if zone
            else gettext("Local time")
        )

    @property
    def hour_notes(self) -> list[str]:
        """What no week can show, then what the source says in its own words."""
        lines = hours.calendar_lines(
            self.schedules, today=self.now.date(), format_time=time_text, format_date=day_text
        )
        words = [text for each in self.schedules for text in (each.description, each.notes) if text]
        return [*map(say, lines), *dict.fromkeys(words)]

    @property
    def calendar(self) -> str:
        """Address of its calendar file; empty when no meeting is to come."""
        return f"/listings/{self.document['id']}.ics" if self._next else ""

    @cached_property
    def capacity(self) -> list[tuple[str, str]]:
        """How much room there is as far as that is known, and when it was said."""
        return [wording.capacity_text(each) for each in capacities_now(self.document["capacity"], self.now)]

    @property
    def edited(self) -> str | None:
        """The day on which stewards last changed it (ISO)."""
        return max((each["at"] for each in self.document["source"]["edited"]), default=None)

    @property
    def also_from(self) -> list[str]:
        """Further sources that list it."""
        return [each["name"] for each in self.document["also_from"]]

    @property
    def codes(self) -> list[tuple[str, list[str]]]:
        """(group, names) of everything the source says by codes."""
        known = [Code(scheme, value) for scheme, values in self.document["codes"].items() for value in values]
        return [(gettext(words), names) for words, names in codes_by_category(known, language())]
