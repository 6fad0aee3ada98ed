"""What the numbers say: counts of a quarter, each with its unit in its name, and whether two counts differ."""

from barometer.indicators.comparing import Difference, Interval, poisson_interval
from barometer.indicators.quarter import NOT_KNOWN, Counted, Figures, counted, figures, public_bodies, reform

__all__ = [
    "NOT_KNOWN",
    "Counted",
    "Difference",
    "Figures",
    "Interval",
    "counted",
    "figures",
    "poisson_interval",
    "public_bodies",
    "reform",
]
