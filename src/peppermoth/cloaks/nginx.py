"""An OpenSSL server context whose answers on the wire are those of Debian's nginx.

Measured against nginx 1.22 with its default TLS settings and the same OpenSSL. Four
things differ in Python's contexts and are made equal here: nginx acknowledges a
server name, refuses a client whose ALPN names nothing that it speaks (RFC 7301,
section 3.2), speaks HTTP/1.0 and 0.9 by ALPN, and puts 20 bytes of session context
into its tickets where Python puts 6, which shows in their size.

Limits: the alert for an unknown protocol comes before the one for no common cipher.
Where ``ssl`` does not use a shared libssl, tickets keep Python's size.
"""

from __future__ import annotations

import _ssl
import contextlib
import ctypes
import hashlib
import ssl
from collections.abc import Sequence
from typing import Any

from peppermoth.wire.tls import AlertDescription

_OLD_PROTOCOLS = ("http/1.0", "http/0.9")


class ServerObject(ssl.SSLObject):
    """The server's side of one connection. OpenSSL does not tell in time what ALPN offers."""

    offered: tuple[bytes, ...] = ()


def server_context(certificate: str, key: str, protocols: Sequence[str]) -> ssl.SSLContext:
    """A context from PEM files, offering ``protocols`` by ALPN, best first.

    Raises OSError or ssl.SSLError for files that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = ServerObject
    context.set_ciphers("HIGH:!aNULL:!MD5")
    # As nginx: OpenSSL's security level, not a version, refuses TLS 1.0 and 1.1.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    spoken = (*protocols, *_OLD_PROTOCOLS)
    context.set_alpn_protocols(list(spoken))
    context.load_cert_chain(certificate, key)
    names = {protocol.encode() for protocol in spoken}

    def greet(tls: Any, _name: str | None, _context: ssl.SSLContext) -> int | None:
        if tls.offered and not names.intersection(tls.offered):
            return AlertDescription.NO_APPLICATION_PROTOCOL
        return None  # the name is acknowledged, whatever it is

    context.sni_callback = greet
    with contextlib.suppress(OSError, AttributeError):  # libssl is not a library of its own
        _set_session_context(context, hashlib.sha1(spoken[0].encode()).digest())  # noqa: S324
    return context


def _set_session_context(context: ssl.SSLContext, value: bytes) -> None:
    """``SSL_CTX_set_session_id_context``, which Python calls with its own name only."""
    libssl = ctypes.CDLL(_ssl.__file__)
    get_options, set_context = libssl.SSL_CTX_get_options, libssl.SSL_CTX_set_session_id_context
    get_options.argtypes, get_options.restype = [ctypes.c_void_p], ctypes.c_uint64
    set_context.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint]
    # The first member of CPython's context object, behind the object header.
    pointer = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    if get_options(pointer) == int(context.options) & 0xFFFF_FFFF_FFFF_FFFF:
        set_context(pointer, value, len(value))
