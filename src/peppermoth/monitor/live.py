"""Recording from the user's own interface for some seconds (Linux, packet(7)).

The interface stays as it is: no promiscuous mode, so only what this machine sends and
is sent. The frames are given on as a capture in pcap form, so that reading them is no
different from reading a file; nothing is written anywhere. Ctrl-C ends the recording
early, not the report.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from peppermoth.errors import CaptureError
from peppermoth.monitor.blocks import Here
from peppermoth.monitor.capture import LARGEST_FRAME
from peppermoth.monitor.device import Device
from peppermoth.monitor.problems import Kind, Problem
from peppermoth.monitor.reading import Reading
from peppermoth.monitor.sources import WINDOW, Window

_ALL_PROTOCOLS: Final = 3
_KERNEL_BUFFER: Final = 16 * 1024 * 1024
_STATISTICS: Final = (263, 6)
"""SOL_PACKET and PACKET_STATISTICS."""
_GET_ADDRESS: Final = 0x8915
_OUTGOING: Final = 4
_GLANCE: Final = 0.2
"""Seconds after which a quiet interface is asked again, to notice an interrupt."""
_LOOPBACK: Final = 772
_LINKS: Final = {1: 1, _LOOPBACK: 1, 512: 101, 801: 105, 803: 127, 65534: 101}
"""Hardware types of interfaces and the link types of their frames."""


def read_live(recording: Recording) -> Reading:
    """Record until the time is over, and read it. The device is this machine.

    Raises CaptureError where nothing can be read; the message says why.
    """
    return Reading(Here(Window(recording, WINDOW), recording), recording.device)


class Recording:
    """A source of frames, in pcap form, from an interface for some seconds.

    It begins when it is made, which raises CaptureError where that is impossible.
    ``problem`` says how many frames were lost.
    """

    sha256 = ""

    def __init__(self, interface: str, seconds: float) -> None:
        self.problem: Problem | None = None
        self._interface = interface
        self._heard = False
        self._socket = _open(interface)
        _, _, _, hardware_type, hardware = self._socket.getsockname()
        link = _LINKS.get(hardware_type)
        if link is None:
            self._socket.close()
            raise CaptureError(f"Frames of the interface {interface} cannot be read.")
        self.device = _own(interface, hardware)
        self._is_loopback = hardware_type == _LOOPBACK
        self._given = struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, LARGEST_FRAME, link)
        self._end = time.monotonic() + seconds
        # Wherever the program is when Ctrl-C comes, the report must not be lost.
        self._restore = _on_interrupt(self._stop)

    def fill(self, room: memoryview) -> int:
        """The next frame or a part of it; how many bytes, 0 when the time is over.

        Raises CaptureError if the interface has gone, and at the end if nothing was heard.
        """
        try:
            while not self._given and self._wait():
                self._given = self._receive()
        except OSError as error:
            raise CaptureError(f"The interface can no longer be read: {error.strerror}.") from error
        if not (self._given or self._heard):
            raise CaptureError(
                f"No packet passed the interface {self._interface} while it was listened to."
            )
        size = min(len(room), len(self._given))
        room[:size], self._given = self._given[:size], self._given[size:]
        return size

    def close(self) -> None:
        """Stop recording."""
        self._restore()
        self._socket.close()

    def _stop(self) -> None:
        self._end = 0.0

    def _wait(self) -> bool:
        """Whether there is still time for a frame."""
        left = self._end - time.monotonic()
        if left <= 0:
            self._count_lost()
            return False
        self._socket.settimeout(min(left, _GLANCE))
        return True

    def _receive(self) -> bytes:
        """A record in pcap form; nothing if no frame has come or it is none of the line's."""
        try:
            frame, (_, _, direction, *_) = self._socket.recvfrom(LARGEST_FRAME)
        except TimeoutError:
            return b""
        if self._is_loopback and direction == _OUTGOING:  # each frame is seen twice there
            return b""
        self._heard = True
        seconds, parts = divmod(time.time_ns() // 1000, 1_000_000)
        return struct.pack("=IIII", seconds, parts, len(frame), len(frame)) + frame

    def _count_lost(self) -> None:
        _, lost = struct.unpack("=II", self._socket.getsockopt(*_STATISTICS, 8))
        if lost and not self.problem:
            self.problem = Problem(Kind.TOO_SLOW, {"packets": lost})


def _on_interrupt(act: Callable[[], None]) -> Callable[[], None]:
    """Have Ctrl-C do something else; what puts it back. Only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = signal.signal(signal.SIGINT, lambda *_: act())

    def restore() -> None:
        signal.signal(signal.SIGINT, before)

    return restore


def _open(interface: str) -> socket.socket:
    if not hasattr(socket, "AF_PACKET"):
        raise CaptureError(
            "Recording works on Linux only; record with Wireshark or tcpdump, and give the file."
        )
    try:
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError as error:
        raise CaptureError(
            "Recording needs the right to read the interface; run the command as root."
        ) from error
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BUFFER)
        opened.bind((interface, _ALL_PROTOCOLS))
    except OSError as error:
        opened.close()
        if error.errno != errno.ENODEV:
            raise CaptureError(f"The interface cannot be read: {error.strerror}.") from error
        there = ", ".join(name for _, name in socket.if_nameindex())
        raise CaptureError(f"There is no interface {interface!r}; there are {there}.") from error
    return opened


def _own(interface: str, hardware: bytes) -> Device:
    """This machine, as it is known on the interface."""
    device = Device(set())
    name = interface.encode()[:15]
    # Where it has no IPv4 address, there is an error to be passed over.
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        device.addresses.add(_ipv4(asked, name))
    for line in _lines("/proc/net/if_inet6"):
        address, *_, named = line.split()
        if named == interface:
            device.addresses.add(bytes.fromhex(address))
    # A router sends from its hardware address what is other people's.
    if any(hardware) and _lines("/proc/sys/net/ipv4/ip_forward") == ["0"]:
        device.hardware.add(hardware)
    return device


def _ipv4(asked: socket.socket, name: bytes) -> bytes:
    import fcntl  # not everywhere, like packet sockets

    answer = fcntl.ioctl(asked.fileno(), _GET_ADDRESS, struct.pack("16s24x", name))
    return ipaddress.IPv4Address(answer[20:24]).packed


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except OSError:
        return []
