"""The JSON of referrals that programs get."""

from marshmallow import Schema, fields

from directory.referrals import handoffs
from directory.referrals.handoffs import HANDOFF_LABELS, WARMTHS
from directory.referrals.states import STATES
from directory.web.api.client_schemas import Key, moment, one_of
from directory.web.api.referral_schemas import SIDES, HandoffContent


def _given() -> fields.AwareDateTime:
    return moment(required=True, allow_none=True)


class Moved(Schema):
    """What a move came to. Repeating the request answers the same."""

    id = Key(required=True)
    status = one_of(STATES, required=True)
    version = fields.Integer(required=True)
    event_id = Key(required=True)
    at = moment(required=True)


class DraftMade(Schema):
    """A draft that was written."""

    id = Key(required=True)
    status = one_of(STATES, required=True)
    version = fields.Integer(required=True)
    at = moment(required=True)


class Gone(Schema):
    """A draft that was thrown away."""

    id = Key(required=True)


class HandoffState(Schema):
    """Where a handoff is."""

    id = Key(required=True)
    state = one_of(HANDOFF_LABELS, required=True)
    warmth = one_of(WARMTHS, required=True)
    follow_up_due = _given()
    at = moment(required=True)


class ReferralLine(Schema):
    """One referral of a list: nothing about the person but, to their own agency, which client it is."""

    id = Key(required=True)
    side = one_of(SIDES, required=True)
    status = one_of(STATES, required=True)
    version = fields.Integer(required=True)
    priority = fields.String(required=True)
    client_id = Key(required=True, allow_none=True)
    service = fields.String(required=True)
    other_agency = fields.String(required=True)
    sent_at = _given()
    first_viewed_at = _given()
    answer_due_at = _given()
    next_step_due = _given()
    review_on = fields.Date(required=True, allow_none=True)
    changed_at = moment(required=True)
    is_late = fields.Boolean(required=True)


class ReferralLines(Schema):
    """A page of referrals, the last changed first."""

    referrals = fields.List(fields.Nested(ReferralLine), required=True)
    next = fields.String(
        required=True, allow_none=True, metadata={"description": "`before` of the next page."}
    )


class MessageSchema(Schema):
    """Something that was written between the two sides."""

    side = fields.String(required=True)
    kind = fields.String(required=True)
    at = moment(required=True)
    text = fields.String(required=True, allow_none=True)


class VisitSchema(Schema):
    """A visit."""

    id = Key(required=True)
    starts_at = moment(required=True)
    timezone = fields.String(required=True)
    modality = fields.String(required=True)
    status = fields.String(required=True)
    place = fields.String(required=True, allow_none=True)
    contact = fields.String(required=True, allow_none=True)


class EventSchema(Schema):
    """One line of the history."""

    id = Key(required=True)
    event = fields.String(required=True)
    from_status = fields.String(required=True)
    to_status = fields.String(required=True)
    at = moment(required=True)
    reason = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    version = fields.Integer(required=True)


class AttemptSchema(Schema):
    """A try to reach the person."""

    id = Key(required=True)
    at = moment(required=True)
    method = fields.String(required=True)
    outcome = fields.String(required=True)
    note = fields.String(required=True)


class HandoffSchema(HandoffContent):
    """A handoff as it stands."""

    id = Key(required=True)
    state = one_of(HANDOFF_LABELS, required=True)
    method = one_of(handoffs.METHODS, required=True)
    warmth = one_of(WARMTHS, required=True)
    follow_up_at = _given()
    follow_up_result = fields.String(required=True)


class DisclosureSchema(Schema):
    """Who received what, when, and on what ground."""

    at = moment(required=True)
    recipient = fields.String(required=True)
    categories = fields.List(fields.String(), required=True)
    purpose = fields.String(required=True)
    basis = fields.String(required=True)
    channel = fields.String(required=True)
    consent_id = Key(required=True, allow_none=True)


class ReferralSchema(Schema):
    """One referral.

    `side=received`: `information` holds what the consent opens, and `notice`, `scope` and `redisclosure` have
    to travel with it wherever it goes (42 CFR 2.32). Each reading is a disclosure and is kept as one.
    `tombstone`: nothing may be shown but that it was there; `kept`: what was relied on, nothing newer.
    `side=sent`: all that the own agency wrote and was told.
    """

    id = Key(required=True)
    side = one_of(SIDES, required=True)
    status = one_of(STATES, required=True)
    version = fields.Integer(required=True)
    closed_at = _given()
    moves = fields.List(
        fields.String(), required=True, metadata={"description": "Events that this side may choose now."}
    )
    sent_at = moment(allow_none=True)
    answer_due_at = moment(allow_none=True)
    service = fields.Dict(
        allow_none=True, metadata={"description": "The listing as it was when it was chosen."}
    )
    sender = fields.String(metadata={"description": "The agency that sent it."})
    sender_worker = fields.String()
    receiver = fields.String()
    # received
    tombstone = fields.Boolean()
    kept = fields.Boolean()
    refusals = fields.List(fields.String(), metadata={"description": "Why there is no more."})
    information = fields.Dict(allow_none=True)
    notice = fields.String(allow_none=True)
    notice_version = fields.String(allow_none=True)
    scope = fields.String(allow_none=True)
    redisclosure = fields.String(allow_none=True)
    # sent
    client_id = Key()
    listing_id = Key(allow_none=True)
    consent_id = Key(allow_none=True)
    continues_id = Key(allow_none=True)
    priority = fields.String()
    needs = fields.List(fields.String())
    shared_fields = fields.List(fields.String())
    details = fields.Dict(keys=fields.String(), values=fields.String())
    purpose = fields.String()
    contact_preference = fields.String()
    reason = fields.String(allow_none=True)
    accepting_worker = fields.String()
    named_contact = fields.String()
    next_step_due = moment(allow_none=True)
    review_on = fields.Date(allow_none=True)
    connected_at = moment(allow_none=True)
    created_at = moment()
    changed_at = moment()
    events = fields.List(fields.Nested(EventSchema))
    messages = fields.List(fields.Nested(MessageSchema))
    appointments = fields.List(fields.Nested(VisitSchema))
    attempts = fields.List(fields.Nested(AttemptSchema))
    handoffs = fields.List(fields.Nested(HandoffSchema))
    disclosures = fields.List(fields.Nested(DisclosureSchema), metadata={"description": "The last 50."})
