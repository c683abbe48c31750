"""The form beside the results: what is chosen in it, what can be, and what narrows the search."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from directory.listings.needs import Taxonomy
from directory.listings.record import KINDS
from directory.phrases import N_
from directory.search.answer import Answer, FacetCounts
from directory.search.query import DEFAULT_RADIUS, SearchQuery
from directory.web import wording
from directory.web.language import gettext, language, number_text, time_text, weekday_text

RADII = (5, 10, 25, 50, 100)
SORTS = {
    "best": N_("Best match"),
    "nearest": N_("Nearest"),
    "soonest": N_("Soonest meeting"),
    "verified": N_("Checked most recently"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick. `count` is text; empty when it is not known."""

    code: str
    label: str
    count: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes of which one is enough. `name` is the parameter they set."""

    code: str
    label: str
    name: str
    options: list[Option]

    @property
    def chosen(self) -> int:
        """How many are ticked."""
        return sum(option.chosen for option in self.options)


class Choice(NamedTuple):
    """A list to choose one of: (value, text, chosen) each."""

    name: str
    title: str
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class SearchForm:
    """The form of one search, filled in from its answer."""

    query: SearchQuery
    answer: Answer
    taxonomy: Taxonomy

    @property
    def needs(self) -> tuple[str, ...]:
        """Needs asked for, by code or in words."""
        return tuple(dict.fromkeys((*self.query.need, *self._understood("need"))))

    def _understood(self, meant: str) -> list[str]:
        return [item.code for item in self.answer.understood if item.meant == meant]

    @property
    def ll(self) -> str:
        """The rounded location in use, as it is written in a form."""
        return f"{self.query.ll[0]:.2f},{self.query.ll[1]:.2f}" if self.query.ll else ""

    @property
    def place_name(self) -> str:
        """The place understood."""
        return self.answer.place.name if self.answer.place else ""

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form repeats unseen."""
        kept = {"need", "unit", "literal", "per_page"}
        return [(name, value) for name, value in self.query.parameters() if name in kept]

    @property
    def choices(self) -> list[Choice]:
        """Distance and order."""
        asked = self.query.radius
        unit = gettext("kilometers") if self.query.unit == "km" else gettext("miles")
        automatic = gettext(
            "Automatic (%(number)s %(unit)s)", number=int(DEFAULT_RADIUS[self.query.unit]), unit=unit
        )
        lengths = sorted({*RADII, *([asked] if asked else [])})
        radius = [("", automatic, asked is None)]
        radius += [(f"{each:g}", f"{number_text(each, 1)} {unit}", each == asked) for each in lengths]
        sort = [(code, gettext(name), code == self.query.sort) for code, name in SORTS.items()]
        return [Choice("radius", gettext("Distance"), radius), Choice("sort", gettext("Sort by"), sort)]

    @property
    def open_box(self) -> Option:
        """The box that asks for open places: now, or at the time that was asked for."""
        asked = dict(self.query.parameters()).get("open", "")
        text = gettext("Open now") if asked in ("", "now") else gettext("Open then")
        return Option(asked or "now", text, "", bool(asked))

    @property
    def meeting_choices(self) -> list[Choice]:
        """The day of a meeting, and how one takes part."""
        chosen, attend = self.query.day, self.query.attend
        days = [("", gettext("Any day"), chosen is None)]
        days += [(str(day), weekday_text(day), day == chosen) for day in range(7)]
        ways = [("", gettext("Either way"), attend is None)]
        ways += [(code, gettext(name), code == attend) for code, name in wording.ATTENDANCE.items()]
        return [Choice("day", gettext("Day"), days), Choice("attend", gettext("How"), ways)]

    @property
    def has_times(self) -> bool:
        """Whether anything about meeting times is asked, or meetings are what is looked for."""
        query = self.query
        asked = query.day is not None or query.attend or query.time_from or query.time_to
        return bool(asked) or "peer_groups" in self.needs

    @property
    def time_from(self) -> str:
        """As a time field writes it."""
        return f"{self.query.time_from:%H:%M}" if self.query.time_from else ""

    @property
    def time_to(self) -> str:
        """As a time field writes it."""
        return f"{self.query.time_to:%H:%M}" if self.query.time_to else ""

    @cached_property
    def groups(self) -> list[Group]:
        """Kinds, then the filters that would leave something, each with how many."""
        kinds = [
            Option(kind, gettext(wording.KIND_NAMES[kind]), "", kind in self.query.kind) for kind in KINDS
        ]
        return [*map(self._group, self.answer.facets), Group("kind", gettext("Kind of help"), "kind", kinds)]

    def _group(self, found: FacetCounts) -> Group:
        chosen = self.query.filter
        options = [
            Option(each.code, each.label, number_text(each.count), each.code in chosen)
            for each in found.facets
        ]
        return Group(found.code, found.label, "filter", options)

    @cached_property
    def active(self) -> list[tuple[str, SearchQuery]]:
        """(text, search without it) of everything that narrows the search."""
        return list(self._active())

    def _active(self) -> Iterator[tuple[str, SearchQuery]]:
        query = self.query
        for code in query.need:
            yield self.taxonomy.label(code, language()), query.toggled("need", code)
        for code in query.filter:
            yield self.taxonomy.label(code, language()), query.toggled("filter", code)
        for kind in query.kind:
            yield gettext(wording.KIND_NAMES[kind]), query.toggled("kind", kind)
        if query.open is not None:
            yield (
                gettext("Open now") if query.open == "now" else gettext("Open then"),
                query.changed(open=None),
            )
        if query.day is not None:
            yield weekday_text(query.day), query.changed(day=None)
        if query.time_from is not None:
            yield gettext("from %(time)s", time=time_text(query.time_from)), query.changed(time_from=None)
        if query.time_to is not None:
            yield gettext("to %(time)s", time=time_text(query.time_to)), query.changed(time_to=None)
        if query.attend is not None:
            yield gettext(wording.ATTENDANCE[query.attend]), query.changed(attend=None)

    @property
    def cleared(self) -> SearchQuery:
        """The same words and place, with nothing that narrows."""
        return self.query.changed(
            need=(), filter=(), kind=(), open=None, day=None, time_from=None, time_to=None, attend=None
        )
