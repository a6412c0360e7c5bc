"""The name server answers from its table, of the right kind, and survives nonsense."""

from __future__ import annotations

import socket
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import pytest

from peppermoth.lab.world.names import naming
from peppermoth.lab.world.namespaces import world
from tests.needs import need_root
from tests.peers import find

TABLE = {"moth.example": ("10.1.2.3", "fd00::3")}


def test_it_answers_what_it_knows(tmp_path: Path) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "names") as earth, naming(earth, "names", TABLE) as server:
        with earth.inside("names"):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with sock:
            sock.setblocking(False)

            def ask(name: str, kind: str) -> dns.message.Message:
                query = dns.message.make_query(name, kind)
                dns.query.send_udp(sock, query, ("127.0.0.1", 53))
                answer, *_ = dns.query.receive_udp(
                    sock, ("127.0.0.1", 53), expiration=None, query=query
                )
                return answer

            sock.sendto(b"nonsense", ("127.0.0.1", 53))
            assert [str(item) for item in ask("Moth.example", "A").answer[0]] == ["10.1.2.3"]
            assert [str(item) for item in ask("moth.example", "AAAA").answer[0]] == ["fd00::3"]
            assert ask("moth.example", "MX").answer == []
            assert ask("fly.example", "A").rcode() == dns.rcode.NXDOMAIN
        assert server.questions[0] == ("127.0.0.1", "moth.example")


@pytest.mark.parametrize("table", [{}, TABLE])
def test_it_ends_with_its_block(tmp_path: Path, table: dict[str, tuple[str, ...]]) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "names") as earth:
        with naming(earth, "names", table):
            pass
        with naming(earth, "names", table):  # the port is free again
            pass
