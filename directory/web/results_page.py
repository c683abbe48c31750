"""What a results page shows of an answer, worked out and put into words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from directory.listings.needs import Taxonomy
from directory.search.answer import Answer
from directory.search.query import KM_PER_MILE, SearchQuery
from directory.search.understand import Item
from directory.web import wording
from directory.web.cards import Card, CardMaker
from directory.web.language import (
    gettext,
    given_language,
    language,
    ngettext,
    number_text,
    say,
)
from directory.web.paging import Paging, paging
from directory.web.search_form import SearchForm


@dataclass(frozen=True)
class ResultsPage:
    """One page of an answer. `private`: it was asked by POST, and its links stay POST."""

    query: SearchQuery
    answer: Answer
    taxonomy: Taxonomy
    maker: CardMaker
    private: bool

    @cached_property
    def form(self) -> SearchForm:
        """The form that asks again, with everything chosen in it."""
        return SearchForm(self.query, self.answer, self.taxonomy)

    # --- what was found ---------------------------------------------------------------------------

    @cached_property
    def heading(self) -> str:
        """What was looked for, and where."""
        place = self.answer.place
        if place is None:
            return self._what
        if place.is_region:
            return gettext("%(what)s in %(place)s", what=self._what, place=place.name)
        return gettext("%(what)s near %(place)s", what=self._what, place=place.name)

    @cached_property
    def _what(self) -> str:
        needs = wording.labels(self.taxonomy, self.form.needs)
        if needs:
            *most, last = needs
            return gettext("%(most)s or %(last)s", most=", ".join(most), last=last) if most else last
        if self.query.kind:
            return ", ".join(gettext(wording.KIND_NAMES[kind]) for kind in self.query.kind)
        return f"“{self.query.q}”" if self.query.q else gettext("All kinds of help")

    @property
    def total(self) -> str:
        """How many were found."""
        count = self.answer.total
        return ngettext("%(number)s result", "%(number)s results", count, number=number_text(count))

    @property
    def summary(self) -> str:
        """How many, and within what distance."""
        if not self.answer.total:
            return gettext("Nothing found for this search yet.")
        if self.answer.radius_miles is None:
            return self.total
        return gettext(
            "%(total)s within %(distance)s",
            total=self.total,
            distance=self.distance(self.answer.radius_miles),
        )

    @property
    def title(self) -> str:
        """For the browser's tab."""
        title = f"{self.heading} – {self.total}"
        return (
            f"{title}, {gettext('page %(number)s', number=self.query.page)}" if self.query.page > 1 else title
        )

    def distance(self, miles: float) -> str:
        """A radius in the unit of the search."""
        number = miles * KM_PER_MILE if self.query.unit == "km" else miles
        unit = gettext("kilometers") if self.query.unit == "km" else gettext("miles")
        return f"{number_text(number)} {unit}"

    @property
    def notes(self) -> list[str]:
        """What was done differently from what was asked, said aloud."""
        return list(self._notes())

    def _notes(self) -> Iterator[str]:
        place = self.answer.place
        if self.answer.note is not None:
            yield say(self.answer.note)
        if self.answer.urgent and self.answer.total:
            yield gettext("Care by day and night comes first. If someone may be in danger, call 911.")
        if place is None:
            yield self.nowhere
        elif place.note is not None:
            yield say(place.note)
        if self.answer.widened and self.answer.radius_miles is not None:
            yield gettext(
                "There was little close by, so we looked within %(distance)s.",
                distance=self.distance(self.answer.radius_miles),
            )

    @property
    def nowhere(self) -> str:
        """What is said where no place was asked for."""
        return gettext("This is the whole directory. Add a ZIP code or city to see what is near.")

    @property
    def understood(self) -> list[str]:
        """What was made of the words typed."""
        return [self._meant(item) for item in self.answer.understood]

    def _meant(self, item: Item) -> str:
        meaning = self._meaning(item.meant, item.code)
        return meaning if meaning.casefold() == item.text.casefold() else f"{item.text} → {meaning}"

    def _meaning(self, meant: str, code: str) -> str:
        known = code in self.taxonomy.needs or code in self.taxonomy.facets
        return self.taxonomy.label(code, language()) if meant in ("need", "filter") and known else code

    @property
    def literal(self) -> SearchQuery:
        """The same search with its words taken as words."""
        return self.query.changed(literal=True)

    @property
    def alternatives(self) -> list[tuple[str, SearchQuery]]:
        """Other places of the same name."""
        place = self.answer.place
        return (
            [(name, self.query.changed(near=name, ll=None)) for name in place.alternatives] if place else []
        )

    @cached_property
    def cards(self) -> list[Card]:
        """The results of this page."""
        return [self.maker.card(each) for each in self.answer.results]

    @property
    def first(self) -> int:
        """The number of the first result of this page."""
        return self.answer.first_number

    @cached_property
    def paging(self) -> Paging:
        """Links to other pages."""
        return paging(self.query.page, self.query.per_page, self.answer.total)

    def page(self, number: int) -> SearchQuery:
        """The same search, another page."""
        return self.query.changed(page=number)

    # --- what to try ------------------------------------------------------------------------------

    @property
    def corrected(self) -> str:
        """What was searched instead of what was typed."""
        if not self.answer.corrected:
            return ""
        return gettext(
            "Nothing for “%(typed)s”, so we looked for “%(text)s”.",
            typed=self.query.q,
            text=self.answer.corrected,
        )

    @property
    def suggestions(self) -> list[tuple[str, str, SearchQuery]]:
        """(text, how many it finds, search) of others to try."""
        return [(say(each.text), number_text(each.total), each.query) for each in self.answer.suggestions]

    @property
    def suggestions_title(self) -> str:
        """Over other searches that find something."""
        return gettext("You could also try") if self.cards else gettext("You could try")


def carried_language() -> str:
    """What links outside the search end in, so that a language that was asked for stays."""
    lang = given_language()
    return f"?lang={lang}" if lang else ""


def asked_codes(query: SearchQuery, answer: Answer) -> set[str]:
    """Needs and filters of a search, by code or in words."""
    return {*query.need, *query.filter, *(item.code for item in answer.understood)}
