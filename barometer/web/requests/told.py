"""What the pages of the desk show of a request, as plain values for their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from barometer.codebook.book import LANGUAGES
from barometer.countries.refusals import against_law, refusal_grounds
from barometer.deadlines.values import Clock, Standing, StepKind
from barometer.web.actions import requests as actions
from barometer.web.actions import requests_contest, requests_drafts
from barometer.web.public import words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.requests import InformationRequest, RequestFile, RequestStep
from barometer.web.requests import words as said

Fate, Role = RequestFile.Fate, RequestFile.Role


@dataclass(frozen=True)
class Piece:
    """Words of a letter in a row: `why` is what the reader took them for, '' for what it only passed over."""

    text: str
    why: str = ""


def tone(stands: Standing | None) -> str:
    """How a standing is coloured: late, soon, good or plain."""
    if stands is None:
        return ""
    return {
        Clock.LATE: "late", Clock.VERY_LATE: "late", Clock.SOON: "soon", Clock.IN_TIME: "good", Clock.AFTER_TIME: "late",
    }.get(stands.clock, "")  # fmt: skip


def tab_label(code: str) -> str:
    """A tab of the list."""
    return {
        "waiting": gettext("Waiting"),
        "late": gettext("Late"),
        "soon": gettext("Due soon"),
        "open": gettext("In time"),
        "ended": gettext("Ended"),
    }[code]


def card(
    row: InformationRequest, stands: Standing | None, today: date, labels: Mapping[str, str]
) -> dict[str, Any]:
    """A request in the list."""
    return {
        "row": row,
        "clock": said.clock_label(stands),
        "tone": tone(stands),
        "standing": said.standing_words(stands, today),
        "kind": labels.get(row.kind, row.kind),
        "sent": words.day_words(row.sent_on),
    }


def steps(row: InformationRequest) -> list[dict[str, Any]]:
    """The timeline: that it was sent, then what happened."""
    first = {
        "what": words.capital(said.step_label(StepKind.SENT)),
        "day": words.day_words(row.sent_on),
        "shape": "context",
        "more": [said.channel_label(row.channel)],
    }
    return [first, *(_step(one) for one in actions.told(row))]


def _step(one: RequestStep) -> dict[str, Any]:
    more = []
    if one.days:
        more.append(gettext("by so many days: %(days)d") % {"days": one.days})
    if one.body:
        more.append(gettext("to: %(body)s") % {"body": words.party_name(one.body.name, "body")})
    return {
        "row": one,
        "what": words.capital(said.step_label(one.kind)),
        "day": words.day_words(one.day),
        "shape": _SHAPES.get(StepKind(one.kind), "context"),
        "more": more,
        "grounds": [ground_words(code) for code in one.grounds],
        "by": one.by,
        "read": bool(one.proposed),
    }


_SHAPES = {
    StepKind.ANSWERED: "relief",
    StepKind.PARTIAL: "relief",
    StepKind.CORRECTED: "relief",
    StepKind.REFUSED: "violation",
    StepKind.FORM_LETTER: "violation",
}


def taken_back(row: InformationRequest) -> list[dict[str, Any]]:
    """The steps that were taken back, and why."""
    return [
        {
            "what": words.capital(said.step_label(one.kind)),
            "day": words.day_words(one.day),
            "why": one.note,
            "by": one.by,
        }
        for one in row.steps.all()
        if one.voids_id is not None
    ]


# --- what came ------------------------------------------------------------------------------------------------


def letters(row: InformationRequest, *, may_decide: bool) -> list[dict[str, Any]]:
    """The letters on which nobody has decided, each with what the reader makes of it."""
    rows = row.files.filter(fate=Fate.WAITING).select_related("evidence")
    return [_letter(one) for one in rows] if may_decide else []


def _letter(file: RequestFile) -> dict[str, Any]:
    read = file.read or {}
    return {
        "file": file,
        "name": file.evidence.original_name,
        "day": file.day.isoformat() if file.day else "",
        "day_words": words.day_words(file.day) if file.day else "",
        "kind": read.get("kind", ""),
        "kind_label": words.capital(said.step_label(read["kind"])) if read.get("kind") else "",
        "sure": round(100 * read.get("confidence", 0)),
        "days": read.get("days"),
        "body": read.get("body", ""),
        "number": read.get("number", ""),
        "grounds": [one["code"] for one in read.get("grounds", ())],
        "ground_words": [ground_words(one["code"], one["provision"]) for one in read.get("grounds", ())],
        "pieces": pieces(read.get("text", ""), read),
    }


def ground_labels() -> dict[str, str]:
    """The grounds for refusal, in words."""
    return {code: one.label[words.language()] for code, one in refusal_grounds(words.COUNTRY).items()}


def ground_words(code: str, cited: str = "") -> dict[str, str]:
    """A ground, whether the law lists it, and the provision that the letter itself names."""
    if code not in refusal_grounds(words.COUNTRY):
        return {"label": code, "law": "", "note": "", "cited": ""}
    held = against_law(code, words.COUNTRY)
    return {
        "label": held.ground.label[words.language()],
        "law": said.listing_label(held.listing),
        "note": held.ground.note[words.language()],
        "cited": words.provision_label(cited) if cited else "",
    }


def pieces(text: str, read: Mapping[str, Any]) -> list[Piece]:
    """The letter with the words marked on which the proposal rests."""
    marks = sorted(
        (one["start"], one["end"], one["value"])
        for one in read.get("reasons", ())
        if 0 <= one["start"] < one["end"] <= len(text)
    )
    found, at = [], 0
    for start, end, value in marks:
        if start < at:
            continue
        found += [Piece(text[at:start]), Piece(text[start:end], _why(value))]
        at = end
    return [one for one in (*found, Piece(text[at:])) if one.text]


def _why(value: str) -> str:
    """What the reader took the words for."""
    what, _, code = value.partition(":")
    if what == "ground":
        return gettext("ground: %(ground)s") % {"ground": ground_words(code)["label"]}
    told = {
        "days": gettext("days added"),
        "body": gettext("the body it was passed on to"),
        "number": gettext("the number"),
        "day": gettext("the day"),
    }
    return told[what] if what in told else said.step_label(what)


def files(row: InformationRequest) -> list[dict[str, Any]]:
    """Every file of the request."""
    labels = {
        Role.REQUEST: gettext("sent by us"),
        Role.REPLY: gettext("a letter that came"),
        Role.ATTACHMENT: gettext("enclosed"),
    }
    return [
        {
            "file": one,
            "name": one.evidence.original_name,
            "role": labels[Role(one.role)],
            "day": words.day_words(one.day) if one.day else "",
            "size": words.size_words(one.evidence.size),
        }
        for one in row.files.select_related("evidence")
    ]


# --- questions ------------------------------------------------------------------------------------------------


def proposed_verdicts(row: InformationRequest) -> dict[int, str]:
    """What the reader says of each question, by the latest letter that told something of it."""
    found: dict[int, str] = {}
    for file in row.files.filter(role=Role.REPLY).exclude(fate=Fate.NO_STEP):
        for one in (file.read or {}).get("answers", ()):
            found[one["question"]] = one["verdict"]
    return found


def questions(row: InformationRequest) -> list[dict[str, Any]]:
    """Each question with its verdict, or with what the reader proposes."""
    stand, proposed = actions.verdicts_of(row), proposed_verdicts(row)
    return [
        {
            "number": number,
            "text": text,
            "verdict": stand[number].verdict if number in stand else "",
            "label": said.verdict_label(stand[number].verdict) if number in stand else "",
            "by": stand[number].by if number in stand else "",
            "proposed": proposed.get(number, ""),
            "proposed_label": said.verdict_label(proposed[number]) if number in proposed else "",
        }
        for number, text in enumerate(row.questions, 1)
    ]


def contest(row: InformationRequest, stands: Standing | None, today: date) -> dict[str, Any] | None:
    """Until when the outcome can be contested."""
    found = requests_contest.contest_of(row, stands, today)
    return found and {
        "name": found.name,
        "day": words.day_words(found.day),
        "law": said.law_words(found.rule),
        "passed": found.day < today,
        "confirmed": found.rule.confirmed,
    }


# --- what follows ---------------------------------------------------------------------------------------------


def events(row: InformationRequest) -> list[dict[str, Any]]:
    """The events that stand beside the request."""
    return [
        {
            "event": link.event,
            "what": words.type_label(link.event.main_type),
            "why": said.why_label(link.why),
            "day": words.when(link.event.date).short,
            "state": words.state_label(link.event.state),
            "address": reverse("desk:code-event", args=[link.event.public_id]),
        }
        for link in row.links.select_related("event")
    ]


def drafts(row: InformationRequest, stands: Standing | None) -> list[dict[str, Any]]:
    """The letters that can be drafted now, each in three languages."""
    return [
        {
            "kind": kind,
            "label": requests_drafts.draft_label(kind),
            "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        }
        for kind in requests_drafts.drafts_for(row, stands)
    ]
