"""What a partner's key stands for, and which pages may use it (pure).

A key stands in the partner's page for everybody to read: it identifies and is no secret. What holds a key to
its site is the origin that the browser names, which a page cannot choose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SUB_DOMAINS = "*."
_LABELS = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A partner's site as the widget and its server need it."""

    partner_id: str
    name: str
    origins: tuple[str, ...]
    """Origins as browsers write them: `https://library.example`; `https://*.county.example` is each of its
    sub-domains and not itself; `http` only on this very machine. Each one also is a CSP host source."""
    own: frozenset[str] = frozenset()
    """HSDS organization ids whose listings come first, labelled."""
    needs: tuple[str, ...] = ()
    """Codes of needs that the site is limited to; none: all."""
    states: tuple[str, ...] = ()
    """States, two letters, that the site is limited to; none: all."""
    presets: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Parameter of the search, `theme` or `rows` to what it is when nothing else is said."""
    locked: frozenset[str] = frozenset()
    """Names that neither the host page nor a visitor changes."""
    per_minute: int = 120
    """Searches that all of its visitors together may make in a minute."""


def allows(origins: tuple[str, ...], origin: str) -> bool:
    """Is a page of that origin (scheme, host and port, as a browser sends it) among them?"""
    return any(_fits(each, origin) for each in origins)


def _fits(allowed: str, origin: str) -> bool:
    scheme, _, host = allowed.partition("://")
    if not host.startswith(SUB_DOMAINS):
        return origin == allowed
    begin, end = f"{scheme}://", host.removeprefix("*")
    if not origin.startswith(begin) or not origin.endswith(end):
        return False
    return _LABELS.fullmatch(origin.removeprefix(begin).removesuffix(end)) is not None
