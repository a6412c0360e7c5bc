"""Media in a capture are joined with the call that announced them."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observation import Endpoint, Flow
from peppermoth.monitor.observe.call_links import MOST, CallLinks
from peppermoth.monitor.observe.calls import SipDatagrams
from peppermoth.monitor.observe.media import Media
from tests.monitor.observe.feeding import a_flow, c, facts, listen, s
from tests.wire.signalling import answer, invite, rtp

SIGNALLING = listen(SipDatagrams(a_flow(5060, "udp")), [c(invite()), s(answer())])


def media(port):
    flow = Flow(2, "udp", Endpoint("192.0.2.1", port), Endpoint("198.51.100.9", 6000), True)
    return listen(Media(flow), [c(rtp(number, bytes(160))) for number in range(30)])


def linked(*told):
    links = CallLinks()
    return [one for observation in told for one in links.receive(observation)]


def test_a_call_is_told_with_its_other_party_and_length():
    (found,) = linked(*SIGNALLING, *media(40000))
    assert facts([found]) == [("identity.contact", "b…@voip.example")]
    assert found.details == {"protocol": "rtp", "codec": "PCMA", "seconds": "29"}
    assert found.flow.number == 2
    assert found.rule == "rtp.contact"


@pytest.mark.parametrize("told", [[*SIGNALLING, *media(40002)], media(40000), SIGNALLING])
def test_media_that_nobody_announced_belong_to_no_call(told):
    assert not linked(*told)


def test_announcements_have_a_bound():
    (announced,) = [one for one in SIGNALLING if one.rule == "sip.sdp"][:1]
    flood = [announced._replace(details={"media": f"192.0.2.9:{number}"}) for number in range(MOST)]
    (party,) = [one for one in SIGNALLING if one.rule == "sip.contact"][:1]
    assert not linked(party, *flood, announced, *media(40000))
