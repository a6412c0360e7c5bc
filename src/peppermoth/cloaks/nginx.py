"""An OpenSSL server context whose answers on the wire are those of Debian's nginx.

Measured against nginx 1.22 with its default TLS settings and the same OpenSSL. Four
things differ in Python's contexts and are made equal here: nginx acknowledges any
server name, even one that is no text, refuses a client whose ALPN names nothing that
it speaks (RFC 7301, section 3.2), speaks HTTP/1.0 and 0.9 by ALPN, and puts 20 bytes
of session context into its tickets where Python puts 6, which shows in their size.

Limits: the alert for an unknown protocol comes before the one for no common cipher.
Where ``ssl`` does not use a shared libssl, tickets keep Python's size, and a server
name beyond ASCII is refused.
"""

from __future__ import annotations

import _ssl
import ctypes
import hashlib
import ssl
from collections.abc import Callable, Sequence
from typing import Any

from peppermoth.wire.tls import AlertDescription

_OLD_PROTOCOLS = ("http/1.0", "http/0.9")
_SET_SERVER_NAME_CALLBACK = 53  # SSL_CTRL_SET_TLSEXT_SERVERNAME_CB
_GREETING = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int), ctypes.c_void_p
)
_ACKNOWLEDGED, _FATAL = 0, 2  # SSL_TLSEXT_ERR_OK, SSL_TLSEXT_ERR_ALERT_FATAL


class ServerObject(ssl.SSLObject):
    """The server's side of one connection. OpenSSL does not tell in time what ALPN offers."""

    offered: tuple[bytes, ...] = ()

    def do_handshake(self) -> None:
        """Go on with the handshake."""
        if isinstance(self.context, ServerContext):
            self.context.present = self
        super().do_handshake()


class ServerContext(ssl.SSLContext):
    """``present`` is the connection whose handshake is under way; one at a time is."""

    present: ServerObject | None = None
    greeting: object = None  # libssl calls it as long as the context lives


def server_context(certificate: str, key: str, protocols: Sequence[str]) -> ssl.SSLContext:
    """A context from PEM files, offering ``protocols`` by ALPN, best first.

    Raises OSError or ssl.SSLError for files that cannot be used.
    """
    context = ServerContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = ServerObject
    context.set_ciphers("HIGH:!aNULL:!MD5")
    # As nginx: OpenSSL's security level, not a version, refuses TLS 1.0 and 1.1.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    spoken = (*protocols, *_OLD_PROTOCOLS)
    context.set_alpn_protocols(list(spoken))
    context.load_cert_chain(certificate, key)
    names = {protocol.encode() for protocol in spoken}

    def refuses(tls: Any) -> bool:
        return bool(tls.offered) and not names.intersection(tls.offered)

    try:
        libssl, pointer = _reach(context)
    except (OSError, AttributeError, ValueError):  # libssl is not a library of its own
        context.sni_callback = lambda tls, _name, _context: (
            AlertDescription.NO_APPLICATION_PROTOCOL if refuses(tls) else None
        )
    else:
        value = hashlib.sha1(spoken[0].encode()).digest()  # noqa: S324 - a name, no secret
        libssl.SSL_CTX_set_session_id_context(pointer, value, ctypes.c_uint(len(value)))
        _greet(context, libssl, pointer, refuses)
    return context


def _reach(context: ssl.SSLContext) -> tuple[ctypes.CDLL, ctypes.c_void_p]:
    """libssl and its own context behind Python's, for what Python's interface lacks.

    Raises OSError, AttributeError or ValueError where they cannot be reached.
    """
    libssl = ctypes.CDLL(_ssl.__file__)
    get_options = libssl.SSL_CTX_get_options
    get_options.argtypes, get_options.restype = [ctypes.c_void_p], ctypes.c_uint64
    # The first member of CPython's context object, behind the object header.
    pointer = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    if get_options(pointer) != int(context.options) & 0xFFFF_FFFF_FFFF_FFFF:
        raise ValueError("this is no context of libssl")
    return libssl, pointer


def _greet(
    context: ServerContext,
    libssl: ctypes.CDLL,
    pointer: ctypes.c_void_p,
    refuses: Callable[[Any], bool],
) -> None:
    """Acknowledge any server name, as nginx does; Python would refuse one beyond ASCII."""

    def greeting(_tls: object, alert: Any, _argument: object) -> int:
        if not refuses(context.present):
            return _ACKNOWLEDGED
        alert[0] = AlertDescription.NO_APPLICATION_PROTOCOL
        return _FATAL

    context.greeting = callback = _GREETING(greeting)
    libssl.SSL_CTX_callback_ctrl(pointer, _SET_SERVER_NAME_CALLBACK, callback)
