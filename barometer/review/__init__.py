"""States and rules of a record's life."""

from barometer.review.states import HELD, PUBLIC, STATES, may_become

__all__ = ["HELD", "PUBLIC", "STATES", "may_become"]
