"""UDP over TCP: the published layout, and the same datagrams from any cut of the stream."""

from __future__ import annotations

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import LocalProtocolError, RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire import uot
from peppermoth.wire.uot import DatagramReader, Framing, Request

V4 = Address("192.0.2.7", 53)
V6 = Address("2001:db8::7", 443)
NAME = Address("dns.example", 853)

REQUESTS = [
    (Request(Framing.CONNECTED, V4), "01 01 c0000207 0035"),
    (Request(Framing.ADDRESSED, V4), "00 01 c0000207 0035"),
    (Request(Framing.CONNECTED, NAME), "01 03 0b 646e732e6578616d706c65 0355"),
    (Request(Framing.CONNECTED, V6), "01 04 20010db8000000000000000000000007 01bb"),
]
FRAMES = [
    (Framing.CONNECTED, V4, b"hey", "0003 686579"),
    (Framing.CONNECTED, V4, b"", "0000"),
    (Framing.ADDRESSED, V4, b"hey", "00 c0000207 0035 0003 686579"),
    (Framing.ADDRESSED, V6, b"", "01 20010db8000000000000000000000007 01bb 0000"),
    (Framing.ADDRESSED, NAME, b"x", "02 0b 646e732e6578616d706c65 0355 0001 78"),
]

RECORDED_FROM_SING_BOX_1_14_1 = [
    (
        "00 030c6d6f74682e6578616d706c650035 020c6d6f74682e6578616d706c650035000568656c6c6f"
        "00c0000263003600067365636f6e64",
        Request(Framing.ADDRESSED, Address("moth.example", 53)),
        [(Address("moth.example", 53), b"hello"), (Address("192.0.2.99", 54), b"second")],
    ),
    (
        "00 01c00002050035 00c00002050035000568656c6c6f 00c0000263003600067365636f6e64",
        Request(Framing.ADDRESSED, Address("192.0.2.5", 53)),
        [(Address("192.0.2.5", 53), b"hello"), (Address("192.0.2.99", 54), b"second")],
    ),
]

hosts = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).filter(lambda ip: ip.scope_id is None).map(str),
    st.from_regex(r"[a-z]{1,12}\.[a-z]{2,10}", fullmatch=True),
)
addresses = st.builds(Address, hosts, st.integers(0, 0xFFFF))
datagrams = st.lists(st.tuples(addresses, st.binary(max_size=64)), max_size=6)


@pytest.mark.parametrize(("request_", "layout"), REQUESTS)
def test_requests_have_the_published_layout(request_: Request, layout: str) -> None:
    wire = bytes.fromhex(layout)
    assert uot.encode_request(request_) == wire
    assert uot.decode_request(wire + b"next") == (request_, len(wire))


@pytest.mark.parametrize(("request_", "layout"), REQUESTS)
def test_a_cut_request_is_waited_for(request_: Request, layout: str) -> None:
    wire = bytes.fromhex(layout)
    assert [uot.decode_request(wire[:n]) for n in range(len(wire))] == [None] * len(wire)


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        uot.decode_request(bytes.fromhex("02 01 c0000207 0035"))


@pytest.mark.parametrize(("framing", "address", "payload", "layout"), FRAMES)
def test_datagrams_have_the_published_layout(
    framing: Framing, address: Address, payload: bytes, layout: str
) -> None:
    assert uot.encode_datagram(framing, address, payload) == bytes.fromhex(layout)


@pytest.mark.parametrize(("recorded", "request_", "sent"), RECORDED_FROM_SING_BOX_1_14_1)
def test_what_a_peer_sent_is_read_as_it_was_meant(
    recorded: str, request_: Request, sent: list[tuple[Address, bytes]]
) -> None:
    stream = bytes.fromhex(recorded)
    found = uot.decode_request(stream)
    assert found is not None
    assert found[0] == request_
    assert DatagramReader(request_.framing).feed(stream[found[1] :]) == sent


@pytest.mark.parametrize("framing", Framing)
@given(sent=datagrams, data=st.data())
def test_any_cut_of_the_stream_gives_the_same_datagrams(
    framing: Framing, sent: list[tuple[Address, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(uot.encode_datagram(framing, *datagram) for datagram in sent)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=12).map(sorted))
    reader = DatagramReader(framing)
    edges = [0, *cuts, len(stream)]
    got = [
        datagram
        for start, end in itertools.pairwise(edges)
        for datagram in reader.feed(stream[start:end])
    ]
    if framing is Framing.CONNECTED:
        assert got == [(None, payload) for _, payload in sent]
    else:
        assert got == sent


@given(address=addresses, payload=st.binary(max_size=64))
def test_byte_by_byte_the_datagram_comes_with_its_last_byte(
    address: Address, payload: bytes
) -> None:
    stream = uot.encode_datagram(Framing.ADDRESSED, address, payload)
    reader = DatagramReader(Framing.ADDRESSED)
    got = [reader.feed(stream[n : n + 1]) for n in range(len(stream))]
    assert got == [[]] * (len(stream) - 1) + [[(address, payload)]]


def test_the_largest_frame_passes_and_a_larger_one_is_refused_at_home() -> None:
    largest = Address("a" * 255, 1)
    payload = bytes(0xFFFF)
    frame = uot.encode_datagram(Framing.ADDRESSED, largest, payload)
    assert DatagramReader(Framing.ADDRESSED).feed(frame) == [(largest, payload)]
    with pytest.raises(LocalProtocolError):
        uot.encode_datagram(Framing.ADDRESSED, largest, payload + b"x")


@pytest.mark.parametrize("bad", ["03 c0000207 0035 0000", "02 00 0035 0000", "02 01 ff 0035 0000"])
def test_malformed_addresses_are_refused(bad: str) -> None:
    with pytest.raises(RemoteProtocolError):
        DatagramReader(Framing.ADDRESSED).feed(bytes.fromhex(bad))


def test_addresses_use_their_own_type_numbers_not_those_of_socks() -> None:
    frame = uot.encode_datagram(Framing.ADDRESSED, V6, b"")
    request = uot.encode_request(Request(Framing.ADDRESSED, V6))
    packed = ipaddress.IPv6Address(V6.host).packed
    assert frame.startswith(b"\x01" + packed)
    assert request.startswith(b"\x00\x04" + packed)
