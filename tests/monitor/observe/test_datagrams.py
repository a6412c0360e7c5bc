from __future__ import annotations

import dns.message

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observe import identify, table
from peppermoth.monitor.observe.datagrams import MOST_BROKEN, Datagrams
from peppermoth.monitor.observe.things import Snmp
from tests.monitor.observe.feeding import a_flow, c, facts, listen
from tests.wire.directories import snmp


class Words(Datagrams):
    """Tells every word, and stops at the last."""

    protocol = "words"

    def datagram(self, speaker, at):
        if at.data == b"broken":
            raise RemoteProtocolError("broken")
        if at.data == b"last":
            self.over()
        self.tell("use.service", at.text, at, "words.word", "word", once=True, nothing="")


def test_each_datagram_is_told_once():
    observer = Words(a_flow(transport="udp"))
    told = listen(observer, [c(b"moth"), c(b"moth"), c(b"broken"), c(b"wing")])
    assert facts(told) == [("use.service", "moth"), ("use.service", "wing")]
    assert (told[0].packets, told[0].rule, told[0].details) == ((1,), "words.word", {})
    assert not observer.done


def test_nothing_is_told_after_the_end():
    observer = Words(a_flow(transport="udp"))
    assert facts(listen(observer, [c(b"last"), c(b"moth")])) == [("use.service", "last")]
    assert observer.done


def test_a_flow_that_begins_with_something_else_is_followed_as_its_port_says():
    observer = Snmp(a_flow(53, transport="udp"))
    query = dns.message.make_query("moth.example", "A").to_wire()
    told = listen(observer, [c(snmp(1, "public")), c(b"junk"), *[c(query)] * (MOST_BROKEN + 1)])
    assert facts(told) == [
        ("secret.token", "community, 6 characters"),
        ("name.dns", "moth.example"),
    ]
    assert not observer.done


def test_at_a_port_of_its_own_nothing_else_is_followed():
    observer = Snmp(a_flow(161, transport="udp"))
    query = dns.message.make_query("moth.example", "A").to_wire()
    assert listen(observer, [c(query)] * MOST_BROKEN) == []
    assert observer.done


def test_too_many_broken_datagrams_end_it_and_a_sound_one_forgives():
    observer = Words(a_flow(transport="udp"))
    broken = [c(b"broken")] * (MOST_BROKEN - 1)
    listen(observer, [*broken, c(b"moth"), *broken])
    assert not observer.done
    listen(observer, [c(b"broken")])
    assert observer.done


def test_protocols_of_one_port_that_both_refuse_a_datagram_do_not_ask_each_other_for_ever(
    monkeypatch,
):
    class Other(Words):
        protocol = "other"

    rows = [
        table.Row(name, made.__name__, ("udp",), table.ports(9), lambda client, server: True)
        for name, made in (("words", Words), ("other", Other))
    ]
    monkeypatch.setattr(identify, "TABLE", tuple(rows))
    monkeypatch.setattr(table, "TABLE", tuple(rows))
    monkeypatch.setattr(table, "_class", {"Words": Words, "Other": Other}.__getitem__)
    identify._rows.cache_clear()
    observer = Words(a_flow(9, transport="udp"))
    told = listen(observer, [c(b"broken"), c(b"moth")])
    identify._rows.cache_clear()
    assert facts(told) == [("use.service", "moth")]
