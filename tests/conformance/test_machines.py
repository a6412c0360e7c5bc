"""Every listed machine, in every conversation, against every way that a network can cut it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peppermoth.cloaks.machine import Ended
from peppermoth.cloaks.tls import Plaintext
from tests.conformance.cases import CASES
from tests.conformance.harness import (
    Case,
    Vector,
    at,
    begins,
    byte_by_byte,
    converse,
    end,
    joined,
    whole,
)

GARBAGE = random.Random(1).randbytes(200)
MOST_ENDS = 24

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_a_machine_reports_the_same_whole_and_byte_by_byte(case, certificate):
    expected = joined(end(converse(case, certificate)))
    assert joined(end(converse(case, certificate, byte_by_byte))) == expected


@every_case
def test_a_machine_reports_the_same_in_any_pieces(case, certificate):
    expected = joined(end(converse(case, certificate)))

    @settings(max_examples=8)
    @given(st.lists(st.floats(0, 1), max_size=12).map(at))
    def cut_anywhere(cut):
        assert joined(end(converse(case, certificate, cut))) == expected

    cut_anywhere()


@every_case
@pytest.mark.parametrize("more", ["garbage", "an echo"])
def test_what_follows_a_conversation_is_reported_the_same_in_any_pieces(case, more, certificate):
    turns = converse(case, certificate).turns
    last = (len(turns), GARBAGE if more == "garbage" else turns[-1])
    expected = joined(end(converse(case, certificate, trailing=last)))
    for cut in (byte_by_byte, at([0.3, 0.8, 0.99])):
        assert joined(end(converse(case, certificate, cut, trailing=last))) == expected


@every_case
@pytest.mark.parametrize("cut", [whole, at([n / 9 for n in range(9)])], ids=["whole", "pieces"])
def test_a_peer_that_leaves_anywhere_ends_what_was_reported_so_far(case, cut, certificate):
    full = converse(case, certificate)
    size = sum(map(len, full.turns))
    places = range(case.first, size)
    if len(places) > MOST_ENDS:
        places = sorted(random.Random(size).sample(places, MOST_ENDS))
    expected = joined(full.reported)
    for place in {0, *places}:
        *reported, _ = joined(end(converse(case, certificate, cut, stop=place)))
        assert begins(reported, expected), f"left after {place} bytes"


class Careless:
    """A machine with one fault."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.reported = []
        self.ended = False
        self.kept = b""

    def receive_data(self, data, now):
        if self.ended and self.fault != "goes on":
            return
        if not data:
            self.ended = True
            self.reported.append(Ended(""))
        elif self.fault == "forgets":
            self.reported += [Plaintext(b"whole")] if bytes(data) == b"hello" else []
        elif self.fault == "keeps views":
            self.kept, before = data, self.kept
            self.reported += [Plaintext(before)] if before else []
        else:
            self.reported.append(Plaintext(bytes(data)))

    def events(self):
        events, self.reported = self.reported, []
        return events

    def data_to_send(self):
        return []

    def next_wakeup(self):
        return 10.0 if self.fault == "hurries" else None

    def wake(self, now):
        if self.fault == "hurries":
            self.reported.append(Ended("too late"))


@pytest.mark.parametrize("fault", ["forgets", "goes on", "hurries", "keeps views"])
def test_a_careless_machine_is_caught(fault, certificate):
    case = Case(fault, lambda _: Careless(fault), lambda _: Vector(b"hello"))
    with pytest.raises(AssertionError):
        test_a_machine_reports_the_same_whole_and_byte_by_byte(case, certificate)


def test_a_machine_without_a_fault_passes(certificate):
    case = Case("none", lambda _: Careless(""), lambda _: Vector(b"hello"))
    test_a_machine_reports_the_same_whole_and_byte_by_byte(case, certificate)
