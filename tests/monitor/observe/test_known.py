"""What names say: services, trackers, systems."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observation import Certainty, Observation
from peppermoth.monitor.observe.known import AGAIN, Known, meaning
from peppermoth.monitor.reading import read
from tests.monitor.frames import connection, pcap
from tests.monitor.observe.feeding import a_flow, facts
from tests.wire.hellos import chrome_flight


def named(name, kind="name.sni", *, time=1.0, certainty=Certainty.SEEN, flow=None):
    return Observation(
        kind, name, flow or a_flow(443), (3, 4), time, "some.field", certainty, "tls.sni"
    )


def follow(*observations):
    known = Known()
    return [one for observation in observations for one in known.receive(observation)]


@pytest.mark.parametrize(
    "kind", ["name.dns", "name.sni", "name.quic", "name.http", "name.proxy", "name.certificate"]
)
def test_a_name_tells_its_service_where_it_stood(kind):
    (told,) = follow(named("e1.whatsapp.net", kind))
    assert (told.kind, told.value, told.rule) == ("use.service", "WhatsApp", "known.service")
    assert told.details == {"category": "messenger", "from": "e1.whatsapp.net"}
    assert (told.packets, told.field, told.certainty) == ((3, 4), "some.field", Certainty.SEEN)


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("www.google.co.uk", ("use.service", "Google")),
        ("*.fbcdn.net", ("use.service", "Facebook")),
        ("web.whatsapp.com:443", ("use.service", "WhatsApp")),
        ("WhatsApp.COM.", ("use.service", "WhatsApp")),
        ("www.nhs.uk", ("use.service", "NHS")),
        ("stats.g.doubleclick.net", ("use.tracker", "Google")),
        ("graph.facebook.com", ("use.tracker", "Meta")),
        ("connectivitycheck.gstatic.com", ("device.system", "Android or ChromeOS")),
        ("captive.apple.com", ("device.system", "iOS or macOS")),
        ("www.msftconnecttest.com", ("device.system", "Windows")),
    ],
)
def test_names_are_known(name, fact):
    assert facts(follow(named(name))) == [fact]


@pytest.mark.parametrize(
    "name",
    [
        "notwhatsapp.com",
        "whatsapp.com.moth.example",
        "google.moth.example",
        "google.blogspot.com",
        "mygoogle.com",
        "co.uk",
        "192.0.2.1",
        "2001:db8::1",
        "münchen.example",
        "",
        ".",
        "a" * 300,
    ],
)
def test_names_that_only_resemble_known_ones_are_not(name):
    assert meaning(name) == (None, "", "")


def test_a_system_is_never_certain_by_a_name():
    (told,) = follow(named("captive.apple.com"))
    assert told.certainty is Certainty.LIKELY
    (told,) = follow(named("captive.apple.com", certainty=Certainty.POSSIBLE))
    assert told.certainty is Certainty.POSSIBLE


def test_the_same_is_told_again_only_after_a_while():
    times = (1.0, 2.0, AGAIN, AGAIN + 1.0, AGAIN + 2.0)
    told = follow(*(named("signal.org", time=time) for time in times))
    assert [one.time for one in told] == [1.0, AGAIN + 1.0]


def test_other_observations_and_names_that_others_contact_say_nothing():
    assert not follow(named("signal.org", "identity.host_name"))
    assert not follow(named("signal.org", flow=a_flow(443, device_is_client=False)))


def test_what_is_remembered_has_a_bound(monkeypatch):
    monkeypatch.setattr("peppermoth.monitor.observe.known.MOST", 1)
    assert len(follow(named("signal.org"), named("whatsapp.com"))) == 1


def test_a_capture_tells_the_service_right_behind_the_name(tmp_path):
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(connection(chrome_flight("chrome:stable", "signal.org"), b"", port=443)))
    told = list(read(str(path)))
    kinds = [one.kind for one in told]
    at = kinds.index("name.sni")
    assert (told[at + 1].kind, told[at + 1].value) == ("use.service", "Signal")
    assert told[at + 1].packets == told[at].packets
