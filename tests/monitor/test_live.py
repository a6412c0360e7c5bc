"""Recording from an interface: loopback, which every machine has."""

from __future__ import annotations

import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from peppermoth.errors import CaptureError
from peppermoth.monitor.live import Recording, read_live
from tests.needs import need, need_root

REQUEST = b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n"


@pytest.fixture
def talk():
    """One request over loopback after another, until the test ends."""
    over = threading.Event()

    def ask():
        with socket.create_server(("127.0.0.1", 0)) as server:
            while not over.wait(0.05):
                with socket.create_connection(server.getsockname()) as client:
                    accepted, _ = server.accept()
                    with accepted:
                        client.sendall(REQUEST)
                        accepted.recv(1000)

    talking = threading.Thread(target=ask)
    talking.start()
    yield
    over.set()
    talking.join()


def need_packet_sockets():
    need(hasattr(socket, "AF_PACKET"), "packet sockets", "run the tests on Linux")


def test_what_this_machine_says_is_recorded_once(talk):
    need_packet_sockets()
    need_root()
    reading = read_live(Recording("lo", 1.0))
    observations = list(reading)
    hosts = [each for each in observations if each.kind == "name.http"]
    assert {each.value for each in hosts} == {"site.example"}
    assert len({each.flow.number for each in hosts}) == len(hosts)
    assert "127.0.0.1" in reading.device.names
    assert (reading.problem, reading.sha256) == (None, "")


def is_promiscuous() -> bool:
    """Whether the interface hands on frames that are not for this machine."""
    return bool(int(Path("/sys/class/net/lo/flags").read_text(), 16) & 0x100)


def test_the_interface_is_never_made_promiscuous():
    need_packet_sockets()
    need_root()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as greedy:
        membership = struct.pack("iHH8x", socket.if_nametoindex("lo"), 1, 0)
        greedy.setsockopt(
            263, 1, membership
        )  # SOL_PACKET, PACKET_ADD_MEMBERSHIP: PACKET_MR_PROMISC
        assert is_promiscuous()  # so it would be seen
    assert not is_promiscuous()
    recording = Recording("lo", 1.0)
    assert not is_promiscuous()
    recording.close()


def test_an_interface_that_is_not_there_is_told_with_those_that_are():
    need_packet_sockets()
    need_root()
    with pytest.raises(CaptureError, match=r"no interface 'moth9'; there are .*lo"):
        read_live(Recording("moth9", 1.0))


def test_without_the_privilege_one_sentence_says_what_to_do(tmp_path):
    need_packet_sockets()
    need_root()  # to give it up
    program = (
        "import os; os.setresuid(65534, 65534, 65534)\n"
        "from peppermoth.errors import CaptureError\n"
        "from peppermoth.monitor.live import Recording, read_live\n"
        "try: read_live(Recording('lo', 1.0))\n"
        "except CaptureError as error: print(error)"
    )
    program = "import peppermoth.monitor.live\n" + program  # while it may be read
    said = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True
    )
    assert said.stdout.startswith("Recording needs the right to read the interface")


def test_where_nothing_was_heard_one_sentence_says_so():
    need_packet_sockets()
    need_root()
    program = (
        "from peppermoth.errors import CaptureError\n"
        "from peppermoth.monitor.live import Recording, read_live\n"
        "try: read_live(Recording('lo', 0.3))\n"
        "except CaptureError as error: print(error)"
    )
    alone = f'ip link set lo up && exec {sys.executable} -c "$0"'
    said = subprocess.run(
        ["unshare", "--net", "sh", "-c", alone, program], stdout=subprocess.PIPE, text=True
    )
    assert said.stdout == "No packet passed the interface lo while it was listened to.\n"


def test_elsewhere_than_on_linux_one_sentence_says_so(monkeypatch):
    monkeypatch.delattr(socket, "AF_PACKET", raising=False)
    with pytest.raises(CaptureError, match="Recording works on Linux only"):
        read_live(Recording("lo", 1.0))


def test_an_interrupt_ends_the_recording_not_the_report(talk):
    need_packet_sockets()
    need_root()
    program = (
        "from peppermoth.monitor.live import Recording, read_live\n"
        "print('begun', flush=True)\n"
        "reading = read_live(Recording('lo', 600.0))\n"
        "print(any(each.kind == 'name.http' for each in reading))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"begun\n"
        time.sleep(3.0)
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == b"True\n"
    assert child.returncode == 0
