"""Session descriptions."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.sdp import MAX_MEDIA, Media, Sealing, decode_sdp
from tests.wire.signalling import SDP


def test_media_have_address_port_and_codec():
    audio, video = decode_sdp(SDP.encode()).media
    assert audio == Media("audio", "192.0.2.1", 40000, "PCMA", Sealing.NONE)
    assert (video.kind, video.port, video.codec) == ("video", 0, "H264")


def test_a_codec_of_a_fixed_type_needs_no_line():
    (media,) = decode_sdp(b"v=0\nc=IN IP6 2001:db8::1\nm=audio 9 RTP/AVP 0").media
    assert (media.codec, media.address) == ("PCMU", "2001:db8::1")


def test_a_medium_has_its_own_address():
    (media,) = decode_sdp(b"v=0\nc=IN IP4 192.0.2.1\nm=audio 9 RTP/AVP 0\nc=IN IP4 192.0.2.9").media
    assert media.address == "192.0.2.9"


@pytest.mark.parametrize(
    ("lines", "sealing"),
    [
        ("m=audio 9 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:a2V5|2^20",
         Sealing.KEY_IN_CLEAR),
        ("a=fingerprint:sha-256 AA\nm=audio 9 UDP/TLS/RTP/SAVPF 111", Sealing.DTLS),
        ("m=audio 9 UDP/TLS/RTP/SAVPF 111", Sealing.DTLS),
        ("m=audio 9 RTP/AVP 0", Sealing.NONE),
    ],
)  # fmt: skip
def test_how_media_are_sealed_is_said(lines, sealing):
    (media,) = decode_sdp(b"v=0\n" + lines.encode()).media
    assert media.sealing is sealing
    assert media.key == ("a2V5" if sealing is Sealing.KEY_IN_CLEAR else "")


def test_an_originator_may_leave_mail_and_phone():
    description = decode_sdp(b"v=0\ne=anna@moth.example (Anna)\np=+1 555 1234")
    assert (description.mail, description.phone) == ("anna@moth.example (Anna)", "+1 555 1234")


def test_media_have_a_bound():
    assert len(decode_sdp(b"v=0\n" + b"m=audio 9 RTP/AVP 0\n" * 99).media) == MAX_MEDIA


@pytest.mark.parametrize("lines", [b"m=audio", b"m=audio x RTP/AVP 0", b"m="])
def test_broken_media_are_passed_over(lines):
    assert not decode_sdp(b"v=0\n" + lines).media


@pytest.mark.parametrize("wrong", [b"", b"<xml/>"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_sdp(wrong)
