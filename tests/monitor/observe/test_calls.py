"""SIP and RTSP: parties, codecs, logins."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observe.calls import Rtsp, SipDatagrams, SipStream
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)
from tests.wire.signalling import SDP, answer, invite, message

INSTANCE = '<sip:anna.canary@192.0.2.1:5060>;+sip.instance="<urn:gsma:imei:35-canary-0>"'
DIGEST = 'Digest username="anna.canary", realm="voip", response="canary0123456789"'
CALL = [c(invite(Contact=INSTANCE, Authorization=DIGEST)), s(answer())]
CHAT = [
    c(
        message(
            "MESSAGE sip:ben.canary@voip.example SIP/2.0",
            "From: <sip:anna.canary@voip.example>",
            "To: <sip:ben.canary@voip.example>",
            body="canary body",
        )
    ),
    s(message("SIP/2.0 202 Accepted", "f: <sip:anna.canary@voip.example>")),
]
WATCHING = [
    c("DESCRIBE rtsp://anna:canary%21@cam.example/yard?token=canary RTSP/1.0", "CSeq: 1", ""),
    s(message("RTSP/1.0 200 OK", "Content-Type: application/sdp", body=SDP.replace("PCMA", "L16"))),
    s(b"$\0\0\x06canary"),
    c("SETUP rtsp://cam.example/user=admin_password=canary99_channel=1.sdp RTSP/1.0", ""),
    c(
        "PLAY rtsp://cam.example/yard RTSP/1.0",
        "User-Agent: Mothplay 1",
        "Authorization: Basic " + base64.b64encode(b"anna:canary").decode(),
        "",
    ),
    s(message("RTSP/1.0 200 OK")),
]
SEALED = (
    "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000\r\n"
)
KEY_BESIDE = "v=0\r\nm=audio 9 RTP/SAVP 0\r\na=crypto:1 AES_CM inline:canarykey|2^20\r\n"


def sip(*, device_is_client=True):
    return SipStream(a_flow(5060, device_is_client=device_is_client))


def over_udp(*, device_is_client=True):
    return SipDatagrams(a_flow(5060, "udp", device_is_client=device_is_client))


@pytest.mark.parametrize("observer", [sip, over_udp])
def test_parties_are_told_by_role(observer):
    told = facts(listen(observer(), CALL))
    assert ("identity.phone", "…42") in told
    assert ("identity.contact", "b…@voip.example") in told
    assert ("identity.user", "a…@192.0.2.1:5060") not in told
    assert ("identity.user", "a…@192.0.2.1") in told
    assert ("device.software", "Mothphone 3.1") in told
    assert ("device.software", "Otherphone 9") not in told


@pytest.mark.parametrize("observer", [sip, over_udp])
def test_roles_turn_where_the_device_is_called(observer):
    told = facts(listen(observer(device_is_client=False), [*CALL[:1], *CALL[1:]]))
    assert ("identity.contact", "…42") in told
    assert ("identity.user", "b…@voip.example") in told
    assert ("device.software", "Otherphone 9") in told


def test_a_call_in_clear_has_a_codec_and_says_where_its_media_go():
    (call,) = [one for one in listen(sip(), CALL[:1]) if one.kind == "content.call"]
    assert call.value == "PCMA"
    assert call.details["media"] == "192.0.2.1:40000"
    assert call.packets == (1,)


def test_a_call_whose_key_is_agreed_on_elsewhere_is_protected():
    told = facts(listen(sip(), [c(invite(SEALED))]))
    assert ("protected.call", "DTLS-SRTP") in told
    assert "content.call" not in dict(told)


def test_a_key_in_readable_sdp_protects_from_nobody_on_the_line():
    told = listen(sip(), [c(invite(KEY_BESIDE))])
    assert ("secret.token", "key, 9 characters") in facts(told)
    assert ("content.call", "PCMU") in facts(told)
    assert "protected.call" not in dict(facts(told))


def test_logins_and_numbers_of_the_telephone_are_told():
    told = facts(listen(sip(), CALL))
    assert ("secret.hash", "response, 16 characters") in told
    assert ("identity.subscriber", "number, 11 characters") in told


@pytest.mark.parametrize("name", ["P-Preferred-Identity", "P-Asserted-Identity"])
def test_an_asserted_identity_is_the_devices(name):
    said = message("OPTIONS sip:x SIP/2.0", f"{name}: <tel:+155512399>")
    assert ("identity.phone", "…99") in facts(listen(sip(), [c(said)]))


def test_an_operators_user_is_a_subscriber():
    user = "<sip:001010123456789@ims.mnc001.mcc001.3gppnetwork.org>"
    said = message("REGISTER sip:x SIP/2.0", f"From: {user}", f"To: {user}", "CSeq: 1 REGISTER")
    assert facts(listen(sip(), [c(said)])) == [("identity.subscriber", "number, 15 characters")]


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ("3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=2620112345678901", "mobile cell, 16 characters"),
        ('3GPP-GERAN; cgi-3gpp="262011234"', "mobile cell, 9 characters"),
        ("IEEE-802.11; i-wlan-node-id=0123456789ab", "access point, 12 characters"),
    ],
)
def test_a_cell_or_access_point_is_a_place(network, told):
    asked = c(message("OPTIONS sip:x SIP/2.0", f"P-Access-Network-Info: {network}"))
    found = listen(sip(), [asked])
    assert facts(found) == [("content.location", told)]
    assert network.rpartition("=")[2].strip('"') not in everything(found)
    assert listen(sip(device_is_client=False), [asked]) == []


def test_messages_can_be_read():
    assert ("content.chat", "message, 11 characters") in facts(listen(sip(), CHAT))


def test_a_description_may_name_its_originator():
    body = "v=0\r\ne=anna.canary@moth.example\r\np=+1 555 123 4277\r\n"
    told = facts(listen(sip(), [c(invite(body))]))
    assert ("identity.mail_address", "a…@moth.example") in told
    assert ("identity.phone", "…77") in told


def test_a_watched_stream_has_an_address_and_passwords():
    told = listen(Rtsp(a_flow(554)), WATCHING)
    assert ("content.file", "cam.example/yard") in facts(told)
    passwords = [one.value for one in told if one.kind == "secret.password"]
    assert passwords == [f"password, {size} characters" for size in (7, 8, 6)]
    assert ("content.file", "cam.example/user=admin_password=…_channel=1.sdp") in facts(told)
    assert ("device.software", "Mothplay 1") in facts(told)


@pytest.mark.parametrize(
    ("observer", "said"), [(sip, CALL + CHAT), (lambda: Rtsp(a_flow(554)), WATCHING)]
)
@given(cuts=CUTS)
def test_cuts_do_not_matter(observer, said, cuts):
    assert meaning(listen(observer(), said, cuts)) == meaning(listen(observer(), said))


@pytest.mark.parametrize(
    "told",
    [
        listen(sip(), CALL + CHAT + [c(invite(KEY_BESIDE))]),
        listen(over_udp(device_is_client=False), CALL + CHAT),
        listen(Rtsp(a_flow(554)), WATCHING),
    ],
)
def test_nothing_secret_is_told(told):
    assert "canary" not in everything(told).lower()
    assert "5551234" not in everything(told)


@given(st.binary(max_size=200))
def test_noise_is_endured(data):
    for observer in (sip(), over_udp(), Rtsp(a_flow(554))):
        listen(observer, [c(invite()[:100]), (CLIENT, data), s(data)])
