"""The data of cases: every type of the codebook has its place, every code that is named exists, every label is there."""

from __future__ import annotations

import pytest

from barometer.cases.contradictions import book
from barometer.cases.rules import rules, table
from barometer.cases.silence import orders
from barometer.codebook import LANGUAGES, codebook
from barometer.errors import UnknownValue

RULES = rules()


def test_every_type_of_the_codebook_has_its_place_and_no_other_does():
    known = set(RULES.effects) | set(RULES.outcomes) | RULES.nothing_lasting
    assert known == set(codebook().types)
    assert not (set(RULES.effects) | set(RULES.outcomes)) & RULES.nothing_lasting


def test_every_code_that_an_effect_names_exists():
    for effects in RULES.effects.values():
        for effect in effects:
            assert {effect.measure, *effect.measures} - {""} <= set(RULES.measures)
            if effect.proceeding:
                stages = RULES.proceedings[effect.proceeding].stages
                assert {effect.stage, effect.step, *effect.stages} - {""} <= set(stages)
            assert effect.measure or effect.proceeding
            assert effect.kind in codebook().kinds


def test_every_code_that_an_outcome_names_exists():
    every = {code for proceeding in RULES.proceedings.values() for code in proceeding.stages}
    for outcome in RULES.outcomes.values():
        assert {outcome.stage, *outcome.stages, *outcome.instead.values()} - {""} <= every
        assert set(outcome.instead) <= set(RULES.proceedings)
        assert outcome.alone_lifts in {"", *RULES.ladders}


def test_every_measure_is_on_a_ladder_that_exists_and_hangs_on_a_proceeding_that_exists():
    for measure in RULES.measures.values():
        assert measure.ladder in {"", *RULES.ladders}
        assert measure.hangs_on in {"", *RULES.proceedings}
    ranks = [m.rank for m in RULES.measures.values() if m.ladder == "liberty"]
    assert len(set(ranks)) == len(ranks)


def test_every_stage_has_a_rank_of_its_own_and_only_closing_stages_free():
    for proceeding in RULES.proceedings.values():
        ranks = [stage.rank for stage in proceeding.stages.values()]
        assert len(set(ranks)) == len(ranks)
        assert all(stage.closes for stage in proceeding.stages.values() if stage.frees)


def labels():
    for measure in RULES.measures.values():
        yield measure.code, measure.label
    for proceeding in RULES.proceedings.values():
        yield proceeding.code, proceeding.label
        yield from ((f"{proceeding.code} {code}", stage.label) for code, stage in proceeding.stages.items())
    yield from RULES.standings.items()
    yield from RULES.changes.items()
    yield from RULES.phrases.items()
    yield from ((code, kind.label) for code, kind in RULES.upcoming.items())
    yield from book().points.items()
    yield from book().words.items()
    yield from ((code, word.label) for code, word in (*book().roles.items(), *book().happenings.items()))
    yield from ((order.code, order.label) for order in orders())


@pytest.mark.parametrize(("code", "label"), list(labels()))
def test_every_label_is_there_in_three_languages(code, label):
    assert set(label) == set(LANGUAGES)
    assert all(text.strip() for text in label.values())


def test_the_types_of_contradictions_and_silences_are_the_codebook_s():
    data = table("contradictions.toml")
    named = {code for row in data["rivals"]["types"] for code in row}
    named |= {row["type"] for row in data["silence"]}
    named |= {code for row in data["silence"] for code in row["lifted_by"]}
    assert named <= set(codebook().types)


def test_the_months_are_twelve_in_every_language():
    assert {language: len(names) for language, names in RULES.months.items()} == dict.fromkeys(LANGUAGES, 12)


CUES = [
    ("criminal", "suspect", "named suspects in the case", True),
    ("criminal", "suspect", "unsuspecting readers", False),
    ("criminal", "in_court", "the case went to court", True),
    ("criminal", "charged", "ему предъявлено обвинение, он обвиняемый", True),
    ("criminal", "in_force", "приговор оставлен в силе", True),
    ("criminal", "amnestied", "рақымшылық бойынша босатылды", True),
    ("civil", "appeal", "the firm will appeal", False),
    ("civil", "appeal", "the firm appealed", True),
    ("civil", "withdrawn", "истец отозвал иск", True),
]


@pytest.mark.parametrize(("proceeding", "stage", "text", "there"), CUES)
def test_a_stage_is_known_by_the_beginnings_of_words(proceeding, stage, text, there):
    words = RULES.proceedings[proceeding].stages[stage].words
    assert bool(words.search(text.casefold())) is there


def test_a_code_that_does_not_exist_is_refused_in_words():
    with pytest.raises(UnknownValue, match="'banishment' is not a measure"):
        RULES.measure("banishment")
    with pytest.raises(UnknownValue, match="'ordeal' is not a kind of proceeding"):
        RULES.proceeding("ordeal")
