"""An issue at the desk: what it is offered, what moved and what was silent, its texts, its numbers, and when it is frozen."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from issued import import_two_quarters
from reviewed import person, who
from standing import standing

from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.publication import glossary, numbers
from barometer.publication.compose import compose
from barometer.publication.drafting import Draft
from barometer.review.texts import digest
from barometer.web.actions import (
    holding,
    issuing,
    issuing_carry,
    issuing_draft,
    issuing_items,
    issuing_offer,
    issuing_words,
    restoring,
)
from barometer.web.actions.importing import import_files
from barometer.web.actions.issuing_items import Role, Writing
from barometer.web.actions.issuing_open import Overtaken, open_issue
from barometer.web.desk import issues
from barometer.web.records import mapping, printing
from barometer.web.records.models import Event, Issue, Item, Revision, TextState

TODAY = date(2031, 7, 1)


@pytest.fixture
def alma(db):
    return person("alma", "editor")


@pytest.fixture
@standing
def ledger(db, evidence, tmp_path):
    import_two_quarters(tmp_path)


@pytest.fixture
def issue(ledger, alma):
    return open_issue("2031Q2", **who(alma))


@pytest.fixture
def items(issue, alma):
    """Every offer taken; by a word of what they tell."""
    issuing_offer.take_all(issue, **who(alma))
    return {key: find(issue, key) for key in ("threatened", "custody", "released")}


def find(issue, word):
    """The item whose lead says that."""
    [item] = [
        one
        for one in printing.own_items(issue)
        if word in printing.in_order(one.tells.all())[0].event.summary_en
    ]
    return item


def told(item):
    return [(row.event.summary_en, row.role) for row in issuing_items.ordered(item)]


def write(item, alma, **texts):
    issuing_items.write_texts(item, Writing(texts, "en"), **who(alma))
    return Item.objects.get(pk=item.pk)


def approve_all(issue, alma):
    """Every item has three texts, and all are approved."""
    for item in printing.own_items(issue):
        texts = {code: f"{code} {item.entry_key}" for code in ("en", "ru", "kk")}
        issuing_items.write_texts(item, Writing(texts, "en"), **who(alma))
        for code in texts:
            issuing_items.approve(item, code, **who(alma))


def freeze(issue):
    Issue.objects.filter(pk=issue.pk).update(frozen_at=timezone.now())
    return Issue.objects.get(pk=issue.pk)


def reasons(issue):
    return [one.text for one in issuing.unready(issue, TODAY)]


# --- what is offered, what moved, what was silent ---------------------------------------------------------


def test_all_that_was_never_printed_is_offered_whatever_its_day_one_story_together(issue):
    found = [
        ([(e.summary_en, role) for e, role in one.told], one.case, one.printed)
        for one in issuing_offer.offers(issue)
    ]
    assert found == [
        ([("Erlan Notreal was threatened.", "lead")], "", ()),
        (
            [
                ("Dana Madeup was taken into custody.", "lead"),
                ("The trial of Dana Madeup opened.", "development"),
            ],
            "madeup-custody",
            (),
        ),
        (
            [
                ("Bolat Imaginary was released.", "lead"),
                ("Bolat Imaginary was taken into custody.", "background"),
            ],
            "imaginary-custody",
            ("2031Q1",),
        ),
    ]


def test_the_type_proposes_the_section_and_the_day_the_month(items):
    # The threat is of March, which is no month of the issue.
    assert {key: (item.section, item.month) for key, item in items.items()} == {
        "threatened": (3, ""), "custody": (2, "2031-04"), "released": (2, "2031-05"),
    }  # fmt: skip


def test_recorded_and_printed_counts(issue, items, alma):
    counts = issuing.counts(issue)
    # Recorded for Q2: the custody of April is new, the trial a step, the release a relief.
    assert (counts.recorded.new_violations, counts.recorded.steps, counts.recorded.relief_events) == (1, 1, 1)
    # Q1: three that its bulletin printed, and the threat of March that came to be known later.
    assert counts.previous.new_violations == 4
    # Printed: custody and threat; Bolat's custody is told again as background, and not counted again.
    assert (counts.printed.new_violations, counts.printed.relief_events, counts.printed.events) == (2, 1, 5)
    issuing_items.leave_out(items["threatened"], reason="told to us in confidence", **who(alma))
    assert issuing.counts(issue).printed.new_violations == 1


def test_what_moved_and_what_was_silent_over_two_issues(issue, items, alma):
    rows = {
        one.carried.case: (one.carried.moved, one.carried.still_open)
        for one in issuing_carry.open_cases(issue, today=TODAY)
    }
    assert rows == {"example-arrest": ("no", True), "imaginary-custody": ("yes", False)}
    assert reasons(issue)[0].startswith("2 cases that were open")
    said = {"example-arrest": ("no news", ""), "imaginary-custody": ("closed", "")}
    issuing_carry.decide(issue, said, today=TODAY, **who(alma))
    approve_all(issue, alma)
    assert reasons(issue) == []
    freeze(issue)

    later = open_issue("2031Q3", **who(alma))
    assert issuing_offer.offers(later) == []  # all of it was printed
    # Aigerim's arrest goes on, Dana is in custody since Q2; Bolat's case ended with the release.
    assert issuing_carry.undecided(later, date(2031, 10, 1)) == ["example-arrest", "madeup-custody"]
    dana = Event.objects.get(summary_en__startswith="Dana Madeup was taken")
    bolat = Event.objects.get(summary_en__startswith="Bolat Imaginary was taken")
    assert printing.printed_in([dana.pk, bolat.pk]) == {dana.pk: ["2031Q2"], bolat.pk: ["2031Q1", "2031Q2"]}
    with pytest.raises(NotReady, match="background only"):
        issuing_items.make_item(later, [(dana, Role.LEAD)], **who(alma))
    item = issuing_items.make_item(later, [(dana, Role.BACKGROUND)], **who(alma))
    assert issuing.counts(later).printed.new_violations == 0
    assert mapping.stories("2031Q3")[0].key == item.public_id


def test_a_case_is_dropped_for_a_reason_only_and_no_news_can_be_printed(issue, items, alma):
    with pytest.raises(BadInput, match="Say why"):
        issuing_carry.decide(issue, {"example-arrest": ("dropped", " ")}, today=TODAY, **who(alma))
    with pytest.raises(UnknownValue):
        issuing_carry.decide(
            issue, {"madeup-custody": ("moved", "")}, today=TODAY, **who(alma)
        )  # not open then
    issuing_words.keep_term("name", {"en": "Aigerim Example", "kk": "Айгерім Мысал"}, **who(alma))
    [row] = issuing_carry.decide(
        issue, {"example-arrest": ("no news, printed", "")}, today=TODAY, **who(alma)
    )
    assert row.item.text_en.startswith("No news in the quarter. ")
    assert "Aigerim Example" in row.item.text_en
    assert row.item.text_kk == (  # as the glossary spells her
        "Тоқсан ішінде жаңалық жоқ. Журналист Айгерім Мысал 2031 жылғы 12 қаңтарда үйқамаққа шығарылды; "
        "аяқталғаны туралы хабарланбаған."
    )
    assert (row.item.section, row.item.month) == (2, "2031-06")
    assert told(row.item) == [("Aigerim Example was put under house arrest.", "background")]
    assert issuing.counts(issue).printed.new_violations == 2  # as before
    assert set(TextState.objects.filter(about=row.item.public_id).values_list("machine", flat=True)) == {True}
    issuing_carry.decide(issue, {"example-arrest": ("dropped", "we lost touch")}, today=TODAY, **who(alma))
    assert Item.objects.get(pk=row.item.pk).left_out
    issuing_carry.decide(issue, {"example-arrest": ("no news, printed", "")}, today=TODAY, **who(alma))
    assert not Item.objects.get(pk=row.item.pk).left_out
    assert Item.objects.filter(issue=issue).count() == 4


def test_the_quarter_of_an_imported_bulletin_is_taken_over_with_its_words(ledger, alma):
    Item.objects.filter(entry_key="2-01", source__isnull=False).update(
        text_en="See how Aigerim was arrested.", text_ru="Об аресте Айгерим.",
        links=[{"text": "how Aigerim", "start": 4, "end": 15, "address": "https://a.example/1"}],
    )  # fmt: skip
    issue = open_issue("2031Q1", **who(alma))
    assert len(mapping.stories("2031Q1")) == 3  # still those of the source
    issuing_offer.take_all(issue, **who(alma))
    item = find(issue, "house arrest")
    assert (item.text_en, item.text_ru, item.section) == (
        "See how Aigerim was arrested.",
        "Об аресте Айгерим.",
        2,
    )
    [story] = [one for one in mapping.stories("2031Q1") if one.key == item.public_id]
    assert story.links == ((4, 15, "https://a.example/1"),)
    assert Item.objects.filter(source__isnull=False, issue=issue).count() == 3  # the source stays what it is


def test_a_bulletin_imported_later_leaves_the_items_of_the_desk(issue, items, alma, tmp_path):
    import json

    from issued import ATTACK, bulletin

    path = tmp_path / "other.json"
    path.write_text(
        json.dumps(bulletin("other.txt", ATTACK | {"date": "2031-06-02"}) | {"quarter": "2031Q2"})
    )
    import_files([path], as_published=True, by="A coder")
    assert len(mapping.stories("2031Q2")) == 3
    freeze(issue)
    path.write_text(path.read_text().replace("other.txt", "third.txt"))
    import_files([path], as_published=True, by="A coder")
    assert Issue.objects.get(period="2031Q2").source.name == "other.txt"


def test_what_happened_after_the_quarter_is_offered_and_not_taken_unasked(issue, alma):
    july = {"first_day": date(2031, 7, 2), "last_day": date(2031, 7, 2)}
    Event.objects.filter(summary_en__startswith="Bolat Imaginary was released").update(**july)
    assert [one.is_later for one in issuing_offer.offers(issue)] == [False, False, True]
    assert issuing_offer.take_all(issue, **who(alma)) == 2
    [later] = issuing_offer.offers(issue)
    assert issuing_offer.take(issue, later.key, **who(alma)).month == ""


def test_of_many_offers_a_page_shows_some_and_history_comes_last(client, issue, alma, monkeypatch):
    monkeypatch.setattr(issues, "OFFERS_A_PAGE", 2)
    Event.objects.filter(summary_en__startswith="Erlan Notreal").update(
        first_day=date(2029, 5, 2), last_day=date(2029, 5, 2)
    )
    names = [one.told[0][0].summary_en.split()[0] for one in issuing_offer.offers(issue)]
    assert names == ["Dana", "Bolat", "Erlan"]
    client.force_login(alma)
    at = "/desk/issues/2031Q2/"
    first, second = client.get(at), client.get(f"{at}?offers=2")
    assert [one["lines"][0].what.text.split()[0] for one in first.context["offers"]] == ["Dana", "Bolat"]
    assert [one["lines"][0].what.text.split()[0] for one in second.context["offers"]] == ["Erlan"]
    assert 'href="?offers=2#offers"' in first.content.decode()
    client.post(f"{at}act/", {"do": "take-all", "offer": first.context["proposed"]})
    assert [one.told[0][0].summary_en.split()[0] for one in issuing_offer.offers(issue)] == ["Erlan"]


# --- arranging --------------------------------------------------------------------------------------------


def test_items_change_places_move_and_are_left_out_for_a_reason(issue, items, alma):
    def order():
        return [item.entry_key for item in printing.own_items(issue) if not item.left_out]

    # Two of section 2 in different months, one of section 3 without a month.
    assert order() == ["2031Q2-002", "2031Q2-003", "2031Q2-001"]
    issuing_items.place(items["released"], 2, "2031-04", **who(alma))
    issuing_items.shift(Item.objects.get(pk=items["released"].pk), up=True, **who(alma))
    assert order() == ["2031Q2-003", "2031Q2-002", "2031Q2-001"]
    issuing_items.shift(
        Item.objects.get(pk=items["released"].pk), up=True, **who(alma)
    )  # the first stays first
    assert order() == ["2031Q2-003", "2031Q2-002", "2031Q2-001"]
    issuing_items.place(items["threatened"], 6, "", **who(alma))
    assert [story.section for story in mapping.stories("2031Q2")] == [2, 2, 6]
    with pytest.raises(UnknownValue):
        issuing_items.place(items["threatened"], 2, "2031-03", **who(alma))
    with pytest.raises(NotAllowed, match="reason"):
        issuing_items.leave_out(items["custody"], reason=" ", **who(alma))
    issuing_items.leave_out(items["custody"], reason="her lawyer asks us to wait", **who(alma))
    assert order() == ["2031Q2-003", "2031Q2-001"]
    assert len(mapping.stories("2031Q2")) == 2
    assert issuing_offer.offers(issue) == []  # it is decided on, not on offer again
    issuing_items.take_back(items["custody"], **who(alma))
    assert order() == ["2031Q2-003", "2031Q2-002", "2031Q2-001"]
    kept = Revision.objects.filter(record_id=items["custody"].public_id, action="leave out").get()
    assert kept.reason == "her lawyer asks us to wait"
    assert kept.after["tells"][0]["role"] == "lead"


def test_an_offer_is_passed_by_with_its_reason_and_events_join_another_item(issue, alma):
    key = {one.lead.summary_en.split()[0]: one.key for one in issuing_offer.offers(issue)}
    issuing_offer.pass_by(issue, key["Erlan"], reason="not confirmed", **who(alma))
    assert Item.objects.get(issue=issue).left_out == "not confirmed"
    dana = Event.objects.get(summary_en__startswith="Dana Madeup was taken")
    item = issuing_offer.take(issue, key["Dana"], {dana.public_id}, **who(alma))
    assert told(item) == [("Dana Madeup was taken into custody.", "lead")]
    with pytest.raises(UnknownValue, match="no longer on offer"):
        issuing_offer.take(issue, key["Dana"], {dana.public_id}, **who(alma))
    trial = Event.objects.get(summary_en__startswith="The trial")
    issuing_items.tell_events(item, [(trial, Role.LEAD), (dana, Role.DEVELOPMENT)], **who(alma))
    assert told(item)[0] == ("The trial of Dana Madeup opened.", "lead")
    for wrong in ([], [(trial, Role.LEAD), (dana, Role.LEAD)], [(trial, "hero")], [(trial, Role.LEAD)] * 2):
        with pytest.raises(BadInput):
            issuing_items.tell_events(item, wrong, **who(alma))
    with pytest.raises(NotReady, match="Another item"):
        issuing_items.make_item(issue, [(trial, Role.LEAD)], **who(alma))
    Event.objects.filter(pk=dana.pk).update(state="withdrawn")
    assert [len(story.events) for story in mapping.stories("2031Q2")] == [1]
    assert any("not published any more" in one for one in reasons(issue))


# --- texts ------------------------------------------------------------------------------------------------


def test_editing_the_source_makes_the_others_stale(issue, items, alma):
    item = write(items["custody"], alma, en="Dana is in custody.", ru="Дана под стражей.", kk="Дана қамауда.")
    for code in ("en", "ru", "kk"):
        issuing_items.approve(item, code, **who(alma))
    assert not any(issuing.title_of(item) in one for one in reasons(issue))
    item = write(item, alma, en="Dana is still in custody.")
    found = [one.split(": ", 1)[1] for one in reasons(issue) if "still" in one]
    assert found == [
        "the text is not approved (English).",
        "the text was not brought in step with its source (Russian).",
        "the text was not brought in step with its source (Kazakh).",
    ]
    with pytest.raises(NotReady, match="after this translation"):
        issuing_items.approve(item, "ru", **who(alma))
    issuing_items.write_texts(item, Writing({}, "en", in_step=("ru",)), **who(alma))
    issuing_items.approve(item, "ru", **who(alma))
    # Another language becomes the one that it is written in: nothing is stale, nothing approved.
    issuing_items.write_texts(item, Writing({}, "kk"), **who(alma))
    assert {one.split(": ", 1)[1] for one in reasons(issue) if "Dana is still" in one} == {
        f"the text is not approved ({name})." for name in ("English", "Russian", "Kazakh")
    }


def test_who_typed_over_somebody_s_words_is_told_and_nothing_is_lost(issue, items, alma):
    seen = {"en": digest("")}
    write(items["custody"], alma, en="By the first.")
    with pytest.raises(Overtaken) as refused:
        issuing_items.write_texts(
            items["custody"], Writing({"en": "By the second.", "ru": "x"}, "en", seen=seen), **who(alma)
        )
    assert refused.value.languages == ("en",)
    assert Item.objects.get(pk=items["custody"].pk).text_ru == ""


def test_links_are_words_of_the_source_text(issue, items, alma):
    def link(*links, text="The court and the court."):
        writing = Writing({"en": text}, "en", links)
        issuing_items.write_texts(items["custody"], writing, **who(alma))
        return [
            (one["start"], one["end"], one["address"])
            for one in Item.objects.get(pk=items["custody"].pk).links
        ]

    assert link(("court", "https://a.example"), ("court", ""), ("", "")) == [
        (4, 9, "https://a.example"),
        (18, 23, None),
    ]
    for links in (
        [("police", "https://a.example")],
        [("court", "javascript:alert(1)")],
        [("court", "https://")],
    ):
        with pytest.raises(BadInput):
            link(*links)
    with pytest.raises(BadInput, match="not in the text"):  # an edit that takes linked words away says so
        issuing_items.write_texts(items["custody"], Writing({"en": "Nobody."}, "en"), **who(alma))


def test_a_draft_is_a_machine_s_and_never_over_a_person_s_words(issue, items, alma, monkeypatch):
    write(items["custody"], alma, en="By a person.")
    assert issuing_draft.draft(items["custody"], ["en", "ru"], **who(alma)) == ("ru",)
    assert Item.objects.get(pk=items["custody"].pk).text_en == "By a person."
    machine = TextState.objects.filter(about=items["custody"].public_id, machine=True)
    assert [row.language for row in machine] == ["ru"]
    issuing_items.write_texts(
        items["custody"], Writing({"ru": "Человеком."}, "en", translator="B. Invented"), **who(alma)
    )
    assert not machine.all().exists()
    assert TextState.objects.get(about=items["custody"].public_id, language="ru").translator == "B. Invented"

    Event.objects.filter(summary_en__startswith="Erlan").update(summary_en="changed")
    monkeypatch.setattr(
        "barometer.publication.drafting.draft_item",
        lambda events, language, spellings: Draft("The deputy bought a stolen horse.", language),
    )
    holding.hold_back(
        "the deputy bought a stolen horse",
        kind="court order",
        demanded_by="him",
        day=TODAY,
        source="judgment",
        **who(alma),
    )
    with pytest.raises(NotReady, match="held back"):
        issuing_draft.draft(items["released"], ["en"], **who(alma))
    assert issuing_draft.draft_missing(issue, **who(alma)) == 0
    write(items["released"], alma, en="The deputy has bought a stolen horse, they say.")
    assert any("held back" in one for one in reasons(issue))


def test_a_link_that_a_lawyer_keeps_back_at_its_entry_is_kept_back_in_the_issue_too(issue, items, alma):
    from barometer.web.actions.reviewing import mark_link

    event = Event.objects.get(summary_en__startswith="Bolat Imaginary was released")
    Item.objects.filter(pk=event.item_id).update(
        links=[{"text": "x", "start": 0, "end": 1, "address": "https://a.example"}]
    )
    issuing_items.write_texts(
        items["released"], Writing({"en": "Out."}, "en", [("Out", "https://a.example")]), **who(alma)
    )
    assert mapping.stories("2031Q2")[1].links == ((0, 3, "https://a.example"),)
    mark_link(Item.objects.get(pk=event.item_id), "https://a.example", False, reason="unsafe", **who(alma))
    assert mapping.stories("2031Q2")[1].links == ()


# --- numbers, words, terms --------------------------------------------------------------------------------


def test_live_numbers_are_right_in_every_text_and_a_name_that_is_none_is_refused(issue, items, alma):
    told = "This quarter: {new_violations}, of them {section_2.new_violations}; on record {recorded.new_violations}, before {previous.new_violations}."
    issuing_words.write_words(issue, "intro", {"en": told, "ru": "{relief}"}, language="en", **who(alma))
    issuing_items.write_texts(
        items["custody"],
        Writing({"en": "One of {new_violations} people."}, "en", [("people", "https://a.example")]),
        **who(alma),
    )
    out = compose(mapping.issue_value("2031Q2"), "en")
    assert out.intro.text == "This quarter: 2, of them 1; on record 1, before 4."
    [item] = [one for one in out.items if one.text == "One of 2 people."]
    assert item.runs == (("One of 2 ", None), ("people", "https://a.example"), (".", None))
    issuing_items.leave_out(items["threatened"], reason="in confidence", **who(alma))
    assert compose(mapping.issue_value("2031Q2"), "en").intro.text.startswith("This quarter: 1, of them 1;")
    assert compose(mapping.issue_value("2031Q2"), "ru").intro.text == "1"
    assert out.imprint[0].startswith(
        "New violations on record for the quarter: 1; told in this bulletin: 2; on record for the quarter before: 4."
    )
    for wrong in (
        "{violations}",
        "{{new_violations}}",
        "{new_violations|safe}",
        "{}",
        "{section_0.relief}",
        "{0.__class__}",
    ):
        with pytest.raises(BadInput, match="There is no number"):
            issuing_words.write_words(issue, "intro", {"en": wrong}, language="en", **who(alma))


def test_numbers_keep_the_places_of_what_stands_beside_them():
    text, places = numbers.filled("a {relief} b {nothing}", {"relief": "1,000"})
    assert text == "a 1,000 b {nothing}"
    assert [places[text.index(mark)] for mark in "ab"] == [0, 11]
    assert numbers.blanked("a {relief} b") == "a          b"


def test_the_words_of_the_desk_stand_before_those_of_the_source(ledger, alma):
    assert mapping.issue_value("2031Q1").titles == {"en": "Barometer of the Invented Press"}
    issue = open_issue("2031Q1", **who(alma))
    issuing_words.write_words(issue, "title", {"ru": "Барометр"}, language="ru", **who(alma))
    issuing_words.write_words(issue, "section.6.title", {"en": "The referendum"}, language="en", **who(alma))
    value = mapping.issue_value("2031Q1")
    assert value.titles == {"en": "Barometer of the Invented Press", "ru": "Барометр"}
    assert [(one.number, one.titles) for one in value.sections] == [(6, {"en": "The referendum"})]
    with pytest.raises(UnknownValue):
        issuing_words.write_words(issue, "section.2.title", {"en": "Mine"}, language="en", **who(alma))
    assert "Title of the issue: there is no text (English)." in reasons(Issue.objects.get(pk=issue.pk))


def test_a_section_that_changes_needs_its_title(issue, items, alma):
    issuing_items.place(items["threatened"], 6, "", **who(alma))
    assert "Title of section 6: there is no text (Kazakh)." in reasons(issue)


def test_terms_are_found_again_in_whatever_endings():
    term = glossary.Term(
        "1", {"en": "Ministry of Mirrors", "ru": "Министерство зеркал", "kk": "Айналар министрлігі"}
    )
    source = "The Ministry of Mirrors said so."
    for language, text, lacks in (
        ("ru", "Об этом сказали в Министерстве зеркал.", False),
        ("ru", "Об этом сказали в Минзеркал.", True),
        ("kk", "Бұл туралы Айналар министрлігінде айтылды.", False),
        ("kk", "Бұл туралы ведомствода айтылды.", True),
    ):
        assert bool(glossary.lacking(source, "en", text, language, [term])) is lacks, text
    assert glossary.lacking("Nobody said so.", "en", "Никто.", "ru", [term]) == ()


# --- frozen -----------------------------------------------------------------------------------------------


def test_nothing_of_a_frozen_issue_is_changed(issue, items, alma):
    item = write(items["custody"], alma, en="Printed so.")
    other = Event.objects.get(summary_en__startswith="Sayan")
    issue = freeze(issue)
    before = Revision.objects.count()
    item.refresh_from_db()
    edits = (
        lambda: issuing_items.make_item(issue, [(other, Role.BACKGROUND)], **who(alma)),
        lambda: issuing_items.tell_events(item, [(other, Role.BACKGROUND)], **who(alma)),
        lambda: issuing_items.place(item, 3, "", **who(alma)),
        lambda: issuing_items.shift(item, up=True, **who(alma)),
        lambda: issuing_items.leave_out(item, reason="no", **who(alma)),
        lambda: issuing_items.take_back(item, **who(alma)),
        lambda: issuing_items.write_texts(item, Writing({"en": "Otherwise."}, "en"), **who(alma)),
        lambda: issuing_items.approve(item, "en", **who(alma)),
        lambda: issuing_draft.draft(item, ["ru"], **who(alma)),
        lambda: issuing_draft.draft_missing(issue, **who(alma)),
        lambda: issuing_offer.take_all(issue, **who(alma)),
        lambda: issuing_carry.decide(issue, {"example-arrest": ("no news", "")}, today=TODAY, **who(alma)),
        lambda: issuing_words.write_words(issue, "intro", {"en": "x"}, language="en", **who(alma)),
        lambda: issuing_words.approve_words(issue, "intro", "en", **who(alma)),
        lambda: restoring.restore(item, 1, reason="back", **who(alma)),
        lambda: open_issue("2031Q2", **who(alma)),
    )
    for edit in edits:
        with pytest.raises(NotReady):
            edit()
    assert Revision.objects.count() == before
    assert Item.objects.get(pk=item.pk).text_en == "Printed so."


# --- pages ------------------------------------------------------------------------------------------------


def text(answer):
    return unescape(answer.content.decode())


def test_the_desk_opens_arranges_writes_approves_and_decides(client, ledger, alma):
    client.force_login(alma)
    answer = client.post("/desk/issues/", {"period": "2031q2"})
    assert answer["Location"] == "/desk/issues/2031Q2/"
    assert client.post("/desk/issues/", {"period": "2031Q5"}).status_code == 400
    at = "/desk/issues/2031Q2/"
    page = client.get(at)
    assert "printed before: first quarter of 2031" in text(page)
    offers = re.findall(r'<input type="hidden" name="offer" value="([a-z]+-\d+)"><', page.content.decode())
    client.post(f"{at}act/", {"do": "take-all", "offer": offers})
    issue = Issue.objects.get(period="2031Q2")
    item = find(issue, "custody")
    page = f"{at}items/{item.public_id}/"
    answer = client.post(
        page, {"do": "approve:en", "text_en": "In custody.", "language": "en", "seen_en": digest("")}
    )
    assert answer.status_code == 302
    assert TextState.objects.get(about=item.public_id).approver == "Alma Invented"
    answer = client.post(page, {"do": "save", "text_en": "Mine.", "language": "en", "seen_en": digest("")})
    assert answer.status_code == 400
    assert "Mine." in text(answer)
    assert "In custody." in text(answer)
    answer = client.post(page, {"do": "save", "text_en": "{nothing}", "language": "en"})
    assert (answer.status_code, "There is no number named {nothing}" in text(answer)) == (400, True)
    client.post(f"{page}arrange/", {"do": "place", "section": "6", "month": ""})
    assert Item.objects.get(pk=item.pk).section == 6
    for do in ("fly", ""):
        assert client.post(f"{page}arrange/", {"do": do}).status_code == 404
    answer = client.post(f"{page}arrange/", {"do": "leave-out", "reason": " "})
    assert (answer.status_code, "Say why" in text(answer)) == (400, True)
    assert "not decided on" in text(client.get(f"{at}ready/"))
    client.post(f"{at}carryover/", {"case-example-arrest": "no news", "case-imaginary-custody": "closed"})
    assert "not decided on." not in text(client.get(f"{at}ready/"))
    event = Event.objects.get(summary_en__startswith="Dana Madeup was taken")
    assert "printed: second" not in text(client.get(f"/desk/review/{event.public_id}/"))
    freeze(issue)
    assert "printed: second quarter of 2031" in text(client.get(f"/desk/review/{event.public_id}/"))
    assert "Leave it out" not in text(client.get(at))
    assert client.post(page, {"do": "save", "text_en": "Late.", "language": "en"}).status_code == 400


def test_approving_is_for_editors_and_directors(client, issue, items):
    client.force_login(person("bolat", "monitor"))
    page = f"/desk/issues/2031Q2/items/{items['custody'].public_id}/"
    posted = {"text_en": "In custody.", "language": "en"}
    assert client.post(page, posted | {"do": "approve:en"}).status_code == 403
    assert Item.objects.get(pk=items["custody"].pk).text_en == ""
    assert client.post(page, posted | {"do": "save"}).status_code == 302


def test_the_glossary_warns_on_the_page_of_an_item(client, issue, items, alma):
    client.force_login(alma)
    client.post("/desk/glossary/", {"kind": "body", "text_en": "court", "text_ru": "суд"})
    assert client.post("/desk/glossary/", {"kind": "body", "text_en": "alone"}).status_code == 400
    page = f"/desk/issues/2031Q2/items/{items['custody'].public_id}/"
    client.post(page, {"do": "save", "text_en": "The court did.", "text_ru": "Он сделал.", "language": "en"})
    assert "The glossary calls this “суд”." in text(client.get(page))
    client.post(page, {"do": "save", "text_ru": "Судом сделано.", "language": "en"})
    assert "The glossary calls this" not in text(client.get(page))


def test_the_page_of_an_issue_asks_no_more_the_longer_it_is(client, issue, items, alma):
    client.force_login(alma)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/issues/2031Q2/").status_code == 200
        return len(captured)

    few = asked()
    events = list(Event.objects.filter(summary_en__startswith="Sayan"))
    for _ in range(20):
        issuing_items.make_item(issue, [(events[0], Role.BACKGROUND)], **who(alma))
    assert asked() == few <= 20
