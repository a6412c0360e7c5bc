"""Tor by its names: made-up ones, and those of a real client."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess

import pytest

from peppermoth.monitor.observation import Certainty, Observation
from peppermoth.monitor.observe.identify import Following
from peppermoth.monitor.observe.tor import MOST, Tor, made_up
from peppermoth.monitor.reading import read
from tests import peers
from tests.monitor.captures import CAPTURES
from tests.monitor.observe.feeding import a_flow, c, facts, listen
from tests.monitor.test_randomness import SITES
from tests.needs import need

NAME = "www.7xq3bkd5zvw2j.com"


def named(name, kind="name.sni", port=443, **details):
    return Observation(
        *(kind, name, a_flow(port), (3,), 1.0, "some.field", Certainty.SEEN, "tls.sni"),
        details=details,
    )


def follow(*observations):
    tor = Tor()
    return [one for observation in observations for one in tor.receive(observation)]


@pytest.mark.parametrize(
    ("port", "certainty"), [(443, Certainty.POSSIBLE), (9001, Certainty.LIKELY)]
)
def test_a_made_up_name_that_nobody_asked_for_is_tors(port, certainty):
    (told,) = follow(named(NAME, port=port))
    assert (told.kind, told.certainty, told.packets) == ("conspicuous.tor", certainty, (3,))


def test_a_name_that_was_asked_for_is_a_site():
    assert not follow(named(NAME, "name.dns"), named(NAME))


def test_a_certificate_from_one_made_up_name_to_another_is_tors():
    certificate = named("www.5kq7xzdw2vbj3.net", "name.certificate", issuer=f"CN={NAME}")
    (told,) = follow(certificate)
    assert told.certainty is Certainty.LIKELY
    assert not follow(named("www.5kq7xzdw2vbj3.net", "name.certificate", issuer="CN=Moth"))


def test_an_onion_name_in_dns_is_certain():
    (told,) = follow(named("moth.onion", "name.dns"))
    assert told.certainty is Certainty.SEEN


@pytest.mark.parametrize("site", SITES.split())
def test_sites_are_not_tors(site):
    assert not follow(named(f"www.{site}.com"))


def test_most_made_up_names_are_found():
    source = random.Random(7)
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    labels = ("".join(source.choices(alphabet, k=source.randint(4, 25))) for _ in range(1000))
    assert sum(made_up(f"www.{label}.com") for label in labels) > 700


def test_only_so_many_names_are_remembered():
    tor = Tor()
    for number in range(MOST + 10):
        assert not tor.receive(named(f"{number}.moth.example", "name.dns"))
    assert len(tor._asked) == MOST


def test_a_real_client_is_recognised(tmp_path):
    """It makes up a name for each bridge, of which most are told from sites'."""
    program = str(peers.find("tor"))
    with contextlib.ExitStack() as stack:
        bridges = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(4)]
        settings = tmp_path / "torrc"
        lines = [f"DataDirectory {tmp_path / 'tor'}", "SocksPort 0", "UseBridges 1"]
        lines += [f"Bridge 127.0.0.1:{bridge.getsockname()[1]}" for bridge in bridges]
        settings.write_text("\n".join(lines))
        command = [program, "-f", str(settings), "--defaults-torrc", "/dev/null", "--quiet"]
        client = subprocess.Popen(command)
        stack.callback(client.wait, 20)
        stack.callback(client.terminate)
        hellos = [first_bytes(bridge) for bridge in bridges]
    names = [
        one
        for hello in hellos
        for one in listen(Following(a_flow(9001)), [c(hello)])
        if one.kind == "name.sni"
    ]
    assert len(names) == len(bridges)
    assert ("conspicuous.tor", "Tor") in facts(follow(*names))


def first_bytes(server: socket.socket) -> bytes:
    """What a client says first."""
    server.settimeout(20)
    connection, _ = server.accept()
    with connection:
        connection.settimeout(20)
        return connection.recv(4096)


def test_a_recorded_client_is_recognised():
    path = CAPTURES / "suricata-verify/tls/tls-bypass-missing-event/tor_bl.pcap"
    need(path.is_file(), "the shared captures", "put them beside the repository")
    told = read(str(path))
    found = [one for one in told if one.kind == "conspicuous.tor"]
    assert {(one.packets, one.certainty) for one in found} >= {((4,), Certainty.LIKELY)}
