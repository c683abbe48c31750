"""The origins that a partner types: which sites may show its search (pure).

An origin is scheme, host and port, as a browser sends it (RFC 6454 section 6.2): small letters, punycode, no
port where it is the usual one, nothing after it. What people paste is brought to that; what cannot be is
refused with a sentence that says what to type.
"""

import re
from collections.abc import Iterable

import idna

from directory.errors import QueryInvalid
from directory.partners.site import SUB_DOMAINS
from directory.phrases import N_, Phrase

MOST_ORIGINS = 20
USUAL_PORTS = {"https": 443, "http": 80}
OWN_MACHINE = frozenset({"localhost", "127.0.0.1"})
"""Hosts whose pages nobody else can put in between: only these may do without `https`."""
LONGEST_HOST = 253
LARGEST_PORT = 65535
_SHAPE = re.compile(r"(?:([a-z][a-z0-9+.-]*):/*)?([^/?#\\]*)(?:[/?#\\].*)?", re.DOTALL)
_PORT = re.compile(r"(.*):(\d*)", re.DOTALL)
_SCHEMES = re.compile(r"[a-z][a-z0-9+.-]*://")


EXAMPLE = "https://library.example"
_NONE = N_("“%(typed)s” is no site. Type its address, like https://library.example.")
_NOT_SAFE = N_("Only https sites can show the search. Type https://%(host)s, if the site answers there.")
_NOT_WEB = N_("“%(typed)s” is no address of a web site. Type one like https://library.example.")
_EVERYTHING = N_(
    "“%(typed)s” would let too many sites in. Type a whole name after the star, like https://*.county.example."
)
_STAR = N_("A star stands only at the start, for all sub-domains. Type https://*.county.example.")
_NUMBERS = N_("A site is named by words, not by numbers. Type its name, like https://library.example.")
_NAME = N_("Leave out the name and password: type https://%(host)s.")
_BAD_PORT = N_("A port is a number from 1 to 65535, as in https://library.example:8443.")


def read_origin(typed: str) -> str:
    """The origin of what was typed: an origin, a bare host, or the address of a page.

    Raises `QueryInvalid` for what is none, for `http` away from this machine, and for a star that lets too
    much in.
    """
    text = typed.strip()
    values = {"typed": _short(text)}
    found = _SHAPE.fullmatch(text.casefold())
    if not text or found is None or re.search(r"\s", text):
        raise QueryInvalid(Phrase(_NONE, values))
    scheme, place = found[1], found[2]
    if scheme is not None and not _SCHEMES.match(text.casefold()):  # library.example:8443 has no scheme
        scheme, place = None, re.split(r"[/?#\\]", text.casefold(), maxsplit=1)[0]
    if scheme not in (None, "https", "http"):
        raise QueryInvalid(Phrase(_NOT_WEB, values))
    if "@" in place:
        raise QueryInvalid(Phrase(_NAME, {"host": _short(place.rpartition("@")[2])}))
    host, port = _port_of(place)
    host = _host_of(host, values)
    if scheme is None:
        scheme = "http" if host in OWN_MACHINE else "https"
    if scheme == "http" and host not in OWN_MACHINE:
        raise QueryInvalid(Phrase(_NOT_SAFE, {"host": host}))
    shown_port = "" if port in (None, USUAL_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{host}{shown_port}"


def read_origins(typed: Iterable[str]) -> tuple[tuple[str, ...], list[Phrase]]:
    """The origins of several lines, each once, in their order, and what is wrong with the others."""
    origins: dict[str, None] = {}
    wrong: list[Phrase] = []
    for line in typed:
        if not line.strip():
            continue
        try:
            origins[read_origin(line)] = None
        except QueryInvalid as problem:
            wrong.append(problem.phrase)
    if not origins and not wrong:
        wrong.append(
            Phrase(
                N_("Type the address of the site that shows the search, like %(example)s."),
                {"example": EXAMPLE},
            )
        )
    if len(origins) > MOST_ORIGINS:
        wrong.append(
            Phrase(
                N_("Type at most %(number)s sites; a star stands for all sub-domains of one."),
                {"number": MOST_ORIGINS},
            )
        )
    return tuple(origins), wrong


def _port_of(place: str) -> tuple[str, int | None]:
    found = _PORT.fullmatch(place)
    if found is None or place.endswith("]"):
        return place, None
    if not found[2]:
        return found[1], None
    port = int(found[2][:6])
    if not 0 < port <= LARGEST_PORT:
        raise QueryInvalid(Phrase(_BAD_PORT))
    return found[1], port


def _host_of(host: str, values: dict[str, str]) -> str:
    """The host in small letters and punycode."""
    if host.strip("*.") == "" and "*" in host:
        raise QueryInvalid(Phrase(_EVERYTHING, values))
    star, name = (SUB_DOMAINS, host.removeprefix(SUB_DOMAINS)) if host.startswith(SUB_DOMAINS) else ("", host)
    if "*" in name:
        raise QueryInvalid(Phrase(_STAR))
    if name in OWN_MACHINE and not star:
        return name
    if name.startswith("[") or re.fullmatch(r"[\d.]*\d", name) or re.fullmatch(r"0x[0-9a-f.x]+", name):
        raise QueryInvalid(Phrase(_NUMBERS))
    try:
        plain = idna.encode(name.rstrip("."), uts46=True).decode()
    except idna.IDNAError:
        raise QueryInvalid(Phrase(_NONE, values)) from None
    if len(plain) > LONGEST_HOST or plain.rpartition(".")[2].isdigit():
        raise QueryInvalid(Phrase(_NONE, values))
    if "." not in plain:
        raise QueryInvalid(Phrase(_EVERYTHING if star else _NONE, values))
    return star + plain


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
