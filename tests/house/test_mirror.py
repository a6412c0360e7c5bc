"""Tests mirror the package: each module has a test file of its name, or a reason."""

from __future__ import annotations

from pathlib import Path

from tests.house import PACKAGE, ROOT, SOURCES

TESTED_ELSEWHERE = {
    "cloaks/machine.py": "declarations only; tests of the machines use them",
    "options.py": "declarations only; the tests of the commands and of their help use them",
}
"""A module without a test file of its own, and where it is tested. This list only shrinks."""


def mirrored(source: Path) -> Path:
    """Where the tests of a source file belong."""
    inside = source.relative_to(PACKAGE)
    return ROOT / "tests" / inside.parent / f"test_{inside.stem}.py"


def untested() -> set[str]:
    """Modules without a test file; a package's ``__init__`` holds no code to test."""
    modules = (path for path in SOURCES if path.stem not in {"__init__", "__main__"})
    return {path.relative_to(PACKAGE).as_posix() for path in modules if not mirrored(path).exists()}


def test_every_module_has_its_test_file_or_a_reason():
    assert not untested() - set(TESTED_ELSEWHERE)


def test_a_reason_that_is_no_longer_needed_leaves_the_list():
    assert not set(TESTED_ELSEWHERE) - untested()
