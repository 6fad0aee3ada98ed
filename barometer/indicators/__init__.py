"""What the numbers say: counts of a quarter with their units, how sure a change is, spheres, and others' series beside.

`comparing` is imported by who needs it: it loads a library of functions.
"""

from barometer.indicators.quarter import NOT_KNOWN, Counted, Figures, counted, figures, public_bodies, reform

__all__ = ["NOT_KNOWN", "Counted", "Figures", "counted", "figures", "public_bodies", "reform"]
