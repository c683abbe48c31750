"""Making a move from a page: its form, and the same form again when the move was not made.

Whoever was overtaken by somebody else loses nothing of what they typed (409).
"""

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for

from directory.referrals.acting import Acting
from directory.referrals.actors import ReferralSide, Role, actors_of
from directory.referrals.event_rows import EVENTS, EventRow, event_row
from directory.referrals.move_rows import Event
from directory.referrals.moves import move
from directory.referrals.payloads import Moved
from directory.referrals.sharing import open_groups
from directory.referrals.sides import Part, find, not_found, part_as, second_people
from directory.referrals.tables import Referral
from directory.referrals.transitions import allowed_moves, buttons
from directory.web.draft_form import GROUPS
from directory.web.move_form import FieldRow, fields_for, options_of, read_move
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, fresh, typed_moment

FOLDER: dict[ReferralSide, str] = {"sender": "referrals", "receiver": "inbox"}
"""The blueprint of each side's pages."""
LINK_FOLDER: dict[Role, str] = {"receiver_link": "link"}
"""The blueprint of those who come in by a link, whose addresses name no referral: theirs is the one."""
FRAMES = {"link": "referrals/link_frame.html"}
"""What stands around the pages of a blueprint, where it is not the frame of people at work."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An event that somebody looks at: on which referral, as what, and by which rule."""

    row: Referral
    part: Part
    event: Event
    rule: EventRow
    is_open: bool
    """Is it among their buttons now?"""


def address(part: Part, name: str, referral_id: str, **given: Any) -> str:
    """The address of a page of that part's blueprint."""
    if (folder := LINK_FOLDER.get(part[0])) is not None:
        return url_for(f"{folder}.{name}", **given)
    return url_for(f"{FOLDER[part[1]]}.{name}", referral_id=referral_id, **given)


def _asked(work: Acting, referral_id: str, event: str, side: ReferralSide) -> Asked:
    known = next((each for each in EVENTS if each == event), None)
    row = find(work.session, referral_id)
    part = part_as(work, row, side, write=True)
    if known is None:
        raise not_found()
    actors = actors_of(*part)
    found = next((each for each in allowed_moves(row.status, *sorted(actors)) if each.event == known), None)
    actor = next(each for each in (found.actors if found else sorted(actors)) if each in actors)
    is_open = any(each.event == known for each in buttons(row.status, *part))
    return Asked(row, part, known, event_row(known, actor), is_open)


def move_form(referral_id: str, event: str, side: ReferralSide, **given: str) -> str:
    """The form of a move, empty but for what is `given`."""
    work = acting()
    asked = _asked(work, referral_id, event, side)
    return _page(
        work,
        asked,
        Filled(
            fresh(
                connected_at=typed_moment(work.now),
                outcome_on=typed_moment(work.now)[:10],
                **given,
            )
        ),
    )


def make_move(referral_id: str, event: str, side: ReferralSide) -> Answer:
    """Makes it; or shows the form again with what was typed, and why it was not made."""
    work, form = acting(), request.form
    asked = _asked(work, referral_id, event, side)

    def deed() -> Moved:
        payload = read_move(form, _fields(asked), work.now)
        return move(
            work,
            referral_id,
            asked.event,
            replace(payload, restriction_reviewed=form.get("restriction_reviewed") == "1"),
            expected_version=form.get("version", 0, type=int),
            idempotency_key=form.get("idempotency_key", ""),
        )

    return answer_form(
        work,
        Tried(f"referral.{event}", "referral", (referral_id,)),
        deed,
        lambda again: _page(work, _asked(work, referral_id, event, side), again),
        then=address(asked.part, "show", referral_id),
        done=asked.rule.done,
    )


def _page(work: Acting, asked: Asked, form: Filled) -> str:
    form.given["version"] = str(asked.row.version)
    rows = [(each, _options(work, asked, each)) for each in _fields(asked)]
    rows = [(each, options) for each, options in rows if options or each.kind != "ticks"]
    work.session.commit()
    return render_template(
        "referrals/move.html",
        row=asked.row,
        event=asked.event,
        rule=asked.rule,
        rows=rows,
        form=form,
        is_open=asked.is_open,
        side=asked.part[1],
        action=address(asked.part, "make", asked.row.id, event=asked.event),
        back=address(asked.part, "show", asked.row.id),
        frame=FRAMES.get(LINK_FOLDER.get(asked.part[0], "")),
    )


def _fields(asked: Asked) -> tuple[FieldRow, ...]:
    """What the form asks for. Whoever comes in by a link has no name here that could be taken for one left
    out."""
    rows = fields_for(asked.rule)
    if asked.part[0] not in LINK_FOLDER:
        return rows
    return tuple(
        replace(each, hint="", required=True) if each.name == "accepting_worker" else each for each in rows
    )


def _options(work: Acting, asked: Asked, field: FieldRow) -> list[tuple[str, str]]:
    if field.name == "share":
        fields = {name: fields for name, (_, fields) in GROUPS.items()}
        opened = open_groups(work, asked.row, fields)
        return [(code, label) for code, label in options_of(field) if code in opened]
    if field.name != "second_person":
        return options_of(field)
    people = second_people(work.session, asked.row)
    return [(key, name) for key, name in people.items() if key != work.actor.user_id]
