"""UDP over TCP: the request and both framings (``wire/uot.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire import uot
from peppermoth.wire.uot import DatagramReader, Framing, Request

PERMITTED = (RemoteProtocolError,)
_ADDRESSES = tuple(Address(host, 443) for host in ("192.0.2.7", "2001:db8::7", "moth.example"))
SEEDS = tuple(
    uot.encode_request(Request(framing, address))
    + uot.encode_datagram(framing, address, b"first")
    + uot.encode_datagram(framing, address, b"")
    for framing in Framing
    for address in _ADDRESSES
)


def fuzz(data: bytes) -> None:
    """Whole and byte by byte give the same datagrams; encoded again, they are read again."""
    found = uot.decode_request(data)
    if found is None:
        return
    request, end = found
    stream = data[end:]
    whole = DatagramReader(request.framing).feed(stream)
    reader = DatagramReader(request.framing)
    pieces = [found for n in range(len(stream)) for found in reader.feed(stream[n : n + 1])]
    if pieces != whole:
        raise AssertionError("the datagrams depend on how the stream is cut")
    again = b"".join(
        uot.encode_datagram(request.framing, address or request.destination, payload)
        for address, payload in whole
    )
    if DatagramReader(request.framing).feed(again) != whole:
        raise AssertionError("the datagrams do not survive a round trip")
