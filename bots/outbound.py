"""Addresses that somebody typed into a page, the API or an import: what may be called, and how.

Only https, only a plain host name or a public address. A name is looked up once, every answer must be public, and the
connection goes to the very address that was judged, so an answer that changes in between changes nothing; TLS still
asks for the name. Hosts in OUTBOUND_ALLOW are the operator's word: they may be private, and may speak http.

Addresses from the environment and the command line do not come here (docs/threat-model.md).
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from bots import deadline

Lookup = Callable[[str, int], Iterable[str]]
"""All addresses of a host, as text. Raises OSError when there are none."""

_LONGEST = 500
_PLAIN = re.compile(r"[!-\[\]-~]+")  # visible ASCII but the backslash, which some readers take for a slash
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
            "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "168.63.129.16/32",  # the metadata service of one cloud lies among public addresses
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        ),
    )
)  # fmt: skip


class Blocked(deadline.Unsent):
    """The address may not be called. The message is a sentence for the person who typed it."""


def check(address: str) -> None:
    """Judge an address when it is typed. Raises Blocked."""
    host, port = _place(address)
    reach(host, port)


def reach(host: str, port: int) -> str:
    """The address to connect to for `host`. Raises Blocked."""
    return pinned(host, port, lookup=_lookup)


def client(address: str, *, reach: deadline.Reach = reach) -> httpx.Client:
    """A client that calls nothing but what `check` allows; every request needs a `deadline.until` around it."""
    _place(address)
    return deadline.client(address, reach=reach)


def pinned(host: str, port: int, *, lookup: Lookup) -> str:
    if _allowed(host):
        return host
    try:
        found = list(lookup(host, port))
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Blocked(_("The host %(host)s is not known.") % {"host": host})
    if not all(map(is_public, found)):
        raise Blocked(_("The host %(host)s is a private address; OUTBOUND_ALLOW may permit it.") % {"host": host})
    return found[0]


def is_public(text: str) -> bool:
    """Whether an address is one that anybody on the internet may call."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address not in _PUBLIC_V6):
        return False  # only this block is given out; tunnels and disguised IPv4 lie outside it or are closed below
    closed = (network for network in _CLOSED if network.version == address.version)
    return address.is_global and not any(address in network for network in closed)


def is_loopback(address: str) -> bool:
    """Whether an address that we were given leads to this machine."""
    host = urlsplit(address).hostname or ""
    return host == "localhost" or (_is_literal(host) and ipaddress.ip_address(host).is_loopback)


def _place(address: str) -> tuple[str, int]:
    """Host and port of an address that is written plainly."""
    parts = _split(address)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and _allowed(host)):
        raise Blocked(_("An address begins with https://."))
    if not _allowed(host) and not _NAME.fullmatch(host) and not _is_literal(host):
        raise Blocked(_("The address names no public host; OUTBOUND_ALLOW may permit others."))
    return host, parts.port or (443 if parts.scheme == "https" else 80)


def _split(address: str) -> SplitResult:
    if len(address) > _LONGEST or not _PLAIN.fullmatch(address):
        raise Blocked(_("An address is plain: no spaces, no special letters. Write foreign names as xn--…"))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Blocked(_("This is no address that can be read.")) from None
    if "@" in parts.netloc or "%" in parts.netloc or "#" in address or port == 0:
        raise Blocked(_("An address holds no name, no password, no % in the host and no #."))
    return parts


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _allowed(host: str) -> bool:
    return bool(host) and host in {name.lower().strip("[]") for name in settings.OUTBOUND_ALLOW}


def _lookup(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
