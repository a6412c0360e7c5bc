"""Certificates for tests, made on the spot."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

KEY = ec.generate_private_key(ec.SECP256R1())
BEGIN = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def certificate(
    common_name: str = "moth.example",
    names: Sequence[str] = (),
    addresses: Sequence[str] = (),
    issuer: str = "Moth Authority",
) -> x509.Certificate:
    """A certificate with these names, signed by its own key."""
    owner = x509.Name(
        [x509.NameAttribute(x509.OID_COMMON_NAME, common_name)] if common_name else []
    )
    vouching = x509.Name([x509.NameAttribute(x509.OID_ORGANIZATION_NAME, issuer)])
    builder = x509.CertificateBuilder().issuer_name(vouching).subject_name(owner)
    builder = builder.public_key(KEY.public_key()).serial_number(7).not_valid_before(BEGIN)
    builder = builder.not_valid_after(BEGIN + datetime.timedelta(days=36500))
    general: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    general += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    if general:
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    return builder.sign(KEY, hashes.SHA256())


def der(*arguments: object, **more: object) -> bytes:
    """The same as bytes on the line."""
    return certificate(*arguments, **more).public_bytes(serialization.Encoding.DER)


def pem_files(folder, common_name="moth.example", names=("moth.example",)):
    """A certificate and its key as files for a server; the path of both."""
    path = folder / "server.pem"
    key = KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(key + certificate(common_name, names).public_bytes(serialization.Encoding.PEM))
    return path
