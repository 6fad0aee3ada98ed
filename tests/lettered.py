"""What the tests of letters share: a published case of invented people, who agreed, and a letter about them."""

from __future__ import annotations

from datetime import date

from followed import CASE, write

DAY = date(2021, 4, 13)
WHO = {"by": "Alma Invented"}
WORDS = {
    "title": "Letter on Saule Oydan",
    "addressees": "Askar Minister\nMinister of Invention\n1 Street",
    "undersigned": "We, the undersigned, write to you.",
    "concern": "Since {since} there were {arrests} arrests.",
    "closing": "We are ready to meet you.",
}


def published(folder) -> None:
    """The case of tests/followed.py, published."""
    from barometer.web.actions.importing import import_files

    import_files(write(folder), as_published=True, by="A coder of the tests")


def agree(*names: str) -> None:
    """They agreed to letters."""
    from barometer.web.actions.people import record_consent
    from barometer.web.records.models import Party

    for name in names:
        record_consent(
            Party.objects.get(name=name), uses=["letter"], how="voice", day=DAY, taken_by="Dana", **WHO
        )


def begun(**changed):
    """A letter on the case, with all its words in English, not approved."""
    from barometer.web.actions import letters
    from barometer.web.records.models import Case

    letter = letters.begin(cases=[Case.objects.get(slug=CASE)], day=DAY, since=date(2021, 3, 1), **WHO)
    for part, text in (WORDS | changed).items():
        letters.write(letter, part, "en", text, **WHO)
    letters.add_demand(letter, {"en": "Release Saule Oydan."}, **WHO)
    letter.refresh_from_db()
    return letter


def ready(letter) -> None:
    """Everything of it is approved."""
    from barometer.web.actions import letters

    for language in letter.languages:
        letters.approve(letter, language, **WHO)
