"""Releases: valid by others' validators, the same bytes again, right by hand, taken back when somebody is erased."""

# ruff: noqa: F811 (fixtures that come from another module)

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import frictionless
import pytest
from django.db import DatabaseError, transaction
from test_people import BY, NAMES, VICTIM, consent, ledger, party, today  # noqa: F401 (fixtures)

from barometer.codebook import codebook
from barometer.errors import NotReady, UnknownValue
from barometer.indicators import figures
from barometer.indicators.in_force import Count
from barometer.indicators.report import report
from barometer.publication.release.tables import tables
from barometer.web.actions import people, redacting, releasing
from barometer.web.actions.importing import import_files
from barometer.web.public import clock, glance, joined
from barometer.web.records import measuring
from barometer.web.records.models import Event, Item, Mention, Party
from barometer.web.records.protection import ItemKey
from barometer.web.records.releases import Release, ReleaseFile
from barometer.web.records.reviewing import PublicNote

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DAY = date(2031, 3, 10)


@pytest.fixture(scope="module")
def kept() -> dict[str, releasing.Made]:
    """What was made once, for tests that only read its files."""
    return {}


@pytest.fixture
def draft(kept, request, tmp_path_factory) -> releasing.Made:
    """A draft of the quarter; its folder is not to be changed."""
    if "draft" not in kept:
        request.getfixturevalue("ledger")
        kept["draft"] = drafted(tmp_path_factory.mktemp("draft"))
    return kept["draft"]


def drafted(out: Path) -> releasing.Made:
    return releasing.release("2031Q1", out, by="A tester", draft=True, day=DAY)


def issue(out: Path, period: str = "2031Q1") -> releasing.Made:
    return releasing.release(period, out, by="A tester", day=DAY)


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- what is in it ---------------------------------------------------------------------------------------------


def test_a_release_says_what_the_ledger_says(draft):
    events = {row["id"]: row for row in rows(draft.folder, "events")}
    assert len(events) == 5
    [arrest] = [row for row in events.values() if row["main_type"] == "legal.house_arrest"]
    assert (arrest["first_day"], arrest["new_violation"], arrest["people_hit"]) == ("2031-02-21", "true", "1")
    [step] = [row for row in events.values() if row["phase"] == "step"]
    assert (step["new_violation"], step["case_id"]) == ("false", arrest["case_id"])
    named = [row for row in rows(draft.folder, "targets") if row["named"] == "true"]
    assert {row["name"] for row in named} == {"Alma Testova"}
    assert {row["person_id"] for row in named} == {row["id"] for row in rows(draft.folder, "people")}
    [measure] = rows(draft.folder, "measures")
    assert (measure["start_first"], measure["measure"], measure["open"]) == (
        "2031-02-21",
        "house_arrest",
        "true",
    )
    assert {row["code"] for row in rows(draft.folder, "provisions")} == {"KZ-CC-274"}


def test_it_is_valid_by_frictionless_and_all_forms_hold_the_same_rows(draft):
    report = frictionless.Package(str(draft.folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
    connection = sqlite3.connect(draft.folder / "press-barometer.sqlite")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for table in tables():
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        given = connection.execute(f'SELECT {names} FROM "{table.name}"').fetchall()
        parquet = duckdb.read_parquet(str(draft.folder / "parquet" / f"{table.name}.parquet"))
        assert len(given) == len(parquet.fetchall()) == len(rows(draft.folder, table.name)), table.name
        assert parquet.columns == [column.name for column in table.columns]
    connection.close()


def test_a_validator_finds_what_is_wrong(draft, tmp_path):
    folder = shutil.copytree(draft.folder, tmp_path / "wrong")
    path = folder / "data" / "event_types.csv"
    path.write_text(path.read_text() + "nobody,0,legal.fine,false\n")
    assert not frictionless.Package(str(folder / "datapackage.json")).validate().valid


def test_checksums_are_those_of_the_files(draft):
    told = dict(line.split("  ")[::-1] for line in (draft.folder / "SHA256SUMS").read_text().splitlines())
    there = {
        one.relative_to(draft.folder).as_posix(): one for one in draft.folder.rglob("*") if one.is_file()
    }
    assert told == {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in there.items()
        if name != "SHA256SUMS"
    }


def test_the_same_ledger_gives_the_same_bytes(ledger, tmp_path):
    one, other = drafted(tmp_path / "one"), drafted(tmp_path / "other")
    assert {file.path: file.sha256 for file in one.files} == {file.path: file.sha256 for file in other.files}
    for made in (one, other):
        releasing.pack(made.folder, made.folder.with_suffix(".zip"))
    assert one.folder.with_suffix(".zip").read_bytes() == other.folder.with_suffix(".zip").read_bytes()


def test_words_in_three_languages(draft):
    for name, word in (
        ("README.md", "Licence"),
        ("README.ru.md", "Нарушения"),
        ("README.kk.md", "бостандығының"),
    ):
        text = (draft.folder / name).read_text(encoding="utf-8")
        assert "$" not in text
        assert word in text
    said = json.loads((draft.folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in said["resources"]:
        for told in (resource, *resource["schema"]["fields"]):
            assert set(told["descriptions"]) == {"en", "ru", "kk"}
            assert all(told["descriptions"].values())
    assert len(rows(draft.folder, "types")) == len(codebook().types)


def test_entities_of_follow_the_money(draft):
    """Worked out by hand here; by its own library where that is installed (an extra)."""
    told = [json.loads(line) for line in (draft.folder / "followthemoney.jsonl").read_text().splitlines()]
    by_id = {one["id"]: one for one in told}
    [alma] = [one for one in told if one["schema"] == "Person"]
    assert alma["properties"]["name"] == ["Alma Testova"]
    hit = [
        one
        for one in told
        if one["schema"] == "Event" and alma["id"] in one["properties"].get("involved", ())
    ]
    assert [one["properties"]["date"] for one in hit] == [["2031-02-21"]]
    for one in told:
        for name in ("involved", "organizer", "case", "party"):
            assert set(one["properties"].get(name, ())) <= by_id.keys()


def test_entities_are_valid_by_follow_the_money(draft):
    model = pytest.importorskip("followthemoney").model
    for line in (draft.folder / "followthemoney.jsonl").read_text(encoding="utf-8").splitlines():
        entity = json.loads(line)
        model.get(entity["schema"]).validate(entity)


def test_nobody_is_named_who_is_withheld(draft):
    told = (one for one in draft.folder.rglob("*") if one.suffix in (".csv", ".jsonl", ".json", ".jsonld"))
    for path in (
        one for one in told if one.name != "codebook.json"
    ):  # whose examples have names of their own
        text = path.read_text(encoding="utf-8").casefold()
        assert not [name for name in NAMES if name in text], path


# --- figures -------------------------------------------------------------------------------------------------------


def asked(folder: Path, name: str = "figures.sql") -> list[list[tuple]]:
    """What a script of the release answers."""
    connection = duckdb.connect(config={"file_search_path": str(folder)})
    script = (folder / name).read_text(encoding="utf-8")
    answers = [connection.execute(one).fetchall() for one in connection.extract_statements(script)]
    connection.close()
    return answers[-3:]


def test_the_script_counts_what_the_site_counts(tmp_path):
    folder = Path(__file__).resolve().parents[1] / "functional" / "data"
    given = [folder / "invented-2025q4.json", folder / "invented-2026q1.json"]
    import_files(given, as_published=True, by="A coder")
    made = releasing.release("all", tmp_path, by="A tester", draft=True, day=DAY)
    [numbers], sections, regions = asked(made.folder)
    with joined.one_state():
        told = figures(glance.printed("2026Q1"), "2026Q1")
    assert (numbers[0], numbers[8], numbers[7]) == (6, 11, 8)  # as the home page says in its own test
    assert numbers == (
        told.new_violations, told.steps, told.relief_events, told.context_events, told.people_hit_at_least,
        told.outlets_hit, told.open_cases, told.entries, told.events, told.people_named,
    )  # fmt: skip
    counted = {(section, month): (new, relief) for section, month, new, relief in sections}
    for section, months in told.violations_by_section_month.items():
        for month, number in months.items():
            relief = told.relief_by_section_month[section][month]
            assert counted.get((section, month), (0, 0)) == (number, relief)
    assert dict(regions) == dict(told.violations_by_region)


def test_the_indicators_come_from_the_release_alone(tmp_path):
    folder = Path(__file__).resolve().parents[1] / "functional" / "data"
    given = [folder / "invented-2025q4.json", folder / "invented-2026q1.json"]
    import_files(given, as_published=True, by="A coder")
    made = releasing.release("all", tmp_path, by="A tester", draft=True, day=DAY)
    answers = {tuple(row[:3]): tuple(row[3:]) for row in asked(made.folder, "indicators.sql")[-1]}
    told = report("2026Q1", measuring.given("2026Q1"), DAY)
    for figure, found in told.breakdowns.items():
        for one in found:
            counts = {
                key[2]: int(value) for key, (value, *_) in answers.items() if key[:2] == (figure, one.by)
            }
            if one.by != "month":
                assert counts == {cell.key: cell.count for cell in one.cells}
    weighed = {key[2]: (value, of) for key, (value, of, _) in answers.items() if key[1] == "sphere"}
    assert weighed == {one.sphere: (one.weight, len(one.events)) for one in told.spheres if one.events}
    state = told.figure("state_deciders")
    assert answers["state_deciders", "", ""] == (len(state.events), state.of, None)


def person(name: str) -> list[dict[str, str]]:
    return [{"name": name, "written": name, "type": "journalist"}]


def told(case: str, day: str, target: list, *types: str, ends: bool = False) -> dict:
    kind, phase = ("relief", "ended") if ends else ("violation", "imposed")
    return {"kind": kind, "phase": phase, "types": list(types), "date": day, "targets": target, "case": case}


OUTLET = [{"name": "Qiyal News", "written": "Qiyal News", "type": "outlet"}]
COURSES = [
    # 15 days of the quarter, then 22 under house arrest of which 6 were days in custody too: 36 days in all.
    told("one", "2025-12-22", person("Dina Qiyalova"), "legal.custody"),
    told("one", "2026-01-15", person("Dina Qiyalova"), "outcome.released", "legal.custody", ends=True),
    told("two", "2026-01-10", person("Dina Qiyalova"), "legal.house_arrest"),
    told("two", "2026-02-05", person("Dina Qiyalova"), "outcome.released", "legal.house_arrest", ends=True),
    # Two people who are not named, ten days each, though both are "a journalist".
    told("three", "2026-03-01", person("Dinara Ulgieva"), "legal.custody"),
    told("three", "2026-03-10", person("Dinara Ulgieva"), "outcome.released", "legal.custody", ends=True),
    told("four", "2026-03-01", person("Saniya Bolmasova"), "legal.custody"),
    told("four", "2026-03-10", person("Saniya Bolmasova"), "outcome.released", "legal.custody", ends=True),
    # Some day of February, and no word since: one day for sure, 59 at most.
    told("five", "2026-02", person("Arman Oidanov"), "legal.house_arrest"),
    # Nothing tells since when: of the quarter in which the release lies one day for sure, 41 at most; nothing of one before.
    told("ten", "2026-02-10", person("Nurlan Tilekov"), "outcome.released", "legal.custody", ends=True),
    told("eleven", "2026-04-10", person("Aizada Tilekova"), "outcome.released", "legal.custody", ends=True),
    # Four suits: over after 20 and after 60 days, open, and open until after the quarter. Half had ended after 60.
    told("six", "2026-01-10", OUTLET, "legal.civil_suit"),
    told("six", "2026-01-30", OUTLET, "outcome.dismissed", "legal.civil_suit", ends=True),
    told("seven", "2026-01-10", OUTLET, "legal.civil_suit"),
    told("seven", "2026-03-11", OUTLET, "outcome.dismissed", "legal.civil_suit", ends=True),
    told("eight", "2026-01-10", OUTLET, "legal.civil_suit"),
    told("nine", "2026-01-10", OUTLET, "legal.civil_suit"),
    told("nine", "2026-04-15", OUTLET, "outcome.dismissed", "legal.civil_suit", ends=True),
]


def test_cases_come_from_the_release_alone(tmp_path, monkeypatch):
    """Days of liberty, measures in force, times to an outcome: worked out by hand, by the program and by the script."""
    day = date(2026, 5, 10)
    monkeypatch.setattr(clock, "today", lambda: day)
    entries = [
        {"id": str(n), "section": 2, "headline": f"An invented item {n}", "lines": [n, n], "events": [one]}
        for n, one in enumerate(COURSES, 1)
    ]
    lines = "".join(f"{one['targets'][0]['name']}\n" for one in COURSES)
    (tmp_path / "courses.txt").write_text(lines, encoding="utf-8")
    path = tmp_path / "courses.json"
    path.write_text(
        json.dumps(
            {
                "source": "courses.txt",
                "quarter": "2026Q1",
                "codebook": "1.2",
                "language": "en",
                "entries": entries,
            }
        )
    )
    import_files([path], as_published=True, by="A coder")
    for name in ("Dinara Ulgieva", "Saniya Bolmasova"):
        people.set_policy(Party.objects.get(name=name), "victim", why="asked for it", **BY)
    said = report("2026Q1", measuring.given("2026Q1"), day)
    lost = said.figure("days_of_liberty_lost")
    assert (lost.value, lost.at_most) == (36 + 10 + 10 + 1 + 1, 36 + 10 + 10 + 59 + 41)
    assert (said.figure("people_who_lost_liberty").value, len(lost.events)) == (5, 10)
    times = said.time_to_outcome["civil"]
    assert (times.began, times.ended, times.median_days) == (4, 2, 60)
    assert [(one.measure, one.count) for one in said.in_force["2026-01"]] == [
        ("custody", Count(0, 0, 1)),
        ("house_arrest", Count(1, 1, 1)),
    ]
    assert [(one.measure, one.count) for one in said.in_force["2026-03"]] == [
        ("house_arrest", Count(0, 1, 1))
    ]

    made = releasing.release("all", tmp_path, by="A tester", draft=True, day=day)
    answers = {tuple(row[:3]): tuple(row[3:]) for row in asked(made.folder, "indicators.sql")[-1]}
    for code in ("days_of_liberty_lost", "people_who_lost_liberty"):
        figure = said.figure(code)
        assert answers[code, "", ""] == (figure.value, None, figure.at_most)
    under = {key[1:]: value for key, value in answers.items() if key[0] == "in_force"}
    assert under == {
        (month, one.measure): (one.count.in_force, one.count.confirmed, one.count.at_most)
        for month, found in said.in_force.items()
        for one in found
    }
    for kind, found in said.time_to_outcome.items():
        for what in ("began", "ended", "median_days"):
            value = answers.get(("time_to_outcome", what, kind), (None if what == "median_days" else 0,))[0]
            assert value == getattr(found, what), (kind, what)
    suits = said.figure("suits_against_media")
    assert answers["suits_against_media", "", ""] == (0, suits.of, None) and suits.of == 2


# --- issuing ---------------------------------------------------------------------------------------------------------


def test_an_issued_release_is_listed_and_handed_out(client, ledger, tmp_path):
    made = issue(tmp_path)
    [one] = client.get("/api/v1/releases").json()["data"]
    assert (one["period"], one["version"], one["events"]) == ("2031Q1", 1, 5)
    page = client.get("/en/data/").content.decode()
    assert one["archive"] in page
    [told] = [file for file in one["files"] if file["path"] == "data/events.csv"]
    answer = client.get(told["address"])
    assert answer.content == (made.folder / "data" / "events.csv").read_bytes()
    assert hashlib.sha256(answer.content).hexdigest() == told["sha256"]
    assert client.get(told["address"], HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    archive = client.get(one["archive"])
    assert archive.content == made.folder.with_suffix(".zip").read_bytes()
    assert archive["Content-Disposition"].endswith('v1.zip"')
    assert zipfile.is_zipfile(made.folder.with_suffix(".zip"))
    for bad in (
        "/data/releases/2031Q1/2/archive.zip",
        "/data/releases/2031Q1/1/../../ledger.sqlite3",
        "/data/releases/2031Q1/1/nothing.csv",
    ):
        assert client.get(bad).status_code == 404


def test_a_draft_leaves_nothing_behind(client, draft):
    assert not Release.objects.exists()
    assert client.get("/api/v1/releases").json()["data"] == []


def test_a_later_version_says_what_changed(ledger, tmp_path):
    issue(tmp_path)
    with pytest.raises(NotReady, match="nothing has changed since version 1"):
        issue(tmp_path)
    corrected = Event.objects.get(summary_en="Bolmasov was fined.")
    gone = Event.objects.get(summary_en="Gulnar Qiyalkyzy was questioned.")
    Event.objects.filter(pk=corrected.pk).update(people_hit=2)
    with transaction.atomic():
        Event.objects.filter(pk=gone.pk).update(state="withdrawn")
        PublicNote.objects.create(
            event=gone, kind="withdrawal", reason="error", words_en="Twice told.", by="X"
        )
    made = issue(tmp_path)
    told = json.loads((made.folder / "changes.json").read_text())
    assert (told["changed"]["events"], told["withdrawn"]["events"]) == (
        [corrected.public_id],
        [gone.public_id],
    )
    assert told["added"]["events"] == []
    assert [row["event_id"] for row in rows(made.folder, "corrections")] == [gone.public_id]
    assert made.frozen.version == 2


def test_a_release_is_never_changed(ledger, tmp_path):
    issue(tmp_path)
    for model, change in ((Release, {"period": "2031Q2"}), (ReleaseFile, {"size": 1})):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_what_cannot_be_released_is_refused(ledger, tmp_path):
    with pytest.raises(UnknownValue, match="no period"):
        releasing.release("2031Q5", tmp_path, by="X")
    with pytest.raises(NotReady, match="nothing is published for 2030"):
        releasing.release("2030", tmp_path, by="X")
    issue(tmp_path)
    Event.objects.update(people_hit=3)
    (tmp_path / "press-barometer-2031q1-v2").mkdir()
    with pytest.raises(NotReady, match="there already"):
        issue(tmp_path)


def test_what_fails_leaves_no_half_release(ledger, tmp_path, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError("a fault")

    monkeypatch.setattr(releasing, "note_evidence", fail)
    with pytest.raises(RuntimeError, match="a fault"):
        issue(tmp_path)
    assert list(tmp_path.glob("press-barometer*")) == list(tmp_path.glob(".*")) == []
    assert not Release.objects.exists()


def test_an_event_in_no_bulletin_belongs_to_the_quarter_in_which_it_began(ledger, tmp_path):
    row = Event.objects.get(summary_en="Bolmasov was fined.")
    Item.objects.filter(pk=row.item_id).update(issue=None)
    Event.objects.filter(pk=row.pk).update(first_day=date(2031, 4, 1), last_day=date(2031, 4, 1))
    assert len(releasing.release("2031Q1", tmp_path, by="X", draft=True).frozen.records.events) == 4
    assert len(releasing.release("2031Q2", tmp_path, by="X", draft=True).frozen.records.events) == 1
    assert len(releasing.release("2031", tmp_path, by="X", draft=True).frozen.records.events) == 5
    assert len(releasing.release("all", tmp_path, by="X", draft=True).frozen.records.events) == 5


# --- taking back -------------------------------------------------------------------------------------------------------


def test_an_erasure_takes_the_release_back(client, ledger, tmp_path):
    issue(tmp_path)
    [one] = client.get("/api/v1/releases").json()["data"]
    alma = redacting.person(Mention.objects.filter(party__name="Alma Testova").first().party.public_id)
    redacting.redact_person(alma, redacting.Why("request", "asked for it", "A director"), evidence=())
    assert client.get(one["archive"]).status_code == 410
    assert client.get(f"/api/v1/releases/{one['id']}").status_code == 410
    assert client.get("/api/v1/releases").json()["data"] == []
    assert one["archive"] not in client.get("/en/data/").content.decode()
    assert ItemKey.objects.get(sha256=Release.objects.get().archive.sha256).sealed == ""


def test_an_erasure_of_others_leaves_it(client, ledger, tmp_path):
    Event.objects.filter(summary_en="Bolmasov was fined.").update(state="proposed")
    issue(tmp_path)
    other = redacting.person(Mention.objects.get(party__name="Sanzhar Bolmasov").party.public_id)
    redacting.redact_person(other, redacting.Why("request", "asked for it", "A director"), evidence=())
    assert len(client.get("/api/v1/releases").json()["data"]) == 1


def test_a_consent_that_is_taken_back_takes_the_release_back(client, ledger, tmp_path):
    row = consent(VICTIM)
    issue(tmp_path)
    assert len(client.get("/api/v1/releases").json()["data"]) == 1
    people.withdraw_consent(
        party(VICTIM), row, how="written", taken_by="A monitor", day=date(2026, 3, 2), **BY
    )
    assert client.get("/api/v1/releases").json()["data"] == []


def test_what_is_withdrawn_for_safety_takes_the_release_back(client, ledger, tmp_path):
    issue(tmp_path)
    row = Event.objects.get(summary_en="Bolmasov was fined.")
    with transaction.atomic():
        Event.objects.filter(pk=row.pk).update(state="withdrawn")
        PublicNote.objects.create(
            event=row, kind="withdrawal", reason="safety", words_en="For safety.", by="X"
        )
    assert client.get("/api/v1/releases").json()["data"] == []
