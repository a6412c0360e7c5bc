"""JA4, the name of a TLS client by how it says hello.

FoxIO's "JA4: TLS Client Fingerprinting" (technical_details/JA4.md), which is under
BSD-3-Clause; the other methods of that family are not, and are not here.

``a_b_c``: *a* spells transport, version, SNI, counts and ALPN; *b* digests the
sorted cipher suites, *c* the sorted extensions with the signature algorithms in
their order. GREASE is left out everywhere. A digest over nothing is twelve zeros.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Literal, TypeAlias

from peppermoth.wire.extensions import GREASE as GREASE_NUMBERS
from peppermoth.wire.extensions import ExtensionType, is_grease
from peppermoth.wire.hello import ClientHello

Transport: TypeAlias = Literal["t", "q", "d"]
"""TLS over TCP, QUIC, DTLS."""

GREASE = "GREASE"

_VERSIONS = {
    0x0304: "13",
    0x0303: "12",
    0x0302: "11",
    0x0301: "10",
    0x0300: "s3",
    0x0002: "s2",
    0xFEFF: "d1",
    0xFEFD: "d2",
    0xFEFC: "d3",
}
_SAID_IN_A = (ExtensionType.SERVER_NAME, ExtensionType.ALPN)


def ja4(hello: ClientHello, transport: Transport = "t") -> str:
    """The fingerprint, such as ``t13d1516h2_8daaf6152771_e5627efa2ab1``."""
    return "_".join(
        (_a(hello, transport), _digest(_sorted_ciphers(hello)), _digest(_sorted_extensions(hello)))
    )


def ja4_raw(hello: ClientHello, transport: Transport = "t") -> str:
    """JA4_r: the same with the lists themselves in place of their digests."""
    return "_".join((_a(hello, transport), _sorted_ciphers(hello), _sorted_extensions(hello)))


def extension_order(hello: ClientHello) -> tuple[str, ...]:
    """The extensions as they came, four hex digits each, every GREASE number as ``GREASE``.

    For comparison with a browser: JA4 hides the order and the place of GREASE.
    """
    return tuple(GREASE if is_grease(e.type) else f"{e.type:04x}" for e in hello.extensions)


def _a(hello: ClientHello, transport: Transport) -> str:
    version = _VERSIONS.get(hello.version, "00")
    name = "i" if hello.extension(ExtensionType.SERVER_NAME) is None else "d"
    ciphers = _count(hello.cipher_suites)
    extensions = _count(extension.type for extension in hello.extensions)
    return f"{transport}{version}{name}{ciphers:02d}{extensions:02d}{_ends(hello.alpn)}"


def _ends(alpn: tuple[bytes, ...]) -> str:
    """First and last character of the first protocol, or of its hex form if one is odd."""
    first = alpn[0] if alpn else b""
    if not first:
        return "00"
    ends = first[:1] + first[-1:]
    if ends.isalnum():
        return ends.decode("ascii")
    digits = first.hex()
    return digits[0] + digits[-1]


def _count(numbers: Iterable[int]) -> int:
    return min(99, len([number for number in numbers if number not in GREASE_NUMBERS]))


def _hex(numbers: Iterable[int]) -> list[str]:
    return [f"{number:04x}" for number in numbers if number not in GREASE_NUMBERS]


def _sorted_ciphers(hello: ClientHello) -> str:
    return _sorted(hello.cipher_suites)


@lru_cache(maxsize=256)
def _sorted(numbers: tuple[int, ...]) -> str:
    """A program's list is the same but for GREASE, however often it says hello."""
    return ",".join(sorted(_hex(numbers)))


def _sorted_extensions(hello: ClientHello) -> str:
    kinds = (e.type for e in hello.extensions if e.type not in _SAID_IN_A)
    extensions = ",".join(sorted(_hex(kinds)))
    algorithms = ",".join(_hex(hello.signature_algorithms))
    return f"{extensions}_{algorithms}" if algorithms else extensions


@lru_cache(maxsize=256)
def _digest(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()[:12] if text else "0" * 12
