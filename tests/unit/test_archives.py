"""Archives, record by record: what is whole is read whole; what is damaged is told with its place, and the rest kept."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import random
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import Unreadable
from barometer.sources import archive_records, archives
from barometer.sources.archive_records import Damage, Piece, Record
from barometer.sources.archives import Reader, pieces, records

URL = "https://lantern.example/"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%b\r\n"


def warc(block, *, url=f"{URL}1", kind="response", length=None, more=b""):
    """One record in WARC's form."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-02-03T04:05:06Z\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block) if length is None else length}\r\n"
    )
    return head.encode() + more + b"\r\n" + block + b"\r\n\r\n"


def page(number, *, more=b"", body=None):
    return warc(HTTP % more + (b"<p>page %d</p>" % number if body is None else body), url=f"{URL}{number}")


def in_order(some):
    return [record.payload for record in some if isinstance(record, Record)]


def damages(some):
    return [one for one in some if isinstance(one, Damage)]


def bodies(*numbers):
    return [b"<p>page %d</p>" % number for number in numbers]


@pytest.fixture
def put(tmp_path):
    def write(data, name="a.warc"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def in_pieces(path, size):
    """All that the pieces give, put together as a scan does: a piece begins where the one before ends."""
    found, at, name = [], 0, None
    for piece in pieces(path, size):
        if isinstance(piece, Damage):
            found.append(piece)
            continue
        if piece.name != name:
            name, at = piece.name, 0
        if at >= piece.stop:
            continue
        reader = Reader(piece)
        some = list(reader)
        if reader.start != at:
            reader = Reader(piece, at)
            some = list(reader)
        found += some
        at = reader.end
    return found


# --- whole archives ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["plain", "a member each", "one member", "members anywhere"])
def test_a_record_tells_what_was_captured(put, form):
    one, two = page(1), page(2)
    whole = one + two
    packed = {
        "plain": whole,
        "a member each": gzip.compress(one) + gzip.compress(two),
        "one member": gzip.compress(whole),
        "members anywhere": b"".join(gzip.compress(whole[at : at + 50]) for at in range(0, len(whole), 50)),
    }[form]
    first, second = records(put(packed))
    assert (first.kind, first.url, first.date, first.status) == (
        "response", "https://lantern.example/1", "2026-02-03T04:05:06Z", 200,
    )  # fmt: skip
    assert (first.media_type, first.payload, first.digest_ok, first.cut) == (
        "text/html",
        *bodies(1),
        None,
        False,
    )
    assert (first.offset, first.within) == (0, 0)
    assert second.payload == bodies(2)[0]
    expected = {"plain": (len(one), 0), "a member each": (len(gzip.compress(one)), 0)}
    assert (second.offset, second.within) == expected.get(form, (0, len(one)))


def test_arc(put):
    body = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>old</p>"
    line = b"http://old.example/a b 192.0.2.1 20010203040506 text/html %d\n" % len(body)
    head = b"filedesc://a.arc 0.0.0.0 20010203 text/plain 4\n1 0\n\n"
    first, second = records(
        put(head.replace(b"20010203 ", b"20010203000000 ") + line + body + b"\n", "a.arc")
    )
    assert first.kind == "filedesc"
    assert (second.url, second.date, second.payload) == (
        "http://old.example/a b",
        "2001-02-03T04:05:06Z",
        b"<p>old</p>",
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_gives_each_archive_inside(tmp_path, method):
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", method) as zipped:
        zipped.writestr("pages/pages.jsonl", '{"text": "no news"}')
        zipped.writestr("archive/one.warc.gz", gzip.compress(page(1)) + gzip.compress(page(2)))
        zipped.writestr("../../two.warc", page(3))
    assert in_order(records(path)) == bodies(1, 2, 3) == in_order(in_pieces(path, 100))
    assert sorted(tmp_path.iterdir()) == [path]
    assert in_order(records(io.BytesIO(path.read_bytes()))) == bodies(1, 2, 3)


def test_lines(put):
    path = put('{"text": "а", "url": "u", "date": "2026-01-02"}\n\n{"title": "b"}'.encode(), "a.jsonl")
    first, second = records(path)
    assert (first.kind, first.url, first.date, first.offset) == ("item", "u", "2026-01-02", 0)
    assert second.payload == b'{"title": "b"}'
    assert in_order(records(put(gzip.compress(path.read_bytes()), "a.jsonl.gz"))) == [
        first.payload,
        second.payload,
    ]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", gzip.compress(b"<p>words</p>", mtime=0)),
        (b"deflate", zlib.compress(b"<p>words</p>")),
        (b"deflate", zlib.compress(b"<p>words</p>", wbits=-15)),
        (b"gzip", b"<p>words</p>"),  # unpacked by whoever archived it
    ],
)
def test_codings_are_undone(put, coding, packed):
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    for more, body in ((b"", packed), (b"Transfer-Encoding: chunked\r\n", chunked)):
        (record,) = records(put(page(1, more=more + b"Content-Encoding: %b\r\n" % coding, body=body)))
        assert record.payload == b"<p>words</p>"
        assert not record.cut


def test_a_coding_that_is_not_read_is_told(put):
    record, damage = records(put(page(1, more=b"Content-Encoding: br\r\n", body=b"\x8b\x01")))
    assert record.cut
    assert "'br'" in damage.what


def test_digests(put):
    block = HTTP % b"" + b"<p>page 1</p>"
    sha = base64.b32encode(hashlib.sha1(b"<p>page 1</p>").digest())
    for more, verdict in (
        (b"WARC-Payload-Digest: sha1:%b\r\n" % sha, True),
        (b"WARC-Block-Digest: sha256:%b\r\n" % hashlib.sha256(block).hexdigest().encode(), True),
        (b"WARC-Payload-Digest: sha1:%b\r\n" % sha[::-1], False),
        (b"WARC-Payload-Digest: blake9:%b\r\n" % sha, None),
    ):
        record, *told = records(put(warc(block, more=more)))
        assert record.digest_ok is verdict
        assert bool(told) is (verdict is False)


# --- damaged ones -----------------------------------------------------------------------------------------------


def test_a_flipped_byte_costs_one_record(put):
    members = [gzip.compress(page(number)) for number in range(5)]
    for at in range(10, len(members[2])):
        data = bytearray(b"".join(members))
        data[len(members[0]) + len(members[1]) + at] ^= 0xFF
        found = list(records(put(bytes(data))))
        kept = in_order(found)
        assert [one for one in kept if one in bodies(0, 1, 3, 4)] == bodies(0, 1, 3, 4)
        places = [(one.offset, one.within) for one in damages(found)]
        third = len(members[0]) + len(members[1])
        assert places
        assert all(offset in (len(members[0]), third) for offset, _ in places)


def test_a_checksum_that_is_wrong_is_told_and_the_record_kept(put):
    member = bytearray(gzip.compress(page(1)))
    member[-8] ^= 1
    found = list(records(put(bytes(member) + gzip.compress(page(2)))))
    assert in_order(found) == bodies(1, 2)
    assert [(one.offset, "data check" in one.what) for one in damages(found)] == [(0, True)]


def test_broken_off_at_every_byte(put):
    """Whatever is there of an archive whose copy broke off: what is whole is read, the break is told."""
    members = [gzip.compress(page(number)) for number in (1, 2)]
    whole = b"".join(members)
    for length in range(len(members[0]) + 1, len(whole)):
        found = list(records(put(whole[:length], "cut.warc.gz")))
        assert in_order(found)[0] == bodies(1)[0]
        assert damages(found)
        assert all(
            (one.offset, one.within) in ((len(members[0]), 0), (0, len(page(1)))) for one in damages(found)
        )


@pytest.mark.parametrize("length", [0, 5, 60, 100, 300, 10**6, 10**17])
def test_a_wrong_length_costs_no_other_record(put, length):
    block = HTTP % b"" + b"<p>page 2</p>"
    data = page(1) + warc(block, length=length) + page(3)
    if length == len(block):
        pytest.skip("this is the right one")
    for form in (data, gzip.compress(data)):
        found = list(records(put(form)))
        assert [one for one in in_order(found) if one in bodies(1, 3)] == bodies(1, 3)
        place = len(page(1))
        assert [(one.offset, one.within) for one in damages(found)] == [
            (place, 0) if form is data else (0, place)
        ]


@pytest.mark.parametrize("length", ["-1", "abc", "", "٣", "9" * 30])
def test_a_length_that_is_none(put, length):
    found = list(records(put(page(1) + warc(b"x", length=length) + page(3))))
    assert in_order(found) == bodies(1, 3)
    assert [one.offset for one in damages(found)] == [len(page(1))]


def test_junk_between_records(put):
    for junk in (b"\x00" * 500, b"junk\n" * 50, b"\x1f\x8b\x08\x00" * 40, b"WARC/1.0 is a form\r\n"):
        found = list(records(put(page(1) + junk + b"\n" + page(2))))
        assert in_order(found) == bodies(1, 2)
        assert damages(found)[0].offset == len(page(1))
        packed = list(records(put(gzip.compress(page(1)) + junk + gzip.compress(page(2)))))
        assert in_order(packed) == bodies(1, 2)


def test_padding_of_zeros_behind_the_last_is_no_damage(put):
    assert list(map(type, records(put(gzip.compress(page(1)) + bytes(1000))))) == [Record]


def test_a_head_without_end(put, monkeypatch):
    found = list(records(put(page(1) + b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000 + page(2))))
    assert in_order(found) == bodies(1, 2)
    assert "does not end" in damages(found)[0].what


def test_long_records_are_cut_and_the_next_is_read(put, monkeypatch):
    monkeypatch.setattr(archives, "LONGEST", 1000)
    long = page(1, body=b"x" * 5000)
    for data in (long + page(2), gzip.compress(long) + gzip.compress(page(2))):
        first, told, second = records(put(data))
        assert first.cut
        assert len(first.payload) < 1000
        assert f"{len(HTTP % b'') + 5000:,}" in told.what
        assert second.payload == bodies(2)[0]


def test_a_bomb_is_unpacked_no_further_than_the_limit(put, monkeypatch):
    monkeypatch.setattr(archive_records, "LONGEST", 100_000)
    bomb = gzip.compress(bytes(50_000_000))
    first, told = records(put(page(1, more=b"Content-Encoding: gzip\r\n", body=bomb)))
    assert len(first.payload) == 100_000
    assert first.cut
    assert "unpacks to more" in told.what


def test_a_wacz_without_its_list_of_files_still_gives_packed_records(tmp_path):
    path = tmp_path / "cut.wacz"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("archive/one.warc.gz", gzip.compress(page(1)) + gzip.compress(page(2)))
    path.write_bytes(path.read_bytes()[:-60])
    found = list(records(path))
    assert in_order(found) == bodies(1, 2)
    assert "list of its files" in damages(found)[0].what


def test_lines_that_are_no_items(put):
    data = b'{"text": "a"}\nno\n[1]\n{"text": 5}\n\xff\n{"text": "b"}\n' + b"[" * 100_000
    found = list(records(put(data, "a.jsonl")))
    assert in_order(found) == [b'{"text": "a"}\n', b'{"text": "b"}\n']
    assert [one.offset for one in damages(found)] == [14, 17, 21, 33, 49]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.warc", b"", "empty"),
        ("a.bin", b"\x7fELF", "no WARC"),
        ("a.warc.zst", b"\x28\xb5\x2f\xfd", "zstd -d"),
    ],
)
def test_what_is_no_archive_is_refused(put, name, data, words):
    with pytest.raises(Unreadable) as caught:
        list(records(put(data, name)))
    assert words in str(caught.value)
    assert name in str(caught.value)
    assert "Next:" in str(caught.value)


@given(st.binary(max_size=2000))
def test_any_bytes_end(data):
    for name in ("a.warc", "a.arc", "a.wacz", "a.jsonl"):
        for form in (data, gzip.compress(data), b"WARC/1.0\r\n" + data):
            with contextlib.suppress(Unreadable):
                list(records(io.BytesIO(form), name))


# --- in pieces --------------------------------------------------------------------------------------------------


def nested():
    """A page that is itself an archive: heads of records stand in its body, packed and not."""
    inner = gzip.compress(page(7)) + gzip.compress(page(8))
    return page(1, body=b"x\n" + page(5) + inner + b"\n" + page(6))


@pytest.mark.parametrize("size", [1, 7, 64, 200, 1000, 10**6])
def test_pieces_of_any_size_give_what_one_reader_gives(put, size):
    plain = page(0) + nested() + b"junk\n" + page(2) + page(3, body=bytes(3000)) + page(4)
    members = [page(0), nested(), b"junk", page(2), page(3, body=random.Random(1).randbytes(3000)), page(4)]
    packed = b"".join(gzip.compress(one, 0) for one in members)
    lines = b"".join(b'{"text": "%d"}\n' % number for number in range(50))
    for name, data in (
        ("a.warc", plain),
        ("a.warc.gz", packed),
        ("a.jsonl", lines),
        ("b.warc.gz", gzip.compress(plain)),
    ):
        path = put(data, name)
        assert in_pieces(path, size) == list(records(path))


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(30, 2000), st.randoms(use_true_random=False))
def test_damaged_archives_in_pieces(tmp_path_factory, kinds, size, chance):
    made = [page(1), nested(), b"rubbish", page(2, body=b"<p>more</p>")]
    data = bytearray(b"".join(gzip.compress(made[kind], 0) for kind in kinds) or page(1))
    for _ in range(chance.randint(0, 3)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path = tmp_path_factory.mktemp("pieces") / "a.warc.gz"
    path.write_bytes(bytes(data))
    assert in_pieces(path, size) == list(records(path))


def test_pieces_cover_an_archive(put):
    path = put(page(1) * 40)
    found = pieces(path, 1000)
    assert all(isinstance(one, Piece) for one in found)
    assert [one.start for one in found] == list(range(0, path.stat().st_size, 1000))
    assert found[-1].stop == path.stat().st_size


# --- others' archives -------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_archives_of_other_programs(shared_data):
    """Every good file whole, every damaged one told with its place; counts worked out by hand with zcat and grep."""
    folder = shared_data / "archives"
    whole = {
        "pywb/dupes.warc.gz": 25,
        "pywb/example.arc.gz": 2,
        "pywb/example.warc.gz": 6,
        "pywb/example-bad.warc.gz.bad": 6,  # in one member: damaged for those who seek only
        "pywb/example2.warc.gz": 3,
        "pywb/iana.warc.gz": 343,
        "pywb/missing-status-text.warc": 1,
        "warcio/test/data/example-iana.org-chunked.warc": 3,
        "warcio/test/data/example-resource.warc.gz": 3,
        "wacz/valid_example_1.wacz": 4,
    }
    for name, count in whole.items():
        assert [type(one) for one in records(folder / name)] == [Record] * count, name
    broken = {
        "pywb/bad.arc": (1, [0, 134, 262]),
        "pywb/example.warc": (6, [4061]),
        "pywb/example-extra.warc": (6, [3207]),
        "warcio/test/data/example-trunc.warc": (4, [1197]),
        "warcio/test/data/example-space-in-url.arc": (2, [151]),
        "warcio/test/data/example-digest.warc": (4, [0]),
        "wacz/invalid_example_1.wacz": (0, [0]),
    }
    for name, (count, places) in broken.items():
        found = list(records(folder / name))
        assert (len(in_order(found)), [one.offset for one in damages(found)]) == (count, places), name
