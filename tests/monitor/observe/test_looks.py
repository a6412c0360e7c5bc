"""The rows for names, TLS, DTLS and QUIC: on odd ports found, on their own ports not fooled."""

from __future__ import annotations

import dns.message
import pytest

from peppermoth.monitor.observe.identify import identify
from tests.wire.dtls_packets import pieces, record, with_cookie
from tests.wire.hellos import client_hello, server_name
from tests.wire.hellos import record as tls_record
from tests.wire.quic_packets import V1, V2, initial
from tests.wire.test_netbios import spelt

QUERY = dns.message.make_query("moth.example", "A").to_wire()
HELLO = client_hello([server_name(b"moth.example")])
NETBIOS = QUERY[:12] + b"\x20" + spelt(b"MOTH").encode() + b"\x00\x00\x20\x00\x01"
BEGINNINGS = {
    "dns": ("udp", QUERY),
    "dns-tcp": ("tcp", len(QUERY).to_bytes(2, "big") + QUERY),
    "tls": ("tcp", tls_record(22, HELLO)),
    "dtls": ("udp", record(pieces(with_cookie(HELLO), ())[0])),
    "quic": ("udp", initial(b"\x01", version=V2)),
    "gquic": ("udp", b"\x0d12345678Q043\x01" + bytes(40)),
}


def name(transport, port, client, server=b""):
    """The name of the row that fits."""
    row = identify(transport, port, client, server)
    return row.name if row else None


@pytest.mark.parametrize("protocol", BEGINNINGS)
def test_a_protocol_is_found_on_an_odd_port(protocol):
    transport, first = BEGINNINGS[protocol]
    assert name(transport, 40001, first) == protocol


@pytest.mark.parametrize("protocol", BEGINNINGS)
def test_a_protocol_is_found_by_its_answer_alone(protocol):
    transport, first = BEGINNINGS[protocol]
    assert name(transport, 40001, b"", first) == protocol


@pytest.mark.parametrize(
    ("port", "protocol"), [(53, "dns"), (5353, "mdns"), (5355, "llmnr"), (137, "nbns")]
)
def test_relatives_of_dns_are_told_apart_by_their_ports(port, protocol):
    assert name("udp", port, NETBIOS) == protocol


@pytest.mark.parametrize(
    ("transport", "port"), [("udp", 53), ("udp", 5353), ("udp", 137), ("tcp", 53), ("tcp", 443)]
)
def test_a_port_alone_does_not_fool(transport, port):
    ours = {"dns", "dns-tcp", "mdns", "llmnr", "nbns", "tls", "dtls", "quic", "gquic"}
    assert name(transport, port, bytes(range(200, 256)) * 4) not in ours


def test_a_protocol_on_the_port_of_another_is_itself():
    assert name("udp", 53, initial(b"\x01", version=V1)) == "quic"
    assert name("tcp", 53, tls_record(22, HELLO)) == "tls"
