"""How operating systems betray themselves: tables of what each does in its own way.

Apple's names were compared with its support article 101555 ("Use Apple products on
enterprise networks"); names by which systems of others try whether there is Internet, and
those of OPPO, Samsung and GrapheneOS, with public source code that asks for them or answers
them. The other names, DHCP classes and lists of options, and the shapes of SYNs are common
knowledge of the makers' defaults, which Microsoft (NCSI, Windows Update, MS-DHCPE), dhcpcd,
BusyBox and the sources of Linux, XNU and the BSDs document. Shapes of SYNs were compared
with what the same hosts said of themselves in others' captures (``tests/see/errors.py``);
virtual machines, settings and proxies change them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from peppermoth.monitor.observation import Certainty
from peppermoth.wire.opening import Opening

APPLE: Final = "iOS or macOS"

NAMES: Final[dict[str, str]] = {
    # Whether there is Internet
    "captive.apple.com": APPLE,
    "connectivitycheck.android.com": "Android",
    "connectivitycheck.gstatic.com": "Android or ChromeOS",  # and Chrome where it meets a portal
    "connectivitycheck.platform.hicloud.com": "Android (Huawei) or HarmonyOS",
    "connect.rom.miui.com": "Android (Xiaomi)",
    "conn1.oppomobile.com": "Android (OPPO)",
    "conn2.oppomobile.com": "Android (OPPO)",
    "wifi.vivo.com.cn": "Android (vivo)",
    "connectivitycheck.grapheneos.network": "Android (GrapheneOS)",
    "connectivity-check.ubuntu.com": "Linux (Ubuntu)",
    "nmcheck.gnome.org": "Linux (GNOME)",
    "network-test.debian.org": "Linux (Debian)",
    "ping.archlinux.org": "Linux (Arch)",
    "conncheck.opensuse.org": "Linux (openSUSE)",
    "msftconnecttest.com": "Windows",
    "msftncsi.com": "Windows",
    # Updates
    "gdmf.apple.com": APPLE,
    "mesu.apple.com": APPLE,
    "swscan.apple.com": "macOS",
    "swcdn.apple.com": "macOS",
    "swdist.apple.com": "macOS",
    "windowsupdate.com": "Windows",
    "update.microsoft.com": "Windows",
    "delivery.mp.microsoft.com": "Windows",
    "fota-cloud-dn.ospserver.net": "Android (Samsung)",
    "update.miui.com": "Android (Xiaomi)",
    "archive.ubuntu.com": "Linux (Ubuntu)",
    "security.ubuntu.com": "Linux (Ubuntu)",
    "motd.ubuntu.com": "Linux (Ubuntu)",
    "security.debian.org": "Linux (Debian)",
    "mirrors.fedoraproject.org": "Linux (Fedora)",
    "download.opensuse.org": "Linux (openSUSE)",
    "packages.linuxmint.com": "Linux (Mint)",
    # Time and messages of the maker's own
    "time.windows.com": "Windows",
    "time.apple.com": APPLE,
    "time-ios.apple.com": "iOS",
    "time-macos.apple.com": "macOS",
    "time.android.com": "Android",
    "push.apple.com": APPLE,
    "settings-win.data.microsoft.com": "Windows",
    "vortex-win.data.microsoft.com": "Windows",
    "wns.windows.com": "Windows",
}
"""Names that a system asks for by itself; each stands for the names below it too."""

_DHCP_CLASSES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"MSFT (?:5\.0|98)"), "Windows"),
    (re.compile(r"android-dhcp-(\d{1,3})"), "Android"),
    (re.compile(r"dhcpcd-[^:]{1,40}:Linux"), "Linux or Android"),
    (re.compile(r"dhcpcd-[^:]{1,40}:(?:Free|Net|Open)BSD"), "BSD"),
    (re.compile(r"HUAWEI:android"), "Android (Huawei)"),
    (re.compile(r"udhcp[c ]"), "Linux (BusyBox)"),
    (re.compile(r"Linux "), "Linux"),
    (re.compile(r"PXEClient"), "a computer that starts from the network"),
)


def from_dhcp_class(vendor_class: str) -> str:
    """The system that names itself so to DHCP; empty where the table does not say."""
    for pattern, system in _DHCP_CLASSES:
        if found := pattern.match(vendor_class):
            return " ".join([system, *found.groups()])
    return ""


def from_dhcp_options(version: int, requested: tuple[int, ...]) -> str:
    """The system that asks DHCP for these options in this order; empty if not known."""
    if version != 4:
        return ""
    if requested[:5] == (1, 121, 3, 6, 15) and 252 in requested:
        return "macOS" if {95, 44} <= set(requested) else APPLE
    if {249, 43, 44, 46, 47} <= set(requested):
        return "Windows"
    if {26, 28, 51, 58, 59} <= set(requested) and requested[:4] == (1, 3, 6, 15):
        return "Android"
    return ""


class _Stack(NamedTuple):
    """A rule of how a system's SYN looks. ``scales`` empty: any."""

    system: str
    certainty: Certainty
    ttl: int
    options: tuple[str, ...]
    windows: frozenset[int] = frozenset()
    scales: frozenset[int] = frozenset()


_LINUX: Final = ("mss", "sok", "ts", "nop", "ws")
_APPLE: Final = ("mss", "nop", "ws", "nop", "nop", "ts", "sok", "eol")
_WINDOWS: Final = ("mss", "nop", "ws", "nop", "nop", "sok")
_BSD: Final = ("mss", "nop", "ws", "sok", "ts")

_STACKS: Final = (
    _Stack("Android", Certainty.POSSIBLE, 64, _LINUX, frozenset({65535})),
    _Stack("Linux or Android", Certainty.LIKELY, 64, _LINUX),
    _Stack(APPLE, Certainty.LIKELY, 64, _APPLE, frozenset({65535})),
    _Stack(APPLE, Certainty.LIKELY, 64, (*_APPLE, "eol"), frozenset({65535})),
    _Stack("Windows", Certainty.LIKELY, 128, _WINDOWS, scales=frozenset({0, 2, 8})),
    _Stack("FreeBSD", Certainty.POSSIBLE, 64, _BSD, frozenset({65535})),
)


def from_opening(opening: Opening) -> tuple[str, Certainty] | None:
    """The system whose SYN looks so, and how sure that is; None where no rule fits."""
    for rule in _STACKS:
        if (
            opening.first_ttl == rule.ttl
            and opening.options == rule.options
            and (not rule.windows or opening.window in rule.windows)
            and (not rule.scales or opening.scale in rule.scales)
        ):
            return rule.system, rule.certainty
    return None


_PROGRAMS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?i)for_windows|windows|win32|microsoft"), "Windows"),
    (re.compile(r"(?i)ubuntu"), "Linux (Ubuntu)"),
    (re.compile(r"(?i)raspbian"), "Linux (Raspberry Pi OS)"),
    (re.compile(r"(?i)debian"), "Linux (Debian)"),
    (re.compile(r"(?i)fedora"), "Linux (Fedora)"),
    (re.compile(r"(?i)freebsd"), "FreeBSD"),
    (re.compile(r"(?i)android"), "Android"),
    (re.compile(r"(?i)mac ?os|darwin"), "macOS"),
    (re.compile(r"(?i)\bios/"), "iOS"),
    (re.compile(r"(?i)linux"), "Linux"),
)


def from_program(text: str) -> str:
    """The system that a program's name or comment speaks of; empty where it speaks of none."""
    found = (system for pattern, system in _PROGRAMS if pattern.search(text[:300]))
    return next(found, "")
