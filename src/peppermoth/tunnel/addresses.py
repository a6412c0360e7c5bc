"""Addresses as a person writes them, in links, options and settings files.

``host``, ``host:port``, ``1.2.3.4:443``, ``[2001:db8::1]:443``. A name may be
written in any script; it is kept in the ASCII form that DNS and TLS carry
(IDNA 2008 with the mapping of UTS 46), which other apps read too.

Nothing here sends a packet.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

from peppermoth.errors import ConfigError
from peppermoth.redact import Address

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_PORT = re.compile(r"[0-9]{1,5}")
_NUMBERS = re.compile(r"[0-9.]+")

# Documentation addresses (RFC 5737, RFC 3849): the kernel looks up the way there, nobody answers.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def parse_host(text: str) -> str:
    """A name in its ASCII form, or an IP address in its usual form without brackets.

    Raises ConfigError when it is neither; the message does not repeat the text.
    """
    host = text.removesuffix(".")
    if not host:
        raise ConfigError("the server name is missing")
    try:
        return str(_unscoped(ipaddress.ip_address(host)))
    except ValueError:
        pass
    if ":" in host or _NUMBERS.fullmatch(host):
        raise ConfigError("the server looks like an IP address but is none")
    name = host.lower() if host.isascii() else _to_ascii(host)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ConfigError("the server is neither a valid name nor an IP address")
    return name


def parse_port(text: str) -> int:
    """A port number from 1 to 65535. Raises ConfigError for anything else."""
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= 0xFFFF:
        raise ConfigError("the port must be a number from 1 to 65535")
    return int(text)


def parse_address(text: str, default_port: int | None = None) -> Address:
    """``host`` or ``host:port``, IPv6 in brackets.

    Raises ConfigError for a bad host or port, and for a missing port without a default.
    """
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or ":" not in host or (rest and not rest.startswith(":")):
            raise ConfigError("an IPv6 address stands in brackets, like [2001:db8::1]:443")
        colon, port = rest[:1], rest[1:]
    elif text.count(":") > 1:
        raise ConfigError("an IPv6 address stands in brackets, like [2001:db8::1]:443")
    else:
        host, colon, port = text.partition(":")
    if not colon and default_port is None:
        raise ConfigError("the port is missing: write host:port")
    number = parse_port(port) if colon else default_port
    return Address(parse_host(host), number or 0)


def readable_host(host: str) -> str:
    """The host in its own script, for a person to read; the ASCII form when that fails."""
    if "xn--" not in host:
        return host
    import idna

    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address of this computer; ``private`` when the world cannot reach it."""

    host: str
    private: bool


def guess_public_address() -> OwnAddress | None:
    """The address this computer would use towards the Internet, or None without a network.

    Found by asking the kernel for a way, which sends nothing. A public address
    is preferred to a private one, IPv4 to IPv6.
    """
    found = [own for family, far in _ELSEWHERE if (own := _own_address(family, far))]
    return min(found, key=lambda own: own.private, default=None)


def _own_address(family: socket.AddressFamily, far: str) -> OwnAddress | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            host = probe.getsockname()[0]
    except OSError:
        return None
    return OwnAddress(host, private=not ipaddress.ip_address(host).is_global)


def _unscoped(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if isinstance(ip, ipaddress.IPv6Address) and ip.scope_id is not None:
        raise ConfigError("an address that is valid on one network only (with %) cannot be used")
    return ip


def _to_ascii(host: str) -> str:
    import idna  # large tables: only for those who need them

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as exc:
        raise ConfigError("the server name holds characters that no name may have") from exc
