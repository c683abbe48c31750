"""Meetings as an iCalendar file (RFC 5545): one repeating event per schedule, in the meeting's own zone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from icalendar import Calendar, Event, vRecur

from directory.listings import hours
from directory.listings.record import Schedule
from directory.web.wording import address_line

LENGTH = dt.timedelta(hours=1)
"""How long a meeting is shown that states no end."""
PRODUCT = "-//Recovery Directory//Meetings//EN"


def calendar_file(
    document: Mapping[str, Any], schedules: Sequence[Schedule], now: dt.datetime
) -> bytes | None:
    """The file for the meetings of one listing from `now` (aware) on; None when none is still to come."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for number, schedule in enumerate(schedules):
        meeting = hours.next_meeting([schedule], now)
        if meeting is not None and not schedule.closed:
            calendar.add_component(_event(document, number, meeting, now))
    if not calendar.subcomponents:
        return None
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(document: Mapping[str, Any], number: int, meeting: hours.Occurrence, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{document['id']}-{number}")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("summary", document["name"])
    event.add("dtstart", meeting.starts)
    event.add("dtend", meeting.ends or meeting.starts + LENGTH)
    rule = _rule(meeting)
    if rule:
        event.add("rrule", vRecur(rule))
    place = address_line(document["address"])
    if place:
        event.add("location", place)
    if document["join_url"]:
        event.add("url", document["join_url"])
    return event


def _rule(meeting: hours.Occurrence) -> dict[str, Any]:
    schedule = meeting.schedule
    if schedule.freq is None:
        return {}
    rule: dict[str, Any] = {"freq": schedule.freq}
    if schedule.byday:
        rule["byday"] = schedule.byday.split(",")
    if schedule.bymonthday:
        rule["bymonthday"] = [int(day) for day in schedule.bymonthday.split(",")]
    if schedule.interval > 1:
        rule["interval"] = schedule.interval
    last = min((day for day in (schedule.until, schedule.valid_to) if day), default=None)
    if last:
        # RFC 5545 wants UTC; the last day is meant where the meeting is
        rule["until"] = dt.datetime.combine(last, dt.time(23, 59, 59), meeting.starts.tzinfo).astimezone(
            dt.UTC
        )
    return rule
