"""Every regular expression of the house, and texts made from each to make it slow."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _constants as code
from re import _parser as parser
from typing import Any

import barometer

HOUSE = Path(barometer.__file__).resolve().parent
#: More than so many repetitions make a text long.
_MANY = 100
_CATEGORIES = {
    code.CATEGORY_DIGIT: "1", code.CATEGORY_SPACE: " ", code.CATEGORY_WORD: "a",
    code.CATEGORY_NOT_DIGIT: "a", code.CATEGORY_NOT_SPACE: "a", code.CATEGORY_NOT_WORD: " ",
}  # fmt: skip
_FROM_THE_START = {"match", "fullmatch"}
_USED = re.compile(
    r"\b(_?[A-Z][A-Z_0-9]*)(?:\[\w+\])?\.(search|match|fullmatch|finditer|findall|sub|subn|split|pattern)\b"
)


@dataclass(frozen=True)
class Written:
    """A pattern, where it is written, and whether it is only ever held against the beginning of a text."""

    where: str
    pattern: re.Pattern[Any]
    from_the_start: bool = False


def modules() -> Iterator[Any]:
    """Every module of the house but migrations."""
    for found in pkgutil.walk_packages(barometer.__path__, "barometer."):
        if ".migrations" not in found.name and not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


@cache
def written() -> list[Written]:
    """The patterns that modules hold, and those that are written where they are used; each once."""
    found: dict[tuple[Any, int], Written] = {}
    used = _uses()
    for module in modules():
        for name, value in vars(module).items():
            for pattern in _within(value):
                home = _imported().get(module.__name__, {}).get(name, module.__name__)
                ways = used.get((home, name), set())
                one = Written(f"{home}.{name}", pattern, bool(ways) and ways <= _FROM_THE_START)
                known = found.setdefault((pattern.pattern, pattern.flags), one)
                if known.from_the_start and not one.from_the_start:
                    found[pattern.pattern, pattern.flags] = one
    for where, way, text in _literals():
        try:
            pattern = re.compile(text)
        except re.error:
            continue  # a part that only stands within another
        found.setdefault((text, pattern.flags), Written(where, pattern, way in _FROM_THE_START))
    return list(found.values())


def _within(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from _within(one, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        for one in value.values():
            yield from _within(one, depth + 1)


def _uses() -> dict[tuple[str, str], set[str]]:
    """(Module, name in capitals) → the ways in which it is used as a pattern, there and where it is imported."""
    found: dict[tuple[str, str], set[str]] = {}
    for path, text, _ in _files():
        here = _module(path)
        home = _imported()[here]
        for name, way in _USED.findall(text):
            found.setdefault((home.get(name, here), name), set()).add(way)
    return found


@cache
def _imported() -> dict[str, dict[str, str]]:
    """Module → the names that it imports → from which module."""
    return {
        _module(path): {
            alias.asname or alias.name: node.module or ""
            for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        for path, _, tree in _files()
    }  # fmt: skip


def _module(path: Path) -> str:
    return ".".join(("barometer", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")


@cache
def _files() -> list[tuple[Path, str, ast.Module]]:
    """Every file of the house, its text and its tree."""
    texts = ((path, path.read_text("utf-8")) for path in sorted(HOUSE.rglob("*.py")))
    return [(path, text, ast.parse(text)) for path, text in texts]


def _literals() -> Iterator[tuple[str, str, str | bytes]]:
    """Each `re.way("…")` of the house."""
    for path, _, tree in _files():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
                and node.args and isinstance(node.args[0], ast.Constant) and node.func.attr not in ("compile", "escape")
            ):  # fmt: skip
                yield f"{path.relative_to(HOUSE)}:{node.lineno}", node.func.attr, node.args[0].value


# --- texts that hurt --------------------------------------------------------------------------------------------


def attacks(pattern: re.Pattern[Any], size: int) -> list[Any]:
    """Texts of about `size` signs: what comes before a repetition, then what repeats, then what fits nowhere."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    try:
        tree = parser.parse(text, pattern.flags & ~re.TEMPLATE if hasattr(re, "TEMPLATE") else pattern.flags)
    except re.error:
        return []
    found: dict[str, None] = {}
    for before, unit in _repeats(tree, ""):
        unit, room = unit or "a", size - 2
        found[(before + unit * (room // len(unit)))[:room] + "\x00"] = None
        found[((before + unit) * (room // len(before + unit) + 1))[:room] + "\n\x00"] = None
    made = list(found)[:24]
    return [one.encode("latin-1", "replace") for one in made] if isinstance(pattern.pattern, bytes) else made  # type: ignore[return-value]


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """Each long repetition: a text that leads up to it, and what it repeats."""
    for kind, told in tree:
        if kind in (code.MAX_REPEAT, code.MIN_REPEAT, getattr(code, "POSSESSIVE_REPEAT", None)):
            _, most, inside = told
            if most >= _MANY:
                for unit in _samples(inside):
                    yield before, unit
            yield from _repeats(inside, before)
        elif kind == code.BRANCH:
            for branch in told[1]:
                yield from _repeats(branch, before)
        elif kind == code.SUBPATTERN:
            yield from _repeats(told[3], before)
        elif kind in (code.ASSERT, code.ASSERT_NOT):
            yield from _repeats(told[1], before)
        elif kind == getattr(code, "ATOMIC_GROUP", None):
            yield from _repeats(told, before)
        before += _sample([(kind, told)])


def _samples(tree: Any) -> list[str]:
    """Texts that a part fits; of a class of signs several, of a choice each."""
    tree = list(tree)
    if len(tree) == 1 and tree[0][0] == code.IN:
        return _signs(tree[0][1])[:4]
    if len(tree) == 1 and tree[0][0] == code.BRANCH:
        return [_sample(branch) for branch in tree[0][1][1]][:4]
    if len(tree) == 1 and tree[0][0] == code.SUBPATTERN:
        return _samples(tree[0][1][3])
    return [_sample(tree)]


def _sample(tree: Any) -> str:
    out = ""
    for kind, told in tree:
        if kind == code.LITERAL:
            out += chr(told)
        elif kind == code.NOT_LITERAL:
            out += "a" if told != ord("a") else "b"
        elif kind == code.ANY:
            out += "a"
        elif kind == code.IN:
            out += _signs(told)[0]
        elif kind == code.BRANCH:
            out += _sample(told[1][0])
        elif kind == code.SUBPATTERN:
            out += _sample(told[3])
        elif kind in (code.MAX_REPEAT, code.MIN_REPEAT):
            out += _sample(told[2]) * max(1, min(told[0], 50))
        elif kind == getattr(code, "ATOMIC_GROUP", None):
            out += _sample(told)
    return out


def _signs(inside: Any) -> list[str]:
    """Signs of a class, one of each of its parts."""
    negated = inside[0][0] == code.NEGATE
    signs = []
    for kind, told in inside:
        if kind == code.LITERAL:
            signs.append(chr(told))
        elif kind == code.RANGE:
            signs.append(chr(told[0]))
        elif kind == code.CATEGORY:
            signs.append(_CATEGORIES.get(told, "a"))
    if negated:
        return [sign for sign in ("a", " ", "1", "(", "\n") if sign not in signs][:3] or ["~"]
    return signs or ["a"]


# --- timing -----------------------------------------------------------------------------------------------------


#: Nothing is tried for longer, in seconds.
MOST = 1.0


class TooSlow(BaseException):
    """The clock rang."""


def seconds(one: Written, text: Any, most: float) -> float:
    """The processor's time for holding the pattern against the text, as it is used; `most` if it takes longer."""

    def ring(_signal: int, _frame: object) -> None:
        raise TooSlow

    hold = one.pattern.fullmatch if one.from_the_start else one.pattern.sub
    arguments = (text,) if one.from_the_start else ("" if isinstance(text, str) else b"", text)
    signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    began = time.process_time()
    try:
        hold(*arguments)
    except TooSlow:
        return most
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def slowest(one: Written, sizes: tuple[int, ...], least: float, growth: float) -> str:
    """ "" where no attack makes it slow; else how slow: its time for each size, the last over `least` and grown too fast.

    `growth` is how many times longer the last size may take than the first.
    """
    made = [attacks(one.pattern, size) for size in sizes]
    for texts in zip(*made, strict=False):
        took: list[float] = []
        while len(took) < len(sizes) and (not took or took[-1] < MOST):
            took.append(seconds(one, texts[len(took)], MOST))
        # The machine may have been busy: once more.
        if _grew(took, least, growth) and len(took) == len(sizes):
            again = [seconds(one, text, MOST) for text in texts]
            took = [min(pair) for pair in zip(took, again, strict=True)]
        if _grew(took, least, growth):
            shown = [round(each, 4) for each in took]
            return f"{one.where}: {shown} s for {sizes[: len(took)]} signs of {texts[0][:60]!r}"
    return ""


def _grew(took: list[float], least: float, growth: float) -> bool:
    return took[-1] >= MOST or (took[-1] > least and took[-1] > growth * took[0])
