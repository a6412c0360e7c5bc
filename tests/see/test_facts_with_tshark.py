"""Certificates and calls: all that tshark finds in others' captures is told.

tshark cuts certificates out of the handshake, and ``cryptography`` reads their names; of SIP
it gives the parties and what SDP offers. Names of persons are masked as the report masks them.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cryptography import x509

from peppermoth.monitor import masks
from peppermoth.monitor.reading import read
from peppermoth.wire.certificate import MAX_NAMES
from tests.monitor.captures import hosts
from tests.peers import find
from tests.see.test_names_with_tshark import holding

EXPLAINED = {
    "sip-header-multi-value": "a header that must stand once stands twice, of which one counts",
}
"""Captures with a party or a codec that is not told, and why."""

SEVERAL = "|"


def rows(path: Path, wanted: str, *fields: str) -> list[list[list[str]]]:
    """The values of each field in each packet that tshark's filter takes."""
    command = [find("tshark"), "-n", "-r", path, "-Y", wanted, "-T", "fields"]
    command += ["-E", "separator=/t", "-E", f"aggregator={SEVERAL}"]
    command += [word for field in fields for word in ("-e", field)]
    output = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    lines = (line.split("\t") for line in output.split("\n")[:-1])
    return [[[one for one in cell.split(SEVERAL) if one] for cell in line] for line in lines]


def told(path: Path, *kinds: str) -> set[str]:
    """The values of these kinds that are told of any host, in small letters."""
    every = (one for host in hosts(path, 40) for one in read(str(path), host))
    return {one.value.lower() for one in every if one.kind in kinds}


# Certificates


def names_in(certificate: bytes) -> Iterator[str]:
    """The names by which a certificate may be known, as many of them as are told."""
    read_one = x509.load_der_x509_certificate(certificate)
    for attribute in read_one.subject.get_attributes_for_oid(x509.OID_COMMON_NAME):
        yield str(attribute.value)
    with suppress(x509.ExtensionNotFound):
        kind = x509.SubjectAlternativeName
        alternatives = list(read_one.extensions.get_extension_for_class(kind).value)
        for one in alternatives[:MAX_NAMES]:
            if isinstance(one, x509.DNSName | x509.IPAddress):
                yield str(one.value)


def certificates(path: Path) -> list[bytes]:
    """The first certificate of each chain."""
    field = "tls.handshake.certificate"
    found = rows(path, f"{field} and tls.handshake.type == 11", field)
    return [bytes.fromhex(cell[0].replace(":", "")) for (cell,) in found if cell]


def test_every_name_in_a_certificate_is_told():
    missed, number = {}, 0
    for path in holding("tls"):
        wanted = set()
        for certificate in certificates(path):
            with suppress(ValueError):  # broken on purpose
                wanted |= {name.lower() for name in names_in(certificate)}
        number += len(wanted)
        missing = wanted - told(path, "name.certificate") if wanted else set()
        if missing:
            missed[path.parent.name] = missing
    print(number, "names")
    assert number > 40
    assert not missed


# Calls


def shown(address: str) -> Iterable[str]:
    """A party as the report shows it; nothing of one without a name."""
    user, at, host = address.partition(":")[2].partition(";")[0].partition("@")
    if not at:
        return ()
    if user.lstrip("+").isdigit() and len(user) > 5:
        return (masks.phone(user),)
    return (masks.user(f"{user}@{host.partition(':')[0]}").lower(),)


def test_parties_and_codecs_of_calls_are_told():
    missed, parties, offers = {}, 0, 0
    people = ("identity.user", "identity.contact", "identity.phone", "identity.mail_address")
    for path in holding("sip"):
        fields = ("sip.from.addr", "sip.to.addr", "sdp.media.port", "sdp.mime.type")
        found = rows(path, "sip", *fields)
        wanted = {one for who, whom, *_ in found for end in (*who, *whom) for one in shown(end)}
        missing = wanted - told(path, *people)
        readable = told(path, "content.call")
        for _, _, ports, codecs in found:
            if codecs and any(port != "0" for port in ports):
                offers += 1
                if readable.isdisjoint(codec.lower() for codec in codecs):
                    missing.add(codecs[0])
        parties += len(wanted)
        if missing:
            missed[path.parent.name] = missing
    print(parties, "parties,", offers, "offers")
    assert parties >= 10
    assert offers >= 3
    assert missed.keys() == EXPLAINED.keys(), missed
