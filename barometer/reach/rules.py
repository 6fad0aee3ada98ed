"""The rules that give a state, by their ids, with their words: data/*_rules.toml, a table per rule."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from barometer.errors import UnknownValue


@cache
def rules() -> Mapping[str, Mapping[str, str]]:
    """Rule id → its words in en, ru and kk, of all files of rules."""
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("barometer.reach") / "data"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith("_rules.toml"):
            for family, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found |= {f"{family}.{name}": words for name, words in table.items()}
    return found


def rule_words(rule: str, language: str = "en") -> str:
    """What a rule says, in a language; UnknownValue for a rule that is not there."""
    try:
        words = rules()[rule]
    except KeyError:
        raise UnknownValue(
            f"there is no rule {rule!r}", next_step="see docs/reference/reach-rules.md"
        ) from None
    return words.get(language) or words["en"]
