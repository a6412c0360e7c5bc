"""A small internet on one machine: hosts, the line between them, the monitor and censor on it.

Read ``namespaces`` first (hosts and cables), then ``forwarder`` (the monitor, a process of
its own) and ``censor`` (what it may do to packets). The rest are the servers and programs
that hosts run, and their names and certificates.
"""
