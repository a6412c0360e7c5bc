"""Tunnels, file exchange and words of devices are recognised on any port, and nothing else is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observe import looks_tunnels as looks
from peppermoth.monitor.observe.identify import identify
from tests.wire import tunnel_messages as made
from tests.wire.dhcp_messages import message_v4
from tests.wire.hellos import chrome_flight
from tests.wire.test_bittorrent import HANDSHAKE, PING, UTP

OTHER = b"\x99moth" * 40
OPENVPN_ON_TCP = len(made.OPENVPN_RESET).to_bytes(2, "big") + made.OPENVPN_RESET
LOOKS = [look for name, look in vars(looks).items() if look.__class__.__name__ == "function"
         and getattr(look, "__module__", "") == looks.__name__ and not name.startswith("_")
         ]  # fmt: skip


@pytest.mark.parametrize(
    ("transport", "client", "server", "row"),
    [
        ("udp", made.WIREGUARD_INITIATION, b"", "wireguard"),
        ("udp", b"", made.WIREGUARD_RESPONSE, "wireguard"),
        ("udp", made.WIREGUARD_DATA, made.WIREGUARD_DATA, "wireguard"),
        ("udp", made.OPENVPN_RESET, b"", "openvpn"),
        ("udp", made.OPENVPN_WRAPPED, made.OPENVPN_WRAPPED_ANSWER, "openvpn"),
        ("tcp", OPENVPN_ON_TCP, b"", "openvpn-tcp"),
        ("udp", made.ike(2, 34), b"", "ike"),
        ("udp", made.L2TP, b"", "l2tp"),
        ("tcp", made.PPTP, b"", "pptp"),
        ("tcp", b"", b"SSH-2.0-moth\r\n", "ssh"),
        ("tcp", HANDSHAKE, b"", "bittorrent"),
        ("udp", PING, b"", "bittorrent-udp"),
        ("udp", UTP, b"", "bittorrent-udp"),
        ("udp", message_v4((12, b"moth")), b"", "dhcp"),
        ("udp", b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n", b"", "ssdp"),
    ],
)
@pytest.mark.parametrize("port", [0, 40000, 443])
def test_first_bytes_are_recognised_on_any_port(transport, client, server, row, port):
    found = identify(transport, port, client, server)
    assert found is not None
    assert found.name == row


@pytest.mark.parametrize(
    ("client", "server"),
    [
        (made.WIREGUARD_DATA, b""),
        (made.OPENVPN_WRAPPED, b""),
        (made.WIREGUARD_RESPONSE, b""),
        (b"", made.WIREGUARD_INITIATION),
    ],
    ids=["data of one side", "wrapped reset alone", "answer without question", "wrong side"],
)
def test_what_could_be_chance_is_not_enough(client, server):
    assert identify("udp", 40000, client, server) is None


def test_a_port_alone_makes_no_tunnel():
    for transport, port in (("udp", 51820), ("udp", 1194), ("tcp", 1194), ("tcp", 1723)):
        assert identify(transport, port, OTHER, OTHER) is None


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_looks_take_any_bytes(client, server):
    for look in LOOKS:
        assert look(client, server) in (True, False)


def test_random_bytes_and_https_look_like_none_of_them():
    source = random.Random(7)
    pieces = [source.randbytes(source.randint(1, 1400)) for _ in range(2000)]
    pieces += [chrome_flight("chrome:stable", f"{n}.moth.example") for n in range(20)]
    assert not [look.__name__ for look in LOOKS for piece in pieces if look(piece, piece)]
