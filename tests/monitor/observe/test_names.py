from __future__ import annotations

import struct

import dns.edns
import dns.flags
import dns.message
import dns.rrset
import dns.update
import pytest
from hypothesis import given, settings

from peppermoth.monitor.observe.names import (
    MOST_PENDING,
    Dns,
    DnsTcp,
    Llmnr,
    LlmnrTcp,
    Mdns,
    Nbns,
    NetbiosDatagrams,
)
from tests.monitor.observe.feeding import CUTS, a_flow, c, facts, listen, meaning, s
from tests.wire.test_netbios import datagram, spelt

QUERY = dns.message.make_query("www.Moth.example", "A", id=7)


def answer(*records, query=QUERY, code=0):
    """An answer with these records of the name asked for."""
    response = dns.message.make_response(query)
    response.set_rcode(code)
    for kind, text in records:
        response.answer.append(dns.rrset.from_text(query.question[0].name, 300, "IN", kind, text))
    return response.to_wire()


def udp(*, device_is_client=True, port=53):
    """A flow of datagrams."""
    return a_flow(port, "udp", device_is_client=device_is_client)


def framed(data):
    """A message as it stands in a stream."""
    return len(data).to_bytes(2, "big") + data


def test_a_name_is_told_once_with_its_answers():
    said = [c(QUERY.to_wire()), c(QUERY.to_wire()), s(answer(("A", "192.0.2.7")))]
    asked, answered = listen(Dns(udp()), said)
    assert (asked.kind, asked.value, asked.packets) == ("name.dns", "www.moth.example", (1, 2, 3))
    assert asked.details == {"type": "A", "answers": "1"}
    assert (asked.time, asked.field, asked.rule) == (1.0, "dns.qry.name", "dns.query")
    assert (answered.kind, answered.value) == ("name.dns_answer", "192.0.2.7")
    assert answered.details == {"name": "www.moth.example", "type": "A"}


def test_a_name_without_answer_is_told_at_the_end():
    (asked,) = listen(Dns(udp()), [c(QUERY.to_wire())])
    assert (asked.value, asked.details["result"]) == ("www.moth.example", "no answer")


def test_a_refusal_is_told():
    (asked,) = listen(Dns(udp()), [c(QUERY.to_wire()), s(answer(code=3))])
    assert asked.details["result"] == "no such name"


def test_an_answer_alone_tells_its_question():
    told = listen(Dns(udp()), [s(answer(("A", "192.0.2.7")))])
    assert facts(told) == [("name.dns", "www.moth.example"), ("name.dns_answer", "192.0.2.7")]


def test_what_others_ask_of_the_device_is_not_told():
    said = [c(QUERY.to_wire()), s(answer(("A", "192.0.2.7")))]
    assert listen(Dns(udp(device_is_client=False)), said) == []


def test_the_network_that_a_resolver_passes_on_is_told():
    query = dns.message.make_query("moth.example", "A", use_edns=0)
    query.use_edns(options=[dns.edns.ECSOption("198.51.100.77", 24)])
    told = listen(Dns(udp()), [c(query.to_wire())])
    assert ("name.client_subnet", "198.51.100.0/24") in facts(told)


def test_a_text_record_is_not_told():
    told = listen(Dns(udp()), [s(answer(("TXT", '"canary"')))])
    assert "canary" not in repr(told)


def test_waiting_queries_are_bounded():
    observer = Dns(udp())
    queries = [
        dns.message.make_query(f"{n}.example", "A").to_wire() for n in range(MOST_PENDING + 5)
    ]
    early = listen(observer, [c(query) for query in queries], end=False)
    assert [one.value for one in early] == [f"{n}.example" for n in range(5)]
    assert len(list(observer.end())) == MOST_PENDING


def test_broken_datagrams_are_passed_over():
    told = listen(Dns(udp()), [c(b"\x00" * 5), c(QUERY.to_wire()[:20]), c(QUERY.to_wire())])
    assert facts(told) == [("name.dns", "www.moth.example")]


def test_a_device_that_registers_its_name_is_told():
    update = dns.update.UpdateMessage("moth.example")
    update.add("annas-laptop", 300, "A", "192.0.2.1")
    told = listen(Dns(udp()), [c(update.to_wire())])
    assert facts(told) == [("identity.host_name", "annas-laptop.moth.example")]


@settings(deadline=None)
@given(CUTS)
def test_a_stream_tells_the_same_however_it_is_cut(cuts):
    other = dns.message.make_query("wing.example", "AAAA", id=8)
    said = [
        c(framed(QUERY.to_wire()) + framed(other.to_wire())),
        s(
            framed(answer(("A", "192.0.2.7")))
            + framed(answer(("AAAA", "2001:db8::7"), query=other))
        ),
    ]
    whole = meaning(listen(DnsTcp(a_flow(53)), said))
    assert len(whole) == 4
    assert meaning(listen(DnsTcp(a_flow(53)), said, cuts)) == whole


def multicast(*records):
    """What a device says of itself."""
    response = dns.message.Message(id=0)
    response.flags = dns.flags.QR | dns.flags.AA
    for name, kind, text in records:
        response.answer.append(dns.rrset.from_text(name, 120, "IN", kind, text))
    return response.to_wire()


def test_what_a_device_looks_for_on_the_local_network_is_told():
    query = dns.message.make_query("_googlecast._tcp.local", "PTR", id=0)
    (told,) = listen(Mdns(udp(port=5353)), [c(query.to_wire()), c(query.to_wire())])
    assert (told.kind, told.value) == ("name.local", "_googlecast._tcp.local")
    assert told.details == {"protocol": "mdns", "type": "PTR"}


def test_what_a_device_says_of_itself_is_told():
    said = multicast(
        ("_airplay._tcp.local.", "PTR", "Phone._airplay._tcp.local."),
        ("Phone._airplay._tcp.local.", "SRV", "0 0 7000 Annas-iPhone.local."),
        ("Annas-iPhone.local.", "A", "192.0.2.1"),
    )
    assert facts(listen(Mdns(udp(port=5353)), [c(said)])) == [
        ("name.local", "Phone._airplay._tcp.local"),
        ("name.local", "Phone._airplay._tcp.local"),
        ("identity.host_name", "Annas-iPhone.local"),
    ]


def test_make_and_name_in_the_attributes_of_a_service_are_told():
    said = multicast(
        ("Annas-iPhone._device-info._tcp.local.", "TXT", '"model=iPhone14,5" "osxvers=21"'),
        ("x._googlecast._tcp.local.", "TXT", '"md=Cast" "fn=Room of anna@moth.example" "id=77"'),
    )
    told = listen(Mdns(udp(port=5353)), [c(said), c(said)])
    assert facts(told) == [
        ("name.local", "Annas-iPhone._device-info._tcp.local"),
        ("device.model", "iPhone14,5"),
        ("name.local", "x._googlecast._tcp.local"),
        ("device.model", "Cast"),
        ("identity.host_name", "Room of a…@moth.example"),
    ]


def test_what_others_say_on_the_local_network_is_not_told():
    said = multicast(("Other.local.", "A", "192.0.2.9"))
    assert listen(Mdns(udp(port=5353, device_is_client=False)), [c(said)]) == []


def test_llmnr_tells_its_own_protocol():
    query = dns.message.make_query("printer", "A")
    (told,) = listen(Llmnr(udp(port=5355)), [c(query.to_wire())])
    assert (told.value, told.details["protocol"]) == ("printer", "llmnr")


def test_llmnr_over_tcp_tells_the_same():
    query = dns.message.make_query("printer", "A").to_wire()
    (told,) = listen(LlmnrTcp(a_flow(5355)), [c(len(query).to_bytes(2, "big") + query)])
    assert (told.value, told.details["protocol"]) == ("printer", "llmnr")


def netbios(opcode, name, *, kind=32, response=False, data=b"", group=False):
    """A message of the NetBIOS name service."""
    label = b"\x20" + spelt(name).encode() + b"\x00"
    flags = (0x8000 if response else 0) | opcode << 11
    body = data or (b"\x80\x00" if group else b"\x00\x00") + bytes(4)
    record = struct.pack(">HHIH", kind, 1, 60, len(body)) + body
    if response:
        return struct.pack(">6H", 1, flags, 0, 1, 0, 0) + label + record
    question = label + struct.pack(">HH", kind, 1)
    if opcode == 0:
        return struct.pack(">6H", 1, flags, 1, 0, 0, 0) + question
    return struct.pack(">6H", 1, flags, 1, 0, 0, 1) + question + b"\xc0\x0c" + record


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (netbios(0, b"PRINTER"), [("name.local", "PRINTER")]),
        (netbios(5, b"ANNA-PC"), [("identity.host_name", "ANNA-PC")]),
        (netbios(5, b"WORKGROUP", group=True), []),
        (netbios(0, b"ANNA-PC", response=True), [("identity.host_name", "ANNA-PC")]),
        (
            netbios(
                0,
                b"*",
                kind=33,
                response=True,
                data=b"\x02"
                + b"ANNA-PC".ljust(15)
                + b"\x00\x04\x00"
                + b"WG".ljust(15)
                + b"\x00\x84\x00",
            ),
            [("identity.host_name", "ANNA-PC")],
        ),
    ],
)
def test_netbios_names_are_told(message, expected):
    assert facts(listen(Nbns(udp(port=137)), [c(message)])) == expected


def test_a_netbios_datagram_tells_who_sends_it_to_which_group():
    said = [c(datagram(b"ANNA-PC", b"WORKGROUP")), c(datagram(b"ANNA-PC", b"\x01\x02__MSB"))]
    assert facts(listen(NetbiosDatagrams(udp(port=138)), said)) == [
        ("identity.host_name", "ANNA-PC"),
        ("name.local", "WORKGROUP"),
    ]
    theirs = udp(port=138, device_is_client=False)
    assert listen(NetbiosDatagrams(theirs), said) == []
