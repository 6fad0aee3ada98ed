"""Spreadsheets and CSV files of every make, and the broken and hostile ones, as rows or as one clear refusal."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BadInput, TooLarge, UnknownValue, Unreadable
from barometer.fetching import Apart
from barometer.sources import tables
from barometer.sources.tables import Row, clean, letter, neutral, plain, read_table

CSV = "Дата;Кто;Что\n17.03.2031;Ойла;«Штраф»\n\n18.03.2031;Қиял;Ұстау\n"


@pytest.fixture(scope="module")
def apart():
    with Apart() as room:
        yield room


def workbook(fill, *names: str) -> bytes:
    """An XLSX that `fill` writes, called with the book and a sheet of each name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book, *(book.add_worksheet(name) for name in names or ("Events",)))
    book.close()
    return out.getvalue()


_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def ods(*rows: str) -> bytes:
    """The least that is an ODS."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    body = f'<table:table table:name="One">{"".join(rows)}</table:table>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


# --- CSV --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "kz1048"])
def test_a_csv_in_any_encoding_that_people_save(encoding):
    table = read_table(CSV.encode(encoding), "her.csv")
    assert table.headings == ("Дата", "Кто", "Что")
    assert table.rows == (
        Row(2, ("17.03.2031", "Ойла", "«Штраф»")),
        Row(4, ("18.03.2031", "Қиял", "Ұстау")),  # the empty row counts, as the spreadsheet counts
    )


def test_windows_1251_is_told_from_its_letters():
    told = "Дата;Кто\n17.03.2031;Съёмочная группа «Ойла»\n".encode("cp1251")
    assert read_table(told, "her.csv").rows[0].cells[1] == "Съёмочная группа «Ойла»"


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_the_sign_between_cells_is_found(sign):
    text = f'Date{sign}Who\n2031-03-17{sign}"Oyla, a paper; of kites"\n2031-03-18{sign}Two\n'
    table = read_table(text.encode(), "her.csv")
    assert table.headings == ("Date", "Who")
    assert [one.cells[1] for one in table.rows] == ["Oyla, a paper; of kites", "Two"]


def test_a_title_above_the_headings_is_passed_over():
    table = read_table(b"Our violations\n\nDate;Who;What\n2031-03-17;Oyla;Fine\n", "her.csv")
    assert (table.headings, table.rows[0].number) == (("Date", "Who", "What"), 4)


def test_headings_twice_or_without_words():
    table = read_table("Имя;Имя;;\nа;б;в;\n".encode(), "her.csv")
    assert table.headings == ("Имя", "Имя (2)", "(C)")
    assert table.rows == (Row(2, ("а", "б", "в")),)


def test_short_and_long_rows_are_as_wide_as_the_table():
    table = read_table(b"A;B\n1\n1;2;3\n", "her.csv")
    assert [one.cells for one in table.rows] == [("1", "", ""), ("1", "2", "3")]
    assert table.headings == ("A", "B", "(C)")


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", Unreadable, "empty"),
        (b"  \n ", Unreadable, "empty"),
        (b"Date;Who\n2031;O\0yla\n", Unreadable, "no text"),
        (b"\xff\xfeD\0a\0t", Unreadable, "no text"),
        (b"A;B\n" + b"x" * 40_000 + b";y\n", TooLarge, "row 2, column A"),
        (b'A;B\n"never closed;y\n' + b"more;words\n" * 20_000, TooLarge, "quotation mark"),
        (b"A\n" + b"1\n" * 100_001, TooLarge, "over 100,000"),
        (b";".join([b"h"] * 201) + b"\n", TooLarge, "201 columns"),
    ],
    ids=["nothing", "spaces", "NUL", "cut UTF-16", "huge cell", "open quote", "rows", "columns"],
)
def test_what_is_no_table_is_refused_in_one_line(data, kind, words):
    with pytest.raises(kind) as caught:
        read_table(data, "her.csv")
    assert "her.csv" in str(caught.value) and words in str(caught.value)
    assert "Next:" in str(caught.value)


def test_a_hundred_thousand_rows_are_read():
    table = read_table(b"A;B\n" + b"1;2\n" * 100_000, "her.csv")
    assert (len(table.rows), table.rows[-1].number) == (100_000, 100_001)


def test_another_kind_of_file_is_named():
    with pytest.raises(BadInput, match="kind '.pdf'"):
        read_table(b"%PDF", "her.pdf")
    with pytest.raises(Unreadable, match="no workbook"):
        read_table(b"<html>", "her.xlsx")


# --- workbooks --------------------------------------------------------------------------------------------------


def test_a_workbook_as_a_person_sees_it(apart):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["Date", "When", "Count", "Share", "Yes", "Sum", "Text"])
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_datetime(1, 0, date(2031, 3, 17), day)
        sheet.write_datetime(
            1, 1, datetime(2031, 3, 17, 9, 30), book.add_format({"num_format": "dd.mm.yy hh:mm"})
        )
        sheet.write_number(1, 2, 7)
        sheet.write_number(1, 3, 0.5)
        sheet.write_boolean(1, 4, True)
        sheet.write_formula(1, 5, "=1+1", None, 2)
        sheet.write_string(1, 6, "=HYPERLINK(1)")

    table = read_table(workbook(fill), "her.xlsx", apart=apart)
    assert table.rows[0].cells == (
        "2031-03-17", "2031-03-17 09:30:00", "7", "0.5", "yes", "2", "=HYPERLINK(1)",
    )  # fmt: skip


def test_merged_cells_fill_the_rows_below(apart):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["Date", "Who", "What"])
        sheet.merge_range(1, 0, 2, 0, "17.03.2031")
        sheet.write_row(1, 1, ["Oyla", "Fine"])
        sheet.write_row(2, 1, ["Qiyal", "Fine"])

    table = read_table(workbook(fill), "her.xlsx", apart=apart)
    assert [one.cells for one in table.rows] == [
        ("17.03.2031", "Oyla", "Fine"),
        ("17.03.2031", "Qiyal", "Fine"),
    ]


def test_hidden_sheets_are_left_out_and_others_chosen(apart):
    def fill(book, hidden, shown, more):
        for sheet, word in ((hidden, "hidden"), (shown, "shown"), (more, "more")):
            sheet.write_column(0, 0, [word, 1])
        shown.activate()
        hidden.hide()

    data = workbook(fill, "Hidden", "Shown", "More")
    table = read_table(data, "her.xlsx", apart=apart)
    assert (table.sheet, table.sheets, table.headings) == ("Shown", ("Shown", "More"), ("shown",))
    assert read_table(data, "her.xlsx", "More", apart=apart).headings == ("more",)
    with pytest.raises(UnknownValue, match="Shown, More"):
        read_table(data, "her.xlsx", "Hidden", apart=apart)


def test_an_ods(apart):
    data = ods(row(cell("Дата"), cell("Кто")), row(cell("17.03.2031"), cell("Ойла")))
    table = read_table(data, "her.ods", apart=apart)
    assert (table.headings, table.rows) == (("Дата", "Кто"), (Row(2, ("17.03.2031", "Ойла")),))


def test_a_workbook_cut_off_is_refused(apart):
    data = workbook(lambda book, sheet: sheet.write_column(0, 0, range(2000)))
    for length in (40, len(data) // 2, len(data) - 10):
        with pytest.raises(Unreadable, match=r"her\.xlsx"):
            read_table(data[:length], "her.xlsx", apart=apart)


def test_a_zip_bomb_is_refused(apart):
    data = workbook(lambda book, sheet: sheet.write(0, 0, "x"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, b" " * (20 << 20) if name.endswith("sheet1.xml") else old.read(name))
    with pytest.raises(BadInput, match=r"her\.xlsx"):
        read_table(out.getvalue(), "her.xlsx", apart=apart)


def test_entities_are_refused(apart):
    """A billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods(row(cell("&l9;"))))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, text.replace('<?xml version="1.0" encoding="UTF-8"?>', bomb))
    with pytest.raises(Unreadable, match="entities"):
        read_table(out.getvalue(), "her.ods", apart=apart)


def test_a_sheet_with_one_cell_at_the_end_of_the_world_is_refused(apart):
    def fill(book, sheet):
        sheet.write(0, 0, "A")
        sheet.write(1_048_575, 16_383, "far")

    with pytest.raises(BadInput, match=r"her\.xlsx"):
        read_table(workbook(fill), "her.xlsx", apart=apart)


def test_a_huge_cell_of_a_workbook_names_its_place(apart):
    data = ods(row(cell("A"), cell("B")), row(cell("x"), cell("y" * 40_000)))
    with pytest.raises(TooLarge) as caught:
        read_table(data, "her.ods", apart=apart)
    assert "sheet One, row 2, column B" in str(caught.value)


# --- cells ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+7 701", "-5", "@cmd", "\tx", "＝1", "'=1", "''@x"])
def test_what_would_be_a_formula_is_written_as_words(text):
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@given(st.text(max_size=30))
def test_writing_is_undone_by_reading(text):
    assert plain(neutral(text)) == text


def test_signs_that_nobody_sees_are_taken_out():
    assert clean("\u202eAnna\u202c\u200b Oy\u00adla\ufeff\x07 ") == "Anna Oyla"
    assert clean("'@telegram") == "@telegram"


def test_columns_are_called_by_letters():
    assert [letter(at) for at in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


def test_letters_in_all_have_a_limit(monkeypatch):
    monkeypatch.setattr(tables, "MOST_LETTERS", 10)
    with pytest.raises(TooLarge, match="letters"):
        read_table(b"A;B\n12345;67890\n", "her.csv")
