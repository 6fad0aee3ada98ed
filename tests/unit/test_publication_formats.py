"""What every copy of a bulletin carries: charts with their numbers, the house's imprint, the label of machine text."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import docx
import html5lib
import pypdfium2
import pytest
from lxml import etree

from barometer.cases.values import Case, CaseEvent
from barometer.codebook import LANGUAGES, Event
from barometer.indicators.in_force import in_force, months_to
from barometer.publication.chart import charts
from barometer.publication.compose import compose
from barometer.publication.machine import COMPOSITE
from barometer.publication.render import render, render_all
from barometer.publication.values import InForce, IssueIn, SectionIn, StoryIn

#: section, month, kind, region → how many such events the quarter has
EVENTS = (
    (2, "2031-01", "violation", "KZ-71", 3),
    (2, "2031-02", "relief", "KZ-71", 1),
    (4, "2031-03", "violation", "KZ-75", 2),
    (4, "2031-03", "violation", None, 1),
)


def event(kind: str, region: str | None) -> Event:
    what = {
        "violation": ("imposed", ["legal.fine"]),
        "relief": ("ended", ["outcome.dismissed", "legal.fine"]),
    }
    phase, types = what[kind]
    place = {"place": {"country": "KZ", "region": region}} if region else {}
    return Event.model_validate({"kind": kind, "types": types, "phase": phase, **place})


def issue() -> IssueIn:
    stories = [
        StoryIn(f"e{section}{place}{month}{kind}{region}", section, month, place, None,
                {one: f"Story {section}.{place} {one} Әңгіме." for one in LANGUAGES}, (), "en", (), (event(kind, region),))
        for section, month, kind, region, times in EVENTS
        for place in range(times)
    ]  # fmt: skip
    return IssueIn(
        "2031Q1", {}, {"en": "An invented intro.", "kk": "Ойдан шығарылған кіріспе."}, {"en": "desk@invented.example"},
        (SectionIn(2, {}, {"en": "An invented intro of a section."}),), tuple(stories),
        measures=(InForce("2031-02", "house_arrest", 2), InForce("2031-03", "house_arrest", 1), InForce("2030-06", "custody", 4)),
    )  # fmt: skip


# --- charts and their numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_chart_says_its_numbers_in_words_of_the_language(language: str) -> None:
    drawn = {chart.name: chart for chart in charts(compose(issue(), language))}
    assert list(drawn) == ["sections", "relief", "regions", "measures"]
    assert len({chart.description for chart in drawn.values()}) == 4
    for chart in drawn.values():
        picture = etree.fromstring(chart.svg.encode())
        ids = picture.get("aria-labelledby").split()
        assert [picture.find(f".//*[@id='{one}']").text for one in ids] == [chart.title, chart.description]
    assert {
        "en": "House arrest: 0 at the end of Apr 2030, 1 at",
        "ru": "Домашний арест: 0 на конец месяца апр. 2030, 1 на",
        "kk": "Үйқамақ: сәу. 2030 айының соңында 0, нау. 2031 айының соңында 1",
    }[language] in drawn["measures"].description
    words = {"en": "Astana: 3", "ru": "Астана: 3", "kk": "Астана: 3"}
    assert words[language] in drawn["regions"].description
    everything = "".join(chart.svg for chart in drawn.values())
    assert len(re.findall(r'id="([^"]+)"', everything)) == len(set(re.findall(r'id="([^"]+)"', everything)))


def test_the_numbers_behind_the_charts_are_a_table() -> None:
    rows = list(csv.reader(io.StringIO(render(compose(issue(), "en"), "csv").decode("utf-8-sig"))))
    assert rows[0] == ["chart", "series", "of", "value"]
    told = {tuple(row[:3]): int(row[3]) for row in rows[1:]}
    assert told["The quarter by section and month", "Legal pressure: New violations", "January"] == 3
    assert told["New violations against relief", "Relief", "2. Legal pressure"] == 1
    assert told["New violations by region", "New violations (events)", "Astana"] == 3
    assert told["New violations by region", "New violations (events)", "No place given"] == 1
    house = "People, outlets and sites under a measure at the end of each month"
    assert [told[house, "House arrest", month] for month in ("2031-01", "2031-02", "2031-03")] == [0, 2, 1]
    assert (
        told[
            house,
            "Pre-trial custody" if (house, "Pre-trial custody", "2030-06") in told else "Custody",
            "2030-06",
        ]
        == 4
    )


def test_a_cell_is_never_a_formula() -> None:
    hostile = replace(issue(), sections=(SectionIn(7, {"en": "=cmd|'/c calc'!A0"}),))
    told = replace(hostile.stories[0], section=7)
    rows = csv.reader(
        io.StringIO(render(compose(replace(hostile, stories=(told,)), "en"), "csv").decode("utf-8-sig"))
    )
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_measures_are_counted_once_a_person_and_from_their_certain_beginning_to_their_end() -> None:
    def told(number: int, kind: str, types: str, day: str, phase: str, who: str) -> CaseEvent:
        target = {"name": who, "written": who, "type": "journalist"}
        value = {"kind": kind, "types": types.split(), "date": day, "phase": phase, "targets": [target]}
        return CaseEvent(f"e{number}", Event.model_validate(value), ("s",), date(2031, 3, 31))

    one = Case("one", (told(1, "violation", "legal.house_arrest", "2031-01-10", "imposed", "Anna Invented"),))
    again = Case(
        "again", (told(2, "violation", "legal.house_arrest", "2031-02-03", "imposed", "Anna Invented"),)
    )
    ended = Case(
        "ended",
        (
            told(3, "violation", "legal.house_arrest", "2031-01-20", "imposed", "Bolat Invented"),
            told(4, "relief", "outcome.released legal.house_arrest", "2031-02-10", "ended", "Bolat Invented"),
        ),
    )
    months = months_to(date(2031, 3, 31), 4)
    assert months == ("2030-12", "2031-01", "2031-02", "2031-03")
    found = in_force([one, again, ended], months)
    assert [found.get((month, "house_arrest"), 0) for month in months] == [0, 2, 1, 1]


# --- the letter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_is_plain_and_html_and_asks_for_nothing(language: str) -> None:
    bulletin = compose(issue(), language)
    letter = email.message_from_bytes(render(bulletin, "email"), policy=email.policy.default)
    assert (letter["Subject"], letter["X-Unsent"]) == (f"{bulletin.title}. {bulletin.period_words}", "1")
    assert letter.get_content_type() == "multipart/alternative"
    plain, page = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(page)
    tags = {one.tag for one in tree.iter() if isinstance(one.tag, str)}
    assert not {"img", "script", "style", "link", "svg", "iframe"} & tags
    assert "url(" not in page
    assert "max-width:600px" in page
    squeezed = ["".join("".join(text).split()) for text in (plain, tree.find("body").itertext())]
    for item in bulletin.items:
        assert all("".join(item.text.split()) in text for text in squeezed)
    assert max(map(len, plain.splitlines())) <= 72


# --- the house's own lines --------------------------------------------------------------------------------


def texts_of(bulletin) -> dict[str, str]:
    """Every format's text as other programs read it, spaces squeezed."""
    files = render_all(bulletin)
    letter = email.message_from_bytes(files["email"], policy=email.policy.default)
    pages = pypdfium2.PdfDocument(files["pdf"])
    page = html5lib.parse(files["html"].decode(), namespaceHTMLElements=False)
    return {
        form: " ".join(text.split())
        for form, text in {
            "md": files["md"].decode().replace("\\", ""),
            "html": " ".join(page.find("body").itertext()),
            "docx": "\n".join(one.text for one in docx.Document(io.BytesIO(files["docx"])).paragraphs),
            "pdf": " ".join(one.get_textpage().get_text_bounded() for one in pages),
            "email": letter.get_body(("plain",)).get_content(),
        }.items()
    }


def test_each_format_has_its_own_imprint_and_what_all_share() -> None:
    imprint = {
        "": {
            "funder": {"en": "Made with an invented fund.", "ru": "При поддержке выдуманного фонда."},
            "licence": {"en": "CC BY 4.0"},
            "contact": {"en": "house@invented.example"},
        },
        "pdf": {"statutory": {"en": "Registered under No. 12 Invented."}, "licence": {"en": "Print licence"}},
    }
    made = texts_of(compose(replace(issue(), imprint=imprint), "en"))
    for form, text in made.items():
        assert "Made with an invented fund." in text, form
        assert ("Registered under No. 12 Invented." in text) == (form == "pdf")
        assert ("Print licence" in text, "CC BY 4.0" in text) == (form == "pdf", form != "pdf")
        assert "house@invented.example" in text
        assert "desk@invented.example" not in text
    russian = texts_of(compose(replace(issue(), imprint=imprint), "ru"))
    assert all("При поддержке выдуманного фонда." in text for text in russian.values())


# --- machine text -----------------------------------------------------------------------------------------


def test_machine_text_is_labelled_for_people_and_for_machines() -> None:
    plain = issue()
    stories = (replace(plain.stories[0], machine_in=frozenset({"kk"})), *plain.stories[1:])
    made = replace(plain, stories=stories, machine_in={"section.2.intro": frozenset({"en"})})
    said = {"en": "(machine-made text)", "kk": "(машина жасаған мәтін)"}
    for language, label in said.items():
        for form, text in texts_of(compose(made, language)).items():
            # In Kazakh one item, and the section's intro that is printed in English there.
            assert text.count(label) == (2 if language == "kk" else 1), (language, form)
    kazakh, russian = (render_all(compose(replace(made, machine_in={}), one)) for one in ("kk", "ru"))
    assert types_of(kazakh) == dict.fromkeys(("html", "docx", "pdf", "email"), COMPOSITE)
    assert types_of(russian) == dict.fromkeys(("html", "docx", "pdf", "email"))
    page = html5lib.parse(kazakh["html"].decode(), namespaceHTMLElements=False)
    [own] = [one for one in page.iter("p") if one.get("itemscope") is not None]
    assert own.get("id") == f"item-{stories[0].key}"
    assert own.find(".//meta").get("content") == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"


def types_of(files: dict[str, bytes]) -> dict[str, str | None]:
    """What each file tells a machine of its making, read with other programs than wrote it."""
    page = html5lib.parse(files["html"].decode(), namespaceHTMLElements=False)
    metas = {one.get("name"): one.get("content") for one in page.find("head").iter("meta")}
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as packed:
        named = "docProps/custom.xml" in packed.namelist()
        custom = etree.fromstring(packed.read("docProps/custom.xml")) if named else None
        listed = packed.read("[Content_Types].xml")
    assert (b"/docProps/custom.xml" in listed) == named
    keywords = pypdfium2.PdfDocument(files["pdf"]).get_metadata_value("Keywords")
    told = re.search(r"digitalSourceType=(\S+?)[,;]?$", keywords)
    return {
        "html": metas.get("digitalSourceType"),
        "docx": None if custom is None else "".join(custom.itertext()),
        "pdf": told[1] if told else None,
        "email": email.message_from_bytes(files["email"], policy=email.policy.default)[
            "X-Digital-Source-Type"
        ],
    }


# --- as other programs see it -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_has_its_letters_and_a_picture_for_each_chart(language: str) -> None:
    written = render(compose(issue(), language), "pdf")
    assert b"/MarkInfo" in written
    assert b"/StructTreeRoot" in written
    assert written.count(b"/S/Figure") + written.count(b"/S /Figure") >= 4
    assert b"pdfuaid:part" in written
    fonts = re.findall(rb"/BaseFont ?/([A-Z]{6}\+)?", written)
    assert fonts
    assert all(fonts)  # each is a subset that is embedded
    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(written))
    assert "Әңгіме" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_valid_html(language: str) -> None:
    made = replace(issue(), stories=(replace(issue().stories[0], machine=True), *issue().stories[1:]))
    page = render(compose(made, language), "html").decode()
    html5lib.HTMLParser(strict=True).parse(page)
