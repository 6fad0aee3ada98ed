"""What leaves as a document: submissions with consent only, the custody list by hand, the log-frame without formulas of others."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import docx
import followed
import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook
from reviewed import person

from barometer.errors import NotAllowed, UnknownValue
from barometer.web import document_commands
from barometer.web.accounts.models import AuditEntry
from barometer.web.actions import sheets_out, submitting
from barometer.web.actions.importing import import_files
from barometer.web.actions.people import record_consent, set_policy, withdraw_consent
from barometer.web.public import clock
from barometer.web.records.gathering import Capture
from barometer.web.records.models import Case, Event, EvidenceItem, Item, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]
BY = {"by": "L. Invented"}


@pytest.fixture
def case(tmp_path, monkeypatch):
    """The followed case, published, looked at on its day."""
    import_files(followed.write(tmp_path), as_published=True, by="A. Editor")
    monkeypatch.setattr(clock, "today", lambda: followed.DAY)
    return Case.objects.get(slug=followed.CASE)


def agree(name, **more):
    given = {
        "uses": ["un"],
        "how": "written",
        "day": date(2021, 5, 25),
        "taken_by": "M. Monitor",
        "by": "M. Monitor",
    }
    return record_consent(Party.objects.get(name=name), **(given | more))


def words_of(data):
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


# --- submissions --------------------------------------------------------------------------------------------------------


def test_without_consent_of_everybody_hit_there_is_no_document(case):
    with pytest.raises(NotAllowed, match="Saule Oydan, Askar Tusinbek"):
        submitting.make(case, "wgad", "en", **BY)
    agree("Saule Oydan")
    agree("Askar Tusinbek", uses=["site", "press"])  # agreed to other uses
    with pytest.raises(NotAllowed, match="on record of Askar Tusinbek"):
        submitting.make(case, "wgad", "en", **BY)
    of_case = agree("Askar Tusinbek", case=case)
    assert submitting.make(case, "wgad", "en", **BY)[1].startswith(b"PK")
    withdraw_consent(
        Party.objects.get(name="Askar Tusinbek"),
        of_case,
        how="voice",
        day=date(2021, 5, 26),
        taken_by="M.",
        by="M.",
    )
    with pytest.raises(NotAllowed, match="Askar Tusinbek"):
        submitting.make(case, "wgad", "en", **BY)


def test_a_submission_tells_the_case_by_hand(case):
    agree("Saule Oydan")
    agree("Askar Tusinbek")
    item = Event.objects.filter(main_type="legal.custody").get().item
    Item.objects.filter(pk=item.pk).update(
        links=[{"text": "the court", "start": 0, "end": 9, "address": "https://example.org/court"}]
    )
    archive = EvidenceItem.objects.create(
        sha256="cd" * 32, size=1, media_type="application/wacz", original_name="x", how="capture"
    )
    Capture.objects.create(
        url="https://example.org/court",
        final_url="https://example.org/court",
        status=200,
        captured_at=datetime(2021, 5, 21, 9, tzinfo=UTC),
        archive=archive,
    )
    made, data = submitting.make(case, "wgad", "en", given={"place_of_detention": "SIZO No. 0, Taraz"}, **BY)
    said = words_of(data)
    for told in (
        "Saule Oydan, media director", "20 May 2021, Taraz", "sent Saule Oydan to custody for two months",
        "Saule Oydan: pre-trial custody, 20 May 2021, 14 days", "Article 274", "SIZO No. 0, Taraz",
        "Saule Oydan: agreed on 25 May 2021 (in writing).", "cd" * 32, "2021-05-21", "Invented City Court",
    ):  # fmt: skip
        assert told in said, told
    assert [one.code for one in made.missing] == ["victim_details", "warrant", "categories", "submitter"]
    assert "M. Monitor" not in said
    entry = AuditEntry.objects.get(act="make a submission")
    assert (entry.about, entry.detail) == (followed.CASE, "wgad en")
    russian = words_of(submitting.make(case, "hrc", "ru", **BY)[1])
    assert "Комитет по правам человека" in russian and "20 мая 2021" in russian and "Казахстан" in russian


def test_unpublished_events_and_withheld_people_stay_out(case):
    agree("Saule Oydan")
    agree("Askar Tusinbek")
    Event.objects.filter(main_type="legal.custody").update(state="accepted")
    set_policy(Party.objects.get(name="Askar Tusinbek"), "victim", why="asked for it", by="M.")
    said = words_of(submitting.make(case, "unsr-foe", "en", **BY)[1])
    assert "to custody for two months" not in said and "house arrest" in said
    assert "Askar Tusinbek" in said  # agreed to the UN
    assert "Askar" not in str(sheets_out.custody_rows(followed.DAY, "en"))


def test_the_page_shows_what_is_missing_and_makes_the_document(case, client):
    page = reverse("desk:submission", args=[case.slug])
    client.force_login(person("lena", "lawyer"))
    html = client.get(page, {"to": "upr"}).content.decode()
    assert "no consent" in html and "2815" in html.replace(",", "") and "disabled" in html
    assert client.post(page, {"to": "upr", "lang": "en"}).status_code == 400
    agree("Saule Oydan")
    agree("Askar Tusinbek")
    answer = client.post(page, {"to": "upr", "lang": "en", "field-recommendations": "Repeal Article 274."})
    assert answer["Content-Disposition"] == 'attachment; filename="upr-2021-06-02.docx"'
    assert "Repeal Article 274." in words_of(answer.content)
    long = client.post(page, {"to": "upr", "lang": "en", "field-recommendations": "word " * 3000})
    assert long.status_code == 400 and "upr takes 2,815" in long.content.decode()


# --- the custody list ---------------------------------------------------------------------------------------------------


def test_the_custody_list_of_a_day_by_hand(case):
    (row,) = sheets_out.custody_rows(date(2021, 6, 2), "en")
    assert (row.person, row.measure, row.since) == ("Saule Oydan", "Pre-trial custody", "20 May 2021")
    # 20 May to 2 June is 14 days; before it house arrest from 17 or 18 March to 19 May: 64 or 63 days
    assert (row.least, row.most, row.all_least, row.all_most) == (14, 14, 77, 78)
    assert row.place.startswith("Taraz") and "274" in row.charge and row.case == followed.CASE
    assert row.next.startswith("10 June 2021, ")
    (row,) = sheets_out.custody_rows(date(2021, 3, 20), "en")
    assert (row.measure, row.least, row.most) == ("House arrest", 3, 4)
    assert sheets_out.custody_rows(date(2021, 3, 1), "en") == []
    assert [one.measure for one in sheets_out.custody_rows(date(2021, 6, 2), "kk")] == ["Күзетпен ұстау"]


def test_the_list_obeys_the_naming_policy(case):
    set_policy(Party.objects.get(name="Saule Oydan"), "private", why="asked for it", by="M.")
    for kind in ("xlsx", "csv", "docx"):
        data = sheets_out.custody_file(followed.DAY, kind, "en", **BY)
        parts = [data]
        if kind != "csv":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        assert not any(b"Oydan" in part or b"oydan" in part for part in parts), kind


def test_a_name_that_is_a_formula_is_words(case, tmp_path):
    Party.objects.filter(name="Saule Oydan").update(name="=1+1")
    for event in Event.objects.filter(case=case):
        for who in event.coded["targets"]:
            who["name"] = "=1+1" if who["name"] == "Saule Oydan" else who["name"]
        event.save()
    path = tmp_path / "list.xlsx"
    path.write_bytes(sheets_out.custody_file(followed.DAY, "xlsx", "en", **BY))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["Person", "Measure"] and rows[1][0] == "'=1+1"
    assert rows[1][4:8] == [14, 14, 77, 78]
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert b"\n'=1+1," in sheets_out.custody_file(followed.DAY, "csv", "en", **BY).replace(b"\r", b"")
    assert "'" not in words_of(sheets_out.custody_file(followed.DAY, "docx", "en", **BY)).splitlines()[2]


# --- the log-frame ------------------------------------------------------------------------------------------------------


def test_the_logframe_by_hand(case, tmp_path):
    path = tmp_path / "frame.xlsx"
    path.write_bytes(sheets_out.logframe_file("2021Q1", "2021Q3", "ru", **BY))
    book = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert book[0][4:7] == ["2021Q1", "2021Q2", "2021Q3"]
    assert book[1][0] == "Новые нарушения (события)"
    # of the first quarter two events, of the second two, all new violations; of the third nothing is printed
    assert book[1][2:8] == ["", "", 2, 2, "", 4]
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<sheetProtection" in sheet and "SUM(E2:G2)" in sheet
    assert sheet.count("<f>") == 2 * 6  # six of nine figures may be added up


def test_quarters_that_are_none_are_refused():
    for first, last in (("2021Q3", "2021Q1"), ("1900Q1", "2031Q4"), ("spring", "2021Q1")):
        with pytest.raises(UnknownValue):
            sheets_out.quarters_between(first, last)
    assert sheets_out.quarters_between("2030Q4", "2031Q2") == ["2030Q4", "2031Q1", "2031Q2"]


# --- pages and commands -------------------------------------------------------------------------------------------------


def test_the_page_of_sheets(case, client):
    client.force_login(person("mona", "monitor"))
    page = reverse("desk:sheets")
    html = client.get(page, {"on": "2021-06-02"}).content.decode()
    assert "Saule Oydan" in html and "Pre-trial custody" in html
    answer = client.post(page, {"what": "custody", "on": "2021-06-02", "kind": "csv", "lang": "en"})
    assert answer["Content-Disposition"] == 'attachment; filename="custody-2021-06-02.csv"'
    assert answer.content.decode("utf-8-sig").startswith("Person,Measure")
    assert client.post(page, {"what": "custody", "on": "tomorrow"}).status_code == 400
    answer = client.post(page, {"what": "logframe", "first": "2021Q1", "last": "2021Q2", "lang": "kk"})
    assert answer.content.startswith(b"PK")
    assert client.post(page, {"what": "logframe", "first": "x", "last": "y"}).status_code == 400


def test_the_commands(case, tmp_path, monkeypatch):
    monkeypatch.setattr(document_commands, "migrate", lambda: None)
    agree("Saule Oydan")
    agree("Askar Tusinbek")
    out = tmp_path / "a.docx"
    missing = document_commands.submission.__wrapped__(
        followed.CASE, "upr", out, language="ru", fields={}, joint=True, by="L."
    )
    assert out.read_bytes().startswith(b"PK") and any(line.startswith("Рекомендации") for line in missing)
    document_commands.custody.__wrapped__("2021-06-02", tmp_path / "a.csv", language="en", by="L.")
    document_commands.logframe.__wrapped__("2021Q1", "2021Q2", tmp_path / "a.xlsx", language="en", by="L.")
    document_commands.working_file.__wrapped__("2021Q1", tmp_path / "w.docx", language="en", by="L.")
    assert "[en] The court placed Saule Oydan" in words_of((tmp_path / "w.docx").read_bytes())
    for refused in (
        lambda: document_commands.custody.__wrapped__(
            "2021-06-02", tmp_path / "a.pdf", language="en", by="L."
        ),
        lambda: document_commands.custody.__wrapped__("June", tmp_path / "a.csv", language="en", by="L."),
        lambda: document_commands.submission.__wrapped__(
            "nobody", "upr", out, language="en", fields={}, joint=False, by="L."
        ),
    ):
        with pytest.raises(UnknownValue):
            refused()
