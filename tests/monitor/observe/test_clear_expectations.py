"""Expectations that others wrote for their captures: mail, web, files and desktops in clear.

Read from the ``test.yaml`` beside each capture. A value counts as found where what we
may show of it, masked, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from peppermoth.errors import CaptureError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.observe.web_facts import host_of, shown_target
from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES, shared_captures

KEYS = {
    "http.hostname": (("name.http", "name.proxy"), host_of),
    "http.url": (("content.http_request",), shown_target),
    "smtp.helo": (("identity.host_name",), masks.words),
    "smtp.mail_from": (("identity.mail_address",), masks.mail_address),
    "smtp.rcpt_to[0]": (("identity.contact",), masks.mail_address),
    "smtp.rcpt_to[1]": (("identity.contact",), masks.mail_address),
    "email.from": (("identity.mail_address", "identity.contact"), masks.mail_address),
    "email.to[0]": (("identity.mail_address", "identity.contact"), masks.mail_address),
    "ftp.command_data": (("content.file", "identity.user"), masks.words),
    "smb.filename": (("content.file",), masks.words),
    "smb.request.native_os": (("device.system",), masks.words),
    "rdp.cookie": (("identity.user",), masks.user),
    "rdp.client.client_name": (("identity.host_name",), masks.words),
}
"""Keys of expectations: the kinds that tell them, and how their values are masked."""

EXPLAINED = {
    "bug-3844": "a request of HTTP/0.9: five bytes that could be anything",
    "bug-4702-01": "a request of HTTP/0.9: five bytes that could be anything",
    "security-4710-01": "data after a reset, to which its receiver does not listen",
    "security-4710-02": "data after a reset, to which its receiver does not listen",
}
"""Captures in which something expected is not told, and why."""

_KEY = re.compile(r"^ +([\w.\[\]]+): *(.+?) *$")


def expected(test: Path) -> Iterator[tuple[str, str]]:
    """Keys and values of the filters that want at least one event."""
    for block in re.split(r"^ *- *filter:", test.read_text(), flags=re.MULTILINE)[1:]:
        if "lt-version" in block or not re.search(r"count: *[1-9]", block):
            continue
        for line in block.splitlines():
            found = _KEY.match(line)
            if found and found[1] in KEYS:
                yield found[1], found[2].strip("'\"").replace("\\\\", "\\")


def observations(path: Path) -> list[Observation]:
    """What is told of a capture; where the device is not clear, of each that is named."""
    try:
        return list(read(str(path)))
    except CaptureError as error:
        named = re.findall(r"([0-9a-f.:]+) \(\d+ packets\)", str(error))
        return [one for name in named for one in read(str(path), name)]


def test_what_others_expect_of_clear_protocols_is_told():
    wanted, missing = 0, {}
    for path in shared_captures():
        test = path.parent / "test.yaml"
        if not path.is_relative_to(CAPTURES / "suricata-verify") or not test.exists():
            continue
        expectations = set(expected(test))
        if not expectations:
            continue
        told = observations(path)
        for key, value in sorted(expectations):
            kinds, mask = KEYS[key]
            shown = mask(value)
            wanted += 1
            if not any(
                one.kind in kinds and (one.value == shown or one.value.endswith(f" {shown}"))
                for one in told
            ):
                missing.setdefault(path.parent.name, []).append(key)
    unexplained = {name: keys for name, keys in missing.items() if name not in EXPLAINED}
    assert not unexplained
    assert set(missing) == set(EXPLAINED)
    assert wanted > 150
