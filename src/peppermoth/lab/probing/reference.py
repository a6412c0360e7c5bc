"""A web server beside the one under test: nginx on loopback, dressed as that one is.

It serves the site that a bridge has by default, tells its version in Server only where
the other one does, and shows a certificate of the same kind: the same key and lengths,
so that no record of a handshake differs for the certificate's sake. Timeouts
are nginx's own. It runs in the network namespace of whoever calls.

Limits: such a certificate is signed by nobody. What it shows is read in TLS 1.2, which a
server must speak that is to be compared this way.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from peppermoth.errors import ConfigError, RemoteProtocolError
from peppermoth.lab.probing.battery import HTTP_1
from peppermoth.lab.probing.observing import certificates, observe
from peppermoth.lab.probing.probes import Hello
from peppermoth.lab.world import nginx
from peppermoth.lab.world.children import Child
from peppermoth.lab.world.programs import find_program
from peppermoth.redact import Address
from peppermoth.tunnel.site import EMBEDDED_SITE

Key: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

_HTTP: Final = """
    server_tokens {tokens};
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    ssl_certificate {home}/chain.pem;
    ssl_certificate_key {home}/key.pem;
    root {root};
    server {{ listen 127.0.0.1:{port} ssl http2; absolute_redirect off; }}
"""
"""As Debian ships it, where that shows on the line."""

_TRIES: Final = 64
"""Certificates that are made until one has the length wanted."""

_PADDING: Final = x509.ObjectIdentifier("2.999.1")
"""Of an extension that means nothing."""


@contextmanager
def nginx_like(server: Address) -> Iterator[Address]:
    """Run an nginx that is dressed as ``server`` until the block ends; where it listens.

    Raises ConfigError where there is no nginx, or the server shows no certificate.
    """
    program = find_program("nginx")
    if program is None:
        raise ConfigError(
            "There is no nginx on this machine: install it, or name another server "
            "to compare with by --reference."
        )
    with tempfile.TemporaryDirectory(prefix="peppermoth-") as directory:
        home = Path(directory)
        chain, key = likeness(_chain(server))
        (home / "chain.pem").write_bytes(chain)
        (home / "key.pem").touch(mode=0o600)
        (home / "key.pem").write_bytes(key)
        address = Address("127.0.0.1", _free_port())
        served = _HTTP.format(
            home=home,
            tokens="on" if _tells_version(server) else "off",
            root=EMBEDDED_SITE,
            port=address.port,
        )
        (home / "nginx.conf").write_text(nginx.settings(home, nginx.SMALL_SITE + served))
        command: list[str | Path] = [program, "-c", home / "nginx.conf", "-e", home / "error.log"]
        child = Child(home / "nginx", command)
        try:
            child.until(lambda: _listens(address), "it to listen")
            yield address
        finally:
            child.leave()


def likeness(chain: Sequence[bytes]) -> tuple[bytes, bytes]:
    """A chain and its key in PEM that on the line look like a chain given in DER.

    Raises ConfigError for a leaf with a key or a signature of an unusual kind.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that are odd in somebody's certificate
        leaf, *above = map(x509.load_der_x509_certificate, chain)
        key = _key_like(leaf.public_key())
        made = _as_long(leaf, key)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return b"".join(one.public_bytes(pem) for one in (made, *above)), secret


def _key_like(public: object) -> Key:
    match public:
        case ec.EllipticCurvePublicKey():
            return ec.generate_private_key(public.curve)
        case rsa.RSAPublicKey():
            return rsa.generate_private_key(65537, public.key_size)
        case ed25519.Ed25519PublicKey():
            return ed25519.Ed25519PrivateKey.generate()
    raise ConfigError("The server's certificate has a key of a kind that is not known here.")


def _as_long(leaf: x509.Certificate, key: Key) -> x509.Certificate:
    """A certificate of another key for the same subject, as long where that can be had."""
    der = serialization.Encoding.DER
    wanted = len(leaf.public_bytes(der))
    signer, padding = _signer(leaf), 0
    for _ in range(_TRIES):  # signatures of elliptic curves vary in length
        made = (
            x509.CertificateBuilder()
            .subject_name(leaf.subject)
            .issuer_name(leaf.issuer)
            .public_key(key.public_key())
            .serial_number(leaf.serial_number)
            .not_valid_before(leaf.not_valid_before_utc)
            .not_valid_after(leaf.not_valid_after_utc)
            .add_extension(x509.UnrecognizedExtension(_PADDING, bytes(padding)), critical=False)
            .sign(signer, _digest(leaf))
        )
        missing = wanted - len(made.public_bytes(der))
        if not missing:
            break
        padding = max(padding + missing, 0)
    return made


def _signer(leaf: x509.Certificate) -> Key:
    """A key whose signatures are as long as the one that the leaf has."""
    size = len(leaf.signature)
    match leaf.signature_algorithm_parameters:
        case ec.ECDSA():
            return ec.generate_private_key(ec.SECP256R1() if size <= 72 else ec.SECP384R1())
        case None:
            return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, size * 8)


def _digest(leaf: x509.Certificate) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    kinds = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
    return next((kind() for kind in kinds if isinstance(leaf.signature_hash_algorithm, kind)), None)


def _chain(server: Address) -> tuple[bytes, ...]:
    try:
        chain = certificates(server, Hello().name)
    except RemoteProtocolError:
        chain = ()
    if not chain:
        raise ConfigError(
            "The server shows no certificate in TLS 1.2, so nginx cannot be dressed like it; "
            "name a server to compare with by --reference."
        )
    return chain


def _tells_version(server: Address) -> bool:
    said = observe(server, HTTP_1["a page, then close"], 2.0).said
    return any(isinstance(one, bytes) and b"\r\nserver: nginx/" in one.lower() for one in said)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _listens(address: Address) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(address, 1).close()
        return True
    return False
