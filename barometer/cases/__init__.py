"""Events → cases: what belongs together."""

from barometer.cases.linking import link

__all__ = ["link"]
