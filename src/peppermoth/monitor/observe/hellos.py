"""What a ClientHello tells, be it in TLS, DTLS or QUIC: the name, the program, encrypted DNS.

Encrypted ClientHello (ECH) is made so that a real one and one for show (GREASE) look
alike. What differs is the name outside: for show it is the true name; a real one gives
the public name of a provider. So ``hello.ech`` concludes a hidden name where the outer
one is a public name of a known provider (likely, not seen). Beside any other ECH the
name is told as it is, with ``ech`` in its details: likely the true one, unless DNS in
clear announced it as an outer name (``monitor/answers``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe import resolvers
from peppermoth.monitor.observe.conversation import Teller
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import dtls, tls
from peppermoth.wire.hello import ClientHello
from peppermoth.wire.ja4 import Transport, ja4

MAX_NAME: Final = 255

PUBLIC_NAMES: Final = frozenset(
    {
        "cloudflare-ech.com",  # all of Cloudflare, as its announcement of ECH says
        "crypto.cloudflare.com",  # its test page
        "public.tls-ech.dev",  # a test site of BoringSSL's developers
        "cover.defo.ie",  # test sites of the DEfO project
    }
)
"""Names that a hello gives in place of the real one: each was found in public source code, as
the public name of a configuration or as a test's expectation. Who runs others is unknown."""

PROGRAMS: Final = {
    "t13d1516h2_8daaf6152771_e5627efa2ab1": "Chrome",  # the example of JA4's description
    "t13d1516h2_8daaf6152771_02713d6af862": "Chrome",  # 131
    "t13d1516h2_8daaf6152771_d8a2da3f94cd": "Chrome",  # 142 to 148
    "t13d1516h2_8daaf6152771_806a8c22fdea": "Chrome",  # 150
    "t13d1517h2_8daaf6152771_cb7bf5808d99": "Chrome",  # 152 to 156
    "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6": "curl",  # 7.88 with OpenSSL 3.0
}
"""JA4 of programs that we have measured, or that the description of JA4 names."""


class _Words(NamedTuple):
    """How one transport's hellos are called."""

    kind: str
    layer: str
    encrypted_dns: str


_WORDS: Final[dict[Transport, _Words]] = {
    "t": _Words("name.sni", "tls", "dot"),
    "q": _Words("name.quic", "tls", "doq"),
    "d": _Words("name.sni", "dtls", ""),
}

_DNS_PROTOCOLS: Final = frozenset({b"dot", b"doq"})


def version_text(version: int) -> str:
    """A version of TLS or DTLS in words, drafts of TLS 1.3 included."""
    if version >> 8 == 0x7F:
        return f"TLS 1.3 draft {version & 0xFF}"
    return tls.VERSION_NAMES.get(version) or dtls.VERSION_NAMES.get(version) or f"{version:#06x}"


def server_name(hello: ClientHello) -> str:
    """The name that a hello gives, in lower case; empty where it gives none."""
    return (hello.server_name or "")[:MAX_NAME].rstrip(".").lower()


@lru_cache(maxsize=64)
def _alpn_text(protocols: tuple[bytes, ...]) -> str:
    names = (protocol.decode("ascii", "backslashreplace") for protocol in protocols)
    return ",".join(names)[:MAX_NAME]


def tell_client_hello(
    teller: Teller, hello: ClientHello, transport: Transport, at: Piece, version: str = ""
) -> str:
    """Everything that a hello of the device says; its ``server_name``. ``version`` is QUIC's,
    if it is QUIC."""
    words = _WORDS[transport]
    name = server_name(hello)
    if name:
        kind, fact, certainty, ech = words.kind, "sni", Certainty.SEEN, ""
        if hello.ech:
            fact, certainty, ech = "sni_beside_ech", Certainty.LIKELY, "yes"
        if hello.ech and name in PUBLIC_NAMES:
            kind, fact, ech = "name.encrypted_hello", "ech", ""
        teller.tell(
            kind,
            name,
            at,
            f"{words.layer}.handshake.extensions_server_name",
            fact,
            certainty=certainty,
            version=version or version_text(hello.version),
            alpn=_alpn_text(hello.alpn),
            resumption="yes" if hello.offers_psk else "",
            ech=ech,
        )
        if kind == "name.encrypted_hello":
            field = "tls.handshake.extension.type"
            teller.tell("protected.ech", name, at, field, fact, certainty=certainty)
    fingerprint = ja4(hello, transport)
    field = f"{words.layer}.handshake.ciphersuite"  # JA4 has one in later Wiresharks only
    program = PROGRAMS.get(fingerprint, "")
    teller.tell("device.ja4", fingerprint, at, field, "ja4", once=True, program=program)
    _tell_encrypted_dns(teller, hello, name, at, words)
    return name


def _tell_encrypted_dns(
    teller: Teller, hello: ClientHello, name: str, at: Piece, words: _Words
) -> None:
    """Encrypted DNS by what the hello asks for, by its port, or by a known resolver."""
    server = teller.flow.server
    operator = resolvers.operator(name, server.ip) or ""
    resolver = operator or name or server.ip
    if not _DNS_PROTOCOLS.isdisjoint(hello.alpn):
        protocol, certainty = words.encrypted_dns, Certainty.SEEN
    elif server.port == 853:
        protocol, certainty = words.encrypted_dns, Certainty.LIKELY
    elif operator and server.port == 443:
        protocol, certainty = "doh", Certainty.LIKELY
    else:
        return
    field = f"{words.layer}.handshake.extensions_alpn_str"
    teller.tell(
        "protected.dns",
        protocol or "dot",
        at,
        field,
        "encrypted_dns",
        once=True,
        certainty=certainty,
        resolver=resolver,
    )
