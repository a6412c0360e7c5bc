"""SSH: what its first lines tell; also of a real client."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given

from peppermoth.monitor.observe.ssh import MOST_LINES, Ssh
from peppermoth.monitor.reading import read
from tests import peers
from tests.monitor.captures import CAPTURES
from tests.monitor.observe.feeding import CUTS, a_flow, c, facts, listen, meaning, s
from tests.monitor.observe.scripted import scripted
from tests.needs import need

CLIENT = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"
SERVER = "SSH-2.0-OpenSSH_for_Windows_9.5"


def test_the_device_tells_its_program_and_system_and_the_session_is_protected():
    observer = Ssh(a_flow(22))
    told = listen(observer, [s(SERVER), c(CLIENT)])
    assert facts(told) == [
        ("device.software", "OpenSSH_9.2p1 Debian-2+deb12u3"),
        ("device.system", "Linux (Debian)"),
        ("protected.ssh", "SSH 2"),
    ]
    assert told[2].packets == (1, 2)
    assert told[2].details == {"server": "OpenSSH_for_Windows_9.5"}
    assert observer.done


def test_of_a_server_on_the_device_the_servers_words_are_its_own():
    told = listen(Ssh(a_flow(22, device_is_client=False)), [s(SERVER), c(CLIENT)])
    assert facts(told)[:2] == [
        ("device.software", "OpenSSH_for_Windows_9.5"),
        ("device.system", "Windows"),
    ]


def test_lines_before_the_servers_first_are_passed_over_up_to_a_bound():
    assert facts(listen(Ssh(a_flow(22)), [s(*["moth"] * 5, SERVER), c(CLIENT)]))[-1] == (
        *("protected.ssh", "SSH 2"),
    )
    told = listen(Ssh(a_flow(22)), [s(*["moth"] * MOST_LINES, SERVER), c(CLIENT)])
    assert "protected.ssh" not in dict(facts(told))


def test_the_first_version_protects_nothing():
    assert "protected.ssh" not in dict(facts(listen(Ssh(a_flow(22)), [s("SSH-1.5-moth"),
                                                                      c(CLIENT)])))  # fmt: skip


@given(CUTS)
def test_the_same_is_told_however_the_lines_are_cut(cuts):
    said = [s(SERVER, b"\x00\x00\x01"), c(CLIENT, b"\x00\x00\x02")]
    whole = meaning(listen(Ssh(a_flow(22)), said))
    assert meaning(listen(Ssh(a_flow(22)), said, cuts)) == whole


def test_a_real_client_is_heard():
    program = str(peers.find("ssh"))
    with scripted(SERVER.encode() + b"\r\n", lambda data: b"") as (port, said):
        options = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=1", "-F", "/dev/null"]
        command = [program, *options, "-p", str(port), "127.0.0.1"]
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(command, stderr=subprocess.DEVNULL, timeout=0.7, check=False)
    version = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stderr
    told = dict(facts(listen(Ssh(a_flow(port)), said)))
    assert told["device.software"].startswith(version.split(",")[0].split()[0])
    assert told["protected.ssh"] == "SSH 2"


@pytest.mark.parametrize(
    ("capture", "client", "server"),
    [
        ("ssh-banner-only/input.pcap", "OpenSSH_for_Windows_7.7", "OpenSSH_7.4"),
        ("bug-4903/bug-4903-03/input.pcap", "Cisco_client-1.25", "Cisco_server-1.24"),
    ],
)
def test_recorded_first_lines_are_read_as_suricata_reads_them(capture, client, server):
    path = CAPTURES / "suricata-verify" / capture
    need(path.is_file(), "the shared captures", "put them beside the repository")
    device = {one.flow.client.ip for one in read(str(path), None) if one.kind == "protected.ssh"}
    (session,) = (one for one in read(str(path), device.pop()) if one.kind == "protected.ssh")
    told = dict(facts(read(str(path), session.flow.client.ip)))
    assert (told["device.software"], session.details["server"]) == (client, server)
