"""Persons and places are numbers, and two copies cannot be joined by them."""

from __future__ import annotations

from peppermoth.exposure.aliases import Aliases
from peppermoth.exposure.findings import find
from peppermoth.exposure.rules.rule import Subject
from tests.exposure.samples import seen

CONTACTS = [f"{letter}…@mail.example" for letter in "abcdefgh"]
FINDINGS = find(
    [
        *(seen("identity.contact", who, at=at) for at, who in enumerate(CONTACTS)),
        seen("identity.phone", CONTACTS[0], at=20),
        seen("identity.wifi", "home", at=30),
    ]
)


def test_in_ones_own_copy_they_go_by_first_appearance():
    aliases = Aliases(FINDINGS)
    assert [aliases.number(Subject.PEOPLE, who) for who in CONTACTS] == list(range(1, 9))
    assert aliases.of(Subject.PLACES) == [(1, "home")]


def test_one_person_has_one_number_wherever_they_are_seen():
    assert len(Aliases(FINDINGS).of(Subject.PEOPLE)) == len(CONTACTS)


def test_each_key_numbers_anew():
    orders = {
        tuple(Aliases(FINDINGS, bytes([key]) * 32).number(Subject.PEOPLE, who) for who in CONTACTS)
        for key in range(5)
    }
    assert len(orders) == 5
    assert all(sorted(order) == list(range(1, 9)) for order in orders)
