"""A scan: the same bytes whoever reads, from where it stopped, with nothing half written to be seen."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from barometer.errors import BarometerError, NotReady
from barometer.pipeline import scan_parts, scan_workers
from barometer.pipeline.scan import Progress, scan, scan_command
from barometer.pipeline.scan_page import AT_A_GLANCE, decoded, extracted, glance, is_page, lead_of
from barometer.pipeline.scan_parts import Part, Parts, damage_file, scan_piece
from barometer.reading.relevance import relevance
from barometer.sources.archive_records import Record
from barometer.sources.archives import pieces

STORY = (
    "An administrative court in Aktobe fined a reporter of the news site Saiga Post for spreading false information "
    "after an article about water pipes. The editor said that the newsroom would appeal against the fine."
)
MELONS = (
    "A farmer grows melons on two hectares of sand and sells them by the roadside every August with her sons."
)


def html(text, *, title="News", menu=40):
    links = "".join(f"<li><a href='/{n}'>Court and police {n}</a></li>" for n in range(menu))
    return (
        f"<html><head><title>{title}</title><meta property='article:published_time' content='2026-02-03'></head><body>"
        f"<nav><ul>{links}</ul></nav><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )


def record(text, number=1, **named):
    body = html(text, **named).encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://saiga.example/{number}\r\n"
        f"WARC-Date: 2026-03-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Forty pages, of which each tenth is of interest; one of them is damaged."""
    path = tmp_path_factory.mktemp("archive") / "news.warc.gz"
    members = [record(STORY if n % 10 == 3 else MELONS, n, title=f"Story {n}") for n in range(40)]
    broken = bytearray(members[20])
    broken[len(broken) // 2] ^= 0xFF
    members[20] = bytes(broken)
    path.write_bytes(b"".join(members))
    return path


@pytest.fixture(scope="module")
def expected(archive, tmp_path_factory):
    """What one process makes of it in one piece."""
    out = tmp_path_factory.mktemp("expected") / "leads.jsonl"
    scan([archive], out, workers=1)
    return out.read_bytes(), damage_file(out).read_bytes()


def results(out):
    return out.read_bytes(), damage_file(out).read_bytes()


def page_record(payload, **named):
    fields = {
        "offset": 0, "within": 0, "kind": "response", "url": "https://saiga.example/1", "date": "2026-03-01T00:00:00Z",
        "status": 200, "media_type": "text/html", "headers": (), "payload": payload,
    }  # fmt: skip
    return Record(**fields | named)


# --- a page -----------------------------------------------------------------------------------------------------


def test_a_lead_says_where_it_is_from():
    lead = lead_of(page_record(html(STORY, title="Court fines reporter").encode(), offset=77), "a.warc.gz")
    assert (lead["url"], lead["archive"], lead["offset"]) == ("https://saiga.example/1", "a.warc.gz", 77)
    assert (lead["date"], lead["captured"]) == ("2026-02-03", "2026-03-01T00:00:00Z")
    assert (lead["title"], lead["language"], lead["whole"]) == ("Court fines reporter", "en", True)
    assert lead["relevance"] >= 0.5
    types = [row["type"] for event in lead["events"] for row in event["types"]]
    assert any(type_.startswith("legal.") for type_ in types)


def test_what_is_not_of_interest_gives_no_lead_and_no_longer_look(monkeypatch):
    monkeypatch.setattr("barometer.pipeline.scan_page.extracted", lambda html: pytest.fail("looked"))
    assert lead_of(page_record(html(MELONS).encode()), "a") is None


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ({}, True),
        ({"status": 404}, False),
        ({"status": None, "kind": "resource"}, True),
        ({"kind": "request"}, False),
        ({"media_type": "image/png"}, False),
        ({"media_type": "text/plain"}, True),
    ],
)
def test_which_records_are_pages(named, wanted):
    assert is_page(page_record(b"x", **named)) is wanted


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Суд".encode(), ""),
        ("Суд и журналист".encode("cp1251"), "text/html; charset=windows-1251"),
        (b'<meta charset="koi8-r">' + "Суд и журналист".encode("koi8-r"), ""),
        ("Суд и журналист".encode("cp1251"), "text/html; charset=zip"),
        ("Суд".encode("utf-16"), ""),
        ("Суд".encode("utf-8-sig"), ""),
        ("Суд".encode() * 500 + b"\xd0", "text/html; charset=windows-1251"),
    ],
)
def test_letters_are_read_in_the_page_s_encoding(data, told):
    assert "Суд" in decoded(data, told)
    assert "\ufeff" not in decoded(data, told)


@pytest.mark.parametrize(
    "body",
    [
        "<p>{0}</p><p>{0}</p>",
        "<table><tr><td>{0}<br>{0}</td></tr></table>",
        "<div>{0}<br><br>{0}</div>",
        "<div><div><p>{0} {0}</p></div></div>",
    ],
)
def test_a_glance_finds_the_text_of_different_sites(body):
    menu = "<div><ul>" + "<li><a href='/'>Match report</a></li>" * 80 + "</ul></div>"
    quick = glance(f"<html><title>T</title><body>{menu}{body.format(STORY)}{menu}</body></html>")
    assert quick.text.startswith("An administrative court")
    assert "Match report" not in quick.text
    assert relevance(quick.telling()).relevance >= AT_A_GLANCE


@pytest.mark.parametrize(
    "html_", ["", "<", "<p>" * 50_000, "\0" * 100, "<html><body></body></html>", "&#xFFFFFFF;" * 99]
)
def test_pages_that_are_none(html_):
    assert isinstance(glance(html_).text, str)
    assert isinstance(extracted(html_), str)


def test_a_page_that_breaks_the_reader_costs_itself_only(archive, monkeypatch):
    def fall(record, name):
        raise RecursionError

    monkeypatch.setattr(scan_parts, "lead_of", fall)
    (piece,) = pieces(archive)
    part = scan_piece(piece)
    assert part.leads == ()
    assert sum("RecursionError" in one for one in part.damages) == part.looked >= 39


# --- the whole --------------------------------------------------------------------------------------------------


def test_leads_stand_in_the_order_of_the_archive(archive, expected):
    leads = [json.loads(line) for line in expected[0].splitlines()]
    assert [lead["url"].rpartition("/")[2] for lead in leads] == ["3", "13", "23", "33"]
    (damage,) = [json.loads(line) for line in expected[1].splitlines() if b"damaged" in line]
    assert damage["offset"] == sum(
        len(record(STORY if n % 10 == 3 else MELONS, n, title=f"Story {n}")) for n in range(20)
    )


@pytest.mark.parametrize(
    ("workers", "size"), [(1, 3000), (3, 3000), pytest.param(2, 700, marks=pytest.mark.long)]
)
def test_the_same_bytes_whatever_the_workers_and_pieces(archive, expected, tmp_path, workers, size):
    out = tmp_path / "leads.jsonl"
    scan([archive], out, workers=workers, piece_size=size)
    assert results(out) == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.damage.jsonl", "leads.jsonl"]


def test_a_worker_that_is_killed_changes_nothing(archive, expected, tmp_path):
    out = tmp_path / "leads.jsonl"
    pool = scan_workers.Local(2)
    killed = []

    class Hands:
        def run(self, tasks):
            for number, part in pool.run(tasks):
                if not killed:
                    killed.append(next(iter(pool._pool._processes)))
                    os.kill(killed[0], signal.SIGKILL)
                yield number, part

        close = pool.close

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("barometer.pipeline.scan.Local", lambda count: Hands())
        scan([archive], out, piece_size=1500)
    assert killed
    assert results(out) == expected


def deadly(begins, piece, start=None):
    """Stands in for a piece that kills whoever reads it; for the one only that begins there."""
    if piece.start == begins:
        os.kill(os.getpid(), signal.SIGKILL)
    return scan_piece(piece, start)


def test_a_piece_that_kills_each_reader_is_told_and_passed(archive, expected, tmp_path, monkeypatch):
    leads = expected[0].splitlines()
    deadly_piece = json.loads(leads[-1])["offset"] // 3000 * 3000
    monkeypatch.setattr(scan_workers, "scan_piece", partial(deadly, deadly_piece))
    out = tmp_path / "leads.jsonl"
    scan([archive], out, workers=2, piece_size=3000)
    told = [json.loads(line) for line in damage_file(out).read_bytes().splitlines()]
    assert [one["offset"] for one in told if "killed" in one["what"]] == [deadly_piece]
    lost = set(leads) - set(out.read_bytes().splitlines())
    assert leads[-1] in lost
    assert set(out.read_bytes().splitlines()) < set(leads)
    assert all(json.loads(one)["offset"] >= deadly_piece for one in lost)


def test_what_is_done_is_not_done_again(archive, expected, tmp_path, monkeypatch):
    out = tmp_path / "leads.jsonl"

    class Tired(scan_workers.Local):
        def run(self, tasks):
            for count, done in enumerate(super().run(tasks)):
                if count == 3:
                    raise KeyboardInterrupt
                yield done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("barometer.pipeline.scan.Local", Tired)
        with pytest.raises(KeyboardInterrupt):
            scan([archive], out, workers=1, piece_size=1500)
    assert not out.exists()
    told = []
    scan([archive], out, workers=1, piece_size=1500, tell=told.append)
    assert told == [f"{tmp_path / 'leads.jsonl.parts'}: goes on with 3 parts that are done"]
    assert results(out) == expected


def begun(out, archives, size=1500):
    parts = Parts(out)
    told = parts.begin(archives, size)
    parts.keep(0, Part(scan_parts.version(), 0, 10, 1, (), ()))
    parts.close()
    return told


def test_parts_of_another_archive_or_version_are_not_used(archive, tmp_path, monkeypatch):
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes(archive.read_bytes())
    out = tmp_path / "leads.jsonl"
    assert begun(out, [copy]) == ""
    assert "goes on with 1 part" in begun(out, [copy])
    os.utime(copy, (1, 1))
    assert "goes on" in begun(out, [copy])
    copy.write_bytes(archive.read_bytes()[:-1] + b"!")
    assert f"{copy} has changed" in begun(out, [copy])
    assert "pieces of another size" in begun(out, [copy], 99)
    monkeypatch.setattr(scan_parts, "version", lambda: "another")
    assert "another version" in begun(out, [copy], 99)
    parts = Parts(out)
    parts.begin([copy, archive], 99)
    assert parts.get(0) is None


def test_two_scans_do_not_write_to_one_folder(archive, tmp_path):
    first, second = Parts(tmp_path / "leads.jsonl"), Parts(tmp_path / "leads.jsonl")
    first.begin([archive], 99)
    with pytest.raises(NotReady, match="another scan"):
        second.begin([archive], 99)
    first.close()
    second.begin([archive], 99)
    second.close()


def test_a_folder_of_someone_else_is_left_alone(archive, tmp_path):
    folder = tmp_path / "leads.jsonl.parts"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(NotReady, match="letter.txt"):
        scan([archive], tmp_path / "leads.jsonl", workers=1)
    assert (folder / "letter.txt").read_text() == "mine"


def test_other_words_that_stood_there_are_kept(archive, expected, tmp_path):
    out = tmp_path / "leads.jsonl"
    out.write_text("corrected by hand\n")
    told = []
    scan([archive], out, workers=1, tell=told.append)
    assert (tmp_path / "leads.jsonl.bak").read_text() == "corrected by hand\n"
    assert results(out) == expected
    assert "kept as leads.jsonl.bak" in told[0]


def test_several_archives_and_one_that_is_none(archive, expected, tmp_path):
    lines, empty = tmp_path / "flow.jsonl", tmp_path / "empty.warc"
    lines.write_text(
        json.dumps({"title": "Court fines reporter", "text": STORY, "url": "u", "date": "2026-01-02"}) + "\n"
    )
    empty.touch()
    out = tmp_path / "leads.jsonl"
    told = []
    assert scan_command([lines, empty, archive], out, 1, None, told.append) == 1
    first, *rest = out.read_bytes().splitlines(keepends=True)
    assert json.loads(first)["url"] == "u"
    assert json.loads(first)["date"] == "2026-01-02"
    assert b"".join(rest) == expected[0]
    assert "it is empty" in damage_file(out).read_text().splitlines()[0]
    assert told[0].endswith("5 leads, 41 pages looked at") or told[0].endswith("5 leads, 40 pages looked at")


@pytest.mark.parametrize("name", ["missing.warc", "https://lantern.example/a.warc", "empty.warc", "folder"])
def test_what_cannot_be_scanned_is_refused_before_anything_is_written(tmp_path, name):
    (tmp_path / "empty.warc").touch()
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BarometerError) as caught:
        scan([Path(name) if ":" in name else tmp_path / name], tmp_path / "leads.jsonl", workers=1)
    assert "Next:" in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_progress_is_told_now_and_then():
    stream = io.StringIO()
    progress = Progress(stream)
    progress._pause = 0.0
    progress.begin(4, 1, 3000)
    progress.add(Part("", 0, 1000, 12, ("{}",), ()), 1000)
    progress.end()
    assert stream.getvalue().startswith("2 of 4 pieces, 12 pages at ")
    assert "1 lead, " in stream.getvalue()


def test_no_dask_no_scheduler(archive, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NotReady, match=r"press-barometer\[scale\]"):
        scan([archive], tmp_path / "leads.jsonl", scheduler="tcp://127.0.0.1:1")


def test_a_scheduler_that_does_not_answer(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(scan_workers, "PATIENCE", 1)
    with pytest.raises(NotReady, match="no Dask scheduler"):
        scan([archive], tmp_path / "leads.jsonl", scheduler="tcp://127.0.0.1:1")
