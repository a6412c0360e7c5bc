"""Several links: the next one takes over for new streams, and the preferred one comes back."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from peppermoth.lab.traffic.dialling import RefusedError
from peppermoth.lab.world.children import eventually
from peppermoth.redact import Secret
from peppermoth.tunnel.links import Link
from peppermoth.wire.pins import encode_pin
from peppermoth.wire.socks import Reply
from tests.world import World
from tests.world.people import PORT, Friend, connect, friend, open_stream
from tests.world.programs import echoes
from tests.world.services import ECHO, TalkServer, garbling, talking


def altered(link: str, **changes: object) -> str:
    """The link with some of its parts replaced."""
    return dataclasses.replace(Link.parse(link), **changes).text()


@contextmanager
def nobody(world: World, preferred: Friend) -> Iterator[str]:
    preferred.bridge.kill()
    yield preferred.link


@contextmanager
def black_hole(world: World, preferred: Friend) -> Iterator[str]:
    world.swallow("bridge")
    yield preferred.link


@contextmanager
def garbage(world: World, preferred: Friend) -> Iterator[str]:
    preferred.bridge.kill()
    with garbling(world, "bridge", PORT):
        yield preferred.link


@contextmanager
def wrong_password(world: World, preferred: Friend) -> Iterator[str]:
    yield altered(preferred.link, password=Secret("not the password"))


@contextmanager
def wrong_certificate(world: World, preferred: Friend) -> Iterator[str]:
    yield altered(preferred.link, pin=encode_pin(bytes(32)))


@contextmanager
def frozen(world: World, preferred: Friend) -> Iterator[str]:
    preferred.bridge.signal(signal.SIGSTOP)
    yield preferred.link


BROKEN: list[Callable[[World, Friend], contextlib.AbstractContextManager[str]]] = [
    nobody,
    black_hole,
    garbage,
    wrong_password,
    wrong_certificate,
    frozen,
]


def carried_by(world: World, site: TalkServer) -> str:
    """Open a stream, use it, and tell which host's bridge reached the site."""
    with open_stream(world, ECHO) as stream:
        assert echoes(stream)
    address = site.visitors[-1]
    return next(name for name, host in world.hosts.items() if address in host)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_new_stream_goes_through_the_next_link(earth, broken):
    with talking(earth, "web") as site:
        preferred, other = friend(earth, "bridge"), friend(earth, "other")
        with broken(earth, preferred) as link:
            connect(earth, link, other.link)
            assert carried_by(earth, site) == "other"


@pytest.mark.parametrize(
    ("broken", "reply", "words"),
    [
        (nobody, Reply.NETWORK_UNREACHABLE, "cannot be reached"),
        (wrong_password, Reply.GENERAL_FAILURE, "wrong password"),
        (wrong_certificate, Reply.GENERAL_FAILURE, "certificate does not match"),
    ],
)
def test_a_single_broken_link_is_explained_to_program_and_person(earth, broken, reply, words):
    preferred = friend(earth, "bridge")
    with broken(earth, preferred) as link:
        client = connect(earth, link)
        for _ in range(2):  # while the bridge rests, the reason stays the same
            with pytest.raises(RefusedError) as refused:
                open_stream(earth)
            assert refused.value.reply == reply
            page = earth.enter(
                "client", "curl", "-s", "--proxy", "http://127.0.0.1:1080", "http://moth.example/"
            )
            assert words in page
        assert words in client.errors
        assert earth.hosts["bridge"].ipv4 not in client.errors


def test_the_third_link_serves_when_the_first_two_are_broken(earth):
    with talking(earth, "web") as site:
        first, third = friend(earth, "bridge"), friend(earth, "other")
        with nobody(earth, first) as dead, wrong_certificate(earth, third) as bad:
            connect(earth, dead, bad, third.link)
            assert carried_by(earth, site) == "other"


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_a_running_client_leaves_a_bridge_that_dies_and_returns_when_it_is_well(earth, fault):
    with talking(earth, "web") as site:
        preferred, other = friend(earth, "bridge"), friend(earth, "other")
        client = connect(earth, preferred.link, other.link)
        assert carried_by(earth, site) == "bridge"

        preferred.bridge.signal(fault)
        with open_stream(earth, ECHO) as running:
            assert echoes(running)
            assert carried_by(earth, site) == "other"

            if fault == signal.SIGSTOP:
                preferred.bridge.signal(signal.SIGCONT)
            else:
                preferred.start()
            client.says("New connections go through Bridge 1")
            eventually(lambda: carried_by(earth, site) == "bridge")
            assert echoes(running), "what runs on the other bridge goes on"


def test_a_bridge_that_only_answers_once_is_not_preferred_at_once(earth):
    with talking(earth, "web") as site:
        preferred, other = friend(earth, "bridge"), friend(earth, "other")
        preferred.bridge.kill()
        client = connect(earth, preferred.link, other.link)
        assert carried_by(earth, site) == "other"
        preferred.start()
        client.says("Bridge 1 (friend) works again")
        assert carried_by(earth, site) == "other"
