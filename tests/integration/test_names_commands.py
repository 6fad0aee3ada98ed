"""`barometer names`: compare, score, search. All names are invented."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from barometer.cli import cli


def run(*arguments):
    return CliRunner().invoke(cli, ["names", *map(str, arguments)])


def test_compare_says_how_likely_and_why():
    done = run("compare", "Рысбек Кияров", "Rysbek Kiyarov")
    first, *reasons = done.output.splitlines()
    assert done.exit_code == 0
    assert float(first) > 0.9
    assert any("sound the same" in line for line in reasons)
    assert float(run("compare", "Рысбек Кияров", "Rysbek Kiyarova").output.split()[0]) < 0.2


def test_compare_knows_outlets():
    assert (
        float(run("compare", "Қиял апталығы", "Qiyal aptalygy", "--kind", "outlet").output.split()[0]) > 0.5
    )
    assert run("compare", "a", "b", "--kind", "planet").exit_code == 2


@pytest.mark.parametrize("name", ["", "a", "…", "😀", "x" * 10_000, "Алматы"])
def test_compare_answers_whatever_it_gets(name):
    done = run("compare", name, name)
    assert done.exit_code == 0
    assert done.output.startswith("0.02")


def test_score_keeps_the_other_columns(tmp_path):
    source, target = tmp_path / "pairs.csv", tmp_path / "scored.csv"
    source.write_text("n,a,b\n1,Рысбек Кияров,Kiyarov Rysbek\n2,Рысбек Кияров,Асет Далин\n", encoding="utf-8")
    done = run("score", source, "--out", target)
    assert (done.exit_code, done.output) == (0, f"{target}: 2 pairs\n")
    rows = list(csv.DictReader(target.open(encoding="utf-8")))
    assert [row["n"] for row in rows] == ["1", "2"]
    assert float(rows[0]["score"]) > 0.9 > 0.1 > float(rows[1]["score"])


def test_what_cannot_be_scored_is_one_line(own_ledger, tmp_path):
    source = tmp_path / "pairs.csv"
    source.write_text("x,y\n1,2\n", encoding="utf-8")
    refused = own_ledger.barometer("names", "score", source, "--out", tmp_path / "scored.csv")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "scored.csv").exists()


@pytest.mark.once
def test_search_over_the_ledger(own_ledger, mini):
    assert (
        own_ledger.barometer("names", "search", "Bolat").stdout == "No name in the ledger is likely Bolat.\n"
    )
    own_ledger.barometer("import", mini.path)
    found = own_ledger.barometer("names", "search", "Имагинари Болат")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.strip().endswith("Bolat Imaginary (person): 2 mentions, in imaginary-detention")
    exact = own_ledger.barometer("names", "search", "Имагинари Болат", "--exact")
    assert exact.stdout == "No name in the ledger is likely Имагинари Болат.\n"
    assert own_ledger.barometer("names", "search", "e", "--limit", "0").returncode == 2
    refused = own_ledger.barometer("names", "search", " … ")
    assert refused.returncode == 2
    assert refused.stderr == (
        "barometer: there is no name to look for. Next: write a name, such as a surname.\n"
    )


@pytest.mark.once
def test_the_keys_are_made_anew(own_ledger, mini):
    own_ledger.barometer("import", mini.path)
    done = own_ledger.barometer("manage", "name_blocks")
    assert done.stdout == "0 of 6 names have new keys\n"
