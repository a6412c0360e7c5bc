"""The bridge's key and certificate: made, checked, pinned, watched.

A bridge without a certificate of its own signs one for its cover name: ECDSA
P-256, SAN, server authentication, a year, begun an hour ago as public authorities
do. A new certificate for the same key keeps the pin, so links live on.

The pin is base64url without padding of SHA-256 over the SubjectPublicKeyInfo
(DER), RFC 7469's value. Certificates are read from files; nothing asks the network.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from peppermoth.errors import ConfigError
from peppermoth.wire.pins import encode_pin

_LIFETIME = timedelta(days=365)
_BACKDATED = timedelta(hours=1)


@dataclass(frozen=True)
class Certificate:
    """What the bridge needs to know of the certificate that it shows.

    ``names`` are its DNS names, ``self_signed`` says that no authority stands
    behind it, so that other apps need ``insecure=1`` and ours the ``pin``.
    """

    names: tuple[str, ...]
    begins: datetime
    expires: datetime
    self_signed: bool
    pin: str

    def covers(self, name: str) -> bool:
        """Whether the certificate is for ``name`` (a wildcard stands for one label)."""
        parent = "*." + name.partition(".")[2]
        return any(have.lower() in (name.lower(), parent.lower()) for have in self.names)


def new_key() -> bytes:
    """A fresh ECDSA P-256 key as PEM (PKCS #8)."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def self_signed(key_file: Path, name: str, now: datetime) -> bytes:
    """A certificate for ``name`` as PEM, signed by its own key.

    Raises ConfigError for a key that is none or not an elliptic-curve key.
    """
    key = _load_key(key_file)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigError(f"The key in {key_file} is not an elliptic-curve key.")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    begin = (now - _BACKDATED).replace(microsecond=0)
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + _LIFETIME)
    )
    for extension, critical in _extensions(public, name):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def load_pair(certificate: Path, key: Path) -> Certificate:
    """Read a certificate file (leaf first) and the key that it must belong to.

    Raises ConfigError for files that cannot be read, are not PEM, or do not fit.
    """
    leaf = _load_certificate(certificate)
    private = _load_key(key)
    if _pin(leaf.public_key()) != _pin(private.public_key()):
        raise ConfigError(f"The certificate {certificate} does not belong to the key {key}.")
    return Certificate(
        names=_names(leaf),
        begins=leaf.not_valid_before_utc,
        expires=leaf.not_valid_after_utc,
        self_signed=leaf.issuer == leaf.subject,
        pin=_pin(leaf.public_key()),
    )


def check_pair(certificate: Path, key: Path, now: datetime) -> Certificate:
    """``load_pair``, and a ConfigError too for a certificate outside its time."""
    found = load_pair(certificate, key)
    if now < found.begins:
        raise ConfigError(
            f"The certificate {certificate} is not valid yet: it begins on "
            f"{found.begins:%Y-%m-%d}. Is the clock right?"
        )
    if now >= found.expires:
        raise ConfigError(
            f"The certificate {certificate} expired on {found.expires:%Y-%m-%d}; renew it."
        )
    return found


class Watch:
    """Notices that files were replaced, by their time and size."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths
        self._seen = self._stamp()

    def changed(self) -> bool:
        """Whether a file differs from the last call (a missing file is waited for)."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return False
        self._seen = stamp
        return True

    def _stamp(self) -> tuple[tuple[int, int], ...] | None:
        try:
            states = [path.stat() for path in self._paths]
        except OSError:
            return None
        return tuple((state.st_mtime_ns, state.st_size) for state in states)


def utc_now() -> datetime:
    """The time that certificates are judged by."""
    return datetime.now(UTC)


def _extensions(
    public: ec.EllipticCurvePublicKey, name: str
) -> list[tuple[x509.ExtensionType, bool]]:
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return [
        (x509.KeyUsage(digital_signature=True, **usage), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(public), False),
        (x509.SubjectAlternativeName([x509.DNSName(name)]), False),
    ]


def _pin(public: PublicKeyTypes) -> str:
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encode_pin(hashlib.sha256(der).digest())


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        san = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(san.get_values_for_type(x509.DNSName))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc


def _load_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError as exc:
        raise ConfigError(f"There is no PEM certificate in {path}.") from exc


def _load_key(path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(_read(path), password=None)
    except TypeError as exc:  # what cryptography raises for a key under a passphrase
        raise ConfigError(
            f"The private key in {path} needs a passphrase; remove it with "
            "'openssl pkey -in KEY -out NEW'."
        ) from exc
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise ConfigError(f"There is no usable private key in {path}.") from exc
