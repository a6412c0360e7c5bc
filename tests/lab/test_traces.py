"""Flows as detectors get them."""

from __future__ import annotations

import numpy as np

from peppermoth.lab.traces import Trace
from peppermoth.monitor.observation import Endpoint


def test_packets_without_payload_are_kept_but_are_no_data():
    sizes = np.array([0, 517, 0, -1200], np.int32)
    numbers = np.zeros(4, np.uint32)
    end = Endpoint("192.0.2.1", 443)
    trace = Trace(
        "tcp", end, end, 0.0, np.arange(4.0), sizes, np.zeros(4, np.uint8), numbers, numbers,
        b"", b"", b"",
    )  # fmt: skip
    assert trace.data.tolist() == [False, True, False, True]
