"""What was made lighter for large ledgers says the same as before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from barometer.indicators.report import report
from barometer.web.actions.importing import import_files
from barometer.web.records import measuring, naming, timelines
from barometer.web.records.models import Case, Event, Party, PartyBlock

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"


@pytest.fixture
def told(db, evidence):
    """Two invented quarters, published."""
    paths = [DATA / "invented-2025q4.json", DATA / "invented-2026q1.json"]
    import_files(paths, as_published=True, by="A coder of the tests")


def test_only_cases_that_something_follows_from_are_gone_through_and_the_report_is_the_same(told):
    # A case of which nothing follows: a closed door.
    silent = Event.objects.public().get(main_type="obstruction.access_denied")
    Event.objects.filter(pk=silent.pk).update(case=Case.objects.create(slug="a-closed-door"))
    given = measuring.given("2026Q1")
    every = timelines.cases(timelines.public_events(), public=True)
    followed = list(given.cases)
    assert 0 < len(followed) < len(every)
    assert [case.slug for case in given.cases] == [case.slug for case in followed]  # a second time
    assert all(case in every for case in followed)  # each whole, with all its events
    day = date(2026, 3, 31)
    whole = report("2026Q1", replace(given, cases=every), day)
    assert report("2026Q1", given, day).to_json() == whole.to_json()


def test_of_very_many_that_share_keys_those_that_share_most_are_compared(db, monkeypatch):
    names = [
        "Qiyal Beynesov",
        "Qiyal Beynesov Armanuly",
        "Qyal Beinesov",
        "Beynesova Qiyal",
        "Quyal Baynasov",
    ]
    parties = [Party.objects.create(name=name, kind="person") for name in names]
    naming.refresh_blocks(parties)
    found = [hit.name for hit in naming.search("Qiyal Beynesov Armanuly")]
    assert found[0] == "Qiyal Beynesov Armanuly"
    assert len(found) > 2
    monkeypatch.setattr(naming, "_MOST_COMPARED", 2)
    fewer = [hit.name for hit in naming.search("Qiyal Beynesov Armanuly")]
    assert fewer == ["Qiyal Beynesov Armanuly", "Qiyal Beynesov"]  # which have its very words


def test_keys_are_written_and_taken_away_for_many_parties_at_once(db):
    one, other = (
        Party.objects.create(name=name, kind="person") for name in ("Qiyal Beynesov", "Tus Sagymov")
    )
    assert naming.refresh_blocks([one, other]) == 2
    kept = set(PartyBlock.objects.filter(party=other).values_list("block", flat=True))
    assert "x sagymov" in kept
    Party.objects.filter(pk=other.pk).update(name="Tus Ertekov")
    other.refresh_from_db()
    assert naming.refresh_blocks([one, other]) == 1
    now = set(PartyBlock.objects.filter(party=other).values_list("block", flat=True))
    assert "x ertekov" in now
    assert "x sagymov" not in now
