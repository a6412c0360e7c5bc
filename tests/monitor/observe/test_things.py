"""MQTT, CoAP, SNMP, syslog, NTP."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.identify import identify
from peppermoth.monitor.observe.things import (
    MOST_TOPICS,
    Coap,
    Mqtt,
    Ntp,
    Snmp,
    Syslog,
    SyslogStream,
)
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
from tests.wire.directories import snmp, snmp_3
from tests.wire.services import (
    MQTT_WELCOME,
    coap,
    mqtt,
    mqtt_connect,
    mqtt_publish,
    mqtt_subscribe,
    ntp,
)

POSITION = json.dumps({"tid": "canary", "lat": 52.5163, "lon": 13.3777}).encode()
LINE = b"<34>Oct 11 22:14:15 laptop sshd[99]: canary text"


def session(version=4):
    return [
        c(mqtt_connect("lamp-7", version=version, user="anna.canary", password="canary-password")),
        s(MQTT_WELCOME),
        c(mqtt_subscribe("home/#", "phones/+", version=version)),
        s(mqtt(0x90, b"\0\1\0")),
        c(mqtt_publish("owntracks/phone", POSITION, version=version)),
        s(mqtt_publish("home/door", b"canary payload " * 9000, version=version)),
        c(mqtt(0xC0, b"") + mqtt_publish("home/lamp", b"on", version=version)),
        c(mqtt(0xE0, b"")),
    ]


def broker(*, device_is_client=True):
    return Mqtt(a_flow(1883, device_is_client=device_is_client))


def over_udp(observer, *, device_is_client=True):
    return observer(a_flow(4000, "udp", device_is_client=device_is_client))


@pytest.mark.parametrize("version", [3, 4, 5])
def test_a_thing_introduces_itself_and_tells_its_topics(version):
    told = listen(broker(), session(version))
    assert facts(told) == [
        ("identity.host_name", "lamp-7"),
        ("identity.user", "a…"),
        ("secret.password", "password, 15 characters"),
        ("content.topic", "home/#"),
        ("content.topic", "phones/+"),
        ("content.topic", "owntracks/phone"),
        ("content.location", "52.5, 13.4"),
        ("content.topic", "home/door"),
        ("content.topic", "home/lamp"),
    ]
    assert [one.details["what"] for one in told if one.kind == "content.topic"] == [
        "follows", "follows", "publishes", "receives", "publishes",
    ]  # fmt: skip


def test_facts_name_the_packets_that_hold_them():
    told = {value: one.packets for one in listen(broker(), session()) for value in [one.value]}
    assert told["lamp-7"] == (1,)
    assert told["home/#"] == (3,)
    assert told["home/door"] == (6,)


def test_a_broker_on_the_device_is_not_named_after_its_guests():
    assert "identity.host_name" not in dict(
        facts(listen(broker(device_is_client=False), session()))
    )


def test_topics_name_neither_persons_nor_keys():
    topics = ("loc/anna@moth.example", "app/0123456789abcdefCANARY01/on")
    said = [c(mqtt_connect("x")), *(c(mqtt_publish(topic, b"")) for topic in topics)]
    assert facts(listen(broker(), said))[1:] == [
        ("content.topic", "loc/a…@moth.example"),
        ("content.topic", "app/(24 characters)/on"),
    ]


@pytest.mark.parametrize("verb", ["publishes", "follows"])
def test_coordinates_in_topics_are_masked_and_told_as_a_place(verb):
    topic = "bus/52.5163/13.3777/next"
    said = mqtt_publish(topic, b"") if verb == "publishes" else mqtt_subscribe(topic)
    told = listen(broker(), [c(mqtt_connect("x")), c(said)])
    assert facts(told)[1:] == [
        ("content.topic", "bus/…/…/next"),
        ("content.location", "52.5, 13.4"),
    ]
    assert told[-1].details == {"where": "mqtt topic"}
    assert told[-1].certainty is Certainty.LIKELY
    assert "52.5163" not in everything(told)


def test_a_flow_that_is_joined_late_still_tells_topics():
    told = facts(listen(broker(), session()[4:]))
    assert ("content.topic", "owntracks/phone") in told
    assert not listen(broker(), [c(mqtt(0x30, b"\0\4\x00\xff\x01\x02"))])


def test_many_topics_end_the_interest():
    observer = broker()
    listen(observer, [c(mqtt_connect("x")), s(mqtt(0xE0, b""))], end=False)
    said = [c(mqtt_publish(f"t/{number}", b"")) for number in range(2 * MOST_TOPICS)]
    listen(observer, [*said, c(mqtt(0xC0, b""))], end=False)
    assert observer.done


@given(CUTS, st.sampled_from([3, 5]))
def test_cuts_do_not_matter(cuts, version):
    assert meaning(listen(broker(), session(version), cuts)) == meaning(
        listen(broker(), session(version))
    )


def test_a_coap_request_has_a_path_and_names_of_its_query():
    data = coap(3, (3, "lamp.example"), (11, "light"), (15, "key=canary"), payload=b"canary")
    (told,) = listen(over_udp(Coap), [c(data), s(coap(69)), c(data)])
    assert told.value == "PUT /light?key=…"
    assert told.details["host"] == "lamp.example"


def test_an_snmp_community_is_a_secret():
    (told,) = listen(over_udp(Snmp), [c(snmp(1, "canary")), s(snmp(1, "canary"))])
    assert (told.kind, told.value, told.details["version"]) == (
        "secret.token", "community, 6 characters", "2c",
    )  # fmt: skip


@pytest.mark.parametrize(("flags", "sealed"), [(4, "no"), (7, "yes")])
def test_an_snmp_user_is_told_with_how_the_rest_is_sealed(flags, sealed):
    (told,) = listen(over_udp(Snmp), [c(snmp_3("", 4)), c(snmp_3("anna.canary", flags))])
    assert (told.kind, told.value, told.details["sealed"]) == ("identity.user", "a…", sealed)


def test_of_each_program_one_log_line_is_told():
    told = listen(over_udp(Syslog), [c(LINE), c(LINE), c(LINE.replace(b"sshd", b"cron"))])
    assert [one.details["program"] for one in told if one.kind == "content.syslog"] == [
        "sshd", "cron",
    ]  # fmt: skip
    assert ("identity.host_name", "laptop") in facts(told)


@given(CUTS)
@pytest.mark.parametrize(
    "framed", [lambda line: line + b"\n", lambda line: b"%d %b" % (len(line), line)]
)
def test_a_log_is_read_from_a_stream_however_it_is_framed_and_cut(framed, cuts):
    lines = (LINE, LINE, LINE.replace(b"sshd", b"cron"))
    said = [c(b"".join(map(framed, lines)))]
    told = listen(SyslogStream(a_flow(601)), said, cuts)
    assert meaning(told) == meaning(listen(over_udp(Syslog), list(map(c, lines))))
    assert "canary" not in everything(told)


def test_a_clock_is_asked_for_once_with_its_reference():
    observer = over_udp(Ntp)
    answer = s(ntp(4, stratum=1, reference=b"GPS\0"))
    (told,) = listen(observer, [c(ntp(3)), answer, c(ntp(3)), answer])
    assert (told.kind, told.value, told.packets) == ("device.clock", "NTP version 4", (1,))
    assert told.details == {"reference": "GPS", "server": "198.51.100.2"}
    assert observer.done


def test_a_question_without_answer_is_told_in_the_end():
    (told,) = listen(over_udp(Ntp), [c(ntp(3, version=3)), c(ntp(3, version=3))])
    assert (told.value, told.details["server"]) == ("NTP version 3", "198.51.100.2")


def test_a_clock_on_the_device_tells_nothing_of_it():
    assert not listen(over_udp(Ntp, device_is_client=False), [c(ntp(3)), s(ntp(4, stratum=2))])


@pytest.mark.parametrize(
    ("name", "transport", "data"),
    [
        ("mqtt", "tcp", mqtt_connect("lamp")),
        ("snmp", "udp", snmp(0, "public")),
        ("syslog", "udp", LINE),
        ("syslog-tcp", "tcp", LINE + b"\n"),
        ("syslog-tcp", "tcp", b"%d %b" % (len(LINE), LINE)),
        ("ntp", "udp", ntp(3)),
    ],
)
def test_flows_are_recognised_on_odd_ports(name, transport, data):
    assert identify(transport, 47111, data, b"").name == name


@pytest.mark.parametrize("port", [389, 1883, 3306, 5060, 5432, 6379])
def test_a_wrong_port_does_not_fool(port):
    stranger = b"GET / HTTP/1.1\r\nHost: moth.example\r\n\r\n"
    assert identify("tcp", port, stranger, b"").name == "http"


def test_nothing_secret_is_told():
    told = [
        *listen(broker(), session()),
        *listen(over_udp(Coap), [c(coap(1, (11, "a"), (15, "k=canary"), payload=b"canary"))]),
        *listen(over_udp(Snmp), [c(snmp(0, "canary")), c(snmp_3("anna.canary", 4))]),
        *listen(over_udp(Syslog), [c(LINE)]),
    ]
    assert told
    assert "canary" not in everything(told).lower()


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_noise_is_endured(pieces):
    said = [(side, data) for data in pieces for side in (CLIENT, SERVER)]
    for observer in (Coap, Snmp, Syslog, Ntp):
        listen(over_udp(observer), said)
    listen(broker(), [c(mqtt_connect("x", version=5)), *said])
