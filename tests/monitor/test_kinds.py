"""The closed table of kinds, held to the code that names them."""

from __future__ import annotations

import ast
import re

from peppermoth.monitor.kinds import KINDS
from tests.house import PACKAGE, SOURCES, parsed

AREAS = {kind.partition(".")[0] for kind in KINDS}
MONITOR = [path for path in SOURCES if path.is_relative_to(PACKAGE / "monitor")]


def named(tree: ast.Module) -> set[str]:
    """Strings of a module that are written like kinds of an area that exists."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    shape = re.compile(rf"(?:{'|'.join(AREAS)})\.[a-z_0-9]+")
    return {text for text in texts if isinstance(text, str) and shape.fullmatch(text)}


def test_kinds_are_an_area_and_a_fact_with_words():
    assert all(re.fullmatch(r"[a-z]+\.[a-z_0-9]+", kind) for kind in KINDS)
    assert all(KINDS.values())


def test_every_kind_is_told_by_some_observer():
    table = PACKAGE / "monitor" / "kinds.py"
    told = set().union(*(named(parsed(path)) for path in MONITOR if path != table))
    assert not set(KINDS) - told
