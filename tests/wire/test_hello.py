"""ClientHello and ServerHello: built and read back, said by real stacks, broken."""

from __future__ import annotations

import ssl

import pytest
import utls
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.extensions import EncryptedHello, ExtensionType, KeyShare
from peppermoth.wire.hello import (
    RETRY_RANDOM,
    ClientHello,
    GreasePositions,
    decode_client_hello,
    decode_server_hello,
    first_client_hello,
)
from tests.wire.hellos import (
    alpn,
    chrome_flight,
    client_hello,
    message,
    numbers,
    openssl_flight,
    record,
    server_hello,
    server_name,
    vector,
)

uint16 = st.integers(0, 0xFFFF)
random_bytes = st.binary(min_size=32, max_size=32)
session_ids = st.binary(max_size=32)
unread = st.tuples(st.integers(60, 0xFFFF), st.binary(max_size=30))
host_names = st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,10}){0,3}", fullmatch=True)


def hello_with(*extensions: tuple[int, bytes]) -> ClientHello:
    return decode_client_hello(client_hello(extensions))


def without(values, positions):
    return [value for place, value in enumerate(values) if place not in positions]


@given(
    version=uint16,
    random=random_bytes,
    session_id=session_ids,
    ciphers=st.lists(uint16, max_size=40),
    compression=st.binary(max_size=4),
    extensions=st.lists(unread, max_size=20),
)
def test_a_client_hello_is_read_as_it_was_built(extensions, ciphers, **fields):
    hello = decode_client_hello(client_hello(extensions, ciphers=ciphers, **fields))
    assert hello == ClientHello(
        legacy_version=fields["version"],
        random=fields["random"],
        session_id=fields["session_id"],
        cipher_suites=tuple(ciphers),
        compression_methods=fields["compression"],
        extensions=tuple(extensions),
    )


@given(
    version=uint16,
    random=random_bytes,
    session_id=session_ids,
    cipher=uint16,
    extensions=st.lists(unread, max_size=8),
)
def test_a_server_hello_is_read_as_it_was_built(extensions, **fields):
    hello = decode_server_hello(server_hello(extensions, **fields))
    assert (hello.legacy_version, hello.random) == (fields["version"], fields["random"])
    assert (hello.session_id, hello.cipher_suite) == (fields["session_id"], fields["cipher"])
    assert (hello.compression_method, hello.extensions) == (0, tuple(extensions))


@given(
    host=host_names,
    session_id=session_ids,
    ciphers=st.lists(uint16, max_size=20),
    compression=st.binary(max_size=4),
    before=st.lists(unread, max_size=6),
    after=st.lists(unread, max_size=6),
)
def test_the_host_name_is_found_with_its_place_in_the_message(host, before, after, **fields):
    wire = client_hello([*before, server_name(host.encode()), *after], **fields)
    hello = decode_client_hello(wire)
    assert hello.server_name == host
    start, end = hello.server_name_span
    assert wire[start:end] == host.encode()


def test_a_hello_without_an_extension_list_has_no_properties():
    hello = decode_client_hello(client_hello(None, version=0x0301))
    assert hello.version == 0x0301
    assert hello.server_name is hello.server_name_span is hello.ech is hello.padding_length is None
    assert hello.alpn == hello.alps == hello.supported_versions == hello.key_shares == ()
    assert hello.ec_point_formats == b""
    assert not hello.offers_psk
    assert not hello.offers_early_data
    assert hello.grease == GreasePositions((), (), (), (), (), ())


def test_every_property_reads_its_extension():
    hello = hello_with(
        alpn(b"h2", b"http/1.1"),
        (43, vector(1, numbers([0x0A0A, 0x0304, 0x0303]))),
        (10, vector(2, numbers([0x2A2A, 0x11EC, 29]))),
        (13, vector(2, numbers([0x0403, 0x3A3A]))),
        (51, vector(2, b"\x4a\x4a\x00\x01\x00" + b"\x11\xec" + vector(2, bytes(1216)))),
        (11, vector(1, b"\x00\x01")),
        (27, vector(1, numbers([2, 3]))),
        (
            0xFE0D,
            b"\x00" + numbers([1, 3]) + b"\x07" + vector(2, bytes(32)) + vector(2, bytes(176)),
        ),
        (41, b"unread"),
        (42, b""),
        (34, vector(2, numbers([0x0403]))),
        (21, bytes(77)),
        (0x5A5A, b""),
        (17613, vector(2, vector(1, b"h2"))),
    )
    assert hello.alpn == (b"h2", b"http/1.1")
    assert (hello.supported_versions, hello.version) == ((0x0A0A, 0x0304, 0x0303), 0x0304)
    assert hello.supported_groups == (0x2A2A, 0x11EC, 29)
    assert hello.signature_algorithms == (0x0403, 0x3A3A)
    assert hello.key_shares == (KeyShare(0x4A4A, 1), KeyShare(0x11EC, 1216))
    assert hello.post_quantum_shares == (KeyShare(0x11EC, 1216),)
    assert hello.ec_point_formats == b"\x00\x01"
    assert hello.compress_certificate == (2, 3)
    assert hello.ech == EncryptedHello(1, 3, 7, 32, 176)
    assert hello.offers_psk
    assert hello.offers_early_data
    assert hello.delegated_credential == bytes.fromhex("0002 0403")
    assert hello.padding_length == 77
    assert hello.alps == (b"h2",)
    assert hello.grease == GreasePositions((), (12,), (0,), (0,), (1,), (0,))


def test_application_settings_are_read_under_the_draft_s_number_too():
    assert hello_with((17513, vector(2, vector(1, b"h2")))).alps == (b"h2",)


def test_a_name_beyond_ascii_is_escaped():
    assert hello_with(server_name(b"m\xf6th\n")).server_name == "m\\xf6th\n"


def test_of_a_repeated_extension_the_first_counts():
    assert hello_with((21, bytes(3)), (21, bytes(9))).padding_length == 3


@pytest.mark.parametrize(
    ("name", "kind", "empty"),
    [
        ("server_name", ExtensionType.SERVER_NAME, None),
        ("server_name_span", ExtensionType.SERVER_NAME, None),
        ("alpn", ExtensionType.ALPN, ()),
        ("alps", ExtensionType.ALPS, ()),
        ("supported_versions", ExtensionType.SUPPORTED_VERSIONS, ()),
        ("supported_groups", ExtensionType.SUPPORTED_GROUPS, ()),
        ("signature_algorithms", ExtensionType.SIGNATURE_ALGORITHMS, ()),
        ("compress_certificate", ExtensionType.COMPRESS_CERTIFICATE, ()),
        ("ec_point_formats", ExtensionType.EC_POINT_FORMATS, b""),
        ("key_shares", ExtensionType.KEY_SHARE, ()),
        ("ech", ExtensionType.ENCRYPTED_CLIENT_HELLO, None),
    ],
)
@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff", b"\x00\x00extra"])
def test_a_malformed_body_leaves_its_property_empty_and_the_others_whole(name, kind, empty, body):
    hello = hello_with((kind, body), (ExtensionType.PADDING, bytes(5)))
    assert getattr(hello, name) == empty
    assert hello.padding_length == 5


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (0, vector(2, b"\x01" + vector(2, b"moth.example"))),
        (0, vector(2, b"\x00" + vector(2, b"moth.example")) + b"x"),
        (10, vector(2, b"\x00\x1d\x00")),
        (0xFE0D, b"\x01"),
    ],
    ids=["no host name", "list and body disagree", "odd list", "inner ECH"],
)
def test_bodies_that_only_look_right_are_empty_too(kind, body):
    hello = hello_with((kind, body))
    assert (hello.server_name, hello.supported_groups, hello.ech) == (None, (), None)


def test_the_first_host_name_of_several_counts():
    names = (
        b"\x07" + vector(2, b"other") + b"\x00" + vector(2, b"one") + b"\x00" + vector(2, b"two")
    )
    hello = hello_with((0, vector(2, names)))
    assert hello.server_name == "one"


@pytest.mark.parametrize("build", [client_hello, server_hello])
def test_a_hello_cut_anywhere_is_refused(build):
    decode = {client_hello: decode_client_hello, server_hello: decode_server_hello}[build]
    whole = build([(21, bytes(4)), (23, b"")], session_id=bytes(8))
    bare = build(None, session_id=bytes(8))
    for end in range(len(whole)):
        with pytest.raises(RemoteProtocolError):
            decode(whole[:end])
        body = whole[4:end]
        if message(whole[0], body) != bare:
            with pytest.raises(RemoteProtocolError):
                decode(message(whole[0], body))


@pytest.mark.parametrize(
    "wire",
    [
        client_hello() + b"x",
        message(1, client_hello()[4:] + b"x"),
        server_hello(),
    ],
    ids=["trailing bytes", "trailing inside", "other message"],
)
def test_a_client_hello_is_one_message_and_nothing_else(wire):
    with pytest.raises(RemoteProtocolError):
        decode_client_hello(wire)


def test_a_server_hello_names_what_was_chosen():
    tls_1_3 = decode_server_hello(
        server_hello([(43, b"\x03\x04"), (51, b"\x00\x1d" + vector(2, bytes(32)))])
    )
    assert (tls_1_3.version, tls_1_3.key_share_group, tls_1_3.alpn) == (0x0304, 29, None)
    retry = decode_server_hello(
        server_hello([(43, b"\x03\x04"), (51, b"\x00\x18")], random=RETRY_RANDOM)
    )
    assert (retry.is_retry, retry.key_share_group) == (True, 24)
    tls_1_2 = decode_server_hello(server_hello([alpn(b"h2")]))
    assert (tls_1_2.version, tls_1_2.key_share_group, tls_1_2.alpn) == (0x0303, None, b"h2")
    assert decode_server_hello(server_hello([alpn(b"h2", b"http/1.1")])).alpn is None


@pytest.mark.parametrize("preset", utls.presets())
def test_every_chrome_of_utls_is_read_as_utls_reads_it(preset):
    flight = chrome_flight(preset, "moth.example")
    hello, other = first_client_hello(flight), utls.Fingerprint.from_capture(flight).to_dict()
    kinds = [kind for kind, _ in hello.extensions]
    assert hello.server_name == "moth.example"
    assert hello.alpn == tuple(name.encode() for name in other["alpn"])
    assert hello.alps == tuple(name.encode() for name in other["alps"])
    assert hello.version == 0x0304
    assert without(hello.cipher_suites, hello.grease.cipher_suites) == other["cipher_suites"]
    # utls says 65534 for each GREASE extension
    assert without(kinds, hello.grease.extensions) == [
        kind for kind in other["extensions_order"] if kind != 65534
    ]
    assert hello.compress_certificate == (2,)
    assert hello.ech is not None
    assert [share.length for share in hello.post_quantum_shares] == [1216]


def test_the_standard_library_s_hello_is_read():
    context = ssl.create_default_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    hello = first_client_hello(openssl_flight(context, "moth.example"))
    assert (hello.server_name, hello.version, hello.alpn) == ("moth.example", 0x0303, ())
    assert hello.ec_point_formats[:1] == b"\x00"
    assert hello.extension(ExtensionType.EXTENDED_MASTER_SECRET) == b""
    assert hello.ech is None


@pytest.mark.parametrize("size", [1, 40, 1000])
def test_the_first_hello_of_a_stream_is_given_once_it_is_there(size):
    wire = client_hello([server_name(b"moth.example"), (21, bytes(200))])
    pieces = [wire[i : i + size] for i in range(0, len(wire), size)]
    stream = b"".join(record(22, piece) for piece in pieces)
    assert {first_client_hello(stream[:end]) for end in range(len(stream))} == {None}
    assert first_client_hello(stream + record(23, b"early")).server_name == "moth.example"


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        record(21, b"\x02\x28"),
        record(22, server_hello()),
    ],
)
def test_a_stream_that_starts_otherwise_is_refused(stream):
    with pytest.raises(RemoteProtocolError):
        first_client_hello(stream)
