"""How a scorecard is shown: in a terminal, as a page, beside an earlier one.

Read ``desk`` first, which is ``peppermoth lab score`` from captures to page, then ``words``,
which terminal, page and comparison share.
"""
