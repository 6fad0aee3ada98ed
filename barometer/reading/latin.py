"""Kazakh in the Latin alphabet of 2021 → the same words in Cyrillic, with the place of every sign in the text given."""

from __future__ import annotations

_ONE = dict(
    zip(
        "aäbdefgğhiıjklmnñŋoöpqrsştuūüvyz",
        "аәбдефгғхиіжклмнңңоөпқрсштуұүвыз",
        strict=True,
    )
)
_VOWELS = frozenset("aäeoöuūüyiı")
_TWO = {"ts": "ц", "ia": "я", "iu": "ю", "io": "ё", "şş": "щ"}


def to_cyrillic(text: str) -> tuple[str, list[int]]:
    """The text in Cyrillic, and for each of its signs the place in the Latin text."""
    signs: list[str] = []
    places: list[int] = []
    small = "".join(sign.lower() if len(sign.lower()) == 1 else "i" if sign == "İ" else sign for sign in text)
    at = 0
    while at < len(text):
        pair = small[at : at + 2]
        if pair == "ia" and small[max(0, at - 2) : at] == "ts":  # akkreditatsia
            new, length = "ия", 2
        elif pair in _TWO:
            new, length = _TWO[pair], 2
        elif small[at] == "i" and at and small[at - 1] in _VOWELS:
            new, length = "й", 1
        else:
            new, length = _ONE.get(small[at], text[at]), 1
        if text[at].isupper() and new != text[at]:
            new = new.capitalize() if text[at : at + 2][-1:].islower() or length == 1 else new.upper()
        signs.append(new)
        places += [at] if len(new) == 1 else [at, at + length - 1]
        at += length
    return "".join(signs), places
