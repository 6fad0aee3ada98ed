"""Names of people, organisations and places in running text, by learned models.

Russian: the news model of slovnet, whose files ship in the wheel of natasha. Kazakh: a conditional random field of
our own (`tools/train_names.py`) over the odd sentences of KazNERD (CC BY 4.0). English has no model of its own: the
rules of `mentions` find its names. Nothing is fetched; where a package is missing the answer is an empty one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from typing import Any

from barometer.countries import country
from barometer.reading.vectors import natasha_data, navec

_WORD = re.compile(r"[^\W_]+(?:[’'ʼ-][^\W_]+)*|[^\w\s]|_")
#: Kinds of the Kazakh model and of the Russian one that are told further.
_KINDS = {
    "PERSON": "person",
    "PER": "person",
    "ORGANISATION": "organisation",
    "ORG": "organisation",
    "GPE": "place",
    "LOCATION": "place",
    "LOC": "place",
}
#: A model looks at no more than this at once; a longer text is looked at piece by piece.
_PIECE = 5_000
_LOCK = threading.Lock()


@dataclass(frozen=True)
class NameSpan:
    """A name from `start` to `end`; `kind` is person, organisation or place."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=256)
def name_spans(text: str, language: str) -> tuple[NameSpan, ...]:
    """The names of a text, from left to right; none in English."""
    look = {"ru": _russian, "kk": _kazakh}.get(language)
    if look is None:
        return ()
    found: list[NameSpan] = []
    for start, piece in _pieces(text):
        if not piece.strip():  # the models know no text without words
            continue
        found += [NameSpan(start + a, start + b, kind) for a, b, kind in look(piece)]
    return tuple(found)


def _pieces(text: str) -> list[tuple[int, str]]:
    """The text in stretches that end at a break of line or a space."""
    pieces, start = [], 0
    while start < len(text):
        stop = start + _PIECE
        if stop < len(text):
            cut = max(text.rfind("\n", start, stop), text.rfind(". ", start, stop))
            stop = cut + 1 if cut > start else text.rfind(" ", start, stop) + 1 or stop
            stop = stop if stop > start else start + _PIECE
        pieces.append((start, text[start:stop]))
        start = stop
    return pieces


# --- Kazakh -------------------------------------------------------------------------------------------------------


def word_signs(words: list[str]) -> list[list[str]]:
    """The signs of each word of a sentence: itself, its beginning, ending and shape, and its neighbours'."""
    small = [word.lower() for word in words]
    shapes = [_shape(word) for word in words]
    rows = []
    for i, word in enumerate(small):
        row = ["b", f"w={word}", f"s={shapes[i]}"]
        row += [f"e{k}={word[-k:]}" for k in (1, 2, 3, 4, 5) if len(word) > k]
        row += [f"p{k}={word[:k]}" for k in (2, 3, 4, 5) if len(word) > k]
        for step in (-2, -1, 1, 2):
            j = i + step
            if not 0 <= j < len(words):
                row.append(f"{step}X")
                continue
            row += [f"{step}w={small[j]}", f"{step}s={shapes[j]}"]
            if abs(step) == 1:
                row += [f"{step}e={small[j][-3:]}", f"{step}p={small[j][:5]}"]
        if i:
            row.append(f"b={shapes[i - 1]}|{shapes[i]}")
        if i + 1 < len(words):
            row.append(f"f={shapes[i]}|{shapes[i + 1]}")
        rows.append(row)
    return rows


def _shape(word: str) -> str:
    signs = "".join("X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else c for c in word)
    return re.sub(r"(.)\1+", r"\1", signs)


@cache
def _kazakh_model() -> tuple[Any, bytes] | None:
    """The tagger with the bytes that it reads from: they must live as long as it does."""
    if find_spec("pycrfsuite") is None:
        return None
    import pycrfsuite

    weights = (resources.files("barometer.reading") / "data" / "names_kk.crfsuite").read_bytes()
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights)
    return tagger, weights


def _kazakh(text: str) -> list[tuple[int, int, str]]:
    model = _kazakh_model()
    if model is None:
        return []
    tagger, _ = model
    found = []
    for start, end in _sentence_spans(text):
        words = list(_WORD.finditer(text, start, end))
        with _LOCK:
            labels = tagger.tag(word_signs([word[0] for word in words]))
        found += _spans([(word.start(), word.end()) for word in words], labels)
    return found


_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”»’)]*\s+(?=[\"“«‘(]?[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])|\n+")


def _sentence_spans(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return [(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if text[a:b].strip()]


def _spans(words: list[tuple[int, int]], labels: list[str]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    before = "O"
    for (start, end), label in zip(words, labels, strict=True):
        kind = _KINDS.get(label[2:])
        if kind and label[0] == "I" and before[2:] == label[2:] and found:
            found[-1] = (found[-1][0], end, kind)
        elif kind:
            found.append((start, end, kind))
        before = label
    return found


# --- Russian ------------------------------------------------------------------------------------------------------


@cache
def _russian_model() -> Callable[[str], Any] | None:
    data, embedding = natasha_data(), navec()
    if data is None or embedding is None or find_spec("slovnet") is None:
        return None
    from slovnet import NER

    ner = NER.load(str(data / "model" / "slovnet_ner_news_v1.tar"))
    ner.navec(embedding)
    model: Callable[[str], Any] = ner
    return model


def _russian(text: str) -> list[tuple[int, int, str]]:
    model = _russian_model()
    if model is None:
        return []
    with _LOCK:
        raw = [(span.start, span.stop, _KINDS[span.type]) for span in model(text).spans]
    return [fine for one in raw for fine in _finer(text, *one)]


_IN_PARENTHESES = re.compile(r"\s*\(([^()]+)\)$")


@cache
def _forms() -> re.Pattern[str]:
    """Legal forms and other words in capitals before a name in quotation marks: "ОАО «…»"."""
    return re.compile(r"^(?:[А-ЯЁ]{2,5}|[Гг]руппа|[Кк]омпани\w+)\s*(?=[«\"“„])")


@cache
def _organisations_named_like_places() -> re.Pattern[str]:
    names = [
        re.escape(name)
        for body in country().bodies
        for name in {*body.names.values(), *body.spellings}
        if re.search("[а-яё]", name, re.IGNORECASE)
    ]
    return re.compile(rf"^(?:{'|'.join(names) or '(?!)'})\w{{0,3}}$")


def _finer(text: str, start: int, end: int, kind: str) -> list[tuple[int, int, str]]:
    """The name without its legal form and quotation marks; a short name in parentheses stands by itself."""
    if kind == "place" and _organisations_named_like_places().match(text[start:end]):
        kind = "organisation"
    if kind != "organisation":
        return [(start, end, kind)]
    if text[start:end] in ("СМИ", "БАҚ"):
        return []
    found = []
    short = _IN_PARENTHESES.search(text[start:end])
    if short:
        found.append((start + short.start(1), start + short.end(1), kind))
        end = start + short.start()
    form = _forms().match(text[start:end])
    start += form.end() if form else 0
    while start < end and text[start] in '«"“„':
        start += 1
    while start < end and text[end - 1] in '»"”' and "«" not in text[start:end]:
        end -= 1
    return [(start, end, kind), *found] if start < end else found
