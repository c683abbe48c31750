"""What a search adds to the listings it found: distance, open or not, the next meeting, whom it serves."""

from collections.abc import Sequence

from directory.geo.place import Place
from directory.geo.states import state
from directory.listings import areas, hours
from directory.listings.freshness import capacities_now
from directory.listings.opening import OpenState, State
from directory.listings.record import Schedule
from directory.phrases import N_, Phrase
from directory.search.answer import Result
from directory.search.asking import Asked, Desk, Document
from directory.search.engine import Hit
from directory.search.entry import schedule_of

UNKNOWN = OpenState("unknown")


def results_of(hits: Sequence[Hit], asked: Asked, desk: Desk) -> tuple[Result, ...]:
    """The hits with their documents, in order; a hit whose document is gone is passed over."""
    if not hits:
        return ()
    documents = desk.documents([each.id for each in hits])
    return tuple(
        result_of(documents[each.id], each, asked.place, desk) for each in hits if each.id in documents
    )


def result_of(document: Document, hit: Hit, place: Place | None, desk: Desk) -> Result:
    """One listing as a search shows it."""
    schedules = tuple(map(schedule_of, document["schedules"]))
    is_meeting = document["kind"] == "peer_group" or document["attendance"] is not None
    meeting = hours.next_meeting(schedules, desk.now) if is_meeting else None
    meeting_text = meeting and hours.meeting_wording(meeting, desk.now, desk.format_time, desk.format_date)
    open_state, open_text = open_words(document, schedules, desk)
    far = hit.distance_miles is None or hit.reach == "video"
    return Result(
        document=document,
        hit=hit,
        distance_miles=None if far else round(hit.distance_miles or 0.0, 1),
        serves=serves(document, hit, place),
        open_state=open_state,
        open_text=meeting_text or open_text,
        next_meeting=meeting,
        next_meeting_text=meeting_text,
        capacity=capacities_now(document["capacity"], desk.now),
    )


def open_words(document: Document, schedules: Sequence[Schedule], desk: Desk) -> tuple[State, Phrase]:
    """Open, closed or unknown now, and the words for it (PRODUCT S9, S18)."""
    if document["status"] == "temporarily closed":
        return "closed", Phrase(N_("Closed for now"))
    now = hours.open_state(schedules, desk.now) if schedules else UNKNOWN
    if now.state == "unknown" and document["around_the_clock"]:
        return now.state, Phrase(N_("24-hour care · call for admission hours"))
    return now.state, hours.wording(now, desk.now, desk.format_time, desk.format_date)


def serves(document: Document, hit: Hit, place: Place | None) -> Phrase | None:
    """How a listing that is not near reaches the place; without a place, whom one without a point serves."""
    if hit.reach == "video" and document["virtual"]:
        extent = _covering(document["virtual"]["areas"], place)
        if extent in (None, "US"):
            return Phrase(N_("Also by video"))
        return Phrase(N_("Also by video in %(area)s"), {"area": _short_name(extent)})
    if hit.reach == "area" or (place is None and document["latitude"] is None and document["areas"]):
        extent = _covering(document["areas"], place)
        if extent == "US":
            return Phrase(N_("Serves the whole country"))
        if extent is not None:
            return Phrase(N_("Serves %(area)s"), {"area": _name(extent)})
        return Phrase(N_("Serves your area"))
    return None


def _covering(extents: Sequence[str], place: Place | None) -> str | None:
    """The largest of the extents that cover the place; without a place, the largest."""
    return min(
        (
            each
            for each in extents
            if place is None
            or areas.covers([each], state=place.state, county=place.county, postal_code=place.postal_code)
        ),
        key=lambda each: (len(each.partition("/")[0]), "/" in each),
        default=None,
    )


def _name(extent: str) -> str | Phrase:
    """`US-PA` is "Pennsylvania", `US-PA/Philadelphia` "Philadelphia, PA", `US-PA/19104` "ZIP code 19104"."""
    code, _, part = extent.removeprefix("US-").partition("/")
    if not part:
        return state(code).name
    if part.isdecimal():
        return Phrase(N_("ZIP code %(code)s"), {"code": part})
    return f"{part}, {code}"


def _short_name(extent: str) -> str | Phrase:
    """`US-PA` as "PA"."""
    code, _, part = extent.removeprefix("US-").partition("/")
    return _name(extent) if part else code
