from __future__ import annotations

import pytest
import utls

from peppermoth.monitor.observe.hellos import PROGRAMS, server_name, version_text
from peppermoth.wire.hello import decode_client_hello, first_client_hello
from peppermoth.wire.ja4 import ja4
from tests.wire import hellos


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0x0304, "TLS 1.3"),
        (0x0301, "TLS 1.0"),
        (0x7F1C, "TLS 1.3 draft 28"),
        (0xFEFC, "DTLS 1.3"),
        (0x1234, "0x1234"),
    ],
)
def test_versions_are_told_in_words(number, text):
    assert version_text(number) == text


@pytest.mark.parametrize(
    ("said", "told"), [(b"Moth.Example", "moth.example"), (b"moth.example.", "moth.example")]
)
def test_a_name_is_told_in_lower_case_without_a_last_dot(said, told):
    hello = decode_client_hello(hellos.client_hello([hellos.server_name(said)]))
    assert server_name(hello) == told


def test_a_hello_without_name_has_none():
    assert server_name(decode_client_hello(hellos.client_hello([]))) == ""


@pytest.mark.parametrize("preset", utls.presets())
def test_every_chrome_that_can_be_measured_is_known(preset):
    assert PROGRAMS[ja4(first_client_hello(hellos.chrome_flight(preset)))] == "Chrome"
