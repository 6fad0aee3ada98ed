"""The command line refuses in one line with status 2, whatever is handed in, and never shows a traceback."""

from __future__ import annotations

import codecs
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile

import pytest
import starting

GOOD = """FREEDOM OF SPEECH BAROMETER

We present the situation for the first quarter of 2026.

2. Legal pressure (lawsuits, arrests)

January

[A court in Karaganda fined the newspaper "Invented Herald"](#) on 12 January for an article.
"""


def barometer(*arguments, home, cwd=None):
    environment = {**os.environ, "BAROMETER_HOME": str(home), "DATABASE_URL": "", "BAROMETER_TRACEBACK": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return starting.run([*map(str, arguments)], environment, cwd)


@pytest.fixture
def home(tmp_path, empty_ledger):
    """A data folder with an empty ledger: making one takes seconds."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    shutil.copyfile(empty_ledger, folder / "ledger.sqlite3")
    return folder


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300_000_000)


def cut_docx(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>" * 500)
    path.write_bytes(path.read_bytes()[:2000])


def huge(path):
    with path.open("wb") as stream:
        stream.truncate(200_000_000)


BAD = {
    "empty.txt": lambda p: p.write_bytes(b""),
    "blank.txt": lambda p: p.write_bytes(b"\n \t\n"),
    "binary.txt": lambda p: p.write_bytes(bytes(range(256)) * 20),
    "cp1251.txt": lambda p: p.write_bytes("Суд оштрафовал газету за публикацию статьи.".encode("cp1251")),
    "koi8.txt": lambda p: p.write_bytes("Суд оштрафовал газету за публикацию статьи.".encode("koi8-r")),
    "utf16-without-mark.txt": lambda p: p.write_bytes("Суд оштрафовал газету".encode("utf-16-le")),
    "locked.docx": lambda p: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4000),
    "cut.docx": cut_docx,
    "bomb.docx": bomb,
    "not-a-zip.docx": lambda p: p.write_text("plain words"),
    "huge.txt": huge,
    "unknown.xyz": lambda p: p.write_text("words"),
    "list.json": lambda p: p.write_text("[1, 2]"),
    "number.json": lambda p: p.write_text("12"),
    "deep.json": lambda p: p.write_text("[" * 100_000),
    "cut.json": lambda p: p.write_text('{"source": "x", "entries": ['),
    "wrong-type.json": lambda p: p.write_text(
        json.dumps({"source": "x.txt", "entries": [{"id": "a", "lines": [1, 1], "events": [{"kind": "violation", "types": ["legal.nothing"]}]}]})
    ),
    "bom.json": lambda p: p.write_bytes(codecs.BOM_UTF16_LE + '{"source": "x"}'.encode("utf-16-le")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_input_is_one_line_and_leaves_the_ledger_as_it_was(name, tmp_path, home):
    good = tmp_path / "good.txt"
    good.write_text(GOOD, encoding="utf-8")
    bad = tmp_path / name
    BAD[name](bad)

    refused = barometer("import", good, bad, home=home)

    assert refused.returncode == 2, refused.stdout + refused.stderr
    [line] = refused.stderr.splitlines()
    assert name in line
    assert "Next:" in line
    assert "Traceback" not in refused.stderr
    with sqlite3.connect(
        home / "ledger.sqlite3"
    ) as ledger:  # the good file beside the bad one was not taken in
        for table in ("records_source", "records_event", "records_revision"):
            assert ledger.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "nowhere.txt", "--out", "out"),
        ("import", "nowhere.json"),
        ("import", "nowhere.json", "--as", "published"),
        ("bulletin", "2026Q5", "--lang", "en", "--format", "md", "--out", "x.md"),
        ("bulletin", "2031Q1", "--lang", "en", "--format", "md", "--out", "x.md"),
        ("codebook", "check", "nowhere.json"),
    ],
)
def test_refusals(arguments, tmp_path, home):
    refused = barometer(*arguments, home=home, cwd=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("barometer: ")
    assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "x.md").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("read", "good.txt", "--out", "good.txt"), "good.txt: this is a file, not a folder. Next: name a folder: --out DIR."),
        (("serve", "--host", "999.1.1.1", "--port", "0"), "cannot listen at 999.1.1.1: this machine has no such address. Next: leave --host out (127.0.0.1), or name an address of this machine."),
        (("serve", "--host", "192.0.2.7", "--port", "0"), "cannot listen at 192.0.2.7: this machine has no such address. Next: leave --host out (127.0.0.1), or name an address of this machine."),
        (("bulletin", "2026Q5", "--lang", "en", "--format", "md", "--out", "x.md"), "'2026Q5' is not a quarter. Next: write the year and the quarter, such as 2026Q1."),
        (("bulletin", "2026Q1", "--lang", "en", "--format", "pdf", "--out", "a.docx"), "a.docx: the name ends as that of another format than pdf. Next: give --format docx, or name it a.pdf."),
        (("import", "https://example.org/a.txt"), "https://example.org/a.txt: addresses are not read yet, only files. Next: save the page's text as a .txt file and give that."),
        (("import", "good.txt", "--by", "A coder"), "nobody answers for proposals, so that a name has no place there. Next: add --as published if that person did the coding, or leave out --by."),
        (("import", "good.txt", "--as", "published", "--by", "A coder"), "good.txt: published is for coding that a person did, and this text has no coded file. Next: barometer read good.txt --out ., correct good.json, then import both."),
    ],
)  # fmt: skip
def test_each_refusal_says_what_to_do(arguments, said, tmp_path, home):
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    refused = barometer(*arguments, home=home, cwd=tmp_path)
    assert (refused.returncode, refused.stderr) == (2, f"barometer: {said}\n")


def test_nothing_to_print_names_the_ledger(tmp_path, home):
    refused = barometer(
        "bulletin", "2031Q1", "--lang", "en", "--format", "md", "--out", "x.md", home=home, cwd=tmp_path
    )
    assert refused.returncode == 2
    assert str(home) in refused.stderr


def test_two_inputs_of_one_name_are_refused_before_anything_is_written(tmp_path):
    (tmp_path / "a").mkdir()
    for path in (tmp_path / "a" / "one.txt", tmp_path / "one.md"):
        path.write_text(GOOD, encoding="utf-8")
    refused = barometer(
        "read", tmp_path / "a" / "one.txt", tmp_path / "one.md", "--out", tmp_path / "out", home=tmp_path
    )
    assert refused.returncode == 2
    assert "one" in refused.stderr
    assert not list(tmp_path.glob("out/*"))


def test_reads_what_it_is_given(tmp_path):
    good = tmp_path / "good.report.txt"
    good.write_text(GOOD, encoding="utf-8")
    done = barometer("read", good, "--out", tmp_path / "out", home=tmp_path)
    assert done.returncode == 0, done.stderr
    [written] = (tmp_path / "out").iterdir()
    assert written.name == "good.report.json"
    coded = json.loads(written.read_text(encoding="utf-8"))
    assert coded["quarter"] == "2026Q1"
    [entry] = coded["entries"]
    assert (entry["section"], entry["month"], entry["lines"]) == (2, "2026-01", [9, 9])
    [event] = entry["events"]
    assert event["types"][0] == "legal.fine"
    assert event["date"] == "2026-01-12"


def test_check_says_where(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text(
        json.dumps({"source": "x.txt", "entries": [{"id": "a", "lines": [1, 2], "events": [
            {"kind": "relief", "types": ["legal.fine"]}]}]}),
        encoding="utf-8",
    )  # fmt: skip
    done = barometer("codebook", "check", bad, home=tmp_path)
    assert done.returncode == 1
    assert "entries.0.events.0" in done.stdout


def test_a_fault_of_the_program_is_one_line_too(tmp_path):
    code = (
        "from barometer import cli\nimport barometer.codebook.check as c\n"
        "def fault(path): raise RuntimeError('boom')\nc.check_file = fault\n"
        "cli.main(['codebook', 'check', 'x.json'])"
    )
    environment = {**os.environ, "BAROMETER_HOME": str(tmp_path)}
    environment.pop("BAROMETER_TRACEBACK", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "RuntimeError" in done.stderr
    assert "Traceback" not in done.stderr
