"""What protects: where it shows, where it is broken, and where it worked."""

from __future__ import annotations

from typing import Final

from peppermoth.exposure.rules.rule import Rule, Severity, Subject

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="old-encryption",
        severity=Severity.MEDIUM,
        kinds=("unprotected.tls",),
        public=True,
        now=("update", "tunnel"),
        later=("tell-operator",),
        stays=("recorded", "address"),
        ask=("provider",),
    ),
    Rule(
        id="tunnel-seen",
        severity=Severity.CONSPICUOUS,
        kinds=("conspicuous.tunnel",),
        public=True,
        group=("value",),
        now=("weigh-risk", "hard-to-recognise"),
        stays=("times", "trust-moves"),
        ask=("helpline",),
    ),
    Rule(
        id="tor-seen",
        severity=Severity.CONSPICUOUS,
        kinds=("conspicuous.tor",),
        now=("weigh-risk", "hard-to-recognise"),
        stays=("times",),
        ask=("helpline",),
    ),
    Rule(
        id="random-seen",
        severity=Severity.CONSPICUOUS,
        kinds=("conspicuous.random",),
        now=("weigh-risk", "hard-to-recognise"),
        stays=("times",),
        ask=("helpline",),
    ),
    Rule(
        id="content-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.tls",),
        subject=Subject.NAMES,
        shows="name",
        stays=("address", "times"),
    ),
    Rule(
        id="name-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.ech", "name.encrypted_hello"),
        stays=("address", "times"),
    ),
    Rule(
        id="lookups-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.dns",),
        public=True,
        stays=("names-elsewhere", "trust-moves"),
    ),
    Rule(
        id="call-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.call",),
        stays=("times",),
    ),
    Rule(
        id="tunnel-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.tunnel",),
        public=True,
        stays=("times", "trust-moves"),
    ),
    Rule(
        id="hardware-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.mac",),
        stays=("local",),
        unless=("hardware-address",),
    ),
    Rule(
        id="terminal-hidden",
        severity=Severity.PROTECTED,
        kinds=("protected.ssh",),
        stays=("address", "times"),
    ),
)
