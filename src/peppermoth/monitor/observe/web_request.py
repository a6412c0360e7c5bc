"""A request of the web, and what of its host and target may be shown.

A path is shown without parts that look like keys or codes, without persons' addresses and
numbers, and without coordinates; of a query the names are, of a host not the login before it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from peppermoth.monitor import masks
from peppermoth.wire.forms import query_pairs

NAMES_SHOWN: Final = 30
"""Names of a query or form, and cookies of a request, that are told."""

_LONGEST_PATH: Final = 4096
_BEHIND_HOST: Final = re.compile(r"[\s/?#]")
_KEY_IN_PATH: Final = re.compile(r"(?=[\w=+:-]{24})(?=[^/]*\d)(?=[^/]*[A-Za-z])[\w=+:-]+")
_CODE_IN_PATH: Final = re.compile(
    r"(?<![a-z])((?:verif|confirm|activat|otp|2fa|mfa|pin|code|passcode|token|reset)[a-z]{0,8}"
    r"(?:[-_.][a-z]{1,9}){0,2}[-_.:=/])((?=(?:[a-z_-]{0,8}[0-9]){3})[\w-]{4,})",
    re.IGNORECASE,
)
"""A code that was sent to somebody, behind a word for that; three of its characters are digits."""
_PATH_PARAMETER: Final = re.compile(r";([\w.-]{1,40})=[^/;]*")


class Request(NamedTuple):
    """A request; ``host`` without port, ``target`` as sent, fields by lower-case names."""

    method: str
    host: str
    target: str
    fields: tuple[tuple[str, str], ...]

    def field(self, name: str) -> str:
        """The first value of a field, empty where there is none."""
        for found, value in self.fields:
            if found == name:
                return value
        return ""


def host_of(authority: str) -> str:
    """The host of ``host:port``, of an absolute target or a Host field, safe to show."""
    host = authority.rpartition("@")[2].strip()[:255].lower()
    bracketed, _, _ = host.partition("]")
    host = bracketed[1:] if host.startswith("[") else host.partition(":")[0]
    return masks.words(_BEHIND_HOST.split(host, 1)[0])


def shown_target(target: str) -> str:
    """A path and the names of its query, without values."""
    path, asks, query = target.partition("?")
    path = _PATH_PARAMETER.sub(r";\1=…", path[:_LONGEST_PATH])
    path = _KEY_IN_PATH.sub(lambda found: f"({len(found[0])} characters)", path)
    path = _CODE_IN_PATH.sub(lambda found: f"{found[1]}({len(found[2])} characters)", path)
    if not asks:
        return masks.words(path)
    names = [masks.field_name(name) for name, _ in query_pairs(query)[:NAMES_SHOWN]]
    shown = "&".join("…" if name == "…" else f"{name}=…" for name in names)
    return masks.words(path) + (f"?{shown}" if shown else "")
