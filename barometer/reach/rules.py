"""The rules that give a state, by their ids, with their state and words: data/*_rules.toml, a table per rule."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from barometer.errors import UnknownValue
from barometer.reach.values import Reach


@cache
def rules() -> Mapping[str, Mapping[str, str]]:
    """Rule id → its state (where it gives one) and its words in en, ru and kk, of all files of rules."""
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("barometer.reach") / "data"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith("_rules.toml"):
            for family, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found |= {f"{family}.{name}": rule for name, rule in table.items()}
    return found


@cache
def state_of(rule: str) -> Reach:
    """The state that a rule gives; UnknownValue for a rule that is not there or gives none."""
    if "state" not in (found := rules().get(rule, {})):
        raise UnknownValue(f"no rule {rule!r} gives a state", next_step="see docs/reference/reach-rules.md")
    return Reach(found["state"])


def rule_words(rule: str, language: str = "en") -> str:
    """What a rule says, in a language (by default English); UnknownValue for a rule that is not there."""
    if rule not in rules():
        raise UnknownValue(f"there is no rule {rule!r}", next_step="see docs/reference/reach-rules.md")
    words = rules()[rule]
    return words.get(language) or words["en"]
