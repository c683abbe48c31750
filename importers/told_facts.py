"""Facts that sources tell in free words and people filter by: a way in for a wheelchair, no ID, no referral,
no sobriety asked for. Only where the words leave no doubt: a wrong filter sends somebody on a lost way.

Words are judged clause by clause. A clause with a "but", an "if", an "only" says nothing certain.
"""

import re
from collections.abc import Iterable, Iterator

from directory.listings.record import Code

_CLAUSES = re.compile(r"[.;\n•|]+")
_DOUBT = re.compile(
    r"\b(?:if|unless|except|but|only|until|first|initial|some|most|may be|limited|partial(?:ly)?|varies|ask"
    r"|upon request|by request|currently|for (?!all\b|any\b|everyone\b))",
    re.IGNORECASE,
)
_NEEDED = r"(?:is |are )?(?:required|needed|necessary|asked for)"
_NOT_NEEDED = r"(?:is |are )?not (?:required|needed|necessary|a requirement|asked for)"
_ID = (
    r"(?:photo |picture |government |valid |proof of )*(?:ids?|i\.d|identification|documents?|documentation)"
)
_SOBER = r"(?:sobriety|abstinence)"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)


_WHEELCHAIR = _any(
    r"^wheel ?chairs?$",
    r"\bwheel ?chairs?[- ](?:access(?:ible|ibility)?|friendly|ramps?|entrance)\b",
    r"\baccess(?:ible)? (?:to|for|by) (?:people (?:in|who use|using) )?wheel ?chairs?\b",
    r"\b(?:handicap(?:ped)?|ada)[- ](?:accessible|compliant)\b",
)
_NO_WHEELCHAIR = re.compile(r"\b(?:not?|non|isn't|without|un|van|bus|parking|transport\w*)\b", re.IGNORECASE)
_NO_ID = _any(rf"\b(?:no|without) {_ID} {_NEEDED}", rf"\b{_ID} {_NOT_NEEDED}", rf"^no {_ID}$")
_ASKS_ID = _any(r"\b(?:photo |picture )?(?:id|identification|license|passport)\b")
_NO_REFERRAL = _any(
    rf"\b(?:no|without a?) ?(?:\w+ )?referrals? {_NEEDED}",
    rf"\breferrals? {_NOT_NEEDED}",
)
_SELF_REFERRAL = _any(
    r"\bself[- ]referrals?(?: (?:is|are))? (?:accepted|welcome|ok|possible)\b",
    r"^self[- ]referrals?(?:(?:, [^,]+)*,? or .*)?$",
    r"\b(?:can|may) self[- ]refer\b",
)
_REFERRAL_ASKED = _any(
    r"(?<!no )(?<!\w)(?:\w+ )?referrals? (?:is |are )?(?:required|needed|necessary)\b",
    r"\bby referral\b",
    r"\bself[- ]referrals? (?:is |are )?not\b",
    r"\bno self[- ]referrals?\b",
)
_NO_ABSTINENCE = _any(
    rf"\b{_SOBER} {_NOT_NEEDED}",
    rf"\bno {_SOBER} (?:{_NEEDED}|requirements?)",
    r"\b(?:do not|does not|don't|doesn't|need not) (?:have to |need to )?be (?:sober|abstinent)\b",
)
_WALK_IN = _any(
    r"^walk[- ]ins?(?: (?:are )?(?:welcome|accepted|ok)| or .*)?$",
    r"\bwalk[- ]ins? (?:are )?(?:welcome|accepted)\b",
)
_NO_APPOINTMENT = _any(rf"\bno appointments? {_NEEDED}", rf"\bappointments? {_NOT_NEEDED}")
_REFUSED = re.compile(
    r"\b(?:not?|never|cannot|can't|isn't|aren't|without|by appointment|after|once|following|subject to"
    r"|require[sd]?|discontinued|suspended|ended|stopped)\b",
    re.IGNORECASE,
)
"""What takes back or ties to a condition that people may walk in or refer themselves."""


def facts_told(
    *, access: Iterable[str] = (), documents: Iterable[str] = (), admission: Iterable[str | None] = ()
) -> tuple[Code, ...]:
    """Filters that words make certain, in a fixed order. `access`: what is said of a place's accessibility;
    `documents`: what to bring; `admission`: who may come, and how one gets in."""
    papers = list(documents)
    entry = [text for text in admission if text]
    found = {
        "wheelchair": any(_WHEELCHAIR.search(each) for each in _certain(access, _NO_WHEELCHAIR)),
        "no_id": _says(_NO_ID, [*papers, *entry]) and not _asks_id(papers),
        "no_referral": (_says(_NO_REFERRAL, entry) or _says(_SELF_REFERRAL, entry, _REFUSED))
        and not _asks_referral(entry),
        "no_abstinence": _says(_NO_ABSTINENCE, entry),
        "walk_in": _says(_NO_APPOINTMENT, entry) or _says(_WALK_IN, entry, _REFUSED),
    }
    return tuple(Code("filter", code) for code, is_so in found.items() if is_so)


def _clauses(texts: Iterable[str]) -> Iterator[str]:
    return (each.strip() for text in texts for each in _CLAUSES.split(text))


def _certain(texts: Iterable[str], *doubts: re.Pattern[str]) -> Iterator[str]:
    return (
        each
        for each in _clauses(texts)
        if not _DOUBT.search(each) and not any(d.search(each) for d in doubts)
    )


def _says(pattern: re.Pattern[str], texts: Iterable[str], *doubts: re.Pattern[str]) -> bool:
    return any(pattern.search(each) for each in _certain(texts, *doubts))


def _asks_id(papers: Iterable[str]) -> bool:
    return any(_ASKS_ID.search(each) and not _NO_ID.search(each) for each in _clauses(papers))


def _asks_referral(entry: Iterable[str]) -> bool:
    return any(_REFERRAL_ASKED.search(each) and not _NO_REFERRAL.search(each) for each in _clauses(entry))
