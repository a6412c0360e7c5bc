"""What a test needs of its machine, and what to do where that is missing.

One mechanism for every kind of need: a program, root, a capture. Such a test is
skipped with what is missing and its cure; under ``CI=true`` it fails, so that a
green run there has left nothing out. One exception, ``BEYOND_CI``, is no need of a test
but a rule about the whole run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TypeVar

import pytest

T = TypeVar("T")

BEYOND_CI = {"accelerator": "torch"}
"""Markers of tests that even CI is not asked for, and the library that each takes.

``accelerator``: PyTorch and the libraries that it will not be imported without are 3 GB,
made for machines that CI has none of. Where the library is installed, these tests run
like all others; elsewhere they are deselected, and pytest counts them as that.
"""


def left_out(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that are not asked for on this machine, by ``BEYOND_CI``."""
    absent = {marker for marker, library in BEYOND_CI.items() if not find_spec(library)}
    return [item for item in items if absent & {mark.name for mark in item.iter_markers()}]


def need(found: T | None, missing: str, cure: str) -> T:
    """Return ``found`` if it is true; else skip, or fail in CI, saying how to mend it."""
    if found:
        return found
    sentence = f"needs {missing}; to mend: {cure}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def need_root() -> None:
    """For tests that make network namespaces."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    need(is_root, "root, for network namespaces", "run the tests as root")
