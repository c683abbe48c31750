"""The JSON of moves: made from the tables that make the forms (`event_rows.EVENTS`, `web/move_form.FIELDS`).

A new event has its route, its schema and its place in the description as soon as it has its rows.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from marshmallow import Schema, fields, validate

from directory.referrals.event_rows import EVENTS, EventRow, event_row
from directory.referrals.information import CATEGORY_OF_FIELD
from directory.referrals.move_facts import Appointment
from directory.referrals.move_rows import MOVES, Actor, Event
from directory.referrals.moves import GATED
from directory.referrals.payloads import MovePayload
from directory.web.api.client_schemas import day, moment, one_of, text, version
from directory.web.move_form import VISIT, FieldRow, fields_for

LONGEST = 4000
SCOPE_OF: Mapping[Actor, str] = {"sender_worker": "referrals.send", "receiver_worker": "referrals.answer"}
"""What a program does as its agency's workers do it; the moves of others are not offered."""


IN_GROUPS = "share"
"""On the page, what an answer opens is chosen in groups; programs name the fields (`share_fields`)."""


class MoveRoute(NamedTuple):
    """An event as programs make it."""

    event: Event
    rule: EventRow
    scopes: tuple[str, ...]
    schema: type[Schema]


def asked_of(rule: EventRow) -> list[FieldRow]:
    """The fields of the form that programs fill in under the same name."""
    return [each for each in fields_for(rule) if each.name != IN_GROUPS]


def _field(row: FieldRow) -> fields.Field[Any]:
    told = f"{row.label}. {row.hint}" if row.hint else row.label
    if row.kind == "moment":
        return moment(told)
    if row.kind == "day":
        return day(told)
    if row.kind == "tick":
        return fields.Boolean(metadata={"description": told})
    if row.kind == "radios":
        return one_of(row.options or (), told)
    return text(told, LONGEST)


def _schema(event: Event, rule: EventRow) -> type[Schema]:
    found: dict[str, Any] = {"version": version()}
    found.update((each.name, _field(each)) for each in asked_of(rule))
    if rule.gate == "if_new":
        found["share_fields"] = fields.List(
            fields.String(validate=validate.OneOf(tuple(CATEGORY_OF_FIELD))),
            metadata={"description": "Further fields that the answer opens."},
        )
    if event in GATED:
        found["restriction_reviewed"] = fields.Boolean(
            metadata={"description": "The limits agreed with the person were reviewed for this."}
        )
    name = "".join(each.title() for each in event.split("_")) + "Move"
    made: type[Schema] = Schema.from_dict(found, name=name)
    made.__doc__ = rule.label
    return made


def _routes() -> tuple[MoveRoute, ...]:
    found = []
    for event in EVENTS:
        actors = {each for row in MOVES if row.event == event for each in row.actors}
        ours: list[Actor] = [each for each in SCOPE_OF if each in actors]
        if ours:
            rule = event_row(event, ours[0])
            scopes = tuple(SCOPE_OF[each] for each in ours)
            found.append(MoveRoute(event, rule, scopes, _schema(event, rule)))
    return tuple(found)


MOVE_ROUTES = _routes()


def payload_of(route: MoveRoute, given: Mapping[str, Any], zone: str) -> MovePayload:
    """What was sent, for the door. `zone`: the agency's, in which a visit is told."""
    values = {name: each for name, each in given.items() if name not in {"version", *VISIT}}
    names = {each.name for each in asked_of(route.rule)}
    if "expected" in names:
        day: dt.date | None = values.get("expected")
        values["expected"] = day.isoformat() if day else "unknown"
    if "share_fields" in values:
        values["share_fields"] = frozenset(values["share_fields"])
    if "starts_at" in names and "starts_at" in given and "modality" in given:
        values["appointment"] = Appointment(
            starts_at=given["starts_at"],
            timezone=zone,
            modality=given["modality"],
            place=given.get("place", ""),
            contact=given.get("contact", ""),
            client_told=given.get("client_told", ""),
        )
    elif "modality" in given:
        values["modality"] = given["modality"]
    return MovePayload(**values)
