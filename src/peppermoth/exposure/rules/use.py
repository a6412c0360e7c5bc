"""What is used and how, and what the device is."""

from __future__ import annotations

from typing import Final

from peppermoth.exposure.rules.rule import Rule, Severity, Subject, one_of

_SENSITIVE = one_of(category="health religion politics news dating lgbt rights sexuality")
_CIRCUMVENTION = one_of(category="circumvention")

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="service-private",
        severity=Severity.MEDIUM,
        kinds=("use.service",),
        where=_SENSITIVE,
        subject=Subject.NAMES,
        group=("category",),
        now=("tunnel", "private-lookups"),
        later=("hide-names",),
        stays=("address", "times", "trust-moves"),
        ask=("helpline",),
    ),
    Rule(
        id="circumvention",
        severity=Severity.CONSPICUOUS,
        kinds=("use.service",),
        where=_CIRCUMVENTION,
        subject=Subject.NAMES,
        now=("weigh-risk", "hard-to-recognise"),
        stays=("address", "times"),
        ask=("helpline",),
    ),
    Rule(
        id="service",
        severity=Severity.MEDIUM,
        kinds=("use.service",),
        subject=Subject.NAMES,
        now=("tunnel", "private-lookups"),
        later=("hide-names",),
        stays=("address", "times", "trust-moves"),
        ask=("trainer",),
    ),
    Rule(
        id="peer-to-peer",
        severity=Severity.MEDIUM,
        kinds=("use.peer_to_peer",),
        now=("stop-sharing", "tunnel"),
        stays=("recorded", "times"),
        ask=("trainer",),
    ),
    Rule(
        id="served",
        severity=Severity.MEDIUM,
        kinds=("use.server",),
        now=("sharing-off",),
        stays=("local",),
        ask=("trainer",),
    ),
    Rule(
        id="tracker",
        severity=Severity.LOW,
        kinds=("use.tracker",),
        subject=Subject.NAMES,
        now=("block-trackers", "private-lookups"),
        stays=("address", "provider-reads"),
        ask=("trainer",),
    ),
    Rule(
        id="call-shape",
        severity=Severity.LOW,
        kinds=("use.call_shape",),
        now=("tunnel",),
        stays=("times",),
        ask=("trainer",),
    ),
    Rule(
        id="presence",
        severity=Severity.LOW,
        kinds=("use.presence",),
        subject=Subject.TIMES,
        now=("tunnel",),
        stays=("times",),
        ask=("trainer",),
    ),
    Rule(
        id="device",
        severity=Severity.LOW,
        kinds=(
            "device.system",
            "device.model",
            "device.stack",
            "device.dhcp",
            "device.clock",
        ),
        now=("update",),
        stays=("local", "times"),
        ask=("trainer",),
    ),
    Rule(
        id="programs",
        severity=Severity.LOW,
        kinds=("device.software", "device.ja4"),
        now=("update", "tunnel"),
        stays=("times",),
        ask=("trainer",),
    ),
    Rule(
        id="language",
        severity=Severity.LOW,
        kinds=("device.language",),
        now=("encrypted-sites",),
        stays=("provider-reads",),
        ask=("trainer",),
    ),
)
