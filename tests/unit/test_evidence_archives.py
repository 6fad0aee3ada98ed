"""WARC and WACZ hold what was sent, byte for byte; readers of others agree; equal input is equal bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from barometer.errors import Unreadable
from barometer.evidence.wacz import DATA, DIGEST, INDEX, PACKAGE, PAGES, Page, faults, index, pack, surt
from barometer.evidence.warc import Exchange, Made, date_of, write_warc

AT = datetime(2026, 3, 1, 15, 0, 7, 999_999, tzinfo=timezone(timedelta(hours=5)))
URL = "https://www.example.org/News?b=2&a=1"
REQUEST = b"GET /News?b=2&a=1 HTTP/1.1\r\nHost: www.example.org\r\n\r\n"
MOVED = Exchange(
    "http://example.org/",
    AT,
    b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://www.example.org/News?b=2&a=1\r\nContent-Length: 4\r\n\r\n",
    b"gone",
    "192.0.2.7",
)
PACKED = gzip.compress("<p>Қазақстан".encode(), mtime=0)
SENT = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)
PAGE = Exchange(
    URL,
    AT,
    REQUEST,
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
    b"transfer-encoding : chunked\r\nX-Odd:  two  spaces\r\n\r\n",
    SENT,
    "192.0.2.7",
    b"certificate",
)
TEXT = Made(f"urn:text:{URL}", AT, "text/plain; charset=utf-8", "Қазақстан".encode())


@pytest.fixture
def warc():
    return write_warc([MOVED, PAGE, PAGE, TEXT], at=AT)


def records(warc):
    found = []
    for record in ArchiveIterator(io.BytesIO(warc), no_record_parse=True):
        found.append((record.rec_headers, record.raw_stream.read()))
    return found


def test_every_record_is_there_in_order(warc):
    kinds = [head.get_header("WARC-Type") for head, _ in records(warc)]
    # The certificate comes once, though it was shown twice.
    expected = "warcinfo response request response request resource response request resource"
    assert kinds == expected.split()


def test_bytes_are_as_sent(warc):
    blocks = [block for _, block in records(warc)]
    assert blocks[2] == MOVED.request
    assert blocks[3] == PAGE.head + SENT
    assert blocks[5] == b"certificate"
    assert blocks[8] == TEXT.data


def test_heads_say_who_when_and_what_belongs_together(warc):
    heads = [head for head, _ in records(warc)]
    response, request, certificate = heads[3], heads[4], heads[5]
    assert response.get_header("WARC-Date") == "2026-03-01T10:00:07Z"
    assert response.get_header("WARC-IP-Address") == "192.0.2.7"
    assert response.get_header("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(SENT).hexdigest()}"
    for joined in (request, certificate):
        assert joined.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    digest = hashlib.sha256(b"certificate").hexdigest()
    assert certificate.get_header("WARC-Target-URI") == f"urn:certificate:sha256:{digest}"
    ids = [head.get_header("WARC-Record-ID") for head in heads]
    assert len(set(ids)) == len(ids)


def test_a_reader_sees_the_words(warc):
    answers = [
        record.content_stream().read()
        for record in ArchiveIterator(io.BytesIO(warc))
        if record.rec_type == "response"
    ]
    assert answers == [b"gone", "<p>Қазақстан".encode(), "<p>Қазақстан".encode()]


def test_warcio_finds_nothing_wrong(warc, tmp_path, capsys):
    (tmp_path / "a.warc.gz").write_bytes(warc)
    checker = Checker(SimpleNamespace(inputs=[str(tmp_path / "a.warc.gz")], verbose=False))
    assert checker.process_all() == 0
    assert capsys.readouterr().out == ""


def test_no_address_begins_a_header_of_its_own():
    odd = Made("urn:x\r\nWARC-Type: warcinfo", AT, "text/plain\r\nX: y", b"")
    (_, _), (head, _) = records(write_warc([odd], at=AT))
    assert head.get_header("WARC-Type") == "resource"
    assert head.get_header("X") is None


@given(st.lists(st.binary(max_size=400), max_size=5))
def test_any_bytes_come_back(bodies):
    made = [Made(f"urn:n:{at}", AT, "application/octet-stream", body) for at, body in enumerate(bodies)]
    assert [block for _, block in records(write_warc(made, at=AT))[1:]] == bodies


def test_equal_input_is_equal_bytes(warc):
    assert warc == write_warc([MOVED, PAGE, PAGE, TEXT], at=AT)
    pages = [Page(URL, AT, "Title", "words")]
    assert pack(warc, pages, title="T", created=AT) == pack(warc, pages, title="T", created=AT)


def test_the_index_leads_to_each_record(warc):
    entries = list(index(warc))
    assert [entry.url for entry in entries] == [
        MOVED.url,
        URL,
        f"urn:certificate:sha256:{hashlib.sha256(b'certificate').hexdigest()}",
        URL,
        TEXT.uri,
    ]
    assert (entries[0].status, entries[0].media_type) == ("301", "unk")
    assert (entries[1].status, entries[1].media_type) == ("200", "text/html")
    for entry in entries:
        member = gzip.decompress(warc[entry.offset : entry.offset + entry.length])
        assert f"WARC-Target-URI: {entry.url}\r\n".encode() in member
        assert member.count(b"WARC/1.1") == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://example.org", "org,example)/"),
        ("https://WWW2.Example.ORG:443/A/B/?z=1&a=2#part", "org,example)/a/b?a=2&z=1"),
        ("http://example.org:8080/a%20b c", "org,example:8080)/a%20b%20c"),
        ("http://example.org//a", "org,example)/a"),
        ("http://192.0.2.1/x", "1,2,0,192)/x"),
        ("urn:text:https://example.org/", "urn:text:https://example.org/"),
    ],
)
def test_addresses_as_indexes_sort_them(url, expected):
    assert surt(url) == expected


@pytest.fixture
def wacz(warc):
    return pack(warc, [Page(URL, AT, "Бет", "сөздер")], title="Captured", created=AT)


def test_a_wacz_has_its_parts_and_their_digests(wacz, warc):
    with zipfile.ZipFile(io.BytesIO(wacz)) as archive:
        assert archive.namelist() == [DATA, INDEX, PAGES, PACKAGE, DIGEST]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read(DATA) == warc
        package = json.loads(archive.read(PACKAGE))
        head, page = (json.loads(line) for line in archive.read(PAGES).splitlines())
        digest = json.loads(archive.read(DIGEST))
        assert digest["hash"] == f"sha256:{hashlib.sha256(archive.read(PACKAGE)).hexdigest()}"
    assert package["wacz_version"] == "1.1.1"
    assert package["created"] == package["mainPageDate"] == "2026-03-01T10:00:07Z"
    assert package["mainPageUrl"] == URL
    assert package["resources"][0] == {
        "name": "data.warc.gz",
        "path": DATA,
        "hash": f"sha256:{hashlib.sha256(warc).hexdigest()}",
        "bytes": len(warc),
    }
    assert head["format"] == "json-pages-1.0"
    assert (page["url"], page["ts"], page["title"], page["text"]) == (URL, date_of(AT), "Бет", "сөздер")


def test_our_own_check_finds_nothing(wacz):
    assert faults(wacz) == []


def rebuilt(wacz, **changed):
    """The same ZIP with some parts replaced (None: left out)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wacz)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = changed.get(name.split("/")[-1].split(".")[0], old.read(name))
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


def test_our_own_check_names_what_is_wrong(wacz, warc):
    assert faults(b"no zip")[0].startswith("it cannot be read")
    assert faults(rebuilt(wacz, data=None)) == [f"{DATA}: missing"]
    assert f"{DATA}: its bytes are not those of its digest" in faults(
        rebuilt(wacz, data=write_warc([PAGE], at=AT))
    )
    assert f"{INDEX}: not the index of {DATA}" in faults(rebuilt(wacz, index=b""))
    assert f"{INDEX}: not in the ZIP" in faults(rebuilt(wacz, index=None))
    other = pack(warc, [Page("https://example.org/other", AT)], title="T", created=AT)
    assert faults(other) == [f"{PAGES}: https://example.org/other is not in the WARC"]
    assert faults(rebuilt(wacz, datapackage=b"{}")) != []


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda warc: b"this is no WARC at all",
        lambda warc: warc[:1000],
        lambda warc: warc[:-20],
        lambda warc: warc + b"junk",
        lambda warc: warc[:700] + bytes([warc[700] ^ 1]) + warc[701:],
        lambda warc: warc + gzip.compress(b"WARC/1.1\r\nContent-Length: 1\r\n\r\n\r\n\r\n"),
        lambda warc: warc + gzip.compress(b"WARC/1.1\r\nContent-Length: 1\r\n\r\nx\r\n\r\n"),
    ],
)
def test_a_warc_that_is_cut_off_or_changed_is_refused(warc, spoilt):
    with pytest.raises(Unreadable, match="the record at byte"):
        pack(spoilt(warc), [], title="T", created=datetime(2026, 1, 1, tzinfo=UTC))
