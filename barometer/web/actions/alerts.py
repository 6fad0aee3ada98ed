"""E-mail alerts: a reader asks, confirms by a link, is told of what is new, and leaves with one click.

An address is kept encrypted, found again by a keyed digest alone, and deleted with its row. What a page answers never
says whether an address is known.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from barometer.errors import NotReady, UnknownValue
from barometer.web.public import cards, facets, feeds, filters, notes, people
from barometer.web.records.alerts import Alert
from barometer.web.records.models import Event, Party
from barometer.web.records.protected import digest
from barometer.web.records.reviewing import PublicNote

#: A wish that nobody confirmed is deleted after so long; until then a new mail asks at most every hour.
UNCONFIRMED, ASK_AGAIN = timedelta(days=7), timedelta(hours=1)
#: So many events stand in one mail; the rest are counted.
LONGEST = 40
_CONFIRM, _LEAVE = "barometer alerts confirm", "barometer alerts leave"
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Told:
    """What one mail tells: events, corrections, how many events more there are, and when all that was so."""

    entries: tuple[feeds.Entry, ...]
    corrected: tuple[feeds.Entry, ...]
    more: int
    until: datetime


# --- what is followed -------------------------------------------------------------------------------------


def wanted(query: str) -> tuple[str, str, QuerySet[Event]] | None:
    """What an address after its "?" asks to be followed: (canonical query, words, events); None for what is not there."""
    given = QueryDict(query)
    if set(given) == {"person"} and re.fullmatch("[a-z0-9]{16}", given["person"]):
        found = people.events_of(given["person"], Party.Kind.PERSON)
        return (f"person={given['person']}", *found) if found else None
    asked = filters.parse(given).on_page(1)
    if asked.rejected or len(asked.query()) > 1000:
        return None
    return asked.query(), feeds.name_of(asked) or gettext("All events"), facets.matching(asked)


# --- asking, confirming, leaving --------------------------------------------------------------------------


def ask(address: str, query: str, language: str, rhythm: str) -> None:
    """Note the wish and send the mail by which it is confirmed. UnknownValue for what cannot be an address.

    Whoever asked before gets a new mail only after an hour, whoever confirmed none: the caller says the same to all.
    """
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise UnknownValue(
            "this is no e-mail address", next_step="write one, such as name@example.org"
        ) from None
    if len(address) > 254 or rhythm not in Alert.Rhythm.values:
        raise UnknownValue("this cannot be asked for", next_step="choose daily or weekly")
    found = wanted(query)
    if found is None or not settings.MAIL.host:
        raise NotReady("nothing can be followed here now")
    name = digest("\n".join(("alert", address.lower(), language, found[0])))
    try:
        with transaction.atomic():
            row = Alert.objects.create(
                address=address, digest=name, query=found[0], language=language, rhythm=rhythm
            )
    except IntegrityError:
        row = Alert.objects.filter(digest=name).first()
        if row is None or row.confirmed_at or row.asked_at > timezone.now() - ASK_AGAIN:
            return
        Alert.objects.filter(pk=row.pk).update(asked_at=timezone.now(), rhythm=rhythm)
    with override(language):
        link = _address("public:alerts-confirm", signing.dumps(row.public_id, salt=_CONFIRM))
        context = {"what": found[1], "link": link, "days": UNCONFIRMED.days}
        _send(row, gettext("Please confirm"), "confirm", context)


def confirm(token: str) -> Alert | None:
    """Confirm a wish by the link of its mail; None where the link is none, or too old."""
    row = _row(token, _CONFIRM, UNCONFIRMED)
    if row and not row.confirmed_at:
        now = timezone.now()
        Alert.objects.filter(pk=row.pk).update(confirmed_at=now, told_until=now)
    return row


def leave(token: str) -> bool:
    """Delete a wish for good; whether the link was one, even if the wish is gone already."""
    public_id = _opened(token, _LEAVE, None)
    Alert.objects.filter(public_id=public_id or "").delete()
    return public_id is not None


def of_leaving(token: str) -> bool:
    """Whether the link to leave is one of ours."""
    return _opened(token, _LEAVE, None) is not None


def is_asked(token: str) -> bool:
    """Whether the link to confirm is good."""
    return _row(token, _CONFIRM, UNCONFIRMED) is not None


def _row(token: str, salt: str, age: timedelta) -> Alert | None:
    return Alert.objects.filter(public_id=_opened(token, salt, age) or "").first()


def _opened(token: str, salt: str, age: timedelta | None) -> str | None:
    try:
        return str(signing.loads(token, salt=salt, max_age=age))
    except signing.BadSignature:
        return None


# --- telling ----------------------------------------------------------------------------------------------


def send(*, tell: Callable[[str], None] = lambda line: None, now: datetime | None = None) -> int:
    """Send what is due, and delete what nobody confirmed; how many mails went out. NotReady without a mail server.

    What a mail told is noted at once, so that a fault in between tells nobody twice.
    """
    now = now or timezone.now()
    Alert.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED).delete()
    if not settings.MAIL.host:
        raise NotReady("no mail server is named", next_step="set BAROMETER_MAIL_HOST and BAROMETER_MAIL_FROM")
    count = 0
    for row in due(now):
        with override(row.language):
            found = wanted(row.query)
            told = news(row, found[2], now) if found else None
            if found and told and (told.entries or told.corrected):
                _tell(row, found[1], told)
                count += 1
        Alert.objects.filter(pk=row.pk).update(told_until=now)
    tell(f"{count} alerts sent")
    return count


def due(now: datetime) -> list[Alert]:
    """The confirmed wishes that were not told today, or not in the last seven days."""
    today = timezone.localdate(now)
    rows = Alert.objects.exclude(confirmed_at=None).order_by("pk")
    return [row for row in rows if _is_due(row, today)]


def _is_due(row: Alert, today: Any) -> bool:
    last = timezone.localdate(row.told_until)
    return last < today if row.rhythm == Alert.Rhythm.DAILY else last <= today - _WEEK


def news(row: Alert, events: QuerySet[Event], now: datetime) -> Told:
    """What was published, and what readers were told beside it, since the last mail: by the rules of naming."""
    new = events.filter(published_at__gt=row.told_until, published_at__lte=now).order_by(
        "-published_at", "-pk"
    )
    shown = feeds.of_events(new, _absolute, LONGEST)
    noted = PublicNote.objects.filter(
        created_at__gt=row.told_until, created_at__lte=now, event__in=events.order_by().values("pk")
    ).exclude(event__published_at__gt=row.told_until)
    corrected = []
    for line in noted.select_related("event").order_by("pk")[:LONGEST]:
        said, card = notes.note(line), cards.card(cards.ready(Event.objects.filter(pk=line.event_id)).get())
        at = feeds.end_of(line.date)
        corrected.append(
            feeds.Entry(
                line.public_id,
                f"{said.kind_label}: {card.heading}",
                _absolute(said.address),
                said.words.text,
                at,
                at,
            )
        )
    return Told(shown, tuple(corrected), max(new.count() - len(shown), 0), now)


def _tell(row: Alert, what: str, told: Told) -> None:
    number = len(told.entries) + told.more
    subject = ngettext("%(count)d new event", "%(count)d new events", number) % {"count": number}
    leave_at = _address("public:alerts-leave", signing.dumps(row.public_id, salt=_LEAVE))
    context = {
        "what": what, "told": told, "leave": leave_at,
        "page": _absolute(reverse("public:events") + (f"?{row.query}" if not row.query.startswith("person=") else "")),
    }  # fmt: skip
    _send(row, subject if number else gettext("Corrections"), "alert", context, leave_at)


def _send(row: Alert, subject: str, name: str, context: dict[str, Any], leave_at: str = "") -> None:
    """Send a mail as plain text and as simple HTML: no picture, nothing that is fetched."""
    headers = {"Auto-Submitted": "auto-generated", "Precedence": "bulk"}
    if leave_at:
        headers |= {
            "List-Unsubscribe": f"<{leave_at}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    context = {**context, "language": row.language, "subject": subject}
    text = render_to_string(f"public/alerts/{name}.txt", context).strip() + "\n"
    mail = EmailMultiAlternatives(
        f"{gettext('Press Barometer')}: {subject}", text, to=[row.address], headers=headers
    )
    mail.attach_alternative(render_to_string(f"public/alerts/{name}.html", context), "text/html")
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        # What a server answers may repeat an address: only the kind of fault is told.
        raise NotReady(
            f"the mail server did not take it ({type(error).__name__})",
            place=settings.MAIL.host,
            next_step="look at the BAROMETER_MAIL_ settings; what was not sent is sent next time",
        ) from None


def _address(name: str, token: str) -> str:
    return _absolute(reverse(name, args=[token]))


def _absolute(path: str) -> str:
    hosts = settings.PUBLIC_HOSTS
    return (f"https://{hosts[0].lstrip('.')}" if hosts else "http://127.0.0.1:8000") + path
