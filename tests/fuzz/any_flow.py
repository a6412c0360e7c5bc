"""Any flow at any port of the table, with all hand-overs from there: nothing is raised."""

from __future__ import annotations

from peppermoth.monitor.observation import Endpoint, Flow, Place, Speaker
from peppermoth.monitor.observe.identify import Following, server_ports
from tests.wire.signalling import stun

PERMITTED: tuple[type[Exception], ...] = ()
_PORTS = tuple(
    (transport, port) for transport in ("tcp", "udp") for port in sorted(server_ports(transport))
)


def _at(transport: str, port: int) -> bytes:
    """The first byte of an input for a flow at this port."""
    return bytes((_PORTS.index((transport, port)),))


_BROKEN = b"\x00\x01\x00\x08\x21\x12\xa4\x42transaction!\x00\x06\x01\xf4abcd"
_NESTED = stun(0x0016, (0x13, stun(0x0016, (0x13, b"\x80\x08" + bytes(30)))))
SEEDS = (
    _at("udp", 3478) + _BROKEN,
    _at("udp", 3478) + _NESTED,
    _at("udp", 6881) + _NESTED + b"\xfe" + _BROKEN,
    _at("tcp", 1080) + b"\x05\x01\x00\xfe\x05\x00\xfe\x05\x01\x00\x03\x01a\x00\x50\xfe",
    _at("tcp", 25) + b"EHLO a\r\nSTARTTLS\r\n\xfe250 a\r\n220 b\r\n\xfe\x16\x03\x01\x00\x04\x01",
)


def fuzz(data: bytes) -> None:
    """The first byte picks the port; pieces between bytes FE are said by the sides in turn."""
    transport, port = _PORTS[data[0] % len(_PORTS)] if data else _PORTS[0]
    ends = Endpoint("192.0.2.1", 50000), Endpoint("192.0.2.2", port)
    following = Following(Flow(1, transport, *ends, device_is_client=True))
    for number, piece in enumerate(data[1:].split(b"\xfe")):
        list(following.receive(Speaker(number % 2), piece, Place(number + 1, 0.0)))
    list(following.end())
