"""Counting many packets at once, and which flows have to go."""

from __future__ import annotations

import numpy as np
import pytest

from peppermoth.monitor import ledger
from peppermoth.monitor.ledger import IDLE_CLOSED, IDLE_OTHERWISE, IDLE_SECONDS, Ledger
from peppermoth.monitor.observation import Endpoint, Flow, Place
from peppermoth.monitor.observe import Volume
from peppermoth.monitor.open_flow import OpenFlow


def add(book, number, transport="udp", time=0.0):
    ends = (Endpoint("192.168.7.20", 1), Endpoint("93.184.216.34", number))
    flow = OpenFlow(Flow(number, transport, *ends, device_is_client=True), Place(number, time))
    return book.add(flow), flow


def count(book, *packets):
    """Packets as direction, number, time, octets."""
    directions, numbers, times, octets = map(np.array, zip(*packets, strict=True))
    book.count(directions, numbers, times.astype(float), octets)


def test_packets_are_counted_by_side_and_span():
    book = Ledger()
    slot, flow = add(book, 1)
    there, back = 2 * slot, 2 * slot + 1
    count(book, (there, 1, 100.0, 60), (back, 2, 101.0, 1500), (back, 3, 112.0, 1400))
    summary = book.remove(slot, flow)
    assert summary.volume == Volume((1, 2), (60, 2900))
    assert summary.series == (
        (100.0, Volume((1, 1), (60, 1500))),
        (110.0, Volume((0, 1), (0, 1400))),
    )
    assert (summary.first, summary.last) == (Place(1, 0.0), Place(3, 112.0))


def test_many_flows_keep_apart_and_slots_are_used_again():
    book = Ledger()
    flows = [add(book, number) for number in range(3000)]
    assert len({slot for slot, _ in flows}) == 3000
    count(book, *((2 * slot, n, 1.0, n) for n, (slot, _) in enumerate(flows)))
    for number, (slot, flow) in enumerate(flows):
        assert book.remove(slot, flow).volume == Volume((1, 0), (number, 0))
    slot, flow = add(book, 1)
    assert book.remove(slot, flow).volume == Volume()


@pytest.mark.parametrize(
    ("transport", "closed", "patience"),
    [
        ("tcp", False, IDLE_SECONDS["tcp"]),
        ("tcp", True, IDLE_CLOSED),
        ("udp", False, IDLE_OTHERWISE),
    ],
)
def test_idle_flows_are_overdue(transport, closed, patience):
    book = Ledger()
    slot, flow = add(book, 1, transport)
    flow.closed = closed
    book.note(slot, flow)
    assert book.overdue(patience) == []
    assert book.overdue(patience + 1) == [slot]


def test_where_too_many_are_open_those_idle_for_longest_are_overdue(monkeypatch):
    monkeypatch.setattr(ledger, "MOST_OPEN", 10)
    book = Ledger()
    slots = [add(book, number, time=float(number))[0] for number in range(13)]
    assert book.overdue(13.0) == slots[:3]
