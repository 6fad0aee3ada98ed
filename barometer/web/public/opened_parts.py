"""What the values of published records have in common: days, texts, names of cases, one id for all that is one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from barometer.review import PUBLIC
from barometer.web.public import joined
from barometer.web.records.models import Case, Event, Mention, Party

Value = dict[str, Any]


def one_id(parties: Collection[str] | None = None) -> dict[str, str]:
    """Parties that judgements joined → the id under which all that is one with them is given, as their page is.

    All, or these (public ids) and those that are one with them.
    """
    if parties is None:
        return joined.once_in_all_languages("one id", lambda: _one_id(joined.clusters().joined))
    known = joined.clusters()
    return _one_id({known.of(one) for one in parties if len(known.of(one)) > 1})


def _one_id(found: Collection[frozenset[str]]) -> dict[str, str]:
    members = {member for cluster in found for member in cluster}
    if not members:
        return {}
    told = Mention.objects.filter(party=OuterRef("pk"), event__state__in=PUBLIC)
    # A party at a time: a large ledger is not gone through.
    rows = Party.objects.filter(Exists(told), public_id__in=members)
    public = set(rows.order_by().values_list("public_id", flat=True))
    same: dict[str, str] = {}
    for cluster in found:
        there = sorted(public & set(cluster))
        same |= dict.fromkeys(there, there[0] if there else "")
    return same


def day_of(value: date | None) -> str | None:
    return value.isoformat() if value else None


def moment(value: datetime | None) -> str | None:
    """A time as a value has it, in UTC and to the second."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def texts(texts: Mapping[str, str], *events: Event) -> dict[str, str]:
    """Texts by language as readers may see them, without empty ones."""
    return {code: joined.said(text, code, *events) for code, text in (texts or {}).items() if text}


def plain(text: str) -> str | None:
    """A name of a file or an entry; None where it spells somebody who is withheld."""
    return joined.withheld().address(text) if text else None


def case_name(case: Case) -> Value:
    return {"id": case.public_id, "slug": joined.slug_of(case.slug)}
