"""Made-up flows with labels, for tests of what stands on them."""

from __future__ import annotations

import numpy as np

from peppermoth.lab.detectors import Detector, Study
from peppermoth.lab.detectors.website import Attack
from peppermoth.lab.traces import CONTROL, Label, Trace
from peppermoth.monitor.observation import Endpoint

CLIENT = Endpoint("10.0.0.2", 40_000)
SERVER = Endpoint("10.0.1.2", 443)


def flow(label=None, *, sizes=(500, -1400, 90), begun=1.0):
    """A flow whose packets have these signed sizes, a hundredth of a second apart."""
    number = len(sizes)
    signed = np.array(sizes, np.int32)
    said = [np.where(signed * side > 0, abs(signed), 0) for side in (1, -1)]
    before = [np.cumsum(one) - one for one in said]
    return Trace(
        transport="tcp",
        client=CLIENT,
        server=SERVER,
        begun=begun,
        times=np.arange(number) / 100,
        sizes=signed,
        flags=np.zeros(number, np.uint8),
        sequences=np.where(signed > 0, *before).astype(np.uint32),
        acknowledgements=np.where(signed > 0, *reversed(before)).astype(np.uint32),
        first=b"",
        said=b"",
        answered=b"",
        label=label,
    )


def flows(peer=CONTROL, number=60, *, first=500, sites=6, traffic="web", seed=7, spread=40):
    """Flows of a peer whose first packet's size is around ``first``, differently for each."""
    random = np.random.default_rng([seed, first, number])
    found = []
    for n in range(number):
        label = Label(peer, traffic, f"site-{n % sites}", n // sites, seed, peer != CONTROL)
        sizes = (first + int(random.integers(-spread, spread)), -1400, -700, 90)
        found.append(flow(label, sizes=sizes, begun=float(n)))
    return found


def larger_than_600(trace):
    """Bytes of the first packet above 600."""
    return float(trace.sizes[0]) - 600


def first_size(trace):
    """Bytes of the first packet."""
    return float(trace.sizes[0])


def learn_first_size(sizes, tunnels, seed):
    """Learn half way between the means of the first packets' sizes."""
    kind = np.array(tunnels)
    low, high = np.array(sizes)[~kind].mean(), np.array(sizes)[kind].mean()
    return lambda sizes: (np.array(sizes) - (low + high) / 2) * np.sign(high - low)


def detector(name, **given):
    """A detector with nothing but a rule."""
    return Detector(id=name, measures="first size", source="none", version=1, **given)


def read_first_size(seen):
    """What the attack below sees of a visit."""
    return np.array([float(seen.sizes[0])])


def learn_means(rows, classes, seed):
    """Learn the mean of each class; the nearest is the verdict."""
    means = np.array([rows[classes == one].mean(axis=0) for one in np.unique(classes)])
    return lambda rows: -abs(rows - means.T)


ATTACK = Attack("first-size", "the first packet's size", "none", read_first_size, learn_means)
RULE = detector("rule", margin=larger_than_600)
LEARNER = detector("learner", train=Study(first_size, learn_first_size))
