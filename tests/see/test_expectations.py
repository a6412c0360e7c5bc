"""What others expect to see in their captures: a table of agreement, protocol by protocol.

The expectations are the ``test.yaml`` files beside the captures of suricata-verify. A
value counts as found where what we may show of it, masked, is told of one of the
capture's hosts. ``pytest -rP`` shows the table.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.observe.web_request import host_of, shown_target
from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES, hosts, shared_captures

SUITE = CAPTURES / "suricata-verify"


def anything(text: str) -> str:
    """What is told of a value that is hidden altogether, or told in other words."""
    return ""


def principal(text: str) -> str:
    """A person's name is masked, a machine's account is its host's name."""
    return masks.words(text.rstrip("$")) if text.endswith("$") else masks.user(text)


def common_name(text: str) -> str:
    """The name in a certificate's subject."""
    return text.rpartition("CN=")[2].partition(",")[0].lower()


class Sought(NamedTuple):
    """Where an expectation must be told: the kinds, separated by spaces, and how it is masked."""

    protocol: str
    kinds: str
    shown: Callable[[str], str]


SOUGHT = {
    "bittorrent_dht.request_type": Sought("bittorrent", "use.peer_to_peer", anything),
    "dhcp.hostname": Sought("dhcp", "identity.host_name", masks.words),
    "dhcp.vendor_class_identifier": Sought("dhcp", "device.dhcp", anything),
    "dns.queries.rrname": Sought("dns", "name.dns", str.lower),
    "dns.query.rrname": Sought("dns", "name.dns", str.lower),
    "dns.rrname": Sought("dns", "name.dns", str.lower),
    "dns.grouped.A": Sought("dns", "name.dns_answer", str),
    "dns.grouped.CNAME": Sought("dns", "name.dns_answer", str.lower),
    "email.cc": Sought("mail", "identity.mail_address identity.contact", masks.mail_address),
    "email.from": Sought("mail", "identity.mail_address identity.contact", masks.mail_address),
    "email.subject": Sought("mail", "content.mail", anything),
    "email.to": Sought("mail", "identity.mail_address identity.contact", masks.mail_address),
    "ftp.command_data": Sought("ftp", "content.file identity.user", masks.words),
    "ftp_data.filename": Sought("ftp", "content.file", masks.words),
    "http.hostname": Sought("http", "name.http name.proxy", host_of),
    "http.http_user_agent": Sought("http", "device.software device.system", anything),
    "http.url": Sought("http", "content.http_request", shown_target),
    "ike.version_major": Sought("ipsec", "conspicuous.tunnel", anything),
    "ike.exchange_type": Sought("ipsec", "conspicuous.tunnel", anything),
    "krb5.cname": Sought("kerberos", "identity.user identity.host_name", principal),
    "krb5.sname": Sought("kerberos", "name.local", masks.words),
    "llmnr.queries.rrname": Sought("llmnr", "name.local", str.lower),
    "mdns.queries.rrname": Sought("mdns", "name.local", str.lower),
    "mqtt.connect.client_id": Sought("mqtt", "identity.host_name", masks.words),
    "mqtt.connect.password": Sought("mqtt", "secret.password", anything),
    "mqtt.connect.username": Sought("mqtt", "identity.user", masks.user),
    "mqtt.connect.will.topic": Sought("mqtt", "content.topic", masks.words),
    "mqtt.publish.topic": Sought("mqtt", "content.topic", masks.words),
    "nfs.filename": Sought("nfs", "content.file", masks.words),
    "ntp.mode": Sought("ntp", "device.clock", anything),
    "pgsql.request.simple_query": Sought("postgresql", "content.database", anything),
    "pgsql.request.startup_parameters.user": Sought("postgresql", "identity.user", masks.user),
    "pop3.request.command": Sought("pop3", "secret.password identity.user", anything),
    "quic.ja4": Sought("ja4", "device.ja4", str),
    "rdp.client.client_name": Sought("rdp", "identity.host_name", masks.words),
    "rdp.cookie": Sought("rdp", "identity.user", masks.user),
    "rfb.authentication.security_type": Sought("vnc", "content.terminal", anything),
    "sip.method": Sought("sip", "identity.user identity.contact identity.phone", anything),
    "smb.filename": Sought("smb", "content.file", masks.words),
    "smb.request.native_os": Sought("smb", "device.system", masks.words),
    "smtp.helo": Sought("smtp", "identity.host_name", masks.words),
    "smtp.mail_from": Sought("smtp", "identity.mail_address", masks.mail_address),
    "smtp.rcpt_to": Sought("smtp", "identity.contact", masks.mail_address),
    "snmp.community": Sought("snmp", "secret.token", anything),
    "snmp.usm": Sought("snmp", "identity.user", masks.user),
    "ssh.client.software_version": Sought("ssh", "device.software protected.ssh", str),
    "ssh.server.software_version": Sought("ssh", "device.software protected.ssh", str),
    "tls.ja4": Sought("ja4", "device.ja4", str),
    "tls.sni": Sought("tls", "name.sni name.encrypted_hello", str.lower),
    "tls.subject": Sought("certificate", "name.certificate", common_name),
    "tls.subjectaltname": Sought("certificate", "name.certificate", str.lower),
    "websocket.opcode": Sought("websocket", "content.websocket", anything),
}
"""Keys of expectations, without the numbers in brackets."""

NOTHING_TO_TELL = ("krbtgt/", "<empty>", "<stou>", "<SASL DATA>", "anonymous")
"""The ticket office, where every ticket begins; Suricata's own words; nobody's name."""

EXPLAINED = {
    "bug-3844": "a request of HTTP/0.9: five bytes that could be anything",
    "bug-4702-01": "a request of HTTP/0.9: five bytes that could be anything",
    "bug-5713-01": "no signature algorithms: Suricata's JA4 hashes an underscore for them, which "
    "the specification leaves out",
    "rfb-partial-tx": "broken off before anybody is let in, so that there is no session to read",
}
"""Captures in which something expected is not told, and why."""

LINE = re.compile(r"^ +([\w.\[\]]+): *(.+?) *$")
ENDING = re.compile(r" +# .*|\\+u0000(?=\"$)")
PACKET = re.compile(r"^ +pcap_cnt: *(\d+)", re.MULTILINE)
POINTER = re.compile(r"^ *pcap: *(\S+) *$", re.MULTILINE)


def captures_with_tests() -> Iterator[tuple[Path, Path]]:
    """Every ``test.yaml`` with the capture that it is about: its own, or a neighbour's."""
    shared_captures()
    for test in sorted(SUITE.rglob("test.yaml")):
        pointer = POINTER.search(test.read_text())
        own = sorted(test.parent.glob("*.pcap"))
        path = test.parent / pointer[1] if pointer else next(iter(own), None)
        if path is not None and path.is_file():
            yield test, path.resolve()


class Expectation(NamedTuple):
    """A key with its value, and the packet in which it is said to be complete (0: not said)."""

    key: str
    value: str
    packet: int


def expected(test: Path) -> Iterator[Expectation]:
    """What the filters say that want at least one event."""
    for block in re.split(r"^ *- *filter:", test.read_text(), flags=re.MULTILINE)[1:]:
        if "lt-version" in block or not re.search(r"count: *[1-9]", block):
            continue
        packet = int(PACKET.search(block)[1]) if PACKET.search(block) else 0
        for line in block.splitlines():
            if found := LINE.match(line):
                key = re.sub(r"\[\d+\]", "", found[1])
                value = ENDING.sub("", found[2]).strip("'\"").replace("\\\\", "\\")
                if key in SOUGHT and value and not value.startswith(NOTHING_TO_TELL):
                    yield Expectation(key, value, packet)


def telling(sought: Sought, value: str, told: list[Observation]) -> list[Observation]:
    """The observations that tell the value."""
    kinds = sought.kinds.split()
    return [one for one in told if one.kind in kinds and tells(one, sought, value)]


def tells(one: Observation, sought: Sought, value: str) -> bool:
    """Whether the observation tells the value, masked as such values are."""
    if one.kind == "identity.user" and one.value == masks.user(value):
        return True
    shown = sought.shown(value)
    texts = (one.value, one.value.lower(), *one.details.values())
    return shown in ("", *texts) or one.value.endswith(f" {shown}")


@pytest.fixture(scope="module")
def compared() -> list[tuple[Path, Expectation, list[Observation]]]:
    """Every expectation once for each capture, with the observations that tell it."""
    wanted: defaultdict[Path, dict[Expectation, None]] = defaultdict(dict)
    for test, path in captures_with_tests():
        wanted[path].update(dict.fromkeys(expected(test)))
    found = []
    for path, expectations in wanted.items():
        told = [one for host in hosts(path) for one in read(str(path), host)]
        for one in expectations:
            found.append((path, one, telling(SOUGHT[one.key], one.value, told)))
    return found


def test_what_others_expect_is_told(compared):
    values = {(path, one.key, one.value): bool(told) for path, one, told in compared}
    sums = Counter(SOUGHT[key].protocol for _, key, _ in values)
    found = Counter(SOUGHT[key].protocol for (_, key, _), told in values.items() if told)
    for protocol in sorted(sums):
        print(f"{protocol:12} {found[protocol]:4} of {sums[protocol]:4}")
    missing = {path.parent.name for (path, _, _), told in values.items() if not told}
    assert missing == set(EXPLAINED)
    assert sum(sums.values()) > 700


def test_packets_of_lookups_are_those_that_others_name(compared):
    """Where a whole message is one datagram, both must name the same packet."""
    named = [
        one.packet in {number for each in told for number in each.packets}
        for _, one, told in compared
        if one.packet and one.key.startswith("dns.") and told and told[0].flow.transport == "udp"
    ]
    print(f"{sum(named)} of {len(named)} packets")
    assert len(named) > 50
    assert all(named)
