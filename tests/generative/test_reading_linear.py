"""Whatever shape a text has, each part of the reader takes time that grows with its length and no faster.

Four times the text may take ten times as long: four for the length, the rest for a busy machine; what takes less than
half a second is not judged. Of three tries one must be quick enough. The long ones run by `make test-long`.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO

import pytest
from docx import Document

from barometer.codebook import Quarter
from barometer.pipeline.relevance import scored
from barometer.reading import law, read_bulletin, read_letter, where
from barometer.reading.amounts import amounts
from barometer.reading.clean import clean
from barometer.reading.entry import Paper, Story, read_entry
from barometer.reading.latin import to_cyrillic
from barometer.reading.mentions import mentions
from barometer.reading.sentences import sentences
from barometer.reading.tagger import name_spans
from barometer.reading.when import dates, durations
from barometer.sources import Letter, extract, is_letter, language_of, read_document, read_report
from barometer.sources.letter import read_letter as read_letter_text

LETTER = "Open letter\nDear A B,\nWe, the undersigned\n\n"


def times(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """One thing many times, `{n}` in it counted, to about so many characters."""

    def text(size: int) -> str:
        count = size // len(unit) + 1
        return before + "".join(unit.replace("{n}", str(n)) for n in range(count)) + after

    return text


def names(letters: str, size: int) -> str:
    """A list of people, each another."""
    count, many = len(letters), size // 18 + 1
    told = (
        f"{'AА'[letters > 'z']}лма{letters[n % count]} Тестова{letters[n // count % count]}{letters[n // count**2 % count]}"
        for n in range(many)
    )
    return f"Журналисты задержаны: {', '.join(told)}."


SHAPES: dict[str, Callable[[int], str]] = {
    "no spaces": times("x"),
    "no spaces, Cyrillic": times("журналист"),
    "brackets": times("[("),
    "broken links": times("[a]("),
    "pictures": times("![a]("),
    "one word": times("journalist "),
    "one word, Russian": times("Журналист "),
    "one word, Kazakh": times("тілші "),
    "figures": times("1234567890 "),
    "figures, glued": times("0123456789"),
    "thousands": times(" 000", "1"),
    "dates, glued": times("12января2026"),
    "dates": times("12 March 2026, "),
    "dates, Russian": times("12 марта 2026 "),
    "dates in figures": times("12.03.2026"),
    "days told from days": times("two days later ", "On 1 March 2026. "),
    "days told from days, Russian": times("через два дня ", "1 марта 2026. "),
    "yesterday": times("yesterday on Tuesday "),
    "quotes never closed": times("«Газета "),
    "quotes in quotes": times("“the newspaper ‘X "),
    "apostrophes": times("’"),
    "combining marks": times("и\u0306\u0301"),
    "only combining marks": times("\u0301", "a"),
    "right to left": times("\u202eжурналист\u202c "),
    "homoglyphs": times("Журнaлист Aлматы зaдержан. "),
    "joiners": times("А\u200d"),
    "controls": times("".join(map(chr, range(1, 32)))),
    "scanned badly": times("Жyp-\nнa1ист 3адержaн . , ;. "),
    "emoji": times("😀👩\u200d💻 "),
    "short lines": times("ab\n"),
    "equal paragraphs": times("Суд\n\n"),
    "stories": times("Журналист Алма Тестова{n} задержана в Алматы 12 марта.\n\n"),
    "one story of many paragraphs": times("He said that {n} was so\n\n", "Journalist Alma Testova was fined.\n\n"),
    "one story cut by pages": times("And the {n} of the\n\n", "Journalist Alma Testova was fined.\n\n"),
    "nested lists": times("  - 1. а) x\n    - 2) y\n      • z\n"),
    "headings": times("1. A\n"),
    "addresses": times("a@b.kz https://x.kz/y "),
    "an address without end": times("a/", "https://"),
    "domains": times("x.kz."),
    "names": lambda size: names("abcdefghijklmnopqrstuvwxyz", size),
    "names, Russian": lambda size: names("абвгдежзиклмнопрстуфхцчшэюя", size),
    "names with hyphens": times("Alma-"),
    "articles": times(", {n}", "Under Articles 1", " of the Criminal Code"),
    "articles, Russian": times(", {n}", "По статьям 1", " УК РК"),
    "articles, Kazakh": times("{n}, ", "", "5-баптар ҚК"),
    "articles of a code each": times("статья {n} УК РК, "),
    "sentences": times("A journalist was detained. "),
    "sentences, Russian": times("Журналист задержан. "),
    "sentences, Kazakh": times("Журналист ұсталды. "),
    "amounts": times("fined 5 million tenge "),
    "courts": times("the Almaty City Court "),
    "courts, Russian": times("суд города Алматы "),
    "outlets": times("the newspaper Vlast, "),
    "companies": times("ТОО «Икс» "),
    "Kazakh in Latin letters": times("jurnalist jäne sot qalalyq tilşi üşın "),
    "capitals": times("Абв "),
    "capitals, glued": times("А-Б"),
    "dots": times("."),
    "dots and capitals": times(".А"),
    "dots and quotes": times(".”"),
    "dashes": times("- "),
    "backslashes": times("\\"),
    "stars": times("**"),
    "spaces": times(" ", "суд", "суд"),
    "spaces at the head": times(" ", "", "x"),
    "spaces behind a hash": times(" ", "#", "x"),
    "spaces behind a month": times(" ", "January", "x"),
    "spaces behind a bullet": times(" ", "•", "x"),
    "spaces behind a quote": times(" ", "'", "x"),
    "spaces behind bold words": times(" ", "**ab", "x"),
    "spaces in a link": times(" ", "[a]("),
    "spaces in a provision": lambda size: f"Articles 1{' ' * (size // 2)}, 2{' ' * (size // 2)}x",
    "spaces in an amount": lambda size: f"5{' ' * (size // 2)}million{' ' * (size // 2)}x",
    "spaces that do not break": times("\u00a0", "5", "x"),
    "blank lines": times("\n", "a", "b"),
    "blank lines behind a number": times("\n", "1. ", "x"),
    "a letter's demands": times("- x\n", "Open letter\nTo: A B\nWe, the undersigned, demand:\n", "Signed:\nA B\n"),
    "a letter's one sentence": times("We demand that ", LETTER, "\n\nSigned:\nA B"),
    "a letter's lines": times("ab\n", LETTER, "\n\nSigned:\nA B"),
    "a letter cut by pages": times("a " * 40 + "\n\n", LETTER, "\n\nSigned:\nA B"),
    "a letter's signatures": times("Signed:\n\nA B\n\n", LETTER),
}  # fmt: skip

LANGUAGES = ("en", "ru", "kk")
DAY = date(2026, 3, 31)


def story(text: str, language: str) -> None:
    """One story read."""
    places = tuple(range(len(text) + 1))
    read_entry(Story(text, 2, "2026-02", (), places), Paper(language, Quarter(2026, 1), "0" * 64))


#: What reads a stretch of one language.
PARTS: dict[str, Callable[[str, str], object]] = {
    "amounts": amounts,
    "law": law.provisions,
    "when": lambda text, language: dates(text, language, 2026, 3, DAY),
    "durations": durations,
    "where": lambda text, _: where.located(text),
    "Kazakh in Latin letters": lambda text, _: to_cyrillic(text),
    "clean": lambda text, _: clean(text),
    "sentences": lambda text, _: sentences(text),
    "names": name_spans,
    "mentions": mentions,
    "a story": story,
}


def whole(text: str) -> None:
    """A text of unknown form, from the file to its events."""
    document = read_document("x.txt", text)
    assert read_letter(document) if isinstance(document, Letter) else read_bulletin(document)


#: What reads a whole text.
DOORS: dict[str, Callable[[str], object]] = {
    "is it a letter": is_letter,
    "the parts of a letter": lambda text: read_letter_text("x.txt", text),
    "the parts of a document": lambda text: read_document("x.txt", text),
    "a report": lambda text: read_report("x.txt", text, "2026-03-31"),
    "relevance": lambda text: scored({"text": text, "title": text[:1000]}),
}


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def in_language(work: Callable[[str, str], object], language: str) -> Callable[[str], object]:
    """Work on texts of one language."""
    return lambda text: work(text, language)


def grows_evenly(name: str, work: Callable[[str], object], make: Callable[[int], str], size: int) -> None:
    """Fails where three times over four times the text takes over ten times as long, and over half a second."""
    small, large = make(size), make(4 * size)
    tries = []
    for number in range(3):
        # Another text each time, so that nothing is remembered.
        four = seconds(partial(work, f"{large} {number}"))
        if four < 0.5:
            return
        tries.append([seconds(partial(work, f"{small} {number}")), four])
        if four < 10 * tries[-1][0]:
            return
    raise AssertionError(f"{name}: seconds for once and for four times the text: {tries}")


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    """Models and patterns are loaded before anything is timed."""
    for language, text in (("en", "Journalist Alma Testova was fined."), ("ru", "Журналист Алма Тестова."), ("kk", "Тілші Алма Тестова.")):  # fmt: skip
        story(text, language)
        whole(text)
        for part in PARTS.values():
            part(text, language)


def in_turn(first: int) -> list:
    """Every second shape; the others in the long run."""
    return [
        pytest.param(shape, marks=[] if place % 2 == first else pytest.mark.long)
        for place, shape in enumerate(SHAPES)
    ]


@pytest.mark.parametrize("shape", in_turn(0))
def test_parts_of_a_story(shape):
    language = language_of(SHAPES[shape](1_000))
    for part, work in PARTS.items():
        grows_evenly(f"{part}, {language}", in_language(work, language), SHAPES[shape], 1_000)


@pytest.mark.parametrize("shape", in_turn(1))
def test_whole_texts(shape):
    for door, work in DOORS.items():
        grows_evenly(door, work, SHAPES[shape], 4_000)


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_parts_of_the_longest_story(shape):
    for part, work in PARTS.items():
        for language in LANGUAGES:
            grows_evenly(f"{part}, {language}", in_language(work, language), SHAPES[shape], 5_000)


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_long_texts(shape):
    for door, work in DOORS.items():
        grows_evenly(door, work, SHAPES[shape], 100_000)


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_long_texts_with_their_events(shape):
    grows_evenly("whole", whole, SHAPES[shape], 10_000)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_longest_story_takes_seconds(shape, language):
    """Twenty thousand characters, which is as far as a story is read, whatever they are."""
    text = SHAPES[shape](20_000)
    texts = (f"{text[:19_990]} {number}" for number in range(2))
    assert min(seconds(partial(story, text, language)) for text in texts) < 10


@pytest.mark.long
@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a million brackets", "[" * 1_000_000),
        ("20,000 names", names("абвгдежзиклмнопрстуфхцчшэюя", 360_000)),
        ("50,000 articles", f"Articles {', '.join(map(str, range(1, 50_000)))} of the Criminal Code"),
        ("20,000 paragraphs", times("He said that {n} was so\n\n", "[Alma Testova](#) was fined.\n\n")(500_000)),
        ("a million spaces", f"January{' ' * 1_000_000}x"),
        ("a million lines", "\n" * 1_000_000 + "x"),
    ],
)  # fmt: skip
def test_a_monster_is_read_in_half_a_minute(what, text):
    assert seconds(lambda: whole(text)) < 30, what


def docx(body: str, folder) -> object:
    """A DOCX file with that body."""
    given, made = BytesIO(), folder / "x.docx"
    Document().save(given)
    with zipfile.ZipFile(given) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                head = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                data = f"{head}<w:body>{body}</w:body></w:document>".encode()
            target.writestr(name, data)
    return made


PARAGRAPH = "<w:p><w:r><w:t>Journalist Alma Testova was fined.</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (PARAGRAPH + "<w:p/>" * 100_000, 1),
        (PARAGRAPH + "<w:tbl/>" * 50_000 + PARAGRAPH, 2),
        (PARAGRAPH * 5_000, 5_000),
    ],
)
def test_a_docx_of_many_paragraphs(body, lines, tmp_path):
    path = docx(body, tmp_path)
    read = []
    assert min(seconds(lambda: read.append(extract(path).text)) for _ in range(2)) < 5
    assert read[0].count("Testova") == lines


def test_the_language_of_a_monster():
    assert seconds(lambda: language_of("Журналист " * 1_000_000)) < 5
