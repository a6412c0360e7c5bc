"""The scorecard: for each peer, traffic and detector, what a monitor could tell and how surely.

A value, without any way of making it (``score``) or showing it (the room ``card``). As
JSON its schema is ``docs/scorecard.schema.json``, made from the classes here. Nothing in it
depends on when or where it was made: the same captures, seed and versions give the same
bytes. Numbers have six significant digits.

A number that the sample cannot support is not there; ``refused`` then says why.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from peppermoth.errors import ConfigError
from peppermoth.exposure.captured import printable

FORMAT: Final = "peppermoth-scorecard"
VERSION: Final = 2
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a scorecard that are read."""

ONE_IN: Final = (1_000, 100_000)
"""The base rates for which precision is told: one tunnel in so many flows."""

POSITIONS: Final = 24
"""Data packets of a flow that are pictured."""

EDGES: Final = (64, 128, 256, 512, 1024, 1400)
"""Sizes at which the next class begins. Classes run from the server's largest packets over
its smallest and the client's smallest to the client's largest."""

CLASSES: Final = 2 * (len(EDGES) + 1)

NOT_RUN: Final = "Not run: "
"""How ``refused`` begins where what a detector or attack takes is not installed."""

SILENT: Final = "The rule says nothing about these flows."
"""``refused`` where a detector had flows to judge and could judge none."""

Number = Annotated[float, AfterValidator(lambda number: float(f"{number:.6g}"))]
Words = Annotated[str, AfterValidator(lambda text: printable(text, len(text)))]
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Rate(_Part):
    """A counted share, ``hits`` of ``of``, with exact bounds for the scorecard's confidence."""

    hits: Count
    of: Annotated[int, Field(ge=1)]
    low: Number
    high: Number

    @property
    def value(self) -> float:
        """The share that was counted."""
        return self.hits / self.of


class Precision(_Part):
    """Of the flagged flows, the share that is a tunnel's, where one flow in ``one_in`` is.

    ``value`` is missing where no control flow was flagged: then only ``at_least`` is known.
    """

    one_in: Count
    value: Number | None
    at_least: Number


class Condemn(_Part):
    """Flows of one bridge until a monitor is sure of it.

    ``flows`` is missing where the detector is no better than chance, ``at_most`` where
    the bounds leave that possible.
    """

    flows: Count | None
    at_least: Count | None
    at_most: Count | None


class Point(_Part):
    """A detector at one threshold.

    ``at`` is ``own`` (the rule's), a false positive rate, or ``lowest``: above every control
    flow. Where ``refused`` says why the sample is too small, everything else is missing.
    """

    at: Literal["own", "0.01", "0.001", "lowest"]
    refused: Words = ""
    threshold: Number | None = None
    tpr: Rate | None = None
    fpr: Rate | None = None
    precision: tuple[Precision, ...] = ()
    condemn: Condemn | None = None

    @property
    def most(self) -> int:
        """The flows that surely condemn the bridge; zero where none do."""
        return (self.condemn and self.condemn.at_most) or 0


class Cell(_Part):
    """What one detector tells of one peer's traffic, against all of the control.

    ``flows`` and ``controls`` are those that it judged; of others its rule says nothing.
    Such flows of the tunnel are in no rate, such control flows are not flagged. ``roc`` are
    pairs of false and true positive rate among those judged. ``divided``, of detectors that
    learn: what no flow shares with those that the model learned from by which it was judged.
    """

    peer: Words
    traffic: Words
    detector: Words
    flows: Count
    not_judged: Count
    controls: Count
    controls_not_judged: Count
    divided: Words = ""
    refused: Words = ""
    auc: Number | None = None
    points: tuple[Point, ...] = ()
    roc: tuple[tuple[Number, Number], ...] = ()

    @property
    def best(self) -> Point | None:
        """Where the monitor needs the fewest flows even if luck was on its side in this sample.

        None where no threshold is supported that tells the tunnel from the control.
        """
        return min((one for one in self.points if one.most), key=lambda one: one.most, default=None)

    @property
    def spared(self) -> int | None:
        """The flows that a monitor needs at least, if anything is known of that."""
        told = [point.condemn.at_least for point in self.points if point.condemn]
        return min((flows for flows in told if flows), default=None)


class Overhead(_Part):
    """What the tunnel costs beside the control: over the same sites, as a ratio."""

    sites: Count
    bytes: Number | None
    seconds: Number | None


class Effect(_Part):
    """How much a measure of flows differs from the control's of the same traffic.

    ``ks`` and ``energy``: 0 for the same distribution, 1 for the most different. ``chance``
    is what ``ks`` exceeds by chance in one of a hundred pairs of such samples.
    """

    measure: Words
    ks: Number
    energy: Number
    chance: Number


class Difference(_Part):
    """How flows as a whole differ from the control's of the same traffic.

    ``flows`` and ``controls`` carried data. ``told_apart`` is how many, of equally many of
    both, a classifier assigns rightly that sees all measures together: a half is chance. It
    is missing where the flows are too few to be divided for that.
    """

    flows: Count
    controls: Count
    refused: Words
    told_apart: Rate | None
    effects: tuple[Effect, ...]


class Sample(_Part):
    """What was recorded of one peer's traffic; ``difference`` where there is a control for it.

    ``sizes``: for each of the first data packets, from the left, how many per cent of
    flows have a packet of each class of signed sizes (``EDGES``).
    """

    peer: Words
    traffic: Words
    flows: Count
    sites: Count
    loads: Count
    seeds: tuple[int, ...]
    overhead: Overhead | None
    difference: Difference | None
    sizes: tuple[tuple[Count, ...], ...]


class Websites(_Part):
    """How many visits an attack names rightly, among ``sites``: chance is one of them.

    Sites that were visited too seldom to be learned are ``left_out``. ``rounds`` is how often
    the attack went over what it learned from, 0 where it does not learn in rounds.
    """

    peer: Words
    traffic: Words
    attack: Words
    rounds: Count = 0
    sites: Count
    left_out: Count
    refused: Words
    right: Rate | None


class Capture(_Part):
    """A recording that was scored."""

    name: Words
    sha256: str


class World(_Part):
    """Where loads were recorded: the seed that made it, its web sites, its line, its rules.

    ``line`` is empty for a plain one, ``rules`` for a monitor that only looks.
    """

    seed: int
    sites: Count
    line: Words
    rules: Words


class Rule(_Part):
    """A detector, as ``peppermoth lab detectors`` lists it."""

    id: Words
    measures: Words
    source: Words
    version: int
    variant: Words
    trained: bool


class Scorecard(_Part):
    """Everything that was measured on some captures."""

    format: Literal["peppermoth-scorecard"] = FORMAT
    version: Literal[2] = VERSION
    seed: int
    confidence: Number
    alpha: Annotated[Number, Field(description="How rarely a monitor may be wrong on a bridge.")]
    versions: dict[Words, Words]
    worlds: tuple[World, ...]
    captures: tuple[Capture, ...]
    detectors: tuple[Rule, ...]
    samples: tuple[Sample, ...]
    cells: tuple[Cell, ...]
    websites: tuple[Websites, ...]

    def cell(self, peer: str, traffic: str, detector: str) -> Cell | None:
        """What ``detector`` tells of this peer's traffic."""
        wanted = (peer, traffic, detector)
        found = (one for one in self.cells if (one.peer, one.traffic, one.detector) == wanted)
        return next(found, None)


def to_json(card: Scorecard) -> bytes:
    """The scorecard as a file, an entry of each list on its own line."""
    members = card.model_dump(mode="json").items()
    text = ",\n".join(f"{_dump(name)}: {_listed(value)}" for name, value in members)
    return f"{{{text}}}\n".encode("ascii")


def _listed(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_dump, value)) + "\n]"
    return _dump(value)


def _dump(value: object) -> str:
    # ASCII only: nothing in it can act on a terminal or an editor.
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def schema() -> bytes:
    """What ``docs/scorecard.schema.json`` holds."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    made |= Scorecard.model_json_schema(mode="serialization")
    return f"{json.dumps(made, indent=1)}\n".encode("ascii")


def read_scorecard(path: Path) -> Scorecard:
    """Read a scorecard that ``--json`` wrote. Raises ConfigError, saying what is wrong."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is too large for a scorecard.")
        return parse_scorecard(path.read_bytes(), str(path))
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc


def parse_scorecard(content: bytes, name: str) -> Scorecard:
    """Understand the content of the file ``name``. Raises ConfigError."""
    try:
        return Scorecard.model_validate_json(content)
    except ValidationError as exc:
        raise ConfigError(f"{name} is not a scorecard of this version, or it is damaged.") from exc
