"""The JSON of clients and their consents. A name that is not here is refused, so nothing else can be set."""

import datetime as dt
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from directory.geo.states import CODES
from directory.referrals.client_fields import CONTACT_PREFERENCES, LONGEST
from directory.referrals.information import SHAREABLE
from directory.referrals.revocation import HOW, WHO
from directory.web.client_form import LANGUAGE_CODES
from directory.web.consent_form import CARE, OFFERED_PURPOSES, OFFERED_SIGNATURES, OFFERED_TYPES
from directory.web.consent_words import SIGNERS, STATUSES, TYPES
from directory.web.work import YEARS

LONGEST_NOTE = 500
CLOCK = validate.Regexp(r"([01]\d|2[0-4]):[0-5]\d\Z", error="This must be a time such as 09:00.")


class Key(fields.UUID):
    """An id, as the text that it is in the database."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return str(super()._deserialize(value, attr, data, **kwargs))


def text(meaning: str = "", longest: int = LONGEST, **given: Any) -> fields.String:
    """A text of at most so many letters."""
    return fields.String(validate=validate.Length(max=longest), metadata=_told(meaning), **given)


def one_of(codes: Any, meaning: str = "", **given: Any) -> fields.String:
    """One of these codes."""
    return fields.String(validate=validate.OneOf(tuple(codes)), metadata=_told(meaning), **given)


def moment(meaning: str = "", **given: Any) -> fields.AwareDateTime:
    """A moment with its offset from UTC."""
    return fields.AwareDateTime(validate=in_our_years, metadata=_told(meaning), **given)


def day(meaning: str = "", **given: Any) -> fields.Date:
    """A day of the calendar."""
    return fields.Date(validate=in_our_years, metadata=_told(meaning), **given)


def _told(meaning: str) -> dict[str, str]:
    return {"description": meaning} if meaning else {}


def in_our_years(found: dt.date) -> None:
    """Refuses what nobody means. Raises `ValidationError`."""
    if found.year not in YEARS:
        raise ValidationError("This must be in the years 1900 to 2200.")


def version() -> fields.Integer:
    """The version that was seen."""
    told = {"description": "The version that you saw; or send it in `If-Match`."}
    return fields.Integer(strict=True, metadata=told)


class Spans(Schema):
    """One span of time in every week."""

    weekday = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, 6), metadata={"description": "0 is Sunday."}
    )
    begins = fields.String(required=True, validate=CLOCK)
    ends = fields.String(required=True, validate=CLOCK)


class ClientSchema(Schema):
    """What an agency keeps about one of its clients. What is left out is unknown."""

    name = text("What the person is called.", required=True)
    preferred_name = text()
    pronouns = text()
    birth_date = day(allow_none=True)
    is_adult = fields.Boolean(
        allow_none=True, metadata={"description": "Asked and answered: 18 or older. Null: not known."}
    )
    phone = text()
    email = text()
    address = text()
    city = text()
    state = one_of(CODES, "Two letters.", allow_none=True)
    postal_code = text()
    language = one_of(LANGUAGE_CODES)
    interpreter = fields.Boolean()
    timezone = text("IANA name; null: the agency's.", 64, allow_none=True)
    contact_preference = one_of(("", *CONTACT_PREFERENCES), "How the person wants to be reached.")
    safe_times = fields.List(
        fields.Nested(Spans),
        validate=validate.Length(max=50),
        metadata={"description": "When it is safe to call; none: any time of the day."},
    )
    reach_note = text("How to reach the person safely. It never leaves the agency.")
    do_not_contact = fields.Boolean(metadata={"description": "Nothing is ever sent to the person."})
    wants_check_ins = fields.Boolean()


class ClientChange(ClientSchema):
    """All fields written anew."""

    version = version()


class ClientLookup(Schema):
    """Whom to find: by name and date of birth, or by telephone number, each exactly."""

    name = text()
    birth_date = day(allow_none=True)
    phone = text()


class LimitSchema(Schema):
    """A limit on sharing that was agreed with the person."""

    id = Key(required=True)
    agreed = fields.String(required=True)


class KnownClientSchema(ClientSchema):
    """A client as their own agency sees them."""

    id = Key(required=True)
    version = fields.Integer(required=True)
    restrictions = fields.List(fields.Nested(LimitSchema), required=True)


class FoundClients(Schema):
    """Clients of exactly that name and date of birth, or that number; at most 50."""

    clients = fields.List(fields.Nested(KnownClientSchema), required=True)


class Made(Schema):
    """What was written: ids, codes and a moment. Repeating the request answers the same."""

    id = Key(required=True)
    at = moment(required=True)
    version = fields.Integer()


# --- consents ---------------------------------------------------------------------------------------


class ConsentSchema(Schema):
    """A consent as the person signed it (42 CFR 2.31). What is missing is told, and then nothing is kept."""

    type = one_of(OFFERED_TYPES, load_default=OFFERED_TYPES[0])
    recipients = fields.List(
        Key(),
        required=True,
        validate=validate.Length(max=50),
        metadata={"description": "Ids of agencies on the network, or of the listed organization."},
    )
    referral_id = Key(
        metadata={"description": "The draft it is for, where its receiver is not on the network."}
    )
    categories = fields.List(fields.String(validate=validate.OneOf(tuple(SHAREABLE))), required=True)
    description = text("The information in the words that the person read.", 2000, required=True)
    purposes = fields.List(fields.String(validate=validate.OneOf(OFFERED_PURPOSES)), required=True)
    revocation_statement = fields.Boolean(
        required=True, metadata={"description": "The person was told how to take it back."}
    )
    expires_on = day("Its last day, in the person's time zone.")
    expiry_event = text("What ends it, where no day does.")
    expires_none = fields.Boolean(
        metadata={"description": "No end: only for treatment, payment and running the program."}
    )
    signer = one_of(SIGNERS, load_default="client")
    representative_name = text()
    representative_authority = text("Why they may sign.")
    signature_kind = one_of(OFFERED_SIGNATURES, required=True)
    evidence = text("The typed name, the scan's reference or the witness's name.", required=True)
    signed_at = moment(required=True)
    statements = fields.List(
        fields.String(validate=validate.OneOf(("redisclosure", "refusal"))),
        metadata={"description": "Said to the person, for `part2_tpo` (2.31(a)(10))."},
    )
    language = one_of(LANGUAGE_CODES, load_default="en")
    form_version = text("Which text the person was shown.", 32, required=True)
    care = one_of(CARE, "For people under 18: what it is about.", load_default="other")


class NamedRecipient(Schema):
    """Somebody whom a consent names."""

    id = Key(required=True, allow_none=True)
    name = fields.String(required=True)


class KnownConsentSchema(Schema):
    """A consent of an own client. It is never changed; one that is taken back says so."""

    id = Key(required=True)
    client_id = Key(required=True)
    status = one_of(STATUSES, required=True)
    type = one_of(TYPES, required=True)
    recipients = fields.List(fields.Nested(NamedRecipient), required=True)
    categories = fields.List(fields.String(), required=True)
    description = fields.String(required=True)
    purposes = fields.List(fields.String(), required=True)
    expires_on = day(required=True, allow_none=True)
    expiry_event = fields.String(required=True)
    expires_none = fields.Boolean(required=True)
    timezone = fields.String(required=True)
    signer = one_of(SIGNERS, required=True)
    signature_kind = fields.String(required=True, allow_none=True)
    signed_at = moment(required=True, allow_none=True)
    language = fields.String(required=True)
    form_version = fields.String(required=True)
    revoked_at = moment(required=True, allow_none=True)


class KnownConsents(Schema):
    """A client's consents, the newest first."""

    consents = fields.List(fields.Nested(KnownConsentSchema), required=True)


class Ending(Schema):
    """What the consent names as its end has happened."""

    occurred_at = moment("When it was; left out: now.")


class Revocation(Schema):
    """Who took a consent back, and how."""

    by = one_of(WHO, required=True)
    how = one_of([each for each in HOW if each != "link"], required=True)
    reason = text("", LONGEST_NOTE)


class Revoked(Schema):
    """What taking it back came to. `stopped`: referrals that were withdrawn with it."""

    id = Key(required=True)
    at = moment(required=True)
    is_new = fields.Boolean(required=True)
    stopped = fields.List(Key(), required=True)
