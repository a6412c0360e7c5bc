"""Connections that were begun before the capture, between two high ports."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.identify import Following
from tests.monitor.observe.feeding import CLIENT, SERVER, a_flow, c, facts, listen, s

REQUEST = ("GET /moth HTTP/1.1", "Host: moth.example", "")
ANSWER = ("HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 0", "")
GUESSED = a_flow(40_000, device_is_client=False)._replace(opened=False)
"""The device asked, but was taken for the server."""


@pytest.mark.parametrize("first", ["asked", "answered"])
def test_a_flow_whose_ends_were_guessed_wrongly_is_read_the_other_way_round(first):
    asked, answered = (SERVER, c(*REQUEST)[1]), (CLIENT, s(*ANSWER)[1])
    said = [asked, answered] if first == "asked" else [answered, asked]
    told = listen(Following(GUESSED), said)
    assert ("name.http", "moth.example") in facts(told)
    assert {one.flow.client for one in told} == {GUESSED.server}
    assert all(one.flow.device_is_client for one in told)


def test_where_both_ports_are_servers_the_flow_is_read_either_way():
    ends = a_flow(53, device_is_client=False)
    flow = ends._replace(client=ends.client._replace(port=80), opened=False)
    told = facts(listen(Following(flow), [(SERVER, c(*REQUEST)[1])]))
    assert ("name.http", "moth.example") in told


@pytest.mark.parametrize("flow", [GUESSED._replace(opened=True), a_flow(22)._replace(opened=False)])
def test_where_the_ends_are_known_nothing_is_turned(flow):
    assert not facts(listen(Following(flow), [(SERVER, c(*REQUEST)[1])]))
