"""An issue from what is on offer to its frozen copies, nothing put in place of its parts; and the next one after it."""

from __future__ import annotations

from datetime import date

import pytest
from followed import CASE, FIRST, SECOND, write
from reviewed import person, who
from signing import approve_all

from barometer.codebook import LANGUAGES
from barometer.errors import NotReady
from barometer.web.actions import (
    freezing,
    issuing,
    issuing_carry,
    issuing_draft,
    issuing_items,
    issuing_offer,
    issuing_open,
)
from barometer.web.actions.evidence import bytes_of
from barometer.web.actions.importing import import_files
from barometer.web.records import printing

pytestmark = pytest.mark.django_db
TODAY = date(2021, 10, 1)


def test_from_what_is_on_offer_to_frozen_copies_and_the_next_issue(evidence, tmp_path):
    import_files(write(tmp_path, FIRST, SECOND), as_published=True, by="A coder")
    alma = who(person("alma", "editor"))
    second = issuing_open.open_issue("2021Q2", **alma)

    assert issuing_offer.take_all(second, **alma) == 2
    # The files have codings and no text: a machine drafts each item in each language, a person approves it.
    assert issuing_draft.draft_missing(second, **alma) == 6
    for item in printing.own_items(second):
        for language in LANGUAGES:
            issuing_items.approve(item, language, **alma)
    assert [one.carried.case for one in issuing_carry.open_cases(second, today=TODAY)] == [CASE]
    with pytest.raises(NotReady):
        freezing.freeze(second, **alma)
    issuing_carry.decide(second, {CASE: ("moved", "")}, today=TODAY, **alma)
    assert [one.text for one in issuing.unready(second)] == []

    people = approve_all(second)
    edition = freezing.freeze(second, **who(people["director"]))
    second.refresh_from_db()
    assert second.frozen_at
    assert {row.format for row in edition.files.all()} == {"md", "html", "docx", "pdf", "email", "csv"}
    told = {
        language: bytes_of(freezing.frozen_file(second, language, "md").evidence).decode()
        for language in LANGUAGES
    }
    assert (
        "custody" in told["en"] and "20 мая 2021 года" in told["ru"] and "2021 жылғы 20 мамырда" in told["kk"]
    )
    assert "Items whose text was made by a machine: 2." in told["en"]  # approved as the machine wrote them
    assert all(item.state == "published" for item in printing.own_items(second))
    with pytest.raises(NotReady):
        issuing_offer.take_all(second, **alma)

    third = issuing_open.open_issue("2021Q3", **alma)
    assert issuing_offer.offers(third) == []  # all that is published has been printed
    assert [one.carried.case for one in issuing_carry.open_cases(third, today=TODAY)] == [CASE]
    issuing_carry.decide(third, {CASE: ("no news, printed", "")}, today=TODAY, **alma)
    [quiet] = printing.own_items(third)
    assert quiet.text_en.startswith("No news in the quarter.")
