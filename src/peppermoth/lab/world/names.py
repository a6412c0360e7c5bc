"""The world's name server: answers A and AAAA from a table (RFC 1035), and nothing else.

It serves on UDP in a thread of this process, inside a host of the world.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from peppermoth.lab.world.namespaces import World

PORT = 53
_SECONDS = 60


class NameServer(socketserver.UDPServer):
    """A server of ``table``: the addresses of each name, of both kinds.

    ``questions`` keeps who asked for what: the asker's address and the name.
    """

    address_family = socket.AF_INET6
    max_packet_size = 4096

    def __init__(self, table: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(("::", PORT), _Answer)
        self.table = table
        self.questions: list[tuple[str, str]] = []

    def asked_by(self, host: Collection[str]) -> set[str]:
        """The names that a host of these addresses asked for."""
        return {name for source, name in self.questions if source in host}


class _Answer(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, sock = self.request
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.server.questions.append((self.client_address[0].removeprefix("::ffff:"), name))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        addresses = self.server.table.get(name)
        if addresses is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            wants_ipv6 = question.rdtype == dns.rdatatype.AAAA
            fitting = [address for address in addresses if (":" in address) == wants_ipv6]
            if fitting:
                found = dns.rrset.from_text_list(
                    question.name, _SECONDS, "IN", question.rdtype, fitting
                )
                answer.answer.append(found)
        sock.sendto(answer.to_wire(), self.client_address)


@contextmanager
def naming(world: World, host: str, table: Mapping[str, tuple[str, ...]]) -> Iterator[NameServer]:
    """A name server on a host until the block ends."""
    with world.inside(host):
        server = NameServer(table)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
