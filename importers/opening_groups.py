"""The tokens of a text put together: groups of days, of times, "closed"; and the groups two by two."""

from typing import NamedTuple

from importers.opening_clock import Clock
from importers.opening_days import Days, names_days, read_days
from importers.opening_tokens import Token


class Group(NamedTuple):
    """Tokens that belong together. `kind`: days, times, closed, appointment, always."""

    kind: str
    start: int
    end: int
    parted: bool
    """A clause or a line ended before it."""
    days: Days = Days()
    times: tuple[tuple[Clock, Clock] | None, ...] = ()
    """Opens and closes; None is around the clock."""


_SKIPPED = frozenset({"comma", "and", "slash", "colon", "dash", "label"})
_ENDS = frozenset({"hard", "dot", "line"})
_PLAIN = frozenset({"closed", "appointment", "always"})
_TIMES = frozenset({"clock", "between", "all day"})


class Said(NamedTuple):
    """All of a text: its groups in order, its remarks as written, and whether "for lunch" is among it."""

    groups: list[Group]
    remarks: list[str]
    names_lunch: bool


def read_groups(tokens: list[Token], text: str) -> Said | None:
    """The groups and remarks of a text; None as soon as something is not understood."""
    groups: list[Group] = []
    remarks: list[str] = []
    at, parted, lunch = 0, True, False
    while at < len(tokens):
        token, since = tokens[at], at
        at += 1
        if token.kind == "holiday remark" or (token.kind == "remark" and _only_remarks(groups, tokens[at:])):
            remarks.append(text[token.start : token.end])
        elif token.kind == "lunch":
            lunch = True
        elif token.kind not in _SKIPPED and token.kind not in _ENDS:
            found = _group(tokens, since, parted=parted)
            if found is None:
                return None
            group, at = found
            parted = False
            _append(groups, group)
        parted = parted or token.kind in _ENDS
    return Said(groups, remarks, lunch)


def _only_remarks(groups: list[Group], following: list[Token]) -> bool:
    """Whether a remark is about hours already told, not about those to come ("call to schedule Sat 9-12")."""
    if following and (names_days(following[0]) or following[0].kind in _TIMES):
        return False
    return any(each.kind in ("times", "always") for each in groups)


def _group(tokens: list[Token], at: int, *, parted: bool) -> tuple[Group, int] | None:
    token = tokens[at]
    if token.kind in _PLAIN:
        return Group(token.kind, token.start, token.end, parted), at + 1
    if names_days(token):
        named = read_days(tokens, at)
        if named is None:
            return None
        days, end = named
        return Group("days", token.start, tokens[end - 1].end, parted, days=days), end
    times, end = _times(tokens, at)
    return (Group("times", token.start, tokens[end - 1].end, parted, times=times), end) if times else None


def _append(groups: list[Group], group: Group) -> None:
    """Times after a semicolon belong to the days before: "Mon 9am-10am; 7pm-8pm"."""
    if groups and group.parted and group.kind == groups[-1].kind == "times":
        groups[-1] = groups[-1]._replace(times=groups[-1].times + group.times, end=group.end)
    else:
        groups.append(group)


def _times(tokens: list[Token], at: int) -> tuple[tuple[tuple[Clock, Clock] | None, ...], int]:
    """The intervals from `at` on ("9-12, 1-5"), and where they end; none when that is no interval."""
    found: list[tuple[Clock, Clock] | None] = []
    end = at
    while at < len(tokens) and tokens[at].kind in _TIMES:
        if tokens[at].kind == "all day":
            found.append(None)
            at += 1
        else:
            is_between = tokens[at].kind == "between"
            first, join, last = (
                tokens[at + is_between + step : at + is_between + step + 1] for step in range(3)
            )
            joins = {"dash", "to", "and"} if is_between else {"dash", "to"}
            if not (first and join and last and first[0].clock and join[0].kind in joins and last[0].clock):
                return (), end
            found.append((first[0].clock, last[0].clock))
            at += 3 + is_between
        end = at
        while at < len(tokens) and tokens[at].kind in ("comma", "and", "slash"):
            at += 1
    return tuple(found), end


Pair = tuple[Group, Group]


def is_break(pair: Pair) -> bool:
    """`closed 12-1`"""
    return (pair[0].kind, pair[1].kind) == ("closed", "times")


def pairs_of(groups: list[Group]) -> list[Pair] | None:
    """The groups two by two; None when that leaves one over, or could be done otherwise.

    Either no clause ends within a pair, or every group is a clause of its own (a table, line by line). Days
    before times and times before days are not mixed within a clause.
    """
    if len(groups) % 2:
        return None
    pairs = list(zip(groups[::2], groups[1::2], strict=True))
    if any(second.parted for _, second in pairs) and not all(each.parted for each in groups):
        return None
    orders = {first.kind for first, second in pairs if {first.kind, second.kind} == {"days", "times"}}
    if len(orders) > 1 and not all(first.parted for first, _ in pairs):
        return None
    return pairs
