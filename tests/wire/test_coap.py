"""CoAP requests."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.coap import Request, decode_coap
from tests.wire.services import coap


def test_a_request_has_method_host_path_and_query():
    data = coap(
        2, (3, "lamp.example"), (11, "sensors"), (11, "x" * 20), (15, "a=1"), (15, "b=2"),
        payload=b"canary",
    )  # fmt: skip
    assert decode_coap(data) == Request("POST", "lamp.example", "/sensors/" + "x" * 20, "a=1&b=2")


def test_long_options_and_far_numbers_are_read():
    data = coap(1, (11, "y" * 300), (300, "z"))
    assert decode_coap(data).path == "/" + "y" * 300


def test_an_answer_has_no_method():
    assert decode_coap(coap(69)).method == ""


@pytest.mark.parametrize("wrong", [b"", b"\x42", b"\x80\1\0\0", b"\x49\1\0\0", coap(1)[:5],
                                   coap(1, (11, "abc"))[:-1], coap(1) + b"\xf0"])  # fmt: skip
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_coap(wrong)
