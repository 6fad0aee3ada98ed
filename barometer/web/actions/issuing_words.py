"""The words of an issue itself: its title, its intro, the intros of its sections; and the terms that are fixed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from barometer.codebook import LANGUAGES
from barometer.errors import BadInput, UnknownValue
from barometer.publication.glossary import Term, lacking
from barometer.web.actions.issuing_open import CHANGING, clean, refuse_overtaken, sections_of, to_edit
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.texts import approve_text, note_text
from barometer.web.records.issues import GlossaryTerm
from barometer.web.records.models import Issue, TextState

TITLE, INTRO = "title", "intro"


def parts_of(issue: Issue) -> list[str]:
    """The texts that an issue may have, in printed order. Only sections that change have a title of their own."""
    found = [TITLE, INTRO]
    for number in sections_of(issue):
        found += [f"section.{number}.title"] if number >= CHANGING else []
        found.append(f"section.{number}.intro")
    return found


def words_of(issue: Issue) -> dict[str, dict[str, str]]:
    """Part → language → text: what the desk wrote; parts without any words are left out."""
    parts = {part: issue.words.get(part, {}) for part in parts_of(issue)}
    return {part: texts for part, texts in parts.items() if any(text.strip() for text in texts.values())}


@transaction.atomic
def write_words(
    issue: Issue,
    part: str,
    texts: Mapping[str, str],
    *,
    language: str,
    by: str,
    user: Any,
    seen: Mapping[str, str] | None = None,
    in_step: Collection[str] = (),
    translator: str = "",
) -> tuple[str, ...]:
    """Save a text of the issue in some languages; those that are new. `language` is the one that it is first written in.

    Overtaken, BadInput and what follows for other languages as with the text of an item.
    """
    row = to_edit(issue)
    if part not in parts_of(row) or language not in LANGUAGES:
        raise UnknownValue(gettext("This issue has no such text."))
    given = {code: clean(text) for code, text in texts.items() if code in LANGUAGES}
    now = dict(row.words.get(part, {}))
    refuse_overtaken(now, given, dict(seen or {}))
    changed = [code for code, text in given.items() if text != now.get(code, "") or code in in_step]
    if not changed:
        return ()
    now |= given
    row.words = row.words | {part: now}
    row.save()
    record_revision(row, "write", by=by, user=user)
    for code in sorted(changed, key=lambda one: (one != language, one)):
        note_text(
            row.public_id, part, code, now, source_language=language,
            translator="" if code == language else translator, by=by, user=user,
        )  # fmt: skip
    return tuple(changed)


@transaction.atomic
def approve_words(issue: Issue, part: str, language: str, *, by: str, user: Any) -> TextState:
    """The text is printed as it stands. NotReady where there is none, or where it is stale."""
    row = to_edit(issue)
    if part not in parts_of(row) or language not in LANGUAGES:
        raise UnknownValue(gettext("This issue has no such text."))
    return approve_text(row.public_id, part, language, row.words.get(part, {}), by=by, user=user)


# --- terms that are fixed ---------------------------------------------------------------------------------


def terms() -> list[Term]:
    """The glossary; one query."""
    return [
        Term(row.public_id, {code: getattr(row, f"text_{code}") for code in LANGUAGES})
        for row in GlossaryTerm.objects.all()
    ]


def spellings(language: str, fixed: list[Term] | None = None) -> dict[str, str]:
    """How the glossary spells in that language what it knows in another: each of its forms → the one to use."""
    known = terms() if fixed is None else fixed
    return {
        form: term.forms[language]
        for term in known
        if term.forms[language]
        for form in term.forms.values()
        if form
    }


def lacking_in(texts: Mapping[str, str], source: str, fixed: list[Term]) -> dict[str, tuple[Term, ...]]:
    """Language → the terms that its text should have, by the source's text, and has not."""
    return {
        language: missing
        for language, text in texts.items()
        if language != source
        and text
        and (missing := lacking(texts.get(source, ""), source, text, language, fixed))
    }


@transaction.atomic
def keep_term(
    kind: str, texts: Mapping[str, str], *, by: str, user: Any, term: GlossaryTerm | None = None
) -> GlossaryTerm:
    """Fix a term, or change one. BadInput where it is not given in two languages at least: else it fixes nothing."""
    given = {code: " ".join(texts.get(code, "").replace("\x00", "").split()) for code in LANGUAGES}
    if kind not in GlossaryTerm.Kind.values:
        raise UnknownValue(gettext("This is no kind of term."))
    if sum(bool(text) for text in given.values()) < 2 or max(map(len, given.values())) > 300:
        raise BadInput(gettext("Write the term in two languages at least, each under 300 letters."))
    row = term or GlossaryTerm()
    row.kind = kind
    for code, text in given.items():
        setattr(row, f"text_{code}", text)
    row.save()
    record_revision(row, "fix term", by=by, user=user)
    return row


@transaction.atomic
def drop_term(term: GlossaryTerm, *, by: str, user: Any) -> None:
    """The term is fixed no longer; its history is kept."""
    record_revision(term, "drop term", by=by, user=user)
    term.delete()
