"""Codes and dates in the reader's language: nothing here knows the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext, ngettext, pgettext

from barometer.cases.state import AtLeastAtMost
from barometer.cases.values import Span
from barometer.codebook import codebook
from barometer.codebook.dates import EventDate, Quarter
from barometer.countries import country, fold
from barometer.errors import UnknownValue

LANGUAGES = ("en", "ru", "kk")
COUNTRY = "KZ"
NO_REGION = NO_MONTH = "none"
ABROAD = "abroad"


def language() -> str:
    """The language of this page: en, ru or kk."""
    code = (get_language() or "en")[:2]
    return code if code in LANGUAGES else "en"


@dataclass(frozen=True)
class Words:
    """A text and the language it is in, so that a page can say where it is not the page's own."""

    text: str
    language: str

    @property
    def foreign(self) -> str:
        """The text's language where it is not the page's, else ""."""
        return "" if self.language == language() else self.language

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text


def best(texts: Mapping[str, str], fallback: str = "en") -> Words:
    """The text of the page's language, else English, else whichever there is."""
    here = language()
    for code in (here, "en", fallback, *texts):
        if texts.get(code):
            return Words(texts[code], code)
    return Words("", here)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def within(label: str) -> str:
    """A label within a sentence: a small first letter, unless it begins with an abbreviation (DDoS, СМИ)."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


# --- terms of the codebook --------------------------------------------------------------------------------


def _label(terms: object, code: str) -> str:
    term = terms.get(code)  # type: ignore[attr-defined]
    return capital(term.label[language()]) if term else code


def type_label(code: str) -> str:
    """A type of event in words; the code itself where the codebook has dropped it."""
    return _label(codebook().types, code)


def kind_label(code: str) -> str:
    """Violation, relief or context, in words."""
    return _label(codebook().kinds, code)


def group_label(code: str) -> str:
    """A group of types in words."""
    return _label(codebook().groups, code)


def target_type_label(code: str) -> str:
    """A type of target in words."""
    return _label(codebook().target_types, code)


def actor_type_label(code: str) -> str:
    """A type of actor in words."""
    return _label(codebook().actor_types, code)


def role_label(code: str) -> str:
    """The role of an actor in words."""
    return _label(codebook().actor_roles, code)


def work_link_label(code: str) -> str:
    """How the link to the work is known, in words."""
    return _label(codebook().work_links, code)


def state_label(state: str) -> str:
    """The state of a record that the public does not see."""
    return {
        "proposed": gettext("proposed"),
        "accepted": gettext("accepted"),
        "reviewed": gettext("reviewed"),
        "withdrawn": gettext("withdrawn"),
    }.get(state, state)


def section_label(number: int | None, printed: str = "") -> str:
    """The short title of a standing section; of a thematic one, the title as its source printed it."""
    if number is None:
        return gettext("No section")
    section = codebook().sections.get(number)
    if section:
        return capital(section.label[language()])
    return printed or gettext("Theme of the quarter")


def is_abroad(code: str) -> bool:
    """Whether what stands for a region is the code of another country."""
    return code not in ("", NO_REGION, ABROAD) and code not in country(COUNTRY).regions


def region_label(code: str) -> str:
    """A region's name; for no region, that none is given."""
    if code in ("", NO_REGION):
        return gettext("No place given")
    if code == ABROAD:
        return gettext("Abroad")
    region = country(COUNTRY).regions.get(code)
    return capital(region.names[language()]) if region else code


def provision_label(code: str) -> str:
    """An article in words: "Article 274, Criminal Code"; the code itself where the law is not known."""
    try:
        return capital(country(COUNTRY).title_of(code, language()))
    except UnknownValue:
        return code


def provision_subject(code: str) -> str:
    """What the article is about ("dissemination of knowingly false information"), or ""."""
    article = country(COUNTRY).article(code)
    return article.title.get(language(), "") if article else ""


def party_name(name: str, kind: str) -> str:
    """A name in the page's language where the country's data has it (outlets, public bodies), or where it is no more
    than what the codebook calls such a one ("Police"); else as kept."""
    if kind == "person":
        return name
    known = country(COUNTRY).find_outlet(name) if kind == "outlet" else country(COUNTRY).find_body(name)
    called = known.names if known else _types_called().get(name.casefold(), {})
    return called.get(language(), name)


@cache
def _types_called() -> dict[str, Mapping[str, str]]:
    """The English name of a type of actor or target, folded → its names."""
    terms = (*codebook().target_types.values(), *codebook().actor_types.values())
    return {term.label["en"].casefold(): term.label for term in terms}


def place_label(name: str, region: str, country_code: str) -> str:
    """A place with its region, each once: "Taraz, Zhambyl Region"; a place abroad with nothing added."""
    here = language()
    data = country(COUNTRY)
    known = data.find_place(name) if name else None
    if not known and name:
        known = data.find_abroad(name)
    own = known.names.get(here, name) if known else name
    wide = region_label(region) if region else ""
    if not known and _is_the_region(name, region):
        return wide
    if not own and not wide and country_code and country_code != COUNTRY:
        return country_code
    if own and known and _names_its_region(known.names["en"], region):
        return own
    return ", ".join(part for part in (own, wide) if part)


def _names_its_region(name: str, region: str) -> bool:
    """Whether the region is called after the place, as Pavlodar Region is: then the place says enough."""
    known = country(COUNTRY).regions.get(region)
    return known is not None and _GENERIC.sub("", known.names["en"]).strip() == name


def _is_the_region(name: str, region: str) -> bool:
    """Whether the name is the region's own, in any language and spelling."""
    known = country(COUNTRY).regions.get(region)
    own = (*known.names.values(), *known.short.values(), *known.spellings) if known else ()
    return fold(name) in map(fold, own)


# --- dates ------------------------------------------------------------------------------------------------


def day_words(day: date) -> str:
    """15 March 2026."""
    # Translators: a date by Unicode's date patterns, as in "15 March 2026".
    return format_date(day, pgettext("date pattern", "d MMMM y"), locale=language())


def month_words(month: date | str) -> str:
    """March 2026, from a day of it or from "2026-03"."""
    day = date.fromisoformat(f"{month}-01") if isinstance(month, str) else month
    # Translators: a month by Unicode's date patterns, as in "March 2026".
    return format_date(day, pgettext("date pattern", "LLLL y"), locale=language())


def month_name(month: str) -> str:
    """March, from "2026-03", as it is written within a sentence."""
    name = format_date(date.fromisoformat(f"{month}-01"), "LLLL", locale=language())
    return name if language() == "en" else name.lower()


def month_short(month: str) -> str:
    """Mar, from "2026-03"."""
    return capital(format_date(date.fromisoformat(f"{month}-01"), "LLL", locale=language()).rstrip("."))


def size_words(size: int) -> str:
    """A size in kilobytes: 155.2 kB."""
    return gettext("%(number)s kB") % {"number": format_decimal(size / 1000, "#,##0.0", locale=language())}


def year_words(year: int) -> str:
    """2026, as a date: with the word for "year" where the language wants it."""
    # Translators: a year by Unicode's date patterns.
    return format_date(date(year, 1, 1), pgettext("date pattern", "y"), locale=language())


def quarter_words(period: str) -> str:
    """ "first quarter of 2026" from "2026Q1"."""
    quarter = Quarter.parse(period)
    names = (
        gettext("first quarter of %(year)s"),
        gettext("second quarter of %(year)s"),
        gettext("third quarter of %(year)s"),
        gettext("fourth quarter of %(year)s"),
    )
    return names[quarter.number - 1] % {"year": quarter.year}


def quarter_short(period: str) -> str:
    """Q1 2026, for a narrow column."""
    quarter = Quarter.parse(period)
    # Translators: a quarter of a year in a narrow column, as in "Q1 2026".
    return gettext("Q%(number)d %(year)d") % {
        "number": quarter.number,
        "year": quarter.year,
    }


def quarter_months(period: str) -> str:
    """ "January – March 2026" from "2026Q1"."""
    months = Quarter.parse(period).months
    names = {"first": month_name(months[0]), "last": month_name(months[-1]), "year": months[0][:4]}
    return capital(gettext("%(first)s – %(last)s %(year)s") % names)


def in_quarter(period: str) -> str:
    """ "in the first quarter of 2026" from "2026Q1"."""
    quarter = Quarter.parse(period)
    names = (
        gettext("in the first quarter of %(year)s"),
        gettext("in the second quarter of %(year)s"),
        gettext("in the third quarter of %(year)s"),
        gettext("in the fourth quarter of %(year)s"),
    )
    return names[quarter.number - 1] % {"year": quarter.year}


@dataclass(frozen=True)
class When:
    """A date as honest as the ledger has it: `short` for lists, `full` with what is not known, `wording`."""

    iso: str
    short: str
    full: str
    wording: str
    month: str


def when(iso: str, wording: str = "") -> When:
    """The date in words, with its precision said and not hidden."""
    if not iso:
        unknown = gettext("date not known")
        return When("", unknown, unknown, wording, "")
    value = EventDate.parse(iso)
    short, full = _WORDS[value.precision](value)
    return When(iso, short, full, wording, value.month or "")


def _day(value: EventDate) -> tuple[str, str]:
    words = day_words(value.first)
    return words, words


def _month(value: EventDate) -> tuple[str, str]:
    words = month_words(value.first)
    return words, gettext("%(month)s, the day is not known") % {"month": capital(words)}


def _year(value: EventDate) -> tuple[str, str]:
    words = year_words(value.first.year)
    return words, gettext("%(year)s, the month is not known") % {"year": words}


def _span(value: EventDate) -> tuple[str, str]:
    first, last = value.first, value.last
    dates = {"first": day_words(first), "last": day_words(last)}
    short = f"{dates['first']} – {dates['last']}"
    if (first.year, first.month) == (last.year, last.month):  # 15–20 March 2026
        short = re.sub(rf"\b{last.day}\b", f"{first.day}–{last.day}", dates["last"], count=1)
    return short, gettext("between %(first)s and %(last)s") % dates


_WORDS = {"day": _day, "month": _month, "year": _year, "span": _span}


def span_when(span: Span) -> When:
    """The days between which something lies, in words: a day, a month, a year, a span, or "not later than"."""
    if span.first is None:
        last = day_words(span.last)
        said = gettext("not later than %(date)s") % {"date": last}
        return When("", said, said, "", "")
    return when(_iso_of(span.first, span.last))


def _iso_of(first: date, last: date) -> str:
    """The shortest form of a date that means just these days."""
    whole_month = first.day == 1 and (last + timedelta(1)).day == 1 if last < date.max else False
    if first == last:
        return first.isoformat()
    if whole_month and (first.year, first.month) == (last.year, last.month):
        return first.isoformat()[:7]
    if whole_month and first.month == 1 and last.month == 12 and first.year == last.year:
        return f"{first.year:04}"
    return f"{first.isoformat()}/{last.isoformat()}"


def told_when(value: str) -> When:
    """A date as a statement on a point has it: the codebook's form, or an end that nothing bounds below."""
    first, slash, last = value.partition("/")
    if slash and first == "…":
        return span_when(Span.of(None, date.fromisoformat(last)))
    return when(value)


def days_words(count: AtLeastAtMost) -> str:
    """ "12 days", "at least 3, at most 12 days", "at least 3 days"."""
    return _count_words(count, ngettext("%(count)s day", "%(count)s days", _rounded(count)))


def hours_words(count: AtLeastAtMost) -> str:
    """ "5 hours", "at least 24, at most 72 hours"."""
    return _count_words(count, ngettext("%(count)s hour", "%(count)s hours", _rounded(count)))


def _rounded(count: AtLeastAtMost) -> int:
    return int(count.least if count.exact or count.most is None else count.most)


def _count_words(count: AtLeastAtMost, pattern: str) -> str:
    least = format_decimal(count.least, "#,##0.#", locale=language())
    if count.exact:
        return pattern % {"count": least}
    if count.most is None:
        return pattern % {"count": gettext("at least %(least)s") % {"least": least}}
    most = format_decimal(count.most, "#,##0.#", locale=language())
    return pattern % {
        "count": gettext("at least %(least)s, at most %(most)s") % {"least": least, "most": most}
    }


# --- the tile map -----------------------------------------------------------------------------------------

#: A shortened word ends in a consonant.
_NOT_LAST = "aeiouyьъаеёиоуыэюяәіөұү"
_GENERIC = re.compile(r"\b(region|область|облысы|обл\.)\b", re.IGNORECASE)


def region_abbreviation(code: str) -> str:
    """A region's name for a tile of a phone: "Kost.", "W. Kaz.", "Alm. reg." beside a city's name.

    Where the country itself has a word of initials for a region ("СКО"), that is the word.
    """
    label = region_label(code)
    core = _GENERIC.sub("", label).strip()
    parts = re.split(r"[\s-]+", core)
    if len(parts) > 1:
        initials = "".join(part[0].upper() for part in parts)
        return f"{parts[0][0]}. {parts[1][:3]}." if language() == "en" else f"{initials}О"
    generic = _GENERIC.search(label)
    if generic and any(
        core[:5] == region_label(other)[:5] for other in country(COUNTRY).regions if other != code
    ):
        return f"{core[:3]}. {generic[0][:3].lower()}."
    return core if len(core) <= 6 else core[:5].rstrip(_NOT_LAST) + "."
