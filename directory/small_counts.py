"""When a count is about too few people to be told: the one rule of reports and of usage counts.

The threshold of 11 is the one that US health agencies use for cells of tables (CMS cell suppression policy).
How several counts and their sums are hidden together is `reports/suppression.py`.
"""

SMALLEST_SHOWN = 11
"""The least count above 0 that is shown."""


def is_small(count: int) -> bool:
    """Whether a count tells too much about too few people."""
    return 0 < count < SMALLEST_SHOWN
