"""The JSON of `/api/v1`, as marshmallow schemas: they document the API, check what is posted, and in tests
hold every answer to its promise. Answers are not dumped through them: `find` gives these shapes itself."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from directory.listings.freshness import CAPACITY_STATES
from directory.listings.record import KINDS
from directory.phrases import N_

KINDS_OF_PLACE = ("zip", "city", "county", "state", "address", "point")
PRECISIONS = ("exact", "postal_code", "city", "hidden")


def _text(meaning: str, **given: Any) -> fields.String:
    return fields.String(metadata={"description": meaning}, **given)


class TextOrNumber(fields.String):
    """A text; a number or truth value is taken as it is written in a URL."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "1" if value else ""
        if isinstance(value, int | float):
            return f"{value:g}" if abs(value) < 1e6 else str(value)
        if not isinstance(value, str):
            raise ValidationError(N_("This must be a text or a number."))
        return str(super()._deserialize(value, attr, data, **kwargs))


class Texts(fields.List[str]):
    """A list of texts; one text stands for a list of one."""

    def __init__(self, meaning: str) -> None:
        super().__init__(fields.String(), metadata={"description": meaning})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise ValidationError(N_("This must be a text or a list of texts."))
        return list(super()._deserialize(given, attr, data, **kwargs))


def _value(meaning: str) -> TextOrNumber:
    return TextOrNumber(metadata={"description": meaning})


class SearchParameters(Schema):
    """What a search takes, in the query of a GET or the body of a POST. Unknown names are passed over."""

    class Meta:
        unknown = EXCLUDE

    q = _value("Free text.")
    need = Texts("Need codes: a listing must fit at least one.")
    near = _value("ZIP, city, county, state or street address.")
    ll = _value("`lat,lng`; wins over `near`.")
    literal = _value("`1`: take `q` as words only.")
    radius = _value("Miles, or kilometers with `unit=km`.")
    unit = _value("`mi` or `km`.")
    filter = Texts("Filter codes: OR within a group, AND across groups.")
    open = _value("`now` or a local time.")
    day = _value("Weekday of a meeting: 0 is Sunday.")
    time_from = TextOrNumber(data_key="from", metadata={"description": "Earliest start of a meeting."})
    time_to = TextOrNumber(data_key="to", metadata={"description": "Latest start of a meeting."})
    attend = _value("`in_person`, `online` or `hybrid`.")
    kind = Texts("Kinds of listing: " + ", ".join(KINDS))
    sort = _value("`best`, `nearest`, `soonest` or `verified`.")
    page = _value("From 1.")
    per_page = _value("20 by default, at most 100.")
    lang = _value("`en` or `es`.")

    @pre_load
    def without_nulls(self, data: Any, **_: Any) -> Any:
        """A null is the same as a name that is not there."""
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}


class PlaceSchema(Schema):
    """The place that was understood."""

    name = _text("Written out.", required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS_OF_PLACE))
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    state = _text("Postal code of the state.", required=True, allow_none=True)
    alternatives = fields.List(fields.String(), required=True)
    note = _text("What was done when the place is not just what was typed.", required=True, allow_none=True)


class UnderstoodSchema(Schema):
    """One thing that the text was taken for."""

    text = fields.String(required=True)
    meant = fields.String(data_key="as", attribute="as", required=True)
    code = fields.String(required=True, allow_none=True)


class AddressSchema(Schema):
    """A postal address as far as it is public."""

    address_1 = fields.String(allow_none=True)
    address_2 = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    state_province = fields.String(allow_none=True)
    postal_code = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    county = fields.String(allow_none=True)


class OpenSchema(Schema):
    """Unknown is neither open nor closed."""

    state = fields.String(required=True, validate=validate.OneOf(("open", "closed", "unknown")))
    text = fields.String(required=True)


class CapacitySchema(Schema):
    """How much room there is, as far as it is still known: `unknown` was said more than a week ago."""

    unit = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(CAPACITY_STATES))
    available = fields.Integer(required=True, allow_none=True)
    maximum = fields.Integer(required=True, allow_none=True)
    description = fields.String(required=True, allow_none=True)
    updated = fields.DateTime(required=True, metadata={"description": "When it was said."})


class SourceSchema(Schema):
    """Where a listing comes from. `verified`: the day a person or the provider checked it."""

    name = fields.String(required=True)
    as_of = fields.Date(required=True, allow_none=True)
    verified = fields.Date(required=True, allow_none=True)


class ResultSchema(Schema):
    """One listing of an answer."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    organization = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    needs = fields.List(fields.String(), required=True)
    also = fields.List(
        fields.String(), required=True, metadata={"description": "Offered to its own clients only."}
    )
    also_only = fields.Boolean(required=True, metadata={"description": "It fits by `also` alone."})
    filters = fields.List(fields.String(), required=True)
    distance_miles = fields.Float(required=True, allow_none=True)
    serves = _text("The area served, when the listing is not near.", required=True, allow_none=True)
    address = fields.Nested(AddressSchema, required=True, allow_none=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    location_precision = fields.String(required=True, allow_none=True, validate=validate.OneOf(PRECISIONS))
    phone = fields.String(required=True, allow_none=True)
    website = fields.String(required=True, allow_none=True)
    open = fields.Nested(OpenSchema, required=True)
    next_meeting = fields.Raw(required=True, allow_none=True)
    capacity = fields.Nested(CapacitySchema, required=True, allow_none=True)
    is_example = fields.Boolean(required=True, metadata={"description": "Invented for demonstration."})
    source = fields.Nested(SourceSchema, required=True)
    url = fields.String(required=True)


class FacetSchema(Schema):
    """One filter and how many results it would leave."""

    code = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True)


class SuggestionSchema(Schema):
    """Another search that finds something: `query` holds what to change."""

    text = fields.String(required=True)
    query = fields.Dict(required=True)
    total = fields.Integer(required=True, allow_none=True)


class AnswerSchema(Schema):
    """The answer of a search."""

    query = fields.Dict(required=True)
    place = fields.Nested(PlaceSchema, required=True, allow_none=True)
    understood = fields.List(fields.Nested(UnderstoodSchema), required=True)
    total = fields.Integer(required=True)
    radius_miles = fields.Float(required=True, allow_none=True)
    widened = fields.Boolean(required=True)
    corrected = _text("The text searched instead of `q`.", required=True, allow_none=True)
    note = _text("A sentence about an odd search.", required=True, allow_none=True)
    results = fields.List(fields.Nested(ResultSchema), required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetSchema)), required=True)
    suggestions = fields.List(fields.Nested(SuggestionSchema), required=True)


class SuggestParameters(Schema):
    """What is being typed."""

    q = fields.String(metadata={"description": "What was typed so far, at least two letters."})
    near = fields.String(metadata={"description": "What was typed so far as a place."})
    lang = fields.String(metadata={"description": "`en` or `es`."})


class SuggestedNeedSchema(Schema):
    """A need; `typed` is the phrase for it that begins as was typed."""

    code = fields.String(required=True)
    label = fields.String(required=True)
    typed = fields.String(required=True)


class SuggestionsSchema(Schema):
    """Completions; each finds something."""

    needs = fields.List(fields.Nested(SuggestedNeedSchema), required=True)
    organizations = fields.List(fields.String(), required=True)
    places = fields.List(fields.String(), required=True)


class ErrorSchema(Schema):
    """What every failed request answers."""

    code = fields.Integer(required=True)
    error = fields.String(required=True)
    message = _text("One clear sentence.", required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        data_key="fields",
        attribute="fields",
        required=True,
    )
    reasons = fields.List(
        fields.String(),
        metadata={"description": "Why a move or a disclosure was refused, as codes."},
    )
    details = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What is needed to go on, such as `referral_id` of the live referral."},
    )
