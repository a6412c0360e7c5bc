"""The monitor of the lab's world: forwards frames between interfaces, records them, and acts.

Runs as a process of its own in the monitor's namespace. A *cable* joins two interfaces
(``near`` towards a host, ``far`` towards the internet) and gives the line between them a
``Shape``. On the watched cable stands the monitor, at the near end: what it records are
the packets as they pass there, with the kernel's time of arrival for what is not delayed.
A censor's rules (``censor``) are applied to watched packets alone.

It is told what to do by lines of JSON on standard input, answers each with one, and ends
with its input::

    {"record": "load.pcap", "log": "load.acts", "rules": [{...}]}
    {"record": null}                                                stop recording

The answer counts what was seen since the last order: frames, bytes, frames that were
lost because this process was too slow (``overrun``), and by the shape (``dropped``).
"""

from __future__ import annotations

import gc
import json
import random
import select
import signal
import struct
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, BinaryIO, Final

from peppermoth.lab.world.censor import Censor, Inject, Rule
from peppermoth.lab.world.ring import Ring

AT_ONCE: Final = 256
"""Frames taken from one interface before the others have their turn."""

_PCAP_HEADER: Final = struct.pack("=IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)  # nanoseconds
_RECORD: Final = struct.Struct("=IIII")
_BUFFER: Final = 1 << 20
_IDLE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Shape:
    """What a cable does to each direction: seconds, bits a second, a share of the frames.

    ``rate`` 0 is no limit; with one, frames that would wait longer than ``queue`` seconds
    are dropped, as a router does.
    """

    delay: float = 0.0
    jitter: float = 0.0
    rate: float = 0.0
    loss: float = 0.0
    queue: float = 0.25

    @property
    def is_plain(self) -> bool:
        """Whether frames pass at once and unharmed."""
        return not (self.delay or self.jitter or self.rate or self.loss)


class Passage:
    """One direction of a cable. Frames keep their order, as in a queue of a router."""

    def __init__(self, shape: Shape, chance: random.Random, out: Callable[[float, bytes], None]):
        self.dropped = 0
        self._shape = shape
        self._chance = chance
        self._out = out
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._last = 0.0
        self._free = 0.0  # when the limited line has sent everything before

    def enter(self, arrived: float, frame: bytes) -> None:
        """A frame that came at ``arrived``."""
        shape = self._shape
        if shape.is_plain:
            self._out(arrived, frame)
            return
        if shape.loss and self._chance.random() < shape.loss:
            self.dropped += 1
            return
        due = arrived
        if shape.rate:
            begin = max(arrived, self._free)
            if begin - arrived > shape.queue:
                self.dropped += 1
                return
            due = self._free = begin + len(frame) * 8 / shape.rate
        due += shape.delay
        if shape.jitter:
            due += self._chance.uniform(0.0, shape.jitter)
        self._last = max(self._last, due)
        self._waiting.append((self._last, frame))

    @property
    def next_due(self) -> float:
        """When the next frame has to leave; infinite where none waits."""
        return self._waiting[0][0] if self._waiting else float("inf")

    def release(self, now: float) -> None:
        """Let go of what is due."""
        waiting = self._waiting
        while waiting and waiting[0][0] <= now:
            self._out(now, waiting.popleft()[1])


class Recorder:
    """Writes frames into a capture (pcap, nanoseconds, Ethernet) while one is open."""

    def __init__(self) -> None:
        self.frames = 0
        self.octets = 0
        self._file: BinaryIO | None = None

    def begin(self, path: str | None) -> None:
        """Close the capture that is open, and open the next one."""
        if self._file is not None:
            self._file.close()
        self._file = None
        self.frames = self.octets = 0
        if path is not None:
            self._file = open(path, "wb", buffering=_BUFFER)  # noqa: SIM115  closed by begin
            self._file.write(_PCAP_HEADER)

    def note(self, when: float, frame: bytes) -> None:
        """A frame passes."""
        size = len(frame)
        self.frames += 1
        self.octets += size
        if self._file is not None:
            seconds = int(when)
            head = _RECORD.pack(seconds, int((when - seconds) * 1e9), size, size)
            self._file.write(head + frame)


class Monitor:
    """Stands at the near end of a cable: records what passes and asks the censor about it."""

    def __init__(self, seed: int) -> None:
        self.recorder = Recorder()
        self._seed = seed
        self._censor = Censor([], seed)

    def order(
        self, record: str | None, log: str | None, rules: Sequence[Mapping[str, Any]] | None
    ) -> int:
        """Record into another capture; how often the censor has acted since the last order.

        The censor forgets what it knows only when it is given other rules.
        """
        acts = self._censor.acts
        if rules is not None and (wanted := [Rule(**rule) for rule in rules]) != self._censor.rules:
            self._censor.write_into(None)
            self._censor = Censor(wanted, self._seed)
        self._censor.write_into(log)
        self.recorder.begin(record)
        return acts

    def passes(self, when: float, frame: bytes, up: bool, inject: Inject) -> bool:
        """Note a frame; whether it may go on. ``inject`` sends one of the monitor's own."""
        self.recorder.note(when, frame)
        return self._censor.judge(when, frame, up, inject)


class Cable:
    """Two interfaces and the line between them, watched where a monitor is given."""

    def __init__(
        self, near: Ring, far: Ring, shape: Shape, chance: random.Random, monitor: Monitor | None
    ) -> None:
        self.rings = near, far
        self.passages = Passage(shape, chance, self._at_far), Passage(shape, chance, self._at_near)
        self._monitor = monitor

    def from_near(self, when: float, frame: bytes) -> None:
        """A frame of the host's."""
        if self._monitor is None or self._monitor.passes(when, frame, True, self._inject):
            self.passages[0].enter(when, frame)

    def from_far(self, when: float, frame: bytes) -> None:
        """A frame for the host."""
        self.passages[1].enter(when, frame)

    def _at_far(self, when: float, frame: bytes) -> None:
        self.rings[1].send(frame)

    def _at_near(self, when: float, frame: bytes) -> None:
        if self._monitor is None or self._monitor.passes(when, frame, False, self._inject):
            self.rings[0].send(frame)

    def _inject(self, when: float, frame: bytes, up: bool) -> None:
        if self._monitor is not None:
            self._monitor.recorder.note(when, frame)
        if up:
            self.passages[0].enter(when, frame)
        else:
            self.rings[0].send(frame)


class Forwarder:
    """All cables of a world, with the monitor on the watched ones."""

    def __init__(self, cables: Sequence[Mapping[str, Any]], seed: int) -> None:
        self._monitor = Monitor(seed)
        chance = random.Random(seed)
        self._cables = [
            Cable(
                Ring(cable["near"]),
                Ring(cable["far"]),
                Shape(**cable["shape"]),
                chance,
                self._monitor if cable["watched"] else None,
            )
            for cable in cables
        ]
        self._counted = 0, 0

    def run(self, orders: BinaryIO, answers: BinaryIO) -> None:
        """Forward until the orders end."""
        rings = {ring.fileno(): ring for cable in self._cables for ring in cable.rings}
        entries = {
            ring.fileno(): entry
            for cable in self._cables
            for ring, entry in zip(cable.rings, (cable.from_near, cable.from_far), strict=True)
        }
        passages = [passage for cable in self._cables for passage in cable.passages]
        asked = orders.fileno()
        watched = [asked, *rings]
        while True:
            wait = min(passage.next_due for passage in passages) - time.time()
            ready = select.select(watched, (), (), min(max(wait, 0.0), _IDLE_SECONDS))[0]
            # Both directions in the order of their arrival, as on a wire.
            came = [
                (when, number, frame)
                for number, ring in rings.items()
                if number in ready
                for when, frame in ring.take(AT_ONCE)
            ]
            if len(ready) > 1:
                came.sort(key=itemgetter(0))
            for when, number, frame in came:
                entries[number](when, frame)
            now = time.time()
            for passage in passages:
                passage.release(now)
            if asked in ready:
                line = orders.readline()
                if not line:
                    self._monitor.order(None, None, None)
                    return
                answers.write(json.dumps(self._obey(json.loads(line))).encode() + b"\n")
                answers.flush()

    def _obey(self, order: Mapping[str, Any]) -> dict[str, int]:
        recorder = self._monitor.recorder
        seen = {"frames": recorder.frames, "octets": recorder.octets}
        seen["acts"] = self._monitor.order(
            order.get("record"), order.get("log"), order.get("rules")
        )
        before = self._counted
        self._counted = (
            sum(ring.lost for cable in self._cables for ring in cable.rings),
            sum(passage.dropped for cable in self._cables for passage in cable.passages),
        )
        seen["overrun"], seen["dropped"] = (
            now - earlier for now, earlier in zip(self._counted, before, strict=True)
        )
        return seen


def main() -> None:
    """``python -m peppermoth.lab.world.forwarder '{"cables": [...], "seed": 1}'``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it says when to end
    given = json.loads(sys.argv[1])
    forwarder = Forwarder(given["cables"], given["seed"])
    gc.freeze()
    orders = open(sys.stdin.fileno(), "rb", buffering=0)  # noqa: SIM115  a pipe for select
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    forwarder.run(orders, sys.stdout.buffer)


if __name__ == "__main__":
    main()
