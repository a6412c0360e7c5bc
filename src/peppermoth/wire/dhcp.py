"""DHCP messages for an observer: what a device says of itself when it joins a network.

DHCPv4: RFC 2131 with the options of RFC 2132, long options by RFC 3396, FQDN by RFC
4702. DHCPv6: RFC 8415 with relayed messages, FQDN by RFC 4704. Both become the same
``Message``. Limits: an IPv6 message is followed through ``MAX_RELAYS`` relays; all text
is ISO-8859-1, hostile, and without the zero bytes that some clients append.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dns import read_name
from peppermoth.wire.reading import Cursor

MAX_RELAYS: Final = 8

_COOKIE: Final = b"\x63\x82\x53\x63"
_PAD, _END, _OVERLOAD = 0, 255, 52
_FROM_CLIENT_V6: Final = frozenset({1, 3, 4, 5, 6, 8, 9, 11})
_RELAYS_V6: Final = frozenset({12, 13})


class Message(NamedTuple):
    """A message. ``hardware`` is the client's hardware address, empty where it gives none.

    ``requested`` are the numbers of the options asked for, in order. Texts are empty
    where they do not occur.
    """

    version: int
    from_client: bool
    hardware: bytes = b""
    host_name: str = ""
    full_name: str = ""
    vendor_class: str = ""
    requested: tuple[int, ...] = ()


def decode_v4(data: bytes) -> Message:
    """Parse a DHCPv4 message. Raises RemoteProtocolError for anything else."""
    cursor = Cursor(data)
    kind, _, size = cursor.take(3)
    cursor.take(25)
    hardware = cursor.take(16)[: min(size, 16)]
    server_name, file = cursor.take(64), cursor.take(128)
    if kind not in (1, 2) or cursor.take(4) != _COOKIE:
        raise RemoteProtocolError("not a DHCP message")
    options: dict[int, bytes] = {}
    _read_options(cursor, options)
    overloaded = options.get(_OVERLOAD, b"\x00")[:1] or b"\x00"
    for bit, area in ((1, file), (2, server_name)):
        if overloaded[0] & bit:
            _read_options(Cursor(area), options)
    return Message(
        version=4,
        from_client=kind == 1,
        hardware=hardware if size == 6 else b"",
        host_name=_text(options.get(12, b"")),
        full_name=_full_name_v4(options.get(81, b"")),
        vendor_class=_text(options.get(60, b"")),
        requested=tuple(options.get(55, b"")),
    )


def decode_v6(data: bytes) -> Message:
    """Parse a DHCPv6 message, the innermost where relays pass it on.

    Raises RemoteProtocolError for anything else.
    """
    for _ in range(MAX_RELAYS):
        cursor = Cursor(data)
        kind = cursor.integer(1)
        if kind not in _RELAYS_V6:
            break
        cursor.take(33)
        data = _options_v6(cursor).get(9, b"")
    else:
        raise RemoteProtocolError("too many relays")
    if not 1 <= kind <= 11:
        raise RemoteProtocolError("not a DHCPv6 message")
    cursor.take(3)
    options = _options_v6(cursor)
    asked = options.get(6, b"")
    return Message(
        version=6,
        from_client=kind in _FROM_CLIENT_V6,
        hardware=_hardware_in(options.get(1, b"")),
        full_name=_name(options.get(39, b"")[1:]),
        vendor_class=_vendor_class_v6(options.get(16, b"")),
        requested=tuple(
            int.from_bytes(asked[at : at + 2], "big") for at in range(0, len(asked) - 1, 2)
        ),
    )


def _read_options(cursor: Cursor, options: dict[int, bytes]) -> None:
    """Options up to the end mark; those that come in parts are joined (RFC 3396)."""
    while cursor.left:
        code = cursor.integer(1)
        if code == _END:
            return
        if code != _PAD:
            options[code] = options.get(code, b"") + cursor.vector(1)


def _options_v6(cursor: Cursor) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    while cursor.left:
        code = cursor.integer(2)
        options.setdefault(code, cursor.vector(2))
    return options


def _text(data: bytes) -> str:
    return data.rstrip(b"\x00").decode("latin-1")


def _full_name_v4(option: bytes) -> str:
    """Flags and two codes, then a name whose form the flag E tells."""
    if len(option) < 3:
        return ""
    return _name(option[3:]) if option[0] & 4 else _text(option[3:])


def _name(data: bytes) -> str:
    """A name in labels, which need not be a full one."""
    if not data:
        return ""
    name, _ = read_name(data + b"\x00", 0)
    return name if name != "." else ""


def _vendor_class_v6(option: bytes) -> str:
    """The first class behind the vendor's number."""
    return _text(Cursor(option, 4).vector(2)) if len(option) > 6 else ""


_HARDWARE_AT: Final = {1: 8, 3: 4}
"""Where the address stands in the kinds of DUID that hold one: with a time, without."""


def _hardware_in(duid: bytes) -> bytes:
    """The hardware address in a DUID (RFC 8415 section 11) of Ethernet or Wi-Fi."""
    start = _HARDWARE_AT.get(int.from_bytes(duid[:2], "big"))
    if start is None or int.from_bytes(duid[2:4], "big") not in (1, 6):
        return b""
    return duid[start:] if len(duid) == start + 6 else b""
