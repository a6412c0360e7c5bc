"""Numbers of subscribers in signalling: told, and never whole."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.subscriber import Gtp
from tests.monitor.observe.feeding import a_flow, c, everything, facts, listen, s
from tests.wire.test_gtp import IMEI, IMSI, PHONE, version1, version2


@pytest.mark.parametrize("message", [version1(), version2()], ids=["version 1", "version 2"])
@pytest.mark.parametrize("says", [c, s])
def test_numbers_are_told_by_their_last_digits(message, says):
    told = listen(Gtp(a_flow(2123, "udp")), [says(message), says(message)])
    assert facts(told) == [
        ("identity.subscriber", "…10"),
        ("identity.subscriber", "…18"),
        ("identity.phone", "…42"),
    ]
    assert [one.details.get("what") for one in told] == ["IMSI", "IMEI", None]
    for number in (IMSI, IMEI, PHONE):
        assert number not in everything(told)


def test_other_datagrams_tell_nothing():
    assert not listen(Gtp(a_flow(2123, "udp")), [c(b"moth" * 10)])
