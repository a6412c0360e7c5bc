"""Names in DNS, TLS, DTLS, QUIC and HTTP: all that tshark finds is found, on others' captures.

A quarter of the captures is read; all of them where ``PEPPERMOTH_ALL_CAPTURES`` is set.
"""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict

from peppermoth.monitor.observe.web_request import host_of
from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES, shared_captures
from tests.peers import find

FIELDS = [
    "ip.src",
    "ipv6.src",
    "ip.dst",
    "ipv6.dst",
    "dns.flags.response",
    "dns.qry.name",
    "quic.version",
    "tls.handshake.extensions_server_name",
    "dtls.handshake.extensions_server_name",
    "http.host",
    "http2.headers.authority",
    "udp.dstport",
]

HELD = {"dns", "mdns", "llmnr", "tls", "dtls", "quic", "http", "http2"}
"""Protocols of the index by which captures are chosen."""

EVERY = 1 if os.environ.get("PEPPERMOTH_ALL_CAPTURES") else 4
"""Of captures without QUIC so many are passed over, so that the test stays short."""

KINDS = {
    "name.dns": "dns",
    "name.local": "dns",
    "name.sni": "hello",
    "name.encrypted_hello": "hello",
    "name.quic": "quic",
    "name.http": "http",
    "name.proxy": "http",
}

EXPLAINED = {
    "bug-5437-01": "an attack whose request line has spaces within",
    "bug-5437-02": "an attack whose request line has spaces within",
    "detect-bytetest-03": "the root, which tshark writes as <Root>",
    "dns-answer-emptydata": "an update, whose zone is no name that was asked for",
}
"""Captures in which tshark finds more, and why."""


def holding(*protocols):
    """Captures with one of these protocols, each content once."""
    index = CAPTURES / "suricata-verify" / "INDEX.tsv"
    rows = [line.split("\t") for line in index.read_text().splitlines()[1:]]
    held = {index.parent / row[0]: set(row[4].split()) for row in rows}
    return [path for path in shared_captures() if not held.get(path, set()).isdisjoint(protocols)]


def chosen():
    """Captures with one of the protocols that are compared."""
    quic = holding("quic")
    return quic + [path for path in holding(*HELD) if path not in quic][::EVERY]


def names_of_tshark(tshark, path):
    """For each host the names that it asked for or said hello to."""
    display = " or ".join(["dns", *FIELDS[7:11]])
    command = [tshark, "-n", "-r", str(path), "-Y", display, "-T", "fields", "-E", "separator=/t"]
    command += ["-E", "aggregator=|", *(part for field in FIELDS for part in ("-e", field))]
    output = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    found = defaultdict(set)
    for line in output.splitlines():
        values = dict(zip(FIELDS, (text.split("|") for text in line.split("\t")), strict=True))
        source, target = (
            [ip for ip in values[f"ip.{end}"] + values[f"ipv6.{end}"] if ip][-1]
            for end in ("src", "dst")
        )
        is_answer = values["dns.flags.response"][-1] in ("1", "True")
        asked = found[target if is_answer else source]
        asked.update(("dns", name.lower()) for name in values["dns.qry.name"] if name)
        transport = "quic" if any(values["quic.version"]) else "hello"
        for field in FIELDS[7:9]:
            found[source].update((transport, name.lower()) for name in values[field] if name)
        if not any(values["udp.dstport"]):  # SSDP asks groups of the local network
            hosts = values["http.host"] + values["http2.headers.authority"]
            found[source].update(("http", host_of(name)) for name in hosts if name)
    return found


def test_every_name_that_tshark_finds_is_found():
    tshark = find("tshark")
    missed, counts = set(), defaultdict(int)
    for path in chosen():
        for host, names in names_of_tshark(tshark, path).items():
            told = {
                (KINDS[one.kind], one.value.lower())
                for one in read(str(path), host)
                if one.kind in KINDS
            }
            for kind, _ in names:
                counts[kind] += 1
            if names - told:
                missed.add(path.parent.name)
    assert min(counts[kind] for kind in ("dns", "hello", "quic", "http")) >= 5
    print(dict(counts))
    assert not missed - set(EXPLAINED), missed - set(EXPLAINED)
