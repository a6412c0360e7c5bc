from __future__ import annotations

import pytest

from peppermoth.monitor.observe.resolvers import operator


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("dns.google", "192.0.2.1", "Google"),
        ("mozilla.cloudflare-dns.com", "192.0.2.1", "Cloudflare"),
        ("abc123.dns.nextdns.io", "192.0.2.1", "NextDNS"),
        ("", "9.9.9.9", "Quad9"),
        ("www.quad9.net", "192.0.2.1", None),
        ("notdns.google", "192.0.2.1", None),
        ("moth.example", "192.0.2.1", None),
        ("", "192.0.2.1", None),
    ],
)
def test_a_resolver_is_known_by_name_or_address(name, address, expected):
    assert operator(name, address) == expected
