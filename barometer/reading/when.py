"""Dates in a text, and which of them is the event's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

from barometer.countries import country
from barometer.countries.forms import plain_letters
from barometer.reading.lexicon import marker, numbers
from barometer.reading.spans import Spans

_YEAR = r"(?:19|20)\d\d"


@dataclass(frozen=True)
class Dated:
    """A date in a text: `iso` as exact as told, the words from `start` to `end`.

    `year` says whether the text tells the year; `relative` whether it is counted from another day.
    """

    iso: str
    start: int
    end: int
    year: bool = False
    relative: bool = False


@cache
def _months(language: str) -> tuple[dict[str, int], str]:
    forms = {form.casefold(): n for n, month in enumerate(country().months[language], 1) for form in month}
    return forms, "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """Shapes of a date, the fullest first: a span over two months, a day or days of a month, a month."""
    _, month = _months(language)
    first, second = (rf"(?P<{name}>{month})(?!\w)" for name in ("month", "month2"))
    day, day2 = (rf"(?<!\d)(?P<{name}>\d{{1,2}})(?!\d)" for name in ("day", "day2"))
    year = rf"(?P<year>{_YEAR})"
    later_year = rf"(?:,?\s+{year}\b(?!\s*(?:жыл|ж\.)?\s*\d{{1,2}}\s))?"
    th, го = r"(?:st|nd|rd|th)?", r"(?:-?(?:го|е))?"
    shapes = {
        "en": (
            rf"{day}{th}\s+{first}\s*(?:–|—|-|to|until|till)\s*{day2}{th}\s+{second}{later_year}",
            rf"{day}{th}(?:\s*(?P<to>and|–|—|-|to)\s*{day2}{th})?\s+{first}{later_year}",
            rf"\b{first}\s+{day}{th}(?:\s*(?P<to>and|–|—|-|to)\s*{day2}{th})?(?!\s*(?:tenge|people|journal)){later_year}",
            rf"\b{first}\s+{year}\b",
            rf"\b(?:[Ii]n|[Ss]ince|[Bb]ack in|[Dd]uring|end of|beginning of|half of|[Ll]ast|[Ee]arly|[Ll]ate|mid-)\s?{first}(?!\s+(?:{_YEAR}|\d))",
        ),
        "ru": (
            rf"{day}{го}\s+{first}\s*(?:–|—|-|по|до)\s*{day2}{го}\s+{second}{later_year}",
            rf"{day}{го}(?:\s*(?P<to>и|–|—|-|по)\s*{day2}{го})?\s+{first}{later_year}",
            rf"\b{first}\s+{year}\b",
            rf"\b(?:в|с|во|конце|начале|середине|половине|прошлого|прошлом)\s+{first}(?!\s+{_YEAR})",
        ),
        "kk": (
            rf"(?:\b{year}\s*(?:жылғы|жылдың|жылы|ж\.)\s+)?{day}(?:\s*(?P<to>және|мен|–|—|-)\s*{day2})?\s+{first}",
            rf"\b{year}\s*(?:жылғы|жылдың|жылы|ж\.)\s+{first}",
        ),
    }
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes[language])


#: A month without a year this many months or more after the period's last is one of the year before.
_LONG_AHEAD = 6


def dates(text: str, language: str, year: int, month: int = 12, published: date | None = None) -> list[Dated]:
    """The dates in a text, from left to right. `year` and `month` are the period's last.

    A day without a year is of that year, or of the year before where it would lie far ahead of the period. Days told
    by their distance ("two days later") count from the last exact day before them; those told from today
    ("yesterday", "on Tuesday") from the day the text was published, where it is known.
    """
    months, _ = _months(language)
    found: list[Dated] = []
    taken = Spans()

    def add(one: Dated) -> None:
        if taken.free(one.start, one.end):
            taken.take(one.start, one.end)
            found.append(one)

    for pattern in _patterns(language):
        for match in pattern.finditer(text):
            iso = _iso(match.groupdict(), months, year, month) if taken.free(*match.span()) else None
            if iso:
                told = bool(match.groupdict().get("year"))
                add(Dated(iso, match.start(), match.end(), year=told))
    for one in _numeric(text, year, month):
        add(one)
    for one in _from_today(text, language, published) if published else ():
        add(one)
    found.sort(key=lambda one: one.start)
    return sorted([*found, *_relative(text, language, found, taken)], key=lambda one: one.start)


_FIGURES = re.compile(r"(?<![\d./№-])(?P<day>[0-3]?\d)\.(?P<month>[01]\d)(?:\.(?P<year>(?:19|20)\d\d))?(?![\d%]|\.\d)|(?<![\d-])(?P<year2>(?:19|20)\d\d)-(?P<month2>[01]\d)-(?P<day2>[0-3]\d)(?![\d-])")  # fmt: skip


def _numeric(text: str, year: int, last_month: int) -> list[Dated]:
    """Days in figures: 14.03.2026, 2026-03-14; 14.03 only with a word of time before it."""
    found = []
    for match in _FIGURES.finditer(text):
        that_year = match["year"] or match["year2"]
        day, month = int(match["day"] or match["day2"]), int(match["month"] or match["month2"])
        if not that_year and not _BEFORE_FIGURES.search(text, max(0, match.start() - 8), match.start()):
            continue
        try:
            that = date(int(that_year or year - (month - last_month >= _LONG_AHEAD)), month, day)
        except ValueError:
            continue
        found.append(Dated(that.isoformat(), *match.span(), year=bool(that_year)))
    return found


_BEFORE_FIGURES = re.compile(r"\b(?:on|from|since|until|by|с|со|до|от|на|по)\s$", re.IGNORECASE)


@cache
def _today_words(language: str) -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    with (resources.files("barometer.reading") / "data" / "today.toml").open("rb") as stream:
        table = tomllib.load(stream)[language]
    days = "|".join(f"(?P<day_{i}>{words})" for i, words in enumerate(table["weekdays"]))
    distances = "|".join(f"(?P<off_{i}>{row['words']})" for i, row in enumerate(table["distance"]))
    number = "|".join([r"\d{1,2}", *(pattern.pattern for pattern in numbers(language))])
    ago = table["ago"].replace("{n}", number)
    pattern = re.compile(
        rf"(?:{table['weekday'].replace('{day}', f'(?:{days})')})|{distances}|{ago}", re.IGNORECASE
    )
    return pattern, {str(i): row for i, row in enumerate(table["distance"])}


def _from_today(text: str, language: str, published: date) -> list[Dated]:
    """Days told from the day of publication: yesterday, on Tuesday, three days ago, last month."""
    pattern, distances = _today_words(language)
    found = []
    for match in pattern.finditer(text):
        told = {name: value for name, value in match.groupdict().items() if value}
        name = next((n for n in told if n.startswith(("day_", "off_"))), "")
        iso: str | None = None
        if name.startswith("day_"):
            back = (published.weekday() - int(name[4:])) % 7
            if "next" in told:
                iso = (published + timedelta(days=7 - back)).isoformat()
            else:
                iso = (published - timedelta(days=back or (7 if "last" in told else 0))).isoformat()
        elif name:
            iso = _at_distance(published, distances[name[4:]])
        elif unit := next((u for u in ("days", "weeks", "months", "years") if u in told), ""):
            many = _number(told["n"], language) if "n" in told else 1
            iso = _at_distance(published, {unit: -many})
        if iso:
            found.append(Dated(iso, match.start(), match.end(), relative=True))
    return found


def _at_distance(published: date, row: Mapping[str, object]) -> str:
    """The day, month or year that lies so many days, weeks, months or years from the day of publication."""
    if "years" in row:
        return str(published.year + int(str(row["years"])))
    if "months" in row:
        year, month = divmod(published.year * 12 + published.month - 1 + int(str(row["months"])), 12)
        return f"{year}-{month + 1:02}"
    days = int(str(row.get("days", 0))) + 7 * int(str(row.get("weeks", 0)))
    return (published + timedelta(days=days)).isoformat()


def _iso(groups: dict[str, str | None], months: dict[str, int], year: int, last_month: int) -> str | None:
    number = months.get(plain_letters(groups["month"] or ""))
    if number is None:
        return None
    that_year = int(groups.get("year") or year - (number - last_month >= _LONG_AHEAD))
    if not groups.get("day"):
        return f"{that_year}-{number:02}"
    try:
        first = date(that_year, number, int(groups["day"] or 0))
        if not groups.get("day2"):
            return first.isoformat()
        last = date(
            that_year,
            months[plain_letters(groups.get("month2") or groups["month"] or "")],
            int(groups["day2"] or 0),
        )
    except (ValueError, KeyError):
        return None
    days = (last - first).days
    # "12 and 16 February" are two days, of which the first is told; "14 and 15 October" are one stretch.
    if days <= 0 or days > 1 and (groups.get("to") or "").casefold() in ("and", "и", "және", "мен"):
        return first.isoformat()
    return f"{first.isoformat()}/{last.isoformat()}"


_DISTANT = {
    "en": (
        r"\b(?:(?P<day>(?:the )?(?:next|following) day|a day later|one day later)|(?P<before>the (?:day before|previous day)|a day earlier)"
        r"|(?P<week>a week later)|(?P<days>{n}) days later|(?P<weeks>{n}) weeks later|(?P<same>(?:on )?the same (?:day|evening|night|morning)|that (?:same )?(?:day|evening|night|morning))|on the (?P<date>\d{1,2})(?:st|nd|rd|th)(?! (?:of|floor|anniversary|century)))\b"
    ),
    "ru": (
        r"\b(?:(?P<day>на следующий день|через день|днём позже|днем позже|день спустя)|(?P<before>накануне|днём ранее|днем ранее)"
        r"|(?P<week>через неделю|неделю спустя|неделей позже)|(?:через|спустя) (?P<days>{n}) (?:дня|дней)|(?P<days_>{n}) (?:дня|дней) спустя|(?P<same>в тот же (?:день|вечер)|того же дня|в ту же ночь|в этот же день)|(?P<date>\d{1,2})-го(?: числа)?)\b"
    ),
    "kk": (
        r"\b(?:(?P<day>келесі күні|ертеңіне|бір күннен кейін)|(?P<before>бір күн бұрын|қарсаңында)|(?P<week>бір аптадан кейін)"
        r"|(?P<days>{n}) күннен кейін|(?P<same>сол күні|сол күннің|сол түні|дәл сол күні)|(?P<date>\d{1,2})-(?:сы|сі|ы|і|ында|інде|сында|сінде)(?: күні)?)"
    ),
}  # fmt: skip


@cache
def _distant(language: str) -> re.Pattern[str]:
    words = "|".join([r"\d{1,2}", *(pattern.pattern for pattern in numbers(language))])
    return re.compile(_DISTANT[language].replace("{n}", words), re.IGNORECASE)


def _relative(text: str, language: str, found: list[Dated], taken: Spans) -> list[Dated]:
    """Days told by their distance from the exact day told last before them."""
    more: list[Dated] = []
    exact = [one for one in found if len(one.iso) == 10]
    passed = 0
    for match in _distant(language).finditer(text):
        while passed < len(exact) and exact[passed].end <= match.start():
            passed += 1
        last = max([*exact[max(0, passed - 1) : passed], *more[-1:]], key=lambda one: one.start, default=None)
        if last is None or not taken.free(*match.span()):
            continue
        groups = {name.rstrip("_"): value for name, value in match.groupdict().items() if value}
        many = next((_number(groups[name], language) for name in ("days", "weeks") if name in groups), 1)
        if "date" in groups:
            on = last.iso[:8] + f"{int(groups['date']):02}"
            try:
                date.fromisoformat(on)
            except ValueError:
                continue
            more.append(Dated(on, match.start(), match.end(), relative=True))
            continue
        many = 0 if "same" in groups else many
        days = -1 if "before" in groups else many * 7 if groups.keys() & {"week", "weeks"} else many
        try:
            day = date.fromisoformat(last.iso) + timedelta(days=days)
        except OverflowError:  # beyond the calendar's last year
            continue
        more.append(Dated(day.isoformat(), match.start(), match.end(), relative=True))
    return more


def _number(words: str, language: str) -> int:
    """A number in figures or words."""
    if words.isdigit():
        return int(words)
    return next((n for n, pattern in enumerate(numbers(language), 2) if pattern.fullmatch(words)), 1)


#: Words before a date, and behind one that begins a sentence, that make it the date of an article or a letter.
_OF_A_TEXT = {
    "en": re.compile(r"(?:dated|article|publication|published|videos?|post|interview|(?:article|text|post|video|column|film)s? (?:that )?appeared)\W[^\n]{0,60}$", re.IGNORECASE),
    "ru": re.compile(r"(?:стать\w+|публикаци\w+|опубликова\w+|видео\w*|ролик\w*|пост\w*)\W[^\n]{0,50}(?:от|за)?\s*$", re.IGNORECASE),
    "kk": re.compile(r"(?!)"),
}  # fmt: skip
_TEXT_BEHIND = {
    "en": re.compile(r"^[^\n]{0,50}(?:an? article|was published|published)", re.IGNORECASE),
    "ru": re.compile(r"^[^\n]{0,50}(?:вышла|опубликова|статья)", re.IGNORECASE),
    "kk": re.compile(r"^[^\n]{0,60}(?:мақала|жарияла|бейне|жазба)", re.IGNORECASE),
}  # fmt: skip
_UNTIL = {
    "en": re.compile(r"(?:until|till|by|next (?:court )?(?:hearing|session)[^\n]{0,60}|(?<!was )(?<!were )(?:scheduled|set) for|end of)\s+(?:the end of )?$", re.IGNORECASE),
    "ru": re.compile(r"(?:до|следующ\w+[^\n]{0,60}|назначен\w*[^\n]{0,30}на|конца)\s+$", re.IGNORECASE),
    "kk": re.compile(r"^\s*\S{0,4}?\s*дейін|^\s*\S*(?:ге|ға|ке|қа)\s+дейін", re.IGNORECASE),
}  # fmt: skip


def is_ahead(text: str, one: Dated, language: str, last_day: date | None) -> bool:
    """Whether a date is told as one to come: until it, the next hearing on it, or after the period's last day."""
    before, after = text[max(0, one.start - 80) : one.start], text[one.end : one.end + 40]
    told = _UNTIL[language].search(after if language == "kk" else before)
    if told:
        return True
    return last_day is not None and len(one.iso) == 10 and date.fromisoformat(one.iso) > last_day


def is_of_a_text(text: str, one: Dated, language: str) -> bool:
    """Whether a date is that of an article, a video or a letter, not of what happened."""
    before, after = text[max(0, one.start - 60) : one.start], text[one.end : one.end + 80]
    behind = language == "kk" or one.start < 4
    return bool(_OF_A_TEXT[language].search(before)) or behind and bool(_TEXT_BEHIND[language].search(after))


def report_of(text: str, one: Dated, language: str) -> tuple[int, int] | None:
    """Rule 6: "On 20 January X reported that …" dates the report. Where X stands, if the words are so; else None."""
    said = marker("said", language)
    if language == "kk":  # the verb stands last
        return (one.end, len(text)) if one.start < 40 and said.search(text[-40:]) else None
    match = said.search(text, one.end)
    if match is None or match.start() - one.end > 140 or one.start > 60:
        return None
    between = text[one.end : match.start()]
    if re.search(r"[:;]", between) or match[0].casefold().startswith(
        ("according", "allegedly", "по ", "якобы")
    ):
        return None
    if any(one.end <= other.start < match.start() for other in dates(text, language, 2000)):
        return None
    return one.end, match.start()


_LONG = {
    "en": r"\b(?:for|last(?:s|ed)?|another|period of|of)\s+(?:a\s+(?:period\s+of|further)\s+|another\s+|up to\s+)?(?P<n>{n})[\s-]+(?P<unit>months?|days?)\b",
    "ru": r"\b(?:(?:на|сроком|срок|продлится|в течение)\s+(?:срок\w*\s+)?(?:в\s+|на\s+)?)?(?P<n>{n})\s+(?P<unit>месяц\w*|суток|сутки|дней|дня)\b",
    "kk": r"\b(?P<n>{n})\s+(?P<unit>ай|тәулік|күн)(?:ға|ге|қа|ке|лық|дік|ке дейін|ға дейін)?\b",
}  # fmt: skip


@cache
def _long(language: str) -> re.Pattern[str]:
    one = {"en": "one|a", "ru": "один|одного", "kk": "бір"}[language]
    words = "|".join([one, r"\d{1,2}", *(pattern.pattern for pattern in numbers(language))])
    return re.compile(_LONG[language].replace("{n}", words), re.IGNORECASE)


def durations(text: str, language: str) -> list[tuple[int, int]]:
    """How long something is to last, as (months, days): "will last for two months" → (2, 0)."""
    found = []
    for match in _long(language).finditer(text):
        number = _number(match["n"], language)
        in_months = match["unit"].casefold().startswith(("month", "месяц", "ай"))
        found.append((number, 0) if in_months else (0, number))
    return found


def later(day: date, months: int, days: int = 0) -> date:
    """The same day so many months later, or the month's last where it has no such day; and so many days."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days)
