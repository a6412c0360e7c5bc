"""The SYN of a TCP connection, as what tells one TCP/IP stack from another.

RFC 9293 (TCP), 7323 (window scale, timestamps), 2018 (selective acknowledgement); RFC
791 and 8200 for the time to live. Each system fills in these fields in its own way.
Limits: the fixed part of both headers must be there; options are read as far as they
were captured.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError

_END, _NOTHING, _SEGMENT_SIZE, _SCALE = 0, 1, 2, 3
_NAMES: Final = {
    _END: "eol",
    _NOTHING: "nop",
    _SEGMENT_SIZE: "mss",
    _SCALE: "ws",
    4: "sok",
    8: "ts",
    30: "mptcp",
    34: "tfo",
}


class Opening(NamedTuple):
    """``ttl`` as it arrived, ``window`` unscaled, ``options`` by short name and in order.

    ``segment_size`` is 0 and ``scale`` -1 where the option is missing.
    """

    ttl: int
    window: int
    options: tuple[str, ...]
    segment_size: int
    scale: int

    @property
    def first_ttl(self) -> int:
        """The time to live that it most probably left with."""
        return next(first for first in (32, 64, 128, 255) if self.ttl <= first)


def decode_opening(ip: bytes, tcp: bytes) -> Opening:
    """Read both headers. Raises RemoteProtocolError where they are cut or contradict themselves."""
    if len(tcp) < 20 or len(ip) < 20:
        raise RemoteProtocolError("a header ends too early")
    ttl = ip[8] if ip[0] >> 4 == 4 else ip[7]
    size = (tcp[12] >> 4) * 4
    if size < 20:
        raise RemoteProtocolError("a TCP header is too short")
    found = _options(tcp[20:size])
    segment_size, scale = 0, -1
    for kind, value in found:
        if kind == _SEGMENT_SIZE and len(value) == 2:
            segment_size = int.from_bytes(value, "big")
        elif kind == _SCALE and len(value) == 1:
            scale = value[0]
    names = tuple(_NAMES.get(kind, str(kind)) for kind, _ in found)
    return Opening(ttl, int.from_bytes(tcp[14:16], "big"), names, segment_size, scale)


def _options(data: bytes) -> list[tuple[int, bytes]]:
    """Kinds and values up to the first end mark."""
    options: list[tuple[int, bytes]] = []
    pos = 0
    while pos < len(data):
        kind = data[pos]
        size = 1 if kind in (_END, _NOTHING) else (data[pos + 1] if pos + 1 < len(data) else 0)
        if size == 0 or (size == 1 and kind not in (_END, _NOTHING)):
            break
        options.append((kind, data[pos + 2 : pos + size]))
        if kind == _END:
            break
        pos += size
    return options
