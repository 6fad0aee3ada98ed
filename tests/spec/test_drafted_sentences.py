"""Drafted sentences word for word, as a careful editor of each language wrote them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from barometer.codebook import LANGUAGES, Event, codebook
from barometer.publication.drafting import draft_item

TABLE = tomllib.loads((Path(__file__).parent / "drafted_sentences.toml").read_text(encoding="utf-8"))
ROWS = TABLE["sentence"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=[row["about"] for row in ROWS])
def test_it_reads_as_the_editor_wrote_it(row, language):
    event = Event.model_validate(row["event"])
    draft = draft_item([event], language, TABLE["names"].get(language))
    assert draft.text == row[language]
    [(start, end, place)] = draft.links
    assert place == 0
    assert draft.text[start:end].strip() == draft.text[start:end] != ""


def test_the_table_has_every_section_of_the_bulletin():
    types = codebook().types
    assert {types[row["event"]["types"][0]].section for row in ROWS} == set(codebook().sections)
