"""Which sites and services the device spoke to."""

from __future__ import annotations

from typing import Final

from peppermoth.exposure.rules.rule import Rule, Severity, Subject

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="names-asked",
        severity=Severity.MEDIUM,
        kinds=("name.dns",),
        subject=Subject.NAMES,
        now=("private-lookups", "tunnel"),
        later=("hide-names",),
        stays=("names-elsewhere", "address", "trust-moves"),
        ask=("trainer",),
    ),
    Rule(
        id="names-said",
        severity=Severity.MEDIUM,
        kinds=("name.sni", "name.quic", "name.certificate"),
        subject=Subject.NAMES,
        now=("tunnel", "private-lookups"),
        later=("hide-names",),
        stays=("address", "times", "trust-moves"),
        ask=("trainer",),
    ),
    Rule(
        id="names-proxy",
        severity=Severity.MEDIUM,
        kinds=("name.proxy",),
        subject=Subject.NAMES,
        group=("protocol",),
        now=("tunnel",),
        later=("tell-operator",),
        stays=("recorded", "address", "trust-moves"),
        ask=("trainer",),
    ),
    Rule(
        id="names-local",
        severity=Severity.LOW,
        kinds=("name.local",),
        subject=Subject.NAMES,
        now=("sharing-off",),
        stays=("local",),
        ask=("trainer",),
    ),
    Rule(
        id="network-passed-on",
        severity=Severity.LOW,
        kinds=("name.client_subnet",),
        now=("private-lookups",),
        stays=("address",),
        ask=("trainer",),
    ),
    Rule(
        id="addresses",
        severity=Severity.LOW,
        kinds=("address.contacted",),
        now=("tunnel",),
        stays=("times", "trust-moves"),
        ask=("trainer",),
    ),
)
