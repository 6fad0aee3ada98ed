"""The half of the replies that is set aside: how often the ground for a refusal and the kind of a letter are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from barometer.deadlines.replies import read_reply

FOLDER = Path(__file__).parents[2] / "benchmarks" / "replies"
FLOOR = 0.85


def rows(name: str, half: str = "aside") -> list[dict[str, str]]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_grounds_of_refusals_set_aside(language: str) -> None:
    refusals = rows(f"refusals-{language}")
    assert len(refusals) == 40
    found = [read_reply(row["text"], language=language) for row in refusals]
    right = sum(
        bool(one.grounds) and one.grounds[0].code == row["ground"]
        for one, row in zip(found, refusals, strict=True)
    )
    assert right / len(refusals) >= FLOOR
    assert sum(one.kind == "refused" for one in found) / len(refusals) >= FLOOR


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_is_no_refusal_is_not_called_one(language: str) -> None:
    others = rows(f"others-{language}")
    kinds = [(read_reply(row["text"], language=language).kind.value, row["kind"]) for row in others]
    assert sum(found == kind for found, kind in kinds) / len(kinds) >= FLOOR
    assert len(kinds) == 20
    assert sum(found == "refused" for found, _ in kinds) <= 2
