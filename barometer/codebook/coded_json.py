"""A coded file's bytes → what JSON makes of them, or a refusal in one line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from barometer.codebook.paths import small
from barometer.errors import TooLarge, Unreadable, WrongShape

MAX_BYTES = 20_000_000  # a coded quarter is about 0.1 MB
MAX_DEPTH = 40  # the codebook's form is seven deep
TOO_DEEP = f"lists or objects stand in each other more than {MAX_DEPTH} deep"


def document_of(path: Path) -> object:
    """What JSON makes of the file; BadInput where it is not there, too large, or no JSON in UTF-8."""
    text = _text(path)
    try:
        return json.loads(text, object_pairs_hook=Pairs, parse_constant=_no_number, parse_int=_whole)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(
            f"this is not JSON: {small(error.msg)}",
            file=path,
            place=place,
            next_step="mend the file there, or write it again",
        ) from None
    except RecursionError:
        raise WrongShape(
            TOO_DEEP, file=path, next_step="write the file in the form of docs/reference/coded-file.md"
        ) from None
    except ValueError as error:
        raise Unreadable(
            f"this is not JSON: {error}", file=path, next_step="write numbers in figures, or null"
        ) from None


def _text(path: Path) -> str:
    if not path.exists():
        raise Unreadable("there is no such file", file=path, next_step="check the name")
    if not path.is_file():
        raise Unreadable("this is not a file", file=path, next_step="name one coded JSON file")
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"this is larger than {MAX_BYTES // 1_000_000} MB, the limit for a coded file",
            file=path,
            next_step="split it into one file a source",
        )
    if not data.strip():
        raise Unreadable("the file is empty", file=path, next_step="write it again")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            "this is not text in UTF-8", file=path, place=f"line {line}", next_step="save the file as UTF-8"
        ) from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number in JSON")


def _whole(figures: str) -> int:
    if len(figures) > 20:
        raise ValueError("a whole number has more than 20 figures")
    return int(figures)


class Pairs(dict[str, Any]):
    """An object of the file that remembers which of its keys stood twice."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = _twice(key for key, _ in pairs) if len(self) < len(pairs) else ()


def _twice(keys: Iterable[str]) -> tuple[str, ...]:
    seen: set[str] = set()
    return tuple(dict.fromkeys(key for key in keys if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
