"""Where prose and record part: what is altered is found, what only says it in other words is not."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from barometer.codebook import LANGUAGES, CodedBulletin, Event
from barometer.publication.drafting import DATE, NAME, NUMBER, PROVISION, draft_item, misfits

TABLE = tomllib.loads(
    (Path(__file__).parents[1] / "spec" / "drafted_sentences.toml").read_text(encoding="utf-8")
)

EVENT = Event(
    kind="violation",
    types=("legal.house_arrest",),
    phase="imposed",
    date="2031-03-17",
    place={"name": "Almaty"},
    targets=(
        {"name": "Dina Qiyalova", "written": "Дины Кияловой", "type": "journalist"},
        {"name": "Oyla", "written": "Ойла", "type": "outlet"},
    ),
    actors=({"name": "Bos Qural", "type": "company", "role": "complainant"},),
    provisions=("KZ-CC-274",),
    people_hit=3,
    amounts=({"what": "fine", "value": 129750, "unit": "KZT"},),
    upcoming=({"date": "2031-05-17", "what": "end of house arrest"},),
    summary="The report of 2 March was about 16 wells.",
)

SAME = {
    "en": [
        "A court in Almaty locked Dina Qiyalova of Oyla up at home on 17 March 2031; she is to stay there until 17 May.",
        "Qiyalova, like two colleagues, is accused under Art. 274 of the Criminal Code. It began with Bos Qural.",
        "In March 2031 three journalists were hit; the fine was 129,750 tenge, the house arrest is to last two months.",
        "Her report of 2 March told of 16 wells. That was in 2031.",
    ],
    "ru": [
        "17.03.2031 суд в Алматы отправил Дину Киялову из издания «Ойла» под домашний арест до 17 мая 2031 г.",
        "Кияловой вменяют ст. 274 УК: распространение заведомо ложной информации. Заявителем была компания «Bos Qural».",
        "В марте 2031 года пострадали трое журналистов, штраф составил 129 750 тенге, арест продлится два месяца.",
    ],
    "kk": [
        "2031 жылғы 17 наурызда Алматыда сот «Ойла» басылымының журналисі Дина Қиялованы үйқамаққа жіберді.",
        "Қияловаға ҚК 274-бабы бойынша күдік келтірілген, үйқамақ 17 мамырға дейін созылады.",
        "Наурызда үш журналист зардап шекті, айыппұл — 129 750 теңге.",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, some in SAME.items() for text in some])
def test_other_words_for_the_same_are_no_misfit(language, text):
    assert misfits(text, [EVENT], language) == ()


@pytest.mark.parametrize(
    ("language", "text", "kind", "words"),
    [
        ("en", "Qiyalova was locked up on 18 March 2031.", DATE, "18 March 2031"),
        ("en", "Qiyalova was locked up in April.", DATE, "in April"),
        ("en", "That was in 2029, said Qiyalova.", DATE, "2029"),
        ("en", "Journalist Timur Ertekov was locked up.", NAME, "Timur Ertekov"),
        ("en", "Journalist Dina Ertekova was locked up.", NAME, "Dina Ertekova"),
        ("en", "The newspaper Vlast reported on Qiyalova.", NAME, "Vlast"),
        ("en", "She is accused under Article 275 of the Criminal Code.", PROVISION, "Article 275"),
        (
            "en",
            "She is accused under Article 274, part 4, of the Criminal Code.",
            PROVISION,
            "Article 274, part 4",
        ),
        ("en", "She is accused of inciting social discord and inter-ethnic discord.", PROVISION, ""),
        ("en", "Seven journalists were hit.", NUMBER, "Seven"),
        ("en", "The fine was 129,751 tenge.", NUMBER, "129,751 tenge"),
        ("ru", "Её задержали 18 марта 2031 г.", DATE, "18 марта 2031"),
        ("ru", "Её задержали 18.03.2031.", DATE, "18.03.2031"),
        ("ru", "Задержали журналистку Дину Эртекову.", NAME, "Дину Эртекову"),
        ("ru", "Ей вменяют ст. 275 УК.", PROVISION, "ст. 275"),
        ("ru", "Пострадали 17 журналистов.", NUMBER, "17"),
        ("kk", "2031 жылғы 18 наурызда ұсталды.", DATE, "2031 жылғы 18 наурызда"),
        ("kk", "Журналист Дина Ертекова ұсталды.", NAME, "Дина Ертекова"),
        ("kk", "Оған Қылмыстық кодекстің 275-бабы тағылды.", PROVISION, "275-бабы"),
        ("kk", "17 журналист зардап шекті.", NUMBER, "17"),
    ],
)
def test_what_the_record_does_not_bear_is_found(language, text, kind, words):
    found = misfits(text, [EVENT], language)
    if not words:
        assert {one.kind for one in found} == {kind}
        return
    assert [(one.kind, one.words) for one in found] == [(kind, words)]
    assert text[found[0].start : found[0].end] == words


def test_a_day_is_more_exact_than_a_month_that_is_known():
    vague = Event(kind="violation", types=("legal.fine",), phase="imposed", date="2031-03")
    assert [one.words for one in misfits("It was on 5 March 2031.", [vague], "en")] == ["5 March 2031"]
    assert misfits("It was in March 2031.", [vague], "en") == ()


MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    "kk": ["қаңтарда", "ақпанда", "наурызда", "сәуірде", "мамырда", "маусымда", "шілдеде", "тамызда", "қыркүйекте", "қазанда", "қарашада", "желтоқсанда"],
}  # fmt: skip
OTHERS = {
    "en": {"Qiyalova": "Serikova", "Ertekov": "Mukanov", "Tusinbek": "Omarbek", "Oyla": "Tengrinews"},
    "ru": {"Киялов": "Сериков", "Эртеков": "Муканов", "Тусинбек": "Омарбек", "«Ойла»": "«Tengrinews»"},
    "kk": {"Қиялов": "Серіков", "Ертеков": "Мұқанов", "Түсінбек": "Омарбек", "«Ойла»": "«Tengrinews»"},
}
NUMBERS = {"129,750": "229,750", "129 750": "229 750", "seven": "nine", "5,000,000": "6,000,000"}
NUMBERS |= {
    "5 000 000": "6 000 000",
    "two months": "five months",
    "2 месяца": "5 месяцев",
    "2 айға": "5 айға",
}
NUMBERS |= {
    " 7 журн": " 9 журн",
    " 3 человек": " 8 человек",
    " 3 адам": " 8 адам",
    "three people": "eight people",
}


def altered(text, language):
    """The text with one fact changed in each of the ways that it has."""
    month = next((month for month in MONTHS[language] if month in text), None)
    if month:
        other = MONTHS[language][(MONTHS[language].index(month) + 4) % 12]
        yield DATE, text.replace(month, other, 1)
    yield DATE, re.sub(rf"\b(\d\d?) (?={month})", lambda m: f"{(int(m[1]) + 3) % 27 + 1} ", text, count=1)
    yield DATE, text.replace("2031", "2029", 1)
    yield from ((NAME, text.replace(name, other, 1)) for name, other in OTHERS[language].items())
    article = re.compile(r"(?<=Article )\d+|(?<=статье )\d+|(?<=статья )\d+|(?<=статьи )\d+|\d+(?=-ба)")
    yield PROVISION, article.sub(lambda m: str(int(m[0]) + 5), text, count=1)
    yield from ((NUMBER, text.replace(number, other, 1)) for number, other in NUMBERS.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_texts_with_one_altered_fact_at_least_nine_in_ten_are_found(language):
    tried, found, missed = Counter(), Counter(), []
    for row in TABLE["sentence"]:
        event = Event.model_validate(row["event"])
        text = draft_item([event], language, TABLE["names"].get(language)).text
        assert misfits(text, [event], language) == ()
        for kind, changed in altered(text, language):
            if changed != text:
                tried[kind] += 1
                hit = any(one.kind == kind for one in misfits(changed, [event], language))
                found[kind] += hit
                missed += [] if hit else [(kind, changed)]
    assert set(tried) == {DATE, NAME, NUMBER, PROVISION}
    assert all(found[kind] >= 0.9 * tried[kind] for kind in tried), missed


def test_no_text_is_too_strange():
    for text in ("", "\x00" * 9, "2031-02-31 99.99.2031", "Article 274 " * 500, "Дина " * 2_000):
        assert isinstance(misfits(text, [EVENT], "en"), tuple)
        assert isinstance(misfits(text, [], "kk"), tuple)


@pytest.mark.shared
def test_drafts_of_a_real_quarter_are_whole_and_hardly_ever_warned_about(shared_data):
    drafted = warned = 0
    for language, name in (("en", ""), ("ru", ".ru"), ("kk", ".kk")):
        coded = json.loads((shared_data / f"bulletin-2026q1{name}.gold.json").read_text(encoding="utf-8"))
        for entry in CodedBulletin.model_validate(coded).entries:
            told = [event.model_copy(update={"summary": None, "headline": None}) for event in entry.events]
            if not told:
                continue
            text = draft_item(told, language).text
            assert re.search(r"[{}\[\]<>|~]|  | [,.;:)]|\bNone\b|\.\.", text) is None, text
            drafted += 1
            warned += bool(misfits(text, told, language))
    assert drafted > 200 and warned <= drafted * 0.05
