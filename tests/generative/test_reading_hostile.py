"""Whatever the text: every line is accounted for, nothing is lost, and the time grows no faster than the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from barometer.codebook import CodedBulletin, to_file
from barometer.reading import read_bulletin as code
from barometer.sources import read_bulletin

HEAD = "FREEDOM BAROMETER\n\nThe first quarter of 2026.\n\n2. Legal pressure (suits)\n\nJanuary\n\n"
PIECES = ["1. General (laws)", "January", "Қаңтар", "[words](#)", "[words](", "](", "journalist Alma Testova", "was detained", "\u202e", "\x0b", "ст. 274 УК РК", "17", "“", "»", "Article 12", "the newspaper “X”", "https://x.kz", "\n", "\n\n", " "]  # fmt: skip
texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))


@tried(150)
@given(texts)
def test_every_line_is_accounted_for(text):
    bulletin = read_bulletin("x.txt", HEAD + text)
    lines = bulletin.text.split("\n")
    assert len(bulletin.line_kinds) == len(lines)
    assert all(
        (kind == "blank") == (not line.strip()) for kind, line in zip(bulletin.line_kinds, lines, strict=True)
    )
    last = 0
    for entry in bulletin.entries:
        first, end = entry.lines
        assert last < first <= end
        assert lines[first - 1].strip()
        assert lines[end - 1].strip()
        assert len(entry.text) == len(entry.offsets)
        last = end


@tried(80)
@given(texts)
def test_what_is_read_is_by_the_codebook(text):
    bulletin = read_bulletin("x.txt", HEAD + "[A story](#) of Alma Testova. " + text)
    coded = code(bulletin)
    assert CodedBulletin.model_validate(to_file(coded)) == coded
    for entry in coded.entries:
        for event in entry.events:
            for ground in (event.grounds or {}).values():
                assert 0 <= ground.span[0] <= ground.span[1] <= len(bulletin.text)


UNITS = {
    "no spaces": "x",
    "brackets": "[",
    "broken links": "[a](",
    "headings": "1. A\n",
    "quotes": "“A ",
    "capitals": "Abc ",
    "dates": "12 January ",
    "abbreviations": "A. ",
    "addresses": "a@b.",
    "articles": "Article 274 ",
    "roles": "editor of the newspaper ",
    "stories": "Journalist {n} was detained in Almaty by the police.\n\n",
    "kazakh": "Журналист Тестова {n} туралы айтты. ",
    "controls": "\x0b\x0c\x1c",
}


@pytest.mark.parametrize("name", sorted(UNITS))
def test_time_grows_with_the_text_and_no_faster(name):
    seconds = []
    for size in (40_000, 160_000):
        unit = UNITS[name]
        count = size // len(unit) + 1
        text = HEAD + "".join(unit.replace("{n}", str(n)) for n in range(count)) + "\n"
        started = time.process_time()
        bulletin = read_bulletin("x.txt", text)
        if len(bulletin.entries) < 50:  # many short entries are read at their own steady pace, below
            code(bulletin)
        seconds.append(time.process_time() - started)
    # Four times the text; a quadratic reader would take sixteen times as long.
    assert seconds[1] < max(0.5, 9 * seconds[0]), f"{name}: {seconds}"


def test_a_paragraph_of_ten_megabytes():
    text = HEAD + "Journalist Alma Testova was fined. " * 300_000
    started = time.process_time()
    coded = code(read_bulletin("x.txt", text))
    assert time.process_time() - started < 60
    assert coded.entries[0].events[0].note  # says that only its beginning was looked at
