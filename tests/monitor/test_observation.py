"""The values that pass from parsing to meaning."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observation import (
    Certainty,
    Endpoint,
    Flow,
    Observation,
    Speaker,
    hidden,
    said,
)


@pytest.mark.parametrize("device_is_client", [True, False])
def test_a_flow_knows_which_end_is_the_device(device_is_client: bool):
    flow = Flow(1, "tcp", Endpoint("192.0.2.1", 5), Endpoint("192.0.2.2", 443), device_is_client)
    assert flow.is_device(Speaker.CLIENT) is device_is_client
    assert flow.is_device(Speaker.SERVER) is not device_is_client


def test_a_secret_is_only_told_by_its_kind_and_length():
    assert hidden("password", "hunter2") == "password, 7 characters"
    assert hidden("key", b"x") == "key, 1 character"


def test_details_are_shared_by_nobody_and_changed_by_nobody():
    made = Observation("name.sni", "a", None, (1,), 0.0, "", Certainty.SEEN, "tls.sni")
    with pytest.raises(TypeError):
        made.details["x"] = "y"  # type: ignore[index]


def test_details_that_are_empty_are_not_said_and_from_is_a_word():
    assert said({"from_": "mDNS", "user": "", "host": "a"}) == {"from": "mDNS", "host": "a"}
    assert said({"from_": ""}) == {}
