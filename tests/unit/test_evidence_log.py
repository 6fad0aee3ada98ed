"""The log: a chain and a tree that tell of any change, heads that are signed elsewhere, checked by others too."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import NotReady, Unreadable, WrongShape
from barometer.evidence.log import (
    FIRST,
    Head,
    broken_at,
    head,
    inclusion,
    is_signed,
    next_entry,
    read_head,
    root,
    sign_head,
)
from barometer.evidence.signing import make_key, private_key, public_pem

AT = datetime(2026, 3, 1, 10, 0, 0, 5, tzinfo=UTC)


def a_log(size):
    entries = []
    for at in range(size):
        digest = hashlib.sha256(str(at).encode()).hexdigest()
        last = entries[-1] if entries else None
        entries.append(next_entry(last, at=AT + timedelta(minutes=at), sha256=digest, what="capture"))
    return entries


def test_an_entry_is_hashed_as_its_line_says():
    entry = next_entry(None, at=AT, sha256="ab" * 32, what="сурет")
    line = (
        '{"index":0,"at":"2026-03-01T10:00:00.000005Z","sha256":"' + "ab" * 32 + '",'
        '"what":"сурет","previous":"' + FIRST + '"}'
    )
    assert entry.line() == line.encode()
    assert entry.leaf() == hashlib.sha256(b"\0" + line.encode()).hexdigest()


# The test leaves of Certificate Transparency's reference code and the roots over the first n of them.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_roots_are_those_of_rfc_6962(size):
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(leaf)).hexdigest() for leaf in LEAVES[:size]]
    assert root(leaves) == ROOTS[size]


def is_included(leaf: str, index: int, size: int, proof: list[str], whole: str) -> bool:
    """What a court's expert would work out: whether the proof leads from the leaf at `index` of `size` to the root."""
    if not 0 <= index < size:
        return False
    found, last, rest = bytes.fromhex(leaf), size - 1, [bytes.fromhex(step) for step in proof]
    while last > 0:
        if index % 2 or index < last:
            if not rest:
                return False
            beside = rest.pop(0)
            pair = beside + found if index % 2 else found + beside
            found = hashlib.sha256(b"\1" + pair).digest()
        index, last = index // 2, last // 2
    return not rest and found.hex() == whole


@given(st.integers(1, 70), st.data())
def test_a_proof_leads_to_the_root_and_no_other_does(size, data):
    leaves = [hashlib.sha256(bytes([at])).hexdigest() for at in range(size)]
    index = data.draw(st.integers(0, size - 1))
    whole, proof = root(leaves), inclusion(leaves, index)
    assert is_included(leaves[index], index, size, proof, whole)
    assert not is_included(FIRST, index, size, proof, whole)
    assert not is_included(leaves[index], index, size, [*proof, FIRST], whole)
    assert not is_included(leaves[index], size, size, proof, whole)
    if proof:
        assert not is_included(leaves[index], index, size, proof[1:], whole)
        assert not is_included(leaves[index], index, size, [FIRST, *proof[1:]], whole)


def test_any_change_breaks_the_chain_at_its_place():
    log = a_log(6)
    assert broken_at(log) is None
    changed = dataclasses.replace(log[2], sha256="00" * 32)
    assert broken_at([*log[:2], changed, *log[3:]]) == 3
    assert broken_at([*log[:2], *log[3:]]) == 2
    assert broken_at([*log[:2], log[3], log[2], *log[4:]]) == 2
    assert broken_at(log[1:]) == 0


def test_a_head_is_four_lines_and_comes_back():
    made = head(a_log(3))
    assert made.text() == (
        f"Press Barometer evidence log\nsize: 3\nroot: {made.root}\nat: 2026-03-01T10:02:00.000005Z\n"
    )
    assert read_head(made.text()) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "size: 3\n",
        Head(3, FIRST, AT).text() + "\n",
        Head(3, FIRST, AT).text().replace("size: 3", "size: 03"),
        Head(3, FIRST, AT).text().replace("2026-03", "2026-13"),
    ],
)
def test_what_is_no_head_is_refused(text):
    with pytest.raises(WrongShape):
        read_head(text)


def test_an_empty_log_has_no_head():
    with pytest.raises(NotReady):
        head([])


def test_a_signature_holds_for_its_head_and_key_only(tmp_path):
    public, made = make_key(tmp_path / "key"), head(a_log(3))
    signature = sign_head(tmp_path / "key", made)
    assert is_signed(public, made, signature)
    assert not is_signed(public, dataclasses.replace(made, size=2), signature)
    assert not is_signed(public, made, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not is_signed(make_key(tmp_path / "other"), made, signature)
    assert public_pem(private_key(tmp_path / "key", "make one")) == public


def test_a_key_is_private_and_never_written_over(tmp_path):
    make_key(tmp_path / "key")
    if os.name == "posix":
        assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "key").read_bytes()
    with pytest.raises(NotReady):
        make_key(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == before


def test_what_is_no_key_is_refused(tmp_path):
    (tmp_path / "no").write_text("no key")
    made = head(a_log(1))
    for path in (tmp_path / "no", tmp_path / "absent"):
        with pytest.raises(Unreadable):
            sign_head(path, made)
    rsa = generate_private_key(65537, 2048).public_key()
    with pytest.raises(Unreadable, match="Ed25519"):
        is_signed(rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), made, b"")
    with pytest.raises(Unreadable):
        is_signed(b"no key", made, b"")


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")
def test_openssl_verifies_a_signed_head(tmp_path):
    made = head(a_log(5))
    (tmp_path / "head.pub").write_bytes(make_key(tmp_path / "key"))
    (tmp_path / "head.txt").write_text(made.text())
    (tmp_path / "head.sig").write_bytes(sign_head(tmp_path / "key", made))
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "head.pub",
        "-rawin",
        "-in",
        "head.txt",
        "-sigfile",
        "head.sig",
    ]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "head.txt").write_text(made.text().replace("size: 5", "size: 4"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0
