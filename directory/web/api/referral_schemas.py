"""The JSON of referrals that programs send. A name that is not here is refused: nothing else can be set."""

from typing import get_args

from marshmallow import Schema, fields, validate

from directory.referrals import handoffs
from directory.referrals.boards import PAGE, Turn
from directory.referrals.client_fields import CONTACT_PREFERENCES
from directory.referrals.consent_record import PURPOSES
from directory.referrals.conversation import METHODS
from directory.referrals.drafts import WRITTEN
from directory.referrals.handoffs import CANCELLATIONS, FAILURES
from directory.referrals.information import CATEGORIES, CATEGORY_OF_FIELD
from directory.referrals.move_facts import AttemptOutcome
from directory.referrals.payloads import DEFAULT_FIELDS
from directory.referrals.states import PRIORITIES, STATES
from directory.web.api.client_schemas import Key, moment, one_of, text, version

LONGEST = 4000
SIDES = ("sent", "received")


def _list(field: fields.Field[str], meaning: str = "", most: int = 100) -> fields.List[str]:
    told = {"description": meaning} if meaning else {}
    return fields.List(field, validate=validate.Length(max=most), metadata=told)


class DraftContent(Schema):
    """What a draft says. Nothing leaves before it is sent."""

    listing_id = Key(
        allow_none=True, metadata={"description": "The listing asked for, as the search gives it."}
    )
    needs = _list(fields.String(validate=validate.Length(max=64)), "Need codes.")
    priority = one_of(PRIORITIES, load_default="routine")
    shared_fields = _list(
        fields.String(validate=validate.OneOf(tuple(CATEGORY_OF_FIELD))),
        "What the receiver is to see; left out: " + ", ".join(DEFAULT_FIELDS) + ".",
    )
    details = fields.Dict(
        keys=fields.String(validate=validate.OneOf(tuple(sorted(WRITTEN)))),
        values=text("", LONGEST),
        metadata={"description": "Texts about the person by field, such as `need_text` and `note`."},
    )
    purpose = one_of(PURPOSES, load_default="referral")
    contact_preference = one_of(
        ("", *CONTACT_PREFERENCES), "How to reach the person; left out: as the client has it."
    )


class Draft(DraftContent):
    """A new draft about an own client."""

    client_id = Key(required=True)
    continues_id = Key(metadata={"description": "The ended referral that this one follows."})


class DraftChange(DraftContent):
    """All that a draft says, written anew; its client stays."""

    version = version()


class MessageText(Schema):
    """A message to the other side. The sender's is a disclosure: the consent gate is asked."""

    text = text("", LONGEST, required=True)


class AttemptMade(Schema):
    """A try to reach the person."""

    method = one_of(METHODS, required=True)
    outcome = one_of(get_args(AttemptOutcome), required=True)
    at = moment("When it was; left out: now.")
    note = text()


class ReferralsAsked(Schema):
    """Which referrals."""

    side = one_of(SIDES, "Those that the agency sent, or received.", required=True)
    turn = one_of(get_args(Turn), "Who has to act: `own` side, the `other`, or nobody (`done`).")
    status = one_of(STATES)
    client_id = Key(metadata={"description": "Of that client (`side=sent` only)."})
    updated_since = moment("Changed at that moment or later.")
    before = text("`next` of the page before.", 120)
    limit = fields.Integer(validate=validate.Range(1, PAGE), load_default=PAGE)


class SideAsked(Schema):
    """Which side of a referral that the agency has both of."""

    side = one_of(SIDES)


class WorkerSchema(Schema):
    """Somebody named in a handoff."""

    name = text("", 200, required=True)
    role = text("", 200)


class HandoffContent(Schema):
    """What is known of a handoff so far."""

    introduced_by = fields.Nested(WorkerSchema)
    received_by = fields.Nested(WorkerSchema)
    started_at = moment()
    ended_at = moment()
    client_present = fields.Boolean()
    client_spoke = fields.Boolean()
    client_met_receiving_contact = fields.Boolean()
    interpreter = fields.Boolean()
    shared = _list(
        fields.String(validate=validate.OneOf(tuple(CATEGORIES))),
        "Categories of information that were spoken of; the consent has to cover them.",
    )
    understanding = text("In the person's own words.", LONGEST)
    next_step = text("In the person's own words.", LONGEST)
    transport_arranged = fields.Boolean()
    appointment_id = Key()
    failure_reason = one_of([*FAILURES, *CANCELLATIONS])
    follow_up_due = moment("Left out: 24 hours after it was completed; 72 at the latest.")


class HandoffMade(HandoffContent):
    """A handoff: planned, begun, or as it went."""

    method = one_of(handoffs.METHODS, required=True)
    state = one_of(("planned", "attempted", "completed", "failed"), required=True)
    planned_for = moment()


class FollowUp(Schema):
    """Whether the person connected."""

    result = text("", LONGEST, required=True)
