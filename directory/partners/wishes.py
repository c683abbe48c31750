"""What is set of a partner: as it was typed, checked, and as it is kept (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from directory.errors import QueryInvalid
from directory.listings.areas import STATES
from directory.listings.needs import Taxonomy
from directory.partners.origins import read_origins
from directory.partners.presets import Presets, Typed, read_locked, read_presets
from directory.phrases import N_, Phrase

LONGEST_NAME = 100
PER_MINUTE = 120
FASTEST = 6000
MOST_OWN = 50

Wrong = dict[str, Sequence[Phrase | str]]
"""Field to what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPartner:
    """What is set of a partner, as it was typed."""

    name: str
    origins: Sequence[str]
    own_organizations: Sequence[str] = ()
    """Ids of listed organizations; the caller has looked them up."""
    needs: Sequence[str] = ()
    states: Sequence[str] = ()
    presets: Typed = field(default_factory=dict)
    locked: Sequence[str] = ()
    per_minute: int = PER_MINUTE


def checked(wanted: NewPartner, taxonomy: Taxonomy) -> tuple[dict[str, Any], Wrong]:
    """Column to value, and what is wrong. Only where nothing is, the values may be kept."""
    wrong: Wrong = {}
    name = " ".join(wanted.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = [N_("A name has 1 to 100 letters.")]
    origins, refused = read_origins(wanted.origins)
    if refused:
        wrong["origins"] = refused
    needs = _codes("needs", wanted.needs, taxonomy.needs, wrong)
    states = _codes(
        "states", [each.upper() if len(each) == 2 else each for each in wanted.states], STATES, wrong
    )
    own = list(dict.fromkeys(wanted.own_organizations))
    if len(own) > MOST_OWN:
        wrong["own"] = [Phrase(N_("Choose at most %(number)s organizations."), {"number": MOST_OWN})]
    if not 0 < wanted.per_minute <= FASTEST:
        between = {"smallest": 1, "largest": FASTEST}
        sentence = N_("Please use a whole number from %(smallest)s to %(largest)s.")
        wrong["per_minute"] = [Phrase(sentence, between)]
    settings = _settings(wanted, taxonomy, [] if "needs" in wrong else needs, wrong)
    return {
        "name": name,
        "origins": list(origins),
        "own_organizations": own,
        "needs": needs,
        "states": states,
        **settings,
        "per_minute": wanted.per_minute,
    }, wrong


_UNKNOWN = {
    "needs": N_("There is no need called “%(code)s”."),
    "states": N_("There is no state called “%(code)s”. Use two letters, like PA."),
}


def _codes(
    name: str, codes: Sequence[str], known: Mapping[str, Any] | frozenset[str], wrong: Wrong
) -> list[str]:
    unknown = sorted(set(codes) - set(known))
    if unknown:
        wrong[name] = [Phrase(_UNKNOWN[name], {"code": unknown[0][:40]})]
    return sorted(set(codes))


def _settings(wanted: NewPartner, taxonomy: Taxonomy, needs: Sequence[str], wrong: Wrong) -> dict[str, Any]:
    """Presets and locks. Where a preset and a field have one name, what is wrong is told as `preset_…`."""
    presets: Presets = {}
    locked: tuple[str, ...] = ()
    try:
        presets = read_presets(wanted.presets, taxonomy, needs)
    except QueryInvalid as problem:
        wrong.update({f"preset_{name}": found for name, found in problem.fields.items()})
    try:
        locked = read_locked(wanted.locked)
    except QueryInvalid as problem:
        wrong.update(problem.fields)
    kept = {name: value if isinstance(value, str) else list(value) for name, value in presets.items()}
    return {"presets": kept, "locked": list(locked)}
