"""Documents that hold secrets: BSON as MongoDB sends it, and a person's certificate."""

from __future__ import annotations

import struct
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from tests.monitor.observe.feeding import Said, c, s
from tests.wire.certificates import BEGIN, KEY
from tests.wire.hellos import vector


def bson(**fields: str | bytes | int) -> bytes:
    """A document of strings, binary values and numbers."""
    body = b""
    for name, value in fields.items():
        key = name.encode() + b"\0"
        if isinstance(value, str):
            text = value.encode() + b"\0"
            body += b"\x02" + key + struct.pack("<I", len(text)) + text
        elif isinstance(value, bytes):
            body += b"\x05" + key + struct.pack("<IB", len(value), 0) + value
        else:
            body += b"\x10" + key + struct.pack("<i", value)
    return struct.pack("<I", 5 + len(body)) + body + b"\0"


def op_msg(number: int, answers: int, **fields: str | bytes | int) -> bytes:
    """OP_MSG with one document."""
    body = struct.pack("<IB", 0, 0) + bson(**fields)
    return struct.pack("<IIII", 16 + len(body), number, answers, 2013) + body


def started(mechanism: str, payload: bytes) -> Said:
    """The beginning of a login."""
    return c(op_msg(1, 0, saslStart=1, mechanism=mechanism, payload=payload))


SCRAM: Final = [
    started("SCRAM-SHA-256", b"n,,n=anna.canary,r=canarynonce"),
    s(op_msg(2, 1, conversationId=1, payload=b"r=canarynonce7,s=Y2FuYXJ5,i=15000", done=0)),
    c(op_msg(3, 0, saslContinue=1, payload=b"c=biws,r=canarynonce7,p=Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5")),
    s(op_msg(4, 3, conversationId=1, payload=b"v=Y2FuYXJ5", done=1)),
    c(op_msg(5, 0, find="canary", comment="the canary sings")),
]
PLAIN: Final = [
    started("PLAIN", b"\0anna.canary\0canary-password"),
    s(op_msg(2, 1, conversationId=1, payload=b"", done=1)),
    c(op_msg(3, 0, insert="canary", comment="canary")),
]


def chain(*certificates: bytes) -> bytes:
    """The body of a Certificate message of TLS 1.2."""
    return vector(3, b"".join(vector(3, one) for one in certificates))


def of_a_person(name: str, address: str) -> bytes:
    """A certificate by which a person signs in: its common name, and a mail address in it."""
    subject = x509.Name(
        [
            x509.NameAttribute(x509.OID_COMMON_NAME, name),
            x509.NameAttribute(x509.OID_EMAIL_ADDRESS, address),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    builder = builder.public_key(KEY.public_key()).serial_number(8).not_valid_before(BEGIN)
    builder = builder.not_valid_after(BEGIN.replace(year=2124))
    mail = x509.SubjectAlternativeName([x509.RFC822Name(address)])
    signed = builder.add_extension(mail, critical=False).sign(KEY, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


OF_A_PERSON: Final = of_a_person("laptop.moth.example", "anna.canary@moth.example")
