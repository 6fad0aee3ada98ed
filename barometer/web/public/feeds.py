"""Feeds: what is filtered, a case, a person, an outlet or the corrections, as Atom, RSS and JSON Feed.

An entry keeps its id for good, and its time of change moves when readers are told of a correction. Of what was
withdrawn Atom says so (RFC 6721); the other forms leave it out, and the feed of corrections tells it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date
from django.utils.translation import gettext

from barometer.review import PUBLIC
from barometer.web.public import (
    cards,
    clock,
    facets,
    filters,
    glance,
    joined,
    notes,
    people,
    stories,
    views,
    words,
)
from barometer.web.public.caching import may_be_kept
from barometer.web.public.filters import Filters
from barometer.web.records.models import Event, Party
from barometer.web.records.reviewing import PublicNote

#: So many entries, the latest changed first.
LONGEST = 50
#: Withdrawals and corrections are told so long.
TOLD = timedelta(days=90)
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An event or a note, in the reader's language; addresses are absolute."""

    id: str
    title: str
    address: str
    text: str
    published: datetime
    changed: datetime
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gone:
    """An entry that was withdrawn."""

    id: str
    at: datetime


@dataclass(frozen=True)
class Feed:
    """What a feed says, in any form; `page` is what it is of, `at` its own address."""

    title: str
    page: str
    at: str
    entries: tuple[Entry, ...]
    gone: tuple[Gone, ...] = ()

    @property
    def changed(self) -> datetime:
        """The latest change; of an empty feed the beginning of the record."""
        times = [one.changed for one in self.entries] + [one.at for one in self.gone]
        return max(times, default=_BEGINNING)


# --- what they hold ---------------------------------------------------------------------------------------


def of_events(
    found: QuerySet[Event], absolute: Callable[[str], str], longest: int = LONGEST
) -> tuple[Entry, ...]:
    """The events that were published or corrected last."""
    since = clock.today() - TOLD
    newest = list(found.order_by("-published_at", "-pk").values_list("pk", flat=True)[:longest])
    noted = found.filter(public_notes__date__gte=since).annotate(noted=Max("public_notes__date"))
    corrected = list(noted.order_by("-noted", "-pk").values_list("pk", flat=True)[:longest])
    told = cards.ready(Event.objects.public().filter(pk__in={*newest, *corrected}))
    entries = [entry(row, absolute) for row in told.annotate(noted=Max("public_notes__date"))]
    return tuple(sorted(entries, key=lambda one: (one.changed, one.id), reverse=True)[:longest])


def entry(event: Event, absolute: Callable[[str], str]) -> Entry:
    """An event that came with `noted`, the day of the last note on it."""
    card = cards.card(event)
    published = event.published_at.replace(microsecond=0)
    changed = max(published, end_of(event.noted)) if event.noted else published
    return Entry(
        id_of(event.public_id),
        card.heading,
        absolute(card.address),
        " ".join(
            filter(
                None, [_sentence(", ".join(filter(None, [card.when.short, card.place]))), card.summary.text]
            )
        ),
        published,
        changed,
        (card.kind_label, *(one.label for one in card.types)),
    )


def _sentence(text: str) -> str:
    return f"{words.capital(text)}." if text else ""


def id_of(public_id: str, what: str = "event") -> str:
    """The id of an entry: the same wherever the site or its mirror stands."""
    return f"urn:x-press-barometer:{words.language()}:{what}:{public_id}"


def end_of(day: Any) -> datetime:
    """The last second of a day in universal time: a note has a day and no hour."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def withdrawn() -> tuple[Gone, ...]:
    """What was withdrawn lately and is not public again."""
    rows = notes.listed().filter(kind=PublicNote.Kind.WITHDRAWAL, date__gte=clock.today() - TOLD)
    rows = rows.exclude(event__state__in=PUBLIC)[:LONGEST]
    last = {row.event.public_id: end_of(row.date) for row in reversed(rows)}
    return tuple(Gone(id_of(public_id), at) for public_id, at in sorted(last.items()))


def of_notes(absolute: Callable[[str], str]) -> tuple[Entry, ...]:
    """Corrections, replies and withdrawals as entries."""
    found = []
    for row in notes.listed()[:LONGEST]:
        said = notes.note(row)
        text = " ".join(filter(None, [_sentence(said.reason), said.words.text]))
        at = end_of(row.date)
        found.append(
            Entry(
                id_of(row.public_id, "note"),
                said.kind_label,
                absolute(said.address),
                text,
                at,
                at,
                (said.kind_label,),
            )
        )
    return tuple(found)


def name_of(wanted: Filters) -> str:
    """A choice in words: "Section: 2. …, Month: March 2026"; "" for all events."""
    titles = glance.thematic_titles()
    named = stories.titles(wanted.values("case")) if wanted.values("case") else {}
    said = [facets.value_label(name, value, titles, named) for name, value in wanted.pairs()]
    return ", ".join([f"“{wanted.text}”"] * bool(wanted.text) + said)


# --- their forms ------------------------------------------------------------------------------------------


class _Atom(Atom1Feed):
    """Atom with what was withdrawn; an empty feed has a time that stays."""

    def latest_post_date(self) -> datetime:
        return self.feed["changed"]

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:at": "http://purl.org/atompub/tombstones/1.0"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for one in self.feed["gone"]:
            handler.addQuickElement("at:deleted-entry", "", {"ref": one.id, "when": rfc3339_date(one.at)})


class _Rss(Rss201rev2Feed):
    """RSS 2.0; an empty feed has a time that stays."""

    def latest_post_date(self) -> datetime:
        return self.feed["changed"]


def _xml(maker: type[Any], feed: Feed) -> bytes:
    made = maker(
        feed.title, feed.page, gettext("Freedom of speech in Kazakhstan, on record"), language=words.language(),
        feed_url=feed.at, author_name=gettext("Press Barometer"), feed_copyright="CC BY 4.0", changed=feed.changed,
        gone=feed.gone,
    )  # fmt: skip
    for one in feed.entries:
        made.add_item(
            one.title, one.address, one.text, pubdate=one.published, updateddate=one.changed, unique_id=one.id,
            unique_id_is_permalink=False, categories=one.about,
        )  # fmt: skip
    return made.writeString("utf-8").encode()


def _json(feed: Feed) -> bytes:
    items = [
        {
            "id": one.id, "url": one.address, "title": one.title, "content_text": one.text,
            "date_published": rfc3339_date(one.published), "date_modified": rfc3339_date(one.changed),
            "tags": list(one.about), "language": words.language(),
        }
        for one in feed.entries
    ]  # fmt: skip
    whole = {
        "version": "https://jsonfeed.org/version/1.1", "title": feed.title, "home_page_url": feed.page,
        "feed_url": feed.at, "language": words.language(), "authors": [{"name": gettext("Press Barometer")}],
        "items": items,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


#: ending → (media type, what writes it)
FORMS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": ("application/atom+xml", lambda feed: _xml(_Atom, feed)),
    "rss": ("application/rss+xml", lambda feed: _xml(_Rss, feed)),
    "json": ("application/feed+json", _json),
}


def answer(request: HttpRequest, form: str, feed: Feed) -> HttpResponseBase:
    """The feed, or that nothing has changed since the reader asked last."""
    media_type, write = FORMS[form]
    data = write(feed)
    made = HttpResponse(data, content_type=f"{media_type}; charset=utf-8")
    made["ETag"] = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    may_be_kept(made, 900)
    changed = min(feed.changed, datetime.now(UTC))
    made["Last-Modified"] = changed.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return get_conditional_response(request, made["ETag"], int(changed.timestamp()), made) or made


# --- pages ------------------------------------------------------------------------------------------------


def _feed(
    request: HttpRequest, title: str, page: str, entries: Iterable[Entry], gone: tuple[Gone, ...] = ()
) -> Feed:
    site = gettext("Press Barometer")
    return Feed(
        f"{title} · {site}" if title else site,
        request.build_absolute_uri(page),
        request.build_absolute_uri(),
        tuple(entries),
        gone,
    )


@views.page
def events(request: HttpRequest, form: str) -> HttpResponseBase:
    """The events that an address asks for: as the explorer reads it."""
    wanted = filters.parse(request.GET).on_page(1)
    entries = of_events(facets.matching(wanted), request.build_absolute_uri)
    title = name_of(wanted) or gettext("Events")
    return answer(request, form, _feed(request, title, filters.address(wanted), entries, withdrawn()))


@views.page
def case(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The events of a case."""
    found = stories.case_called(stories.called(slug), slug)
    if found is None:
        raise Http404(gettext("There is no such case."))
    entries = of_events(Event.objects.public().filter(case=found), request.build_absolute_uri)
    title = str(stories.story_of(found.slug, found.shown).title)
    page = reverse("public:case", args=[joined.slug_of(found.slug)])
    return answer(request, form, _feed(request, title, page, entries))


@views.page
def person(request: HttpRequest, public_id: str, form: str) -> HttpResponseBase:
    """The events of a person who has a page; search engines are told to leave it out."""
    made = _party(request, public_id, form, Party.Kind.PERSON)
    made["X-Robots-Tag"] = "noindex, noarchive"
    return made


@views.page
def outlet(request: HttpRequest, public_id: str, form: str) -> HttpResponseBase:
    """The events of an outlet."""
    return _party(request, public_id, form, Party.Kind.OUTLET)


def _party(request: HttpRequest, public_id: str, form: str, kind: str) -> HttpResponseBase:
    found = people.events_of(public_id, kind)
    if found is None:
        raise Http404(gettext("There is no such page."))
    name, rows = found
    entries = of_events(rows, request.build_absolute_uri)
    return answer(request, form, _feed(request, name, reverse(f"public:{kind}", args=[public_id]), entries))


@views.page
def corrections(request: HttpRequest, form: str) -> HttpResponseBase:
    """What was corrected, withdrawn or answered."""
    entries = of_notes(request.build_absolute_uri)
    return answer(
        request, form, _feed(request, gettext("Corrections"), reverse("public:corrections"), entries)
    )


# --- where pages name them --------------------------------------------------------------------------------


def links(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The feeds of the page at hand: (media type, name, address)."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.namespace not in ("public", "mirror"):
        return []
    if match.url_name in ("home", "events"):
        wanted = filters.parse(request.GET).on_page(1) if match.url_name == "events" else Filters()
        query = filters.address(wanted).partition("?")[2]
        base, end = reverse("public:events"), f"?{query}" if query else ""
    elif match.url_name in ("case", "person", "outlet", "corrections"):
        base, end = request.path, ""
    else:
        return []
    names = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
    forms = (
        names
        if match.url_name in ("home", "events", "corrections")
        else {"atom": "Atom", "json": "JSON Feed"}
    )
    return [(FORMS[form][0], names[form], f"{base}feed.{form}{end}") for form in forms]
