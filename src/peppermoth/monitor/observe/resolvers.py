"""Public resolvers that answer encrypted DNS, by name and address. A short list of our own.

Written from common knowledge of what each operator publishes for users to set up, then
compared: names and addresses of Google, Cloudflare, Quad9, OpenDNS, CleanBrowsing and
DNS.SB, and the name of NextDNS, with Chromium 156, which has a table of resolvers it can
switch to; those of AdGuard, Mullvad, Alibaba, DNSPod, Control D, the addresses of NextDNS
and other names of the first with public lists and with programs that use them. Cloudflare's
names for organisations (``cloudflare-gateway.com``) are not checked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_BY_NAME: Final = {
    "dns.google": "Google",
    "dns64.dns.google": "Google",
    "cloudflare-dns.com": "Cloudflare",
    "one.one.one.one": "Cloudflare",
    "cloudflare-gateway.com": "Cloudflare",
    "quad9.net": "Quad9",
    "adguard-dns.com": "AdGuard",
    "dns.adguard.com": "AdGuard",
    "dns.nextdns.io": "NextDNS",
    "doh.opendns.com": "OpenDNS",
    "dns.opendns.com": "OpenDNS",
    "dns.umbrella.com": "OpenDNS",
    "dns.mullvad.net": "Mullvad",
    "dns.alidns.com": "Alibaba",
    "doh.pub": "DNSPod",
    "dot.pub": "DNSPod",
    "doh.cleanbrowsing.org": "CleanBrowsing",
    "dns.controld.com": "Control D",
    "freedns.controld.com": "Control D",
    "doh.dns.sb": "DNS.SB",
    "dot.sb": "DNS.SB",
}
"""Names that serve nothing but DNS; names below them are theirs too."""

_WEB_SITES: Final = frozenset({"quad9.net", "www.quad9.net"})

_BY_ADDRESS: Final = {
    **dict.fromkeys(("8.8.8.8", "8.8.4.4"), "Google"),
    **dict.fromkeys(("2001:4860:4860::8888", "2001:4860:4860::8844"), "Google"),
    **dict.fromkeys(("1.1.1.1", "1.0.0.1", "1.1.1.2", "1.0.0.2", "1.1.1.3"), "Cloudflare"),
    **dict.fromkeys(("1.0.0.3", "2606:4700:4700::1111", "2606:4700:4700::1001"), "Cloudflare"),
    **dict.fromkeys(("9.9.9.9", "9.9.9.10", "9.9.9.11", "149.112.112.112"), "Quad9"),
    **dict.fromkeys(("2620:fe::fe", "2620:fe::9"), "Quad9"),
    **dict.fromkeys(("94.140.14.14", "94.140.15.15"), "AdGuard"),
    **dict.fromkeys(("45.90.28.0", "45.90.30.0"), "NextDNS"),
    **dict.fromkeys(("208.67.222.222", "208.67.220.220"), "OpenDNS"),
    **dict.fromkeys(("194.242.2.2", "194.242.2.3", "194.242.2.4"), "Mullvad"),
    **dict.fromkeys(("223.5.5.5", "223.6.6.6"), "Alibaba"),
    **dict.fromkeys(("1.12.12.12", "120.53.53.53"), "DNSPod"),
    **dict.fromkeys(("185.222.222.222", "45.11.45.11"), "DNS.SB"),
}


@lru_cache(maxsize=512)
def operator(name: str, address: str) -> str | None:
    """Whose resolver has this name (lower case, may be empty), else this address."""
    if name in _WEB_SITES:
        return None
    labels = name.split(".")
    for first in range(len(labels) - 1):
        found = _BY_NAME.get(".".join(labels[first:]))
        if found:
            return found
    return _BY_ADDRESS.get(address)
