"""Real programs as sources: what they say in clear is told, and nothing secret is."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess

import pytest

from peppermoth.monitor.observe.calls import SipStream
from peppermoth.monitor.observe.databases import Postgresql, Redis
from peppermoth.monitor.observe.identify import identify
from peppermoth.monitor.observe.things import Mqtt
from tests.interop.processes import output, server
from tests.monitor.observe.feeding import CLIENT, a_flow, everything, facts, listen
from tests.monitor.observe.recorded import recorded
from tests.monitor.observe.scripted import scripted
from tests.peers import find
from tests.wire.services import pg_asks, pg_message


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def talk_to(log, command, port, *client):
    """Run a server and a client, in whose arguments ``PORT`` is the relay's; what they said."""

    async def talk():
        async with server(log, *command, port=port):
            with recorded(port) as (relay, said):
                arguments = [str(part).replace("PORT", str(relay)) for part in client]
                code, _, errors = await output(*arguments)
            assert not code, errors
            return said

    return asyncio.run(talk())


@pytest.mark.parametrize("version", ["mqttv31", "mqttv311", "mqttv5"])
def test_mosquitto_is_told(tmp_path, version):
    port = free_port()
    said = talk_to(
        tmp_path / "log",
        [find("mosquitto"), "-p", str(port)],
        port,
        *[find("mosquitto_pub"), "-h", "127.0.0.1", "-p", "PORT", "-V", version],
        *["-i", "lamp-7", "-u", "anna.canary", "-P", "canary-password"],
        *["-t", "home/lamp", "-q", "1", "-m", '{"lat": 52.5163, "lon": 13.3777, "x": "canary"}'],
    )
    told = listen(Mqtt(a_flow()), said)
    assert facts(told) == [
        ("identity.host_name", "lamp-7"),
        ("identity.user", "a…"),
        ("secret.password", "password, 15 characters"),
        ("content.topic", "home/lamp"),
        ("content.location", "52.5, 13.4"),
    ]
    assert "canary" not in everything(told)
    assert identify("tcp", 47111, said[0][1], b"").name == "mqtt"


def test_redis_is_told(tmp_path):
    port = free_port()
    said = talk_to(
        tmp_path / "log",
        [
            *[find("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
            *["--dir", tmp_path, "--requirepass", "canary-password"],
        ],
        port,
        *[find("redis-cli"), "-p", "PORT", "--no-auth-warning", "-a", "canary-password"],
        *["SET", "canary", "canary"],
    )
    told = listen(Redis(a_flow()), said)
    assert ("secret.password", "password, 15 characters") in facts(told)
    assert "SET" in {one.details.get("what") for one in told}
    assert "canary" not in everything(told)
    first = next(data for speaker, data in said if speaker is CLIENT)
    assert identify("tcp", 47111, first, b"").name == "redis"


def test_psql_is_told():
    welcome = pg_asks(0) + pg_message(b"S", b"server_version\x0015.0\0") + pg_message(b"Z", b"I")
    done = pg_message(b"C", b"SELECT 0\0") + pg_message(b"Z", b"I")
    replies = {b"p": welcome, b"Q": done}

    def answer(data):
        if data[4:8] == b"\x04\xd2\x16\x2f":
            return b"N"
        return replies.get(data[:1], pg_asks(3) if data[:1] == b"\0" else b"")

    with scripted(b"", answer) as (port, said):
        address = f"host=127.0.0.1 port={port} user=anna.canary dbname=diary gssencmode=disable"
        subprocess.run(
            [find("psql"), "-X", address, "-c", "SELECT canary"],
            check=False,
            capture_output=True,
            timeout=20,
            env=os.environ | {"PGPASSWORD": "canary-password"},
        )
    told = listen(Postgresql(a_flow()), said)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("device.software", "psql"),
        ("secret.password", "password, 15 characters"),
        ("content.database", "query, 13 characters"),
    ]
    assert "canary" not in everything(told)


def test_sipp_is_told(tmp_path):
    port = free_port()
    sipp = find("sipp")
    said = talk_to(
        tmp_path / "log",
        [sipp, "-sn", "uas", "-t", "t1", "-i", "127.0.0.1", "-p", str(port), "-nostdin"],
        port,
        *[sipp, "-sn", "uac", "-t", "t1", "-i", "127.0.0.1", "-m", "1", "-nostdin"],
        *["-s", "+15551234242", "-d", "10", "127.0.0.1:PORT"],
    )
    told = listen(SipStream(a_flow(5060)), said)
    assert ("identity.user", "s…@127.0.0.1") in facts(told)
    assert ("identity.contact", "…42") in facts(told)
    assert ("content.call", "PCMU") in facts(told)
    assert "5551234" not in everything(told)
