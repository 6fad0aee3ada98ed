"""What was worked out of a large ledger lies on the disk for the next process: used where it holds, never relied on."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction
from test_growth import change, judge, said

from barometer.web.actions.importing import import_files
from barometer.web.public import columns, memory
from barometer.web.records import changes, shelf
from barometer.web.records.models import Event, Party, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"


@pytest.fixture
def laid(monkeypatch, settings, tmp_path) -> Path:
    """Columns of invented events on the disk; the folder that they lie in."""
    settings.HOME = tmp_path
    import_files(
        [DATA / "invented-2025q4.json", DATA / "invented-2026q1.json"], as_published=True, by="A coder"
    )
    monkeypatch.setattr(memory, "LARGE", 1)
    monkeypatch.setattr(changes, "LONGEST_CHANGE", timedelta(0))  # none is still on its way
    columns.begun()
    return tmp_path / "worked-out" / "columns"


def never(monkeypatch) -> None:
    monkeypatch.setattr(columns, "read", lambda: pytest.fail("everything was read"))


@pytest.mark.parametrize("seed", range(3))
def test_a_process_begins_with_what_lies_there_and_what_changed_since(laid, monkeypatch, seed):
    chance = random.Random(seed)
    with transaction.atomic():
        for event in chance.sample(list(Event.objects.all()), 3):
            change(event, chance)
        judge(chance)
    anew = said(columns.read().columns)
    never(monkeypatch)
    assert said(columns.begun().columns) == anew


def test_what_lies_there_is_shared_and_cannot_be_written_to(laid, monkeypatch):
    never(monkeypatch)
    found = columns.begun().columns
    assert isinstance(found.pks.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found.pks[0] = 1


def test_no_name_and_no_word_of_the_ledger_lies_there(laid):
    held = b"".join(path.read_bytes() for path in laid.rglob("*") if path.is_file())
    names = Party.objects.filter(kind="person").values_list("name", flat=True)
    slugs = Event.objects.exclude(case=None).values_list("case__slug", flat=True)
    assert names
    assert slugs
    assert not [one for one in (*names, *slugs) if one.encode() in held]


def cut(folder: Path) -> None:
    path = next(folder.glob("*/pks.npy"))
    path.write_bytes(path.read_bytes()[:-40])


def emptied(folder: Path) -> None:
    (folder / "about.json").write_text("")


def no_list(folder: Path) -> None:
    (folder / "about.json").write_text("[]")


def without_an_array(folder: Path) -> None:
    next(folder.glob("*/case.codes.npy")).unlink()


def another_program(folder: Path) -> None:
    about = json.loads((folder / "about.json").read_text())
    (folder / "about.json").write_text(json.dumps(about | {"form": "0" * 64}))


def objects_that_would_run(folder: Path) -> None:
    np.save(next(folder.glob("*/pks.npy")), np.array([print], object), allow_pickle=True)


@pytest.mark.parametrize(
    "harm", [cut, emptied, no_list, without_an_array, another_program, objects_that_would_run]
)
def test_what_is_broken_or_of_another_program_is_made_anew(laid, harm):
    anew = said(columns.read().columns)
    harm(laid)
    assert said(columns.begun().columns) == anew
    assert shelf.take("columns", columns._MADE_BY) is not None  # and lies there whole again


def test_what_is_of_another_ledger_is_made_anew(laid):
    newest = Revision.objects.order_by("-pk").first()
    about = json.loads((laid / "about.json").read_text())
    about["plain"]["seen"][1] = "another-record"
    (laid / "about.json").write_text(json.dumps(about))
    Event.objects.filter(pk=Event.objects.first().pk).update(region="KZ-75")  # as another ledger has it
    assert newest is not None
    assert said(columns.begun().columns) == said(columns.read().columns)


def test_a_disk_that_takes_nothing_is_only_told_of(laid, monkeypatch, caplog):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    (laid / "about.json").unlink()
    monkeypatch.setattr(np, "save", full)
    assert said(columns.begun().columns) == said(columns.read().columns)
    assert "No space left" in caplog.text


def test_what_was_there_before_is_swept(laid):
    for _ in range(2):
        columns.read_and_laid()
    assert len([path for path in laid.iterdir() if path.is_dir()]) == 1
