"""What a certificate says of its owner and its issuer (RFC 5280), read with ``cryptography``.

Only names are kept, at most ``MAX_NAMES`` of at most ``MAX_TEXT`` characters each. An
odd field is passed over, so that it does not hide the others. Certificates on the line
are hostile input: the names may hold anything.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from peppermoth.errors import RemoteProtocolError

MAX_SIZE: Final = 64 * 1024
MAX_NAMES: Final = 32
MAX_TEXT: Final = 255

_ORGANIZATION = x509.OID_ORGANIZATION_NAME
_ODD = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)
"""What ``cryptography`` raises for certificates that are broken or unusual."""


class Certificate(NamedTuple):
    """Names in a certificate: of the owner, and of who vouches. Empty where there are none."""

    common_name: str
    host_names: tuple[str, ...]
    issuer: str


def read_certificate(der: bytes) -> Certificate:
    """The names in a certificate in DER. Raises RemoteProtocolError if it is none."""
    if len(der) > MAX_SIZE:
        raise RemoteProtocolError("a certificate is too long")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of serial numbers and lengths that nobody uses here
        try:
            certificate = x509.load_der_x509_certificate(der)
        except _ODD as error:
            raise RemoteProtocolError("not a certificate") from error
        issuer = _named(certificate, "issuer")
        return Certificate(
            _first(_texts(_named(certificate, "subject"), x509.OID_COMMON_NAME)),
            tuple(_host_names(certificate)),
            _first((*_texts(issuer, _ORGANIZATION), *_texts(issuer, x509.OID_COMMON_NAME))),
        )


def _first(texts: Iterable[str]) -> str:
    return next(iter(texts), "")


def _named(certificate: x509.Certificate, part: str) -> x509.Name | None:
    try:
        name: x509.Name = getattr(certificate, part)
    except _ODD:
        return None
    return name


def _texts(name: x509.Name | None, kind: x509.ObjectIdentifier) -> Iterator[str]:
    for attribute in name.get_attributes_for_oid(kind) if name else ():
        value = attribute.value
        yield (value if isinstance(value, str) else value.hex())[:MAX_TEXT]


def _host_names(certificate: x509.Certificate) -> Iterator[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except _ODD:
        return
    for name in list(found.value)[:MAX_NAMES]:
        if isinstance(name, x509.DNSName | x509.IPAddress):
            yield str(name.value)[:MAX_TEXT]
