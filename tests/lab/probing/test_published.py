"""The published probes: their lengths, positions and numbers."""

from __future__ import annotations

import pytest

from peppermoth.lab.probing.battery import FLIGHT
from peppermoth.lab.probing.published import (
    BEHIND_A_HANDSHAKE,
    CHANGED_HELLOS,
    LENGTHS,
    PREFIXES,
    REPLAYS,
)


@pytest.mark.parametrize("length", [7, 8, 9, 48, 49, 50, 221, 4095, 4096, 4097, 16385])
def test_random_bytes_of_published_lengths_go_out_in_clear_and_in_tls(length):
    (raw,) = LENGTHS[f"{length} random bytes in clear"].steps
    (said,) = LENGTHS[f"{length} random bytes in TLS"].steps
    assert len(raw.data) == len(said) == length


def test_the_long_one_has_no_neighbours():
    assert "220 random bytes in clear" not in LENGTHS
    assert "222 random bytes in clear" not in LENGTHS


def test_a_changed_hello_differs_from_a_hello_in_the_byte_that_it_names():
    for name, probe in CHANGED_HELLOS.items():
        data = probe.steps[0].data
        changed = [at for at, byte in enumerate(FLIGHT) if data[at] != byte]
        assert len(data) == len(FLIGHT)
        assert f"byte {changed[0]} of a hello changed" == name
        assert len(changed) == 1


def test_every_byte_of_a_hello_s_headers_is_tried_and_a_bounded_number_of_the_others():
    assert set(range(11)) <= {int(name.split()[1]) for name in CHANGED_HELLOS}
    assert len(CHANGED_HELLOS) < 40


def test_a_prefix_has_the_length_it_is_known_by_and_the_last_is_whole():
    assert {length: probe.steps[0].data for length, probe in PREFIXES.items()} == {
        length: FLIGHT[:length] for length in PREFIXES
    }
    assert max(PREFIXES) == len(FLIGHT)


def test_replays_change_the_bytes_of_the_paper():
    assert list(REPLAYS.values()) == [(), (0,), (0, 1, 2, 3, 4, 5, 6, 7, 62, 63), (16,), (6, 16)]


def test_behind_a_handshake_each_probe_agrees_on_tls_first():
    assert all(probe.hello for probe in BEHIND_A_HANDSHAKE.values())
