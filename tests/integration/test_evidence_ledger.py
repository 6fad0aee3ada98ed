"""The evidence in the ledger: chains, the log over all items, signatures, stamps, reports; and what is never served."""

from __future__ import annotations

import hashlib
import io
import shutil
import threading
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from PIL import Image

from barometer.errors import EvidenceMissing, FetchRefused, NotAllowed, NotReady, UnknownValue, Unreadable
from barometer.evidence.log import sign_head
from barometer.evidence.signing import make_key
from barometer.evidence.wacz import faults
from barometer.web import gather_commands
from barometer.web.accounts.models import User
from barometer.web.actions import evidence, outside, revisions
from barometer.web.actions.evidence import (
    keep_evidence,
    keep_signature,
    keep_upload,
    log_entries,
    log_head,
    verify,
)
from barometer.web.actions.importing import import_files
from barometer.web.actions.jobs import Worker
from barometer.web.health import marks
from barometer.web.records.gathering import (
    EvidenceLogEntry,
    EvidenceStamp,
    EvidenceStep,
    Job,
    Lead,
    LogSignature,
    Upload,
    VanishNote,
    WatchedAddress,
)
from barometer.web.records.models import EvidenceItem, Revision
from tests.fakes.servers import Site, door_to, page
from tests.unit.test_evidence_stamps import Answers, authority_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

NOW = datetime(2031, 3, 15, 9, tzinfo=UTC)


def keep(data=b"a page", name="page.txt", media_type="text/plain", **more):
    return keep_evidence(data, name=name, media_type=media_type, how="a test", by="Alma Invented", **more)


def kinds():
    return [fault.kind for fault in verify()]


# --- chain and log ---------------------------------------------------------------------------------------------------


def test_a_new_item_begins_its_chain_and_enters_the_log_once():
    item = keep(from_where="https://a.example/", note="by post")
    [step] = item.steps.all()
    assert (step.who, step.act, step.how) == ("Alma Invented", "received", "a test")
    assert (step.from_where, step.note) == ("https://a.example/", "by post")
    assert step.version
    keep(b"another")
    keep()  # the same bytes
    assert [entry.sha256 for entry in log_entries()] == [item.sha256, hashlib.sha256(b"another").hexdigest()]
    assert item.steps.count() == 1
    assert kinds() == ["unstamped", "unstamped"]


def test_imported_files_have_chains_and_stand_in_the_log(mini):
    import_files([mini.path])
    assert EvidenceItem.objects.count() == 2
    assert {step.who for step in EvidenceStep.objects.all()} == {"barometer import"}
    assert set(kinds()) == {"unstamped"}


def test_without_its_place_in_the_log_nothing_was_kept(monkeypatch):
    def fails(*_, **__):
        raise DatabaseError("no room for the entry")

    monkeypatch.setattr(evidence.EvidenceLogEntry.objects, "create", fails)
    with pytest.raises(DatabaseError):
        keep()
    assert not EvidenceItem.objects.exists()
    assert not EvidenceStep.objects.exists()
    assert not Revision.objects.exists()


def every_kind_of_row():
    """A row in each table that is written once."""
    item = keep()
    EvidenceStamp.objects.create(
        sha256=item.sha256, authority="https://tsa.example", token=b"t", at=NOW, serial="1"
    )
    LogSignature.objects.create(size=1, root="0" * 64, at=NOW, public_key="k", signature=b"s", by="A test")
    address = WatchedAddress.objects.create(url="https://a.example/", key="0" * 64)
    VanishNote.objects.create(address=address, at=NOW, kind="gone", words="it is gone")
    return (EvidenceStep, EvidenceLogEntry, EvidenceStamp, LogSignature, VanishNote)


def test_what_is_written_once_stands_against_changes():
    for model in every_kind_of_row():
        table = model._meta.db_table
        before = list(model.objects.values())
        tampering = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
        tampering.append(
            f"REPLACE INTO {table} SELECT * FROM {table}"
            if connection.vendor == "sqlite"
            else f"TRUNCATE {table} CASCADE"
        )
        for statement in tampering:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        for change in (model.objects.all().delete, model.objects.first().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert list(model.objects.values()) == before


def test_an_entry_is_not_replaced_under_its_number():
    keep()
    told = EvidenceLogEntry.objects.values().get() | {"sha256": "0" * 64}
    del told["id"]
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceLogEntry.objects.create(**told)


def test_verify_names_what_was_done_to_the_bytes(settings):
    item, other = keep(), keep(b"another")
    path = settings.EVIDENCE_ROOT / item.sha256[:2] / item.sha256
    path.chmod(0o600)
    path.write_bytes(b"a pagE")
    (settings.EVIDENCE_ROOT / other.sha256[:2] / other.sha256).unlink()
    found = {(fault.kind, fault.name) for fault in verify()}
    assert {("changed", item.public_id), ("missing", other.public_id)} <= found


def test_verify_names_an_item_that_the_log_does_not_know():
    item = EvidenceItem.objects.create(
        sha256=hashlib.sha256(b"x").hexdigest(),
        size=1,
        media_type="text/plain",
        original_name="x",
        how="slipped in",
    )
    evidence.store().keep(b"x")
    assert ("unlogged", item.public_id) in {(fault.kind, fault.name) for fault in verify()}


def test_an_item_is_found_by_its_id_or_its_digest():
    item = keep()
    keep(b"another")
    assert evidence.item_of(item.public_id) == evidence.item_of(item.sha256[:12]) == item
    for name in ("", "zzzz"):
        with pytest.raises(EvidenceMissing, match="no evidence"):
            evidence.item_of(name)
    digests = []
    for number in range(40):
        digests.append(keep(f"{number}".encode()).sha256)
    twice = next(digest for digest in digests if sum(other[0] == digest[0] for other in digests) > 1)
    with pytest.raises(EvidenceMissing, match="several"):
        evidence.item_of(twice[0])


# --- who may see it --------------------------------------------------------------------------------------------------


def test_an_item_is_internal_until_a_person_says_why_not():
    item = keep()
    assert item.visibility == "internal"
    with pytest.raises(NotAllowed, match="reason"):
        evidence.set_visibility(item, "public", reason=" ", by="Alma Invented")
    with pytest.raises(UnknownValue):
        evidence.set_visibility(item, "secret", reason="so", by="Alma Invented")
    evidence.set_visibility(item, "public", reason="the court's own page", by="Alma Invented")
    item.refresh_from_db()
    assert item.visibility == "public"
    last = Revision.objects.filter(record_id=item.public_id).latest("number")
    assert (last.action, last.reason) == ("set visibility", "the court's own page")


def test_without_its_revision_it_stays_internal(monkeypatch):
    item = keep()

    def fails(*_, **__):
        raise DatabaseError("no room for the revision")

    monkeypatch.setattr(revisions.Revision.objects, "create", fails)
    with pytest.raises(DatabaseError):
        evidence.set_visibility(item, "public", reason="so", by="Alma Invented")
    item.refresh_from_db()
    assert item.visibility == "internal"


# --- the head, signed elsewhere --------------------------------------------------------------------------------------


def test_a_head_is_signed_elsewhere_and_its_signature_taken_in(tmp_path):
    keep(), keep(b"another")
    head_file, key, signature = tmp_path / "head.txt", tmp_path / "key.pem", tmp_path / "head.sig"
    head_file.write_text(gather_commands.head())
    (tmp_path / "public.pem").write_text(gather_commands.make_key(key))
    assert gather_commands.sign(head_file, key, signature) == signature
    keep(b"a third, after the head")
    size = gather_commands.keep_signature(head_file, signature, tmp_path / "public.pem", by="Alma Invented")
    assert size == 2
    assert set(kinds()) == {"unstamped"}
    with pytest.raises(NotReady, match="file of this name"):
        gather_commands.sign(head_file, key, signature)


def test_a_signature_that_does_not_hold_is_refused(tmp_path):
    keep()
    head = log_head()
    public, other = make_key(tmp_path / "one.pem"), make_key(tmp_path / "two.pem")
    signature = sign_head(tmp_path / "one.pem", head)
    for text, signed, key in (
        (head.text(), signature, other),
        (head.text(), b"0" * 64, public),
        (head.text().replace("size: 1", "size: 2"), signature, public),
    ):
        with pytest.raises(NotAllowed, match="not of this key"):
            keep_signature(text, signed, key, by="Alma Invented")
    with pytest.raises(NotAllowed, match="name"):
        keep_signature(head.text(), signature, public, by="")
    foreign = type(head)(1, "0" * 64, head.at)
    with pytest.raises(NotAllowed, match="no head of this log"):
        keep_signature(foreign.text(), sign_head(tmp_path / "one.pem", foreign), public, by="Alma Invented")
    assert not LogSignature.objects.exists()


def test_verify_sees_that_the_log_no_longer_leads_to_a_head(tmp_path):
    keep()
    head = log_head()
    LogSignature.objects.create(
        size=1, root="0" * 64, at=head.at, by="A test",
        public_key=make_key(tmp_path / "k.pem").decode(),
        signature=sign_head(tmp_path / "k.pem", type(head)(1, "0" * 64, head.at)),
    )  # fmt: skip
    assert "head" in kinds()


# --- stamps ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stamping(tmp_path_factory):
    """A folder with all that an authority needs."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl")
    return authority_in(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def authority(monkeypatch, stamping):
    """A real authority (openssl) that this installation asks, and that can be busy."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.folder, server.lock, server.spoil, server.first = stamping, threading.Lock(), "", b""
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.address = f"http://127.0.0.1:{server.server_port}/tsa"
        monkeypatch.setenv("BAROMETER_STAMPS", server.address)
        monkeypatch.setenv("BAROMETER_STAMP_CERTIFICATES", str(stamping / "ca.pem"))
        monkeypatch.setenv("BAROMETER_ALLOW", f"time-stamping=127.0.0.1:{server.server_port}")
        yield server
        server.shutdown()


def stamp_what_waits():
    Worker({"stamp": evidence.stamp}).run(once=True)


def test_an_item_is_stamped_by_the_worker(authority):
    item = keep()
    assert kinds() == [fault.kind for fault in gather_commands.verify()] == ["unstamped"]
    stamp_what_waits()
    stamp = EvidenceStamp.objects.get()
    assert (stamp.sha256, stamp.authority, stamp.serial.isdecimal()) == (item.sha256, authority.address, True)
    last = item.steps.last()
    assert (last.act, last.who, last.at) == ("stamped", authority.address, stamp.at)
    assert verify() == []
    assert Job.objects.get().done_at


def test_a_stamp_waits_for_an_authority_that_is_out_of_reach(authority):
    authority.spoil = "busy"
    keep()
    stamp_what_waits()
    job = Job.objects.get()
    assert job.done_at is None
    assert job.run_after > timezone.now()
    assert "503" in job.error
    authority.spoil = ""
    Job.objects.update(run_after=timezone.now())
    stamp_what_waits()
    assert verify() == []


def test_an_answer_that_is_no_stamp_is_not_believed(authority):
    authority.spoil = "garbage"
    keep()
    stamp_what_waits()
    assert not EvidenceStamp.objects.exists()


def test_a_stamp_is_asked_for_once(authority):
    keep()
    stamp_what_waits()
    job = Job.objects.get()
    evidence.stamp(job)
    assert EvidenceStamp.objects.count() == 1


def test_what_the_environment_says_is_checked(monkeypatch):
    monkeypatch.setenv("BAROMETER_ALLOW", "anything=127.0.0.1:80")
    with pytest.raises(UnknownValue, match="BAROMETER_ALLOW"):
        outside.outside()
    monkeypatch.setenv("BAROMETER_ALLOW", "store=10.0.0.5:9000, 10.0.0.6:9000; proxy=127.0.0.1:9050")
    monkeypatch.setenv("BAROMETER_LOOK_DAYS", "7")
    said = outside.outside()
    assert said.allow == (("store", ("10.0.0.5:9000", "10.0.0.6:9000")), ("proxy", ("127.0.0.1:9050",)))
    assert (said.look_days, said.sighting_days) == (7, 90)
    for wrong in ("0", "-1", "soon", "٣", "9999999"):
        monkeypatch.setenv("BAROMETER_SIGHTING_DAYS", wrong)
        with pytest.raises(UnknownValue, match="days"):
            outside.outside()


def test_passwords_of_mailboxes_stand_in_a_file_of_their_own(monkeypatch, tmp_path):
    assert outside.mailbox_password("tips") == ""
    file = tmp_path / "passwords.toml"
    monkeypatch.setenv("BAROMETER_MAILBOX_PASSWORDS", str(file))
    with pytest.raises(Unreadable, match="cannot be read"):
        outside.mailbox_password("tips")
    file.write_text('tips = "long; and = odd"\n')
    file.chmod(0o644)
    with pytest.raises(NotReady, match="others may read"):
        outside.mailbox_password("tips")
    file.chmod(0o600)
    assert outside.mailbox_password("tips") == "long; and = odd"
    assert outside.mailbox_password("other") == ""
    file.write_text("tips = long")
    with pytest.raises(Unreadable, match="no TOML") as refused:
        outside.mailbox_password("tips")
    assert "long" not in str(refused.value).replace(str(file), "")


# --- files that are handed in, taken out, reported on ----------------------------------------------------------------


def picture(size=(64, 48), colour="red", **more):
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(out, "JPEG", **more)
    return out.getvalue()


def with_place():
    exif = Image.Exif()
    exif[0x010F] = "Invented Camera"
    return picture(exif=exif)


def test_a_picture_is_kept_as_it_is_and_as_a_copy_without_metadata():
    data = with_place()
    row = keep_upload(data, "../../IMG 1.jpg", by="Alma Invented", note="from the square")
    assert evidence.bytes_of(row.original) == data
    assert b"Invented Camera" in data
    assert b"Invented Camera" not in evidence.bytes_of(row.clean)
    assert (row.original.original_name, row.original.media_type) == ("IMG 1.jpg", "image/jpeg")
    assert row.original.visibility == row.clean.visibility == "internal"
    [step] = row.original.steps.all()
    assert (step.act, step.note) == ("uploaded", "from the square")
    assert row.original.sha256 in row.clean.steps.get().note
    # Handed in again it is one item, and its chain says so.
    again = keep_upload(data, "copy.jpg", by="Berik Invented")
    assert again == row
    assert [step.who for step in row.original.steps.all()] == ["Alma Invented", "Berik Invented"]


def test_pictures_that_look_the_same_are_found():
    one = keep_upload(picture(), "one.jpg", by="Alma Invented")
    small = keep_upload(picture((32, 24)), "small.jpg", by="Alma Invented")
    out = io.BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "PNG")
    keep_upload(out.getvalue(), "noise.png", by="Alma Invented")
    assert evidence.near_uploads(one) == [small]


def test_any_item_goes_out_as_an_archive_and_its_chain_says_so():
    item = keep(b"<script>alert(1)</script>", name="page.html", media_type="text/html")
    data = evidence.export(item, by="Berik Invented")
    assert faults(data) == []
    assert [step.act for step in item.steps.all()] == ["received", "exported"]
    assert item.steps.last().who == "Berik Invented"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_report_is_a_pdf_with_the_digest(language):
    import pypdfium2

    keep(b"before")
    item = keep()
    data = evidence.report(item, language, by="Berik Invented")
    document = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert item.sha256 in "".join(text.split())
    assert "Alma Invented" in text


def test_the_commands_write_files_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    item = keep()
    assert gather_commands.verify() == []  # no authority was chosen: that nobody stamped it is no fault
    assert marks.marked(marks.FIXITY)
    out = gather_commands.export(item.public_id, None)
    assert out.name == f"{item.sha256[:16]}.wacz"
    assert gather_commands.report(item.sha256[:8], "en", tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(NotReady, match="file of this name"):
        gather_commands.export(item.public_id, out)
    with pytest.raises(EvidenceMissing):
        gather_commands.export("nothing", None)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_an_address_is_captured_by_command(monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    with Site({"/a": page(b"<html><head><title>A page</title></head><body><p>Words of the page.")}) as site:
        door = door_to(site)
        monkeypatch.setattr(outside, "door", lambda proxy="": door)
        monkeypatch.setattr(outside, "browser", lambda: (None, "none here"))
        told = []
        assert gather_commands.capture([site.url("/a")], by="Alma Invented", tell=told.append)
        assert not gather_commands.capture(["http://10.0.0.1/", site.url("/a")], by="", tell=told.append)
        with pytest.raises(FetchRefused):
            gather_commands.capture(["http://10.0.0.1/"], by="", tell=told.append)
    item = EvidenceItem.objects.get(media_type="application/wacz", sha256__in=" ".join(told).split()[6:8])
    assert item.steps.first().who == "Alma Invented"
    assert told[0] == "without screenshot and PDF: none here"
    assert told[1].endswith(f"{site.url('/a')} (status 200)")


# --- what the desk sends ---------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    user = User.objects.create_superuser(
        "editor", first_name="Alma", last_name="Invented", password="long enough, mine"
    )
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "media_type",
    [
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xml",
        "application/xml",
        "TEXT/HTML; charset=x",
    ],
)
def test_captured_html_and_svg_are_never_sent(editor, media_type):
    item = keep(b"<svg onload=alert(1)>", name="a", media_type=media_type)
    assert editor.get(f"/desk/evidence/{item.public_id}/bytes/").status_code == 404
    shown = editor.get(f"/desk/evidence/{item.public_id}/")
    assert "/bytes/" not in shown.content.decode()
    assert "onload" not in shown.content.decode()
    saved = editor.get(f"/desk/evidence/{item.public_id}/export/")
    assert saved.headers["Content-Type"] == "application/wacz"
    assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("media_type", "sent", "attached"),
    [
        ("text/plain", "text/plain; charset=utf-8", False),
        ("image/png", "image/png", False),
        ("application/pdf", "application/octet-stream", True),
        ("application/wacz", "application/octet-stream", True),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/octet-stream",
            True,
        ),
        ("application/x-unheard-of", "application/octet-stream", True),
    ],
)
def test_how_bytes_are_sent(editor, media_type, sent, attached):
    item = keep(b"<html>", name="a\r\nX: 1", media_type=media_type)
    answer = editor.get(f"/desk/evidence/{item.public_id}/bytes/")
    assert b"".join(answer.streaming_content) == b"<html>"
    assert answer.headers["Content-Type"] == sent
    assert answer.headers.get("Content-Disposition", "").startswith("attachment") == attached
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "X" not in answer.headers


def test_changed_bytes_are_not_sent(editor, settings):
    item = keep()
    path = settings.EVIDENCE_ROOT / item.sha256[:2] / item.sha256
    path.chmod(0o600)
    path.write_bytes(b"other!")
    answer = editor.get(f"/desk/evidence/{item.public_id}/bytes/")
    assert answer.status_code == 400
    assert "no longer have their digest" in answer.content.decode()


def test_the_page_of_an_item_shows_its_chain_and_changes_who_may_see_it(editor):
    row = keep_upload(picture(), "one.jpg", by="Berik Invented")
    address = f"/desk/evidence/{row.original.public_id}/"
    shown = editor.get(address).content.decode()
    assert "Berik Invented" in shown
    assert row.original.sha256 in shown
    assert f'src="{address}bytes/"' in shown
    assert editor.post(f"{address}visibility/", {"visibility": "public", "reason": ""}).status_code == 400
    assert editor.post(f"{address}visibility/", {"visibility": "public", "reason": "so"}).status_code == 302
    row.original.refresh_from_db()
    assert row.original.visibility == "public"
    assert row.clean.original_name in editor.get("/desk/evidence/").content.decode()
    assert editor.get(f"{address}report/").content.startswith(b"%PDF")


def test_the_head_is_a_file_to_save(editor):
    assert editor.get("/desk/evidence/log/head/").status_code == 404
    keep()
    assert editor.get("/desk/evidence/log/head/").content.decode() == log_head().text()


def test_nothing_of_it_is_public(client):
    item = keep()
    evidence.set_visibility(item, "public", reason="so", by="Alma Invented")
    for part in ("", "bytes/", "export/", "report/"):
        assert client.get(f"/desk/evidence/{item.public_id}/{part}").status_code == 302


# --- one form for what monitors get ----------------------------------------------------------------------------------


@pytest.fixture
def intake(editor, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()

    def post(**given):
        return editor.post("/desk/intake/", given)

    return post


CALL = (
    "An editor of an invented paper in Almaty says that officers searched the office and took two computers."
)


def test_a_text_becomes_evidence_and_a_lead(intake):
    answer = intake(text=CALL, note="by mail")
    lead = Lead.objects.get()
    assert answer.url == f"/desk/leads/{lead.public_id}/"
    assert (lead.origin, lead.given_by, lead.note) == ("text", "Alma Invented", "by mail")
    assert lead.document.evidence.steps.get().who == "Alma Invented"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Give an address"),
        ({"text": " \x00 "}, "Give an address"),
        ({"url": "javascript:alert(1)"}, "no address"),
        ({"url": "http://exa mple/"}, "no address"),
        ({"url": "http://[::1"}, "no address"),
        ({"text": CALL, "call": "yes"}, "Ask the caller"),
        ({"text": CALL, "call": "yes", "consent": "whatever"}, "Ask the caller"),
        ({"url": "https://a.example/", "call": "yes", "consent": "internal"}, "Write down"),
        ({"text": "x" * 500_001}, "too long"),
        ({"url": "http://127.0.0.1:1/"}, "127.0.0.1"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(intake, given, said):
    answer = intake(**given)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Lead.objects.exists()
    assert not EvidenceItem.objects.exists()


def test_a_call_is_kept_with_what_was_agreed(intake, editor):
    lead_page = intake(text=CALL, call="yes", consent="anonymous").url
    lead = Lead.objects.get()
    assert (lead.origin, lead.consent) == ("phone", "anonymous")
    assert "It may be published without a name." in editor.get(lead_page).content.decode()


def test_a_screenshot_becomes_evidence_and_a_lead(intake):
    intake(file=SimpleUploadedFile("shot.png", with_place()), note="of a post")
    lead = Lead.objects.get()
    assert (lead.origin, lead.title, lead.document) == ("file", "shot.png", None)
    assert lead.evidence == Upload.objects.get().original
    assert lead.evidence.media_type == "image/jpeg"  # by its content, not its name


def test_the_words_of_a_file_are_read(intake):
    intake(file=SimpleUploadedFile("statement.txt", CALL.encode()))
    lead = Lead.objects.get()
    assert lead.document.evidence is not None
    assert lead.proposed


def test_html_that_is_handed_in_is_kept_and_never_sent(intake, editor):
    intake(file=SimpleUploadedFile("page.html", b"<!doctype html><html><body><p>" + CALL.encode()))
    item = Lead.objects.get().evidence
    assert item.media_type == "text/html"
    assert editor.get(f"/desk/evidence/{item.public_id}/bytes/").status_code == 404


def test_a_screenshot_with_the_address_of_the_post(intake):
    intake(file=SimpleUploadedFile("shot.png", picture()), url="https://social.example/post/1")
    lead = Lead.objects.get()
    assert lead.url == "https://social.example/post/1"
    assert (lead.state, Job.objects.get(kind="capture").argument["url"]) == ("new", lead.url)


def test_an_address_is_captured_while_the_person_waits(intake, monkeypatch):
    with Site(
        {"/a": page(b"<html><head><title>Search</title></head><body><article><p>" + CALL.encode() * 3)}
    ) as site:
        door = door_to(site)
        monkeypatch.setattr(outside, "door", lambda proxy="": door)
        intake(url=site.url("/a"))
    lead = Lead.objects.get()
    assert (lead.state, lead.origin, lead.title) == ("new", "address", "Search")
    assert lead.evidence.media_type == "application/wacz"
    assert Job.objects.filter(kind="capture").exists()  # with the browser, by the worker


def test_an_address_that_cannot_be_reached_is_queued(intake, editor, monkeypatch):
    with Site({}) as site:
        door, address = door_to(site), site.url("/a")
    monkeypatch.setattr(outside, "door", lambda proxy="": door)
    where = intake(url=address).url
    lead = Lead.objects.get()
    assert lead.state == "waiting"
    assert Job.objects.get().argument == {"url": address, "lead": lead.public_id}
    assert "the worker will try again" in editor.get(where).content.decode()


def test_too_large_a_file_is_refused_unread(editor):
    from django.test import RequestFactory

    from barometer.web.desk.intake import LARGEST_FILE, intake

    class Unread:
        def read(self, *_):
            raise AssertionError("it was read")

    request = RequestFactory().post("/desk/intake/", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(LARGEST_FILE + (5 << 20))
    request.META["wsgi.input"] = Unread()
    assert intake(request).status_code == 413


def test_the_form_is_guarded_against_forged_requests(editor, settings):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post("/desk/intake/", {"text": CALL}).status_code == 403
    assert not Lead.objects.exists()


def test_a_lead_is_taken_and_let_go_on_its_page(intake, editor):
    where = intake(text=CALL).url
    assert editor.post(f"{where}dismiss/", {"reason": ""}).status_code == 400
    editor.post(f"{where}dismiss/", {"reason": "told before"})
    assert Lead.objects.get().state == "dismissed"
    editor.post(f"{where}reopen/")
    shown = editor.get(where).content.decode()
    assert "officers searched the office" in shown
    editor.post(f"{where}take/")
    assert Lead.objects.get().state == "taken"
    assert editor.post(f"{where}take/").status_code == 400
    assert where in editor.get("/desk/leads/?state=taken").content.decode()


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_was_handed_in_is_shown_as_text(intake, editor, language):
    where = intake(text=f"<script>alert(1)</script> {CALL}").url
    shown = editor.get(where, headers={"Accept-Language": language}).content.decode()
    assert f'lang="{language}"' in shown
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
