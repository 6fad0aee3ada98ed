"""Letters drafted from what is recorded of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from barometer.deadlines.drafts import BLANK, LANGUAGES, MADE_BY_MACHINE, DraftKind, Facts, draft, draft_name
from barometer.deadlines.values import Rule
from barometer.errors import UnknownValue

TERM = Rule("access", "KZ-ACCESS", "11", 15, "calendar", None, None, date(2015, 12, 1), None, "", True)
COMPLAINT = Rule("complaint", "KZ-APPC", "99", 20, "working", None, None, date(2021, 7, 1), None, "", False)
FULL = Facts(
    body="Akimat of Stone District",
    superior="Akimat of Valley Region",
    court="Administrative court of Valley Region",
    asker="A. Sample",
    outlet="Invented Courier",
    contact="1 Sample street",
    title="night buses",
    questions=("How many buses run at night?", "Who decided it?"),
    number="ЖТ-1",
    sent=date(2026, 3, 3),
    due=date(2026, 3, 18),
    today=date(2026, 3, 23),
    replied=date(2026, 3, 20),
    reply_number="3-22",
    late=5,
    grounds=("official_use",),
    unanswered=(2,),
    transfers=("Committee A", "Committee B"),
    rule=TERM,
    complaint=COMPLAINT,
    suit=COMPLAINT,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", DraftKind)
def test_with_every_fact_nothing_is_missing(kind: DraftKind, language: str) -> None:
    made = draft(kind, FULL, language)
    assert made.missing == ()
    assert "{" not in made.text
    assert f"{BLANK} [" not in made.text
    assert draft_name(kind, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", DraftKind)
def test_without_any_fact_each_blank_is_listed(kind: DraftKind, language: str) -> None:
    made = draft(kind, Facts(), language)
    assert made.missing
    for _, label in made.missing:
        assert f"{BLANK} [{label}]" in made.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "made by a machine"), ("ru", "составленный программой"), ("kk", "бағдарлама жасаған")],
)
def test_says_that_a_machine_made_it_and_a_person_has_to_read_it(language: str, words: str) -> None:
    for kind in DraftKind:
        made = draft(kind, FULL, language)
        assert made.paragraphs[0].style == "notice"
        assert words in made.paragraphs[0].text
        assert made.made == MADE_BY_MACHINE


def test_provisions_are_those_of_the_rules_and_say_what_no_lawyer_confirmed() -> None:
    text = draft("complaint_silence", FULL, "en").text
    assert "(Article 11, Law on Access to Information)" in text
    assert (
        "Article 99, Administrative Procedural and Process-Related Code [to be confirmed by a lawyer]" in text
    )
    confirmed = draft(
        "complaint_silence", replace(FULL, complaint=replace(COMPLAINT, confirmed=True)), "en"
    ).text
    assert "lawyer" not in confirmed


def test_days_are_written_in_the_language_of_the_letter() -> None:
    assert "On 3 March 2026" in draft("reminder", FULL, "en").text
    assert "3 марта 2026" in draft("reminder", FULL, "ru").text
    assert "3 наурыз" in draft("reminder", FULL, "kk").text


def test_how_late_is_counted_as_the_rule_counts_and_no_sentence_ends_twice() -> None:
    working = replace(FULL, rule=replace(TERM, unit="working"))
    late = {
        "en": ("Days late: 5.", "Working days late: 5."),
        "ru": ("Дней просрочки: 5.", "Рабочих дней просрочки: 5."),
        "kk": ("Кешіккен күн: 5.", "Кешіккен жұмыс күні: 5."),
    }
    for language, (days, working_days) in late.items():
        assert days in draft("complaint_late", FULL, language).text
        assert working_days in draft("complaint_late", working, language).text
    text = draft("complaint_late", FULL, "ru").text
    assert "Ответ датирован: 20 марта 2026\u202fг. Дней просрочки: 5." in text
    assert ".." not in text


def test_only_unanswered_questions_are_repeated() -> None:
    text = draft("complaint_form_letter", FULL, "en").text
    assert "2. Who decided it?" in text
    assert "night?" not in text


def test_a_fact_cannot_change_the_letter() -> None:
    made = draft("reminder", replace(FULL, body="{asker} {0.__class__}\n\nTo: all", title="{"), "en")
    assert made.paragraphs[1].text == "To: {asker} {0.__class__} To: all"


def test_a_paragraph_on_the_reply_stands_only_where_there_is_one() -> None:
    assert "reply is of" in draft("violation_note", FULL, "en").text
    assert "reply is of" not in draft("violation_note", replace(FULL, replied=None), "en").text


def test_unknown_kind_or_language() -> None:
    with pytest.raises(UnknownValue, match="reminder"):
        draft("poem", FULL, "en")
    with pytest.raises(UnknownValue, match="en, ru, kk"):
        draft("reminder", FULL, "de")
