"""What the routes for programs share: how one is declared and described, its body, its key, its answer.

A request of a program is one use case in one transaction. A `POST` carries an `Idempotency-Key`: the same
request again gets the same answer and does nothing (`referrals/replays.py`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals import replays
from directory.referrals.acting import Acting
from directory.referrals.payloads import canonical
from directory.web.access import program_needs
from directory.web.api.schemas import ErrorSchema
from directory.web.bearer import program
from directory.web.talk import NOT_DONE, Tried, refused
from directory.web.work import acting_as, come_in

KEY_HEADER = "Idempotency-Key"
SCHEME = "program"
"""Name of the OAuth scheme in the description."""
CHECK = N_("Please check what you sent.")
UNKEPT_CHARACTER = re.compile("[\0\ud800-\udfff]")
UNKEPT = N_("This text holds a character that cannot be kept.")
LONGEST_NAME = 100
"""So much of a field's name is repeated to whoever made it up."""
MOST_DIGITS = 9
View = TypeVar("View", bound=Callable[..., Response])

_KEY_PARAMETER = {
    "in": "header",
    "name": KEY_HEADER,
    "required": True,
    "description": "A text of your own, new for each request; the same one when you repeat it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": replays.LONGEST_KEY},
}
_MATCH_PARAMETER = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The version that you saw, as `ETag` gave it; or send `version` in the body.",
    "schema": {"type": "string"},
}
_WRONG: Mapping[int, str] = {
    401: "There is no token, or none that is good.",
    403: "The program was not given the scope, or may not decide this.",
    404: "There is no such record, or it is not the agency's.",
    409: "Somebody was quicker, or it cannot be done now; `reasons` say why.",
    422: "Something in the request has to be mended; `fields` say what.",
}


def route(
    blueprint: Blueprint,
    method: str,
    rule: str,
    *scopes: str,
    answers: type[Schema],
    summary: str,
    takes: type[Schema] | None = None,
    query: type[Schema] | None = None,
    status: int = 200,
    keyed: bool = False,
    versioned: bool = False,
    endpoint: str | None = None,
) -> Callable[[View], View]:
    """Registers a view for programs with one of these scopes, with its description.

    `keyed`: it wants an `Idempotency-Key`; `versioned`: it wants the version that was seen.
    """
    parameters: list[dict[str, Any]] = [
        *([_KEY_PARAMETER] if keyed else []),
        *([_MATCH_PARAMETER] if versioned else []),
        *([{"in": "query", "schema": query}] if query else []),
    ]
    described: dict[str, Any] = {"summary": summary, "security": [{SCHEME: [each]} for each in scopes]}
    if takes is not None:
        body = {"content": {"application/json": {"schema": takes}}, "required": True}
        described["requestBody"] = body

    def register(view: View) -> View:
        name = endpoint or view.__name__
        described["operationId"] = name
        found = blueprint.doc(parameters=parameters, **described)(program_needs(*scopes)(view))
        found = blueprint.response(status, answers)(found)
        codes = {401, 403, *([404] if "<" in rule else []), *([409, 422] if method != "GET" else [])}
        for code, meaning in _WRONG.items():
            if code in codes or (code == 422 and query is not None):
                found = blueprint.alt_response(code, schema=ErrorSchema, description=meaning)(found)
        blueprint.route(rule, methods=[method], endpoint=name)(found)
        return view

    return register


# --- what was asked ---------------------------------------------------------------------------------


def acting() -> Acting:
    """The program that asks, by its agency's clock."""
    found = program()
    return come_in(acting_as(found.actor, "api"), ZoneInfo(found.timezone))


@contextmanager
def deed(action: str, kind: str, *ids: str) -> Iterator[Acting]:
    """One use case, committed; a refusal is rolled back and leaves its line in the audit."""
    work = acting()
    try:
        yield work
    except NOT_DONE as problem:
        refused(work, Tried(action, kind, ids), problem)
        raise
    work.session.commit()


def body(schema: type[Schema]) -> dict[str, Any]:
    """The JSON object that was sent, checked. Raises `QueryInvalid` naming the fields; a name that is not
    in the schema is one of them."""
    if not request.is_json:
        raise QueryInvalid(N_("Please send one JSON object."))
    given = request.get_json()
    if not isinstance(given, dict):
        raise QueryInvalid(N_("Please send one JSON object."))
    return _loaded(schema, given)


def query(schema: type[Schema]) -> dict[str, Any]:
    """The parameters of the address, checked. Raises `QueryInvalid`."""
    return _loaded(schema, request.args.to_dict())


def _loaded(schema: type[Schema], given: Mapping[str, Any]) -> dict[str, Any]:
    if unkept := dict.fromkeys(_unkept(given)):
        raise QueryInvalid(Phrase(CHECK), {name: [UNKEPT] for name in unkept})
    try:
        loaded: dict[str, Any] = schema().load(given)
    except ValidationError as problem:
        raise QueryInvalid(Phrase(CHECK), dict(_sentences(problem.messages_dict))) from problem
    return loaded


def _unkept(given: Any, where: str = "") -> Iterator[str]:
    """Fields whose text is none that a database keeps: with NUL, or half of a pair of surrogates."""
    if isinstance(given, str):
        if UNKEPT_CHARACTER.search(given):
            yield where
    elif isinstance(given, Mapping):
        for name, each in given.items():
            told = f"{where}.{name}".removeprefix(".")[:LONGEST_NAME]
            yield from _unkept(name, ascii(told))
            yield from _unkept(each, told)
    elif isinstance(given, list):
        for number, each in enumerate(given):
            yield from _unkept(each, f"{where}.{number}")


def _sentences(messages: Mapping[Any, Any], before: str = "") -> Iterator[tuple[str, list[Phrase | str]]]:
    """Field to sentences; fields within fields as `recipients.0`."""
    for name, found in messages.items():
        where = f"{before}{name}"[:LONGEST_NAME]
        if isinstance(found, Mapping):
            yield from _sentences(found, f"{where}.")
        else:
            yield where, [str(each) for each in found]


def expected_version(given: Mapping[str, Any]) -> int:
    """The version that the program saw: of `If-Match`, or `version`. Raises `QueryInvalid` without one."""
    given_tags = (each or "" for each in request.if_match.as_set())
    tags = [each for each in given_tags if each.isdecimal() and len(each) <= MOST_DIGITS]
    found = int(tags[0]) if len(tags) == 1 else given.get("version")
    if found is None or given.get("version") not in (None, found):
        sentence = N_("Please send the version that you saw.")
        raise QueryInvalid(Phrase(CHECK), {"version": [sentence]})
    return int(found)


def key() -> str:
    """The request's own key. Raises `QueryInvalid` without one."""
    found = request.headers.get(KEY_HEADER, "").strip()
    if not found:
        sentence = N_("Please send a key of your own for this request.")
        raise QueryInvalid(Phrase(CHECK), {KEY_HEADER: [sentence]})
    return found


def once(work: Acting, given: Mapping[str, Any], do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `do` answers, done once for this key and body. The answer is kept: ids, codes and moments only.

    Raises `RequestDiffers` when the key was used for another request.
    """
    own = key()
    replays.hold(work, own)
    asked = canonical([request.method, request.path, given])
    if (before := replays.answered(work, own, asked)) is not None:
        return before
    made = do()
    replays.keep(work, own, asked, made)
    return made


# --- what is answered -------------------------------------------------------------------------------


def answer(found: Mapping[str, Any], status: int = 200) -> Response:
    """The JSON answer; what has a version has it as its `ETag` too."""
    response = jsonify(found)
    response.status_code = status
    if isinstance(found.get("version"), int):
        response.set_etag(str(found["version"]))
    return response
