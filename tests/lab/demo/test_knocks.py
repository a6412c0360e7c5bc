"""Knocks on a real bridge, and answers in words."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from peppermoth.errors import CarrierError, Failure
from peppermoth.lab.demo import knocks
from peppermoth.lab.demo.knocks import KNOCKS, describe, knock
from peppermoth.redact import Address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.settings import BridgeSettings
from peppermoth.wire.anytls import authentication, password_key


def answers(run, state, trials):
    """What a fresh bridge answers to each; ``trials(bridge)`` makes them."""

    async def main():
        bridge = Bridge(BridgeSettings(listen=[Address("127.0.0.1", 0)], state=state))
        await bridge.start()
        _, link = bridge.service.links[0]
        try:
            return [
                describe(await asyncio.to_thread(knock, link.address, link.sni, trial))
                for trial in trials(link)
            ]
        finally:
            await bridge.stop(drain=0)

    return run(main())


def test_who_knocks_without_a_password_finds_a_web_site(run, state):
    visit, *others = answers(run, state, lambda _link: KNOCKS)
    assert visit.startswith("200 OK · nginx · ")
    assert len(others) == 3
    assert all(answer.startswith("400 Bad Request · nginx") for answer in others)


def test_the_right_password_finds_no_web_site(run, state, monkeypatch):
    monkeypatch.setattr(knocks, "PATIENCE", 0.5)

    def trials(link):
        key = password_key(link.password.reveal())
        return [replace(KNOCKS[1], says=lambda _name: authentication(key, 30))]

    assert answers(run, state, trials) == ["no word"]


def test_nobody_there_is_a_failure(free_port):
    with pytest.raises(CarrierError) as raised:
        knock(Address("127.0.0.1", free_port()), "wool.example", KNOCKS[0])
    assert raised.value.failure is Failure.BRIDGE_UNREACHABLE


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n", "200 OK · nginx"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "204 No Content"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "TLS alert: fatal handshake_failure"),
        (b"", "no word"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "21 bytes that say nothing"),
    ],
)
def test_an_answer_in_words(answer, words):
    assert describe(answer) == words
