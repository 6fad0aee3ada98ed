"""The one guarded door through which anything leaves this machine, and the room apart in which parsers run."""

from barometer.fetching.apart import Apart, run_apart
from barometer.fetching.door import DEFAULT_AGENT, Door, Fetched, Hop, Limits
from barometer.fetching.guard import Allowance, Resolver
from barometer.fetching.line import system_resolver
from barometer.fetching.pacing import Pacing
from barometer.fetching.proxy import CHROMIUM_ARGUMENTS, GuardProxy
from barometer.fetching.robots import Robots

__all__ = [
    "CHROMIUM_ARGUMENTS",
    "DEFAULT_AGENT",
    "Allowance",
    "Apart",
    "Door",
    "Fetched",
    "GuardProxy",
    "Hop",
    "Limits",
    "Pacing",
    "Resolver",
    "Robots",
    "run_apart",
    "system_resolver",
]
