"""Evidence: the last packet that an observation names is the one in which tshark is done too."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES, hosts, shared_captures
from tests.needs import need
from tests.peers import find

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


def packets_of_tshark(path: Path, field: str) -> set[int]:
    """The packets in which tshark has a field."""
    command = [find("tshark"), "-n", "-r", path, "-Y", field, "-T", "fields", "-e", "frame.number"]
    output = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return {int(number) for number in output.split()}
