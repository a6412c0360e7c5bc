"""Loads on disk: what the monitor saw, and beside it the truth about who did what.

Read ``loads`` first (recording), then ``truth`` and ``extract``, which read a load back as
labelled flows.
"""
