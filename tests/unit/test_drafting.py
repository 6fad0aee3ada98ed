"""Drafting: paragraphs, a person's paragraph on a day, inflection, figures, and the data of the sentences."""

from __future__ import annotations

import re
from datetime import date
from time import process_time

import pytest

from barometer.cases.rules import rules
from barometer.cases.values import Case, CaseEvent
from barometer.codebook import LANGUAGES, Event, EventDate, Place, codebook
from barometer.errors import UnknownValue
from barometer.publication.drafting import (
    draft_item,
    draft_person,
    figure_names,
    figure_sentence,
    kazakh,
    russian,
)
from barometer.publication.drafting.days import when
from barometer.publication.drafting.templates import data, table
from barometer.publication.drafting.where import where

DINA = {"name": "Dina Qiyalova", "written": "Дины Кияловой", "type": "journalist"}
LATER = date(2031, 12, 31)


def event(*types, **fields):
    kind = "relief" if types[0].startswith("outcome") else "violation"
    fields = {"phase": "ended" if kind == "relief" else "imposed", "targets": [DINA], **fields}
    return Event(kind=kind, types=types, **fields)


# --- paragraphs -------------------------------------------------------------------------------------------

STORY = (
    event("legal.house_arrest", date="2031-03-17", place={"name": "Almaty"}, provisions=["KZ-CC-274"]),
    event("obstruction.equipment", date="2031-03-17", place={"name": "Almaty"}),
    event("legal.criminal_case", date="2031-02", provisions=["KZ-CC-274"], background=True),
)


def test_what_was_said_is_not_said_again():
    assert draft_item(STORY, "en").text == (
        "On 17 March 2031, journalist Dina Qiyalova was placed under house arrest in Almaty under Article 274 of the"
        " Criminal Code (“Dissemination of knowingly false information”). On the same day, equipment of Qiyalova was"
        " seized or damaged. Earlier, in February 2031, a criminal case was opened against Qiyalova under Article 274"
        " of the Criminal Code."
    )


def test_a_spelling_of_one_event_serves_the_others_and_is_brought_to_its_plain_form():
    short = event("legal.fine", targets=[{**DINA, "written": "Киялову"}])
    assert draft_item([short, event("legal.detention")], "ru").text == (
        "Оштрафовали журналистку Дину Киялову. Задержали Киялову."
    )


def test_where_all_is_one_side_s_word_every_sentence_says_so():
    told_so = event("legal.detention", "obstruction.equipment", alleged=True, people_hit=4)
    assert draft_item([told_so], "en").text == (
        "Journalist Dina Qiyalova was reportedly detained. There were also reports of the seizure or damaging of"
        " equipment. Reportedly, at least four people were affected in all."
    )
    assert draft_item([told_so], "ru").text == (
        "Как сообщается, задержали журналистку Дину Киялову. Сообщается также об изъятии или порче техники."
        " Как сообщается, всего пострадали не менее 4 человек."
    )


def test_a_company_that_no_law_lets_decide_has_asked_for_it():
    case = event("legal.criminal_case", actors=[{"name": "Bos Qural", "type": "company"}])
    assert draft_item([case], "en").text == (
        "A criminal case was opened against journalist Dina Qiyalova following a complaint by Bos Qural."
    )


def test_the_linked_words_are_the_action_of_their_event():
    draft = draft_item(STORY, "en")
    assert [(draft.text[start:end], place) for start, end, place in draft.links] == [
        ("under house arrest", 0),
        ("equipment", 1),
        ("a criminal case was opened", 2),
    ]


def test_nothing_is_drafted_from_nothing_and_not_in_another_language():
    assert draft_item([], "kk").text == ""
    with pytest.raises(UnknownValue, match="'de'"):
        draft_item(STORY, "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_event_has_its_sentences(language):
    rows = table(language)["type"]
    assert {key.partition("/")[0] for key in rows} - {"context"} == set(codebook().types)
    for key, row in rows.items():
        assert "none" in row and ("/" in key or "also" in row), key
        for name in set(row) - {"also"}:
            assert row[name].count("[") == row[name].count("]") == 1, (key, name)
            slots = set(re.findall(r"\{(\w+)", row[name]))
            assert slots <= {"who", "by", "asker", "sum", "term", "lifted"}, (key, name)
            assert ("by" in slots) is name.endswith("by"), (key, name)


@pytest.mark.parametrize(
    ("name", "type_", "english", "in_russian", "in_kazakh"),
    [
        ("a journalist", "journalist", "A journalist was detained.", "Задержали журналиста.", "Журналист ұсталды."),
        ("журналистка (2)", "journalist", "A journalist (2) was detained.", "Задержали журналистку (2).", "Журналист (2) ұсталды."),
        ("журналистің қызы", "relative", "The daughter of a journalist was detained.", "Задержали дочь журналиста.", "Журналистің қызы ұсталды."),
        ("a minor", "relative", "A minor was detained.", "Задержали несовершеннолетнего.", "Кәмелетке толмаған адам ұсталды."),
        ("█████ (2031-04-05)", "blogger", "A blogger was detained.", "Задержали блогера.", "Блогер ұсталды."),
        ("an unnamed nurse", "source", "An unnamed nurse was detained.", "Задержали источник журналиста.", "Журналистің ақпарат көзі ұсталды."),
    ],
)  # fmt: skip
def test_who_is_not_named_is_called_by_the_words_for_it(name, type_, english, in_russian, in_kazakh):
    hidden = event("legal.detention", targets=[{"name": name, "written": "-", "type": type_}])
    assert [draft_item([hidden], language).text for language in LANGUAGES] == [english, in_russian, in_kazakh]


# --- a person on a day ------------------------------------------------------------------------------------


def told(ident, *types, known=LATER, sources=("bulletin",), **fields):
    return CaseEvent(ident, event(*types, **fields), sources, known)


ARREST = told(
    "a",
    "legal.house_arrest",
    date="2031-03-17",
    upcoming=[{"date": "2031-05-17", "what": "end of house arrest"}],
)
CHARGE = CaseEvent(
    "b",
    event(
        "legal.criminal_case",
        date="2031-03",
        provisions=["KZ-CC-274"],
        actors=[{"name": "Bos Qural", "type": "company", "role": "complainant"}],
    ),
    ("bulletin",),
    LATER,
    stage="charged",
)
FREED = told("c", "outcome.released", "legal.house_arrest", date="2031-04-20")


def test_a_person_as_the_case_stands_on_the_day():
    case = Case("qiyalova", (ARREST, CHARGE))
    draft = draft_person(case, "Dina Qiyalova", date(2031, 4, 1), "en")
    assert draft.text == (
        "Journalist Dina Qiyalova has been under house arrest since 17 March 2031 (the term runs until 17 May 2031)."
        " Qiyalova was charged under Article 274 of the Criminal Code (“Dissemination of knowingly false information”)"
        " in March 2031. The case followed a complaint by Bos Qural. As of 1 April 2031, Qiyalova had been deprived of"
        " liberty for 16 days. The term of the house arrest ends on 17 May 2031."
    )
    assert [(draft.text[start:end], case.events[place].id) for start, end, place in draft.links] == [
        ("under house arrest", "a"),
        ("charged", "b"),
    ]


def test_the_same_in_russian_and_kazakh():
    case = Case("qiyalova", (ARREST,))
    day = date(2031, 4, 1)
    assert draft_person(case, "Dina Qiyalova", day, "ru").text == (
        "Журналистка Дина Киялова находится под домашним арестом с 17 марта 2031 года (срок — до 17 мая 2031 года)."
        " По состоянию на 1 апреля 2031 года Киялова лишена свободы 16 дней."
        " Срок домашнего ареста истекает 17 мая 2031 года."
    )
    assert draft_person(case, "Dina Qiyalova", day, "kk", {"Dina Qiyalova": "Дина Қиялова"}).text == (
        "Журналист Дина Қиялова 2031 жылғы 17 наурыздан бастап үйқамақта отыр (мерзімі — 2031 жылғы 17 мамырға дейін)."
        " 2031 жылғы 1 сәуірдегі жағдай бойынша Қиялова 16 күн бойы бас бостандығынан айырылған."
        " Үйқамақ мерзімі 2031 жылғы 17 мамырда аяқталады."
    )


def test_a_changed_case_changes_the_paragraph():
    case = Case("qiyalova", (ARREST, FREED))
    assert draft_person(case, "Dina Qiyalova", date(2031, 5, 1), "en").text == (
        "Journalist Dina Qiyalova was under house arrest from 17 March 2031 until 20 April 2031."
        " In all, Qiyalova was deprived of liberty for at least 35 days."
    )
    assert "has been under house arrest" in draft_person(case, "Dina Qiyalova", date(2031, 4, 1), "en").text


def test_a_measure_whose_end_is_not_known_is_not_said_to_stand():
    case = Case("qiyalova", (told("a", "legal.house_arrest", date="2031-03-17"),))
    assert draft_person(case, "Dina Qiyalova", date(2031, 6, 1), "en").text == (
        "Journalist Dina Qiyalova was placed under house arrest on 17 March 2031; its end has not been reported."
    )


def test_one_side_is_marked_as_one_side():
    case = Case("qiyalova", (told("a", "legal.travel_ban", date="2031-03-05", alleged=True),))
    for language, mark in (("en", "reportedly"), ("ru", "Как сообщается,"), ("kk", "Хабарлауынша,")):
        assert mark in draft_person(case, "Dina Qiyalova", date(2031, 4, 1), language).text


def test_what_sources_say_differently_is_not_asserted():
    other = told("z", "legal.house_arrest", date="2031-03-19", sources=("letter",))
    same = CaseEvent("z", other.event, ("letter",), LATER, same_as="a")
    case = Case("qiyalova", (ARREST, same))
    text = draft_person(case, "Dina Qiyalova", date(2031, 4, 1), "en").text
    assert "under house arrest" in text
    assert "17 March" not in text and "19 March" not in text


def test_of_what_has_not_happened_yet_nothing_is_said():
    case = Case("qiyalova", (ARREST,))
    assert draft_person(case, "Dina Qiyalova", date(2031, 3, 1), "en").text == (
        "As of 1 March 2031, the record has no measure and no proceeding against journalist Dina Qiyalova."
    )


def test_every_sentence_of_a_person_is_of_a_measure_or_a_stage_that_there_is():
    assert set(data("person.toml")["measure"]) <= set(rules().measures)
    for key in data("person.toml")["stage"]:
        proceeding, stage = key.split(".")
        assert stage in rules().proceedings[proceeding].stages


# --- inflection -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "case", "possessed", "wanted"),
    [
        ("Алматы", "loc", False, "Алматыда"),
        ("Тараз", "loc", False, "Таразда"),
        ("Ақмола облысы", "loc", True, "Ақмола облысында"),
        ("Әділет министрлігі", "dat", True, "Әділет министрлігіне"),
        ("полиция департаменті", "abl", True, "полиция департаментінен"),
        ("журналист", "gen", False, "журналистің"),
        ("журналист", "dat", False, "журналиске"),
        ("журналист", "acc", False, "журналисті"),
        ("журналистер", "dat", False, "журналистерге"),
        ("Әсем Қиялқызы", "gen", False, "Әсем Қиялқызының"),
        ("Айдос Сарым", "acc", False, "Айдос Сарымды"),
        ("Мұрат Құлыбек", "gen", False, "Мұрат Құлыбектің"),
        ("БАҚ", "dat", False, "БАҚ-қа"),
        ("Oyla", "acc", False, "Oyla"),
    ],
)
def test_kazakh_endings(phrase, case, possessed, wanted):
    assert kazakh.inflected(phrase, case, possessed) == wanted


@pytest.mark.parametrize(
    ("phrase", "case", "wanted"),
    [
        ("Министерство иностранных дел", "dat", "Министерству иностранных дел"),
        ("Восточно-Казахстанская область", "loc", "Восточно-Казахстанской области"),
        ("следственный суд", "ins", "следственным судом"),
        ("комиссия избирательного участка № 9", "acc", "комиссию избирательного участка № 9"),
        ("Bos Qural", "gen", "Bos Qural"),
    ],
)
def test_russian_phrases(phrase, case, wanted):
    assert russian.phrase(phrase, case) == wanted


@pytest.mark.parametrize(
    ("name", "sex", "case", "wanted"),
    [
        ("Дина Киялова", "f", "ins", "Диной Кияловой"),
        ("Сауле Ойдан", "f", "dat", "Сауле Ойдан"),
        ("Тимур Эртеков", "m", "acc", "Тимура Эртекова"),
        ("Дархан Омирбек", "m", "gen", "Дархана Омирбека"),
        ("Вадим Выдумко", "m", "gen", "Вадима Выдумко"),
        ("Әсем Қиялқызы", "f", "gen", "Әсем Қиялқызы"),
        ("Dina Qiyalova", "f", "gen", "Dina Qiyalova"),
        ("Дина Киялова", "", "gen", "Дина Киялова"),
    ],
)
def test_russian_names(name, sex, case, wanted):
    assert russian.person(name, sex, case) == wanted


@pytest.mark.parametrize(
    ("place", "english", "in_russian", "in_kazakh"),
    [
        (Place(name="Almaty"), "in Almaty", "в Алматы", "Алматыда"),
        (Place(name="Petropavlovsk"), "in Petropavlovsk", "в Петропавловске", "Петропавлда"),
        (Place(region="KZ-10"), "in Abai Region", "в области Абай", "Абай облысында"),
        (Place(country="UZ"), "in Uzbekistan", "в Узбекистане", "Өзбекстанда"),
        (Place(name="Qiyalkent"), "in Qiyalkent", "в Qiyalkent", "Qiyalkent елді мекенінде"),
        (Place(name="Qiyalkent", region="KZ-31"), "in Qiyalkent", "в Жамбылской области", "Жамбыл облысында"),
        (Place(), "", "", ""),
        (None, "", "", ""),
    ],
)
def test_places(place, english, in_russian, in_kazakh):
    assert (where(place, "en"), where(place, "ru"), where(place, "kk")) == (english, in_russian, in_kazakh)


@pytest.mark.parametrize(
    ("iso", "english", "in_russian", "in_kazakh"),
    [
        ("2031-05-09", "on 9 May 2031", "9 мая 2031 года", "2031 жылғы 9 мамырда"),
        ("2031-08", "in August 2031", "в августе 2031 года", "2031 жылғы тамызда"),
        ("2031", "in 2031", "в 2031 году", "2031 жылы"),
        ("2031-03-05/2031-03-09", "between 5 and 9 March 2031", "с 5 по 9 марта 2031 года", "2031 жылғы 5–9 наурыз аралығында"),
        ("2030-12/2031-02", "between December 2030 and February 2031", "с декабря 2030 года по февраль 2031 года", "2030 жылғы желтоқсан – 2031 жылғы ақпан аралығында"),
        ("2029/2031", "between 2029 and 2031", "с 2029 года по 2031 год", "2029–2031 жылдар аралығында"),
    ],
)  # fmt: skip
def test_dates(iso, english, in_russian, in_kazakh):
    found = EventDate.parse(iso)
    assert (when(found, "en"), when(found, "ru"), when(found, "kk")) == (english, in_russian, in_kazakh)


def test_a_draft_takes_no_five_milliseconds():
    draft_item(STORY, "en"), draft_item(STORY, "ru"), draft_item(STORY, "kk")
    before = process_time()
    for _ in range(20):
        for language in LANGUAGES:
            draft_item(STORY, language)
    assert process_time() - before < 0.3


# --- figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "number", "english", "in_russian", "in_kazakh"),
    [
        ("journalists", 1, "1 journalist", "1 журналист", "1 журналист"),
        ("journalists", 3, "3 journalists", "3 журналиста", "3 журналист"),
        ("journalists", 17, "17 journalists", "17 журналистов", "17 журналист"),
        ("journalists", 21, "21 journalists", "21 журналист", "21 журналист"),
        ("open_cases", 112, "112 open cases", "112 незавершённых дел", "112 аяқталмаған іс"),
        ("new_violations", 1204, "1,204 new violations", "1 204 новых нарушения", "1 204 жаңа бұзушылық"),
        ("people", 0, "0 people", "0 человек", "0 адам"),
    ],
)
def test_a_number_has_its_noun(name, number, english, in_russian, in_kazakh):
    said = [figure_sentence(name, number, language) for language in LANGUAGES]
    assert said == [english, in_russian, in_kazakh]


def test_only_what_is_in_the_list_is_counted():
    assert {"new_violations", "relief_events", "people_hit_at_least", "open_cases"} <= set(figure_names())
    with pytest.raises(UnknownValue, match="'{{x}}'"):
        figure_sentence("{{x}}", 1, "en")
    with pytest.raises(UnknownValue, match="'de'"):
        figure_sentence("people", 1, "de")
