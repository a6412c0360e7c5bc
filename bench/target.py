"""The far end of every load: a server that sends or swallows as many bytes as it is asked to.

A request is one operation byte and a 64-bit count. ``SEND`` is answered with that many
bytes; ``SWALLOW`` takes that many bytes and answers with one. A connection may ask again
and again. One process, one epoll loop, and no copies: what it sends comes from memory by
``sendfile``, what it takes is discarded in the kernel, so that the systems under test
and not this server decide the numbers.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import sys

from bench.processes import LOOPBACK

REQUEST = struct.Struct(">cQ")
SEND = b"s"
SWALLOW = b"w"
RECEIPT = b"."
CHUNK = 1 << 20
BACKLOG = 4096


def payload_file() -> int:
    """A descriptor of a file in memory that holds one chunk of noise."""
    descriptor = os.memfd_create("payload")
    os.write(descriptor, os.urandom(CHUNK))
    return descriptor


def request(operation: bytes, count: int) -> bytes:
    """The bytes that ask the target for ``count`` bytes, or announce them."""
    return REQUEST.pack(operation, count)


class Visitor:
    """One connection: what it is owed and what it still has to deliver, in bytes."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.asked = b""
        self.owed = 0
        self.expected = 0

    def read(self, scratch: bytearray) -> bool:
        """Take what has arrived; False at the end of the connection."""
        if self.expected:
            wanted = min(self.expected, CHUNK)
            received = self.connection.recv_into(scratch, wanted, socket.MSG_TRUNC)
            self.expected -= received
            if received and not self.expected:
                self.connection.send(RECEIPT)
            return received > 0
        data = self.connection.recv(REQUEST.size - len(self.asked))
        self.asked += data
        if len(self.asked) == REQUEST.size:
            operation, count = REQUEST.unpack(self.asked)
            self.asked = b""
            self.owed, self.expected = (count, 0) if operation == SEND else (0, count)
        return bool(data)

    def write(self, payload: int) -> None:
        """Send what is owed until the socket is full."""
        try:
            while self.owed:
                count = min(self.owed, CHUNK)
                self.owed -= os.sendfile(self.connection.fileno(), payload, 0, count)
        except BlockingIOError:
            return


class Target:
    """The server: a listening socket and its visitors."""

    def __init__(self, port: int) -> None:
        self.listener = socket.create_server((LOOPBACK, port), backlog=BACKLOG)
        self.listener.setblocking(False)
        self.epoll = select.epoll()
        self.epoll.register(self.listener, select.EPOLLIN)
        self.visitors: dict[int, Visitor] = {}
        self.payload = payload_file()
        self.scratch = bytearray(CHUNK)

    def serve(self) -> None:
        """Serve until the process is ended."""
        while True:
            for descriptor, _ in self.epoll.poll():
                visitor = self.visitors.get(descriptor)
                if visitor is None:
                    self.accept()
                elif not self.attend(visitor):
                    del self.visitors[descriptor]
                    visitor.connection.close()

    def accept(self) -> None:
        """Let a visitor in."""
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.visitors[connection.fileno()] = Visitor(connection)
        self.epoll.register(connection, select.EPOLLIN)

    def attend(self, visitor: Visitor) -> bool:
        """Read, answer, and say what to wait for; False when the visitor has left."""
        was_owed = visitor.owed
        try:
            if not was_owed and not visitor.read(self.scratch):
                return False
            visitor.write(self.payload)
        except ConnectionError:
            return False
        if bool(was_owed) != bool(visitor.owed):
            wanted = select.EPOLLOUT if visitor.owed else select.EPOLLIN
            self.epoll.modify(visitor.connection, wanted)
        return True


if __name__ == "__main__":
    Target(int(sys.argv[1])).serve()
