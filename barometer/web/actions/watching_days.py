"""Looks at watched sites as they are kept: a row a day and place, what was seen where it matters, and each day's file.

A look is the second of its day, its state, the rule that gave it, and of what was seen the little that verdicts ask
for; a day is a set of looks. So nothing is counted twice and no order matters, whether a round is taken in again after
a crash or two files tell of the same measurement.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from barometer.errors import Unreadable
from barometer.reach.compare import troubled
from barometer.reach.reading import as_line, of_line
from barometer.reach.values import Measurement, Reach, Vantage
from barometer.web.actions.evidence import keep_evidence
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records.watch import (
    LookDetail,
    SiteCertificate,
    SiteDay,
    VantagePoint,
    WatchedSite,
    WatchFile,
)

MACHINE = "barometer watch"
#: A look: second of its day, state, rule, marks (as `marks_of` gives them).
Look = tuple[int, str, str, str]
_STATES = tuple(Reach)
_KINDS = {"ooni": VantagePoint.Kind.OONI, "peer": VantagePoint.Kind.DESK, "probe": VantagePoint.Kind.OWN}
_SOURCES = {VantagePoint.Kind.OONI: "ooni", VantagePoint.Kind.DESK: "peer"}
#: What of a detail a row holds at most, as JSON; the day's file holds all.
LONGEST_DETAIL = 20_000


# --- a day's looks ----------------------------------------------------------------------------------------------------


def packed(looks: Iterable[Look]) -> bytes:
    """The looks as a row keeps them, the same for the same set."""
    ordered = sorted(set(looks))
    why = sorted({look[2:] for look in ordered})
    of = {pair: number for number, pair in enumerate(why)}
    rows: list[int] = []
    before = 0
    for second, state, *pair in ordered:
        rows += (second - before, _STATES.index(Reach(state)), of[tuple(pair)])
        before = second
    return zlib.compress(json.dumps([why, rows], separators=(",", ":")).encode(), 9)


def unpacked(data: bytes) -> list[Look]:
    """The looks of a row, in the order of time."""
    why, rows = json.loads(zlib.decompress(bytes(data)))
    looks: list[Look] = []
    second = 0
    for place in range(0, len(rows), 3):
        second += rows[place]
        looks.append((second, _STATES[rows[place + 1]].value, *why[rows[place + 2]]))
    return looks


def marks_of(one: Measurement) -> str:
    """What `barometer.reach.compare` asks of a detail: what the control said, a time-out, a server's error."""
    control = one.detail.get("control")
    http = one.detail.get("http")
    last = http[-1] if isinstance(http, list) and http else http  # of a probe's hops the last
    status = last.get("status") if isinstance(last, Mapping) else None
    is_error = isinstance(status, int) and 500 <= status <= 599
    is_late = one.state is not Reach.OVERLOADED and not is_error and troubled(one)
    found = [control if control in ("reached", "failed") else "", str(status) if is_error else ""]
    return " ".join(filter(None, [*found, "timeout" if is_late else ""]))


def detail_of(marks: str) -> dict[str, Any]:
    """The detail that has these marks."""
    told: dict[str, Any] = {}
    for mark in marks.split():
        if mark == "timeout":
            told["tcp"] = {"failure": "timeout"}
        elif mark.isdecimal():
            told["http"] = {"status": int(mark)}
        else:
            told["control"] = mark
    return told


def counted(looks: Iterable[Look]) -> dict[str, int]:
    """The numbers of a row: how many looks of each state, and the hours in which one could say something."""
    told = dict.fromkeys(Reach, 0)
    hours = 0
    for second, state, *_ in looks:
        told[Reach(state)] += 1
        if state != Reach.INSUFFICIENT:
            hours |= 1 << (second // 3600)
    return {state.value: number for state, number in told.items()} | {"hours": hours}


def day_of(at: datetime) -> date:
    """The day of the desk's zone."""
    return at.astimezone(timezone.get_current_timezone()).date()


def moment(day: date, second: int) -> datetime:
    """The time of a look."""
    begin = datetime.combine(day, time(), timezone.get_current_timezone())
    return begin.astimezone(UTC) + timedelta(seconds=second)


# --- which site, from where -------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def key_of(address: str) -> str:
    """What two ways to write the address of one site share: its host without www, a port of its own, its path."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return address  # it is none: no other is the same
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    own_port = f":{port}" if port not in (None, 80, 443) else ""
    return host.removeprefix("www.") + own_port + parts.path.rstrip("/")


def held(text: str) -> str:
    """The text without what a database cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _holdable(value: Any) -> Any:
    """The same of all texts of a value of JSON."""
    if isinstance(value, Mapping):
        return {held(str(key)): _holdable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_holdable(inner) for inner in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else held(str(value))


def point_of(vantage: Vantage, source: str) -> VantagePoint:
    """The row of a vantage, made where there is none; what the desk says of one that is known stays.

    Of our own looks the name is the row's id (`vantage_of`), so that a place may be renamed within a day.
    """
    own = VantagePoint.objects.filter(public_id=vantage.name).first() if source == "probe" else None
    if own:
        return own
    row, created = VantagePoint.objects.get_or_create(
        name=held(vantage.name)[:120] or source,
        country=held(vantage.country)[:2].upper(),
        network=held(vantage.network)[:20],
        defaults={"kind": _KINDS[source], "control": vantage.control},
    )
    if created:
        record_revision(row, "create", by=MACHINE, reason="first measurement from there")
    return row


def vantage_of(row: VantagePoint) -> Vantage:
    """The row as the core's value; its name is its id, which says nothing of who is there."""
    return Vantage(row.public_id, row.country, row.network, row.control)


# --- taking in --------------------------------------------------------------------------------------------------------


class Taken:
    """What `take` did: how many looks were new, how many of sites that are not watched; by site when and what."""

    def __init__(self) -> None:
        self.new = self.known = self.elsewhere = 0
        self.spans: dict[int, tuple[datetime, datetime]] = {}
        self.states: dict[int, set[str]] = defaultdict(set)

    def saw(self, site: int, at: datetime, state: str) -> None:
        """A new look at the site."""
        first, last = self.spans.get(site, (at, at))
        self.spans[site] = min(first, at), max(last, at)
        self.states[site].add(state)


@transaction.atomic
def take(measurements: Iterable[Measurement], points: Mapping[Vantage, VantagePoint] | None = None) -> Taken:
    """Take measurements of watched sites into the ledger; those that are known change nothing."""
    one_at_a_time(Lock.WATCH)
    taken = Taken()
    sites = {key_of(row.address): row for row in WatchedSite.objects.all()}
    rows: dict[Vantage, VantagePoint] = dict(points or {})
    days: dict[tuple[int, int, date], list[tuple[Look, Measurement]]] = defaultdict(list)
    for one in measurements:
        site = sites.get(key_of(one.site))
        if site is None:
            taken.elsewhere += 1
            continue
        point = rows.get(one.vantage)
        if point is None:
            point = rows[one.vantage] = point_of(one.vantage, one.source)
        day = day_of(one.at)
        second = int((one.at - moment(day, 0)).total_seconds())
        look = (second, one.state.value, held(one.rule)[:60], marks_of(one))
        days[site.pk, point.pk, day].append((look, one))
    known = _known(days)
    for key, given in days.items():
        _take_day(key, given, known.get(key), taken)
    return taken


def _known(keys: Iterable[tuple[int, int, date]]) -> dict[tuple[int, int, date], SiteDay]:
    """The rows of those days that there are, a question for each day."""
    wanted: dict[date, set[int]] = defaultdict(set)
    for site, _, day in keys:
        wanted[day].add(site)
    found = {}
    for day, sites in wanted.items():
        rows = SiteDay.objects.filter(day=day)
        for row in rows.filter(site__in=sites) if len(sites) <= 500 else rows:
            found[row.site_id, row.vantage_id, row.day] = row
    return found


def _take_day(
    key: tuple[int, int, date], given: list[tuple[Look, Measurement]], row: SiteDay | None, taken: Taken
) -> None:
    site, point, day = key
    looks = set(unpacked(row.looks)) if row else set()
    new = {look: one for look, one in sorted(given, key=lambda pair: pair[0]) if look not in looks}
    taken.new += len(new)
    taken.known += len(given) - len(new)
    if not new:
        return
    looks |= set(new)
    row = row or SiteDay(site_id=site, vantage_id=point, day=day)
    row.looks = packed(looks)
    for name, number in counted(looks).items():
        setattr(row, name, number)
    row.save()
    ordered = sorted(looks)
    before = _last_before(key) if ordered[0] in new else None
    place = {look: number for number, look in enumerate(ordered)}
    details = []
    for look, one in new.items():
        taken.saw(site, moment(day, look[0]), look[1])
        if _is_told(ordered, place[look], before):
            details.append(_detail(site, point, day, look, one))
    LookDetail.objects.bulk_create(details, ignore_conflicts=True)


def _last_before(key: tuple[int, int, date]) -> Look | None:
    """The last look of the day before."""
    site, point, day = key
    row = SiteDay.objects.filter(site=site, vantage=point, day=day - timedelta(days=1)).first()
    return unpacked(row.looks)[-1] if row else None


def _is_told(looks: list[Look], place: int, before: Look | None) -> bool:
    """Whether a look is kept in detail: another state or rule than before it, or the first of its hour that is not ok."""
    second, state, rule, _ = looks[place]
    last = looks[place - 1] if place else before
    if last is None or last[1:3] != (state, rule):
        return True
    return state != Reach.OK and (not place or last[0] // 3600 != second // 3600)


def _detail(site: int, point: int, day: date, look: Look, one: Measurement) -> LookDetail:
    told = _holdable(dict(one.detail))
    if len(json.dumps(told)) > LONGEST_DETAIL:
        told = {"too long": "it stands in the file that it came in"}
    return LookDetail(
        site_id=site, vantage_id=point, at=moment(day, look[0]), state=look[1], rule=look[2],
        source=one.source[:10], source_id=held(one.source_id)[:200], detail=told,
    )  # fmt: skip


# --- certificates -----------------------------------------------------------------------------------------------------


def take_certificates(
    site: WatchedSite, point: VantagePoint, one: Measurement, shown: Mapping[str, bytes]
) -> None:
    """Keep the certificates (DER) that a look was shown, each as evidence once a site."""
    known = set(
        site.certificates.filter(evidence__sha256__in=shown).values_list("evidence__sha256", flat=True)
    )
    for sha256, der in shown.items():
        if sha256 in known:
            continue
        item = keep_evidence(
            der, name="certificate.der", media_type="application/pkix-cert", how="TLS", by=MACHINE, act="captured",
            from_where=one.site,
        )  # fmt: skip
        defaults = {"vantage": point, "seen_at": one.at, "told": _told_of(one.detail, sha256)}
        SiteCertificate.objects.get_or_create(site=site, evidence=item, defaults=defaults)


def _told_of(detail: Mapping[str, Any], sha256: str) -> dict[str, str]:
    """What a look says of the certificate of that digest: subject, issuers, until when, what is the matter with it."""
    shown = detail.get("tls")
    for each in shown if isinstance(shown, list) else ():
        if isinstance(each, Mapping) and each.get("sha256") == sha256:
            told = {name: each.get(name) for name in ("subject", "issuers", "ends", "failure")}
            return {
                name: str("; ".join(map(str, value)) if isinstance(value, list | tuple) else value)[:300]
                for name, value in told.items()
                if value
            }
    return {}


# --- reading ----------------------------------------------------------------------------------------------------------


def measurements(site: WatchedSite, first: datetime, last: datetime) -> Iterator[Measurement]:
    """Every look at a site between two times, without details, the oldest day first."""
    rows = site.days.filter(day__gte=day_of(first), day__lte=day_of(last))
    points: dict[int, Vantage] = {}
    for row in rows.select_related("vantage").order_by("day", "vantage"):
        vantage = points.setdefault(row.vantage_id, vantage_of(row.vantage))
        source = _SOURCES.get(row.vantage.kind, "probe")
        for second, state, rule, marks in unpacked(row.looks):
            at = moment(row.day, second)
            if first <= at <= last:
                yield Measurement(
                    site.address, at, vantage, Reach(state), rule, source, detail=detail_of(marks)
                )


# --- the day's file ---------------------------------------------------------------------------------------------------


def folder() -> Path:
    """Where the files of days lie that are not over."""
    found = Path(settings.HOME) / "watch"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def note_down(given: Iterable[Measurement]) -> None:
    """Write measurements of our own to the file of their day, before they are taken in. One that was cut off ends there."""
    lines: dict[date, list[str]] = defaultdict(list)
    for one in given:
        told = replace(one, detail={}) if one.state is Reach.OK else one
        lines[day_of(one.at)].append(as_line(told))
    for day, written in lines.items():
        path = folder() / f"{day}.jsonl"
        with path.open("ab+") as stream:
            if stream.tell() and _last_byte(path) != b"\n":
                stream.write(b"\n")
            stream.write("".join(f"{line}\n" for line in written).encode())
        path.chmod(0o600)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1)


def keep_days(*, now: datetime | None = None) -> list[WatchFile]:
    """Keep the files of days that are over as evidence, once what they say is in the ledger too; killed, it goes on."""
    today = day_of(now or timezone.now())
    return [
        _keep_day(date.fromisoformat(path.stem), path)
        for path in sorted(folder().glob("????-??-??.jsonl"))
        if path.stem < today.isoformat()
    ]


def catch_up(*, now: datetime | None = None) -> Taken:
    """Take in of today's file what a process that was killed had not."""
    path = folder() / f"{day_of(now or timezone.now())}.jsonl"
    return take(_read(path)[0]) if path.exists() else Taken()


def _keep_day(day: date, path: Path) -> WatchFile:
    told, broken = _read(path)
    take(told)
    data = gzip.compress(path.read_bytes(), 9, mtime=0)
    item = keep_evidence(
        data, name=f"measurements-{day}.jsonl.gz", media_type="application/gzip", how="own measurements",
        by=MACHINE, act="captured",
    )  # fmt: skip
    with transaction.atomic():
        row, created = WatchFile.objects.get_or_create(
            evidence=item,
            defaults={
                "kind": WatchFile.Kind.DAY, "name": path.name, "day": day, "measurements": len(told),
                "broken": broken[:100], "broken_count": len(broken), "by": MACHINE,
            },
        )  # fmt: skip
        if created:
            record_revision(row, "keep", by=MACHINE)
    path.unlink()
    return row


def _read(path: Path) -> tuple[list[Measurement], list[dict[str, str]]]:
    """The measurements of a day's file, and the lines that are none."""
    told: list[Measurement] = []
    broken: list[dict[str, str]] = []
    with path.open(encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                told.append(of_line(line))
            except Unreadable as error:
                broken.append({"place": f"line {number}", "reason": error.message})
    return told, broken
