"""One search result in words, ready to be shown: the template does nothing but place them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from directory.listings.needs import Taxonomy
from directory.phrases import N_
from directory.search.answer import Result
from directory.web import wording
from directory.web.language import gettext, language, say
from directory.web.wording import Document

MOST_NEEDS = 4
MOST_CHIPS = 5
MOST_ALSO = 3
CHIP_GROUPS = ("payment", "population", "requirements", "access", "language", "age", "gender", "faith")
"""Filters that a card shows, in this order; what was asked for comes before."""
PLACED_SHORT = {"postal_code": N_("placed by ZIP code"), "city": N_("placed by town")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Texts are in the language of the answer, but for names and addresses. Empty means: leave it out."""

    id: str
    """Of the listing."""
    url: str
    name: str
    organization: str
    is_example: bool
    what: str
    distance: str
    where: str
    placed: str
    serves: str
    by_video: bool
    time: str
    state: str
    capacity: list[tuple[str, str]]
    chips: list[tuple[str, bool]]
    also: str
    phone: str
    extension: str
    tel: str
    join_url: str
    website: str
    directions: bool
    source: str


@dataclass(frozen=True)
class CardMaker:
    """What all cards of an answer share. `asked`: needs and filters of the search; `carried`: what every
    link of the answer ends in (`?lang=es`, or nothing)."""

    taxonomy: Taxonomy
    asked: Collection[str]
    unit: str
    carried: str

    def card(self, result: Result) -> Card:
        """The card of one result."""
        document = result.document
        address = document["address"]
        phone = document["phones"][0] if document["phones"] else {}
        return Card(
            id=document["id"],
            url=f"/listings/{document['id']}{self.carried}",
            name=document["name"],
            organization=document["organization"] if document["organization"] != document["name"] else "",
            is_example=document["is_example"],
            what=self._what(document),
            distance=self._distance(result),
            where=self._where(document),
            placed=_placed(document),
            serves=_serves(result),
            by_video=result.hit.reach == "video" or document["kind"] == "telehealth",
            time=say(result.open_text),
            state=_state(result),
            capacity=[wording.capacity_text(each) for each in result.capacity[:2]],
            chips=self._chips(document),
            also=self._in_short(document["also"], MOST_ALSO, known=document["needs"]),
            phone=phone.get("number") or "",
            extension=str(phone.get("extension") or ""),
            tel=phone.get("tel") or "",
            join_url=document["join_url"] or "",
            website=document["website"] or "",
            directions=bool(address and address.get("address_1")),
            source=wording.source_text(document["source"]),
        )

    def _what(self, document: Document) -> str:
        text = self._in_short(document["needs"], MOST_NEEDS) or gettext(wording.KIND_NAMES[document["kind"]])
        attendance = document["attendance"]
        return f"{text} · {gettext(wording.ATTENDANCE[attendance])}" if attendance else text

    def _in_short(self, needs: Sequence[str], most: int, known: Collection[str] = ()) -> str:
        codes = wording.in_short(self.taxonomy, needs, self.asked, known=known)
        names = wording.labels(self.taxonomy, codes[:most])
        if len(codes) > most:
            names.append(gettext("%(number)s more", number=len(codes) - most))
        return ", ".join(names)

    def _distance(self, result: Result) -> str:
        if result.distance_miles is None:
            return ""
        is_exact = result.document["location_precision"] == "exact"
        return wording.miles_text(result.distance_miles, self.unit, is_exact=is_exact)

    @staticmethod
    def _where(document: Document) -> str:
        if document["location_precision"] == "hidden":
            return gettext("private address, please call")
        return wording.address_line(document["address"])

    def _chips(self, document: Document) -> list[tuple[str, bool]]:
        held = set(document["filters"]) - set(document["needs"])
        groups = {group.code: group.facets for group in self.taxonomy.groups}
        ordered = [code for group in CHIP_GROUPS for code in groups.get(group, ()) if code in held]
        ordered.sort(key=lambda code: code not in self.asked)
        chips = [(self.taxonomy.label(code, language()), code in self.asked) for code in ordered[:MOST_CHIPS]]
        if len(ordered) > MOST_CHIPS:
            chips.append((gettext("+ %(number)s more", number=len(ordered) - MOST_CHIPS), False))
        return chips


def _serves(result: Result) -> str:
    """How it reaches someone who is not near."""
    if result.serves is not None:
        return say(result.serves)
    is_meeting = result.document["kind"] == "peer_group"
    return gettext("Also by phone or video") if result.document["virtual"] and not is_meeting else ""


def _state(result: Result) -> str:
    """Which color the words about time have; those about a meeting or care around the clock have none."""
    if result.next_meeting or (result.open_state == "unknown" and result.document["around_the_clock"]):
        return ""
    return result.open_state


def _placed(document: Document) -> str:
    sentence = PLACED_SHORT.get(document["location_precision"])
    return gettext(sentence) if sentence and document["address"] else ""
