"""SNMP: who asks for access."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.snmp import Message, begins_snmp, decode_message
from tests.wire.directories import integer, octets, sequence, snmp, snmp_3


@pytest.mark.parametrize(("number", "version"), [(0, "1"), (1, "2c")])
def test_communities_stand_in_clear(number, version):
    assert decode_message(snmp(number, "public")) == Message(version, community=b"public")


@pytest.mark.parametrize(("flags", "is_sealed"), [(4, False), (5, False), (7, True)])
def test_version_3_names_a_user_and_says_whether_it_is_sealed(flags, is_sealed):
    assert decode_message(snmp_3("anna", flags)) == Message("3", user="anna", is_sealed=is_sealed)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        snmp(2, "public"),
        snmp(0, "public")[:-1],
        sequence(integer(0), octets("public")),
        sequence(integer(3), sequence(), octets(sequence()), octets("")),
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_message(wrong)
    assert not begins_snmp(wrong, b"")


def test_it_is_recognised_from_either_side():
    assert begins_snmp(snmp(1, "public"), b"")
    assert begins_snmp(b"", snmp_3("anna", 7))
