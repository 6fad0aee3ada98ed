"""Two versions of a record as a difference: field by field, texts word by word."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

#: a number, a word or a sign with the space before it, so that spaces do not match each other
_TOKEN = re.compile(r"\s*(?:\d+(?:[.,:]\d+)+|\w+|[^\w\s])|\s+")
#: texts with more words and signs than this are shown whole, before and after
MOST_TOKENS = 4_000

Change = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both versions have, or only the earlier (`gone`), or only the later (`new`)."""

    text: str
    change: Change = "same"


@dataclass(frozen=True)
class Difference:
    """A field whose value changed; `pieces` read the earlier value into the later one."""

    field: str
    before: Any
    after: Any
    pieces: tuple[Piece, ...]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What changed, in the order of the later version; a field that only one of them has was, or is, empty."""
    names = dict.fromkeys((*after, *before))
    changed = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(
        Difference(name, old, new, word_pieces(as_text(old), as_text(new)))
        for name, old, new in changed
        if old != new and not (_is_empty(old) and _is_empty(new))
    )


def as_text(value: Any) -> str:
    """A value as a line of text: nothing for what is empty, a list's values one a line."""
    if _is_empty(value):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    if isinstance(value, list):
        return "\n".join(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The earlier text read into the later one, word by word; put together, both texts are whole."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > MOST_TOKENS:
        return _pieces((before, "gone"), (after, "new"))
    found: list[tuple[str, Change]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("".join(old[i1:i2]), "same"))
        else:
            found += [("".join(old[i1:i2]), "gone"), ("".join(new[j1:j2]), "new")]
    return _pieces(*found)


def _pieces(*found: tuple[str, Change]) -> tuple[Piece, ...]:
    return tuple(Piece(text, change) for text, change in found if text)
