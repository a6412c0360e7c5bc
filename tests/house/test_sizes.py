"""Files and functions stay small enough to be read at a glance."""

from __future__ import annotations

import ast

from tests.house import ROOT, parsed, tracked_files

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

OVERSIZE: dict[str, str] = {}
"""``path`` or ``path:function`` and why it may be longer. This list only shrinks."""


def oversize() -> set[str]:
    """Every Python file and function that is longer than it may be."""
    found = set()
    for path in tracked_files():
        if path.suffix != ".py":
            continue
        name = path.relative_to(ROOT).as_posix()
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_FILE_LINES:
            found.add(name)
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION_LINES:
                found.add(f"{name}:{node.name}")
    return found


def test_nothing_is_longer_than_it_may_be():
    assert not oversize() - set(OVERSIZE)


def test_what_has_become_short_enough_leaves_the_list():
    assert not set(OVERSIZE) - oversize()
