"""Who somebody is, whom they talk to, where they are, and names that last."""

from __future__ import annotations

from typing import Final

from peppermoth.exposure.rules.rule import Rule, Severity, Subject, one_of

_LOCAL_PROTOCOLS = one_of(protocol="dhcp dhcpv6 mdns llmnr nbns nbdgm ssdp upnp wi-fi")

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="location",
        severity=Severity.HIGH,
        kinds=("content.location",),
        subject=Subject.PLACES,
        now=("location-off", "encrypted-sites", "tunnel"),
        stays=("recorded", "network-knows-place"),
        ask=("helpline",),
    ),
    Rule(
        id="contact",
        severity=Severity.HIGH,
        kinds=("identity.contact",),
        subject=Subject.PEOPLE,
        now=("encrypted-messenger", "warn-contacts"),
        later=("no-number",),
        stays=("recorded", "times"),
        ask=("helpline",),
    ),
    Rule(
        id="mail-address",
        severity=Severity.HIGH,
        kinds=("identity.mail_address",),
        subject=Subject.PEOPLE,
        now=("mail-encryption", "tunnel"),
        later=("encrypted-messenger",),
        stays=("recorded", "provider-reads"),
        ask=("helpline",),
    ),
    Rule(
        id="phone",
        severity=Severity.HIGH,
        kinds=("identity.phone",),
        subject=Subject.PEOPLE,
        now=("encrypted-call", "warn-contacts"),
        later=("no-number",),
        stays=("recorded", "network-knows-place"),
        ask=("helpline",),
    ),
    Rule(
        id="subscriber",
        severity=Severity.HIGH,
        kinds=("identity.subscriber",),
        subject=Subject.MASKED,
        now=("stop-app", "tunnel"),
        stays=("network-knows-place",),
        ask=("helpline",),
    ),
    Rule(
        id="user-name",
        severity=Severity.HIGH,
        kinds=("identity.user",),
        apart=("protocol", "server"),
        now=("encrypted-service", "tunnel"),
        stays=("recorded", "address"),
        ask=("helpline",),
    ),
    Rule(
        id="host-name-local",
        severity=Severity.HIGH,
        kinds=("identity.host_name",),
        where=_LOCAL_PROTOCOLS,
        now=("rename-device",),
        stays=("recorded", "local"),
        ask=("trainer",),
    ),
    Rule(
        id="host-name",
        severity=Severity.HIGH,
        kinds=("identity.host_name",),
        now=("rename-device", "encrypted-service"),
        stays=("recorded",),
        ask=("trainer",),
    ),
    Rule(
        id="hardware-address",
        severity=Severity.HIGH,
        kinds=("identity.mac",),
        now=("random-hardware-address",),
        stays=("recorded", "local"),
        ask=("trainer",),
    ),
    Rule(
        id="wifi",
        severity=Severity.HIGH,
        kinds=("identity.wifi",),
        subject=Subject.PLACES,
        now=("forget-wifi",),
        stays=("recorded", "local"),
        ask=("trainer",),
    ),
)
