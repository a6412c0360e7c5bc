"""Small servers for the prober's tests: real sockets that do one thing to whoever comes."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from peppermoth.redact import Address
from tests.conftest import Certificate

Manner = Callable[[socket.socket], None]


@contextmanager
def serving(manner: Manner) -> Iterator[Address]:
    """A server that treats each connection so, in a thread of its own, until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def treat(sock: socket.socket) -> None:
            with contextlib.suppress(OSError), sock:
                sock.settimeout(10)
                manner(sock)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    threads.append(threading.Thread(target=treat, args=(sock,)))
                    threads[-1].start()

        threads = [threading.Thread(target=accept)]
        threads[0].start()
        try:
            yield Address(*listener.getsockname())
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def closes(sock: socket.socket) -> None:
    """Reads what comes first, and ends."""
    sock.recv(65536)


def resets(sock: socket.socket) -> None:
    """Leaves without having read, which the kernel turns into RST."""
    sock.recv(1, socket.MSG_PEEK)


def is_silent(sock: socket.socket) -> None:
    """Reads until its visitor leaves."""
    while sock.recv(65536):
        pass


def greeting(certificate: Certificate, words: bytes) -> Manner:
    """Says the same to all who speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)

    def greet(sock: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(sock, server_side=True) as tls:
            tls.recv(65536)
            tls.sendall(words)
            tls.settimeout(0.1)  # for an answer to the end of TLS
            tls.unwrap()

    return greet
