"""Scoring a CSV of pairs: columns, order, marks and what is refused. All names are invented."""

from __future__ import annotations

import csv

import pytest

from barometer.errors import BadInput, Unreadable, WrongShape
from barometer.names.files import score_file


def scored(tmp_path, text, *, encoding="utf-8"):
    source, target = tmp_path / "pairs.csv", tmp_path / "scored.csv"
    source.write_bytes(text.encode(encoding))
    count = score_file(source, target)
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == count
    return rows


def test_columns_and_order_are_kept(tmp_path):
    text = 'id,b,note,a,kind\n7,Amir Kasenov,"x, y",Әмір Қасенов,person\n3,Асет Манатаев,,Асель Манатаева,\n'
    rows = scored(tmp_path, text)
    assert list(rows[0]) == ["id", "b", "note", "a", "kind", "score"]
    assert [row["id"] for row in rows] == ["7", "3"]
    assert rows[0]["note"] == "x, y"
    assert float(rows[0]["score"]) > 0.9
    assert float(rows[1]["score"]) < 0.1


def test_the_kind_counts_and_an_unknown_one_is_a_person(tmp_path):
    rows = scored(
        tmp_path,
        "a,b,kind\nNorthern Star,Северная звезда, Outlet\nАмир Касенов,Amir Kasenov,planet\nOrda,Орда,\n",
    )
    assert [float(row["score"]) > 0.5 for row in rows] == [True, True, False]


def test_a_mark_at_the_beginning_semicolons_and_empty_lines(tmp_path):
    rows = scored(tmp_path, "A;B\n\nАмир Касенов;Amir Kasenov\n", encoding="utf-8-sig")
    assert float(rows[0]["score"]) > 0.9


def test_an_older_score_is_replaced(tmp_path):
    rows = scored(tmp_path, "score,a,b\n0.1,Амир Касенов,Amir Kasenov\n")
    assert list(rows[0]) == ["a", "b", "score"]
    assert float(rows[0]["score"]) > 0.9


def test_only_a_head_is_no_error(tmp_path):
    assert scored(tmp_path, "a,b\n") == []


@pytest.mark.parametrize(
    ("text", "says", "kind"),
    [
        ("", "it is empty", Unreadable),
        ("a,c\nx,y\n", "line 1: there is no column 'b'", WrongShape),
        ("x,y\n1,2\n", "no column 'a' and no column 'b'", WrongShape),
        ("a,b,a\n1,2,3\n", "the column 'a' is there twice", WrongShape),
        ("a,b\nx,y\nx,y,z\n", "line 3: 3 fields where the head has 2", WrongShape),
        ('a,b\n"x,y\n', "this is no CSV", WrongShape),
    ],
)
def test_refused_with_file_and_line(tmp_path, text, says, kind):
    with pytest.raises(kind) as caught:
        scored(tmp_path, text)
    assert says in str(caught.value)
    assert "pairs.csv" in str(caught.value)
    assert not (tmp_path / "scored.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]


def test_other_encodings_and_missing_files_are_refused(tmp_path):
    with pytest.raises(BadInput, match="not in UTF-8"):
        scored(tmp_path, "a,b\nАмир,Амир\n", encoding="cp1251")
    with pytest.raises(BadInput, match="cannot be read"):
        score_file(tmp_path / "none.csv", tmp_path / "out.csv")


def test_a_failure_leaves_the_older_result(tmp_path):
    (tmp_path / "scored.csv").write_text("older", encoding="utf-8")
    with pytest.raises(BadInput):
        scored(tmp_path, "a,b\nx,y\nx\n")
    assert (tmp_path / "scored.csv").read_text(encoding="utf-8") == "older"


def test_the_pairs_are_never_overwritten(tmp_path):
    source = tmp_path / "pairs.csv"
    source.write_text("a,b\nAlim Testov,Алим Тестов\n", encoding="utf-8")
    before = source.read_bytes()
    with pytest.raises(WrongShape, match="would take the place"):
        score_file(source, source)
    assert source.read_bytes() == before
