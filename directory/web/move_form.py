"""The form of a move, made from its event's row: what its conditions ask for, and the reasons it takes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from werkzeug.datastructures import MultiDict

from directory.phrases import N_
from directory.referrals.event_rows import EventRow
from directory.referrals.move_facts import Appointment, CancelledBy, Modality
from directory.referrals.payloads import MovePayload
from directory.web.draft_form import GROUPS, fields_of_groups
from directory.web.language import gettext
from directory.web.work import as_key, read_day, read_moment, zone

Kind = Literal["area", "entry", "moment", "day", "radios", "tick", "ticks"]
MODALITIES = {"in_person": N_("In person"), "phone": N_("By phone"), "video": N_("By video")}
CLIENT_TOLD = {
    "present": N_("They were there"),
    "phone": N_("By phone"),
    "message": N_("By message"),
    "letter": N_("By letter"),
    "by_sender": N_("Their worker tells them"),
}
CANCELLERS = {
    "client": N_("The person"),
    "receiver": N_("The receiving agency"),
    "sender": N_("The referring agency"),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a form. `also`: further names under which the rules tell what is wrong with it."""

    name: str
    kind: Kind
    label: str
    hint: str = ""
    options: Mapping[str, str] | None = None
    required: bool = True
    also: tuple[str, ...] = ()


def _row(name: str, kind: Kind, label: str, **given: Any) -> tuple[str, FieldRow]:
    return name, FieldRow(name, kind, label, **given)


FIELDS: Mapping[str, FieldRow] = dict(
    (
        _row("text", "area", N_("In your words")),
        _row(
            "accepting_worker",
            "entry",
            N_("Who takes this on"),
            hint=N_("Leave it empty if it is you."),
            required=False,
        ),
        _row("named_contact", "entry", N_("Whom the person can ask for")),
        _row("next_step_due", "moment", N_("The next step happens by")),
        _row(
            "expected",
            "day",
            N_("Opening expected on"),
            hint=N_("Leave it empty if nobody knows."),
            required=False,
        ),
        _row("review_on", "day", N_("Look at this again on")),
        _row("starts_at", "moment", N_("Day and time of the visit"), also=("appointment",)),
        _row("modality", "radios", N_("How you meet"), options=MODALITIES),
        _row("place", "entry", N_("Where, or which number"), hint=N_("What the person needs to get there.")),
        _row("contact", "entry", N_("Whom to ask for there")),
        _row("client_told", "radios", N_("How the person was told"), options=CLIENT_TOLD),
        _row("recovery_due", "moment", N_("Somebody reaches out by")),
        _row("cancelled_by", "radios", N_("Who cancelled"), options=CANCELLERS),
        _row("connected_at", "moment", N_("When the person was first met or served")),
        _row("service_started", "tick", N_("Service has started")),
        _row("outcome_on", "day", N_("Day it ended")),
        _row(
            "share",
            "ticks",
            N_("Share this too"),
            hint=N_("Only what the consent covers is listed."),
            options={name: label for name, (label, _) in GROUPS.items()},
            required=False,
            also=("share_fields",),
        ),
        _row("second_person", "radios", N_("Who else agrees that it was a mistake"), options={}),
    )
)
PAST = frozenset({"connected_at"})
"""Moments of what has happened: the form opens with now."""
VISIT = ("starts_at", "modality", "place", "contact", "client_told")
CODES = {"modality": get_args(Modality), "cancelled_by": get_args(CancelledBy)}
FIELDS_OF_GUARD: Mapping[str, tuple[str, ...]] = {
    "text_missing": ("text",),
    "worker_missing": ("accepting_worker",),
    "contact_missing": ("named_contact",),
    "next_step_missing": ("next_step_due",),
    "expected_missing": ("expected",),
    "review_date_missing": ("review_on",),
    "appointment_incomplete": VISIT,
    "recovery_missing": ("recovery_due",),
    "cancelled_by_missing": ("cancelled_by",),
    "connection_missing": ("connected_at",),
    "modality_missing": ("modality",),
    "service_not_started": ("service_started",),
    "outcome_date_missing": ("outcome_on",),
    "second_person_missing": ("second_person",),
}


def fields_for(rule: EventRow) -> tuple[FieldRow, ...]:
    """The fields that an event asks for, in the order of its row; its reasons first."""
    names = [name for guard in rule.guards for name in FIELDS_OF_GUARD.get(guard, ())]
    found = [FIELDS[name] for name in dict.fromkeys(names)]
    if rule.gate == "if_new":
        found.append(FIELDS["share"])
    if rule.reasons:
        options = {code: reason.label for code, reason in rule.reasons.items()}
        why = FieldRow("reason", "radios", N_("Why"), options=options, required=not rule.reason_optional)
        more = FieldRow("text", "area", N_("More about it"), required=False)
        found = [why, *found, *([] if FIELDS["text"] in found else [more])]
    return tuple(found)


def options_of(row: FieldRow) -> list[tuple[str, str]]:
    """What a field offers, in the language of the page."""
    return [(code, gettext(label)) for code, label in (row.options or {}).items()]


def read_move(form: MultiDict[str, str], rows: Sequence[FieldRow], now: dt.datetime) -> MovePayload:
    """What was given for those fields. Raises `QueryInvalid` for days and moments that are none."""
    values = {each.name: _value(each, form.get(each.name, "").strip(), now) for each in rows}
    if "share" in values:
        values["share_fields"] = fields_of_groups(form.getlist("share"))
        del values["share"]
    if "starts_at" in values:
        visit = _visit(values)
        values = {name: each for name, each in values.items() if name not in VISIT} | {"appointment": visit}
    if "expected" in values:
        values["expected"] = values["expected"].isoformat() if values["expected"] else "unknown"
    return MovePayload(**values)


def _value(row: FieldRow, text: str, now: dt.datetime) -> Any:
    if row.kind == "day":
        return read_day(text, row.name)
    if row.kind == "moment":
        moment = read_moment(text, row.name)
        return _whole_minute(moment, now) if moment and row.name in PAST else moment
    if row.kind == "tick":
        return text == "1"
    if row.name == "second_person":
        return as_key(text) or ""
    if row.name in CODES:
        return text if text in CODES[row.name] else None
    return text or None if row.name == "reason" else text


def _whole_minute(moment: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The end of the minute that was typed, unless that is ahead: who is met in the minute in which the
    referral was sent was met after it."""
    return max(moment, min(moment + dt.timedelta(seconds=59), now))


def _visit(values: Mapping[str, Any]) -> Appointment | None:
    if values["starts_at"] is None or values["modality"] not in MODALITIES:
        return None
    return Appointment(
        starts_at=values["starts_at"],
        timezone=zone().key,
        modality=values["modality"],
        place=values["place"],
        contact=values["contact"],
        client_told=values["client_told"] if values["client_told"] in CLIENT_TOLD else "",
    )
