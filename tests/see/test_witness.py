"""The witness of presence: a span counts as right only where the device sent, and no longer."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observe.shape import PAUSE
from tests.exposure.samples import seen
from tests.monitor.frames import BEGIN, DEVICE, RESOLVER, pcap, received, sent, udp
from tests.see.witness import Witness

STEP = 60
ASKED, ANSWERED = sent(17, udp(5000, 53, b"moth")), received(17, udp(53, 5000, b"moth"))
SENT_FOR = 10 * STEP
HEARD_FOR = PAUSE + SENT_FOR


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Witness:
    """Ten minutes in which the device sends, then as long a pause as parts spans, and once more."""
    path = tmp_path_factory.mktemp("witness") / "capture.pcap"
    silent = [ANSWERED] * (int(PAUSE) // STEP + 1)
    path.write_bytes(pcap([ASKED] * 11 + silent + [ASKED], step=STEP))
    return Witness(path, [])


@pytest.mark.parametrize(
    ("begin", "end", "right"),
    [
        (0, SENT_FOR, True),
        (4, SENT_FOR + 9, True),
        (0, SENT_FOR + STEP, False),
        (STEP, SENT_FOR, False),
        (0, HEARD_FOR + 2 * STEP, False),
        (HEARD_FOR + 2 * STEP, HEARD_FOR + 2 * STEP, True),
    ],
)
def test_a_span_is_right_only_where_the_device_sent(witness, begin, end, right):
    told = seen("use.presence", f"{BEGIN + begin:.0f} {BEGIN + end:.0f}")
    assert witness.saw([DEVICE], told) is right


def test_another_s_span_is_not_the_device_s(witness):
    told = seen("use.presence", f"{BEGIN:.0f} {BEGIN + SENT_FOR:.0f}")
    assert not witness.saw([RESOLVER], told)
