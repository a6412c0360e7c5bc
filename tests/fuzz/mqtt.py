"""MQTT (``wire/mqtt.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import mqtt
from tests.wire.services import mqtt_connect, mqtt_subscribe

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    mqtt_connect("lamp", version=5, user="anna", password="canary", will="a"),
    mqtt_connect("lamp", version=3),
    mqtt_subscribe("home/#", version=5),
)


def fuzz(data: bytes) -> None:
    """A header, and what stands behind it."""
    mqtt.begins_mqtt(data, b"")
    found = mqtt.decode_header(data)
    if found is None:
        return
    header, end = found
    if header.kind == mqtt.Kind.CONNECT:
        mqtt.decode_connect(data[end:])
    else:
        mqtt.decode_topics(data[end:], 5)
