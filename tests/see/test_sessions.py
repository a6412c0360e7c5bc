"""Real programs, recorded: every planted fact becomes a finding, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from peppermoth.exposure.findings import find
from tests.conftest import Certificate
from tests.see.sessions import HOSTS, Stage, record, stage
from tests.see.tape import told
from tests.world import world

ALWAYS = ("protected.mac *", "use.presence *")
"""What every session tells: the interface's address is made up, and somebody was there."""

CONNECTS = ("device.stack *", "device.system Linux or Android")
"""What every connection of TCP tells of its sender."""

PLANTED = {
    "clear_web": (
        *CONNECTS,
        "name.dns moth.example",
        "name.dns_answer *",
        "name.http moth.example",
        "content.http_request POST /a/b?lat=…&lon=…",
        "content.http_page text/html",
        "content.location 52.5, 13.4",
        "content.form passwd, q",
        "content.search search, 11 characters",
        "identity.user a…",
        "secret.password password, 15 characters",
        "secret.password password, 6 characters",
        "secret.cookie sid",
        "secret.cookie lid",
        "device.software moth 1.0",
    ),
    "tls_1_2": (
        *CONNECTS,
        "name.dns private.moth.example",
        "name.dns_answer *",
        "name.sni private.moth.example",
        "name.certificate localhost",
        "name.certificate 127.0.0.1",
        "name.certificate ::1",
        "device.ja4 t12d*",
    ),
    "tls_1_3": (
        *CONNECTS,
        "name.dns private.moth.example",
        "name.dns_answer *",
        "name.sni private.moth.example",
        "protected.tls TLS 1.3",
        "device.ja4 t13d*",
    ),
    "browser": (
        *CONNECTS,
        "name.dns private.moth.example",
        "name.dns_answer *",
        "name.dns *.google.com",  # errands of its own, of which no flag keeps it
        "name.dns *.googleapis.com",
        "name.dns *.gvt1.com",
        "use.service Google",
        "name.sni private.moth.example",
        "protected.tls TLS 1.3",
        "device.ja4 t13d*",
    ),
    "mail": (
        *CONNECTS,
        "identity.host_name laptop.moth.example",
        "identity.user a…",
        "secret.password password, 15 characters",
        "identity.mail_address a…@moth.example",
        "identity.contact b…@wood.example",
        "content.mail subject, 14 characters",
    ),
    "files": (
        *CONNECTS,
        "identity.user a…",
        "secret.password password, 15 characters",
        "content.file notes.txt",
    ),
    "things": (
        *CONNECTS,
        "identity.host_name lamp-7",
        "identity.user a…",
        "secret.password password, 15 characters",
        "content.topic home/lamp",
        "content.location 52.5, 13.4",
    ),
    "call": (
        "identity.user s…@10.77.1.2",
        "identity.contact …42",
        "content.call PCMU",
    ),
    "terminal": (
        *CONNECTS,
        "device.software OpenSSH_*",
        "device.system Linux (*)",
        "protected.ssh SSH 2",
    ),
    "tor": (
        *CONNECTS,
        "name.sni www.*.com",  # made up
        "conspicuous.tor Tor",
        "device.ja4 t1?d*",
    ),
    "openvpn": ("conspicuous.tunnel OpenVPN", "protected.tunnel OpenVPN"),
    "wireguard": ("conspicuous.tunnel WireGuard", "protected.tunnel WireGuard"),
    "own_tunnel": (
        *CONNECTS,
        "name.sni *",  # the site that the bridge pretends to be
        "protected.tls TLS 1.3",
        "device.ja4 t13d*",
    ),
}
"""For each session the observations it must and may lead to: kind and value."""

FOUND = {
    "clear_web": "site-password cookie form search page location user-name names-asked device "
    "programs",
    "tls_1_2": "names-asked names-said device programs",
    "tls_1_3": "names-asked names-said content-hidden device programs",
    "browser": "names-asked names-said service content-hidden device programs",
    "mail": "mail-password mail contact mail-address user-name host-name device",
    "files": "password file user-name device",
    "things": "password topic location user-name host-name device",
    "call": "call contact user-name",
    "terminal": "terminal-hidden device programs",
    "tor": "tor-seen names-said device programs",
    "openvpn": "tunnel-seen tunnel-hidden",
    "wireguard": "tunnel-seen tunnel-hidden",
    "own_tunnel": "names-said content-hidden device programs",
}
"""For each session the rules that find something, besides presence and the made-up address."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Stage]:
    """One world for all sessions."""
    directory = tmp_path_factory.mktemp("sessions")
    with (
        world(directory, *HOSTS) as made,
        stage(made, certificate, directory) as prepared,
    ):
        yield prepared


@pytest.mark.parametrize("name", PLANTED)
def test_all_that_was_planted_is_found_and_nothing_else(scene: Stage, tmp_path: Path, name: str):
    path = tmp_path / "session.pcap"
    record(scene, name, path)
    observations = told(path, scene.device)
    facts = {f"{one.kind} {one.value}" for one in observations}
    expected = (*PLANTED[name], *ALWAYS)
    missing = {one for one in expected if not any(fnmatchcase(fact, one) for fact in facts)}
    surprising = {fact for fact in facts if not any(fnmatchcase(fact, one) for one in expected)}
    assert (missing, surprising) == (set(), set())
    rules = {finding.rule.id for finding in find(observations)}
    assert rules == {*FOUND[name].split(), "presence", "hardware-hidden"}
    assert "canary" not in repr(observations)
