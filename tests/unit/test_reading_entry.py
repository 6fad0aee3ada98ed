"""What a monitor would code of a short report, in three languages. All names are invented."""

from __future__ import annotations

import pytest

from barometer.codebook import CodedBulletin, to_file
from barometer.reading import read_bulletin as code
from barometer.sources import read_bulletin

HEADS = {
    "en": ("BAROMETER\n\nThe first quarter of 2026.\n\n", {1: "1. General situation (laws)", 2: "2. Legal pressure (suits)", 3: "3. Obstruction (attacks)", 4: "4. Internet (blocking)", 5: "5. Access to information (refusals)"}, "February"),
    "ru": ("БАРОМЕТР\n\nПервый квартал 2026 года.\n\n", {1: "1. Общая ситуация (законы)", 2: "2. Правовое давление (иски)", 3: "3. Препятствование (нападения)", 4: "4. Интернет (блокировки)", 5: "5. Доступ к информации (отказы)"}, "Февраль"),
    "kk": ("БАРОМЕТР\n\n2026 жылдың бірінші тоқсаны.\n\n", {1: "1. Жалпы жағдай (заңдар)", 2: "2. Құқықтық қысым (талаптар)", 3: "3. Кедергі (шабуыл)", 4: "4. Интернет (бұғаттау)", 5: "5. Ақпаратқа қол жеткізу (бас тарту)"}, "Ақпан"),
}  # fmt: skip


def read(language: str, section: int, story: str):
    head, sections, month = HEADS[language]
    bulletin = read_bulletin("x.txt", f"{head}{sections[section]}\n\n{month}\n\n{story}\n")
    assert bulletin.language == language
    coded = code(bulletin)
    CodedBulletin.model_validate(to_file(coded))
    return bulletin, coded.entries[0].events


# language, section, story, main type, and what else must hold of the first event
REPORTS = [
    ("en", 2, "[Journalist Alma Testova was fined](#) by a court in Kostanay on 12 February under Article 274 of the Criminal Code.", "legal.fine", {"date": "2026-02-12", "region": "KZ-39", "provisions": ("KZ-CC-274",), "target": "Alma Testova", "actor": "court", "phase": "imposed"}),
    ("en", 2, "[The house arrest of editor Bolat Sampleyev was extended](#) by a court in Almaty until 25 April 2026.", "legal.house_arrest", {"phase": "step", "target": "Bolat Sampleyev", "upcoming": "2026-04-25", "region": "KZ-75"}),
    ("en", 2, "[The court dismissed the lawsuit](#) of Beton LLP against journalist Alma Testova.", "outcome.dismissed", {"kind": "relief", "phase": "ended", "target": "Alma Testova", "actor": "court"}),
    ("en", 3, "[Journalist Alma Testova was beaten by a guard](#) outside a market in Shymkent on 3 February.", "obstruction.physical_attack", {"date": "2026-02-03", "region": "KZ-79", "target": "Alma Testova"}),
    ("en", 3, "According to journalist Alma Testova, [the media were not allowed into the akimat of Oral](#).", "obstruction.access_denied", {"alleged": True, "target": "Alma Testova", "region": "KZ-27"}),
    ("en", 4, "[The website of Invented.kz was hit by a DDoS attack](#) on 9 February.", "digital.ddos", {"date": "2026-02-09", "target": "Invented.kz"}),
    ("en", 5, "[The Ministry of Health refused to disclose](#) the price of a clinic to Invented.kz, citing \"official use\".", "information.classified", {"actor": "ministry", "target": "Invented.kz"}),
    ("en", 1, "[A law on drones](#) came into force on 1 February.", "context.law", {"kind": "context", "phase": None, "date": "2026-02-01"}),
    ("en", 5, "On 20 February, [journalist Alma Testova reported](#) that the city administration of Atyrau had not replied to her request.", "information.no_reply", {"date": "2026-02", "target": "Alma Testova"}),
    ("ru", 2, "[Журналистку Алму Тестову оштрафовали](#) 12 февраля в Костанае по статье 274 УК РК.", "legal.fine", {"date": "2026-02-12", "region": "KZ-39", "provisions": ("KZ-CC-274",)}),
    ("ru", 2, "[Редактору Болату Примерову продлили домашний арест](#) до 25 апреля 2026 года.", "legal.house_arrest", {"phase": "step", "upcoming": "2026-04-25"}),
    ("ru", 2, "[Суд отказал в иске](#) ТОО «Бетон» к журналистке Алме Тестовой.", "outcome.dismissed", {"kind": "relief", "actor": "court"}),
    ("ru", 3, "[Журналистку Алму Тестову избили](#) у рынка в Шымкенте 3 февраля.", "obstruction.physical_attack", {"date": "2026-02-03", "region": "KZ-79"}),
    ("ru", 4, "[Сайт Invented.kz подвергся DDoS-атаке](#) 9 февраля.", "digital.ddos", {"date": "2026-02-09", "target": "Invented.kz"}),
    ("ru", 5, "[Министерство здравоохранения ответило отпиской](#) на запрос Invented.kz.", "information.formal_reply", {"actor": "ministry", "target": "Invented.kz"}),
    ("ru", 1, "1 февраля [вступил в силу закон](#) о дронах.", "context.law", {"kind": "context", "date": "2026-02-01"}),
    ("kk", 2, "[Журналист Алма Тестоваға айыппұл салынды](#): Қостанайда 12 ақпанда ҚК 274-бабы бойынша.", "legal.fine", {"date": "2026-02-12", "region": "KZ-39", "provisions": ("KZ-CC-274",)}),
    ("kk", 2, "[Редактор Болат Үлгіновтың үйқамағы 2026 жылғы 25 сәуірге дейін ұзартылды](#).", "legal.house_arrest", {"phase": "step", "upcoming": "2026-04-25"}),
    ("kk", 2, "[Сот «Бетон» ЖШС-нің талап арызын қанағаттандырмады](#), ол журналист Алма Тестоваға қарсы берілген.", "outcome.dismissed", {"kind": "relief", "actor": "court"}),
    ("kk", 3, "[Журналист Алма Тестованы соққыға жықты](#): Шымкенттегі базарда 3 ақпанда.", "obstruction.physical_attack", {"date": "2026-02-03", "region": "KZ-79"}),
    ("kk", 4, "[Invented.kz сайтына DDoS-шабуыл жасалды](#) 9 ақпанда.", "digital.ddos", {"date": "2026-02-09", "target": "Invented.kz"}),
    ("kk", 1, "1 ақпанда [дрондар туралы заң күшіне енді](#).", "context.law", {"kind": "context", "date": "2026-02-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "section", "story", "type_", "more"), REPORTS, ids=lambda v: v if isinstance(v, str) and "." in v and " " not in v else None)  # fmt: skip
def test_a_short_report(language, section, story, type_, more):
    _, events = read(language, section, story)
    event = events[0]
    assert event.main_type == type_
    told = {
        "date": event.date,
        "kind": event.kind,
        "phase": event.phase,
        "region": event.place.region if event.place else None,
        "provisions": event.provisions,
        "alleged": event.is_alleged,
    }
    for field, value in more.items():
        if field == "target":
            assert value in [t.written for t in event.targets]
        elif field == "actor":
            assert value in [a.type for a in event.actors]
        elif field == "upcoming":
            assert value in [u.date for u in event.upcoming or ()]
        else:
            assert told[field] == value, field


def test_the_grounds_are_the_words():
    story = "[Journalist Alma Testova was fined](#) by a court in Kostanay on 12 February under Article 274 of the Criminal Code."
    bulletin, (event, *_) = read("en", 2, story)
    words = {path: bulletin.text[slice(*ground.span)] for path, ground in (event.grounds or {}).items()}
    assert words["targets.0.name"] == "Alma Testova"
    assert words["date"] == "12 February"
    assert words["place"] == "Kostanay"
    assert words["provisions.0"].startswith("Article 274")
    assert "fined" in words["types.0"]


def test_rule_14_the_title_of_an_offence_is_its_article():
    _, (event, *_) = read(
        "en",
        2,
        "[Alma Testova is under house arrest](#), accused of dissemination of knowingly false information.",
    )
    assert event.provisions == ("KZ-CC-274",)


def test_a_draft_article_has_no_code():
    _, (event, *_) = read(
        "en", 1, "[An open letter](#) asks to drop the proposed Article 23 of the Constitution."
    )
    assert "KZ-CONST-23" not in event.provisions


def test_no_target_where_only_the_public_is_named():
    _, events = read(
        "en", 5, "[The akim of Kostanay did not answer](#) journalists' questions after the meeting."
    )
    assert events[0].targets == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [("Дина Қиялованы", "Дина Қиялова"), ("Сәкен Тұсовты", "Сәкен Тұсов"), ("Олег Үлгіновке", "Олег Үлгінов"), ("Тамара Ваальдің", "Тамара Ваальдің"), ("Аян Ойдан", "Аян Ойдан")],
)  # fmt: skip
def test_a_kazakh_name_loses_its_case_ending_where_it_is_plain(written, name):
    _, (event, *_) = read("kk", 2, f"[Сот журналист {written} айыппұл салды](#).")
    assert [(t.written, t.name) for t in event.targets] == [(written, name)]


def test_days_told_by_their_distance_and_how_long_a_measure_lasts():
    _, events = read(
        "en",
        2,
        "[Reporter Alma Testova was detained](#) on 9 February in Taraz. Two days later, the court placed her in custody for two months.",
    )
    assert [(e.main_type, e.date) for e in events] == [
        ("legal.detention", "2026-02-09"),
        ("legal.custody", "2026-02-11"),
    ]
    assert [u.date for u in events[1].upcoming or ()] == ["2026-04-11"]


def test_a_span_and_an_earlier_month():
    _, (event, *more) = read(
        "en",
        4,
        "[The site Invented.kz was under a DDoS attack](#) on 10–12 February. In December, its account on Instagram had been hacked.",
    )
    assert event.date == "2026-02-10/2026-02-12"
    assert [(e.background, e.date) for e in more] == [(True, "2025-12")]


def test_who_is_presented_once_is_known_in_the_whole_bulletin():
    head, sections, month = HEADS["en"]
    bulletin = read_bulletin(
        "x.txt",
        f"{head}{sections[2]}\n\n{month}\n\n[The magazine Marshrut-99 was fined](#) by a court in Taraz.\n\n"
        "[A court in Semey fined Marshrut-99](#) for the second time.\n",
    )
    assert [[t.name for e in entry.events for t in e.targets] for entry in code(bulletin).entries] == [
        ["Marshrut-99"]
    ] * 2


def test_authorities_of_another_state():
    _, (event, *_) = read("en", 3, "[Kyrgyz police detained reporter Alma Testova](#) in Osh on 3 February.")
    assert [(a.type, a.written) for a in event.actors][0][0] == "foreign_state"
    assert event.place.country == "KG"
