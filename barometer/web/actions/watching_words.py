"""What a proposed event says of an outage, in three languages: who could not reach the site, of how many asked.

These are words of a record, not of a page: they stand here and not in the catalogues. "Blocked" is said only where a
known block page or sinkhole was met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from babel.dates import format_date
from django.utils import timezone

from barometer.countries import country
from barometer.errors import UnknownValue
from barometer.reach.rules import rule_words
from barometer.reach.values import Reach
from barometer.web.records.watch import SiteOutage

_HEADLINE = {
    "en": "The site of {name} could not be reached",
    "ru": "Сайт «{name}» не открывался",
    "kk": "«{name}» сайты ашылмады",
}
_HEADLINE_BACK = {
    "en": "The site of {name} can be reached again",
    "ru": "Сайт «{name}» снова открывается",
    "kk": "«{name}» сайты қайта ашылды",
}
_SAID: Mapping[str, Mapping[str, str]] = {
    Reach.DOWN: {
        "en": "From {began} the site of {name} ({host}) could not be reached from {agreeing} of {asked} places of "
        "measurement {where}.",
        "ru": "С {began} сайт «{name}» ({host}) не открывался в {agreeing} из {asked} точек измерения {where}.",
        "kk": "{began} бастап «{name}» сайты ({host}) {where} {asked} өлшеу орнының ішінде {agreeing} орында ашылмады.",
    },
    Reach.OVERLOADED: {
        "en": "From {began} the site of {name} ({host}) answered too late or with errors of its server, more often "
        "than usual: so it was at {agreeing} of {asked} places of measurement {where}.",
        "ru": "С {began} сайт «{name}» ({host}) отвечал слишком поздно или ошибкой сервера чаще обычного: так было "
        "в {agreeing} из {asked} точек измерения {where}.",
        "kk": "{began} бастап «{name}» сайты ({host}) әдеттегіден жиі кеш немесе сервер қатесімен жауап берді: {where} "
        "{asked} өлшеу орнының ішінде {agreeing} орында солай болды.",
    },
    Reach.BLOCKED_LIKELY: {
        "en": "From {began} the site of {name} ({host}) could not be reached from {agreeing} of {asked} places of "
        "measurement {where}. There are signs of a restriction; none of them is proof.",
        "ru": "С {began} сайт «{name}» ({host}) не открывался в {agreeing} из {asked} точек измерения {where}. Есть "
        "признаки ограничения доступа; доказательством ни один из них не является.",
        "kk": "{began} бастап «{name}» сайты ({host}) {where} {asked} өлшеу орнының ішінде {agreeing} орында ашылмады. "
        "Қолжетімділікті шектеу белгілері бар; олардың ешқайсысы дәлел емес.",
    },
    Reach.BLOCKED_CONFIRMED: {
        "en": "From {began} readers of the site of {name} ({host}) met a known block page instead of it: so it was at "
        "{agreeing} of {asked} places of measurement {where}.",
        "ru": "С {began} вместо сайта «{name}» ({host}) показывалась известная страница блокировки: так было в "
        "{agreeing} из {asked} точек измерения {where}.",
        "kk": "{began} бастап «{name}» сайтының ({host}) орнына белгілі бұғаттау беті шықты: {where} {asked} өлшеу "
        "орнының ішінде {agreeing} орында солай болды.",
    },
}
_ELSEWHERE = {
    "en": " Elsewhere {reached} of {asked} reached it.",
    "ru": " В других странах он открывался в {reached} из {asked} точек.",
    "kk": " Басқа елдерде {asked} орынның ішінде {reached} орында ашылды.",
}
_BACK = {
    "en": "From {ended} the site of {name} ({host}) could be reached again {where}; it had not been since {began}.",
    "ru": "С {ended} сайт «{name}» ({host}) снова открывается {where}; он не открывался с {began}.",
    "kk": "{ended} бастап «{name}» сайты ({host}) {where} қайта ашылды; ол {began} бастап ашылмаған еді.",
}
_WHERE = {
    "KZ": {"en": "in Kazakhstan", "ru": "в Казахстане", "kk": "Қазақстандағы"},
    "": {"en": "in the country ({code})", "ru": "в стране ({code})", "kk": "елдегі ({code})"},
}
_WHERE_BACK = {"KZ": "Қазақстанда", "": "елде ({code})"}


@dataclass(frozen=True)
class Told:
    """By language the headline and the summary; the note for the desk."""

    headline: dict[str, str]
    summary: dict[str, str]
    note: str


def told(row: SiteOutage, *, is_back: bool) -> Told:
    """What the event of an outage's beginning, or of its end, says."""
    headlines = _HEADLINE_BACK if is_back else _HEADLINE
    names = {language: name_in(row.site.outlet.name, language) for language in headlines}
    return Told(
        {language: text.format(name=names[language]) for language, text in headlines.items()},
        {language: _summary(row, language, name, is_back=is_back) for language, name in names.items()},
        _note(row),
    )


def name_in(name: str, language: str) -> str:
    """An outlet's name in a language, where the country's data has it."""
    known = country("KZ").find_outlet(name)
    return known.names.get(language, name) if known else name


def _summary(row: SiteOutage, language: str, name: str, *, is_back: bool) -> str:
    said = {
        "name": name,
        "host": host_of(row.site.address),
        "began": _moment(row.began, language),
        "ended": _moment(row.ended, language) if row.ended else "",
        "agreeing": row.agreeing,
        "asked": row.asked,
        "where": where(row.site.country, language, is_back=is_back),
    }
    if is_back:
        return _BACK[language].format(**said)
    text = _SAID[Reach(row.state)][language].format(**said)
    if row.control_asked:
        text += _ELSEWHERE[language].format(reached=row.control_reached, asked=row.control_asked)
    return text


def where(code: str, language: str, *, is_back: bool = False) -> str:
    """In the country, as the templates need it."""
    if language == "kk" and is_back:
        return _WHERE_BACK.get(code, _WHERE_BACK[""]).format(code=code)
    return _WHERE.get(code, _WHERE[""])[language].format(code=code)


def host_of(address: str) -> str:
    """What of an address a reader knows a site by."""
    parts = urlsplit(address)
    return (parts.hostname or address).removeprefix("www.") + parts.path.rstrip("/")


def _moment(at: datetime, language: str) -> str:
    local = timezone.localtime(at)
    return f"{format_date(local.date(), 'long', locale=language)}, {local:%H:%M}"


def _note(row: SiteOutage) -> str:
    """For the desk: the verdict that was clearest, its rule, and who could say nothing."""
    try:
        why = rule_words(row.rule)
    except UnknownValue:
        why = row.rule
    return (
        f"Measured, not told by anybody. Clearest verdict: {row.agreeing} of {row.asked} witnesses agree, "
        f"{row.unable} could say nothing; control: {row.control_reached} of {row.control_asked} reached it. "
        f"Rule {row.rule}: {why}. If an order or the providers turn out to be behind it, it is digital.website_blocking."
    )
