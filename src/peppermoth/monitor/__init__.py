"""What someone on the line can learn: capture -> packet -> flow -> observation.

The exposure report and the lab's detectors both stand on this room. Everything is
pure but ``capture`` and ``live``, which read files and interfaces. One device a
run: what other hosts say to each other is dropped before anything is parsed.
Secrets are masked where they are parsed and never leave this room in clear.
"""
