"""Rules for operating systems: from DHCP, from SYNs, from what programs say."""

from __future__ import annotations

import pytest

from peppermoth.monitor import systems
from peppermoth.monitor.observation import Certainty
from peppermoth.wire.opening import Opening


@pytest.mark.parametrize(
    ("vendor_class", "system"),
    [
        ("MSFT 5.0", "Windows"),
        ("android-dhcp-14", "Android 14"),
        ("dhcpcd-9.4.1:Linux-6.1.0:x86_64:GenuineIntel", "Linux or Android"),
        ("udhcp 1.36.1", "Linux (BusyBox)"),
        ("moth", ""),
        ("", ""),
    ],
)
def test_a_class_of_dhcp_names_its_system(vendor_class, system):
    assert systems.from_dhcp_class(vendor_class) == system


@pytest.mark.parametrize(
    ("requested", "system"),
    [
        ((1, 121, 3, 6, 15, 108, 114, 119, 252), systems.APPLE),
        ((1, 121, 3, 6, 15, 108, 114, 119, 252, 95, 44, 46), "macOS"),
        ((1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252), "Windows"),
        ((1, 3, 6, 15, 26, 28, 51, 58, 59, 43), "Android"),
        ((1, 3, 6), ""),
        ((), ""),
    ],
)
def test_what_is_asked_of_dhcp_tells_the_system(requested, system):
    assert systems.from_dhcp_options(4, requested) == system
    assert systems.from_dhcp_options(6, requested) == ""


LINUX = ("mss", "sok", "ts", "nop", "ws")
APPLE = ("mss", "nop", "ws", "nop", "nop", "ts", "sok", "eol")
WINDOWS = ("mss", "nop", "ws", "nop", "nop", "sok")


@pytest.mark.parametrize(
    ("opening", "found"),
    [
        (Opening(64, 64240, LINUX, 1460, 7), ("Linux or Android", Certainty.LIKELY)),
        (Opening(52, 65535, LINUX, 1460, 9), ("Android", Certainty.POSSIBLE)),
        (Opening(64, 65535, APPLE, 1460, 6), (systems.APPLE, Certainty.LIKELY)),
        (Opening(115, 64240, WINDOWS, 1460, 8), ("Windows", Certainty.LIKELY)),
        (Opening(64, 64240, WINDOWS, 1460, 8), None),
        (Opening(64, 64240, (), 0, -1), None),
    ],
)
def test_a_syn_tells_its_system_and_never_for_certain(opening, found):
    assert systems.from_opening(opening) == found


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("OpenSSH_for_Windows_9.5", "Windows"),
        ("OpenSSH_9.6p1 Ubuntu-3ubuntu13", "Linux (Ubuntu)"),
        ("OpenSSH_9.2p1 Debian-2+deb12u3", "Linux (Debian)"),
        ("Linux/5.10 UPnP/1.0 Moth/1.0", "Linux"),
        ("OpenSSH_9.9", ""),
    ],
)
def test_programs_speak_of_their_system(text, system):
    assert systems.from_program(text) == system


def test_names_are_written_as_they_are_looked_up():
    assert all(name == name.lower().strip(".") and "." in name for name in systems.NAMES)
