"""The issued bulletins: the list, each issue's page with its text, copies and errata, and the copies themselves."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from barometer.codebook.book import LANGUAGES
from barometer.errors import NotReady
from barometer.publication import machine, snapshot
from barometer.publication.compose import compose
from barometer.publication.render import FORMATS, MEDIA_TYPES
from barometer.publication.tables import headlines, measures_table, month_table, region_table
from barometer.publication.values import BulletinOut, IssueIn, Item, SectionOut
from barometer.publication.words import month_name
from barometer.web.actions import freezing
from barometer.web.actions.evidence import bytes_of
from barometer.web.public import notes, words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.public.views import crumbs, page
from barometer.web.records import printed
from barometer.web.records.freezing import Edition, FrozenFile
from barometer.web.records.models import Event, Issue
from barometer.web.records.models import Item as ItemRow

#: the formats as readers are likely to want them
_ORDER = ("pdf", "docx", "html", "email", "md", "csv")
#: A copy is saved, never run in our name.
_SHUT = "default-src 'none'; sandbox; frame-ancestors 'none'"


def issued() -> QuerySet[Issue]:
    """The issues that readers may see: frozen ones, and those that had been published before they were imported."""
    shown = ItemRow.objects.public().filter(issue=OuterRef("pk"))
    before = Q(source__isnull=False, opened_at=None) & Q(Exists(shown))
    return Issue.objects.filter(Q(frozen_at__isnull=False) | before).order_by("-period")


def form_label(form: str) -> str:
    """A format in words."""
    return {
        "md": gettext("plain text with marks (Markdown)"),
        "html": gettext("web page (HTML)"),
        "docx": gettext("Word (DOCX)"),
        "pdf": gettext("to print (PDF)"),
        "email": gettext("e-mail (EML)"),
        "csv": gettext("numbers of the charts (CSV)"),
    }[form]


# --- the list ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An issue in the list."""

    period: str
    title: str
    day: str
    items: int
    errata: int
    copies: bool


@page
def bulletins(request: HttpRequest) -> HttpResponse:
    """All issues, the newest first."""
    rows = [_row(issue) for issue in issued().prefetch_related("editions")]
    return render(request, "public/bulletins.html", {"rows": rows, "crumbs": crumbs()})


def _row(issue: Issue) -> Row:
    editions = list(issue.editions.all())
    shown = ItemRow.objects.public().filter(issue=issue)
    return Row(
        issue.period,
        words.capital(words.quarter_words(issue.period)),
        words.day_words(timezone.localdate(issue.frozen_at)) if issue.frozen_at else "",
        len(editions[-1].items) if editions else shown.count(),
        freezing.errata(issue).count() if editions else 0,
        bool(editions),
    )


# --- one issue --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """A copy that a reader can save."""

    language: str
    language_name: str
    form: str
    label: str
    size: int
    sha256: str
    address: str


@dataclass(frozen=True)
class Told:
    """An item on the page: its words in pieces, and the page of its first event that readers may see."""

    item: Item
    record: str


@page
def bulletin(request: HttpRequest, period: str) -> HttpResponse:
    """An issue: its text, and, where it was frozen, its copies with their checksums and what was corrected since."""
    issue = _issue(period)
    edition = freezing.edition_of(issue)
    try:
        given = _printed(edition) if edition else printed.issue_in(issue.period, measures=False)
        told = compose(given, words.language())
    except NotReady:
        told = None  # all that it printed was erased
    copies = _copies(edition) if edition else []
    context = {
        "period": issue.period,
        "quarter": words.capital(words.quarter_words(issue.period)),
        "bulletin": told,
        "machine": machine,
        "house": told and told.in_format("html"),
        "sections": _sections(told) if told else [],
        "headlines": headlines(told) if told else (),
        "tables": [table for table in _tables(told) if table.rows] if told else [],
        "day": words.day_words(timezone.localdate(issue.frozen_at)) if issue.frozen_at else "",
        "edition": edition,
        "again": words.day_words(timezone.localdate(edition.created_at))
        if edition and edition.number > 1
        else "",
        "copies": _by_form(copies),
        "sums": copies,
        "errata": [notes.note(row) for row in freezing.errata(issue)] if edition else [],
        "canonical": request.build_absolute_uri(request.path),
        "crumbs": crumbs((gettext("Bulletins"), reverse("public:bulletins"))),
    }
    return render(request, "public/bulletin.html", context)


def _issue(period: str) -> Issue:
    found = issued().filter(period=period).first()
    if found is None:
        raise Http404(gettext("There is no such bulletin."))
    return found


def _printed(edition: Edition) -> IssueIn:
    """What the edition printed, without those who may not be named any more."""
    return printed.as_named_now(_unpacked(edition.snapshot.sha256, edition.pk), words.language())


@lru_cache(maxsize=4)
def _unpacked(sha256: str, edition: int) -> IssueIn:
    row = Edition.objects.select_related("snapshot").get(pk=edition)
    return snapshot.unpack(bytes_of(row.snapshot))


def _tables(told: BulletinOut):
    return month_table(told), region_table(told), measures_table(told)


def _sections(told: BulletinOut) -> list[tuple[SectionOut, list[tuple[str, list[Told]]]]]:
    """Each section with its months: the month's name ("" for none) and its items."""
    wanted = {public_id for item in told.items for public_id in item.event_ids}
    public = set(Event.objects.public().filter(public_id__in=wanted).values_list("public_id", flat=True))

    def of(item: Item) -> Told:
        first = next((one for one in item.event_ids if one in public), "")
        return Told(item, reverse("public:event", args=[first]) if first else "")

    return [
        (
            section,
            [
                (
                    month_name(month.month, told.language) if month.month else "",
                    [of(one) for one in month.items],
                )
                for month in section.months
            ],
        )
        for section in told.sections
    ]


def _copies(edition: Edition) -> list[Copy]:
    rows = {(row.form, row.language): row for row in (_copy(edition, one) for one in edition.files.all())}
    return [rows[form, language] for form in FORMATS for language in LANGUAGES if (form, language) in rows]


def _copy(edition: Edition, row: FrozenFile) -> Copy:
    period = edition.issue.period
    name = freezing.file_name(period, row.language, row.format)
    return Copy(
        row.language,
        OWN_NAMES[row.language],
        row.format,
        form_label(row.format),
        row.size,
        row.sha256,
        reverse("public:bulletin-copy", args=[period, name]),
    )


def _by_form(copies: list[Copy]) -> list[tuple[str, list[Copy]]]:
    """The copies by format, in the order of the formats; a reader's own language first."""
    here = words.language()
    return [
        (form_label(form), sorted(rows, key=lambda copy: copy.language != here))
        for form in _ORDER
        if (rows := [copy for copy in copies if copy.form == form])
    ]


# --- a copy -----------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def copy(request: HttpRequest, period: str, name: str) -> HttpResponse:
    """A copy's bytes, to be saved, with their digest; kept by nobody without asking again, since it may be erased."""
    issue = _issue(period)
    names = {
        freezing.file_name(issue.period, language, form): (language, form)
        for language in LANGUAGES
        for form in FORMATS
    }
    row = freezing.frozen_file(issue, *names[name]) if name in names else None
    if row is None:
        raise Http404(gettext("There is no such copy."))
    etag = f'"{row.sha256}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    answer = HttpResponse(bytes_of(row.evidence), content_type=MEDIA_TYPES[row.format])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = _SHUT
    answer["Content-Language"] = row.language
    answer["ETag"] = etag
    answer["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(row.sha256)).decode()}:"
    answer["Cache-Control"] = "public, no-cache"
    return answer
