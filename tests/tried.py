"""How many examples a property is tried on: a third of them in every run, all in the long one."""

from __future__ import annotations

import os

from hypothesis import settings

LONG = bool(os.environ.get("BAROMETER_TEST_LONG"))


def tried(most: int) -> settings:
    """The settings of a property."""
    return settings(max_examples=most if LONG else most // 3)
