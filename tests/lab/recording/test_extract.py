"""From captures to traces: sizes, times, flags, first bytes; whoever is who."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import CaptureError
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.traces import KEPT, Label
from peppermoth.monitor.open_flow import ACK, SYN
from tests.lab.recording.captured import write
from tests.lab.world.frames import syn, tcp, udp

HELLO = [
    (10.0, syn()),
    (10.1, tcp(up=False, flags=SYN | ACK, sequence=1999, acknowledged=1000)),
    (10.2, tcp()),
    (10.3, tcp(b"question", sequence=1000)),
    (10.4, tcp(b"an answer", up=False, sequence=2000, acknowledged=1008)),
]


def test_a_connection_is_told_as_it_was(tmp_path: Path) -> None:
    (trace,) = traces_of(write(tmp_path / "a.pcap", HELLO))
    assert (trace.transport, trace.client.port, trace.server.port) == ("tcp", 40000, 443)
    assert (trace.client.ip, trace.server.ip) == ("10.77.1.2", "10.77.4.2")
    assert trace.sizes.tolist() == [0, 0, 0, 8, -9]
    assert trace.times.tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=1e-6)
    assert trace.flags.tolist()[:2] == [SYN, SYN | ACK]
    assert trace.sequences.tolist()[-1] == 2000
    assert trace.acknowledgements.tolist()[-1] == 1008
    assert (trace.first, trace.said, trace.answered) == (b"question", b"question", b"an answer")
    assert trace.begun == pytest.approx(10.0)
    assert trace.label is None


def test_packets_are_in_the_order_of_their_times(tmp_path: Path) -> None:
    straight = traces_of(write(tmp_path / "a.pcap", HELLO))[0]
    mixed = traces_of(write(tmp_path / "b.pcap", [HELLO[0], *reversed(HELLO[1:])]))[0]
    assert mixed.times.tolist() == straight.times.tolist()
    assert mixed.sizes.tolist() == straight.sizes.tolist()


@given(st.permutations(range(6)))
def test_what_is_said_is_put_together_however_it_comes(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    pieces = [bytes([65 + n]) * 10 for n in range(6)]
    said = [(2.0 + k, tcp(pieces[n], sequence=1000 + 10 * n)) for k, n in enumerate(order)]
    path = tmp_path_factory.mktemp("order") / "a.pcap"
    (trace,) = traces_of(write(path, [(1.0, syn()), *said]))
    assert trace.said == b"".join(pieces)
    assert trace.first == pieces[order[0]]


def test_only_the_beginning_is_kept(tmp_path: Path) -> None:
    said = [(1 + n, tcp(bytes(1400), sequence=1000 + 1400 * n)) for n in range(20)]
    (trace,) = traces_of(write(tmp_path / "a.pcap", [(0.5, syn()), *said]))
    assert len(trace.said) == KEPT
    assert int(trace.sizes.sum()) == 20 * 1400


def test_nothing_is_kept_behind_a_gap(tmp_path: Path) -> None:
    frames = [(0.5, syn()), (1.0, tcp(b"one", sequence=1000))]
    frames += [(2.0 + n, tcp(bytes(1400), sequence=1010 + 1400 * n)) for n in range(110)]
    (trace,) = traces_of(write(tmp_path / "a.pcap", frames))
    assert trace.said == b"one"


def test_a_new_connection_on_the_same_ports_is_another_flow(tmp_path: Path) -> None:
    again = [
        (20.0, tcp(flags=SYN, sequence=7_000_000)),
        (20.1, tcp(b"other", sequence=7_000_001)),
    ]
    first, second = traces_of(write(tmp_path / "a.pcap", [*HELLO, *again]))
    assert first.said == b"question"
    assert second.said == b"other"
    assert second.sizes.tolist() == [0, 5]


def test_a_repeated_syn_opens_nothing_new(tmp_path: Path) -> None:
    (trace,) = traces_of(write(tmp_path / "a.pcap", [(9.0, syn()), *HELLO]))
    assert len(trace.times) == len(HELLO) + 1
    assert trace.said == b"question"


def test_datagrams_have_their_asker_for_client(tmp_path: Path) -> None:
    frames = [(1.0, udp(b"who?")), (1.5, udp(b"a moth", up=False))]
    (trace,) = traces_of(write(tmp_path / "a.pcap", frames))
    assert (trace.transport, trace.server.port) == ("udp", 53)
    assert trace.sizes.tolist() == [4, -6]
    assert (trace.first, trace.answered) == (b"who?", b"a moth")


def test_a_label_is_put_on_every_flow(tmp_path: Path) -> None:
    label = Label("elsewhere", "captured", "", 0, 0, tunnelled=True)
    found = traces_of(write(tmp_path / "a.pcap", [*HELLO, (30.0, udp(b"x"))]), label)
    assert [trace.label for trace in found] == [label, label]


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("not a capture")
    with pytest.raises(CaptureError):
        traces_of(path)


def test_a_capture_in_which_nobody_speaks_has_no_flows(tmp_path: Path) -> None:
    arp = b"\xff" * 6 + bytes(6) + b"\x08\x06" + bytes(28)
    assert traces_of(write(tmp_path / "a.pcap", [(1.0, arp)])) == []
