"""No secret leaves the program, whatever it writes: every byte of every output is searched."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from peppermoth.exposure.languages import LANGUAGES
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.observe.table import TABLE, Row
from peppermoth.monitor.reading import read
from tests.monitor.frames import DEVICE, pcap
from tests.see import carriers, conversations, documents, scripts
from tests.see.command import Command

TOLD = {
    "secret.password": "ftp telnet smtp pop3 imap http ldap rlogin socks tds mqtt mysql xmpp "
    "postgresql redis irc rtsp mongodb pap",
    "secret.token": "http snmp",
    "secret.hash": "smb mysql postgresql sip http pop3 ldap rtsp vnc kerberos turn mongodb eap "
    "ipsec",
    "content.mail": "smtp pop3 imap",
    "content.chat": "irc xmpp sip",
    "content.database": "postgresql mysql redis mongodb",
}
"""Secrets and words that are told, by protocol: the recording does carry them."""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording full of secrets."""
    path = tmp_path_factory.mktemp("canaries") / "capture.pcap"
    path.write_bytes(conversations.capture())
    return path


def protocols(told: list[Observation], kind: str) -> set[str]:
    """The protocols in which something of a kind is told."""
    return {one.details.get("protocol", "") for one in told if one.kind == kind}


def found(text: bytes) -> list[bytes]:
    """The spellings of a secret in a text."""
    text = text.lower()
    return [one for one in conversations.SPELLINGS if one.lower() in text]


def test_the_recording_is_full_of_secrets_and_all_are_told(recording):
    assert len(found(recording.read_bytes())) >= 8
    told = list(read(str(recording), DEVICE))
    missing = {kind: {*expected.split()} - protocols(told, kind) for kind, expected in TOLD.items()}
    assert not any(missing.values()), missing


def test_every_protocol_that_is_read_is_in_the_recording(recording, monkeypatch):
    met = set()
    observe = Row.observe

    def noticed(row, flow):
        met.add(row.name)
        return observe(row, flow)

    monkeypatch.setattr(Row, "observe", noticed)
    assert list(read(str(recording), DEVICE))
    assert {row.name for row in TABLE} <= met


def test_what_is_carried_is_read_inside_every_carrier(recording):
    told = list(read(str(recording), DEVICE))
    cookies = [one.flow for one in told if one.kind == "secret.cookie" and one.flow]
    carried = {flow.client.port: flow.outer for flow in cookies}
    for number, name in enumerate(carriers.CARRIERS):
        assert carried[30_000 + number] in ((name,), ())
    assert 30_100 in carried, "over open Wi-Fi"
    assert {one.value for one in told if one.kind == "identity.wifi"} == {"Moth Cafe"}


def test_a_mail_address_for_a_certificate_s_name_is_masked(tmp_path):
    who = "anna.canary@moth.example"
    said = [*scripts.OLDER[:-1], scripts.signs_in(documents.of_a_person(who, who))]
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(conversations.connection(40_000, 443, said)))
    told = list(read(str(path), DEVICE))
    assert "name.certificate" in {one.kind for one in told}
    assert found(repr(told).encode()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_secret_is_in_any_output(recording, tmp_path, language):
    command = Command.in_(tmp_path)
    names = ("page.html", "report.json", "helpline.html")
    outputs = ("--html", names[0], "--json", names[1], "--helpline", names[2])
    ran = command("see", recording, "--device", DEVICE, "--lang", language, *outputs)
    assert ran.returncode == 0, ran.stderr
    assert sorted(path.name for path in command.folder.iterdir()) == sorted(names)
    assert len(ran.written) > 50_000
    assert found(ran.written) == []


def test_a_search_of_the_output_would_find_a_secret(recording, tmp_path):
    command = Command.in_(tmp_path)
    ran = command("see", recording, "--device", DEVICE, "--json", "report.json")
    assert b"moth.example" in ran.stdout
    assert b"moth.example" in (command.folder / "report.json").read_bytes()
    assert found(b"to: Anna.Canary@")
    assert found(base64.b64encode(b"anna:canary-password"))
