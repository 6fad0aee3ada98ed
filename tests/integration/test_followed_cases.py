"""Cases followed over the ledger: what the public and the desk see of them, the calendar, carry-over, choices."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import icalendar
import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from followed import CASE, DAY, FILES, FIRST, LETTER, bulletin, event, write
from standing import standing

from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.web.accounts.models import User
from barometer.web.actions import revisions
from barometer.web.actions.choosing import choose_statement
from barometer.web.actions.importing import import_files
from barometer.web.actions.names import judge, token, undo
from barometer.web.public import clock
from barometer.web.records import timelines
from barometer.web.records.models import Case, Event, Item, Party, Revision, Source, StatementChoice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

PAGE = f"/en/cases/{CASE}/"
DESK = f"/desk/cases/{CASE}/"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """All pages are of one day."""
    monkeypatch.setattr(clock, "today", lambda: DAY)


@pytest.fixture
@standing
def ledger(tmp_path):
    """The case, published."""
    import_files(write(tmp_path), as_published=True, by="A coder")


@pytest.fixture
def editor(client):
    """A client of somebody of the desk."""
    user = User.objects.create_user(
        "editor", password="a long password of mine", first_name="An", last_name="Editor"
    )
    user.groups.add(Group.objects.create(name="editor"))
    client.force_login(user)
    return client


def shown(client, path: str, status: int = 200) -> str:
    """The page's words, without its tags."""
    response = client.get(path)
    assert response.status_code == status, path
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)[0]
    main = re.sub(r"<(title|desc)[ >].*?</\1>|<input[^>]*>", "", main, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?time[^>]*>", "", main)).split())


def hide(key: str) -> None:
    """Make an event one that the public does not see, and its entry with it."""
    row = Event.objects.get(key__endswith=key)
    Event.objects.filter(pk=row.pk).update(state="proposed", published_at=None, published_by="")
    Item.objects.filter(pk=row.item_id).update(state="proposed")


LETTER_S = f"letter.txt#{CASE}#1"


# --- from rows to the core's values -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quarter", "published", "came", "first_day", "known"),
    [
        ("2021Q1", None, "2026-01-05", "2021-03-17", "2021-03-31"),  # taken in later: the end of its quarter
        ("2021Q1", None, "2021-02-03", "2021-02-01", "2021-02-03"),  # came while the quarter ran
        ("2021Q1", None, "2026-01-05", "2021-04-02", "2021-04-02"),  # not known before it happened
        ("2021Q1", None, "2026-01-05", None, "2021-03-31"),
        ("", "2021-04-13", "2026-01-05", "2021-03-18", "2021-04-13"),  # the day that the letter bears
        ("", None, "2026-01-05", "2021-03-18", "2026-01-05"),  # nothing tells but the ledger
        ("", "2031-04-13", "2026-01-05", "2021-03-18", "2026-01-05"),  # a date that cannot be
    ],
)
def test_the_day_on_which_an_event_became_known(quarter, published, came, first_day, known):
    source = Source(quarter=quarter, published=published and date.fromisoformat(published))
    row = Event(
        item=Item(source=source),
        created_at=datetime.fromisoformat(came).replace(hour=12, tzinfo=UTC),
        first_day=first_day and date.fromisoformat(first_day),
    )
    assert timelines.known_day(row) == date.fromisoformat(known)


def test_an_event_without_a_source_is_known_from_its_row():
    row = Event(item=Item(), created_at=datetime(2026, 1, 5, 20, tzinfo=UTC))
    assert timelines.known_day(row) == date(2026, 1, 6)  # the day where the country is


def test_the_cases_of_the_ledger_come_in_four_queries(ledger):
    with CaptureQueriesContext(connection) as asked:
        [case] = timelines.cases(timelines.public_events(), public=True)
    # who is one with whom, who is not named, in which order events come, and the events
    assert len(asked) == 4
    assert (case.slug, len(case.events)) == (CASE, 5)
    assert {source for one in case.events for source in one.sources} == {file["source"] for file in FILES}


def test_what_was_withdrawn_is_followed_no_more(ledger):
    Event.objects.filter(key__endswith="q2.txt#2-01#1").update(state="withdrawn")
    [case] = timelines.cases(timelines.desk_events(), public=False)
    assert len(case.events) == 4


def test_only_cases_that_can_have_dates_ahead_are_asked_for_them(tmp_path):
    other = bulletin(
        "other.txt", "2021Q1", event("legal.criminal_case", day="2021-03", said="A case.") | {"case": "other"}
    )
    import_files(write(tmp_path, FIRST, other), as_published=True, by="A coder")
    assert len(timelines.cases(timelines.public_events(), public=True)) == 2
    assert [
        case.slug for case in timelines.cases(timelines.with_dates(timelines.public_events()), public=True)
    ] == [CASE]


# --- one person under several names ------------------------------------------------------------------------


def spelt(name: str, quarter: str, who: str, *types: str, day: str) -> dict:
    """A bulletin that tells one thing of the case, of a person under this name."""
    person = {"name": who, "written": who, "type": "media_director"}
    return bulletin(name, quarter, event(*types, day=day, who=person, said="It is told."))


@pytest.fixture
@standing
def two_spellings(tmp_path):
    """One woman under two names in a case: under house arrest, then released."""
    first = spelt("one.txt", "2021Q1", "Saule Oydan", "legal.house_arrest", day="2021-03-17")
    second = spelt("two.txt", "2021Q2", "S. Oydanova", "outcome.released", day="2021-04-17")
    import_files(write(tmp_path, first, second), as_published=True, by="A coder")
    return Party.objects.get(name="Saule Oydan"), Party.objects.get(name="S. Oydanova")


def join(one: Party, other: Party):
    ids = {"one": one.public_id, "other": other.public_id}
    return judge(**ids, verdict="same", reason="one woman", by="An editor", seen=token(**ids))


def test_joined_people_are_one_on_the_page_and_two_again_when_the_join_is_undone(client, two_spellings):
    apart = shown(client, PAGE)
    assert "S. Oydanova" in apart
    row = join(*two_spellings)
    as_one = shown(client, PAGE)
    assert "Saule Oydan , at least 1, at most 78 days" in apart  # nobody says when hers ended
    assert "Saule Oydan , 32 days" in as_one
    assert "S. Oydanova" not in as_one
    [case] = timelines.cases(timelines.public_events(), public=True)
    assert {who.name for one in case.events for who in one.event.targets} == {"Saule Oydan"}
    undo(row, reason="her sister", by="An editor")
    assert shown(client, PAGE) == apart


def test_a_name_that_no_published_event_bears_is_not_shown_by_joining(two_spellings):
    full, short = two_spellings
    join(full, short)
    hide("one.txt#2-01#1")
    [case] = timelines.cases(timelines.public_events(), public=True)
    assert {who.name for one in case.events for who in one.event.targets} == {"S. Oydanova"}
    [case] = timelines.cases(timelines.desk_events(), public=False)
    assert {who.name for one in case.events for who in one.event.targets} == {"Saule Oydan"}


# --- the page of a case -----------------------------------------------------------------------------------


def test_the_page_says_who_is_under_what_and_what_lies_ahead(client, ledger):
    page = shown(client, PAGE)
    for words in (
        "Days deprived of liberty so far: Saule Oydan , at least 77, at most 78 days",
        "House arrest From 17–18 March 2021 To 20 May 2021 Length at least 63, at most 64 days",
        "Pre-trial custody From 20 May 2021 To 20 July 2021 Length 14 days State in force",
        "Saule Oydan : criminal case Open Opened , 17 March 2021 Brought by: Mirrors LLP",
        "10 June 2021 in the next 14 days Hearing, Saule Oydan: hearing of the appeal",
        "20 July 2021 ahead End of the measure: pre-trial custody",
        "30 May 2021 passed without news Reply due, Askar Tusinbek",
        "Date: House arrest: Saule Oydan 17 March 2021 Barometer of the Invented Press, first quarter of 2021",
        "18 March 2021 followed-letter.txt, 13 April 2021",
        "Role of the person: Saule Oydan Director",
        "Invented City Court , decided or did it",
    ):
        assert words in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", ("Кто под какой мерой", "в ближайшие 14 дней", "Где источники расходятся", "прошло без новостей")),
        ("kk", ("Кімге қандай шара қолданылған", "алдағы 14 күнде", "жаңалықсыз өтті")),
    ],
)  # fmt: skip
def test_the_page_speaks_three_languages(client, ledger, language, said):
    page = shown(client, f"/{language}/cases/{CASE}/")
    assert not [words for words in said if words not in page]


def test_the_case_is_replayed_as_it_was_known(client, ledger):
    early = shown(client, f"{PAGE}?as_of=2021-04-05")
    assert "As it was known on 5 April 2021" in early
    assert "House arrest From 17 March 2021 To 17 May 2021 Length 20 days State in force" in early
    assert "custody" not in early and "Where sources differ" not in early and "founder" not in early
    assert "17 May 2021 ahead" in early
    assert "Where sources differ" in shown(client, f"{PAGE}?as_of=2021-04-13")
    late = shown(client, f"{PAGE}?as_of=2021-05-25")
    assert "custody" not in late  # the bulletin of that quarter was not out
    assert "House arrest From 17–18 March 2021 To 17 May 2021" in late and "passed without news" in late


def test_before_anything_was_known_the_page_says_so(client, ledger):
    page = shown(client, f"{PAGE}?as_of=2021-03-30")
    assert "Nothing of this case was known on that day." in page
    assert "Saule Oydan" not in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2021-02-30", "This is not a day of the calendar"),
        ("20210405", "This is not a day of the calendar"),
        ("2021-W14-1", "This is not a day of the calendar"),
        ("yesterday", "This is not a day of the calendar"),
        ("٢٠٢١-04-05", "This is not a day of the calendar"),
        ("<b>", "“&lt;b&gt;”: This is not a day"),
        ("9" * 5000, "This is not a day of the calendar"),
        ("2021-06-03", "This day lies ahead"),
    ],
)
def test_a_bad_day_gets_a_clear_message_and_the_page(client, ledger, asked, said):
    page = shown(client, f"{PAGE}?as_of={asked}")
    assert said in page
    assert "Pre-trial custody" in page


@pytest.mark.parametrize("asked", ["", "0001-01-01", "%00", "2021-04-05&as_of=x", "9999-12-31"])
def test_no_day_breaks_the_page(client, ledger, asked):
    assert client.get(f"{PAGE}?as_of={asked}").status_code == 200


def test_the_public_follows_published_events_only(client, editor, ledger):
    hide(LETTER_S)
    hide("q2.txt#2-01#1")
    page = shown(client, PAGE)
    assert "Where sources differ" not in page and "custody" not in page and "followed-letter" not in page
    assert "founder" not in shown(client, f"{PAGE}?as_of=2021-04-20")
    desk = shown(editor, DESK)
    assert "Where sources differ" in desk and "custody" in desk
    assert desk.count("not public: proposed") == 2


def test_a_case_of_which_nothing_is_public_is_not_there(client, editor, ledger):
    for row in Event.objects.all():
        hide(row.key)
    assert client.get(PAGE).status_code == 404
    assert "The public sees nothing of this case" in shown(editor, DESK)
    assert client.get("/desk/cases/no-such-case/").status_code == 404
    Event.objects.update(state="withdrawn")
    assert client.get(DESK).status_code == 404


def test_the_page_asks_the_database_a_fixed_number_of_things(client, ledger, forgetting, tmp_path):
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    more = [event("legal.interrogation", day=f"2021-04-{day:02}", said="Asked.") for day in range(1, 20)]
    import_files(write(tmp_path, bulletin("more.txt", "2021Q2", *more)), as_published=True, by="A coder")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few) <= 15


# --- the calendar -----------------------------------------------------------------------------------------


def test_the_calendar_has_the_next_fortnight_first_then_later_then_what_passed(client, ledger):
    page = shown(client, "/en/calendar/")
    assert "2 dates ahead , 2 June 2021" in page
    parts = ("In the next 14 days 7–13 June 2021 10 June 2021", "Later 19–25 July 2021 20 July 2021")
    assert page.index(parts[0]) < page.index(parts[1]) < page.index("Passed without news")
    assert page.index("Passed without news") < page.index("30 May 2021 passed without news")
    assert "17 May 2021" not in page  # something came after it


def test_the_calendar_holds_published_events_only(client, ledger):
    hide("q2.txt#2-01#1")
    for path in ("/en/calendar/", "/en/calendar.ics"):
        page = client.get(path).content.decode()
        assert "hearing of the appeal" not in page.replace("\r\n ", "")
        assert "House arrest" in page or "house arrest" in page


def test_an_empty_calendar_says_so(client):
    assert "Nothing is known to lie ahead in these days." in shown(client, "/en/calendar/")
    assert not icalendar.Calendar.from_ical(client.get("/en/calendar.ics").content).walk("VEVENT")


def test_an_old_reminder_stands_on_its_case_only(client, ledger, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2023, 1, 1))
    page = shown(client, "/en/calendar/")
    assert "are older than a year" in page and "20 July 2021" not in page
    assert "20 July 2021 passed without news" in shown(client, PAGE)


def test_the_feed_is_a_calendar_that_keeps_its_names(client, ledger):
    answer = client.get("/en/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "press-barometer.ics" in answer["Content-Disposition"]
    found = icalendar.Calendar.from_ical(answer.content)
    days = {str(entry["summary"]): entry.decoded("dtstart") for entry in found.walk("VEVENT")}
    assert days["Hearing · Saule Oydan · hearing of the appeal in the regional court"] == date(2021, 6, 10)
    assert "Barometer of the Invented Press, second quarter" in str(found.walk("VEVENT")[-1]["description"])
    assert str(found.walk("VEVENT")[0]["url"]) == "http://testserver/en/cases/oydan-274/"
    kazakh = icalendar.Calendar.from_ical(client.get("/kk/calendar.ics").content)
    names = [{str(entry["uid"]) for entry in one.walk("VEVENT")} for one in (found, kazakh)]
    assert names[0] == names[1] and len(names[0]) == 4
    assert any(str(entry["summary"]).startswith("Сот отырысы") for entry in kazakh.walk("VEVENT"))
    assert client.get("/en/calendar.ics").content == answer.content
    assert client.get("/calendar.ics")["Location"] == "/en/calendar.ics"
    assert 'href="/en/calendar.ics"' in client.get("/en/calendar/").content.decode()


# --- the desk ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["carryover/", "carryover/2021Q2/", "cases/", f"cases/{CASE}/"])
def test_the_desk_is_for_those_who_are_logged_in(client, ledger, path):
    answer = client.get(f"/desk/{path}")
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/login/?next=/desk/{path}")
    client.force_login(User.objects.create_user("reader", password="a long password of mine"))
    assert client.get(f"/desk/{path}").status_code == 403
    assert client.post(f"/desk/{path}").status_code == 403


def test_the_desk_leads_to_its_pages_and_is_kept_by_no_cache(admin_client, ledger):
    index = admin_client.get("/desk/").content.decode()
    assert 'href="/desk/carryover/"' in index and 'href="/desk/cases/"' in index
    answer = admin_client.get("/desk/cases/")
    assert "no-store" in answer["Cache-Control"]
    assert DESK in answer.content.decode()
    for path in (DESK, "/desk/carryover/2021Q2/"):
        page = admin_client.get(path).content.decode()
        assert " style=" not in page and "<script" not in page and " onclick" not in page


def test_the_carry_over_lists_what_was_open(editor, ledger):
    page = shown(editor, "/desk/carryover/2021Q2/")
    assert "1 case , 1 April 2021 – 30 June 2021; 1 moved" in page
    assert "House arrest: in force" in page and "2021-05-17 End of the measure" in page
    assert "did not move" in shown(editor, "/desk/carryover/2021Q4/")
    assert "0 cases" in shown(editor, "/desk/carryover/2020Q1/")


def test_the_carry_over_of_a_period_that_a_form_gives(editor, ledger):
    for asked in ("2021Q2", "2021-05", "2021-04-01/2021-05-15"):
        answer = editor.get("/desk/carryover/", {"period": asked})
        assert answer["Location"] == f"/desk/carryover/{asked}/"
        assert editor.get(answer["Location"]).status_code == 200
    assert editor.get("/desk/carryover/").status_code == 200  # the quarter before this one
    for path in ("/desk/carryover/2021Q9/", "/desk/carryover/?period=x", "/desk/carryover/a/b/c/"):
        assert "This is not a period" in shown(editor, path, status=400)


@pytest.mark.once
def test_the_carry_over_on_the_command_line(own_ledger, tmp_path):
    for path in write(tmp_path):
        own_ledger.barometer("import", path, "--as", "published", "--by", "A coder")
    said = own_ledger.barometer("carryover", "2021Q2")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("1 case open on 2021-04-01: 1 moved by 2021-06-30, 0 perhaps, 0 did not.\n")
    assert "CASE" in said.stdout and CASE in said.stdout and "House arrest" in said.stdout
    data = json.loads(own_ledger.barometer("carryover", "2021Q2", "--json").stdout)
    assert [(row["case"], row["moved"]) for row in data["cases"]] == [(CASE, "yes")]
    assert data["cases"][0]["next"]["date"] == "2021-05-17"
    for bad in ("2021Q9", "", "spring"):
        refused = own_ledger.barometer("carryover", bad)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith(f"barometer: '{bad}' is not a period. Next: write a quarter")
        assert refused.stderr.count("\n") == 1


# --- the choice of what is printed ------------------------------------------------------------------------


def point_of(topic: str = "date") -> str:
    """The key of the point that the ledger's case differs on."""
    [case] = timelines.cases(timelines.desk_events(), public=False)
    return next(one.key for one in timelines.with_choices(case, (), public=False) if one.topic == topic)


def choose(value: str = "2021-03-18", reason: str = "so the court's record", **more) -> StatementChoice:
    return choose_statement(
        Case.objects.get(slug=CASE), more.pop("point", "") or point_of(), value, reason=reason, by="An Editor"
    )


def test_an_editor_says_what_is_printed_and_readers_see_why(editor, client, ledger):
    asked = {"point": point_of(), "value": "2021-03-18", "reason": "so the court's record"}
    answer = editor.post(DESK, asked)
    assert (answer.status_code, answer["Location"]) == (302, DESK)
    row = StatementChoice.objects.get()
    assert (row.value, row.by, row.user.username) == ("2021-03-18", "An Editor", "editor")
    revision = Revision.objects.get(record_id=row.public_id)
    assert (revision.model, revision.action, revision.by, revision.number) == (
        "statementchoice", "choose", "An Editor", 1,
    )  # fmt: skip
    assert revision.after["value"] == "2021-03-18"
    client.logout()
    page = shown(client, PAGE)
    assert "18 March 2021 printed" in page
    assert "Why it is printed so: so the court&#x27;s record" in page
    assert "An Editor" not in client.get(PAGE).content.decode()


def test_a_later_choice_of_the_same_day_holds_and_the_earlier_stays(editor, ledger):
    choose("2021-03-18", "first thought")
    choose("2021-03-17", "second thought")
    assert StatementChoice.objects.count() == 2
    page = shown(editor, DESK)
    assert "17 March 2021 printed" in page and "18 March 2021 printed" not in page
    assert "Earlier choices: 18 March 2021, first thought (An Editor" in page
    editor.logout()
    public = shown(editor, PAGE)
    assert "second thought" in public and "first thought" not in public


def test_a_choice_is_not_there_before_it_was_made(client, ledger):
    choose()
    assert "printed" not in shown(client, f"{PAGE}?as_of=2021-05-01")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": ""}, "Choose one of the statements."),
        ({"value": "2021-03-19"}, "The sources have changed meanwhile"),
        ({"point": "date:nothing"}, "The sources have changed meanwhile"),
        ({"point": "\x00"}, "The sources have changed meanwhile"),
        ({"reason": " \n "}, "Say why"),
        ({"reason": "\x00"}, "Say why"),
        ({"reason": "x" * 2001}, "The reason is too long."),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(editor, ledger, change, said):
    asked = {"point": point_of(), "value": "2021-03-18", "reason": "a reason"} | change
    answer = editor.post(DESK, asked)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not StatementChoice.objects.exists()


def test_the_action_refuses_what_the_page_refuses(ledger):
    case, point = Case.objects.get(), point_of()
    with pytest.raises(NotAllowed):
        choose_statement(case, point, "2021-03-18", reason="a reason", by=" ")
    with pytest.raises(NotReady):
        choose_statement(case, point, "2021-03-18", reason=" ", by="An Editor")
    for point_, value in ((point, "x"), ("date:x", "2021-03-18")):
        with pytest.raises(UnknownValue):
            choose_statement(case, point_, value, reason="a reason", by="An Editor")
    assert not StatementChoice.objects.exists()


def test_without_its_revision_nothing_was_chosen(ledger, monkeypatch):
    def fails(*_, **__):
        raise DatabaseError("no room for the revision")

    point = point_of()
    monkeypatch.setattr(revisions.Revision.objects, "create", fails)
    with pytest.raises(DatabaseError), transaction.atomic():
        choose(point=point)
    assert not StatementChoice.objects.exists()


def test_what_no_public_event_says_is_not_shown_as_a_choice(client, ledger):
    choose("2021-03-18", "the letter is right")
    hide(LETTER_S)
    page = client.get(PAGE).content.decode()
    assert "the letter is right" not in page and "18 March" not in page
    hide("q1.txt#2-01#1")
    assert "the letter is right" not in client.get(PAGE).content.decode()


def test_a_choice_is_found_again_when_another_event_tells_the_fact_best(client, editor, ledger, tmp_path):
    """The point's key holds the event that tells it first; the public has another first one."""
    third = json.loads(json.dumps(LETTER))
    third["source"] = "followed-other-letter.txt"
    [told] = third["cases"][0]["events"]
    told["date"] = "2021-03-16"
    told["summary"] = {"en": "Saule Oydan was placed under house arrest on 16 March."}
    import_files(write(tmp_path, third), as_published=True, by="A coder")
    point = point_of()
    choose("2021-03-18", point=point)
    first = point.split(":")[1]
    hide(Event.objects.get(public_id=first).key)
    [case] = timelines.cases(timelines.public_events(), public=True)
    keys = [one.key for one in timelines.with_choices(case, (), public=True) if one.topic == "date"]
    assert keys and point not in keys
    client.logout()
    assert "18 March 2021 printed" in shown(client, PAGE)


def test_a_choice_where_nothing_differs_any_more_is_kept_at_the_desk(editor, ledger):
    choose()
    Event.objects.filter(key__endswith=LETTER_S).update(state="withdrawn")
    page = shown(editor, DESK)
    assert "Choices on points on which the sources no longer differ 18 March 2021" in page


STATEMENTS = [
    "UPDATE records_statementchoice SET reason = 'another'",
    "UPDATE records_statementchoice SET value = value",
    "DELETE FROM records_statementchoice",
]
BY_VENDOR = {
    "sqlite": [
        "REPLACE INTO records_statementchoice SELECT * FROM records_statementchoice",
        "UPDATE OR REPLACE records_statementchoice SET by = 'another'",
    ],
    "postgresql": [
        "TRUNCATE records_statementchoice",
        "INSERT INTO records_statementchoice SELECT * FROM records_statementchoice "
        "ON CONFLICT (id) DO UPDATE SET by = 'another'",
    ],
}


@pytest.mark.parametrize("index", range(5))
def test_choices_stand_against_sql(ledger, index):
    choose()
    before = list(StatementChoice.objects.values())
    statement = [*STATEMENTS, *BY_VENDOR[connection.vendor]][index]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(StatementChoice.objects.values()) == before


def test_choices_stand_against_django(ledger):
    row = choose()
    row.reason = "another"
    for change in (row.delete, row.save, StatementChoice.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert StatementChoice.objects.get().reason == "so the court's record"


def test_the_database_refuses_a_choice_without_reason_or_name(ledger):
    for empty in ("reason", "by", "value"):
        values = {"point": "date:x", "value": "x", "reason": "x", "by": "x"} | {empty: ""}
        with pytest.raises(DatabaseError), transaction.atomic():
            StatementChoice.objects.create(case=Case.objects.get(), **values)


def test_a_report_and_a_letter_bring_their_day(ledger):
    assert Source.objects.get(name="followed-letter.txt").published == date(2021, 4, 13)
    assert Source.objects.get(name="followed-2021q1.txt").published is None


HOSTILE = '"><script>alert(1)</script>&\u202e'


def test_no_text_of_a_source_becomes_part_of_a_page(client, editor, tmp_path):
    data = json.loads(json.dumps([FIRST, LETTER]).replace("Saule Oydan", json.dumps(HOSTILE)[1:-1]))
    for file in data:
        for told in (file.get("entries") or file["cases"])[0]["events"]:
            told["upcoming"] = [{"date": "2021-06-10", "what": f"hearing {HOSTILE}", "of": HOSTILE}]
    import_files(write(tmp_path, *data), as_published=True, by="A coder")
    choose(reason=HOSTILE)
    for path in (PAGE, "/en/calendar/", DESK, "/desk/carryover/2021Q2/", f"{PAGE}?as_of={HOSTILE}"):
        page = editor.get(path).content.decode()
        assert "alert(1)" in page, path
        page = page.replace(
            '<script type="application/ld+json">', "", 1
        )  # the page's own data, which no browser runs
        assert "<script" not in page, path
    assert icalendar.Calendar.from_ical(client.get("/en/calendar.ics").content).walk("VEVENT")


def test_the_desk_speaks_the_language_that_the_browser_asks_for(editor, ledger):
    page = editor.get("/desk/carryover/2021Q2/", headers={"accept-language": "kk"}).content.decode()
    assert '<html lang="kk">' in page and "Ауысқан істер" in page and "Үйқамақ" in page
