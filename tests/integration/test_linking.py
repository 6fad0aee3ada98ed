"""Events find their case and their other telling in the ledger; all people, outlets and places are invented."""

from __future__ import annotations

import json
import re
import time

import pytest
from django.db import DatabaseError, connection, transaction

from barometer.errors import NotAllowed, UnknownValue
from barometer.indicators import figures
from barometer.publication.compose import compose
from barometer.web.accounts.models import User
from barometer.web.actions import casing, retelling
from barometer.web.actions.importing import import_files
from barometer.web.public import glance
from barometer.web.records import mapping, retellings
from barometer.web.records.models import Case, CaseJudgement, Event, Retelling, Revision, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

ALMA = {"name": "Alma Testova", "written": "Alma Testova", "type": "journalist"}
DINA = {"name": "Dina Modelova", "written": "Dina Modelova", "type": "journalist"}


def event(**more):
    values = {
        "kind": "violation",
        "types": ["legal.house_arrest"],
        "date": "2031-02-21",
        "phase": "imposed",
        "targets": [ALMA],
        "provisions": ["KZ-CC-274"],
        "summary": "An invented event.",
    }
    return values | more


def entry(name, line, *events):
    return {
        "id": name,
        "section": 2,
        "month": "2031-02",
        "lines": [line, line],
        "headline": f"Entry {name}",
        "events": list(events),
    }


def bulletin(source, quarter, *entries):
    return {
        "source": source,
        "quarter": quarter,
        "codebook": "1.2",
        "language": "en",
        "entries": list(entries),
    }


def letter(*cases):
    return {
        "source": "letter.txt",
        "kind": "open_letter",
        "codebook": "1.2",
        "date": "2031-04-13",
        "cases": [{"person": "", "slug": None, "events": list(events)} for events in cases],
    }


FIRST = bulletin(
    "first.txt",
    "2031Q1",
    entry("a", 1, event(case="testova-274")),
    entry(
        "b",
        2,
        event(types=["digital.ddos"], targets=[], provisions=[], place={"country": "KZ", "region": "KZ-75"}),
    ),
    entry(
        "c",
        3,
        event(types=["legal.fine"], targets=[DINA], provisions=[], date="2031-03-02", case="modelova-fine"),
    ),
)
#: the arrest a day later in another spelling; the same article months on; somebody else
LETTER = letter(
    [
        event(
            date="2031-02-21", phase=None, targets=[ALMA | {"name": "Алма Тестова"}], case="testova-stables"
        ),
        event(date="2031-04-02", types=["legal.criminal_case"], phase="step", case="testova-stables"),
    ],
    [event(types=["legal.fine"], targets=[ALMA | {"name": "Saule Inventova"}], case="inventova-fine")],
)


@pytest.fixture
def keep(tmp_path):
    def write(value):
        path = tmp_path / f"{value['source'].partition('.')[0]}.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return write


@pytest.fixture
def first(keep):
    return import_files([keep(FIRST)], as_published=True, by="A coder")


def proposed(keep, value=LETTER):
    return import_files([keep(value)]).files[0]


def case_of(key):
    return Event.objects.get(key=key).case.slug


def judge(row, verdict, **more):
    values = {"reason": "read both", "by": "An editor", "seen": retelling.rows_of(row.event, row.told)[0].pk}
    return retelling.judge(row.event, row.told, verdict, **(values | more))


# --- cases ----------------------------------------------------------------------------------------------------------


def test_a_proposed_story_goes_on_the_case_of_the_ledger_with_reasons(first, keep):
    report = proposed(keep)
    assert report.placed == 2
    assert case_of("letter.txt#case-1#1") == case_of("letter.txt#case-1#2") == "testova-274"
    assert case_of("letter.txt#case-2#1") == "inventova-fine"
    row = CaseJudgement.objects.get(event__key="letter.txt#case-1#1")
    assert (row.verdict, row.case.slug, row.otherwise.slug) == ("proposed", "testova-274", "testova-stables")
    assert {reason.name for reason in retellings.reasons_of(row)} >= {"person", "provision", "close"}
    assert "the same article: KZ-CC-274" in row.reason
    assert Revision.objects.filter(record_id=row.public_id, action="propose").count() == 1


def test_a_person_s_coding_keeps_its_own_case(first, keep):
    import_files([keep(LETTER)], as_published=True, by="A coder")
    assert case_of("letter.txt#case-1#1") == "testova-stables"
    assert not CaseJudgement.objects.exists()


def test_what_a_person_publishes_leaves_the_case_that_only_the_machine_had_chosen(first, keep):
    proposed(keep)
    import_files([keep(LETTER)], as_published=True, by="A coder")
    assert case_of("letter.txt#case-1#1") == "testova-stables"


def test_a_case_that_a_person_chose_stays_also_when_the_coding_is_published(first, keep):
    proposed(keep)
    rows = list(CaseJudgement.objects.all())
    casing.judge(
        [row.event for row in rows], rows[0].case, "belongs", reason="one story", by="An editor",
        seen=max(row.pk for row in rows),
    )  # fmt: skip
    import_files([keep(LETTER)], as_published=True, by="A coder")
    assert case_of("letter.txt#case-1#1") == "testova-274"


def test_refused_and_undone_the_events_go_and_come_back(first, keep):
    proposed(keep)
    rows = list(CaseJudgement.objects.order_by("pk"))
    events, case = [row.event for row in rows], rows[0].case
    seen = rows[-1].pk
    said = casing.judge(events, case, "not", reason="another story", by="An editor", seen=seen)
    assert case_of("letter.txt#case-1#1") == case_of("letter.txt#case-1#2") == "testova-stables"
    with pytest.raises(casing.Outdated):
        casing.judge(events, case, "belongs", reason="late", by="Another", seen=seen)
    with pytest.raises(UnknownValue):
        other = Case.objects.get(slug="modelova-fine")
        casing.judge(events, other, "belongs", reason="x", by="An editor", seen=said[-1].pk)
    casing.undo(
        [Event.objects.get(pk=one.pk) for one in events], reason="undone", by="An editor", seen=said[-1].pk
    )
    assert case_of("letter.txt#case-1#1") == "testova-274"


def test_a_refused_case_is_not_proposed_again_by_a_changed_file(first, keep):
    proposed(keep)
    rows = list(CaseJudgement.objects.order_by("pk"))
    casing.judge(
        [row.event for row in rows], rows[0].case, "not", reason="another", by="An editor", seen=rows[-1].pk
    )
    changed = json.loads(json.dumps(LETTER))
    changed["cases"][0]["events"][1]["date"] = "2031-04-03"
    report = proposed(keep, changed)
    assert (report.changed, report.placed) == (1, 0)
    assert case_of("letter.txt#case-1#2") == "testova-stables"


def test_the_same_file_again_changes_nothing(first, keep):
    proposed(keep)
    assert proposed(keep).nothing_changed


# --- what is told twice ---------------------------------------------------------------------------------------------


def test_the_letter_s_event_meets_the_bulletin_s(first, keep):
    assert proposed(keep).retold == 1
    row = Retelling.objects.get()
    assert (row.event.key, row.told.key) == ("letter.txt#case-1#1", "first.txt#a#1")
    assert (row.verdict, row.proposed["verdict"]) == ("proposed", "same")
    names = {reason["name"] for reason in row.proposed["reasons"]}
    assert names == {"person", "type", "same_day", "case", "provision"}


def second(again):
    """The next bulletin, which tells an arrest of the first again as if it were new."""
    return bulletin("second.txt", "2031Q2", entry("z", 1, again))


def counts(period):
    return glance.counted(period).new_violations


def test_a_proposal_changes_no_figure_and_a_person_s_word_does(first, keep):
    import_files([keep(second(event(case="testova-274")))], as_published=True, by="A coder")
    assert (counts("2031Q1"), counts("2031Q2")) == (3, 1)
    row = judge(Retelling.objects.get(), "same")
    assert (counts("2031Q1"), counts("2031Q2")) == (3, 0)
    assert compose(mapping.issue_value("2031Q2"), "en").figures == glance.counted("2031Q2")
    assert glance.counted("2031Q2").events == 1
    retelling.undo(row, reason="undone", by="An editor")
    assert (counts("2031Q1"), counts("2031Q2")) == (3, 1)


def test_when_the_counted_event_is_withdrawn_the_other_counts(first, keep):
    import_files([keep(second(event(case="testova-274")))], as_published=True, by="A coder")
    row = judge(Retelling.objects.get(), "same")
    Event.objects.filter(pk=row.told_id).update(state=State.WITHDRAWN)
    assert counts("2031Q2") == 1


def test_the_printed_event_counts_and_not_the_letter_s_that_was_known_before(first, keep):
    value = LETTER | {"date": "2031-03-01"}
    import_files([keep(value)], as_published=True, by="A coder")
    judge(Retelling.objects.get(), "same")
    assert counts("2031Q1") == 3


def test_answers_that_contradict_each_other_drop_no_event(first, keep):
    import_files([keep(second(event(case="testova-274")))], as_published=True, by="A coder")
    import_files([keep(LETTER)], as_published=True, by="A coder")
    a, b, c = (
        Event.objects.get(key=key) for key in ("first.txt#a#1", "second.txt#z#1", "letter.txt#case-1#1")
    )
    for one, other, verdict in ((b, a, "same"), (c, b, "same"), (c, a, "different")):
        last = retelling.rows_of(one, other).first()
        retelling.judge(one, other, verdict, reason="x", by="An editor", seen=last.pk if last else 0)
    assert retellings.counted_elsewhere(public=True) == frozenset()
    assert counts("2031Q2") == 1


def test_background_meets_the_event_it_retells_and_is_not_counted(first, keep):
    told = event(background=True, date=None, case="testova-274")
    import_files([keep(second(told))], as_published=True, by="A coder")
    row = Retelling.objects.get()
    assert row.proposed["verdict"] == "background"
    assert counts("2031Q2") == 0
    judge(row, "background")
    assert (counts("2031Q1"), counts("2031Q2")) == (3, 0)


def test_nobody_named_the_same_place_type_and_day(first, keep):
    again = event(
        types=["digital.ddos"], targets=[], provisions=[], place={"country": "KZ", "region": "KZ-75"}
    )
    import_files([keep(second(again))])
    assert {row.told.key for row in Retelling.objects.all()} == {"first.txt#b#1"}
    elsewhere = again | {"place": {"country": "KZ", "region": "KZ-71"}}
    import_files([keep(bulletin("third.txt", "2031Q3", entry("y", 1, elsewhere)))])
    assert not Retelling.objects.filter(event__key__startswith="third").exists()


def test_a_proposal_that_the_coding_no_longer_bears_is_taken_back(first, keep):
    proposed(keep)
    changed = json.loads(json.dumps(LETTER))
    changed["cases"][0]["events"][0] |= {"date": "2029-01-01", "types": ["legal.travel_ban"]}
    proposed(keep, changed)
    assert retellings.pending() == []
    proposed(keep)
    assert [row.told.key for row in retellings.pending()] == ["first.txt#a#1"]


def test_what_cannot_be_said(first, keep):
    proposed(keep)
    row = Retelling.objects.get()
    for more in ({"reason": " "}, {"by": ""}, {"reason": "x" * 3000}, {"by": "a\nb"}):
        with pytest.raises(NotAllowed):
            judge(row, "same", **more)
    with pytest.raises(UnknownValue):
        judge(row, "proposed")
    with pytest.raises(UnknownValue):
        retelling.judge(row.event, row.event, "same", reason="x", by="An editor", seen=0)
    with pytest.raises(retelling.Outdated):
        judge(row, "same", seen=0)
    with pytest.raises(NotAllowed):
        retelling.undo(row, reason="x", by="An editor")
    Event.objects.filter(pk=row.told_id).update(kind="relief")
    with pytest.raises(NotAllowed):
        retelling.judge(row.event, Event.objects.get(pk=row.told_id), "same", reason="x", by="A", seen=row.pk)


@pytest.mark.parametrize("model", [Retelling, CaseJudgement])
def test_judgements_stand_against_sql_and_django(first, keep, model):
    proposed(keep)
    table, row = model._meta.db_table, model.objects.first()
    before = list(model.objects.values())
    statements = [f"UPDATE {table} SET verdict = 'open'", f"DELETE FROM {table}"]
    if connection.vendor == "sqlite":
        statements.append(f"REPLACE INTO {table} SELECT * FROM {table}")
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for change in (row.delete, row.save):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert list(model.objects.values()) == before


# --- the desk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    user = User.objects.create_superuser(
        "editor", first_name="Alma", last_name="Invented", password="long enough, mine"
    )
    client.force_login(user)
    return client


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def form(page, *names):
    return {name: hidden(page, name) for name in names} | {"reason": "read both"}


def test_nobody_sees_it_without_login(client):
    for path in ("/desk/linking/", "/desk/linking/log/"):
        assert client.get(path).status_code == 302
    for path in ("judge/", "undo/", "case/", "case/undo/"):
        assert client.post(f"/desk/linking/{path}").status_code == 302
        assert "login" in client.post(f"/desk/linking/{path}")["Location"]


def test_accept_and_undo_on_the_page(first, keep, editor):
    proposed(keep)
    page = editor.get("/desk/linking/").content.decode()
    assert "Very likely" in page
    assert "the same article: KZ-CC-274" in page
    answer = form(page, "event", "told", "seen") | {"verdict": "same"}
    assert editor.post("/desk/linking/judge/", answer).status_code == 302
    assert Retelling.objects.last().by == "Alma Invented"
    late = editor.post("/desk/linking/judge/", answer)
    assert late.status_code == 409
    page = editor.get("/desk/linking/log/").content.decode()
    assert "told twice" in page
    assert editor.post("/desk/linking/undo/", {"judgement": hidden(page, "judgement")}).status_code == 302
    assert Retelling.objects.last().verdict == "open"
    assert len(retellings.pending()) == 1


def test_refuse_and_undo_a_case_on_the_page(first, keep, editor):
    proposed(keep)
    page = editor.get("/desk/linking/").content.decode()
    assert "Not this case, but testova-stables" in page
    answer = form(page[page.index("linking/case/") :], "events", "case", "seen") | {"verdict": "not"}
    assert editor.post("/desk/linking/case/", answer).status_code == 302
    assert case_of("letter.txt#case-1#1") == "testova-stables"
    page = editor.get("/desk/linking/log/").content.decode()
    assert (
        editor.post("/desk/linking/case/undo/", {"judgement": hidden(page, "judgement")}).status_code == 302
    )
    assert CaseJudgement.objects.last().verdict == "open"


def test_an_answer_without_a_reason_loses_nothing(first, keep, editor):
    proposed(keep)
    page = editor.get("/desk/linking/").content.decode()
    answer = form(page, "event", "told", "seen") | {"verdict": "same", "reason": " "}
    assert editor.post("/desk/linking/judge/", answer).status_code == 400
    assert editor.post("/desk/linking/judge/", answer | {"verdict": "so"}).status_code == 400
    assert editor.post("/desk/linking/judge/", answer | {"event": "nobody"}).status_code == 404
    assert editor.post("/desk/linking/undo/", {"judgement": "none"}).status_code == 404
    assert Retelling.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_case_page_says_where_it_is_told_again(first, keep, client, language):
    import_files([keep(second(event(case="testova-274")))], as_published=True, by="A coder")
    path = f"/{language}/cases/testova-274/"
    before = client.get(path).content.decode()
    assert before.count('class="step step-violation"') == 2
    judge(Retelling.objects.get(), "same")
    after = client.get(path).content.decode()
    assert after.count('class="step step-violation"') == 1
    event_ = Event.objects.get(key="second.txt#z#1")
    link = after[after.index(f'<a href="/{language}/events/{event_.public_id}/">') :]
    assert "second.txt" in link[: link.index("</a>")]


def test_figures_ask_the_core_what_again_means():
    value = mapping.Event.model_validate(event())
    rows = [glance.Counted(value, 2, "2031-02", "a"), glance.Counted(value, 2, "2031-02", "b", True)]
    told = figures(rows, "2031Q1")
    assert (told.new_violations, told.events, told.people_hit_at_least) == (1, 2, 0)


SYLLABLES = [
    "ba",
    "de",
    "gu",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "ta",
    "vu",
    "zha",
    "sha",
    "yer",
    "nur",
]


def invented(n):
    def word(k):
        return "".join(SYLLABLES[k // 16**place % 16] for place in range(3)).capitalize()

    return f"{word(n * 37 % 4096)} {word(n * 101 % 4096)}ov"


@pytest.mark.long
def test_many_events_are_asked_fast(keep):
    entries = [
        entry(f"e{n}", n + 1, event(targets=[ALMA | {"name": invented(n)}], case=f"c-{n}"))
        for n in range(300)
    ]
    import_files([keep(bulletin("many.txt", "2031Q1", *entries))], as_published=True, by="A coder")
    rows = list(Event.objects.select_related("item__source", "case"))
    start = time.process_time()
    assert retellings.likely_retellings_of(rows) == ()
    assert time.process_time() - start < 0.1 * len(rows)
