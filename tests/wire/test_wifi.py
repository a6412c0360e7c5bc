"""802.11 management frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.wifi import Subtype, decode_management
from tests.wire.wifi_frames import element, management, simple_configuration


@pytest.mark.parametrize("subtype", list(Subtype))
@pytest.mark.parametrize("flags", [0, 0x80], ids=["plain", "high throughput"])
def test_the_network_is_found_behind_each_frames_fixed_part(subtype, flags):
    seen = decode_management(management(subtype, element(0, "Mottenhöhle".encode()), flags=flags))
    assert (seen.subtype, seen.network) == (subtype, "Mottenhöhle")


def test_a_device_may_say_its_make_and_model():
    said = simple_configuration((0x1021, b"Moth"), (0x1023, b"M-7"), (0x1011, b"Ada's moth"))
    seen = decode_management(management(4, element(0, b""), said))
    assert (seen.network, seen.maker, seen.model, seen.device_name) == (
        *("", "Moth", "M-7"),
        "Ada's moth",
    )


@pytest.mark.parametrize("network", [b"", bytes(8), b"x" * 33])
def test_hidden_and_impossible_networks_have_no_name(network):
    assert decode_management(management(4, element(0, network))).network == ""


@pytest.mark.parametrize(
    "frame",
    [management(4)[:23], management(4, flags=0x40), b"\x08" + management(4)[1:], management(12)],
    ids=["cut", "encrypted", "data", "other subtype"],
)
def test_other_frames_are_refused(frame):
    with pytest.raises(RemoteProtocolError):
        decode_management(frame)


@given(st.binary(max_size=200))
def test_foreign_elements_are_read_as_far_as_they_go(data):
    decode_management(management(4, data))
