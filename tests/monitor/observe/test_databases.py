"""PostgreSQL, MySQL, Redis, SQL Server, MongoDB."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observe.databases import (
    Mongodb,
    Mysql,
    Postgresql,
    Redis,
    Tds,
    verb_of,
)
from peppermoth.monitor.observe.identify import identify
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    SERVER,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)
from tests.see import documents
from tests.wire import services as w
from tests.wire.hellos import chrome_flight

HELLO = chrome_flight("chrome:stable")
OPENING = c(w.pg_startup(user="anna.canary", database="diary", application_name="Mothreport"))
IN_CLEAR = [
    c(w.PG_WANTS_TLS),
    s(b"N"),
    OPENING,
    s(w.pg_asks(3)),
    c(w.pg_message(b"p", b"canary-password\0")),
    s(w.pg_asks(0) + w.pg_message(b"Z", b"I")),
    c(w.pg_message(b"Q", b"SELECT canary FROM diary\0")),
    s(w.pg_message(b"D", b"canary" * 1000)),
    c(w.pg_message(b"P", b"\0INSERT INTO canary VALUES ($1)\0\0\0") + w.pg_message(b"S", b"")),
    c(w.pg_message(b"Q", b"SELECT canary\0")),
]
WITH_TLS = [c(w.PG_WANTS_TLS), s(b"S"), c(HELLO)]
MD5 = [OPENING, s(w.pg_asks(5, b"salt")), c(w.pg_message(b"p", b"md5canary\0"))]
SCRAM = [
    OPENING,
    s(w.pg_asks(10, b"SCRAM-SHA-256\0\0")),
    c(w.pg_message(b"p", b"SCRAM-SHA-256\0\0\0\0\x10n,,n=,r=canary")),
    s(w.pg_asks(11, b"r=canary,s=c2FsdA==,i=4096")),
    c(w.pg_message(b"p", b"c=biws,r=canary,p=canary")),
]
MYSQL = [
    s(w.my_greeting()),
    c(w.my_login("anna.canary", b"canary" * 3, database="diary", plugin="mysql_native_password")),
    s(w.my_packet(2, b"\0\0\0\2\0\0\0")),
    c(w.my_packet(0, b"\x03 SELECT canary")),
    s(w.my_packet(1, b"canary")),
    c(w.my_packet(0, b"\x0e")),
    c(w.my_packet(0, b"\x16UPDATE canary SET x = ?")),
]
MYSQL_TLS = [s(w.my_greeting()), c(w.MY_WANTS_TLS), c(HELLO)]
MYSQL_SWITCHED = [
    s(w.my_greeting()),
    c(w.my_login("anna.canary", b"")),
    s(w.my_packet(2, b"\xfemysql_clear_password\0")),
    c(w.my_packet(3, b"canary-password\0")),
    s(w.my_packet(4, b"\0\0\0\2\0\0\0")),
]
REDIS = [
    c(w.redis("AUTH", "anna.canary", "canary-password")),
    s("+OK"),
    c(w.redis("SET", "canary", "canary" * 50) + w.redis("get", "canary")),
    c(w.redis("GET", "canary2") + b"canary inline\r\n"),
]
REDIS_LINES = [c("AUTH anna.canary canary-password"), s("+OK"), c("GET canary")]
SQL_SERVER = [
    c(w.TDS_PRELOGIN),
    s(w.tds(4, b"\0" * 20)),
    c(w.tds_login("LAPTOP", "anna.canary", "canary", "Mothreport")),
]
ALL = [
    (Postgresql, IN_CLEAR),
    (Postgresql, WITH_TLS),
    (Postgresql, MD5),
    (Postgresql, SCRAM),
    (Mysql, MYSQL),
    (Mysql, MYSQL_TLS),
    (Mysql, MYSQL_SWITCHED),
    (Redis, REDIS),
    (Redis, REDIS_LINES),
    (Tds, SQL_SERVER),
    (Mongodb, [c(w.mongodb())]),
    (Mongodb, documents.SCRAM),
]


def heard(observer, said, **more):
    return listen(observer(a_flow(**more)), said)


def test_a_database_in_clear_tells_user_password_and_that_queries_are_read():
    told = heard(Postgresql, IN_CLEAR)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("device.software", "Mothreport"),
        ("secret.password", "password, 15 characters"),
        ("content.database", "query, 24 characters"),
        ("content.database", "query, 30 characters"),
    ]
    assert [one.packets for one in told] == [(3,), (3,), (5,), (7,), (9,)]
    assert told[0].details["database"] == "diary"
    assert [one.details.get("what") for one in told[3:]] == ["SELECT", "INSERT"]


@pytest.mark.parametrize(("said", "size"), [(MD5, 9), (SCRAM, 24)])
def test_answers_to_a_challenge_can_be_guessed_from(said, size):
    told = heard(Postgresql, said)
    assert facts(told)[2:] == [("secret.hash", f"response, {size} characters")]


@pytest.mark.parametrize(("observer", "said"), [(Postgresql, WITH_TLS), (Mysql, MYSQL_TLS)])
def test_tls_that_is_asked_for_is_followed(observer, said):
    assert "device.ja4" in dict(facts(heard(observer, said)))


def test_a_cancelled_query_tells_nothing():
    assert not heard(Postgresql, [c(w.PG_CANCEL)])


def test_mysql_tells_user_answer_and_queries():
    told = heard(Mysql, MYSQL)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("secret.hash", "response, 18 characters"),
        ("content.database", "query, 14 characters"),
        ("content.database", "query, 23 characters"),
    ]


def test_mysql_may_ask_for_the_password_itself():
    assert ("secret.password", "password, 15 characters") in facts(heard(Mysql, MYSQL_SWITCHED))


def test_a_database_on_the_device_tells_its_version():
    told = heard(Mysql, MYSQL, device_is_client=False)
    assert ("device.software", "MySQL 8.0.36") in facts(told)
    assert "device.software" not in dict(facts(heard(Mysql, MYSQL)))


def test_redis_tells_passwords_and_once_each_command():
    told = heard(Redis, REDIS)
    assert ("secret.password", "password, 15 characters") in facts(told)
    assert [one.details["what"] for one in told if one.kind == "content.database"] == [
        "SET", "GET", "other",
    ]  # fmt: skip


def test_sql_servers_disguised_password_is_one_in_clear():
    assert facts(heard(Tds, SQL_SERVER)) == [
        ("identity.user", "a…"),
        ("device.software", "Mothreport"),
        ("secret.password", "password, 6 characters"),
        ("identity.host_name", "LAPTOP"),
    ]


def test_a_login_to_mongodb_tells_the_user_and_how_long_the_password_is():
    told = heard(Mongodb, documents.PLAIN)
    assert facts(told)[1:] == [
        ("identity.user", "a…"),
        ("secret.password", "password, 15 characters"),
    ]
    assert told[2].details["user"] == "a…"
    assert told[2].packets == (1,)


def test_a_login_to_mongodb_without_the_password_tells_what_a_guess_needs():
    assert facts(heard(Mongodb, documents.SCRAM))[1:] == [
        ("identity.user", "a…"),
        ("secret.hash", "response, 24 characters"),
    ]


def test_mongodb_is_noticed():
    (told,) = heard(Mongodb, [c(w.mongodb(size=40))])
    assert (told.kind, told.value) == ("content.database", "message, 40 characters")


@pytest.mark.parametrize(
    ("query", "verb"),
    [
        (b" (select 1)", "SELECT"),
        (b"canary", "other"),
        (b"", "other"),
        (b"/* x */ SELECT", "other"),
    ],
)
def test_only_words_of_sql_are_shown(query, verb):
    assert verb_of(query) == verb


@given(CUTS, st.sampled_from(ALL))
def test_cuts_do_not_matter(cuts, case):
    observer, said = case
    assert meaning(listen(observer(a_flow()), said, cuts)) == meaning(heard(observer, said))


@pytest.mark.parametrize(
    ("name", "client", "server"),
    [
        ("postgresql", OPENING[1], b""),
        ("postgresql", w.PG_WANTS_TLS, b""),
        ("mysql", b"", w.my_greeting()),
        ("redis", w.redis("PING"), b""),
        ("tds", w.TDS_PRELOGIN, b""),
        ("mongodb", w.mongodb(), b""),
    ],
)
def test_flows_are_recognised_on_odd_ports(name, client, server):
    assert identify("tcp", 47111, client, server).name == name


def test_a_login_as_a_line_begins_redis_at_its_port():
    assert identify("tcp", 6379, REDIS_LINES[0][1], b"").name == "redis"


@pytest.mark.parametrize(("observer", "said"), ALL)
def test_nothing_secret_is_told(observer, said):
    told = heard(observer, said)
    assert told
    assert "canary" not in everything(told).lower()


@given(st.sampled_from(ALL), st.integers(1, 8), st.lists(st.binary(max_size=80), max_size=6))
def test_noise_is_endured(case, kept, pieces):
    observer, said = case
    noise = [(side, data) for data in pieces for side in (CLIENT, SERVER)]
    heard(observer, [*said[:kept], *noise])
