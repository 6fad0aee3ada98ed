"""The public site's pages as a server gives them: what they say, what they ask of the database, what they refuse."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import activate, override
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from invented import two_quarters

from barometer.indicators import Counted, figures
from barometer.web.actions.importing import import_files
from barometer.web.public import facets, filters, glance, stories, words
from barometer.web.records import mapping
from barometer.web.records.models import Event, Item, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
LANGUAGES = ("en", "ru", "kk")


@pytest.fixture
def ledger():
    """Two quarters of invented events, published."""
    two_quarters()


def path_of(key: str, language: str = "en") -> str:
    return f"/{language}/events/{Event.objects.get(key__endswith=key).public_id}/"


def shown(client, path: str) -> str:
    """The page's words, without its tags."""
    response = client.get(path)
    assert response.status_code == 200, path
    text = re.sub(r"</?time[^>]*>", "", response.content.decode())  # stands within a sentence
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- what the pages say -----------------------------------------------------------------------------------


def test_home_has_the_newest_quarter_in_numbers(client, ledger):
    page = shown(client, "/en/")
    assert "6 new violations of press freedom in the first quarter of 2026" in page
    assert "relief event 1 restrictions lifted or redressed" in page
    assert "2 with no place given" in page
    assert "11 events are on record, from 8 reports" in page


def test_home_of_an_earlier_quarter(client, ledger):
    assert "1 new violation of press freedom in the fourth quarter of 2025" in shown(
        client, "/en/?period=2025Q4"
    )
    assert client.get("/en/?period=2024Q1").status_code == 404
    assert client.get("/en/?period=x%00").status_code == 404


def test_home_before_anything_is_published(client):
    assert "Nothing is published yet" in shown(client, "/en/")
    assert "No event fits" in shown(client, "/en/events/")
    assert "No case is published yet" in shown(client, "/en/cases/")


@pytest.mark.once
def test_every_number_of_the_home_page_leads_to_as_many_events(client, ledger):
    counted = glance.counted("2026Q1")
    with override("en"):
        for figure in glance.figures_in_words("2026Q1", counted):
            if figure.address:
                assert client.get(figure.address).context["page"].paginator.count == figure.number
        for panel in glance.panels("2026Q1", counted, {}):
            for column in panel.columns:
                for address, number in (
                    (column.address, column.violations),
                    (column.relief_address, column.relief),
                ):
                    assert client.get(address).context["page"].paginator.count == number, address
        by_region = dict(counted.violations_by_region)
        for tile in glance.tiles("2026Q1", by_region):
            assert client.get(tile.address).context["page"].paginator.count == tile.number
        assert (
            sum(tile.number for tile in glance.tiles("2026Q1", by_region))
            + sum(glance.elsewhere(by_region).values())
            == counted.new_violations
        )


def test_what_has_no_month_in_the_quarter_is_listed_as_often_as_it_is_counted(client, tmp_path):
    data = json.loads((DATA / "invented-2026q1.json").read_text(encoding="utf-8"))
    for entry in data["entries"]:
        entry["month"] = None
        if entry["id"] == "2-01":
            entry["events"][0]["date"] = "2025-12-03"
    path = tmp_path / "no-months.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    import_files([path], as_published=True, by="A coder")
    printed = glance.printed("2026Q1")
    others = glance.other_months(printed, "2026Q1")
    assert "2025-12" in others
    with override("en"):
        panels = glance.panels("2026Q1", figures(printed, "2026Q1"), {}, others)
    columns = [column for panel in panels for column in panel.columns if not column.is_month]
    assert sum(column.violations for column in columns) == 3  # of December, over two months, of the year
    for column in columns:
        assert client.get(column.address).context["page"].paginator.count == column.violations


def test_what_has_no_month_can_be_chosen(client, ledger):
    months = next(facet for facet in client.get("/en/events/").context["facets"] if facet.name == "month")
    assert months.choices[-1].label == "Month not known"
    assert sum(choice.count for choice in months.choices) == Event.objects.public().count()


def test_every_event_counts_in_one_way(client, ledger):
    counts = next(facet for facet in client.get("/en/events/").context["facets"] if facet.name == "counts")
    assert sum(choice.count for choice in counts.choices) == Event.objects.public().count()


def test_the_ways_that_cases_stand_are_all_cases(client, ledger):
    Event.objects.filter(key__endswith="1-01#1").update(case=Event.objects.get(key__endswith="4-01#1").case)
    Event.objects.filter(key__endswith="4-01#1").update(case=None)
    for path in ("/en/cases/", "/en/cases/?period=2026Q1", "/en/cases/?period=2025Q4"):
        page = client.get(path)
        (_, every, _, _), *others = page.context["tabs"]
        assert page.context["page"].paginator.count == every == sum(number for _, number, _, _ in others)
        for _, number, address, _ in others:
            assert client.get(address).context["page"].paginator.count == number
    assert "Context only 1" in shown(client, "/en/cases/")


@pytest.mark.parametrize("named_by", [stories.NAMED_BY, 2])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_that_was_found_is_told_as_in_its_story(ledger, monkeypatch, language, named_by):
    monkeypatch.setattr(stories, "NAMED_BY", named_by)
    activate(language)
    wanted = {case.pk: stories.story(case) for case in stories.with_events()}
    told = stories.briefly([*wanted, 0])
    assert len(told) == len(wanted) >= 3
    for one, whole in zip(told, wanted.values(), strict=True):
        assert (one.title, one.address) == (whole.title, whole.address)
        assert one.state == replace(whole.state, ahead=())


def test_the_open_cases_of_a_quarter_are_those_that_its_figures_count(client, ledger):
    for period in ("2025Q4", "2026Q1"):
        counted = glance.counted(period).open_cases
        page = client.get(glance.cases_address(stories.OPEN, period).replace("/en-us/", "/en/"))
        assert page.context["page"].paginator.count == counted
    watched = {one.slug for one in client.get("/en/?period=2025Q4").context["watched"]}
    assert watched == {"qiyalova-274"}


def test_home_says_how_many_are_only_alleged_and_leads_to_them(client, ledger):
    home = client.get("/en/")
    assert home.context["alleged"] == 2
    found = client.get(home.context["alleged_address"])
    assert found.context["page"].paginator.count == 2
    assert {card.alleged for _, cards in found.context["groups"] for card in cards} == {True}
    assert "2 of the new violations stand on one side’s word alone, at least in part" in shown(client, "/en/")
    assert "2 из новых нарушений хотя бы отчасти известны" in shown(client, "/ru/")


def test_home_says_the_map_in_words(client, ledger):
    most = client.get("/en/").context["most_in"]
    assert most and [tile.number for tile in most] == sorted((tile.number for tile in most), reverse=True)
    said = " , ".join(f"{tile.name} {tile.number}" for tile in most)
    assert f"Most: {said} ." in shown(client, "/en/")


@pytest.mark.once
def test_the_count_of_a_choice_is_the_number_of_events_that_it_shows(client, ledger):
    choices = [choice for facet in client.get("/en/events/").context["facets"] for choice in facet.choices]
    assert len(choices) > 30
    for choice in choices:
        assert client.get(choice.address).context["page"].paginator.count == choice.count, choice


def test_values_of_one_filter_widen_and_other_filters_narrow(client, ledger):
    def count(query: str) -> int:
        return client.get(f"/en/events/?{query}").context["page"].paginator.count

    assert count("section=2&section=3") == count("section=2") + count("section=3")
    assert count("section=2&kind=relief") == 1
    assert count("section=2&kind=relief&region=KZ-31") == 0
    facets_ = {facet.name: facet for facet in client.get("/en/events/?section=2").context["facets"]}
    assert len(facets_["section"].choices) > 1  # the other sections can still be added
    assert {choice.value for choice in facets_["region"].choices} == {"KZ-31", "KZ-71", "none"}


def test_an_event_says_when_as_exactly_as_it_is_known(client, ledger):
    assert "20 January 2026 in the words of the source: On 20 January" in shown(client, path_of("2-01#1"))
    assert "March 2026, the day is not known" in shown(client, path_of("3-01#1"))
    assert "Between 30 March 2026 and 5 April 2026" in shown(client, path_of("3-02#1"))
    assert "2026, the month is not known" in shown(client, path_of("5-01#1"))
    assert "Date not known" in shown(client, path_of("2-01#2"))
    assert "Наурыз" not in shown(client, path_of("3-01#1", "kk"))
    assert "2026 жылғы наурыз, нақты күні белгісіз" in shown(client, path_of("3-01#1", "kk"))


def test_an_event_says_who_did_what_to_whom_under_which_article(client, ledger):
    page = shown(client, path_of("2-01#1"))
    for words_ in (
        "Aigul Qiyalova",
        "Taraz City Court",
        "city court",
        "A private person",
        "Article 274",
        "KZ-CC-274",
    ):
        assert words_ in page
    assert "Aigul Qiyalova: " in page  # the case
    assert "at the request of [name withheld]" in page
    assert "Samal" not in page  # a private person is told by the role


def test_what_is_only_alleged_is_marked_where_it_is(client, ledger):
    partly = client.get(path_of("3-01#1")).content.decode()
    assert partly.count(">alleged<") == 1
    assert "Part of this stands on the word of one side only" in partly
    assert "It is recorded as alleged" in client.get(path_of("3-02#1")).content.decode()
    assert "lleged" not in re.sub(r"<title>.*?</title>", "", shown(client, path_of("4-01#1")))


def test_an_event_shows_the_words_it_rests_on_and_the_copy_they_are_in(client, ledger):
    page = client.get(path_of("2-01#1")).content.decode()
    assert "<mark>On 20 January</mark>" in page
    assert "<mark>Aigul Qiyalova</mark>" in page
    text = (DATA / "invented-2026q1.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() in page
    assert 'href="https://news.example/qiyalova"' in page


def test_without_the_source_s_text_no_summary_passes_for_it(client, ledger):
    page = shown(client, path_of("2-01#1"))
    assert "words that were coded are marked" in page
    assert "words that were coded are marked" not in shown(client, path_of("2025q4.txt#9-01#1"))


def test_a_copy_says_when_it_came_and_which_is_the_latest(client, tmp_path):
    for name in ("invented-2026q1.json", "invented-2026q1.txt"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    paths = [tmp_path / "invented-2026q1.txt", tmp_path / "invented-2026q1.json"]
    import_files(paths, as_published=True, by="A coder")
    once = shown(client, path_of("2-01#1"))
    assert once.count("received") == 2 and "the latest" not in once
    paths[1].write_text(paths[1].read_text(encoding="utf-8") + "\n", encoding="utf-8")
    import_files(paths, as_published=True, by="A coder")
    again = shown(client, path_of("2-01#1"))
    assert again.count("received") == 3 and again.count("the latest") == 1


@pytest.mark.parametrize(
    ("change", "heading"),
    [
        ({"main_type": "information.formal_reply"}, "Formal reply: City Court (asked by Aigul Qiyalova)"),
        ({"main_type": "information.evasion", "mentions": "target"}, "Evasion of a question: City Court"),
        (
            {"main_type": "outcome.dismissed", "kind": "relief"},
            "Claim or case dismissed, in favour of Aigul Qiyalova",
        ),
        (
            {"main_type": "outcome.restored", "kind": "relief", "mentions": "target"},
            "Access or content restored",
        ),
        ({"main_type": "context.statement", "kind": "context"}, "Official statement: City Court"),
        ({"main_type": "context.closure", "kind": "context"}, "Closure of an outlet: Aigul Qiyalova"),
    ],
)
def test_a_heading_names_those_of_whom_it_is_true(ledger, change, heading):
    from barometer.web.public import cards

    row = Event.objects.get(key__endswith="2-01#1")
    row.mentions.filter(side=change.pop("mentions", None)).delete()
    court = row.mentions.get(role="decider").party
    court.name = "City Court"
    court.save()
    Event.objects.filter(pk=row.pk).update(**change)
    with override("en"):
        assert cards.heading(Event.objects.get(pk=row.pk)) == heading


def test_a_summary_in_another_language_is_marked(client, ledger):
    page = client.get(path_of("3-02#1", "kk")).content.decode()
    assert '<span lang="en">Editor Timur Ertekov' in page
    assert "(ағылшын тілінде)" in page
    assert "Айгүл Қиялованы" in client.get(path_of("2-01#1", "kk")).content.decode()


def test_a_case_stands_as_its_events_say(client, ledger, monkeypatch):
    from barometer.web.public import cards, clock

    def on(day: date) -> None:
        monkeypatch.setattr(cards, "today", lambda: day)
        monkeypatch.setattr(clock, "today", lambda: day)

    on(date(2026, 4, 1))
    page = shown(client, "/en/cases/qiyalova-274/")
    assert "Open Last recorded: house arrest, 19 March 2026" in page
    told = page[page.index("What happened") :]
    assert told.index("Date not known") < told.index("5 November 2025") < told.index("20 January 2026")
    assert "20 March 2099 no longer holds" in page  # it was extended, and no new end was told
    assert "2099" not in shown(client, "/en/cases/")
    assert "Ended by relief" in shown(client, "/en/cases/zhelsoz-nan/")
    Event.objects.filter(key__endswith="6-01#2").update(case=None)
    assert "20 March 2099 ahead End of the measure: house arrest" in shown(client, "/en/cases/qiyalova-274/")
    assert "Ahead, 20 March 2099: End of house arrest" in shown(client, "/en/cases/")
    on(date(2100, 1, 1))
    assert "20 March 2099 passed without news" in shown(client, "/en/cases/qiyalova-274/")
    assert "Was announced for 20 March 2099" in shown(client, "/en/cases/")


def test_open_cases_are_those_that_the_indicators_count(ledger):
    rows = Event.objects.public().select_related("item")
    counted = [Counted(mapping.event_value(row), None, None, row.item.entry_key) for row in rows]
    still = {case.slug for case in stories.with_events() if stories.standing(case) == stories.OPEN}
    assert len(still) == figures(counted, "2026Q1").open_cases
    assert still == {c.slug for c in stories.with_events().filter(stories.STANDINGS[stories.OPEN])}


def test_a_case_with_a_date_ahead_is_watched_however_long_it_has_not_moved(ledger, forgetting, monkeypatch):
    from barometer.web.public import cards

    monkeypatch.setattr(cards, "today", lambda: date(2026, 4, 1))
    old = Event.objects.get(key__endswith="9-01#1")
    Event.objects.filter(case__slug="qiyalova-274").exclude(pk=old.pk).update(case=None)
    assert [one.slug for one in stories.to_watch(1)] != ["qiyalova-274"]
    ahead = [{"date": "2026-05-02", "what": "hearing"}]
    Event.objects.filter(pk=old.pk).update(upcoming=ahead, coded=old.coded | {"upcoming": ahead})
    assert [one.slug for one in stories.to_watch(1)] == ["qiyalova-274"]


@pytest.mark.once
def test_the_methodology_has_every_type_of_the_codebook(client, ledger):
    from barometer.codebook import codebook

    for language in LANGUAGES:
        page = client.get(f"/{language}/methodology/").content.decode()
        missing = [c for c, t in codebook().types.items() if f'id="{c}"' not in page or not t.label[language]]
        assert not missing


def test_what_is_not_published_is_not_there(client, ledger):
    row = Event.objects.get(key__endswith="4-01#1")
    path = path_of("4-01#1")
    Event.objects.filter(pk=row.pk).update(state="proposed", published_at=None)
    Item.objects.filter(pk=row.item_id).update(state="proposed")
    assert client.get(path).status_code == 404
    assert client.get("/en/cases/zhelsoz-ddos/").status_code == 404
    for page in ("/en/", "/en/events/", "/en/cases/", "/en/events/?q=flood"):
        assert "flood of requests" not in client.get(page).content.decode()
        assert "zhelsoz-ddos" not in client.get(page).content.decode()


def test_a_source_with_nothing_published_says_nothing(client, ledger):
    Source.objects.create(
        name="not-yet.txt",
        language="en",
        quarter="2026Q2",
        contact={"en": "Write to draft@example.org"},
        sections={"6": {"title": {"en": "A theme that is not out yet"}}},
    )
    for page in ("/en/", "/en/events/", "/en/about/", path_of("6-01#1")):
        assert "draft@example.org" not in client.get(page).content.decode()
        assert "not out yet" not in client.get(page).content.decode()
    assert "contact" in client.get("/en/about/").content.decode()


def test_an_entry_that_is_not_published_lends_its_event_no_headline(client, ledger):
    row = Event.objects.get(key__endswith="9-01#1")
    Item.objects.filter(pk=row.item_id).update(headline="A headline in hand", state="published")
    assert "A headline in hand" in client.get(path_of("9-01#1")).content.decode()
    Item.objects.filter(pk=row.item_id).update(state="proposed")
    assert "A headline in hand" not in client.get(path_of("9-01#1")).content.decode()


# --- languages, addresses ---------------------------------------------------------------------------------


@pytest.mark.once
def test_every_page_names_its_other_languages(client, ledger):
    page = client.get("/ru/events/?section=2").content.decode()
    assert '<html lang="ru">' in page
    for language in LANGUAGES:
        assert f'hreflang="{language}" href="http://testserver/{language}/events/?section=2"' in page
    assert 'hreflang="x-default" href="http://testserver/en/events/?section=2"' in page


@pytest.mark.once
def test_no_page_has_an_inline_style_or_script(client, ledger):
    paths = ["", "events/", "cases/", "cases/qiyalova-274/", "calendar/", "about/", path_of("2-01#1")[4:]]
    for path in paths:
        page = client.get(f"/en/{path}").content.decode()
        page = page.replace('<script type="application/ld+json">', "")  # data, which no browser runs
        assert (
            " style=" not in page
            and "<style" not in page
            and "<script" not in page
            and " onclick" not in page
        )


def test_public_pages_need_no_login_and_only_read(client, ledger):
    for name in ("home", "events", "cases", "calendar", "calendar-feed", "about"):
        assert client.get(reverse(f"public:{name}")).status_code == 200
        assert client.post(reverse(f"public:{name}")).status_code in (403, 405)


def test_an_address_is_brought_into_its_canonical_form(client, ledger):
    answer = client.get("/en/events/?page=1&kind=violation&section=3&section=2&q=&utm_source=x&section=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/en/events/?section=2&section=3&kind=violation"
    assert client.get(answer["Location"]).status_code == 200


def test_a_page_beyond_the_last_leads_to_the_last(client, ledger):
    assert client.get("/en/events/?page=99")["Location"] == "/en/events/"


# --- hostile addresses ------------------------------------------------------------------------------------

HOSTILE = [
    "events/?page=-1",
    "events/?page=0",
    "events/?page=1e9",
    "events/?page=" + "9" * 400,
    "events/?page=٣",
    "events/?section=abc",
    "events/?section=99",
    "events/?section=-1&section=1.5",
    "events/?month=2026-13",
    "events/?month=0000-01",
    "events/?month=2026-01-01",
    "events/?period=2026Q9",
    "events/?period=0000Q1",
    "events/?q=" + "x" * 10_000,
    "events/?q=%00",
    "events/?q=a%00b",
    "events/?q=%27%20OR%201=1--",
    "events/?q=%22)%3B%20DROP%20TABLE%20records_event%3B--",
    "events/?q=*&q=NEAR(",
    "events/?q=%ff%fe",
    "events/?q=%F0%9F%94%A5",
    "events/?q=%ED%A0%80",
    "events/?region=KZ-99&actor=nobody&type=x.y&kind=&counts=all",
    "events/?provision=KZ-CC-" + "9" * 500,
    "events/?case=../../etc/passwd",
    "events/?case=%00",
    "events/?" + "&".join(f"section={n}" for n in range(2000)),
    "events/?" + "&".join(f"x{n}=1" for n in range(900)),
    "cases/?page=-5",
    "cases/?page=abc&state=%00",
    "cases/?period=%00&state=context",
    "cases/?period=9999Q4&page=9",
    "events/?month=none&month=NONE",
    "?period=%00",
    "?period=2026Q1&period=x",
]


@pytest.mark.once
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:40])
def test_a_hostile_address_gets_a_sensible_answer(client, ledger, path):
    client.raise_request_exception = False
    assert client.get(f"/en/{path}").status_code in (200, 302, 400, 404)


@pytest.mark.parametrize(
    "path", ["events/x/", "events/%00/", "events/" + "a" * 3000 + "/", "cases/%D0%B0/", "cases/--/"]
)
def test_what_is_not_there_is_not_found(client, ledger, path):
    client.raise_request_exception = False
    assert client.get(f"/en/{path}").status_code == 404


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from([*filters.KNOWN, "q", "page", "x"]), st.text(max_size=40)), max_size=6)
)
def test_any_address_is_read_and_written_back_the_same(pairs):
    from django.http import QueryDict
    from django.utils.http import urlencode

    read = filters.parse(QueryDict(urlencode(pairs, doseq=True)))
    again = filters.parse(QueryDict(read.query()))
    assert (again.text, again.chosen, again.page) == (read.text, read.chosen, read.page)
    assert not again.rejected
    assert filters.is_canonical(QueryDict(read.query()), again)


def test_what_no_filter_knows_is_named_and_not_guessed_at(client, ledger):
    page = shown(client, "/en/events/?section=abc&kind=violation")
    assert "section=abc" in page
    assert "Parts of this address name no filter" in page


# --- queries and paging -----------------------------------------------------------------------------------


def many(tmp_path: Path, how_often: int) -> Path:
    """A coded file with the same entries many times over."""
    data = json.loads((DATA / "invented-2026q1.json").read_text(encoding="utf-8"))
    first = data["entries"]
    data |= {"source": "many.txt", "quarter": "2026Q2", "entries": []}
    for time in range(how_often):
        for entry in copy.deepcopy(first):
            entry["id"] += f"-{time}"
            for event in entry["events"]:
                event["case"] = event["case"] and f"{event['case']}-{time}"
            data["entries"].append(entry)
    path = tmp_path / "many.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def queries(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


MOST = {
    "": 30,
    "events/": 32,
    "events/?q=court&section=2": 34,
    "cases/": 17,
    "cases/?period=2026Q2&state=open": 15,
    "cases/qiyalova-274-0/": 14,
    "about/": 2,
}


@pytest.mark.once
def test_no_page_asks_more_of_the_database_the_more_there_is(client, tmp_path):
    import_files([many(tmp_path, 2)], as_published=True, by="A coder")
    for path in MOST:
        client.get(f"/en/{path}")  # what is remembered is made
    few = {path: queries(client, f"/en/{path}") for path in MOST}
    few_of_event = queries(client, path_of("2-01-0#1"))
    import_files([many(tmp_path, 6)], as_published=True, by="A coder")
    for path in MOST:
        assert client.get(f"/en/{path}").status_code == 200
    assert {path: queries(client, f"/en/{path}") for path in MOST} == few
    assert queries(client, path_of("2-01-0#1")) == few_of_event <= 24
    assert {path: n for path, n in few.items() if n > MOST[path]} == {}


def test_a_list_is_cut_into_pages_that_together_have_every_event_once(client, tmp_path):
    import_files([many(tmp_path, 5)], as_published=True, by="A coder")
    first = client.get("/en/events/")
    pages = first.context["page"].paginator.num_pages
    assert pages == 3
    seen = [
        card.id
        for number in range(1, pages + 1)
        for _, cards in client.get(f"/en/events/{f'?page={number}' if number > 1 else ''}").context["groups"]
        for card in cards
    ]
    assert len(seen) == len(set(seen)) == Event.objects.public().count()


def test_newest_first_and_what_has_no_date_last(client, ledger):
    days = [event.first_day for event in facets.newest_first(Event.objects.public())]
    known = [day for day in days if day]
    assert known == sorted(known, reverse=True)
    assert days[len(known) :] == [None] * (len(days) - len(known))


# --- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("ru", 1, "1 новое нарушение свободы прессы"),
        ("ru", 22, "22 новых нарушения свободы прессы"),
        ("ru", 11, "11 новых нарушений свободы прессы"),
        ("kk", 5, "2026 жылғы бірінші тоқсанда баспасөз бостандығын бұзудың 5 жаңа жағдайы"),
    ],
)
def test_numbers_agree_with_their_words(language, number, said):
    from barometer.web.public.views import headline

    with override(language):
        assert headline("2026Q1", number).startswith(said)


def test_no_step_is_said_in_words():
    with override("en"):
        assert glance.steps_note(0) == "no further step in earlier ones"
    with override("ru"):
        assert glance.steps_note(2) == "а также 2 дальнейших шага по прежним ограничениям"


@pytest.mark.parametrize(("language", "said"), [("en", "155.2 kB"), ("ru", "155,2 КБ"), ("kk", "155,2 КБ")])
def test_a_size_has_the_language_s_decimal_sign(language, said):
    with override(language):
        assert words.size_words(155_215) == said


@pytest.mark.parametrize(
    ("language", "short"),
    [
        ("en", "15–20 March 2026"),
        ("ru", "15–20 марта 2026 года"),
        ("kk", "2026 жылғы 15–20 наурыз"),
    ],
)
def test_a_span_within_a_month_names_it_once(language, short):
    with override(language):
        assert words.when("2026-03-15/2026-03-20").short == short
        assert " – " in words.when("2026-03-30/2026-04-05").short


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "January – March 2026"),
        ("ru", "Январь – март 2026 года"),
        ("kk", "2026 жылғы қаңтар – наурыз"),
    ],
)
def test_the_months_of_a_quarter(language, said):
    with override(language):
        assert words.quarter_months("2026Q1") == said


@pytest.mark.parametrize(
    ("language", "name", "region", "said"),
    [
        ("ru", "West Kazakhstan Region", "KZ-27", "Западно-Казахстанская область"),
        ("kk", "West Kazakhstan", "KZ-27", "Батыс Қазақстан облысы"),
        ("ru", "Taraz", "KZ-31", "Тараз, Жамбылская область"),
        ("en", "Astana", "KZ-71", "Astana"),
        ("en", "Pavlodar", "KZ-55", "Pavlodar"),
        ("ru", "Павлодар", "KZ-55", "Павлодар"),
        ("ru", "", "KZ-33", "Область Жетісу"),
    ],
)
def test_a_place_is_named_once_and_in_the_page_s_language(language, name, region, said):
    with override(language):
        assert words.place_label(name, region, "KZ") == said


def test_the_words_of_a_source_are_found_whatever_their_capitals(client, ledger):
    row = Event.objects.get(key__endswith="2-01#1")
    Event.objects.filter(pk=row.pk).update(date_text="ON 20 January")
    assert "<mark>On 20 January</mark>" in client.get(path_of("2-01#1")).content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_region_has_a_short_form_of_its_own(language):
    with override(language):
        short = [words.region_abbreviation(tile.code) for tile in glance.tiles("2026Q1", {})]
    assert len(short) == 20 == len(set(short))
    assert max(map(len, short)) <= 10


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_reader_finds_the_form_for_tips(client, language):
    page = client.get(f"/{language}/about/").content.decode()
    for path in ("tip/", "data-protection/", "figures/people/"):
        assert f'href="/{language}/{path}"' in page
