"""A text with hidden and look-alike signs → the text that a reader sees, with the place of every sign in the text given.

Soft hyphens, joiners and marks of direction are dropped, every kind of space is one, a letter with its mark is one
sign, ligatures are letters again, and a word of two alphabets whose strange letters look like those of the other is
written in one: "Журнaлист" with a Latin a.
"""

from __future__ import annotations

import re
import unicodedata

#: Signs that print nothing.
IGNORED = frozenset("\u00ad\u034f\u061c\u180e\ufeff") | frozenset(
    chr(code) for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F))
    for code in range(first, last + 1)
)  # fmt: skip
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_MARKS = "\u0300-\u034e\u0350-\u036f"
_LIGATURES = "\ufb00-\ufb06\uff01-\uff5e"
_LATIN = "A-Za-z\u018f\u0259\u019f\u0275"
_CYRILLIC = "\u0400-\u052f"
_STRANGE = re.compile(
    rf"[{''.join(sorted(IGNORED))}{_SPACES}{_MARKS}{_LIGATURES}]"
    rf"|(?<=[{_LATIN}])[{_CYRILLIC}]|(?<=[{_CYRILLIC}])[{_LATIN}]"
)
_SPACE, _MARK, _LIGATURE = (re.compile(f"[{signs}]") for signs in (_SPACES, _MARKS, _LIGATURES))
_WORD = re.compile(rf"[{_LATIN}{_CYRILLIC}]+")
#: Letters that look alike in both alphabets.
_TO_CYRILLIC = dict(zip("ABCEHIKMOPTXYaceikopxyhəƏɵƟ", "АВСЕНІКМОРТХУасеікорхуһәӘөӨ", strict=True))
_TO_LATIN = {cyrillic: latin for latin, cyrillic in _TO_CYRILLIC.items() if latin.isascii()}
_ENDING = re.compile(rf"[{_LATIN}]+[{_CYRILLIC}]+")


def clean(text: str) -> tuple[str, list[int] | None]:
    """The text as it is seen, and for each of its signs the place in the text given; None where nothing changes."""
    if not _STRANGE.search(text):
        return text, None
    signs: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        if sign < "\u00a0":
            new = sign
        elif sign in IGNORED:
            continue
        elif _MARK.match(sign):
            whole = unicodedata.normalize("NFC", signs[-1] + sign) if signs else ""
            if len(whole) == 1:
                signs[-1] = whole
            continue
        else:
            new = " " if _SPACE.match(sign) else sign
            if _LIGATURE.match(sign):
                new = unicodedata.normalize("NFKC", sign)
        signs += new
        places += [at] * len(new)
    return _WORD.sub(lambda word: _in_one_alphabet(word[0]), "".join(signs)), places


def _in_one_alphabet(word: str) -> str:
    """A word of two alphabets in the one that it is meant in; as it stands where that is not sure."""
    cyrillic = [sign for sign in word if "\u0400" <= sign <= "\u052f"]
    latin = len(word) - len(cyrillic)
    if not cyrillic or not latin:
        return word
    to_latin = all(sign in _TO_LATIN for sign in cyrillic)
    to_cyrillic = all(sign in _TO_CYRILLIC or "\u0400" <= sign <= "\u052f" for sign in word)
    if to_cyrillic and (len(cyrillic) >= latin or not to_latin):
        return "".join(_TO_CYRILLIC.get(sign, sign) for sign in word)
    # A name in Latin letters may bear a Cyrillic ending.
    if to_latin and not _ENDING.fullmatch(word):
        return "".join(_TO_LATIN.get(sign, sign) for sign in word)
    return word
