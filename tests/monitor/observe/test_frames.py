"""What observers of frames share."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import link
from peppermoth.monitor.observation import Place
from peppermoth.monitor.observe import Frame, FrameKind
from peppermoth.monitor.observe.frames import KINDS, MOST, FrameTeller
from tests.monitor.observe.feeding import facts


class Words(FrameTeller):
    """Tells what a frame holds."""

    family = "words"

    def frame(self, frame):
        if not frame.data:
            raise RemoteProtocolError("empty")
        self.tell("identity.wifi", frame.data.decode(), frame, "words", nothing="", from_="air")


def see(*said, from_device=True):
    words = Words()
    frames = (Frame(FrameKind.ARP, b"", data, from_device, Place(5, 1.0)) for data in said)
    return [one for frame in frames for one in words.receive(frame)] + list(words.end())


def test_each_fact_is_told_once_and_what_is_broken_is_passed_over():
    told = see(b"moth", b"moth", b"", b"wing")
    assert facts(told) == [("identity.wifi", "moth"), ("identity.wifi", "wing")]
    assert (told[0].packets, told[0].rule, told[0].details) == ((5,), "words.wifi", {"from": "air"})


def test_frames_of_others_tell_nothing():
    assert not see(b"moth", from_device=False)


def test_only_so_many_facts_are_told():
    assert len(see(*(b"%d" % number for number in range(2 * MOST)))) == MOST


def test_all_that_a_link_gives_beside_ip_has_its_kind():
    assert KINDS.keys() == link.BESIDE_IP
