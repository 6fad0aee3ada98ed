"""Files of a correspondence become letters, or an error that says what is the matter; nothing else."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.deadlines.correspondence import letter_of, letters_in, plain_subject
from barometer.errors import BarometerError


def read(data: bytes, name: str = "letter.eml") -> list:
    return [letter_of(one) for one in letters_in((data, name, "", "Asia/Almaty"))]


def message(text: str = "Body.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in ({"From": "a@b.example", "Date": "Tue, 19 May 2026 20:30:00 +0000"} | headers).items():
        made[name] = value
    made.set_content(text)
    return made


def test_a_letter_has_the_day_of_the_country_and_what_it_answers():
    [letter] = read(
        message(**{"Message-ID": "<x@y>", "In-Reply-To": "<a@b>", "References": "<c@d> <a@b>"}).as_bytes()
    )
    assert letter.day == date(2026, 5, 20)  # half past one in the morning in Almaty
    assert (letter.key, letter.references) == ("<x@y>", ("<c@d>", "<a@b>", "<a@b>"))


def test_the_words_of_what_is_forwarded_and_enclosed_are_read():
    outer = message("See below.")
    outer.add_attachment(message("The ministry refuses."))
    outer.add_attachment(b"Plain words.", maintype="text", subtype="plain", filename="../../note.txt")
    outer.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="x.bin")
    [letter] = read(outer.as_bytes())
    assert letter.words == "See below.\n\nThe ministry refuses.\n\nPlain words."
    assert [one.name for one in letter.enclosed] == ["attachment-1.eml", "note.txt", "x.bin"]
    assert letter.enclosed[2].note


def test_letters_of_a_box_come_in_the_order_of_their_days():
    late, early = message("2"), message("1", Date="Mon, 4 May 2026 09:00:00 +0500")
    box = b"".join(b"From a@b Mon May  4 09:00:00 2026\n" + one.as_bytes() + b"\n\n" for one in (late, early))
    assert [one.text for one in read(box, "box.mbox")] == ["1", "2"]


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: RE[2]: Fwd: Запрос  № 5", "запрос № 5"),
        ("Жауап: Сауал", "сауал"),
        ("Ответ: Отв: Re:", ""),
        ("Reply to all", "reply to all"),
    ],
)
def test_subjects_are_compared_without_what_programs_put_before_them(subject, plain):
    assert plain_subject(subject) == plain


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.eml", "a.mbox", "a.pdf", "a.docx", "a"]))
def test_whatever_bytes_there_are_only_our_errors_come(data, name):
    for prefix in (b"", b"From a@b\n", b"From: a\nSubject: b\n", b"%PDF-1.7\n"):
        try:
            read(prefix + data, name)
        except BarometerError as error:
            assert str(error)
