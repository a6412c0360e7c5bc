"""What counting alone tells, however well the content is hidden: presence, calls, services.

Presence: spans in which the device sent anything; pauses of more than ``PAUSE`` seconds
part them. A call: for more than ``SHORTEST_CALL`` seconds both sides send small packets
at an even rate, as voices do. A service: somebody else opened a connection to the device
and was answered with more than TCP's own packets. Tunnels that hide nothing (Teredo,
6in4) show around the flows inside them.

Bounded: presence keeps as many spans as there are pauses, at most ``MOST_SPANS``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from peppermoth.monitor.observation import Certainty, Observation, Place, Speaker
from peppermoth.monitor.observe import FlowSummary, Volume

PAUSE: Final = 15 * 60.0
SHORTEST_CALL: Final = 30.0
MOST_SPANS: Final = 4096

_CALLS_IN: Final = frozenset(
    {"", "dtls", "esp", "ike", "openvpn", "openvpn-tcp", "quic", "stun", "tls", "wireguard"}
)
"""Rows of the table whose flows may hide a call; the empty one is unknown traffic."""

_RATES: Final = (8.0, 120.0)
"""Packets a second of each side."""

_SIZES: Final = {"tcp": (90.0, 420.0)}
_OTHER_SIZES: Final = (60.0, 420.0)
"""Bytes of a packet on the mean, IP header included: more than an acknowledgement, less than a
film's."""

_UNEVEN: Final = 0.3
"""The most that rates may vary: their deviation over their mean."""

_OPEN_TUNNELS: Final = {"teredo": "Teredo", "6in4": "6in4", "ah": "IPsec (AH)"}


@dataclass(slots=True)
class _Span:
    """The device was active from ``begin`` to ``end``; the packets at both ends, if known."""

    begin: float
    end: float
    packets: tuple[int, ...]

    def widen(self, other: _Span) -> None:
        """Take in another span."""
        if other.begin < self.begin:
            self.begin = other.begin
        if other.end > self.end:
            self.end = other.end
        if other.packets:
            first = min(self.packets + other.packets)
            last = max(self.packets + other.packets)
            self.packets = (first, last) if first != last else (first,)


class Presence:
    """When the device was in use."""

    def __init__(self) -> None:
        self._spans: list[_Span] = []

    def receive(self, summary: FlowSummary) -> Iterable[Observation]:
        """Note when the device sent something in a flow."""
        device = Speaker.CLIENT if summary.flow.device_is_client else Speaker.SERVER
        first, last = summary.first, summary.last
        for begin, volume in summary.series if last.time else ():  # without times, nobody knows
            if volume.packets[device]:
                begin, end = max(begin, first.time), min(begin + summary.step, last.time)
                packets = sorted({one.packet for one in (first, last) if begin <= one.time <= end})
                self._add(_Span(begin, max(begin, end), tuple(packets)))
        return ()

    def end(self) -> Iterable[Observation]:
        """Tell every span."""
        for span in self._spans:
            yield Observation(
                "use.presence",
                f"{span.begin:.0f} {span.end:.0f}",
                None,
                span.packets,
                span.begin,
                "frame.time",
                Certainty.LIKELY,
                "shape.presence",
            )

    def _add(self, span: _Span) -> None:
        """Join a span with those from which no long pause parts it."""
        spans = self._spans
        start = bisect_left(spans, span.begin - PAUSE, key=lambda known: known.end)
        end = start
        while end < len(spans) and spans[end].begin <= span.end + PAUSE:
            end += 1
        if start < end:
            for known in spans[start + 1 : end]:
                spans[start].widen(known)
            spans[start].widen(span)
            del spans[start + 1 : end]
        elif len(spans) < MOST_SPANS:
            spans.insert(start, span)


class Calls:
    """Flows that look like a call."""

    def receive(self, summary: FlowSummary) -> Iterable[Observation]:
        """Whether a flow has a call's rhythm for long enough."""
        flow = summary.flow
        if summary.protocol not in _CALLS_IN or flow.transport not in ("tcp", "udp"):
            return ()
        steady = list(_longest_steady(summary))
        seconds = len(steady) * summary.step
        if seconds <= SHORTEST_CALL:
            return ()
        device = 0 if flow.device_is_client else 1
        sent, received = (
            sum(volume.octets[side] for _, volume in steady) for side in (device, 1 - device)
        )
        return (
            _told(
                "use.call_shape",
                str(seconds),
                summary,
                Certainty.POSSIBLE,
                sent=str(sent),
                received=str(received),
            ),
        )

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()


def _longest_steady(summary: FlowSummary) -> list[tuple[float, Volume]]:
    """The longest run of whole spans, one behind the other, at an even rate."""
    longest: list[tuple[float, Volume]] = []
    for run in _runs(summary):
        counts = [[volume.packets[side] for _, volume in run] for side in (0, 1)]
        if all(map(_is_even, counts)) and len(run) > len(longest):
            longest = run
    return longest


def _is_even(counts: list[int]) -> bool:
    """Whether the counts deviate little from their mean."""
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / len(counts)
    return variance <= (_UNEVEN * mean) ** 2


def _runs(summary: FlowSummary) -> Iterator[list[tuple[float, Volume]]]:
    """Runs of spans in which both sides send as in a call; cut ones at the ends are left out."""
    run: list[tuple[float, Volume]] = []
    for begin, volume in summary.series:
        whole = summary.first.time <= begin and begin + summary.step <= summary.last.time
        follows = not run or begin == run[-1][0] + summary.step
        if whole and follows and _like_a_call(summary, volume):
            run.append((begin, volume))
            continue
        if run:
            yield run
        run = [(begin, volume)] if whole and _like_a_call(summary, volume) else []
    if run:
        yield run


def _like_a_call(summary: FlowSummary, volume: Volume) -> bool:
    smallest, largest = _SIZES.get(summary.flow.transport, _OTHER_SIZES)
    return all(
        _RATES[0] <= packets / summary.step <= _RATES[1] and smallest <= octets / packets <= largest
        for packets, octets in zip(volume.packets, volume.octets, strict=True)
    )


_MOST_OF_TCP_ALONE: Final = 80
"""Bytes of an IP packet that carries nothing but TCP's own words."""


class Served:
    """Services on the device that others reached."""

    def __init__(self) -> None:
        self._known: set[tuple[str, int]] = set()

    def receive(self, summary: FlowSummary) -> Iterable[Observation]:
        """Whether somebody else was answered by a service of the device."""
        flow = summary.flow
        if flow.device_is_client or flow.transport != "tcp" or not flow.opened:
            return ()
        packets, octets = summary.volume.packets[1], summary.volume.octets[1]
        answered = packets > 1 and octets > _MOST_OF_TCP_ALONE * packets
        key = (summary.protocol, flow.server.port)
        if not (answered or summary.protocol) or key in self._known:
            return ()
        self._known.add(key)
        value = f"{summary.protocol or flow.transport} at port {flow.server.port}"
        port = str(flow.server.port)
        return (_told("use.server", value, summary, Certainty.SEEN, port=port),)

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()


class OpenTunnels:
    """Tunnels that hide nothing, around other flows."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def receive(self, summary: FlowSummary) -> Iterable[Observation]:
        """A tunnel around a flow, once."""
        for layer in summary.flow.outer:
            name = _OPEN_TUNNELS.get(layer)
            if name and name not in self._known:
                self._known.add(name)
                category = "tunnel that hides nothing"
                yield _told("use.service", name, summary, Certainty.SEEN, category=category)

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()


def _told(
    kind: str, value: str, summary: FlowSummary, certainty: Certainty, **details: str
) -> Observation:
    places: tuple[Place, Place] = (summary.first, summary.last)
    return Observation(
        kind,
        value,
        summary.flow,
        tuple(sorted({place.packet for place in places})),
        summary.first.time,
        "frame.len",
        certainty,
        f"shape.{kind.partition('.')[2]}",
        details=details,
    )
