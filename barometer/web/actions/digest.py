"""The mail that tells a person what waits for them: counts and addresses of pages.

Mail is not safe: it is read at servers and on seized telephones. So no name, no title and no slug of a case goes into
one, and its subject does not say what it is about.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from barometer.errors import NotReady, UnknownValue
from barometer.web.accounts.models import User
from barometer.web.accounts.roles import Act, may
from barometer.web.actions.waiting import Waiting, waiting
from barometer.web.records.desk import DigestWish

#: The hour, in the country, at which the worker sends.
HOUR = 7


@dataclass(frozen=True)
class Letter:
    """A mail to one person, as it would go."""

    to: str
    subject: str
    text: str


def compose(user: Any, language: str, found: Waiting) -> Letter:
    """The mail in that language: a line for everything that waits."""
    with override(language):
        lines = [line for line in _lines(found) if line[0]]
        text = render_to_string("desk/digest.txt", {"lines": lines, "day": _address("desk:day")})
        return Letter(user.email, gettext("What waits for you"), text.strip() + "\n")


def _lines(found: Waiting) -> list[tuple[int, str, str]]:
    """How many, what, and where it is seen."""
    day = _address("desk:day")
    return [
        (found.mine, gettext("leads that you have"), _address("desk:leads") + "?who=me"),
        (found.unassigned, gettext("leads that nobody has"), _address("desk:leads") + "?who=nobody"),
        (found.reviews, gettext("records to review"), f"{day}#reviews"),
        (len(found.dates), gettext("dates in the next fourteen days"), f"{day}#dates"),
        (found.changed, gettext("cases that you follow have changed"), f"{day}#followed"),
        (
            len(found.requests),
            gettext("requests for information that are late or due soon"),
            f"{day}#requests",
        ),
        (len(found.sources), gettext("sources in trouble"), f"{day}#sources"),
        (len(found.quiet), gettext("open cases without news in this quarter"), f"{day}#quiet"),
    ]


def _address(name: str) -> str:
    """A page's address as people reach it: under the first name of the site, else on this machine."""
    hosts = settings.PUBLIC_HOSTS
    return (f"https://{hosts[0].lstrip('.')}" if hosts else "http://127.0.0.1:8000") + reverse(name)


def letters(name: str = "", *, now: datetime | None = None) -> list[tuple[DigestWish, Letter]]:
    """The mails that are due, or the one of a person whether due or not; none where nothing waits.

    UnknownValue for a name that nobody bears, NotReady for a person without an address.
    """
    today = timezone.localdate(now or timezone.now())
    found = []
    for wish in [_wish_of(name)] if name else _due(today):
        waits = waiting(wish.user, today)
        if waits.anything:
            found.append((wish, compose(wish.user, wish.language, waits)))
    return found


def _wish_of(name: str) -> DigestWish:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise UnknownValue(f"there is nobody {name[:60]!r}", next_step="give the name by which they log in")
    if not user.email:
        raise NotReady(f"{name} has no address to write to", next_step="note it on the desk, under people")
    return DigestWish.objects.filter(user=user).first() or DigestWish(user=user)


def _due(today: date) -> list[DigestWish]:
    """Who wants a mail by now: of the day, or of the week since Monday; only people who may look at the desk."""
    since = {
        DigestWish.Rhythm.DAILY: today,
        DigestWish.Rhythm.WEEKLY: today - timedelta(days=today.weekday()),
    }
    rows = DigestWish.objects.filter(rhythm__in=list(since), user__is_active=True).select_related("user")
    return [
        row
        for row in rows.exclude(user__email="").order_by("pk")
        if (row.sent_at is None or timezone.localdate(row.sent_at) < since[row.rhythm])
        and may(row.user, Act.LOOK)
    ]


def send(
    name: str = "", *, tell: Callable[[str], None] = lambda line: None, now: datetime | None = None
) -> int:
    """Send what is due, or to one person; how many. NotReady where no mail server is named, or it does not take it.

    Who has got theirs is noted at once, so that a fault in between sends nobody two.
    """
    if not settings.MAIL.host:
        raise NotReady("no mail server is named", next_step="set BAROMETER_MAIL_HOST and BAROMETER_MAIL_FROM")
    count = 0
    for wish, letter in letters(name, now=now):
        try:
            EmailMessage(letter.subject, letter.text, to=[letter.to]).send()
        except (OSError, smtplib.SMTPException) as error:
            # What a server answers may repeat an address: only the kind of fault is told.
            raise NotReady(
                f"the mail server did not take it ({type(error).__name__})",
                place=settings.MAIL.host,
                next_step="look at the BAROMETER_MAIL_ settings; what was not sent is sent next time",
            ) from None
        if wish.pk:
            DigestWish.objects.filter(pk=wish.pk).update(sent_at=now or timezone.now())
        tell(f"sent to {wish.user.get_username()}")
        count += 1
    return count


def next_morning(now: datetime) -> datetime:
    """When the worker looks next."""
    local = timezone.localtime(now)
    at = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)
