from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observe.datagrams import MOST_BROKEN, Datagrams
from tests.monitor.observe.feeding import a_flow, c, facts, listen


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


def test_too_many_broken_datagrams_end_it_and_a_sound_one_forgives():
    observer = Words(a_flow(transport="udp"))
    broken = [c(b"broken")] * (MOST_BROKEN - 1)
    listen(observer, [*broken, c(b"moth"), *broken])
    assert not observer.done
    listen(observer, [c(b"broken")])
    assert observer.done
