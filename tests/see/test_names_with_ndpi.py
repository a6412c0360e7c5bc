"""Names and protocols: what nDPI, through nfstream, finds in others' captures is found too.

Part of the captures is read; all of them where ``PEPPERMOTH_ALL_CAPTURES`` is set.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter, defaultdict

import pytest

from peppermoth.monitor.observe.web_request import host_of
from peppermoth.monitor.reading import read
from tests.monitor.captures import shared_captures
from tests.needs import need
from tests.see.test_names_with_tshark import EVERY, KINDS, chosen

NFSTREAM = """
import json, sys
from nfstream import NFStreamer
if __name__ == "__main__":
    for number, path in enumerate(json.load(sys.stdin)):
        for flow in NFStreamer(source=path):
            name, sure = flow.application_name, flow.application_confidence in (3, 4, 5, 6)
            ends = flow.src_ip, flow.dst_ip
            print(json.dumps((number, ends, name, sure, flow.requested_server_name)))
"""
"""Confidence is sure where nDPI dissected, and did not guess from ports and addresses."""

NAMED = {
    **dict.fromkeys(("DNS", "MDNS", "LLMNR"), "dns"),
    **dict.fromkeys(("TLS", "DTLS"), "hello"),
    "QUIC": "quic",
    **dict.fromkeys(("HTTP", "HTTP2"), "http"),
}
"""What nDPI calls protocols with names, and what the names are."""

FIELDS = {
    "BitTorrent": ("bittorrent", "bt-dht"),
    "DHCP": ("dhcp",),
    "FTP_CONTROL": ("ftp",),
    "IMAP": ("imap",),
    "IPSec": ("isakmp", "udpencap", "esp"),
    "IRC": ("irc",),
    "Kerberos": ("kerberos",),
    "LDAP": ("ldap",),
    "MQTT": ("mqtt",),
    "NTP": ("ntp",),
    "NetBIOS": ("nbns", "nbdgm", "smb", "smb2", "ntlmssp"),
    "OpenVPN": ("openvpn",),
    "POP3": ("pop",),
    "PPTP": ("pptp",),
    "PostgreSQL": ("pgsql",),
    "RDP": ("rdp",),
    "RESP": ("resp",),
    "SIP": ("sip", "sdp"),
    "SMBv23": ("smb", "smb2", "ntlmssp"),
    "SMTP": ("smtp",),
    "SNMP": ("snmp",),
    "SSDP": ("ssdp", "http"),
    "SSH": ("ssh",),
    "Syslog": ("syslog",),
    "TFTP": ("tftp",),
    "Teredo": ("Teredo",),
}
"""What nDPI calls protocols of which something is told, and the fields or values that tell it."""

_OLD = "Google's QUIC from before the standard, which no browser speaks any more"

EXPLAINED = {
    "bug-1158": "an equals sign, which nDPI writes as an underscore",
    "bug-6269-01": "an IPv6 address, of which nDPI keeps the beginning",
    "dns-answer-emptydata": "an update, whose zone is no name that was asked for",
    "gquic": _OLD,
    "ipv6-malformed-fragments-28": "a text record that comes with the name that is told",
    "ipv6-malformed-fragments-9": "a text record that comes with the name that is told",
    "quic-alerts": _OLD,
    "quic-cyu": _OLD,
}
"""Captures in which nDPI names more, and why."""

_SERVER = "the flow is of a server and of nobody yet: the device is known by its hardware address"
_NOBODY = "LDAP in which nobody says who they are"
_MISTAKEN = "nDPI mistakes LDAP for MQTT"
_VXLAN = "nDPI mistakes VXLAN for OpenVPN"
_NAMELESS = "transactions of SMB from the middle, in which nobody is named"

PROTOCOLS_EXPLAINED = {
    "PIM-DM_pruning": "nDPI mistakes other datagrams for BitTorrent",
    "bug-6402-01": _VXLAN,
    "detect-ldap-result": _NOBODY,
    "dhcp-option-108": _SERVER,
    "dhcp-option-33": _SERVER,
    "dhcp-option-52-overload": _SERVER,
    "dhcp-rfc3004": _SERVER,
    "dhcp-rfc5859": _SERVER,
    "dhcpv4v6-rfc5970-rfc8572": _SERVER,
    "ftp-port-memcap": "FTP by nobody in particular: the user is called ftp",
    "ipv6-srh-insert-cksum": "nDPI mistakes other datagrams for BitTorrent",
    "ldap-abandon": _MISTAKEN,
    "ldap-add": _NOBODY,
    "ldap-bind": _NOBODY,
    "ldap-compare": _NOBODY,
    "ldap-delete": _MISTAKEN,
    "ldap-extended": _NOBODY,
    "ldap-modify": _NOBODY,
    "ldap-modify-dn": _NOBODY,
    "ldap-unbind": _MISTAKEN,
    "ldap-unsolicited": _NOBODY,
    "mqtt5-excessiveproplen": "a greeting whose properties are longer than itself",
    "ntp-control": "NTP's control messages, which ask for no time",
    "ntp-mode7": "NTP's private messages, which ask for no time",
    "smb_data_print-oobr": _NAMELESS,
    "smb_data_print-segv": _NAMELESS,
    "smtp-no-helo-rset": "SMTP that ends before anybody is named",
    "vxlan_port_8472": _VXLAN,
}
"""Captures in which nDPI recognises more, and why nothing is told of that."""


def captures():
    """Those of the comparison with tshark, and some of the others: each is a start of nfstream."""
    others = shared_captures() if EVERY == 1 else shared_captures()[:: EVERY * 3]
    return list(dict.fromkeys([*chosen(), *others]))


def label(path):
    """A capture's name: its folder's, or its own where many lie in one."""
    return path.stem if path.parent.name == "tcpdump" else path.parent.name


@pytest.fixture(scope="module")
def flows():
    """What nDPI says of each flow: its capture, its ends, protocol, how sure, and the name."""
    need(importlib.util.find_spec("nfstream"), "nfstream", "pip install 'peppermoth[lab]'")
    paths = captures()
    command = [sys.executable, "-c", NFSTREAM]
    ran = subprocess.run(
        command, input=json.dumps(list(map(str, paths))), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    rows = map(json.loads, ran.stdout.splitlines())
    return [(paths[row[0]], row[1], row[2].split(".")[0], *row[3:]) for row in rows]


@pytest.fixture(scope="module")
def told():
    """Everything that is told of a host of a capture, read once."""
    found = {}

    def tell(path, ends):
        for host in ends:
            if (path, host) not in found:
                found[path, host] = list(read(str(path), host))
        return [one for host in ends for one in found[path, host]]

    return tell


def is_told(name, kind, names):
    """nDPI keeps the last 79 characters, and writes some of them as underscores."""
    wanted = host_of(name) if kind == "http" else name
    return any(one == kind and value[-79:] == wanted for one, value in names)


@pytest.mark.timeout(900)
def test_every_name_that_ndpi_finds_is_found(flows, told):
    missed, counts = defaultdict(set), Counter()
    for path, ends, protocol, _, name in flows:
        kind = NAMED.get(protocol)
        if kind and name:
            counts[kind] += 1
            observed = told(path, ends)
            names = {(KINDS[o.kind], o.value.lower()) for o in observed if o.kind in KINDS}
            if not is_told(name.lower(), kind, names):
                missed[label(path)].add(name)
    print(dict(counts), {name: sorted(names) for name, names in missed.items()})
    assert min(counts[kind] for kind in ("dns", "hello", "quic", "http")) >= 3
    assert set(missed) <= set(EXPLAINED), missed


@pytest.mark.timeout(900)
def test_every_protocol_that_ndpi_recognises_is_recognised(flows, told):
    missed, counts = defaultdict(set), Counter()
    for path, ends, protocol, sure, _ in flows:
        if sure and protocol in FIELDS:
            counts[protocol] += 1
            ways = {word for o in told(path, ends) for word in (o.field.split(".")[0], o.value)}
            if not ways & {*FIELDS[protocol]}:
                missed[label(path)].add(protocol)
    print(dict(counts), dict(missed))
    assert len(counts) >= 5
    assert set(missed) <= set(PROTOCOLS_EXPLAINED), missed
