"""The store at an S3-compatible address keeps the promises of the one on disk; signatures are AWS's."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import UTC, datetime

import pytest
from fakes.s3 import serving

from barometer.errors import EvidenceChanged, EvidenceMissing, FetchFailed, FetchRefused, NotAllowed, NotReady
from barometer.evidence.s3 import Credentials, S3Store, open_store, sign
from barometer.evidence.store import Digest, Store
from barometer.fetching import Allowance, Door

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
AWS = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOST = "https://examplebucket.s3.amazonaws.com"
DAY = datetime(2013, 5, 24, tzinfo=UTC)


# The four examples of "Signature Calculations for the Authorization Header" in the reference of Amazon S3.
@pytest.mark.parametrize(
    ("method", "address", "headers", "content", "names", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"Range": "bytes=0-9"},
            b"",
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test%24file.text",
            {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            b"Welcome to Amazon S3.",
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "?lifecycle",
            {},
            b"",
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "?max-keys=2&prefix=J",
            {},
            b"",
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_signatures_are_those_that_aws_published(method, address, headers, content, names, signature):
    signed = sign(method, HOST + address, headers, content, AWS, DAY)
    assert signed["x-amz-date"] == "20130524T000000Z"
    assert signed["x-amz-content-sha256"] == hashlib.sha256(content).hexdigest()
    assert signed["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def test_a_secret_is_not_shown():
    assert "wJalr" not in repr(AWS)


@pytest.fixture
def server():
    with serving(Credentials("key", "secret")) as server:
        yield server


@pytest.fixture
def door(server):
    return Door(allowances=[Allowance("store", (f"127.0.0.1:{server.server_port}",))])


@pytest.fixture
def address(server):
    return f"s3+http://127.0.0.1:{server.server_port}/evidence/a/b"


@pytest.fixture
def store(address, door):
    return open_store(address, door, Credentials("key", "secret"))


def test_keeps_bytes_under_their_digest(store, server):
    assert store.keep(b"hello") == Digest(HELLO, 5)
    assert server.kept == {f"a/b/2c/{HELLO}": b"hello"}
    assert HELLO in store
    assert "0" * 64 not in store
    assert list(store) == [HELLO]
    with store.open(HELLO) as stream:
        assert stream.read() == b"hello"


def test_a_file_a_stream_and_bytes_are_the_same(store, tmp_path):
    (tmp_path / "file").write_bytes(b"hello")
    for source in (b"hello", tmp_path / "file", io.BytesIO(b"hello")):
        assert store.keep(source) == Digest(HELLO, 5)
    assert len(list(store)) == 1


def test_what_stands_there_is_never_written_again(store, server):
    store.keep(b"hello")
    store.keep(b"hello")
    assert [command for command, _ in server.asked].count("PUT") == 1
    server.kept[f"a/b/2c/{HELLO}"] = b"other"
    with pytest.raises(EvidenceChanged):
        store.keep(b"hello")
    with pytest.raises(EvidenceChanged):
        store.open(HELLO)
    assert server.kept[f"a/b/2c/{HELLO}"] == b"other"


def test_a_writer_who_comes_second_finds_it_out(store, server, monkeypatch):
    """The other writer puts it between our question and our PUT."""
    server.kept[f"a/b/2c/{HELLO}"] = b"hello"
    monkeypatch.setattr(S3Store, "__contains__", lambda *_: False)
    assert store.keep(b"hello") == Digest(HELLO, 5)
    server.kept[f"a/b/2c/{HELLO}"] = b"other"
    with pytest.raises(EvidenceChanged):
        store.keep(b"hello")


def test_what_is_not_there_is_missing(store):
    for name in ("f" * 64, "../../etc/passwd", ""):
        with pytest.raises(EvidenceMissing):
            store.open(name)


def test_verify_names_everything_amiss_over_many_pages(store, server):
    digests = [store.keep(bytes([at])).sha256 for at in range(8)]
    server.kept[f"a/b/{digests[0][:2]}/{digests[0]}"] = b"other"
    server.kept["a/b/readme"] = b""
    server.kept["elsewhere"] = b""
    assert list(store) == sorted(digests)
    assert [(finding.kind, finding.name) for finding in store.verify([*digests, "f" * 64])] == sorted(
        [("changed", digests[0]), ("missing", "f" * 64), ("foreign", "readme")], key=lambda pair: pair[1]
    )


def test_an_empty_store(store):
    assert (list(store), store.verify(), store.sweep()) == ([], [], 0)
    assert [finding.kind for finding in store.verify([HELLO])] == ["missing"]


def test_a_wrong_secret_is_one_clear_line(address, door):
    store = open_store(address, door, Credentials("key", "guessed"))
    with pytest.raises(NotReady, match="403"):
        store.keep(b"hello")
    with pytest.raises(NotReady, match="SignatureDoesNotMatch"):
        store.open(HELLO)


@pytest.mark.parametrize("status", [500, 503, 507])
def test_a_store_that_is_full_or_ill_is_one_clear_line(store, server, status):
    server.fails = (status, b"<Error><Code>Full</Code></Error>")
    for act in (lambda: store.keep(b"hello"), lambda: store.open(HELLO), store.verify, lambda: list(store)):
        with pytest.raises(NotReady, match=str(status)):
            act()


def test_an_answer_that_is_no_list(store, server):
    server.fails = (200, b"<html")
    with pytest.raises(NotReady, match="no list"):
        list(store)


def test_only_what_is_allowed_is_reached(address):
    with pytest.raises(FetchRefused):
        open_store(address, Door(), Credentials("key", "secret")).keep(b"hello")


def test_a_store_that_is_gone(store, server):
    server.shutdown()
    server.server_close()
    with pytest.raises(FetchFailed):
        store.keep(b"hello")


def test_an_address_picks_the_store(tmp_path, door):
    assert isinstance(open_store(str(tmp_path)), Store)
    kept = open_store("s3+https://s3.example.org/bucket", door, AWS)
    assert (kept.base, kept.prefix) == ("https://s3.example.org/bucket", "")
    for wrong in ("s3+ftp://x/bucket", "s3+https://x", "s3+https://x/b", "s3+https://u:p@x/bucket"):
        with pytest.raises(NotReady, match="no address"):
            open_store(wrong, door, AWS)
    with pytest.raises(NotReady, match="needs a key"):
        open_store("s3+https://s3.example.org/bucket", door)


def test_a_megabyte_goes_and_comes(store):
    data = os.urandom(1 << 20)
    with store.open(store.keep(data).sha256) as stream:
        assert stream.read() == data


# --- sealed -----------------------------------------------------------------------------------------------------------


class Ring(dict):
    """Keys in memory; an erased one is None."""

    def settle(self, sha256, key):
        if self.setdefault(sha256, key) is None:
            raise NotAllowed("erased")
        return self[sha256]

    def find(self, sha256):
        return self.get(sha256)

    def erased(self, sha256):
        return self.get(sha256, b"") is None


def test_what_leaves_for_the_address_is_sealed(address, door, server):
    ring = Ring()
    store = open_store(address, door, Credentials("key", "secret"), ring)
    assert store.keep(b"hello") == Digest(HELLO, 5)
    held = server.kept[f"a/b/2c/{HELLO}"]
    assert b"hello" not in held
    assert store.open(HELLO).read() == b"hello"
    assert store.keep(b"hello") == Digest(HELLO, 5)
    assert server.kept[f"a/b/2c/{HELLO}"] == held
    assert store.verify([HELLO]) == []
    del ring[HELLO]  # the key was never kept
    assert [finding.kind for finding in store.verify([HELLO])] == ["changed"]
    store.keep(b"hello")
    assert store.open(HELLO).read() == b"hello"
    ring[HELLO] = None
    with pytest.raises(EvidenceMissing, match="erased"):
        store.open(HELLO)
    with pytest.raises(NotAllowed):
        store.keep(b"hello")
    store.drop(HELLO)
    assert HELLO not in store


def test_what_lies_unsealed_at_the_address_is_sealed(store, address, door, server):
    store.keep(b"hello")
    sealing = open_store(address, door, Credentials("key", "secret"), Ring())
    assert sealing.open(HELLO).read() == b"hello"
    assert (sealing.seal(HELLO), sealing.seal(HELLO), sealing.seal("0" * 64)) == (True, False, False)
    assert b"hello" not in server.kept[f"a/b/2c/{HELLO}"]
    assert sealing.open(HELLO).read() == b"hello"
