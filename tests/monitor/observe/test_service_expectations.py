"""Captures of others: values that their ``test.yaml`` expects, packets that tshark names.

Things, directories, databases and calls. A value counts as found where what we may show
of it, masked, is told. Of packets: the last one that an observation names must be the
one in which tshark sees the field complete.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from peppermoth.errors import CaptureError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES, shared_captures
from tests.needs import need
from tests.peers import find


def anything(text: str) -> str:
    """What is told of a value that is hidden altogether."""
    return ""


def principal(text: str) -> str:
    """A person's name is masked, a machine's account is its host's name."""
    return masks.words(text.rstrip("$")) if text.endswith("$") else masks.user(text)


KEYS = {
    "mqtt.connect.client_id": (("identity.host_name",), masks.words),
    "mqtt.connect.username": (("identity.user",), masks.user),
    "mqtt.connect.password": (("secret.password",), anything),
    "mqtt.connect.will.topic": (("content.topic",), masks.words),
    "mqtt.publish.topic": (("content.topic",), masks.words),
    "krb5.cname": (("identity.user", "identity.host_name"), principal),
    "krb5.sname": (("name.local",), masks.words),
    "pgsql.request.startup_parameters.user": (("identity.user",), masks.user),
    "pgsql.request.simple_query": (("content.database",), anything),
    "snmp.community": (("secret.token",), anything),
    "snmp.usm": (("identity.user",), masks.user),
}
"""Keys of expectations: the kinds that tell them, and how their values are masked."""

TICKET_OFFICE = "krbtgt/"
"""Every ticket begins there, so that it is not told."""

NOBODY = "<empty>"
"""What stands where a message names no client."""

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

_KEY = re.compile(r"^ +([\w.\[\]]+): *(.+?) *$")


def expected(test: Path) -> Iterator[tuple[str, str]]:
    """Keys and values of the filters that want at least one event."""
    for block in re.split(r"^ *- *filter:", test.read_text(), flags=re.MULTILINE)[1:]:
        if "lt-version" in block or not re.search(r"count: *[1-9]", block):
            continue
        for line in block.splitlines():
            found = _KEY.match(line)
            if found and found[1] in KEYS and (value := found[2].strip("'\"")):
                yield found[1], value


def observations(path: Path) -> list[Observation]:
    """What is told of a capture; where the device is not clear, of each that is named."""
    try:
        return list(read(str(path)))
    except CaptureError as error:
        named = re.findall(r"([0-9a-f.:]+) \(\d+ packets\)", str(error))
        return [one for name in named for one in read(str(path), name)]


def test_what_others_expect_of_these_protocols_is_told():
    wanted, missing = 0, []
    for path in shared_captures():
        test = path.parent / "test.yaml"
        expectations = set(expected(test)) if test.exists() else set()
        told = observations(path) if expectations else []
        for key, value in sorted(expectations):
            if value.startswith((TICKET_OFFICE, NOBODY)):
                continue
            kinds, mask = KEYS[key]
            shown = mask(value)
            wanted += 1
            if not any(one.kind in kinds and shown in ("", one.value) for one in told):
                missing.append((path.parent.name, key))
    assert not missing
    assert wanted > 120


@pytest.mark.parametrize("name", COMPARED)
def test_packets_are_those_that_tshark_names(name):
    found = [path for path in shared_captures() if path.parent.name == name]
    (path,) = need(found, f"the capture {name}", f"put it into {CAPTURES.name}/")
    told = [one for one in observations(path) if one.packets]
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
