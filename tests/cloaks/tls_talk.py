"""TLS machines joined in memory, certificates of a test authority, and records as seen outside."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from peppermoth.cloaks.machine import Event
from peppermoth.cloaks.tls import Tls, key_pin
from peppermoth.wire.tls import Record, RecordReader
from tests.conftest import Certificate

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs certificates; ``roots`` is the file that makes a client trust it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Authority")])
        self.roots = home / "roots.pem"
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = self._sign(
            self._name,
            self._key.public_key(),
            [(x509.BasicConstraints(ca=True, path_length=None), True), (usage, True)],
        )
        self.roots.write_bytes(certificate.public_bytes(Encoding.PEM))

    def issue(self, name: str, *, age: datetime.timedelta = DAY) -> Certificate:
        """A certificate for ``name`` that began ``age`` ago and lasts thirty days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(
            subject,
            key.public_key(),
            [
                (x509.SubjectAlternativeName([x509.DNSName(name)]), False),
                (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            ],
            age,
        )
        files = Certificate(self._home / f"{name}.pem", self._home / f"{name}.key")
        files.cert.write_bytes(certificate.public_bytes(Encoding.PEM))
        files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def _sign(
        self, subject: x509.Name, public: Any, extensions: Any, age: datetime.timedelta = DAY
    ) -> x509.Certificate:
        begin = datetime.datetime.now(datetime.UTC) - age
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + 30 * DAY)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self._key, SHA256())


class Heard(NamedTuple):
    """What both sides reported, and every byte that each wrote."""

    client: list[Event]
    server: list[Event]
    from_client: bytes
    from_server: bytes


def join(client: Any, server: Any) -> Heard:
    """Pass bytes to and fro until both are silent."""
    wrote: dict[Any, bytes] = {client: b"", server: b""}
    while True:
        silent = True
        for side, other in ((client, server), (server, client)):
            data = b"".join(side.data_to_send())
            if data:
                silent = False
                wrote[side] += data
                other.receive_data(data, 0.0)
        if silent:
            return Heard(client.events(), server.events(), wrote[client], wrote[server])


def pin_of(certificate: Certificate) -> bytes:
    leaf = x509.load_pem_x509_certificate(certificate.cert.read_bytes())
    return key_pin(leaf.public_bytes(Encoding.DER))


def records(data: bytes) -> list[Record]:
    reader = RecordReader()
    found = list(reader.feed(data))
    assert reader.pending == 0
    return found


def secured(client: Tls, server: Tls) -> tuple[Tls, Tls]:
    """Both, after the handshake and its tickets."""
    join(client, server)
    return client, server
