"""The history of a record: each version as a difference to the one before, with who, when and why; restored from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from barometer.codebook.book import LANGUAGES
from barometer.errors import BarometerError, UnknownValue
from barometer.review import PUBLIC
from barometer.review.differences import Difference, Piece, differences
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import restoring
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.reviewing import LONGEST_WORDS, Refused, Told
from barometer.web.desk.review import gettext_language, state_label
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import cards, notes, words
from barometer.web.records.fields import PROTECTED
from barometer.web.records.models import Case, Event, Mention, Party, Record, Revision
from barometer.web.records.reviewing import PublicNote

PAGE = 30
#: computed, where it stands in its file, or the same thing again in another form
_ASIDE = frozenset(
    [
        "public_id",
        "created_at",
        "changed_at",
        "search_text",
        "coded",
        "first_day",
        "last_day",
        "grounds",
        "key",
        "item",
        "ordinal",
    ]
)


@dataclass(frozen=True)
class Change:
    """A field that changed, in words; `pieces` is empty where what it says is kept under lock."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Version:
    """One revision: its number, who, when, why, and what it changed."""

    number: int
    action: str
    by: str
    at: Any
    reason: str
    changes: tuple[Change, ...]
    can_be_restored: bool


def action_label(action: str) -> str:
    """What a revision did, in words; its own word where there are none."""
    return {
        "create": gettext("came in"),
        "change": gettext("changed"),
        "accept": gettext("accepted"),
        "review": gettext("reviewed"),
        "send back": gettext("sent back"),
        "publish": gettext("published"),
        "correct": gettext("corrected"),
        "withdraw": gettext("withdrawn"),
        "reinstate": gettext("reinstated"),
        "restore": gettext("an earlier version restored"),
        "move": gettext("moved to another place of its file"),
        "move aside": gettext("moved to another place of its file"),
        "case": gettext("put on a case"),
        "propose": gettext("proposed"),
        "note": gettext("became known later"),
    }.get(action, action)


def field_label(name: str) -> str:
    """A field in words; its own name where there are none."""
    for kind, label in _texts().items():
        for code in LANGUAGES:
            if name == f"{kind}_{code}":
                return label % {"language": gettext_language(code)}
    return {
        "state": gettext("State"),
        "kind": gettext("Kind"),
        "main_type": gettext("Main type"),
        "types": gettext("Types"),
        "mentions": gettext("People, outlets and bodies"),
        "provisions": gettext("Articles of law"),
        "date": gettext("Date"),
        "date_text": gettext("Date in the words of the source"),
        "phase": gettext("Phase"),
        "background": gettext("Background"),
        "is_alleged": gettext("Alleged"),
        "work_link": gettext("Link to the journalistic work"),
        "people_hit": gettext("People hit"),
        "people_hit_exact": gettext("The number is exact"),
        "upcoming": gettext("Dates announced"),
        "country": gettext("Country"),
        "region": gettext("Region"),
        "place_name": gettext("Place"),
        "case": gettext("Case"),
        "note": gettext("Note"),
        "headline": gettext("Headline"),
        "links": gettext("Links"),
        "section": gettext("Section"),
        "month": gettext("Month"),
        "name": gettext("Name"),
        "title": gettext("Title"),
        "published_by": gettext("Published by"),
        "published_at": gettext("Published at"),
        "visibility": gettext("Who may see it"),
    }.get(name, name)


def _texts() -> dict[str, str]:
    return {
        "summary": gettext("Summary (%(language)s)"),
        "text": gettext("Text of the entry (%(language)s)"),
        "words": gettext("Words for readers (%(language)s)"),
    }


@desk_for(Act.LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, model: str, public_id: str) -> HttpResponse:
    """Every version of a record, the newest first; a form restores an earlier one."""
    row = _record(model, public_id)
    problem: tuple[str, ...] = ()
    if request.method == "POST":
        problem = _restore(request, row)
        if not problem:
            messages.success(request, gettext("Restored, as a new version."))
            return redirect("desk:history", model, public_id)
    return _page(request, _record(model, public_id), problem)


def _record(model: str, public_id: str) -> Record:
    try:
        found = restoring.model_of(model).objects.filter(public_id=public_id).first()
    except UnknownValue:
        found = None
    if found is None:
        raise Http404(gettext("There is no such record."))
    return found


def _page(request: HttpRequest, row: Record, problem: tuple[str, ...]) -> HttpResponse:
    name = row._meta.model_name
    kept = Revision.objects.filter(model=name, record_id=row.public_id).select_related("user")
    page = Paginator(kept.order_by("-number"), PAGE).get_page(request.GET.get("page"))
    is_event = isinstance(row, Event)
    context = {
        "record": row,
        "heading": cards.heading(row) if is_event else str(row),
        "model": name,
        "is_event": is_event,
        "is_public": is_event and row.state in PUBLIC,
        "page": page,
        "versions": _versions(
            row, list(page.object_list), may(request.user, restoring.RESTORABLE.get(name, Act.CODE))
        ),
        "reasons": [
            (one, notes.reason_label(one))
            for one in PublicNote.Reason.values
            if one != PublicNote.Reason.REPLY
        ],
        "languages": [(code, gettext_language(code)) for code in LANGUAGES],
        "problem": problem,
        "longest_reason": LONGEST_REASON,
        "longest_words": LONGEST_WORDS,
        "crumbs": crumbs(*_above(row)),
    }
    return render(request, "desk/history.html", context, status=400 if problem else 200)


def _above(row: Record) -> list[tuple[str, str]]:
    if isinstance(row, Event):
        return [
            (gettext("Review"), reverse("desk:review")),
            (gettext("The record"), reverse("desk:review-record", args=[row.public_id])),
        ]
    return []


def _versions(row: Record, rows: list[Revision], may_restore: bool) -> list[Version]:
    """The revisions, the newest first, each against the one before it; the one before the page's last is fetched too."""
    if not rows:
        return []
    name = row._meta.model_name
    kept = Revision.objects.filter(model=name, record_id=row.public_id)
    before = kept.filter(number__lt=rows[-1].number).order_by("-number").first()
    newest = kept.order_by("-number").values_list("number", flat=True).first()
    restores = may_restore and name in restoring.RESTORABLE
    earlier = [*rows[1:], before]
    names = _names_in((*rows, before))
    return [
        Version(
            number=one.number,
            action=action_label(one.action),
            by=one.by,
            at=timezone.localtime(one.at),
            reason=one.reason,
            changes=_changes(row, old.after if old else {}, one.after, names),
            can_be_restored=restores and one.number != newest,
        )
        for one, old in zip(rows, earlier, strict=True)
    ]


def _changes(
    row: Record, before: dict[str, Any], after: dict[str, Any], names: Mapping[str, str]
) -> tuple[Change, ...]:
    shut = {name for name, seen in type(row).field_classes.items() if seen == PROTECTED}
    old, new = (
        {name: _in_words(name, value, names) for name, value in values.items() if name not in _ASIDE}
        for values in (before, after)
    )
    return tuple(_change(one, shut) for one in differences(old, new))


def _change(one: Difference, shut: set[str]) -> Change:
    return Change(field_label(one.field), () if one.field in shut else one.pieces)


def _names_in(rows: Iterable[Revision | None]) -> dict[str, str]:
    """What the versions name by its id: cases and people, id → words."""
    values = [row.after for row in rows if row]
    cases = {one.get("case") for one in values} - {None}
    people = {mention["party"] for one in values for mention in one.get("mentions", [])}
    return {
        **dict(Case.objects.filter(public_id__in=cases).values_list("public_id", "slug")),
        **dict(Party.objects.filter(public_id__in=people).values_list("public_id", "name")),
    }


def _in_words(name: str, value: Any, names: Mapping[str, str]) -> Any:
    """A value of a snapshot as a person reads it; as it is where there are no better words."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value and name == "case":
        return names.get(value, value)
    if value and name in _LABELS:
        return _LABELS[name](value)
    if isinstance(value, list) and name in _LINES:
        return [_LINES[name](one, names) for one in value]
    return value


def _type_words(row: dict[str, Any], names: Mapping[str, str]) -> str:
    label = words.type_label(row["code"])
    return gettext("%(type)s (alleged)") % {"type": label} if row["alleged"] else label


def _mention_words(row: dict[str, Any], names: Mapping[str, str]) -> str:
    is_target = row["side"] == Mention.Side.TARGET
    kind = words.target_type_label(row["type"]) if is_target else words.actor_type_label(row["type"])
    known = names.get(row["party"], row["party"])
    written = f" “{row['written']}”" if row["written"] not in ("", known) else ""
    return f"{known}{written}, {words.within(kind)}"


def _date_words(row: dict[str, Any], names: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (row.get("date"), row.get("what"), row.get("of"))))


_LABELS: Mapping[str, Callable[[str], str]] = {
    "state": state_label,
    "kind": words.kind_label,
    "main_type": words.type_label,
    "work_link": words.work_link_label,
    "region": words.region_label,
}
_LINES: Mapping[str, Callable[[Any, Mapping[str, str]], str]] = {
    "types": _type_words,
    "mentions": _mention_words,
    "provisions": lambda code, names: words.provision_label(code),
    "upcoming": _date_words,
}


def _restore(request: HttpRequest, row: Record) -> tuple[str, ...]:
    """Restore what was posted; what stands against it, or nothing."""
    given = {name: value.replace("\x00", "") for name, value in request.POST.items()}
    number = given.get("number", "")
    told = Told({code: given.get(f"words_{code}", "") for code in LANGUAGES}, given.get("kind", ""))
    try:
        restoring.restore(
            row,
            int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0,
            reason=given.get("reason", ""),
            by=name_of(request.user),
            user=request.user,
            told=told,
        )
    except Refused as error:
        return tuple(one.text(words.language()) for one in error.refusals)
    except BarometerError as error:
        return (refusals.told(error),)
    return ()
