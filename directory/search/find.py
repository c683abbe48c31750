"""Finding: a search in, an answer out. The one use case behind page, API and command line.

Nothing of a search is kept or logged; what it needs is handed in.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import Geocoder
from directory.listings.hours_text import DateFormat, TimeFormat, clock_12, month_day
from directory.listings.needs import Taxonomy
from directory.phrases import N_, Phrase
from directory.search.answer import Answer, FacetCount, FacetCounts
from directory.search.asking import Asked, Desk, Document, ask
from directory.search.engine import WHOLE, EngineQuery, SearchEngine, SearchPage, Selection
from directory.search.phrase_table import phrase_table
from directory.search.query import SearchQuery
from directory.search.results import results_of
from directory.search.spelling import typing_errors
from directory.search.suggestions import FEW, WIDER, suggest_changes
from directory.search.typed_words import Typed

NO_RESULTS = SearchPage(hits=(), total=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A search and its page; `asked` is the one that was answered in the end."""

    asked: Asked
    page: SearchPage
    widened: bool = False
    corrected: str | None = None


def find(
    query: SearchQuery,
    *,
    engine: SearchEngine,
    taxonomy: Taxonomy,
    gazetteer: Gazetteer,
    geocoder: Geocoder | None,
    documents: Callable[[Sequence[str]], Mapping[str, Document]],
    now: dt.datetime,
    lang: str,
    format_time: TimeFormat = clock_12,
    format_date: DateFormat = month_day,
    selection: Selection = WHOLE,
) -> Answer:
    """Answers a search.

    `documents` gives listing documents by id (those it does not have are passed over); `now` is aware; `lang`
    is the language of labels, in which the two formats write times and dates inside sentences; `selection` is
    what the site that asks shows of the directory. Raises `PlaceUnknown`, and `IndexUnavailable` from the
    engine.
    """
    desk = Desk(
        engine=engine,
        taxonomy=taxonomy,
        gazetteer=gazetteer,
        geocoder=geocoder,
        documents=documents,
        now=now,
        lang=lang,
        format_time=format_time,
        format_date=format_date,
        selection=selection,
    )
    asked = ask(query, desk)
    found = _look(asked, desk)
    if not found.page.total and query.q:
        found = _corrected(found, desk) or _as_name(found, desk) or found
    return _answer(query, found, desk)


def _answer(query: SearchQuery, found: Found, desk: Desk) -> Answer:
    asked, page = found.asked, found.page
    poor = page.total < FEW and query.page == 1
    return Answer(
        query=query,
        place=asked.place,
        understood=asked.understood.items,
        total=page.total,
        radius_miles=asked.radius_miles,
        widened=found.widened,
        corrected=found.corrected,
        urgent=asked.engine_query.urgent,
        note=_note(query, found),
        results=results_of(page.hits, asked, desk),
        facets=facets_of(asked.engine_query, page.facets, desk),
        suggestions=suggest_changes(asked, page.total, desk) if poor else (),
    )


def _look(asked: Asked, desk: Desk) -> Found:
    """The asked page; within a wider radius where too little is near and none was chosen (PRODUCT S3)."""
    query = asked.query
    if asked.wordless and query.changed(q="", literal=False).is_empty:
        return Found(asked=asked, page=NO_RESULTS)
    if asked.circle is None or query.radius is not None:
        return Found(asked=asked, page=desk.engine.search(asked.engine_query))
    first = _first_page(asked, desk)
    chosen, best = asked, _near(first, asked.engine_query)
    if not first.unknown_words:
        for radius in WIDER[query.unit]:
            if best >= FEW:
                break
            wider = asked.within(query.to_miles(radius))
            page = _first_page(wider, desk)
            near = _near(page, wider.engine_query)
            if near > best:
                chosen, best, first = wider, near, page
    if query.page == 1:
        page = replace(first, hits=first.hits[: query.per_page])
    else:
        page = desk.engine.search(chosen.engine_query)
    return Found(asked=chosen, page=page, widened=chosen is not asked)


def _first_page(asked: Asked, desk: Desk) -> SearchPage:
    """Whatever page is asked for: all pages of a search must be of one radius."""
    query = asked.engine_query
    return desk.engine.search(replace(query, offset=0, limit=max(FEW, query.limit)))


def _near(page: SearchPage, query: EngineQuery) -> int:
    """How many results count as near enough: all but those that are only also given by video.

    Those come last in the orders `best` and `nearest`, but for listings that a site puts first; so where the
    page shows another one, it shows all others.
    """
    by_video = [each.id for each in page.hits if each.reach == "video"]
    if query.sort not in ("best", "nearest"):
        return page.total
    if query.selection.first.issuperset(by_video):
        return page.total - len(by_video)
    return len(page.hits) - len(by_video)


def _corrected(found: Found, desk: Desk) -> Found | None:
    """The search with its unknown words put right, where that finds something."""
    query = found.asked.query
    unknown = set(found.page.unknown_words)
    if not unknown:
        return None
    typed = Typed(query.q)
    mended: dict[int, str] = {}
    for word in typed.words:
        if word.stem in unknown and not word.is_stop:
            right = nearest_word(word.folded, desk)
            if right is None:
                return None
            mended[word.piece] = right
    if not mended:
        return None
    text = " ".join(mended.get(place, piece) for place, piece in enumerate(typed.pieces))
    again = _look(ask(replace(query, q=text), desk, place=found.asked.chosen_place), desk)
    return replace(again, corrected=text) if again.page.total else None


def nearest_word(word: str, desk: Desk) -> str | None:
    """The nearest word of needs, filters or listings; of equally near ones in this order."""
    candidates = (phrase_table(desk.taxonomy).correct(word), desk.engine.correct(word, desk.now))
    return min(
        (each for each in candidates if each), key=lambda each: typing_errors(word, each), default=None
    )


def _as_name(found: Found, desk: Desk) -> Found | None:
    """The search with its text taken for a name, where what was understood finds nothing."""
    understood = found.asked.understood
    if not (understood.needs or understood.filters or understood.when or understood.attend):
        return None
    asked = ask(found.asked.query, desk, place=found.asked.chosen_place, as_name=True)
    again = _look(asked, desk)
    return again if again.page.total else None


def facets_of(query: EngineQuery, counts: Mapping[str, int], desk: Desk) -> tuple[FacetCounts, ...]:
    """Groups and their filters with labels, in the order of the taxonomy, without what would find nothing."""
    taxonomy, lang = desk.taxonomy, desk.lang
    chosen = {code for codes in query.filters.values() for code in codes}
    groups = []
    for group in taxonomy.groups:
        shown = tuple(
            FacetCount(
                code=code,
                label=taxonomy.label(code, lang),
                count=counts.get(code, 0),
                chosen=code in chosen,
            )
            for code in group.facets
            if counts.get(code) or code in chosen
        )
        if shown:
            label = group.labels.get(lang, group.labels["en"])
            groups.append(FacetCounts(code=group.code, label=label, facets=shown))
    return tuple(groups)


def _note(query: SearchQuery, found: Found) -> Phrase | None:
    if found.asked.wordless:
        return Phrase(N_("There are no words to search for in “%(text)s”."), {"text": query.q})
    last = max(1, -(-found.page.total // query.per_page))
    if query.page > last:
        return Phrase(
            N_("There is no page %(page)s. The last page is %(last)s."), {"page": query.page, "last": last}
        )
    return None
