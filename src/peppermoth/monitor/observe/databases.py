"""Databases in clear: who opens which one, with which password, and that queries are read.

PostgreSQL and MySQL from their first message on, TLS asked for in between handed over;
Redis; SQL Server's login; MongoDB's, whose queries are only noticed. Of a query its verb
is told and how long it is, once for each verb.
"""

from __future__ import annotations

import re
from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire import mongodb, mysql, postgresql, redis, tds
from peppermoth.wire.sasl import decode_credentials

MOST_MESSAGES: Final = 1000
_LARGEST: Final = 64 * 1024
_MONGODB_GREETS: Final = 16
"""Messages of a client before which its login is over."""
_MONGODB_SAID: Final = "mongo.element.value.bytes"
_VERB: Final = re.compile(rb"[\s(]{0,64}([A-Za-z]{2,12})\b")
_VERBS: Final = frozenset(
    {
        *("SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "COPY", "WITH", "SHOW", "EXPLAIN"),
        *("CREATE", "DROP", "ALTER", "TRUNCATE", "GRANT", "SET", "USE", "CALL", "EXECUTE"),
        *("BEGIN", "COMMIT", "ROLLBACK", "LISTEN"),
    }
)
_REDIS_VERBS: Final = frozenset(
    {
        *("GET", "SET", "DEL", "EXISTS", "EXPIRE", "TTL", "KEYS", "SCAN", "INCR", "DECR", "MGET"),
        *("MSET", "SETEX", "HGET", "HSET", "HGETALL", "HDEL", "LPUSH", "RPUSH", "LPOP", "RPOP"),
        *("LRANGE", "SADD", "SREM", "SMEMBERS", "ZADD", "ZRANGE", "XADD", "XREAD", "PUBLISH"),
        *("SUBSCRIBE", "PSUBSCRIBE", "MULTI", "EXEC", "EVAL", "EVALSHA", "SELECT", "PING", "INFO"),
        *("CONFIG", "CLIENT", "COMMAND", "HELLO", "MONITOR", "QUIT", "FLUSHALL"),
    }
)


class Database(Conversation):
    """What the observers of databases share."""

    def _tell_user(self, user: str, database: str, at: Piece, path: str) -> None:
        if user:
            self.tell(
                "identity.user", masks.user(user), at, path, "user", once=True,
                protocol=self.protocol, database=masks.words(database),
            )  # fmt: skip

    def _tell_secret(self, kind: str, user: str, secret: bytes, at: Piece, path: str) -> None:
        what = {"secret.password": "password", "secret.hash": "response"}[kind]
        shown = masks.user(user) if user else ""
        self.tell(kind, hidden(what, secret), at, path, what, protocol=self.protocol, user=shown)

    def _tell_query(self, query: bytes, verb: str, at: Piece, path: str) -> None:
        """A query of which ``verb`` is all that is shown."""
        if ("query", verb) in self._known:
            return
        self._known.add(("query", verb))
        shown = hidden("query", query)
        self.tell("content.database", shown, at, path, "query", protocol=self.protocol, what=verb)

    def _tell_program(self, program: str, at: Piece, path: str) -> None:
        if program and self.flow.is_device(Speaker.CLIENT):
            shown = masks.words(program)
            self.tell("device.software", shown, at, path, "program", from_=self.protocol)


def verb_of(query: bytes) -> str:
    """The first word of a query where it is one of SQL's, else ``other``."""
    found = _VERB.match(query)
    verb = found[1].decode().upper() if found else ""
    return verb if verb in _VERBS else "other"


class Postgresql(Database):
    """PostgreSQL."""

    protocol = "postgresql"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._user = ""
        self._wish: postgresql.Wish | None = None
        self._way: int | None = None

    def client(self) -> Steps[None]:
        """Reads how a database is opened, the answers to who is there, and queries."""
        side = self.sides[Speaker.CLIENT]
        while True:
            opening, at = yield from side.message(postgresql.decode_opening)
            if isinstance(opening, postgresql.Startup):
                break
            self._wish = opening
            if opening is postgresql.Wish.CANCEL:
                return
            while self._wish is not None:
                yield
        self._user = opening.user
        self._tell_user(opening.user, opening.database, at, "pgsql.parameter_value")
        self._tell_program(opening.program, at, "pgsql.parameter_value")
        for _ in range(MOST_MESSAGES):
            header, head = yield from side.message(postgresql.decode_header)
            if header.kind in b"pQP" and header.length <= _LARGEST:
                body = yield from side.exactly(header.length)
                self._tell_message(header.kind, body.data, joined((head, body)))
            else:
                yield from side.skip(header.length)

    def server(self) -> Steps[None]:
        """Reads answers to wishes, and how the server asks who is there."""
        side = self.sides[Speaker.SERVER]
        while True:
            while not side.data:
                yield
            if self._wish is None:
                break
            if side.take(1).data in (b"S", b"G"):
                if self._wish is postgresql.Wish.TLS:
                    self.turn_into("tls")
                else:
                    self.over()
                return
            self._wish = None
        for _ in range(MOST_MESSAGES):
            header, _ = yield from side.message(postgresql.decode_header)
            if header.kind == b"R" and 4 <= header.length <= _LARGEST:
                body = yield from side.exactly(header.length)
                self._way = int.from_bytes(body.data[:4], "big")
                if self._way == postgresql.Way.DONE:
                    return
            else:
                yield from side.skip(header.length)

    def _tell_message(self, kind: bytes, body: bytes, at: Piece) -> None:
        if kind == b"p":
            is_clear = self._way == postgresql.Way.CLEARTEXT
            kind_of_secret = "secret.password" if is_clear else "secret.hash"
            path = (
                "pgsql.auth.sasl.data"
                if self._way == postgresql.Way.SASL_CONTINUES
                else "pgsql.password"
            )
            if self._way != postgresql.Way.SASL:  # SASL begins without a proof
                self._tell_secret(kind_of_secret, self._user, body.rstrip(b"\x00"), at, path)
        else:
            query = postgresql.query_of(kind, body)
            self._tell_query(query, verb_of(query), at, "pgsql.query")


class Mysql(Database):
    """MySQL and MariaDB."""

    protocol = "mysql"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._user = ""
        self._switched = ""

    def client(self) -> Steps[None]:
        """Reads the login, and queries."""
        _, at, body = yield from self._packet(Speaker.CLIENT)
        if mysql.asks_for_tls(body):
            self.turn_into("tls")
            return
        login = mysql.decode_login(body)
        self._user = login.user
        self._tell_user(login.user, login.database, at, "mysql.user")
        self._tell_answer(login.plugin, login.response, at)
        for _ in range(MOST_MESSAGES):
            number, at, body = yield from self._packet(Speaker.CLIENT)
            if number:  # commands begin anew at 0
                self._tell_answer(self._switched or login.plugin, body, at)
            elif body[:1] in (bytes((mysql.QUERY,)), bytes((mysql.PREPARE,))):
                query = body[1:]
                self._tell_query(query, verb_of(query), at, "mysql.query")

    def server(self) -> Steps[None]:
        """Reads the greeting, and whether the login went well."""
        _, at, body = yield from self._packet(Speaker.SERVER)
        version = mysql.decode_greeting(body)
        if self.flow.is_device(Speaker.SERVER):
            shown = f"MySQL {masks.words(version)}"
            self.tell("device.software", shown, at, "mysql.version", "version", from_="mysql")
        while body[:1] not in (b"\x00", b"\xff"):
            _, _, body = yield from self._packet(Speaker.SERVER)
            self._switched = mysql.decode_switch(body) or self._switched

    def _tell_answer(self, plugin: str, answer: bytes, at: Piece) -> None:
        answer = answer.rstrip(b"\x00")
        if len(answer) < 2:  # what some plugins say between their real answers
            return
        kind = "secret.password" if plugin == mysql.CLEARTEXT else "secret.hash"
        self._tell_secret(kind, self._user, answer, at, "mysql.passwd")

    def _packet(self, speaker: Speaker) -> Steps[tuple[int, Piece, bytes]]:
        """The next packet's number, place and body; of large ones the beginning."""
        side = self.sides[speaker]
        header, head = yield from side.message(mysql.decode_header)
        body = yield from side.exactly(min(header.length, _LARGEST))
        yield from side.skip(header.length - len(body.data))
        return header.number, joined((head, body)), body.data


class Redis(Database):
    """Redis."""

    protocol = "redis"

    def client(self) -> Steps[None]:
        """Reads commands."""
        for _ in range(MOST_MESSAGES):
            command, at = yield from self.sides[Speaker.CLIENT].message(redis.decode_command)
            if not command:
                continue
            login = redis.password_in(command)
            if login is not None:
                user, password = login
                self._tell_user(user, "", at, "resp.bulk_string.value")
                self._tell_secret("secret.password", user, password, at, "resp.bulk_string.value")
                continue
            verb = command[0][:20].decode("ascii", "replace").upper()
            verb = verb if verb in _REDIS_VERBS else "other"
            self._tell_query(b" ".join(command), verb, at, "resp.bulk_string.value")

    def server(self) -> Steps[None]:
        """Answers are not read."""
        yield from ()


class Tds(Database):
    """Microsoft SQL Server, where the login itself is in clear."""

    protocol = "tds"

    def client(self) -> Steps[None]:
        """Reads up to the login; encryption comes inside packets of the first type."""
        for _ in range(MOST_MESSAGES):
            packet, at = yield from self.sides[Speaker.CLIENT].message(tds.decode_packet)
            if packet.kind == tds.LOGIN:
                self._tell_login(tds.decode_login(packet.body), at)
                return
            if packet.kind != tds.PRELOGIN:
                return

    def server(self) -> Steps[None]:
        """Answers are not read."""
        yield from ()

    def _tell_login(self, login: tds.Login, at: Piece) -> None:
        self._tell_user(login.user, "", at, "tds.7login.username")
        self._tell_program(login.program, at, "tds.7login.appname")
        if login.password_length:
            length = b"*" * login.password_length
            self._tell_secret("secret.password", login.user, length, at, "tds.7login.password")
        if login.host and self.flow.is_device(Speaker.CLIENT):
            name = masks.words(login.host)
            path = "tds.7login.clientname"
            self.tell("identity.host_name", name, at, path, "host", protocol="tds")


class Mongodb(Database):
    """MongoDB, of which is told that it was in clear, and how a client logs in."""

    protocol = "mongodb"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._mechanism = ""
        self._user = ""
        self._turn = 0

    def client(self) -> Steps[None]:
        """Reads the first messages, among which a login is."""
        side = self.sides[Speaker.CLIENT]
        for number in range(_MONGODB_GREETS):
            head, at = yield from side.message(mongodb.decode_head)
            if not number:
                shown = hidden("message", b"*" * min(head.length, _LARGEST))
                self.tell("content.database", shown, at, "mongo", "message", protocol="mongodb")
            size = head.length - mongodb.HEAD
            body = yield from side.exactly(min(size, _LARGEST))
            yield from side.skip(size - len(body.data))
            if step := mongodb.decode_step(head.kind, body.data):
                self._tell_step(step, joined((at, body)))

    def _tell_step(self, step: mongodb.Step, at: Piece) -> None:
        if step.mechanism:
            self._mechanism, self._turn = step.mechanism, 0
        login = decode_credentials(self._mechanism, step.said, self._turn)
        self._turn += 1
        self._user = login.user or self._user
        self._tell_user(login.user, "", at, _MONGODB_SAID)
        if login.password:
            password = login.password.encode()
            self._tell_secret("secret.password", self._user, password, at, _MONGODB_SAID)
        elif login.proof:
            self._tell_secret("secret.hash", self._user, login.proof.encode(), at, _MONGODB_SAID)

    def server(self) -> Steps[None]:
        """Answers are not read."""
        yield from ()
