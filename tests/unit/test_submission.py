"""A submission answers what the record answers, tells what is missing, and keeps to the limit of words."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

from barometer.errors import TooLarge, UnknownValue
from barometer.publication.submission import (
    Agreed,
    Document,
    Dossier,
    Told,
    count_words,
    fill,
    mandate,
    mandates,
    to_word,
)

DOSSIER = Dossier(
    case="oydan-274",
    language="en",
    day=date(2031, 6, 2),
    day_words="2 June 2031",
    people=("Saule Oydan, media director",),
    country="Kazakhstan",
    events=(
        Told(
            "17 March 2031",
            "Taraz",
            "House arrest",
            "The court placed her under house arrest.",
            False,
            ("Bulletin A",),
        ),
        Told("", "", "Threat: Saule Oydan", "", True),
    ),
    actors=("Invented City Court: decider",),
    measures=("Saule Oydan: custody, 20 May 2031, 14 days, in force",),
    consents=(Agreed("Saule Oydan", "1 June 2031", "in writing"),),
    documents=(
        Document("the court", "https://example.org/1", "2031-03-18", "ab" * 32),
        Document("her lawyer", "https://example.org/2"),
    ),
)


def text_of(data):
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_the_fields_of_each_body_are_whole_in_both_languages():
    assert list(mandates()) == ["unsr-foe", "wgad", "upr", "hrc"]
    fills = {
        "people",
        "incidents",
        "facts",
        "actors",
        "provisions",
        "state",
        "remedies",
        "consent",
        "documents",
        "arrest",
        "detention",
        "state_party",
        "",
    }
    for body in mandates().values():
        assert body.source and set(body.title) == {"en", "ru"}
        for one in body.fields:
            assert set(one.label) == set(one.ask) == {"en", "ru"} and one.fill in fills
    # what nobody may leave out: who, what, when, by whom, and that they agreed
    for code in ("unsr-foe", "wgad", "hrc"):
        assert {"victim", "facts", "consent", "remedies", "submitter"} <= {
            one.code for one in mandate(code).fields
        }
    assert (mandate("upr").limit(joint=False), mandate("upr").limit(joint=True)) == (2815, 5630)


def test_what_the_record_does_not_tell_is_missing_until_somebody_tells_it():
    made = fill(mandate("unsr-foe"), DOSSIER)
    assert [one.code for one in made.missing] == [
        "victim_details",
        "provisions",
        "remedies",
        "submitter",
        "action",
    ]
    given = {"submitter": "An invented organisation.\n\nIts address.", "action": "A letter of allegation."}
    made = fill(mandate("unsr-foe"), DOSSIER, given)
    assert [one.code for one in made.missing] == ["victim_details", "provisions", "remedies"]
    said = text_of(to_word(made))
    for words in (
        "Saule Oydan, media director", "17 March 2031, Taraz: The court placed her under house arrest. Sources: Bulletin A.",
        "Threat: Saule Oydan (alleged by one side)", "Saule Oydan: agreed on 1 June 2031 (in writing).", "Its address.",
        "ab" * 32, "no copy", "https://example.org/2", "[To be filled in] The articles of law", "Check it against the current form",
    ):  # fmt: skip
        assert words in said, words
    assert to_word(made) == to_word(fill(mandate("unsr-foe"), DOSSIER, given))


def test_words_are_counted_and_the_limit_holds():
    assert count_words("one two\nthree – four") == 5
    base = fill(mandate("upr"), DOSSIER)
    # by hand: each answered field with its heading, but for keywords and the list of sources
    counted = ["The case", "Saule Oydan, media director", "Facts in chronological order",
               "17 March 2031, Taraz: The court placed her under house arrest. Sources: Bulletin A.",
               "Threat: Saule Oydan (alleged by one side)", "Where the case stands",
               "Saule Oydan: custody, 20 May 2031, 14 days, in force", "Consent",
               "Saule Oydan: agreed on 1 June 2031 (in writing)."]  # fmt: skip
    assert base.words == sum(len(one.split()) for one in counted) == 55
    room = 2815 - 55 - 1  # the heading "Recommendations"
    fits = fill(mandate("upr"), DOSSIER, {"recommendations": "word " * room})
    assert fits.words == fits.limit == 2815
    with pytest.raises(TooLarge, match="2,816 words; upr takes 2,815"):
        fill(mandate("upr"), DOSSIER, {"recommendations": "word " * (room + 1)})
    assert fill(mandate("upr"), DOSSIER, {"recommendations": "word " * (room + 1)}, joint=True).limit == 5630
    assert fill(mandate("unsr-foe"), DOSSIER, {"action": "word " * 3500}).limit == 0


def test_unknown_bodies_fields_and_languages_are_refused():
    with pytest.raises(UnknownValue, match="take one of unsr-foe"):
        mandate("icc")
    with pytest.raises(UnknownValue, match="no field 'diagnosis'"):
        fill(mandate("wgad"), DOSSIER, {"diagnosis": "x"})
    from dataclasses import replace

    with pytest.raises(UnknownValue, match="'kk'"):
        fill(mandate("wgad"), replace(DOSSIER, language="kk"))
