"""Files into the ledger: what is written, what a second import finds, what a changed file does, what is refused."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from docx import Document

from barometer.codebook import CodedBulletin
from barometer.errors import BadInput, BarometerError, NotAllowed, NotReady, UnknownValue, WrongShape
from barometer.evidence import Store
from barometer.pipeline import write
from barometer.sources import read_bulletin_file
from barometer.web import entry
from barometer.web.actions import importing, incoming
from barometer.web.actions.importing import event_key, import_files
from barometer.web.actions.incoming import read_incoming
from barometer.web.actions.keys import LedgerKeys
from barometer.web.records import mapping
from barometer.web.records import models as ledger
from barometer.web.records.models import (
    Case,
    Event,
    EvidenceItem,
    Issue,
    Item,
    Mention,
    Party,
    Revision,
    Source,
    WorkItem,
)

MINI = Path(__file__).resolve().parents[1] / "ledgers" / "0001"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

KEY = "mini-2031q1.txt#{}"
TABLES = [
    getattr(ledger, name)
    for name in (
        "EvidenceItem", "Source", "SourceDocument", "Issue", "Case", "Party", "Item", "Event", "EventType", "Mention",
        "EventProvision", "WorkItem", "Revision",
    )
]  # fmt: skip


def everything():
    """All rows of the ledger, to compare."""
    return {model: list(model.objects.order_by("pk").values()) for model in TABLES}


def take(*paths, **options):
    """Import as proposed; the report."""
    return import_files(list(paths), **options)


def publish(*paths):
    """Import as published; the report."""
    return import_files(list(paths), as_published=True, by="A coder")


def event(name):
    return Event.objects.get(key=KEY.format(name))


# --- what is written -------------------------------------------------------------------------------------------------


def test_counts(mini):
    [report] = take(mini.path).files
    assert (report.entries, report.events, report.new, report.changed, report.unchanged) == (4, 5, 5, 0, 0)
    assert (report.cases, report.people, report.outlets) == (2, 2, 1)
    assert not Event.objects.public().exists()
    assert set(Event.objects.values_list("state", flat=True)) == {"proposed"}


def test_an_event_as_it_was_coded(mini):
    take(mini.path)
    row = event("m-2-01#1")
    assert row.coded == mini.event(0)
    assert mapping.event_value(row).model_dump(mode="json", exclude_unset=True) == mini.event(0)
    assert (row.kind, row.main_type, row.date, row.phase, row.work_link) == (
        "violation", "legal.fine", "2031-01-12", "imposed", "stated",
    )  # fmt: skip
    assert (str(row.first_day), str(row.last_day)) == ("2031-01-12", "2031-01-12")
    assert (row.people_hit, row.people_hit_exact, row.region, row.country) == (1, True, "", "")
    assert row.summary_kk == mini.event(0)["summary"]["kk"]
    assert row.case.slug == "example-274"
    assert [provision.code for provision in row.provisions.all()] == ["KZ-CC-274"]
    assert row.upcoming == mini.event(0)["upcoming"]
    assert row.grounds == mini.event(0)["grounds"]


def test_only_what_is_alleged_is_marked(mini):
    take(mini.path)
    row = event("m-4-01#1")
    assert row.is_alleged
    assert list(row.types.values_list("code", "alleged")) == [
        ("digital.outage", False),
        ("digital.ddos", True),
    ]
    assert (str(row.first_day), str(row.last_day)) == ("2031-03-01", "2031-03-31")


def test_a_party_is_one_and_keeps_how_it_was_written(mini):
    take(mini.path)
    bolat = Party.objects.get(name="Bolat Imaginary")
    assert bolat.kind == "person"
    assert sorted(Mention.objects.filter(party=bolat).values_list("written", flat=True)) == [
        "Bolat Imaginary",
        "He",
    ]
    assert Party.objects.get(name="Invented Herald").kind == "outlet"
    assert Party.objects.get(name="police").kind == "body"


def test_the_source_has_its_words_in_every_language(mini):
    take(mini.path)
    source = Source.objects.get()
    assert (source.name, source.language, source.quarter) == ("mini-2031q1.txt", "en", "2031Q1")
    assert source.title["kk"] == "Шағын барометр"
    assert source.intro["ru"] == "Здесь всё выдумано."
    assert source.sections["6"]["title"]["ru"] == "Выдумки"
    assert source.sections["6"]["intro"] == {"en": "None this quarter."}


def test_texts_and_links_of_the_source(mini):
    take(mini.path)
    item = Item.objects.get(entry_key="m-2-02")
    assert item.text_en.startswith("Bolat Imaginary was released on 20 January 2031")
    assert "](" not in item.text_en
    assert (item.text_ru, item.text_kk) == ("", "")  # our summaries are not the source's words
    [link] = item.links
    assert link["address"] == "https://example.org/released"
    assert item.text_en[link["start"] : link["end"]] == link["text"] == "Bolat Imaginary was released"


def test_words_without_an_address_are_work(mini):
    take(mini.path)
    missing = WorkItem.objects.filter(kind="missing address")
    assert sorted(missing.values_list("item__entry_key", flat=True)) == ["m-2-01", "m-2-03", "m-4-01"]
    assert missing.get(item__entry_key="m-2-03").text == "A deputy proposed a bill on invented blogs"


def test_an_address_that_was_found_closes_its_work(mini):
    take(mini.path)
    text = mini.text.read_text(encoding="utf-8")
    mini.text.write_text(text.replace("blogs](#)", "blogs](https://example.org/bill)"), encoding="utf-8")
    take(mini.path)
    done = WorkItem.objects.exclude(done_at=None)
    assert [row.item.entry_key for row in done] == ["m-2-03"]
    assert Item.objects.get(entry_key="m-2-03").links[0]["address"] == "https://example.org/bill"


@pytest.mark.once
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.org", "x"]
)
def test_an_address_that_is_none_of_the_web_is_missing(mini, address):
    text = mini.text.read_text(encoding="utf-8")
    mini.text.write_text(text.replace("https://example.org/released", address), encoding="utf-8")
    take(mini.path)
    assert all(link["address"] is None for item in Item.objects.all() for link in item.links)


def test_without_its_text_an_entry_has_no_words_of_the_source(mini):
    mini.text.unlink()
    publish(mini.path)
    item = Item.objects.get(entry_key="m-2-02")
    assert (item.text_en, item.text_ru, item.text_kk, item.links) == ("", "", "", [])
    [story] = [story for story in mapping.stories("2031Q1") if story.key == item.public_id]
    assert story.events[0].summary_in("en") == "Bolat Imaginary was released."


def test_an_entry_s_text_is_that_of_the_coder_s_lines(mini, machine_paragraphs):
    """The machine joins two paragraphs that the coder told apart: each entry has its own lines, and only them."""
    text, lines = machine_paragraphs
    take(mini.path)
    first, second = Item.objects.get(entry_key="m-2-02"), Item.objects.get(entry_key="m-2-02b")
    assert first.text_en == " ".join(lines[0].split())
    assert second.text_en == lines[1]
    assert second.links == []
    assert second.text_en in text


@pytest.fixture
def machine_paragraphs(mini):
    """The mini bulletin with a paragraph that goes on with the story before it, coded as an entry of its own."""
    text = mini.text.read_text(encoding="utf-8")
    lines = text.split("\n")
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("[Bolat Imaginary was released]"))
    told = "He later said that Bolat Imaginary and his colleagues were not told why they had been held."
    lines[number:number] = ["", told]
    mini.text.write_text("\n".join(lines), encoding="utf-8")
    assert len(read_bulletin_file(mini.text).entries) == 4
    for one in mini.data["entries"][2:]:
        one["lines"] = [line + 2 for line in one["lines"]]
    more = copy.deepcopy(mini.data["entries"][1]) | {
        "id": "m-2-02b",
        "lines": [number + 2] * 2,
        "headline": None,
    }
    more["events"] = [
        {"kind": "context", "types": ["context.statement"], "summary": {"en": "Our own words."}}
    ]
    mini.data["entries"].insert(2, more)
    mini.save()
    plain = lines[number - 1].replace("[", "").replace("](https://example.org/released)", "")
    return mini.text.read_text(encoding="utf-8"), (plain, told)


def test_a_text_that_the_file_is_silent_on_stays(mini):
    take(mini.path)
    before = Item.objects.get(entry_key="m-2-02")
    Item.objects.filter(pk=before.pk).update(text_kk="Редакция мәтіні")
    mini.text.unlink()
    mini.event(1)["date_text"] = "on 20 January"
    take(mini.save())
    after = Item.objects.get(entry_key="m-2-02")
    assert (after.text_en, after.links, after.text_kk) == (before.text_en, before.links, "Редакция мәтіні")
    assert "police" in event("m-2-02#1").search_text


def test_every_file_is_preserved(mini, evidence):
    take(mini.path)
    documents = Source.objects.get().sourcedocument_set.all()
    assert {(row.role, row.evidence.original_name) for row in documents} == {
        ("coding", "mini-2031q1.json"),
        ("text", "mini-2031q1.txt"),
    }
    store = Store(evidence, LedgerKeys())
    for row in documents:
        path = mini.path if row.role == "coding" else mini.text
        with store.open(row.evidence.sha256) as stream:
            assert stream.read() == path.read_bytes()
    assert store.verify(EvidenceItem.objects.values_list("sha256", flat=True)) == []


def test_the_issue_prints_its_items(mini):
    take(mini.path)
    issue = Issue.objects.get()
    assert (issue.period, issue.source.name) == ("2031Q1", "mini-2031q1.txt")
    assert [item.entry_key for item in issue.items.all()] == ["m-2-01", "m-2-02", "m-2-03", "m-4-01"]


def test_another_edition_of_the_quarter_is_kept_beside(mini):
    publish(mini.path)
    mini.data["source"] = "edition.ru.txt"
    report = publish(mini.save("edition.json"))
    assert Issue.objects.get().source.name == "mini-2031q1.txt"
    assert Item.objects.filter(issue=None).count() == 4
    assert "printed from mini-2031q1.txt" in "\n".join(report.lines())
    assert publish(mini.path).nothing_changed


def test_people_s_coding_takes_the_issue_from_the_machine_s(mini):
    machine = copy.deepcopy(mini.data)
    mini.data["source"] = "machine.txt"
    take(mini.save("machine.json"))
    mini.data = machine
    publish(mini.path)
    assert Issue.objects.get().source.name == "mini-2031q1.txt"
    assert {item.source.name for item in Issue.objects.get().items.all()} == {"mini-2031q1.txt"}


def test_each_record_has_its_first_revision(mini):
    take(mini.path)
    for model in (Source, Issue, Case, Party, Item, Event, WorkItem, EvidenceItem):
        for record in model.objects.all():
            first = Revision.objects.filter(
                model=model._meta.model_name, record_id=record.public_id
            ).earliest("number")
            assert first.action in ("create", "keep")
            assert first.by == "barometer import"


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("a", "b", 1), "a#b#1"),
        (("a#b", "c", 1), "a%23b#c#1"),
        (("a", "b#c", 1), "a#b%23c#1"),
        (("a%23b", "c", 1), "a%2523b#c#1"),
    ],
)
def test_keys_are_never_confused(parts, key):
    assert event_key(*parts) == key


# --- published -------------------------------------------------------------------------------------------------------


def test_published_by_a_person(mini):
    report = publish(mini.path)
    assert report.files[0].published == 5
    assert Event.objects.public().count() == 5
    assert Item.objects.public().count() == 4
    assert set(Event.objects.values_list("published_by", flat=True)) == {"A coder"}
    last = Revision.objects.filter(record_id=event("m-2-01#1").public_id).latest("number")
    assert (last.reason, last.by) == ("published historically", "A coder")


@pytest.mark.parametrize("by", [None, "", "   "])
def test_publishing_needs_a_name(mini, by):
    with pytest.raises(NotAllowed, match="--by"):
        import_files([mini.path], as_published=True, by=by)
    assert not Source.objects.exists()


@pytest.mark.parametrize("by", ["x" * 201, "two\nlines", "\0"])
def test_a_name_is_a_name(mini, by):
    with pytest.raises(NotAllowed):
        import_files([mini.path], as_published=True, by=by)


def test_proposals_become_published(mini):
    take(mini.path)
    ids = set(Event.objects.values_list("public_id", flat=True))
    report = publish(mini.path)
    assert (report.files[0].new, report.files[0].unchanged, report.files[0].published) == (0, 5, 5)
    assert set(Event.objects.public().values_list("public_id", flat=True)) == ids


def test_a_proposal_never_unpublishes(mini):
    publish(mini.path)
    before = everything()
    assert take(mini.path).nothing_changed
    assert everything() == before


def test_a_proposal_never_overwrites_what_people_published(mini):
    publish(mini.path)
    mini.event(0)["types"] = ["legal.arrest"]
    mini.event(0)["case"] = "another-case"
    mini.data["title"] = {"en": "Another title"}
    report = take(mini.save())
    assert report.files[0].held == 1
    assert (event("m-2-01#1").main_type, event("m-2-01#1").state) == ("legal.fine", "published")
    assert Source.objects.get().title["en"] == "Mini barometer"
    assert not Case.objects.filter(slug="another-case").exists()
    assert WorkItem.objects.get(kind="changed").event == event("m-2-01#1")
    again = take(mini.path)
    assert again.nothing_changed
    assert "1 event differs from what a person decided: left alone" in "\n".join(again.lines())


def test_a_person_s_change_of_a_published_event_is_a_correction(mini):
    publish(mini.path)
    first = event("m-2-01#1")
    mini.event(0)["date"] = "2031-01-13"
    report = publish(mini.save())
    assert (report.files[0].changed, report.files[0].unchanged) == (1, 4)
    now = event("m-2-01#1")
    assert (now.public_id, now.state, now.date) == (first.public_id, "corrected", "2031-01-13")
    assert now.published_at == first.published_at
    assert Revision.objects.filter(record_id=now.public_id).latest("number").action == "correct"


@pytest.mark.parametrize("state", ["withdrawn", "accepted", "reviewed"])
def test_a_proposal_leaves_a_person_s_decision(mini, state):
    take(mini.path)
    Event.objects.update(state=state)
    mini.event(0)["date"] = "2031-01-13"
    assert take(mini.save()).files[0].held == 1
    assert (event("m-2-01#1").state, event("m-2-01#1").date) == (state, "2031-01-12")


def test_what_was_withdrawn_stays_so_also_for_a_person_s_import(mini):
    take(mini.path)
    Event.objects.filter(key__endswith="m-2-01#1").update(state="withdrawn")
    report = publish(mini.path)
    assert (report.files[0].held, report.files[0].published) == (1, 4)
    assert event("m-2-01#1").state == "withdrawn"


# --- again, and changed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [take, publish])
def test_a_second_import_changes_nothing_and_says_so(mini, act):
    act(mini.path)
    before = everything()
    report = act(mini.path)
    assert everything() == before
    assert report.nothing_changed
    assert report.lines()[-1] == "Nothing changed."


def test_the_same_coding_in_other_bytes_is_one_more_copy(mini):
    take(mini.path)
    events = list(Event.objects.values())
    mini.path.write_text(json.dumps(mini.data, indent=7, sort_keys=True), encoding="utf-8")
    report = take(mini.path)
    assert list(Event.objects.values()) == events
    assert "no event changed" in "\n".join(report.lines())
    assert Source.objects.get().documents.count() == 3


def test_a_changed_event_is_the_same_event(mini):
    take(mini.path)
    public_id = event("m-2-02#2").public_id
    mini.event(1, 1)["targets"] = []
    mini.event(1, 1)["types"] = ["legal.arrest", "legal.detention"]
    [report] = take(mini.save()).files
    assert (report.new, report.changed, report.unchanged, report.unmatched) == (0, 1, 4, 0)
    row = event("m-2-02#2")
    assert row.public_id == public_id
    assert [kind.code for kind in row.types.all()] == ["legal.arrest", "legal.detention"]
    assert [mention.side for mention in row.mentions.all()] == ["actor"]


def test_an_event_that_is_gone_is_reported_and_stays(mini):
    take(mini.path)
    del mini.data["entries"][1]["events"][1]
    [report] = take(mini.save()).files
    assert report.unmatched == 1
    assert event("m-2-02#2").main_type == "legal.detention"
    assert WorkItem.objects.get(kind="unmatched").event == event("m-2-02#2")
    assert take(mini.path).nothing_changed


def test_an_event_that_comes_back_closes_its_work(mini):
    take(mini.path)
    gone = mini.data["entries"][1]["events"].pop()
    take(mini.save())
    mini.data["entries"][1]["events"].append(gone)
    assert take(mini.save()).files[0].unmatched == 0
    assert WorkItem.objects.get(kind="unmatched").done_at is not None
    assert Event.objects.count() == 5


def test_one_more_event_in_front_moves_the_others(mini):
    take(mini.path)
    ids = {name: event(name).public_id for name in ("m-2-02#1", "m-2-02#2")}
    extra = copy.deepcopy(mini.event(2)) | {"date": "2031-01-18", "types": ["context.statement"]}
    mini.data["entries"][1]["events"].insert(0, extra)
    [report] = take(mini.save()).files
    assert (report.new, report.changed, report.unchanged, report.moved) == (1, 0, 5, 2)
    assert event("m-2-02#2").public_id == ids["m-2-02#1"]
    assert event("m-2-02#3").public_id == ids["m-2-02#2"]
    assert take(mini.path).nothing_changed


def test_two_events_that_change_places(mini):
    publish(mini.path)
    ids = {name: event(name).public_id for name in ("m-2-02#1", "m-2-02#2")}
    mini.data["entries"][1]["events"].reverse()
    take(mini.save())  # a proposal may move what is published: its content is the same
    assert event("m-2-02#1").public_id == ids["m-2-02#2"]
    assert event("m-2-02#2").public_id == ids["m-2-02#1"]
    assert Event.objects.public().count() == 5


def test_entries_with_other_ids_are_known_by_likeness(mini):
    take(mini.path)
    ids = sorted(Event.objects.values_list("public_id", flat=True))
    for number, coded_entry in enumerate(mini.data["entries"]):
        coded_entry["id"] = f"new-{number}"
        coded_entry["headline"] += " anew"
    for one in mini.data["entries"]:
        for coded in one["events"]:
            coded["date_text"] = "another wording"
    [report] = take(mini.save()).files
    assert (report.new, report.changed, report.unmatched) == (0, 5, 0)
    assert sorted(Event.objects.values_list("public_id", flat=True)) == ids
    assert Item.objects.count() == 4
    assert event("new-1#2").main_type == "legal.detention"


def test_what_is_not_alike_is_not_taken_for_the_same(mini):
    take(mini.path)
    entry = mini.data["entries"][3]
    entry |= {"id": "quite-new", "headline": "Something else", "lines": [3, 3], "section": 3}
    entry["events"][0] |= {
        "types": ["information.refusal"],
        "alleged": False,
        "date": "2031-02-11",
        "targets": [],
    }
    [report] = take(mini.save()).files
    assert (report.new, report.unmatched) == (1, 1)
    assert Event.objects.count() == 6


def test_a_leftover_event_makes_room_for_the_one_that_takes_its_place(mini):
    take(mini.path)
    old = event("m-2-02#2").public_id
    moved = mini.data["entries"][1]["events"][0]
    brand_new = copy.deepcopy(mini.event(3)) | {"date": "2031-03-30"}
    mini.data["entries"][1]["events"] = [brand_new, moved]
    take(mini.save())
    assert event("m-2-02#2").main_type == "outcome.released"
    assert Event.objects.filter(public_id=old).exists()
    assert take(mini.path).nothing_changed


# --- dry run ---------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_happen_and_changes_nothing(mini, evidence):
    report = import_files([mini.path], dry_run=True)
    assert (report.files[0].new, report.files[0].cases) == (5, 2)
    assert "Dry run" in report.lines()[-1]
    assert not any(everything().values())
    assert not evidence.exists()
    assert take(mini.path).files[0].new == 5


def test_a_dry_run_over_a_ledger(mini, evidence):
    publish(mini.path)
    before, files = everything(), sorted(evidence.rglob("*"))
    mini.event(0)["date"] = "2031-01-13"
    mini.save()
    report = import_files([mini.path], as_published=True, by="A coder", dry_run=True)
    assert report.files[0].changed == 1
    assert everything() == before
    assert sorted(evidence.rglob("*")) == files


# --- refused ---------------------------------------------------------------------------------------------------------


def refused(mini, error=BarometerError):
    """The one line with which the changed mini bulletin is refused; the ledger and the store are untouched."""
    take(mini.path)
    before = everything()
    mini.save()
    with pytest.raises(error) as caught:
        take(mini.path)
    assert everything() == before
    line = str(caught.value)
    assert "\n" not in line
    assert "mini-2031q1.json" in line
    return line


@pytest.mark.once
@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("types", []),
        ("types", ["legal.nonsense"]),
        ("kind", "relief"),
        ("date", "2031-13"),
        ("date", "12 January"),
        ("place", {"country": "KZ", "region": "KZ-99"}),
        ("targets", [{"name": "A"}]),
        ("people_hit", "one"),
        ("people_hit", -1),
        ("people_hit", 2**31),
        ("people_hit", 2**80),
        ("case", "Not A Slug"),
        ("case", "a" * 121),
        ("targets", [{"name": "x" * 301, "written": "x", "type": "journalist"}]),
        ("targets", [{"name": "x", "written": "x" * 501, "type": "journalist"}]),
        ("date_text", "x" * 301),
        ("note", "NUL \0 in it"),
        ("note", "half a pair \ud800"),
        ("provisions", ["KZ-CC-" + "1" * 40]),
    ],
)
def test_a_coding_that_does_not_fit(mini, place, value):
    mini.event(0)[place] = value
    if place == "note" and "\ud800" in value:
        mini.path.write_text(json.dumps(mini.data), encoding="utf-8")
        mini.save = lambda: mini.path.write_text(json.dumps(mini.data), encoding="utf-8")
        with pytest.raises(BadInput):
            take(mini.path)
        assert not Source.objects.exists()
        return
    refused(mini)


@pytest.mark.once
@pytest.mark.parametrize(
    "change",
    [
        {"entries": {}},
        {"entries": [{"id": "x" * 121, "lines": [1, 1], "events": []}]},
        {"entries": [{"id": "a", "section": 40_000, "lines": [1, 1], "events": []}]},
        {"entries": [{"id": "a", "section": -1, "lines": [1, 1], "events": []}]},
        {"entries": [{"id": "a", "lines": [1, 2**40], "events": []}]},
        {"entries": [{"id": "a", "lines": [1, 1]}, {"id": "a", "lines": [2, 2]}]},
        {"quarter": "2031Q5"},
        {"source": ""},
        {"source": "x" * 256},
        {"title": ["not", "a", "title"]},
        {"title": {"de": "Deutsch"}},
        {"sections": [1, 2]},
        {"sections": {"6": "six"}},
        {"sections": {"6": {"title": 6}}},
        {"contact": 7},
    ],
)
def test_a_file_that_does_not_fit(mini, change):
    mini.data |= change
    refused(mini)


def test_one_bad_file_of_two_and_nothing_is_taken(mini, evidence, monkeypatch):
    good = mini.save("good.json")
    mini.data["source"] = "other.txt"
    bad = mini.save("bad.json")
    run = importing._Import.run

    def found_late(self):
        report = run(self)
        if self.brought.file == bad:
            raise WrongShape("found when all was written", file=bad)
        return report

    monkeypatch.setattr(importing._Import, "run", found_late)
    with pytest.raises(WrongShape, match=r"bad\.json"):
        take(good, bad)
    assert not any(everything().values())
    assert not evidence.exists()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Event(place_name="x" * 201), "place_name has 201 letters, at most 200 are kept"),
        (Event(people_hit=2**31), "people_hit is 2147483648"),
        (Item(section=-1), "section is -1"),
        (Item(section=2**15), "section is 32768"),
    ],
)
def test_what_a_column_does_not_hold_is_refused_on_both_databases(mini, row, problem):
    [brought] = read_incoming([mini.path])
    with pytest.raises(WrongShape, match=problem):
        importing._Import(brought, False, "A coder")._fits(row, "here")


def test_two_files_of_one_source(mini):
    with pytest.raises(BadInput, match="two files bring the source"):
        take(mini.path, mini.save("copy.json"))


def test_the_same_file_twice_is_once(mini):
    assert len(take(mini.path, mini.path.parent / "." / mini.path.name).files) == 1


def test_another_kind_of_file(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(UnknownValue, match=r"table\.xlsx"):
        take(path)


def test_a_source_s_name_leads_nowhere_else(mini, tmp_path):
    (tmp_path / "secret.txt").write_text("outside", encoding="utf-8")
    mini.data["source"] = "../secret.txt"
    take(mini.save())
    assert not EvidenceItem.objects.filter(original_name="secret.txt").exists()
    assert [row.role for row in Source.objects.get().sourcedocument_set.all()] == ["coding"]


# --- a source is its name ----------------------------------------------------------------------------------------


def second_quarter(mini, folder="q2"):
    """The mini bulletin of the next quarter under the same file names, in another folder."""
    there = mini.path.parent.parent / folder
    there.mkdir()
    data = json.loads(json.dumps(mini.data).replace("2031Q1", "2031Q2"))
    text = mini.text.read_text(encoding="utf-8").replace("the first quarter", "the second quarter")
    (there / mini.text.name).write_text(text.replace("present", "tell of"), encoding="utf-8")
    (there / mini.path.name).write_text(json.dumps(data), encoding="utf-8")
    return there / mini.path.name


@pytest.mark.parametrize("act", [take, publish])
@pytest.mark.parametrize("first", [take, publish])
def test_another_quarter_under_the_same_name_is_refused(mini, first, act):
    first(mini.path)
    before = everything()
    with pytest.raises(BadInput) as caught:
        act(second_quarter(mini))
    assert everything() == before
    line = str(caught.value)
    assert "'mini-2031q1.txt' of 2031Q1, and this one is of 2031Q2" in line
    assert "mini-2031q1-2031Q2.txt" in line


def test_another_quarter_s_text_alone_is_refused_too(tmp_path, mini):
    for quarter in ("first", "second"):
        folder = tmp_path / quarter
        folder.mkdir()
        text = mini.text.read_text(encoding="utf-8").replace("the first quarter", f"the {quarter} quarter")
        (folder / "bulletin.txt").write_text(text, encoding="utf-8")
    take(tmp_path / "first" / "bulletin.txt")
    before = everything()
    with pytest.raises(BadInput, match=r"Next: rename the file, for example to bulletin-2031Q2\.txt\.$"):
        take(tmp_path / "second" / "bulletin.txt")
    assert everything() == before


@pytest.mark.parametrize("act", [take, publish])
def test_the_same_text_with_its_quarter_corrected_is_the_same_source(mini, act):
    mini.data["quarter"] = "2030Q4"
    act(mini.save())
    mini.data["quarter"] = "2031Q1"
    act(mini.save())
    assert Source.objects.get().quarter == "2031Q1"
    assert Issue.objects.get(source__name="mini-2031q1.txt").period == "2031Q1"
    assert Issue.objects.get(period="2030Q4").source is None
    assert {item.issue.period for item in Item.objects.all()} == {"2031Q1"}
    assert act(mini.path).nothing_changed


def test_a_file_without_its_quarter_leaves_it(mini):
    take(mini.path)
    mini.text.unlink()
    del mini.data["quarter"]
    take(mini.save())
    assert Source.objects.get().quarter == "2031Q1"
    assert Item.objects.filter(issue__period="2031Q1").count() == 4


# --- a coding and its text ---------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"lines": [21, 400]}, "it stands in lines 21 to 400, and mini-2031q1.txt has 24 lines"),
        ({"lines": [2, 2]}, "it stands in line 2, and mini-2031q1.txt has no words there"),
    ],
)
def test_lines_that_the_text_does_not_have(mini, change, problem):
    mini.data["entries"][3] |= change
    assert f"entry m-4-01: {problem}. Next: give the text that was coded" in refused(mini, WrongShape)


def test_a_span_beyond_the_text(mini):
    mini.event(0)["grounds"] = {
        "date": {
            "span": [10, 99_999],
            "text_sha256": "0" * 64,
            "rule": "by-hand",
            "version": "1",
            "confidence": 1.0,
        }
    }
    assert "its grounds lie beyond the end of mini-2031q1.txt" in refused(mini, WrongShape)


def test_a_coding_beside_another_text_is_refused(mini):
    """Its names stand nowhere in their lines."""
    take(mini.path)
    before = everything()
    text = mini.text.read_text(encoding="utf-8")
    for name in ("Aigerim Example", "Bolat Imaginary", "Invented Herald", "police", "deputy", "court"):
        text = text.replace(name, "somebody").replace(name.capitalize(), "Somebody")
    mini.text.write_text(text, encoding="utf-8")
    with pytest.raises(WrongShape, match=r"mini-2031q1\.txt is another text: of \d entries with names"):
        take(mini.path)
    assert everything() == before


def test_a_name_that_stands_elsewhere_is_noted(mini):
    mini.event(3)["targets"][0]["written"] = "Somebody Else"
    [report] = take(mini.save()).files
    assert "entry m-4-01: 'somebody else' does not stand in its lines" in "\n".join(report.notes).casefold()


# --- texts that the machine reads ------------------------------------------------------------------------------------


@pytest.fixture
def machine(mini, monkeypatch):
    """The reader's part, played by the coding less its summaries: the texts that were read."""
    read = []

    def read_files(paths):
        read.extend(paths)
        data = copy.deepcopy(mini.data)
        for name in ("title", "intro", "contact", "sections"):
            del data[name]
        for one in data["entries"]:
            for coded in one["events"]:
                del coded["summary"]
        return [(path, CodedBulletin.model_validate(data)) for path in paths]

    monkeypatch.setattr(incoming, "_machine_read", read_files)
    return read


def test_a_text_alone_is_read_by_the_machine(mini, machine):
    [report] = take(mini.text).files
    assert machine == [mini.text]
    assert (report.new, report.source) == (5, "mini-2031q1.txt")
    assert [row.role for row in Source.objects.get().sourcedocument_set.all()] == ["text"]
    assert Source.objects.get().title == {"en": "FREEDOM OF SPEECH BAROMETER IN KAZAKHSTAN"}
    assert Item.objects.get(entry_key="m-2-02").text_en.startswith(
        "Bolat Imaginary was released on 20 January"
    )
    assert take(mini.text).nothing_changed


def test_a_text_beside_its_coding_is_not_read_by_the_machine(mini, machine):
    take(mini.path, mini.text)
    assert machine == []


def test_people_s_coding_after_the_machine_s(mini, machine):
    take(mini.text)
    ids = set(Event.objects.values_list("public_id", flat=True))
    [report] = publish(mini.path).files
    assert (report.new, report.changed, report.unmatched) == (0, 5, 0)
    assert set(Event.objects.public().values_list("public_id", flat=True)) == ids
    assert Source.objects.get().title["kk"] == "Шағын барометр"


def test_the_machine_s_reading_after_people_s_coding_is_silent_about_other_languages(mini, machine):
    publish(mini.path)
    Item.objects.filter(entry_key="m-2-02").update(text_ru="Слова редакции")
    [report] = take(mini.text).files
    assert report.held == 5
    assert not WorkItem.objects.filter(kind="changed", event=None).exists()
    assert Item.objects.get(entry_key="m-2-02").text_ru
    assert Event.objects.public().count() == 5


# --- letters, stories ------------------------------------------------------------------------------------------------


def test_a_letter(mini):
    letter = {
        "source": "letter.txt",
        "kind": "open_letter",
        "date": "2031-04-01",
        "cases": [
            {"person": "Aigerim Example", "slug": "example-274", "events": [mini.event(0)]},
            {"person": "Bolat Imaginary", "slug": "imaginary-detention", "events": [mini.event(1, 1)]},
        ],
    }
    path = mini.path.with_name("letter.json")
    path.write_text(json.dumps(letter), encoding="utf-8")
    take(mini.path, path)
    assert take(path).nothing_changed
    case = Case.objects.get(slug="example-274")
    assert {row.item.source.name for row in case.events.all()} == {"mini-2031q1.txt", "letter.txt"}
    assert Item.objects.get(source__name="letter.txt", entry_key="example-274").issue is None


def test_stories_are_what_is_published(mini):
    take(mini.path)
    assert mapping.stories("2031Q1") == []
    publish(mini.path)
    stories = mapping.stories("2031Q1")
    assert [(story.section, story.month, len(story.events)) for story in stories] == [
        (2, "2031-01", 1),
        (2, "2031-01", 2),
        (2, "2031-02", 1),
        (4, "2031-03", 1),
    ]
    assert all(set(story.texts) == {"en"} for story in stories)
    start, end, address = stories[1].links[0]
    assert (stories[1].texts["en"][start:end], address) == (
        "Bolat Imaginary was released",
        "https://example.org/released",
    )
    assert stories[0].events[0].main_type == "legal.fine"
    assert stories[0].event_ids == (event("m-2-01#1").public_id,)


def test_a_withdrawn_event_takes_its_story_with_it(mini):
    publish(mini.path)
    Event.objects.filter(key__in=[KEY.format("m-2-01#1"), KEY.format("m-2-02#2")]).update(state="withdrawn")
    assert [len(story.events) for story in mapping.stories("2031Q1")] == [1, 1, 1]


def test_an_issue_has_its_words(mini):
    publish(mini.path)
    issue = mapping.issue_value("2031Q1", contact="desk@example.org", site="https://example.org")
    assert issue.titles["ru"] == "Малый барометр"
    assert issue.contacts["en"] == "mini@example.org"
    assert issue.contacts["kk"] == "desk@example.org"
    assert {section.number: section.titles.get("en") for section in issue.sections}[6] == "Inventions"
    assert len(issue.stories) == 4
    assert mapping.issue_value("2040Q1").stories == ()


def test_a_bulletin_is_written_whole_or_not_at_all(mini, tmp_path, monkeypatch):
    out = tmp_path / "bulletin.md"
    with pytest.raises(NotReady, match="nothing to print"):
        entry.write_bulletin("2031Q1", "kk", "md", out)
    publish(mini.path)
    assert entry.write_bulletin("2031q1", "kk", "md", out) == out
    text = out.read_text(encoding="utf-8")
    assert "Шағын барометр" in text
    assert "Болат Қиялов босатылды" in text
    with pytest.raises(NotReady, match="--out"):
        entry.write_bulletin("2031Q1", "kk", "md", tmp_path / "nowhere" / "bulletin.md")
    for period, language, format_ in (
        ("2031Q5", "kk", "md"),
        ("2031Q1", "de", "md"),
        ("2031Q1", "kk", "rtf"),
    ):
        with pytest.raises(UnknownValue):
            entry.write_bulletin(period, language, format_, out)
    assert out.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["bulletin.md"]


# --- what is said ----------------------------------------------------------------------------------------------------


def test_what_only_a_machine_has_read_is_never_published(mini, machine):
    with pytest.raises(NotAllowed, match="published is for coding that a person did.*Next: barometer read"):
        publish(mini.text)
    assert not any(everything().values())


def test_a_name_without_publishing_is_refused(mini):
    with pytest.raises(NotAllowed, match="--as published"):
        import_files([mini.path], by="A coder")
    assert not Source.objects.exists()


def test_one_is_one_and_two_are_two(mini):
    lines = "\n".join(take(mini.path).lines())
    assert "4 entries, 5 events: 5 new" in lines
    assert "2 cases, 2 people, 1 outlet, 6 work items" in lines
    assert lines.endswith("Imported as proposed.")


def test_nothing_is_said_to_be_imported_where_nothing_was(mini):
    publish(mini.path)
    mini.path.write_text(json.dumps(mini.data, indent=3), encoding="utf-8")
    assert take(mini.path).lines()[-1] == "No entry and no event came in; the files are kept."


def test_what_the_reader_could_not_place_is_said(tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text("A court fined Aigerim Example on 12 January for an article.\n", encoding="utf-8")
    lines = take(path).lines()  # one short text is a single report
    assert any("note: the day of publication is not told" in line for line in lines)
    path = tmp_path / "digest.txt"
    path.write_text("\n\n".join(["A court fined Aigerim Example on 12 January."] * 30), encoding="utf-8")
    lines = take(path).lines()
    assert any("note: the quarter is not named" in line for line in lines)
    assert any("note: no numbered section heading" in line for line in lines)


def test_notes_are_few(mini, monkeypatch):
    [brought] = read_incoming([mini.path])
    many = replace(brought, problems=tuple(f"line {n}: could not be placed" for n in range(40)))
    monkeypatch.setattr(importing, "read_incoming", lambda paths: [many])
    [report] = take(mini.path).files
    assert len(report.notes) == importing.MOST_NOTES + 1
    assert report.notes[-1] == "and 28 more, on the work list"


def test_an_address_is_not_read_yet():
    with pytest.raises(UnknownValue, match=r"https://example\.org/a: addresses are not read yet"):
        take(Path("https://example.org/a"))


# --- a DOCX, what `read` wrote of it, and its text -------------------------------------------------------------------


@pytest.fixture
def read_docx(tmp_path):
    """A DOCX bulletin, and beside it the coding and the text that `barometer read` wrote."""
    document = Document()
    for line in filter(None, (MINI / "mini-2031q1.txt").read_text(encoding="utf-8").split("\n")):
        document.add_paragraph(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line))
    path = tmp_path / "bulletin.docx"
    document.save(path)
    write([path], tmp_path)
    return path


@pytest.mark.parametrize(
    "given", [".docx .json .txt", ".txt .docx .json", ".json", ".json .txt", ".docx .json"]
)
def test_a_document_its_coding_and_its_text_are_one_source(read_docx, given):
    [report] = take(*(read_docx.with_suffix(ending) for ending in given.split())).files
    source = Source.objects.get()
    assert (source.name, report.entries) == ("bulletin.docx", Item.objects.count())
    assert Item.objects.exclude(text_en="").count() == report.entries
    names = set(EvidenceItem.objects.values_list("original_name", flat=True))
    assert {f"bulletin{ending}" for ending in given.split()} <= names


def test_its_text_stands_for_a_document_that_is_not_at_hand(read_docx):
    read_docx.unlink()
    take(read_docx.with_suffix(".json"))
    assert Source.objects.get().name == "bulletin.docx"
    assert not Item.objects.filter(text_en="").exists()


def test_a_text_beside_a_document_that_is_not_its_own(read_docx):
    read_docx.with_suffix(".txt").write_text("Another text.", encoding="utf-8")
    with pytest.raises(BadInput, match=r"bulletin\.txt: this is not the text of bulletin\.docx"):
        take(*(read_docx.with_suffix(ending) for ending in (".docx", ".json", ".txt")))


# --- the bulletin that is written ------------------------------------------------------------------------------------


def test_a_file_named_as_another_format_is_refused(mini, tmp_path):
    publish(mini.path)
    with pytest.raises(UnknownValue, match=r"--format docx, or name it x\.pdf"):
        entry.write_bulletin("2031Q1", "en", "pdf", tmp_path / "x.docx")
    assert not (tmp_path / "x.docx").exists()


def test_a_folder_that_is_not_there(mini, tmp_path):
    publish(mini.path)
    with pytest.raises(NotReady, match=r"Next: make the folder .*nodir"):
        entry.write_bulletin("2031Q1", "en", "md", tmp_path / "nodir" / "x.md")


def test_what_is_no_quarter_is_said_once(tmp_path):
    with pytest.raises(UnknownValue) as caught:
        entry.write_bulletin("2031Q5", "en", "md", tmp_path / "x.md")
    assert (
        str(caught.value)
        == "'2031Q5' is not a quarter. Next: write the year and the quarter, such as 2026Q1."
    )


def test_nothing_to_print_names_the_ledger(tmp_path):
    with pytest.raises(NotReady) as caught:
        entry.write_bulletin("2031Q1", "en", "md", tmp_path / "x.md")
    assert str(connection.settings_dict["NAME"]) in str(caught.value)


def test_a_proposal_does_not_move_what_people_published(mini):
    """The same events under other entry ids and other headlines stay in their published stories."""
    publish(mini.path)
    before = {story.key: len(story.events) for story in mapping.stories("2031Q1")}
    for number, entry_ in enumerate(mini.data["entries"], 1):
        entry_["id"], entry_["headline"] = f"other-{number}", f"Another headline {number}"
    take(mini.save())
    assert {story.key: len(story.events) for story in mapping.stories("2031Q1")} == before


def test_what_a_later_file_is_silent_on_stays(mini):
    publish(mini.path)
    source = Source.objects.get()
    known = (source.title, source.intro, source.contact, source.sections)
    for name in ("title", "intro", "contact", "sections"):
        mini.data.pop(name, None)
    alone = mini.path.parent / "alone" / mini.path.name
    alone.parent.mkdir()
    alone.write_text(json.dumps(mini.data), encoding="utf-8")
    publish(alone)
    source.refresh_from_db()
    assert (source.title, source.intro, source.contact, source.sections) == known
