"""Takedown notices in words: grounds, actions, steps, states, judgements."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from barometer.reach.notices import Sign, label_of, signs_in_words
from barometer.reach.notices.signs import codes
from barometer.web.public import words
from barometer.web.public.templatetags.public import OWN_NAMES
from barometer.web.records.takedowns import (
    NoticeJudgement,
    NoticeSender,
    NoticeStep,
    NoticeTarget,
    TakedownNotice,
)


def ground_label(code: str) -> str:
    """What the notice claims."""
    return {
        "copyright": gettext("copyright"),
        "trademark": gettext("trademark"),
        "defamation": gettext("defamation"),
        "privacy": gettext("privacy"),
        "court_order": gettext("court order"),
        "regulator": gettext("demand of a regulator"),
        "other": gettext("another ground"),
    }[code]


def action_label(code: str) -> str:
    """What the recipient did, as the notice says."""
    return {
        "": gettext("not known"),
        "removed": gettext("removed"),
        "restricted": gettext("restricted"),
        "refused": gettext("refused"),
        "none": gettext("nothing"),
    }[code]


def state_label(code: str) -> str:
    """How an address is."""
    return {
        "unknown": gettext("not looked at"),
        "up": gettext("is there"),
        "restricted": gettext("restricted"),
        "removed": gettext("removed"),
        "restored": gettext("restored"),
    }[code]


def step_label(code: str) -> str:
    """What happened."""
    return {
        "removed": gettext("removed"),
        "restricted": gettext("restricted"),
        "up": gettext("looked at: it is there"),
        "counter-notice": gettext("counter-notice sent"),
        "reply": gettext("the platform replied"),
        "refused": gettext("the platform refused"),
        "restored": gettext("restored"),
        "account": gettext("account struck or suspended"),
        "court": gettext("court"),
    }[code]


def verdict_label(code: str) -> str:
    """What a person makes of it."""
    return {
        "abusive": gettext("abusive"),
        "not": gettext("not abusive"),
        "unsure": gettext("not sure"),
    }[code]


def kind_label(code: str) -> str:
    """What a sender is."""
    return {
        "unknown": gettext("not known yet"),
        "organisation": gettext("an organisation"),
        "person": gettext("a private person"),
    }[code]


def sign_label(code: str) -> str:
    """A sign's name; the code itself of one that the rules have no more."""
    return label_of(code, words.language()) if code in codes() else code


def sign_words(sign: Sign) -> str:
    """Why the rules see it."""
    return signs_in_words(sign, words.language()) if sign.code in codes() else ""


def languages() -> list[tuple[str, str]]:
    """Languages to choose from."""
    return list(OWN_NAMES.items())


def due_words() -> dict[str, str]:
    """The days after a counter-notice, in words that name nobody."""
    return {
        "title": gettext("Takedown notices"),
        "first": gettext(
            "From this day the platform should put it back (10 business days after the counter-notice)"
        ),
        "last": gettext(
            "By this day the platform should have put it back (14 business days), unless the sender sued"
        ),
    }


def addresses_words(count: int) -> str:
    """So many addresses."""
    return ngettext("%(count)d address", "%(count)d addresses", count) % {"count": count}


def days_words(count: int) -> str:
    """So many days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


GROUNDS = TakedownNotice.Ground.values
ACTIONS = TakedownNotice.Action.values
STATES = NoticeTarget.State.values
STEPS = NoticeStep.Kind.values
VERDICTS = NoticeJudgement.Verdict.values
KINDS = NoticeSender.Kind.values
