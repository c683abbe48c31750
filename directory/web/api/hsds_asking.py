"""What is asked of the HSDS API: parameters of the specification and of our profile, as marshmallow schemas
that check and document them, and the question that they make."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.search.data_query import FARTHEST_METERS, DataQuery
from directory.search.parameters import LONGEST_TEXT, PARAMETERS, cleaned
from directory.web.house import house

PER_PAGE, MOST_PER_PAGE, MOST_MINIMAL = 50, 100, 10_000
LAST_PAGE = 10_000_000
DEFAULT_METERS = 40_000.0
_OPEN = next(each for each in PARAMETERS if each.name == "open")
Format = Literal["json", "ndjson"]


def _said(meaning: str, **given: Any) -> dict[str, Any]:
    return {"metadata": {"description": meaning}, **given}


class Text(fields.String):
    """A text without control characters; what has no letter left is not given."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        self._validate(text)  # its length is that of what was sent
        return cleaned(text)


class Moment(fields.String):
    """A date, or a date and time in ISO 8601; without a zone it is UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        # a plus sign that was not encoded arrives as a blank
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text) if "T" in text else text
        try:
            found = dt.datetime.fromisoformat(text)
            found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            wrong = N_("Please write a date and time such as 2026-11-20T15:00:00Z.")
            raise ValidationError(wrong) from None
        return found


class OpenAt(fields.String):
    """`now` or a time."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            return _OPEN.read((text,), house().taxonomy)
        except QueryInvalid as problem:
            raise ValidationError(str(problem)) from problem


def _id(meaning: str) -> fields.UUID:
    return fields.UUID(**_said(meaning))


def _meters(meaning: str) -> fields.Float:
    return fields.Float(**_said(meaning, validate=validate.Range(0, FARTHEST_METERS)))


class FormatParameter(Schema):
    """In which form."""

    class Meta:
        unknown = EXCLUDE

    format = fields.String(
        **_said("`ndjson`: everything, one object in a line.", validate=validate.OneOf(("json", "ndjson")))
    )

    @pre_load
    def without_empty(self, data: Any, **_: Any) -> Any:
        """A null or an empty text is the same as a name that is not there."""
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None and value != ""}


class PageParameters(FormatParameter):
    """Which page."""

    page = fields.Integer(**_said("From 1.", validate=validate.Range(1, LAST_PAGE)))
    per_page = fields.Integer(
        **_said(
            f"{PER_PAGE} by default, at most {MOST_PER_PAGE}; with `minimal` at most {MOST_MINIMAL}.",
            validate=validate.Range(1, MOST_MINIMAL),
        )
    )


class TermsParameters(PageParameters):
    """What every list can be narrowed by."""

    search = Text(
        **_said(
            "Words that must all occur; best matches come first.", validate=validate.Length(max=LONGEST_TEXT)
        )
    )
    taxonomy_term_id = _id("A term that a service has, or for a need, one below it.")
    taxonomy_id = _id("A taxonomy of which a service has a term.")
    full = fields.Boolean(**_said("Everything that belongs to each."))
    after = _id("The last one seen, as the `Link` of the page before has it: nothing shifts under writes.")


class PlaceParameters(TermsParameters):
    """Services at locations: whose, where, when."""

    organization_id = _id("Services of this organization.")
    modified_after = Moment(**_said("Changed here at or after this moment."))
    postcode = Text(
        **_said(
            "A ZIP code that must lie in the service area, where one is stated; else near the place.",
            validate=validate.Length(max=20),
        )
    )
    proximity = _meters("Metres from the middle of the postcode, for whatever has a place.")
    latitude = fields.Float(
        **_said("Profile: of a point, rounded to two decimals.", validate=validate.Range(-90, 90))
    )
    longitude = fields.Float(**_said("Profile.", validate=validate.Range(-180, 180)))
    radius = _meters("Profile: metres from that point; 40 km by default.")
    open = OpenAt(**_said("Profile: open `now`, or at a time such as `2026-11-23T18:30`."))


class ServiceParameters(PlaceParameters):
    """Services."""

    minimal = fields.Boolean(**_said("Only `id` and `modified_date`."))


class OrganizationParameters(TermsParameters):
    """Organizations."""

    full_service = fields.Boolean(**_said("With `full`: services too are told in full."))


class OneOrganizationParameters(FormatParameter):
    """One organization."""

    full_service = fields.Boolean(**_said("Its services are told in full."))


class TaxonomyParameters(PageParameters):
    """Taxonomies."""

    search = Text(**_said("Part of the name.", validate=validate.Length(max=LONGEST_TEXT)))


class TermParameters(TaxonomyParameters):
    """Terms of taxonomies."""

    taxonomy_id = _id("Terms of this taxonomy.")
    top_only = fields.Boolean(**_said("Terms with none above them."))
    parent_id = _id("Terms right below this one.")


class ChangeParameters(FormatParameter):
    """The feed of changes."""

    since = fields.Integer(
        **_said("`next` of the answer before; 0 to begin.", validate=validate.Range(0, 2**62))
    )
    per_page = fields.Integer(**_said("1000 by default.", validate=validate.Range(1, 10_000)))


# --- as a question --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a list. `given` are the parameters as understood, for the validator and for links."""

    query: DataQuery
    page: int = 1
    per_page: int = PER_PAGE
    after: str | None = None
    full: bool = False
    full_service: bool = False
    minimal: bool = False
    is_stream: bool = False
    given: Mapping[str, Any]

    @property
    def offset(self) -> int:
        """How many come before this page."""
        return (self.page - 1) * self.per_page


def parameters(schema: type[Schema]) -> dict[str, Any]:
    """The parameters of the address, and of a posted JSON object or form, which wins. Raises `QueryInvalid`
    naming the fields."""
    given: dict[str, Any] = request.args.to_dict()
    if request.method == "POST":
        if request.is_json:
            posted = request.get_json()
            if not isinstance(posted, dict):
                raise QueryInvalid(N_("Please send one JSON object."))
            given |= posted
        else:
            given |= request.form.to_dict()
    try:
        loaded: dict[str, Any] = schema().load(given)
    except ValidationError as problem:
        sentences = {
            name[:100]: [str(each) for each in found] for name, found in problem.messages_dict.items()
        }
        raise QueryInvalid(Phrase(N_("Please check what you sent.")), sentences) from problem
    return {name: value for name, value in loaded.items() if value != ""}


def asked(schema: type[Schema]) -> Asked:
    """The question of this request. Raises `QueryInvalid`."""
    given = parameters(schema)
    _check_together(given)
    point = (given["latitude"], given["longitude"]) if "latitude" in given else None
    query = DataQuery(
        search=given.get("search", ""),
        taxonomy_term_id=_text_of(given, "taxonomy_term_id"),
        taxonomy_id=_text_of(given, "taxonomy_id"),
        organization_id=_text_of(given, "organization_id"),
        modified_after=given.get("modified_after"),
        postcode=given.get("postcode"),
        proximity=given.get("proximity"),
        point=point,
        radius=given.get("radius", DEFAULT_METERS) if point else None,
        open=given.get("open"),
    )
    is_minimal = bool(given.get("minimal"))
    return Asked(
        query=query,
        page=given.get("page", 1),
        per_page=given.get("per_page", MOST_MINIMAL if is_minimal else PER_PAGE),
        after=_text_of(given, "after"),
        full=bool(given.get("full")),
        full_service=bool(given.get("full_service")),
        minimal=is_minimal,
        is_stream=given.get("format") == "ndjson",
        given=given,
    )


def _text_of(given: Mapping[str, Any], name: str) -> str | None:
    return str(given[name]) if name in given else None


def _check_together(given: Mapping[str, Any]) -> None:
    """What is wrong only when several parameters are seen together. Raises `QueryInvalid`."""
    problems: dict[str, list[Phrase | str]] = {}
    if "proximity" in given and "postcode" not in given:
        problems["postcode"] = [N_("Please give a postcode to be near to.")]
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if one in given and other not in given:
            problems[other] = [N_("Please give both a latitude and a longitude.")]
    if "radius" in given and "latitude" not in given and "longitude" not in given:
        problems["radius"] = [N_("Please give both a latitude and a longitude.")]
    if "postcode" in given and "latitude" in given:
        problems["postcode"] = [N_("Please give a postcode or a point, not both.")]
    if not given.get("minimal") and given.get("per_page", 1) > MOST_PER_PAGE and "since" not in given:
        most = {"smallest": 1, "largest": MOST_PER_PAGE}
        sentence = N_("Please use a whole number from %(smallest)s to %(largest)s.")
        problems["per_page"] = [Phrase(sentence, most)]
    if problems:
        raise QueryInvalid(Phrase(N_("Please check what you sent.")), problems)
