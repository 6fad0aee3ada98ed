"""Files in, coded files out: one set, whole files, nothing of the samples in the reader's words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from barometer.codebook import CodedBulletin
from barometer.errors import BadInput, NotReady, UnknownValue, Unreadable
from barometer.pipeline import read_files, write
from barometer.pipeline.read import _entries, read_set

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


def test_a_corrected_file_is_kept_beside(tmp_path):
    source, out, told = tmp_path / "b.txt", tmp_path / "out", []
    source.write_text(TEXT, encoding="utf-8")
    [target] = write([source], out, told.append)
    first = target.read_text(encoding="utf-8")
    write([source], out, told.append)
    assert [path.name for path in out.iterdir()] == ["b.json"]  # the same words: nothing to keep
    for corrected in ("corrected by hand", "corrected again"):
        target.write_text(corrected, encoding="utf-8")
        write([source], out, told.append)
        assert target.read_text(encoding="utf-8") == first
    assert sorted(path.name for path in out.iterdir()) == ["b.json", "b.json.bak", "b.json.bak2"]
    assert (out / "b.json.bak").read_text(encoding="utf-8") == "corrected by hand"
    assert (out / "b.json.bak2").read_text(encoding="utf-8") == "corrected again"
    assert [line for line in told if "is kept as" in line] == [
        f"{target}: another file stood there and is kept as b.json.bak",
        f"{target}: another file stood there and is kept as b.json.bak2",
    ]


def test_a_text_of_one_s_own_beside_a_document_is_kept(tmp_path):
    document = Document()
    for line in filter(None, TEXT.split("\n")):
        document.add_paragraph(line)
    document.save(tmp_path / "b.docx")
    (tmp_path / "b.txt").write_text("my own notes", encoding="utf-8")
    write([tmp_path / "b.docx"], tmp_path)
    assert (tmp_path / "b.txt.bak").read_text(encoding="utf-8") == "my own notes"


def test_entries_without_an_event_are_named(tmp_path):
    path = tmp_path / "b.txt"
    path.write_text(TEXT, encoding="utf-8")
    [read] = read_set([path])
    assert not any("no event proposed" in line for line in read.lines())
    first, second = read.coded.entries
    silent = read.coded.model_copy(update={"entries": (first, second.model_copy(update={"events": ()}))})
    lines = replace(read, coded=silent).lines()
    assert lines[-1] == "b.txt: no event proposed for entry q1-2-02"
    assert lines[0].startswith("b.txt: 2 entries, 1 proposed event (")


@pytest.mark.parametrize(("ids", "said"), [(1, "entry e0"), (2, "entries e0, e1"), (32, "and 2 more")])
def test_many_entries_are_named_in_one_line(ids, said):
    assert said in _entries([f"e{number}" for number in range(ids)])


def test_where_nothing_can_be_written(tmp_path):
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    with pytest.raises(NotReady, match="this is a file, not a folder. Next: name a folder: --out DIR"):
        write([tmp_path / "b.txt"], tmp_path / "file")
    with pytest.raises(NotReady, match="cannot be written: .* Next: "):
        write([tmp_path / "b.txt"], tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "a file"


def test_an_address_is_not_read_yet(tmp_path):
    with pytest.raises(UnknownValue, match="https://example.org/b.txt: addresses are not read yet"):
        write([Path("https://example.org/b.txt")], tmp_path)
