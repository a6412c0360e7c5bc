"""JA4: the vectors of its specification, and the reader of utls as a second opinion."""

from __future__ import annotations

import ssl

import pytest
import utls

from peppermoth.wire.hello import decode_client_hello, first_client_hello
from peppermoth.wire.ja4 import GREASE, extension_order, ja4, ja4_raw
from tests.wire.hellos import (
    alpn,
    chrome_flight,
    client_hello,
    numbers,
    openssl_flight,
    server_name,
    vector,
)

# The example of the specification, in the order in which it lists the values.
CIPHERS = "1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"
EXTENSIONS = "001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015"
ALGORITHMS = "0403,0804,0401,0503,0805,0501,0806,0601"
RAW = (
    "t13d1516h2"
    "_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9"
    "_0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01"
    "_0403,0804,0401,0503,0805,0501,0806,0601"
)

HELLOS_OF_EACH = 40
"""Chrome shuffles its extensions anew in every hello."""

TLS_1_3 = (43, vector(1, numbers([0x0304, 0x0303])))


def listed(text):
    return [int(number, 16) for number in text.split(",")]


def example(algorithms=ALGORITHMS, grease=()):
    """The hello of the specification's example, with GREASE in every list if there is some."""
    bodies = dict(
        [
            server_name(b"moth.example"),
            alpn(b"h2", b"http/1.1"),
            (43, vector(1, numbers([*grease, 0x0304, 0x0303]))),
            (13, vector(2, numbers([*grease, *listed(algorithms)])) if algorithms else b""),
        ]
    )
    kinds = [*grease, *listed(EXTENSIONS), *grease]
    return decode_client_hello(
        client_hello(
            [(kind, bodies.get(kind, b"")) for kind in kinds], ciphers=[*grease, *listed(CIPHERS)]
        )
    )


@pytest.mark.parametrize("grease", [(), (0x1A1A,)], ids=["plain", "with GREASE"])
def test_the_example_of_the_specification(grease):
    hello = example(grease=grease)
    assert ja4(hello) == "t13d1516h2_8daaf6152771_e5627efa2ab1"
    assert ja4_raw(hello) == RAW


def test_without_signature_algorithms_the_underscore_goes_too():
    assert ja4(example(algorithms="")) == "t13d1516h2_8daaf6152771_6d807ffa2a79"


def test_transport_is_the_first_letter():
    assert [ja4(example(), letter)[:3] for letter in "tqd"] == ["t13", "q13", "d13"]


@pytest.mark.parametrize(
    ("first", "ends"),
    [
        (b"h2", "h2"),
        (b"http/1.1", "h1"),
        (b"h", "hh"),
        (b"", "00"),
        (b"\xab", "ab"),
        (b"\xab\xcd", "ad"),
        (b"0\xab", "3b"),
        (b"01\xab\xcd", "3d"),
        (b"0\xab\xcd1", "01"),
    ],
)
def test_alpn_gives_its_first_and_last_character(first, ends):
    hello = decode_client_hello(client_hello([alpn(first, b"other")]))
    assert ja4(hello).split("_")[0] == f"t12i0101{ends}"


@pytest.mark.parametrize(
    ("version", "letters"),
    [
        (0x0303, "12"),
        (0x0302, "11"),
        (0x0301, "10"),
        (0x0300, "s3"),
        (0xFEFD, "d2"),
        (0x7F1C, "00"),
    ],
)
def test_version_is_the_hello_s_where_the_extension_is_missing(version, letters):
    assert ja4(decode_client_hello(client_hello(version=version)))[1:3] == letters


def test_version_is_the_highest_in_the_extension():
    grease = (43, vector(1, numbers([0xFAFA, 0x0302, 0x0303])))
    assert ja4(decode_client_hello(client_hello([grease])))[1:3] == "12"


def test_nothing_to_digest_is_twelve_zeros():
    zeros = "0" * 12
    bare = decode_client_hello(client_hello(None, ciphers=[]))
    assert ja4(bare) == f"t12i000000_{zeros}_{zeros}"
    only_name = decode_client_hello(client_hello([server_name(b"moth.example")], ciphers=[]))
    assert ja4(only_name) == f"t12d000100_{zeros}_{zeros}"


def test_counts_stop_at_99():
    many = client_hello([(1000 + n, b"") for n in range(120)], ciphers=range(1, 131))
    assert ja4(decode_client_hello(many)).startswith("t12i999900")


def test_extension_order_keeps_order_and_marks_grease():
    hello = decode_client_hello(client_hello([(0x3A3A, b""), TLS_1_3, (0, b""), (0xCACA, b"\x00")]))
    assert extension_order(hello) == (GREASE, "002b", "0000", GREASE)


@pytest.mark.parametrize("preset", utls.presets())
def test_every_chrome_of_utls_has_the_name_that_utls_reads(preset):
    for flight in (chrome_flight(preset) for _ in range(HELLOS_OF_EACH)):
        assert ja4(first_client_hello(flight)) == utls.Fingerprint.from_capture(flight).ja4_hash


def context_of(highest, protocols=()):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.maximum_version = highest
    context.set_alpn_protocols(protocols)
    return context


@pytest.mark.parametrize("highest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("protocols", [[], ["h2", "http/1.1"], ["http/1.1"]])
def test_the_standard_library_has_the_name_that_utls_reads(highest, protocols):
    flight = openssl_flight(context_of(highest, protocols))
    assert ja4(first_client_hello(flight)) == utls.Fingerprint.from_capture(flight).ja4_hash


def test_a_connection_to_an_address_differs_in_sni_and_its_count_alone():
    context = context_of(ssl.TLSVersion.TLSv1_2)
    named, bare = (
        ja4(first_client_hello(openssl_flight(context, host)))
        for host in ("moth.example", "192.0.2.7")
    )
    assert (named[:4], bare[:4]) == ("t12d", "t12i")
    assert named[4:6] == bare[4:6]
    assert int(named[6:8]) == int(bare[6:8]) + 1
    assert named[8:] == bare[8:]
