"""DNS messages and their beginnings, over UDP and TCP (``wire/dns.py``, ``wire/ech.py``)."""

from __future__ import annotations

import dns.edns
import dns.message
import dns.rrset

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dns import FramedReader, begins_like_message, decode_message

PERMITTED = (RemoteProtocolError,)


def _answer() -> bytes:
    query = dns.message.make_query("www.moth.example", "A", use_edns=0)
    response = dns.message.make_response(query)
    for kind, text in (
        ("A", "192.0.2.7"),
        ("CNAME", "moth.example."),
        ("MX", "10 mail.moth.example."),
        ("SRV", "0 0 5060 sip.moth.example."),
        ("TXT", '"model=Moth1,2" "fn="'),
        ("HTTPS", '1 . alpn="h2,h3" ipv4hint="192.0.2.7" ech="AAT+DQAA"'),
    ):
        response.answer.append(dns.rrset.from_text("www.moth.example.", 60, "IN", kind, text))
    response.use_edns(options=[dns.edns.ECSOption("198.51.100.0", 24)])
    return response.to_wire()


SEEDS = (dns.message.make_query("moth.example", "AAAA").to_wire(), _answer())


def fuzz(data: bytes) -> None:
    """A message that decodes holds names of bounded length and a subnet or none."""
    begins_like_message(data)
    message = decode_message(data)
    str(message.client_subnet)
    for record in (*message.answers, *message.authorities, *message.additionals):
        if len(record.name) > 4 * 255:
            raise AssertionError("a name is longer than a name can be")
        if len(record.attributes) > len(record.data):
            raise AssertionError("more attributes than there is room for")
    framed = len(data).to_bytes(2, "big") + data
    if list(FramedReader().feed(framed)) != [data]:
        raise AssertionError("a message changed on its way through a stream")
