"""What is counted of promises and contacts: one definition of each figure, which every page and file shows.

``VERSION`` goes up when a definition changes, so that figures of before and after are not compared unawares.
The words are in ``docs/metrics.md``.
"""

VERSION = 4
