"""Which addresses a source may be fetched from: decided from the text, then from every number it leads to.

The tables follow IANA's registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and its successors).
Nothing here asks the network.
"""

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpx

from directory.errors import SourceBroken
from directory.phrases import N_, Phrase

PORTS = frozenset({443, 8443})
"""Where https is. Other ports of a public host are other services, which an importer has no business at."""
LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
"""This machine, as tests and local mirrors may name it."""
INSIDE_NAMES = ("localhost", "localdomain", "local", "internal", "home.arpa")
"""Last labels of names that lead inside by definition (RFC 6761, 6762, 8375; ICANN's `internal`)."""

HOST = re.compile(r"[a-z0-9._:-]{1,255}", re.ASCII)
"""A name or number of a host; anything else is a mistake in the address, and may be any part of it."""

NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network, and unspecified
            "10.0.0.0/8",
            "100.64.0.0/10",  # carriers' shared space
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, and clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
PUBLIC_6 = IPv6Network("2000::/3")
"""All that is given out as global unicast; loopback, link-local, unique local and multicast lie outside."""
NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocols' own, with Teredo and ORCHID
            "2001:db8::/32",
            "3fff::/20",
        ),
    )
)
EMBEDDED = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)
"""IPv6 networks that wrap an IPv4 address (mapped, NAT64, 6to4), and how many bits stand behind it."""


def is_public(address: str) -> bool:
    """Whether a numeric address is one that the whole internet can reach; False for what is no address.

    An IPv6 address that wraps an IPv4 address is as public as that.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _embedded(found)
        if inner is None:
            return found in PUBLIC_6 and not any(found in each for each in NOT_PUBLIC_6)
        found = inner
    return not any(found in each for each in NOT_PUBLIC_4)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    for network, behind in EMBEDDED:
        if address in network:
            return IPv4Address(int(address) >> behind & 0xFFFFFFFF)
    return None


def is_loopback(address: str) -> bool:
    """Whether a numeric address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def checked_url(url: str | httpx.URL, *, loopback: bool = False) -> httpx.URL:
    """The address, parsed as it will be asked.

    Raises `SourceBroken` unless it is https at a name or number that may be public, on a port of https,
    without a user name; with `loopback`, http and any port of this machine too. Where a name leads is
    looked at when it is connected to.
    """
    try:
        asked = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise refused("") from None
    host = host_of(asked)
    if not HOST.fullmatch(host):
        raise refused("")
    if loopback and asked.scheme in ("http", "https") and host in LOOPBACK_NAMES and not asked.userinfo:
        return asked
    if (
        asked.scheme != "https"
        or asked.userinfo
        or (asked.port or 443) not in PORTS
        or not _may_be_public(host)
    ):
        raise refused(host)
    return asked


def host_of(asked: httpx.URL) -> str:
    """The host as it is connected to: ASCII, lower case, an IPv6 number without brackets."""
    return asked.raw_host.decode("ascii")


def _may_be_public(host: str) -> bool:
    name = host.rstrip(".").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." in name and not f".{name}".endswith(tuple(f".{each}" for each in INSIDE_NAMES))
    return is_public(name)


def refused(host: str) -> SourceBroken:
    """The error for an address that may not be asked. It names the host alone: the rest may hold a key."""
    if not host:
        return SourceBroken(N_("This address may not be fetched: only https at public addresses is."))
    message = N_("%(host)s may not be fetched: only https at public addresses is.")
    return SourceBroken(Phrase(message, {"host": host}))
