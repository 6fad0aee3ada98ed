"""Which case of the ledger a new event goes on; all names are invented."""

from __future__ import annotations

import json

import pytest

from barometer.codebook import Event
from barometer.web.actions.importing import import_files
from barometer.web.records import likely
from barometer.web.records.likely import likely_cases_of

FILE = {
    "source": "early.txt",
    "quarter": "2031Q1",
    "codebook": "1.2",
    "language": "en",
    "entries": [
        {
            "id": "a",
            "section": 2,
            "month": "2031-02",
            "lines": [1, 1],
            "headline": "A case against Alma Testova",
            "events": [
                {
                    "kind": "violation",
                    "types": ["legal.criminal_case"],
                    "date": "2031-02-01",
                    "phase": "imposed",
                    "targets": [{"name": "Alma Testova", "written": "Alma Testova", "type": "journalist"}],
                    "provisions": ["KZ-CC-274"],
                    "case": "testova-274",
                }
            ],
        },
        {
            "id": "b",
            "section": 2,
            "month": "2031-02",
            "lines": [2, 2],
            "headline": "A suit against Alma Testova",
            "events": [
                {
                    "kind": "violation",
                    "types": ["legal.civil_suit"],
                    "date": "2031-02-10",
                    "phase": "imposed",
                    "targets": [{"name": "Alma Testova", "written": "Alma Testova", "type": "journalist"}],
                    "actors": [
                        {
                            "name": "Invented Gravel",
                            "written": "Invented Gravel",
                            "type": "company",
                            "role": "complainant",
                        }
                    ],
                    "case": "testova-invented-gravel",
                }
            ],
        },
    ],
}


def event(name: str, **more: object) -> Event:
    values = {
        "kind": "violation",
        "types": ["legal.house_arrest"],
        "date": "2031-04-03",
        "targets": [{"name": name, "written": name, "type": "journalist"}],
    }
    return Event.model_validate(values | more)


@pytest.fixture
def ledger(db, tmp_path):
    path = tmp_path / "early.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    import_files([path])


def test_another_spelling_with_the_same_article_goes_on_that_case(ledger):
    found = likely_cases_of(event("Алма Тестова", provisions=["KZ-CC-274"]))
    assert found[0].slug == "testova-274"
    assert {reason.name for reason in found[0].reasons} >= {"person", "provision", "proceeding", "close"}


def test_the_same_plaintiff_points_to_the_suit(ledger):
    asked = {
        "name": "Invented Gravel LLP",
        "written": "Invented Gravel LLP",
        "type": "company",
        "role": "complainant",
    }
    found = likely_cases_of(event("Alma Testova", types=["legal.retraction_order"], actors=[asked]))
    assert found[0].slug == "testova-invented-gravel"


def test_somebody_else_opens_a_new_case(ledger):
    assert likely_cases_of(event("Dina Modelova", provisions=["KZ-CC-274"])) == ()
    assert likely_cases_of(event("Alim Testov", provisions=["KZ-CC-274"])) == ()


def test_of_an_outlet_with_too_many_events_the_last_recorded_are_looked_at(ledger, monkeypatch):
    slugs = {one.slug for one in likely_cases_of(event("Alma Testova"))}
    assert "testova-274" in slugs
    monkeypatch.setattr(likely, "MOST_EVENTS", 1)
    assert [one.slug for one in likely_cases_of(event("Alma Testova"))] == ["testova-invented-gravel"]
