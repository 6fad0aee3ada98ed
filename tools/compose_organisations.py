"""Pairs of names of outlets, bodies and companies: those of the country's data in their spellings, and composed ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from compose_names import SCHEMES, PairOfNames, _typo, halves, romanise

from barometer.countries import Body, Outlet, PlaceName, country
from barometer.names.sounds import distance, sounds

Maker = Callable[[random.Random], PairOfNames | None]
_FORMS = (
    ("LLP", "Limited Liability Partnership", "ТОО", "товарищество с ограниченной ответственностью", "ЖШС"),
    ("JSC", "Joint Stock Company", "АО", "акционерное общество", "АҚ"),
    ("LLC", "Limited Liability Company", "ООО"),
    ("Ltd", "Limited", "Ltd."),
    ("Inc.", "Incorporated", "Inc"),
    ("Corp.", "Corporation", "Corp"),
    ("GmbH", "Gesellschaft mit beschränkter Haftung"),
    ("AG", "Aktiengesellschaft"),
)
_TRADES = (
    "Systems", "Industries", "Solutions", "Technologies", "Bank", "Group", "Holding", "Capital", "Trading", "Energy",
    "International", "Construction", "Transport", "Media", "Invest", "Service", "Trust", "Global", "Consulting",
)  # fmt: skip
_COINED = (
    "Zenmark", "Polvadur", "Tesmera", "Kortana", "Bluewold", "Harrowgate", "Milstone", "Ardenta", "Qaravan", "Sunkar",
    "Boztorgai", "Temirtas", "Aqjol", "Silverpine", "Oakfield", "Norvane", "Deltrix", "Vantora", "Greystoke", "Lumenar",
    "Caspilux", "Altyn Dala", "Kok Tobe", "Ridgeway", "Hollins", "Marwick", "Stanborough", "Telvion", "Orbitec", "Fermont",
)  # fmt: skip


def _usable(names: Sequence[str]) -> list[str]:
    """Without abbreviations, which only the country's data can tell."""
    return [name for name in dict.fromkeys(names) if not (len(name) < 7 and name.isupper())]


def _spellings(value: Outlet | Body) -> list[str]:
    domains = list(value.domains) if isinstance(value, Outlet) else []
    return _usable([value.name, *value.names.values(), *value.spellings, *domains])


def _data_maker(values: Sequence[Outlet] | Sequence[Body], kind: str) -> Maker:
    values = [value for value in values if len(_spellings(value)) > 1]
    near = {
        value.name: sorted(
            (other for other in values if other.name != value.name),
            key=lambda other: (
                distance(sounds(value.name.replace(" ", "")), sounds(other.name.replace(" ", ""))),
                other.name,
            ),
        )[:6]
        for value in values
    }

    def make(chance: random.Random) -> PairOfNames | None:
        value = chance.choice(values)
        first = chance.choice(_spellings(value))
        if chance.random() < 0.5:
            second = chance.choice(_spellings(value))
            return (
                PairOfNames(_worn(first, chance), _worn(second, chance), True, kind)
                if first != second
                else None
            )
        words = set(re.findall(r"\w{4,}", value.name.casefold()))
        sharing = [
            o
            for o in values
            if o.name != value.name and words & set(re.findall(r"\w{4,}", o.name.casefold()))
        ]
        pool = (
            sharing
            if sharing and chance.random() < 0.5
            else near[value.name]
            if chance.random() < 0.6
            else values
        )
        other = chance.choice(pool)
        return (
            PairOfNames(first, chance.choice(_spellings(other)), False, kind)
            if other.name != value.name
            else None
        )

    return make


def _worn(name: str, chance: random.Random) -> str:
    """As people write it: with quotes, a typo, a general word, transliterated."""
    way = chance.random()
    cyrillic = re.search("[а-яё]", name) is not None
    if way < 0.12 and cyrillic:
        return romanise(name, chance.choice(list(SCHEMES)), chance)
    if way < 0.2 and len(name) > 8:
        return _typo(name, chance)
    if way < 0.28:
        return f"«{name}»"
    return name


_COURTS = (
    ("city", ("{en} City Court", "City Court of {en}"), ("{adj} городской суд", "городской суд {ru}", "суд города {ru}"), ("{kk} қалалық соты", "{kk} қаласының соты")),
    ("district", ("{en} District Court", "District Court of {en}"), ("{adj} районный суд", "районный суд {ru}"), ("{kk} аудандық соты", "{kk} ауданының соты")),
    ("administrative", ("Specialised Interdistrict Administrative Court of {en}",), ("специализированный межрайонный административный суд {ru}",), ("{kk} мамандандырылған ауданаралық әкімшілік соты",)),
    ("economic", ("Specialised Interdistrict Economic Court of {en}",), ("специализированный межрайонный экономический суд {ru}",), ("{kk} мамандандырылған ауданаралық экономикалық соты",)),
    ("police", ("{en} Police Department", "Police Department of {en}"), ("департамент полиции {ru}", "полиция {ru}"), ("{kk} полиция департаменті",)),
    ("akimat", ("{en} akimat", "Akimat of {en}"), ("акимат {ru}", "акимат города {ru}"), ("{kk} әкімдігі",)),
    ("prosecutor", ("{en} Prosecutor's Office",), ("прокуратура {ru}",), ("{kk} прокуратурасы",)),
    ("numbered", ("{en} District Court No. {n}", "Court No. {n} of {en}"), ("районный суд № {n} {ru}", "{adj} районный суд № {n}"), ("{kk} аудандық № {n} соты",)),
)  # fmt: skip


def _bare_place(name: str) -> str:
    return re.sub(r" (?:[Dd]istrict|район|ауданы)$|^район ", "", name)


def _court_maker(places: Sequence[PlaceName]) -> Maker:
    places = [place for place in places if place.kind != "village"]

    cities = [place for place in country().places if place.kind == "city" and place.stems]

    def of_city(place: PlaceName, city: PlaceName, chance: random.Random) -> str:
        """A district court of a city."""
        names, others = (
            {key: _bare_place(value) for key, value in one.names.items()} for one in (place, city)
        )
        adjective = place.stems[0].capitalize() + "ий" if place.stems else names["ru"]
        return chance.choice(
            [
                f"{names['en']} District Court of {others['en']}",
                f"{adjective} районный суд {chance.choice(['', 'г. ', 'города '])}{others['ru']}",
                f"{others['kk']} {chance.choice(['', 'қаласы '])}{names['kk']} аудандық соты",
            ]
        )

    def say(what: int, place: PlaceName, number: int, chance: random.Random) -> str:
        _, english, russian, kazakh = _COURTS[what]
        templates = list(chance.choice([english, russian, kazakh]))
        template = chance.choice([t for t in templates if "{adj}" not in t or place.stems] or list(english))
        return template.format(
            en=_bare_place(place.names["en"]), ru=_bare_place(place.names["ru"]), kk=_bare_place(place.names["kk"]), n=number,
            adj=(place.stems[0].capitalize() + "ий") if place.stems else "",
        )  # fmt: skip

    def make(chance: random.Random) -> PairOfNames | None:
        place, what, number = chance.choice(places), chance.randrange(len(_COURTS)), chance.randint(1, 3)
        if chance.random() < 0.25:
            city, other, same = chance.choice(cities), chance.choice(places), chance.random() < 0.5
            if other is place or city in (place, other):
                return None
            texts = of_city(place, city, chance), of_city(place if same else other, city, chance)
            return PairOfNames(*texts, same, "court")
        first = say(what, place, number, chance)
        if chance.random() < 0.5:
            second = say(what, place, number, chance)
            return PairOfNames(first, second, True, "court") if first != second else None
        other, other_what, other_number = place, what, number
        way = chance.random()
        if way < 0.4:
            other = chance.choice(places)
        elif way < 0.8 or _COURTS[what][0] != "numbered":
            other_what = chance.randrange(len(_COURTS) - 1)
        else:
            other_number = number % 3 + 1
        if (other, other_what, other_number) == (place, what, number):
            return None
        return PairOfNames(first, say(other_what, other, other_number, chance), False, "court")

    return make


_SUBJECTS = (
    ("Culture", "культуры", "Мәдениет"), ("Information", "информации", "Ақпарат"), ("Health", "здравоохранения", "Денсаулық сақтау"),
    ("Justice", "юстиции", "Әділет"), ("Finance", "финансов", "Қаржы"), ("Energy", "энергетики", "Энергетика"),
    ("Trade", "торговли", "Сауда"), ("Tourism", "туризма", "Туризм"), ("Sports", "спорта", "Спорт"),
    ("Science", "науки", "Ғылым"), ("Education", "образования", "Білім"), ("Ecology", "экологии", "Экология"),
    ("Transport", "транспорта", "Көлік"), ("Defence", "обороны", "Қорғаныс"), ("Industry", "промышленности", "Өнеркәсіп"),
    ("Construction", "строительства", "Құрылыс"), ("Internal Affairs", "внутренних дел", "Ішкі істер"),
    ("Foreign Affairs", "иностранных дел", "Сыртқы істер"), ("Digital Development", "цифрового развития", "Цифрлық даму"),
    ("Communications", "коммуникаций", "Коммуникациялар"), ("Social Development", "общественного развития", "Қоғамдық даму"),
)  # fmt: skip
_STATE_BODIES = (
    ("Ministry", "Министерство", "министрлігі"),
    ("Committee", "Комитет", "комитеті"),
    ("Department", "Департамент", "департаменті"),
)


def _ministry(which: int, chance: random.Random) -> PairOfNames | None:
    subjects = _SUBJECTS[which::2]
    own = chance.sample(subjects, chance.choice([1, 1, 2]))
    what = chance.choice(_STATE_BODIES[:1] * 3 + _STATE_BODIES)

    def say(what: tuple[str, str, str], own: list[tuple[str, str, str]]) -> str:
        language = chance.randrange(3)
        joined = (" and ", " и ", " және ")[language].join(subject[language] for subject in own)
        tail = ("", " of Kazakhstan"), ("", " РК"), ("ҚР ", "")
        if language == 2:
            return f"{chance.choice(['', 'ҚР '])}{joined} {what[2]}"
        return f"{what[language]}{' of' if language == 0 else ''} {joined}{chance.choice(tail[language])}"

    first = say(what, own)
    if chance.random() < 0.5:
        return PairOfNames(first, say(what, own), True, "body")
    way = chance.random()
    rest = [subject for subject in subjects if subject not in own]
    if way < 0.4:
        other = own[:1] if len(own) > 1 else [*own, chance.choice(rest)]
        return PairOfNames(first, say(what, other), False, "body")
    if way < 0.8:
        return PairOfNames(first, say(what, [*own[:-1], chance.choice(rest)]), False, "body")
    return PairOfNames(first, say(chance.choice([w for w in _STATE_BODIES if w != what]), own), False, "body")


def _one_sound(chance: random.Random) -> PairOfNames:
    """Short names that differ in one sound are two: they are often abbreviations."""
    consonants, vowels = "bdgklmnprstvz", "aeiou"
    row = [chance.choice(consonants if at % 2 == 0 else vowels) for at in range(chance.choice([3, 5, 6]))]
    other = list(row)
    at = chance.randrange(len(row))
    pool = consonants if at % 2 == 0 else "aou" if row[at] in "ei" else "ie"
    other[at] = chance.choice([sign for sign in pool if sign != row[at]])
    texts = ["".join(row), "".join(other)]
    way = chance.random()
    texts = [text.upper() if way < 0.4 else text.capitalize() for text in texts]
    tail = chance.choice(["", "", " TV", " Media", ".kz"])
    return PairOfNames(texts[0] + tail, texts[1] + tail, False, "outlet")


def _company_maker(coined: Sequence[str], stems: Sequence[tuple[str, str]]) -> Maker:
    def core(chance: random.Random) -> tuple[str, str]:
        """The name in Latin and, where it has one, in Cyrillic letters."""
        if chance.random() < 0.4:
            stem = chance.choice(stems)[1]
            return romanise(stem, "plain", chance), stem
        name = chance.choice(coined)
        return name, name

    def dress(name: str, trade: str, forms: Sequence[str], number: str, chance: random.Random) -> str:
        body = " ".join(part for part in (name, trade, number) if part)
        form = chance.choice(forms) if forms else ""
        if not form or chance.random() < 0.2:
            return body
        way = chance.random()
        if re.search("[А-Яа-я]", form):
            return f"{form} «{body}»" if way < 0.6 else f'{form} "{body}"'
        return f"{body} {form}" if way < 0.6 else f"{body}, {form}" if way < 0.9 else f"{form} {body}"

    def make(chance: random.Random) -> PairOfNames | None:
        latin, cyrillic = core(chance)
        forms = chance.choice(_FORMS)
        trade = chance.choice(_TRADES) if chance.random() < 0.6 else ""
        number = chance.choice(["1", "2", "44", "2000"]) if chance.random() < 0.12 else ""
        first = dress(chance.choice([latin, cyrillic]), trade, forms, number, chance)
        way = chance.random()
        if way < 0.5:
            name = chance.choice([latin, cyrillic, latin.upper()])
            if " " in name and chance.random() < 0.3:
                name = name.replace(" ", chance.choice(["", "-"]))
            second = dress(name, trade, forms, number, chance)
            if chance.random() < 0.2:
                second = _typo(second, chance)
            if chance.random() < 0.08:
                second = "The " + second
            if trade and chance.random() < 0.04:
                second = dress(name, "", forms, number, chance)
            return PairOfNames(first, second, True, "company")
        if way < 0.6:
            return _one_sound(chance)
        if way < 0.68 and trade:  # another trade
            return PairOfNames(
                first,
                dress(latin, chance.choice([t for t in _TRADES if t != trade]), forms, number, chance),
                False,
                "company",
            )
        if way < 0.75:  # another number
            return PairOfNames(
                dress(latin, trade, forms, "2", chance),
                dress(latin, trade, forms, chance.choice(["3", "5"]), chance),
                False,
                "company",
            )
        if way < 0.82:  # one more name
            return PairOfNames(
                first,
                dress(f"{latin} {chance.choice(coined)}", trade, forms, number, chance),
                False,
                "company",
            )
        other, _ = core(chance)
        if distance(sounds(other), sounds(latin)) < 0.9:
            return None
        return PairOfNames(first, dress(other, trade, forms, number, chance), False, "company")

    return make


def _half(values: Sequence[object], which: int) -> list[object]:
    shuffled = list(values)
    random.Random(20).shuffle(shuffled)  # noqa: S311
    return shuffled[which::2]


def organisation_pairs(which: int, count: int, seed: int) -> list[PairOfNames]:
    """Pairs of the first or second half of all outlets, bodies, places and coined names."""
    chance = random.Random(seed)  # noqa: S311
    here = country()
    makers = [
        _data_maker(_half(here.outlets, which), "outlet"),  # type: ignore[arg-type]
        _data_maker(_half(here.bodies, which), "body"),  # type: ignore[arg-type]
        _court_maker(_half(here.places, which)),  # type: ignore[arg-type]
        lambda chance: _ministry(which, chance),
        _company_maker(_half(_COINED, which), halves()[which][1]),  # type: ignore[arg-type]
    ]
    made: list[PairOfNames] = []
    while len(made) < count:
        pair = chance.choice(makers)(chance)
        if pair is not None and pair.a != pair.b:
            made.append(pair)
    return made
