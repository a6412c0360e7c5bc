from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.hello import decode_client_hello, decode_server_hello
from peppermoth.wire.quic import (
    PacketType,
    decode_crypto_frames,
    decode_packets,
    initial_keys,
    is_google_version,
    is_known_version,
    read_varint,
)
from peppermoth.wire.reading import Cursor
from tests.wire.quic_packets import (
    CLIENT_FRAME,
    CLIENT_STARTS,
    CONNECTION_ID,
    DRAFT_29,
    RETRY,
    SERVER_PACKETS,
    V1,
    V2,
    crypto,
    initial,
    keys,
)


def opened(datagram, connection_id=CONNECTION_ID, side=0):
    """The frames of a datagram's only packet."""
    (packet,) = decode_packets(datagram)
    return initial_keys(packet.version, connection_id)[side].open(datagram, packet)


def joined(payload):
    """The CRYPTO bytes of a payload whose frames are in order."""
    return b"".join(frame.data for frame in decode_crypto_frames(payload))


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            V1,
            "1f369613dd76d5467730efcbe3b1a22d fa044b2f42a3fd3b46fb255c "
            "9f50449e04a0e810283a1e9933adedd2",
        ),
        (
            V2,
            "8b1a0bc121284290a29e0971b5cd045d 91f73e2351d8fa91660e909f "
            "45b95e15235d6f45a6b19cbcb0294ba9",
        ),
    ],
)
def test_the_tests_seal_with_the_keys_of_the_rfc(version, expected):
    assert " ".join(key.hex() for key in keys(version, CONNECTION_ID)) == expected


@pytest.mark.parametrize("version", [V1, V2])
def test_the_clients_packet_of_the_rfc_opens(version):
    datagram = initial(CLIENT_FRAME, version=version, number=2)
    assert datagram.startswith(CLIENT_STARTS[version])
    payload = opened(datagram)
    assert payload == CLIENT_FRAME + bytes(917)
    hello = decode_client_hello(joined(payload))
    assert (hello.server_name, hello.alpn) == ("example.com", (b"alpn",))


@pytest.mark.parametrize("version", [V1, V2])
def test_the_servers_packet_of_the_rfc_opens(version):
    payload = opened(SERVER_PACKETS[version], side=1)
    assert decode_server_hello(joined(payload)).cipher_suite == 0x1301


def test_the_retry_of_the_rfc_gives_its_token():
    (packet,) = decode_packets(RETRY)
    assert (packet.type, packet.token) == (PacketType.RETRY, b"token")
    assert packet.source == bytes.fromhex("f067a5502a4262b5")


def test_a_draft_opens_with_its_own_salt():
    assert opened(initial(b"\x01", version=DRAFT_29))[0] == 1


@pytest.mark.parametrize("version", [V1, V2])
def test_coalesced_packets_are_told_apart(version):
    first = initial(crypto(0, b"moth"), version=version, size=40)
    second = initial(crypto(4, b"wing"), version=version, size=40, number=1)
    datagram = first + second + b"\x40short"
    client, _ = initial_keys(version, CONNECTION_ID)
    assert [joined(client.open(datagram, packet)) for packet in decode_packets(datagram)] == [
        b"moth",
        b"wing",
    ]


def test_version_negotiation_ends_the_datagram():
    (packet,) = decode_packets(bytes.fromhex("8000000000") + b"\x01a\x01b" + bytes(8))
    assert packet.type is PacketType.VERSION_NEGOTIATION


def test_an_unknown_version_is_passed_over():
    assert list(decode_packets(bytes.fromhex("c0deadbeef0000") + bytes(30))) == []


def test_wrong_keys_and_changed_bytes_do_not_open():
    datagram = initial(CLIENT_FRAME)
    with pytest.raises(RemoteProtocolError):
        opened(datagram, b"other")
    with pytest.raises(RemoteProtocolError):
        opened(datagram[:-1] + bytes((datagram[-1] ^ 1,)))


def test_acknowledgements_and_pings_stand_between_crypto_frames():
    acknowledgement = b"\x02\x05\x00\x01\x00\x00\x00"
    congestion = b"\x03\x05\x00\x00\x00\x01\x02\x03"
    payload = (
        b"\x01" + acknowledgement + crypto(0, b"m") + congestion + b"\x00\x00" + crypto(1, b"o")
    )
    assert joined(payload) == b"mo"


@pytest.mark.parametrize(
    "payload", [b"\x08", b"\x06\x00", b"\x06\x00\x05abc", b"\x02\x00\x00\xbf\xff\xff\xff\x00"]
)
def test_broken_frames_are_refused(payload):
    with pytest.raises(RemoteProtocolError):
        list(decode_crypto_frames(payload))


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("25", 37),
        ("7bbd", 15293),
        ("9d7f3e7d", 494878333),
        ("c2197c5eff14e88c", 151288809941952652),
    ],
)
def test_the_integers_of_the_rfc(octets, value):
    assert read_varint(Cursor(bytes.fromhex(octets))) == value


def test_a_version_is_known_by_its_first_bytes():
    assert is_known_version(initial(b"\x01"))
    assert not is_known_version(b"\x16\x03\x01\x00\x00\x00\x00\x00")
    assert is_google_version(b"\x0d12345678Q043\x01")
    assert is_google_version(b"\xc3Q050\x08")
    assert not is_google_version(b"\xc3\x00\x00\x00\x01")


@given(st.integers(0, 1300))
def test_a_cut_datagram_ends_in_an_error_or_in_fewer_packets(size):
    datagram = initial(CLIENT_FRAME, size=300)[:size]
    try:
        packets = list(decode_packets(datagram))
    except RemoteProtocolError:
        return
    assert all(packet.end <= len(datagram) for packet in packets)
