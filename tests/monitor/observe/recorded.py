"""A relay on loopback that keeps what a real client and a real server say to each other."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

from tests.monitor.observe.feeding import CLIENT, SERVER, Said


@contextlib.contextmanager
def recorded(server: int) -> Iterator[tuple[int, list[Said]]]:
    """Relay one connection to a port; gives the relay's port and the conversation, which is
    complete behind the block."""
    said: list[Said] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        relayed = threading.Thread(target=_relay, args=(listener, server, said))
        relayed.start()
        try:
            yield listener.getsockname()[1], said
        finally:
            relayed.join(20)


def _relay(listener: socket.socket, server: int, said: list[Said]) -> None:
    client, _ = listener.accept()
    with client, socket.create_connection(("127.0.0.1", server), 20) as target:
        ways = {client: (target, CLIENT), target: (client, SERVER)}
        while ways:
            ready, _, _ = select.select(list(ways), [], [], 20)
            if not ready:
                return
            for source in ready:
                sink, speaker = ways[source]
                data = source.recv(65536)
                if not data:
                    del ways[source]
                    with contextlib.suppress(OSError):
                        sink.shutdown(socket.SHUT_WR)
                    continue
                said.append((speaker, data))
                sink.sendall(data)
