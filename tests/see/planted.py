"""What recordings that the tests make do hold: for each conversation the rules that are right.

Written from what the programs in them say, not from what the report finds. ``ALWAYS``
holds for all of them: somebody was there, whose hardware address is made up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from peppermoth.exposure.findings import find
from peppermoth.monitor.reading import read
from tests.monitor.frames import pcap
from tests.see import carriers, conversations, scripts

ALWAYS: Final = "presence hardware-hidden"

OBSERVED_TCP: Final = {
    21: ["password file user-name"],
    23: ["password terminal user-name"],
    25: ["mail-password mail contact mail-address user-name host-name programs"],
    80: [
        "site-password token cookie form search page location mail-address phone user-name"
        " programs language",
        "site-password token cookie form search page programs",
    ],
    88: ["password-guess user-name host-name names-local"],
    110: ["mail-password mail contact mail-address user-name"],
    143: ["mail-password mail contact mail-address user-name"],
    389: ["password database user-name"],
    445: ["password-guess file user-name host-name"] * 2,
    513: ["password terminal user-name"],
    554: ["password file programs"],
    1080: ["password page user-name names-proxy"],
    1433: ["password user-name host-name programs"],
    1883: ["password topic location user-name host-name"],
    3306: ["password-guess database user-name", "password user-name"],
    3389: ["user-name"],
    5060: ["password-guess call contact phone subscriber user-name programs"],
    5222: ["password chat contact mail-address user-name"],
    5432: ["password database user-name programs", *["password-guess user-name programs"] * 2],
    6379: ["password database user-name"],
    6667: ["password chat contact user-name"],
}
"""By the server's port; the device's SYN tells its TCP/IP stack besides (``device``)."""

OBSERVED_UDP: Final = {
    161: ["token"],
    514: ["log-line host-name"],
    5060: [
        "chat contact user-name",
        "password-guess call contact phone subscriber user-name programs",
    ],
    5683: ["page"],
}


def together(
    observed: dict[int, list[str]], written: dict[int, list[scripts.Script]]
) -> dict[int, list[str]]:
    """The truths of both tables of conversations."""
    more = {port: [script.truth for script in of_port] for port, of_port in written.items()}
    return {port: [*observed.get(port, []), *more.get(port, [])] for port in observed | more}


TCP: Final = together(OBSERVED_TCP, scripts.TCP)
UDP: Final = together(OBSERVED_UDP, scripts.UDP)


IN_THE_AIR: Final = f"{OBSERVED_TCP[80][0]} wifi device"
"""Of what is sent over Wi-Fi: the visit, the network that is looked for, a make and model."""


def recordings() -> Iterator[tuple[str, bytes, set[str]]]:
    """Every conversation by itself: its name, its capture, and the rules that are right."""
    for port, truths in TCP.items():
        for number, truth in enumerate(truths):
            said = conversations.TCP[port][number]
            frames = conversations.connection(40_000 + number, port, said)
            yield f"tcp {port} {number}", pcap(frames), told(truth, "device")
    for port, truths in UDP.items():
        for number, truth in enumerate(truths):
            said = conversations.UDP[port][number]
            frames = conversations.datagrams(40_000 + number, port, said)
            yield f"udp {port} {number}", pcap(frames), told(truth)
    air = pcap(conversations.in_the_air(), link=carriers.RADIOTAP)
    yield "wifi", air, told(IN_THE_AIR)


def told(*truths: str) -> set[str]:
    """The rules that are right, and those that always are; a made-up address hides nothing
    where the real one is told."""
    right = {*" ".join((*truths, ALWAYS)).split()}
    return right - {"hardware-hidden"} if "hardware-address" in right else right


def rules_of(capture: bytes) -> set[str]:
    """The rules that speak of a recording."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "recording.pcap"
        path.write_bytes(capture)
        return {finding.rule.id for finding in find(read(str(path), None))}
