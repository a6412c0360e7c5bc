"""How connections open, as frames of a capture show it."""

from __future__ import annotations

from peppermoth.monitor.observation import Certainty, Place
from peppermoth.monitor.observe import Opening
from peppermoth.monitor.observe.stack import MOST, Stacks
from tests.monitor.frames import DEVICE, SITE, SYN, ip, tcp
from tests.monitor.observe.feeding import a_flow, facts

LINUX = bytes.fromhex("020405b40402080a000000010000000001030307")
FLOW = a_flow(443)
WINDOWS = bytes.fromhex("020405b40103030801010402")


def opening(options=LINUX, *, packet=1, flow=FLOW, source=DEVICE, target=SITE, ttl=64):
    segment = tcp(50000, 443, flags=SYN, options=options)
    header = bytearray(ip(source, target, 6, segment)[: -len(segment)])
    header[7 if ":" in source else 8] = ttl
    return Opening(flow, bytes(header), segment, Place(packet, 1.0))


def test_a_syn_tells_the_stack_and_a_likely_system():
    told = list(Stacks().receive(opening(packet=7)))
    assert facts(told) == [
        ("device.stack", "time to live 64, window 65535, mss sok ts nop ws"),
        ("device.system", "Android"),
    ]
    assert [one.certainty for one in told] == [Certainty.SEEN, Certainty.POSSIBLE]
    assert {one.packets for one in told} == {(7,)}
    assert told[0].details == {"system": "Android"}


def test_the_time_to_live_that_is_told_is_the_one_it_left_with():
    told = list(Stacks().receive(opening(WINDOWS, ttl=118)))
    assert facts(told) == [
        ("device.stack", "time to live 128, window 65535, mss nop ws nop nop sok"),
        ("device.system", "Windows"),
    ]


def test_the_same_stack_is_told_once():
    stacks = Stacks()
    assert stacks.receive(opening())
    assert not stacks.receive(opening(packet=2))


def test_how_others_open_is_not_of_the_device():
    assert not Stacks().receive(opening(flow=a_flow(443)._replace(device_is_client=False)))


def test_cut_headers_tell_nothing():
    whole = opening()
    for size in range(20):
        cut = Opening(whole.flow, whole.ip[:size], whole.tcp[:size], whole.place)
        assert not Stacks().receive(cut)


def test_only_so_many_stacks_are_told():
    stacks = Stacks()
    told = [
        one
        for number in range(200)
        for one in stacks.receive(opening(bytes([2, 4, 5, 180, 3, 3, number, 0]), packet=number))
    ]
    assert len(told) <= 2 * MOST
