"""What the device's frames say on the local network and in the air around it.

Hardware addresses (a random one is a protection), and from 802.11 the networks that the
device looks for and what make it says it is. An IPv6 address of the older kind (RFC 4291,
appendix A) has the hardware address in it and shows it to every site. The own part of an
address is masked.
Bounded: at most ``MOST`` facts are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks, vendors
from peppermoth.monitor.observation import Certainty, Observation
from peppermoth.monitor.observe import Frame, FrameKind
from peppermoth.wire.wifi import Subtype, decode_management

MOST: Final = 256

_LOOKS_FOR: Final = {
    Subtype.PROBE_REQUEST: "probe",
    Subtype.ASSOCIATION_REQUEST: "join",
    Subtype.REASSOCIATION_REQUEST: "join",
}


class Hardware:
    """Sees the device's frames."""

    def __init__(self) -> None:
        self._told: list[Observation] = []
        self._known: set[tuple[str, str]] = set()

    def receive(self, frame: Frame) -> Iterable[Observation]:
        """A frame; what is new in it."""
        if not frame.from_device:
            return ()
        if frame.kind is FrameKind.HARDWARE_ADDRESS:
            self._address(frame.source, "eth.src", Certainty.SEEN, frame)
        elif frame.kind is FrameKind.ADDRESS:
            self._within(frame)
        elif frame.kind is FrameKind.WIFI:
            self._management(frame)
        told, self._told = self._told, []
        return told

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()

    def _address(self, hardware: bytes, field: str, certainty: Certainty, frame: Frame) -> None:
        if len(hardware) != 6 or hardware[0] & 1 or not any(hardware):
            return
        shown = vendors.shown(hardware)
        if vendors.is_random(hardware):
            self._tell("protected.mac", shown, frame, field, Certainty.LIKELY)
            return
        maker = vendors.vendor(hardware)
        self._tell("identity.mac", shown, frame, field, certainty, vendor=maker)
        if maker:
            how = "hardware address"
            self._tell("device.model", maker, frame, field, Certainty.LIKELY, from_=how)

    def _within(self, frame: Frame) -> None:
        """The hardware address in an IPv6 address, unless it is a made up one."""
        address = frame.data
        hardware = (
            bytes([address[8] ^ 2]) + address[9:11] + address[13:] if len(address) == 16 else b""
        )
        if hardware and address[11:13] == b"\xff\xfe" and not hardware[0] & 3:
            self._address(hardware, "ipv6.src", Certainty.LIKELY, frame)

    def _management(self, frame: Frame) -> None:
        try:
            seen = decode_management(frame.data)
        except RemoteProtocolError:
            return
        how = _LOOKS_FOR.get(seen.subtype)
        if how and seen.network:
            self._tell("identity.wifi", masks.words(seen.network), frame, "wlan.ssid", how=how)
        if model := " ".join(filter(None, (seen.maker, seen.model))):
            self._tell("device.model", masks.words(model), frame, "wps.model_name", from_="Wi-Fi")
        if seen.device_name:
            name = masks.words(seen.device_name)
            self._tell("identity.host_name", name, frame, "wps.device_name", protocol="Wi-Fi")

    def _tell(
        self,
        kind: str,
        value: str,
        frame: Frame,
        field: str,
        certainty: Certainty = Certainty.SEEN,
        **details: str,
    ) -> None:
        if (kind, value) in self._known or len(self._known) >= MOST:
            return
        self._known.add((kind, value))
        self._told.append(
            Observation(
                kind,
                value,
                None,
                (frame.place.packet,),
                frame.place.time,
                field,
                certainty,
                f"hardware.{kind.partition('.')[2]}",
                details={name.rstrip("_"): detail for name, detail in details.items() if detail},
            )
        )
