"""What a person means by the words typed: needs, filters, a place, a time; and the words left over.

Pure. Nothing is guessed: words are understood only where they are, as they stand, a phrase that the taxonomy
or the tables of `time_words` and `place_words` know. All languages are understood at once.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, get_args

from directory.geo.gazetteer import Gazetteer
from directory.listings.needs import Taxonomy
from directory.listings.record import Attendance
from directory.search.phrase_table import Found, phrase_table
from directory.search.place_words import take_place, take_radius
from directory.search.time_words import (
    MEETING_WORDS,
    PASSING_WORDS,
    When,
    take_attendance,
    take_open_now,
    take_when,
)
from directory.search.typed_words import Typed
from directory.search.words import stem

Meant = Literal["need", "filter", "place", "radius", "time", "open", "attend", "left_out"]
PEER_GROUPS = "peer_groups"
_FILLERS = """
    help helping service services program programs center centers centre place places facility facilities
    provider providers resource resources option options available information info people person someone
    anyone accept accepts accepting take takes taking offer offers offering provide provides around open
    local area get getting go good best using use uses friendly recovery recovering addiction phone number
    call son daughter husband wife brother sister mother father mom dad friend meeting meetings group groups
    clinic clinics city town county ayuda ayudas servicio servicios programa programas centro centros lugar
    lugares recurso recursos disponible disponibles informacion persona personas gente alguien acepta
    aceptan aceptar ofrece ofrecen reunion reuniones grupo grupos clinica clinicas zona ciudad toma toman
    tenga tengan abierto abierta usa uso recuperacion adiccion hijo hija esposo esposa hermano hermana madre
    padre mama papa amigo amiga telefono medico
"""
FILLERS = frozenset(map(stem, _FILLERS.split()))
"""Stems that ask for nothing once something else was understood: "detox *program*", "*help* with rent"."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing understood: the text as typed, what it was taken for, and its code.

    `left_out`: a negated phrase ("not faith based"), which is neither asked for nor searched as words.
    """

    text: str
    meant: Meant
    code: str

    def as_json(self) -> dict[str, Any]:
        """An entry of `understood`."""
        return {"text": self.text, "as": self.meant, "code": self.code}


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """`words`: folded words left to search for. `phrases`: what stood in quotes, as folded words."""

    needs: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    place: str | None = None
    radius_miles: float | None = None
    when: When | None = None
    open_now: bool = False
    attend: Attendance | None = None
    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    items: tuple[Item, ...] = ()


def as_words(q: str) -> Understood:
    """The text taken as words only (`literal`)."""
    typed = Typed(q)
    return Understood(words=_left(typed), phrases=typed.phrases)


def understand(
    q: str,
    taxonomy: Taxonomy,
    gazetteer: Gazetteer,
    *,
    with_place: bool = True,
    with_codes: bool = True,
    for_meetings: bool = False,
) -> Understood:
    """What `q` means. `with_place` False leaves places as words (the person said elsewhere where), and
    `with_codes` False needs, filters and times (it may be a name: "Freedom House Recovery Center").

    `for_meetings`: meetings are asked for already; else a time is taken as the time of a meeting only beside
    words for one, because "shelter tonight" asks for no meeting.
    """
    typed = Typed(q)
    table = phrase_table(taxonomy)
    radius = take_radius(typed)
    place = take_place(typed, table, gazetteer) if with_place else None
    if not with_codes:
        return _place_and_words(typed, place)
    open_now = take_open_now(typed)
    found = _worth_hearing(table.find(typed), typed)
    texts = [typed.take(each.start if each.negation is None else each.negation, each.end) for each in found]
    needs, filters = _sort_out([each for each in found if each.negation is None], typed, taxonomy)
    items = [
        Item(text, _meant(each, needs), each.meaning.code)
        for each, text in zip(found, texts, strict=True)
        if each.negation is not None or each.meaning.code in (*needs, *filters)
    ]
    meetings = for_meetings or _means_meetings(needs, typed, taxonomy)
    when, attend = _take_times(typed, items) if meetings else (None, None)
    if meetings:
        filters, attend, items = _attendance_of_meetings(filters, attend, items, taxonomy)
    if open_now is not None:
        items.append(Item(open_now, "open", "now"))
        if meetings and when is None:
            when = When(name="now", soon=True)
    if radius:
        items.append(Item(radius[0], "radius", f"{radius[1]:.1f}"))
    if place:
        items.append(Item(place[0], "place", place[1]))
    if not meetings:
        typed.take_all(PASSING_WORDS if needs or filters else ())
    return Understood(
        needs=needs,
        filters=filters,
        place=place[1] if place else None,
        radius_miles=radius[1] if radius else None,
        when=when,
        open_now=open_now is not None and not meetings,
        attend=attend,
        words=_left(typed, FILLERS if needs or filters else frozenset()),
        phrases=typed.phrases,
        items=tuple(items),
    )


def _place_and_words(typed: Typed, place: tuple[str, str] | None) -> Understood:
    return Understood(
        place=place[1] if place else None,
        words=_left(typed),
        phrases=typed.phrases,
        items=(Item(place[0], "place", place[1]),) if place else (),
    )


def _left(typed: Typed, fillers: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The words left over, each once."""
    return tuple(dict.fromkeys(each.folded for each in typed.left if each.stem not in fillers))


def _worth_hearing(found: list[Found], typed: Typed) -> list[Found]:
    """Without needs of everyday words only ("my son", "get help") where another need is named."""

    def is_weak(each: Found) -> bool:
        words = typed.words[each.start : each.end]
        return each.meaning.what == "need" and all(word.is_stop or word.stem in FILLERS for word in words)

    strong = [each for each in found if not is_weak(each)]
    return strong if any(each.meaning.what == "need" for each in strong) else found


def _meant(found: Found, needs: tuple[str, ...]) -> Meant:
    if found.negation is not None:
        return "left_out"
    return "need" if found.meaning.code in needs else "filter"


def _sort_out(
    found: list[Found], typed: Typed, taxonomy: Taxonomy
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Needs and filters.

    Needs are joined by OR, but "outpatient suboxone" means both. So where no "and" or "or" stands between
    needs, one after the first that is also a filter, of another group than the first, narrows as a filter.
    A need above another one that was named says nothing more ("NA meeting").
    """
    named = [each for each in found if each.meaning.what == "need"]
    codes = dict.fromkeys(each.meaning.code for each in named)
    above = {other for code in codes for other in taxonomy.ancestors(code)}
    needs = [code for code in codes if code not in above]
    filters = [each.meaning.code for each in found if each.meaning.what == "filter"]
    if len(needs) > 1 and not _joined(named, typed):
        main = next((each for each in needs if each not in taxonomy.facets), needs[0])
        narrowing = [each for each in needs if each != main and _other_group(each, main, taxonomy)]
        needs = [each for each in needs if each not in narrowing]
        filters.extend(narrowing)
    return tuple(needs), tuple(dict.fromkeys(filters))


def _other_group(code: str, main: str, taxonomy: Taxonomy) -> bool:
    facet, other = taxonomy.facets.get(code), taxonomy.facets.get(main)
    return facet is not None and (other is None or facet.group != other.group)


def _joined(named: list[Found], typed: Typed) -> bool:
    """Whether an "and", "or" or comma stands between the first and the last need named."""
    return any(each.is_connector for each in typed.words[named[0].end : named[-1].start])


def _means_meetings(needs: tuple[str, ...], typed: Typed, taxonomy: Taxonomy) -> bool:
    return any(each == PEER_GROUPS or PEER_GROUPS in taxonomy.ancestors(each) for each in needs) or any(
        each.folded in MEETING_WORDS for each in typed.words
    )


def _take_times(typed: Typed, items: list[Item]) -> tuple[When | None, Attendance | None]:
    when, attend = take_when(typed), take_attendance(typed)
    if when:
        items.append(Item(when[0], "time", when[1].name))
    if attend:
        items.append(Item(attend[0], "attend", attend[1]))
    return when[1] if when else None, attend[1] if attend else None


def _attendance_of_meetings(
    filters: tuple[str, ...], attend: Attendance | None, items: list[Item], taxonomy: Taxonomy
) -> tuple[tuple[str, ...], Attendance | None, list[Item]]:
    """A filter for attending is, for a meeting, its attendance."""
    for attendance in get_args(Attendance):
        facet = taxonomy.facets.get(attendance)
        if attendance in filters and facet is not None and facet.group == "attendance":
            filters = tuple(each for each in filters if each != attendance)
            items = [
                Item(each.text, "attend", each.code) if each.code == attendance else each for each in items
            ]
            attend = attend or attendance
    return filters, attend, items


def by_facet_group(codes: tuple[str, ...], taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Filters by their group, as engines take them."""
    pairs = sorted((taxonomy.facets[code].group, code) for code in dict.fromkeys(codes))
    return {
        group: tuple(code for _, code in each) for group, each in groupby(pairs, key=lambda pair: pair[0])
    }
