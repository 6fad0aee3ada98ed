"""Many notices together: who sent how many, against whose sites, on which days. Built once, asked often."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice

from barometer.names.keys import key
from barometer.reach.notices.addresses import sites_of, words_in
from barometer.reach.notices.names import companies_in, names_it, pairs_of_capitals, sender_key
from barometer.reach.notices.values import Notice

#: A group that names more companies is about no one of them.
_MOST_COMPANIES = 50


@dataclass(frozen=True)
class Group:
    """The notices of one sender, of one claimed owner, or about one company.

    `name` is the spelling that is met most; `sites` the different ones that were aimed at; `days` how many a day.
    """

    name: str
    spellings: tuple[str, ...]
    notices: tuple[Notice, ...]
    sites: tuple[str, ...]
    days: tuple[tuple[date, int], ...]
    senders: tuple[str, ...]
    principals: tuple[str, ...]

    @property
    def first(self) -> date | None:
        """The day of the first notice that has a day."""
        return self.days[0][0] if self.days else None

    @property
    def last(self) -> date | None:
        """The day of the last."""
        return self.days[-1][0] if self.days else None

    @cached_property
    def targets(self) -> tuple[tuple[str, str], ...]:
        """(address, its words and the words of its path) of each target."""
        return tuple(
            (address, f"{notice.target_words} {words_in(address)}".strip())
            for notice in self.notices
            for address in notice.targets
        )

    @cached_property
    def one_company(self) -> str:
        """The company that every target names, written with its legal form somewhere; "" where there is none."""
        texts = [words for _, words in self.targets]
        if not texts or not all(texts):
            return ""
        named = (company for notice in self.notices for company in companies_in(notice.target_words))
        some = islice(dict.fromkeys(named), _MOST_COMPANIES)
        return next((one for one in some if all(names_it(text, one) for text in texts)), "")

    @cached_property
    def one_person(self) -> bool:
        """Whether two capitalised words that are no company's stand in the words of every notice."""
        texts = [notice.target_words for notice in self.notices]
        if not all(texts):
            return False
        shared = frozenset.intersection(*map(pairs_of_capitals, texts)) if texts else frozenset()
        companies = {
            " ".join(pair)
            for pair in shared
            if any(names_it(one, " ".join(pair)) for text in texts for one in companies_in(text))
        }
        return bool({" ".join(pair) for pair in shared} - companies)


class Crowd:
    """All notices that are known, by folded sender, by folded owner and by day."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self.notices = tuple(notices)
        self._senders = _gathered(self.notices, "sender")
        self._owners = _gathered(self.notices, "principal")
        self._days = sorted(notice.day for notice in self.notices if notice.day)

    def of_sender(self, notice: Notice) -> Group | None:
        """All of the notice's sender; None where nobody is named."""
        return self._senders.get(sender_key(notice.sender))

    def of_owner(self, notice: Notice) -> Group | None:
        """All for the notice's claimed owner; None where nobody is named."""
        return self._owners.get(sender_key(notice.principal))

    def between(self, first: date, last: date) -> int:
        """How many notices were sent on these days, both included."""
        return bisect_right(self._days, last) - bisect_left(self._days, first)

    @property
    def senders(self) -> tuple[Group, ...]:
        """Those with most notices first."""
        return _ordered(self._senders.values())

    @property
    def companies(self) -> tuple[Group, ...]:
        """The companies that targets name with their legal form, those with most notices first."""
        named: dict[str, list[tuple[str, Notice]]] = defaultdict(list)
        for notice in self.notices:
            for company in companies_in(notice.target_words):
                named[company].append((company, notice))
        return _ordered(_group([row for name in names for row in named[name]]) for names in _spellings(named))


def by_sender(notices: Iterable[Notice]) -> tuple[Group, ...]:
    """Who sent how many notices against which sites on which days; those with most first. Unnamed ones are left out."""
    return Crowd(notices).senders


def by_company(notices: Iterable[Notice]) -> tuple[Group, ...]:
    """The companies that the targets name, with the notices against these targets; those with most first."""
    return Crowd(notices).companies


def _spellings(names: Iterable[str]) -> list[list[str]]:
    """Names of companies, those together that are one in other letters; only names with one first word are compared."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for name in names:
        some = found[(key(name) or (name,))[0]]
        same = next((one for one in some if names_it(one[0], name) and names_it(name, one[0])), None)
        if same is None:
            some.append([name])
        else:
            same.append(name)
    return [one for some in found.values() for one in some]


def _gathered(notices: Sequence[Notice], field: str) -> dict[str, Group]:
    rows: dict[str, list[tuple[str, Notice]]] = defaultdict(list)
    for notice in notices:
        name = getattr(notice, field)
        if folded := sender_key(name):
            rows[folded].append((name, notice))
    return {folded: _group(some) for folded, some in rows.items()}


def _group(rows: Sequence[tuple[str, Notice]]) -> Group:
    names = Counter(name for name, _ in rows)
    notices = tuple(dict.fromkeys(notice for _, notice in rows))
    days = Counter(notice.day for notice in notices if notice.day)
    return Group(
        name=min(names, key=lambda name: (-names[name], name)),
        spellings=tuple(sorted(names)),
        notices=notices,
        sites=sites_of(address for notice in notices for address in notice.targets),
        days=tuple(sorted(days.items())),
        senders=_folded(notice.sender for notice in notices),
        principals=_folded(notice.principal for notice in notices),
    )


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    """Different names, each in its first spelling."""
    found: dict[str, str] = {}
    for name in names:
        if folded := sender_key(name):
            found.setdefault(folded, name)
    return tuple(found.values())


def _ordered(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda one: (-len(one.notices), -len(one.sites), one.name)))
