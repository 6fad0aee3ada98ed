"""What broke the reader once, as short as it could be made; each says what went wrong.

Found by `tools/fuzz.py`, by the shapes of test_reading_linear.py, and by reading the patterns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from barometer.codebook import CodedBulletin, Event, Quarter, to_file
from barometer.reading import read_bulletin
from barometer.reading.amounts import amounts
from barometer.reading.entry import LONGEST, Paper, Story, read_entry
from barometer.reading.law import provisions
from barometer.reading.tagger import name_spans
from barometer.reading.when import dates
from barometer.sources import is_letter, read_document
from barometer.sources.report import day_in


def events(text: str, language: str) -> tuple[Event, ...]:
    """The events of one story of a bulletin."""
    places = tuple(range(len(text) + 1))
    return read_entry(Story(text, 2, "2026-02", (), places), Paper(language, Quarter(2026, 1), "0" * 64))


def quick(work: Callable[[], object], seconds: float = 2) -> bool:
    """Under so many seconds in the best of three tries: what is tested took far longer, or did not end."""
    for _ in range(3):
        started = time.process_time()
        work()
        if time.process_time() - started < seconds:
            return True
    return False


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"Journalist {'Alma-' * 100}Testova was detained by the police.", "en"),
        (f"Журналист {'Алма-' * 100}Тестова задержана полицией.", "ru"),
        (f"Journalist Alma Testova was fined by the {'Shardara-' * 60} City Court.", "en"),
    ],
)
def test_words_run_together_are_no_name(text, language):
    """A name of over 300 letters was proposed; building the event failed and nothing of the file was read."""
    for event in events(text, language):
        assert all(len(one.written) < 200 for one in (*event.targets, *event.actors))


def test_a_piece_of_white_space_has_no_names():
    """The Russian model failed on a piece without words: a text of 5,000 letters and a space behind them."""
    assert name_spans("x" * 5_000 + " ", "ru") == ()
    assert name_spans(" " * 20_000, "ru") == ()


@pytest.mark.parametrize(
    ("unit", "what"),
    [("12 марта 2026 года ", "dates"), ("в Алматы и в Таразе, ", "places"), ("штраф 5 тысяч тенге, ", "amounts")],
)  # fmt: skip
def test_what_is_compared_with_each_other_is_limited(unit, what):
    """A story of a thousand dates or names took half a minute, for each is compared with each; the event says so."""
    [event, *_] = events(f"Журналист Алма Тестова задержана. {unit * 300}", "ru")
    assert event.note == f"of the {what} in it only the first 100 were looked at"


def test_a_list_of_names_is_limited():
    people = ", ".join(f"Alma{a} Testova{b}" for a in "abcdefghijklmnop" for b in "abcdefghijklmnop")
    [event, *_] = events(f"Police detained journalists {people}.", "en")
    assert event.note == "of the names in it only the first 200 of a kind were looked at"
    assert len(event.targets) <= 200


def test_a_long_story_in_kazakh_latin_letters_says_that_it_was_cut():
    """The note was lost where the text was turned into other letters."""
    text = "Jurnalist Alma Testova turaly sot şeşım şyğardy, ol üşın aiyppūl töledı. " * 400
    assert len(text) > LONGEST
    found = events(text, "kk")
    assert found
    assert "read from the first 20,000 characters only" in (found[0].note or "")


@pytest.mark.parametrize("text", ["5 Aprİl 2026", "On 5 Aprıl 2026 a journalist was fined.", "April 5İ 2026"])
def test_a_dotted_capital_i_in_a_month(text):
    """İ and ı match i where case does not count, but are no i in small letters: the month was not found (KeyError)."""
    assert [one.iso for one in dates(text, "en", 2026)] in (["2026-04-05"], [])
    assert dates("5 Aprİl 2026", "en", 2026)[0].iso == "2026-04-05"
    day_in(text)
    read_document("x.txt", f"FREEDOM\n\n1. Laws (x)\n\nAprİl\n\nAprİl: {text}\n\nBetween Aprİl and June 2026")


def test_days_beyond_the_calendar():
    """Each "99 weeks later" counts from the one before: after the year 9999 there are no days (OverflowError)."""
    found = dates("On 1 March 2026 he spoke. " + "99 weeks later, " * 5_000, "en", 2026)
    assert all(date.fromisoformat(one.iso) for one in found)


def test_a_chain_of_thousands():
    """A figure of thousands without end was tried from each of its groups to its end: 5,000 signs took two seconds."""
    assert quick(lambda: amounts("1" + " 000" * 5_000, "en"))
    assert [one.amount.value for one in amounts("a fine of 1 250 000 000 tenge", "en")] == [1_250_000_000.0]


@pytest.mark.parametrize("text", ["Задержана 12 марта 2026 года.", "2026 жылғы 12 наурызда қамауға алынды."])
def test_a_year_is_no_term(text):
    """A term of 2026 years was proposed beside the word "detained"."""
    assert amounts(text, "kk" if "жыл" in text else "ru") == []


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("under Part 3 of Article 120 of the Code of Administrative Offences", "en", ["KZ-CAO-120-3"]),
        ("under Part 3, of Article 274, Part 2 of the Criminal Code", "en", ["KZ-CC-274-3"]),
        ("по части 3 статьи 274 УК РК", "ru", ["KZ-CC-274-3"]),
        ("по ч. 2 , ст. 274 УК РК", "ru", ["KZ-CC-274-2"]),
        ("по статье 274 (часть 4) УК РК", "ru", ["KZ-CC-274-4"]),
        ("ҚК 274 - бабының 2-бөлігі бойынша", "kk", ["KZ-CC-274-2"]),
    ],
)
def test_parts_of_articles_are_still_read(text, language, codes):
    """The patterns for provisions give no white space back; a comma and spaces may still stand between."""
    assert [one.code for one in provisions(text, language)] == codes


SPACES = " " * 50_000


@pytest.mark.parametrize(
    "text",
    [
        f"January{SPACES}x",
        f"#{SPACES}x",
        f"•{SPACES}x",
        f"{SPACES}x",
        f"'{SPACES}x",
        f"[a]({SPACES}",
        f"[a](b{SPACES}\"c\"{SPACES}x",
        f"**ab{SPACES}x",
        "a" + "\n" * 50_000 + "b",
        "1. " + "\n" * 50_000 + "x",
        "a\n" + " \n" * 25_000 + "b",
        "\t\x0b\x0c" * 16_000 + "x",
        "." * 50_000,
        f"Articles 1{SPACES}, 2{SPACES}x",
    ],
)  # fmt: skip
def test_white_space_is_no_trap(text):
    """Two patterns for white space beside each other tried every way to share it: 10 KB of spaces took minutes."""
    assert quick(lambda: is_letter(text))
    assert quick(lambda: read_document("x.txt", text))


def test_links_are_still_read():
    """The pattern for links gives no white space back; titles and spaces inside the parentheses are still allowed."""
    text = 'Of [one](a "T"), [two]( b ), [three](  ), [four]( "T" ) and [five](<c d> "T" ) he wrote.\n'
    [entry] = read_document("x.txt", text).entries
    assert [link.text for link in entry.links] == ["one", "two", "three", "four", "five"]
    assert entry.text == "Of one, two, three, four and five he wrote."


def test_a_story_of_many_paragraphs():
    """Each paragraph was put behind a copy of all before it: 20,000 of them took a minute, 8,000 ten seconds."""
    text = "[Alma Testova](#) was fined.\n\n" + "".join(f"He said that {n} was so\n\n" for n in range(8_000))
    bulletin = read_document("x.txt", text)
    assert quick(lambda: read_document("x.txt", text), 5)
    for entry in bulletin.entries:
        assert len(entry.offsets) == len(entry.text)
        assert all(bulletin.text[at] == sign or sign in "\n " for sign, at in zip(entry.text, entry.offsets, strict=True))  # fmt: skip


def test_a_word_divided_at_the_end_of_a_page():
    """The joint of two paragraphs is mended as before: the hyphen goes, words printed twice are told once."""
    text = "1. Laws (x)\n\n[Journalist](#) Alma Testova was detained by the po-\n\nlice of the city on a\n\non a Monday.\n"
    [entry] = read_document("x.txt", text).entries
    assert entry.text == "Journalist Alma Testova was detained by the police of the city on a Monday."
    assert all(text[at] == sign for at, sign in zip(entry.offsets, entry.text, strict=True) if sign != " ")


def test_amounts_in_latin_letters_stand_in_the_text():
    """An amount of a text in Kazakh Latin letters was told in Cyrillic ones, which the text does not hold."""
    text = "Jurnalist Alma Testovağa sot 50 000 teñge aiyppūl saldy, ol üşın bas redaktor jauap berdi.\n"
    coded = read_bulletin(read_document("x.txt", text))
    assert CodedBulletin.model_validate(to_file(coded)) == coded
    found = [one for event in coded.events for one in event.amounts or ()]
    assert [(one.value, one.unit, one.text) for one in found] == [(50_000.0, "KZT", "50 000 teñge")]
