"""The inbox: what it shows and counts, and what is done with leads, one or many, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.utils import timezone
from standing import standing

from barometer.errors import NotAllowed, NotReady
from barometer.web.accounts.models import User
from barometer.web.actions import inbox, leads, revisions
from barometer.web.actions.evidence import keep_evidence
from barometer.web.actions.leads import Incoming, hand_in, take_document
from barometer.web.desk.inbox import Asked, Inbox
from barometer.web.records.desk import LeadAct, SavedView
from barometer.web.records.gathering import Lead, WatchedSource
from barometer.web.records.models import Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

FINE = (
    "On {day} March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of "
    "the Invented Herald, {sum} tenge under Article 274 of the Criminal Code for knowingly false information."
)


def person(name, *roles):
    user = User.objects.create_user(name, is_staff=True, first_name=name.capitalize(), last_name="Invented")
    user.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in roles))
    return user


@pytest.fixture
def alma():
    return person("alma", "monitor")


@pytest.fixture
def berik():
    return person("berik", "editor")


@pytest.fixture
def desk(client, alma):
    client.force_login(alma)
    return client


@pytest.fixture
@standing
def three():
    """Three leads that a person handed in, the first the oldest."""
    titles = ("Суд оштрафовал журналиста", "Редакция подала иск", "A newsroom was visited")
    return [hand_in(Incoming("", title=title), origin="address", by="Alma Invented") for title in titles]


def ids(rows):
    return [row.public_id for row in rows]


def me(user):
    return {"by": f"{user.first_name} Invented", "user": user}


def shown(answer):
    return ids([row["lead"] for row in answer.context["rows"]])


# --- what it shows ----------------------------------------------------------------------------------------------------


def test_a_row_says_what_the_lead_is(desk, alma):
    source = WatchedSource.objects.create(
        slug="herald", title="The Herald's feed", publisher="Invented Herald", kind="feed", address="-",
        language="en", trust="media", every=60,
    )  # fmt: skip
    came = Incoming(
        FINE.format(day=13, sum="200,000"), "https://a.example/1", "A journalist fined", watched=source
    )
    lead = take_document(came).lead
    take_document(Incoming(came.text, "https://b.example/", came.title))
    inbox.assign([lead.public_id], alma, **me(alma))
    page = desk.get("/desk/leads/").content.decode()
    for words in ("The Herald&#x27;s feed", "English", "Fine", "1 twin", "Alma Invented has it since"):
        assert words in page, words
    lead.refresh_from_db()
    assert (lead.main_type, lead.language, lead.watched) == ("legal.fine", "en", source)


def test_the_newest_comes_first_and_words_are_found_in_any_form(desk, three):
    assert shown(desk.get("/desk/leads/")) == ids(reversed(three))
    assert shown(desk.get("/desk/leads/?sort=oldest")) == ids(three)
    assert shown(desk.get("/desk/leads/", {"q": "СУДА журналист"})) == [three[0].public_id]
    assert shown(desk.get("/desk/leads/", {"q": "newsrooms"})) == [three[2].public_id]
    assert shown(desk.get("/desk/leads/", {"q": "%"})) == []


def test_the_counts_are_of_what_the_other_filters_leave(alma, three):
    today = timezone.localdate()
    inbox.assign(ids(three[:2]), alma, **me(alma))
    inbox.snooze(ids(three[1:2]), today + timedelta(1), **me(alma))
    found = Inbox(Asked(who="me"), alma, today)
    assert {tab: count for tab, _, count in found.tabs()} == {
        "new": 1, "snoozed": 1, "waiting": 0, "taken": 0, "dismissed": 0, "joined": 0,
    }  # fmt: skip
    who = next(facet for facet in found.facets() if facet.name == "who")
    assert [(one.value, one.count, one.chosen) for one in who.choices] == [
        ("me", 1, True),
        ("nobody", 1, False),
    ]
    assert who.choices[0].query == ""  # chosen again, it is let go
    assert who.choices[1].query == "who=nobody"
    assert ids(found.page_of(0, 9)) == [three[0].public_id]


def test_what_was_put_off_is_back_by_itself(alma, three):
    day = timezone.localdate() + timedelta(3)
    inbox.snooze(ids(three[:1]), day, **me(alma))
    for shift, there in ((-1, False), (0, True), (1, True)):
        rows = Inbox(Asked(), alma, day + timedelta(shift)).page_of(0, 9)
        assert (three[0].public_id in ids(rows)) is there
        assert Inbox(Asked(), alma, day + timedelta(shift)).count(Asked()) == 2 + there


@pytest.mark.parametrize(
    "query",
    [
        "state=nothing&sort=nothing&page=nothing", "type=%00&language=%3Cb%3E&source=x&origin=y&who=z", "page=-4",
        "q=" + "a" * 3000, "who=alma", "page=99999",
    ],
)  # fmt: skip
def test_hostile_addresses_are_answered(desk, three, query):
    answer = desk.get(f"/desk/leads/?{query}")
    assert answer.status_code == 200
    assert b"<b>" not in answer.content  # no row has a type, so this would be the address


# --- what is done -----------------------------------------------------------------------------------------------------


def test_many_are_given_put_off_and_let_go_and_it_is_written_down(desk, alma, berik, three):
    chosen = ids(three[:2])
    answer = desk.post(
        "/desk/leads/act/", {"act": "assign", "lead": chosen, "to": "berik", "back": "sort=oldest"}
    )
    assert answer["Location"] == "/desk/leads/?sort=oldest"
    day = (timezone.localdate() + timedelta(2)).isoformat()
    desk.post("/desk/leads/act/", {"act": "snooze", "lead": chosen, "until": day})
    desk.post("/desk/leads/act/", {"act": "dismiss", "lead": chosen, "reason": "an old story"})
    for lead in three[:2]:
        lead.refresh_from_db()
        assert (lead.assigned_to, lead.state, lead.decided_by) == (berik, "dismissed", "Alma Invented")
        assert [(one.act, one.by, one.user) for one in lead.acts.all()] == [
            ("assign", "Alma Invented", alma), ("snooze", "Alma Invented", alma), ("dismiss", "Alma Invented", alma),
        ]  # fmt: skip
        assert lead.acts.last().reason == "an old story"
        actions = (
            Revision.objects.filter(record_id=lead.public_id)
            .order_by("number")
            .values_list("action", flat=True)
        )
        assert list(actions) == ["create", "assign", "snooze", "dismiss"]
    assert len(set(LeadAct.objects.values_list("batch", flat=True))) == 3
    three[2].refresh_from_db()
    assert (three[2].state, three[2].assigned_to) == ("new", None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"act": "assign", "to": "nobody-of-that-name"}, "Choose who gets it"),
        ({"act": "snooze", "until": "soon"}, "Name the day"),
        ({"act": "snooze", "until": "2001-01-01"}, "Name a day that is ahead"),
        ({"act": "dismiss", "reason": " "}, "Say why"),
        ({"act": "dismiss", "reason": "x" * 2001}, "Say why"),
        ({"act": "explode"}, "Choose what to do"),
        ({"act": "wake", "lead": []}, "Tick at least one"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_no_tick_is_lost(desk, three, given, said):
    answer = desk.post("/desk/leads/act/", {"lead": ids(three[:1]), "reason": "mine"} | given)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    if given.get("lead") != []:
        assert f'value="{three[0].public_id}" checked' in page
    assert not LeadAct.objects.exists()


def test_a_lead_that_was_decided_meanwhile_is_left_out(alma, three):
    leads.dismiss(three[0], reason="told before", by="Berik Invented")
    done = inbox.assign([*ids(three), "no-such-lead"], alma, **me(alma))
    assert (done.changed, done.left) == (2, 2)
    assert inbox.assign(ids(three[1:]), alma, **me(alma)).changed == 0  # who has it already


def test_nobody_gets_a_lead_who_may_not_decide_on_it(alma, three):
    with pytest.raises(NotAllowed, match="may not decide"):
        inbox.assign(ids(three), person("carla", "lawyer"), **me(alma))


def test_without_its_revision_none_of_many_is_changed(alma, three, monkeypatch):
    made, create = [], revisions.Revision.objects.create

    def fails(**given):
        made.append(given)
        if len(made) == 2:
            raise DatabaseError("no room for the revision")
        return create(**given)

    monkeypatch.setattr(revisions.Revision.objects, "create", fails)
    with pytest.raises(DatabaseError):
        inbox.assign(ids(three), alma, **me(alma))
    assert not Lead.objects.exclude(assigned_to=None).exists()
    assert not LeadAct.objects.exists()


def test_a_capture_that_took_long_takes_no_lead_from_anybody(alma):
    """The worker had the lead in hand before Alma did something with it."""
    hand_in(Incoming("", "https://a.example/", "An address"), origin="address", by="Alma Invented")
    Lead.objects.update(state="new")
    stale = Lead.objects.get()
    inbox.assign([stale.public_id], alma, **me(alma))
    inbox.dismiss([stale.public_id], "an old story", **me(alma))
    archive = keep_evidence(b"-", name="a.wacz", media_type="application/x", how="a test", by="A")
    leads.captured(stale, Incoming("", "https://a.example/"), archive)
    leads.not_captured(stale, "no answer")
    now = Lead.objects.get()
    assert (now.assigned_to, now.state, now.evidence) == (alma, "dismissed", archive)


def test_after_a_refusal_every_way_leads_on(desk, three):
    page = desk.post("/desk/leads/act/", {"act": "assign"}).content.decode()
    assert 'href="?' not in page


# --- and taken back ---------------------------------------------------------------------------------------------------


def test_the_last_act_is_taken_back_for_all_at_once(desk, alma, berik, three):
    inbox.assign(ids(three), berik, **me(alma))
    inbox.dismiss(ids(three[:2]), "an old story", **me(alma))
    page = desk.get("/desk/leads/")
    assert "2 leads: let go" in page.content.decode()
    assert desk.post("/desk/leads/undo/", {"batch": page.context["last"]["batch"]}).status_code == 302
    for lead in three:
        lead.refresh_from_db()
        assert (lead.state, lead.decided_by, lead.decided_at, lead.assigned_to) == ("new", "", None, berik)
    inbox.undo(inbox.last_of(alma)[0].batch, **me(alma))  # then the one before it
    assert not Lead.objects.exclude(assigned_to=None).exists()
    assert inbox.last_of(alma) == []
    assert LeadAct.objects.filter(act="undo").count() == 5


def test_nobody_takes_back_what_another_did_or_what_came_after(alma, berik, three):
    done = inbox.assign(ids(three[:2]), alma, **me(alma))
    with pytest.raises(NotReady, match="not what you did last"):
        inbox.undo(done.batch, **me(berik))
    until = timezone.localdate() + timedelta(1)
    inbox.snooze(ids(three[:1]), until, **me(berik))
    undone = inbox.undo(done.batch, **me(alma))
    assert (undone.changed, undone.left) == (1, 1)
    three[0].refresh_from_db()
    assert (three[0].assigned_to, three[0].snoozed_until) == (alma, until)


def test_a_reopening_is_taken_back_whole(alma, three):
    leads.dismiss(three[0], reason="told before", **me(alma))
    was = Lead.objects.get(pk=three[0].pk)
    leads.reopen(three[0], **me(alma))
    inbox.undo(inbox.last_of(alma)[0].batch, **me(alma))
    now = Lead.objects.get(pk=three[0].pk)
    assert (now.state, now.decided_by, now.decided_at) == (was.state, was.decided_by, was.decided_at)


def test_what_entered_the_ledger_is_not_taken_back_here(alma):
    lead = hand_in(
        Incoming(FINE.format(day=14, sum="300,000"), title="A fine"), origin="text", by="Alma Invented"
    )
    leads.take(lead, **me(alma))
    assert lead.acts.get().act == "take"
    assert inbox.last_of(alma) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda row: LeadAct.objects.update(reason="another"),
        lambda row: row.delete(),
        lambda row: LeadAct.objects.all().delete(),
    ],
)
def test_acts_stand_for_good(alma, three, change):
    inbox.dismiss(ids(three[:1]), "an old story", **me(alma))
    with pytest.raises(DatabaseError), transaction.atomic():
        change(LeadAct.objects.get())
    assert LeadAct.objects.get().reason == "an old story"


# --- views, and who may -----------------------------------------------------------------------------------------------


def test_a_view_is_kept_counted_replaced_and_dropped(desk, alma, berik, three):
    inbox.assign(ids(three[:1]), alma, **me(alma))
    desk.post("/desk/leads/views/", {"name": "  Mine,   all ", "back": "who=me&state=nonsense&x=1"})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.user) == ("Mine, all", "who=me", alma)
    assert desk.get("/desk/leads/").context["views"] == [(view, 1)]
    desk.post("/desk/leads/views/", {"name": "Mine, all", "back": "who=nobody"})
    assert desk.get("/desk/leads/").context["views"] == [(view, 2)]
    other = SavedView.objects.create(user=berik, name="His", query="")
    desk.post(f"/desk/leads/views/{other.pk}/drop/")
    assert SavedView.objects.filter(pk=other.pk).exists()
    desk.post(f"/desk/leads/views/{view.pk}/drop/")
    assert SavedView.objects.get() == other


def test_a_lawyer_looks_and_does_nothing(client, three):
    client.force_login(person("carla", "lawyer"))
    page = client.get("/desk/leads/")
    assert page.status_code == 200
    assert 'name="lead"' not in page.content.decode()
    given = {"act": "dismiss", "lead": ids(three), "reason": "mine"}
    assert client.post("/desk/leads/act/", given).status_code == 403
    assert client.post("/desk/leads/undo/", {"batch": "x"}).status_code == 403
    client.force_login(person("dana", "contributor"))
    assert client.get("/desk/leads/").status_code == 403


def test_the_day_of_an_act_is_the_country_s(desk, three, settings):
    assert settings.TIME_ZONE == "Asia/Almaty"
    assert date.fromisoformat(
        desk.get("/desk/leads/").context["tomorrow"]
    ) == timezone.localdate() + timedelta(1)
