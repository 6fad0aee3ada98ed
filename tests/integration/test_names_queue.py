"""The queue of names: what is proposed, what a person says, and that the public sees nothing of it."""

from __future__ import annotations

import re
import time

import pytest
from standing import standing

from barometer.web.accounts.models import User
from barometer.web.actions.importing import import_files
from barometer.web.actions.names import judge, token
from barometer.web.records.models import NameJudgement, Party
from barometer.web.records.naming import refresh_blocks
from barometer.web.records.proposals import proposals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

QUEUE = "/desk/names/"


@pytest.fixture
@standing
def spelt(mini):
    """The mini bulletin with one invented person in two spellings, in two events of one case."""
    mini.event(0)["targets"] = [
        {"name": "Рысбек Кияров", "written": "Рысбек Кияров", "type": "journalist"},
        {"name": "Invented Herald", "written": "Invented Herald", "type": "outlet"},
    ]
    mini.event(1)["targets"] = [
        {"name": "Rysbek Kiyarov", "written": "Rysbek Kiyarov", "type": "editor"},
        {"name": "Invented Herald", "written": "Invented Herald", "type": "outlet"},
    ]
    mini.event(2)["targets"] = [{"name": "Жанар Киярова", "written": "Жанар Киярова", "type": "journalist"}]
    mini.text.unlink()
    import_files([mini.save()])
    return {name: Party.objects.get(name=name) for name in ("Рысбек Кияров", "Rysbek Kiyarov")}


@pytest.fixture
def editor(client):
    user = User.objects.create_superuser(
        "editor", first_name="Alma", last_name="Invented", password="long enough, mine"
    )
    client.force_login(user)
    return client


def fields(page):
    """What the first form of a pair would send."""
    found = dict(re.findall(r'<input type="hidden" name="(one|other|seen|page)" value="([^"]*)">', page))
    return found | {"reason": "one editor of one paper", "verdict": "same"}


def press(editor, **changes):
    return editor.post(f"{QUEUE}judge/", fields(editor.get(QUEUE).content.decode()) | changes)


# --- what is proposed ------------------------------------------------------------------------------------------------


def test_a_likely_pair_is_proposed_with_its_reasons(spelt):
    [proposal] = proposals()
    assert {proposal.one.name, proposal.other.name} == set(spelt)
    assert proposal.belief.probability > 0.97
    assert "outlet_same" in {finding.code for finding in proposal.belief.findings}


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_a_pair_is_proposed_once(spelt, verdict):
    one, other = (party.public_id for party in spelt.values())
    judge(one=one, other=other, verdict=verdict, reason="seen", by="An editor", seen=token(one, other))
    assert proposals() == []


def test_of_two_clusters_one_pair_is_asked_and_what_follows_is_not(spelt):
    third = Party.objects.create(name="Рысбек Қияров", kind="person")
    refresh_blocks([third])
    assert len(proposals()) == 3
    one, other = (party.public_id for party in spelt.values())
    judge(one=one, other=other, verdict="same", reason="seen", by="An editor", seen=token(one, other))
    [proposal] = proposals()
    assert third.pk in (proposal.one.pk, proposal.other.pk)
    judge(
        one=third.public_id, other=other, verdict="different", reason="a namesake", by="An editor",
        seen=token(third.public_id, other),
    )  # fmt: skip
    assert proposals() == []


def test_what_matters_more_comes_first(spelt):
    rows = [Party.objects.create(name=name, kind="person") for name in ("Дана Ойдан", "Dana Oydan")]
    refresh_blocks(rows)
    first, second = proposals()
    assert {first.one.name, first.other.name} == set(spelt)  # the others are mentioned nowhere
    assert second.worth == 0


def test_names_that_say_nothing_are_never_proposed(db):
    rows = [
        Party(name=name, kind=kind)
        for name in ("A", "😀", "…", "Алматы", "Kазах")
        for kind in ("person", "body")
    ]
    rows = Party.objects.bulk_create(rows)
    refresh_blocks(rows)
    assert proposals() == []


# --- the page --------------------------------------------------------------------------------------------------------


def test_both_records_stand_side_by_side(spelt, editor):
    page = editor.get(QUEUE).content.decode()
    for words in (
        "Рысбек Кияров", "Rysbek Kiyarov", "Invented Herald", "example-274", "12 January 2031",
        "both are mentioned with the outlet Invented Herald", "sound the same", "1 pair of names may be one",
    ):  # fmt: skip
        assert words in page, words
    assert "<script" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "оба упомянуты вместе с редакцией"), ("kk", "екеуі де Invented Herald басылымымен")],
)
def test_in_three_languages(spelt, editor, language, words):
    page = editor.get(QUEUE, headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}">' in page
    assert words in page


def test_an_answer_is_kept_with_who_and_why_and_undone(spelt, editor):
    answer = press(editor)
    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    row = NameJudgement.objects.get()
    assert (row.verdict, row.by, row.reason) == ("same", "Alma Invented", "one editor of one paper")
    assert row.proposed["probability"] > 0.97
    page = editor.get(QUEUE).content.decode()
    assert "There is nothing to judge." in page
    assert editor.post(f"{QUEUE}undo/", {"judgement": row.public_id}).status_code == 302
    assert [row.verdict for row in NameJudgement.objects.order_by("pk")] == ["same", "open"]
    assert "1 pair of names may be one" in editor.get(QUEUE).content.decode()


def test_the_second_editor_is_told_and_loses_no_word(spelt, editor, client):
    old = fields(editor.get(QUEUE).content.decode())
    one, other = old["one"], old["other"]
    judge(one=one, other=other, verdict="unsure", reason="two papers", by="The first", seen=token(one, other))
    answer = editor.post(f"{QUEUE}judge/", old | {"reason": "my own long thought"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The first said “unsure”: two papers" in page
    assert 'value="my own long thought"' in page
    assert NameJudgement.objects.count() == 1
    again = fields(page)
    assert editor.post(f"{QUEUE}judge/", again | {"reason": "my own long thought"}).status_code == 302
    assert [row.reason for row in NameJudgement.objects.order_by("pk")] == [
        "two papers",
        "my own long thought",
    ]


def test_an_undo_that_comes_too_late_is_told(spelt, editor):
    press(editor)
    row = NameJudgement.objects.get()
    judge(
        one=row.one,
        other=row.other,
        verdict="different",
        reason="two",
        by="The other",
        seen=token(row.one, row.other),
    )
    answer = editor.post(f"{QUEUE}undo/", {"judgement": row.public_id})
    assert answer.status_code == 409
    assert NameJudgement.objects.count() == 2


def test_a_contradiction_is_shown_and_can_be_taken_back(spelt, editor):
    third = Party.objects.create(name="Рысбек Қияров", kind="person")
    refresh_blocks([third])
    a, b, c = *(party.public_id for party in spelt.values()), third.public_id
    for one, other, verdict in ((a, b, "same"), (b, c, "same"), (a, c, "different")):
        judge(one=one, other=other, verdict=verdict, reason="seen", by="An editor", seen=token(one, other))
    page = editor.get(QUEUE).content.decode()
    assert "Contradictions" in page
    assert page.count("Take back") >= 3
    wrong = NameJudgement.objects.get(verdict="different")
    editor.post(f"{QUEUE}undo/", {"judgement": wrong.public_id})
    assert "Contradictions" not in editor.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"verdict": "open"}, 400),
        ({"verdict": ""}, 400),
        ({"reason": "  "}, 400),
        ({"reason": "x" * 3000}, 400),
        ({"one": "nobody"}, 400),
        ({"other": ""}, 400),
        ({"one": "\0"}, 400),
        ({"seen": "x"}, 409),
        ({"page": "x" * 5000}, 302),
    ],
)
def test_what_is_sent_amiss_writes_nothing(spelt, editor, changes, status):
    assert press(editor, **changes).status_code == status
    assert NameJudgement.objects.count() == (status == 302)


def test_who_would_disagree_with_a_join_is_shown_it_again(spelt, editor):
    old = fields(editor.get(QUEUE).content.decode())
    judge(
        one=old["one"], other=old["other"], verdict="same", reason="one paper", by="The first",
        seen=token(old["one"], old["other"]),
    )  # fmt: skip
    page = editor.post(
        f"{QUEUE}judge/", old | {"verdict": "different", "reason": "two faces"}
    ).content.decode()
    assert 'value="two faces"' in page
    again = fields(page) | {"verdict": "different", "reason": "two faces"}
    assert editor.post(f"{QUEUE}judge/", again).status_code == 302
    assert [row.verdict for row in NameJudgement.objects.order_by("pk")] == ["same", "different"]


def test_a_record_that_changed_is_told_and_nobody_is_blamed(spelt, editor):
    press(editor, verdict="unsure")
    editor.post(f"{QUEUE}undo/", {"judgement": NameJudgement.objects.get().public_id})
    old = fields(editor.get(QUEUE).content.decode())
    Party.objects.filter(public_id=old["one"]).update(name="Рысбек Кияровский")
    page = editor.post(f"{QUEUE}judge/", old).content.decode()
    assert "one of the records has changed" in page


def test_every_answer_stands_in_the_log_and_can_be_taken_back(spelt, editor):
    press(editor)
    first = NameJudgement.objects.get()
    page = editor.get(f"{QUEUE}log/").content.decode()
    assert "one editor of one paper; Alma Invented" in page
    assert page.count("Take back</button>") == 1
    editor.post(f"{QUEUE}undo/", {"judgement": first.public_id})
    page = editor.get(f"{QUEUE}log/").content.decode()
    assert "taken back" in page
    assert "Take back</button>" not in page


def test_paging(editor):
    rows = Party.objects.bulk_create(
        Party(name=name, kind="person")
        for n in range(24)
        for name in (
            f"Рысбек {'абвгдежзиклмнопрстуфхцчш'[n].upper()}ындыров",
            f"Rysbek {'abvgdejziklmnoprstufxcqw'[n].upper()}yndyrov",
        )
    )
    refresh_blocks(rows)
    page = editor.get(QUEUE).content.decode()
    assert page.count('name="verdict" value="same"') == 10
    assert 'href="?page=2"' in page
    for number in ("2", "99", "x", "-1"):
        assert editor.get(QUEUE, {"page": number}).status_code == 200


# --- who sees it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [QUEUE, f"{QUEUE}judge/", f"{QUEUE}undo/", f"{QUEUE}log/"])
def test_the_public_never_sees_the_queue(spelt, client, address):
    for send in (client.get, client.post):
        answer = send(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/desk/login/")
    client.force_login(User.objects.create_user("reader", password="long enough, mine"))
    assert client.get(QUEUE).status_code == 403
    for language in ("en", "ru", "kk"):
        assert client.get(f"/{language}/names/").status_code == 404
        assert "desk/names" not in client.get(f"/{language}/").content.decode()


def test_answers_are_posted_only(editor):
    assert editor.get(f"{QUEUE}judge/").status_code == 405
    assert editor.get(f"{QUEUE}undo/").status_code == 405
    assert editor.post(QUEUE).status_code == 405
    for nothing in ("nothing", "", "\0", "x" * 5000):
        assert editor.post(f"{QUEUE}undo/", {"judgement": nothing}).status_code == 404


@pytest.mark.long
def test_five_thousand_names_in_about_a_second(editor):
    """In the time of the processor, so that a busy machine is no fault."""
    syllables = [
        "ба",
        "кы",
        "ту",
        "ша",
        "мар",
        "ден",
        "жол",
        "ран",
        "гас",
        "лы",
        "ру",
        "нек",
        "тай",
        "бол",
        "қай",
    ]
    forenames = ["Айдар", "Марат", "Динара", "Асель", "Тимур", "Ерлан", "Сауле", "Руслан", "Жанар", "Нурлан"]
    surnames = [a + b for a in syllables for b in syllables] + [
        a + b + a for a in syllables for b in syllables
    ]
    names = [
        f"{first} {last.capitalize()}ов" for last in surnames for first in forenames + ["Азамат", "Болат"]
    ]
    rows = Party.objects.bulk_create(Party(name=name, kind="person") for name in names[:5000])
    refresh_blocks(rows)
    editor.get(QUEUE)
    start = time.process_time()
    assert editor.get(QUEUE).status_code == 200
    assert time.process_time() - start < 3
