"""What a page is, for machines (schema.org): a dataset, a record of it, a collection of records. No more than it says."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from barometer.codebook.dates import Quarter
from barometer.web.public import cards, joined, words
from barometer.web.public.filters import address, chosen
from barometer.web.public.stories import Story
from barometer.web.records.models import Event

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def _of_site(request: HttpRequest) -> dict[str, Any]:
    """What all share."""
    return {
        "inLanguage": words.language(),
        "license": LICENCE,
        "publisher": {
            "@type": "Organization",
            "name": gettext("Press Barometer"),
            "url": request.build_absolute_uri(reverse("public:home")),
        },
    }


def _whole(request: HttpRequest) -> dict[str, str]:
    return {
        "@type": "Dataset",
        "name": gettext("Press Barometer"),
        "url": request.build_absolute_uri(reverse("public:events")),
    }


def dataset(request: HttpRequest, period: str = "") -> dict[str, Any]:
    """All published events, or those of one quarter, with the files to take them along."""
    query = f"?period={period}" if period else ""
    files = {"csv": "text/csv", "json": "application/json"}
    found = {
        "@type": "Dataset",
        "name": gettext("Freedom of speech in Kazakhstan, on record"),
        "description": gettext(
            "Press Barometer keeps a public record of what happens to journalists and the media, event by event, "
            "each with the source it rests on."
        ),
        "url": request.build_absolute_uri(address(chosen(period=period))),
        "spatialCoverage": "KZ",
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media,
                "contentUrl": request.build_absolute_uri(reverse(f"public:events-{form}") + query),
            }
            for form, media in files.items()
        ],
    }
    if period:
        quarter = Quarter.parse(period)
        found["temporalCoverage"] = f"{quarter.first.isoformat()}/{quarter.last.isoformat()}"
    return found | _of_site(request)


def event(request: HttpRequest, row: Event) -> dict[str, Any]:
    """The record of one event that came through `cards.ready`: a record of it, and not the event itself."""
    summary = cards.summary(row)
    found = {
        "@type": "CreativeWork",
        "name": cards.heading(row),
        "abstract": summary.text,
        "identifier": row.public_id,
        "url": request.build_absolute_uri(request.path),
        "datePublished": row.published_at.date().isoformat() if row.published_at else "",
        "temporalCoverage": row.date,
        "isPartOf": _whole(request),
    }
    return {name: value for name, value in found.items() if value} | _of_site(request)


def case(request: HttpRequest, story: Story) -> dict[str, Any]:
    """The records of one story."""
    return {
        "@type": "Collection",
        "name": str(story.title),
        "identifier": joined.slug_of(story.slug),
        "url": request.build_absolute_uri(request.path),
        "collectionSize": story.how_many,
        "isPartOf": _whole(request),
    } | _of_site(request)
