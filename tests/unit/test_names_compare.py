"""Names that a person judged: the same, not the same, or nothing to be said. All names are invented."""

from __future__ import annotations

import pytest

from barometer.names.comparison import KINDS, compare
from barometer.names.forenames import lexicon
from barometer.names.parts import patronymic
from barometer.names.people import person
from barometer.names.sounds import distance, sounds

SAME = [
    # alphabets
    ("Әмір Қасенов", "Амир Касенов", "person"),
    ("Әмір Қасенов", "Amir Kasenov", "person"),
    ("Амир Касенов", "Amir Kassenow", "person"),
    ("Ämir Qasenov", "Амир Касенов", "person"),
    ("Ámir Qasenov", "Әмір Қасенов", "person"),
    ("Жансая Төлебаева", "Zhansaya Tolebayeva", "person"),
    ("Жансая Төлебаева", "Jansaia Tölebaeva", "person"),
    ("Жансая Толебаева", "Schansaja Tolebajewa", "person"),
    ("Жансая Толебаева", "Jansaya Tölebayeva", "person"),
    ("Жансая Толебаева", "Žansaja Tolebaeva", "person"),
    ("Шынар Оспанқұлова", "Chynar Ospankoulova", "person"),
    ("Чингиз Оспанкулов", "Schingis Ospankulow", "person"),
    ("Шыңғыс Оспанқұлов", "Чингиз Оспанкулов", "person"),
    ("Ерлан Досымбеков", "Yerlan Dosymbekov", "person"),
    ("Ерлан Досымбеков", "Jerlan Dossymbekow", "person"),
    ("Ғалия Жақсылықова", "Галия Жаксылыкова", "person"),
    ("Ғалия Жақсылықова", "Ghaliya Zhaqsyliqova", "person"),
    ("Айгүл Мырзақанова", "Айгуль Мырзаканова", "person"),
    ("Ботагөз Сарманова", "Botagoz Sarmanova", "person"),
    ("S'olpan Ka'ri'mova", "Шолпан Каримова", "person"),
    # order, commas, initials, titles
    ("Касенов Амир", "Амир Касенов", "person"),
    ("Kasenov, Amir", "Амир Касенов", "person"),
    ("А. Касенов", "Амир Касенов", "person"),
    ("Касенов А.Б.", "Амир Болатович Касенов", "person"),
    ("Zh. Tolebayeva", "Жансая Толебаева", "person"),
    ("журналист Амир Касенов", "Amir Kasenov", "person"),
    ("журналистка Жансая Толебаева", "Жансая Төлебаева", "person"),
    ("editor-in-chief Amir Kasenov", "Амир Касенов", "person"),
    ("Dr Amir Kasenov", "Амир Касенов", "person"),
    ("AMIR KASENOV", "amir kasenov", "person"),
    ("KASENOV Amir", "Amir Kasenov", "person"),
    ("AmirKasenov", "Amir Kasenov", "person"),
    # patronymics
    ("Амир Болатович Касенов", "Әмір Болатұлы Қасенов", "person"),
    ("Амир Болатович Касенов", "Amir Bolatuly Kasenov", "person"),
    ("Амир Болатович Касенов", "Amir Kasenov", "person"),
    ("Әмір Болат ұлы Қасенов", "Әмір Болатұлы Қасенов", "person"),
    ("Жансая Ерланқызы Төлебаева", "Жансая Ерлановна Толебаева", "person"),
    ("Zhansaya Yerlankyzy Tolebayeva", "Жансая Ерланқызы Төлебаева", "person"),
    ("Касенов Амир Болатович", "Amir Bolat-uly Kasenov", "person"),
    # declined
    ("Амира Касенова", "Амир Касенов", "person"),
    ("Амиром Касеновым", "Амир Касенов", "person"),
    ("Жансаи Толебаевой", "Жансая Толебаева", "person"),
    ("Әмір Қасеновтің", "Әмір Қасенов", "person"),
    ("Олесе Вершинской", "Олеся Вершинская", "person"),
    # short forms, hyphens, endings
    ("Саша Ветров", "Александр Ветров", "person"),
    ("Dima Vetrov", "Дмитрий Ветров", "person"),
    ("Катя Ветрова", "Екатерина Ветрова", "person"),
    ("Хасен Қоңырбаев", "Касен Конырбаев", "person"),
    ("Нур-Али Касенов", "Nurali Kasenov", "person"),
    ("Қасым-Болат Ержігітов", "Kassym Bolat Yerzhigitov", "person"),
    ("Әмір Қасен", "Амир Касенов", "person"),
    ("Амир Касинов", "Амир Касенов", "person"),
    ("Zhansaya Tolebbayeva", "Жансая Толебаева", "person"),
    # outlets
    ("ulysmedia.kz", "Ulys Media", "outlet"),
    ("Ural Week", "Уральская неделя", "outlet"),
    ("Uralskaya Nedelya", "Ural Week", "outlet"),
    ("Northern Star", "Северная звезда", "outlet"),
    ("газета «Наш край»", "Nash Kray newspaper", "outlet"),
    ("«Дала дауысы» радиосы", "Радио «Дала дауысы»", "outlet"),
    ("https://www.sunkarnews.kz/abc", "Sunkar News", "outlet"),
    ("Boztorgai.kz", "Бозторгай", "outlet"),
    # companies
    ("ТОО «Полярная заря»", "Polyarnaya Zarya LLP", "company"),
    ("«Сұңқар» ЖШС", "ТОО «Сункар»", "company"),
    ("Zenmark Limited Liability Partnership", "Zenmark LLP", "company"),
    ("A.Z.M. Company", "AZM Co.", "company"),
    # bodies
    ("Almaly District Court of Almaty", "Алмалинский районный суд г. Алматы", "body"),
    ("Almaly District Court of Almaty", "Алматы қаласы Алмалы аудандық соты", "body"),
    ("Алматы қалалық соты", "Almaty City Court", "body"),
    ("Ministry of Culture and Information", "Министерство культуры и информации РК", "body"),
    ("Мәдениет және ақпарат министрлігі", "Ministry of Culture and Information", "body"),
    ("Акмолинский областной суд", "Aqmola Regional Court", "body"),
    ("районный суд № 2 Костаная", "Қостанай аудандық № 2 соты", "body"),
]

APART = [
    # one sound, another forename
    ("Асель Манатаева", "Асет Манатаев", "person"),
    ("Asel", "Aset", "person"),
    ("Марат Касенов", "Мурат Касенов", "person"),
    ("Ержан Касенов", "Ерлан Касенов", "person"),
    ("Айдар Касенов", "Айдос Касенов", "person"),
    ("Amir Kasenov", "Amina Kasenova", "person"),
    ("Болат Касенов", "Бауыржан Касенов", "person"),
    # sex
    ("Жанат Омарова", "Жанат Омаров", "person"),
    ("Omarova", "Omarov", "person"),
    ("Асель Касенова", "Асель Касенов", "person"),
    ("Zhanat Omarova", "Жанат Омаров", "person"),
    ("Жанат Болатқызы Қасен", "Жанат Болатұлы Қасен", "person"),
    # siblings, fathers and sons, spouses
    ("Амир Болатович Касенов", "Данияр Болатович Касенов", "person"),
    ("Әмір Болатұлы Қасенов", "Болат Қасенов", "person"),
    ("Амир Касенов", "Жансая Касенова", "person"),
    ("Абай Касенов", "Касен Абаев", "person"),
    # namesakes
    ("Амир Болатович Касенов", "Амир Ерланович Касенов", "person"),
    ("Amir Bolatuly Kasenov", "Әмір Серікұлы Қасенов", "person"),
    ("Амир Касенов", "Амир Досымбеков", "person"),
    ("Тимур Тургынов", "Тимур Сулейкенов", "person"),
    ("Б. Касенов", "Амир Касенов", "person"),
    # outlets
    ("Elmedia", "Ulysmedia", "outlet"),
    ("Nasha Gazeta", "Novaya Gazeta", "outlet"),
    ("Northern Star", "Northern Bulletin", "outlet"),
    ("Press.kz", "Vesna.kz", "outlet"),
    # companies
    ("ТОО «Сункар»", "ТОО «Бозторгай»", "company"),
    ("Zenmark Systems Ltd", "Zenmark Industries Ltd", "company"),
    ("Zenmark Fund 2", "Zenmark Fund 3", "company"),
    # bodies
    ("Almaly District Court of Almaty", "Almaty City Court", "body"),
    ("Ministry of Culture and Information", "Ministry of Information", "body"),
    ("Ministry of Internal Affairs", "Министерство иностранных дел", "body"),
    ("District Court No. 2 of Kostanay", "Қостанай аудандық № 3 соты", "body"),
    ("Бостандыкский районный суд Алматы", "Almaly District Court of Almaty", "body"),
    ("Kostanay City Court", "Kostanay Police Department", "body"),
    ("Kostanay akimat", "Костанайский городской маслихат", "body"),
]


@pytest.mark.parametrize(("a", "b", "kind"), SAME)
def test_the_same(a, b, kind):
    found = compare(a, b, kind)
    assert found.probability >= 0.5, found.reasons


@pytest.mark.parametrize(("a", "b", "kind"), APART)
def test_not_the_same(a, b, kind):
    found = compare(a, b, kind)
    assert found.probability < 0.5, found.reasons


NOTHING = ["", " ", "А", "А.", "...", "—", "😀😀", "12345", "Kасенов Амир", "Касенов " * 1_300, "a" * 10_000]


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("other", ["Амир Касенов", None])
def test_what_says_nothing_is_never_joined(name, other):
    found = compare(name, other if other is not None else name)
    assert found.probability < 0.1
    assert "names nobody" in found.reasons[0].text


@pytest.mark.parametrize(
    ("a", "b"),
    [("Алматы", "Almaty"), ("Костанай", "Костанай"), ("Orda.kz", "Орда"), ("журналист", "журналист")],
)
def test_a_place_an_outlet_or_a_trade_is_no_person(a, b):
    assert compare(a, b).probability < 0.1


@pytest.mark.parametrize(
    ("a", "kind"), [("ТОО", "company"), ("newspaper", "outlet"), ("суд", "body"), ("Алматы", "body")]
)
def test_general_words_alone_name_nothing(a, kind):
    assert compare(a, a, kind).probability < 0.1


def test_an_emoji_beside_a_name_changes_nothing():
    assert compare("😀 Амир Касенов", "Амир Касенов").probability > 0.9


@pytest.mark.parametrize("kind", [None, "", "planet"])
def test_an_unknown_kind_counts_as_a_person(kind):
    assert compare("Амир Касенов", "Amir Kasenov", kind).kind == "person"


def test_a_surname_alone_is_less_sure_than_the_whole_name():
    alone = compare("Касенов", "Касенов").probability
    assert alone < compare("Амир Касенов", "Амир Касенов").probability


def test_reasons_say_what_speaks_for_and_against():
    against = compare("Амир Болатович Касенов", "Амир Ерланович Касенов").reasons
    assert against[0].text == "Болатович and Ерланович name two fathers"
    assert against[0].weight < -3
    assert any(reason.text == "Касенов is the same in both" for reason in against)
    sexes = compare("Zhanat Omarova", "Zhanat Omarov").reasons
    assert sexes[0].text == "Omarova and Omarov are a man's and a woman's surname"
    assert str(sexes[0]).startswith("-")


def test_reasons_of_other_kinds():
    texts = [reason.text for reason in compare("Northern Star", "Северная звезда", "outlet").reasons]
    assert "Star and звезда mean the same" in texts
    assert compare("Zenmark", "Zenmark", "company").reasons[0].text == "both are written the same"
    assert "names nobody" in compare("ТОО", "Zenmark", "company").reasons[0].text


@pytest.mark.parametrize("kind", KINDS)
def test_weights_speak_as_they_should(kind):
    from barometer.names.comparison import weights

    learned = weights()["person" if kind == "person" else "other"]
    assert all(weight <= 0 for name, weight in learned.items() if name.endswith(("_apart", "_left", "_cost")))
    assert all(weight >= 0 for name, weight in learned.items() if name.endswith("_same"))


@pytest.mark.parametrize(
    ("word", "father", "sex"),
    [
        ("Болатұлы", "bolat", "m"),
        ("Болатович", "bolat", "m"),
        ("Bolat-uly", "bolat", "m"),
        ("Bolatowitsch", "bolat", "m"),
        ("Болатқызы", "bolat", "f"),
        ("Bolatovna", "bolat", "f"),
        ("Bolatkizi", "bolat", "f"),
    ],
)
def test_patronymics(word, father, sex):
    assert patronymic(word) == (father, sex)


@pytest.mark.parametrize("word", ["Касенов", "Мосули", "Александр", "Ulyana"])
def test_no_patronymics(word):
    assert patronymic(word) is None


@pytest.mark.parametrize(
    ("a", "b"), [("Қасенов", "Kassenov"), ("Жеңіс", "Zhenis"), ("Тоқсанов", "Toxanov"), ("Дмитрий", "Dmitry")]
)
def test_sounds_are_near(a, b):
    assert distance(sounds(a), sounds(b)) <= 0.2


def test_sounds_are_far():
    assert distance(sounds("Асель"), sounds("Асет")) > 0.9


def test_forenames_have_no_line_twice_and_short_forms_know_their_own():
    known = lexicon()
    assert known.groups_of(sounds("Саша")) & known.groups_of(sounds("Александр"))
    assert not known.groups_of(sounds("Марат")) & known.groups_of(sounds("Мурат"))


def test_the_parts_of_a_name():
    found = person("Касенов, Амир Болатович")
    assert [word.text for word in found.words] == ["Касенов", "Амир"]
    assert found.words[found.family].text == "Касенов"
    assert found.sure
    assert [word.text for word in found.patronymics] == ["Болатович"]
    assert found.sex == "m"
