"""A second opinion: what the figures must be, worked out from docs/rules.md in plain Python, a module a rule.

It shares no code with the warehouse and none with the connectors: no polars, no SQL, no frame. It takes over the parsed
plan only, which is a file that was read. It is slow, and meant to be read beside the rules: each function names the
rule that it follows. Where a rule leaves a choice open, the entry of DECISIONS.md that makes the choice is named.

A history is a list of :class:`File` in the order in which they were received. :func:`tables` gives every table of
totals, ``post_totals`` and ``unattributed_posts`` as of a day: a row's key -> its cells by name. What was known on a day
is the history without the files that came later or were withdrawn by then (:func:`known_by`), under the plan of that
day.
"""

from tests.oracle.came_in import File, known_by
from tests.oracle.days import day_of
from tests.oracle.gains import daily, gains
from tests.oracle.indicators import by_period, indicators
from tests.oracle.totals import tables

__all__ = ["File", "by_period", "daily", "day_of", "gains", "indicators", "known_by", "tables"]
