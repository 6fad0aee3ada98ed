"""What made a reader stumble once, as short as it could be made: found by tools/fuzz.py, by patterns' own attacks, by eye."""

from __future__ import annotations

import io
import sys
import time
import zipfile
from pathlib import Path

import dns.flags
import dns.message
import dns.rdataclass
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from fuzzing import seeds, targets, trying

from barometer.errors import BadInput, Unreadable, WrongShape
from barometer.indicators.rsf import read_rsf
from barometer.pipeline.scan_page import lead_of
from barometer.reach.fingerprints import read_fingerprints
from barometer.reach.notices.sheet import _addresses
from barometer.reading.law import provisions
from barometer.sources import read_bulletin
from barometer.sources.archive_records import Record
from barometer.sources.extract import guard_zip
from barometer.sources.feeds import parse_feed
from barometer.sources.letter import read_letter
from barometer.sources.mail import parse_message
from barometer.sources.report import is_report
from barometer.sources.telegram import parse_export
from barometer.sources.watched import parse_source


def moved_zip() -> bytes:
    """A ZIP whose list says that its part begins before its own beginning."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        whole.writestr("a", b"x")
    data = out.getvalue()
    end = data.rindex(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    return data[: end + 16] + (start + 60).to_bytes(4, "little") + data[end + 20 :]


def test_a_zip_that_begins_before_itself_is_unreadable():
    with pytest.raises(Unreadable):
        guard_zip(Path("x.docx"), moved_zip(), "DOCX document")
    assert trying.tried(targets.all_targets()["archive"].run, moved_zip()) is None


def test_a_date_header_with_an_endless_zone_is_no_date():
    letter = parse_message(b"From: a@b.example\nDate: Sun, 9 Mar 2031 10:00:00 +" + b"9" * 40 + b"\n\nWords")
    assert letter.published is None and letter.text == "Words"


def test_a_moment_of_telegram_that_is_an_object_is_none():
    (chat,) = parse_export(seeds.as_json({"id": 1, "messages": [
        {"id": 1, "type": "message", "text": "x", "date_unixtime": {"a": 1}}]}))  # fmt: skip
    assert chat.posts[0].published is None and chat.notes


def test_an_answer_of_another_class_of_the_net_has_no_addresses():
    """A record of class CH is no address: one such answer of a resolver ended the whole look at a site."""
    wire = dns.message.from_text(
        "id 1\nopcode QUERY\nrcode NOERROR\nflags QR\n;QUESTION\ng.example. IN A\n;ANSWER\ng.example. 1 CH A a. 12\n"
    ).to_wire()
    assert trying.tried(targets.all_targets()["dns"].run, wire) is None


def test_a_certificate_of_a_version_that_does_not_exist_is_left_unread():
    good = seeds.certificates()[0]
    assert b"\xa0\x03\x02\x01\x02" in good
    bad = good.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07")
    assert trying.tried(targets.all_targets()["certificate"].run, bad) is None


def test_a_page_that_a_pdf_says_to_have_and_has_not_is_named():
    data = seeds.pdfs()[0].replace(b"/Count 1", b"/Count 3")
    found = trying.tried(targets.all_targets()["pdf"].run, data)
    assert found is None, found


@pytest.mark.parametrize("rank", ["²", "9" * 5000, "٣"])
def test_a_rank_that_is_no_number_is_no_rank(rank):
    with pytest.raises(Unreadable):
        read_rsf(f"ISO;Rank;Score;Year (N)\nAAA;{rank};92,65;2023\n".encode(), "2023.csv")


@pytest.mark.parametrize("sure", ["x", {"a": 1}, "9" * 5000])
def test_a_fingerprint_whose_sureness_is_no_number_is_named(sure):
    row = {
        "pattern": "x",
        "location_found": "body",
        "pattern_type": "contains",
        "scope": "nat",
        "confidence_no_fp": sure,
    }
    with pytest.raises(WrongShape):
        read_fingerprints(seeds.as_json([row]), "x")


def test_a_number_of_very_many_figures_in_a_source_is_refused_with_words():
    with pytest.raises(BadInput, match="no TOML"):
        parse_source(f"every = {'9' * 5000}", "x.toml")


def test_half_a_letter_in_a_flow_does_not_end_the_scan():
    payload = (
        b'{"title": "\\ud800", "text": "Court fined the journalist Alma Testova under Article 274. \\udfff"}'
    )
    lead_of(Record(0, 0, "item", "", "", None, "", (), payload), "x")


def test_many_broken_declarations_in_a_feed_take_little_time():
    laughs = '<!DOCTYPE x [<!ENTITY a "' + "b" * 300 + '">' * 1
    began = time.process_time()
    feed = parse_feed((laughs + "<!DOCTYPE x [" * 100_000).encode(), url=seeds.URL)
    assert (
        time.process_time() - began < 2
        and any("entities" in note.message for note in feed.notes)
        or not feed.version
    )


@pytest.mark.parametrize(
    "read",
    [
        lambda: provisions("частьa" + "1" * 20_000, "ru"),
        lambda: _addresses("," * 30_000),
        lambda: read_letter("x.txt", "Open letter\n\n1.**" + " " * 20_000 + "x\n\nSigned: A"),
        lambda: is_report(read_bulletin("x.txt", "A" + "\n " * 20_000 + "\nB")),
    ],
    ids=["law", "addresses", "bold", "blank lines"],
)
def test_what_was_quadratic_is_no_more(read):
    began = time.process_time()
    read()
    assert time.process_time() - began < 2
