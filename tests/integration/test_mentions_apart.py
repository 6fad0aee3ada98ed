"""Two people of one name: mentions are set apart, what rests on them follows, and it is taken back. All are invented."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from followed import CASE, bulletin, event, write
from standing import standing

from barometer.errors import NotAllowed, UnknownValue
from barometer.web.accounts.models import User
from barometer.web.actions.importing import import_files
from barometer.web.actions.names import Outdated, put_back, set_apart, token_of_mentions
from barometer.web.records import naming, timelines
from barometer.web.records.models import NameJudgement, Party, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

TELLINGS = [
    ("legal.house_arrest", "2021-03-17"),
    ("legal.detention", "2021-03-20"),
    ("outcome.released", "2021-04-17"),
]


@pytest.fixture
@standing
def party(tmp_path):
    """One name, of whom three things are told in one case."""
    told = [event(kind, day=day, said="It is told.") for kind, day in TELLINGS]
    import_files(write(tmp_path, bulletin("told.txt", "2021Q2", *told)), as_published=True, by="A coder")
    return Party.objects.get(name="Saule Oydan").public_id


@pytest.fixture
def editor(client):
    user = User.objects.create_user(
        "editor", password="a long password of mine", first_name="Alma", last_name="Invented"
    )
    user.groups.add(Group.objects.create(name="editor"))
    client.force_login(user)
    return client


def say(party, *mentions, reason="her namesake", seen=None):
    seen = token_of_mentions(party) if seen is None else seen
    return set_apart(party, mentions, reason=reason, by="An editor", seen=seen)


def people() -> list[str]:
    """Whom the events of the case hit, by the day."""
    [case] = timelines.cases(timelines.public_events(), public=True)
    return [
        who.name for one in sorted(case.events, key=lambda one: one.event.date) for who in one.event.targets
    ]


def test_mentions_set_apart_are_one_other_person_everywhere(client, party):
    _, second, third = naming.mention_keys(party)
    say(party, second, third)
    assert people() == ["Saule Oydan", "Saule Oydan (2)", "Saule Oydan (2)"]
    page = client.get(f"/en/cases/{CASE}/").content.decode()
    assert "Saule Oydan (2)" in page
    assert [row.after["verdict"] for row in Revision.objects.filter(action="judge")] == [
        "different", "different", "same",
    ]  # fmt: skip


def test_two_sets_are_two_others(party):
    first, second, _ = naming.mention_keys(party)
    say(party, first)
    say(party, second)
    assert people() == ["Saule Oydan (2)", "Saule Oydan (3)", "Saule Oydan"]


def test_what_was_set_apart_can_be_taken_back(party):
    _, second, third = naming.mention_keys(party)
    say(party, second, third)
    put_back(party, second, reason="the same after all", by="An editor")
    assert people() == ["Saule Oydan", "Saule Oydan", "Saule Oydan (2)"]
    put_back(party, third, reason="the same after all", by="An editor")
    assert people() == ["Saule Oydan"] * 3
    assert NameJudgement.objects.count() == 6  # nothing is erased


def test_it_outlasts_a_second_import(tmp_path, party):
    _, second, _ = naming.mention_keys(party)
    say(party, second)
    import_files(sorted(tmp_path.glob("*.json")), as_published=True, by="A coder")
    assert people()[1] == "Saule Oydan (2)"


def test_what_cannot_be_said(party):
    key, *_ = naming.mention_keys(party)
    with pytest.raises(UnknownValue, match="no mention is chosen"):
        say(party)
    with pytest.raises(NotAllowed, match="needs a reason"):
        say(party, key, reason=" ")
    court = Party.objects.get(name="Invented City Court").public_id
    with pytest.raises(UnknownValue, match="no mention of this name"):
        say(party, *naming.mention_keys(court)[:1])
    assert not NameJudgement.objects.exists()


def test_of_two_editors_the_later_is_told_and_loses_nothing(party):
    first, second, _ = naming.mention_keys(party)
    seen = token_of_mentions(party)
    say(party, first, seen=seen)
    with pytest.raises(Outdated) as outdated:
        say(party, second, seen=seen)
    assert outdated.value.last.reason == "her namesake"
    assert NameJudgement.objects.count() == 1


# --- the pages --------------------------------------------------------------------------------------------


def test_an_editor_finds_a_name_and_sets_a_mention_apart(editor, party):
    found = editor.get("/desk/names/search/", {"q": "Сауле Ойдан"}).content.decode()
    address = f"/desk/names/of/{party}/"
    assert address in found
    page = editor.get(address).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    keys = re.findall(r'name="mention" value="([^"]+)"', page)
    assert len(keys) == 3
    sent = {"seen": seen, "mention": keys[1:2], "reason": "another woman"}
    after = editor.post(f"{address}apart/", sent, follow=True).content.decode()
    assert "Saule Oydan (2)" in after
    again = editor.post(f"{address}apart/", sent | {"reason": "typed in vain"})
    assert again.status_code == 409
    assert "typed in vain" in again.content.decode()
    assert "another woman" in again.content.decode()
    editor.post(f"{address}back/", {"mention": keys[1]}, follow=True)
    assert people() == ["Saule Oydan"] * 3


def test_strange_requests_are_refused(editor, client, party):
    assert editor.get("/desk/names/of/nobody/").status_code == 404
    assert editor.get("/desk/names/search/", {"q": "\x00…"}).status_code == 200
    assert editor.post(f"/desk/names/of/{party}/back/", {"mention": "x"}).status_code == 404
    assert editor.post(f"/desk/names/of/{party}/apart/", {"mention": ["x"], "reason": "y"}).status_code == 409
    client.logout()
    for path in ("search/", f"of/{party}/"):
        assert client.get(f"/desk/names/{path}").status_code == 302
