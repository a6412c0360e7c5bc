"""Values that must not reach a log: they print as ``[scrubbed]``.

To show one on purpose, ask for it by name (``reveal()``, ``text``): such places
can be found by searching for the word.
"""

from __future__ import annotations

import functools
import ipaddress
from typing import NamedTuple

SCRUBBED = "[scrubbed]"


class Secret:
    """A password or key. Compares equal by value; prints as ``[scrubbed]``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for the one place that needs it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return SCRUBBED


@functools.lru_cache(maxsize=1024)
def _parse_ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


class Address(NamedTuple):
    """Host (name, IPv4 or IPv6 literal without brackets) and port of somebody's traffic."""

    host: str
    port: int

    @property
    def text(self) -> str:
        """``host:port``, IPv6 in brackets: for the user's own eyes, never for a log."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The host as an IP address, or None when it is a name."""
        return _parse_ip(self.host)

    def __repr__(self) -> str:
        return SCRUBBED
