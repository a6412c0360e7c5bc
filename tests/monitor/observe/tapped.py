"""A relay on loopback between two real programs, which keeps what each says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.monitor.observe.feeding import CLIENT, SERVER, Said

PATIENCE = 0.2
"""Seconds after which a relay looks whether it is to stop."""


@contextlib.contextmanager
def tapped(transport: str, server_port: int) -> Iterator[tuple[int, list[Said]]]:
    """Relay one client to a server's port; gives the own port and the conversation, which grows."""
    said: list[Said] = []
    stop = threading.Event()
    relay = _relay_stream if transport == "tcp" else _relay_datagrams
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as own:
        own.bind(("127.0.0.1", 0))
        own.settimeout(PATIENCE)
        if transport == "tcp":
            own.listen()
        arguments = (own, ("127.0.0.1", server_port), said, stop)
        relayed = threading.Thread(target=relay, args=arguments)
        relayed.start()
        try:
            yield own.getsockname()[1], said
        finally:
            stop.set()
            relayed.join(10)


Address = tuple[str, int]


def _relay_datagrams(
    own: socket.socket, server: Address, said: list[Said], stop: threading.Event
) -> None:
    client: Address | None = None
    while not stop.is_set():
        with contextlib.suppress(TimeoutError, ConnectionError):
            data, sender = own.recvfrom(65536)
            client = client if sender == server else sender
            said.append((SERVER if sender == server else CLIENT, data))
            if sender != server:
                own.sendto(data, server)
            elif client is not None:
                own.sendto(data, client)


def _relay_stream(
    own: socket.socket, server: Address, said: list[Said], stop: threading.Event
) -> None:
    with contextlib.ExitStack() as stack:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                near = stack.enter_context(own.accept()[0])
                break
        else:
            return
        far = stack.enter_context(socket.create_connection(server, 5))
        ways = ((CLIENT, near, far), (SERVER, far, near))
        for _, source, _ in ways:
            source.settimeout(PATIENCE / 10)
        while not stop.is_set():
            for speaker, source, target in ways:
                with contextlib.suppress(TimeoutError, ConnectionError):
                    if data := source.recv(65536):
                        said.append((speaker, data))
                        target.sendall(data)
