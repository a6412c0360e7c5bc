"""Media over UDP: RTP, SRTP, RTCP, STUN, TURN."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.identify import DEEPEST, Following, identify
from peppermoth.monitor.observe.media import MESSENGER_PACKETS, PROOF, SETTLED, Media
from peppermoth.wire import stun as wire
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    SERVER,
    a_flow,
    c,
    everything,
    facts,
    listen,
    s,
)
from tests.wire.dtls_packets import pieces, record, with_cookie
from tests.wire.hellos import client_hello, server_name
from tests.wire.signalling import disguised, noise, rtp, sdes, stun

BINDING = [
    c(stun(0x0001, (wire.USERNAME, b"frag:ments"), (wire.SOFTWARE, b"mothrtc 2"))),
    s(stun(0x0101, (wire.MAPPED, disguised(bytes((203, 0, 113, 7)), 5)), (wire.SOFTWARE, b"srv"))),
]


def media():
    return Media(a_flow(40000, "udp"))


def talk(payload, count=40, **more):
    """Both sides talk; ``payload`` gives the bytes of each packet."""
    return [
        side(rtp(number + 65530, payload(number), source=source, **more))
        for number in range(count)
        for side, source in ((c, 1), (s, 2))
    ]


def calls(told):
    return [(o.kind, o.value, o.certainty) for o in told if o.kind.endswith(".call")]


def test_a_readable_call_has_codec_and_seconds_and_its_first_packets():
    told = listen(media(), talk(lambda n: bytes(160)))
    (call,) = [one for one in told if one.kind == "content.call"]
    assert (call.value, call.certainty) == ("PCMA", Certainty.SEEN)
    assert call.details == {"seconds": "79", "protocol": "rtp", "ways": "both"}
    assert call.packets == tuple(range(1, 2 * PROOF, 2))


def test_a_call_of_one_side_is_likely():
    told = listen(media(), [said for said in talk(lambda n: bytes(160)) if said[0] is CLIENT])
    assert calls(told) == [("content.call", "PCMA", Certainty.LIKELY)]


def test_a_sealed_call_is_not_followed_to_its_end_a_readable_one_is():
    sealed, readable = media(), media()
    assert listen(sealed, talk(lambda n: noise(n, 170), count=SETTLED + 1))
    told = listen(readable, talk(lambda n: bytes(160), count=SETTLED + 9))
    assert sealed.done
    assert not readable.done
    assert [one.details["seconds"] for one in told] == [str(2 * (SETTLED + 9) - 1)]


def test_payloads_that_no_frames_fill_are_sealed():
    assert calls(listen(media(), talk(lambda n: noise(n, 170)))) == [
        ("protected.call", "SRTP", Certainty.LIKELY)
    ]


def test_a_codec_of_varying_size_is_sealed_where_first_bytes_are_random():
    clear = talk(lambda n: b"\x78" + noise(n, 60 + n), kind=111)
    sealed = talk(lambda n: noise(n, 61 + n), kind=111)
    assert calls(listen(media(), clear)) == [("content.call", "dynamic 111", Certainty.LIKELY)]
    assert calls(listen(media(), sealed)) == [("protected.call", "SRTP", Certainty.LIKELY)]


def test_too_few_packets_of_such_a_codec_are_possibly_readable():
    told = listen(media(), talk(lambda n: noise(n, 60), count=PROOF + 1, kind=111))
    assert calls(told) == [("content.call", "dynamic 111", Certainty.POSSIBLE)]


def test_numbers_that_do_not_run_on_are_no_call():
    said = [c(rtp(number * 977, bytes(160))) for number in range(40)]
    assert not listen(media(), said)


def test_participants_tell_of_themselves_in_reports():
    own = sdes(cname="anna.canary@laptop.example", tool="Mothphone 3", phone="+15551234277")
    told = facts(listen(media(), [c(own), s(sdes(tool="Other", email="ben@x.example"))]))
    assert set(told) == {
        ("identity.user", "a…@laptop.example"),
        ("device.software", "Mothphone 3"),
        ("identity.phone", "…77"),
    }


def test_stun_tells_a_program_and_ones_own_address():
    told = listen(media(), BINDING)
    assert ("device.software", "mothrtc 2") in facts(told)
    (service,) = [one for one in told if one.kind == "use.service"]
    assert service.details["own_address"] == "203.0.113.7"
    assert "identity.user" not in dict(facts(told))


def test_a_relay_tells_its_user_and_the_other_party():
    login = ((wire.USERNAME, b"anna.canary"), (wire.REALM, b"moth"), (wire.INTEGRITY, bytes(20)))
    peer = (wire.PEER, disguised(bytes((198, 51, 100, 9)), 5000))
    told = facts(listen(media(), [c(stun(0x0008, *login, peer))]))
    assert told == [
        ("identity.user", "a…"),
        ("secret.hash", "response, 20 characters"),
        ("address.contacted", "198.51.100.9"),
    ]


def test_a_call_inside_a_relays_channel_is_found():
    inside = [
        (who, b"\x40\1" + len(data).to_bytes(2, "big") + data)
        for who, data in talk(lambda n: bytes(160))
    ]
    assert ("content.call", "PCMA") in facts(listen(media(), BINDING + inside))


def test_relays_in_relays_are_followed_so_deep_only():
    def nested(levels):
        carried = c(stun(0x0003, (wire.USERNAME, b"anna.canary"), (wire.REALM, b"moth")))[1]
        for _ in range(levels):
            carried = stun(0x0016, (wire.DATA, carried))
        return facts(listen(media(), [c(carried)]))

    assert nested(DEEPEST) == [("identity.user", "a…")]
    assert nested(DEEPEST + 1) == []
    assert nested(1500) == []  # what 64 KiB can hold


RELAYED = [
    *BINDING,
    c(stun(3, (wire.USERNAME, b"anna.canary"), (wire.REALM, b"moth"))),
    *[
        (who, b"\x40\1" + len(data).to_bytes(2, "big") + data + bytes(-len(data) % 4))
        for who, data in talk(lambda n: bytes(160))
    ],
]


@settings(max_examples=20)
@given(CUTS)
def test_over_tcp_a_relay_tells_the_same_however_the_stream_is_cut(cuts):
    following = Following(a_flow(3478))
    told = listen(following, RELAYED, cuts)
    assert following.protocol == "turn-tcp"
    assert {kind for kind, _ in facts(told)} == {
        kind for kind, _ in facts(listen(media(), RELAYED))
    }
    assert ("content.call", "PCMA") in facts(told)
    assert "canary" not in everything(told)


def test_what_a_relay_carries_is_told_as_behind_it():
    (told,) = listen(media(), [s(stun(0x0016, (wire.DATA, BINDING[1][1])))])
    assert (told.kind, told.flow.outer) == ("use.service", ("turn",))


def test_a_broken_message_at_the_port_of_stun_is_passed_over():
    broken = stun(0x0001, (wire.USERNAME, b"anna"))[:-8] + b"\x00\x06\x01\xf4anna"
    observer = Following(a_flow(3478, "udp"))
    told = facts(listen(observer, [c(broken), *BINDING]))
    assert ("device.software", "mothrtc 2") in told


def test_a_call_whose_keys_dtls_agrees_on_is_told_by_dtls_alone():
    (hello,) = pieces(with_cookie(client_hello([server_name(b"relay.example")])), [])
    said = [*BINDING, c(record(hello)), *talk(lambda n: noise(n, 170), kind=111)]
    told = listen(media(), said)
    assert ("name.sni", "relay.example") in facts(told)
    assert not calls(told)


def test_stun_and_unknown_packets_are_possibly_a_messengers_call():
    unknown = [c(b"\x05" + noise(n, 80)) for n in range(MESSENGER_PACKETS)]
    assert calls(listen(media(), BINDING + unknown)) == [
        ("protected.call", "a messenger's call", Certainty.POSSIBLE)
    ]
    assert not calls(listen(media(), BINDING + unknown[:-1]))


def test_zrtp_protects():
    packet = b"\x10\0\0\1ZRTP" + bytes(20)
    assert ("protected.call", "ZRTP") in facts(listen(media(), [c(packet)]))


@pytest.mark.parametrize(
    ("name", "client", "server"),
    [
        ("stun", BINDING[0][1], b""),
        ("stun", b"", BINDING[1][1]),
        ("rtp", rtp(1, bytes(160)), b""),
        ("rtp", rtp(1, bytes(70), kind=111), rtp(9, bytes(70), kind=111)),
    ],
)
def test_flows_are_recognised_on_any_port(name, client, server):
    assert identify("udp", 4711, client, server).name == name


def test_nothing_secret_is_told():
    said = [
        *BINDING,
        c(
            stun(
                3, (wire.USERNAME, b"anna.canary"), (wire.REALM, b"m"), (wire.INTEGRITY, b"canary")
            )
        ),
        c(sdes(cname="anna.canary@laptop", email="anna.canary@moth.example", name="Anna Canary")),
        *talk(lambda n: b"canary" * 30),
    ]
    assert "canary" not in everything(listen(media(), said)).lower()


@given(st.lists(st.binary(max_size=60), max_size=30))
def test_noise_is_endured(datagrams):
    observer = media()
    listen(observer, [*BINDING, *((CLIENT, data) for data in datagrams)])
    listen(media(), [(SERVER, bytes((first, *data[1:]))) for data in datagrams if data
                     for first in (0x40, 0x80, 0x16, data[0])])  # fmt: skip
