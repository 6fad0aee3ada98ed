"""The indicators of a quarter: what is kept of spheres, others' series, the command's lines, and the page."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from invented import two_quarters

from barometer.errors import UnknownValue, Unreadable
from barometer.indicators.breakdown import Cell
from barometer.indicators.in_force import Count
from barometer.indicators.report import report
from barometer.web.actions import series
from barometer.web.actions.people import set_policy
from barometer.web.actions.revisions import record_revision
from barometer.web.indicator_commands import indicators, lines
from barometer.web.public import clock
from barometer.web.public.figures import _cell_address, made_for
from barometer.web.public.figures_behind import behind
from barometer.web.records.measuring import given
from barometer.web.records.models import Event, Issue, Party, Revision
from barometer.web.records.series import IndexRow, SphereFigure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
HEAD = "Year (N);ISO;Rank N;Score N"


@pytest.fixture
def ledger():
    """Two quarters of invented events, published: 1 and 11 of them."""
    two_quarters()


def test_each_number_is_that_of_its_list_in_the_explorer(client, ledger):
    page = client.get("/en/figures/?period=2026Q1")
    linked = [line for line in page.context["lines"] if line.address]
    assert {line.code for line in linked} >= {
        "new_violations",
        "steps",
        "relief",
        "context",
        "people_hit_at_least",
    }
    for line in linked:
        if line.unit in ("event", "events"):
            assert str(client.get(line.address).context["page"].paginator.count) == line.number
    for multiple in (page.context["by_month"][0], page.context["by_quarter"][0]):
        bar = multiple.bars[-1]
        assert bar.address and str(client.get(bar.address).context["page"].paginator.count) == bar.number
    new = next(one for one in page.context["by_quarter"] if one.id == "quarters-new")
    assert [bar.number for bar in new.bars] == ["1", "6"]
    months = next(one for one in page.context["by_month"] if one.id == "months-new")
    assert len(months.bars) == 12 and sum(int(bar.number) for bar in months.bars) <= 7
    for table in page.context["tables"]:
        for _, count, address in table["rows"][:1]:
            assert not address or client.get(address).context["page"].paginator.count == count


@pytest.mark.once
def test_the_file_beside_the_page_has_every_event(client, ledger):
    page = client.get("/en/figures/?period=2026Q1")
    told = json.loads(client.get("/en/figures/2026Q1.json").content)
    assert told == json.loads(json.dumps(page.context["report"].to_json()))
    new = next(one for one in told["figures"] if one["code"] == "new_violations")
    rows = Event.objects.public().filter(item__issue__period="2026Q1", phase="imposed", background=False)
    assert sorted(new["events"]) == sorted(row.public_id for row in rows if row.kind == "violation")
    assert told["effort"]["period"]["sources_watched"] is None


@pytest.mark.once
def test_each_figure_that_has_events_lists_them(client, ledger):
    made = made_for("2026Q1")
    found = behind(made)
    assert found["state_deciders"] == made.figure("state_deciders").events
    of_a_kind = {re.split(r"[-_]", key)[0]: key for key in found}
    for key in of_a_kind.values():
        events = found[key]
        page = client.get(f"/kk/figures/2026Q1/{key}/")
        assert page.status_code == 200, key
        assert page.context["label"] and page.context["page"].paginator.count == len(set(events)), key
    for key in ("nothing", "decider-nobody", "2026-01-nothing", "target-"):
        assert client.get(f"/en/figures/2026Q1/{key}/").status_code == 404


def test_what_happened_abroad_leads_to_its_events_alone():
    abroad, here = Cell("RU", ("a",)), Cell("KZ-75", ("b",))
    found = SimpleNamespace(by="region", cells=(abroad, here))
    assert _cell_address(found, abroad, "region", "2026Q1").endswith("/figures/2026Q1/region-RU/")
    assert "region=KZ-75" in _cell_address(found, here, "region", "2026Q1")
    made = SimpleNamespace(
        figures=(), breakdowns={"new_violations": (found,)}, repeated=(), time_to_outcome={}, in_force={}
    )
    assert behind(made) == {"region-RU": ("a",)}


@pytest.mark.once
def test_a_unit_goes_with_its_number(client, ledger):
    told = {line.number: line.unit for line in client.get("/en/figures/").context["lines"][:4]}
    assert told["1"] == "event" and told["6"] == "events"


@pytest.mark.once
def test_numbers_of_drawings_are_numbers_in_every_language(client, ledger):
    series.keep_spheres("2026Q1")
    for language in ("en", "ru", "kk"):
        page = client.get(f"/{language}/figures/").content.decode()
        drawn = re.findall(r'(?:x|y|height|width|d|viewBox)="([^"]*)"', page[page.index("<main") :])
        assert drawn and not any("," in one for one in drawn)


@pytest.mark.once
def test_effort_stands_beside_every_comparison(client, ledger):
    page = client.get("/en/events/?view=compare&compare=2025Q4,2026Q1")
    assert page.context["effort"] == client.get("/en/figures/").context["effort"]
    assert page.context["effort"][0] == ("Sources watched", "not known", "not known")
    assert "Reporting effort" in page.content.decode()


@pytest.mark.once
def test_what_lasts_still_is_marked(client, ledger, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 2, 10))
    page = client.get("/en/figures/?period=2026Q1")
    bars = {one.id: one.bars for one in page.context["by_month"]}["months-new"]
    assert [bar.lasts for bar in bars] == [*[False] * 10, True]  # March is still to come
    quarters = {one.id: one.bars for one in page.context["by_quarter"]}["quarters-new"]
    assert [bar.lasts for bar in quarters] == [False, True]
    assert [one.complete for one in page.context["report"].months] == [True, False, False]
    assert "lasts still" in page.content.decode()


# --- measures in force --------------------------------------------------------------------------------------


def test_who_was_under_what_on_a_day(client, tmp_path):
    arrest = {
        "kind": "violation", "types": ["legal.house_arrest"], "date": "2026-01-15", "phase": "imposed",
        "case": "an-arrest", "targets": [{"name": "Dina Qiyalova", "written": "Dina Qiyalova", "type": "journalist"}],
    }  # fmt: skip
    freed = arrest | {
        "kind": "relief",
        "phase": "ended",
        "types": ["outcome.released", "legal.house_arrest"],
        "date": "2026-02-20",
    }
    (tmp_path / "arrests.txt").write_text("Dina Qiyalova\nDina Qiyalova\n", encoding="utf-8")
    entries = [
        {"id": str(n), "section": 2, "headline": "An arrest", "lines": [n, n], "events": [one]}
        for n, one in enumerate((arrest, freed), 1)
    ]
    path = tmp_path / "arrests.json"
    told = {
        "source": "arrests.txt",
        "quarter": "2026Q1",
        "codebook": "1.2",
        "language": "en",
        "entries": entries,
    }
    path.write_text(json.dumps(told), encoding="utf-8")
    from barometer.web.actions.importing import import_files

    import_files([path], as_published=True, by="A coder")

    def on(day, language="en"):
        return client.get(f"/{language}/figures/in-force/?day={day}")

    assert not on("2026-01-14").context["counts"]
    [(label, count)] = on("2026-01-31").context["counts"]
    assert (label, count) == ("House arrest", Count(1, 1, 1))
    [row] = on("2026-02-20").context["rows"]
    assert (row.who, row.since, row.standing) == ("Dina Qiyalova", "15 January 2026", "in force")
    assert client.get(row.case).status_code == 200
    assert not on("2026-02-21").context["counts"]
    for wrong in ("2999-01-01", "nonsense", "2026-02-30"):
        assert on(wrong).status_code == 400
    assert client.get("/ru/figures/in-force/").status_code == 200
    made = made_for("2026Q1")
    lost = made.figure("days_of_liberty_lost")
    assert (lost.value, lost.at_most, len(lost.events)) == (37, 37, 2)  # 17 days of January, 20 of February
    person = Party.objects.get(name="Dina Qiyalova")
    set_policy(person, "victim", why="She asked for it", by="An editor")
    page = on("2026-01-31").content.decode()
    assert "Qiyalova" not in page and "House arrest" in page


def test_what_is_not_on_record_is_not_there(client, ledger):
    for address in ("/en/figures/?period=1999Q1", "/en/figures/?period=nonsense", "/en/figures/1999Q1.json"):
        assert client.get(address).status_code == 404


def test_an_empty_record_has_no_figures(client):
    assert client.get("/en/figures/").status_code == 404


def test_a_quarter_with_nothing_on_record_says_so(ledger):
    nothing = "nothing that counts is on record"
    assert any(nothing in line for line in lines(report("1999Q1", given("1999Q1"), date(1999, 4, 1))))
    assert not any(nothing in line for line in lines(report("2026Q1", given("2026Q1"), date(2026, 4, 1))))


def test_who_is_withheld_is_in_no_list_of_who_is_named_often(ledger):
    person = Party.objects.filter(kind="person", mentions__event__phase="imposed").first()
    for row in Event.objects.public().filter(item__issue__period="2026Q1"):
        row.coded = row.coded | {
            "actors": [{"written": person.name, "name": person.name, "type": "official", "role": "decider"}]
        }
        row.save()
    assert person.name in {one.name for one in made_for("2026Q1").repeated}
    set_policy(person, "private", why="She asked for it", by="An editor")
    assert person.name not in {one.name for one in made_for("2026Q1").repeated}
    assert person.name not in json.dumps(made_for("2026Q1").to_json(), ensure_ascii=False)


# --- spheres ----------------------------------------------------------------------------------------------


def test_a_figure_of_a_sphere_stays_and_another_follows_where_its_events_change(client, ledger):
    first = series.keep_spheres("2026Q1")
    assert {row.why for row in first} == {"first"} and len(first) == 5
    assert series.keep_spheres("2026Q1") == []
    row = (
        Event.objects.public().filter(item__issue__period="2026Q1", phase="imposed", background=False).first()
    )
    row.state = "withdrawn"
    row.save()
    record_revision(row, "withdraw", by="An editor")
    (after,) = series.keep_spheres("2026Q1")
    before = next(one for one in first if one.sphere == after.sphere)
    assert (after.why, after.events) == ("events", before.events - 1)
    assert SphereFigure.objects.filter(sphere=after.sphere).count() == 2
    assert Revision.objects.filter(record_id=after.public_id, action="work out").count() == 1
    page = client.get("/en/figures/?period=2026Q1")
    (told,) = [line for one in page.context["multiples"] for line in one.revised]
    assert f"{after.weight:g} since" in told and f"before that {before.weight:g}" in told


def test_nothing_is_said_of_a_quarter_of_which_nothing_is_on_record(ledger):
    assert series.keep_spheres("2026Q2") == [] and not SphereFigure.objects.exists()
    told = list(lines(made_for("2026Q2")))
    assert any(line.endswith("so nothing is compared") for line in told)


@pytest.mark.parametrize("period", ["foo", "2026", "2026-03", "2026Q5"])
def test_what_is_no_quarter_is_refused(period):
    with pytest.raises(UnknownValue, match="is not a quarter"):
        indicators(period, as_json=False, composite=False, day=date(2026, 4, 1), tell=lambda line: None)


@pytest.mark.parametrize("change", [{"weight": 99}, None])
def test_the_database_keeps_it(ledger, change):
    series.keep_spheres("2026Q1")
    with pytest.raises(DatabaseError), transaction.atomic():
        if change:
            SphereFigure.objects.update(**change)
        else:
            SphereFigure.objects.all().delete()
    assert not SphereFigure.objects.filter(weight=99).exists() and SphereFigure.objects.count() == 5


# --- series of others -------------------------------------------------------------------------------------


def _file(tmp_path, name, *rows):
    path = tmp_path / name
    path.write_text("\n".join((HEAD, *rows)), encoding="utf-8")
    return path


@pytest.mark.once
def test_a_year_of_the_index_is_kept_with_its_file_and_shown(client, ledger, tmp_path):
    path = _file(tmp_path, "rwb2019.csv", "2019;NOR;1;9237", "2019;KAZ;2;4718", "2019;TKM;3;1499")
    taken = series.take_rsf(path, by="An editor")
    assert (taken.new, taken.changed, taken.year.broken) == (3, 0, True)
    row = IndexRow.objects.get(iso="KAZ")
    assert (row.rank, row.of, row.score, row.written, row.standing) == (2, 3, 47.18, "4718", "restored")
    assert row.evidence.original_name == "rwb2019.csv"
    assert series.take_rsf(path, by="An editor").new == 0
    again = _file(tmp_path, "rwb2019b.csv", "2019;NOR;1;9237", "2019;KAZ;2;4719", "2019;TKM;3;1499")
    assert series.take_rsf(again, by="An editor").changed == 1
    assert Revision.objects.filter(record_id=row.public_id).count() == 2
    page = client.get("/en/figures/")
    assert page.context["rsf"]["rows"] == [(2019, 2, "47.19", "restored")]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"iso;rank\nKAZ;1\n"])
def test_a_broken_file_leaves_nothing_behind(tmp_path, content):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="odd.csv"):
        series.take_rsf(path, by="An editor")
    with pytest.raises(Unreadable, match="No such file"):
        series.take_rsf(tmp_path / "none.csv", by="An editor")
    assert not IndexRow.objects.exists()


def test_the_command_tells_numbers_with_units_and_change_with_effort(ledger):
    told = list(lines(made_for("2026Q1")))
    assert told[0].startswith("2026Q1 (method 3, codebook 1.2)")
    assert "  new_violations: 6 (events)" in told
    assert any(line.startswith("  beside the quarter before:") for line in told)
    assert "  sources watched: not known and not known, leads read: not known and not known" in told
    assert any(line.startswith("  hours_down: not known") for line in told)


# --- sentences ----------------------------------------------------------------------------------------------


def test_sentences_have_their_ground_at_the_command_and_at_the_issue_desk(admin_client, ledger):
    told: list[str] = []
    day = date(2026, 4, 1)
    indicators("2026Q1", as_json=False, composite=False, prose="kk", day=day, tell=told.append)
    assert told[0].startswith("2026 жылғы бірінші тоқсан бойынша тіркелгені: 6 жаңа бұзушылық")
    events = made_for("2026Q1").figure("new_violations").events
    assert told[1].startswith("    [new_violations, steps, relief; ") and all(
        one in told[1] for one in events
    )
    told.clear()
    indicators("2026Q1", as_json=True, composite=True, prose="ru", day=day, tell=told.append)
    found = json.loads(told[0])
    assert found["prose"]["sentences"][0]["events"] and found["prose"]["language"] == "ru"
    assert found["experimental_composite"]["note"] == "an experiment; not to be published"
    Issue.objects.filter(period="2026Q1").update(opened_at=timezone.now())
    page = admin_client.get("/desk/issues/2026Q1/words/").content.decode()
    assert "6 жаңа бұзушылық" in page and 'href="/en/figures/2026Q1/new_violations/"' in page


def test_one_number_of_all_is_named_as_an_experiment_wherever_it_stands(client, ledger):
    told: list[str] = []
    indicators("2026Q1", as_json=False, composite=True, day=date(2026, 4, 1), tell=told.append)
    (line,) = [line for line in told if "composite" in line]
    assert line.startswith("experimental composite: ") and line.endswith(
        "(an experiment; not to be published)"
    )
    plain: list[str] = []
    indicators("2026Q1", as_json=False, composite=False, day=date(2026, 4, 1), tell=plain.append)
    assert not any("composite" in line for line in plain)
    assert b"composite" not in client.get("/en/figures/2026Q1.json").content
