"""No regular expression of the house grows much faster than the text that it is held against, whatever the text.

Each is tried with texts that are made from it: what comes before a repetition, then what repeats, then what fits nowhere.
"""

from __future__ import annotations

import re

import attacking
import pytest

#: Patterns that grow faster, and what keeps the texts short that they are held against.
BOUNDED = {
    "barometer.sources.mail._HEADS": "the first bytes of a file",
    "barometer.names.parts._CHILD_OF": "a part of one name",
    "barometer.publication.drafting.phrases._FORM": "a party's name",
    "barometer.publication.linking._SHORTENED": "a word",
    "barometer.reading.entry._SUES": "{0,200} signs of a sentence",
    "barometer.reading.helper._THOUGHT": "the answer of the desk's own model, of a limited length",
    "barometer.reading.law._PROPOSED": "30 signs before an article",
    "barometer.reading.lexicon._OPTIONAL": "the house's own word lists",
    "barometer.reading.mentions._LIST_BEFORE": "_LINE signs before a name",
    "barometer.reading.mentions._AND": "what stands between two names",
    "barometer.reading.signs._QUOTED": "{15,1000} signs of a quotation",
    "barometer.reading.when._UNTIL": "80 signs before a date",
    "barometer.sources.archive_bytes.HEADS": "{0,8000} signs of a line",
    "barometer.sources.archives._ARC_LINE": "a line of at most LONGEST_LINE bytes",
    "barometer.sources.feeds._DOCTYPE": "from the declaration on, three times at most",
    "barometer.sources.markup._META": "the first 4,096 bytes of a page",
    "barometer.pipeline.scan_page._CHARSET": "the first 4,096 bytes of a page",
    "barometer.web.mirror.rewriting._IN_STYLE": "the house's own style sheets",
    "barometer.publication.drafting.kazakh._LETTERS": "a name or a phrase of a draft",
    "barometer.publication.drafting.kazakh._CAPITALS": "a name or a phrase of a draft",
    "barometer.publication.linking._CLAUSE_END": "a word of a draft",
    "barometer.publication.linking._SENTENCE_END": "a few words of a draft",
    "barometer.reading.mentions._COMPANY_BEFORE": "60 signs before a name",
    "barometer.reach.classify._UNSEEN": "_LONG signs of a page",
    "barometer.reading.helper._FENCED": "the answer of the desk's own model, of a limited length",
    "barometer.reading.lexicon._NO_LETTERS": "the house's own word lists",
    "barometer.reading.tagger._IN_PARENTHESES": "a name that was found",
    "barometer.web.mirror.rewriting._CITED": "the house's own pages",
    "barometer.web.mirror.rewriting._SHARED": "the house's own pages",
    "publication/chart.py": "the house's own drawings",
    "reach/notices/fields.py": "a label of at most _LONGEST_LABEL signs",
    "reading/lexicon.py": "the house's own word lists",
    "sources/letter.py": "a sentence of at most 2,000 signs",
    "pipeline/cells.py": "a date of at most LONGEST_DATE signs",
    "publication/compose.py": "the title of a section",
    "reading/mentions.py": "24 signs before a name",
    "reading/signs_named.py": "40 signs between two names",
    "reading/signs_placed.py": "16 signs before a date or a place",
}


def slow(sizes: tuple[int, int] | tuple[int, int, int], least: float) -> list[str]:
    """What grew too fast and is not bounded; linear is four times for four times the text, sorting a little more."""
    told = []
    for one in attacking.written():
        if one.where.partition(":")[0] not in BOUNDED and (
            found := attacking.slowest(one, sizes, least, 9.0)
        ):
            told.append(found)
    return told


@pytest.fixture
def collected() -> list[attacking.Written]:
    return attacking.written()


def test_no_pattern_is_slow_on_a_short_hostile_text():
    assert not slow((500, 2_000), 0.02)


@pytest.mark.long
def test_no_pattern_is_slow_on_a_long_hostile_text():
    assert not slow((10_000, 20_000, 40_000), 0.2)


def test_patterns_are_found_and_slow_ones_are_noticed(collected):
    assert len(collected) > 400
    assert {"barometer.reading.law._PATTERNS", "barometer.sources.feeds._ENTITY"} <= {
        one.where for one in collected
    }
    for pattern in (r"(a+)+$", r"\s*x", r"<t[^>]*>.*?</t>", r"(\w+)\s+$"):
        one = attacking.Written("here", re.compile(pattern))
        assert attacking.slowest(one, (2_000, 8_000), 0.003, 9.0), pattern
    for pattern in (r"[a-z]+@[a-z]{1,20}", r"(?:ab)+c"):
        one = attacking.Written("here", re.compile(pattern), from_the_start=True)
        assert not attacking.slowest(one, (1_000, 4_000), 0.02, 9.0), pattern


def test_what_is_said_to_be_bounded_is_there(collected):
    there = {one.where.partition(":")[0] for one in collected}
    assert BOUNDED.keys() <= there, BOUNDED.keys() - there
