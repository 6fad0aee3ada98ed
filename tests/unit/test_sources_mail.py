"""Letters with what is in them, well and badly made."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import Unreadable
from barometer.sources.mail import parse_message, read_mbox


def test_a_letter_with_an_attachment_and_a_forwarded_letter():
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("Inner words")
    message = EmailMessage()
    message["Message-ID"] = "<1@invented.example>"
    message["Subject"] = "Штраф редактору"
    message["From"] = "Әлия Ойданшығарқызы <a@invented.example>"
    message["To"] = "desk@invented.example"
    message["Date"] = "Mon, 09 Mar 2026 15:00:00 +0500"
    message.set_content("Суд оштрафовал редактора.\n")
    message.add_alternative("<p>HTML <a href='https://g.example/1'>words</a></p>", subtype="html")
    message.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../Решение суда.pdf"
    )
    message.add_attachment(inner)
    told = parse_message(message.as_bytes())
    assert (told.key, told.title) == ("<1@invented.example>", "Штраф редактору")
    assert told.author == "Әлия Ойданшығарқызы <a@invented.example>"
    assert told.published == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert told.text == "Суд оштрафовал редактора."
    assert told.extra["links"] == ["https://g.example/1"]
    pdf, forwarded = told.attachments
    assert (pdf.name, pdf.media_type, pdf.body) == ("Решение суда.pdf", "application/pdf", b"%PDF-1.7")
    assert forwarded.media_type == "message/rfc822"
    assert parse_message(forwarded.body).text == "Inner words"


def test_html_alone_gives_its_words():
    told = parse_message(
        b"Subject: S\nContent-Type: text/html; charset=utf-8\n\n<style>x{}</style><p>One<p>Two<script>3</script>"
    )
    assert told.text == "One\nTwo"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("windows-1251", "cp1251"), ("utf-8", "cp1251"), ("x-unknown", "koi8-r"), ("utf-8", "utf-8")],
)
def test_charsets_right_and_wrong(charset, encoding):
    words = "Редакция газеты обжаловала решение суда"
    head = f"Subject: S\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert parse_message(head + words.encode(encoding)).text == words


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: =?utf-8?b?!!!?=\nFrom: =?x?q?a?=\nDate: yesterday\n\nWords",
        b'From: <<<>>>@@@,;:\nTo: "a\nDate: Mon, 99 Mar 99999 00:00:00\n\nWords',
        b"Content-Type: multipart/mixed\n\nWords",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nWords",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nV29yZHM",
        b"Words",
    ],
)
def test_letters_that_no_program_writes(data):
    assert parse_message(data).text == "Words"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\x89PNG\0\0\0"])
def test_what_is_no_letter(data):
    with pytest.raises(Unreadable, match="it is no letter"):
        parse_message(data)


def test_parts_nested_beyond_reason():
    data = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(5000)
    )
    with pytest.raises(Unreadable, match="cannot be told apart"):
        parse_message(data)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(noise):
    head = b"Subject: S\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
    assert parse_message(head + noise.replace(b"\0", b"")).title == "S"


def test_an_mbox():
    data = b"From a\nMessage-ID: <1@x>\n\nOne\n>From here\n\nFrom b\nMessage-ID: <2@x>\n\nTwo\n\nFrom c\n\n"
    box = read_mbox(data, "old.mbox")
    assert [(letter.key, letter.text) for letter in box.letters] == [
        ("<1@x>", "One\nFrom here"),
        ("<2@x>", "Two"),
    ]
    assert [note.place for note in box.notes] == ["old.mbox letter 3"]
    assert read_mbox(data.replace(b"\n", b"\r\n")).letters[1].key == "<2@x>"
    assert read_mbox(b"").letters == ()
    with pytest.raises(Unreadable, match="no mbox"):
        read_mbox(b"Subject: S\n\nWords")


def test_an_mbox_file(tmp_path):
    (tmp_path / "a.mbox").write_bytes(b"From a\nMessage-ID: <1@x>\n\nOne\n")
    assert [letter.key for letter in read_mbox(tmp_path / "a.mbox").letters] == ["<1@x>"]
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_mbox(tmp_path / "none.mbox")


@pytest.mark.shared
def test_the_shared_letters(shared_data):
    told = {path.stem: parse_message(path.read_bytes()) for path in (shared_data / "mail").glob("*.txt")}
    assert len(told) == 47
    # msg_01, 03, 14, 20 and 29 have one Message-ID, msg_04 and 44 another
    assert len({letter.key for letter in told.values()}) == 42
    assert [(file.name, len(file.body)) for file in told["msg_07"].attachments] == [("dingusfish.gif", 3512)]
    assert (told["msg_10"].title, str(told["msg_10"].published)) == ("Lyrics", "2001-04-20 23:35:02+00:00")
