"""The form about a partner site, both ways: what was typed to `NewPartner`, and back; and what it offers."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from directory.errors import PlaceUnknown, QueryInvalid
from directory.geo.places import find_place
from directory.geo.states import STATES, state_code
from directory.listings.tables import Organization
from directory.partners.presets import PRESETS, ROWS, SEVERAL, THEMES
from directory.partners.wishes import PER_MINUTE, NewPartner
from directory.phrases import N_
from directory.web import wording
from directory.web.house import house
from directory.web.language import LANGUAGES, gettext, language
from directory.web.search_form import SORTS
from directory.web.work import unread

PRESET = "preset_"
"""Before the name of a preset in the form."""
MOST_FOUND = 20
"""Organizations that one look shows."""
Choices = list[tuple[str, str]]


# --- what was typed ---------------------------------------------------------------------------------


def read_partner(form: MultiDict[str, str], session: Session) -> NewPartner:
    """What was typed. Raises `QueryInvalid` for what means nothing here, before anything is checked there."""
    near = form.get(PRESET + "near", "")
    if near.strip():
        _need_place(near)
    return NewPartner(
        name=form.get("name", ""),
        origins=form.get("origins", "").splitlines(),
        own_organizations=list(organization_names(session, form.getlist("own"))),
        needs=form.getlist("needs"),
        states=_read_states(form.get("states", "")),
        presets={
            name: _values(name, form.getlist(PRESET + name)) for name in PRESETS if PRESET + name in form
        },
        locked=form.getlist("locked"),
        per_minute=_number(form.get("per_minute", str(PER_MINUTE))),
    )


def _values(name: str, typed: Sequence[str]) -> list[str]:
    """A list of one choice holds several codes where several are set."""
    return [code for each in typed for code in each.split()] if name in SEVERAL else list(typed)


def _need_place(typed: str) -> None:
    try:
        find_place(typed, house().gazetteer)
    except PlaceUnknown as problem:
        raise QueryInvalid(problem.phrase, {PRESET + "near": [problem.phrase]}) from None


def _read_states(typed: str) -> list[str]:
    """Names or letters, with commas or line ends between; two letters may also stand side by side. What is no
    state stays as it was typed, to be told."""
    parts = [each.strip() for each in re.split(r"[,;\n]", typed) if each.strip()]
    found = []
    for part in parts:
        words = part.split()
        pairs = len(words) > 1 and state_code(part) is None and all(len(each) == 2 for each in words)
        found += [state_code(each) or each for each in (words if pairs else [part])]
    return found


def _number(typed: str) -> int:
    text = typed.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def organization_names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The listed organizations of these ids, with their names, in that order; others are left out."""
    wanted = [each for each in dict.fromkeys(ids) if re.fullmatch(r"[0-9a-f-]{36}", each)]
    query = select(Organization.id, Organization.name).where(Organization.id.in_(wanted))
    names = {str(key): name for key, name in session.execute(query)}
    return {each: names[each] for each in wanted if each in names}


def find_organizations(session: Session, typed: str) -> Choices:
    """Listed organizations whose name has these words: (id, name and web site), the closest first."""
    words = typed.split()[:8]
    if not words:
        raise unread("find", N_("Type a part of the organization’s name."))
    same = [Organization.name.icontains(each, autoescape=True) for each in words]
    query = (
        select(Organization.id, Organization.name, Organization.website)
        .where(*same)
        .order_by(func.length(Organization.name), Organization.name, Organization.id)
        .limit(MOST_FOUND)
    )
    return [(str(key), f"{name} · {site}" if site else name) for key, name, site in session.execute(query)]


# --- what stands in the form ------------------------------------------------------------------------


def written_partner(known: NewPartner) -> MultiDict[str, str]:
    """The form as it stands for a known partner."""
    given = MultiDict(
        {
            "name": known.name,
            "origins": "\n".join(known.origins),
            "states": ", ".join(known.states),
            "per_minute": str(known.per_minute),
        }
    )
    given.setlist("own", list(known.own_organizations))
    given.setlist("needs", list(known.needs))
    given.setlist("locked", list(known.locked))
    for name, values in known.presets.items():
        given.setlist(PRESET + name, [" ".join(values)] if name == "need" else list(values))
    return given


def choices(given: MultiDict[str, str]) -> dict[str, object]:
    """What the form offers."""
    return {
        "need_groups": need_groups(),
        "filter_groups": filter_groups(),
        "need_choices": need_choices(given.get(PRESET + "need", "")),
        "kinds": [(code, gettext(name)) for code, name in wording.KIND_NAMES.items()],
        "ways": [(code, gettext(name)) for code, name in wording.ATTENDANCE.items()],
        "sorts": [(code, gettext(name)) for code, name in SORTS.items()],
        "themes": [(code, gettext(name)) for code, name in THEMES.items()],
        "languages": list(LANGUAGES.items()),
        "most_rows": ROWS[-1],
        "presets": [(code, gettext(name)) for code, name in PRESETS.items()],
        "us_states": [(each.code, each.name) for each in STATES],
    }


def need_groups() -> list[tuple[str, Choices]]:
    """Every top need, with itself and what is below it."""
    taxonomy, lang = house().taxonomy, language()
    found = []
    for top in taxonomy.top:
        below = sorted(
            taxonomy.with_descendants([top.code]) - {top.code}, key=lambda code: taxonomy.label(code, lang)
        )
        found.append(
            (
                taxonomy.label(top.code, lang),
                [(code, taxonomy.label(code, lang)) for code in (top.code, *below)],
            )
        )
    return found


def filter_groups() -> list[tuple[str, Choices]]:
    """Every group of filters, with its filters."""
    taxonomy, lang = house().taxonomy, language()
    return [
        (
            group.labels.get(lang, group.labels["en"]),
            [(code, taxonomy.label(code, lang)) for code in group.facets],
        )
        for group in taxonomy.groups
    ]


def need_choices(chosen: str) -> Choices:
    """Needs to choose one of; where several are set, they are one choice together."""
    taxonomy, lang = house().taxonomy, language()
    several = [each for each in chosen.split() if each in taxonomy.needs]
    first = [(chosen, ", ".join(wording.labels(taxonomy, several)))] if len(several) > 1 else []
    return first + [(code, taxonomy.label(code, lang)) for _, codes in need_groups() for code, _ in codes]
