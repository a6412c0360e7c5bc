"""What a device says in DHCP and SSDP: of itself, and only of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.device import Dhcp, Dhcpv6, Ssdp
from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES
from tests.monitor.observe.feeding import a_flow, c, everything, facts, listen, s
from tests.needs import need
from tests.wire.dhcp_messages import HARDWARE, message_v4, message_v6

DISCOVER = message_v4(
    (12, b"moths-phone"), (60, b"android-dhcp-14"), (55, bytes([1, 3, 6, 15, 26, 28, 51, 58, 59]))
)
SOLICIT = message_v6(
    (1, b"\x00\x01\x00\x01" + bytes(4) + HARDWARE),
    (39, b"\x00\x04moth\x00"),
    (16, b"\x00\x00\x01\x37\x00\x08MSFT 5.0"),
    (6, b"\x00\x17\x00\x18"),
)


def dhcp(*said, device_is_client=True):
    return listen(Dhcp(a_flow(67, "udp", device_is_client=device_is_client)), said)


def test_dhcp_tells_the_name_the_wishes_and_the_system():
    told = dhcp(c(DISCOVER))
    assert facts(told) == [
        ("identity.host_name", "moths-phone"),
        ("device.dhcp", "android-dhcp-14; 1 3 6 15 26 28 51 58 59"),
        ("device.system", "Android 14"),
    ]
    assert [(one.packets, one.field) for one in told] == [
        ((1,), "dhcp.option.hostname"),
        ((1,), "dhcp.option.vendor_class_id"),
        ((1,), "dhcp.option.vendor_class_id"),
    ]
    assert told[2].certainty is Certainty.LIKELY


def test_wishes_alone_make_a_system_only_possible():
    told = dhcp(c(message_v4((55, bytes([1, 121, 3, 6, 15, 108, 114, 119, 252])))))
    assert told[-1].kind == "device.system"
    assert told[-1].certainty is Certainty.POSSIBLE


def test_the_same_is_told_once():
    assert len(dhcp(c(DISCOVER), c(DISCOVER))) == 3


def test_what_other_hosts_say_is_not_of_the_device():
    assert not dhcp(s(message_v4((12, b"router"), kind=2)))
    assert not dhcp(c(DISCOVER), device_is_client=False)


def test_a_mail_address_in_a_name_is_masked():
    told = dhcp(c(message_v4((12, b"ada.lovelace@moth.example"))))
    assert "ada" not in everything(told)


def test_dhcp_of_version_6_tells_a_hardware_address_too():
    assert facts(listen(Dhcpv6(a_flow(547, "udp")), [c(SOLICIT)])) == [
        ("identity.host_name", "moth"),
        ("device.dhcp", "MSFT 5.0; 23 24"),
        ("device.system", "Windows"),
        ("identity.mac", "f0:18:98:…"),
    ]


def ssdp(*said):
    return listen(Ssdp(a_flow(1900, "udp")), said)


def test_a_search_tells_what_is_looked_for_and_with_what():
    target = "urn:dial-multiscreen-org:service:dial:1"
    search = c("M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:1900", f"ST: {target}",
               "USER-AGENT: Google Chrome/141.0 Windows", "")  # fmt: skip
    assert facts(ssdp(search)) == [
        ("name.local", target),
        ("device.software", "Google Chrome/141.0 Windows"),
        ("device.system", "Windows"),
    ]


def test_an_announcement_tells_program_and_system():
    announced = c("NOTIFY * HTTP/1.1", "NT: upnp:rootdevice", "SERVER: Linux/5.4 UPnP/1.0 Moth/2")
    assert facts(ssdp(announced)) == [
        ("device.software", "Linux/5.4 UPnP/1.0 Moth/2"),
        ("device.system", "Linux"),
    ]


def test_searching_for_everything_tells_nothing_of_what_is_sought():
    assert not ssdp(c("M-SEARCH * HTTP/1.1", "ST: ssdp:all", ""))


def test_what_others_announce_is_not_of_the_device():
    assert not ssdp(s("NOTIFY * HTTP/1.1", "NT: moth", "SERVER: Linux/5.4 UPnP/1.0 Moth/2", ""))


@pytest.mark.parametrize("observer", [Dhcp, Dhcpv6, Ssdp])
def test_broken_datagrams_end_the_flow(observer):
    made = observer(a_flow(67, "udp"))
    assert not listen(made, [c(b"\xff\xfe")] * 20)
    assert made.done


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dhcp-eve-extended", {("identity.host_name", (1,)), ("device.dhcp", (1,))}),
        ("dhcp-eve-extended-option-60", {("device.dhcp", (1,)), ("device.system", (1,))}),
        ("dhcp-option-52-overload-both", {("device.dhcp", (1,))}),
    ],
)
def test_recorded_messages_tell_at_the_packets_that_suricata_expects(name, expected):
    path = CAPTURES / "suricata-verify" / name / "input.pcap"
    need(path.is_file(), "the shared captures", "put them beside the repository")
    told = read(str(path), sender(path))
    assert expected <= {(one.kind, one.packets) for one in told}


def sender(path: Path) -> str:
    """The hardware address that sent a capture's first frame."""
    return path.read_bytes()[46:52].hex(":")
