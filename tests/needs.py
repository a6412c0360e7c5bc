"""What a test needs of its machine, and what to do where that is missing.

One mechanism for every kind of need: a program, root, a capture. Such a test is
skipped with what is missing and its cure; under ``CI=true`` it fails, so that a
green run there has left nothing out.
"""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

T = TypeVar("T")


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
