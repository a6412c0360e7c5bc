"""A helpline's copy beside one's own report: nothing that was captured is in it.

The report of a recording that holds everything is written as JSON, as a page of one's own
and as a copy for a helpline in every language. Whatever the JSON holds of the recording is
looked for in the whole copy: names, addresses, numbers, times, fingerprints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from peppermoth.exposure.languages import LANGUAGES
from tests.monitor.frames import BEGIN, DEVICE
from tests.see import conversations
from tests.see.command import Command

OUR_WORDS = {
    *("format", "program", "kind", "certainty", "rule", "severity", "field", "fields"),
    *("version", "counts", "error", "filter", "packet", "packets", "count", "number", "distinct"),
    *("protocol", "transport", "outer", "opened", "through", "type", "alpn", "status"),
    *("from", "what", "where", "role", "doing", "ways", "sealed", "resumption", "system"),
}
"""Keys of the JSON whose values are words of ours or of a standard, or numbers of packets."""

MAY_REMAIN = {
    **dict.fromkeys(
        ("IPsec (ESP)", "IPsec (IKEv1)", "L2TP", "OpenVPN", "PPTP", "WireGuard"),
        "the kind of a tunnel, which whoever helps must know",
    ),
    **dict.fromkeys(
        ("rdp", "rlogin", "telnet", "data"), "the beginning of a field's name in Wireshark"
    ),
    "circumvention": "the name of a rule, which is that of a kind of service too",
    "BitTorrent": "the sentence on file sharing names it, whoever shares",
    "Windows": "the steps name every system",
    "en": "the page's own language",
}
"""Values that are in a copy though they are in the recording too, and why."""

LONG = 5
"""Characters from which a value is found in the middle of a word too."""


class Written(NamedTuple):
    """What a run wrote."""

    document: dict[str, Any]
    own: str
    copy: str


def written(command: Command, language: str) -> Written:
    """See the recording that holds everything."""
    path = command.folder / "capture.pcapng"
    path.write_bytes(conversations.capture())
    files = ("--json", "report.json", "--html", "own.html", "--helpline", "copy.html")
    ran = command("see", path, "--device", DEVICE, "--lang", language, *files)
    assert ran.returncode == 0, ran.stderr
    texts = ((command.folder / name).read_text("utf-8") for name in files[1::2])
    document, own, copy = texts
    return Written(json.loads(document), own, copy)


def captured(value: Any, key: str = "") -> Iterator[str]:
    """Every value of the document that comes from the recording."""
    if key in OUR_WORDS or value is None or isinstance(value, bool) or value == "":
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from captured(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from captured(inner, key)
    elif not (text := str(value)).isdigit() or len(text) >= LONG:  # others count something
        yield text


def is_in(value: str, page: str) -> bool:
    """Whether a page holds a value; a short one as a word of its own."""
    if len(value) >= LONG:
        return value.lower() in page.lower()
    return re.search(rf"(?<![\w.:-]){re.escape(value)}(?![\w.:-])", page) is not None


def moments() -> list[str]:
    """When it was recorded, in the ways in which a page may say it."""
    begin = datetime.fromtimestamp(BEGIN, UTC)
    return [f"{BEGIN:.0f}", f"{begin:%Y-%m-%d}", f"{begin:%H:%M}", f"{begin:%d.%m.%Y}"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Written]:
    """What was written in each language."""
    return {tag: written(Command.in_(tmp_path_factory.mktemp(tag)), tag) for tag in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_was_captured_is_in_a_copy(runs, language):
    document, own, copy = runs[language]
    values = {*captured(document), *moments()}
    assert sum(is_in(value, own) for value in values) > 100, "a search does find"
    assert {value for value in values if is_in(value, copy)} <= set(MAY_REMAIN)


def test_every_reason_is_needed(runs):
    found = {value for run in runs.values() for value in captured(run.document)}
    assert {value for value in found if any(is_in(value, run.copy) for run in runs.values())} == {
        *MAY_REMAIN
    }


def test_the_recording_holds_all_that_could_tell_who_somebody_is(runs):
    document = runs["en"].document
    kinds = {one["kind"] for one in document["observations"]}
    assert kinds >= {
        *("identity.user", "identity.mail_address", "identity.phone", "identity.contact"),
        *("identity.host_name", "identity.mac", "identity.wifi", "identity.subscriber"),
        *("content.location", "name.dns", "name.sni", "name.local", "device.ja4"),
    }
    assert {DEVICE, document["recording"]["digest"], "Moth Cafe"} <= set(captured(document))
