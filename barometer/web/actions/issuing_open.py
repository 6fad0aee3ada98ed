"""An issue is opened by the desk; from then on until it is frozen it is edited, each change by one function."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from barometer.codebook import LANGUAGES, Quarter, codebook
from barometer.errors import BadInput, NotReady, UnknownValue
from barometer.publication import numbers
from barometer.review.texts import digest
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import Issue

LONGEST_TEXT = 20_000
#: the section that changes: the first number after the standing ones
CHANGING = max(codebook().sections) + 1


class Overtaken(NotReady):
    """Somebody else has changed a text since this person saw it; `languages` are those of the text."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        super().__init__(
            gettext("Somebody else has changed this text meanwhile. Compare both, then save again.")
        )
        self.languages = languages


@transaction.atomic
def open_issue(period: str, *, by: str, user: Any) -> Issue:
    """The issue of that quarter, open for the desk. UnknownValue for no quarter, NotReady where it is open already."""
    try:
        quarter = str(Quarter.parse(period))
    except ValueError:
        raise UnknownValue(gettext("This is not a quarter: write it like 2026Q2.")) from None
    one_at_a_time(Lock.IMPORT)  # which makes issues too
    issue, _ = Issue.objects.get_or_create(period=quarter)
    if issue.opened_at or issue.frozen_at:
        raise NotReady(gettext("This issue is open already."))
    issue.opened_at = timezone.now()
    issue.save()
    record_revision(issue, "open", by=by, user=user)
    return issue


def to_edit(issue: Issue) -> Issue:
    """The issue's row, held until the transaction ends. NotReady where nothing of it may be changed."""
    row = Issue.objects.select_for_update(of=("self",)).select_related("source").get(pk=issue.pk)
    if row.frozen_at:
        raise NotReady(gettext("This issue is frozen: nothing of it is changed any more."))
    if not row.opened_at:
        raise NotReady(gettext("This issue is not open: open it first."))
    return row


def sections_of(issue: Issue) -> list[int]:
    """The sections that an item of the issue may stand in: the standing ones, and those that change."""
    source = (int(one) for one in issue.source.sections if one.isdecimal()) if issue.source else ()
    return sorted({*codebook().sections, CHANGING, *source})


def months_of(issue: Issue) -> tuple[str, ...]:
    """The months of the issue's quarter."""
    return Quarter.parse(issue.period).months


def clean(text: str) -> str:
    """A text as it is kept. BadInput where it is too long, or has a live number that is none."""
    kept = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(kept) > LONGEST_TEXT:
        raise BadInput(gettext("The text is too long."))
    if strange := numbers.unknown(kept):
        said = gettext("There is no number named %(names)s. The names are: %(known)s.")
        told = ", ".join(f"{{{name}}}" for name in strange)
        raise BadInput(said % {"names": told, "known": ", ".join(numbers.names())})
    return kept


def refuse_overtaken(now: dict[str, str], given: dict[str, str], seen: dict[str, str]) -> None:
    """Overtaken where a text that is to be changed is no longer the one that was seen (by its digest)."""
    late = tuple(
        language
        for language in LANGUAGES
        if language in given
        and given[language] != now.get(language, "")
        and seen.get(language, digest(now.get(language, ""))) != digest(now.get(language, ""))
    )
    if late:
        raise Overtaken(late)
