"""An issue is approved by three people as it is, frozen whole or not at all, and its bytes stay."""

from __future__ import annotations

import hashlib
import io
import json
import signal
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from reviewed import person, who
from signing import approve_all, frozen, nothing_unready, opened, three
from standing import standing

from barometer.codebook import LANGUAGES
from barometer.errors import EvidenceMissing, NotAllowed, NotReady, UnknownValue
from barometer.publication import snapshot
from barometer.publication.compose import compose
from barometer.publication.render import FORMATS, render_all
from barometer.web import entry
from barometer.web.actions import evidence as evidence_actions
from barometer.web.actions import freezing, redacting, reissuing, reviewing
from barometer.web.actions.evidence import bytes_of
from barometer.web.actions.texts import approve_text, note_text
from barometer.web.records import printed
from barometer.web.records.freezing import Edition, FrozenFile, IssueApproval, ItemBlock
from barometer.web.records.models import Event, EvidenceItem, Issue, Item, Party, Revision
from barometer.web.records.reviewing import LinkMark, PublicNote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch):
    nothing_unready(monkeypatch)


@pytest.fixture
@standing
def issue(mini, evidence):
    return opened(mini)


@pytest.fixture
def quick(monkeypatch):
    """Copies of a few words, where it does not matter what stands in them."""

    def rendered(given):
        whole = snapshot.digest(snapshot.pack(given))
        return {
            (language, form): f"{language} {form} {whole}".encode()
            for language in LANGUAGES
            for form in FORMATS
        }

    for module in (freezing, reissuing):
        monkeypatch.setattr(module, "rendered", rendered)


def digest_of(issue):
    return snapshot.digest(freezing.packed(issue))


def against(issue):
    return [one.text for one in freezing.against(issue, digest_of(issue))]


# --- the snapshot ----------------------------------------------------------------------------------------------------


def test_the_snapshot_is_all_that_is_printed_and_reads_back_the_same(issue):
    given = printed.issue_in("2031Q1")
    packed = snapshot.pack(given)
    assert snapshot.pack(snapshot.unpack(packed)) == packed
    for language in LANGUAGES:
        assert compose(snapshot.unpack(packed), language) == compose(given, language)
    told = json.loads(packed)
    assert (told["form"], told["issue"]["codebook"]) == (1, given.codebook)
    assert told["software"]
    assert b"grounds" not in packed
    assert {row.month for row in given.measures} <= {f"2030-{n:02}" for n in range(4, 13)} | {
        "2031-01",
        "2031-02",
        "2031-03",
    }


def test_notes_of_the_desk_are_no_part_of_it(issue):
    before = digest_of(issue)
    row = Event.objects.first()
    row.coded = row.coded | {"note": "a note of the desk"}
    row.save()
    assert digest_of(issue) == before


# --- approvals -------------------------------------------------------------------------------------------------------


def test_three_people_approve_and_any_change_voids_it(issue):
    assert len(against(issue)) == 3
    approve_all(issue)
    assert against(issue) == []
    event = Event.objects.public().exclude(summary_en="").first()
    event.coded = event.coded | {"summary": event.coded["summary"] | {"en": "Another invented summary."}}
    event.save()
    standings = freezing.approvals(issue, digest_of(issue))
    assert [(one.by, one.holds) for one in standings] == [
        (f"Signing-{kind} Invented", False) for kind in ("monitor", "lawyer", "director")
    ]
    assert len(against(issue)) == 3
    with pytest.raises(NotReady, match="void: the issue has changed since"):
        freezing.freeze(issue, **who(person("editor", "editor")))
    assert not EvidenceItem.objects.filter(how="issued").exists()


def test_who_may_approve_as_what(issue):
    digest, people = digest_of(issue), three()
    for kind, other in (("monitor", "lawyer"), ("lawyer", "director"), ("director", "monitor")):
        with pytest.raises(NotAllowed):
            freezing.approve(issue, kind, digest, **who(people[other]))
    with pytest.raises(UnknownValue):
        freezing.approve(issue, "editor", digest, **who(people["monitor"]))
    with pytest.raises(NotReady, match="changed since you saw it"):
        freezing.approve(issue, "monitor", "0" * 64, **who(people["monitor"]))
    assert not IssueApproval.objects.exists()


def test_one_person_approves_once_but_in_a_small_desk(issue, settings):
    digest = digest_of(issue)
    both = person("both", "monitor", "lawyer", "director")
    freezing.approve(issue, "monitor", digest, **who(both))
    with pytest.raises(NotAllowed, match="three different people"):
        freezing.approve(issue, "director", digest, **who(both))
    settings.SMALL_DESK = True
    for kind in ("lawyer", "director"):
        freezing.approve(issue, kind, digest, **who(both))
    assert against(issue) == []
    settings.SMALL_DESK = False  # the desk has grown since: the same approvals do not do any more
    assert [text for text in against(issue) if "twice" in text]


def test_an_approval_is_never_changed(quick, issue):
    approve_all(issue)
    for table in ("issueapproval", "itemblock", "edition", "frozenfile"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            if table == "itemblock":
                freezing.block(issue, issue.items.first(), True, reason="why", **who(person("l2", "lawyer")))
            elif table != "issueapproval" and not Edition.objects.exists():
                freezing.freeze(issue, **who(person("e2", "editor")))
            cursor.execute(f"UPDATE records_{table} SET public_id = 'another'")


# --- what the lawyer stops -------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_stopped_item_keeps_the_issue_from_freezing(issue):
    people = approve_all(issue)
    item = issue.items.exclude(headline="").first()
    with pytest.raises(NotAllowed):
        freezing.block(issue, item, True, reason="why", **who(people["director"]))
    with pytest.raises(NotAllowed):
        freezing.block(issue, item, True, reason=" ", **who(people["lawyer"]))
    freezing.block(issue, item, True, reason="It may be untrue.", **who(people["lawyer"]))
    [said] = against(issue)
    assert item.headline in said
    with pytest.raises(NotReady):
        freezing.freeze(issue, **who(people["director"]))
    freezing.block(issue, item, False, reason="It was checked.", **who(people["lawyer"]))
    assert against(issue) == []
    assert [row.is_blocked for row in ItemBlock.objects.all()] == [True, False]


@pytest.mark.once
def test_an_address_that_is_not_for_readers_is_in_no_copy(issue):
    address = "https://internal.invented.example/secret-path"
    item = issue.items.first()
    text = item.text_en or "Words of an invented item with a link."
    Item.objects.filter(pk=item.pk).update(
        text_en=text, links=[{"text": text[:5], "start": 0, "end": 5, "address": address}]
    )
    assert told_anywhere(english_copies(), "secret-path")
    approve_all(issue)
    item.refresh_from_db()
    reviewing.mark_link(item, address, False, reason="A source of ours.", **who(person("l3", "lawyer")))
    assert len(against(issue)) == 3  # what is printed is another thing now
    assert not told_anywhere(english_copies(), "secret-path")
    assert LinkMark.objects.get().is_public is False


def english_copies():
    """Every format of the issue as it is now, in English."""
    files = render_all(compose(printed.issue_in("2031Q1", measures=False), "en"))
    return {("en", form): data for form, data in files.items()}


def told_anywhere(files, words):
    """The copies in which the words stand: in their bytes, in what is packed in them, in what a PDF shows or links."""
    found = set()
    for (language, form), data in files.items():
        parts = [data]
        if form == "docx":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                parts = [packed.read(name) for name in packed.namelist()]
        if form == "pdf":
            parts.append(
                "".join(
                    page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)
                ).encode()
            )
        if form == "email":
            import email
            import email.policy

            letter = email.message_from_bytes(data, policy=email.policy.default)
            parts += [part.get_content().encode() for part in letter.iter_parts()]
        if any(words.encode() in part for part in parts):
            found.add((language, form))
    return found


# --- freezing --------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_frozen_issue_is_every_copy_kept_with_its_digest(issue):
    frozen(issue)
    [edition] = issue.editions.all()
    assert issue.frozen_at == edition.created_at
    rows = {(row.language, row.format): row for row in edition.files.all()}
    assert set(rows) == {(language, form) for language in LANGUAGES for form in FORMATS}
    for row in rows.values():
        data = bytes_of(row.evidence)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (row.sha256, row.size)
        assert row.evidence.visibility == EvidenceItem.Visibility.PUBLIC
    whole = bytes_of(edition.snapshot)
    assert snapshot.digest(whole) == edition.digest
    assert edition.snapshot.visibility == EvidenceItem.Visibility.INTERNAL
    again = freezing.rendered(snapshot.unpack(whole))
    assert {key: hashlib.sha256(data).hexdigest() for key, data in again.items()} == {
        key: row.sha256 for key, row in rows.items()
    }
    assert Revision.objects.filter(model="issue", action="freeze").count() == 1
    assert {fault.kind for fault in evidence_actions.verify()} == {"unstamped"}  # no authority is set here


def test_what_is_frozen_takes_no_more_and_stays_as_it_is(quick, issue, tmp_path):
    people = frozen(issue)
    row = freezing.frozen_file(issue, "en", "md")
    before = bytes_of(row.evidence)
    item = issue.items.first()
    for act in (
        lambda: freezing.freeze(issue, **who(people["director"])),
        lambda: freezing.approve(issue, "monitor", digest_of(issue), **who(people["monitor"])),
        lambda: freezing.block(issue, item, True, reason="late", **who(people["lawyer"])),
        lambda: freezing.put_imprint(issue, "", "funder", {"en": "late"}, **who(people["director"])),
    ):
        with pytest.raises(NotReady):
            act()
    Item.objects.update(text_en="Another text.")
    Event.objects.update(state="withdrawn")
    told = []
    out = entry.write_bulletin("2031Q1", "en", "md", tmp_path / "b.md", tell=told.append)
    assert out.read_bytes() == before
    assert row.sha256 in told[0]
    assert "issued" in told[0]
    assert Edition.objects.count() == 1


def test_reasons_of_the_desk_keep_it_from_freezing(issue, monkeypatch):
    nothing_unready(monkeypatch, ["The carry-over is not settled."])
    people = approve_all(issue)
    with pytest.raises(NotReady, match=r"The carry-over is not settled\."):
        freezing.freeze(issue, **who(people["director"]))
    nothing_unready(monkeypatch)
    with pytest.raises(NotAllowed):
        freezing.freeze(issue, **who(people["monitor"]))
    Issue.objects.update(opened_at=None)
    issue.refresh_from_db()
    with pytest.raises(NotReady, match="imported"):
        freezing.freeze(issue, **who(people["director"]))


def test_a_change_while_the_copies_are_made_is_noticed(issue, monkeypatch):
    people = approve_all(issue)
    make = freezing.rendered

    def slowly(given):
        Item.objects.filter(issue=issue).update(section=3)
        return make(given)

    monkeypatch.setattr(freezing, "rendered", slowly)
    with pytest.raises(NotReady, match="changed while"):
        freezing.freeze(issue, **who(people["director"]))
    assert not FrozenFile.objects.exists()


@pytest.mark.parametrize(
    "at", [pytest.param(1, marks=pytest.mark.once), 9, pytest.param(19, marks=pytest.mark.once)]
)
def test_a_fault_in_the_middle_leaves_nothing(quick, issue, monkeypatch, at):
    people, left, keep = approve_all(issue), [at], freezing._kept

    def failing(*arguments):
        left[0] -= 1
        if left[0] == 0:
            raise OSError("no room")
        return keep(*arguments)

    monkeypatch.setattr(freezing, "_kept", failing)
    with pytest.raises(OSError, match="no room"):
        freezing.freeze(issue, **who(people["director"]))
    issue.refresh_from_db()
    assert (issue.frozen_at, Edition.objects.count(), FrozenFile.objects.count()) == (None, 0, 0)
    assert not EvidenceItem.objects.filter(how="issued").exists()
    monkeypatch.setattr(freezing, "_kept", keep)
    freezing.freeze(issue, **who(people["director"]))
    assert FrozenFile.objects.count() == len(FORMATS) * len(LANGUAGES)
    assert all(bytes_of(row.evidence) for row in FrozenFile.objects.all())


FREEZE = """
import os, signal, sys
sys.path[:0] = sys.argv[1].split(os.pathsep)
from barometer.web import entry
entry.setup()
import types
from barometer.web import actions
issuing = types.ModuleType("barometer.web.actions.issuing")
issuing.unready = lambda issue: []
sys.modules[issuing.__name__] = actions.issuing = issuing
from barometer.evidence import Store
from barometer.web.actions import freezing
from barometer.web.records.models import Issue
from barometer.web.accounts.models import User
left = int(sys.argv[2])
keep = Store.keep
def counted(*arguments):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return keep(*arguments)
Store.keep = counted
issue = Issue.objects.get(period="2031Q1")
issue.opened_at = issue.created_at
issue.save()
from signing import approve_all, three
from barometer.publication import snapshot
people = {name: User.objects.filter(username="signing-" + name).first() for name in ("monitor", "lawyer", "director")}
people = approve_all(issue, people if all(people.values()) else three())
from barometer.web.records.freezing import Edition, FrozenFile
from barometer.web.records.models import EvidenceItem
from barometer.web.actions.evidence import bytes_of
print(issue.frozen_at, Edition.objects.count(), FrozenFile.objects.count(), EvidenceItem.objects.filter(how="issued").count())
edition = freezing.freeze(issue, by="D", user=people["director"])
print(bytes_of(edition.snapshot).hex())
for row in edition.files.order_by("language", "format"):
    print(row.language, row.format, row.sha256)
"""


@pytest.mark.long
def test_killed_in_the_middle_and_frozen_anew_the_bytes_are_those_of_another_process(
    own_ledger, mini, tmp_path
):
    tests = str(Path(__file__).resolve().parents[1])
    done = own_ledger.barometer("import", mini.path, "--as", "published", "--by", "A coder")
    assert done.returncode == 0, done.stderr
    first = own_ledger.python(FREEZE, tests, 8)
    first.communicate(timeout=600)
    assert first.returncode == -signal.SIGKILL
    second = own_ledger.python(FREEZE, tests, 0)
    out, err = second.communicate(timeout=600)
    assert second.returncode == 0, err
    lines = out.splitlines()
    assert lines[0].split() == ["None", "0", "0", "0"]  # nothing of the first was left
    assert len(lines) == 2 + len(FORMATS) * len(LANGUAGES)
    files = {tuple(line.split()[:2]): line.split()[2] for line in lines[2:]}
    again = freezing.rendered(snapshot.unpack(bytes.fromhex(lines[1])))
    assert {key: hashlib.sha256(data).hexdigest() for key, data in again.items()} == files
    path = tmp_path / "b.eml"
    done = own_ledger.barometer("bulletin", "2031Q1", "--lang", "kk", "--format", "email", "--out", path)
    assert done.returncode == 0, done.stderr
    assert files["kk", "email"] in done.stderr
    assert hashlib.sha256(path.read_bytes()).hexdigest() == files["kk", "email"]


# --- errata ----------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_later_corrections_and_withdrawals_are_errata_and_earlier_ones_are_none(quick, issue, client):
    event = Event.objects.public().first()
    note(event, PublicNote.Kind.CORRECTION, "before it was issued")
    assert list(freezing.errata(issue)) == []
    frozen(issue)
    before = bytes_of(freezing.frozen_file(issue, "en", "html").evidence)
    assert list(freezing.errata(issue)) == []
    note(event, PublicNote.Kind.CORRECTION, "after it was issued")
    other = Event.objects.public().exclude(pk=event.pk).first()
    Event.objects.filter(pk=other.pk).update(state="withdrawn")
    note(other, PublicNote.Kind.WITHDRAWAL, "it was untrue")
    assert [row.words_en for row in freezing.errata(issue)] == ["it was untrue", "after it was issued"]
    assert freezing.printed_in()[event.public_id] == [issue.period]
    page = client.get(f"/en/events/{event.public_id}/").content.decode()
    assert "Printed in the bulletin" in page and f"/en/bulletins/{issue.period}/" in page
    assert bytes_of(freezing.frozen_file(issue, "en", "html").evidence) == before


def note(event, kind, words):
    return PublicNote.objects.create(event=event, kind=kind, reason="error", words_en=words, by="An editor")


# --- the imprint -----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_issues_line_stands_before_the_houses_and_that_before_the_settings(issue, settings, tmp_path):
    path = tmp_path / "imprint.toml"
    path.write_text(
        '[funder]\nen = "From the file"\nru = "Из файла"\n[pdf.licence]\nen = "Only in print"\n', "utf-8"
    )
    settings.IMPRINT = str(path)
    director = who(person("director", "director"))

    def funder(language="en"):
        house = compose(printed.issue_in("2031Q1", measures=False), language).in_format("md").house
        return [line.text for line in house]

    assert (funder(), funder("ru")) == (["From the file"], ["Из файла"])
    freezing.put_imprint(None, "", "funder", {"en": "From the house"}, **director)
    assert funder() == ["From the house"]
    before = digest_of(issue)
    freezing.put_imprint(issue, "", "funder", {"en": "  From the \n issue "}, **director)
    assert funder() == ["From the issue"]
    assert digest_of(issue) != before
    freezing.put_imprint(issue, "", "funder", {}, **director)
    assert funder() == ["From the house"]
    printed_pdf = compose(printed.issue_in("2031Q1", measures=False), "en").in_format("pdf").house
    assert [line.text for line in printed_pdf] == ["From the house", "Only in print"]
    with pytest.raises(NotAllowed):
        freezing.put_imprint(issue, "", "funder", {"en": "x"}, **who(person("editor", "editor")))
    path.write_text("[rubbish]\nen = 'x'\n", "utf-8")
    from barometer.errors import Unreadable

    with pytest.raises(Unreadable, match="rubbish"):
        printed.imprint_settings()


# --- machine text ----------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_machines_text_is_marked_until_a_person_has_changed_it(issue):
    item = issue.items.exclude(text_en="").first() or issue.items.first()
    item.text_kk, item.text_en = "Машина жазған мәтін.", item.text_en or "A text."
    item.save()
    texts = {language: getattr(item, f"text_{language}") for language in LANGUAGES}
    editor = who(person("editor", "editor"))

    def marked():
        return {
            language
            for language in LANGUAGES
            for one in compose(printed.issue_in("2031Q1", measures=False), language).items
            if one.machine
        }

    assert marked() == set()
    note_text(item.public_id, "text", "kk", texts, source_language="en", machine=True, **editor)
    assert marked() == {"kk"}
    approve_text(item.public_id, "text", "kk", texts, **editor)
    assert marked() == {"kk"}
    item.text_kk = "Адам түзеткен мәтін."
    item.save()
    assert marked() == set()


# --- erasing ---------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_who_is_erased_leaves_the_issued_copies_too(issue):
    frozen(issue)
    [first] = issue.editions.all()
    copies = {(row.language, row.format): row for row in first.files.select_related("evidence")}
    whole = freezing.rendered(snapshot.unpack(bytes_of(first.snapshot)))
    assert told_anywhere(whole, "Aigerim")
    party = Party.objects.get(name="Aigerim Example")
    whom = redacting.person(party.public_id, also=["Айгерим Пример"])
    plan = redacting.plan_person(whom)
    listed = {held.item.pk for held in plan.evidence if "issued" in held.why}
    assert listed == {
        first.snapshot_id,
        *(row.evidence_id for (_, form), row in copies.items() if form != "csv"),
    }
    why = redacting.Why("request", "as asked", "A director")
    redacting.redact_person(whom, why, evidence=())
    second = freezing.edition_of(issue)
    assert (second.number, second.redaction.by) == (2, "A director")
    assert freezing.frozen_file(issue, "en", "pdf") is None  # its copies are made with the scrubbing
    reissuing.finish()
    for (_, form), row in copies.items():
        if form != "csv":
            with pytest.raises(EvidenceMissing, match="erased for good"):
                bytes_of(row.evidence)
    with pytest.raises(EvidenceMissing):
        bytes_of(first.snapshot)
    again = {
        (row.language, row.format): bytes_of(row.evidence) for row in second.files.select_related("evidence")
    }
    assert set(again) == set(copies)
    assert not told_anywhere(again, "Aigerim")
    assert not told_anywhere(again, "Айгерим Пример")
    assert told_anywhere(again, "Edition 2")
    assert told_anywhere(again, "[name erased]")
    assert first.files.count() == len(copies)  # their digests stay
    reissuing.finish()
    assert FrozenFile.objects.count() == 2 * len(copies)
    assert list(freezing.errata(issue)) == []


@pytest.mark.once
def test_an_issue_that_does_not_name_them_stays(quick, issue):
    frozen(issue)
    other = Party.objects.create(name="Somebody Else", kind="person")
    redacting.redact_person(
        redacting.person(other.public_id), redacting.Why("request", "asked", "D"), evidence=()
    )
    assert Edition.objects.count() == 1
    assert freezing.frozen_file(issue, "en", "pdf")


def test_an_erased_item_leaves_the_issue(quick, issue):
    frozen(issue)
    item = Item.objects.get(entry_key="m-2-01")
    assert [held for held in redacting.plan_statement(item).evidence if "issued" in held.why]
    redacting.redact_statement(item, redacting.Why("court", "ordered", "D"), evidence=())
    reissuing.finish()
    second = freezing.edition_of(issue)
    assert item.public_id not in second.items
    assert len(second.items) == len(issue.editions.first().items) - 1
    assert second.files.count() == len(FORMATS) * len(LANGUAGES)
    assert b"Aigerim" not in bytes_of(second.snapshot)


@pytest.mark.once
def test_words_that_are_erased_from_an_item_leave_the_issue(quick, issue):
    item = Item.objects.get(entry_key="m-2-01")
    Item.objects.filter(pk=item.pk).update(
        text_en="The invented minister is a thief, it was said.",
        links=[{"text": "it was said", "start": 34, "end": 45, "address": "https://a.example/said"}],
    )
    item.refresh_from_db()
    frozen(issue)
    assert [held for held in redacting.plan_words("is a thief", item).evidence if "issued" in held.why]
    redacting.redact_words("is a thief", item, redacting.Why("court", "ordered", "D"))
    given = snapshot.unpack(bytes_of(freezing.edition_of(issue).snapshot))
    [story] = [one for one in given.stories if one.key == item.public_id]
    assert story.texts["en"] == "The invented minister [name erased], it was said."
    [(start, end, address)] = story.links
    assert (story.texts["en"][start:end], address) == ("it was said", "https://a.example/said")
    assert len(given.stories) == len(issue.editions.first().items)
    item.refresh_from_db()
    assert item.text_en == story.texts["en"]
