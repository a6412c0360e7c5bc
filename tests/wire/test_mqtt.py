"""MQTT packets of its three versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import mqtt
from tests.wire.services import mqtt as packet
from tests.wire.services import mqtt_connect, mqtt_subscribe


def body(data):
    header, end = mqtt.decode_header(data)
    assert header.length == len(data) - end
    return data[end:]


@pytest.mark.parametrize("version", [3, 4, 5])
def test_a_client_introduces_itself(version):
    data = mqtt_connect("lamp", version=version, user="anna", password="canary", will="home/lamp")
    assert mqtt.decode_connect(body(data)) == mqtt.Connect(
        version, "lamp", "anna", b"canary", "home/lamp"
    )
    assert mqtt.begins_mqtt(data[:12], b"")


def test_a_client_may_have_neither_user_nor_password():
    assert mqtt.decode_connect(body(mqtt_connect(""))) == mqtt.Connect(4, "", "", None)


@pytest.mark.parametrize("version", [4, 5])
def test_topics_that_are_followed_are_listed(version):
    data = mqtt_subscribe("home/#", "phones/anna", version=version)
    assert mqtt.decode_topics(body(data), version) == ("home/#", "phones/anna")


@pytest.mark.parametrize(
    ("wire", "length"), [("1000", 0), ("107f", 127), ("108001", 128), ("10ffffff7f", 268_435_455)]
)
def test_lengths_have_the_form_of_the_standard(wire, length):
    data = bytes.fromhex(wire)
    assert mqtt.decode_header(data + b"rest") == (mqtt.Header(1, 0, length), len(data))
    for end in range(len(data)):
        assert mqtt.decode_header(data[:end]) is None


@pytest.mark.parametrize("wrong", ["0000", "10ffffffff", "10ffffffff7f"])
def test_broken_headers_are_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        mqtt.decode_header(bytes.fromhex(wrong))


@given(st.integers(1, 40))
def test_a_connect_that_is_cut_is_refused(less):
    data = body(mqtt_connect("lamp", version=5, user="anna", password="canary"))
    with pytest.raises(RemoteProtocolError):
        mqtt.decode_connect(data[: max(len(data) - less, 0)])


@pytest.mark.parametrize(
    "wrong", [b"", b"\x10", b"\x10\xff\xff\xff\xff", b"GET / HTTP/1.1", packet(0x20, b"\0\0")]
)
def test_other_flows_are_not_recognised(wrong):
    assert not mqtt.begins_mqtt(wrong, b"")
