"""`/widget/v1/search`: the search for the widget on a partner's site, on whatever origin that is.

Browsers ask it without a preflight: the key is a parameter, and no header is read but `Origin`. No cookie is
read or set. Whoever asks may read the answer, a refusal too, so that the widget can say why.
"""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import fields

from directory.web.access import public
from directory.web.api.schemas import AnswerSchema, ErrorSchema, ResultSchema, SearchParameters
from directory.web.cards import Card
from directory.web.language import say
from directory.web.site_search import SitePage, enter, said_json, search_on, site_json

CARD = (
    *("url", "what", "distance", "where", "placed", "serves", "time", "state", "phone", "extension", "tel"),
    *("join_url", "directions", "source"),
)
"""What the widget shows of a card, beside what is in the result itself."""

blueprint = Blueprint(
    "widget_api", __name__, url_prefix="/widget/v1", description="The search on partners' sites."
)


class WidgetParameters(SearchParameters):
    """What a search of a widget takes."""

    key = fields.String(required=True, metadata={"description": "The site's key, `pk_…`."})
    page_lang = fields.String(
        metadata={"description": "Language of the page: where neither it nor the partner asks for another."}
    )
    start = fields.String(metadata={"description": "`1`: nobody asked yet, so it is not counted."})


class WidgetResultSchema(ResultSchema):
    """A result with its words."""

    own = fields.Boolean(required=True, metadata={"description": "A listing of the partner's own."})
    card = fields.Dict(required=True, metadata={"description": "The result in words, ready to be shown."})


class WidgetAnswerSchema(AnswerSchema):
    """The answer of a search, with what the widget needs to show it."""

    results = fields.List(fields.Nested(WidgetResultSchema), required=True)
    site = fields.Dict(required=True, metadata={"description": "Name, presets, locks and choices."})
    said = fields.Dict(required=True, metadata={"description": "The answer in sentences."})


@public
def search() -> Response:
    """Presets, limits and locks of the site hold; its own listings come first."""
    given = request.args.to_dict(flat=False)
    return jsonify(_as_json(search_on(enter(given), given)))


def open_to_pages(response: Response) -> Response:
    """Pages of other origins may read the answer. The one that asks is named, and never gets a cookie."""
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
    response.vary.add("Origin")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _as_json(page: SitePage) -> dict[str, Any]:
    answer = page.answer.as_json(say)
    for result, card in zip(answer["results"], page.cards, strict=True):
        result |= {"own": result["id"] in page.own, "card": _card(card)}
    return {**answer, "site": site_json(page), "said": said_json(page)}


def _card(card: Card) -> dict[str, Any]:
    whole = asdict(card)
    rooms = [f"{room} ({said})" for room, said in card.capacity]
    return {**{name: whole[name] for name in CARD}, "capacity": rooms}


REFUSALS = {
    403: "The key is not for this page; `reasons` says why.",
    422: "A parameter means nothing; `fields` says which.",
    429: "The site's visitors asked too often.",
}


def _register() -> None:
    """The route with its description, and the header on every answer."""
    view: Any = blueprint.response(200, WidgetAnswerSchema)(search)
    for status, meaning in REFUSALS.items():
        view = blueprint.alt_response(status, schema=ErrorSchema, description=meaning)(view)
    asked = [{"in": "query", "schema": WidgetParameters}]
    said = {"summary": "The same search for a partner's site", "operationId": "searchOnSite"}
    blueprint.route("/search", methods=["GET"])(blueprint.doc(**said, parameters=asked)(view))
    blueprint.after_request(open_to_pages)


_register()
