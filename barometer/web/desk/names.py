"""The queue of names: pairs that may be one, both records side by side, and what a person says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from barometer.errors import BarometerError
from barometer.names.clusters import DIFFERENT, OPEN, SAME, UNSURE, Clusters, Conflict
from barometer.names.comparison import compare
from barometer.names.context import Belief, Finding, in_context
from barometer.web import refusals
from barometer.web.accounts.roles import Act
from barometer.web.actions import names as actions
from barometer.web.actions.deciding import LONGEST_REASON
from barometer.web.desk.views import crumbs, desk_for, name_of
from barometer.web.public import memory, words
from barometer.web.records import naming
from barometer.web.records.models import Event, Mention, NameJudgement, Party
from barometer.web.records.proposals import Proposal, likely_pairs, proposals

PAGE = 10
LOG_PAGE = 50
MOST_MENTIONS, MOST_LOOKED_AT = 3, 100
MOST_CONFLICTS = 20
#: From so many pairs on, they may be so many seconds old.
MANY_PAIRS, PAIRS_OLD = 200, 600.0
LONGEST_SENTENCE = 400
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[«\"“(]?[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])")


@dataclass(frozen=True)
class Told:
    """One mention as its source has it: how it was written, in which sentence, of which event and source."""

    written: str
    sentence: words.Words
    when: words.When
    what: str
    source: str


@dataclass(frozen=True)
class Side:
    """One of the two records."""

    id: str
    name: str
    kind: str
    joined: tuple[str, ...]
    times: int
    written: tuple[str, ...]
    roles: tuple[str, ...]
    outlets: tuple[str, ...]
    places: tuple[str, ...]
    cases: tuple[str, ...]
    days: str
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Question:
    """A pair on the page: both sides, how likely they are one, why, and the token of what is shown."""

    one: Side
    other: Side
    percent: int
    names_percent: int
    of_names: tuple[tuple[str, str], ...]
    of_context: tuple[tuple[str, str], ...]
    token: str
    reason: str = ""

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, in order."""
        return self.one, self.other


@desk_for(Act.LOOK)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Likely pairs that nobody has judged, those that matter most first."""
    return _page(request)


@desk_for(Act.CODE)
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Take what a person says of a pair; where it is not as that person saw it, show it anew and lose no word."""
    said = {
        name: request.POST.get(name, "").replace("\x00", "")
        for name in ("one", "other", "verdict", "reason", "seen")
    }
    if said["verdict"] not in (SAME, DIFFERENT, UNSURE):
        return HttpResponseBadRequest(gettext("There is no such answer."))
    try:
        proposed = _proposed(said["one"], said["other"])
        actions.judge(**said, by=_who(request), user=request.user, proposed=proposed)
    except actions.Outdated as error:
        messages.warning(request, outdated(error))
        return _page(request, again=said, status=409)
    except BarometerError as error:
        messages.error(request, refused(said["reason"], error))
        return _page(request, again=said, status=400)
    messages.success(request, gettext("Noted. It can be undone below."))
    if naming.party_clusters().in_conflict(said["one"]):
        messages.warning(
            request, gettext("This contradicts what was said before: see the contradictions below.")
        )
    return redirect(_address(request))


@desk_for(Act.CODE)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take one judgement back, by one more row."""
    row = NameJudgement.objects.filter(
        public_id=request.POST.get("judgement", "").replace("\x00", "")
    ).first()
    if row is None:
        raise Http404(gettext("There is no such judgement."))
    try:
        actions.undo(row, reason="undone", by=_who(request), user=request.user)
    except actions.Outdated as error:
        messages.warning(request, outdated(error))
        return _page(request, status=409)
    messages.success(request, gettext("Undone. What followed from it is undone too."))
    return redirect(_address(request))


def _who(request: HttpRequest) -> str:
    return name_of(request.user)[:200]


def _address(request: HttpRequest) -> str:
    page = request.POST.get("page", "")
    return reverse("desk:names") + (
        f"?page={page}" if page.isdecimal() and page.isascii() and page != "1" else ""
    )


def outdated(error: actions.Outdated) -> str:
    if error.last is None:
        return gettext(
            "Nothing was written: one of the records has changed since you opened the page. Look again."
        )
    return gettext(
        "Nothing was written: since you opened the page, %(who)s said “%(what)s”: %(why)s. Look again."
    ) % {
        "who": error.last.by,
        "what": verdict_label(error.last.verdict),
        "why": error.last.reason,
    }


def refused(reason: str, error: BarometerError) -> str:
    if not reason.strip():
        return gettext("Nothing was written: say why in a few words.")
    return gettext("Nothing was written: %(why)s") % {"why": refusals.reason(error)}


def verdict_label(verdict: str) -> str:
    """What was said, in words."""
    return {
        SAME: gettext("the same"),
        DIFFERENT: gettext("not the same"),
        UNSURE: gettext("unsure"),
        OPEN: gettext("taken back"),
    }[verdict]


@desk_for(Act.LOOK)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Every answer that was ever given, the newest first; those that still count can be taken back."""
    rows = NameJudgement.objects.filter(subject=naming.PARTY).order_by("-pk")
    shown = Paginator(rows, LOG_PAGE).get_page(request.GET.get("page"))
    newest = _newest_of(shown.object_list)
    return render(
        request,
        "desk/names_log.html",
        {
            "page": shown,
            "rows": [(_said(row), row.pk in newest and row.verdict != OPEN) for row in shown.object_list],
            "turns": _turns(shown),
            "crumbs": crumbs((gettext("Names"), reverse("desk:names"))),
        },
    )


def _newest_of(rows: Iterable[NameJudgement]) -> set[int]:
    """Those rows after which nothing was said of the same two."""
    found: dict[tuple[str, str], int] = {}
    wanted = {row.one for row in rows}
    later = NameJudgement.objects.filter(subject=naming.PARTY, one__in=wanted).order_by("pk")
    for pk, one, other in later.values_list("pk", "one", "other"):
        found[one, other] = pk
    return set(found.values())


# --- the page ---------------------------------------------------------------------------------------------


def _page(request: HttpRequest, *, again: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    known = naming.party_clusters()
    paginator = Paginator(proposals(known, _likely_pairs()), PAGE)
    shown = paginator.get_page(request.GET.get("page") or request.POST.get("page") or 1)
    pairs = [(item.one.public_id, item.other.public_id, item.belief) for item in shown.object_list]
    first = _again(again) if again else None
    if first:
        pairs = [first, *(two for two in pairs if set(two[:2]) != set(first[:2]))]
    sides = _sides({one for two in pairs for one in two[:2]}, known)
    asked = [
        _question(
            sides[one], sides[other], belief, known, again["reason"] if again and place == 0 and first else ""
        )
        for place, (one, other, belief) in enumerate(pairs)
        if one in sides and other in sides
    ]
    return render(
        request,
        "desk/names_queue.html",
        {
            "page": shown,
            "total": paginator.count,
            "questions": asked,
            "last": _last(request, known),
            "conflicts": _conflicts(known),
            "turns": _turns(shown),
            "longest_reason": LONGEST_REASON,
            "crumbs": crumbs(),
        },
        status=status,
    )


def _likely_pairs() -> list[Proposal]:
    """Of a large ledger those of some minutes ago: to find them takes seconds, and what was said since counts anyway."""
    return memory.remembered(
        "likely pairs", likely_pairs, rest=lambda found: len(found) > MANY_PAIRS, seconds=PAIRS_OLD
    )


def _turns(page: Page) -> list[tuple[int | None, str]]:
    return [
        (number, f"?page={number}") if isinstance(number, int) else (None, "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]


def _again(said: dict[str, str]) -> tuple[str, str, Belief] | None:
    """The pair that could not be written: shown first, with the reason that was typed, also where it is judged now."""
    belief = _belief(said["one"], said["other"])
    return (said["one"], said["other"], belief) if belief else None


def _belief(one: str, other: str) -> Belief | None:
    rows = {row.public_id: row for row in Party.objects.filter(public_id__in=[one, other])}
    if len(rows) < 2 or rows[one].kind != rows[other].kind:
        return None
    about = naming.around([row.pk for row in rows.values()])
    a, b = (about.get(rows[key].pk, naming.Around()) for key in (one, other))
    return in_context(compare(rows[one].name, rows[other].name, rows[one].kind), a, b)


def _proposed(one: str, other: str) -> dict:
    """What the machine said of them, kept beside what the person says."""
    belief = _belief(one, other)
    if belief is None:
        return {}
    reasons = [str(reason) for reason in (*belief.comparison.reasons, *belief.findings)]
    return {"probability": belief.probability, "of_names": belief.comparison.probability, "reasons": reasons}


def _question(one: Side, other: Side, belief: Belief, known: Clusters, reason: str) -> Question:
    return Question(
        one=one,
        other=other,
        percent=round(100 * belief.probability),
        names_percent=round(100 * belief.comparison.probability),
        of_names=tuple((_sign(reason.weight), reason.text) for reason in belief.comparison.reasons),
        of_context=tuple((_sign(finding.weight), _in_words(finding)) for finding in belief.findings),
        token=actions.token(one.id, other.id, known=known),
        reason=reason,
    )


def _sign(weight: float) -> str:
    """How much it speaks for or against, in words that a screen reader speaks too."""
    if abs(weight) < 0.05:
        return gettext("says little")
    if weight > 0:
        return gettext("speaks strongly for it") if weight >= 2 else gettext("speaks for it")
    return gettext("speaks strongly against it") if weight <= -2 else gettext("speaks against it")


def _in_words(finding: Finding) -> str:
    """The sentence in the page's language, codes of roles, regions and articles in words."""
    label = _LABELS.get(finding.code)
    filling = {
        name: ", ".join(label(part) for part in value.split(", "))
        if label and isinstance(value, str)
        else value
        for name, value in finding.filling.items()
    }
    return Finding(finding.code, finding.weight, filling).said(words.language())


def _role(code: str) -> str:
    target = words.target_type_label(code)
    return words.within(target if target != code else words.actor_type_label(code))


_LABELS = {
    "role_same": _role,
    "role_apart": _role,
    "place_same": lambda code: words.region_label(code),
    "place_apart": lambda code: words.region_label(code),
    "provision": lambda code: words.provision_label(code),
}


# --- both records -----------------------------------------------------------------------------------------


def _sides(public_ids: Iterable[str], known: Clusters) -> dict[str, Side]:
    mentions = Mention.objects.select_related("event__item__source", "event__case").order_by(
        "-event__first_day", "event__key", "position"
    )
    outlets = Mention.objects.filter(party__kind=Party.Kind.OUTLET, side=Mention.Side.TARGET)
    beside = Prefetch("event__mentions", outlets.select_related("party"), to_attr="outlets")
    rows = Party.objects.filter(public_id__in=public_ids).annotate(
        times=Count("mentions"),
        first=Min("mentions__event__first_day"),
        last=Max("mentions__event__first_day"),
    )
    newest = mentions.prefetch_related(beside)[:MOST_LOOKED_AT]
    rows = rows.prefetch_related(Prefetch("mentions", newest, to_attr="newest"))
    members = {member for one in public_ids for member in known.of(one)}
    names = dict(Party.objects.filter(public_id__in=members).values_list("public_id", "name"))
    shown = naming.canonical_names(list(public_ids), known)
    return {
        row.public_id: _side(
            row,
            shown.get(row.public_id, row.name),
            {names[member] for member in known.of(row.public_id) if member in names},
        )
        for row in rows
    }


def _side(party: Party, name: str, names: set[str]) -> Side:
    """`name` is that of the cluster, `names` are all names in it; of many mentions the newest are looked at."""
    mentions = party.newest
    events = {mention.event_id: mention.event for mention in mentions}
    return Side(
        id=party.public_id,
        name=name,
        kind=kind_label(party.kind),
        joined=tuple(sorted(names - {name})),
        times=party.times,
        written=_unique(mention.written for mention in mentions),
        roles=_unique(_role(mention.type) for mention in mentions),
        outlets=_unique(
            other.party.name
            for mention in mentions
            for other in mention.event.outlets
            if other.party_id != party.pk
        ),
        places=_unique(_place(event) for event in events.values()),
        cases=_unique(event.case.slug if event.case else "" for event in events.values()),
        days=_days(party.first, party.last),
        told=tuple(told_of(mention, party) for mention in mentions[:MOST_MENTIONS]),
    )


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _place(event: Event) -> str:
    return (
        words.place_label(event.place_name, event.region, event.country)
        if event.place_name or event.region
        else ""
    )


def _days(first_day: date | None, last_day: date | None) -> str:
    if first_day is None or last_day is None:
        return ""
    first, last = words.day_words(first_day), words.day_words(last_day)
    return first if first == last else f"{first} – {last}"


def told_of(mention: Mention, party: Party) -> Told:
    event, source = mention.event, mention.event.item.source
    return Told(
        written=mention.written or party.name,
        sentence=_sentence(event, mention.written),
        when=words.when(event.date, event.date_text),
        what=words.type_label(event.main_type),
        source=source.name if source else "",
    )


def _sentence(event: Event, written: str) -> words.Words:
    """The sentence of the source in which the name stands; else the headline or the summary of the event."""
    item = event.item
    texts = {"en": item.text_en, "ru": item.text_ru, "kk": item.text_kk}
    for language, text in texts.items():
        for sentence in _SENTENCE_END.split(" ".join(text.split())):
            if written and written in sentence:
                return words.Words(_short(sentence), language)
    if item.headline:
        return words.Words(_short(item.headline), (item.source.language if item.source else "") or "en")
    return words.best({"en": event.summary_en, "ru": event.summary_ru, "kk": event.summary_kk})


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else text[: LONGEST_SENTENCE - 1] + "…"


def kind_label(kind: str) -> str:
    """A kind of party in words."""
    return {
        "person": gettext("person"),
        "outlet": gettext("outlet"),
        "body": gettext("body"),
    }[kind]


# --- what was said already --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A judgement in words."""

    id: str
    one: str
    other: str
    verdict: str
    reason: str
    by: str
    when: str


def _last(request: HttpRequest, known: Clusters) -> Said | None:
    """This person's newest judgement, if it still is the last word on its pair."""
    row = NameJudgement.objects.filter(user=request.user, subject=naming.PARTY).order_by("-pk").first()
    if row is None or row.verdict == OPEN:
        return None
    newest = (
        NameJudgement.objects.filter(subject=row.subject, one=row.one, other=row.other)
        .order_by("-pk")
        .first()
    )
    return _said(row) if newest == row else None


def _said(row: NameJudgement) -> Said:
    names = dict(Party.objects.filter(public_id__in=[row.one, row.other]).values_list("public_id", "name"))
    return Said(
        id=row.public_id,
        one=names.get(row.one, row.one),
        other=names.get(row.other, row.other),
        verdict=verdict_label(row.verdict),
        reason=row.reason,
        by=row.by,
        when=words.day_words(timezone.localdate(row.created_at)),
    )


def _conflicts(known: Clusters) -> list[list[Said]]:
    """Clusters that contradict themselves: the judgements that hold them together and those against."""
    return [_rows_of(conflict) for conflict in known.conflicts[:MOST_CONFLICTS]]


def _rows_of(conflict: Conflict) -> list[Said]:
    wanted = {*conflict.same, *conflict.different}
    rows = NameJudgement.objects.filter(subject=naming.PARTY, one__in=conflict.members).order_by("pk")
    last = {(row.one, row.other): row for row in rows if (row.one, row.other) in wanted}
    return [_said(row) for row in last.values()]
