"""The name under which a page shows somebody: whom judgements joined or set apart, and who is withheld from the public.

Worked out once a request. Pages of the desk, by their address, show names as the desk may see them; all else is public.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.utils.translation import get_language

from barometer.web.public import memory
from barometer.web.records import hiding, naming
from barometer.web.records.models import Event, Item, Mention
from barometer.web.records.withholding import NOBODY, Withheld

T = TypeVar("T")
_request = Local()
_public: ContextVar[bool | None] = ContextVar("public", default=None)
_among: ContextVar[tuple[str, ...]] = ContextVar("among", default=())
_DESK = "/desk/"
#: So many things that `recent` keeps.
_RECENT = 200


def names() -> naming.Shown:
    """The names to show; for the public of published names only."""
    public = is_public()
    return once(("names", public), lambda: _names(public=public))


def once(what: Hashable, work_out: Callable[[], T]) -> T:
    """What `work_out` gives, worked out once a request and language."""
    return once_in_all_languages((what, get_language()), work_out)


def once_in_all_languages(what: Hashable, work_out: Callable[[], T]) -> T:
    """The same of what has no words."""
    kept = getattr(_request, "kept", None)
    if kept is None:
        return work_out()
    if what not in kept:
        kept[what] = work_out()
    return kept[what]


def recent(what: Hashable, work_out: Callable[[], T]) -> T:
    """As `once_in_all_languages`, of things that are many: the latest few are kept."""
    kept = getattr(_request, "kept", None)
    if kept is None:
        return work_out()
    latest = kept.setdefault("recent", {})
    if what not in latest:
        if len(latest) >= _RECENT:
            del latest[next(iter(latest))]
        latest[what] = work_out()
    return latest[what]


@contextmanager
def one_state() -> Iterator[None]:
    """All that is made within is of one state of the ledger: what is worked out once a request holds for all of it.

    For what is made without a request, such as a release or the mirror.
    """
    before = getattr(_request, "kept", None)
    _request.kept = {}
    try:
        yield
    finally:
        _request.kept = before


def _names(*, public: bool) -> naming.Shown:
    """The public's are remembered until the ledger's next revision: see barometer.web.public.memory."""
    if not public:
        return naming.shown_names(public=False)
    hidden = memory.remembered("hidden people", hiding.found, again=hiding.brought_up_to_date).withheld
    return memory.remembered("names", lambda: naming.shown_names(public=True, people=hidden))


def is_public() -> bool:
    """Whether what is being made is for the public; so it is where nothing says otherwise."""
    said = _public.get()
    return not getattr(_request, "at_the_desk", False) if said is None else said


def name_of(row: Mention) -> str:
    """The name to show for one mention, which came with its party and its event."""
    one = withheld().hidden(row.party.kind, row.party.name, _among.get())
    if one and _among.get():
        return withheld().printed(one, row.type)
    return names().of(row.party.kind, row.party.name, naming.mention_key(row), row.type)


@contextmanager
def among(events: Iterable[Event]) -> Iterator[None]:
    """Names that stand for all of these events: by leave for each of them that has the person."""
    before = _among.set(tuple(event.public_id for event in events))
    try:
        yield
    finally:
        _among.reset(before)


def is_hidden(row: Mention) -> bool:
    """Whether the mention's name may not stand there."""
    return names().hidden(row.party.kind, row.party.name, naming.mention_key(row)) is not None


def has_page(row: Mention) -> bool:
    """Whether the person of the mention may have a public page; one who was set apart shares a name, not the page."""
    shown = names()
    return row.party.name not in shown.withheld.by_name and naming.mention_key(row) not in shown.apart


def withheld() -> Withheld:
    """Who is not named; nobody at the desk."""
    return names().withheld if is_public() else NOBODY


def said(text: str, language: str, *events: Event) -> str:
    """Words of these events as the reader may see them; of none, words that stand for all."""
    return withheld().text(text, language, [event.public_id for event in events])


def said_of_item(item: Item, text: str, language: str) -> str:
    """Words of an entry as the reader may see them: by leave for all its events."""
    people = withheld()
    return people.text(text, language, events_of(item)) if people else text


def events_of(item: Item) -> list[str]:
    """The public ids of the entry's events, where it matters which they are."""
    return [event.public_id for event in item.events.all()] if withheld().asks_where else []


def slug_of(slug: str) -> str:
    """How the reader knows a case: by its public id where its slug spells a name that is withheld."""
    return withheld().slug(slug)


@contextmanager
def audience(*, public: bool) -> Iterator[None]:
    """Names as the public, or as the desk, may see them."""
    before = _public.set(public)
    try:
        yield
    finally:
        _public.reset(before)


def _begin(environ: Mapping[str, object] | None = None, **_: object) -> None:
    _request.kept = {}
    _request.at_the_desk = str((environ or {}).get("PATH_INFO", "")).startswith(_DESK)


def _end(**_: object) -> None:
    _request.kept = None
    _request.at_the_desk = False


request_started.connect(_begin, dispatch_uid="joined names")
request_finished.connect(_end, dispatch_uid="joined names")
