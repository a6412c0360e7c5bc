"""Programs of other people that tests talk to: where they are, and which we know.

``python -m tests.peers`` (``make peers``) installs all of them. A test asks for one with
``find``; a benchmark, which goes on without, with ``locate``.
"""

from __future__ import annotations

import re
from pathlib import Path

from peppermoth.lab.world.programs import cache, find_program
from tests.needs import need

DEBIAN_PACKAGES = {
    "chromium": "chromium",
    "curl": "curl",
    "doveadm": "dovecot-pop3d",  # doveadm is in every package of Dovecot: it stands for POP3
    "dovecot": "dovecot-imapd",
    "exim4": "exim4-daemon-light",
    "haproxy": "haproxy",
    "ip": "iproute2",
    "mosquitto": "mosquitto",
    "mosquitto_pub": "mosquitto-clients",
    "nginx": "nginx",
    "npm": "npm",
    "obfs4proxy": "obfs4proxy",
    "openssl": "openssl",
    "openvpn": "openvpn",
    "psql": "postgresql-client",
    "redis-cli": "redis-tools",
    "redis-server": "redis-server",
    "sipp": "sip-tester",
    "ss-local": "shadowsocks-libev",
    "ss-server": "shadowsocks-libev",
    "ss-tunnel": "shadowsocks-libev",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "sshd": "openssh-server",
    "tcpdump": "tcpdump",
    "tor": "tor",
    "trojan": "trojan",
    "tshark": "tshark",
    "v2ray": "v2ray",
    "wg": "wireguard-tools",
    "wireguard-go": "wireguard-go",
}
"""Each program that Debian brings, and in which package."""

SING_BOX = "sing-box"
SING_BOX_SOURCE = Path(__file__).parent / "sing-box"
"""Its ``go.mod`` pins the version, its ``go.sum`` every byte that is built."""

PROGRAMS = (*DEBIAN_PACKAGES, SING_BOX)

AXE_VERSION = "4.14.1"
AXE_SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
"""axe-core, which finds faults of accessibility: the npm package and its digest."""


def sing_box_version() -> str:
    """The pinned version, as ``1.14.1``."""
    pinned = re.search(r"/sing-box v(\S+)", (SING_BOX_SOURCE / "go.mod").read_text())
    if pinned is None:
        raise LookupError("go.mod names no version of sing-box")
    return pinned[1]


def sing_box_path() -> Path:
    """Where the installer puts sing-box; the version is part of the name."""
    return cache() / f"sing-box-{sing_box_version()}"


def axe_path() -> Path:
    """Where the installer puts axe-core's script."""
    return cache() / f"axe-core-{AXE_VERSION}.js"


def find_axe() -> Path:
    """The script's path; a test without it is skipped, and fails in CI."""
    found = axe_path() if axe_path().exists() else None
    return need(found, "axe-core", "make peers, with npm")


def locate(name: str) -> Path | None:
    """The program's path, or None where it is not installed; of sing-box, in our version only."""
    if name == SING_BOX:
        return sing_box_path() if sing_box_path().exists() else None
    return find_program(name)


def find(name: str) -> Path:
    """The program's path; a test without it is skipped, and fails in CI."""
    if name not in PROGRAMS:
        raise LookupError(f"{name} is not among the peers; add it to DEBIAN_PACKAGES")
    return need(
        locate(name), f"the program {name}", "make peers, as root on Debian, with Go for sing-box"
    )
