"""Charts as SVG for reports, narrow enough to be read on a phone.

Text stays text, in the fonts of the reader's system, and is cut by its number of letters: matplotlib's own metrics
know few languages. The same chart gives the same SVG, and no two charts of a page share an id.
"""

from __future__ import annotations

from kit.charts.road import road
from kit.charts.votes import Bar, votes

__all__ = ["Bar", "road", "votes"]
