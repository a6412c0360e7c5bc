"""Certificates for the world's sites and bridges, as authorities of today issue them.

A chain is a leaf and one or two intermediates; the leaf has the extensions that public
ones have, with room for certificate transparency, so that the server's flight has the
size of a real one. Which key and how many intermediates a name has follows from it.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_DAY: Final = datetime.timedelta(days=1)
_TRANSPARENCY: Final = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_TIMESTAMPS: Final = 242
"""Bytes that two signed timestamps take in a certificate."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate that signs others, and its key."""

    certificate: x509.Certificate
    key: Key


class Authority:
    """A root with two intermediates, one below the other."""

    def __init__(self, directory: Path) -> None:
        """``directory`` takes ``root.pem``, and for each name ``NAME.pem`` and ``NAME.key``."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.root = directory / "root.pem"
        top = _signer("Lab Root R1", None, 2048)
        upper = _signer("Lab Intermediate E1", top, 2048)
        lower = _signer("Lab Intermediate E7", upper, 2048)
        self._chains = ((upper,), (lower, upper))
        self.root.write_bytes(_pem(top.certificate))
        self._spare_rsa = _rsa_key()

    @property
    def pins(self) -> str:
        """For browsers: base64 SHA-256 of the intermediates' public keys, with commas."""
        return ",".join(
            base64.b64encode(
                hashlib.sha256(
                    signer.key.public_key().public_bytes(
                        serialization.Encoding.DER,
                        serialization.PublicFormat.SubjectPublicKeyInfo,
                    )
                ).digest()
            ).decode()
            for signer in self._chains[1]
        )

    def issue(self, name: str, seed: int = 0) -> tuple[Path, Path]:
        """A chain and a key for a name; where they are."""
        chance = random.Random(f"{name} of {seed}")
        key: Key = ec.generate_private_key(ec.SECP256R1())
        if chance.random() < 0.35:
            key = self._spare_rsa
        chain = self._chains[chance.random() < 0.3]
        leaf = _leaf(name, key, chain[0])
        certificate = self.directory / f"{name}.pem"
        secret = self.directory / f"{name}.key"
        parts = (leaf, *(signer.certificate for signer in chain))
        certificate.write_bytes(b"".join(map(_pem, parts)))
        secret.touch(mode=0o600)
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate, secret


def _rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Moth Trust Services"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, days: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + days * _DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _signer(name: str, issuer: Signer | None, bits: int) -> Signer:
    key = _rsa_key(bits)
    above = issuer.certificate.subject if issuer else _name(name)
    made = _builder(_name(name), above, key, 3650)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.add_extension(_usage(signs=True), critical=True)
    if issuer:
        made = _told_by(made, issuer)
    return Signer(made.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _leaf(name: str, key: Key, issuer: Signer) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _builder(subject, issuer.certificate.subject, key, 90)
    names = [x509.DNSName(name), x509.DNSName(f"www.{name}")]
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    made = (
        _told_by(made, issuer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.UnrecognizedExtension(
                _TRANSPARENCY, b"\x04\x81\xf0" + os.urandom(_TIMESTAMPS - 2)
            ),
            critical=False,
        )
    )
    return made.sign(issuer.key, hashes.SHA256())


def _told_by(made: x509.CertificateBuilder, issuer: Signer) -> x509.CertificateBuilder:
    """What an issuer adds: its key, where it answers, its policy."""
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    where = [
        x509.AccessDescription(oid, x509.UniformResourceIdentifier(f"http://{part}.example/e7"))
        for oid, part in (
            (AuthorityInformationAccessOID.OCSP, "ocsp"),
            (AuthorityInformationAccessOID.CA_ISSUERS, "issuer"),
        )
    ]
    policy = x509.PolicyInformation(ObjectIdentifier("2.23.140.1.2.1"), None)
    points = x509.DistributionPoint(
        [x509.UniformResourceIdentifier("http://crl.example/e7.crl")], None, None, None
    )
    return (
        made.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value), False
        )
        .add_extension(x509.AuthorityInformationAccess(where), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
        .add_extension(x509.CRLDistributionPoints([points]), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
