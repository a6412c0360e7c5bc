"""The command line with the client's times shortened, so that a test need not wait.

They are parameters of ``Policy``; everything else is as users have it.
"""

from __future__ import annotations

from functools import partial

from peppermoth import cli
from peppermoth.cloaks.session import Patience
from peppermoth.tunnel import running
from peppermoth.tunnel.lines import Policy

SOON = partial(
    Policy,
    dial_timeout=3.0,
    rest=0.2,
    recheck=0.5,
    settle=1.0,
    patience=Patience(unanswered=1.0, quiet=2.0, reply=3.0),
)

if __name__ == "__main__":
    running.Policy = SOON  # type: ignore[misc,assignment]
    cli.main()
