"""Signs that a notice may be misused, each with its reason. None is proof; their sum only says what to look at first.

The rules and their words are data (abuse_signs.toml); what each can and cannot say: docs/reference/abuse-signs.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from barometer.countries import country, fold
from barometer.countries.political import PoliticalDate, political_dates
from barometer.errors import UnknownValue
from barometer.names.comparison import compare
from barometer.names.words import stem
from barometer.reach.notices.addresses import (
    Days,
    days_in,
    free_host,
    host_of,
    is_free_mail,
    is_under,
    mail_hosts_in,
    site_of,
)
from barometer.reach.notices.crowd import Crowd
from barometer.reach.notices.fields import table
from barometer.reach.notices.names import begins_with, how_many_begin, names_it, sender_key
from barometer.reach.notices.values import Notice
from barometer.sources import language_of

LANGUAGES = ("en", "ru", "kk")


@dataclass(frozen=True)
class Sign:
    """A reason to look at a notice: `values` fill in its words, `about` is the address, site or name it is about.

    A name may be a person's: neither leaves the house without the naming policy.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    strength: int = 1


@dataclass(frozen=True)
class Context:
    """What is known beside the notices.

    `votes` are political dates, `outlets` names by site (a host, or "t.me/account"), `since` the day from which a host
    could hold a page, where somebody looked it up.
    """

    votes: tuple[PoliticalDate, ...] = ()
    outlets: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)

    def outlet_of(self, address: str) -> str:
        """The known outlet whose page an address is; "" where it is none's."""
        site, host = site_of(address), host_of(address)
        if site in self.outlets:
            return self.outlets[site]
        labels = host.split(".")
        parents = (".".join(labels[at:]) for at in range(len(labels) - 1))
        return next((self.outlets[one] for one in parents if one in self.outlets), "")


@cache
def context_of(code: str = "KZ") -> Context:
    """The context that the country's own data gives."""
    outlets = {domain: outlet.name for outlet in country(code).outlets for domain in outlet.domains}
    return Context(political_dates(code), outlets)


@cache
def rules() -> dict[str, Any]:
    """abuse_signs.toml."""
    with (resources.files("barometer.reach") / "data" / "abuse_signs.toml").open("rb") as stream:
        return tomllib.load(stream)


def codes() -> tuple[str, ...]:
    """The codes of all signs, in the order of the data."""
    return tuple(rules()["sign"])


# --- what is asked of it ----------------------------------------------------------------------------------------------


def abuse_signs(notice: Notice, others: Iterable[Notice], context: Context | None = None) -> tuple[Sign, ...]:
    """The signs of one notice among others (itself may be among them); the strongest first."""
    crowd = Crowd([notice, *(other for other in others if other != notice)])
    return _signs(notice, crowd, context or context_of())


def signs_of_all(notices: Iterable[Notice], context: Context | None = None) -> list[tuple[Sign, ...]]:
    """The signs of each of many notices, in their order; what they have in common is worked out once."""
    crowd = Crowd(notices)
    return [_signs(notice, crowd, context or context_of()) for notice in crowd.notices]


def weight(signs: Iterable[Sign]) -> int:
    """The sum of strengths; circumstances that honest senders show too add only so much, whatever their number."""
    known, sure, around = rules(), 0, 0
    for sign in signs:
        if known["sign"][sign.code].get("circumstance"):
            around += sign.strength
        else:
            sure += sign.strength
    return sure + min(around, int(known["circumstances"]))


def is_flagged(signs: Iterable[Sign]) -> bool:
    """Whether the signs together ask for a look by a person."""
    return weight(signs) >= int(rules()["threshold"])


def label_of(code: str, language: str) -> str:
    """The sign's name; UnknownValue for a code that there is not."""
    return str(_row(code)["label"][language if language in LANGUAGES else "en"])


def signs_in_words(sign: Sign, language: str) -> str:
    """The sign's reason as a sentence in en, ru or kk."""
    language = language if language in LANGUAGES else "en"
    text = str(_row(sign.code)["words"][language])

    def value(match: re.Match[str]) -> str:
        return sign.values.get(f"{match[1]}_{language}") or sign.values.get(match[1], "…")

    return re.sub(r"\{(\w+)\}", value, text)


def _row(code: str) -> dict[str, Any]:
    if code not in rules()["sign"]:
        raise UnknownValue(f"there is no sign {code!r}", next_step=f"use one of: {', '.join(codes())}")
    row: dict[str, Any] = rules()["sign"][code]
    return row


# --- the rules --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Case:
    """A notice with all that a rule may ask."""

    notice: Notice
    crowd: Crowd
    context: Context

    @property
    def owner(self) -> str:
        """Who is said to own the work: the principal, else the sender."""
        return self.notice.principal or self.notice.sender


_Rule = Callable[[_Case], Iterator[Sign]]


def _signs(notice: Notice, crowd: Crowd, context: Context) -> tuple[Sign, ...]:
    case = _Case(notice, crowd, context)
    found = [sign for rule in _RULES for sign in rule(case)]
    order = codes()
    return tuple(sorted(found, key=lambda one: (-one.strength, order.index(one.code))))


def _sign(code: str, about: str = "", **values: object) -> Sign:
    short = {name: _short(str(value)) for name, value in values.items()}
    return Sign(code, short, _short(about, 500), int(rules()["sign"][code]["strength"]))


def _short(text: str, most: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _least(name: str) -> Any:
    return rules()["least"][name]


def _known(words: str) -> list[str]:
    some: list[str] = rules()["words"][words]
    return some


def _span(day: date | None, addresses: Iterable[str]) -> list[Days]:
    """The days of the addresses, and that of the field before them."""
    told = [Days.of(day)] if day else []
    return told + [days for address in addresses if (days := days_in(address))]


def _first(days: Days) -> date:
    return days.first


def _dated(name: str, days: Days) -> dict[str, str]:
    """Words for a time of which an address tells the month and no day; a day needs none."""
    if days.first == days.last:
        return {}
    first = days.first
    months = {language: names[first.month - 1] for language, names in rules()["months"].items()}
    return _in_languages(name, _filled("by_address", year=first.year, **months))


def _filled(phrase: str, **values: object) -> dict[str, str]:
    """A phrase of the data in each language, with these values."""
    return {language: words.format(**values) for language, words in rules()["phrases"][phrase].items()}


def _younger_original(case: _Case) -> Iterator[Sign]:
    """The earliest that the original can be is after the last day on which any target can have appeared."""
    notice = case.notice
    if notice.ground not in ("copyright", ""):
        return
    original = _span(notice.work_date, notice.works)
    targets = _span(notice.target_date, notice.targets)
    if not original or not targets:
        return
    began, target = min(original, key=_first), max(targets, key=lambda one: one.last)
    if began.first > target.last:
        days = (began.first - target.last).days
        about = notice.works[0] if notice.works else notice.work
        exact = began.first == began.last and target.first == target.last
        yield _sign(
            "younger_original", about, original=began.iso, target=target.iso, days=days,
            **_dated("original", began), **_dated("target", target),
            **({} if exact else _in_languages("days", _filled("at_least", days=days))),
        )  # fmt: skip


def _backdated_original(case: _Case) -> Iterator[Sign]:
    notice = case.notice
    for address in notice.works:
        claimed = min(_span(notice.work_date, [address]), key=_first, default=None)
        if claimed is None:
            continue
        free, in_path, host = free_host(address), days_in(address), host_of(address)
        looked_up = [day for one, day in case.context.since.items() if is_under(host, one)]
        # a month may pass between a text and its page
        path = in_path.first - timedelta(days=31) if in_path else None
        since = max((day for day in [free[1] if free else None, path, *looked_up] if day), default=None)
        if since and claimed.first < since:
            shown = in_path if in_path and since == path else Days.of(since)
            yield _sign("backdated_original", address, original=claimed.iso, since=shown.iso, host=host)
            return


def _throwaway_original(case: _Case) -> Iterator[Sign]:
    for address in case.notice.works:
        if free := free_host(address):
            yield _sign("throwaway_original", address, host=free[0])
            return


@cache
def _content(text: str, language: str) -> frozenset[str]:
    """The stems of the words of four letters and more."""
    words = re.findall(r"[^\W\d_]{4,40}", text[:20_000].casefold())
    return frozenset(stem(word, language) for word in words)


def _texts(case: _Case) -> tuple[str, str, str, str] | None:
    """(work, its language, target, its language), where both are texts of some length and the claim is about a text."""
    notice = case.notice
    work, target = notice.work, notice.target_words
    if notice.ground not in ("copyright", "") or begins_with(work, _known("not_text")):
        return None
    if min(len(work.split()), len(target.split())) < _least("words"):
        return None
    return work, language_of(work), target, language_of(target)


def _about_something_else(case: _Case) -> Iterator[Sign]:
    texts = _texts(case)
    if not texts or texts[1] != texts[3]:
        return
    work, target = _content(texts[0], texts[1]), _content(texts[2], texts[3])
    fewer = min(len(work), len(target))
    if fewer < _least("words"):
        return
    shared = len(work & target)
    if shared < _least("likeness") * fewer:
        yield _sign("about_something_else", case.notice.work, words=len(work), shared=shared)


def _other_language(case: _Case) -> Iterator[Sign]:
    texts = _texts(case)
    if texts and texts[1] != texts[3]:
        names = rules()["languages"]
        told = {
            **_in_languages("original", names[texts[1]]),
            **_in_languages("target", names[texts[3]]),
        }
        yield _sign("other_language", case.notice.work, original=texts[1], target=texts[3], **told)


def _in_languages(name: str, words: Mapping[str, str]) -> dict[str, str]:
    """A value that has other words in each language."""
    return {f"{name}_{language}": text for language, text in words.items()}


def _many_outlets(case: _Case) -> Iterator[Sign]:
    group = case.crowd.of_sender(case.notice)
    if group and len(group.sites) >= _least("sites"):
        yield _sign(
            "many_outlets", group.name, sender=group.name, notices=len(group.notices), sites=len(group.sites)
        )


def _many_outlets_owner(case: _Case) -> Iterator[Sign]:
    group = case.crowd.of_owner(case.notice)
    if group and len(group.senders) > 1 and len(group.sites) >= _least("sites"):
        yield _sign(
            "many_outlets_owner",
            group.name,
            owner=group.name,
            senders=len(group.senders),
            sites=len(group.sites),
        )


def _same_day(case: _Case) -> Iterator[Sign]:
    group = case.crowd.of_sender(case.notice)
    day = case.notice.day
    if not group or not day:
        return
    count = dict(group.days)[day]
    if count >= _least("same_day"):
        yield _sign("same_day", group.name, sender=group.name, notices=count, day=day)


def _before_vote(case: _Case) -> Iterator[Sign]:
    """In the days before the vote there are so many, and several times what the year before had in such a span."""
    day, before = case.notice.day, int(_least("before"))
    if not day:
        return
    vote = next((one for one in case.context.votes if 0 <= (one.day - day).days <= before), None)
    if vote is None:
        return
    first = vote.day - timedelta(days=before)
    count = case.crowd.between(first, vote.day)
    year = case.crowd.between(first - timedelta(days=365), first - timedelta(days=1))
    usual = year * (before + 1) / 365
    if count >= _least("burst") and count >= _least("burst_times") * usual:
        names = _in_languages("vote", vote.name)
        yield _sign(
            "before_vote", vote.day.isoformat(), vote=vote.name["en"], day=vote.day,
            notices=count, before=before, usual=f"{usual:.1f}", **names,
        )  # fmt: skip


def _one_company(case: _Case) -> Iterator[Sign]:
    for group in (case.crowd.of_sender(case.notice), case.crowd.of_owner(case.notice)):
        if group is None or len(group.targets) < _least("targets"):
            continue
        if company := group.one_company:
            names = (case.notice.sender, *group.principals)
            own = any(names_it(name, company) for name in names)
            code = "own_company" if own else "one_company"
            yield _sign(code, company, targets=len(group.targets), sender=group.name, company=company)
            return
        if group.one_person:
            yield _sign("one_person", "", targets=len(group.targets), sender=group.name)
            return


def _is_news(case: _Case, address: str) -> bool:
    """A known outlet's page, a path of news, or words of news."""
    if case.context.outlet_of(address):
        return True
    if set(re.findall(r"\w+", address.casefold().partition("://")[2])) & set(_known("news_paths")):
        return True
    text = case.notice.target_words
    return how_many_begin(text, _known("news")) >= int(_least("news"))


def _unrelated_brand(case: _Case) -> Iterator[Sign]:
    trade = begins_with(case.owner, _known("trade"))
    news = next((one for one in case.notice.targets if _is_news(case, one)), "")
    if trade and news and case.notice.ground in ("copyright", "trademark", ""):
        yield _sign("unrelated_brand", case.owner, owner=case.owner, trade=_word(case.owner, trade))


def _word(text: str, beginning: str) -> str:
    """The word of a text that begins so."""
    wanted = fold(beginning)
    return next((word for word in text.split() if fold(word).startswith(wanted)), beginning)


def _newspaper(case: _Case) -> str:
    """The owner or the sender that is called like a newspaper; "" where neither is."""
    return next(
        (
            name
            for name in (case.notice.principal, case.notice.sender)
            if begins_with(name, _known("newspaper"))
        ),
        "",
    )


def _distant_newspaper(case: _Case) -> Iterator[Sign]:
    name = _newspaper(case)
    if not name or case.notice.ground not in ("copyright", ""):
        return
    known = country().find_outlet(name) or sender_key(name) in map(sender_key, case.context.outlets.values())
    work, target = case.notice.work or name, case.notice.target_words
    if not known and target and language_of(work) != language_of(target):
        yield _sign("distant_newspaper", name, owner=name)


def _not_at_owner(case: _Case) -> Iterator[Sign]:
    name = _newspaper(case) or _poses(case)[0]
    found = [one for one in mail_hosts_in(case.notice.words) if one not in _platform_hosts()]
    if name and found and all(is_free_mail(one) for one in found):
        yield _sign("not_at_owner", name, owner=name, host=found[0])


@cache
def _platform_hosts() -> frozenset[str]:
    return frozenset(host for row in table()["platform"] for host in row["mail"])


def _poses(case: _Case) -> tuple[str, str]:
    """(the owner or sender, the targeted outlet) where both are called alike; two "" else."""
    if case.notice.ground not in ("copyright", "trademark", ""):
        return "", ""
    outlets = dict.fromkeys(filter(None, map(case.context.outlet_of, case.notice.targets)))
    for outlet in outlets:
        for name in filter(None, (case.notice.principal, case.notice.sender)):
            if compare(name, outlet, "outlet").probability >= 0.8:
                return name, outlet
    return "", ""


def _poses_as_target(case: _Case) -> Iterator[Sign]:
    name, outlet = _poses(case)
    if name:
        yield _sign("poses_as_target", name, owner=name, outlet=outlet)


def _trademark_on_news(case: _Case) -> Iterator[Sign]:
    if case.notice.ground != "trademark":
        return
    for address in case.notice.targets:
        if _is_news(case, address):
            yield _sign("trademark_on_news", address, site=site_of(address) or host_of(address))
            return


def _reputation_as_copyright(case: _Case) -> Iterator[Sign]:
    words = case.notice.words
    if case.notice.ground == "copyright" and (found := begins_with(words, _known("reputation"))):
        at = max(0, words.casefold().find(found.casefold()))
        quote = words[max(0, at - 40) : at + 80]
        yield _sign("reputation_as_copyright", quote=quote)


@cache
def _court() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in _known("court")))


def _court_not_named(case: _Case) -> Iterator[Sign]:
    words = case.notice.words
    told = len(words.split()) >= _least("words")
    if case.notice.ground == "court_order" and told and not _court().search(words[:20_000]):
        yield _sign("court_not_named")


def _no_work(case: _Case) -> Iterator[Sign]:
    if case.notice.ground == "copyright" and not case.notice.work.strip() and not case.notice.works:
        yield _sign("no_work")


_RULES: tuple[_Rule, ...] = (
    _younger_original,
    _backdated_original,
    _throwaway_original,
    _about_something_else,
    _other_language,
    _many_outlets,
    _many_outlets_owner,
    _same_day,
    _before_vote,
    _one_company,
    _unrelated_brand,
    _distant_newspaper,
    _not_at_owner,
    _poses_as_target,
    _trademark_on_news,
    _reputation_as_copyright,
    _court_not_named,
    _no_work,
)
