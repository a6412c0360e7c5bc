"""Evidence: tshark knows every field, and is done with a fact in the packet that is named last."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES, hosts, shared_captures
from tests.monitor.frames import DEVICE
from tests.needs import need
from tests.peers import find
from tests.see import conversations
from tests.see.witness import known

FIELDS = {
    "mqtt/identity.host_name": "mqtt.clientid",
    "mqtt/secret.password": "mqtt.passwd",
    "mqtt/content.topic": "mqtt.topic",
    "postgresql/content.database": "pgsql.query",
    "postgresql/secret.hash": "pgsql.password or pgsql.auth.sasl.data",
    "kerberos/name.local": "kerberos.SNameString",
    "sip/identity.phone": "sip.from.addr",
}
"""Facts, by protocol and kind, and the fields in which tshark has them."""

COMPARED = (
    "mqtt5-pub-userpass",
    "mqtt31-sub-userpass",
    "pgsql-simple-query-rollback",
    "pgsql-ssl-rejected-md5-auth-simple-query",
    "krb5-request-frag-log",
    "sip-tcp-method",
)
"""Captures whose packets are compared."""


@pytest.mark.parametrize("name", COMPARED)
def test_packets_are_those_that_tshark_names(name):
    found = [path for path in shared_captures() if path.parent.name == name]
    (path,) = need(found, f"the capture {name}", f"put it into {CAPTURES.name}/")
    told = [one for host in hosts(path) for one in read(str(path), host) if one.packets]
    compared = 0
    for fact, field in FIELDS.items():
        protocol, kind = fact.split("/")
        mine = {
            one.packets[-1]
            for one in told
            if one.kind == kind and one.rule.startswith(f"{protocol}.")
        }
        if mine:
            compared += 1
            assert mine <= packets_of_tshark(path, field)
    assert compared


def test_every_field_that_is_named_is_one_of_wireshark_s(tmp_path):
    path = tmp_path / "capture.pcapng"
    path.write_bytes(conversations.capture())
    fields = {one.field for one in read(str(path), DEVICE)}
    assert len(fields) > 100
    assert not fields - known()


def packets_of_tshark(path: Path, field: str) -> set[int]:
    """The packets in which tshark has a field."""
    command = [find("tshark"), "-n", "-r", path, "-Y", field, "-T", "fields", "-e", "frame.number"]
    output = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return {int(number) for number in output.split()}
