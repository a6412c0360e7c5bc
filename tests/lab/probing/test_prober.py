"""Side by side: what counts as the same, what differs, in which words."""

from __future__ import annotations

import dataclasses
import io

import pytest
from rich.console import Console

from peppermoth.errors import WorldError
from peppermoth.lab.probing.prober import (
    TRIALS,
    Trial,
    Verdict,
    differences,
    render,
    side_by_side,
    smallest,
)
from peppermoth.lab.probing.probes import Observation
from peppermoth.redact import Address
from tests.lab.probing.servers import closes, greeting, is_silent, serving

PATIENCE = 0.4
HEAD = b"HTTP/1.1 %s\r\nServer: nginx\r\nContent-Length: %d\r\nETag: %s\r\n\r\n%s"
NAMED = {trial.name: trial for trial in TRIALS}


def said(*words: object) -> Observation:
    return Observation(said=list(words))


def page(status: bytes, body: bytes, etag: bytes = b"a") -> Observation:
    return said(HEAD % (status, len(body), etag, body))


def test_no_two_trials_have_the_same_name():
    assert len(NAMED) == len(TRIALS) > 290


@pytest.mark.parametrize(
    "group", ["HTTP/1 in TLS", "random lengths", "replays", "a changed hello", "session tickets"]
)
def test_every_kind_of_probe_is_among_the_trials(group):
    assert [trial for trial in TRIALS if trial.group == group]


def test_pages_that_are_found_may_differ_in_their_contents_and_pages_of_errors_may_not():
    assert not differences(page(b"200 OK", b"moth"), page(b"200 OK", b"butterfly", b"b"))
    missing = b"404 Not Found"
    (told,) = differences(page(missing, b"none"), page(missing, b"nothing"))
    assert told.startswith("answer: ")


def test_a_page_that_is_found_is_told_by_its_other_fields():
    found = page(b"200 OK", b"moth")
    other = said(found.said[0].replace(b"nginx", b"hyper"))
    assert "nginx" in differences(found, other)[0]
    assert "hyper" in differences(found, other)[0]


def test_in_http_2_too_contents_count_only_for_errors():
    def answer(status: str, body: bytes) -> Observation:
        fields = ((":status", status), ("etag", body.hex()))
        return said((1, 4, 1, fields), (0, 1, 1, body))

    assert not differences(answer("200", b"moth"), answer("200", b"wool"))
    assert differences(answer("404", b"moth"), answer("404", b"wool"))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"end": "RST"}, "end: FIN / RST"),
        ({"late": True}, "late: False / True"),
        ({"alert": "moth"}, "alert: nothing / moth"),
        ({"records": [(22, 3, 90), (20, 3, 1)]}, "records of the handshake: nothing / (20, 3, 1)"),
        ({"hello": (771,)}, "ServerHello: () / (771,)"),
    ],
)
def test_every_other_difference_is_told_by_name(change, word):
    seen = Observation(end="FIN", records=[(22, 3, 90)])
    assert differences(seen, dataclasses.replace(seen, **change)) == (word,)


def test_the_smallest_beginning_with_a_reaction_is_found():
    seen = {"the first 1 bytes of a hello": Observation(end="FIN", late=True)}
    assert smallest(seen.items()) is None
    seen["the first 5 bytes of a hello"] = Observation(end="FIN")
    seen["the first 3 bytes of a hello"] = Observation(records=[(21, 3, 2)], late=True)
    assert smallest(seen.items()) == 3


def test_servers_that_end_differently_are_told_apart_and_equal_ones_are_not():
    trials = [NAMED["plain GET"], NAMED["one plain byte"]]
    done = []
    with serving(closes) as one, serving(closes) as two, serving(is_silent) as three:
        same = side_by_side(one, two, PATIENCE, trials, lambda: done.append(1))
        differ = side_by_side(one, three, PATIENCE, trials)
    assert [verdict.differences for verdict in same] == [(), ()]
    assert all("end: FIN / open" in verdict.differences for verdict in differ)
    assert len(done) == 2


def test_a_difference_that_comes_only_once_does_not_count():
    ends = iter(("FIN", "RST", "FIN", "FIN"))
    trial = Trial("moods", "a whim", lambda *_: Observation(end=next(ends)))
    (verdict,) = side_by_side(Address("a", 1), Address("b", 1), PATIENCE, [trial])
    assert not verdict.differences


@pytest.mark.parametrize("name", ["R1: a first packet again", "a ticket in TLS 1.3"])
def test_a_server_is_like_itself_in_probes_of_two_connections(name, certificate):
    with serving(greeting(certificate, b"moth")) as server:
        (verdict,) = side_by_side(server, server, PATIENCE, [NAMED[name]])
    assert verdict.differences == ()
    assert verdict.server.records


def test_nobody_at_the_port_ends_the_run(free_port):
    address = Address("127.0.0.1", free_port())
    with pytest.raises(WorldError, match="No connection to 127"):
        side_by_side(address, address, PATIENCE, TRIALS)


def test_the_table_says_same_or_what_differs_and_sums_up():
    open_, ended = Observation(), Observation(end="FIN")
    rows = [Verdict(TRIALS[0], ended, ended), Verdict(TRIALS[1], open_, ended)]
    text = io.StringIO()
    Console(file=text, width=120).print(render(rows))
    lines = text.getvalue().splitlines()
    assert any(TRIALS[0].name in line and line.rstrip().endswith("same") for line in lines)
    assert any(TRIALS[1].name in line and "differs: end: open / FIN" in line for line in lines)
    assert "2 probes, 1 differ." in text.getvalue()
