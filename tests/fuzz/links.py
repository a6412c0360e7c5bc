"""Share links (``tunnel/links.py``): they come from chats, web pages and strangers."""

from __future__ import annotations

from peppermoth.errors import ConfigError
from peppermoth.tunnel.links import Link

PERMITTED = (ConfigError,)
SEEDS = tuple(
    text.encode()
    for text in (
        "anytls://letmein@example.com/?sni=real.example.com",
        "anytls://p%40ss@[2001:db8::1]:8443/?insecure=1&pin=" + "A" * 43 + "&fp=chrome#A%20friend",
        "anytls://geheim@bücher.example?alpn=h2&insecure=0#نام",
    )
)


def fuzz(data: bytes) -> None:
    """Whatever parses must survive a round trip and keep its password to itself."""
    link = Link.parse(data.decode("utf-8", "surrogateescape"))
    again = Link.parse(link.text())
    if again != link:
        raise AssertionError("the link does not survive a round trip")
    if again.text() != link.text() or not link.text().isascii():
        raise AssertionError("the link has more than one spelling")
    link.explain()
