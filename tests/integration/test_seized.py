"""Whoever carries the machine's files away, without the keys, reads no protected word in them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.utils import timezone

from barometer.errors import NotReady
from barometer.evidence.drafts import Asked
from barometer.web.actions import evidence as actions
from barometer.web.actions.audit import note_act
from barometer.web.actions.evidence import keep_evidence, keep_upload
from barometer.web.actions.jobs import enqueue
from barometer.web.config import home
from barometer.web.records.fields import PROTECTED
from barometer.web.records.gathering import Job, Lead
from barometer.web.records.models import Issue, Revision
from barometer.web.records.protected import ProtectedJSON, ProtectedText

#: Protected words that are no encrypted column, and why.
PLAIN = {
    "accounts.Invitation.digest": "a digest of a secret, by which the invitation is found",
    "accounts.User.password": "a salted hash, which Django checks",
    "records.ItemKey.sealed": "sealed with the key of evidence",
}
WORDS = models.CharField | models.TextField | models.JSONField
OURS = [model for model in apps.get_models() if model.__module__.startswith("barometer.")]


def protected(model):
    """A model's protected columns of words."""
    return [
        column
        for column in model._meta.concrete_fields
        if model.field_classes[column.name] == PROTECTED and isinstance(column, WORDS)
    ]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_protected_words_are_encrypted_columns(model):
    plain = {
        f"{model._meta.label}.{one.name}" for one in protected(model) if not isinstance(one, ProtectedText)
    }
    assert plain <= set(PLAIN)


def test_an_encrypted_column_is_never_asked_for_its_words(db):
    assert Lead.objects.filter(note="").count() == 0
    for question in ({"note": "a canary"}, {"note__contains": "a"}, {"note__in": ["a"]}):
        with pytest.raises(FieldError, match="encrypted"):
            Lead.objects.filter(**question).count()


#: What a model's constraints ask for beyond its columns.
NEEDS = {
    "records.Lead": lambda: {"state": "taken", "decided_at": timezone.now()},
    "records.HeldStatement": lambda: {"freed_at": timezone.now()},
    "intake.Tip": lambda: {"channel": "mail", "receipt_key": ""},
    "records.Issue": lambda: {"period": f"{2000 + Issue.objects.count()}Q1"},
    "records.IndexRow": lambda: {"score": 1.0},
    "records.PersonCard": lambda: {"policy": "private", "country_of_stay": "", "set_at": timezone.now()},
}


def made(model, canary):
    """A row of the model with what it must have, and the canary in each protected column."""
    values = {}
    for column in model._meta.concrete_fields:
        if column.primary_key or column.has_default() or (column.null and column.blank):
            continue
        values[column.attname] = value_of(column)
    values |= NEEDS.get(model._meta.label, dict)()
    told = {
        one.name: f"{canary} {model._meta.label}.{one.name}"
        for one in protected(model)
        if isinstance(one, ProtectedText)
    }
    told = {
        name: {"words": [text]} if isinstance(model._meta.get_field(name), ProtectedJSON) else text
        for name, text in told.items()
    }
    return model._base_manager.create(**(values | told))


def value_of(column):
    if isinstance(column, models.ForeignKey):
        return made(column.related_model, "another").pk
    if column.choices:
        return column.choices[0][0]
    if isinstance(column, models.DateTimeField):
        return timezone.now()
    if isinstance(column, models.DateField):
        return timezone.localdate()
    if isinstance(column, models.BooleanField):
        return False
    if isinstance(column, models.IntegerField | models.FloatField):
        return 1
    if isinstance(column, models.BinaryField):
        return b"-"
    if isinstance(column, models.JSONField):
        return {}
    return f"{column.name[:6]}-{column.model._base_manager.count()}"[: column.max_length]


def hidden(word):
    """The bytes that a word may stand as."""
    plain = word.encode()
    return {
        plain,
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        json.dumps(word)[1:-1].encode(),
        *(base64.b64encode(b"." * shift + plain + b"..")[4:-4] for shift in range(3)),
    }


def found_in(data, words):
    return [word for word in words for needle in hidden(word) if needle in data]


CANARIES = ("канареечка", "canarybird")


@pytest.fixture
def full(transactional_db, settings, tmp_path):
    """A ledger and a data folder with canaries in every protected place."""
    settings.HOME, settings.EVIDENCE_ROOT = tmp_path, tmp_path / "evidence"
    settings.FILE_UPLOAD_TEMP_DIR = home.scratch_folder(tmp_path)
    for model in OURS:
        if any(isinstance(one, ProtectedText) for one in protected(model)):
            with transaction.atomic():
                made(model, " ".join(CANARIES))
    told = " ".join(CANARIES)
    keep_evidence(
        told.encode() * 50, name="page.html", media_type="text/html", how="capture", by=told, note=told
    )
    keep_upload(f"{told}\n".encode(), "tip.txt", by=told, note=told)
    enqueue("capture", {"url": f"https://a.example/{CANARIES[1]}", "note": told}, key="a")
    desk = actions.desk()
    with desk.begin(Asked("https://a.example/", told, timezone.now(), told)) as draft:
        desk.settle(draft, {"title": told}, {"text.txt": told.encode()})
    with transaction.atomic():
        note_act("look", by=told, about="nobody", detail=told)
    return tmp_path


def test_the_keys_open_what_is_there(full):
    """So that the next test does not look for what was never written."""
    told = " ".join(CANARIES)
    assert Job.objects.get(kind="capture").argument["note"] == told
    assert all(
        told in Revision.objects.filter(pk=row.pk).get().by for row in Revision.objects.filter(action="keep")
    )
    [whole] = actions.desk().pending()
    assert (whole.asked.note, whole.read("text.txt").decode()) == (told, told)
    assert found_in(told.encode("utf-16-le"), CANARIES)
    assert found_in(base64.b64encode(b"12" + told.encode()), CANARIES)
    assert found_in(json.dumps(told).encode(), CANARIES)


def test_no_file_tells_a_canary(full):
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        files = list(path.parent.glob(f"{path.name}*"))
        assert any(one.name.endswith("-wal") for one in files)
    else:
        files = []
    for path in [*files, *(one for one in full.rglob("*") if one.is_file())]:
        assert not found_in(path.read_bytes(), CANARIES), path


def test_no_table_tells_a_canary(full):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = [
                [bytes(one) if isinstance(one, memoryview) else one for one in row]
                for row in cursor.fetchall()
            ]
            assert not found_in(str(rows).encode(), CANARIES), table


def test_a_captured_draft_of_an_earlier_version_is_still_taken_in(full):
    whole = actions.desk().pending()[0]
    for name in ("asked.json", "facts.json", "text.txt"):
        path = full / "captures" / whole.name / name
        path.write_bytes(actions.DraftLock().unlock(path.read_bytes()))
    assert actions.desk().pending()[0].read("text.txt").decode() == " ".join(CANARIES)


def test_without_the_keys_nothing_opens(full, settings):
    settings.KEYS_ROOT = full / "other-keys"
    item = actions.item_of(actions.EvidenceItem.objects.get(original_name="page.html").public_id)
    with pytest.raises(NotReady, match="key"):
        actions.bytes_of(item)
    with pytest.raises(NotReady, match="key"):
        Revision.objects.first()


def test_evidence_of_an_earlier_version_is_sealed_by_the_command(full):
    plain = actions.store()
    plain._keys = None
    digest = plain.keep(b"an old page with a canarybird")
    assert actions.seal() == 1
    assert actions.seal() == 0
    assert not found_in(plain.path(digest.sha256).read_bytes(), CANARIES)
    with actions.store().open(digest.sha256) as stream:
        assert stream.read() == b"an old page with a canarybird"


def test_passing_files_are_swept_once_they_are_old(tmp_path):
    import os
    import time

    scratch = home.scratch_folder(tmp_path)
    assert scratch.stat().st_mode & 0o777 == 0o700
    (scratch / "old").mkdir()
    (scratch / "old" / "upload").write_text("canarybird")
    (scratch / "new").write_text("in use")
    os.utime(scratch / "old", (time.time() - 7200,) * 2)
    home.sweep_scratch(tmp_path)
    assert [path.name for path in scratch.iterdir()] == ["new"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a setting of SQLite")
def test_freed_pages_are_overwritten(db):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] == 1
