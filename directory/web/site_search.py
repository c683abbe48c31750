"""The search as a partner's site shows it: its presets and locks, its limits, and its own listings first.

The widget and the frame (`/embed`) ask through here. What a site is limited to, and what it has locked, holds
whatever the page sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from directory.listings import store
from directory.listings.needs import Taxonomy
from directory.partners import pace
from directory.partners.admission import admit
from directory.partners.site import Site
from directory.search.engine import Selection
from directory.search.parameters import PARAMETERS, cleaned
from directory.search.query import SearchQuery
from directory.web import wording
from directory.web.cards import CardMaker
from directory.web.counting import count_search
from directory.web.house import house
from directory.web.language import LANGUAGES, gettext, language, speak
from directory.web.pages.search import answer_to
from directory.web.reading import reading
from directory.web.results_page import ResultsPage, asked_codes

ROWS = 5
"""Results at a time, where neither page nor partner says how many."""
PLACE = frozenset({"near", "ll"})
"""Two ways to say one thing: who sets or locks one, sets or locks both."""
LONGEST_KEY = 64
NAMES = frozenset(each.name for each in PARAMETERS)
WANTED = NAMES - {"page", "per_page", "lang", "unit", "sort"}
"""Who gives none of these has only come to the page, and is not counted."""

Given = Mapping[str, Sequence[str]]
"""Parameter to its values, as a query string has them."""


@dataclass(frozen=True)
class SitePage(ResultsPage):
    """One page of an answer, as a partner's site shows it. `asked`: what was asked there, presets included;
    `own`: ids of listings of the partner's own."""

    site: Site
    asked: Given
    own: frozenset[str]
    key: str

    @property
    def nowhere(self) -> str:
        """What is said where no place was asked for: a site need not show the whole directory."""
        return gettext("Add a ZIP code or city to see what is near.")

    def is_locked(self, name: str) -> bool:
        """Whether a visitor may not change it."""
        return name in locked_of(self.site)

    def here(self, query: SearchQuery) -> str:
        """Another search on the same site, as an address of the frame."""
        emptied = [
            (name, "") for name in self.site.presets if name in self.asked and not any(self.asked[name])
        ]
        return f"/embed?{urlencode([('key', self.key), *query.parameters(), *emptied])}"

    @property
    def need_choices(self) -> list[tuple[str, str]]:
        """(codes, text) of what can be asked for: of one need that the site is limited to, what is below."""
        taxonomy, chosen = self.taxonomy, list(self.asked.get("need", ()))
        codes = list(self.site.needs) or [each.code for each in taxonomy.top]
        if len(codes) == 1:
            codes += taxonomy.needs[codes[0]].children if codes[0] in taxonomy.needs else ()
        choices = {"": gettext("All kinds of help")}
        if chosen and chosen not in [[each] for each in codes]:
            choices[" ".join(chosen)] = ", ".join(wording.labels(taxonomy, chosen))
        return [*choices.items(), *((code, wording.labels(taxonomy, [code])[0]) for code in codes)]

    @property
    def whole_url(self) -> str:
        """The same search on our own page, in the language of the answer."""
        return self.query.changed(per_page=20, lang=language()).url()


def enter(given: Given) -> Site:
    """The site of the key that was given, for the page that asks. Raises `PartnerRefused`, `PaceExceeded`."""
    wanted = [*given.get("lang", ()), *given.get("page_lang", ())]
    speak(next((each for each in wanted if each in LANGUAGES), language()))
    now = house().now()
    site = admit(reading(), key_of(given), request.headers.get("Origin"), now)
    pace.take(site, now)
    return site


def key_of(given: Given) -> str:
    """The key that was given, short enough and without odd signs."""
    return cleaned((given.get("key") or [""])[0])[:LONGEST_KEY]


def search_on(site: Site, given: Given) -> SitePage:
    """The answer to a search on the site. Raises what a search raises."""
    asked = asked_on(site, given)
    speak(next((each for each in asked.get("lang", ()) if each in LANGUAGES), language()))
    taxonomy = house().taxonomy
    query = SearchQuery.parse(asked, taxonomy)
    if site.needs and not query.need and not query.q:
        query = query.changed(need=known_needs(site, taxonomy), page=query.page)
    own = store.listings_of(reading(), site.own)
    selection = Selection(needs=site.needs, states=tuple(sorted(site.states)), first=own)
    answer = answer_to(query, selection=selection)
    maker = CardMaker(taxonomy, asked_codes(query, answer), query.unit, f"?lang={language()}")
    page = SitePage(
        query, answer, taxonomy, maker, private=False, site=site, asked=asked, own=own, key=key_of(given)
    )
    if query.page == 1 and "start" not in given and WANTED & set(given):
        needs = [*asked.get("need", ()), *(each.code for each in answer.understood if each.meant == "need")]
        count_search(site, [each for each in needs if each in taxonomy.needs], answer.place)
    return page


def asked_on(site: Site, given: Given) -> dict[str, list[str]]:
    """What is asked (pure): the site's presets where the page says nothing, and nothing else of what it has
    locked. A name that is given empty was emptied by the visitor, and is no preset any more."""
    locked = locked_of(site)
    asked = {name: list(values) for name, values in given.items() if name in NAMES and name not in locked}
    said = set(asked) | (PLACE if PLACE & set(asked) else set())
    for name, value in site.presets.items():
        if name in NAMES and name not in said:
            asked[name] = [value] if isinstance(value, str) else list(value)
    rows = site.presets.get("rows")
    if "rows" in locked or "per_page" not in asked:
        asked["per_page"] = [str(rows or ROWS)]
    if "lang" not in asked and given.get("page_lang"):
        asked["lang"] = [each for each in given["page_lang"] if each in LANGUAGES]
    return asked


def locked_of(site: Site) -> frozenset[str]:
    """The names that are locked, both ways to say a place together."""
    return site.locked | PLACE if site.locked & PLACE else site.locked


def known_needs(site: Site, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The needs that the site is limited to; a code that the taxonomy no longer has is left out."""
    return tuple(sorted(each for each in site.needs if each in taxonomy.needs))


def site_json(page: SitePage) -> dict[str, Any]:
    """What the widget needs to know of the site, beside the answer."""
    form = page.form
    groups: list[dict[str, Any]] = [
        {"name": each.name, "label": each.title, "one": True, "options": each.options}
        for each in form.choices
    ]
    groups += [
        {
            "name": each.name,
            "label": each.label,
            "one": False,
            "options": [(option.code, option.label, option.count) for option in each.options],
        }
        for each in form.groups
        if each.name == "filter"
    ]
    site = page.site
    return {
        "name": site.name,
        "lang": language(),
        "presets": dict(site.presets),
        "locked": sorted(locked_of(site)),
        "asked": page.asked,
        "needs": page.need_choices,
        "groups": groups,
    }


def said_json(page: SitePage) -> dict[str, Any]:
    """The answer in sentences, in its language."""
    notes = [*page.notes, *([page.corrected] if page.corrected else [])]
    return {
        "heading": page.heading,
        "summary": page.summary,
        "notes": notes,
        "try": page.suggestions_title,
        "url": page.whole_url,
        "first": page.first,
        "pages": page.paging.last,
    }
