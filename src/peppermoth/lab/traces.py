"""What a detector is given: flows as a monitor on the line recorded them, with their truth.

A ``Trace`` is one flow. Sizes are payload bytes of TCP or UDP, signed: positive from
the client, negative from the server; packets without payload (pure ACKs) are kept
with size 0, since some rules time them. The truth (``Label``) is for training and
scoring only: a detector's margin never looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.monitor.observation import Endpoint

CONTROL: Final = "direct"
"""The peer's name of ordinary traffic without any tunnel."""

KEPT: Final = 16 * 1024
"""Bytes of each direction's beginning that a trace keeps."""


@dataclass(frozen=True, slots=True)
class Label:
    """What really happened: which peer carried which traffic, to which site, which time.

    ``load`` counts repetitions; ``seed`` made the world. ``tunnelled`` is whether the flow
    is a tunnel's, which the control's never are.
    """

    peer: str
    traffic: str
    site: str
    load: int
    seed: int
    tunnelled: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """One flow as the line saw it.

    ``times``: float64 seconds since the flow's first packet. ``sizes``: int32 payload bytes,
    + from the client, - from the server. ``flags``: uint8 TCP flags, zeros for UDP.
    ``sequences`` and ``acknowledgements``: uint32 as sent, zeros for UDP. ``said`` and
    ``answered``: the first ``KEPT`` bytes of the reassembled streams; ``first``: the first
    client packet's payload alone. ``begun`` is the first packet's time, seconds since 1970.
    """

    transport: str
    client: Endpoint
    server: Endpoint
    begun: float
    times: NDArray[np.float64]
    sizes: NDArray[np.int32]
    flags: NDArray[np.uint8]
    sequences: NDArray[np.uint32]
    acknowledgements: NDArray[np.uint32]
    first: bytes
    said: bytes
    answered: bytes
    label: Label | None = None

    @property
    def data(self) -> NDArray[np.bool_]:
        """Which packets carry payload."""
        return np.not_equal(self.sizes, 0)
