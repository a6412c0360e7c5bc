"""NTP packets."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ntp import CLIENT, SERVER, Packet, begins_ntp, decode_ntp
from tests.wire.services import ntp

ASKS = ntp(3)
ANSWER = ntp(4, stratum=2, reference=bytes((192, 0, 2, 9)))


def test_questions_and_answers_are_read():
    assert decode_ntp(ASKS) == Packet(4, CLIENT, 0, "")
    assert decode_ntp(ANSWER) == Packet(4, SERVER, 2, "192.0.2.9")
    assert decode_ntp(ntp(4, stratum=1, reference=b"GPS\0")).reference == "GPS"


def test_packets_with_extensions_are_read():
    assert decode_ntp(ASKS + bytes(20)).mode == CLIENT


@pytest.mark.parametrize("wrong", [b"", ASKS[:47], ntp(6), ntp(3, version=0), ntp(5)])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_ntp(wrong)
    assert not begins_ntp(wrong, b"")


def test_flows_are_recognised_by_direction():
    assert begins_ntp(ASKS, b"")
    assert begins_ntp(ASKS, ANSWER)
    assert not begins_ntp(ANSWER, ASKS)
    assert not begins_ntp(b"", b"")
