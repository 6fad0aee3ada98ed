"""Published requests on the public site: figures by hand, what stays inside, files, filters. All is invented."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from barometer.web.actions import people, requests, requests_steps
from barometer.web.actions.importing import import_files
from barometer.web.actions.requests import Asked
from barometer.web.actions.revisions import last_number
from barometer.web.mirror.addresses import place
from barometer.web.public import clock
from barometer.web.public.figures import given
from barometer.web.records.models import Event, Party, State
from barometer.web.requests.published import COLUMNS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

TODAY = date(2025, 3, 31)
BY = {"by": "A desk person"}
RIVERS, LAKES = "Ministry of Rivers", "Ministry of Lakes"
ASKER = "Alma Testova"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def asked(title, *steps, body=RIVERS, sent="2025-02-03", public=True, **more):
    """A request with its steps: (kind, day, more)."""
    told = {
        "kind": "access",
        "channel": "mail",
        "language": "en",
        "asker": ASKER,
        "text": f"{ASKER} asks",
    } | more
    row = requests.record(Asked(body=body, title=title, sent_on=date.fromisoformat(sent), **told), **BY)
    for kind, day, told in steps:
        requests_steps.add(row, kind, date.fromisoformat(day), **told, **BY)
    return publish(row) if public else row


def publish(row, visibility="public"):
    row.refresh_from_db()
    return requests.set_visibility(row, visibility, base=last_number(row), reason="was looked at", **BY)


@pytest.fixture
def seven():
    """Seven requests to one body whose last day (18 February) has passed, one that runs, one passed on."""
    return [
        asked("Dams one", ("answered", "2025-02-10", {})),
        asked("Dams two", ("answered", "2025-02-18", {})),
        asked("Dams three", ("answered", "2025-02-20", {})),
        asked("Dams four", ("refused", "2025-02-10", {"grounds": ["official_use"]})),
        asked("Dams five"),
        asked("Dams six", ("partial", "2025-02-14", {})),
        asked("Dams seven", ("form_letter", "2025-02-17", {})),
        asked("Dams eight", sent="2025-03-24", kind="application"),
        asked("Dams nine", ("transferred", "2025-02-05", {"body": LAKES}), ("answered", "2025-02-19", {})),
    ]


def page(client, name="requests", *args, language="en", **query):
    with override(language):
        return client.get(reverse(f"public:{name}", args=args), query)


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_anything_is_published_there_is_nothing(client):
    inside = asked("Inside", public=False)
    assert "No request has been published yet." in text(page(client))
    assert page(client, "request", inside.public_id).status_code == 404
    assert list(csv.reader(io.StringIO(text_of_file(client, "csv")))) == [[*COLUMNS, "address"]]
    assert json.loads(text_of_file(client, "json"))["requests"] == []


def text_of_file(client, form, **query):
    answer = page(client, f"requests-{form}", **query)
    assert answer["Content-Disposition"].endswith(f'requests-2025-03-31.{form}"')
    return answer.content.decode("utf-8-sig")


def test_the_figures_of_each_body(client, seven):
    lakes, rivers = json.loads(text_of_file(client, "json"))["bodies"]
    assert {name: rivers[name] for name in ("requests", "running", "due", "in_time", "late", "silent")} == {
        "requests": 8, "running": 1, "due": 7, "in_time": 2, "late": 1, "silent": 1,
    }  # fmt: skip
    assert (rivers["partial"], rivers["refused"], rivers["form_letter"], rivers["passed_on"]) == (1, 1, 1, 1)
    assert rivers["share_in_time"] == pytest.approx(2 / 7)
    assert rivers["share_interval_95"] == pytest.approx([0.0822, 0.6411], abs=1e-4)
    assert (lakes["body"], lakes["due"], lakes["in_time"]) == (LAKES, 1, 1)
    assert (lakes["share_in_time"], lakes["share_interval_95"]) == (None, None)


def test_the_indicators_of_the_quarter_count_what_was_due_in_it(seven):
    # Seven to the one body and one to the other: two and one of them in time; what runs is not asked yet.
    assert given("2025Q1", TODAY).answered == (3, 8)
    assert given("2024Q4", TODAY).answered is None


def test_the_page_says_shares_with_denominators_and_names_bodies_in_order(client, seven):
    said = text(page(client))
    assert "2 of 7</span>" in said
    assert "29%" in said and "8–64%" in said
    assert said.index(f">{LAKES}</a></th>") < said.index(f">{RIVERS}</a></th>")
    row = said[said.index(f">{LAKES}</a></th>") :].split("</tr>")[0]
    assert "1 of 1" in row and "%" not in row
    assert "1 of 1" in said[said.index("Grounds for refusal") :]


def test_some_of_an_answer_is_not_told_as_silence(client, seven):
    said = text(page(client, "request", seven[5].public_id))
    assert "Answered in part; the rest was due on 18 February 2025" in said
    assert "No answer." not in said
    assert "No answer." in text(page(client, "request", seven[4].public_id))


def test_a_late_refusal_is_told_as_late_and_as_a_refusal(client):
    row = asked("Dams", ("refused", "2025-02-20", {}))
    late = "Refused to answer, 2 calendar days after the last day for an answer (18 February 2025)."
    for said in (text(page(client)), text(page(client, "request", row.public_id))):
        assert late in said
        assert 'badge ">refused to answer</span>' in said


def test_one_request_with_its_clock_questions_and_law(client):
    row = asked(
        "Dams", ("extended", "2025-02-17", {"days": 10}), ("refused", "2025-02-20", {"grounds": ["official_use"]}),
        questions=("How many dams are there?", "Who pays for them?"), language="ru",
    )  # fmt: skip
    requests.judge(row, {1: "partly"}, base=last_number(row), **BY)
    said = text(page(client, "request", row.public_id))
    assert '<time datetime="2025-02-28">28 February 2025</time> <strong>The last day for an answer' in said
    assert said.index('datetime="2025-02-20"') < said.index('datetime="2025-02-28"')
    assert '<p lang="ru">How many dams are there?</p>' in said
    assert "Answered in part" in said and "Not judged yet" in said
    assert "https://adilet.zan.kz/rus/docs/Z1500000401" in said
    assert "For official use" in said


def test_who_asked_is_nowhere(client, seven):
    files = [text_of_file(client, "csv"), text_of_file(client, "json")]
    pages = [text(page(client)), *(text(page(client, "request", row.public_id)) for row in seven)]
    assert not any(ASKER in one for one in (*files, *pages))


def test_a_person_who_is_not_named_is_not_named_in_a_title(client):
    person = Party.objects.create(kind=Party.Kind.PERSON, name="Dinara Ulgieva")
    people.set_policy(person, "victim", why="asked for it", **BY)
    row = asked("The arrest of Dinara Ulgieva", questions=("Where is Dinara Ulgieva?",))
    for said in (
        text(page(client)),
        text(page(client, "request", row.public_id)),
        text_of_file(client, "csv"),
    ):
        assert "Ulgieva" not in said


def test_kind_quarter_and_body_choose(client, seven):
    rivers = Party.objects.get(name=RIVERS).public_id
    lakes = Party.objects.get(name=LAKES).public_id
    titles = [
        row["title"] for row in csv.DictReader(io.StringIO(text_of_file(client, "csv", kind="application")))
    ]
    assert titles == ["Dams eight"]
    assert len(json.loads(text_of_file(client, "json", body=lakes))["requests"]) == 1
    assert [one["body"] for one in json.loads(text_of_file(client, "json", body=rivers))["bodies"]] == [
        RIVERS
    ]
    assert "9 published requests" in text(page(client, period="2025Q1"))
    for language in ("ru", "kk"):
        assert page(client, language=language, body=rivers).status_code == 200


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"period": "2031Q1"}, {"body": "<script>"}, {"kind": "'\x00"}]
)
def test_what_no_request_has_is_not_found(client, seven, query):
    assert page(client, **query).status_code == 404
    assert page(client, "requests-csv", **query).status_code == 404


def test_a_title_is_no_formula_and_no_markup(client):
    asked('=HYPERLINK("https://x.example")')
    row = asked("<script>alert(1)</script>")
    titles = [one["title"] for one in csv.DictReader(io.StringIO(text_of_file(client, "csv")))]
    assert not any(title.startswith("=") for title in titles)
    assert "<script>alert" not in text(page(client)) + text(page(client, "request", row.public_id))


def test_what_is_taken_back_is_gone(client, seven):
    publish(seven[0], "internal")
    assert page(client, "request", seven[0].public_id).status_code == 404
    assert "Dams one" not in text(page(client))


def test_only_published_events_stand_beside_it(client, mini):
    import_files([mini.path], as_published=True, by="A coder")
    shown, hidden = Event.objects.public()[:2]
    row = asked("Dams")
    for event in (shown, hidden):
        requests.link_event(row, event, **BY)
    Event.objects.filter(pk=hidden.pk).update(state=State.PROPOSED)
    said = text(page(client, "request", row.public_id))
    assert shown.public_id in said and hidden.public_id not in said
    found = next(csv.DictReader(io.StringIO(text_of_file(client, "csv"))))
    assert found["events"] == shown.public_id
    assert page(client, "request", row.public_id).wsgi_request.path in text(
        page(client, "event", shown.public_id)
    )
    publish(row, "internal")
    assert row.public_id not in text(page(client, "event", shown.public_id))


def test_the_page_of_a_body_leads_to_how_it_answers(client, mini):
    import_files([mini.path], as_published=True, by="A coder")
    body = next(
        one
        for one in Party.objects.filter(kind="body")
        if page(client, "body", one.public_id).status_code == 200
    )
    assert "How it answers requests" not in text(page(client, "body", body.public_id))
    asked("Dams", body=body.name)
    found = text(page(client, "body", body.public_id))
    assert f'/en/requests/?body={body.public_id}">How it answers requests' in found


def test_the_mirror_has_the_page_of_each_body():
    assert place("/en/requests/?body=01abc&kind=access").page == "requests/?body=01abc"
    assert place("/en/requests.csv?body=01abc") is None
    assert place("/en/requests.json").page == "requests.json"


def test_a_kind_without_a_rule_has_no_last_day_and_no_figure(client):
    row = asked("Long ago", sent="2014-02-03")
    said = text(page(client))
    assert "1 request has no last day" in said
    assert "No rule says how long" in text(page(client, "request", row.public_id))


def test_more_requests_are_not_more_questions_to_the_database(client, seven, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as few:
        page(client)
    for number in range(6):
        asked(f"More {number}", ("transferred", "2025-02-05", {"body": LAKES}))
    with django_assert_max_num_queries(len(few)):
        page(client)
