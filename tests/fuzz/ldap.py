"""LDAP (``wire/ldap.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import ldap
from tests.wire import directories as d

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    d.simple_bind("cn=anna,dc=moth", "canary"),
    d.sasl_bind("PLAIN", b"\0anna\0canary"),
    d.search("dc=moth", d.value(0xA0, d.equality("a", "b"), d.value(0xA2, d.equality("c", "d")))),
    d.extended_response(0),
)


def fuzz(data: bytes) -> None:
    """Every message is asked for all it might hold."""
    ldap.begins_ldap(data, b"")
    found = ldap.decode_message(data)
    if found is None:
        return
    message = found[0]
    readers = {
        ldap.BIND_REQUEST: ldap.decode_bind,
        ldap.SEARCH_REQUEST: ldap.decode_search,
        ldap.EXTENDED_RESPONSE: ldap.result,
    }
    ldap.asks_for_tls(message)
    said = readers.get(message.operation, repr)(message)
    if isinstance(said, ldap.Bind):
        ldap.person_and_domain(said.name)
