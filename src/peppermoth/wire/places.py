"""Coordinates among named values and in running text: where somebody is, or looks.

Decimal degrees as sites and programs send them: ``lat`` and ``lon`` under many names, also
in millionths; ``52.5200,13.4050`` and the like, ``geo:`` (RFC 5870), WKT's points, boxes.
In text without names, ``@`` or ``geo:`` only numbers with three decimals or more count,
which are within a hundred metres: versions and prices have fewer. Readers of hostile
text: they look at ``LONGEST`` characters, their patterns' repetitions are bounded, and
they raise nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from peppermoth.wire.forms import plain_name

LONGEST: Final = 1000


class Place(NamedTuple):
    """In degrees; ``is_guess`` where only the look of the numbers says that they are a place."""

    latitude: float
    longitude: float
    is_guess: bool = False

    @property
    def shown(self) -> str:
        """As it may be told: to a tenth of a degree, some ten kilometres."""
        return f"{self.latitude:.1f}, {self.longitude:.1f}"


_ENCODED: Final = "%[0-9A-F]{2}"
_NAME: Final = f"(?:lat|lon|lng|long|latitude|longitude)(?:[/:=_]|{_ENCODED})?"
_DEGREES: Final = r"[+-]?\d{1,3}\.\d{1,20}(?!\.?\d)[NSEW]?"
_FINE: Final = _DEGREES.replace("{1,20}", "{3,20}")
_BETWEEN: Final = rf"(?:(?:[,;:/|_+x&= ]|{_ENCODED}){{1,3}}(?:{_NAME})?|(?=[+-]))"
_ROW: Final = re.compile(
    f"(?:(?<![0-9A-Z.])|(?<={_ENCODED})){_FINE}(?:{_BETWEEN}{_FINE}){{1,99}}"
    f"|(?:@|%40|geo(?::|%3A)){_DEGREES}(?:[,;]|{_ENCODED}){_DEGREES}|(?<![A-Z]){_NAME}{_DEGREES}",
    re.IGNORECASE,
)
_IN_ROW: Final = re.compile(f"(?:(?=[+-])|(?<![0-9])|(?<={_ENCODED})){_DEGREES}", re.IGNORECASE)
_HAS_FINE: Final = re.compile(r"\.\d\d\d").search
_HAS_DECIMALS: Final = re.compile(r"\.\d").search
_HAS_MARK: Final = re.compile(
    r"(?:@|%40|geo.{1,3}|l(?:at|on|ng)[a-z]{0,6}.{0,3})[+-]?\d", re.IGNORECASE
).search
_EAST_FIRST: Final = re.compile(
    r"lonlat|lnglat|bbox|viewbox|extent|point ?\(|mapbox"
    rf"|(?:route|table|nearest|match|trip)/v\d|(?:lon|lng|long|longitude)(?:[/:=_]|{_ENCODED})?$",
    re.IGNORECASE,
)
"""What stands before pairs whose longitude comes first."""

_AXIS: Final = re.compile(
    r"(.*?)(?:(lat|latitude)|lon|lng|long|longitude)((?:deg|degrees|e[5-7]|\d{1,2})?)"
)
_POSITION: Final = re.compile(
    r"x?(?:bbox|center|centre|coords?|coordinates?|destination|extent|geo|geolocation|gps|latlng"
    r"|latlon|latlong|ll|lnglat|loc|location|lonlat|origin|point|pos|position|q|viewbox)"
)
_NUMBERS: Final = re.compile(
    r"[<(\"\[]{0,2}(?:geo:|point ?\()?"
    r"([+-]?\d{1,3}\.\d{1,20}(?:[,;| +]{1,3}[+-]?\d{1,3}\.\d{1,20}){1,3})"
    r"(?![,;| +]{1,3}[+-]?\d)(?:[^\d.].{0,60})?",
    re.IGNORECASE,
)
_UNITS: Final = {"e5": 1e5, "e7": 1e7}
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}\.\d{1,20}")
_VALUE: Final = re.compile(r"([+-]?\d{1,10}(?:\.\d{0,20})?)([NSEW]?)", re.IGNORECASE)


def masked(text: str) -> str:
    """The text with ``…`` for every number of a place in it."""
    if not _may_hold_one(text):
        return text
    return _ROW.sub(lambda row: _IN_ROW.sub("…", row[0]), text)


def in_text(text: str) -> Place | None:
    """The first place in a path, a topic or other text in which no name says that it is one."""
    text = text[:LONGEST]
    if not _may_hold_one(text):
        return None
    rows = islice(_ROW.finditer(text), 2)
    found = [(row.start(), number[0]) for row in rows for number in _IN_ROW.finditer(row[0])]
    if len(found) < 2:
        return None
    (start, first), (_, second) = found[:2]
    before = text[: text.index(first, start)]
    place = _in_order(first, second, east_first=bool(_EAST_FIRST.search(before)))
    return place and place._replace(is_guess=True)


def _may_hold_one(text: str) -> bool:
    """A quick look, as most texts hold none."""
    return bool(_HAS_FINE(text) or (_HAS_DECIMALS(text) and _HAS_MARK(text)))


def of_pairs(pairs: Iterable[tuple[str, str]]) -> Place | None:
    """The first place among named values."""
    halves: dict[tuple[str, bool], str] = {}
    for name, value in pairs:
        plain = plain_name(name)
        if (axis := _axis(plain)) is None:
            place = _of_value(plain, value[:LONGEST])
        else:
            halves[axis] = value
            around, _ = axis
            latitude, longitude = halves.get((around, False)), halves.get((around, True))
            place = _place(latitude or "", longitude or "", around[-2:])
        if place is not None:
            return place
    return None


@lru_cache(maxsize=512)
def is_name(name: str) -> bool:
    """Whether a value of this name may be a place, or half of one."""
    plain = plain_name(name)
    return _POSITION.fullmatch(plain) is not None or _axis(plain) is not None


@lru_cache(maxsize=512)
def _axis(plain: str) -> tuple[str, bool] | None:
    """Of ``userlat`` and ``userlng`` what stands around, and whether it is the longitude."""
    found = _AXIS.fullmatch(plain)
    if not found or _POSITION.fullmatch(plain):
        return None
    return f"{found[1]} {found[3]}", found[2] is None


def _of_value(plain: str, value: str) -> Place | None:
    if not (row := _NUMBERS.fullmatch(value)) or not _POSITION.fullmatch(plain):
        return in_text(value)
    numbers = _NUMBER.findall(row[1])
    if len(numbers) == 4:  # a box: its middle
        ends = [float(number) for number in numbers]
        numbers = [str((ends[0] + ends[2]) / 2), str((ends[1] + ends[3]) / 2)]
    east_first = bool(_EAST_FIRST.match(plain) or _EAST_FIRST.search(value))
    return _in_order(numbers[0], numbers[1], east_first=east_first)


def _in_order(first: str, second: str, *, east_first: bool) -> Place | None:
    """Two numbers without names: what can be no latitude, or is so many degrees east, is none."""
    if east_first or first[-1:] in "EWew" or abs(_degrees(first)) > 90:
        return _place(second, first)
    return _place(first, second)


def _place(latitude: str, longitude: str, unit: str = "") -> Place | None:
    """None for what is no place, and for 0, 0, which programs send that do not know."""
    north, east = _degrees(latitude, unit), _degrees(longitude, unit)
    is_one = abs(north) <= 90 and abs(east) <= 180 and (north or east)
    return Place(north, east) if is_one else None


def _degrees(text: str, unit: str = "") -> float:
    """Not a number for other text. ``unit`` is such as ``e7``; without one, whole numbers of
    so many digits are of millionths."""
    found = _VALUE.fullmatch(text.strip())
    if not found:
        return math.nan
    number = float(found[1])
    if "." not in found[1] and abs(number) >= 1e5:
        number /= _UNITS.get(unit, 1e6)
    return -number if found[2].upper() in ("S", "W") else number
