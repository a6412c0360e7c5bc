"""From labelled flows to a scorecard: what a monitor could tell, and how surely.

Read ``scorecard`` first, which is the result, then ``score``, which makes it.
"""
