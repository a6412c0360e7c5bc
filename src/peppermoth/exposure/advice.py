"""Which advice fits a whole report: nobody is told to take a tunnel who is in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from peppermoth.exposure.findings import Finding

TUNNEL: Final = "now-tunnel"
BESIDE_TUNNEL: Final = "now-tunnel-beside"
PERHAPS_TUNNEL: Final = "now-tunnel-only"

_TUNNELS = frozenset({"tunnel-seen", "tunnel-hidden", "tor-seen"})
_CONTACTS = frozenset(
    {"names-asked", "names-said", "names-proxy", "addresses", "content-hidden", "name-hidden"}
)


def tunnel_advice(findings: Sequence[Finding]) -> str:
    """The step that speaks of a tunnel.

    One fits where a tunnel was recognised; one where a single site is all that was
    contacted, and that over TLS, since so it looks where everything goes through a bridge.
    """
    found = {finding.rule.id: finding for finding in findings}
    if found.keys() & _TUNNELS:
        return BESIDE_TUNNEL
    contacts = {
        fact.details.get("host") or fact.value
        for finding in findings
        if finding.rule.id in _CONTACTS
        for fact in finding.facts
        if fact.kind != "protected.tls" or fact.details.get("name")
    }
    return PERHAPS_TUNNEL if "content-hidden" in found and len(contacts) == 1 else TUNNEL
