"""Each question of a request against a letter: worked examples of answers.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from barometer.deadlines.replies import read_reply

EXAMPLES = tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))["example"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one["name"])
def test_verdicts(example: dict[str, Any]) -> None:
    found = read_reply(example["text"], example["questions"]).answers
    assert [one.question for one in found] == list(range(1, len(example["questions"]) + 1))
    assert [one.verdict for one in found] == example["verdicts"]
    for one, words in zip(found, example["words"], strict=True):
        assert words in example["text"][one.start : one.end]
        assert bool(words) == bool(one.end)
        assert 0 < one.confidence < 1
