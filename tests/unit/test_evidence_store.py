"""Bytes are kept whole or not at all, never overwritten, and what happened to them is found out."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import EvidenceChanged, EvidenceMissing, NotReady
from barometer.evidence import Digest, Store, digest_of

HELLO = (
    "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of b"hello", as sha256sum prints it
)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "evidence")


def test_keeps_bytes_under_their_digest(store):
    assert store.keep(b"hello") == Digest(HELLO, 5)
    assert HELLO in store
    assert list(store) == [HELLO]
    with store.open(HELLO) as stream:
        assert stream.read() == b"hello"


def test_a_file_a_stream_and_bytes_are_the_same(store, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"hello")
    assert store.keep(path) == store.keep(io.BytesIO(b"hello")) == store.keep(b"hello") == digest_of(path)
    assert len(list(store)) == 1


@given(st.binary(max_size=3000))
def test_any_bytes_come_back(tmp_path_factory, data):
    store = Store(tmp_path_factory.mktemp("store"))
    digest = store.keep(data)
    assert digest == Digest(hashlib.sha256(data).hexdigest(), len(data))
    with store.open(digest.sha256) as stream:
        assert stream.read() == data
    assert store.verify([digest.sha256]) == []


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_may_read_and_nobody_may_write(store):
    store.keep(b"hello")
    assert store.path(HELLO).stat().st_mode & 0o777 == 0o400
    assert store.root.stat().st_mode & 0o777 == 0o700


def test_kept_again_is_not_written_again(store):
    store.keep(b"hello")
    before = store.path(HELLO).stat()
    store.keep(b"hello")
    after = store.path(HELLO).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_changed_bytes_are_never_overwritten(store):
    store.keep(b"hello")
    store.path(HELLO).chmod(0o600)
    store.path(HELLO).write_bytes(b"jello")
    with pytest.raises(EvidenceChanged):
        store.open(HELLO)
    with pytest.raises(EvidenceChanged):
        store.keep(b"hello")
    assert store.path(HELLO).read_bytes() == b"jello"


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", HELLO.upper(), HELLO[:-1], HELLO + "\n"])
def test_what_is_not_there_is_missing(store, name):
    with pytest.raises(EvidenceMissing):
        store.open(name)


def test_verify_names_everything_amiss(store):
    other = store.keep(b"other").sha256
    store.keep(b"hello")
    store.path(other).chmod(0o600)
    store.path(other).write_bytes(b"")
    (store.root / ".draft-0123456789abcdef").write_bytes(
        b"half"
    )  # what a killed `keep` leaves: swept, not told
    (store.root / ".draft-0123").write_bytes(b"half")
    (store.root / HELLO).write_bytes(b"hello")  # right bytes in the wrong place
    missing = "f" * 64
    assert sorted((finding.kind, finding.name) for finding in store.verify([HELLO, other, missing])) == [
        ("changed", other),
        ("foreign", ".draft-0123"),
        ("foreign", HELLO),
        ("missing", missing),
    ]


def test_verify_of_an_empty_store(store):
    assert store.verify() == []
    assert [finding.kind for finding in store.verify([HELLO])] == ["missing"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_is_foreign(store, tmp_path):
    (tmp_path / "outside").write_bytes(b"hello")
    (store.root / HELLO[:2]).mkdir(parents=True)
    store.path(HELLO).symlink_to(tmp_path / "outside")
    assert [finding.kind for finding in store.verify()] == ["foreign"]


def test_many_keep_the_same_at_once(store):
    data = os.urandom(300_000)
    threads = [threading.Thread(target=store.keep, args=(data,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.verify([hashlib.sha256(data).hexdigest()]) == []


def test_a_stream_that_breaks_leaves_nothing(store):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(NotReady, match="Input/output error"):
        store.keep(Broken())
    assert list(store.root.rglob("*")) == []


def test_a_root_that_is_a_file(tmp_path):
    (tmp_path / "evidence").write_text("not a folder")
    with pytest.raises(NotReady):
        Store(tmp_path / "evidence").keep(b"hello")


def test_sweep_takes_old_drafts_only(store):
    store.keep(b"hello")
    for name, age in ((".draft-old", 7200), (".draft-new", 60)):
        (store.root / name).write_bytes(b"half")
        os.utime(store.root / name, (time.time() - age,) * 2)
    assert (store.sweep(), store.sweep()) == (1, 0)
    assert [finding.name for finding in store.verify([HELLO])] == [".draft-new"]
    assert Store(store.root / "absent").sweep() == 0
