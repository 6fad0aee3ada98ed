"""Coding at the desk: accept, correct, two versions, split, merge, background, drafts; all people are invented."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from standing import standing

from barometer.web.accounts.models import User
from barometer.web.actions import coding, drafting
from barometer.web.actions.coding import Outdated, WrongValues, form_of
from barometer.web.actions.importing import import_files, is_beside
from barometer.web.actions.leads import Incoming, hand_in, take
from barometer.web.actions.revisions import last_number
from barometer.web.desk.coding_form import as_sent, posted
from barometer.web.records.drafts import Draft
from barometer.web.records.forms import coded_of
from barometer.web.records.models import Case, Event, Mention, Party, Retelling, Revision, Source, WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

TITLE = "Journalist fined in Almaty"
TEXT = (
    "On 13 March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of the "
    "Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false information in her "
    "report on the city's heating. Her lawyer says that the decision will be appealed within ten days."
)
HOSTILE = "</textarea><script>alert(1)</script>\" onfocus=alert(2) '"
WHO = {"by": "Alma Invented"}


def person(name="alma", group="monitor"):
    from django.contrib.auth.models import Group

    user = User.objects.create_user(name, first_name=name.title(), last_name="Invented", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def alma(client):
    user = person()
    client.force_login(user)
    return user


@pytest.fixture
@standing
def event():
    """What the reader proposes of a lead."""
    take(hand_in(Incoming(TEXT, "https://herald.example/x", TITLE), origin="text", by="A"), by="A")
    return Event.objects.get(key__startswith="lead-")


@pytest.fixture
@standing
def proposed(mini):
    """The mini bulletin's events as proposals: a fine, a release, the detention before it, a bill, an outage."""
    import_files([mini.save()])
    return list(Event.objects.filter(key__startswith="mini").order_by("key"))


def at(event, page="code-event"):
    return reverse(f"desk:{page}", args=[event.public_id])


def sent(event, do="accept", values=None, **more):
    form = dict(as_sent(values or form_of(event)))
    return form | {"base": last_number(event), "draft": "", "version": 0, "do": do} | more


def again(event):
    return Event.objects.get(pk=event.pk)


# --- the form and the coding are the same -----------------------------------------------------------------


def test_what_nobody_changed_stays_to_the_letter(proposed, event):
    for row in Event.objects.all():
        values = form_of(row)
        assert coded_of(row.coded, values, values) == row.coded
        sent_back = posted(query(dict(as_sent(values))))
        assert sent_back.values == values
        assert not sent_back.problems


def query(sent):
    from django.http import QueryDict

    found = QueryDict(mutable=True)
    found.update(sent)
    return found


def test_odd_spaces_of_a_source_are_no_change(event):
    coded = {**event.coded, "date_text": "13\u00a0March  2031"}
    coded["targets"] = [{**coded["targets"][0], "written": "Aigerim\u00a0Example", "note": "kept"}]
    event.coded = coded
    values = posted(query(dict(as_sent(form_of(event))))).values
    assert values["date_text"] == "13 March 2031"
    assert coded_of(coded, form_of(event), values) == coded
    values["targets"][0]["type"] = "editor"
    changed = coded_of(coded, form_of(event), values)
    assert changed["targets"][0]["type"] == "editor"
    assert "targets.0.name" in changed["grounds"]


def test_a_ground_goes_with_its_value_and_falls_with_it(event):
    values = form_of(event)
    second = values["targets"][0] | {
        "written": "Invented Herald",
        "name": "Invented Herald",
        "type": "outlet",
    }
    values |= {"targets": [second, *values["targets"]], "date": "2031-03"}
    coded = coded_of(event.coded, form_of(event), values)
    assert event.grounds["targets.0.name"] == coded["grounds"]["targets.1.name"]
    assert "targets.0.name" not in coded["grounds"]
    assert "date" not in coded["grounds"]
    assert coded["grounds"]["place"] == event.grounds["place"]


# --- accept and correct -----------------------------------------------------------------------------------


def test_accepting_writes_rows_and_one_revision(client, alma, event):
    values = form_of(event)
    values |= {"people_hit": "1", "people_hit_exact": True, "summary_ru": "Суд оштрафовал журналистку."}
    values["targets"][0]["name"] = "Aigerim Primer"
    number = last_number(event)
    answer = client.post(at(event), sent(event, values=values))
    assert (answer.status_code, answer.url) == (302, reverse("desk:code"))
    row = again(event)
    assert (row.state, row.people_hit, row.people_hit_exact) == ("accepted", 1, True)
    assert row.summary_ru == "Суд оштрафовал журналистку."
    assert row.coded["summary"] == {"ru": "Суд оштрафовал журналистку."}
    assert [one.party.name for one in row.mentions.filter(side="target")] == ["Aigerim Primer"]
    assert "оштрафова" in row.search_text
    last = Revision.objects.filter(record_id=row.public_id).latest("number")
    assert (last.number, last.action, last.by, last.user) == (number + 1, "accept", "Alma Invented", alma)
    assert [row.by for row in Revision.objects.filter(model="party")].count("Alma Invented") == 1


def test_accepting_leads_to_the_next_event_of_the_source(client, alma, proposed):
    first, second = proposed[:2]
    assert client.post(at(first), sent(first)).url == at(second)


def test_saving_the_same_is_no_change(client, alma, event):
    number = last_number(event)
    assert client.post(at(event), sent(event, "save")).status_code == 302
    assert (last_number(event), again(event).state) == (number, "proposed")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"kind": "relief"}, "types.0"),
        ({"kind": "invented"}, "kind"),
        ({"types": ["legal.fine", "no.such"]}, "types.1"),
        ({"types": []}, "types.0"),
        ({"date": "13 March"}, "date"),
        ({"date_text": "x" * 301}, "date_text"),
        ({"phase": "ended"}, "phase"),
        ({"work_link": "perhaps"}, "work_link"),
        ({"people_hit": "many"}, "people_hit"),
        ({"people_hit": "9" * 19}, "people_hit"),
        ({"people_hit": "", "people_hit_exact": True}, "people_hit_exact"),
        ({"country": "Kaz"}, "country"),
        ({"region": "KZ-00"}, "region"),
        ({"place": "x" * 201}, "place"),
        ({"provisions": ["Article 274"]}, "provisions.0"),
        ({"case": "Not A Slug"}, "case"),
        ({"targets": [{"written": "She", "name": "", "type": "journalist"}]}, "targets.0.name"),
        ({"targets": [{"written": "She", "name": "She", "type": "queen"}]}, "targets.0.type"),
        ({"actors": [{"written": "", "name": "He", "type": "court", "role": "king"}]}, "actors.0.role"),
        ({"upcoming": [{"date": "soon", "what": "hearing", "of": ""}]}, "upcoming.0.date"),
        ({"amounts": [{"what": "fine", "value": "inf", "unit": "KZT", "text": ""}]}, "amounts.0.value"),
        ({"amounts": [{"what": "fine", "value": "", "unit": "KZT", "text": ""}]}, "amounts.0.value"),
        ({"summary_en": "a\x00b"}, "summary_en"),
        ({"note": "n" * 10_001}, "note"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_written(client, alma, event, changed, place):
    values = form_of(event) | changed
    before = Revision.objects.count()
    answer = client.post(at(event), sent(event, values=values))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'<a href="#f-{place.replace(".", "-")}">' in page
    assert 'class="problem"' in page
    assert (Revision.objects.count(), again(event).state) == (before, "proposed")
    for name, value in changed.items():  # nothing that was typed is lost
        if name in ("date", "case", "place", "region", "people_hit"):
            assert value in page


@pytest.mark.once
def test_hostile_posts_are_answered_and_change_nothing(client, alma, event):
    before = Revision.objects.count()
    for form in (
        {},
        {"do": "accept"},
        {"do": "explode", "base": "1"},
        {"do": "find:targets.9999999999"},
        {"do": "add:password"},
        {"do": "accept", "base": "-1e9", "types.0": "\ud800".encode("utf-16", "surrogatepass")},
        sent(event) | {f"targets.{n}.name": "x" for n in range(400)},
        sent(event) | {"note": "x" * 1_000_000},
    ):
        assert client.post(at(event), form).status_code in (200, 400, 409)
    assert client.post(at(event), sent(event) | {"note": "x" * 3_000_000}).status_code == 400
    assert client.post(at(event), {f"targets.{n}.name": "x" for n in range(1100)}).status_code == 400
    assert (Revision.objects.count(), again(event).coded) == (before, event.coded)


@pytest.mark.once
def test_texts_of_anybody_are_harmless_on_every_page(client, alma, event):
    values = form_of(event) | {
        "note": HOSTILE, "place": HOSTILE, "date_text": HOSTILE, "summary_en": HOSTILE, "summary_kk": HOSTILE,
        "targets": [{"written": HOSTILE, "name": HOSTILE, "type": "journalist"}],
        "actors": [{"written": HOSTILE, "name": HOSTILE, "type": "court", "role": "decider"}],
        "upcoming": [{"date": "2031-05", "what": HOSTILE, "of": HOSTILE}],
        "amounts": [{"what": "fine", "value": "1", "unit": "KZT", "text": HOSTILE}],
    }  # fmt: skip
    client.post(at(event), sent(event, values=values))
    assert again(event).note == HOSTILE
    pages = [
        at(event),
        at(event, "code-more"),
        at(event, "code-text"),
        reverse("desk:code") + "?state=accepted",
    ]
    pages.append(reverse("desk:code-parties") + "?row=targets.0&q=script alert textarea")
    answers = [client.get(page) for page in pages]
    stale = sent(event, values=values | {"note": f"{HOSTILE}2"}) | {"base": 1}
    answers.append(client.post(at(event), stale))
    answers.append(client.post(at(event), sent(event, values=values | {"kind": HOSTILE, "case": HOSTILE})))
    assert [answer.status_code for answer in answers] == [200] * 5 + [409, 400]
    for answer in answers:
        assert "<script>alert" not in answer.content.decode()
        assert '" onfocus' not in answer.content.decode()


def test_words_chosen_in_the_text_become_the_ground(client, alma, event):
    start = f"{TITLE}\n{TEXT}".index("Invented Herald")
    more = {
        "targets.1.written": "Invented Herald", "targets.1.name": "Invented Herald", "targets.1.type": "outlet",
        "words.targets.1": f"{start}-{start + 15}", "words.targets.0": "9999999-99999999",
    }  # fmt: skip
    assert client.post(at(event), sent(event, **more)).status_code == 302
    ground = again(event).grounds["targets.1"]
    preserved = f"{TITLE}\n\n{TEXT}"
    assert preserved[slice(*ground["span"])] == "Invented Herald"
    assert (ground["rule"], ground["confidence"]) == ("person", 1.0)
    assert "targets.0.name" in again(event).grounds  # the machine's own stays


def test_a_case_that_is_chosen_answers_what_the_machine_proposed(client, alma, event):
    from barometer.cases.matching import Likely, Reason
    from barometer.web.actions import casing
    from barometer.web.records.models import CaseJudgement

    known, reason = Case.objects.create(slug="oydan-274"), Reason("close", 1.0)
    casing.propose(event, known, event.case, Likely("oydan-274", 0.5, (reason,)), by="machine")
    client.post(at(event), sent(event, values=form_of(event) | {"case": "oydan-274"}))
    assert again(event).case == known
    assert [row.verdict for row in CaseJudgement.objects.order_by("pk")] == ["proposed", "belongs"]


# --- two people, two tabs ---------------------------------------------------------------------------------


def test_a_newer_version_is_never_overwritten_and_both_are_shown(client, alma, event):
    base = last_number(event)
    theirs = form_of(event) | {"note": "theirs", "place": "Taraz", "region": "KZ-31"}
    coding.apply(event, theirs, by="Bolat Invented", base=base)
    mine = form_of(event) | {"note": "mine", "people_hit": "2"}
    answer = client.post(at(event), sent(event, values=mine) | {"base": base})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert again(event).note == "theirs"
    for words in ("Bolat Invented", "mine", "theirs", "Taraz"):
        assert words in page
    # What only one of the two changed goes without asking; what both changed is asked.
    assert 'name="take.people_hit" value="mine" required checked' in page
    assert 'name="take.place" value="now" required checked' in page
    assert 'name="take.note" value="mine" required>' in page
    assert 'name="take.note" value="now" required>' in page
    taken = {"take.note": "mine", "take.people_hit": "mine", "take.place": "now", "do": "compare"}
    page = client.post(at(event), sent(event, values=mine) | taken)
    form = page.context["form"].fields
    assert [form[name].value for name in ("note", "people_hit", "place")] == ["mine", "2", "Taraz"]
    assert again(event).note == "theirs"  # until the person accepts
    values = form_of(again(event)) | {"note": "mine", "people_hit": "2"}
    assert client.post(at(event), sent(event, values=values)).status_code == 302
    assert (again(event).note, again(event).place_name) == ("mine", "Taraz")


def test_an_action_from_an_old_page_does_nothing(event):
    base = last_number(event)
    coding.apply(event, form_of(event) | {"note": "newer"}, by="Bolat", base=base)
    for act in (
        lambda: coding.accept(event, form_of(event), base=base, **WHO),
        lambda: coding.reject(event, reason="no", base=base, **WHO),
        lambda: coding.restore(event, 1, base=base, **WHO),
    ):
        with pytest.raises(Outdated):
            act()
    assert (again(event).state, again(event).note) == ("proposed", "newer")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_at_once_one_is_told(event):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    base = last_number(event)

    def enter(note: str) -> str:
        try:
            coding.apply(event, form_of(event) | {"note": note}, by=note, base=base)
            return note
        except Outdated:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(enter, ["one", "two", "three", "four"]))
    assert said.count("told") == 3
    assert again(event).note in said
    assert last_number(event) == base + 1


def save(client, event, **more):
    return client.post(at(event, "code-draft"), sent(event) | more).json()


def test_a_draft_is_kept_as_typed_and_shown_again(client, alma, event):
    told = save(client, event, note="half a sen")
    assert (told["version"], told["apart"], told["behind"], told["others"]) == (1, False, False, [])
    told = save(client, event, note="half a sentence", draft=told["draft"], version=1)
    assert told["version"] == 2
    assert Draft.objects.count() == 1
    page = client.get(at(event))
    assert page.context["form"].fields["note"].value == "half a sentence"
    assert "This is your draft" in page.content.decode()
    assert client.get(at(event) + "?fresh").context["form"].fields["note"].value == ""
    client.post(at(event), sent(event) | {**told, "note": "whole"})
    assert (again(event).note, Draft.objects.count()) == ("whole", 0)


def test_a_draft_that_says_nothing_new_goes_and_one_that_another_tab_wrote_stays(client, alma, event):
    old = save(client, event)  # as the event stands
    assert client.get(at(event)).context["draft"] is None
    assert not Draft.objects.exists()
    old = save(client, event, note="one")
    save(client, event, note="the other tab", draft=old["draft"], version=old["version"])
    client.post(at(event), sent(event) | {**old, "note": "one"})
    assert (again(event).note, Draft.objects.get().values["note"]) == ("one", "the other tab")
    page = client.get(at(event))
    assert page.context["is_behind"]
    assert "both versions are shown" in page.content.decode()


def test_two_tabs_keep_two_drafts(client, alma, event):
    first = save(client, event, note="one")
    tab = {"draft": first["draft"], "version": first["version"]}  # both tabs show this draft
    assert save(client, event, note="one, more", **tab)["apart"] is False
    second = save(client, event, note="two", **tab)
    assert second["apart"] is True
    assert sorted(row.values["note"] for row in Draft.objects.all()) == ["one, more", "two"]


def test_a_draft_is_its_owners_alone_and_protected(client, alma, event):
    told = save(client, event, note="a name to protect")
    bolat = person("bolat")
    client.force_login(bolat)
    page = client.get(at(event) + f"?draft={told['draft']}")
    assert "a name to protect" not in page.content.decode()
    assert "Alma Invented has been working on this since" in page.content.decode()
    assert save(client, event)["others"] == ["Alma Invented"]
    assert client.post(reverse("desk:code-draft-drop", args=[told["draft"]])).status_code == 404
    save(client, event, note="mine", draft=told["draft"], version=told["version"])
    assert Draft.objects.get(public_id=told["draft"]).values["note"] == "a name to protect"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute('SELECT "values" FROM records_draft')
        assert not any("protect" in row[0] for row in cursor.fetchall())


def test_too_large_and_too_many_drafts_are_refused(client, alma, event):
    rows = {f"upcoming.{n}.what": "x" * 9_999 for n in range(50)}
    assert client.post(at(event, "code-draft"), sent(event) | rows).status_code == 400
    for _ in range(drafting.MOST):
        save(client, event)
    assert client.post(at(event, "code-draft"), sent(event)).status_code == 400
    assert Draft.objects.count() == drafting.MOST


def test_without_scripts_a_draft_is_kept_by_a_button_and_rows_are_added(client, alma, event):
    answer = client.post(at(event), sent(event, "draft", note="by a button"))
    assert answer.status_code == 302
    assert client.get(answer.url).context["form"].fields["note"].value == "by a button"
    page = client.post(at(event), sent(event, "add:targets", note="typed"))
    assert len(page.context["form"].rows["targets"]) == 2
    assert page.context["form"].fields["note"].value == "typed"
    page = client.post(at(event), sent(event, "find:targets.0"))
    assert [one.name for one in page.context["form"].rows["targets"][0].found] == ["Aigerim Example"]
    client.post(at(event), sent(event, **{"targets.0.pick": "Somebody Else"}))
    assert [(row["name"], row["written"]) for row in form_of(again(event))["targets"]] == [
        ("Somebody Else", "Aigerim Example")
    ]
    client.post(at(event), sent(again(event), **{"targets.0.leave": "1"}))
    assert form_of(again(event))["targets"] == []


# --- refuse, split, merge, background, undo ---------------------------------------------------------------


def test_refused_with_a_reason_and_brought_back(client, alma, event):
    assert (
        client.post(at(event, "code-reject"), {"base": last_number(event), "reason": " "}).status_code == 400
    )
    client.post(at(event, "code-reject"), {"base": last_number(event), "reason": "It is a film."})
    assert again(event).state == "withdrawn"
    assert Revision.objects.latest("pk").reason == "It is a film."
    assert "Bring it back" in client.get(at(event)).content.decode()
    assert client.post(at(event), sent(event)).status_code == 302
    assert again(event).state == "withdrawn"
    client.post(at(event, "code-return"), {"base": last_number(event), "reason": "It is not."})
    assert again(event).state == "accepted"


def test_what_was_public_is_not_changed_or_brought_back_here(client, alma, mini):
    import_files([mini.save()], as_published=True, by="A coder")
    event = Event.objects.first()
    assert client.post(at(event), sent(event, note="changed")).status_code == 302
    for page in ("code-reject", "code-split", "code-restore"):
        assert client.post(at(event, page), {"base": last_number(event), "reason": "x"}).status_code == 400
    event.state = "withdrawn"
    event.save()
    assert (
        client.post(at(event, "code-return"), {"base": last_number(event), "reason": "x"}).status_code == 400
    )
    assert (again(event).state, again(event).note) == ("withdrawn", "")


def split_fine(client, event):
    form = {
        "base": last_number(event),
        "goes.types.0": "old",
        "goes.types.1": "new",
        "goes.targets.0": "both",
    }
    answer = client.post(at(event, "code-split"), form)
    assert answer.status_code == 302
    return Event.objects.exclude(pk=event.pk).latest("pk")


def test_split_copies_what_was_chosen_and_is_undone(client, alma, event):
    made = split_fine(client, event)
    row = again(event)
    assert ([*row.coded["types"]], [*made.coded["types"]]) == (["legal.fine"], ["legal.administrative_case"])
    assert made.date == row.date == "2031-03-13"
    assert [one.written for one in made.mentions.filter(side="target")] == ["Aigerim Example"]
    assert (made.state, made.item, made.ordinal, is_beside(made.key)) == ("proposed", event.item, 2, True)
    assert (made.key, is_beside(event.key)) == (f"{event.key}+1", False)
    third = split_fine(
        client,
        coding.apply(
            row, form_of(row) | {"types": ["legal.fine", "legal.threat"]}, base=last_number(row), **WHO
        ),
    )
    assert third.key == f"{event.key}+2"
    # A split that leaves one of the two without a type is no split.
    form = {"base": last_number(row), "goes.types.0": "new"}
    assert client.post(at(row, "code-split"), form).status_code == 400
    assert Event.objects.count() == 3
    coding.reject(made, reason="no", base=last_number(made), **WHO)
    coding.restore(row, 1, base=last_number(row), **WHO)
    assert again(event).coded == event.coded


def test_merge_withdraws_the_other_and_keeps_the_link(client, alma, event):
    made = split_fine(client, event)
    form = {"base": last_number(event), "other": made.public_id, "together": "1", "reason": "one hearing"}
    assert client.post(at(event, "code-merge"), form).status_code == 302
    row, gone = again(event), again(made)
    assert (row.coded["types"], gone.state) == (["legal.fine", "legal.administrative_case"], "withdrawn")
    assert Retelling.objects.latest("pk").verdict == "same"
    assert row.public_id in Revision.objects.filter(record_id=gone.public_id).latest("number").reason
    coding.bring_back(gone, reason="two after all", base=last_number(gone), **WHO)
    assert again(made).state == "accepted"


def test_only_events_of_one_source_and_of_one_sort_are_merged(client, alma, proposed, event):
    fine, released = proposed[:2]
    for other in (event, released, fine):
        form = {"base": last_number(fine), "other": other.public_id, "reason": "x"}
        assert client.post(at(fine, "code-merge"), form).status_code == 400
    assert set(Event.objects.values_list("state", flat=True)) == {"proposed"}
    assert not Retelling.objects.filter(verdict="same").exists()


def test_background_of_another_event(client, alma, event):
    made = split_fine(client, event)
    assert made.public_id in client.get(at(event, "code-more")).content.decode()
    form = {"base": last_number(made), "told": event.public_id, "reason": "told again"}
    assert client.post(at(made, "code-background"), form).status_code == 302
    row = Retelling.objects.latest("pk")
    assert (row.event, row.told, row.verdict) == (made, event, "background")
    assert (again(made).background, again(made).coded["background"]) == (True, True)


def test_a_later_import_leaves_alone_what_people_shaped(mini):
    import_files([mini.save()])
    fine, released, _, bill, down = Event.objects.order_by("key")
    corrected = coding.apply(fine, form_of(fine) | {"note": "corrected"}, base=last_number(fine), **WHO)
    values = form_of(down)
    made = coding.split(down, values, values | {"types": ["digital.outage"]}, base=last_number(down), **WHO)
    coding.reject(bill, reason="no event", base=last_number(bill), **WHO)
    before = {row.pk: (row.key, row.coded, row.state) for row in Event.objects.all()}
    report = import_files([mini.path]).files[0]
    assert (report.new, report.changed) == (0, 0)
    assert {row.pk: (row.key, row.coded, row.state) for row in Event.objects.all()} == before
    # The file has other words now, and one event more: what a machine proposed follows, what people shaped does not.
    mini.event(0)["note"] = "from the file"
    mini.event(1)["note"] = "from the file"
    mini.data["entries"][3]["events"].append(
        {**mini.event(3), "types": ["digital.website_blocking"], "alleged": True}
    )
    report = import_files([mini.save()]).files[0]
    assert (report.new, report.changed, report.unmatched) == (1, 1, 0)
    assert again(corrected).note == "corrected"
    assert again(released).note == "from the file"
    assert (again(made).key, again(made).coded) == before[made.pk][:2]
    assert again(bill).state == "withdrawn"
    assert WorkItem.objects.filter(kind="changed", event=corrected).exists()
    assert len(set(Event.objects.values_list("key", flat=True))) == 7


# --- by hand, and who may ---------------------------------------------------------------------------------


def test_an_event_without_a_text_needs_to_say_where_it_is_known_from(client, alma):
    form = {
        "kind": "violation", "types.0": "legal.interrogation", "phase": "imposed", "date": "2031-04", "do": "save",
        "targets.0.written": "Dina Qiyalova", "targets.0.name": "Dina Qiyalova", "targets.0.type": "journalist",
    }  # fmt: skip
    answer = client.post(reverse("desk:code-new"), form)
    assert answer.status_code == 400
    assert 'href="#f-note"' in answer.content.decode()
    assert not Source.objects.exists()
    draft = client.post(reverse("desk:code-new-draft"), form).json()
    assert "draft of a new event" in client.get(reverse("desk:code")).content.decode()
    answer = client.post(
        reverse("desk:code-new"),
        form | {"note": "told at the meeting", "draft": draft["draft"], "version": 1, "do": "accept"},
    )
    event = Event.objects.get()
    assert (answer.status_code, event.state, event.note) == (302, "accepted", "told at the meeting")
    assert event.item.source.name.startswith("by-hand-")
    assert not event.item.source.documents.exists()
    assert Party.objects.get(name="Dina Qiyalova").kind == "person"
    assert {row.model for row in Revision.objects.all()} >= {"source", "item", "event", "party"}
    assert not Draft.objects.exists()
    assert client.get(at(event)).status_code == 200


def test_the_list_asks_no_more_of_the_ledger_for_more_events(client, alma, proposed):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("desk:code"))
        assert page.status_code == 200
        return len(queries)

    asked()  # what is kept for later pages
    many = asked()
    for event in proposed[1:]:
        coding.reject(event, reason="not now", base=last_number(event), **WHO)
    asked()  # the names, which a change may have made others
    assert asked() == many


def test_only_coders_come_in(client, event):
    pages = [
        reverse("desk:code"),
        reverse("desk:code-new"),
        at(event),
        at(event, "code-more"),
        at(event, "code-text"),
    ]
    pages += [reverse("desk:code-parties") + "?row=targets.0&q=x", reverse("desk:code-cases")]
    posts = [
        "code-event",
        "code-draft",
        "code-reject",
        "code-return",
        "code-restore",
        "code-split",
        "code-merge",
    ]
    for group in ("lawyer", "custodian"):
        client.force_login(person(f"a-{group}", group))
        assert {client.get(page).status_code for page in pages} == {403}
        assert {client.post(at(event, page), sent(event)).status_code for page in posts} == {403}
    client.logout()
    assert {client.get(page).status_code for page in pages} == {302}
    assert again(event).state == "proposed"


def test_names_and_cases_are_found_in_any_script(client, alma, event):
    found = client.get(
        reverse("desk:code-parties"), {"row": "targets.0", "q": "Айгерим Экзампл"}
    ).content.decode()
    assert "Aigerim Example" in found
    assert 'name="targets.0.pick"' in found
    found = client.get(reverse("desk:code-cases"), {"q": "Aigerim Example"}).content.decode()
    assert "example-274" in found
    assert "13 March 2031" in found  # the story at hand
    assert client.get(reverse("desk:code-parties"), {"row": "x.<b>", "q": "a"}).status_code == 404
    assert client.get(reverse("desk:code-cases"), {"q": "\0 ' %"}).status_code == 200


def test_a_person_who_sees_no_grounds_loses_none(client, alma, proposed):
    """The digest of the mini bulletin's ground is of no text that is kept: the ground stays all the same."""
    fine = proposed[0]
    page = client.get(at(fine)).content.decode()
    assert "90 in 100" in page
    assert '<mark id="w-1"' in page  # "Aigerim Example" is found by how it was written
    client.post(at(fine), sent(fine))
    assert again(fine).grounds == fine.grounds


def test_the_words_rest_on_the_lines_of_the_entry(client, alma, event):
    told = client.get(at(event)).context["text"]
    assert told.text == f"{TITLE}\n{TEXT}"
    said = {path: rest.said for path, rest in told.rests.items() if rest.number}
    assert said["targets.0"] == "Aigerim Example"
    assert said["date"] == "13 March 2031"
    assert said["provisions.0"] == "Article 274"
    assert said["amounts.1"] == "ten days"
    assert json.dumps(event.coded["grounds"]["date"]["span"]) == "[31, 44]"


def test_wrong_values_name_every_place(event):
    values = form_of(event) | {"kind": "relief", "date": "soon"}
    with pytest.raises(WrongValues) as refused:
        coding.apply(event, values, base=last_number(event), **WHO)
    assert set(refused.value.problems) >= {"types.0", "date"}
    assert Mention.objects.filter(event=event).exists()
