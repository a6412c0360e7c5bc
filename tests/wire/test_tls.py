"""Records, handshake messages and alerts, made by hand and taken from real conversations."""

from __future__ import annotations

import itertools
import random
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.hello import decode_server_hello
from peppermoth.wire.tls import (
    MAX_FRAGMENT,
    MAX_MESSAGE,
    VERSION_NAMES,
    Alert,
    ContentType,
    HandshakeMessage,
    HandshakeReader,
    HandshakeType,
    LineReader,
    Record,
    RecordReader,
    decode_alert,
    decode_certificates,
    decode_message,
    decode_record,
)
from tests.wire.hellos import client_hello, converse, message, record, server_hello, vector

Version = ssl.TLSVersion

records = st.builds(
    Record,
    st.sampled_from([int(kind) for kind in ContentType]),
    st.sampled_from([0x0300, 0x0301, 0x0303, 0x0304]),
    st.binary(max_size=40),
)
messages = st.builds(message, st.integers(0, 255), st.binary(max_size=60))


def cuts(data: bytes):
    """Whole, byte by byte, and cut at random places."""
    yield [data]
    yield [data[i : i + 1] for i in range(len(data))]
    for seed in range(3):
        chosen = random.Random(seed)
        places = sorted(chosen.randrange(len(data)) for _ in range(9))
        yield [data[a:b] for a, b in itertools.pairwise([0, *places, len(data)])]


def seen(data: bytes) -> list[str]:
    """What a line reader sees, each thing by its name."""
    names = []
    for thing in LineReader().feed(data):
        match thing:
            case Alert():
                names.append(thing.text)
            case HandshakeMessage():
                names.append(HandshakeType(thing.type).name)
            case Record():
                names.append(f"[{ContentType(thing.type).name}]")
    return names


def clear_messages(data: bytes) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    for thing in LineReader().feed(data):
        if isinstance(thing, HandshakeMessage):
            found.setdefault(thing.type, []).append(thing.data)
    return found


@pytest.fixture
def contexts(certificate):
    """A client that trusts the server, and the server."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate.cert, certificate.key)
    client = ssl.create_default_context(cafile=str(certificate.cert))
    return client, server


@given(st.lists(records, max_size=6), st.data())
def test_records_survive_any_cut_of_the_stream(sent, data):
    stream = b"".join(record(r.type, r.fragment, r.version) for r in sent)
    places = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    reader, got = RecordReader(), []
    for a, b in itertools.pairwise([0, *places, len(stream)]):
        got.extend(reader.feed(stream[a:b]))
    assert got == sent
    assert reader.pending == 0


def test_a_record_is_decoded_at_a_position_and_knows_its_length():
    wire = b"xx" + record(23, b"sealed", 0x0303) + b"rest"
    assert decode_record(wire, 2) == (Record(23, 0x0303, b"sealed"), len(wire) - 4)
    assert Record(23, 0x0303, b"sealed").length == 6


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [
        ("47", "content type"),
        ("16 02", "major version"),
        ("80", "content type"),
        ("16 03 05", "minor version"),
        ("16 03 01 48 01", "too long"),
    ],
)
def test_what_is_not_tls_is_refused_at_the_first_wrong_byte(prefix, reason):
    wire = bytes.fromhex(prefix)
    with pytest.raises(RemoteProtocolError, match=reason):
        decode_record(wire)
    assert decode_record(wire[:-1]) is None


def test_the_longest_record_is_read_and_nothing_longer_is_held():
    reader = RecordReader()
    (longest,) = reader.feed(record(23, bytes(MAX_FRAGMENT)))
    assert longest.length == MAX_FRAGMENT
    with pytest.raises(RemoteProtocolError):
        list(reader.feed(record(23, bytes(MAX_FRAGMENT + 1))))


@given(st.lists(messages, max_size=6), st.integers(1, 80))
def test_messages_are_put_together_across_records_and_taken_apart_within_one(sent, size):
    stream = b"".join(sent)
    reader, got = HandshakeReader(), []
    for start in range(0, len(stream), size):
        got.extend(reader.feed(stream[start : start + size]))
    assert [m.data for m in got] == sent
    assert [m.body for m in got] == [m[4:] for m in sent]


def test_a_message_is_decoded_at_a_position():
    wire = b"xx" + message(20, b"done") + b"rest"
    assert decode_message(wire, 2) == (HandshakeMessage(20, message(20, b"done")), len(wire) - 4)


@pytest.mark.parametrize(
    ("reader", "limit"),
    [
        (HandshakeReader(), MAX_MESSAGE),
        (HandshakeReader(limit=100), 100),
    ],
)
def test_a_message_beyond_the_limit_is_refused_by_its_header(reader, limit):
    (longest,) = reader.feed(message(11, bytes(limit)))
    assert len(longest.body) == limit
    with pytest.raises(RemoteProtocolError, match="too long"):
        list(reader.feed(b"\x0b" + (limit + 1).to_bytes(3, "big")))


def test_alerts_read_as_words_and_unknown_ones_as_numbers():
    assert decode_alert(b"\x02\x28").text == "fatal handshake_failure"
    assert decode_alert(b"\x01\x00").text == "warning close_notify"
    assert decode_alert(b"\x07\xc8").text == "7 200"
    with pytest.raises(RemoteProtocolError):
        decode_alert(b"\x02")


def test_a_certificate_message_gives_its_chain():
    chain = vector(3, b"leaf") + vector(3, b"issuer")
    assert decode_certificates(message(11, vector(3, chain))) == (b"leaf", b"issuer")
    assert decode_certificates(message(11, vector(3, b""))) == ()


@pytest.mark.parametrize(
    "wire",
    [
        message(12, vector(3, vector(3, b"leaf"))),
        message(11, vector(3, vector(3, b"leaf"))) + b"x",
        message(11, vector(3, vector(3, b"leaf")) + b"x"),
        message(11, vector(3, vector(3, b"leaf")[:-1])),
        message(11, b"")[:2],
    ],
    ids=["other message", "trailing", "trailing inside", "short", "cut header"],
)
def test_a_malformed_certificate_message_is_refused(wire):
    with pytest.raises(RemoteProtocolError):
        decode_certificates(wire)


@pytest.mark.parametrize("version", [Version.TLSv1_2, Version.TLSv1_3])
def test_the_server_s_answer_in_a_real_conversation_names_version_and_cipher(contexts, version):
    contexts[1].maximum_version = version
    said = converse(*contexts)
    (wire,) = clear_messages(said.from_server)[HandshakeType.SERVER_HELLO]
    answer = decode_server_hello(wire)
    assert VERSION_NAMES[answer.version].replace(" ", "v") == said.client.version()
    number = next(
        c["id"] for c in contexts[0].get_ciphers() if c["name"] == said.client.cipher()[0]
    )
    assert answer.cipher_suite == number & 0xFFFF
    assert not answer.is_retry


def test_tls_1_2_shows_the_certificate_and_hides_what_follows_change_cipher_spec(contexts):
    contexts[1].maximum_version = Version.TLSv1_2
    said = converse(*contexts)
    (wire,) = clear_messages(said.from_server)[HandshakeType.CERTIFICATE]
    assert decode_certificates(wire) == (said.client.getpeercert(binary_form=True),)
    assert seen(said.from_client) == [
        "[HANDSHAKE]", "CLIENT_HELLO",
        "[HANDSHAKE]", "CLIENT_KEY_EXCHANGE",
        "[CHANGE_CIPHER_SPEC]", "[HANDSHAKE]", "[APPLICATION_DATA]",
    ]  # fmt: skip


def test_tls_1_3_shows_nothing_after_the_hellos(contexts):
    said = converse(*contexts)
    names = seen(said.from_server)
    assert names[:3] == ["[HANDSHAKE]", "SERVER_HELLO", "[CHANGE_CIPHER_SPEC]"]
    assert set(names[3:]) == {"[APPLICATION_DATA]"}


def test_a_retried_hello_is_read_behind_tls_1_3_s_change_cipher_spec(contexts):
    contexts[1].set_ecdh_curve("secp384r1")
    said = converse(*contexts)
    assert said.client.version() == "TLSv1.3"
    assert seen(said.from_client).count("CLIENT_HELLO") == 2
    retry, answer = map(
        decode_server_hello, clear_messages(said.from_server)[HandshakeType.SERVER_HELLO]
    )
    assert (retry.is_retry, answer.is_retry) == (True, False)
    assert retry.key_share_group == answer.key_share_group == 24


def test_alerts_in_clear_are_read_in_real_failures(contexts):
    client, server = contexts
    distrustful = ssl.create_default_context(cafile=None)
    assert seen(converse(distrustful, server).from_client)[-1] == "fatal unknown_ca"
    client.minimum_version, server.maximum_version = Version.TLSv1_3, Version.TLSv1_2
    assert seen(converse(client, server).from_server) == ["[ALERT]", "fatal protocol_version"]


def test_a_sealed_alert_is_a_record_and_nothing_more():
    assert seen(record(20, b"\x01") + record(21, bytes(2))) == ["[CHANGE_CIPHER_SPEC]", "[ALERT]"]
    assert seen(record(21, bytes(26))) == ["[ALERT]"]


def test_a_conversation_reads_the_same_in_any_cut(contexts):
    contexts[1].maximum_version = Version.TLSv1_2
    said = converse(*contexts)
    for stream in (said.from_client, said.from_server):
        expected = list(LineReader().feed(stream))
        for pieces in cuts(stream):
            reader = LineReader()
            assert [thing for piece in pieces for thing in reader.feed(piece)] == expected


def test_a_hello_is_read_out_of_records_of_any_size_and_out_of_quic_s_bytes():
    hello = client_hello([(21, bytes(300))])
    (whole,) = HandshakeReader().feed(hello)
    for size in (1, 7, 100):
        stream = b"".join(record(22, hello[i : i + size]) for i in range(0, len(hello), size))
        assert whole in list(LineReader().feed(stream))


def test_several_messages_in_one_record_follow_it_in_order():
    fragment = server_hello() + message(14, b"")
    assert seen(record(22, fragment)) == ["[HANDSHAKE]", "SERVER_HELLO", "SERVER_HELLO_DONE"]


def test_what_comes_before_the_break_is_still_seen():
    things = LineReader().feed(record(22, client_hello()) + b"GET / HTTP/1.1")
    assert [next(things).type, next(things).type] == [ContentType.HANDSHAKE, 1]
    with pytest.raises(RemoteProtocolError):
        next(things)
