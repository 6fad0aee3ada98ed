"""What a body's letter says of a request."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources

import pytest

from barometer.countries import country
from barometer.countries.refusals import Listing, against_law, refusal_grounds
from barometer.deadlines.answers import Verdict
from barometer.deadlines.cues import Phrases, said
from barometer.deadlines.replies import LONGEST, VERSION, read_reply, transfer_loop
from barometer.deadlines.values import Step, StepKind
from barometer.errors import UnknownValue


@pytest.mark.parametrize(
    "text", ["", "  \n", "Completed", "Исполнено.", "Орындалды", "Статус: Исполнено. Ответ: -"]
)
def test_a_status_without_an_answer_is_a_form_letter(text: str) -> None:
    found = read_reply(text, ["Сколько?"])
    assert found.kind == StepKind.FORM_LETTER
    assert [one.verdict for one in found.answers] == [Verdict.NOT]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The time for your answer is extended by 15 calendar days.", 15),
        ("The term is prolonged for another ten working days.", 10),
        ("Срок рассмотрения продлён на пятнадцать календарных дней.", 15),
        ("Срок продлён до 30 апреля.", None),
        ("Қарау мерзімі он жұмыс күніне ұзартылды.", 10),
        ("Қарау мерзімі күнтізбелік 15 күнге ұзартылды.", 15),
    ],
)
def test_days_of_an_extension(text: str, days: int | None) -> None:
    found = read_reply(text)
    assert (found.kind, found.days) == (StepKind.EXTENDED, days)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "Your request has been forwarded to the Ministry of Internal Affairs.",
            "Ministry of Internal Affairs",
        ),
        (
            "Your request has been forwarded to the Ministry of Invented Fields.",
            "Ministry of Invented Fields",
        ),
        (
            "Ваш запрос направлен по компетенции в Министерство внутренних дел.",
            "Ministry of Internal Affairs",
        ),
        ("Сауалыңыз Ойдан министрлігіне жіберілді.", "Ойдан министрлігіне"),
    ],
)
def test_the_body_that_a_request_was_passed_on_to(text: str, body: str) -> None:
    found = read_reply(text)
    assert (found.kind, found.body) == (StepKind.TRANSFERRED, body)


@pytest.mark.parametrize(
    "text",
    [
        "Your request was received on 4 March 2026 and registered under No. ЖТ-2026-00417.",
        "Ваш запрос поступил 4 марта 2026 года и зарегистрирован за № ЖТ-2026-00417.",
        "Сауалыңыз 2026 жылғы 4 наурызда келіп түсті және № ЖТ-2026-00417 болып тіркелді.",
    ],
)
def test_number_and_day_of_registration(text: str) -> None:
    found = read_reply(text)
    assert (found.kind, found.number, found.day) == (StepKind.REGISTERED, "ЖТ-2026-00417", date(2026, 3, 4))


def test_a_ground_has_its_words_and_the_provision_beside_them() -> None:
    text = "Данные досудебного расследования не подлежат разглашению согласно статье 201 УПК РК."
    [ground] = read_reply(text).grounds
    assert ground.code == "investigation"
    assert ground.provision == "KZ-CRIMPROC-201"
    assert "расследования" in text[ground.start : ground.end]
    assert 0 < ground.confidence < 1


def test_two_grounds_are_both_told() -> None:
    text = (
        "The minutes are for official use only and cannot be given. "
        "The list of names constitutes personal data and may not be given without consent."
    )
    assert {one.code for one in read_reply(text).grounds} == {"official_use", "personal_data"}


def test_a_letter_in_two_languages_is_read_in_both() -> None:
    text = "Сауалыңызға орай хабарлаймыз.\n\nСведения составляют налоговую тайну и выданы быть не могут."
    found = read_reply(text, language="kk")
    assert (found.kind, found.grounds[0].code) == (StepKind.REFUSED, "tax_bank_secret")


@pytest.mark.parametrize(
    "text",
    [
        "In 2025, 41 pre-trial investigations were registered and 12 cases went to court.",
        "Журналисты проходят по удостоверению, в 2025 году выдано 48 аккредитаций.",
        "2025 жылы дербес деректерді қорғау туралы 14 шешім шығарылды.",
    ],
)
def test_an_answer_about_secrets_is_no_refusal(text: str) -> None:
    found = read_reply(text)
    assert (found.kind, found.grounds) == (StepKind.ANSWERED, ())


def test_every_value_has_its_reason() -> None:
    found = read_reply("Срок рассмотрения Вашего запроса продлён на 15 дней.")
    assert {"extended", "days:15"} <= {one.value for one in found.reasons}
    assert {one.version for one in found.reasons} == {VERSION}


def test_of_a_long_text_the_beginning_is_read_and_that_is_said() -> None:
    found = read_reply("No. " * LONGEST)
    assert "cut" in {one.value for one in found.reasons}


def passed_on(*bodies: str) -> list[Step]:
    return [Step(StepKind.TRANSFERRED, date(2026, 3, 1), body=body) for body in bodies]


@pytest.mark.parametrize(
    ("bodies", "loop"),
    [
        ((), False),
        (("A",), False),
        (("A", "B"), False),
        (("A", "B", "a "), True),
        (("", "", ""), True),
        (("", ""), False),
    ],
)
def test_transfer_loop(bodies: tuple[str, ...], loop: bool) -> None:
    assert transfer_loop(passed_on(*bodies)) is loop


def test_back_to_the_body_that_was_asked_first_is_a_loop() -> None:
    assert transfer_loop(passed_on("B", "A"), asked="A")
    assert not transfer_loop(passed_on("B", "C"), asked="A")


# --- grounds against the law


def test_a_ground_that_no_lawyer_confirmed_is_not_called_listed() -> None:
    said_of = against_law("author")
    assert (said_of.listing, said_of.likely) == (Listing.UNCONFIRMED, Listing.NOT_LISTED)
    assert against_law("state_secret").listing == Listing.LISTED
    assert against_law("personal_data").listing == Listing.CONDITIONS


def test_every_ground_is_named_in_three_languages_and_of_a_known_law() -> None:
    for ground in refusal_grounds().values():
        assert set(ground.label) == set(ground.note) == {"en", "ru", "kk"}
        assert country().law_of(ground.provision), ground.code
        assert ground.source or not ground.confirmed


def test_unknown_ground_or_country() -> None:
    with pytest.raises(UnknownValue, match="official_use"):
        against_law("weather")
    with pytest.raises(UnknownValue):
        refusal_grounds("XX")


def test_phrases_and_country_name_the_same_grounds() -> None:
    file = resources.files("barometer.deadlines") / "data" / "grounds.toml"
    assert set(tomllib.loads(file.read_text(encoding="utf-8"))) == set(refusal_grounds()) - {"none"}


# --- phrases


@pytest.mark.parametrize(
    ("language", "phrase", "text", "found"),
    [
        ("ru", "служебного пользования", "для служебным пользованием.", "служебным пользованием"),
        ("ru", "не .. предостав*", "не можем Вам предоставить", "не можем Вам предоставить"),
        ("ru", "не .. предостав*", "не можем. Предоставить", ""),
        ("en", "state|official secret", "of Official secrets", "Official secrets"),
        ("kk", "*мейді", "ол берілмейді", "берілмейді"),
        ("kk", "құпия*", "құпиясына", "құпиясына"),
        ("en", "a .. b", "a 1 2 3 4 5 6 7 b", "a 1 2 3 4 5 6 7 b"),
        ("en", "a .. b", "a 1 2 3 4 5 6 7 8 b", ""),
    ],
)
def test_phrases(language: str, phrase: str, text: str, found: str) -> None:
    phrases = Phrases([("x", language, phrase, 1.0)])
    hits = [hit for one in said(text) for hit in phrases.find(one)]
    assert [text[hit.start : hit.end] for hit in hits] == ([found] if found else [])
