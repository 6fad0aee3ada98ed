"""The learned questions: their weights are of the texts beside them, and name nobody."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from barometer.reading.heads import _file, learned_from, probability, threshold

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = {
    "event", "main type", "further type", "background", "step", "alleged", "target", "decider", "complainant", "date",
    "upcoming", "place", "provision",
}  # fmt: skip


def _material():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import material
    finally:
        sys.path.pop(0)
    return material


def test_the_weights_are_those_of_the_coded_texts():
    material = _material()
    assert learned_from() == material.digest([path for path in material.learning() if path.is_file()])


def test_what_is_set_aside_is_not_learned_from():
    names = [path.name for path in _material().learning()]
    assert not any("2026q3" in name or "letter" in name or "sample" in name for name in names)


def test_every_question_has_weights_and_a_threshold():
    assert set(_file()["questions"]) == set(_file()["thresholds"]) == QUESTIONS
    assert all(0 < threshold(question) < 1 for question in QUESTIONS)


def test_no_sign_is_the_name_of_a_person():
    folder = ROOT / "benchmarks" / "reading"
    names = set()
    for path in [*folder.glob("*.gold.json"), *folder.glob("*/*.jsonl")]:
        raw = path.read_text(encoding="utf-8")
        rows = (
            json.loads(raw)["entries"] if path.name.endswith(".json") else map(json.loads, raw.splitlines())
        )
        for row in rows:
            for event in row["events"]:
                names |= {
                    target["written"].split()[-1].casefold()
                    for target in event["targets"]
                    if target["type"] not in ("outlet", "media_ngo", "public", "source", "relative")
                }
    names = {name for name in names if len(name) > 4 and "-" not in name and "." not in name}
    signs = " ".join(sign for table in _file()["questions"].values() for sign in table).casefold()
    words = set(re.findall(r"\w+", signs))
    assert len(names) > 100 and not names & (words - {"media", "journalist", "outlet", "press"}), (
        names & words
    )


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_a_probability_is_one(question):
    assert 0 <= probability(question, {}) <= 1
    assert 0 <= probability(question, dict.fromkeys(_file()["questions"][question], 1000000000.0)) <= 1
