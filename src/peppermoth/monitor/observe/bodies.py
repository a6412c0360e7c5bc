"""The beginning of a message's body, held as it comes: it is there when the rest is lost."""

from __future__ import annotations

from peppermoth.monitor.observe.conversation import Side, Steps
from peppermoth.monitor.observe.web_request import Request
from peppermoth.monitor.transcript import Piece, joined


class Body:
    """The body of ``request``, or of the answer to it, of which ``room`` bytes are held.

    ``is_cut`` is whether more went by than is held.
    """

    __slots__ = ("_pieces", "_room", "is_cut", "request")

    def __init__(self, request: Request | None, room: int) -> None:
        self.request = request
        self.is_cut = False
        self._room = room
        self._pieces: list[Piece] = []

    @property
    def beginning(self) -> Piece:
        """What is held."""
        return joined(self._pieces)

    def read(self, side: Side, count: int) -> Steps[None]:
        """Let the next ``count`` bytes go by, and hold those there is room for."""
        while count and self._room:
            if here := min(count, self._room, len(side)):
                self._pieces.append(side.take(here))
                self._room -= here
                count -= here
            else:
                yield
        if count:
            self.is_cut = True
            yield from side.skip(count)
