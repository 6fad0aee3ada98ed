"""Scores of nomenklatura's matchers, for `compare.py`; runs in an environment of its own.

rival.py SCHEMA/A/B lines as JSON on standard input → one JSON object: scores by matcher, seconds of the quickest run
"""

from __future__ import annotations

import json
import sys
import time

from followthemoney import model
from followthemoney.proxy import EntityProxy
from nomenklatura.matching import get_algorithm
from nomenklatura.matching.types import ScoringAlgorithm

MATCHERS = ("logic-v2", "logic-v1", "name-based", "name-qualified", "regression-v1")


def entity(schema: str, key: str, name: str) -> EntityProxy:
    """A value that bears nothing but a name."""
    made = model.make_entity(schema)
    made.id = key
    made.add("name", name)
    return made


def main() -> None:
    """Read the pairs, write the scores."""
    rows = [json.loads(line) for line in sys.stdin]
    pairs = [(entity(s, f"a{i}", a), entity(s, f"b{i}", b)) for i, (s, a, b) in enumerate(rows)]
    found = {}
    for name in MATCHERS:
        matcher: type[ScoringAlgorithm] | None = get_algorithm(name)
        if matcher is None:
            continue
        settings = matcher.default_config()
        scores: list[float] = []
        quickest = float("inf")
        for _ in range(2):  # the second run has parsed the names already, as ours has
            started = time.perf_counter()
            scores = [matcher.compare(a, b, settings).score for a, b in pairs]
            quickest = min(quickest, time.perf_counter() - started)
        found[name] = {"scores": scores, "seconds": quickest}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
