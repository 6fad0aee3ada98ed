"""Who is erased is gone from every byte that leaves or stays, and nothing else could have done it."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from standing import standing

from barometer.cli import cli
from barometer.errors import EvidenceMissing, NotAllowed, NotReady, UnknownValue
from barometer.publication.compose import compose
from barometer.publication.render import render
from barometer.web import entry
from barometer.web.accounts.models import AuditEntry
from barometer.web.actions import evidence as evidence_actions
from barometer.web.actions import leads, redacting
from barometer.web.actions.audit import note_act
from barometer.web.actions.evidence import bytes_of, keep_evidence, keep_upload, verify
from barometer.web.actions.importing import import_files
from barometer.web.actions.names import judge, token
from barometer.web.actions.redacting import Why
from barometer.web.records import mapping, naming
from barometer.web.records.gathering import Document, EvidenceStep, Job, Lead
from barometer.web.records.models import Event, EvidenceItem, Item, Mention, NameJudgement, Party, Revision
from barometer.web.records.protection import ItemKey, Redaction, RedactionDoor
from barometer.web.records.search import search

WHY = Why("request", "asked for it in a letter", "Alma Invented")

#: Every way in which her name is written somewhere below; the surname alone is in none of the other names.
SURNAME = re.compile(r"(?:Те|Tе|Te)(?:ст|st)(?:бек|bek)(?:ов|ov)|testbekov|ТЕСТБЕКОВ", re.IGNORECASE)
CLEAR = {
    "en": "A court fined Aigerim Testbekova; A. Testbekova appealed. Bolat Imaginary looked on.",
    "ru": "Суд оштрафовал Айгерим Тестбекову. Защита Тестбековой подала жалобу.",
    "kk": "Сот Айгерім Тестбековаға айыппұл салды. Тестбекованың ісі қаралды.",
}


@pytest.fixture
def ledger(transactional_db, evidence, mini):
    """A ledger in which she stands in every corner."""
    event = mini.event(0)
    event["targets"][0] |= {"name": "Aigerim Testbekova", "written": "A. Testbekova"}
    event["upcoming"][0] |= {"of": "Aigerim Testbekova", "what": "appeal of Testbekova"}
    event["summary"] = CLEAR
    event["case"] = "testbekova-2031"
    event["note"] = "Тестбекова asked us by telephone"
    mini.data["entries"][0]["headline"] = "A court fined Aigerim Testbekova"
    mini.event(1)["targets"].append(
        {"name": "Айгерим Тестбекова", "written": "журналистке Тестбековой", "type": "journalist"}
    )
    mini.text.write_text(
        mini.text.read_text("utf-8")
        .replace(
            "A court fined Aigerim Example](#)",
            "A court fined Aigerim Testbekova](https://a.example/testbekova)",
        )
        .replace("her article", "Testbekova's article"),
        "utf-8",
    )
    return _filled([mini.save(), mini.text])


@standing
def _filled(paths):
    import_files(paths, as_published=True, by="A coder")
    one, other = Party.objects.filter(name__in=["Aigerim Testbekova", "Айгерим Тестбекова"])
    two = (one.public_id, other.public_id)
    judge(
        one=two[0],
        other=two[1],
        verdict="same",
        reason="Testbekova in both scripts",
        seen=token(*two),
        by="A",
    )
    keep_evidence(
        "Тестбекова told us".encode(),
        name="testbekova.txt",
        media_type="text/plain",
        how="upload",
        by="A",
        note="from Testbekova",
    )
    keep_upload(b"Bolat Imaginary told us", "other.txt", by="A")
    leads.hand_in(
        leads.Incoming(
            "Айгерим Тестбекова задержана полицией в Алматы, сообщает газета.", title="Тестбекова", url="https://a.example/"
        ),
        origin="text", by="A", note="Testbekova's friend",
    )  # fmt: skip
    with transaction.atomic():
        note_act("look", by="A", about="names", detail="looked for Testbekova")
    return one


def every_byte(folder):
    """Each file below with its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ledger_text():
    """Every table as text, protected columns opened, as whoever has the keys would read it."""
    from barometer.web.records.wording import walked

    parts = []
    for model, fields in walked():
        for row in model._base_manager.all():
            parts += [
                json.dumps(getattr(row, field.attname), ensure_ascii=False, default=str) for field in fields
            ]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            parts += [str(row) for row in cursor.fetchall()]
    return "\n".join(parts)


def public_bytes():
    """Every page that the public is led to, the feed, searches for her, and the bulletins."""
    client, found = Client(), {}
    waiting = ["/en/", "/ru/events/", "/kk/events/", "/en/calendar.ics"]
    waiting += [f"/en/events/?q={word}" for word in ("Testbekova", "Тестбекова")]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = client.get(address, follow=True)
        found[address] = b"".join(answer) if answer.streaming else answer.content
        if "html" in answer.get("Content-Type", ""):
            language = address[1:3]
            links = re.findall(
                rf'href="(/{language}/(?:events|cases|calendar|about)/[^"#?]*)"', found[address].decode()
            )
            waiting += links
    for language, format_ in (("en", "html"), ("ru", "md"), ("kk", "md"), ("en", "docx")):
        found[f"bulletin {language} {format_}"] = render(compose(entry.issue("2031Q1"), language), format_)
    return found


def shown(page, address):
    """A page as text; where she was searched for, without the words that the page gives back."""
    text = page.decode("utf-8", "replace")
    return text.replace(address.partition("?q=")[2] or "\0", "")


def test_the_ledger_of_this_test_is_full_of_her(ledger):
    assert len(SURNAME.findall(ledger_text())) > 40
    assert sum(bool(SURNAME.search(page.decode("utf-8", "replace"))) for page in public_bytes().values()) > 10


def test_a_plan_shows_what_would_go_and_changes_nothing(ledger):
    before = ledger_text()
    plan = redacting.plan_person(redacting.person(ledger.public_id))
    assert "Aigerim Testbekova" in plan.title
    assert "Айгерим Тестбекова" in plan.title
    forms = {form: sure for form, sure, _, _ in plan.forms}
    assert {"A. Testbekova", "Айгерим Тестбекову", "Тестбековой", "Тестбекованың", "testbekova"} <= {
        form for form, sure in forms.items() if sure
    }
    assert plan.places["events"] == 2
    assert plan.places["revisions"] > 3
    named = {held.item.original_name for held in plan.evidence if held.named}
    assert {"mini-2031q1.json", "mini-2031q1.txt", "testbekova.txt"} <= named
    assert "other.txt" not in named
    assert ledger_text() == before


@pytest.fixture
def erased(ledger):
    whom = redacting.person(ledger.public_id)
    chosen = [held.item.public_id for held in redacting.plan_person(whom).evidence if held.named]
    return redacting.redact_person(whom, WHY, evidence=chosen)


def test_she_is_gone_from_every_byte(erased, evidence):
    assert not SURNAME.findall(ledger_text())
    for address, page in public_bytes().items():
        assert not SURNAME.search(shown(page, address)), address
    for store in (evidence, django_settings.HOME / "captures"):
        for path, data in every_byte(store).items():
            assert not SURNAME.search(data.decode("utf-8", "replace")), path


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the files of SQLite")
def test_she_is_gone_from_the_files_of_the_database(ledger):
    assert any(needle in files_of_the_ledger() for needle in needles("testbekova"))
    redacting.redact_person(redacting.person(ledger.public_id), WHY, evidence=[])
    held = files_of_the_ledger()
    for word in ("Testbekova", "testbekova", "Тестбекова", "тестбеков"):
        for needle in needles(word):
            assert needle not in held, (word, needle)


def files_of_the_ledger():
    path = Path(connection.settings_dict["NAME"])
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def needles(word):
    """The bytes that a word may hide as."""
    plain = word.encode()
    return [
        plain,
        word.encode("utf-16-le"),
        json.dumps(word)[1:-1].encode(),
        *(base64.b64encode(b"." * shift + plain)[4:-4] for shift in range(3)),
    ]


def test_the_event_stays_without_the_person(erased):
    event = Event.objects.get(main_type="legal.fine", item__headline__startswith="A court fined")
    assert event.item.headline == "A court fined █████"
    assert event.summary_ru == "Суд оштрафовал [имя удалено]. Защита [имя удалено] подала жалобу."
    assert event.summary_kk == "Сот [есім жойылды] айыппұл салды. [есім жойылды] ісі қаралды."
    assert (
        event.summary_en == "A court fined [name erased]; [name erased] appealed. Bolat Imaginary looked on."
    )
    value = mapping.event_value(event)
    assert value.targets[0].name == naming.erased_label(timezone.localdate(erased.at))
    assert event.case.slug == "erased-2031"
    page = Client().get(f"/en/events/{event.public_id}/").content.decode()
    assert "a person (erased on" in page.lower(), page


def test_links_still_stand_on_their_words(erased):
    item = Item.objects.get(headline="A court fined █████")
    [link] = item.links
    assert link["address"] is None
    assert item.text_en[link["start"] : link["end"]] == link["text"] == "A court fined [name erased]"


def test_every_event_is_still_sound_and_searched(erased):
    for event in Event.objects.all():
        assert mapping.event_value(event)
    assert search(Event.objects.all(), "Testbekova").count() == 0
    assert search(Event.objects.all(), "Imaginary").count() > 0
    assert naming.search("Testbekova", exact=True) == []
    assert [one.name for one in naming.search("Bolat Imaginary")] == ["Bolat Imaginary"]


def test_what_is_left_says_when_who_and_why(erased):
    row = Redaction.objects.get()
    assert (row.by, row.reason, row.ground, row.kind) == (
        "Alma Invented",
        "asked for it in a letter",
        "request",
        "person",
    )
    assert re.fullmatch("[0-9a-f]{64}", row.digest)
    assert row.places["events"] == 2
    entry_ = AuditEntry.objects.get(act="redact")
    assert (entry_.by, entry_.about) == ("Alma Invented", row.subject)
    assert not RedactionDoor.objects.exists()
    assert Revision.objects.filter(action="redact", model="event").count() == 2
    gone = evidence_actions.erased()
    assert len(gone) >= 3
    assert all("by Alma Invented because asked for it in a letter" in told for told in gone.values())
    assert {fault.kind for fault in verify()} <= {"unstamped"}
    assert EvidenceStep.objects.filter(act="redacted").count() == len(gone)


def test_erased_bytes_are_neither_read_nor_taken_in_again(erased, mini):
    item = EvidenceItem.objects.filter(original_name="erased").first()
    with pytest.raises(EvidenceMissing, match="erased"):
        bytes_of(item)
    with pytest.raises(NotAllowed, match="erased"):
        import_files([mini.path, mini.text], as_published=True, by="A coder")
    with pytest.raises(NotAllowed, match="erased"):
        keep_evidence(
            "Тестбекова told us".encode(), name="again.txt", media_type="text/plain", how="upload", by="A"
        )


def test_others_stay(erased):
    assert Party.objects.filter(name="Bolat Imaginary").exists()
    assert {held.original_name for held in EvidenceItem.objects.all()} >= {"other.txt"}
    assert NameJudgement.objects.count() == 1
    assert Mention.objects.filter(written="Bolat Imaginary").exists()


def test_what_the_disk_holds_is_taken_away_by_the_worker_too(ledger, evidence):
    item = EvidenceItem.objects.get(original_name="testbekova.txt")
    with transaction.atomic():  # as when the process is killed right after the commit
        redacting.redact_evidence(item, WHY)
    path = evidence / item.sha256[:2] / item.sha256
    assert path.exists()
    assert "Тестбекова".encode() not in path.read_bytes()
    assert Job.objects.filter(kind="scrub", done_at=None).count() == 1
    assert redacting.finish()
    assert not path.exists()
    assert not Job.objects.filter(kind="scrub", done_at=None).exists()
    assert ItemKey.objects.get(sha256=item.sha256).sealed == ""


def test_a_statement_goes_with_every_word(ledger):
    lead = Lead.objects.exclude(document=None).get()
    redacting.redact_statement(lead, WHY, evidence=[lead.document.evidence.public_id])
    lead.refresh_from_db()
    assert (lead.title, lead.note, lead.proposed) == ("", "", {})
    assert Document.objects.get(lead=lead).title == ""
    assert {
        json.dumps(row.after) for row in Revision.objects.filter(record_id=lead.public_id, action="hand in")
    } <= {json.dumps({"erased": Redaction.objects.get().public_id})}
    event = Event.objects.get(summary_en=CLEAR["en"])
    redacting.redact_statement(event.item, WHY, evidence=[])
    event.refresh_from_db()
    assert (event.state, event.summary_en, event.item.text_en, event.item.headline) == (
        "withdrawn",
        "",
        "",
        "",
    )
    assert mapping.event_value(event).targets[0].name == "█████"
    assert Client().get(f"/en/events/{event.public_id}/").status_code == 404


def test_words_go_from_one_record(ledger):
    event = Event.objects.get(summary_en=CLEAR["en"])
    with pytest.raises(NotReady, match="do not stand there"):
        redacting.redact_words("no such words", event, WHY)
    redacting.redact_words("Bolat  Imaginary", event, WHY)
    event.refresh_from_db()
    assert event.summary_en.endswith("[name erased] looked on.")
    assert Party.objects.filter(name="Bolat Imaginary").exists()


def test_refusals(ledger):
    whom = redacting.person(ledger.public_id)
    with pytest.raises(NotAllowed, match="reason names"):
        redacting.redact_person(whom, Why("request", "Testbekova asked", "Alma"), evidence=[])
    with pytest.raises(UnknownValue):
        Why("whim", "a reason", "Alma")
    for by, reason in ((" ", "a reason"), ("Alma", " ")):
        with pytest.raises(NotAllowed):
            Why("request", reason, by)
    with pytest.raises(UnknownValue):
        redacting.person("nobody")
    court = Party.objects.get(name="court")
    with pytest.raises(NotAllowed, match="only a person"):
        redacting.plan_person(redacting.person(court.public_id))
    assert not Redaction.objects.exists()


# --- the door ----------------------------------------------------------------------------------------------------------


def tampering(statement, *more):
    with transaction.atomic(), connection.cursor() as cursor:
        for one in (statement, *more):
            cursor.execute(one)


OPEN = "INSERT INTO records_redactiondoor (redaction_id) VALUES ('not-there')"
CHANGE = "UPDATE records_revision SET reason = 'another'"


@pytest.mark.parametrize(
    "statements",
    [
        (CHANGE,),
        (OPEN, CHANGE),  # the commit fails: no redaction was written
        (OPEN, CHANGE, "DELETE FROM records_redactiondoor"),
        (
            OPEN,
            CHANGE,
            "UPDATE records_redactiondoor SET redaction_id = (SELECT max(public_id) FROM records_redaction)",
        ),
        (OPEN, "UPDATE records_revision SET number = number + 1"),
        (OPEN, "DELETE FROM records_revision"),
        ("INSERT INTO records_redactiondoor (redaction_id) SELECT public_id FROM records_redaction", CHANGE),
        ("UPDATE records_redaction SET digest = ''",),
        ("DELETE FROM records_redaction",),
    ],
)
def test_ordinary_code_does_not_get_through(ledger, statements):
    redacting.redact_evidence(EvidenceItem.objects.get(original_name="testbekova.txt"), WHY)
    before = list(Revision.objects.order_by("pk").values())
    with pytest.raises(DatabaseError):
        tampering(*statements)
    connection.rollback() if connection.get_autocommit() is False else None
    assert list(Revision.objects.order_by("pk").values()) == before
    assert not RedactionDoor.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite's own table of triggers")
def test_every_kept_table_has_the_door_or_no_words(db):
    """A room that keeps rows of its own adds its table to keeping.redactable, or erasing stops at it."""
    wordless = {
        "records_evidencelogentry",
        "records_evidencestamp",
        "records_frozenfile",
        "records_redaction",
        "records_redactiondoor",
        "records_releasefile",
        "records_spherefigure",
    }
    with sqlite3.connect(connection.settings_dict["NAME"]) as other:
        rows = other.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_update'"
        )
        kept = dict(rows.fetchall())
    assert "records_revision" in kept
    assert {table for table, sql in kept.items() if "records_redactiondoor" not in sql} <= wordless


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def lawyer(client, django_user_model):
    user = django_user_model.objects.create_user("lawyer", password="x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="lawyer")[0])
    client.force_login(user)
    return client


def test_a_monitor_does_not_erase(client, db, django_user_model):
    user = django_user_model.objects.create_user("monitor", password="x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="monitor")[0])
    client.force_login(user)
    for address in ("/desk/redact/", "/desk/redact/find/", "/desk/redact/person/x/"):
        assert client.get(address).status_code == 403


def test_the_page_shows_first_and_erases_when_it_is_typed(ledger, lawyer):
    assert lawyer.get("/desk/redact/person/nobody/").status_code == 404
    assert lawyer.get(f"/desk/redact/nothing/{ledger.public_id}/").status_code == 404
    found = lawyer.get("/desk/redact/?q=Тестбекова").content.decode()
    [address] = set(re.findall(r'href="(/desk/redact/person/\w+/)"', found))
    page = lawyer.get(address).content.decode()
    assert "Тестбековой" in page
    assert "testbekova.txt" in page
    said = {"ground": "request", "reason": "asked for it", "word": "erase"}
    answer = lawyer.post(address, said)
    assert (answer.status_code, Redaction.objects.count()) == (400, 0)
    assert "asked for it" in answer.content.decode()  # nothing has to be typed again
    item = EvidenceItem.objects.get(original_name="testbekova.txt")
    answer = lawyer.post(address, said | {"word": "Erase for good", "evidence": [item.public_id]})
    assert answer.url == "/desk/redact/"
    assert not SURNAME.findall(ledger_text())
    left = lawyer.get("/desk/redact/").content.decode()
    assert "asked for it" in left
    assert Redaction.objects.get().digest in left


def test_a_form_of_somebody_else_is_spared(ledger, lawyer):
    page = lawyer.get(
        f"/desk/redact/person/{ledger.public_id}/", {"spare": ["Тестбековой", "Тестбекова"]}
    ).content.decode()
    assert "Тестбековой is somebody else’s" in page
    whom = redacting.person(ledger.public_id, spare=["Тестбекованың"])
    redacting.redact_person(whom, WHY, evidence=[])
    assert Event.objects.filter(summary_kk__contains="Тестбекованың").count() == 1
    assert not Event.objects.filter(summary_ru__contains="Тестбеков").exists()


def test_evidence_goes_by_the_page(ledger, lawyer):
    item = EvidenceItem.objects.get(original_name="testbekova.txt")
    answer = lawyer.get("/desk/redact/find/", {"kind": "evidence", "id": item.public_id})
    assert "testbekova.txt" in lawyer.get(answer.url).content.decode()
    lawyer.post(answer.url, {"ground": "safety", "reason": "a mistake", "word": "erase for good"})
    assert "erased for good" in lawyer.get(f"/desk/evidence/{item.public_id}/bytes/").content.decode()


# --- the commands -----------------------------------------------------------------------------------------------------


def barometer(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def test_the_command_asks_what_becomes_of_the_evidence(ledger, tmp_path):
    said = ("--by", "Alma Invented", "--reason", "asked for it")
    shown = barometer("redact", "person", ledger.public_id, *said, "--dry-run")
    assert "testbekova.txt: names the person" in shown.output
    assert not Redaction.objects.exists()
    assert isinstance(barometer("redact", "person", ledger.public_id, *said).exception, NotReady)
    assert isinstance(
        barometer("redact", "person", ledger.public_id, *said, "--evidence", "x").exception, NotAllowed
    )
    assert (
        "erased: redaction"
        in barometer("redact", "person", ledger.public_id, *said, "--evidence", "all").output
    )
    assert not SURNAME.findall(ledger_text())
    told = barometer("evidence", "verify").output
    assert "by Alma Invented because asked for it" in told
    assert "missing" not in told


def test_subject_access_tells_everything_and_is_noted(ledger, tmp_path):
    out = tmp_path / "held.zip"
    assert barometer("subject-access", ledger.public_id, "--out", out, "--by", "Alma Invented").exit_code == 0
    with zipfile.ZipFile(out) as packed:
        assert sorted(packed.namelist()) == ["held.en.html", "held.json", "held.kk.html", "held.ru.html"]
        held = json.loads(packed.read("held.json"))
        page = packed.read("held.ru.html").decode()
    assert {"Aigerim Testbekova", "Айгерим Тестбекова"} <= set(held["names"])
    assert len(held["rows"]["records.Event"]) == 2
    assert "Testbekova's friend" in {row.get("note") for row in held["rows"]["records.Lead"]}
    assert len(held["rows"]["records.Mention"]) == 2
    assert any("looked for Testbekova" in row["detail"] for row in held["rows"]["accounts.AuditEntry"])
    assert "testbekova.txt" in {row["name"] for row in held["evidence"]}
    assert "Что у нас хранится о вас" in page
    assert "Testbekova&#x27;s friend" in page
    assert AuditEntry.objects.filter(act="subject access", about=ledger.public_id).count() == 1
    assert isinstance(
        barometer("subject-access", "nobody", "--out", tmp_path / "b.zip", "--by", "A").exception,
        UnknownValue,
    )
