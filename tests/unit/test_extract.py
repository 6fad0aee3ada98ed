"""Files → text: what is read, and what is refused with file, place and next step."""

from __future__ import annotations

import zipfile

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from barometer.errors import BadInput, BarometerError, TooLarge, Unreadable
from barometer.sources import extract
from barometer.sources import extract as extract_file
from barometer.sources.extract import TEXT_LIMIT

WORDS = "Суд оштрафовал газету за публикацию статьи о плотине.\n" * 5


def refused(path, error=Unreadable):
    with pytest.raises(error) as caught:
        extract_file(path)
    line = str(caught.value)
    assert path.name in line
    assert "Next:" in line
    return line


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_another_encoding_is_named_with_the_line(tmp_path, encoding):
    path = tmp_path / "old.txt"
    path.write_bytes(b"first\n" + WORDS.encode(encoding))
    line = refused(path)
    assert encoding in line
    assert "line 2" in line
    assert "iconv" in line


@pytest.mark.parametrize(
    ("name", "data"),
    [("bom.txt", b"\xef\xbb\xbf" + WORDS.encode()), ("wide.txt", WORDS.encode("utf-16")), ("win.txt", WORDS.replace("\n", "\r\n").encode())],
)  # fmt: skip
def test_marks_and_line_ends(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    assert extract(path).text == WORDS


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\t\n", bytes(range(256)) * 8, WORDS.encode("utf-16-le"), b"text\0text", b"\xff\xfe\x00"],
    ids=["empty", "blank", "binary", "no mark", "nul", "half a letter"],
)
def test_no_text(tmp_path, data):
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    refused(path)


def test_missing_folder_and_kind(tmp_path):
    refused(tmp_path / "nowhere.txt")
    (tmp_path / "folder.md").mkdir()
    refused(tmp_path / "folder.md")
    (tmp_path / "sheet.xlsx").write_bytes(b"PK")
    assert ".docx" in refused(tmp_path / "sheet.xlsx", BadInput)


def test_too_large_is_seen_before_it_is_read(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(TEXT_LIMIT + 1)
    assert f"{TEXT_LIMIT:,}" in refused(path, TooLarge)


# --- DOCX


def link(paragraph, words, address):
    """python-docx reads hyperlinks but has no call that writes one."""
    relation = paragraph.part.relate_to(
        address,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), relation)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = words
    run.append(text)
    element.append(run)
    paragraph._p.append(element)


def test_a_document_with_headings_links_a_table_and_brackets(tmp_path):
    document = Document()
    document.add_heading("Barometer", 0)
    document.add_heading("1. General", 1)
    paragraph = document.add_paragraph("")
    link(paragraph, "A law", "https://example.org/law")
    paragraph.add_run(" came [at last] into force.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Өңір", "Қостанай"
    path = tmp_path / "b.docx"
    document.save(path)
    assert extract(path).text.split("\n\n") == [
        "Barometer",
        "1. General",
        r"[A law](https://example.org/law) came \[at last\] into force.",
        "Өңір",
        "Қостанай",
    ]


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_locked_document(tmp_path):
    path = tmp_path / "locked.docx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    assert "password" in refused(path)


def test_a_document_that_is_cut_off(tmp_path):
    path = tmp_path / "cut.docx"
    Document().save(path)
    path.write_bytes(path.read_bytes()[:-2000])
    refused(path)


def test_a_zip_that_is_no_document(tmp_path):
    path = tmp_path / "photos.docx"
    zipped(path, **{"a.txt": "words"})
    refused(path)


def test_bombs(tmp_path):
    many, dense, entities = (tmp_path / name for name in ("many.docx", "dense.docx", "entities.docx"))
    with zipfile.ZipFile(many, "w") as archive:
        for n in range(2100):
            archive.writestr(f"{n}.xml", "")
    refused(many, TooLarge)
    zipped(dense, **{"word/document.xml": b" " * 40_000_000})
    assert "word/document.xml" in refused(dense, TooLarge)
    zipped(entities, **{"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'})
    assert "entities" in refused(entities)


def test_a_declared_size_is_not_believed(tmp_path):
    """The archive's list says 10 bytes; what is unpacked is counted."""
    path = tmp_path / "liar.docx"
    zipped(path, **{"word/document.xml": b" " * 80_000_000})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(BarometerError):
        extract(path)


def test_words_in_insertions_controls_and_nested_tables_are_read(tmp_path):
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = Document()
    document.add_paragraph("First.")
    paragraph = document.add_paragraph("Kept ")
    for tag in ("ins", "smartTag", "fldSimple"):
        paragraph._p.append(
            parse_xml(f"<w:{tag} {nsdecls('w')}><w:r><w:t xml:space='preserve'>{tag} </w:t></w:r></w:{tag}>")
        )
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>gone</w:delText></w:r></w:del>"))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(2, parse_xml(control))
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "Outer."
    cell.add_table(1, 1).cell(0, 0).text = "Inner."
    path = tmp_path / "words.docx"
    document.save(path)
    assert [line for line in extract(path).text.split("\n") if line] == [
        "First.", "Kept ins smartTag fldSimple", "In a control.", "Outer.", "Inner."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "says"), [("a\0b".encode("utf-16"), "NUL"), ("ab".encode("utf-32"), "UTF-32")]
)
def test_nul_and_utf_32_are_refused(tmp_path, data, says):
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match=says):
        extract(path)
