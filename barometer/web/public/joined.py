"""The name under which a page shows somebody: whom judgements joined or set apart, and who is withheld from the public.

Worked out once a request. Pages of the desk, by their address, show names as the desk may see them; all else is public.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started
from django.utils.translation import get_language

from barometer.names.clusters import Clusters
from barometer.web.public import memory
from barometer.web.records import hiding, naming
from barometer.web.records.models import Event, Item, Mention
from barometer.web.records.withholding import NOBODY, Withheld

T = TypeVar("T")


@dataclass
class _Request:
    """What was worked out for the request at hand, and whether it is of the desk."""

    kept: dict[Any, Any] = field(default_factory=dict)
    at_the_desk: bool = False


_request: ContextVar[_Request | None] = ContextVar("request", default=None)
_public: ContextVar[bool | None] = ContextVar("public", default=None)
_among: ContextVar[tuple[str, ...]] = ContextVar("among", default=())
_DESK = "/desk/"
#: So many things that `recent` keeps.
_RECENT = 200


def names() -> naming.Shown:
    """The names to show; for the public of published names only."""
    public = is_public()
    return once_in_all_languages(("names", public), lambda: _names(public=public))


def once(what: Hashable, work_out: Callable[[], T]) -> T:
    """What `work_out` gives, worked out once a request and language."""
    return once_in_all_languages((what, get_language()), work_out)


def once_in_all_languages(what: Hashable, work_out: Callable[[], T]) -> T:
    """The same of what has no words."""
    at_hand = _request.get()
    if at_hand is None:
        return work_out()
    if what not in at_hand.kept:
        at_hand.kept[what] = work_out()
    return at_hand.kept[what]


def recent(what: Hashable, work_out: Callable[[], T]) -> T:
    """As `once_in_all_languages`, of things that are many: the latest few are kept."""
    at_hand = _request.get()
    if at_hand is None:
        return work_out()
    latest = at_hand.kept.setdefault("recent", {})
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
    before = _request.get()
    _request.set(_Request(at_the_desk=_at_the_desk()))
    try:
        yield
    finally:
        _request.set(before)


def _names(*, public: bool) -> naming.Shown:
    """The public's are remembered until the ledger's next revision: see barometer.web.public.memory."""
    if not public:
        return of_the_desk()
    return _shown("site", hidden().withheld)


def names_in(use: str) -> naming.Shown:
    """The names that the public may read in that use: in a bulletin, a letter."""
    return _shown(use, withheld_in(use))


def _shown(use: str, people: Withheld) -> naming.Shown:
    return _remembered_of(
        people, ("names", use), lambda: naming.shown_names(public=True, use=use, people=people)
    )


def withheld_in(use: str) -> Withheld:
    """Who is not named in that use."""
    known = hidden()
    return _remembered_of(known, ("not named", use), lambda: hiding.for_use(known, use))


def _remembered_of(known: object, key: Hashable, make: Callable[[], T]) -> T:
    """What follows from `known`, remembered; never what followed from another, which a request that writes may have had
    from before it wrote."""
    of, found = memory.remembered(key, lambda: (known, make()))
    return found if of is known else make()


def of_the_desk() -> naming.Shown:
    """The names that the desk sees."""
    return memory.remembered("names of the desk", lambda: naming.shown_names(public=False))


def hidden() -> hiding.Hiding:
    """Everybody who is not named on the site, by the ledger's newest revision."""
    return once_in_all_languages(
        "hiding",
        lambda: memory.remembered("hidden people", _looked_at_all, again=hiding.brought_up_to_date),
    )


def _looked_at_all() -> hiding.Hiding:
    found = hiding.found()
    if len(found.keys) > memory.LARGE:
        memory.settle()
    return found


def clusters() -> Clusters:
    """Which parties are one."""
    return hidden().clusters


def is_public() -> bool:
    """Whether what is being made is for the public; so it is where nothing says otherwise."""
    said = _public.get()
    return not _at_the_desk() if said is None else said


def _at_the_desk() -> bool:
    at_hand = _request.get()
    return at_hand is not None and at_hand.at_the_desk


def name_of(row: Mention) -> str:
    """The name to show for one mention, which came with its party and its event."""
    return name(row.party.kind, row.party.name, naming.mention_key(row), row.type)


def name(kind: str, party: str, mention: str, role: str) -> str:
    """The same, of a party's kind and name, the mention's key and its type."""
    one = withheld().hidden(kind, party, _among.get())
    if one and _among.get():
        return withheld().printed(one, role)
    return names().of(kind, party, mention, role)


@contextmanager
def among(events: Iterable[Event]) -> Iterator[None]:
    """Names that stand for all of these events: by leave for each of them that has the person."""
    with among_ids([event.public_id for event in events]):
        yield


@contextmanager
def among_ids(events: Iterable[str]) -> Iterator[None]:
    """The same of events by their public ids."""
    before = _among.set(tuple(events))
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
    path, method = (str((environ or {}).get(name, "")) for name in ("PATH_INFO", "REQUEST_METHOD"))
    _request.set(_Request(at_the_desk=path.startswith(_DESK)))
    memory.reading(only=method in ("GET", "HEAD"))


def _end(**_: object) -> None:
    _request.set(None)
    memory.reading(only=False)


request_started.connect(_begin, dispatch_uid="joined names")
request_finished.connect(_end, dispatch_uid="joined names")
