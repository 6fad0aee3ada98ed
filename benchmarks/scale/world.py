"""Who and what an invented ledger is made of: people, outlets, bodies, places, articles of law, and words.

Names are composed of the forenames that the program ships and of the stems in benchmarks/names/surnames.txt, the
places, bodies and laws are those of the country's data, the sentences our own. Nobody here exists.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "tools")) if path not in sys.path]

from compose_names import SURNAMES, Someone, family_of, father_of, romanise  # noqa: E402

from barometer.codebook import codebook  # noqa: E402
from barometer.countries import country  # noqa: E402
from barometer.names.forenames import forenames  # noqa: E402

LANGUAGES = ("en", "ru", "kk")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Person:
    """A person's canonical name, and how texts write it."""

    name: str
    written: tuple[str, ...]


@dataclass(frozen=True)
class Organisation:
    """An outlet or a body: its canonical name, its names by language, its type in the codebook."""

    name: str
    names: Texts
    type: str


@dataclass(frozen=True)
class Spot:
    """A place with its region, and how many thousand people live there, or near enough."""

    name: str
    names: Texts
    region: str
    people: float


def zipf(how_many: int, steepness: float = 1.0, shift: float = 2.0) -> list[float]:
    """Weights that fall with the rank, as the frequencies of names, outlets and articles do."""
    return [1 / (rank + shift) ** steepness for rank in range(how_many)]


# --- people -----------------------------------------------------------------------------------------------


def people(how_many: int, chance: random.Random) -> list[Person]:
    """So many people with names that differ: common forenames and surnames often, a patronymic where two would meet."""
    given = [name for name in forenames() if name.spellings[0].isalpha() and name.spellings[0][0] > "Z"]
    stems = [
        (line.split()[0], line.split()[1])
        for line in SURNAMES.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    men = [name for name in given if name.sex == "m"]
    first, last = zipf(len(given), 0.7), zipf(len(stems), 0.6)
    found: dict[str, Person] = {}
    while len(found) < how_many:
        many = min(10_000, how_many)
        names, families = chance.choices(given, first, k=many), chance.choices(stems, last, k=many)
        fathers = chance.choices(men, k=many)
        for name, family, father in zip(names, families, fathers, strict=True):
            ending = chance.choice(("ов", "ов", "ов", "", "ин"))
            one = _named(Someone(name, family, ending, father, russian=False), found, chance)
            if one and len(found) < how_many:
                found[one.name] = one
    return list(found.values())


def _named(who: Someone, taken: Mapping[str, Person], chance: random.Random) -> Person | None:
    kazakh = chance.random() < 0.4
    name, family = who.forename.spellings[0 if kazakh else -1], family_of(who, kazakh)
    father = father_of(who, kazakh)
    latin = {part: romanise(part, "plain", chance) for part in (name, family, father)}
    canonical = f"{latin[name]} {latin[family]}"
    if canonical in taken:
        canonical = f"{canonical} {latin[father]}"
    if canonical in taken:
        return None
    return Person(canonical, (canonical, f"{name} {family}", f"{name[0]}. {family}"))


# --- outlets and bodies -----------------------------------------------------------------------------------

_FIRST = (
    "Qiyal", "Oydyrma", "Oyla", "Elestet", "Ertek", "Boljam", "Sagym", "Arman", "Qubylys", "Tusov", "Umit", "Jorta",
    "Vydumka", "Nebylitsa", "Mirazh", "Skazka", "Dogadka", "Gipoteza", "Fable", "Figment", "Mirage", "Notional",
)  # fmt: skip
_SECOND = ("News", "Times", "Press", "TV", "Radio", "Online", "Gazeti", "Info", "Media", "Express", "Tilshi")


def outlets(how_many: int, chance: random.Random) -> list[Organisation]:
    """So many invented outlets; the first of them are the large ones."""
    names = [f"{first} {second}" for first, second in product(_FIRST, _SECOND)]
    chance.shuffle(names)
    seats = [spot.name for spot in spots()]
    local = (f"{seat} {name}" for seat, name in product(seats, names))
    found = [*names, *(next(local) for _ in range(max(0, how_many - len(names))))][:how_many]
    return [Organisation(name, dict.fromkeys(LANGUAGES, name), "outlet") for name in found]


#: How the bodies that every town has are called: type → texts with {place}.
_LOCAL: Mapping[str, Texts] = {
    "police": {
        "en": "{} Police Department",
        "ru": "департамент полиции, {}",
        "kk": "{} полиция департаменті",
    },
    "court": {"en": "{} City Court", "ru": "городской суд, {}", "kk": "{} қалалық соты"},
    "prosecutor": {"en": "{} Prosecutor's Office", "ru": "прокуратура, {}", "kk": "{} прокуратурасы"},
    "local_executive": {"en": "{} akimat", "ru": "акимат, {}", "kk": "{} әкімдігі"},
    "local_council": {"en": "{} maslikhat", "ru": "маслихат, {}", "kk": "{} мәслихаты"},
    "bailiff": {"en": "Bailiffs of {}", "ru": "судебные исполнители, {}", "kk": "{} сот орындаушылары"},
}


@cache
def national_bodies() -> tuple[Organisation, ...]:
    """The bodies, companies and platforms that the country's data name."""
    types = codebook().actor_types
    rows = [row for row in country().bodies if row.type in types]
    unique = {row.name: row for row in rows}
    return tuple(Organisation(row.name, row.names, row.type) for row in unique.values())


@cache
def local_bodies() -> Mapping[str, tuple[Organisation, ...]]:
    """Type → a body of it in each of the spots, in their order."""
    return {
        kind: tuple(
            Organisation(
                said["en"].format(spot.name),
                {one: said[one].format(spot.names[one]) for one in LANGUAGES},
                kind,
            )
            for spot in spots()
        )
        for kind, said in _LOCAL.items()
    }


# --- places and law ---------------------------------------------------------------------------------------

#: Inhabitants of the regions in thousands, in round numbers.
_PEOPLE = {
    "KZ-10": 610, "KZ-11": 790, "KZ-15": 940, "KZ-19": 1530, "KZ-23": 700, "KZ-27": 690, "KZ-31": 1220, "KZ-33": 700,
    "KZ-35": 1140, "KZ-39": 830, "KZ-43": 840, "KZ-47": 780, "KZ-55": 750, "KZ-59": 530, "KZ-61": 2130, "KZ-62": 220,
    "KZ-63": 730, "KZ-71": 1430, "KZ-75": 2230, "KZ-79": 1220,
}  # fmt: skip


@cache
def spots() -> tuple[Spot, ...]:
    """The cities and towns; the seat of a region has half of its people, the others share the rest."""
    towns = [place for place in country().places if place.kind in ("city", "town")]
    beside = {code: sum(one.region == code for one in towns) for code in _PEOPLE}
    seats = {code: region.seat for code, region in country().regions.items()}
    found = {}
    for place in towns:
        share = 0.5 if place.name == seats[place.region] else 0.5 / beside[place.region]
        found[place.name] = Spot(place.name, place.names, place.region, _PEOPLE[place.region] * share)
    return tuple(found.values())


@cache
def articles() -> tuple[tuple[str, Texts], ...]:
    """The articles of law by their code, each in words."""
    words = {
        code: {one: country().title_of(code, one) for one in LANGUAGES}
        for code in country().articles
        if len(code) <= 40
    }
    return tuple(words.items())


# --- words ------------------------------------------------------------------------------------------------

#: What happened, in one sentence: {what} is the type's label, then {who}, {outlet}, {body}, {place}.
LEADS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "{what}: {who} of {outlet} and {body}, {place}.",
        "In {place}, {body} stands against {who} of {outlet}: {what}.",
        "{who}, who writes for {outlet} in {place}, told of {what} by {body}.",
        "{outlet} reports on its own {who}: {what}, {body}, {place}.",
        "{what} in {place}. {body} was named; {who} of {outlet} was concerned.",
    ),
    "ru": (
        "{what}: {who} ({outlet}) и {body}, {place}.",
        "{place}: {body} против {who} из редакции {outlet} — {what}.",
        "{who}, автор {outlet}, сообщает: {what}; {body}, {place}.",
        "Редакция {outlet} рассказала о своём сотруднике: {who}, {what}, {body}, {place}.",
        "{what}, {place}. Названы {body} и {who} ({outlet}).",
    ),
    "kk": (
        "{what}: {who} ({outlet}) және {body}, {place}.",
        "{place}: {body} пен {outlet} тілшісі {who} арасында — {what}.",
        "{outlet} авторы {who} хабарлады: {what}; {body}, {place}.",
        "{outlet} редакциясы өз тілшісі туралы айтты: {who}, {what}, {body}, {place}.",
        "{what}, {place}. {body} мен {who} ({outlet}) аталды.",
    ),
}
#: What else reports say.
MORE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "The lawyer was let in after three hours.", "The hearing was put off for a week.", "The editors kept the recording.",
        "Colleagues waited outside until evening.", "No reason was given in writing.", "The answer came on the last day.",
        "The camera was returned without its card.", "The text had told of a tender for roads.",
        "The film was about the repair of a school.", "The complaint names the honour of an official.",
        "The site could not be opened for two days.", "The press service did not pick up the telephone.",
        "Witnesses saw two cars without plates.", "An appeal was filed with the regional court.",
        "The newsroom asked for a record of the meeting.", "The claim asks for five million tenge.",
        "The judge read out only the last part of the ruling.", "The reporter had shown a press card.",
        "The guards pointed to an order that they did not show.", "The union asked the prosecutor to look into it.",
        "The page came back in the morning.", "The attack was paid for, the provider believes.",
        "The interview had been agreed in advance.", "The deputy promised an answer and left the hall.",
        "The post had been read by twenty thousand people.", "The expert found no sign of a call to violence.",
    ),
    "ru": (
        "Адвоката впустили через три часа.", "Заседание отложили на неделю.", "Редакция сохранила запись разговора.",
        "Коллеги до вечера ждали у входа.", "Письменно причину не объяснили.", "Ответ пришёл в последний день срока.",
        "Камеру вернули без карты памяти.", "В материале шла речь о тендере на ремонт дорог.",
        "Фильм рассказывал о ремонте школы.", "В жалобе говорится о чести должностного лица.",
        "Сайт не открывался двое суток.", "Пресс-служба не брала трубку.",
        "Очевидцы видели две машины без номеров.", "Апелляция подана в областной суд.",
        "Редакция запросила протокол совещания.", "Истец требует пять миллионов тенге.",
        "Судья огласила только резолютивную часть.", "Корреспондент показал удостоверение.",
        "Охрана сослалась на приказ, которого не показала.", "Союз журналистов обратился в прокуратуру.",
        "Страница заработала утром.", "Провайдер считает, что атаку оплатили.",
        "Об интервью договорились заранее.", "Депутат обещал ответить и вышел из зала.",
        "Запись успели прочитать двадцать тысяч человек.", "Экспертиза не нашла призывов к насилию.",
    ),
    "kk": (
        "Адвокатты үш сағаттан кейін кіргізді.", "Отырыс бір аптаға шегерілді.", "Редакция әңгіменің жазбасын сақтап қалды.",
        "Әріптестері кешке дейін есік алдында күтті.", "Себебі жазбаша айтылған жоқ.", "Жауап мерзімнің соңғы күні келді.",
        "Камера жад картасынсыз қайтарылды.", "Мақалада жол жөндеу тендері туралы айтылған еді.",
        "Фильм мектеп жөндеу жайын баяндаған.", "Шағымда лауазымды адамның ар-намысы аталған.",
        "Сайт екі тәулік ашылмады.", "Баспасөз қызметі телефонды көтермеді.",
        "Куәлар нөмірсіз екі көлікті көрген.", "Апелляция облыстық сотқа берілді.",
        "Редакция жиналыс хаттамасын сұратты.", "Талапкер бес миллион теңге сұрайды.",
        "Судья шешімнің соңғы бөлігін ғана оқыды.", "Тілші куәлігін көрсеткен.",
        "Күзет көрсетпеген бұйрыққа сілтеме жасады.", "Журналистер одағы прокуратураға жүгінді.",
        "Парақша таңертең қайта ашылды.", "Провайдер шабуылға ақы төленген деп санайды.",
        "Сұхбат алдын ала келісілген болатын.", "Депутат жауап беремін деп залдан шығып кетті.",
        "Жазбаны жиырма мың адам оқып үлгерді.", "Сараптама зорлыққа шақыру таппады.",
    ),
}  # fmt: skip
