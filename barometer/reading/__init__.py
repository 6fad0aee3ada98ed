"""A document → entries → proposed events, each value with the words it rests on."""

from barometer.reading.agreement import Agreement, agreement
from barometer.reading.coding import read_bulletin
from barometer.reading.letters import read_letter

__all__ = ["Agreement", "agreement", "read_bulletin", "read_letter"]
