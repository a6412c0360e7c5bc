"""The shared fixtures must fail where they promise to."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest

from tests import needs
from tests.needs import BEYOND_CI, left_out, need


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


def test_run_returns_the_result(run):
    assert run(answer()) == 42


def test_run_fails_for_a_task_left_behind(run):
    async def leave_a_task():
        return asyncio.create_task(asyncio.sleep(60), name="forgotten")

    with pytest.raises(pytest.fail.Exception, match="forgotten"):
        run(leave_a_task())


def test_run_fails_for_a_socket_left_behind(run):
    opened = []

    async def leave_a_socket():
        opened.append(socket.socket())

    with pytest.raises(pytest.fail.Exception, match="1 sockets"):
        run(leave_a_socket())
    opened[0].close()


def test_run_ends_a_coroutine_that_hangs(run):
    with pytest.raises(TimeoutError):
        run(asyncio.sleep(60), timeout=0.05)


def test_a_server_that_closes_leaves_nothing_behind(run, certificate):
    async def serve_once():
        async def greet(reader, writer):
            writer.write(b"hello")
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.cert, certificate.key)
        trusting = ssl.create_default_context(cafile=certificate.cert)
        async with await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("localhost", port, ssl=trusting)
            heard = await reader.read()
            writer.close()
            await writer.wait_closed()
        return heard

    assert run(serve_once()) == b"hello"


def test_a_free_port_can_be_bound(free_port):
    with socket.create_server(("127.0.0.1", free_port())):
        pass


def test_a_state_directory_is_private(state):
    assert state.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail), ("", pytest.skip)])
def test_a_need_that_is_not_met_skips_and_in_ci_fails(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome.Exception, match="needs a moth; to mend: look at the bark"):
        need(False, "a moth", "look at the bark")


@pytest.mark.parametrize("installed", [True, False])
def test_only_what_is_marked_is_left_out_and_only_without_its_library(
    monkeypatch, request, installed
):
    monkeypatch.setattr(needs, "find_spec", lambda library: installed)
    assert left_out([request.node]) == []
    request.node.add_marker(next(iter(BEYOND_CI)))
    assert left_out([request.node]) == ([] if installed else [request.node])


def test_a_need_that_is_met_says_nothing():
    need(True, "nothing", "nothing")
