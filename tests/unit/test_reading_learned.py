"""The learned half of the reader: what it looks at, and that its weights are those of its examples."""

from __future__ import annotations

import pytest

from barometer.codebook import codebook
from barometer.reading.learned import NOTHING, examples_digest, features, learned_from, likely, model


def test_names_and_figures_are_no_features():
    found = features("On 12 May reporter Alma Testova was fined 100,000 tenge by a court in Taraz.", "en")
    assert {"report", "fine", "court"} <= set(found)
    assert not {"alma", "testova", "taraz", "12", "100", "may"} & set(found)


def test_a_word_at_the_head_of_a_sentence_is_no_name():
    assert "judg" in features("Judges left. Judges came back.", "en")
    assert features("Judges left. Judges came back.", "en")["judg"] == 2


@pytest.mark.parametrize(
    ("language", "sentence", "type_"),
    [
        ("en", "Officers turned the flat of the blogger upside down and carried off two laptops.", "legal.search_seizure"),
        ("en", "The ministry has kept silent about the letter of the newsroom for three months.", "information.no_reply"),
        ("ru", "Прессу не допустили на встречу акима с жителями.", "obstruction.access_denied"),
        ("ru", "Суд поместил редактора под домашний арест на два месяца.", "legal.house_arrest"),
        ("kk", "Хакерлер журналистің Telegram-дағы аккаунтын бұзып алды.", "digital.account_hacking"),
        ("kk", "Министрлік журналистің сауалына жауап бермеді.", "information.no_reply"),
    ],
)  # fmt: skip
def test_a_sentence_is_like_the_examples_of_its_type(language, sentence, type_):
    found = likely(sentence, language)
    assert max(found, key=lambda code: found[code]) == type_


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_it_knows_the_codebooks_types_and_no_other(language):
    known = set(model(language).labels) - {NOTHING}
    assert known == set(codebook().types)


@pytest.mark.parametrize("sentence", ["", "   ", "12 345", "\u202e\u200b", "[" * 10_000, "х" * 100_000])
def test_what_says_nothing_is_like_nothing(sentence):
    assert sum(likely(sentence, "ru").values()) <= 1
    assert likely(sentence, "en") == {} or max(likely(sentence, "en").values()) < 0.5


def test_the_weights_are_those_of_the_examples():
    assert learned_from() == examples_digest()
