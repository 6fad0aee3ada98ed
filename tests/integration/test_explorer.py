"""The explorer and the pages of bodies, articles, people and outlets: numbers worked out by hand, and nothing said too much."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import date
from pathlib import Path

import html5lib
import pytest
from django.http import QueryDict
from django.utils.translation import override
from invented import two_quarters
from python_calamine import CalamineWorkbook

from barometer.web.actions.people import set_policy
from barometer.web.actions.revisions import record_revision
from barometer.web.public import charts, columns, download, facets, filters, memory
from barometer.web.records.models import Event, EventProvision, Item, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
LANGUAGES = ("en", "ru", "kk")


@pytest.fixture
def ledger():
    """Two quarters of invented events, published."""
    two_quarters()


def event(key: str) -> Event:
    return Event.objects.get(key__endswith=key)


def wanted(query: str) -> filters.Filters:
    return filters.parse(QueryDict(query))


def take_back(row: Event) -> None:
    """As a withdrawal does: the row and its revision."""
    row.state = "withdrawn"
    row.save()
    record_revision(row, "withdraw", by="An editor")


def words_of(response) -> str:
    text = re.sub(r"</?time[^>]*>", "", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- what filters leave -----------------------------------------------------------------------------------


@pytest.mark.once
def test_columns_and_rows_say_the_same_of_any_choice(ledger):
    Event.objects.filter(key__endswith="4-01#1").update(background=True)
    Item.objects.filter(events=event("3-01#1")).update(section=None, month="")
    found, chance = columns.columns(), random.Random(7)
    values = {name: list(column.values) for name, column in found.columns.items() if name in filters.KNOWN}
    slugs = {
        str(row.case_id): row.case.slug for row in Event.objects.exclude(case=None).select_related("case")
    }
    values["case"] = [slugs[pk] for pk in values["case"]]
    values |= {"from": ["2026-01-15", "2026-02-28"], "to": ["2026-03-01", "2025-12-31"]}
    met = set()
    for _ in range(150):
        names = chance.sample(sorted(values), chance.randint(1, 3))
        chosen = filters.chosen(
            **{
                name: chance.sample(values[name], min(len(values[name]), chance.randint(1, 2)))
                for name in names
            }
        )
        selection = facets.select(chosen)
        rows = list(facets.newest_first(facets.matching(chosen)).values_list("pk", flat=True))
        assert selection.columns.rows(selection.mask, 0, 100) == rows, chosen.query()
        met |= {name for name in names if rows}
    assert met == set(values)  # every filter found something


def test_a_page_of_the_oldest_first_still_has_undated_events_last(ledger):
    found = columns.columns()
    days = [Event.objects.get(pk=pk).first_day for pk in found.rows(found.all, 0, 99, oldest_first=True)]
    dated = [day for day in days if day]
    assert dated == sorted(dated) and days[len(dated) :] == [None] * (len(days) - len(dated))
    assert None in days and len(dated) > 5


def test_what_is_remembered_is_forgotten_when_a_record_changes(client, ledger):
    before = client.get("/en/events/").context["page"].paginator.count
    Event.objects.filter(key__endswith="2-01#1").update(kind="relief")
    counts = client.get("/en/events/?kind=violation").context["page"].paginator.count
    assert counts == Event.objects.public().filter(kind="violation").count() + 1  # no revision tells of it
    take_back(event("3-01#1"))
    assert client.get("/en/events/").context["page"].paginator.count == before - 1
    after = client.get("/en/events/?kind=violation").context["page"].paginator.count
    assert after == Event.objects.public().filter(kind="violation").count()


def test_a_large_ledger_rests_but_what_was_withdrawn_is_gone_at_once(client, ledger, monkeypatch):
    monkeypatch.setattr(memory, "LARGE", 1)
    memory.forget()
    row = event("3-01#1")
    assert row.public_id in client.get("/en/events/").content.decode()
    take_back(row)
    assert row.public_id not in client.get("/en/events/").content.decode()
    monkeypatch.setattr(memory, "REST", 0)
    assert client.get("/en/events/").context["page"].paginator.count == Event.objects.public().count()


# --- ways to look -----------------------------------------------------------------------------------------


def test_the_table_turns_by_date_and_keeps_its_filters(client, ledger):
    newest = client.get("/en/events/?kind=violation&view=table")
    oldest = client.get("/en/events/?kind=violation&view=table&sort=oldest")
    ids = [[line.card.id for line in page.context["lines"]] for page in (newest, oldest)]
    dated = [[one for one in of if Event.objects.get(public_id=one).first_day] for of in ids]
    days = [[Event.objects.get(public_id=one).first_day for one in of] for of in dated]
    assert days[0] == sorted(days[0], reverse=True) and days[1] == sorted(days[1]) and len(ids[0]) > 4
    assert (
        'aria-sort="descending"' in newest.content.decode()
        and 'aria-sort="ascending"' in oldest.content.decode()
    )
    assert newest.context["turned"] == "/en/events/?kind=violation&view=table&sort=oldest"


@pytest.mark.once
def test_the_chart_counts_every_event_once_and_each_number_leads_to_its_events(client, ledger):
    page = client.get("/en/events/?view=chart")
    chart = page.context["chart"]
    total = sum(cell.number for cell in chart.whole.cells) + chart.no_month.number
    assert total == chart.whole.total == Event.objects.public().count()
    assert sum(strip.total for strip in chart.strips) == total
    for strip in (chart.whole, *chart.strips):
        for cell in strip.cells:
            if cell.number:
                assert client.get(cell.address).context["page"].paginator.count == cell.number, cell
    assert client.get(chart.no_month.address).context["page"].paginator.count == chart.no_month.number
    tiles = page.context["tiles"]
    for tile in tiles:
        if tile.number:
            assert client.get(tile.address).context["page"].paginator.count == tile.number
    assert sum(tile.number for tile in tiles) + sum(n for _, n, _ in page.context["elsewhere"]) == total


@pytest.mark.parametrize(
    ("months", "labels"),
    [
        (["2026-01", "2026-03"], ["January 2026", "February 2026", "March 2026"]),
        (["2024-02", "2026-03"], ["First quarter of 2024", "Second quarter of 2024"]),
        (["1998-02", "2026-03"], ["1998", "1999"]),
        (["none"], []),
    ],
)
def test_columns_are_months_else_quarters_else_years(months, labels):
    with override("en"):
        spans = charts._spans(dict.fromkeys(months, 1))
    assert [span.label for span in spans][: len(labels)] == labels
    every = [month for span in spans for month in span.months]
    assert every == sorted(set(every)) and set(months) - {"none"} <= set(every)


def test_two_quarters_stand_side_by_side_with_units(client, ledger):
    page = client.get("/en/events/?view=compare&compare=2025Q4%2C2026Q1")
    line = page.context["events"]
    counts = [Event.objects.public().filter(item__issue__period=one).count() for one in ("2025Q4", "2026Q1")]
    assert [line.before, line.after] == counts == [1, 11]
    # 11 of 12 fell into the second quarter: exactly 0.6152 to 0.9979, so 1.6 to 475 times as many, of 92 and 90 days.
    assert (line.change, line.verdict) == ("+10", "clearly more")
    assert line.ratio.startswith("×1.6–48")
    assert client.get(line.after_address).context["page"].paginator.count == 11
    text = words_of(page)
    assert "People hit in new violations, counted each time (at least)" in text
    assert "minded at once" in text
    assert client.get("/en/events/?view=compare&compare=2026Q1&compare=2025Q4")["Location"].endswith(
        "view=compare&compare=2025Q4%2C2026Q1"
    )
    assert client.get("/en/events/?view=compare").context["chosen"] == ("2025Q4", "2026Q1")


def test_events_people_and_outlets_are_counted_apart(client, ledger):
    page = client.get("/en/events/?period=2026Q1&counts=new")
    assert page.context["page"].paginator.count == 6
    rows = Event.objects.public().filter(item__issue__period="2026Q1", phase="imposed", background=False)
    people = {m.party_id for row in rows for m in row.mentions.filter(side="target", party__kind="person")}
    times = sum(row.people_hit or 0 for row in rows)
    assert page.context["units"][0] == f"6 new violations, hitting people at least {times} times"
    assert page.context["units"][1].startswith(f"{len(people)} ")


# --- to take along ----------------------------------------------------------------------------------------


def test_a_file_has_exactly_what_is_filtered_in_every_form(client, ledger):
    query = "kind=violation&period=2026Q1"
    rows = json.loads(client.get(f"/en/events/download.json?{query}").getvalue())
    shown = list(facets.newest_first(facets.matching(wanted(query))).values_list("public_id", flat=True))
    assert [row["id"] for row in rows] == shown and len(rows) > 4
    text = client.get(f"/en/events/download.csv?{query}").getvalue().decode()
    assert text.startswith("\ufeffid,kind,")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    data = client.get(f"/en/events/download.xlsx?{query}").getvalue()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("events").to_python()
    assert [line["id"] for line in lines] == [row[0] for row in sheet[1:]] == shown
    assert sheet[0] == [*download.COLUMNS, "address"] == list(lines[0])
    assert lines[0]["address"] == f"http://testserver/en/events/{shown[0]}/"
    assert client.get(lines[0]["address"]).status_code == 200
    assert json.loads(client.get("/en/events/download.json?q=quodlibet").getvalue()) == []


def test_a_file_holds_no_formula_and_nothing_internal(client, ledger):
    row = event("2-01#1")
    Event.objects.filter(pk=row.pk).update(
        place_name="=HYPERLINK(1)", region="", note="An internal remark", summary_ru="По-русски"
    )
    Item.objects.filter(pk=row.item_id).update(text_en="The whole paragraph")
    for form in ("csv", "json"):
        text = client.get(f"/ru/events/download.{form}").getvalue().decode()
        assert "An internal remark" not in text and "A coder" not in text and "По-русски" in text
    lines = csv.DictReader(io.StringIO(client.get("/en/events/download.csv").getvalue().decode("utf-8-sig")))
    place = next(line["place"] for line in lines if line["id"] == row.public_id)
    assert place.startswith("'=")


# --- pages ------------------------------------------------------------------------------------------------


def test_a_body_has_its_numbers_with_what_they_are_out_of(client, ledger):
    body = Party.objects.filter(kind="body", mentions__event__key__endswith="2-01#1").first()
    mine = Event.objects.public().filter(mentions__party=body).distinct()
    page = client.get(f"/en/bodies/{body.public_id}/")
    new = mine.filter(kind="violation", phase="imposed", background=False).count()
    every = Event.objects.public().filter(kind="violation", phase="imposed", background=False).count()
    assert ("New violation", new, every) in page.context["out_of"]
    assert page.context["page"].paginator.count == mine.count()
    listed = client.get("/en/bodies/")
    [row] = [one for kind in listed.context["types"] for one in kind.bodies if body.public_id in one.address]
    assert row.events == mine.count() and sum(row.roles) >= 1
    for kind in listed.context["types"]:
        assert all(one.events <= kind.events <= Event.objects.public().count() for one in kind.bodies)
    person = Party.objects.filter(kind="person").first()
    assert client.get(f"/en/bodies/{person.public_id}/").status_code == 404


def test_an_article_has_its_cases_its_numbers_and_its_reform(client, ledger):
    bill = event("4-01#1")
    Event.objects.filter(pk=bill.pk).update(kind="context", main_type="context.bill", phase="")
    bill.types.all().delete()
    bill.types.create(code="context.bill", position=0)
    EventProvision.objects.create(event=bill, code="KZ-CC-274", position=0)
    EventProvision.objects.create(event=event("3-01#1"), code="KZ-CC-274-2", position=9)  # a part of it
    page = client.get("/en/provisions/KZ-CC-274/")
    rows = Event.objects.public().filter(provisions__code__in=["KZ-CC-274", "KZ-CC-274-2"]).distinct()
    numbers = {label: number for label, number, _ in page.context["numbers"]}
    assert numbers["events"] == rows.count() and rows.filter(key__endswith="3-01#1").exists()
    assert [card.id for card in page.context["reform"]] == [bill.public_id]
    slugs = {row.case.slug for row in rows if row.case}
    assert {story.slug for story in page.context["stories"]} == slugs and len(slugs) == numbers["cases"]
    text = words_of(page)
    assert "Распространение заведомо ложной информации" in text and "Көрінеу жалған ақпарат тарату" in text
    assert client.get("/en/provisions/KZ-CC-99999/").status_code == 404
    assert client.get("/en/provisions/x/").status_code == 404
    assert client.get("/en/provisions/KZ-CC-456/").status_code in (200, 404)


def test_who_may_not_be_named_stands_in_no_list_and_is_no_filter(client, ledger):
    row = event("2-01#1").mentions.get(party__name="Aigul Qiyalova")
    name = row.party.name
    assert name in words_of(client.get("/en/people/"))
    at = f"/en/events/?person={row.party.public_id}"
    assert client.get(at).context["page"].paginator.count >= 1
    assert name in words_of(client.get(f"/en/search/?q={name}"))
    set_policy(row.party, "private", why="She asked for it", by="An editor")
    surname = name.split()[-1]
    assert surname not in words_of(client.get("/en/people/"))
    answer = client.get(at)
    assert answer.context["page"].paginator.count == 0 and surname not in words_of(answer)
    found = client.get(f"/en/search/?q={name}")
    assert not any(title == "People" for _, title, _ in found.context.get("groups") or [])
    assert surname not in client.get("/en/events/download.csv").getvalue().decode()
    assert facets.matching(wanted(f"person={row.party.public_id}")).count() == 0


# --- search -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", ["Qiyalova", "Киялова", "Кияловой", "Қиялова", "Қиялованың", "QIYALOVA"])
def test_a_name_is_found_in_any_script_spelling_and_case(client, ledger, spelled):
    page = client.get("/en/search/", {"q": spelled})
    people = {hit.name for _, title, hits in page.context["groups"] if title == "People" for hit in hits}
    assert any("Qiyalova" in name for name in people), spelled
    assert client.get("/en/events/", {"q": spelled}).context["page"].paginator.count >= 1


@pytest.mark.parametrize(
    "asked", ["274", "KZ-CC-274", "статья 274", "ложной информации", "жалған ақпарат", "false information"]
)
def test_an_article_is_found_by_number_code_or_words_of_its_title(client, ledger, asked):
    page = client.get("/en/search/", {"q": asked})
    hits = [
        hit.address for _, title, hits in page.context["groups"] if title == "Articles of law" for hit in hits
    ]
    assert "/en/provisions/KZ-CC-274/" in hits


@pytest.mark.parametrize(
    "asked", ["", "quodlibet", "'; DROP TABLE", "*", "x" * 500, "\x00", "🔥", "<script>", "a" * 60 + " b"]
)
def test_any_words_get_a_sensible_answer(client, ledger, asked):
    page = client.get("/en/search/", {"q": asked}, follow=True)
    assert page.status_code == 200 and "<script>alert" not in page.content.decode()


# --- valid pages ------------------------------------------------------------------------------------------

#: html5lib's list of elements is older than these faults that are none.
_NO_FAULT = {"expected-doctype-but-got-start-tag"}


def public_paths() -> list[str]:
    body = Party.objects.filter(kind="body", mentions__event__state="published").first().public_id
    person = Party.objects.get(name="Aigul Qiyalova").public_id
    outlet = Party.objects.filter(kind="outlet", mentions__event__state="published").first().public_id
    return [
        "", "?period=2025Q4", "events/", "events/?section=2&view=table", "events/?view=chart", "events/?view=compare",
        "events/?q=quodlibet", "events/?section=abc", "events/?q=quodlibet&view=chart",
        f"events/{event('2-01#1').public_id}/", f"events/{event('3-02#1').public_id}/", "cases/",
        "cases/qiyalova-274/", "people/", f"people/{person}/", "outlets/", f"outlets/{outlet}/", "bodies/",
        f"bodies/{body}/", "provisions/", "provisions/KZ-CC-274/", "search/", "search/?q=arrest",
        "search/?q=quodlibet", "calendar/", "corrections/", "methodology/", "about/", "report/", "data-protection/",
        "figures/people/", "nothing/",
    ]  # fmt: skip


@pytest.mark.once
def test_every_kind_of_page_is_valid_html_in_three_languages(client, ledger):
    faults = []
    for path in public_paths():
        for language in LANGUAGES:
            answer = client.get(f"/{language}/{path}")
            text = answer.content.decode()
            assert answer.status_code == (404 if path == "nothing/" else 200), path
            parser = html5lib.HTMLParser(namespaceHTMLElements=False)
            tree = parser.parse(text)
            faults += [(language, path, code, at) for at, code, _ in parser.errors if code not in _NO_FAULT]
            ids = [one.get("id") for one in tree.iter() if isinstance(one.tag, str) and one.get("id")]
            faults += [(language, path, "twice", one) for one in set(ids) if ids.count(one) > 1]
            labelled = " ".join(re.findall(r'(?:aria-labelledby|for)="([^"]+)"', text)).split()
            faults += [(language, path, "no such id", one) for one in labelled if one not in ids]
            assert tree.find("head/title").text.strip() and len(tree.findall(".//h1")) == 1, path
            for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text):
                assert json.loads(data)["@context"] == "https://schema.org"
    assert faults == []


def test_a_page_tells_what_it_is_in_one_address(client, ledger):
    text = client.get("/ru/cases/?state=open&utm_source=x").content.decode()
    assert '<link rel="canonical" href="http://testserver/ru/cases/?state=open">' in text
    assert '<meta property="og:locale" content="ru_RU">' in text
    assert re.search(r'<meta property="og:title" content="[^"<]+">', text)
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", client.get("/en/").content.decode())[1])
    assert data["@type"] == "Dataset" and data["temporalCoverage"] == "2026-01-01/2026-03-31"
    assert date.fromisoformat(data["temporalCoverage"][:10])
