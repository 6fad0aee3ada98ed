"""What a person asks to be told: cases that they follow, and a mail that counts what waits. Theirs alone: no revision."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from barometer.errors import NotReady, UnknownValue
from barometer.web.public.words import LANGUAGES
from barometer.web.records.desk import DigestWish, Following
from barometer.web.records.models import Case


def follow(case: Case, user: Any) -> Following:
    """Be told of what comes in a case from now on."""
    return Following.objects.get_or_create(case=case, user=user)[0]


def unfollow(case: Case, user: Any) -> None:
    """Be told no longer."""
    Following.objects.filter(case=case, user=user).delete()


def mark_seen(user: Any, slug: str = "") -> int:
    """What came until now in the cases that a person follows, or in one of them, is no news to them."""
    rows = Following.objects.filter(user=user)
    if slug:
        rows = rows.filter(case__slug=slug)
    return rows.update(seen_at=timezone.now())


def wish(user: Any, rhythm: str, language: str) -> DigestWish:
    """How often a person wants the mail. NotReady for one without an address, UnknownValue for another rhythm."""
    if rhythm not in DigestWish.Rhythm.values or language not in LANGUAGES:
        raise UnknownValue(f"{rhythm!r} in {language!r} is not to be had", next_step="choose from the form")
    if rhythm != DigestWish.Rhythm.NEVER and not user.email:
        raise NotReady("there is no address to write to", next_step="ask an administrator to note yours")
    row, _ = DigestWish.objects.update_or_create(user=user, defaults={"rhythm": rhythm, "language": language})
    return row
