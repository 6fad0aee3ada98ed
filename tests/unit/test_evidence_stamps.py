"""Trusted time from a real authority: openssl behind a server on this machine."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import socket
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from barometer.errors import BadInput, FetchFailed, FetchRefused, Unreadable
from barometer.evidence.check import Item, SignedHead, check
from barometer.evidence.log import head, next_entry, sign_head
from barometer.evidence.signing import make_key
from barometer.evidence.stamps import Authority, fault, query, read, request
from barometer.evidence.store import Store
from barometer.fetching import Allowance, Door

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")

DATA = b"hello"
SHA256 = hashlib.sha256(DATA).hexdigest()
CONFIG = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[ extensions ]
extendedKeyUsage = critical, timeStamping
"""


def openssl(*arguments, folder, fails=False):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True)
    assert (done.returncode != 0) == fails, done.stderr.decode()
    return done.stdout


def authority_in(folder):
    """A root, and a certificate that may stamp."""
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("0A\n")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
        "-subj", "/CN=Invented Root", folder=folder,
    )  # fmt: skip
    openssl(
        "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Invented Authority", folder=folder
    )
    openssl(
        "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", "tsa.pem", "-days", "30",
        "-extfile", "tsa.cnf", "-extensions", "extensions", folder=folder,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def authority_folder(tmp_path_factory):
    return authority_in(tmp_path_factory.mktemp("tsa"))


class Answers(BaseHTTPRequestHandler):
    """Stamps what is posted, or answers as `spoil` says."""

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/timestamp-query"
        server = self.server
        if server.spoil == "old":
            asked = server.first
        server.first = asked
        with server.lock:
            (server.folder / "asked.tsq").write_bytes(asked)
            openssl(
                "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "asked.tsq",
                "-out", "made.tsr", folder=server.folder,
            )  # fmt: skip
            body = (server.folder / "made.tsr").read_bytes()
        if server.spoil == "garbage":
            body = b"<html>"
        self.send_response(503 if server.spoil == "busy" else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(authority_folder):
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.folder, server.lock, server.spoil, server.first = authority_folder, threading.Lock(), "", b""
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def authority(server):
    certificates = (server.folder / "ca.pem").read_bytes()
    return Authority(f"http://127.0.0.1:{server.server_port}/tsa", certificates)


@pytest.fixture
def door(server):
    return Door(allowances=[Allowance("time-stamping", (f"127.0.0.1:{server.server_port}",))])


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 256, 2**62 + 5, 2**63 - 1])
def test_a_query_is_what_openssl_asks(nonce, tmp_path):
    (tmp_path / "q.tsq").write_bytes(query(SHA256, nonce))
    shown = openssl("ts", "-query", "-in", "q.tsq", "-text", folder=tmp_path).decode()
    assert "Hash Algorithm: sha256" in shown
    assert "Certificate required: yes" in shown
    told = next(line for line in shown.splitlines() if line.startswith("Nonce: "))
    assert int(told.removeprefix("Nonce: "), 16) == nonce
    (tmp_path / "data").write_bytes(DATA)
    openssl(
        "ts", "-query", "-data", "data", "-sha256", "-cert", "-no_nonce", "-out", "theirs", folder=tmp_path
    )
    theirs, ours = (tmp_path / "theirs").read_bytes(), query(SHA256, nonce)
    assert theirs[2:-3] == ours[2 : len(theirs) - 3]  # version, algorithm and digest, octet by octet


def test_a_stamp_is_asked_for_checked_and_verified_by_openssl(authority, door, tmp_path):
    stamp = request(SHA256, authority, door)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert stamp.serial >= 0x0A
    assert fault(stamp, authority.certificates) == ""
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "data.tsr").write_bytes(stamp.token)
    (tmp_path / "ca.pem").write_bytes(authority.certificates)
    verify = ("ts", "-verify", "-data", "data", "-in", "data.tsr", "-CAfile", "ca.pem")
    openssl(*verify, folder=tmp_path)
    (tmp_path / "data").write_bytes(DATA + b".")
    openssl(*verify, folder=tmp_path, fails=True)


def test_a_stamp_of_other_bytes_another_root_or_another_time_does_not_hold(authority, door, tmp_path):
    stamp = request(SHA256, authority, door)
    other = hashlib.sha256(b"other").hexdigest()
    assert fault(dataclasses.replace(stamp, sha256=other), authority.certificates) != ""
    stranger = (authority_in(tmp_path) / "ca.pem").read_bytes()
    assert fault(stamp, stranger) != ""
    assert fault(stamp, b"no certificate") != ""
    later = dataclasses.replace(stamp, at=stamp.at + timedelta(seconds=1))
    assert "another time" in fault(later, authority.certificates)
    imprint, signature = stamp.token.index(bytes.fromhex(SHA256)), len(stamp.token) - 5
    for at in (imprint, imprint + 40, signature):  # digest, number or time, signature
        spoilt = stamp.token[:at] + bytes([stamp.token[at] ^ 1]) + stamp.token[at + 1 :]
        assert fault(dataclasses.replace(stamp, token=spoilt), authority.certificates) != ""


def test_an_answer_that_is_no_stamp_of_this_is_refused(authority, door, server):
    server.spoil = "garbage"
    with pytest.raises(Unreadable, match="no time stamp"):
        request(SHA256, authority, door)
    server.spoil = "busy"
    with pytest.raises(BadInput, match="status 503"):
        request(SHA256, authority, door)
    server.spoil = ""
    request(SHA256, authority, door)
    server.spoil = "old"
    with pytest.raises(BadInput, match="another query"):
        request(SHA256, authority, door)


def test_an_unknown_root_is_refused_before_the_stamp_is_believed(authority, door, tmp_path):
    stranger = Authority(authority.address, (authority_in(tmp_path) / "ca.pem").read_bytes())
    with pytest.raises(BadInput, match="no valid stamp"):
        request(SHA256, stranger, door)


def test_an_authority_out_of_reach_is_said_so_and_asked_later(authority, door):
    with pytest.raises(FetchRefused):
        request(SHA256, authority, Door())  # no allowance for a private address
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{unused.getsockname()[1]}"
        nobody = Authority(f"http://{place}/", authority.certificates)
        with pytest.raises(FetchFailed) as raised:
            request(SHA256, nobody, Door(allowances=[Allowance("time-stamping", (place,))]))
    assert raised.value.kind == "connect"


def test_what_is_no_answer_is_unreadable():
    for token in (b"", b"0", b"\x30\x03\x02\x01\x00"):
        with pytest.raises(Unreadable):
            read(token, SHA256, "invented")


def test_check_names_what_is_missing_changed_unlogged_unstamped(authority, door, tmp_path):
    store = Store(tmp_path / "evidence")
    digests = [store.keep(data).sha256 for data in (b"one", b"two", b"three", b"four")]
    log = []
    for digest in digests[:3]:
        log.append(next_entry(log[-1] if log else None, at=datetime.now(UTC), sha256=digest, what="capture"))
    items = [Item(f"item-{at}", (digest,)) for at, digest in enumerate(digests)]
    trusted = {authority.address: authority.certificates}
    stamps = [request(digest, authority, door) for digest in digests[:2]]

    def found(**changes):
        given = {"items": items, "stamps": stamps, "log": log, "trusted": trusted, **changes}
        faults = check(given.pop("items"), store, given.pop("stamps"), given.pop("log"), **given)
        return [(fault.kind, fault.name) for fault in faults]

    bare = [("unlogged", "item-3"), ("unstamped", "item-2"), ("unstamped", "item-3")]
    assert found() == bare
    assert found(items=items[:2]) == []

    # A stamped head covers what the log held by then.
    public, made = make_key(tmp_path / "key"), head(log)
    signed = SignedHead(made, sign_head(tmp_path / "key", made), public)
    over_head = request(hashlib.sha256(made.text().encode()).hexdigest(), authority, door)
    assert found(stamps=[over_head], heads=[signed]) == [("unlogged", "item-3"), ("unstamped", "item-3")]
    assert ("head", "head of 3") in found(heads=[dataclasses.replace(signed, signature=b"0" * 64)])
    assert ("head", "head of 3") in found(heads=[signed], log=log[:2])

    # A log that was rewritten no longer leads to the head, and its stamp covers nothing.
    rewritten = [next_entry(None, at=log[0].at, sha256=digests[0], what="other")]
    for entry in log[1:]:
        rewritten.append(next_entry(rewritten[-1], at=entry.at, sha256=entry.sha256, what=entry.what))
    assert found(stamps=[over_head], heads=[signed], log=rewritten) == [
        ("head", "head of 3"),
        ("unlogged", "item-3"),
        *(("unstamped", f"item-{at}") for at in range(4)),
    ]
    assert ("log", "entry 1") in found(log=[log[0], dataclasses.replace(log[1], previous="0" * 64), log[2]])

    # Stamps that do not hold count for nothing.
    spoilt = dataclasses.replace(stamps[0], sha256=digests[2])
    assert found(items=items[2:3], stamps=[spoilt]) == [("stamp", digests[2]), ("unstamped", "item-2")]
    assert ("stamp", digests[0]) in found(trusted={})

    # Bytes missing and changed.
    store.path(digests[0]).unlink()
    store.path(digests[1]).chmod(0o600)
    store.path(digests[1]).write_bytes(b"TWO")
    assert found(items=items[:2]) == [("changed", "item-1"), ("missing", "item-0")]
