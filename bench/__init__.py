"""Side-by-side benchmarks of Peppermoth against the tunnels that people use today.

``python -m bench`` starts every system of ``systems.SYSTEMS`` on loopback, takes the
loads of ``loads.LOADS`` through each of them in turn, round after round, and prints
ratios. Nothing leaves the machine, every load is bounded, and every process that was
started is ended. How to read the result: ``bench/README.md``.

The rooms, in the order in which they stand on each other: ``processes`` (children, their
ports and their cost), ``routes`` (what a program says to a proxy), ``target`` (the far end),
``loads``, ``systems``, ``runner``, ``rows`` (what must be reached), ``report``.
"""
