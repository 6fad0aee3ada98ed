"""The court's report: everything that is known is in it, in three languages, and nothing in it is markup."""

from __future__ import annotations

import hashlib
import io
import string
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import get_args

import pypdfium2
import pytest
from PIL import Image

from barometer.errors import Unreadable
from barometer.evidence.chain import ACTS, Access, ChainStep
from barometer.evidence.log import head, inclusion, next_entry
from barometer.evidence.report import LANGUAGES, LogPlace, Reported, ReportFile, report, words
from barometer.evidence.stamps import Stamp

AT = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
SHA256 = hashlib.sha256(b"wacz").hexdigest()
LOG = [next_entry(None, at=AT, sha256="00" * 32, what="upload")]
LOG.append(next_entry(LOG[0], at=AT, sha256=SHA256, what="capture"))


def picture(width=400, height=3000):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


REPORTED = Reported(
    item="EV-2026-0007",
    media_type="application/wacz",
    access="internal",
    files=[ReportFile("capture.wacz", 1234567, SHA256), ReportFile("page.txt", 12, "ab" * 32)],
    chain=[
        ChainStep(AT, "aida", "captured", "Chromium 150", "0.1.0", "https://example.org/a"),
        ChainStep(AT, "worker", "stamped", "RFC 3161", "0.1.0", note="#strong[no markup] $x$ *b*"),
    ],
    stamps=[Stamp("https://tsa.example.org/", SHA256, b"", AT, 0xBEEF)],
    log=LogPlace(LOG[1], head(LOG), tuple(inclusion([entry.leaf() for entry in LOG], 1))),
    facts={
        "url": "https://example.org/a",
        "final_url": "https://www.example.org/a",
        "status": 200,
        "title": "Редактор «Invented Herald» допрошен",
        "wall": "",
        "at": AT.isoformat(),
        "by": "aida",
        "how": "Chromium 150",
        "media_type": "text/html",
        "notes": ["not fetched: https://example.org/absent.png"],
        "hops": [{"url": "https://example.org/a", "status": 301, "address": "192.0.2.7"}],
    },
    picture=picture(),
)


def text_of(pdf):
    """All words of the pages, without line ends and the marks at which long words may be divided."""
    with pypdfium2.PdfDocument(pdf) as document:
        words = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(words.replace("\u200b", "").replace("\ufffe", "").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_known_is_in_it(language):
    text = text_of(report(REPORTED, language, at=AT))
    closed = text.replace(" ", "")
    said = words(language)
    for expected in (
        REPORTED.item, "https://www.example.org/a", "Редактор «Invented Herald» допрошен", "192.0.2.7 (301)",
        "2026-03-01 10:30:00", "Chromium 150", "https://tsa.example.org/", said["internal"], said["stamped"],
        said["title"], said["limits_text"], "#strong[no markup] $x$ *b*",
        "not fetched: https://example.org/absent.png", "sha256sum capture.wacz",
        "openssl ts -verify -in FILE.tsr -CAfile ca.pem -data capture.wacz",
    ):  # fmt: skip
        assert expected.replace(" ", "") in closed
    for exact in (SHA256, "ab" * 32, LOG[0].leaf(), head(LOG).root, LOG[1].line().decode(), "beef"):
        assert exact.replace(" ", "") in closed


def test_it_is_for_archives_and_the_same_each_time():
    made = report(REPORTED, "en", at=AT)
    assert b"pdfaid:part" in made and b"pdfuaid:part" in made
    assert made == report(REPORTED, "en", at=AT)


def test_an_upload_without_stamps_log_and_picture():
    bare = Reported(
        item="EV-1",
        media_type="image/jpeg",
        access="public",
        files=[ReportFile("photo.jpg", 9, SHA256)],
        chain=[ChainStep(AT, "aida", "uploaded", "form", "0.1.0")],
    )
    text = text_of(report(bare, "en", at=AT))
    said = words("en")
    for expected in (said["no_stamps"], said["no_log"], "image/jpeg", said["public"]):
        assert expected in text
    assert said["picture"] not in text
    assert "openssl" not in text  # nothing is told to be checked that there is not


def test_a_sign_that_no_font_has_does_not_stop_it():
    odd = replace(REPORTED, facts={**REPORTED.facts, "title": "🦊 \U0001f9ff ꙮ"})
    assert REPORTED.item in text_of(report(odd, "en", at=AT))


def test_a_stamp_over_a_head_of_the_log_names_its_digest():
    other = hashlib.sha256(head(LOG).text().encode()).hexdigest()
    stamped = replace(REPORTED, stamps=[replace(REPORTED.stamps[0], sha256=other)])
    closed = text_of(report(stamped, "en", at=AT)).replace(" ", "")
    assert f"-digest{other}" in closed


def test_a_picture_is_cut_to_a_page_and_said_so():
    cut = words("en")["cut"]
    assert cut in text_of(report(REPORTED, "en", at=AT))
    assert cut not in text_of(report(replace(REPORTED, picture=picture(400, 300)), "en", at=AT))
    with pytest.raises(Unreadable):
        report(replace(REPORTED, picture=b"no picture"), "en", at=AT)


def test_a_very_long_address_stays_on_the_page():
    long = "https://example.org/" + "a" * 1500
    assert "a" * 1500 in text_of(report(replace(REPORTED, item=long), "en", at=AT)).replace(" ", "")


def test_languages_have_the_same_words_with_the_same_places():
    told = tomllib.loads((resources.files("barometer.evidence") / "report.toml").read_text("utf-8"))
    assert set(told) == set(LANGUAGES)

    def places(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    for language in LANGUAGES:
        assert told[language].keys() == told["en"].keys()
        assert {key: places(text) for key, text in told[language].items()} == {
            key: places(text) for key, text in told["en"].items()
        }
        assert {*ACTS, *get_args(Access)} <= told[language].keys()


@pytest.mark.parametrize(
    "changes",
    [{"at": datetime(2026, 3, 1)}, {"act": "burnt"}, {"who": ""}, {"version": ""}],
)
def test_a_step_of_the_chain_says_who_when_and_with_what(changes):
    fields = {"at": AT, "who": "aida", "act": "captured", "how": "x", "version": "0.1.0"}
    with pytest.raises(ValueError, match=r"zone|among|names"):
        ChainStep(**{**fields, **changes})
