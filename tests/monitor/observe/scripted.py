"""A server on loopback that follows a script and keeps what both sides said."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from tests.monitor.observe.feeding import CLIENT, SERVER, Said

Answer = Callable[[bytes], bytes]
"""What to reply to a piece of what the client says."""


@contextlib.contextmanager
def scripted(
    greeting: bytes, answer: Answer, address: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[tuple[int, list[Said]]]:
    """Serve one connection; gives the port and the conversation, which grows."""
    said: list[Said] = []
    with socket.create_server(address) as listener:
        listener.settimeout(10)
        served = threading.Thread(target=_serve, args=(listener, greeting, answer, said))
        served.start()
        try:
            yield listener.getsockname()[1], said
        finally:
            served.join(10)


def _serve(listener: socket.socket, greeting: bytes, answer: Answer, said: list[Said]) -> None:
    connection, _ = listener.accept()
    with connection, contextlib.suppress(ConnectionResetError):
        connection.settimeout(10)
        reply = greeting
        while True:
            if reply:
                said.append((SERVER, reply))
                connection.sendall(reply)
            data = connection.recv(65536)
            if not data:
                return
            said.append((CLIENT, data))
            reply = answer(data)


def by_first_word(replies: dict[bytes, bytes], otherwise: bytes) -> Answer:
    """Replies by the first word of a line, in capitals."""
    return lambda data: replies.get(
        data.split(None, 1)[0].upper() if data.strip() else b"", otherwise
    )
