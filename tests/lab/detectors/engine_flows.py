"""Flows that engines know, and some that they do not, for the tests of each engine."""

from __future__ import annotations

import dataclasses
import random

from peppermoth.lab.probing.battery import FLIGHT
from peppermoth.monitor.observation import Endpoint
from tests.lab.detectors.flows import datagrams, talk
from tests.wire import tunnel_messages as made

OURS, THEIRS = b"\x11\x22\x33\x44", b"\x55\x66\x77\x88"


def scrambled(size):
    """Bytes as a cipher would give them."""
    return random.Random(size).randbytes(size)


def wireguard_data(client, size=80):
    """A message of data to the other side, which knows it by its own number."""
    return b"\x04\0\0\0" + (THEIRS if client else OURS) + bytes(8) + scrambled(size)


WIREGUARD = [
    (True, b"\x01\0\0\0" + OURS + scrambled(140)),
    (False, b"\x02\0\0\0" + THEIRS + OURS + scrambled(80)),
    *((client, wireguard_data(client)) for client in (True, False, True, False)),
]
OPENVPN = [(True, made.OPENVPN_RESET), (False, made.OPENVPN_ANSWER), (True, made.OPENVPN_RESET)]
SOCKS = [b"\x05\x01\x00", -2]


def to_port(port, trace):
    """The flow with its server on this port."""
    return dataclasses.replace(trace, server=Endpoint("198.51.100.1", port))


FLOWS = {
    "wireguard": to_port(50123, datagrams(WIREGUARD)),
    "openvpn": to_port(1194, datagrams(OPENVPN)),
    "tls": to_port(443, talk([FLIGHT])),
    "ssh": to_port(22, talk([b"SSH-2.0-moth\r\n"])),
    "noise": to_port(50123, talk([400, -900, 300, -1200])),
    "noise of the web": to_port(443, talk([400, -900])),
    "datagrams of noise": to_port(50123, datagrams([(True, scrambled(300)), (False, bytes(20))])),
}
