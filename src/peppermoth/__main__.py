"""The program's door: ``peppermoth`` and ``python -m peppermoth``.

The command line is imported in here, so that Ctrl-C during start-up is no traceback.
"""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    try:
        from peppermoth.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
