"""The name under which a page shows somebody whom judgements joined or set apart; worked out once a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from asgiref.local import Local
from django.core.signals import request_finished, request_started

from barometer.web.records import naming
from barometer.web.records.models import Mention

_request = Local()
_public: ContextVar[bool] = ContextVar("public", default=True)


def names() -> naming.Shown:
    """The names to show; for the public of published names only."""
    public = _public.get()
    kept = getattr(_request, "kept", None)
    if kept is None:
        return naming.shown_names(public=public)
    if public not in kept:
        kept[public] = naming.shown_names(public=public)
    return kept[public]


def name_of(row: Mention) -> str:
    """The name to show for one mention, which came with its party and its event."""
    return names().of(row.party.kind, row.party.name, naming.mention_key(row))


@contextmanager
def audience(*, public: bool) -> Iterator[None]:
    """Names as the public, or as the desk, may see them."""
    before = _public.set(public)
    try:
        yield
    finally:
        _public.reset(before)


def _begin(**_: object) -> None:
    _request.kept = {}


def _end(**_: object) -> None:
    _request.kept = None


request_started.connect(_begin, dispatch_uid="joined names")
request_finished.connect(_end, dispatch_uid="joined names")
