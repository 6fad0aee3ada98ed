"""The forms in which a name is met: folded for comparing, and as a pattern over its inflected forms.

Russian and Kazakh inflect names; the country's data gives the plain form only. `inflected` makes a regular
expression of it that also finds "в Костанае" and "Қостанайдағы", and in English both British and American spelling.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_KAZAKH = "әғқңөұүһі"
_CYRILLIC = re.compile(rf"[а-яё{_KAZAKH}]", re.IGNORECASE)
_ONLY_KAZAKH = re.compile(rf"[{_KAZAKH}]", re.IGNORECASE)
_LETTERS = str.maketrans("әғқңөұүһіё", "агкноуухие")
_APOSTROPHES = "'’‘ʼʻ`´"
_QUOTES = '"«»“”„'

_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)$")
_ADJECTIVE_ENDINGS = "ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ых|их|ыми|ими|ей|ою|ею"
_NOUN_ENDINGS = (
    "а|я|о|е|ё|и|ы|у|ю|ь|й|ой|ей|ою|ею|ом|ем|ём|ам|ям|ами|ями|ах|ях|ов|ев|ью|ию|ия|ии|ий|ие|ием|иям|иях|иями"
)
# Kazakh adds plural, then possession, then case; each is optional and each has its forms by vowel and consonant.
_PLURAL = "лар|лер|дар|дер|тар|тер"
_POSSESSIVE = "ымыз|іміз|мыз|міз|ы|і|сы|сі"
_CASE = (
    "ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|на|не|а|е|ны|ні|ды|ді|ты|ті|н|да|де|та|те|нда|нде|"
    "дан|ден|тан|тен|нан|нен|мен|бен|пен|менен|"
    "дағы|дегі|тағы|тегі|ндағы|ндегі|лық|лік|дық|дік|тық|тік|дікі|нікі"
)
_KAZAKH_SUFFIXES = f"(?:{_PLURAL})?(?:{_POSSESSIVE})?(?:{_CASE})?"
_CAPITAL = r"(?=(?-i:[A-ZА-ЯЁӘҒҚҢӨҰҮҺІÀ-ÞĀĞİŌŞŪ0-9]))"
_VOICED = {"п": "б", "к": "г", "қ": "ғ"}

_BRITISH = (
    (re.compile(r"i[sz](?=ation|ed\b|es?\b|ers?\b|ing\b)", re.IGNORECASE), "i[sz]"),
    (re.compile(r"cent(?:re|er)(?=s?\b)", re.IGNORECASE), "cent(?:re|er)"),
    (re.compile(r"(?<=fen)[cs]e(?=s?\b)", re.IGNORECASE), "[cs]e"),
    (re.compile(r"(?<=[bnv]o)u?r\b", re.IGNORECASE), "u?r"),
)


def fold(text: str) -> str:
    """A key for comparing names: lower case, no accents, Kazakh letters as Russian, no quotes, dashes as spaces."""
    return _name_folded(text) if len(text) <= _LONGEST_NAME else _folded(text)


def _folded(text: str) -> str:
    plain = (
        "".join(map(_plain, unicodedata.normalize("NFKC", text).casefold())).casefold().translate(_LETTERS)
    )
    plain = re.sub(rf"[{_APOSTROPHES}{_QUOTES}]", "", plain)
    return " ".join(re.sub(r"[\s\-‐‑–—_]+", " ", plain).split())


#: A page folds the same names again and again: those are remembered, longer texts are not.
_LONGEST_NAME = 120
_name_folded = lru_cache(maxsize=32_768)(_folded)


def plain_letters(word: str) -> str:
    """A word found without regard to case, in small letters; İ and ı, which match i, are one."""
    return word.replace("İ", "i").replace("ı", "i").casefold()


def _plain(letter: str) -> str:
    """The letter without accents; й is a letter of its own, not и with a breve."""
    if letter == "й":
        return letter
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=16384)
def inflected(phrase: str, language: str | None = None, *, capital: bool = False) -> str:
    """A regular expression that finds the phrase in its forms as whole words; give it re.IGNORECASE.

    `language` is en, ru or kk; None judges by the letters. Words in capitals (ТОО, МВД) stay as they are.
    With `capital` the first letter must be a capital, as in names: "Есік" is a town, "есік" a door.
    """
    words = re.split(rf"([\s\-‐‑–—{_QUOTES}]+)", _bare(phrase))
    pattern = "".join(_separator(w) if i % 2 else _word(w, language) for i, w in enumerate(words))
    return rf"(?<!\w){_CAPITAL if capital else ''}{pattern}(?!\w)"


def first_letters(phrase: str) -> str:
    """The letters that every form of the phrase starts with, at most four, small and without ё."""
    word = re.match(r"\w*", _bare(phrase))
    assert word is not None
    return sure_letters(word[0])[:4]


def sure_letters(word: str) -> str:
    """The letters that every form of the word starts with, small and without ё; at least one."""
    sure = len(word)
    if _CYRILLIC.search(word):
        sure -= 2 if len(word) > 3 else 1
    else:
        starts = (found.start() for pattern, _ in _BRITISH if (found := pattern.search(word)))
        sure = min([sure - word.endswith("y"), *starts])
    return word[: max(1, sure)].lower().replace("ё", "е")


def sure_words(phrase: str) -> tuple[str, ...]:
    """Of each of the phrase's words the letters that every form of it starts with."""
    return tuple(sure_letters(word) for word in re.findall(r"\w+", _bare(phrase)))


def _bare(phrase: str) -> str:
    """Without quotes and spaces around it."""
    return phrase.strip(_QUOTES + " \t\n")


def _separator(text: str) -> str:
    if any(quote in text for quote in _QUOTES):
        return rf"\s*[{_QUOTES}']*\s*"
    return r"\s+" if text.isspace() else r"\s?[\-‐‑–—]\s?"


def _word(word: str, language: str | None) -> str:
    if not word:
        return ""
    if word.isupper() and len(word) > 1:
        return f"(?-i:{re.escape(word)})"
    if not _CYRILLIC.search(word):
        return _english(word)
    if language == "kk" or (language is None and _ONLY_KAZAKH.search(word)):
        return _kazakh(word)
    return _russian(word) if language == "ru" else f"(?:{_russian(word)}|{_kazakh(word)})"


def _english(word: str) -> str:
    pattern = re.escape(re.sub(rf"[{_APOSTROPHES}]", "'", word)).replace("'", f"[{_APOSTROPHES}]")
    for found, spelling in _BRITISH:
        pattern = found.sub(lambda _, s=spelling: s, pattern)  # type: ignore[misc]
    if word.islower() and len(word) > 3:  # a common noun: its plural too
        pattern = (
            f"(?:{pattern[:-1]}(?:y|ies))"
            if word.endswith("y") and word[-2] not in "aeou"
            else f"{pattern}(?:e?s)?"
        )
    return pattern + f"(?:[{_APOSTROPHES}]s)?"


def _russian(word: str) -> str:
    if len(word) <= 3 or not word[-1].isalpha():
        return _yo(word) + (f"(?:{_NOUN_ENDINGS})?" if len(word) == 3 and word[-1] not in "аеиоуыэюя" else "")
    if (
        len(word) > 4
        and _ADJECTIVE.search(word)
        and not word.endswith(("ние", "тие", "вие", "лие", "рие", "сие"))
    ):
        return f"{_yo(word[:-2])}(?:{_ADJECTIVE_ENDINGS})"
    # Names in -у and -ю (Актау, Баку) do not decline.
    stem = word[:-1] if word[-1] in "аеёиоыэяьй" else word
    if word[-1] in "ую":
        return _yo(word)
    return f"{_yo(stem)}(?:{_NOUN_ENDINGS})?"


def _yo(text: str) -> str:
    return re.sub("[её]", "[её]", re.escape(text))


def _kazakh(word: str) -> str:
    stem, last = re.escape(word[:-1]), word[-1]
    if last in _VOICED:
        return f"{stem}(?:{last}{_KAZAKH_SUFFIXES}|{_VOICED[last]}(?:{_POSSESSIVE})(?:{_CASE})?)"
    return f"{re.escape(word)}{_KAZAKH_SUFFIXES}"
