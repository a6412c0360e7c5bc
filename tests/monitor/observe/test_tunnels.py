"""Tunnels: seen where both sides speak, likely where one does."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import subprocess
import time

import pytest
from hypothesis import given

from peppermoth.monitor.observation import Certainty, Flow
from peppermoth.monitor.observe import tunnels
from peppermoth.monitor.observe.identify import Following
from tests import peers
from tests.monitor.observe.feeding import CUTS, a_flow, c, everything, facts, listen, meaning, s
from tests.monitor.observe.tapped import tapped
from tests.wire import tunnel_messages as made

SEEN, LIKELY = Certainty.SEEN, Certainty.LIKELY


def on_stream(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


@pytest.mark.parametrize(
    ("observer", "said", "name", "certainty"),
    [
        (
            *(tunnels.WireGuardTunnel, (c(made.WIREGUARD_INITIATION), s(made.WIREGUARD_RESPONSE))),
            *("WireGuard", SEEN),
        ),
        (tunnels.WireGuardTunnel, (c(made.WIREGUARD_INITIATION),), "WireGuard", LIKELY),
        (
            *(tunnels.WireGuardTunnel, (c(made.WIREGUARD_DATA), s(made.WIREGUARD_DATA))),
            *("WireGuard", LIKELY),
        ),
        (
            *(tunnels.OpenVpnTunnel, (c(made.OPENVPN_RESET), s(made.OPENVPN_ANSWER))),
            *("OpenVPN", SEEN),
        ),
        (
            *(tunnels.OpenVpnTunnel, (c(made.OPENVPN_WRAPPED), s(made.OPENVPN_WRAPPED_ANSWER))),
            *("OpenVPN", LIKELY),
        ),
        (tunnels.OpenVpnTunnel, (c(made.OPENVPN_RESET),), "OpenVPN", LIKELY),
        (tunnels.Ipsec, (c(made.ike(2, 34)), s(made.ike(2, 34))), "IPsec (IKEv2)", SEEN),
        (tunnels.Ipsec, (c(made.ike(1, 2)),), "IPsec (IKEv1)", LIKELY),
        (tunnels.Esp, (c(bytes(range(40))), s(bytes(range(40)))), "IPsec (ESP)", SEEN),
        (tunnels.EspOverUdp, (c(b"\xc1" * 40), s(b"\xc2" * 40)), "IPsec (ESP)", LIKELY),
    ],
)
def test_a_tunnel_of_datagrams_is_conspicuous_and_protects(observer, said, name, certainty):
    made_observer = observer(a_flow(4000, "udp"))
    told = listen(made_observer, said)
    assert facts(told) == [("conspicuous.tunnel", name), ("protected.tunnel", name)]
    assert {one.certainty for one in told} == {certainty}
    assert {one.packets for one in told} == {tuple(range(1, len(said) + 1))}
    assert made_observer.done == (len(said) == 2)


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (2, b"laptop.moth.example", ("identity.host_name", "laptop.moth.example")),
        (3, b"anna.canary@moth.example", ("identity.user", "a…@moth.example")),
        (11, b"canary-group", ("identity.user", "c…")),
        (1, b"\xc0\0\2\1", None),
        (3, b"", None),
    ],
)
def test_the_aggressive_mode_says_in_clear_who_comes(kind, name, told):
    asks = made.aggressive((1, b"proposal"), (5, bytes((kind, 17, 1, 0xF4)) + name))
    answers = made.aggressive((5, b"\x01\0\0\0abcd"), (8, b"canary-hash"))
    found = listen(tunnels.Ipsec(a_flow(500, "udp")), [c(asks), s(answers)])
    expected = [told] if told else []
    assert facts(found)[:-2] == [*expected, ("secret.hash", "response, 11 characters")]
    assert "canary" not in everything(found)
    theirs = tunnels.Ipsec(a_flow(500, "udp", device_is_client=False))
    assert facts(listen(theirs, [c(asks)]))[:-2] == []


def test_l2tp_and_pptp_protect_nothing():
    told = listen(tunnels.L2tp(a_flow(1701, "udp")), [c(made.L2TP), s(made.L2TP)])
    assert facts(told) == [("conspicuous.tunnel", "L2TP")]
    told = listen(tunnels.Pptp(a_flow(1723)), [c(made.PPTP), s(made.PPTP)])
    assert facts(told) == [("conspicuous.tunnel", "PPTP")]


@pytest.mark.parametrize("data", [b"\xff", b"\x00\x00\x00\x00" + bytes(40)])
def test_keepalives_beside_esp_are_no_tunnel(data):
    assert not listen(tunnels.EspOverUdp(a_flow(4500, "udp")), [c(data), s(data)])


OPENVPN = (c(on_stream(made.OPENVPN_RESET)), s(on_stream(made.OPENVPN_ANSWER)))


def test_openvpn_over_tcp_is_seen_by_its_answer():
    told = listen(tunnels.OpenVpnStream(a_flow(1194)), OPENVPN)
    assert facts(told) == [("conspicuous.tunnel", "OpenVPN"), ("protected.tunnel", "OpenVPN")]
    assert {(one.certainty, one.packets) for one in told} == {(SEEN, (1, 2))}


@given(CUTS)
def test_streams_tell_the_same_however_they_are_cut(cuts):
    for observer, said in (
        (tunnels.OpenVpnStream, OPENVPN),
        (tunnels.Pptp, (c(made.PPTP), s(made.PPTP))),
    ):
        whole = listen(observer(a_flow(4000)), said)
        assert meaning(listen(observer(a_flow(4000)), said, cuts)) == meaning(whole)


def test_another_session_in_the_answer_makes_openvpn_only_likely():
    answer = made.OPENVPN_ANSWER.replace(made.SESSION, made.SESSION[::-1])
    told = listen(tunnels.OpenVpnTunnel(a_flow(4000, "udp")), [c(made.OPENVPN_RESET), s(answer)])
    assert {one.certainty for one in told} == {LIKELY}


def test_esp_is_known_by_its_protocol_of_ip():
    flow = a_flow(0, "esp")
    flow = Flow(1, "esp", flow.client, flow.server, True)
    assert facts(listen(Following(flow), [c(bytes(range(40)))]))[0] == (
        *("conspicuous.tunnel", "IPsec (ESP)"),
    )


@pytest.mark.parametrize(
    "observer", [tunnels.WireGuardTunnel, tunnels.OpenVpnTunnel, tunnels.Ipsec, tunnels.L2tp]
)
def test_other_datagrams_tell_nothing(observer):
    assert not listen(observer(a_flow(4000, "udp")), [c(b"moth" * 30), s(b"moth" * 30)])


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "wrapped"])
def test_real_openvpn_is_recognised_at_an_odd_port(
    tmp_path, certificate, free_port, transport, wrapped
):
    program = str(peers.find("openvpn"))
    print_ = fingerprint(certificate.cert)
    keys = ["--cert", certificate.cert, "--key", certificate.key, "--peer-fingerprint", print_]
    if wrapped:
        key = tmp_path / "wrap.key"
        subprocess.run([program, "--genkey", "tls-crypt", str(key)], check=True)
        keys += ["--tls-crypt", key]
    port = free_port()
    with contextlib.ExitStack() as stack:

        def start(*options):
            command = [program, "--dev", "null", "--verb", "0", *map(str, [*options, *keys])]
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            stack.callback(running.wait, 20)
            stack.callback(running.kill)

        server, client = ("udp", "udp") if transport == "udp" else ("tcp-server", "tcp-client")
        start("--proto", server, "--local", "127.0.0.1", "--lport", port,
              "--tls-server", "--dh", "none")  # fmt: skip
        time.sleep(0.5)
        own_port, said = stack.enter_context(tapped(transport, port))
        start("--proto", client, "--remote", "127.0.0.1", own_port, "--nobind", "--tls-client")
        waited = time.monotonic() + 20
        while len(said) < 6 and time.monotonic() < waited:
            time.sleep(0.05)
        heard = said[:6]
    told = listen(Following(a_flow(own_port, transport)), heard)
    assert facts(told) == [("conspicuous.tunnel", "OpenVPN"), ("protected.tunnel", "OpenVPN")]
    assert {one.certainty for one in told} == {LIKELY if wrapped else SEEN}


def fingerprint(certificate) -> str:
    """A certificate's SHA-256, as OpenVPN writes it."""
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    return hashlib.sha256(der).digest().hex(":").upper()
