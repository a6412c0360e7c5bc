"""The vocabulary of failures is complete, and no exception tells an address."""

from __future__ import annotations

import pytest

from peppermoth.errors import CarrierError, Failure, PeppermothError


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_a_whole_sentence(failure):
    assert failure.sentence[0].isupper()
    assert failure.sentence.endswith(".")


def test_a_failure_crosses_the_wire_by_its_value():
    assert Failure("target_refused") is Failure.TARGET_REFUSED


def test_a_carrier_error_speaks_to_people_and_keeps_its_detail_for_logs():
    error = CarrierError(Failure.NAME_UNKNOWN, "the resolver said NXDOMAIN")
    assert isinstance(error, PeppermothError)
    assert str(error) == "No site has this name."
    assert error.detail == "the resolver said NXDOMAIN"
