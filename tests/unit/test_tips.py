"""Receipts, seals, keys and opening: what a tip is before any server has it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from functools import cache
from math import log2

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from barometer.errors import (
    BarometerError,
    NotAllowed,
    NotReady,
    ParseFailed,
    TooLarge,
    UnknownValue,
    Unreadable,
    WrongShape,
)
from barometer.fetching import Apart
from barometer.sources.mail import parse_message
from barometer.tips import (
    File,
    Message,
    Receipt,
    check_recipient,
    draw,
    keys_of,
    make_identity,
    open_sealed,
    parse,
    read_identities,
    recipient_of,
    seal,
    size_class,
)  # fmt: skip
from barometer.tips.letters import message_of
from barometer.tips.opening import bundle, open_bundle, read_bundle, reseal
from barometer.tips.receipt import DRAWN, _bech32
from barometer.tips.seal import LEAST, packed, unpacked

DAY = date(2031, 3, 13)
TIP = Message("tip", DAY, {"what": "Сканарейка: a reporter was beaten", "whom": ""}, (File("a.txt", b"x"),))


def key():
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


@pytest.fixture(scope="module")
def apart():
    with Apart() as room:
        yield room


# --- receipts ---------------------------------------------------------------------------------------------------------


def test_a_receipt_has_over_80_bits_and_is_drawn_anew():
    assert DRAWN * log2(10) > 86
    drawn = [draw().digits for _ in range(300)]
    assert len(set(drawn)) == 300
    assert all(len(digits) == 28 for digits in drawn)
    for place in range(DRAWN):  # no place is fixed: each shows all ten digits
        assert len({digits[place] for digits in drawn}) == 10


def test_a_receipt_whose_check_was_worked_out_by_hand():
    # 10 * 97 + 30 = 1000: 10 * 100 mod 97 is 30, so the two last digits are 98 - 30
    assert Receipt("0" * 24 + "10" + "68").digits.endswith("1068")
    with pytest.raises(UnknownValue):
        Receipt("0" * 24 + "10" + "67")


def test_a_receipt_is_read_as_people_write_it():
    receipt = draw()
    plain = receipt.digits
    assert receipt.shown.replace(" ", "") == plain
    arabic = "".join(chr(0x660 + int(digit)) for digit in plain)
    for written in (receipt.shown, "-".join(plain), f"\n {plain}\t.", arabic, plain.replace("0", "О")):
        assert parse(written) == receipt


@given(some.integers(0, 10**DRAWN - 1), some.data())
def test_every_single_slip_and_every_swap_of_neighbours_is_told(drawn, data):
    digits = f"{drawn:0{DRAWN}}{98 - drawn * 100 % 97:02}"
    assert parse(digits).digits == digits
    at = data.draw(some.integers(0, 27))
    other = data.draw(some.sampled_from([sign for sign in "0123456789" if sign != digits[at]]))
    with pytest.raises(UnknownValue):
        parse(digits[:at] + other + digits[at + 1 :])
    at = data.draw(some.integers(0, 26))
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    if swapped != digits:
        with pytest.raises(UnknownValue):
            parse(swapped)


@given(some.text(max_size=2000))
def test_no_text_breaks_the_reading_and_no_refusal_repeats_it(text):
    try:
        parse(text)
    except UnknownValue as error:
        assert text.strip() not in str(error) or len(text.strip()) < 3


def test_a_receipt_hides_in_repr():
    receipt = draw()
    told = repr(receipt) + repr(keys_of(receipt))
    assert receipt.digits not in told
    assert "AGE-SECRET" not in told


def test_the_keys_of_a_receipt_follow_from_it_alone():
    one, other = draw(), draw()
    keys = keys_of(one)
    assert keys == keys_of(parse(one.shown))
    assert keys.recipient == recipient_of(keys.identity)
    assert len({keys.lookup, keys_of(other).lookup}) == 2
    assert one.digits not in keys.lookup + keys.recipient


def test_the_keys_of_a_receipt_never_change():
    """Receipts that were given out must go on to find their tips: this value is frozen."""
    keys = keys_of(Receipt("0" * 24 + "1068"))
    assert keys.lookup == LOOKUP_OF_10
    assert keys.recipient == RECIPIENT_OF_10


LOOKUP_OF_10 = "19ce3173b7b1e86aa82ea0af92a4fc83023ee3b31392f0539baa182937ce9f59"
RECIPIENT_OF_10 = "age1xm45mq5ykw8pkps2jcfynd4e9fx3enva7xgdzljl5977jd4htdks2y359r"


def test_keys_are_written_as_age_writes_them():
    for _ in range(20):
        raw = os.urandom(32)
        written = _bech32("age-secret-key-", raw).upper()
        assert str(pyrage.x25519.Identity.from_str(written)) == written


# --- seals ------------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    some.dictionaries(some.sampled_from(["what", "whom", "where"]), some.text(some.characters(codec="utf-8"), max_size=200)),
    some.lists(some.tuples(some.text(some.characters(codec="utf-8"), max_size=30), some.binary(max_size=3000)), max_size=4),
)  # fmt: skip
def test_what_is_sealed_is_what_is_opened(fields, files):
    message = Message("tip", DAY, fields, tuple(File(name, data) for name, data in files))
    identity, recipient = key()
    assert open_sealed(seal(message, [recipient]), [identity]) == message
    assert len(packed(message)) == LEAST


def test_every_one_of_several_keys_opens_and_no_other():
    (one, to_one), (other, to_other), (stranger, _) = key(), key(), key()
    sealed = seal(TIP, [to_one, to_other])
    assert open_sealed(sealed, [one]) == open_sealed(sealed, [other]) == TIP
    assert open_sealed(sealed, [stranger, other]) == TIP
    with pytest.raises(NotAllowed):
        open_sealed(sealed, [stranger])
    assert "Сканарейка".encode() not in sealed


def test_without_a_key_nothing_is_sealed():
    with pytest.raises(NotReady):
        seal(TIP, [])


def test_a_seal_that_was_touched_does_not_open():
    identity, recipient = key()
    sealed = bytearray(seal(TIP, [recipient]))
    for at in (10, 60, 300, len(sealed) // 2, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(BarometerError):
            open_sealed(bytes(changed), [identity])
    for cut in (0, 30, len(sealed) - 1):
        with pytest.raises(BarometerError):
            open_sealed(bytes(sealed[:cut]), [identity])


def test_sizes_tell_little():
    assert [size_class(size) for size in (0, 1, LEAST)] == [LEAST] * 3
    # by Padmé: of 40,000 (exponent 15, four bits of it kept) the last 11 bits become zeros, upwards
    assert size_class(40_000) == 20 * 2048 == 40_960
    # of 9,999,999 (exponent 23, five bits kept) the last 18
    assert size_class(9_999_999) == 39 * 2**18 == 10_223_616


@given(some.integers(LEAST, 1 << 27))
def test_a_size_class_is_never_less_and_at_most_12_in_100_more(size):
    padded = size_class(size)
    assert size <= padded <= size * 1.12
    assert size_class(padded) == padded


def test_the_first_mark_and_a_text_of_any_length_look_alike():
    _, recipient = key()
    short = seal(Message("tip", DAY, {"what": "a"}), [recipient])
    long = seal(Message("tip", DAY, {"what": "я" * 15_000}), [recipient])
    # age adds up to some hundred bytes by chance to each head, whatever is in it
    assert abs(len(short) - len(long)) < 400


def test_a_message_over_the_limit_is_refused():
    huge = Message("tip", DAY, {}, tuple(File("a", bytes(41 << 20)) for _ in range(4)))
    with pytest.raises(TooLarge):
        packed(huge)


@pytest.mark.parametrize(
    "plain",
    [
        b"", b"other", b"PRESS BAROMETER TIP 1\n", b"PRESS BAROMETER TIP 1\n99999999999\n{}",
        b"PRESS BAROMETER TIP 1\n-5\n{}", b"PRESS BAROMETER TIP 1\n2\n{}", b"PRESS BAROMETER TIP 1\n4\nnull",
        packed(TIP).replace(b'"size":1', b'"size":9'), packed(TIP).replace(b'"size":1', b'"size":-1'),
        packed(TIP).replace(b'"tip"', b'"nip"'), packed(TIP).replace(b"2031-03-13", b"2031-33-13"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(plain):
    with pytest.raises(WrongShape):
        unpacked(plain)


def test_the_seal_can_be_read_without_this_software():
    """As docs/how-to/receive-tips.md says: a length, JSON, the files."""
    identity, recipient = key()
    plain = pyrage.decrypt(seal(TIP, [recipient]), [pyrage.x25519.Identity.from_str(identity)])
    mark, length, rest = plain.split(b"\n", 2)
    assert mark == b"PRESS BAROMETER TIP 1"
    told = json.loads(rest[: int(length)])
    assert told["fields"]["what"] == TIP.fields["what"]
    assert rest[int(length) :].rstrip(b"\0") == b"x"


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path):
    recipient = make_identity(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    identities = read_identities(tmp_path / "key")
    assert [recipient_of(each) for each in identities] == [recipient]
    with pytest.raises(NotReady):
        make_identity(tmp_path / "key")
    assert read_identities(tmp_path / "key") == identities


def test_a_key_under_a_passphrase(tmp_path):
    recipient = make_identity(tmp_path / "key", passphrase="four long invented words")
    assert b"AGE-SECRET" not in (tmp_path / "key").read_bytes()
    found = read_identities(tmp_path / "key", ask=lambda: "four long invented words")
    assert recipient_of(found[0]) == recipient
    for ask in (None, lambda: "wrong"):
        with pytest.raises(NotAllowed):
            read_identities(tmp_path / "key", ask=ask)


@pytest.mark.parametrize("text", [b"", b"# only words\n", b"\xff\xfe", b"age1nothing"])
def test_a_file_without_a_key_is_refused(tmp_path, text):
    (tmp_path / "key").write_bytes(text)
    with pytest.raises(Unreadable):
        read_identities(tmp_path / "key")


def test_a_private_key_is_no_recipient_and_is_not_repeated():
    identity, recipient = key()
    assert check_recipient(f" {recipient}\n") == recipient
    with pytest.raises(NotAllowed) as refused:
        check_recipient(identity)
    assert identity not in str(refused.value)
    with pytest.raises(UnknownValue):
        check_recipient("age1" + "q" * 58)


def test_the_drill_of_a_lost_key(tmp_path):
    """Two keys, one lost: the other opens all. A new one takes its place, and opens what was sealed anew too."""
    lost, kept, new = (tmp_path / name for name in ("lost", "kept", "new"))
    both = [make_identity(lost), make_identity(kept)]
    (tmp_path / "tip.zip").write_bytes(
        bundle("abc", [(1, False, seal(TIP, both)), (2, True, seal(TIP, both))])
    )
    lost.unlink()
    to_new = make_identity(new)
    again = reseal(tmp_path / "tip.zip", read_identities(kept), [both[1], to_new], tmp_path / "again")
    [(name, sealed)] = read_bundle(again)  # what the desk asked stays as it is: the source must read it
    assert name == "abc/001-in.age"
    assert open_sealed(sealed, read_identities(new)) == open_sealed(sealed, read_identities(kept)) == TIP
    later = seal(TIP, [to_new])  # the kept one is retired
    with pytest.raises(NotAllowed):
        open_sealed(later, read_identities(kept))
    assert b"reporter" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


# --- opening ----------------------------------------------------------------------------------------------------------


def photograph():
    exif = Image.Exif()
    exif[0x010F] = "CANARY CAMERA"
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("[Content_Types].xml", "<Types/>")
        whole.writestr("word/document.xml", b"0" * 200_000_000)
    return out.getvalue()


@cache
def hostile():
    """Files that somebody means no good with."""
    return (
        File("photo.jpg", photograph()),
        File("../../../etc/passwd", b"root"),
        File("invoice.docx", bomb()),
        File("click me.html", b"<script>alert(1)</script>"),
        File("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        File("\u202egnp.exe", b"MZ\x90\x00"),
        File("broken.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        File("", b"a"),
        File(".bashrc", b"b"),
        File("я" * 300 + ".pdf", b"%PDF-1.7 nothing"),
    )


def test_what_is_opened_is_inert(tmp_path, apart):
    identity, recipient = key()
    told = Message("tip", DAY, {"what": "red \x1b[31m words \u202e", "urgent": "danger now"}, hostile())
    path = tmp_path / "tip-abc.zip"
    path.write_bytes(bundle("abc", [(1, False, seal(told, [recipient]))]))
    [folder] = open_bundle(path, [identity], tmp_path / "out", apart)
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    assert all(one.is_relative_to(folder) and one.stat().st_mode & 0o777 == 0o600 for one in files)
    assert folder.stat().st_mode & 0o777 == 0o700
    originals = [one for one in files if one.parent.name == "originals"]
    assert [one.read_bytes() for one in originals] == [each.data for each in hostile()]
    assert all(one.suffix == ".original" for one in originals)
    assert [one.name for one in files if one.parent.name == "copies"] == ["01.jpg"]
    copy = (folder / "copies" / "01.jpg").read_bytes()
    assert b"CANARY" in originals[0].read_bytes()
    assert b"CANARY" not in copy
    assert Image.open(io.BytesIO(copy)).size == (256, 256)
    text = (folder / "tip.txt").read_text(encoding="utf-8")
    assert "danger now" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("no copy without metadata") == len(hostile()) - 1
    assert len(json.loads((folder / "tip.json").read_text(encoding="utf-8"))["files"]) == len(hostile())
    with pytest.raises(NotReady):
        open_bundle(path, [identity], tmp_path / "out", apart)


def test_a_parser_that_dies_costs_the_copy_and_not_the_tip(tmp_path):
    class Dies:
        def run(self, *arguments, **named):
            raise ParseFailed("died", "the parser died")

    identity, recipient = key()
    (tmp_path / "one.age").write_bytes(seal(TIP, [recipient]))
    [folder] = open_bundle(tmp_path / "one.age", [identity], tmp_path / "out", Dies())
    assert folder == tmp_path / "out" / "one" / "001-in"
    assert "the parser died" in (folder / "tip.txt").read_text(encoding="utf-8")
    assert (folder / "originals" / "01-a.txt.original").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("name", "packing"),
    [
        ("../evil", zipfile.ZIP_STORED),
        ("abc/001-in.age", zipfile.ZIP_DEFLATED),
        ("abc/1.age", zipfile.ZIP_STORED),
    ],
)
def test_a_bundle_with_other_things_in_it_is_refused(tmp_path, name, packing):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", packing) as whole:
        whole.writestr(name, b"0" * 100)
    with pytest.raises(Unreadable):
        read_bundle(tmp_path / "b.zip")


def test_a_cut_bundle_and_a_missing_one_are_refused(tmp_path):
    (tmp_path / "cut.zip").write_bytes(bundle("abc", [(1, False, b"sealed")])[:-30])
    for name in ("cut.zip", "none.zip"):
        with pytest.raises(Unreadable):
            read_bundle(tmp_path / name)


def test_the_command_opens_without_a_ledger(tmp_path):
    recipient = make_identity(tmp_path / "key")
    (tmp_path / "tip.zip").write_bytes(bundle("abc", [(1, False, seal(TIP, [recipient]))]))
    home = tmp_path / "no" / "home"
    done = subprocess.run(
        [sys.executable, "-m", "barometer", "tips", "open", "tip.zip", "--key", "key", "--out", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "BAROMETER_HOME": str(home), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "out/abc/001-in\n", "")
    assert not home.exists()
    assert "a reporter was beaten" in (tmp_path / "out/abc/001-in/tip.txt").read_text(encoding="utf-8")


def test_a_letter_becomes_a_message_that_is_marked():
    letter = parse_message(
        b"From: Dana Invented <dana@mail.example>\r\nTo: desk@barometer.example\r\nSubject: A fine\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n\r\nThey came.\r\n--x\r\n'
        b'Content-Disposition: attachment; filename="a.pdf"\r\n\r\n%PDF\r\n--x--\r\n'
    )
    message = message_of(letter, day=DAY)
    assert message.kind == "mail"
    assert message.fields["anonymous"].startswith("no")
    assert message.fields["from"] == "Dana Invented <dana@mail.example>"
    assert message.fields["text"] == "They came."
    assert [each.name for each in message.files] == ["letter.eml", "a.pdf"]
