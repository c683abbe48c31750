"""Looking for help: the start page, the results, and a page for each need."""

from flask import Blueprint, abort, render_template, request

from directory.search.answer import Answer
from directory.search.engine import WHOLE, Selection
from directory.search.find import find
from directory.search.query import SearchQuery
from directory.web.access import public
from directory.web.cards import CardMaker
from directory.web.house import house
from directory.web.indexing import site_address
from directory.web.language import day_text, language, time_text
from directory.web.reading import documents
from directory.web.results_page import ResultsPage, asked_codes, carried_language
from directory.web.structured import need_facts, site_facts

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
@public
def home() -> str:
    """Where, then what."""
    parts = house()
    facts = site_facts(parts.settings.site_name, site_address())
    needs, presets = parts.taxonomy.top, parts.taxonomy.presets
    return render_template("search/home.html", needs=needs, presets=presets, facts=facts)


@blueprint.get("/search")
@public
def results() -> str:
    """A search with an address to save or share."""
    return _results_page(private=False)


@blueprint.post("/search")
@public
def private_results() -> str:
    """The same search without its words in the address or the history."""
    return _results_page(private=True)


@blueprint.get("/needs/<need>")
@public
def show_need(need: str) -> str:
    """What a need means, a search for it, and the needs below it."""
    taxonomy = house().taxonomy
    if need not in taxonomy.needs:
        abort(404)
    found = taxonomy.needs[need]
    above = tuple(reversed(taxonomy.ancestors(need)))
    facts = need_facts(taxonomy, need, site_address())
    return render_template("search/need.html", need=found, above=above, below=found.children, facts=facts)


def _results_page(*, private: bool) -> str:
    query = SearchQuery.parse(
        (request.form if private else request.args).to_dict(flat=False), house().taxonomy
    )
    answer = answer_to(query)
    asked = asked_codes(query, answer)
    maker = CardMaker(house().taxonomy, asked, query.unit, carried_language())
    view = ResultsPage(query, answer, house().taxonomy, maker, private)
    return render_template("search/results.html", view=view)


def answer_to(query: SearchQuery, *, ask_outside: bool = True, selection: Selection = WHOLE) -> Answer:
    """The answer of this instance to a search; `ask_outside`: street addresses may be asked of a geocoder;
    `selection`: what the site that asks shows of the directory."""
    parts = house()
    return find(
        query,
        engine=parts.engine,
        taxonomy=parts.taxonomy,
        gazetteer=parts.gazetteer,
        geocoder=parts.geocoder if ask_outside else None,
        documents=documents,
        now=parts.now(),
        lang=language(),
        format_time=time_text,
        format_date=day_text,
        selection=selection,
    )


def label(code: str) -> str:
    """The name of a need or filter in the language of the answer."""
    return house().taxonomy.label(code, language())
