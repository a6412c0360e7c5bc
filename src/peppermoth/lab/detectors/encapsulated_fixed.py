"""TLS handshakes inside a tunnel, by fixed rules: nDPI's models and the rule against trojan.

nDPI (``tls.c``, off by default there) sums the bytes of four consecutive bursts that
begin with the client's, and compares them with three models of a handshake; the margin
is in units of Mahalanobis distance. It gives up where the server speaks first after the
outer handshake, as with TLS 1.3's tickets; the variant ``patient`` is ours and does not.

The rule against trojan (Trojan-killer, and OpenGFW with a wider limit) counts bytes from
the packet on that begins with the client's ChangeCipherSpec, and decides at each further
packet of the client; its margin is in bytes. Limits: an outer handshake is found within
the bytes that a trace keeps.
"""

from __future__ import annotations

import functools
import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.lab.detectors import Detector
from peppermoth.lab.detectors.encapsulated import cipher_change, is_tls
from peppermoth.lab.detectors.views import Data, burst_bytes, bursts, new_data
from peppermoth.lab.traces import Trace

# nDPI's models


class Model(NamedTuple):
    """A handshake's four bursts: their mean, the inverse covariance's upper triangle by rows.

    A first burst of fewer than ``first`` bytes is never this handshake.
    """

    threshold: float
    mean: tuple[float, ...]
    upper: tuple[float, ...]
    first: int = 0


MODELS: Final = {
    "TLS 1.2, Firefox": Model(
        3.5,
        (212.884, 4514.712, 107.771, 307.580),
        (2.92421e-4, 4.43678e-7, -5.69966e-5, -2.18125e-6, 5.98955e-7,
         -3.59798e-7, 5.71638e-7, 7.68938e-4, 2.22278e-5, 5.72770e-5),
    ),
    "TLS 1.3, Firefox": Model(
        3.0,
        (640.657, 4649.303, 448.408, 1094.201),
        (3.08030e-5, 1.16179e-7, 1.05357e-7, 3.88629e-8, 6.93179e-7,
         2.77413e-8, -3.63723e-9, 1.02610e-6, -1.08770e-8, 8.63308e-8),
        first=517,
    ),
    "Chrome, post-quantum": Model(
        3.0,
        (1850.430, 4903.077, 785.253, 1051.223),
        (6.72374e-6, -2.32110e-8, 6.67140e-8, 1.25263e-8, 5.64669e-7,
         4.58964e-8, 6.41255e-9, 6.04058e-7, -9.15074e-10, 1.01185e-7),
    ),
}  # fmt: skip

SET: Final = 4
MOST_PACKETS: Final = 26  # nDPI compares with 25 before it counts
MOST_FIRST_PACKETS: Final = 3
TLS_OVERHEAD: Final = 24

Sets = NDArray[np.float64]


def _inverse(model: Model) -> Sets:
    whole = np.zeros((SET, SET))
    whole[np.triu_indices(SET)] = model.upper
    return whole + np.triu(whole, 1).T


_INVERSES: Final = {name: _inverse(model) for name, model in MODELS.items()}


def distances_below(sets: Sets, name: str) -> NDArray[np.float64]:
    """How far each set of four sums is below a model's threshold; -inf for one excluded."""
    model = MODELS[name]
    apart = sets - model.mean
    squared = np.einsum("ni,ij,nj->n", apart, _INVERSES[name], apart)
    return np.where(sets[:, 0] >= model.first, model.threshold - np.sqrt(squared), -np.inf)


def _ndpi_data(trace: Trace) -> tuple[Data, int]:
    """The packets that nDPI looks at, and what it takes off each."""
    data = new_data(trace)
    if not is_tls(trace):
        return data, 0
    behind = np.zeros(len(data), np.bool_)
    for side, stream in ((data.sizes > 0, trace.said), (data.sizes < 0, trace.answered)):
        changed = cipher_change(stream)
        behind |= side & (data.begins > (np.inf if changed is None else changed))
    return data.only(behind), TLS_OVERHEAD


def _ndpi(patient: bool, trace: Trace) -> float:
    """The best margin of any complete set and model; nan where none is complete.

    -inf where the rule gives up.
    """
    data, overhead = _ndpi_data(trace)
    if patient:
        data = data.only(np.cumsum(data.sizes > 0) > 0)
    data = data.only(slice(MOST_PACKETS))
    short = np.flatnonzero(abs(data.sizes) < overhead)
    if len(short):
        data = data.only(slice(int(short[0])))
    begins = bursts(data)
    if len(data) and data.sizes[0] < 0:
        return -math.inf
    if len(begins) <= SET:
        return math.nan
    packets = np.diff(begins)  # without the last burst, which may go on
    sums = abs(burst_bytes(data, begins))[:-1] - overhead * packets
    windows = np.lib.stride_tricks.sliding_window_view
    sets = windows(sums, SET)[::2].astype(np.float64)
    whole = windows(packets, SET)[::2, 0] <= MOST_FIRST_PACKETS
    best = np.max([distances_below(sets, name) for name in MODELS], axis=0)
    return float(np.where(whole, best, -np.inf).max())


# The rule against trojan

UP: Final = 650
DOWN: Final = ((170, 180), (3000, 7500))
MOST_UP: Final = {"": 750, "opengfw": 1000}


def _trojan(most_up: int, trace: Trace) -> float:
    """How many bytes inside the ranges the counts come, or, not above zero, outside.

    -inf where no packet begins with the client's ChangeCipherSpec.
    """
    data = new_data(trace)
    if trace.transport != "tcp" or not len(data):
        return math.nan
    changed = cipher_change(trace.said)
    begins = np.flatnonzero((data.sizes > 0) & (data.begins == changed))
    if changed is None or not len(begins):
        return -math.inf
    data = data.only(slice(int(begins[0]), None))
    asks = data.sizes > 0
    up = (np.cumsum(np.where(asks, data.sizes, 0)) - data.sizes)[asks]
    down = np.cumsum(np.where(asks, 0, -data.sizes))[asks]
    inside_up = np.minimum(up - UP, most_up - up)
    inside_down = np.max([np.minimum(down - low, high - down) for low, high in DOWN], axis=0)
    return float(np.minimum(inside_up, inside_down).max() + 1)


_NDPI: Final = "ntop/nDPI src/lib/protocols/tls.c"
_TROJAN: Final = {
    "": "XTLS/Trojan-killer, the first rule",
    "opengfw": "apernet/OpenGFW analyzer/tcp/trojan.go",
}

DETECTORS: Final = (
    *(
        Detector(
            id=f"handshake.ndpi{'-patient' if patient else ''}",
            measures="how near four bursts are to a TLS handshake's, by fixed models",
            source=f"{_NDPI}, not giving up (ours)" if patient else _NDPI,
            version=1,
            margin=functools.partial(_ndpi, patient),
            variant="ndpi-patient" if patient else "ndpi",
        )
        for patient in (False, True)
    ),
    *(
        Detector(
            id=f"trojan.{variant}" if variant else "trojan",
            measures="bytes in both directions after the client's ChangeCipherSpec",
            source=_TROJAN[variant],
            version=1,
            margin=functools.partial(_trojan, most_up),
            variant=variant,
        )
        for variant, most_up in MOST_UP.items()
    ),
)
