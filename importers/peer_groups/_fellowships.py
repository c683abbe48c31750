"""Which fellowship a meeting belongs to, as its feed says. Meeting Guide has no field for it."""

import re

FELLOWSHIPS: tuple[tuple[str, str, str], ...] = (
    ("nar_anon", "Nar-Anon Family Groups", r"nar[ -]anon"),
    ("gam_anon", "Gam-Anon", r"gam[ -]anon"),
    ("alateen", "Alateen", r"alateen"),
    ("al_anon", "Al-Anon Family Groups", r"al[ -]anon"),
    ("aa", "Alcoholics Anonymous", r"alcoh[oó]licos an[oó]nimos|alcoholics anonymous|\ba\.?a\.?\b"),
    ("na", "Narcotics Anonymous", r"narcotics anonymous|narc[oó]ticos an[oó]nimos|\bn\.?a\.?\b"),
    ("cma", "Crystal Meth Anonymous", r"crystal meth anonymous|\bcma\b"),
    ("ca", "Cocaine Anonymous", r"cocaine anonymous"),
    ("ma", "Marijuana Anonymous", r"marijuana anonymous"),
    ("ha", "Heroin Anonymous", r"heroin anonymous"),
    ("smart_family", "SMART Recovery Family & Friends", r"smart recovery family|smart[ -]family"),
    ("smart", "SMART Recovery", r"smart recovery|\bsmart\b"),
    ("lifering", "LifeRing Secular Recovery", r"life ?ring"),
    ("women_for_sobriety", "Women for Sobriety", r"women for sobriety|\bwfs\b"),
    ("recovery_dharma", "Recovery Dharma", r"recovery dharma"),
    ("refuge_recovery", "Refuge Recovery", r"refuge recovery"),
    ("wellbriety", "Wellbriety", r"wellbriety|white bison"),
    ("dual_recovery", "Dual Recovery Anonymous", r"dual recovery|double trouble|\bdra\b"),
    ("celebrate_recovery", "Celebrate Recovery", r"celebrate recovery"),
    ("moderation", "Moderation Management", r"moderation management"),
    ("gamblers_anonymous", "Gamblers Anonymous", r"gamblers anonymous"),
    ("coda", "Co-Dependents Anonymous", r"co-?dependents anonymous|\bcoda\b"),
    ("nami", "NAMI", r"\bnami\b"),
    ("dbsa", "Depression and Bipolar Support Alliance", r"\bdbsa\b|depression and bipolar"),
    ("emotions_anonymous", "Emotions Anonymous", r"emotions anonymous"),
    ("families_anonymous", "Families Anonymous", r"families anonymous"),
    ("aca", "Adult Children of Alcoholics", r"adult children|\baca\b"),
    ("y12sr", "Yoga of 12-Step Recovery", r"\by12sr\b|yoga of 12"),
)
"""Code (scheme `fellowship` of the crosswalks), name, and what an entity's name says when it is that one.
Read from the top: the first that fits."""

UNKNOWN = ("peer_group", "Peer support groups")
_PATTERNS = tuple((code, name, re.compile(pattern, re.IGNORECASE)) for code, name, pattern in FELLOWSHIPS)
_NAMES = {code: name for code, name, _ in FELLOWSHIPS}


def fellowship_of(entity: str, feed: str) -> tuple[str, str]:
    """The code and name of a meeting's fellowship.

    Told by the publishing entity's name, else by the feed's: a feed is named with its fellowship first,
    `aa-philadelphia` or `recovery_dharma`. Nothing else is guessed from; `peer_group` when neither tells.
    """
    named = _by_name(entity)
    if named:
        return named
    words = re.split(r"[^a-z0-9]+", feed.casefold())
    for length in (3, 2, 1):
        code = "_".join(words[:length])
        if code in _NAMES:
            return code, _NAMES[code]
    return _by_name(" ".join(words)) or UNKNOWN


def _by_name(text: str) -> tuple[str, str] | None:
    return next(((code, name) for code, name, pattern in _PATTERNS if pattern.search(text)), None)
