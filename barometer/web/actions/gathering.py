"""Sources are visited by rhythm, what they give is taken in, and addresses behind published events are looked at again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from barometer.errors import BarometerError, FetchFailed, FetchRefused, UnknownValue
from barometer.evidence import Store
from barometer.sources.watched import WatchedSource as SourceValue
from barometer.web.actions import (
    leads,
    mirrors,
    outside,
    takedowns_events,
    takedowns_signs,
    tips,
    watching_accounts,
    watching_rounds,
)
from barometer.web.actions.evidence import (
    CAPTURE,
    STAMP,
    bytes_of,
    capture_address,
    clear_desk,
    keep_answer,
    keep_evidence,
    stamp,
)
from barometer.web.actions.jobs import LONGEST_WAIT, MOST_TRIES, Again, Handler, clear, enqueue, ensure
from barometer.web.actions.leads import Incoming
from barometer.web.actions.redacting import SCRUB, scrub
from barometer.web.actions.revisions import record_revision
from barometer.web.config.home import sweep_scratch
from barometer.web.records.gathering import (
    Capture,
    Job,
    Lead,
    Round,
    VanishNote,
    WatchedAddress,
    WatchedSource,
)
from barometer.web.records.models import EvidenceItem, Item
from barometer.web.records.studying import study

if TYPE_CHECKING:
    from barometer.evidence.vanishing import Seen
    from barometer.sources.health import Health

GATHER, LOOK, DAILY, DIGEST, ALERTS, WEBHOOKS = "gather", "look", "daily", "digest", "alerts", "webhooks"
REQUESTS = "requests"
MACHINE = "barometer worker"
#: A file that a person hands in is read apart, in so much time and memory.
SECONDS, MEMORY = 60.0, 1 << 30
#: Addresses that are looked at again on one day; an outage is no news before so many tries.
MOST_LOOKS, TRIES = 500, 3
#: So late, what is done each day was kept from it for days, or the clock was set.
LATE = timedelta(days=3)
#: Rounds by which health is told.
HEALTH_ROUNDS = 500


# --- sources ----------------------------------------------------------------------------------------------------------


def source_value(row: WatchedSource) -> SourceValue:
    """The source as its TOML file would say it."""
    same = {each.name: getattr(row, each.name) for each in fields(SourceValue) if hasattr(row, each.name)}
    return SourceValue(**same, name=row.slug, expected=(row.expected_least, row.expected_most))


@transaction.atomic
def save_source(value: SourceValue, *, by: str, reason: str = "", user: Any = None) -> WatchedSource:
    """Add a source, or change the one of its name; an address or kind that changed begins with an empty memory."""
    row = WatchedSource.objects.filter(slug=value.name).first() or WatchedSource(slug=value.name)
    is_new = row.pk is None
    told = {
        each.name: getattr(value, each.name)
        for each in fields(value)
        if each.name not in ("name", "expected")
    }
    told |= {"expected_least": value.expected[0], "expected_most": value.expected[1]}
    if not is_new and all(getattr(row, name) == wanted for name, wanted in told.items()):
        return row
    if (row.address, row.kind, row.select) != (value.address, value.kind, value.select):
        row.memory = {}
    for name, wanted in told.items():
        setattr(row, name, wanted)
    row.save()
    record_revision(row, "create" if is_new else "change", by=by, reason=reason, user=user)
    if row.active:
        schedule(row)
    return row


@transaction.atomic
def set_active(row: WatchedSource, active: bool, *, by: str, user: Any = None) -> WatchedSource:
    """Let a source rest, or visit it again."""
    row.active = active
    row.save()
    record_revision(row, "wake" if active else "rest", by=by, user=user)
    if active:
        schedule(row)
    return row


def sources(names: Iterable[str] = ()) -> list[WatchedSource]:
    """The sources of these names, or all that are active; UnknownValue for a name that there is not."""
    wanted = list(names)
    if not wanted:
        return list(WatchedSource.objects.filter(active=True))
    rows = {row.slug: row for row in WatchedSource.objects.filter(slug__in=wanted)}
    for name in wanted:
        if name not in rows:
            known = ", ".join(WatchedSource.objects.values_list("slug", flat=True)[:20]) or "none"
            raise UnknownValue(f"there is no source {name!r}", next_step=f"name one of: {known}")
    return [rows[name] for name in wanted]


def schedule(row: WatchedSource) -> Job:
    """Have the worker visit a source now, whenever it was to be visited next."""
    return enqueue(GATHER, **_visit(row))


def _visit(row: WatchedSource) -> dict[str, Any]:
    host = (urlsplit(row.address).hostname or "") if "://" in row.address else ""
    return {"argument": {"source": row.slug}, "key": row.slug, "host": host}


# --- a round ----------------------------------------------------------------------------------------------------------


def gather_source(row: WatchedSource, *, now: datetime | None = None) -> Round:
    """Visit a source once and take in what it gives.

    What it remembers is written last: killed before, the next round meets the same documents and knows them.
    """
    from barometer.sources.gather import Memory, gather

    started = now or timezone.now()
    found = gather(
        source_value(row),
        outside.door(),
        Memory.from_json(row.memory),
        now=started,
        robots=outside.robots(),
        apart=outside.apart(),
        pacing=outside.pacing(),
        password=outside.mailbox_password(row.slug) if row.kind == "mailbox" else "",
        roots=outside.outside().folders,
        patience=outside.outside().patience,
    )
    for document in found.documents:
        incoming = Incoming(
            document.text,
            document.canonical or document.url,
            document.title,
            document.author,
            document.published,
            document.wall,
            row,
        )
        lead = leads.take_document(incoming, now=started).lead
        answer = found.captured.get(document.url)
        if lead and answer and lead.evidence is None:
            leads.captured(lead, incoming, keep_answer(answer, document, by=leads.MACHINE).archive)
    with transaction.atomic():
        WatchedSource.objects.filter(pk=row.pk).update(memory=found.memory.as_json())
        return Round.objects.create(
            watched=row,
            started_at=started,
            ended_at=timezone.now(),
            asked=found.asked,
            shown=found.shown,
            new=len(found.found),
            answered=found.answered,
            layout=found.layout,
            notes=[str(note) for note in found.notes][:100],
        )


def health_of(row: WatchedSource, *, now: datetime | None = None) -> Health:
    """How a source does, by its last rounds."""
    from barometer.sources.health import RoundFact, health

    rows = list(row.rounds.order_by("-started_at")[:HEALTH_ROUNDS])
    facts = [
        RoundFact(one.started_at, one.shown, one.new, one.answered, one.layout) for one in reversed(rows)
    ]
    return health(facts, source_value(row), now or timezone.now())


def text_in(item: EvidenceItem) -> Incoming:
    """The words of a file that a person handed in; none where it has none, or none that can be read."""
    data = bytes_of(item)
    if item.media_type.startswith("image/"):
        return Incoming("")
    try:
        told = _looked_at(data, "", item.media_type, None)
    except BarometerError:
        return Incoming("")
    return Incoming(told["text"], "", told["title"])


def _looked_at(data: bytes, url: str, media_type: str, charset: str | None) -> dict[str, Any]:
    """Title, text and wall of bytes from outside, read apart. ParseFailed and its kin."""
    page = (data, url, media_type, charset)
    return outside.apart().run("barometer.evidence.look:look", page, seconds=SECONDS, memory=MEMORY)


# --- the worker's jobs ------------------------------------------------------------------------------------------------


def handlers() -> dict[str, Handler]:
    """What the worker does for each kind of job."""
    return {
        GATHER: _gather, CAPTURE: _capture, STAMP: stamp, LOOK: _look, DAILY: _daily, DIGEST: _digest, SCRUB: scrub,
        ALERTS: _alerts, mirrors.RENEW: mirrors.renew, **_webhooks(), REQUESTS: _requests,
        takedowns_signs.JOB: takedowns_events.look_again,
        watching_rounds.WATCH: watching_rounds.work, watching_accounts.ACCOUNTS: watching_accounts.work,
    }  # fmt: skip


def begin() -> None:
    """What a worker does first: what was left by one that was killed, and the jobs that come back by themselves."""
    sweep_scratch(settings.HOME)
    for url in clear_desk():
        leads.ask_for_capture(url)
    for row in WatchedSource.objects.filter(active=True):
        ensure(GATHER, **_visit(row))
    study()
    ensure(DAILY)
    if settings.MAIL.host:
        enqueue(DIGEST, after=digest_time())
        enqueue(ALERTS, after=digest_time())
    ensure(WEBHOOKS)
    ensure(REQUESTS)
    takedowns_signs.ask_if_old()
    watching_rounds.start()
    watching_accounts.start()


def _gather(job: Job) -> Again | None:
    row = WatchedSource.objects.filter(slug=job.argument["source"], active=True).first()
    if row is None:
        return None
    done = gather_source(row)
    wait = timedelta(minutes=row.every)
    if not done.answered:
        wait = min(LONGEST_WAIT, wait * 2 ** min(_unanswered(row), 10))
    return Again(done.started_at + wait)


def _unanswered(row: WatchedSource) -> int:
    """How many of the last rounds in a row got no answer."""
    count = 0
    for answered in row.rounds.order_by("-started_at").values_list("answered", flat=True)[:10]:
        if answered:
            break
        count += 1
    return count


def _capture(job: Job) -> None:
    lead = Lead.objects.filter(public_id=job.argument.get("lead", "")).first()
    browser, _ = outside.browser()
    try:
        row = capture_address(
            job.argument["url"], by=MACHINE, browser=browser, proxy=job.argument.get("proxy", "")
        )
    except (FetchRefused, FetchFailed) as error:
        if lead and (isinstance(error, FetchRefused) or job.tries >= MOST_TRIES):
            leads.not_captured(lead, str(error))
        raise
    if lead:
        leads.captured(lead, words_of(row), row.archive)


def words_of(capture: Capture) -> Incoming:
    """What a capture says, as a document that came in."""
    text = bytes_of(capture.text).decode("utf-8", "replace") if capture.text else ""
    return Incoming(text, capture.url, capture.title, wall=capture.wall)


def digest_time() -> datetime:
    """When the next mails go out."""
    from barometer.web.actions.digest import next_morning

    return next_morning(timezone.now())


def _digest(job: Job) -> Again | None:
    """Tell people by mail what waits for them, every morning; where no server is named any more, not again."""
    from barometer.web.actions.digest import send

    if not settings.MAIL.host:
        return None
    send()
    return Again(digest_time())


def _alerts(job: Job) -> Again | None:
    """Tell readers of news by mail, every morning; where no server is named any more, not again."""
    from barometer.web.actions.alerts import send

    if not settings.MAIL.host:
        return None
    send()
    return Again(digest_time())


def _webhooks() -> dict[str, Handler]:
    """What looks for news for webhooks, and what delivers it."""
    from barometer.web.actions import webhooks

    return {webhooks.WEBHOOKS: webhooks.look, webhooks.DELIVER: webhooks.handle}


def _requests(job: Job) -> Again:
    """Whose last day passed in silence, every night; and of which cases the desk must think on the new day.

    These lie on the disk then: else the first who comes to the desk in the morning waits for them.
    """
    from barometer.web.actions import outlook, requests_events, waiting

    again = requests_events.daily(job)
    today = timezone.localdate()
    outlook.outlooks(waiting.quarter_of(today), today)
    return again


def _daily(job: Job) -> Again:
    """Let go of what is not kept; have addresses looked at that were not for long.

    After days without a worker nothing is let go yet: perhaps it is the clock that went ahead.
    """
    now = timezone.now()
    study()
    said = outside.outside()
    if now - job.run_after < LATE:
        _let_go(said.sighting_days, now)
    watch_addresses()
    before = now - timedelta(days=said.look_days)
    due = WatchedAddress.objects.exclude(looked_at__gt=before).order_by("looked_at", "pk")
    for address in due[:MOST_LOOKS]:
        look_later(address)
    return Again(now + timedelta(days=1))


def _let_go(sighting_days: int, now: datetime) -> None:
    """What has been kept long enough."""
    from barometer.web.actions.tables import clear_pending

    clear_pending()
    leads.expire(sighting_days, now=now)
    clear(now)
    Round.objects.filter(started_at__lt=now - timedelta(days=400)).delete()
    tips.sweep(now=now)
    if isinstance(kept := outside.store(), Store):
        kept.sweep()


# --- addresses behind published events --------------------------------------------------------------------------------


def behind_published() -> set[str]:
    """The addresses that items with published events link to, and those that their leads came from."""
    found: set[str] = set()
    public = Item.objects.public()
    for links in public.values_list("links", flat=True).iterator():
        found |= {link["address"] for link in links if link.get("address")}
    found |= set(Lead.objects.filter(source__items__in=public).exclude(url="").values_list("url", flat=True))
    return {url for url in found if url.startswith(("http://", "https://"))}


def watch_addresses() -> int:
    """Begin to look at addresses that are new behind published events; how many."""
    rows = {hashlib.sha256(url.encode()).hexdigest(): url for url in behind_published()}
    known = set(WatchedAddress.objects.values_list("key", flat=True))
    new = [WatchedAddress(key=key, url=url) for key, url in sorted(rows.items()) if key not in known]
    WatchedAddress.objects.bulk_create(new)
    return len(new)


def look_later(address: WatchedAddress) -> Job:
    """Have the worker look at an address."""
    host = urlsplit(address.url).hostname or ""
    return enqueue(LOOK, {"address": address.key}, key=address.key, host=host)


def _look(job: Job) -> None:
    address = WatchedAddress.objects.filter(key=job.argument["address"]).first()
    if address is not None:
        look(address, is_last_try=job.tries >= TRIES)


def look(
    address: WatchedAddress, *, is_last_try: bool = True, now: datetime | None = None
) -> VanishNote | None:
    """Look at an address again; the note where something became of it since.

    Unless it is the last try, an address that does not answer is an error (FetchFailed) and no news.
    """
    from barometer.evidence.vanishing import Seen, look_again

    now = now or timezone.now()
    seen: Seen | BarometerError
    try:
        seen = _seen_now(address.url, now)
    except FetchRefused as error:
        seen = error
    except FetchFailed as error:
        if not is_last_try:
            raise
        seen = error
    before = _seen_before(address) or Seen(address.url, address.url, 200, "", now)
    found = look_again(before, seen)
    is_first = not address.seen
    stands = isinstance(seen, Seen) and found.kind not in ("gone", "blocked")
    text = None
    if stands and (is_first or found.kind != "same"):
        text = keep_evidence(
            seen.text.encode(), name="text.txt", media_type="text/plain; charset=utf-8", how="looked at again",
            by=MACHINE, act="captured", from_where=address.url,
        )  # fmt: skip
    with transaction.atomic():
        if stands:
            address.seen = _as_json(seen)
            address.text = text or address.text
        address.looked_at = now
        address.save()
        if not _is_news(address, found.kind, is_first=is_first):
            return None
        note = VanishNote.objects.create(
            address=address, at=now, kind=found.kind, words=found.words, difference=found.difference
        )
        if stands:
            leads.ask_for_capture(address.url)
        return note


def _is_news(address: WatchedAddress, kind: str, *, is_first: bool) -> bool:
    """What was noted last is not noted again; an address that was there all the time is no news."""
    last = address.notes.first()
    if kind in ("gone", "blocked"):
        return last is None or last.kind != kind
    if kind == "same":
        return last is not None and last.kind in ("gone", "blocked")
    return not is_first


def _seen_now(url: str, now: datetime) -> Seen:
    from barometer.evidence.vanishing import Seen

    page = outside.door().get(url)
    told = _looked_at(page.body, page.url, page.media_type, page.charset)
    return Seen(url, page.url, page.status, told["text"], now, told["wall"])


def _seen_before(address: WatchedAddress) -> Seen | None:
    from barometer.evidence.vanishing import Seen

    kept = address.seen
    if not kept:
        return None
    text = bytes_of(address.text).decode("utf-8", "replace") if address.text else ""
    at = datetime.fromisoformat(kept["at"])
    return Seen(address.url, kept["final_url"], kept["status"], text, at, kept["wall"])


def _as_json(seen: Seen) -> dict[str, Any]:
    return {
        "final_url": seen.final_url,
        "status": seen.status,
        "wall": seen.wall,
        "at": seen.at.isoformat(),
    }
