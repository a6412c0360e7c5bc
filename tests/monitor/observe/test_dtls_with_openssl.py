"""Hellos and certificates in DTLS as a real program sends them, in small pieces."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time

from peppermoth.monitor.observe.dtls import Dtls
from tests.monitor.observe.feeding import CLIENT, SERVER, a_flow, facts, listen
from tests.peers import find
from tests.wire.certificates import pem_files

LONGEST = 20.0
"""Seconds after which the handshake is given up."""


def free_port():
    """A UDP port that nobody uses at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def overheard(openssl, pem, *options):
    """The datagrams between a client and a server of openssl, as sayings."""
    port = free_port()
    serve = [openssl, "s_server", "-dtls1_2", "-accept", f"127.0.0.1:{port}", "-cert", str(pem)]
    said = []
    with contextlib.ExitStack() as stack:
        near = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        far = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        near.bind(("127.0.0.1", 0))
        far.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{near.getsockname()[1]}"
        connect = [openssl, "s_client", "-dtls1_2", "-connect", target, *options]
        for command in (serve, connect):
            process = stack.enter_context(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            stack.callback(process.kill)
        client = None
        near.settimeout(0.02)
        far.settimeout(0.02)
        ends = time.monotonic() + LONGEST
        while time.monotonic() < ends and not any(data[:1] == b"\x14" for _, data in said):
            with contextlib.suppress(TimeoutError, ConnectionRefusedError):
                data, client = near.recvfrom(65536)
                said.append((CLIENT, data))
                far.sendto(data, ("127.0.0.1", port))
            with contextlib.suppress(TimeoutError, ConnectionRefusedError):
                data = far.recv(65536)
                said.append((SERVER, data))
                near.sendto(data, client)
    return said


def test_openssls_handshake_in_small_pieces_is_read(tmp_path):
    pem = pem_files(tmp_path, "Moth", ["vpn.moth.example"])
    said = overheard(find("openssl"), pem, "-servername", "vpn.moth.example", "-mtu", "256")
    told = listen(Dtls(a_flow(4433, "udp")), said)
    assert [fact for fact in facts(told) if fact[0] != "device.ja4"] == [
        ("name.sni", "vpn.moth.example"),
        ("name.certificate", "vpn.moth.example"),
        ("name.certificate", "Moth"),
    ]
    assert told[1].value.startswith("dd2d")


def test_a_call_that_openssl_offers_is_told_as_protected(tmp_path):
    said = overheard(find("openssl"), pem_files(tmp_path), "-use_srtp", "SRTP_AES128_CM_SHA1_80")
    assert ("protected.call", "DTLS-SRTP") in facts(listen(Dtls(a_flow(4433, "udp")), said))
