"""Makers of network cards, and random hardware addresses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from peppermoth.monitor import vendors
from tests.peers import find

WIRESHARK_LIST = Path("/usr/share/wireshark/manuf")
"""Where Wireshark's own list lies in versions that do not print it."""


@pytest.mark.parametrize(
    ("hardware", "maker"),
    [
        ("f0189800aabb", "Apple"),
        ("b827eb000001", "Raspberry Pi"),
        ("525400000001", "QEMU"),
        ("020000000020", ""),
        ("00005e000101", ""),
    ],
)
def test_the_first_half_names_the_maker(hardware, maker):
    assert vendors.vendor(bytes.fromhex(hardware)) == maker


@pytest.mark.parametrize(
    ("hardware", "random"),
    [("020000000020", True), ("f2189800aabb", True), ("f0189800aabb", False),
     ("525400000001", False)],
)  # fmt: skip
def test_an_address_is_random_where_it_was_made_up(hardware, random):
    assert vendors.is_random(bytes.fromhex(hardware)) == random


def test_the_own_part_of_an_address_is_masked():
    assert vendors.shown(bytes.fromhex("f0189800aabb")) == "f0:18:98:…"


NAMED_OTHERWISE = {"HP": "hewlett packard", "VirtualBox": "pcs ", "ASUS": "asustek"}
"""Makers that the registry lists under another name."""


def registry() -> dict[str, str]:
    """Whom the IEEE assigned each three bytes, in small letters, as Wireshark brings it."""
    tshark = find("tshark")
    listed = subprocess.run([tshark, "-G", "manuf"], check=False, capture_output=True, text=True)
    text = listed.stdout if listed.returncode == 0 else WIRESHARK_LIST.read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {row[0].strip(): row[-1].lower() for row in rows if len(row) > 1}


def test_every_prefix_is_assigned_to_its_maker():
    """Those with the bit of made-up addresses set are assigned to nobody: programs use them."""
    assigned = registry()
    wrong = {
        (prefix.hex(":"), maker)
        for prefix, maker in vendors._VENDORS.items()
        if not prefix[0] & 2
        and NAMED_OTHERWISE.get(maker, maker.lower())
        not in assigned.get(prefix.hex(":").upper(), "")
    }
    assert len(assigned) > 20_000
    assert not wrong
