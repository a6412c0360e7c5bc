"""One capture read from end to end: a stream of observations, then what there was to read.

::

    reading = read("capture.pcapng")
    for observation in reading: ...
    reading.packets, reading.problem, reading.device.names

The device is found in the first block of frames (8 MiB or 32,768 packets), before
anything is parsed. Memory is bounded by that block and the open flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from peppermoth.errors import CaptureError
from peppermoth.monitor.answers import Answers
from peppermoth.monitor.blocks import Blocks, open_blocks
from peppermoth.monitor.capture import Block
from peppermoth.monitor.columns import Columns
from peppermoth.monitor.device import Census, Device
from peppermoth.monitor.flows import Flows
from peppermoth.monitor.link import is_known
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.observe.table import derivers
from peppermoth.monitor.packets import Decoder
from peppermoth.monitor.problems import Problem


class Reading:
    """What a capture tells of one device. Iterate it once; then the rest is known.

    ``packets`` counts those of the whole capture, ``packets_cut`` those of them that were
    captured in part only, ``flows`` the device's flows, ``connections_torn`` those that lack
    bytes. ``first`` and ``last`` are times in seconds since 1970. ``problem`` says
    where the capture broke, None where it did not. ``sha256`` is the digest of the file
    as it lies, empty where it was not wanted.
    """

    def __init__(self, blocks: Blocks, device: str | Device | None) -> None:
        """Begin to read and find the device. See ``read``."""
        self._source = blocks
        self._blocks = iter(blocks)
        named = device if isinstance(device, str) else None
        try:
            self._begin = self._first_block()
            if not isinstance(device, Device):
                device = _census(*self._begin).find(device)
        except CaptureError:
            self.close()
            raise
        self.device = device
        self._named = named
        self.packets = self._begin[0].first - 1
        self.packets_cut = 0
        self.flows = self.connections_torn = 0
        self.first = self.last = float(self._begin[0].times[0])
        self.problem: Problem | None = None
        self.sha256 = ""

    def __iter__(self) -> Iterator[Observation]:
        """What the capture tells. Raises CaptureError at its end when the device that the
        user has named was not in it: to find nothing there would sound like good news.
        """
        told = 0
        for observation in self._observations():
            told += 1
            yield observation
        if self._named is not None and not told and not self.flows:
            raise CaptureError(f"Nothing in the capture belongs to the device {self._named}.")

    def _observations(self) -> Iterator[Observation]:
        flows = Flows(self.device)
        derived = Derived()
        try:
            for block, columns in chain((self._begin,), self._blocks):
                told = flows.take(block, columns)
                self.packets += len(block)
                self.packets_cut += int(np.count_nonzero(block.captured < block.original))
                self.first = min(self.first, float(block.times.min()))
                self.last = max(self.last, float(block.times.max()))
                yield from derived.following(told)
            yield from derived.following(flows.end())
        finally:
            self.close()
        self.flows, self.connections_torn = flows.count, flows.torn
        self.problem = self._source.problem
        self.sha256 = self._source.sha256

    def close(self) -> None:
        """Read no more. What was iterated to its end is closed already."""
        self._source.close()

    def _first_block(self) -> tuple[Block, Columns]:
        """The first block that has frames of a known kind of link."""
        unknown: list[int] = []
        for found in self._blocks:
            kinds = found[0].kinds()
            if any(map(is_known, kinds)):
                return found
            unknown = unknown or kinds
        if unknown:
            raise CaptureError(
                f"The capture is of a kind of link that is not known (link type {unknown[0]})."
            )
        raise CaptureError(str(self._source.problem or "The capture holds no packets."))


class Derived:
    """What follows from observations, told right behind them."""

    def __init__(self) -> None:
        self._answers = Answers()
        self._derivers = derivers()

    def following(self, told: Iterable[Observation]) -> Iterator[Observation]:
        """The observations, each with what it leads to."""
        for observation in map(self._answers.named, told):
            yield observation
            for deriver in self._derivers:
                yield from deriver.receive(observation)


def read(path: str, device: str | Device | None = None, *, digested: bool = False) -> Reading:
    """Open a capture by its path (``-``: standard input) and find the device.

    ``device`` is its IP or hardware address where the user has named it; ``digested``
    whether the SHA-256 of the file is wanted, which is empty otherwise. Raises
    CaptureError where it is no capture, holds nothing, or the device is not clear.
    """
    return Reading(open_blocks(path, digested=digested), device)


def _census(block: Block, columns: Columns) -> Census:
    """Count the hosts of a block: one packet of each common flow stands for all."""
    decoder, census = Decoder(), Census()
    _, firsts, counts = np.unique(columns.key, return_index=True, return_counts=True)
    weights = np.ones(len(block), dtype=np.int64)
    weights[columns.index] = 0
    weights[columns.index[firsts]] = counts
    for number in np.flatnonzero(weights).tolist():
        link_type, original = int(block.links[number]), int(block.original[number])
        for found in decoder.decode_all(link_type, block.frame(number), original):
            census.count(found, int(weights[number]))
    return census
