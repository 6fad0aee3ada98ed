"""What can be asked of a country, with answers worked out by hand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.countries import Finder, country, finder_of, fold, inflected
from barometer.errors import UnknownValue

KZ = country()
OUTLETS = finder_of(KZ.outlets)


def test_a_country_is_read_once():
    assert country("KZ") is KZ is country()
    assert (KZ.code, KZ.timezone, KZ.names["kk"]) == ("KZ", "Asia/Almaty", "Қазақстан")


@pytest.mark.parametrize("code", ["XX", "kz", "", "../kz", "K", "KZ\0"])
def test_an_unknown_country_is_refused_with_a_next_step(code):
    with pytest.raises(UnknownValue) as refused:
        country(code)
    assert "use KZ" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Kostanay", "KZ-39"),
        ("Qostanay", "KZ-39"),
        ("Костанай", "KZ-39"),
        ("Костанае", "KZ-39"),
        ("Костанайской области", "KZ-39"),
        ("Қостанайда", "KZ-39"),
        ("Uralsk", "KZ-27"),
        ("Орал", "KZ-27"),
        ("Petropavlovsk", "KZ-59"),
        ("Öskemen", "KZ-63"),
        ("Oskemen", "KZ-63"),
        ("Усть-Каменогорске", "KZ-63"),
        ("Semey", "KZ-10"),
        ("Семипалатинск", "KZ-10"),
        ("Taldykorgan", "KZ-33"),
        ("область Жетісу", "KZ-33"),
        ("Жезказгане", "KZ-62"),
        ("Nur-Sultan", "KZ-71"),
        ("Almaty", "KZ-75"),
        ("Алматы облысы", "KZ-19"),
        ("Алматинской области", "KZ-19"),
        ("Konaev", "KZ-19"),
        ("Капчагай", "KZ-19"),
        ("South Kazakhstan Region", "KZ-61"),
        ("Түркістандағы", "KZ-61"),
        ("Шиелийского района", "KZ-43"),
        ("Mangghystau", "KZ-47"),
        ("Абай облысы", "KZ-10"),
        ("Bostandyk District", "KZ-75"),
        ("алматинского", "KZ-75"),
        ("Таразского городского суда", "KZ-31"),
        ("астанинский", "KZ-71"),
        ("усть-каменогорской", "KZ-63"),
        ("Петропавловск-Камчатский", None),
        ("Abai", None),
        ("Абайский район", None),
        ("Moscow", None),
        ("", None),
        ("nowhere at all", None),
    ],
)
def test_region_of(text, region):
    assert KZ.region_of(text) == region


def test_find_place_is_silent_where_it_cannot_be_sure():
    place = KZ.find_place("Otegen-Batyr")
    assert place is not None
    assert (place.region, place.kind) == ("KZ-19", "village")
    assert KZ.find_place("Abai District") is None
    assert {found.region for found in KZ.find_places("Abai District")} == {"KZ-10", "KZ-35", "KZ-79"}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("vlast.kz", "Vlast"),
        ("https://www.vlast.kz/novosti/1.html", "Vlast"),
        ("rus.azattyq.org", "Radio Azattyq"),
        ("HTTP://UralskWeek.kz:443/a", "Uralskaya Nedelya"),
        ("lmc.kz", "Legal Media Centre"),
    ],
)
def test_outlet_by_domain(address, name):
    outlet = KZ.outlet_by_domain(address)
    assert outlet is not None
    assert outlet.name == name


@pytest.mark.parametrize("address", ["notvlast.kz", "vlast.kz.example.org", "kz", "", "https://"])
def test_another_domain_is_no_outlet(address):
    assert KZ.outlet_by_domain(address) is None


@pytest.mark.parametrize(
    "written", ["Uralskaya Nedelya", "Ural Week", "«Уральская неделя»", "УРАЛЬСКАЯ НЕДЕЛЯ", "uralskweek.kz"]
)
def test_translated_names_are_one_outlet(written):
    outlet = KZ.find_outlet(written)
    assert outlet is not None
    assert outlet.name == "Uralskaya Nedelya"


@pytest.mark.parametrize(
    ("written", "name", "type"),
    [
        ("МВД РК", "Ministry of Internal Affairs", "ministry"),
        ("Committee of National Security", "National Security Committee", "security_service"),
        ("ҰҚК", "National Security Committee", "security_service"),
        ("Минюст России", "Russian Ministry of Justice", "foreign_state"),
        ("Центризбирком", "Central Election Commission", "election_commission"),
        ("Репортёры без границ", "Reporters Without Borders", "ngo"),
        ("Мәжіліс", "Majilis", "legislature"),
    ],
)
def test_find_body(written, name, type):
    body = KZ.find_body(written)
    assert body is not None
    assert (body.name, body.type) == (name, type)


def test_find_abroad():
    assert KZ.find_abroad("Ресей").country == "RU"
    assert KZ.find_abroad("Kiev").country == "UA"
    assert KZ.find_abroad("Atlantis") is None


@pytest.mark.parametrize(
    ("provision", "language", "title"),
    [
        ("KZ-CC-274", "en", "Article 274, Criminal Code"),
        ("KZ-CAO-120-3", "en", "Article 120, part 3, Code of Administrative Offences"),
        ("KZ-CAO-120-3", "ru", "часть 3 статьи 120 Кодекса об административных правонарушениях"),
        ("KZ-CAO-120-3", "kk", "Әкімшілік құқық бұзушылық туралы кодекстің 120-бабының 3-бөлігі"),
        ("KZ-CAO-73-3", "ru", "статья 73-3 Кодекса об административных правонарушениях"),
        ("KZ-CAO-456-2-2", "en", "Article 456-2, part 2, Code of Administrative Offences"),
        ("KZ-CIVIL-143", "kk", "Азаматтық кодекстің 143-бабы"),
        ("KZ-CONST-20", "ru", "статья 20 Конституции"),
        ("KZ-CC-9999", "en", "Article 9999, Criminal Code"),
        ("KZ-ACCESS", "ru", "Закон «О доступе к информации»"),
    ],
)
def test_title_of(provision, language, title):
    assert KZ.title_of(provision, language) == title


def test_a_provision_of_no_known_law_is_refused():
    with pytest.raises(UnknownValue, match="KZ-NOLAW-1"):
        KZ.title_of("KZ-NOLAW-1", "en")


def test_article_falls_back_to_its_parent():
    assert KZ.article("KZ-CAO-120-3") is KZ.articles["KZ-CAO-120"]
    assert KZ.article("KZ-CAO-73-3") is KZ.articles["KZ-CAO-73-3"]
    assert KZ.article("KZ-CC-9999") is None
    assert KZ.article("KZ-CC") is None


@pytest.mark.parametrize(
    ("phrase", "language", "text"),
    [
        ("Костанай", "ru", "в Костанае прошёл суд"),
        ("Астана", "ru", "из Астаны"),
        ("городской суд", "ru", "решением городского суда"),
        ("распространение заведомо ложной информации", "ru", "о распространении заведомо ложной информации"),
        ("полиция", "ru", "сотрудники полиции"),
        ("Усть-Каменогорск", "ru", "в Усть‑Каменогорске"),
        ("Қостанай", "kk", "Қостанайдағы сот"),
        ("қалалық соты", "kk", "Тараз қалалық сотының шешімі"),
        ("бас редактор", "kk", "газеттің бас редакторы"),
        ("блог", "kk", "блогтың"),
        ("көрінеу жалған ақпарат тарату", "kk", "көрінеу жалған ақпаратты таратуға"),
        ("Legal Media Centre", "en", "the Legal Media Center's letter"),
        ("Specialised Interdistrict Court", "en", "the Specialized Interdistrict Court"),
        ("Prosecutor General's Office", "en", "the Prosecutor General’s Office"),
        ("honour", "en", "protection of honor"),
        ("ТОО", "ru", "к ТОО «Пример»"),
        ("фонд «Әділ сөз»", None, "фонда “Әділ сөз”"),
    ],
)
def test_inflected_finds_the_form(phrase, language, text):
    assert re.search(inflected(phrase, language), text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("phrase", "language", "text"),
    [
        ("суд", "ru", "судно и судьба"),
        ("Астана", "ru", "астанинский"),
        ("Орал", "kk", "оралман"),
        ("ТОО", "ru", "тоо"),
        ("court", "en", "courtyard"),
        ("Шу", None, "шум"),
    ],
)
def test_inflected_leaves_other_words_alone(phrase, language, text):
    assert not re.search(inflected(phrase, language), text, re.IGNORECASE)


def test_a_name_can_be_asked_to_begin_with_a_capital():
    town = re.compile(inflected("Есік", capital=True), re.IGNORECASE)
    assert town.search("Есікте өтті")
    assert not town.search("есік ашылды")
    assert re.search(inflected("«Ақ жол» партиясы", capital=True), "«Ақ жол» партиясының", re.IGNORECASE)


def test_every_name_finds_itself():
    for values in (KZ.places, KZ.bodies, KZ.outlets, KZ.abroad):
        for value in values:
            for language, name in value.names.items():
                assert re.search(inflected(name, language), f"— {name}, ", re.IGNORECASE), (name, language)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30))
def test_any_text_makes_a_pattern(text):
    re.compile(inflected(text), re.IGNORECASE)


@given(st.text(max_size=60))
def test_lookups_never_fail(text):
    KZ.region_of(text)
    KZ.find_outlet(text)
    KZ.find_body(text)
    assert KZ.article(text) is None or text.startswith("KZ-")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Суд в Костанае оправдал", ["Костанае"]),
        ("в Алматинской области и в Алматы", ["Алматинской области", "Алматы"]),
        ("Қостанай облысының Рудный қаласында", ["Қостанай облысының", "Рудный"]),
        ("in Ust-Kamenogorsk, East Kazakhstan Region", ["Ust-Kamenogorsk", "East Kazakhstan Region"]),
        ("ашық есік", []),
        ("", []),
    ],
)
def test_a_finder_takes_the_longest_name_from_left_to_right(text, written):
    finder = finder_of((*KZ.regions.values(), *KZ.places))
    assert [found.written for found in finder.find(text)] == written
    assert all(text[found.start : found.end] == found.written for found in finder.find(text))


def test_a_finder_gives_every_bearer_of_a_name():
    (found,) = finder_of(KZ.places).find("Абайский район")
    assert {place.region for place in found.values} == {"KZ-10", "KZ-35", "KZ-79"}


def test_a_finder_of_offences_needs_no_capital():
    finder = Finder((wording, code) for code, article in KZ.articles.items() for wording in article.spellings)
    (found,) = finder.find("обвинили в распространении заведомо ложной информации")
    assert found.values == ("KZ-CC-274",)


def test_a_finder_finds_what_the_pattern_finds():
    for values in (KZ.places, KZ.bodies, KZ.outlets, KZ.abroad):
        finder = finder_of(values, capital=False)
        for value in values:
            for name in (*value.names.values(), *value.spellings):
                assert any(value in found.values for found in finder.find(f"({name})")), name


@given(st.text(max_size=80))
def test_spans_of_a_finder_lie_in_the_text_and_do_not_overlap(text):
    end = 0
    for found in OUTLETS.find(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end
