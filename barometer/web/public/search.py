"""One search for everything public: events, cases, people, outlets, bodies and articles of law, in any spelling.

Words are found by their stems in English, Russian and Kazakh (barometer.names.words). Names are found across
scripts, spellings and cases of declension by how they sound (barometer.names): "Sarsenova", "Сарсеновой" and
"Сәрсенова" are one. Whoever may not be named is not found by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from barometer.countries import country
from barometer.names.words import index_words, query_words
from barometer.web.public import facets, filters, parties, stories, views, words
from barometer.web.public.counting import Columns
from barometer.web.public.filters import Filters, address

MOST_EVENTS, MOST_CASES, MOST_NAMES, MOST_ARTICLES = 8, 6, 8, 8
_CODE = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Hit:
    """Something that was found: its name, its page, how many events it is in."""

    name: str
    address: str
    events: int
    note: str = ""


@views.page
def search(request: HttpRequest) -> HttpResponse:
    """What was found by the words of the address, by kind."""
    wanted = filters.parse(request.GET)
    text = wanted.text
    if request.GET.get("q") is not None and dict(request.GET.lists()) != ({"q": [text]} if text else {}):
        return redirect(reverse("public:search") + (f"?{urlencode({'q': text})}" if text else ""))
    context = {"text": text, "longest_text": filters.LONGEST_TEXT, "crumbs": views.crumbs()}
    if text:
        context |= found_by(text)
    return render(request, "public/search.html", context)


def found_by(text: str) -> dict[str, object]:
    """Everything that the words find."""
    selection = facets.select(Filters(text=text))
    found, mask = selection.columns, selection.mask
    pks = found.rows(mask, 0, MOST_EVENTS)
    told = found.cases(mask)
    names = named(text, found)
    groups = [
        ("people", gettext("People"), names["person"]),
        ("outlets", gettext("Outlets"), names["outlet"]),
        ("bodies", gettext("Bodies"), names["body"]),
        ("articles", gettext("Articles of law"), articles(text, found)),
    ]
    return {
        "events": [views.cards.card(row) for row in views.rows_of(pks)],
        "how_many": selection.count,
        "explorer": address(Filters(text=text)),
        "stories": stories.briefly([row.pk for row in told[:MOST_CASES]]),
        "more_cases": max(len(told) - MOST_CASES, 0),
        "groups": [group for group in groups if group[2]],
        "nothing": not selection.count and not any(group[2] for group in groups),
    }


def named(text: str, found: Columns) -> dict[str, list[Hit]]:
    """People, outlets and bodies of published events whose name is likely this one, the likeliest first."""
    likely = parties.alike(text)
    hidden = facets.hidden_people()
    hits: dict[str, list[Hit]] = {}
    for kind in parties.KINDS:
        column = found.columns[kind]
        every = column.counted(found.all)
        counts = {column.name(code): int(every[code]) for code in column.codes_of(likely[kind])}
        ids = [one for one in likely[kind] if counts.get(one) and one not in hidden][:MOST_NAMES]
        shown = parties.names({kind: ids})
        hits[kind] = [
            Hit(shown[one], reverse(f"public:{kind}", args=[one]), counts[one]) for one in ids if one in shown
        ]
    return hits


def articles(text: str, found: Columns) -> list[Hit]:
    """Articles of law by their code, their number or the words of their title."""
    counts = found.columns["provision"].counts(found.all)
    wanted = query_words(text)
    code = text.strip().upper()
    titles = _titles()
    codes = [one for one in {*titles, *counts} if _CODE.fullmatch(code) and one == code]
    codes += sorted(
        (
            one
            for one, title in titles.items()
            if wanted and all(any(word.startswith(start) for word in title) for start in wanted)
        ),
        key=lambda one: (-counts.get(one, 0), one),
    )
    return [
        Hit(
            words.provision_label(one),
            reverse("public:provision", args=[one]),
            counts.get(one, 0),
            words.provision_subject(one),
        )
        for one in dict.fromkeys(codes)
    ][:MOST_ARTICLES]


@cache
def _titles() -> dict[str, frozenset[str]]:
    """Article → the words of its titles and of how it is cited, in every language."""
    data = country(words.COUNTRY)
    return {
        code: frozenset(
            " ".join(
                index_words(f"{article.title.get(one, '')} {data.title_of(code, one)}")
                for one in words.LANGUAGES
            ).split()
        )
        for code, article in data.articles.items()
    }
