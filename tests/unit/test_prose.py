"""Sentences of figures: worked out by hand, in three languages, and never more than the report says."""

from __future__ import annotations

from datetime import date

import pytest
from test_indicators_numbers import ROWS, TARGET, _event, _row

from barometer.codebook import LANGUAGES
from barometer.errors import UnknownValue
from barometer.indicators.report import Effort, Given, Site, report
from barometer.publication.prose import sentences

BEFORE = [_row(f"p{n}", _event(["digital.ddos"], day="2030-11-05", targets=TARGET)) for n in range(12)]


def made(day=date(2031, 4, 20), **more):
    given = {"rows": ROWS, "before": BEFORE, "answered": (3, 10)} | more
    return report("2031Q1", Given(**given), day)


def test_each_sentence_has_its_numbers_its_unit_and_its_ground():
    said = sentences(
        made(effort=Effort(4, None, 9), sites=[Site("qiyal.example", 1.5, 3, 100, 2060, 9, 10)]), "en"
    )
    assert [one.text for one in said] == [
        "For the first quarter of 2031, 3 new violations, 1 further step and 1 restriction lifted are on record.",
        "That is clearly fewer new violations than in the fourth quarter of 2030: 3 after 12 (ratio of the rates by day 0 to 0.9).",
        # Attacks on sites fell from 12 to 1, and with them their section; that 12 became 3 where no place is given is no
        # more than chance among so many lines.
        "Of sections, types and regions, all minded at once, 2 changed clearly.",
        "More watching finds more: sources watched 4 (before: not known), leads read 9 (before: not known).",
        "Of 2 new violations whose decider is known, 2 were decided or done by the state (100%; 95% interval: 16% to 100%).",
        "Of 10 requests for information that were due, 3 were answered in time (30%; 95% interval: 7% to 65%).",
        "Watched sites could not be reached for 1.5 of 100 hours looked at; of 3 more hours of outages nobody knows, and for 2,060 hours nobody looked.",
    ]
    assert (said[0].figures, said[0].events) == (
        ("new_violations", "steps", "relief"),
        ("a", "b", "c", "d", "e"),
    )
    assert said[4].events == ("a", "b")


def test_no_clear_change_is_said_and_a_quarter_that_lasts_too():
    said = [one.text for one in sentences(made(before=BEFORE[:3]), "en")]
    assert said[1].startswith(
        "There is no clear change in new violations against the fourth quarter of 2030: 3 after 3"
    )
    assert sentences(made(date(2031, 1, 30)), "en")[0].text == (
        "The quarter is not over: all figures are up to 30 January 2031."
    )
    assert sentences(made(before=()), "en")[1].text == (
        "No new violation is on record for the fourth quarter of 2030, so nothing is compared."
    )
    # Where nothing is on record of the quarter itself, that of the one before is not denied.
    assert "for the first quarter of 2031, so" in sentences(made(rows=()), "en")[1].text


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (
            "ru",
            "За первый квартал 2031 года зафиксировано: 3 новых нарушения, 1 дальнейший шаг, 1 снятое ограничение.",
        ),
        (
            "kk",
            "2031 жылғы бірінші тоқсан бойынша тіркелгені: 3 жаңа бұзушылық, 1 кейінгі қадам, 1 жойылған шектеу.",
        ),
    ],
)
def test_the_same_is_said_in_other_languages(language, first):
    said, english = sentences(made(), language), sentences(made(), "en")
    assert said[0].text == first
    assert [(one.figures, one.events) for one in said] == [(one.figures, one.events) for one in english]
    assert not any("{" in one.text for one in said)


def test_every_language_has_every_sentence():
    from barometer.publication.prose import _words

    assert len({frozenset(_words(language)) for language in LANGUAGES}) == 1
    with pytest.raises(UnknownValue, match="language 'de'"):
        sentences(made(), "de")
