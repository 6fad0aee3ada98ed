"""Letters that follow a request, drafted from what is recorded of it: for people to read, correct and sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from barometer.deadlines.clock import rule_for, terms_of
from barometer.deadlines.drafts import LANGUAGES, Draft, DraftKind, Facts, draft, draft_name
from barometer.deadlines.values import Clock, Rule, Standing, StepKind
from barometer.errors import UnknownValue
from barometer.publication import draft_docx
from barometer.publication.sheet import MEDIA_TYPES
from barometer.web.actions.audit import note_act
from barometer.web.actions.requests import is_silent, may_be_in_time, told, verdicts_of
from barometer.web.actions.requests_events import name_in, outlet_in
from barometer.web.actions.requests_rules import rules
from barometer.web.public import clock
from barometer.web.public.words import COUNTRY, language
from barometer.web.records.requests import InformationRequest, QuestionVerdict, RequestStep

FORMS = {"docx": MEDIA_TYPES["docx"], "txt": "text/plain; charset=utf-8"}
_REPLIES = (StepKind.PARTIAL, StepKind.ANSWERED, StepKind.FORM_LETTER, StepKind.REFUSED, StepKind.CORRECTED)
#: The complaint that a kind of reply calls for.
_COMPLAINTS = {
    StepKind.REFUSED: DraftKind.COMPLAINT_REFUSAL,
    StepKind.FORM_LETTER: DraftKind.COMPLAINT_FORM_LETTER,
    StepKind.PARTIAL: DraftKind.COMPLAINT_FORM_LETTER,
}


def drafts_for(request: InformationRequest, stands: Standing | None) -> tuple[str, ...]:
    """The letters that fit how the request stands; none while an answer is in time."""
    if stands is None:
        return ()
    steps, found = told(request), []
    if is_silent(request, stands):
        found += [DraftKind.REMINDER, DraftKind.COMPLAINT_SILENCE]
    last = _last_reply(steps)
    if last and last.kind in _COMPLAINTS:
        found.append(_COMPLAINTS[StepKind(last.kind)])
    if stands.clock == Clock.AFTER_TIME:
        found.append(DraftKind.COMPLAINT_LATE)
    if any(row.kind == StepKind.TRANSFERRED for row in steps) and not (
        last and last.kind == StepKind.ANSWERED
    ):
        found.append(DraftKind.COMPLAINT_TRANSFER)
    if found:
        found.append(DraftKind.COURT)
    if found and stands.late and not may_be_in_time(request, stands):
        found.append(DraftKind.VIOLATION_NOTE)
    return tuple(str(kind) for kind in found)


def draft_label(kind: str) -> str:
    """What a draft is called, in the language of the page."""
    return draft_name(kind, language())


def made(request: InformationRequest, stands: Standing | None, kind: str, into: str) -> Draft:
    """The draft in a language. UnknownValue for a letter that does not fit, or a language that is none."""
    if into not in LANGUAGES or kind not in drafts_for(request, stands):
        raise UnknownValue(
            f"there is no draft {kind[:40]!r} in {into[:10]!r}", next_step="take one of the list"
        )
    return draft(kind, _facts(request, stands, into), into)


def written(
    request: InformationRequest,
    stands: Standing | None,
    kind: str,
    into: str,
    form: str,
    *,
    by: str,
    user: Any = None,
) -> bytes:
    """The draft as .docx or text; that it was taken is noted, for it bears who signed."""
    one = made(request, stands, kind, into)
    note_act("take a draft of a request", by=by, user=user, about=request.public_id, detail=f"{kind} {into}")
    return _FORMS[form](one)


def _text(one: Draft) -> bytes:
    return one.text.encode()


def _document(one: Draft) -> bytes:
    paragraphs = [(each.style, each.text) for each in one.paragraphs]
    return draft_docx.written(
        draft_name(one.kind, one.language), paragraphs, one.language, clock.today(), one.made
    )


_FORMS: dict[str, Callable[[Draft], bytes]] = {"docx": _document, "txt": _text}


def _facts(request: InformationRequest, stands: Standing | None, into: str) -> Facts:
    steps = told(request)
    last = _last_reply(steps)
    passed = [row for row in steps if row.kind == StepKind.TRANSFERRED]
    bodies = [request.body, *(row.body for row in passed if row.body)]
    verdicts = verdicts_of(request)
    return Facts(
        body=name_in(bodies[-1], into),
        asker=request.asker,
        outlet=outlet_in(request, into) if request.outlet else "",
        title=request.title,
        questions=tuple(request.questions),
        number=request.number,
        sent=request.sent_on,
        due=stands.due if stands else None,
        today=clock.today(),
        replied=last.day if last else None,
        late=stands.late if stands and stands.late else None,
        grounds=tuple(dict.fromkeys(code for row in steps for code in row.grounds)),
        unanswered=tuple(
            number
            for number, row in sorted(verdicts.items())
            if row.verdict != QuestionVerdict.Verdict.ANSWERED
        ),
        transfers=tuple(name_in(body, into) for body in bodies) if passed else (),
        rule=stands.rule if stands else None,
        complaint=_rule("complaint", rules()),
        suit=_rule("suit_before", terms_of(COUNTRY)),
    )


def _rule(kind: str, among: tuple[Rule, ...]) -> Rule | None:
    """The rule of that kind that holds today."""
    try:
        return rule_for(kind, clock.today(), among)
    except UnknownValue:
        return None


def _last_reply(steps: list[RequestStep]) -> RequestStep | None:
    return next((row for row in reversed(steps) if row.kind in _REPLIES), None)
