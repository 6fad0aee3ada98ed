"""Refusals of the core in the reader's language: found by their words, with their values kept."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from barometer.errors import BadInput, FetchFailed, NotReady, TooLarge
from barometer.web import refusals

ROOT = Path(__file__).resolve().parents[2] / "barometer"
RUSSIAN = {
    "there is no such file": "такого файла нет",
    "check the name": "проверьте имя",
    "over %(size)s MB": "больше %(size)s МБ",
    "%(url)s cannot be fetched (%(kind)s): %(why)s": "%(url)s не удалось получить (%(kind)s): %(why)s",
    "%(what)s. Next: %(step)s": "%(what)s. Что делать: %(step)s",
}


@pytest.fixture(autouse=True)
def in_russian(monkeypatch):
    monkeypatch.setattr(refusals, "gettext", RUSSIAN.__getitem__)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            BadInput("there is no such file", file="a.txt", next_step="check the name"),
            "a.txt: такого файла нет. Что делать: проверьте имя.",
        ),
        (TooLarge("over 50 MB", file="b.pdf", place="page 3"), "b.pdf: page 3: больше 50 МБ."),
        (
            FetchFailed("dns", "https://a.invalid/100%?(x)s", "no such name"),
            "https://a.invalid/100%?(x)s не удалось получить (dns): no such name.",
        ),
        (NotReady("a thing that nobody translated\nyet"), "a thing that nobody translated yet."),
        (NotReady("said by the desk.", next_step="do it."), "said by the desk. Что делать: do it."),
    ],
)
def test_a_refusal_is_told_in_the_readers_language(error, told):
    assert refusals.told(error) == told


def test_every_message_is_one_that_the_code_raises():
    raised = set()
    for path in ROOT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") != "gettext_noop":
                for given in (*call.args, *(one.value for one in call.keywords)):
                    raised.add(skeleton(given))
    for message in (*refusals.MESSAGES, *refusals.STEPS):
        assert re.sub(r"%\(\w+\)s", "\0", message) in raised, message
    assert len({*refusals.MESSAGES, *refusals.STEPS}) == len(refusals.MESSAGES) + len(refusals.STEPS)


def skeleton(given: ast.expr) -> str:
    """The words of a text, with a NUL for each value that is put in."""
    if isinstance(given, ast.Constant):
        return str(given.value)
    if not isinstance(given, ast.JoinedStr):
        return ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in given.values)
