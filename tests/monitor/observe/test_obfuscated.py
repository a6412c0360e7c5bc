"""What looks like nothing is possible circumvention, and ordinary HTTPS never is."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import subprocess
import time

import pytest

from peppermoth.monitor.observation import Certainty, Place, Speaker
from peppermoth.monitor.observe.identify import Following
from peppermoth.monitor.observe.obfuscated import Obfuscated
from peppermoth.monitor.reading import read
from tests import peers
from tests.monitor.frames import connection, pcap
from tests.monitor.observe.feeding import a_flow, c, facts, listen, s
from tests.wire.hellos import chrome_flight, converse

NOTHING = random.Random(7).randbytes(300)


def test_a_random_first_packet_is_possibly_a_tunnel():
    (told,) = listen(Following(a_flow(8388)), [c(NOTHING), s(NOTHING[::-1])])
    assert (told.kind, told.value, told.packets) == ("conspicuous.random", "300 bytes", (1,))
    assert told.certainty is Certainty.POSSIBLE


def test_only_the_first_packet_of_the_client_counts():
    assert not listen(Obfuscated(a_flow()), [s(NOTHING), c(b"moth" * 9), c(NOTHING)])


def test_the_middle_of_a_connection_is_not_judged():
    flow = a_flow(443)._replace(opened=False)
    assert not listen(Following(flow), [c(NOTHING), s(NOTHING)])


def test_bytes_that_were_not_captured_are_not_judged():
    observer = Obfuscated(a_flow())
    observer.gap(Speaker.CLIENT)
    assert not list(observer.receive(Speaker.CLIENT, NOTHING, Place(1, 1.0)))


def test_a_capture_tells_the_beginning_from_the_middle(tmp_path):
    frames = connection(NOTHING, NOTHING, port=8388)
    for name, kept, expected in (("whole", frames, 1), ("middle", frames[3:], 0)):
        path = tmp_path / name
        path.write_bytes(pcap(kept))
        kinds = [one.kind for one in read(str(path), "192.168.7.20")]
        assert kinds.count("conspicuous.random") == expected


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_https_is_not_conspicuous(tmp_path, certificate, newest):
    client, server = (ssl.SSLContext(kind) for kind in (ssl.PROTOCOL_TLS_CLIENT,
                                                        ssl.PROTOCOL_TLS_SERVER))  # fmt: skip
    client.load_verify_locations(certificate.cert)
    server.load_cert_chain(certificate.cert, certificate.key)
    client.maximum_version = newest
    frames = []
    for number in range(10):
        said = converse(client, server)
        own_port = 50000 + number
        frames += connection(said.from_client, said.from_server, port=443, own_port=own_port)
    for number in range(10):
        flight = chrome_flight("chrome:stable", f"moth-{number}.example")
        frames += connection(flight, b"", port=443, own_port=51000 + number)
    path = tmp_path / "https.pcap"
    path.write_bytes(pcap(frames, step=0.5))
    told = facts(read(str(path)))
    assert len([kind for kind, _ in told if kind == "name.sni"]) >= 20
    assert not [fact for fact in told if fact[0].startswith(("conspicuous.t", "conspicuous.r"))]
    assert "use.call_shape" not in dict(told)


def test_most_connections_of_real_shadowsocks_are_possibly_a_tunnel(free_port):
    program, own_port = str(peers.find("ss-local")), free_port()
    with socket.create_server(("127.0.0.1", 0)) as server, contextlib.ExitStack() as stack:
        server.settimeout(20)
        options = ["-s", "127.0.0.1", "-p", server.getsockname()[1], "-l", own_port]
        command = [program, *map(str, options), "-k", "moth", "-m", "aes-256-gcm"]
        client = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(client.wait, 20)
        stack.callback(client.terminate)
        firsts = [first_of(server, own_port) for _ in range(8)]
    told = [listen(Following(a_flow(8388)), [c(first)]) for first in firsts]
    assert sum(("conspicuous.random" in dict(facts(one))) for one in told) >= 5


def first_of(server: socket.socket, proxy: int) -> bytes:
    """What the tunnel says first when a program asks its proxy for a site."""
    waited = time.monotonic() + 20
    while True:
        try:
            program = socket.create_connection(("127.0.0.1", proxy), 20)
            break
        except ConnectionRefusedError:
            if time.monotonic() > waited:
                raise
            time.sleep(0.05)
    with program:
        program.sendall(b"\x05\x01\x00")
        program.recv(2)
        program.sendall(b"\x05\x01\x00\x03\x0cmoth.example\x00\x50")
        program.recv(10)
        program.sendall(b"GET / HTTP/1.1\r\nHost: moth.example\r\n\r\n")
        tunnel, _ = server.accept()
        with tunnel:
            tunnel.settimeout(20)
            return tunnel.recv(4096)
