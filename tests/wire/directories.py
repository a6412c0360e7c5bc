"""Messages of LDAP, SNMP and Kerberos that tests build, value by value."""

from __future__ import annotations


def value(tag: int, *parts: bytes) -> bytes:
    """A BER value; lengths in the shortest form."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def integer(number: int) -> bytes:
    return value(2, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def octets(text: str | bytes, tag: int = 4) -> bytes:
    return value(tag, text.encode() if isinstance(text, str) else text)


def sequence(*parts: bytes) -> bytes:
    return value(0x30, *parts)


def tagged(number: int, *parts: bytes) -> bytes:
    return value(0xA0 + number, *parts)


# LDAP


def ldap(number: int, operation: bytes) -> bytes:
    return sequence(integer(number), operation)


def simple_bind(name: str, password: str) -> bytes:
    return ldap(1, value(0x60, integer(3), octets(name), octets(password, 0x80)))


def sasl_bind(mechanism: str, credentials: bytes) -> bytes:
    way = value(0xA3, octets(mechanism), octets(credentials))
    return ldap(1, value(0x60, integer(3), octets(""), way))


def equality(name: str, wanted: str) -> bytes:
    return value(0xA3, octets(name), octets(wanted))


def search(base: str, test: bytes) -> bytes:
    limits = (value(0x0A, b"\2"), value(0x0A, b"\0"), integer(0), integer(0), value(1, b"\0"))
    return ldap(2, value(0x63, octets(base), *limits, test, sequence()))


START_TLS = ldap(3, value(0x77, octets("1.3.6.1.4.1.1466.20037", 0x80)))


def password_change(user: str, old: bytes, new: bytes) -> bytes:
    """RFC 3062; what is empty is left out."""
    said = ((0x80, user.encode()), (0x81, old), (0x82, new))
    asked = sequence(*(octets(text, tag) for tag, text in said if text))
    return ldap(5, value(0x77, octets("1.3.6.1.4.1.4203.1.11.1", 0x80), octets(asked, 0x81)))


def extended_response(code: int, number: int = 3) -> bytes:
    result = (value(0x0A, bytes((code,))), octets(""), octets(""))
    return ldap(number, value(0x78, *result))


UNBIND = ldap(9, value(0x42))


# SNMP


def snmp(version: int, community: str) -> bytes:
    asked = value(0xA0, integer(7), integer(0), integer(0), sequence())
    return sequence(integer(version), octets(community), asked)


def snmp_3(user: str, flags: int) -> bytes:
    head = sequence(integer(1), integer(65507), octets(bytes((flags,))), integer(3))
    security = sequence(
        octets(b"\x80\0\x1f"), integer(0), integer(0), octets(user), octets(""), octets("")
    )
    return sequence(integer(3), head, octets(security), octets(b"sealed"))


# Kerberos


def principal(number: int, *names: str) -> bytes:
    texts = [octets(name, 0x1B) for name in names]
    return tagged(number, sequence(tagged(0, integer(1)), tagged(1, sequence(*texts))))


def sealed(cipher: bytes) -> bytes:
    return sequence(tagged(0, integer(18)), tagged(2, octets(cipher)))


def ticket_request(
    client: tuple[str, ...], service: tuple[str, ...], *, kind: int = 10, time: bytes = b"",
    host: str = "",
) -> bytes:  # fmt: skip
    offers = sequence(tagged(1, integer(2)), tagged(2, octets(sealed(time))))
    address = sequence(tagged(0, integer(20)), tagged(1, octets(host.ljust(16))))
    body = [
        tagged(0, value(3, b"\0\x40\0\0\0")),
        principal(1, *client) if client else b"",
        tagged(2, octets("MOTH.EXAMPLE", 0x1B)),
        principal(3, *service),
        tagged(9, sequence(address)) if host else b"",
    ]
    parts = [
        tagged(1, integer(5)),
        tagged(2, integer(kind)),
        tagged(3, sequence(offers)) if time else b"",
        tagged(4, sequence(*body)),
    ]
    return value(0x60 + kind, sequence(*parts))


def ticket_answer(client: str, cipher: bytes) -> bytes:
    ticket = tagged(5, value(0x61, sequence(tagged(0, integer(5)))))
    return value(
        0x6B,
        sequence(
            tagged(0, integer(5)),
            tagged(1, integer(11)),
            tagged(3, octets("MOTH.EXAMPLE", 0x1B)),
            principal(4, client),
            ticket,
            tagged(6, sealed(cipher)),
        ),
    )


def ticket_error(service: str) -> bytes:
    return value(
        0x7E,
        sequence(
            tagged(0, integer(5)),
            tagged(6, integer(25)),
            tagged(9, octets("MOTH.EXAMPLE", 0x1B)),
            principal(10, service, "host.moth.example"),
        ),
    )


def framed(message: bytes) -> bytes:
    """As over TCP."""
    return len(message).to_bytes(4, "big") + message
