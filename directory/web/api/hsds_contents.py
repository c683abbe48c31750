"""What stands in the lists of the HSDS API: from a question to objects, page by page or all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import current_app, request
from sqlalchemy.orm import Session, sessionmaker

from directory.database import db, session_factory
from directory.listings import store_hsds, store_pages
from directory.listings.changes_feed import newest_change
from directory.listings.hours_text import clock_12, month_day
from directory.listings.hsds_objects import Object, minimal
from directory.listings.needs import Taxonomy
from directory.listings.store_pages import Narrowed
from directory.listings.store_terms import TermIndex
from directory.search.asking import Desk
from directory.search.data_query import Chosen, DataQuery, choose
from directory.web.api.hsds_answering import Made, address
from directory.web.api.hsds_asking import Asked
from directory.web.house import house
from directory.web.reading import reading

TERMS = "hsds_terms"
"""Where the application keeps its `TermIndex`."""
TOTALS, TOTALS_KEPT = "hsds_totals", 200
"""Where it keeps how many there are, and how many such numbers."""
AT_A_TIME = 100
"""Objects read at once for a stream."""


def terms() -> TermIndex:
    """The term index, brought up to date."""
    found: TermIndex = current_app.extensions[TERMS]
    found.follow(reading())
    return found


def narrowed(query: DataQuery) -> Narrowed:
    """What the database narrows by."""
    parts = house()
    return Narrowed(
        today=parts.now().date(),
        examples=parts.settings.examples,
        organization_id=query.organization_id,
        modified_after=query.modified_after,
    )


def chosen(query: DataQuery) -> Chosen | None:
    """The listings that a question asks for; None where the database alone can tell."""
    parts = house()
    desk = Desk(
        engine=parts.engine,
        taxonomy=parts.taxonomy,
        gazetteer=parts.gazetteer,
        geocoder=None,
        documents=lambda _: {},
        now=parts.now(),
        lang="en",
        format_time=clock_12,
        format_date=month_day,
    )
    index = terms() if query.names_terms else current_app.extensions[TERMS]
    return choose(query, session=reading(), desk=desk, terms=index, narrowed=narrowed(query))


def keys_of(table: str, found: Chosen) -> list[str]:
    """The ids of the table's objects that chosen listings make, in their order."""
    if table == "service":
        return list(found.ids)
    if table == "organization":
        return store_pages.organizations_of(reading(), found.ids)
    return [each.id for each in found.near(store_pages.places_of(reading(), found.ids))]


# --- pages ----------------------------------------------------------------------------------------


def page(table: str, asked: Asked) -> Made:
    """One page of objects."""
    found, limits, session = chosen(asked.query), narrowed(asked.query), reading()
    if found is not None:
        keys = keys_of(table, found)
        own = keys[asked.offset : asked.offset + asked.per_page]
        return envelope(_objects(table, own, asked), asked, total=len(keys))
    more = asked.per_page + 1
    keys = store_pages.page_of(session, table, limits, limit=more, offset=asked.offset, after=asked.after)
    total = _total(table, limits)
    after = keys[asked.per_page - 1] if len(keys) == more else None
    return envelope(
        _objects(table, keys[: asked.per_page], asked), asked, total=total, after=after, is_last=after is None
    )


def _total(table: str, limits: Narrowed) -> int:
    """How many there are: counted once until something changes."""
    change, _ = newest_change(reading())
    known: dict[tuple[str, Narrowed], tuple[int, int]] = current_app.extensions[TOTALS]
    counted_at, total = known.get((table, limits), (-1, 0))
    if counted_at != change:
        total = store_pages.count(reading(), table, limits)
        if len(known) >= TOTALS_KEPT:
            known.clear()
        known[table, limits] = change, total
    return total


def envelope(
    contents: Sequence[Object],
    asked: Asked,
    *,
    total: int,
    after: str | None = None,
    is_last: bool | None = None,
) -> Made:
    """A page of HSDS, with its `Link`; the next page goes on behind `after`."""
    pages = -(-total // asked.per_page)
    made = {
        "total_items": total,
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(contents),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages if is_last is None else is_last,
        "empty": not contents,
        "contents": list(contents),
    }
    return Made(made, _links(made, asked.page, after))


def _links(made: Mapping[str, Any], number: int, after: str | None) -> str:
    """`Link` (RFC 8288) to the pages beside this one; what was posted stands in no address."""
    if request.method == "POST":
        return ""
    given = {name: value for name, value in request.args.items() if name not in ("page", "after")}
    found: dict[str, dict[str, Any]] = {"first": {"page": 1}, "last": {"page": max(1, made["total_pages"])}}
    if number > 1:
        found["prev"] = {"page": number - 1}
    if not made["last_page"]:
        found["next"] = {"page": number + 1} | ({"after": after} if after else {})
    here = f"{address()}{request.path}"
    return ", ".join(f'<{here}?{urlencode(given | own)}>; rel="{name}"' for name, own in found.items())


def _objects(table: str, keys: Sequence[str], asked: Asked) -> list[Object]:
    return MAKERS[table](reading(), keys, asked, _Known(house().taxonomy, narrowed(asked.query)))


class _Known(NamedTuple):
    """What objects are made with, also when the request is over."""

    taxonomy: Taxonomy
    limits: Narrowed


# --- objects --------------------------------------------------------------------------------------


def _services(session: Session, keys: Sequence[str], asked: Asked, known: _Known) -> list[Object]:
    found = store_pages.services_of(session, keys)
    if asked.minimal:
        return [minimal(service, modified) for service, modified in found.values()]
    rows = store_hsds.load_rows(session, list(found), known.taxonomy, full=asked.full)
    return [rows.service(service, full=asked.full) for service, _ in found.values()]


def _places(session: Session, keys: Sequence[str], asked: Asked, known: _Known) -> list[Object]:
    found = store_pages.listings_of_places(session, keys)
    rows = store_hsds.load_rows(session, list(dict.fromkeys(found.values())), known.taxonomy, full=asked.full)
    return [rows.service_at_location(key, full=asked.full) for key in keys if key in found]


def _organizations(session: Session, keys: Sequence[str], asked: Asked, known: _Known) -> list[Object]:
    return store_hsds.load_organizations(
        session,
        keys,
        known.taxonomy,
        full=asked.full,
        full_service=asked.full_service,
        examples=known.limits.examples,
        today=known.limits.today,
    )


MAKERS: Mapping[str, Callable[[Session, Sequence[str], Asked, _Known], list[Object]]] = {
    "service": _services,
    "service_at_location": _places,
    "organization": _organizations,
}
"""HSDS table to what makes its objects."""


# --- all of them ----------------------------------------------------------------------------------


def everything(table: str, asked: Asked) -> Iterator[Object]:
    """All objects that are asked for, made while they are taken: a hundred at a time, each hundred in a
    transaction of its own. What the request knows is read before the answer begins."""
    found = chosen(asked.query)
    keys = None if found is None else keys_of(table, found)
    limits = narrowed(asked.query)
    known = _Known(house().taxonomy, limits)
    sessions = session_factory(db.engine, read_only=True)
    maker = MAKERS[table]

    def made() -> Iterator[Object]:
        for chunk in _chunks(table, keys, limits, sessions):
            with sessions() as session:
                yield from maker(session, chunk, asked, known)

    return made()


def _chunks(
    table: str, keys: Sequence[str] | None, limits: Narrowed, sessions: sessionmaker[Session]
) -> Iterator[Sequence[str]]:
    if keys is not None:
        yield from (keys[start : start + AT_A_TIME] for start in range(0, len(keys), AT_A_TIME))
        return
    last: str | None = None
    while True:
        with sessions() as session:
            chunk = store_pages.page_of(session, table, limits, limit=AT_A_TIME, after=last)
        if chunk:
            yield chunk
        if len(chunk) < AT_A_TIME:
            return
        last = chunk[-1]
