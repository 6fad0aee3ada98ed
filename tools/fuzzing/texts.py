"""The reader of texts: what its every value must keep, our own texts to begin with, and how texts are broken.

A text stumbles where the reader raises anything, takes too long, writes what the codebook refuses, or tells words,
spans or numbers that the text does not hold.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import tempfile
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "benchmarks"
LANGUAGES = ("en", "ru", "kk")

PIECES = [
    "1. General (laws)", "January", "Қаңтар", "в марте 2026 года", "[words](#)", "[words](", "](", "**", "\\", "• ",
    "journalist Alma Testova", "журналист Алма Тестова", "тілші Алма Тестова", "was detained", "\u202e", "\u200d", "\x0b",
    "\u00ad", "ст. 274 УК РК", "Part 3 of Article 120", "274-бап", "статьи 1, 2, 3", "17", "“", "»", "the newspaper “X”",
    "газета «Пример»", "https://x.kz", "x.kz", "\n", "\n\n", " ", "\u00a0", "three days later", "на следующий день",
    "келесі күні", "12–14 March", "31.12.2026", "2026-02-30", "5 000 000 тенге", "1,5 млн", "₸", "two months", "LLP",
    "ТОО «Икс»", "ЖШС", "Open letter", "To:", "We, the undersigned", "Signed:", "Мы, нижеподписавшиеся", "jurnalist",
    "qalalyq sot", "üşın", "İ", "ß", "ﬁ", "и\u0306", "😀", "9" * 30, "1" + " 000" * 12, "32 января", "0 March", "год 9999",
]  # fmt: skip
#: Letters that look alike, each way.
ALIKE = dict(zip("aeopcxyABEKMHOPCTXi", "аеорсхуАВЕКМНОРСТХі", strict=True))
ALIKE |= {other: letter for letter, other in ALIKE.items()}


class Stumbled(Exception):
    """What the reader proposes does not stand on the text."""


# --- ways in --------------------------------------------------------------------------------------------------------


def read_file(text: bytes) -> None:
    """A .txt file as it is read by `barometer read`."""
    from barometer.errors import BarometerError
    from barometer.sources import extract

    with tempfile.NamedTemporaryFile(suffix=".txt") as stream:
        stream.write(text)
        stream.flush()
        try:
            words = extract(Path(stream.name)).text
        except BarometerError:
            return
    check_document(words)


def check_document(text: str) -> None:
    """Read a text whole, and look at every value of what is proposed."""
    from barometer.cases import link
    from barometer.codebook import to_file
    from barometer.codebook.check import check
    from barometer.reading import read_bulletin, read_letter
    from barometer.sources import Letter, read_document

    document = read_document("x.txt", text)
    if isinstance(document, Letter):
        coded: Any = read_letter(document)
        clean = " ".join(passage.text for passage in document.body)
    else:
        coded = read_bulletin(document)
        clean = " ".join(entry.text for entry in document.entries)
        for entry in document.entries:
            assert len(entry.text) == len(entry.offsets), "an entry's places are not those of its text"
    [coded] = link([coded])
    for finding in check(to_file(coded)):
        if finding.level == "error":
            raise Stumbled(f"{re.sub(r'[0-9]+', 'N', finding.path)}: {finding.message}")
    check_events(coded.events, text, clean)


def try_story(text: str, language: str) -> None:
    """One story, as an entry of a bulletin and as a report of its own."""
    from barometer.codebook import Quarter
    from barometer.reading.entry import Paper, Story, read_entry

    places = tuple(range(len(text) + 1))
    digest = hashlib.sha256(text.encode()).hexdigest()
    for story, paper in (
        (
            Story(text, 2, "2026-02", (text[5:30],), places),
            Paper(language, Quarter(2026, 1), digest, "2026-03-15"),
        ),
        (
            Story(text, None, None, (), places),
            Paper(language, None, digest, published=date(2026, 3, 31), form="report"),
        ),
    ):
        check_events(read_entry(story, paper), text, text)


def check_events(events: Iterable[Any], text: str, clean: str) -> None:
    """Each ground lies in the text, and words told as written stand in it."""
    plain = only_words(clean)
    for event in events:
        grounds = event.grounds or {}
        for name, ground in grounds.items():
            if not 0 <= ground.span[0] <= ground.span[1] <= len(text):
                raise Stumbled(f"the ground of {name.rstrip('0123456789')} lies outside the text")
        for kind in ("targets", "actors"):
            for one in getattr(event, kind):
                if only_words(one.written) not in plain:
                    raise Stumbled(f"{kind}: words told as written do not stand in the text: {one.written!r}")
        if event.date_text and only_words(event.date_text) not in plain:
            raise Stumbled(f"date_text does not stand in the text: {event.date_text!r}")
        if "date" in grounds and event.date_text:
            a, b = grounds["date"].span
            if only_words(event.date_text) not in only_words(text[a:b]):
                raise Stumbled(f"the date's ground is {text[a:b]!r}, its words are {event.date_text!r}")
        for i, amount in enumerate(event.amounts or ()):
            a, b = grounds[f"amounts.{i}"].span
            if only_words(amount.text) not in only_words(text[a:b]):
                raise Stumbled(f"an amount's ground is {text[a:b]!r}, its words are {amount.text!r}")


def only_words(text: str) -> str:
    """Letters and figures alone: marks of formatting and white space stand between them in a source."""
    return re.sub(r"[\W_]+", "", text)


def try_letter(text: str, language: str) -> None:
    """Any text read as a letter."""
    from barometer.codebook import to_file
    from barometer.codebook.check import check
    from barometer.reading import read_letter
    from barometer.sources.letter import read_letter as parse

    letter = parse("x.txt", text)
    coded = read_letter(letter)
    for finding in check(to_file(coded)):
        if finding.level == "error":
            raise Stumbled(f"{re.sub(r'[0-9]+', 'N', finding.path)}: {finding.message}")
    check_events(coded.events, text, " ".join(passage.text for passage in letter.body))


def try_relevance(text: str, language: str) -> None:
    """One line of a flow."""
    from barometer.pipeline.relevance import scored

    item = scored({"text": text, "title": text[:40]})
    if not 0 <= item["relevance"] <= 1:
        raise Stumbled("a relevance outside 0 to 1")


def try_amounts(text: str, language: str) -> None:
    """Values with their units, and provisions."""
    from barometer.reading.amounts import amounts
    from barometer.reading.law import provisions

    for one in amounts(text, language):
        if text[one.start : one.end].strip() != one.amount.text or not one.amount.value >= 0:
            raise Stumbled("an amount that does not stand in the text")
    for cited in provisions(text, language):
        if not 0 <= cited.start < cited.end <= len(text):
            raise Stumbled("a provision outside the text")


def try_when(text: str, language: str) -> None:
    """Dates, durations and places."""
    from barometer.reading import when, where

    for one in when.dates(text, language, 2026, 3, date(2026, 3, 31)):
        if not 0 <= one.start < one.end <= len(text):
            raise Stumbled("a date outside the text")
        for day in one.iso.split("/"):
            if len(day) == 10:
                date.fromisoformat(day)
        when.is_ahead(text, one, language, date(2026, 3, 31))
        when.is_of_a_text(text, one, language)
        when.report_of(text, one, language)
    when.durations(text, language)
    where.located(text)


# --- texts, and how they are broken ---------------------------------------------------------------------------------


@cache
def own_texts() -> list[str]:
    """The texts of benchmarks/: whole letters, reports, stories of bulletins, items of a flow."""
    found = [
        path.read_text(encoding="utf-8") for path in sorted((TEXTS / "reading" / "letters").glob("*.txt"))
    ]
    for path in sorted((TEXTS / "reading").glob("*.txt")):
        paragraphs = path.read_text(encoding="utf-8").split("\n\n")
        found += ["\n\n".join(paragraphs[at : at + 5]) for at in range(0, len(paragraphs), 25)]
    for path in [*sorted((TEXTS / "reading").glob("*/*.jsonl")), TEXTS / "relevance" / "items.jsonl"]:
        rows = path.read_text(encoding="utf-8").splitlines()
        found += [json.loads(row)["text"] for row in rows[:: max(1, len(rows) // 25)]]
    return found


def broken(text: str, chance: random.Random) -> str:
    """The text with one thing done to it that happens to texts, or that somebody does to hurt."""
    a, b = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    b = min(b, a + chance.choice((3, 20, 80, 400)))
    piece = chance.choice(PIECES)
    how = chance.randrange(12)
    if how == 0:
        return text[:a] + text[b:]
    if how == 1:
        return text[:b] + text[a:b] * chance.choice((1, 2, 10, 100)) + text[b:]
    if how == 2:
        return text[:a] + text[a:b].replace(" ", "") + text[b:]
    if how == 3:
        return text[:a] + "".join(ALIKE.get(sign, sign) for sign in text[a:b]) + text[b:]
    if how in (4, 5, 6):
        return text[:a] + piece + text[a:]
    if how == 7:
        return text[:a] + piece * chance.choice((2, 10, 100, 1000)) + text[a:]
    if how == 8:
        other = chance.choice(own_texts())
        at = chance.randrange(len(other) + 1)
        return text[:a] + other[at : at + chance.choice((20, 100, 400))] + text[b:]
    if how == 9:
        return text[:a] + chance.choice((str.upper, str.lower, str.swapcase, str.title))(text[a:b]) + text[b:]
    if how == 10:
        return text[:a] + "".join(f"{sign}{piece[:1]}" for sign in text[a:b]) + text[b:]
    words = re.split(r"(\s+)", text[a:b])
    chance.shuffle(words)
    return text[:a] + "".join(words) + text[b:]
