"""Files in, coded files out: one set, whole files, nothing of the samples in the reader's words."""

from __future__ import annotations

import json
import re

import pytest
from docx import Document

from barometer.codebook import CodedBulletin
from barometer.errors import BadInput, Unreadable
from barometer.pipeline import read_files, write

TEXT = """BAROMETER

The first quarter of 2026.

2. Legal pressure (suits)

January

[Journalist Alma Testova was fined](#) in Kostanay on 12 January under Article 274 of the Criminal Code.

[The house arrest of editor Bolat Sampleyev was extended](#) until 25 April 2026. He is accused of fraud.
"""


def test_one_person_has_one_name_in_a_set(tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text(TEXT, encoding="utf-8")
    two.write_text(
        TEXT.replace("Alma Testova", "Альма Тестова").replace("Testova", "Tyestova"), encoding="utf-8"
    )
    names = {t.name for _, coded in read_files([one, two]) for e in coded.events for t in e.targets}
    assert len({n for n in names if "est" in n or "ест" in n}) == 1


def test_a_story_has_one_slug_in_both_files(tmp_path):
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (_, one), (_, two) = read_files([tmp_path / "one.txt", tmp_path / "two.txt"])
    assert one.entries[0].events[0].case == two.entries[0].events[0].case == "testova-274"


def test_writes_one_file_an_input_and_the_text_of_a_document(tmp_path):
    document = Document()
    for line in filter(None, TEXT.split("\n")):
        document.add_paragraph(re.sub(r"\[([^\]]*)\]\(#\)", r"\1", line))
    document.save(tmp_path / "b.docx")
    (tmp_path / "c.v2.txt").write_text(TEXT, encoding="utf-8")
    told = []
    written = write([tmp_path / "b.docx", tmp_path / "c.v2.txt"], tmp_path / "out", told.append)
    assert [path.name for path in written] == ["b.json", "c.v2.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["b.json", "b.txt", "c.v2.json"]
    lines = (tmp_path / "out" / "b.txt").read_text(encoding="utf-8").split("\n")
    for entry in CodedBulletin.model_validate(json.loads(written[0].read_text(encoding="utf-8"))).entries:
        assert lines[entry.lines[0] - 1].strip()
    assert any("c.v2.txt: 2 entries" in line for line in told)


def test_nothing_is_written_before_all_are_read(tmp_path):
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"")
    with pytest.raises(Unreadable):
        write([tmp_path / "good.txt", tmp_path / "bad.txt"], tmp_path / "out")
    (tmp_path / "good.md").write_text(TEXT, encoding="utf-8")
    with pytest.raises(BadInput, match="good"):
        write([tmp_path / "good.txt", tmp_path / "good.md"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nobody_of_the_sample_stands_in_a_word_list(request):
    """Nothing under samples/ is used to learn or tune: its people are in no lexicon, and no code reads it."""
    root = request.config.rootpath
    coded = CodedBulletin.model_validate(
        json.loads((root / "samples/kazakhstan-2026q1/bulletin.json").read_text(encoding="utf-8"))
    )
    people = {"journalist", "editor", "media_director", "blogger", "activist", "public"}
    surnames = {t.name.split()[-1].casefold() for e in coded.events for t in e.targets if t.type in people}
    assert len(surnames) > 25
    for path in (root / "barometer").rglob("*"):
        if path.suffix in {".toml", ".py"}:
            text = path.read_text(encoding="utf-8").casefold()
            assert "samples/" not in text, path
            found = {name for name in surnames if re.search(rf"\b{re.escape(name)}\b", text)}
            assert not found, (path, found)
