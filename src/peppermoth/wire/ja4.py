"""JA4, the name of a TLS client by how it says hello.

FoxIO's "JA4: TLS Client Fingerprinting" (technical_details/JA4.md), which is under
BSD-3-Clause; the other methods of that family are not, and are not here.

``a_b_c``: *a* spells transport, version, SNI, counts and ALPN; *b* digests the
sorted cipher suites, *c* the sorted extensions with the signature algorithms in
their order. GREASE is left out everywhere. A digest over nothing is twelve zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    return _spelt(hello, transport, _digest)


def ja4_raw(hello: ClientHello, transport: Transport = "t") -> str:
    """JA4_r: the same with the lists themselves in place of their digests."""
    return _spelt(hello, transport, _listed)


def extension_order(hello: ClientHello) -> tuple[str, ...]:
    """The extensions as they came, four hex digits each, every GREASE number as ``GREASE``.

    For comparison with a browser: JA4 hides the order and the place of GREASE.
    """
    return tuple(GREASE if is_grease(kind) else f"{kind:04x}" for kind, _ in hello.extensions)


def _spelt(hello: ClientHello, transport: Transport, show: Callable[..., str]) -> str:
    """The three parts; ``show`` spells lists of numbers."""
    ciphers = _ciphers(hello.cipher_suites)
    kinds = sorted(_without_grease([kind for kind, _ in hello.extensions]))
    version = _VERSIONS.get(hello.version, "00")
    name = "i" if ExtensionType.SERVER_NAME not in kinds else "d"
    counts = f"{min(99, len(ciphers)):02d}{min(99, len(kinds)):02d}"
    first = f"{transport}{version}{name}{counts}{_ends(hello.alpn)}"
    extensions = [kind for kind in kinds if kind not in _SAID_IN_A]
    algorithms = _without_grease(hello.signature_algorithms)
    return f"{first}_{show(ciphers)}_{show(tuple(extensions), tuple(algorithms))}"


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


def _without_grease(numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if number not in GREASE_NUMBERS]


@lru_cache(maxsize=128)
def _ciphers(suites: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(_without_grease(suites)))


def _listed(*lists: tuple[int, ...]) -> str:
    """The numbers in hexadecimal; a list behind the first is left out where it is empty."""
    first, *others = (",".join(f"{number:04x}" for number in numbers) for numbers in lists)
    return "_".join((first, *filter(None, others)))


@lru_cache(maxsize=64)
def _digest(*lists: tuple[int, ...]) -> str:
    """A program's lists are the same, but for GREASE and order, however often it says hello."""
    text = _listed(*lists)
    return sha256(text.encode("ascii")).hexdigest()[:12] if text else "0" * 12
