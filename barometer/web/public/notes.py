"""What readers are told beside records: corrections, replies, withdrawals, and whether a second person looked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from barometer.review import PUBLIC
from barometer.web.public import joined, words
from barometer.web.public.words import When, Words
from barometer.web.records.models import Event
from barometer.web.records.reviewing import PublicNote


@dataclass(frozen=True)
class Note:
    """A note for readers, in words."""

    kind: str
    kind_label: str
    when: When
    reason: str
    words: Words
    address: str  # of the event's page


def note(row: PublicNote) -> Note:
    """The note in the page's language."""
    is_reply = row.kind == PublicNote.Kind.REPLY
    return Note(
        kind=row.kind,
        kind_label=kind_label(row.kind),
        when=words.when(row.date.isoformat()),
        reason="" if is_reply or row.reason == PublicNote.Reason.OTHER else reason_label(row.reason),
        words=words.best({code: getattr(row, f"words_{code}") for code in words.LANGUAGES}),
        address=reverse("public:event", args=[row.event.public_id]),
    )


def of_event(event: Event) -> list[Note]:
    """The notes on an event, the newest first."""
    rows = event.public_notes.select_related("event").order_by("-date", "-pk")
    return [note(row) for row in joined.recent(("notes", event.pk), lambda: list(rows))]


def listed() -> QuerySet[PublicNote]:
    """The notes that readers may see, the newest first: on what is public, and the withdrawals of what was."""
    was_public = PublicNote.objects.exclude(event__published_at=None)
    shown = was_public.filter(event__state__in=PUBLIC) | was_public.filter(kind=PublicNote.Kind.WITHDRAWAL)
    return shown.select_related("event").order_by("-date", "-pk")


def withdrawal(public_id: str) -> Note | None:
    """The note on a record that was public and is not; None where there is no such record."""
    rows = PublicNote.objects.filter(event__public_id=public_id, kind=PublicNote.Kind.WITHDRAWAL)
    row = rows.exclude(event__state__in=PUBLIC).select_related("event").order_by("pk").last()
    return note(row) if row else None


def is_double_checked(event: Event) -> bool:
    """Whether no review is on record that a small office did without a second person; an old bulletin has none."""
    last = joined.recent(("review", event.pk), event.reviews.only("double_checked").last)
    return last is None or last.double_checked


def kind_label(kind: str) -> str:
    """What a note is, in words."""
    return {
        PublicNote.Kind.CORRECTION: gettext("Correction"),
        PublicNote.Kind.REPLY: gettext("Right of reply"),
        PublicNote.Kind.WITHDRAWAL: gettext("Withdrawn"),
        PublicNote.Kind.RETURN: gettext("Public again"),
    }[kind]


def reason_label(reason: str) -> str:
    """Why a record was corrected or withdrawn, in words."""
    return {
        PublicNote.Reason.ERROR: gettext("we made a mistake"),
        PublicNote.Reason.SOURCE: gettext("the source corrected itself"),
        PublicNote.Reason.FACTS: gettext("new facts became known"),
        PublicNote.Reason.ORDER: gettext("a court or another body ordered it"),
        PublicNote.Reason.SAFETY: gettext("for the safety of people"),
        PublicNote.Reason.REPLY: gettext("somebody concerned replied"),
        PublicNote.Reason.OTHER: gettext("another reason"),
    }[reason]
