"""What the signs make of sixty invented notices, half of them set aside; and that the manual names every sign."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from barometer.reach.notices import label_of
from barometer.reach.notices.signs import codes, rules

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "notices_score", ROOT / "benchmarks" / "notices" / "score.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["notices_score"] = module
    spec.loader.exec_module(module)
    return module


def test_the_set_is_thirty_honest_and_thirty_others_in_two_halves(bench: ModuleType) -> None:
    rows = [row for half in bench.HALVES for row in bench.rows_of(half)]
    assert len({row["id"] for row in rows}) == 60
    for half in bench.HALVES:
        assert sum(row["honest"] for row in bench.rows_of(half)) == 15


def test_at_most_two_honest_notices_of_thirty_are_flagged(bench: ModuleType) -> None:
    scores = [bench.score(half) for half in bench.HALVES]
    assert sum(one.honest for one in scores) == 30
    assert sum(len(one.false_alarms) for one in scores) <= 2
    for one in scores:
        assert one.abusive == 15 and one.recall >= 0.85


def test_the_halves_together_are_no_worse(bench: ModuleType) -> None:
    """In a ledger all notices are known at once: what one sender does must not make another's look bad."""
    from barometer.reach.notices import is_flagged, signs_of_all

    rows = [row for half in bench.HALVES for row in bench.rows_of(half)]
    found = signs_of_all(map(bench.notice_of, rows), bench.context())
    alarms = [
        row["id"] for row, signs in zip(rows, found, strict=True) if row["honest"] and is_flagged(signs)
    ]
    assert len(alarms) <= 2, alarms


def test_the_manual_names_every_sign_with_its_strength_and_limits() -> None:
    text = (ROOT / "docs" / "reference" / "abuse-signs.md").read_text(encoding="utf-8")
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert [one for one in headings if one in codes()] == list(codes())
    for code in codes():
        row = rules()["sign"][code]
        part = text.partition(f"\n## {code}\n")[2].partition("\n## ")[0]
        assert label_of(code, "en") in part and f"Strength {row['strength']}" in part
        assert row["says"] in part and row["not"] in part
