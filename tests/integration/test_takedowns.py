"""Takedown notices: they come in once, steps follow, events are proposed, a person judges and publishes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from barometer.errors import BadInput
from barometer.reach.notices import Notice
from barometer.web.actions import takedowns as actions
from barometer.web.actions import takedowns_events as events
from barometer.web.records.models import Event, Party, Revision
from barometer.web.records.takedowns import NoticeJudgement, NoticeSender, NoticeStep, TakedownNotice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

WHO = {"by": "Alma Invented"}
DAY = date(2026, 3, 2)
HOUSE, OTHER = "https://www.vlast.kz/novosti/1.html", "https://vlast.kz/novosti/2.html"


def notice(**changed) -> Notice:
    given = {
        "number": "n-1", "source": "lumen", "sender": "Invented Rights Ltd", "recipient": "Sybyr",
        "ground": "copyright", "work": "A story of ours", "targets": (HOUSE, OTHER), "day": DAY,
    }  # fmt: skip
    return Notice(**(given | changed))


def taken(**changed) -> TakedownNotice:
    return actions.take(notice(**changed), **WHO).row


def test_a_notice_comes_in_once():
    first = actions.take(notice(), **WHO)
    assert not first.known
    for again in (
        notice(day=date(2026, 3, 3)),  # its source's number
        notice(number="n-2", sender="INVENTED  rights ltd", targets=(OTHER + "/", HOUSE.replace("www.", ""))),
        notice(number="", source="desk"),
    ):
        found = actions.take(again, **WHO)
        assert (found.known, found.row) == (True, first.row)
    for another in (notice(number="n-3", day=date(2026, 3, 3)), notice(number="n-4", targets=(HOUSE,))):
        assert not actions.take(another, **WHO).known
    assert NoticeSender.objects.count() == 1


def test_the_outlet_is_known_by_its_domain_or_by_a_person():
    row = taken(targets=(HOUSE, "https://sybyr.example/post/1"))
    ours, post = row.targets.all()
    assert (ours.outlet.name, post.outlet) == ("Vlast", None)
    actions.say_outlet([post], "Oyla", **WHO)
    assert Party.objects.get(name="Oyla", kind="outlet").notice_targets.get() == post


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"targets": ()}, "no address"),
        ({"targets": ("javascript:alert(1)",)}, "no address of the web"),
        ({"targets": ("https://a.example/" + "x" * 2000,)}, "no address of the web"),
        ({"targets": ("https://[::1/",)}, "no address of the web"),
        ({"targets": tuple(f"https://a.example/{n}" for n in range(5001))}, "over 5000"),
        ({"ground": "spite"}, "ground"),
        ({"action": "burnt"}, "action"),
        ({"day": date(2999, 1, 1)}, "lies ahead"),
        ({"words": "x" * 100_001}, "over 100000"),
    ],
)
def test_what_is_no_notice_is_refused_by_its_number(changed, words):
    with pytest.raises(BadInput, match=words):
        taken(**changed)
    assert not TakedownNotice.objects.exists()


def test_an_address_is_as_its_last_step_says():
    row = taken()
    one, two = row.targets.all()

    def states():
        return [target.state for target in row.targets.all()]

    actions.add_step(row, "removed", day=date(2026, 3, 4), **WHO)
    assert states() == ["removed", "removed"]
    actions.add_step(row, "restored", day=date(2026, 3, 20), targets=[two], **WHO)
    assert states() == ["removed", "restored"]
    actions.add_step(row, "up", day=date(2026, 3, 3), targets=[one], **WHO)  # told late: it changes nothing
    assert states() == ["removed", "restored"]
    actions.add_step(row, "counter-notice", day=date(2026, 3, 21), **WHO)
    assert states() == ["removed", "restored"]
    for day in (date(2026, 3, 1), date(2999, 1, 1)):
        with pytest.raises(BadInput, match="before the notice or ahead"):
            actions.add_step(row, "removed", day=day, **WHO)


def test_steps_and_judgements_stand_for_good():
    row = taken()
    actions.add_step(row, "removed", day=DAY, **WHO)
    actions.judge(row, "unsure", reason="to be asked", **WHO)
    for model in (NoticeStep, NoticeJudgement):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.update(created_at="2020-01-01T00:00Z")
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            model.objects.all().delete()


def test_a_removal_is_proposed_and_what_is_learned_later_is_added():
    row = taken()
    assert events.follow(row) == []
    actions.add_step(row, "removed", day=date(2026, 3, 4), **WHO)
    [event] = events.follow(row)
    assert (event.state, event.main_type, event.date) == ("proposed", "digital.content_removal", "2026-03-04")
    assert [(m.party.name, m.side, m.type) for m in event.mentions.all()] == [
        ("Sybyr", "actor", "platform"), ("sender of a takedown notice", "actor", "unknown"),
        ("Vlast", "target", "outlet"),
    ]  # fmt: skip
    assert "Invented Rights" not in str(Revision.objects.filter(record_id=event.public_id).get().after)
    assert events.follow(row) == []

    actions.judge(row, "abusive", reason="the original was put up a week later", **WHO)
    assert events.follow(row) == []
    event.refresh_from_db()
    assert [(one.code, one.alleged) for one in event.types.all()] == [
        ("digital.content_removal", False), ("digital.takedown_abuse", False),
    ]  # fmt: skip
    actions.add_step(row, "restored", day=date(2026, 3, 14), **WHO)
    [relief] = events.follow(row)
    assert (relief.kind, relief.phase, relief.date) == ("relief", "ended", "2026-03-14")
    assert [one.code for one in relief.types.all()] == [
        "outcome.restored", "digital.content_removal", "digital.takedown_abuse",
    ]  # fmt: skip
    assert Event.objects.count() == row.events.count() == 2
