"""What the numbers say: counts of a quarter, each with its unit in its name."""

from barometer.indicators.quarter import NOT_KNOWN, Counted, Figures, counted, figures

__all__ = ["NOT_KNOWN", "Counted", "Figures", "counted", "figures"]
