"""The tunnels that are compared, ours and other people's, as programs in the world.

Read ``table`` first: one entry a tunnel. ``premises`` says where a peer lives in the world.
"""
