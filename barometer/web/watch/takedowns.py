"""Takedown notices at the desk: the list, one notice, who sends them, whom they are about. Without scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from barometer.errors import BadInput, BarometerError
from barometer.reach.notice_clock import Outcome
from barometer.reach.notices import Notice, by_company
from barometer.reach.notices.names import sender_key
from barometer.reach.notices.signs import codes
from barometer.web import refusals
from barometer.web.accounts.roles import Act, may
from barometer.web.actions import takedowns as actions
from barometer.web.actions import takedowns_answers, takedowns_import, takedowns_signs
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.actions.evidence import item_of, keep_upload
from barometer.web.actions.takedowns_events import follow
from barometer.web.desk.letters import day_in, refused, text_in, who
from barometer.web.desk.views import crumbs, desk_for
from barometer.web.public import memory, words
from barometer.web.records.models import EvidenceItem
from barometer.web.records.protected import digest
from barometer.web.records.takedowns import NoticeSender, NoticeSign, NoticeTarget, TakedownNotice
from barometer.web.watch import takedowns_words as said

LARGEST_FILE = 20 << 20
_AROUND = 64 << 10
NOTICES_A_PAGE = 50
MOST_SENDERS = 200
#: What a person can wait for at a page; more go in by the command.
MOST_NOTICES = 500
Choices = list[tuple[str, str]]


def _choices(codes: Iterable[str], label: Callable[[str], str]) -> Choices:
    return [(code, label(code)) for code in codes]


def home() -> tuple[str, str]:
    """The way back to the list."""
    return gettext("Takedown notices"), reverse("desk:takedowns")


def found(public_id: str) -> TakedownNotice:
    """The notice, or 404."""
    rows = TakedownNotice.objects.select_related("sender", "principal", "evidence")
    return get_object_or_404(rows, public_id=public_id)


# --- the list -----------------------------------------------------------------------------------------------------


# CSRF protection reads what is sent: it stands inside, where it is known how much that is.
@csrf_exempt
def takedowns(request: HttpRequest) -> HttpResponse:
    """All notices, and the form for a file; refused unread where it is too large."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size) > LARGEST_FILE + _AROUND:
        return HttpResponse(_too_large(), status=413, content_type="text/plain; charset=utf-8")
    return _takedowns(request)


def _too_large() -> str:
    return gettext("The file is larger than %(limit)s MB.\n") % {"limit": LARGEST_FILE >> 20}


@csrf_protect
@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def _takedowns(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _list(request)
    upload = request.FILES.get("file")
    if not upload:
        return _list(request, gettext("Choose a file."))
    if upload.size > LARGEST_FILE:
        return _list(request, _too_large())
    try:
        report = takedowns_import.take_file(upload.read(), upload.name, most=MOST_NOTICES, **who(request))
    except BarometerError as error:
        return _list(request, refusals.told(error))
    messages.success(request, report_words(report))
    if report.broken:
        return _list(request, report=report)
    if len(report.new) > takedowns_import.FEW:
        messages.success(request, gettext("Signs and events follow in a few minutes."))
    if len(report.new) == 1 and not report.known:
        return redirect("desk:takedown", report.new[0].public_id)
    return redirect("desk:takedowns")


def report_words(report: takedowns_import.Report) -> str:
    """What came of a file, in a line."""
    new = ngettext("%(count)d notice is new.", "%(count)d notices are new.", len(report.new)) % {
        "count": len(report.new)
    }
    known = (
        ngettext("%(count)d was known already.", "%(count)d were known already.", len(report.known))
        % {"count": len(report.known)}
        if report.known
        else ""
    )
    broken = (
        ngettext("%(count)d could not be read.", "%(count)d could not be read.", len(report.broken))
        % {"count": len(report.broken)}
        if report.broken
        else ""
    )
    return " ".join(filter(None, (new, known, broken)))


@dataclass(frozen=True)
class Line:
    """A notice in a list."""

    row: TakedownNotice
    day: str
    ground: str
    who: str
    outlets: str
    states: tuple[tuple[str, str, int], ...]  # code, label, how many addresses
    signs: tuple[str, ...]
    verdict: str


def lines(rows: Iterable[TakedownNotice]) -> list[Line]:
    """Notices that came through `ready`."""
    return [_line(row) for row in rows]


def ready(rows: QuerySet[TakedownNotice]) -> QuerySet[TakedownNotice]:
    """The notices with all that a line reads."""
    return rows.select_related("sender", "principal").prefetch_related(
        "targets__outlet", "signs", "judgements"
    )


def _line(row: TakedownNotice) -> Line:
    targets = list(row.targets.all())
    states = Counter(one.state for one in targets)
    outlets = dict.fromkeys(one.outlet.name for one in targets if one.outlet)
    whole = [one.verdict for one in row.judgements.all() if not one.sign]
    return Line(
        row,
        words.day_words(row.day) if row.day else "",
        said.ground_label(row.ground),
        sender_words(row),
        ", ".join(words.party_name(name, "outlet") for name in outlets),
        tuple((code, said.state_label(code), states[code]) for code in said.STATES if states[code]),
        tuple(said.sign_label(one.code) for one in row.signs.all()),
        said.verdict_label(whole[-1]) if whole else "",
    )


def sender_words(row: TakedownNotice) -> str:
    """Who sent it, and for whom."""
    names = dict.fromkeys(one.name for one in (row.sender, row.principal) if one)
    return " → ".join(names)


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for."""

    ground: str = ""
    recipient: str = ""
    sender: str = ""
    state: str = ""
    sign: str = ""
    shown: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """What an address says."""
        return cls(
            **{name: given.get(name, "").replace("\x00", "")[:200] for name in cls.__dataclass_fields__}
        )

    def rows(self) -> QuerySet[TakedownNotice]:
        """The notices that are asked for, the newest first."""
        rows = TakedownNotice.objects.all()
        if self.ground:
            rows = rows.filter(ground=self.ground)
        if self.recipient:
            rows = rows.filter(recipient=self.recipient)
        if self.sender:
            rows = rows.filter(Q(sender__public_id=self.sender) | Q(principal__public_id=self.sender))
        if self.state:
            rows = rows.filter(Exists(NoticeTarget.objects.filter(notice=OuterRef("pk"), state=self.state)))
        if self.sign:
            rows = rows.filter(Exists(NoticeSign.objects.filter(notice=OuterRef("pk"), code=self.sign)))
        if self.shown:
            rows = rows.filter(published_at__isnull=self.shown != "yes")
        return rows

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({name: value for name, value in vars(self).items() if value})


def _list(
    request: HttpRequest, problem: str = "", *, report: takedowns_import.Report | None = None
) -> HttpResponse:
    wanted = Wanted.of(request.GET)
    page = Paginator(ready(wanted.rows()), NOTICES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines(page.object_list),
        "total": page.paginator.count,
        "wanted": wanted,
        "filtered": bool(wanted.query),
        "grounds": _choices(said.GROUNDS, said.ground_label),
        "states": _choices(said.STATES, said.state_label),
        "signs": _choices(codes(), said.sign_label),
        "recipients": list(
            TakedownNotice.objects.exclude(recipient="")
            .values_list("recipient", flat=True)
            .order_by("recipient")
            .distinct()[:MOST_SENDERS]
        ),
        "senders": senders(),
        "problem": problem,
        "report": report,
        "limit": LARGEST_FILE >> 20,
        "may_code": may(request.user, Act.CODE),
        "crumbs": crumbs(),
    }
    return render(request, "watch/takedowns.html", context, status=400 if problem else 200)


def senders() -> list[tuple[NoticeSender, int]]:
    """Who sent notices or stands behind them, those with most first."""
    rows = NoticeSender.objects.annotate(
        sent_count=Count("sent", distinct=True), behind=Count("stands_behind", distinct=True)
    )
    counted = ((row, max(row.sent_count, row.behind)) for row in rows)
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].name.casefold()))[:MOST_SENDERS]


@dataclass(frozen=True)
class Company:
    """A company that targets name, with the rows of the notices; `key` tells it in an address."""

    key: str
    name: str
    notices: tuple[int, ...]


def companies() -> tuple[Company, ...]:
    """The companies that the targets of notices name, those with most notices first."""
    return memory.remembered("companies of takedown notices", _companies, rest=lambda _: True)


def _companies() -> tuple[Company, ...]:
    found = by_company(takedowns_signs.light(TakedownNotice.objects.all()))
    return tuple(
        Company(
            digest(f"company\n{sender_key(one.name)}")[:16],
            one.name,
            tuple(int(notice.number) for notice in one.notices),
        )
        for one in found
    )


# --- entering by hand ---------------------------------------------------------------------------------------------


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A notice entered by hand."""
    if request.method != "POST":
        return _form(request, request.POST, None)
    try:
        given = _notice_in(request)
        actions.checked(given)
        taken = actions.take(given, evidence=_file_in(request), **who(request))
        takedowns_signs.renew([taken.row])
        follow(taken.row)
    except BarometerError as error:
        return _form(request, request.POST, None, refused(error))
    if taken.known:
        messages.success(request, gettext("This notice was on record already."))
    return redirect("desk:takedown", taken.row.public_id)


@desk_for(Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What stands in a notice, read anew by a person."""
    row = found(public_id)
    if request.method != "POST":
        return _form(request, _as_form(actions.notice_of(row)), row)
    try:
        actions.rewrite(row, _notice_in(request), reason=text_in(request, "reason"), **who(request))
        takedowns_signs.renew([row])
        follow(row)
    except BarometerError as error:
        return _form(request, request.POST, row, refused(error))
    messages.success(request, gettext("Noted."))
    return redirect("desk:takedown", public_id)


def _notice_in(request: HttpRequest) -> Notice:
    given = {name: text_in(request, name) for name in _TEXTS}
    return Notice(
        number="",
        source="desk",
        works=tuple(text_in(request, "works").split()),
        targets=tuple(text_in(request, "targets").split()),
        **given,
        **{name: day_in(request, name) for name in _DAYS},
    )


_TEXTS = (
    "sender", "principal", "recipient", "country", "ground", "work", "target_words", "action", "words", "language",
)  # fmt: skip
_DAYS = ("day", "work_date", "target_date")


def _as_form(notice: Notice) -> dict[str, str]:
    told = {name: getattr(notice, name) for name in _TEXTS}
    days = {name: value.isoformat() for name in _DAYS if (value := getattr(notice, name))}
    return told | days | {"works": "\n".join(notice.works), "targets": "\n".join(notice.targets)}


def _file_in(request: HttpRequest) -> EvidenceItem | None:
    upload = request.FILES.get("file")
    if not upload:
        return None
    if upload.size > LARGEST_FILE:
        raise BadInput(_too_large().strip())
    return keep_upload(upload.read(), upload.name, by=who(request)["by"], note="takedown notice").original


def _form(
    request: HttpRequest, given: Mapping[str, str], row: TakedownNotice | None, problem: str = ""
) -> HttpResponse:
    context = {
        "notice": row,
        "given": given,
        "grounds": _choices(said.GROUNDS, said.ground_label),
        "actions": _choices(said.ACTIONS, said.action_label),
        "languages": said.languages(),
        "today": timezone.localdate().isoformat(),
        "longest": LONGEST_REASON,
        "problem": problem,
        "crumbs": crumbs(home()),
    }
    return render(request, "watch/takedown_form.html", context, status=400 if problem else 200)


# --- one notice ---------------------------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def takedown(request: HttpRequest, public_id: str) -> HttpResponse:
    """One notice: what is claimed against what is targeted, signs, addresses, steps, drafts, events."""
    row = found(public_id)
    if request.method != "POST":
        return _page(request, row)
    act = {"step": _step, "judge": _judge, "outlet": _outlet}.get(text_in(request, "act"))
    if act is None:
        return _page(request, row, gettext("There is no such act."))
    try:
        act(request, row)
        new_events = follow(row)
    except BarometerError as error:
        return _page(request, row, refused(error))
    messages.success(request, _noted(len(new_events)))
    return redirect("desk:takedown", public_id)


def _noted(events: int) -> str:
    if not events:
        return gettext("Noted.")
    return ngettext(
        "Noted; %(count)d event is proposed.", "Noted; %(count)d events are proposed.", events
    ) % {"count": events}


def _step(request: HttpRequest, row: TakedownNotice) -> None:
    day = day_in(request, "day")
    if day is None:
        raise BarometerError(gettext("a step has its day"), next_step="2026-03-14")
    name = text_in(request, "evidence")
    actions.add_step(
        row,
        text_in(request, "kind"),
        day=day,
        words=text_in(request, "words"),
        targets=_targets_in(request, row),
        evidence=item_of(name) if name else None,
        **who(request),
    )


def _judge(request: HttpRequest, row: TakedownNotice) -> None:
    actions.judge(
        row,
        text_in(request, "verdict"),
        sign=text_in(request, "sign"),
        reason=text_in(request, "reason"),
        **who(request),
    )


def _outlet(request: HttpRequest, row: TakedownNotice) -> None:
    targets = _targets_in(request, row)
    if not targets:
        raise BarometerError(gettext("no address was chosen"))
    actions.say_outlet(targets, text_in(request, "outlet"), **who(request))
    takedowns_signs.renew([row])


def _targets_in(request: HttpRequest, row: TakedownNotice) -> list[NoticeTarget]:
    """The addresses that were ticked; [] stands for all."""
    return list(row.targets.filter(public_id__in=request.POST.getlist("target")))


@desk_for(Act.PUBLISH)
@require_POST
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a notice to readers, or no longer."""
    row = found(public_id)
    try:
        actions.publish(
            row, public=text_in(request, "public") == "yes", reason=text_in(request, "reason"), **who(request)
        )
    except BarometerError as error:
        return _page(request, row, refused(error))
    messages.success(
        request, gettext("Readers see it now.") if row.published_at else gettext("Readers see it no longer.")
    )
    return redirect("desk:takedown", public_id)


def _page(request: HttpRequest, row: TakedownNotice, problem: str = "") -> HttpResponse:
    today = timezone.localdate()
    verdicts = actions.verdicts(row)
    due = takedowns_answers.due_of(row, today)
    targets = list(row.targets.select_related("outlet"))
    context = {
        "notice": row,
        "title": title_of(row),
        "day": words.day_words(row.day) if row.day else "",
        "ground": said.ground_label(row.ground),
        "action": said.action_label(row.action),
        "work_day": words.day_words(row.work_date) if row.work_date else "",
        "target_day": words.day_words(row.target_date) if row.target_date else "",
        "signs": [
            (
                one,
                said.sign_label(one.code),
                said.sign_words(takedowns_signs.value_of(one)),
                _verdict(verdicts.get(one.code)),
            )
            for one in row.signs.all()
        ],
        "whole": _verdict(verdicts.get("")),
        "judgements": [
            (one, said.verdict_label(one.verdict), said.sign_label(one.sign) if one.sign else "")
            for one in row.judgements.order_by("-pk")
        ],
        "targets": [(one, said.state_label(one.state)) for one in targets],
        "steps": [
            (one, said.step_label(one.kind), words.day_words(one.day))
            for one in row.steps.select_related("target", "evidence")
        ],
        "dates": _dates(due),
        "answers": takedowns_answers.answers(row, words.language()),
        "has_outlet": any(one.outlet for one in targets),
        "events": [
            (
                one.event,
                words.type_label(one.event.main_type),
                one.outlet.name if one.outlet else "",
                words.state_label(one.event.state),
                words.when(one.event.date).short,
            )
            for one in row.events.select_related("event", "outlet")
        ],
        "step_kinds": _choices(said.STEPS, said.step_label),
        "verdicts": _choices(said.VERDICTS, said.verdict_label),
        "longest": LONGEST_REASON,
        "today": today.isoformat(),
        "given": request.POST,
        "problem": problem,
        "may_code": may(request.user, Act.CODE),
        "may_publish": may(request.user, Act.PUBLISH),
        "crumbs": crumbs(home()),
    }
    return render(request, "watch/takedown.html", context, status=400 if problem else 200)


def _dates(due: takedowns_answers.Due | None) -> list[tuple[str, str, bool]]:
    """Each day of the clock: (when, what, whether it is over and nothing happened)."""
    if due is None:
        return []
    told = said.due_words()
    lapsed = due.outcome == Outcome.LAPSED
    return [
        (words.day_words(due.first), told["first"], False),
        (words.day_words(due.last), told["last"], lapsed),
    ]


def title_of(row: TakedownNotice) -> str:
    """A notice in a few words."""
    ground = said.ground_label(row.ground)
    if not row.recipient:
        return words.capital(ground)
    return gettext("Notice to %(recipient)s: %(ground)s") % {"recipient": row.recipient, "ground": ground}


def _verdict(one: Any) -> str:
    return said.verdict_label(one.verdict) if one else ""


# --- drafts and dates ---------------------------------------------------------------------------------------------


@desk_for(Act.LOOK)
@require_safe
def draft(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    """A draft of an answer as a text file, for the addresses of one outlet (?outlet=)."""
    row = found(public_id)
    outlet = request.GET.get("outlet", "")
    drafts = (
        one
        for each in takedowns_answers.answers(row, words.language())
        if each.key == outlet
        for one in (each.fits, *each.others)
    )
    one = next((one for one in drafts if one.kind == code), None)
    if one is None:
        raise Http404(gettext("There is no such draft."))
    name = "-".join(filter(None, (code, row.public_id, outlet)))
    answer = HttpResponse(one.whole, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return answer


@desk_for(Act.LOOK)
@require_safe
def dates(request: HttpRequest, public_id: str) -> HttpResponse:
    """The days of a notice as a calendar; it names nobody, for calendars lie elsewhere."""
    row = found(public_id)
    due = takedowns_answers.due_of(row, timezone.localdate())
    if due is None:
        raise Http404(gettext("No counter-notice runs."))
    address = request.build_absolute_uri(reverse("desk:takedown", args=[public_id]))
    text = takedowns_answers.calendar(due, timezone.now(), address, said.due_words())
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="takedown-{row.public_id}.ics"'
    return answer


# --- who sends, whom it is about ----------------------------------------------------------------------------------


@desk_for(Act.LOOK, post=Act.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def sender(request: HttpRequest, public_id: str) -> HttpResponse:
    """All notices of one sender or principal, and what a person says it is."""
    row = get_object_or_404(NoticeSender, public_id=public_id)
    problem = ""
    if request.method == "POST":
        try:
            actions.settle_sender(
                row,
                text_in(request, "kind"),
                public_name=text_in(request, "public_name"),
                reason=text_in(request, "reason"),
                **who(request),
            )
        except BarometerError as error:
            problem = refused(error)
            row.refresh_from_db()
        else:
            messages.success(request, gettext("Noted."))
            return redirect("desk:takedown-sender", public_id)
    rows = TakedownNotice.objects.filter(Q(sender=row) | Q(principal=row))
    others = {
        one.name for notice in ready(rows) for one in (notice.sender, notice.principal) if one and one != row
    }
    context = _of_notices(request, rows) | {
        "sender": row,
        "kind": said.kind_label(row.kind),
        "kinds": _choices(said.KINDS, said.kind_label),
        "others": sorted(others),
        "problem": problem,
        "given": request.POST,
        "longest": LONGEST_REASON,
        "may_publish": may(request.user, Act.PUBLISH),
    }
    return render(request, "watch/takedown_sender.html", context, status=400 if problem else 200)


@desk_for(Act.LOOK)
@require_safe
def companies_page(request: HttpRequest) -> HttpResponse:
    """The companies that targets of notices name."""
    context = {"companies": companies(), "crumbs": crumbs(home())}
    return render(request, "watch/takedown_companies.html", context)


@desk_for(Act.LOOK)
@require_safe
def company(request: HttpRequest, key: str) -> HttpResponse:
    """All notices whose targets name one company."""
    one = next((one for one in companies() if one.key == key), None)
    if one is None:
        raise Http404(gettext("There is no such company."))
    rows = TakedownNotice.objects.filter(pk__in=one.notices)
    senders_ = {sender_words(notice) for notice in rows.select_related("sender", "principal")}
    above = (gettext("Named in the targets"), reverse("desk:takedown-companies"))
    context = _of_notices(request, rows) | {
        "crumbs": crumbs(home(), above),
        "company": one,
        "senders": sorted(filter(None, senders_)),
    }
    return render(request, "watch/takedown_company.html", context)


def _of_notices(request: HttpRequest, rows: QuerySet[TakedownNotice]) -> dict[str, Any]:
    page = Paginator(ready(rows), NOTICES_A_PAGE).get_page(request.GET.get("page"))
    outlets = NoticeTarget.objects.filter(notice__in=rows, outlet__isnull=False)
    recipients = rows.exclude(recipient="").order_by("recipient").values_list("recipient", flat=True)
    return {
        "page": page,
        "lines": lines(page.object_list),
        "total": page.paginator.count,
        "outlets": list(outlets.order_by("outlet__name").values_list("outlet__name", flat=True).distinct()),
        "recipients": list(recipients.distinct()),
        "crumbs": crumbs(home()),
    }
