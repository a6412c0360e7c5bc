"""Named values that web pages send: queries, forms, JSON; and the coordinates among them.

Queries and ``application/x-www-form-urlencoded`` (WHATWG URL, section 5),
``multipart/form-data`` (RFC 7578), members of JSON objects (RFC 8259) at any depth.
Readers of what may be cut off or broken: they give what they find and raise nothing.
At most ``MAX_PAIRS`` pairs; patterns have bounded repetitions. In a query only what
stands before ``=`` and a value is a name: text and base64 are values of no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias
from urllib.parse import unquote_plus

MAX_PAIRS: Final = 100
MAX_NAME: Final = 100
MAX_VALUE: Final = 4096

Pairs: TypeAlias = list[tuple[str, str]]

_NAMED: Final = re.compile(r"[^=\s]{1,1000}=[^=\s]")
_PART: Final = re.compile(
    rb'content-disposition:[^\r\n]{0,200}?[; ]name="([^"\r\n]{0,100})"[^\r\n]{0,1000}'
    rb"(?:\r?\n[^\r\n]{1,1000}){0,8}\r?\n\r?\n([^\r\n]{0,4096})",
    re.IGNORECASE,
)
_MEMBER: Final = re.compile(
    r'"([\w .:@-]{1,100})"\s{0,8}:\s{0,8}(?:"((?:[^"\\]|\\.){0,4096})"|(-?\d[\d.eE+-]{0,30}))'
)
_POINT: Final = re.compile(r"(?:geo:)?(-?\d{1,3}\.\d{2,20})[, ;]{1,3}(-?\d{1,3}\.\d{2,20})")
_LATITUDES: Final = ("lat", "latitude", "mlat", "geo_lat", "user_lat", "slat")
_LONGITUDES: Final = ("lon", "lng", "long", "longitude", "mlon", "geo_lon", "user_lon", "slong")


def query_pairs(text: str) -> Pairs:
    """The names and values of a query or an urlencoded form, decoded; a name may be empty."""
    parts = text[: 64 * 1024].replace(";", "&").split("&", MAX_PAIRS)[:MAX_PAIRS]
    parted = (part.partition("=") if _NAMED.match(part) else ("", "", part) for part in parts)
    return [
        (unquote_plus(name)[:MAX_NAME], unquote_plus(value)[:MAX_VALUE])
        for name, _, value in parted
        if name or value
    ]


def multipart_pairs(body: bytes) -> Pairs:
    """The field names of a multipart form, each with the first line of its value."""
    found = _PART.findall(body)[:MAX_PAIRS]
    return [(name.decode("utf-8", "replace"), value.decode("latin-1")) for name, value in found]


def json_pairs(text: str) -> Pairs:
    """The members of JSON objects whose values are strings or numbers."""
    found = _MEMBER.findall(text)[:MAX_PAIRS]
    return [(name, string or number) for name, string, number in found]


def coordinates(pairs: Iterable[tuple[str, str]]) -> tuple[float, float] | None:
    """Latitude and longitude among named values, in degrees."""
    named = {name.lower(): value for name, value in pairs}
    latitude = next((named[name] for name in _LATITUDES if name in named), None)
    longitude = next((named[name] for name in _LONGITUDES if name in named), None)
    if latitude and longitude and (point := _point(latitude, longitude)):
        return point
    for value in named.values():
        if (found := _POINT.fullmatch(value[:100])) and (point := _point(*found.groups())):
            return point
    return None


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None
