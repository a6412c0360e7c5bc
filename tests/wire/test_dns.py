from __future__ import annotations

import contextlib
import struct

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dns import (
    MAX_POINTERS,
    FramedReader,
    Record,
    RecordType,
    begins_like_message,
    decode_message,
    read_name,
    type_name,
)

RECORDS = {
    "A": ("192.0.2.7", "192.0.2.7"),
    "AAAA": ("2001:db8::7", "2001:db8::7"),
    "CNAME": ("wing.moth.example.", "wing.moth.example"),
    "NS": ("ns.moth.example.", "ns.moth.example"),
    "PTR": ("host.moth.example.", "host.moth.example"),
    "MX": ("10 mail.moth.example.", "mail.moth.example"),
    "SRV": ("1 2 5060 sip.moth.example.", "sip.moth.example"),
    "TXT": ('"canary in a text"', ""),
    "SOA": ("ns.moth.example. h.moth.example. 1 2 3 4 5", ""),
}


def query(name="www.moth.example", kind="A"):
    """A query as dnspython makes it."""
    return dns.message.make_query(name, kind)


def answer(*records, name="www.moth.example.", kind="A"):
    """An answer as dnspython makes it, with compression."""
    response = dns.message.make_response(query(name, kind))
    for record_type, text in records:
        response.answer.append(dns.rrset.from_text(name, 300, "IN", record_type, text))
    return response.to_wire()


def test_a_query_is_read():
    message = decode_message(query("Moth.Example", "HTTPS").to_wire())
    assert not message.is_response
    assert [(q.name, q.type) for q in message.questions] == [("Moth.Example", RecordType.HTTPS)]


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_has_the_value_that_dnspython_gave_it(kind):
    text, value = RECORDS[kind]
    message = decode_message(answer((kind, text), kind=kind))
    (record,) = message.answers
    assert (record.name, record.value, message.whole) == ("www.moth.example", value, True)
    assert type_name(record.type) == kind


def test_attributes_of_a_service_are_read():
    (record,) = decode_message(
        answer(("TXT", '"Model=iPhone14,5" "fn=Anna=s" "flag" "" "model=second" "\\255=x"'))
    ).answers
    assert {key: value for key, value in record.attributes.items() if key} == {
        "model": "iPhone14,5",
        "fn": "Anna=s",
        "flag": "",
        "\ufffd": "x",
    }
    assert record._replace(type=RecordType.A).attributes == {}


@given(st.binary(max_size=60))
def test_no_bytes_of_a_text_record_raise(data):
    assert len(Record("x", RecordType.TXT, 1, 0, data).attributes) <= len(data)


@pytest.mark.parametrize("kind", [RecordType.HTTPS, RecordType.SVCB])
def test_a_service_record_tells_its_alpn_addresses_and_ech_name(kind):
    config = bytes.fromhex("fe0d") + b"\x00\x40\x07\x00\x20\x00\x20" + bytes(32)
    config += b"\x00\x04\x00\x01\x00\x01\x40\x0dcover.example\x00\x00"
    config = config[:2] + (len(config) - 4).to_bytes(2, "big") + config[4:]
    listed = len(config).to_bytes(2, "big") + config
    parameters = struct.pack(">HH", 1, 3) + b"\x02h3"
    parameters += struct.pack(">HH", 4, 4) + bytes((192, 0, 2, 9))
    parameters += struct.pack(">HH", 5, len(listed)) + listed
    parameters += struct.pack(">HH", 6, 16) + bytes.fromhex("20010db8") + bytes(11) + b"\x09"
    body = b"\x00\x01\x00" + parameters
    record = b"\x04moth\x00" + struct.pack(">HHIH", kind, 1, 60, len(body)) + body
    message = decode_message(struct.pack(">6H", 1, 0x8180, 0, 1, 0, 0) + record)
    (found,) = message.answers
    assert found.service is not None
    assert found.service == (1, ".", ("h3",), ("192.0.2.9", "2001:db8::9"), ("cover.example",))


def test_the_client_subnet_is_a_network():
    message = query()
    message.use_edns(options=[dns.edns.ECSOption("198.51.100.77", 24)])
    assert decode_message(message.to_wire()).client_subnet == "198.51.100.0/24"
    message.use_edns(options=[dns.edns.ECSOption("2001:db8:5::1", 48)])
    assert decode_message(message.to_wire()).client_subnet == "2001:db8:5::/48"
    assert decode_message(query().to_wire()).client_subnet is None


def test_an_answer_that_is_cut_short_is_read_as_far_as_it_goes():
    whole = answer(("A", "192.0.2.7"), ("CNAME", "wing.moth.example."))
    cut = decode_message(whole[:-4])
    assert [record.value for record in cut.answers] == ["192.0.2.7"]
    assert not cut.whole


def header(questions=1, answers=0):
    """A query's header."""
    return struct.pack(">6H", 7, 0x0100, questions, answers, 0, 0)


@pytest.mark.parametrize(
    "name",
    [
        b"\xc0\x0c",  # points at itself
        b"\xc0\x0e\xc0\x0c",  # points at what points back
        b"\x03www\xc0\x0c",  # points at its own beginning
        b"\x40" + b"a" * 64,
        b"\x80\x00",
        b"\x05moth",
        b"\x3f" + b"a" * 63,
        (b"\x3f" + b"a" * 63) * 4 + b"\x00",  # 257 bytes
    ],
)
def test_names_that_loop_or_break_are_refused(name):
    with pytest.raises(RemoteProtocolError):
        decode_message(header() + name + b"\x00\x01\x00\x01"[: 4 * (name[-1] == 0)])


def test_the_longest_name_is_read():
    name = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\x00"
    assert len(name) == 255
    assert read_name(name, 0)[1] == 255


@pytest.mark.parametrize(("pointers", "holds"), [(MAX_POINTERS, True), (MAX_POINTERS + 1, False)])
def test_so_many_pointers_are_followed(pointers, holds):
    data = b"\x01a\x00" + b"".join(
        (0xC000 | (3 + 2 * n - 2 if n else 0)).to_bytes(2, "big") for n in range(pointers)
    )
    with contextlib.nullcontext() if holds else pytest.raises(RemoteProtocolError):
        assert read_name(data, len(data) - 2) == ("a", len(data))


def test_a_pointer_forward_is_followed():
    assert read_name(b"\xc0\x02\x04moth\x00", 0) == ("moth", 2)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (b"a.b", r"a\.b"),
        ("Fåfjäril 1".encode(), "Fåfjäril 1"),
        (b"\xff\x00", r"\255\000"),
        (b"a\x1bb", r"a\027b"),
        (b"a\\b", r"a\\b"),
    ],
)
def test_odd_characters_of_a_label_are_escaped(label, text):
    assert read_name(bytes((len(label),)) + label + b"\x00", 0)[0] == text


LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=20)
NAME = st.lists(LABEL, min_size=1, max_size=6).map(".".join)


@given(st.lists(NAME, min_size=1, max_size=8, unique=True))
def test_dnspython_and_this_parser_read_the_same_names(names):
    response = dns.message.make_response(query(names[0] + "."))
    for name in names:
        response.answer.append(dns.rrset.from_text(name + ".", 1, "IN", "CNAME", names[-1] + "."))
    message = decode_message(response.to_wire())
    expected = [
        (str(rrset.name)[:-1], str(item.target)[:-1])
        for rrset in dns.message.from_wire(response.to_wire()).answer
        for item in rrset
    ]
    assert [(record.name, record.value) for record in message.answers] == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(RemoteProtocolError):
        decode_message(data)


@given(st.lists(st.integers(1, 30), min_size=1))
def test_messages_over_tcp_are_the_same_however_they_are_cut(cuts):
    messages = [query(f"{n}.moth.example").to_wire() for n in range(3)]
    stream = b"".join(len(m).to_bytes(2, "big") + m for m in messages)
    reader, read = FramedReader(), []
    while stream:
        read += reader.feed(stream[: cuts[0]])
        stream, cuts = stream[cuts[0] :], cuts[1:] + cuts[:1]
    assert read == messages


def test_a_length_that_no_message_has_is_refused():
    with pytest.raises(RemoteProtocolError):
        list(FramedReader().feed(b"\x00\x05hello"))


def test_messages_are_known_by_their_beginning():
    assert begins_like_message(query().to_wire())
    assert begins_like_message(answer(("A", "192.0.2.7")))
    assert not begins_like_message(b"GET / HTTP/1.1\r\nHost: moth.example\r\n\r\n")
    assert not begins_like_message(bytes(40))
    assert not begins_like_message(header() + b"\x04moth")
