"""The page on open data: releases to take away, the interface, the licence, how to cite; and the files themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from barometer.codebook.crosswalk import crosswalk
from barometer.web.actions import releasing
from barometer.web.public import opened, views, words
from barometer.web.public.caching import may_be_kept
from barometer.web.records.releases import Release, ReleaseFile

LICENCE = "CC-BY-4.0"
ARCHIVE = "archive.zip"
#: The files that the page names by themselves; all others are in the archive and in the interface.
SHOWN = ("datapackage.json", "press-barometer.sqlite", "data/events.csv", "parquet/events.parquet", "jsonl/events.jsonl",
         "followthemoney.jsonl", "events.jsonld", "CHANGES.md", "codebook.md", "SHA256SUMS")  # fmt: skip
#: A released file never changes; only whether it is handed out.
SECONDS_KEPT = 600


@dataclass(frozen=True)
class Offered:
    """A file to take away."""

    label: str
    address: str
    size: str


@dataclass(frozen=True)
class Shown:
    """A release on the page."""

    row: Release
    title: str
    day: str
    cite: str
    archive: Offered
    files: tuple[Offered, ...]


@views.page
def data(request: HttpRequest) -> HttpResponse:
    """What there is to take away, and on which terms."""
    rows = releasing.given(
        Release.objects.defer("digests").select_related("archive").prefetch_related("files")
    )
    return render(
        request,
        "public/data.html",
        {
            "releases": [_shown(row) for row in rows],
            "schemes": crosswalk().schemes,
            "docs": reverse("api:docs"),
            "openapi": reverse("api:openapi-json"),
            "crumbs": views.crumbs(),
        },
    )


def _shown(row: Release) -> Shown:
    title, day = period_words(row.period), words.day_words(row.day)
    return Shown(
        row,
        title,
        day,
        gettext(
            "Press Barometer: freedom of speech in Kazakhstan, %(period)s, version %(version)d (%(day)s)."
        )
        % {"period": row.period, "version": row.version, "day": day},
        Offered(f"{releasing.name_of(row)}.zip", _address(row, ARCHIVE), words.size_words(row.archive.size)),
        tuple(
            Offered(one.path, _address(row, one.path), words.size_words(one.size))
            for one in row.files.all()
            if one.path in SHOWN
        ),
    )


def period_words(period: str) -> str:
    """The period of a release in words."""
    if period == releasing.ALL:
        return gettext("All years")
    return words.capital(words.quarter_words(period)) if "Q" in period else words.year_words(int(period))


def _address(row: Release, path: str) -> str:
    return reverse("release-file", args=[row.period, row.version, path])


@views.page
def file(request: HttpRequest, period: str, version: int, path: str) -> HttpResponse:
    """A file of a release. 410 for a release that is not handed out any more."""
    row = (
        Release.objects.defer("digests")
        .select_related("archive")
        .filter(period=period, version=version)
        .first()
    )
    told = row.files.filter(path=path).first() if row else None
    if row is None or (told is None and path != ARCHIVE):
        raise Http404(gettext("There is no such file."))
    if not releasing.is_given(row):
        return HttpResponse(
            gettext("This release is not handed out any more. Take the newest one."),
            status=410,
            content_type="text/plain; charset=utf-8",
        )
    tag = f'"{told.sha256 if told else row.archive.sha256}"'
    unchanged = get_conditional_response(request, etag=tag)
    return _headed(unchanged or _whole(row, told), tag)


def _whole(row: Release, told: ReleaseFile | None) -> HttpResponse:
    name = told.path.rpartition("/")[2] if told else f"{releasing.name_of(row)}.zip"
    content = releasing.file_of(row, told.path) if told else releasing.archive_of(row)
    answer = HttpResponse(content, content_type=told.media_type if told else "application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _headed(answer: HttpResponse, tag: str) -> HttpResponse:
    answer["ETag"] = tag
    may_be_kept(answer, SECONDS_KEPT)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer


def values(rows: Iterable[Release]) -> list[opened.Value]:
    """The values of releases that are handed out, for the interface."""
    return [
        {
            "id": row.public_id,
            "period": row.period,
            "version": row.version,
            "day": row.day.isoformat(),
            "page": reverse("public:data"),
            "events": row.events,
            "licence": LICENCE,
            "archive": _address(row, ARCHIVE),
            "files": [
                {
                    "path": one.path,
                    "address": _address(row, one.path),
                    "size": one.size,
                    "sha256": one.sha256,
                    "media_type": one.media_type,
                }
                for one in row.files.all()
            ],
        }
        for row in rows
    ]
