"""Sealed bytes tell nothing, come back whole, and do not open where anything of them was changed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import EvidenceChanged, EvidenceMissing, NotAllowed
from barometer.evidence import Store, digest_of
from barometer.evidence.sealed import MAGIC, is_sealed, is_under, new_key, seal, unseal

CHUNK = 1 << 18


class Ring:
    """Keys in memory."""

    def __init__(self):
        self.kept, self.gone = {}, set()

    def settle(self, sha256, key):
        if sha256 in self.gone:
            raise NotAllowed("erased")
        return self.kept.setdefault(sha256, key)

    def find(self, sha256):
        return self.kept.get(sha256)

    def erased(self, sha256):
        return sha256 in self.gone

    def destroy(self, sha256):
        self.kept.pop(sha256, None)
        self.gone.add(sha256)


def sealed(data, key):
    return b"".join(seal([data], key))


@given(
    st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]), st.integers(1, 400_000)
)
def test_any_length_comes_back_however_it_arrives(size, step):
    data, key = os.urandom(size), new_key()
    pieces = [data[at : at + step] for at in range(0, size, step)]
    locked = b"".join(seal(pieces, key))
    assert locked == sealed(data, key)
    assert unseal(io.BytesIO(locked), key).read() == data
    # a head of 41, sixteen more a chunk, and at least one chunk
    assert len(locked) == 41 + size + 16 * max(1, -(-size // CHUNK))


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[: 41 + CHUNK + 16],  # the last chunk is gone
        lambda data: data[: 41 + CHUNK + 16] * 2,
        lambda data: data[:41] + data[41 + CHUNK + 16 :] + data[41 : 41 + CHUNK + 16],  # in another order
        lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
        lambda data: data[:41],
        lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],  # another key's mark
    ],
)
def test_what_was_changed_does_not_open(harm):
    key = new_key()
    with pytest.raises(EvidenceChanged):
        unseal(io.BytesIO(harm(sealed(os.urandom(CHUNK + 5_000), key))), key).read()


def test_another_key_does_not_open():
    locked = io.BytesIO(sealed(b"hello", new_key()))
    assert is_sealed(locked)
    assert not is_under(locked, new_key())
    with pytest.raises(EvidenceChanged):
        unseal(locked, new_key()).read()


@pytest.fixture
def keys():
    return Ring()


@pytest.fixture
def store(tmp_path, keys):
    return Store(tmp_path / "evidence", keys)


def test_a_store_keeps_no_plain_byte_and_the_name_stays_that_of_the_bytes(store):
    words = b"a canary in an invented mine " * 20_000
    digest = store.keep(words)
    assert digest == digest_of(words)
    held = store.path(digest.sha256).read_bytes()
    assert held.startswith(MAGIC)
    assert b"canary" not in held
    assert store.open(digest.sha256).read() == words
    assert store.keep(io.BytesIO(words)) == digest
    assert store.path(digest.sha256).read_bytes() == held  # not written again
    assert store.verify([digest.sha256]) == []


def test_each_item_has_a_key_of_its_own(store, keys):
    one, other = store.keep(b"one").sha256, store.keep(b"other").sha256
    assert keys.kept[one] != keys.kept[other]
    keys.destroy(one)
    with pytest.raises(EvidenceMissing, match="erased"):
        store.open(one)
    assert store.open(other).read() == b"other"


def test_erased_bytes_are_not_taken_in_again(store, keys):
    sha256 = store.keep(b"one").sha256
    with pytest.raises(ValueError, match="not erased"):
        store.drop(sha256)
    keys.destroy(sha256)
    store.drop(sha256)
    store.drop(sha256)
    assert sha256 not in store
    with pytest.raises(NotAllowed):
        store.keep(b"one")
    assert list(store.root.rglob("*.*")) == []
    assert sha256 not in store


def test_a_file_whose_key_was_never_kept_gives_way(store, keys):
    """As when the transaction that kept the key was undone after the file had its name."""
    sha256 = store.keep(b"one").sha256
    del keys.kept[sha256]
    assert [finding.kind for finding in store.verify([sha256])] == ["changed"]
    with pytest.raises(EvidenceMissing, match="key"):
        store.open(sha256)
    store.keep(b"one")
    assert store.open(sha256).read() == b"one"


def test_a_key_whose_file_was_never_written_is_used(store, keys):
    sha256 = digest_of(b"one").sha256
    keys.settle(sha256, new_key())
    before = keys.kept[sha256]
    store.keep(b"one")
    assert keys.kept[sha256] == before
    assert store.open(sha256).read() == b"one"


def test_changed_bytes_are_found_and_never_overwritten(store):
    sha256 = store.keep(b"hello" * 100).sha256
    path = store.path(sha256)
    path.chmod(0o600)
    kept = path.read_bytes()
    changed = kept[:-1] + bytes([kept[-1] ^ 1])
    path.write_bytes(changed)
    assert [(finding.kind, finding.name) for finding in store.verify()] == [("changed", sha256)]
    with pytest.raises(EvidenceChanged):
        store.keep(b"hello" * 100)
    assert path.read_bytes() == changed


def test_what_an_earlier_version_kept_is_read_and_sealed(store):
    plain = Store(store.root)
    sha256 = plain.keep(b"an old canary").sha256
    broken = plain.keep(b"another").sha256
    assert store.open(sha256).read() == b"an old canary"
    assert store.verify([sha256]) == []
    plain.path(broken).chmod(0o600)
    plain.path(broken).write_bytes(b"jello")
    with pytest.raises(EvidenceChanged):
        store.seal(broken)
    assert plain.path(broken).read_bytes() == b"jello"
    assert store.seal(sha256)
    assert not store.seal(sha256)
    assert b"canary" not in store.path(sha256).read_bytes()
    assert store.open(sha256).read() == b"an old canary"


SEALING = """
import json, sys
from pathlib import Path
from barometer.evidence import Store

class Ring:
    def __init__(self, folder): self.folder = folder
    def settle(self, sha256, key):
        path = self.folder / sha256
        if not path.exists():
            draft = path.with_suffix(".new"); draft.write_bytes(key); draft.rename(path)
        return path.read_bytes()
    def find(self, sha256):
        path = self.folder / sha256
        return path.read_bytes() if path.exists() else None
    def erased(self, sha256): return False

home = Path(sys.argv[1])
store = Store(home / "evidence", Ring(home))
print("ready", flush=True)
done = sum(store.seal(sha256) for sha256 in list(store))
print(done, [finding.kind for finding in store.verify(sys.argv[2:]) if not finding.name.startswith(".")], flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_killed_while_sealing_nothing_is_lost(tmp_path):
    plain = Store(tmp_path / "evidence")
    digests = [plain.keep(os.urandom(300_000)).sha256 for _ in range(40)]
    command = [sys.executable, "-c", SEALING, str(tmp_path), *digests]
    for pause in (0.0, 0.02, 0.05):
        running = subprocess.Popen(command, stdout=subprocess.PIPE)
        running.stdout.readline()
        time.sleep(pause)
        running.send_signal(signal.SIGKILL)
        running.wait()
        running.stdout.close()
    last = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert last.stdout.splitlines()[1].endswith(" []")
    assert all(plain.path(sha256).read_bytes().startswith(MAGIC) for sha256 in digests)
