"""What the device's frames say on the local network and in the air around it.

Hardware addresses (a random one is a protection), and from 802.11 the networks that the
device looks for and what make it says it is. An IPv6 address of the older kind (RFC 4291,
appendix A) has the hardware address in it and shows it to every site. The own part of an
address is masked.
"""

from __future__ import annotations

from typing import Final

from peppermoth.monitor import masks, vendors
from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe import Frame, FrameKind
from peppermoth.monitor.observe.frames import FrameTeller
from peppermoth.wire.wifi import Subtype, decode_management

_LOOKS_FOR: Final = {
    Subtype.PROBE_REQUEST: "probe",
    Subtype.ASSOCIATION_REQUEST: "join",
    Subtype.REASSOCIATION_REQUEST: "join",
}


class Hardware(FrameTeller):
    """Sees the device's frames."""

    family = "hardware"

    def frame(self, frame: Frame) -> None:
        """Reads an address or a management frame."""
        match frame.kind:
            case FrameKind.HARDWARE_ADDRESS:
                self._address(frame.source, "eth.src", Certainty.SEEN, frame)
            case FrameKind.ADDRESS:
                self._within(frame)
            case FrameKind.WIFI:
                self._management(frame)

    def _address(self, hardware: bytes, field: str, certainty: Certainty, frame: Frame) -> None:
        if len(hardware) != 6 or hardware[0] & 1 or not any(hardware):
            return
        shown = vendors.shown(hardware)
        if vendors.is_random(hardware):
            self.tell("protected.mac", shown, frame, field, Certainty.LIKELY)
            return
        maker = vendors.vendor(hardware)
        self.tell("identity.mac", shown, frame, field, certainty, vendor=maker)
        if maker:
            how = "hardware address"
            self.tell("device.model", maker, frame, field, Certainty.LIKELY, from_=how)

    def _within(self, frame: Frame) -> None:
        """The hardware address in an IPv6 address, unless it is a made up one."""
        address = frame.data
        hardware = (
            bytes([address[8] ^ 2]) + address[9:11] + address[13:] if len(address) == 16 else b""
        )
        if hardware and address[11:13] == b"\xff\xfe" and not hardware[0] & 3:
            self._address(hardware, "ipv6.src", Certainty.LIKELY, frame)

    def _management(self, frame: Frame) -> None:
        seen = decode_management(frame.data)
        how = _LOOKS_FOR.get(seen.subtype)
        if how and seen.network:
            self.tell("identity.wifi", masks.words(seen.network), frame, "wlan.ssid", how=how)
        if model := " ".join(filter(None, (seen.maker, seen.model))):
            self.tell("device.model", masks.words(model), frame, "wps.model_name", from_="Wi-Fi")
        if seen.device_name:
            name = masks.words(seen.device_name)
            self.tell("identity.host_name", name, frame, "wps.device_name", protocol="Wi-Fi")
