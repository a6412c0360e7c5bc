"""``python -m tests.fuzz [NAME ...] --seconds N``: fuzz each target for a bounded time.

Each target has a process of its own, because atheris ends the one it runs in.
Where atheris has no wheel, Hypothesis makes the bytes: slower to find things,
but the same targets and the same stored crashes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests import fuzz

CORPUS = Path(".fuzz")
GRACE_SECONDS = 60


def with_atheris(name: str, seconds: int) -> None:
    """Guided by coverage. Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["peppermoth"]):
        target = fuzz.load(name)
    corpus, crashes = CORPUS / name, fuzz.CRASHES / name
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    flags = [
        f"-max_total_time={seconds}",
        f"-max_len={fuzz.LONGEST_INPUT}",
        f"-artifact_prefix={crashes}/",
        "-timeout=10",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], target.feed)
    atheris.Fuzz()


def with_hypothesis(name: str, seconds: int) -> None:
    """Random bytes and damaged seeds, batch after batch; stores the smallest crash it finds."""
    target = fuzz.load(name)
    smallest: list[bytes] = []
    executed = 0

    @settings(
        max_examples=1000,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(fuzz.foreign_bytes(target.seeds))
    def batch(data: bytes) -> None:
        nonlocal executed
        executed += 1
        try:
            target.feed(data)
        except Exception:
            smallest[:] = [data]
            raise

    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            batch()
    finally:
        print(f"stat::number_of_executed_units: {executed}")
        for data in smallest:
            digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
            stored = fuzz.CRASHES / name / f"crash-{digest}"
            stored.parent.mkdir(parents=True, exist_ok=True)
            stored.write_bytes(data)


def in_a_process(name: str, seconds: int) -> bool:
    """Fuzz one target; print one line, and all that it said if it crashed. True if it held."""
    command = [sys.executable, "-m", "tests.fuzz", "--inside", "--seconds", str(seconds), name]
    ended = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds + GRACE_SECONDS,
        check=False,
    )
    found = re.search(r"stat::number_of_executed_units: (\d+)", ended.stdout)
    inputs = f"{int(found[1]):,} inputs" if found else "no count"
    held = ended.returncode == 0
    print(f"{name}: {inputs}, {'held' if held else 'CRASHED'}", flush=True)
    if not held:
        print(ended.stdout)
    return held


def main() -> int:
    """Fuzz the named targets, or all; the exit code says whether all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=main.__doc__)
    parser.add_argument("names", nargs="*", default=fuzz.names(), metavar="NAME")
    parser.add_argument("--seconds", type=int, default=20, help="for each target")
    parser.add_argument("--inside", action="store_true", help="fuzz here, in this process")
    options = parser.parse_args()
    if options.inside:
        engine = with_atheris if find_spec("atheris") else with_hypothesis
        for name in options.names:
            engine(name, options.seconds)
        return 0
    held = [in_a_process(name, options.seconds) for name in options.names]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
