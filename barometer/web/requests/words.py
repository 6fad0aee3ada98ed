"""Codes of requests in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext, ngettext

from barometer.countries import country
from barometer.countries.refusals import Listing
from barometer.deadlines.values import Clock, Rule, Standing, StepKind
from barometer.web.public import words
from barometer.web.records.requests import InformationRequest, QuestionVerdict, RequestEvent

Channel, Why = InformationRequest.Channel, RequestEvent.Why


def channel_label(code: str) -> str:
    """How a request was sent."""
    return {
        Channel.EOTINISH: "e-Өтініш",
        Channel.MAIL: gettext("e-mail"),
        Channel.PORTAL: gettext("a portal of the body"),
        Channel.PAPER: gettext("on paper"),
        Channel.ORAL: gettext("by word of mouth"),
        Channel.OTHER: gettext("another way"),
    }[Channel(code)]


def step_label(code: str) -> str:
    """What happened to a request."""
    return {
        StepKind.SENT: gettext("sent"),
        StepKind.REGISTERED: gettext("registered"),
        StepKind.EXTENDED: gettext("extended"),
        StepKind.TRANSFERRED: gettext("passed on"),
        StepKind.CLARIFICATION: gettext("the body asks what is meant"),
        StepKind.PARTIAL: gettext("answered in part"),
        StepKind.ANSWERED: gettext("answered"),
        StepKind.FORM_LETTER: gettext("a form letter, or “done” without an answer"),
        StepKind.REFUSED: gettext("refused to answer"),
        StepKind.CORRECTED: gettext("an answer is put right"),
        StepKind.WITHDRAWN: gettext("withdrawn by the asker"),
        StepKind.APPEALED: gettext("appealed"),
    }[StepKind(code)]


def clock_label(stands: Standing | None) -> str:
    """How a request stands, in a word or two."""
    if stands is None:
        return gettext("no rule known")
    if stands.clock == Clock.ENDED and stands.ended:
        return step_label(stands.ended)
    return {
        Clock.OPEN: gettext("in time"),
        Clock.SOON: gettext("due soon"),
        Clock.LATE: gettext("late"),
        Clock.VERY_LATE: gettext("very late"),
        Clock.IN_TIME: gettext("answered in time"),
        Clock.AFTER_TIME: gettext("answered late"),
    }[stands.clock]


def verdict_label(code: str) -> str:
    """How a question was answered."""
    return {
        QuestionVerdict.Verdict.ANSWERED: gettext("answered"),
        QuestionVerdict.Verdict.PARTLY: gettext("answered in part"),
        QuestionVerdict.Verdict.NOT: gettext("not answered"),
        QuestionVerdict.Verdict.IRRELEVANT: gettext("something else was answered"),
    }[QuestionVerdict.Verdict(code)]


def listing_label(listing: Listing) -> str:
    """Whether the law lists a ground for refusal."""
    return {
        Listing.LISTED: gettext("the law lists it"),
        Listing.CONDITIONS: gettext("the law lists it, under conditions"),
        Listing.NOT_LISTED: gettext("the law does not list it"),
        Listing.UNCONFIRMED: gettext("to be confirmed by a lawyer"),
    }[listing]


def why_label(code: str) -> str:
    """Why an event stands beside a request."""
    return {
        Why.NO_REPLY: gettext("silence"),
        Why.REFUSAL: gettext("refusal"),
        Why.FORMAL_REPLY: gettext("an answer in form only"),
        Why.DELAY: gettext("a late answer"),
        Why.LINKED: gettext("linked by the desk"),
    }[Why(code)]


def count_words(count: int, unit: str) -> str:
    """So many days of a unit: "15 working days"; none is the same day."""
    if not count:
        return gettext("the same working day")
    said = {
        "working": ngettext("%(count)d working day", "%(count)d working days", count),
        "calendar": ngettext("%(count)d calendar day", "%(count)d calendar days", count),
        "months": ngettext("%(count)d month", "%(count)d months", count),
    }
    return said[unit] % {"count": count}


def rule_words(rule: Rule) -> str:
    """What a rule allows, in a line."""
    parts = [count_words(rule.days, rule.unit)]
    if rule.extension:
        more = count_words(rule.extension, rule.extension_unit or rule.unit)
        parts.append(gettext("extended by at most %(more)s") % {"more": more})
    if rule.transfer:
        passed = count_words(rule.transfer, "working")
        parts.append(gettext("passed on within %(passed)s") % {"passed": passed})
    return ", ".join(parts)


def law_words(rule: Rule) -> str:
    """The law and article of a rule."""
    code = f"{rule.law}-{rule.article}"
    if country(words.COUNTRY).law_of(code) is not None:
        return words.provision_label(code)
    if not rule.article:
        return rule.law
    return gettext("%(law)s, Article %(article)s") % {"law": rule.law, "article": rule.article}


def standing_words(stands: Standing | None, today: date) -> str:
    """How a request stands, with what matters most of it: how many days are left, or by how many it is late."""
    if stands is None:
        return gettext("No rule says how long this kind of request may take.")
    due = words.day_words(stands.due)
    if stands.clock in (Clock.LATE, Clock.VERY_LATE):
        late = count_words(stands.late, _counted(stands.rule))
        return gettext("No answer. The last day was %(due)s: late by %(late)s.") % {"due": due, "late": late}
    if stands.clock == Clock.AFTER_TIME:
        late = count_words(stands.late, _counted(stands.rule))
        return gettext("Answered late by %(late)s; the last day was %(due)s.") % {"due": due, "late": late}
    if stands.clock == Clock.IN_TIME:
        return gettext("Answered in time; the last day was %(due)s.") % {"due": due}
    if stands.clock == Clock.ENDED and stands.ended:
        return _ended_words(stands.ended, stands, due)
    left = (stands.due - today).days
    if left <= 0:
        return gettext("Today is the last day.")
    many = ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
    return gettext("%(many)s; the last day is %(due)s.") % {"many": words.capital(many), "due": due}


def _ended_words(ended: StepKind, stands: Standing, due: str) -> str:
    """That it ended without an answer, and by how much the body was late with that."""
    what = words.capital(step_label(ended))
    if stands.late and ended != StepKind.WITHDRAWN:
        late = count_words(stands.late, _counted(stands.rule))
        return gettext("%(ended)s, %(late)s after the last day for an answer (%(due)s).") % {
            "ended": what,
            "late": late,
            "due": due,
        }
    return gettext("%(ended)s; the last day for an answer was %(due)s.") % {"ended": what, "due": due}


def _counted(rule: Rule) -> str:
    return "working" if rule.unit == "working" else "calendar"


def reason_lines(reasons: Sequence[tuple[str, str]]) -> list[str]:
    """How the last day was worked out, a line a step; what a step of the request says stands in its timeline."""
    steps = set(StepKind)
    return [_reason(code, value) for code, value in reasons if code not in steps or code in _CLOCK]


_CLOCK = {StepKind.EXTENDED, StepKind.TRANSFERRED}


def _reason(code: str, value: str) -> str:
    said = {
        "from_sent": gettext("sent on %(value)s: counted from the next day"),
        "from_registered": gettext("registered on %(value)s: counted from the next day"),
        "from_transferred": gettext("passed on on %(value)s: counted anew from the next day"),
        "transferred": gettext("passed on (%(value)s)"),
        "transferred_late": gettext("passed on only after so many working days: %(value)s"),
        "starts_on_working_day": gettext("a day off: it starts on %(value)s"),
        "ends_on_working_day": gettext("%(value)s is a day off: the next working day counts"),
        "allowed": gettext("the law allows %(value)s"),
        "extended": gettext("extended on %(value)s"),
        "extended_again": gettext("extended again on %(value)s"),
        "added": gettext("the extension adds %(value)s"),
        "added_most": gettext("the extension adds the most that the law allows: %(value)s"),
        "extension_too_late": gettext("extended on %(value)s, after the last day: it changes nothing"),
        "extension_without_rule": gettext(
            "extended on %(value)s, though the law knows no extension: it changes nothing"
        ),
        "days_off": gettext("days off in between: %(value)s"),
        "days_worked": gettext("weekend days that were worked: %(value)s"),
        "year_not_known": gettext("which days %(value)s moves is not known yet: the day may shift"),
        "unconfirmed": gettext("to be confirmed by a lawyer: %(value)s"),
    }
    return said[code] % {"value": _value(code, value)}


def _value(code: str, value: str) -> str:
    """A value as it is read: a count with its unit, days of the calendar, an article; else as it is."""
    if code in ("allowed", "added", "added_most"):
        count, _, unit = value.partition(" ")
        return count_words(int(count), unit)
    if code == "unconfirmed":
        return words.provision_label(value)
    try:
        return ", ".join(words.day_words(date.fromisoformat(one)) for one in value.split())
    except ValueError:
        return value
