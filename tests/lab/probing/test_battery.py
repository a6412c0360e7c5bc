"""The battery's rows are complete and none hides another."""

from __future__ import annotations

from peppermoth.lab.probing.battery import (
    FLIGHT,
    HANDSHAKES,
    HTTP_1,
    HTTP_2,
    LAST_GET,
    PLAIN,
    PROBES,
)
from peppermoth.wire.hello import first_client_hello
from peppermoth.wire.http import decode_head


def test_no_name_stands_in_two_groups():
    assert len(PROBES) == sum(map(len, (HTTP_1, HTTP_2, HANDSHAKES, PLAIN))) > 140


def test_what_goes_out_in_clear_has_no_hello_and_what_goes_out_in_tls_has_one():
    assert not [name for name, probe in PLAIN.items() if probe.hello]
    assert not [name for name, probe in {**HTTP_1, **HTTP_2}.items() if not probe.hello]


def test_the_hello_and_the_request_that_others_are_made_from_are_sound():
    assert first_client_hello(FLIGHT).server_name == "localhost"
    head, end = decode_head(LAST_GET)
    assert (head.line.method, head.field("host")) == ("GET", "localhost")
    assert end == len(LAST_GET)
