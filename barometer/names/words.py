"""The words of a text as a search knows them: folded, with their stems; the same for every database."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from threading import local

import snowballstemmer

LONGEST_WORD = 64
MOST_WORDS = 5_000
MOST_QUERY_WORDS = 32
_SHORTEST_STEM = 3

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_KAZAKH_ONLY = re.compile(r"[әғқңөұүһі]")
#: ё and the letters that only Kazakh has, as a Russian keyboard writes them
_NEAREST = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
_stemmers = local()


def fold(text: str) -> str:
    """Small letters without what spellings differ in: ё as е, Kazakh letters as their nearest Russian, no accents.

    й stays й; Latin letters lose their marks (é as e, ı as i).
    """
    small = text.casefold().translate(_NEAREST).replace("ı", "i")
    if small.isascii():
        return small
    plain = "".join(_without_mark(sign) for sign in unicodedata.normalize("NFKC", small))
    return plain.translate(_NEAREST)


@lru_cache(maxsize=4096)
def _without_mark(sign: str) -> str:
    if _CYRILLIC.match(sign):
        return sign.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c)).casefold()


def index_words(text: str) -> str:
    """What a search may find the text by: each folded word and its stems, once, with spaces between."""
    found: dict[str, None] = {}
    for word in _words(text):
        for form in _forms(word):
            found[form] = None
        if len(found) >= MOST_WORDS:
            return " ".join(list(found)[:MOST_WORDS])
    return " ".join(found)


def query_words(text: str) -> list[str]:
    """The beginnings of words that a text must all have to be found; letters and figures only, whatever was typed."""
    found: dict[str, None] = {}
    for word in _words(text[:10_000]):
        found.update(dict.fromkeys(_plain(_query_stem(word))))
        if len(found) >= MOST_QUERY_WORDS:
            break
    return list(found)[:MOST_QUERY_WORDS]


def stem(word: str, language: str) -> str:
    """The folded stem of a small word in that language (en, ru, kk); the word itself where the stem is too short."""
    short = {"en": _english, "ru": _russian, "kk": _kazakh}[language](word)
    return fold(short if len(short) >= _SHORTEST_STEM else word)


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).casefold()):
        yield match[0][:LONGEST_WORD]


def _plain(form: str) -> list[str]:
    """Folding can turn one sign into several words (½, ligatures); what is no letter or figure is left out."""
    return [part[:LONGEST_WORD] for part in _WORD.findall(form)]


@lru_cache(maxsize=32_768)
def _forms(word: str) -> tuple[str, ...]:
    """The folded word and its stems: what a text with the word is found by."""
    forms = (form for one in (fold(word), *_stems(word)) for form in _plain(one))
    return tuple(dict.fromkeys(forms))


def _stems(word: str) -> tuple[str, ...]:
    """The folded stems of a word in every language that it may be of."""
    if _CYRILLIC.search(word):
        return fold(_russian(word)), fold(_kazakh(word))
    return (fold(_english(word)),)


def _query_stem(word: str) -> str:
    if not _CYRILLIC.search(word):
        stem = _english(word)
    elif _KAZAKH_ONLY.search(word):
        stem = _kazakh(word)
    else:
        stem = _russian(word)
    return fold(stem if len(stem) >= _SHORTEST_STEM else word)


@lru_cache(maxsize=65_536)
def _kazakh(word: str) -> str:
    """The word less up to three of the commonest endings; never shorter than three letters."""
    for _ in range(3):
        room = len(word) - _SHORTEST_STEM
        ending = next((end for end in _kazakh_endings() if len(end) <= room and word.endswith(end)), "")
        word = word.removesuffix(ending)
    return word


@cache
def _kazakh_endings() -> tuple[str, ...]:
    """Longest first."""
    with (resources.files("barometer.names") / "data" / "kazakh_endings.toml").open("rb") as stream:
        endings = tomllib.load(stream)["endings"]
    return tuple(sorted(endings, key=lambda ending: (-len(ending), ending)))


@lru_cache(maxsize=65_536)
def _russian(word: str) -> str:
    return str(_stemmer("russian").stemWord(word))


@lru_cache(maxsize=65_536)
def _english(word: str) -> str:
    return str(_stemmer("english").stemWord(word))


def _stemmer(language: str) -> snowballstemmer.stemmer:
    """Each thread has its own: it keeps the word in itself while it looks at it."""
    if not hasattr(_stemmers, language):
        setattr(_stemmers, language, snowballstemmer.stemmer(language))
    return getattr(_stemmers, language)
