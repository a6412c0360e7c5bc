"""Conversations for observers: who said what, cut and numbered as a capture would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from peppermoth.monitor.observation import Endpoint, Flow, Observation, Place, Speaker
from peppermoth.monitor.observe import Observer

CLIENT, SERVER = Speaker.CLIENT, Speaker.SERVER
Said = tuple[Speaker, bytes]


def a_flow(port: int = 4000, transport: str = "tcp", *, device_is_client: bool = True) -> Flow:
    """A flow from the device to a server, or the other way round."""
    client, server = Endpoint("192.0.2.1", 50000), Endpoint("198.51.100.2", port)
    return Flow(1, transport, client, server, device_is_client)


def c(*lines: str | bytes) -> Said:
    """What the client says: lines of text, or bytes as they are."""
    return CLIENT, _bytes(lines)


def s(*lines: str | bytes) -> Said:
    """What the server says."""
    return SERVER, _bytes(lines)


def _bytes(lines: Iterable[str | bytes]) -> bytes:
    return b"".join(line if isinstance(line, bytes) else line.encode() + b"\r\n" for line in lines)


def listen(
    observer: Observer, said: Iterable[Said], cuts: Sequence[int] = (), *, end: bool = True
) -> list[Observation]:
    """What an observer tells of a conversation: one packet for each saying, or, with
    ``cuts``, packets of these sizes in turn."""
    told: list[Observation] = []
    number = 0
    for speaker, data in said:
        while data:
            size = cuts[number % len(cuts)] if cuts else len(data)
            number += 1
            told += observer.receive(speaker, data[:size], Place(number, float(number)))
            data = data[size:]
    return [*told, *observer.end()] if end else told


def facts(told: Iterable[Observation]) -> list[tuple[str, str]]:
    """Kinds and values."""
    return [(one.kind, one.value) for one in told]


def meaning(told: Iterable[Observation]) -> list[tuple[object, ...]]:
    """All but where the bytes stood, in an order that does not depend on packets."""
    return sorted((o.kind, o.value, o.field, o.rule, *sorted(o.details.items())) for o in told)


def everything(told: Iterable[Observation]) -> str:
    """All text in observations, to look for what must not be there."""
    return repr(list(told))


CUTS = st.lists(st.integers(1, 40), min_size=1, max_size=8)
"""Sizes of packets."""
