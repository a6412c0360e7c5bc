"""Deep website fingerprinting, for machines with an accelerator: ``peppermoth[gpu]``.

- DF: Sirinam et al., CCS 2018, section 5: four blocks of convolutions over the
  directions of 5,000 packets;
- RF: Shen et al., USENIX Security 2023, section 4: convolutions over the traffic
  aggregation matrix of 1,800 slots, here of packets and bytes.

They are ``Attack``s like those in ``website`` and are trained the same way. Built from
the papers' descriptions. Everything runs on the first accelerator, or else on one thread
of the processor.

Limits: the same seed gives the same result on a processor; an accelerator adds numbers
in another order each time, which may turn single verdicts. With tens of visits to each
site both are weaker than the attacks in ``website``; they were made for hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

import numpy as np

from peppermoth.errors import ConfigError
from peppermoth.lab.detectors.features import Numbers, Packets, aggregated
from peppermoth.lab.detectors.learning import Classes, Scores
from peppermoth.lab.detectors.website import Attack

DIRECTIONS: Final = 5000
RF_SLOTS: Final = 1800
RF_SECONDS: Final = 80.0
"""Seconds that all slots of RF's matrix cover."""

EPOCHS: Final = 30
"""Rounds over all rows, if nobody wants another number: after ten, DF hardly beats chance.

A processor takes more than half a second a visit for them, on one thread.
"""

_MISSING: Final = "PyTorch is not installed: pip install 'peppermoth[gpu]'."

BATCH: Final = 128
STEPS: Final = 4
"""Steps of an epoch at least, with smaller batches, so that few flows train a network too."""

Torch: TypeAlias = Any
Network: TypeAlias = Any
Build: TypeAlias = Callable[[Torch, int], Network]
"""Makes a network for so many classes out of the library's parts."""


def directions(seen: Packets) -> Numbers:
    """+1 and -1 for the first packets, then zeros."""
    row = np.zeros(DIRECTIONS)
    signs = np.sign(seen.sizes[:DIRECTIONS])
    row[: len(signs)] = signs
    return row


def slots(seen: Packets) -> Numbers:
    """RF's matrix; bytes count in full packets, so that all rows are of one scale."""
    matrix = aggregated(seen, RF_SLOTS, RF_SECONDS / RF_SLOTS).reshape(4, RF_SLOTS)
    matrix[2:] /= 1500
    return matrix.ravel()


def df(torch: Torch, classes: int) -> Network:
    """DF: filters double from 32 to 256, each block halves its resolution twice."""
    nn = torch.nn
    layers: list[Network] = [nn.Unflatten(1, (1, DIRECTIONS))]
    width = 1
    for filters, active in ((32, nn.ELU), (64, nn.ReLU), (128, nn.ReLU), (256, nn.ReLU)):
        for before in (width, filters):
            layers.append(nn.Conv1d(before, filters, 8, padding=4))
            layers += [nn.BatchNorm1d(filters), active()]
        layers += [nn.MaxPool1d(8, stride=4, padding=2), nn.Dropout(0.1)]
        width = filters
    layers.append(nn.Flatten())
    for dropout in (0.7, 0.5):
        layers += [nn.LazyLinear(512), nn.BatchNorm1d(512), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.LazyLinear(classes))


def rf(torch: Torch, classes: int) -> Network:
    """RF: two blocks over both axes of the matrix, then three along time, then a mean."""
    nn = torch.nn
    layers: list[Network] = [nn.Unflatten(1, (1, 4, RF_SLOTS))]
    width = 1
    for filters, pool in ((32, (2, 3)), (64, (2, 2))):
        for before in (width, filters):
            layers.append(nn.Conv2d(before, filters, (3, 6), padding=(1, 3)))
            layers += [nn.BatchNorm2d(filters), nn.ReLU()]
        layers += [nn.MaxPool2d(pool), nn.Dropout(0.1)]
        width = filters
    layers.append(nn.Flatten(1, 2))  # one row of the matrix is left
    for filters in (128, 256, 512):
        for before in (width, filters):
            layers.append(nn.Conv1d(before, filters, 3, padding=1))
            layers += [nn.BatchNorm1d(filters), nn.ReLU()]
        layers += [nn.MaxPool1d(3), nn.Dropout(0.3)]
        width = filters
    return nn.Sequential(
        *layers, nn.Conv1d(width, classes, 1), nn.AdaptiveAvgPool1d(1), nn.Flatten()
    )


@dataclass(frozen=True, slots=True)
class Deep:
    """A learner that trains such a network for so many rounds over all rows."""

    build: Build
    epochs: int = EPOCHS

    def __call__(self, rows: Numbers, classes: Classes, seed: int) -> Scores:
        """Scores are logits. Raises ConfigError where PyTorch is missing."""
        torch = _library()
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        with _repeatable(torch, seed):
            model = self.build(torch, int(classes.max()) + 1).to(device)
            with torch.no_grad():
                model.eval()(_tensor(torch, rows[:1], device))  # sizes the lazy layers
            _fit(torch, model, _tensor(torch, rows, device), classes, self.epochs)
        model.eval()

        def judge(rows: Numbers) -> Numbers:
            pieces = range(0, len(rows), BATCH)
            with _repeatable(torch, seed), torch.no_grad():
                parts = [model(_tensor(torch, rows[at : at + BATCH], device)) for at in pieces]
            return np.concatenate([part.cpu().numpy() for part in parts]).astype(np.float64)

        return judge


def absent() -> str:
    """Why deep attacks cannot run here, or nothing."""
    return "" if find_spec("torch") else _MISSING


def _library() -> Torch:
    try:
        import torch
    except ImportError:
        raise ConfigError(_MISSING) from None
    return torch


@contextmanager
def _repeatable(torch: Torch, seed: int) -> Iterator[None]:
    """Chance from the seed and one thread; the process gets its own back afterwards."""
    threads = torch.get_num_threads()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def _tensor(torch: Torch, rows: Numbers, device: Any) -> Any:
    return torch.as_tensor(rows, dtype=torch.float32, device=device)


def _fit(torch: Torch, model: Network, rows: Any, classes: Classes, epochs: int) -> None:
    """Train in place. Each class weighs the same, as for every learner."""
    goals = torch.as_tensor(classes, device=rows.device)
    counts = torch.bincount(goals).float()
    loss = torch.nn.CrossEntropyLoss(weight=len(goals) / (len(counts) * counts))
    steps = torch.optim.Adamax(model.parameters(), lr=0.002)
    model.train()
    size = max(4, min(BATCH, len(goals) // STEPS))
    for _ in range(epochs):
        for batch in torch.randperm(len(goals)).split(size):
            if len(batch) == 1:  # one row has no spread to normalise by
                continue
            steps.zero_grad()
            loss(model(rows[batch]), goals[batch]).backward()
            steps.step()


def attacks(epochs: int | None = None) -> tuple[Attack, ...]:
    """Both attacks, with ``EPOCHS`` or so many rounds; none where that is zero."""
    rounds = EPOCHS if epochs is None else epochs
    if not rounds:
        return ()
    return (
        Attack(
            id="df",
            measures="the site visited, by the directions of 5,000 packets in a deep network",
            source="Sirinam et al., CCS 2018",
            read=directions,
            learn=Deep(df, rounds),
            rounds=rounds,
            absent=absent,
        ),
        Attack(
            id="rf",
            measures="the site visited, by packets and bytes in slots of time in a deep network",
            source="Shen et al., USENIX Security 2023",
            read=slots,
            learn=Deep(rf, rounds),
            rounds=rounds,
            absent=absent,
        ),
    )
