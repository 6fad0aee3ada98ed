"""What templates need of letters: the words that every letter prints, and the letters about a case or a provision."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from barometer.publication.letter import LetterOut, letter_words
from barometer.web.public import letters

register = template.Library()


@register.filter
def letter_said(told: LetterOut) -> Mapping[str, str]:
    """The words that every letter prints, in its language."""
    return letter_words(told.language)


@register.inclusion_tag("public/_letters.html")
def letters_about_case(slug: str) -> dict[str, object]:
    """The public letters about a case."""
    return {"letters": letters.about_case(slug)}


@register.inclusion_tag("public/_letters.html")
def letters_about_provision(code: str) -> dict[str, object]:
    """The public letters that name a provision."""
    return {"letters": letters.about_provision(code)}
