"""The bridge dies, freezes or is cut off while streams run: they end, and service returns."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from typing import NamedTuple

import pytest

from peppermoth.lab.traffic.dialling import RefusedError
from peppermoth.lab.world.children import eventually
from tests.world import World
from tests.world.people import Friend, connect, friend, open_stream, serves_again
from tests.world.programs import echoes
from tests.world.services import DOWNLOAD, ECHO, UPLOAD, talking


class Fault(NamedTuple):
    """What happens to the bridge, and how it is undone."""

    happen: Callable[[World, Friend], None]
    undo: Callable[[World, Friend], None]


FAULTS = {
    "killed": Fault(
        lambda world, bridge: bridge.bridge.kill(), lambda world, bridge: bridge.start()
    ),
    "frozen": Fault(
        lambda world, bridge: bridge.bridge.signal(signal.SIGSTOP),
        lambda world, bridge: bridge.bridge.signal(signal.SIGCONT),
    ),
    "client's cable pulled": Fault(
        lambda world, bridge: world.cut("client"), lambda world, bridge: world.mend("client")
    ),
    "bridge's cable pulled": Fault(
        lambda world, bridge: world.cut("bridge"), lambda world, bridge: world.mend("bridge")
    ),
}


def ends_with_an_error(sock: socket.socket, *, saying: bytes = b"") -> bool:
    """Whether reading (or, with something to say, writing) ends in an error; it may not hang."""
    try:
        while True:
            if saying:
                sock.sendall(saying)
            elif not sock.recv(65536):
                return False
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("name", FAULTS)
def test_running_streams_end_with_errors_and_service_resumes_by_itself(earth, name):
    happen, undo = FAULTS[name]
    with talking(earth, "web"), contextlib.ExitStack() as streams:
        bridge = friend(earth, "bridge")
        connect(earth, bridge.link)
        download, idle, upload = (
            streams.enter_context(open_stream(earth, kind)) for kind in (DOWNLOAD, ECHO, UPLOAD)
        )
        assert download.recv(1)
        assert echoes(idle)
        upload.sendall(bytes(65536))

        happen(earth, bridge)
        assert ends_with_an_error(download)
        assert ends_with_an_error(idle)
        assert ends_with_an_error(upload, saying=bytes(65536))
        with pytest.raises(RefusedError):
            open_stream(earth, ECHO)

        undo(earth, bridge)
        serves_again(earth)


def test_a_stream_that_is_asked_for_on_a_frozen_bridge_gets_an_answer(earth):
    with talking(earth, "web"):
        bridge = friend(earth, "bridge")
        connect(earth, bridge.link)
        with open_stream(earth, ECHO) as warm:
            assert echoes(warm)
            bridge.bridge.signal(signal.SIGSTOP)
            with pytest.raises(RefusedError):
                open_stream(earth, ECHO)


def test_a_short_freeze_costs_no_stream(earth):
    with talking(earth, "web"):
        bridge = friend(earth, "bridge")
        connect(earth, bridge.link)
        with open_stream(earth, ECHO) as stream:
            bridge.bridge.signal(signal.SIGSTOP)
            stream.sendall(b"wait")
            bridge.bridge.signal(signal.SIGCONT)
            assert stream.recv(4, socket.MSG_WAITALL) == b"wait"
            assert echoes(stream)


def test_a_bridge_that_lost_its_client_lets_the_site_go(earth):
    with talking(earth, "web") as site:
        bridge = friend(earth, "bridge")
        client = connect(earth, bridge.link)
        with open_stream(earth, ECHO) as stream:
            assert echoes(stream)
            assert site.present
            client.kill()
            eventually(lambda: not site.present)
