"""nDPI's models of handshakes and the rule against trojan, at their edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from peppermoth.lab.detectors.encapsulated_fixed import DETECTORS, MODELS, distances_below
from tests.lab.detectors.flows import CHANGE, FINISHED, Line, in_tls, record, talk

MARGINS = {detector.id: detector.margin for detector in DETECTORS}
NDPI, PATIENT = MARGINS["handshake.ndpi"], MARGINS["handshake.ndpi-patient"]
CHROME = MODELS["Chrome, post-quantum"]
FIREFOX = MODELS["TLS 1.3, Firefox"]
HANDSHAKE = [1850, -4903, 785, -1051]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_s_mean_is_as_far_inside_as_its_threshold(name):
    model = MODELS[name]
    assert distances_below(np.array([model.mean]), name)[0] == pytest.approx(model.threshold)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("place", range(4))
def test_a_model_s_edge_is_where_its_inverse_covariance_says(name, place):
    model = MODELS[name]
    at = [0, 4, 7, 9][place]  # the diagonal, in the upper triangle
    edge = model.threshold / math.sqrt(model.upper[at])
    for factor, flagged in ((0.999, True), (1.001, False)):
        moved = np.array([model.mean])
        moved[0, place] += factor * edge
        assert (distances_below(moved, name)[0] > 0) == flagged


def test_the_matrices_are_symmetric():
    sets = np.array([[100.0, 5000.0, 50.0, 400.0]])
    model = MODELS["TLS 1.2, Firefox"]
    apart = sets[0] - model.mean
    upper = iter(model.upper)
    terms = [(i, j, next(upper)) for i in range(4) for j in range(i, 4)]
    squared = sum(s * apart[i] * apart[j] * (1 if i == j else 2) for i, j, s in terms)
    found = distances_below(sets, "TLS 1.2, Firefox")[0]
    assert found == pytest.approx(3.5 - math.sqrt(squared))


@pytest.mark.parametrize(("first", "excluded"), [(516, True), (517, False), (518, False)])
def test_a_hello_of_tls_13_has_517_bytes_or_more(first, excluded):
    sets = np.array([[first, *FIREFOX.mean[1:]]])
    assert np.isneginf(distances_below(sets, "TLS 1.3, Firefox")[0]) == excluded


def test_a_handshake_in_the_clear_is_flagged_once_the_client_goes_on():
    assert math.isnan(NDPI(talk(HANDSHAKE)))
    assert NDPI(talk([*HANDSHAKE, 100])) == pytest.approx(3.0, abs=0.01)


def test_short_exchanges_are_not_flagged():
    assert NDPI(talk([20, -15000, 20, -15000, 20])) < 0


def test_a_set_begins_with_every_burst_of_the_client():
    assert NDPI(talk([5, -9, *HANDSHAKE, 5])) == pytest.approx(3.0, abs=0.01)
    assert NDPI(talk([5, -9, 5, -9, *HANDSHAKE, 5])) == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize(("packets", "flagged"), [(1, True), (3, True), (4, False)])
def test_a_hello_in_more_than_three_packets_is_none(packets, flagged):
    pieces = [1850 // packets] * (packets - 1)
    hello = [*pieces, 1850 - sum(pieces)]
    assert (NDPI(talk([*hello, *HANDSHAKE[1:], 100])) > 0) == flagged


@pytest.mark.parametrize(("before", "flagged"), [(21, True), (22, False)])
def test_the_packet_that_completes_a_set_is_the_26th_at_most(before, flagged):
    noise = [1] * (before - 1) + [-1]
    found = NDPI(talk([*noise, *HANDSHAKE, 100]))
    assert (found > 0) == flagged


def test_it_gives_up_where_the_server_speaks_first_and_the_patient_variant_does_not():
    trace = talk([-300, *HANDSHAKE, 100])
    assert NDPI(trace) == -math.inf
    assert PATIENT(trace) == pytest.approx(3.0, abs=0.01)


def test_inside_tls_the_outer_handshake_and_24_bytes_a_packet_are_taken_off():
    inner = [1850 + 24, -4903 - 24, 785 + 24, -1051 - 24, 100]
    assert NDPI(in_tls(inner)) == pytest.approx(3.0, abs=0.01)
    assert NDPI(in_tls([2 * size for size in inner])) < 0


@pytest.mark.parametrize(("size", "judged"), [(24, True), (23, False)])
def test_inside_tls_a_packet_below_24_bytes_ends_the_search(size, judged):
    found = NDPI(in_tls([size, *(-4903, 785, -1051, 100)]))
    assert math.isnan(found) != judged


def test_inside_tls_tickets_stop_ndpi():
    tickets_first = in_tls([-255, 1874, -4927, 809, -1075, 100])
    assert NDPI(tickets_first) == -math.inf
    assert PATIENT(tickets_first) > 2.9


# Trojan


def trojan(up: int, down: int) -> Line:
    """After the client's ChangeCipherSpec so many bytes up, its packet's own included, and down."""
    line = Line()
    line.say(0.02, client=True, data=record(0x16, 512))
    line.say(0.04, client=False, data=record(0x16, 100) + CHANGE + record(0x17, 900))
    line.say(0.06, client=True, data=FINISHED)
    line.say(0.07, client=True, data=up - len(FINISHED))
    line.say(0.08, client=False, data=down)
    line.say(0.10, client=True, data=1)
    return line


@pytest.mark.parametrize(
    ("up", "down", "margin", "wide"),
    [
        (649, 175, 0, 0),
        (650, 175, 1, 1),
        (655, 175, 6, 6),
        (750, 175, 1, 6),
        (751, 175, 0, 6),
        (1000, 175, -249, 1),
        (1001, 175, -250, 0),
        (700, 169, 0, 0),
        (700, 170, 1, 1),
        (700, 180, 1, 1),
        (700, 181, 0, 0),
        (700, 2999, 0, 0),
        (700, 3000, 1, 1),
        (700, 7500, 1, 1),
        (700, 7501, 0, 0),
    ],
)
def test_trojan_is_flagged_within_its_ranges_and_not_one_byte_outside(up, down, margin, wide):
    trace = trojan(up, down).trace()
    assert MARGINS["trojan"](trace) == margin
    assert MARGINS["trojan.opengfw"](trace) == wide


def test_trojan_s_counts_are_looked_at_when_the_client_speaks():
    line = trojan(700, 175)
    line.packets.pop()
    assert MARGINS["trojan"](line.trace()) < 0


@pytest.mark.parametrize("name", ["trojan", "trojan.opengfw"])
def test_an_ordinary_download_is_not_trojan_nor_is_what_changes_no_cipher(name):
    assert MARGINS[name](in_tls([300, -14000, -14000, 300])) < 0
    assert MARGINS[name](talk([700, -175, 10])) == -math.inf
    merged = Line()
    merged.say(0.1, client=True, data=record(0x16, 90) + FINISHED)
    assert MARGINS[name](merged.trace()) == -math.inf
    assert math.isnan(MARGINS[name](Line().trace()))
