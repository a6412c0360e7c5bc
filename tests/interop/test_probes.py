"""A prober's view of the bridge and of nginx, side by side, with that nginx as the cover."""

from __future__ import annotations

import hashlib
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from peppermoth.lab.probing.battery import LAST_GET
from peppermoth.lab.probing.observing import replayed, resumed
from peppermoth.lab.probing.prober import TRIALS
from peppermoth.lab.probing.probes import Hello, Observation
from peppermoth.redact import Address
from tests.conftest import Certificate
from tests.interop.nginx import PATIENCE_SECONDS, free_ports, nginx, wait_for
from tests.peers import find

AT_ONCE = 12
"""Probes in flight; most of them only wait."""

PLAYS = {trial.name: trial.play for trial in TRIALS}


KNOWN = {
    # nginx says no close_notify after a body that never came. It is alone in knowing
    # that it waited for one: what its clear port shows is a FIN like any other.
    "POST without its body": {"close_notify"},
    "Expect": {"close_notify"},
}
"""What is known to differ, by probe. This list only shrinks."""

CONFIG = """
listen = ["127.0.0.1:{port}"]
cert = "{cert}"
key = "{key}"
cover = "http://127.0.0.1:{clear}"
cover_h2 = "http://127.0.0.1:{clear_h2}"
state = "{home}/state"
links_to = "{home}/links"
public_host = "127.0.0.1"
[users]
anna = "{password}"
[limits]
handshake_timeout = {patience}
"""


PASSWORD = "correct horse battery staple"
USER = hashlib.sha256(PASSWORD.encode()).digest()
PADDING = b"\0\x1e" + bytes(30)
FLIGHT = 8  # the server's records in a handshake of TLS 1.3, with its tickets


class Seen(NamedTuple):
    """One probe, seen from outside."""

    nginx: Observation
    bridge: Observation


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    (root / "index.html").write_text("<!doctype html><title>Wool</title>" + "<p>Sheep.</p>" * 40)
    (root / "large.bin").write_bytes(bytes(range(256)) * 1200)
    (root / "flock").mkdir()
    return root


@pytest.fixture(scope="module")
def ports(
    tmp_path_factory: pytest.TempPathFactory, site: Path, certificate: Certificate
) -> Iterator[tuple[int, int]]:
    """The TLS ports of an nginx and of a bridge in front of that nginx."""
    home = tmp_path_factory.mktemp("probes")
    with nginx(home, site, *certificate) as peer:
        (port,) = free_ports(1)
        settings = home / "bridge.toml"
        settings.write_text(
            CONFIG.format(
                port=port,
                password=PASSWORD,
                home=home,
                cert=certificate.cert,
                key=certificate.key,
                clear=peer.clear,
                clear_h2=peer.clear_h2,
                patience=float(PATIENCE_SECONDS),
            )
        )
        command = [str(Path(sys.executable).with_name("peppermoth")), "bridge"]
        bridge = subprocess.Popen([*command, "--config", str(settings)], stdout=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield peer.tls, port
        finally:
            bridge.terminate()
            bridge.wait(10)


def here(port: int) -> Address:
    """A port of this machine."""
    return Address("127.0.0.1", port)


@pytest.fixture(scope="module")
def seen(ports: tuple[int, int]) -> dict[str, Seen]:
    """Every probe against both, each pair at the same time."""

    def play(name: str) -> Seen:
        return Seen(*(PLAYS[name](here(port), PATIENCE_SECONDS) for port in ports))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(PLAYS, pool.map(play, PLAYS), strict=True))


@pytest.mark.parametrize("name", PLAYS)
def test_the_bridge_answers_as_nginx(name: str, seen: dict[str, Seen]):
    theirs, ours = (vars(observation) for observation in seen[name])
    differing = {field for field in theirs if theirs[field] != ours[field]} - {"sizes"}
    expected = KNOWN.get(name, set())
    assert differing == expected, {f: (theirs[f], ours[f]) for f in differing ^ expected}


@pytest.mark.parametrize("name", ["a page", "a missing page", "HEAD", "a wrong password"])
def test_an_answer_comes_in_records_of_the_same_sizes(name: str, seen: dict[str, Seen]):
    """Not asked of all: HTTP/2 packs the date in one byte more or less, writes may merge."""
    theirs, ours = seen[name]
    assert theirs.sizes[FLIGHT:] == ours.sizes[FLIGHT:]


def test_a_replayed_flight_of_a_user_is_refused_as_by_nginx(ports: tuple[int, int]):
    """Recorded on the line and played again: nobody but the user can go on with it."""
    hello = Hello(alpn=("h2", "http/1.1"))
    answers = [replayed(here(port), hello, USER + PADDING, (), PATIENCE_SECONDS) for port in ports]
    assert answers[0] == answers[1]
    assert answers[0].end == "FIN"
    assert not answers[0].late


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_ticket_resumes_a_session_as_with_nginx(version: ssl.TLSVersion, ports: tuple[int, int]):
    hello = Hello(versions=(version, version))
    theirs, ours = (resumed(here(port), hello, LAST_GET) for port in ports)
    assert theirs == ours
    assert ours[0]


def test_renegotiation_is_refused_as_by_nginx(ports: tuple[int, int]):
    theirs, ours = (renegotiated(port) for port in ports)
    assert theirs == ours
    assert "no renegotiation" in ours


def renegotiated(port: int) -> str:
    """What openssl says when it asks for a new handshake within TLS 1.2."""
    command = [find("openssl"), "s_client", "-tls1_2", "-connect", f"127.0.0.1:{port}"]
    client = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert client.stdin is not None
    time.sleep(0.3)  # in its first line s_client takes R as a command once TLS is up
    client.stdin.write("R\n")
    client.stdin.flush()
    try:
        client.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        client.kill()
    words = client.communicate()[1]
    return re.sub(r"^[0-9A-F]{16}", "", words, flags=re.MULTILINE)


def test_the_battery_tells_servers_apart(seen: dict[str, Seen]):
    """The comparison would mean nothing if probes saw too little to differ."""
    assert len({repr(pair.nginx) for pair in seen.values()}) > len(PLAYS) / 5
