"""An address is told with the name that a DNS answer in clear gave it."""

from __future__ import annotations

import pytest

from peppermoth.monitor import answers
from peppermoth.monitor.answers import Answers
from peppermoth.monitor.observation import Certainty
from tests.exposure.samples import seen

ADDRESS = "198.51.100.80"


def answer(name, value, kind="A"):
    return seen("name.dns_answer", value, name=name, type=kind)


def host_of(*before, address=ADDRESS):
    """The name that a contacted address is told with after these answers."""
    known = Answers()
    for observation in before:
        assert known.named(observation) is observation
    contacted = known.named(seen("address.contacted", address, port="42999"))
    assert contacted.details["port"] == "42999"
    return contacted.details.get("host")


@pytest.mark.parametrize(
    ("before", "host"),
    [
        ([], None),
        ([answer("site.example", "198.51.100.81")], None),
        ([answer("site.example", ADDRESS)], "site.example"),
        ([answer("old.example", ADDRESS), answer("site.example", ADDRESS)], "site.example"),
        (
            [answer("site.example", "cdn.example", "CNAME"), answer("cdn.example", ADDRESS)],
            "site.example",
        ),
        ([answer("site.example", "site.example", "CNAME"), answer("site.example", ADDRESS)],
         "site.example"),
        ([answer("80.100.51.198.in-addr.arpa", ADDRESS, "PTR")], None),
        ([answer("", ADDRESS)], None),
    ],
)  # fmt: skip
def test_a_contacted_address_is_told_with_its_name(before, host):
    assert host_of(*before) == host


def hello(name="front.example", kind="name.sni", **details):
    return seen(kind, name, version="TLS 1.3", **details)


def announced(name, front):
    return seen("name.dns_answer", name, name=name, type="HTTPS", ech=front)


@pytest.mark.parametrize("kind", ["name.sni", "name.quic"])
def test_an_outer_name_that_an_answer_announced_hides_another(kind):
    known = Answers()
    known.named(announced("hidden.example", "other.example,Front.Example"))
    told = known.named(hello(kind=kind, ech="yes"))
    assert (told.kind, told.value) == ("name.encrypted_hello", "front.example")
    assert (told.certainty, told.details) == (Certainty.LIKELY, {"version": "TLS 1.3"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (announced("hidden.example", "other.example"), hello(ech="yes")),
        (announced("hidden.example", "front.example"), hello()),
        (announced("front.example", "front.example"), hello(ech="yes")),
    ],
    ids=["another name", "no encrypted part", "its own name"],
)
def test_other_names_are_what_they_say(before, after):
    known = Answers()
    known.named(before)
    assert known.named(after) is after


def test_names_that_lead_to_each_other_end_somewhere():
    circle = [answer("a.example", "b.example", "CNAME"), answer("b.example", "a.example", "CNAME")]
    assert host_of(*circle, answer("a.example", ADDRESS)) in {"a.example", "b.example"}


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(answers, "MOST_ANSWERS", 2)
    told = [answer(f"{number}.example", f"198.51.100.{number}") for number in (80, 81, 82)]
    assert host_of(*told) is None
    assert host_of(*told, address="198.51.100.81") == "81.example"
    assert host_of(told[0], told[1], told[0], told[2]) == "80.example"
