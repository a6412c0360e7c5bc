"""The rules, in the order in which they are asked and in which equals are shown.

For each kind of observation the first rule that takes it gets it. Every kind of
``monitor.kinds`` belongs to a rule or stands in ``SILENT`` with a reason.
"""

from __future__ import annotations

from typing import Final

from peppermoth.exposure.rules import content, identity, names, shield, use
from peppermoth.exposure.rules.measured import with_error
from peppermoth.exposure.rules.rule import Rule
from peppermoth.monitor.observation import Observation

RULES: Final[tuple[Rule, ...]] = tuple(
    with_error(rule) for area in (content, identity, names, use, shield) for rule in area.RULES
)

SILENT: Final[dict[str, str]] = {
    "name.dns_answer": "the answer repeats the name asked for, which names-asked tells",
    "name.http": "the request that names the host tells more, which page tells",
}
"""Kinds that make no finding of their own, and where they are told instead."""

POSITION: Final[dict[str, int]] = {rule.id: place for place, rule in enumerate(RULES)}
"""Where each rule stands in the table, by its id."""

_BY_KIND: Final[dict[str, tuple[Rule, ...]]] = {
    kind: tuple(rule for rule in RULES if kind in rule.kinds)
    for kind in {kind for rule in RULES for kind in rule.kinds}
}


def rule_for(observation: Observation) -> Rule | None:
    """The rule that says what this observation means; None for a silent kind."""
    for rule in _BY_KIND.get(observation.kind, ()):
        if rule.takes(observation):
            return rule
    return None
