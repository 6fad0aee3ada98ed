"""A document → entries → proposed events, each value with the words it rests on."""

from barometer.reading.agreement import Agreement, agreement
from barometer.reading.coding import read_bulletin

__all__ = ["Agreement", "agreement", "read_bulletin"]
