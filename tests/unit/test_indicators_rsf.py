"""The index of Reporters Without Borders: lost decimal commas come back by the order of the ranks, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import Unreadable
from barometer.indicators.rsf import Ranked, missing, read_rsf, segments, series

HEAD = "Year (N);ISO;Rank N;Score N;FR_country"


def _file(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def test_a_whole_file_is_read_as_it_stands():
    year = read_rsf(
        _file("2003;FIN;1;0,5;Finlande", "2003;KAZ;2;42,5;Kazakhstan", "2003;CUB;3;97;Cuba"), "rwb2003.csv"
    )
    assert [(row.iso, row.rank, row.score, row.standing) for row in year.rows] == [
        ("FIN", 1, 0.5, "written"),
        ("KAZ", 2, 42.5, "written"),
        ("CUB", 3, 97.0, "written"),
    ]
    assert year.low_is_good and not year.broken and year.problems == ()


def test_lost_commas_are_put_back_where_the_ranks_leave_one_way():
    # 9237 can only be 92.37. 895 is 89.5 or 8.95, and stands between 89.51 and 88: it is 89.5. 88 is 88 or 8.8, and
    # 8312 (83.12) comes after it. 72 is 72 or 7.2, and 715 after it is 71.5 or 7.15: with 7.2 before it, 7.15 would do
    # as well, so that only 3000 (30) after them decides for both.
    year = read_rsf(
        _file(
            "2019;NOR;1;9237;", "2019;FIN;2;8951;", "2019;SWE;3;895;", "2019;NLD;4;88;", "2019;DNK;5;8312;",
            "2019;KAZ;6;72;", "2019;UZB;7;715;", "2019;TKM;8;3000;",
        ),
        "rwb2019.csv",
    )  # fmt: skip
    assert [row.score for row in year.rows] == [92.37, 89.51, 89.5, 88.0, 83.12, 72.0, 71.5, 30.0]
    assert year.broken and {row.standing for row in year.rows} == {"restored"}
    assert year.problems == () and year.notes == ("8 of 8 scores restored: their decimal comma was lost",)


def test_what_may_be_two_numbers_is_none():
    year = read_rsf(_file("2019;NOR;1;9237;", "2019;KAZ;2;9;", "2019;TKM;3;8;"), "rwb2019.csv")
    assert [(row.score, row.standing, row.written) for row in year.rows] == [
        (92.37, "restored", "9237"),
        (None, "unclear", "9"),
        (None, "unclear", "8"),
    ]


def test_until_2012_a_low_score_was_a_good_one_and_two_years_are_one_file():
    head = "Year (N);ISO;Rank N;Score N"
    year = read_rsf(
        _file("2011-12;FIN;1;-10", "2011-12;EST;2;-9", "2011-12;KAZ;3;7751", "2011-12;ERI;4;142", head=head),
        "a.csv",
    )
    assert (year.year, year.low_is_good) == (2012, True)
    assert [row.score for row in year.rows][2:] == [77.51, 142.0]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no column for the iso"),
        (b"ISO,Rank,Score\nKAZ,1,2\n", "no column for the iso"),
        (b"\x00\xff\xfe;;;", "no column for the iso"),
        (_file("2003;KAZ;1;2", "2004;FIN;2;3"), "its years are"),
        (_file("2003;KAZ;first;2"), "no country with a rank"),
        (b"x" * (6 << 20), "are no year of the index"),
    ],
)
def test_what_is_no_such_file_is_refused_by_name(data, told):
    with pytest.raises(Unreadable, match=f"odd.csv.*{told}"):
        read_rsf(data, "odd.csv")


def test_a_line_that_is_no_country_is_named_and_the_others_are_read():
    year = read_rsf(_file("2003;FIN;1;0,5", "2003;USA;-;6", "", "2003;USA2;2;6", "2003;KAZ;3;42,5"), "a.csv")
    assert [row.iso for row in year.rows] == ["FIN", "KAZ"]
    assert year.problems == ("line 3: no country with a rank: '2003;USA;-;6'",)
    assert year.notes == ("1 row of territories passed over",)


@given(st.lists(st.integers(500, 9999), min_size=3, max_size=40))
def test_what_is_restored_is_what_was_written_before_the_commas_were_lost(hundredths):
    true = sorted((number / 100 for number in (*hundredths, 9999)), reverse=True)
    rows = [
        f"2020;{chr(65 + n // 26)}{chr(65 + n % 26)}X;{n + 1};{f'{score:g}'.replace('.', '')}"
        for n, score in enumerate(true)
    ]
    found = read_rsf(_file(*rows), "a.csv")
    assert all(row.score in (None, score) for row, score in zip(found.rows, true, strict=True))
    assert found.rows[0].score == 99.99


def test_a_series_tells_which_years_are_missing():
    years = [
        read_rsf(_file(f"{year};KAZ;{rank};0,5"), f"{year}.csv")
        for year, rank in ((2010, 162), (2012, 154), (2013, 160))
    ]
    rows = series(reversed(years), "KAZ")
    assert [(row.year, row.rank) for row in rows] == [(2010, 162), (2012, 154), (2013, 160)]
    assert missing(rows) == [2011]
    assert series(years, "FIN") == []


@pytest.mark.shared
def test_the_published_files_agree_with_each_other(shared_data):
    """From 2023 on a file tells the change with its comma: the scores of two files must differ by it."""
    files = {
        path.name: read_rsf(path.read_bytes(), path.name)
        for path in sorted((shared_data / "rsf/raw").glob("rwb*.csv"))
    }
    assert len(files) == 24
    unclear = [row for year in files.values() for row in year.rows if row.score is None]
    assert len(unclear) <= 20  # of some 4,200; they have no score then
    for year in (2023, 2024, 2025, 2026):
        now, before = files[f"rwb{year}.csv"], files[f"rwb{year - 1}.csv"]
        text = (shared_data / f"rsf/raw/rwb{year}.csv").read_bytes().decode("latin-1").split("\n")
        head = text[0].lstrip("ï»¿").split(";")
        at, iso = head.index("Score evolution"), head.index("ISO")
        told = {line.split(";")[iso]: line.split(";")[at] for line in text[1:] if line.strip(";")}
        checked = 0
        for row in now.rows:
            earlier = before.of_country(row.iso)
            if row.score is not None and earlier and earlier.score is not None and "," in told[row.iso]:
                assert row.score - earlier.score == pytest.approx(
                    float(told[row.iso].replace(",", ".")), abs=0.011
                )
                checked += 1
        assert checked > 100


def test_a_line_joins_no_years_of_two_methods_and_none_over_a_gap():
    years = (2002, 2003, 2012, 2013, 2014, 2021, 2022, 2023)
    rows = [Ranked("KAZ", year, 100, 50.0, "50,00", "written", "a.csv") for year in years]
    assert [[row.year for row in run] for run in segments(rows)] == [
        [2002, 2003], [2012], [2013, 2014], [2021], [2022, 2023],
    ]  # fmt: skip
    assert segments([]) == ()
