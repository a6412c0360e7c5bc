"""How often each rule was wrong, and who judged: ``measured.toml``.

``python -m tests.see.errors`` measures and writes that file, and says how. A measurement
counts for the version of the rule that was measured, and for no other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from peppermoth.exposure.rules.rule import Error, Rule, Tally


def with_error(rule: Rule) -> Rule:
    """The rule with what was measured of it."""
    row = table().get(rule.id)
    if row is None or row["version"] != rule.version:
        return rule
    return rule._replace(error=Error(*(_tally(row.get(judge)) for judge in Error._fields)))


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """The rows of the file by rule."""
    content = Path(__file__).with_name("measured.toml").read_text(encoding="utf-8")
    rules: Mapping[str, Mapping[str, Any]] = tomllib.loads(content)["rules"]
    return rules


def _tally(cell: Mapping[str, Any] | None) -> Tally | None:
    return None if cell is None else Tally(cell["wrong"], cell["of"], cell["at_most"])
