"""Worlds in which a monitor watches, and what it finds. Loopback only, bounded, self-ending.

From the ground up, one room a step: ``world`` makes hosts and a line, ``peers`` starts
tunnels on it, ``traffic`` uses them, ``recording`` keeps what the monitor saw. Then
``detectors`` look at it, ``scoring`` counts what they find, and ``card`` shows that.
Beside them ``probing`` plays a censor's probes and ``demo`` shows a person what is at stake.
A room's ``desk`` is what its command does; a room's ``table`` lists what there is of a kind.

On this floor lies what several rooms need: ``traces`` (a recorded flow and its truth),
``tasks`` and ``away`` (work on many cores or machines), ``folds`` and ``statistics``.
"""
