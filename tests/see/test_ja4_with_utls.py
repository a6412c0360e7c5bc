"""JA4 of captured hellos: what utls reads in a hello that tshark cuts out is what is told.

TLS over TCP in others' captures; the observers read the capture itself, so that putting
a hello together from segments and records is compared too.

The reader of utls is made for Chrome's hellos. In others it leaves three things of JA4's
description aside, which are compared with that description in ``tests/wire/test_ja4.py``:
it says ``d`` also where no server is named, knows TLS 1.2 and 1.3 only, and ends the list of
extensions with an underscore also where no signature algorithms follow. ``COMPARED`` says
for each of them in which hellos they do not matter.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import utls

from peppermoth.monitor.reading import read
from peppermoth.wire.hello import ClientHello, decode_client_hello
from tests.monitor.captures import hosts
from tests.peers import find
from tests.see.test_names_with_tshark import holding
from tests.wire.hellos import record

HELLOS = "tls.handshake.type == 1 and tcp"
SERVER_NAME, ALGORITHMS, VERSIONS = 0, 13, 43
TLS_1_2, TLS_1_3 = 0x0303, b"\x03\x04"

EXPLAINED = {
    "app-layer-protocol-negated-unknown-shortcircuit": "other bytes stand before the hello",
    "smtp-errors": "the server greets in clear at the port of TLS, before the hello",
    "tls-duplicate-hello": "a second hello in a connection that has said hello",
}
"""Captures in which a hello is not told, and why."""


def handshakes(value: Any) -> Iterator[bytes]:
    """Every handshake message in what tshark writes as JSON."""
    if isinstance(value, list):
        for one in value:
            yield from handshakes(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "tls.handshake_raw":
                for raw in one if isinstance(one[0], list) else [one]:
                    yield bytes.fromhex(raw[0])
            else:
                yield from handshakes(one)


def hellos(path: Path) -> list[bytes]:
    """The ClientHellos of a capture, whole, as tshark puts them together."""
    command = [find("tshark"), "-n", "-r", path, "-Y", HELLOS, "-T", "json", "-x", "-J", "tls"]
    command += ["--no-duplicate-keys"]
    output = subprocess.run(command, check=False, capture_output=True).stdout
    return [one for one in handshakes(json.loads(output or "[]")) if one[:1] == b"\x01"]


def compared(ja4: str, hello: ClientHello) -> str:
    """The JA4 of a hello without those of its parts that utls leaves simple."""
    transport, version, named, counts = ja4[0], ja4[1:3], ja4[3], ja4[4:10]
    _, ciphers, extensions = ja4.split("_")
    offered = hello.extension(VERSIONS)
    is_known = TLS_1_3 in offered if offered else hello.version == TLS_1_2
    parts = (
        version if is_known else "",
        named if hello.extension(SERVER_NAME) is not None else "",
        extensions if hello.extension(ALGORITHMS) is not None else "",
    )
    return " ".join((transport, counts, ciphers, *parts))


@pytest.mark.timeout(300)
def test_captured_hellos_have_the_name_that_utls_reads():
    whole, number, missing = set(), 0, {}
    for path in holding("tls"):
        everything = (one for host in hosts(path, 40) for one in read(str(path), host))
        told = {one.value for one in everything if one.kind == "device.ja4"}
        for message in hellos(path):
            hello = decode_client_hello(message)
            wanted = utls.Fingerprint.from_capture(record(22, message)).ja4_hash
            number += 1
            if wanted in told:
                whole.add(wanted)
            elif compared(wanted, hello) not in {compared(one, hello) for one in told}:
                missing[path.parent.name] = wanted
    print(f"{number} hellos, {len(whole)} names of them alike to the letter")
    assert number > 100
    assert len(whole) > 15
    assert missing.keys() == EXPLAINED.keys(), missing
