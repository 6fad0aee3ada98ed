"""A working file goes out, is edited as Word and LibreOffice write it, and what was done to each text comes back."""

from __future__ import annotations

import io
import re
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from wordfiles import Editing, W, zipped

from barometer.errors import BadInput, TooLarge, Unreadable
from barometer.publication.word_changes import compare, folded
from barometer.publication.word_in import Edited, read_word
from barometer.publication.word_out import MARK, Passage, WorkingFile, mark_name, to_word

FILE = "abcdefgh23456789"
INTRO = "The quarter was loud.\n\nThe next will be louder."
FINE = "Anna Invented was fined 129,750 tenge by the court of Madeup on 3 March 2031."
HALL = "Guards pushed Bolat Made-Up out of hall No. 3 and took his camera."
TEN = 'The invented paper "Ten" was searched; nobody was told why.'
BILL = "A bill on imaginary registers was tabled in parliament."
READ = "Nurlan Pretend stays in pre-trial detention until 9 May 2031, the court decided."
PASSAGES = (
    Passage("intro", INTRO),
    Passage("bbbbbbbbbbbbbbb1", BILL, 1, "2031-01"),
    Passage("bbbbbbbbbbbbbbb2", FINE, 2, "2031-01", ((0, 13, "https://example.org/fine?a=1&b=2"),)),
    Passage("bbbbbbbbbbbbbbb3", HALL, 2, "2031-02"),
    Passage("bbbbbbbbbbbbbbb4", TEN, 2, "2031-02"),
    Passage("bbbbbbbbbbbbbbb5", READ, 2, ""),
)


def working(language="en", passages=PASSAGES):
    return to_word(
        WorkingFile(
            FILE, "First quarter of 2031", "Barometer", language, date(2031, 4, 2), passages,
            {1: "The law", 2: "Pressure"}, head="For the desk", note="Edit the words.",
        )
    )  # fmt: skip


class Edit(Editing):
    """The working file of these texts."""

    def came(self):
        """What came back, by the last sign of the key; and what is loose."""
        edited = read_word(self.saved(), "edited.docx")
        assert Edited.of_data(edited.as_data()) == edited
        found = compare(edited, PASSAGES)
        return {one.key[-1]: one for one in found.texts}, found.loose


@pytest.fixture
def editing():
    return Edit(working(), FILE)


def states(came):
    return {key: one.state for key, one in came.items()}


SAME = dict.fromkeys("o12345", "same")


# --- out ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_working_file_has_styles_headings_contents_links_and_marks(language):
    data = working(language)
    document = docx.Document(io.BytesIO(data))
    headings = [
        (one.style.name, one.text) for one in document.paragraphs if one.style.name.startswith("Heading")
    ]
    assert [text for style, text in headings if style == "Heading 1"] == ["1. The law", "2. Pressure"]
    months = {
        "en": ["January", "January", "February"],
        "ru": ["Январь", "Январь", "Февраль"],
        "kk": ["Қаңтар", "Қаңтар", "Ақпан"],
    }
    assert [text for style, text in headings if style == "Heading 2"][:2] == months[language][:2]
    xml = etree.tostring(document.element.body).decode()
    assert "TOC \\o" in xml and xml.count("<w:hyperlink ") == 3
    marks = {one.get(qn("w:name")) for one in document.element.body.iter(qn("w:bookmarkStart"))}
    assert {mark_name(one.key, FILE) for one in PASSAGES} <= marks
    assert all(len(one) <= 40 for one in marks)
    assert document.core_properties.language == {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}[language]
    assert "https://example.org/fine?a=1&b=2" in {
        link.target_ref for link in document.part.rels.values() if link.is_external
    }
    assert data == working(language)


def test_signs_that_xml_forbids_stay_behind_and_the_text_is_still_the_same():
    text = "A bell\x07 rang,\ntwice\t in \ufffe the hall."
    data = working(passages=(Passage("bbbbbbbbbbbbbbb1", text, 1, "2031-01"),))
    (came,) = compare(read_word(data, "a.docx"), (Passage("bbbbbbbbbbbbbbb1", text, 1, "2031-01"),)).texts
    assert (came.state, came.after) == ("same", "A bell rang, twice in the hall.")


# --- back ---------------------------------------------------------------------------------------------------------------


def test_an_untouched_file_changes_nothing(editing):
    came, loose = editing.came()
    assert states(came) == SAME and loose == ()
    assert not any(one.is_news for one in came.values())
    assert came["o"].after == INTRO
    assert came["2"].links_after == (("Anna Invented", "https://example.org/fine?a=1&b=2"),)


@pytest.mark.parametrize("word", [True, False], ids=["word", "libreoffice"])
def test_three_changed_one_deleted_one_commented(editing, word):
    editing.change("bbbbbbbbbbbbbbb1", "imaginary registers", "invented lists", word=word)
    editing.change("bbbbbbbbbbbbbbb2", "129,750", "130,000", by="Second Editor", word=word)
    editing.change("bbbbbbbbbbbbbbb5", "9 May", "9 June", word=word)
    editing.delete("bbbbbbbbbbbbbbb3")
    editing.comment("bbbbbbbbbbbbbbb4", "Who says so?")
    came, loose = editing.came()
    assert states(came) == SAME | {"1": "changed", "2": "changed", "5": "changed", "3": "deleted"}
    assert loose == ()
    assert came["1"].after == "A bill on invented lists was tabled in parliament."
    assert came["2"].after == FINE.replace("129,750", "130,000")
    assert came["2"].links_after == (("Anna Invented", "https://example.org/fine?a=1&b=2"),)
    assert [(one.what, one.author, one.words) for one in came["2"].tracked] == [
        ("deleted", "Second Editor", "129,750"),
        ("inserted", "Second Editor", "130,000"),
    ]
    assert [(one.what, one.words) for one in came["3"].tracked] == [("deleted", HALL)]
    (comment,) = came["4"].comments
    assert (comment.author, comment.at, comment.words, comment.on) == (
        "Lawyer",
        "2031-04-03T11:00:00Z",
        "Who says so?",
        TEN,
    )
    assert not any(one.comments for key, one in came.items() if key != "4")
    assert {one.how for key, one in came.items() if key != "3"} == {"mark"}


def test_a_comment_on_a_deleted_text_stays_with_it(editing):
    editing.comment("bbbbbbbbbbbbbbb3", "Take it out.")
    editing.delete("bbbbbbbbbbbbbbb3")
    came, _ = editing.came()
    assert [one.words for one in came["3"].comments] == ["Take it out."]
    assert came["4"].comments == ()


def test_smart_quotes_and_dashes_alone_are_typography(editing):
    (t,) = editing.paragraph("bbbbbbbbbbbbbbb4").iter(qn("w:t"))
    t.text = t.text.replace('"Ten"', "“Ten”").replace("The invented", "The\u00a0invented")
    came, _ = editing.came()
    assert states(came) == SAME | {"4": "typography"}
    assert folded("«Он» — …") == '"Он" - ...'


def test_a_text_without_its_mark_is_known_by_likeness_and_a_new_one_is_kept(editing):
    p = editing.paragraph("bbbbbbbbbbbbbbb3")
    for one in [*p.iter(qn("w:bookmarkStart")), *p.iter(qn("w:bookmarkEnd"))]:
        p.remove(one)
    next(p.iter(qn("w:t"))).text = HALL.replace("took his camera", "kept his phone")
    p.addnext(
        etree.fromstring(f"<w:p {W}><w:r><w:t>Somebody wrote something entirely new here.</w:t></w:r></w:p>")
    )
    came, (loose,) = editing.came()
    # 14 words before (Made-Up is two), 14 after, 12 in both: 2 × 12 / 28
    assert (came["3"].how, came["3"].likeness, came["3"].state) == ("likeness", 86, "changed")
    assert (loose.text, loose.after, loose.like) == (
        "Somebody wrote something entirely new here.",
        "bbbbbbbbbbbbbbb3",
        "",
    )


def test_of_two_paragraphs_under_one_mark_the_likelier_is_the_text(editing):
    p = editing.paragraph("bbbbbbbbbbbbbbb4")
    copy = etree.fromstring(etree.tostring(p))
    next(copy.iter(qn("w:t"))).text = "Quite another story of the paper."
    p.addprevious(copy)
    came, (loose,) = editing.came()
    assert (came["4"].state, came["4"].notes) == ("same", ("copied",))
    assert (loose.text, loose.like) == ("Quite another story of the paper.", "bbbbbbbbbbbbbbb4")


def test_a_content_control_of_that_name_is_a_mark_too(editing):
    p = editing.paragraph("bbbbbbbbbbbbbbb4")
    for one in [*p.iter(qn("w:bookmarkStart")), *p.iter(qn("w:bookmarkEnd"))]:
        p.remove(one)
    control = etree.fromstring(
        f'<w:sdt {W}><w:sdtPr><w:tag w:val="{mark_name("bbbbbbbbbbbbbbb4", FILE)}"/></w:sdtPr><w:sdtContent/></w:sdt>'
    )
    p.addprevious(control)
    control.find(qn("w:sdtContent")).append(p)
    next(p.iter(qn("w:t"))).text = "Other words altogether."
    came, loose = editing.came()
    assert (came["4"].how, came["4"].after, came["4"].notes) == (
        "mark",
        "Other words altogether.",
        ("unlike",),
    )
    assert loose == ()


def test_two_texts_that_were_joined(editing):
    one = editing.paragraph("bbbbbbbbbbbbbbb3")
    one.find(qn("w:pPr")).append(
        etree.fromstring(f'<w:rPr {W}><w:del w:id="7" w:author="E" w:date="2031-04-03T10:00:00Z"/></w:rPr>')
    )
    came, loose = editing.came()
    assert (came["3"].state, came["3"].after) == ("changed", HALL + TEN)
    assert (came["4"].state, came["4"].into) == ("merged", "bbbbbbbbbbbbbbb3")
    assert loose == ()


def test_a_text_in_two_paragraphs_is_one_text(editing):
    p = editing.paragraph("bbbbbbbbbbbbbbb3")
    first, second = HALL.split(" and ")
    next(p.iter(qn("w:t"))).text = f"{first}."
    rest = etree.fromstring(f"<w:p {W}><w:r><w:t>Then they {second}</w:t></w:r></w:p>")
    rest.append(p.find(qn("w:bookmarkEnd")))
    p.addnext(rest)
    came, loose = editing.came()
    assert came["3"].after == f"{first}. Then they {second}"
    assert came["3"].notes == ("split",) and loose == ()
    assert came["4"].state == "same"


def test_marks_that_end_between_paragraphs_are_the_same_marks(editing):
    for end in list(editing.root.iter(qn("w:bookmarkEnd"))):
        end.getparent().addnext(end)
    came, loose = editing.came()
    assert states(came) == SAME and loose == ()
    assert not any(one.is_news for one in came.values())


def test_a_text_deleted_without_a_trace_that_left_its_mark_before_the_next(editing):
    gone, following = editing.paragraph("bbbbbbbbbbbbbbb3"), editing.paragraph("bbbbbbbbbbbbbbb4")
    start, end = gone.find(qn("w:bookmarkStart")), gone.find(qn("w:bookmarkEnd"))
    following.insert(1, end)
    following.insert(1, start)
    gone.getparent().remove(gone)
    came, loose = editing.came()
    assert states(came) == SAME | {"3": "deleted"} and loose == ()
    assert came["3"].into == ""


@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
@settings(max_examples=10)
def test_whatever_a_text_says_an_untouched_file_says_the_same(texts):
    passages = tuple(Passage(f"bbbbbbbbbbbbbbb{n}", text, 2, "2031-01") for n, text in enumerate(texts))
    found = compare(read_word(working(passages=passages), "a.docx"), passages)
    assert {one.state for one in found.texts} == {"same"} and found.loose == ()


def test_texts_that_were_moved(editing):
    bill, read = editing.paragraph("bbbbbbbbbbbbbbb1"), editing.paragraph("bbbbbbbbbbbbbbb5")
    read.addnext(bill)
    came, _ = editing.came()
    assert {key for key, one in came.items() if "moved" in one.notes} == {"1"}
    assert (came["1"].section, came["1"].month) == (2, "")
    assert states(came) == SAME


def test_a_tracked_move_is_no_deletion(editing):
    p = editing.paragraph("bbbbbbbbbbbbbbb4")
    run = next(p.iter(qn("w:r")))
    moved = etree.fromstring(f'<w:moveFrom {W} w:id="5" w:author="E" w:date="2031-04-03T10:00:00Z"/>')
    run.addprevious(moved)
    moved.append(run)
    p.find(qn("w:pPr")).append(
        etree.fromstring(
            f'<w:rPr {W}><w:moveFrom w:id="6" w:author="E" w:date="2031-04-03T10:00:00Z"/></w:rPr>'
        )
    )
    there = editing.paragraph("bbbbbbbbbbbbbbb1")
    there.addprevious(
        etree.fromstring(
            f'<w:p {W}><w:moveTo w:id="8" w:author="E" w:date="2031-04-03T10:00:00Z"><w:r><w:t>{TEN}</w:t></w:r></w:moveTo></w:p>'
        )
    )
    came, loose = editing.came()
    assert (came["4"].state, came["4"].how, came["4"].section) == ("same", "likeness", 1)
    assert "moved" in came["4"].notes and loose == ()


def test_changed_links_also_where_word_writes_them_as_fields(editing):
    p = editing.paragraph("bbbbbbbbbbbbbbb2")
    link = p.find(qn("w:hyperlink"))
    editing.instead(link, (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> HYPERLINK "https://example.org/</w:instrText></w:r>'
        '<w:r><w:instrText>new" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Anna Invented</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ))  # fmt: skip
    came, _ = editing.came()
    assert (came["2"].state, came["2"].notes) == ("same", ("links",))
    assert came["2"].links_after == (("Anna Invented", "https://example.org/new"),)


def test_an_address_that_runs_is_no_link(editing):
    for part in ("word/_rels/document.xml.rels",):
        editing.parts[part] = editing.parts[part].replace(
            b"https://example.org/fine?a=1&amp;b=2", b"javascript:alert(1)"
        )
    came, _ = editing.came()
    assert came["2"].links_after == () and came["2"].notes == ("links",)


def test_a_file_that_lost_every_mark_is_matched_by_likeness_alone(editing):
    for one in [*editing.root.iter(qn("w:bookmarkStart")), *editing.root.iter(qn("w:bookmarkEnd"))]:
        one.getparent().remove(one)
    came, _ = editing.came()
    assert states({key: one for key, one in came.items() if key != "o"}) == dict.fromkeys("12345", "same")
    assert {one.how for key, one in came.items() if key != "o"} == {"likeness"}
    assert not any("moved" in one.notes for one in came.values())


# --- hostile ------------------------------------------------------------------------------------------------------------


def bomb(parts):
    parts["word/media/a.xml"] = b"<a>" + b" " * (20 << 20) + b"</a>"


def template(parts):
    parts["word/_rels/settings.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://10.0.0.1/a.dotm" TargetMode="External"/></Relationships>'
    )


def macro(parts):
    parts["word/vbaProject.bin"] = b"\0"


def entity(parts):
    parts["word/document.xml"] = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


def utf16_entity(parts):
    parts["word/document.xml"] = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'.encode("utf-16")
    )


def broken(parts):
    parts["word/document.xml"] = parts["word/document.xml"][:-40]


def another(parts):
    parts["word/document.xml"] = b"<svg/>"


def deep(parts):
    parts["word/document.xml"] = b"<a>" * 5000 + b"</a>" * 5000


@pytest.mark.parametrize(
    "attack, kind, words",
    [
        (bomb, TooLarge, "zip bomb"),
        (template, Unreadable, "from elsewhere"),
        (macro, Unreadable, "macros"),
        (entity, Unreadable, "XML entities"),
        (utf16_entity, Unreadable, "document type"),
        (broken, Unreadable, "broken"),
        (another, Unreadable, "its inside is not"),
        (deep, Unreadable, "broken"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_hostile_files_are_refused_in_one_clear_line(attack, kind, words):
    parts = Editing(working(), FILE).parts
    attack(parts)
    with pytest.raises(kind, match=words) as refused:
        read_word(zipped(parts), "edited.docx")
    assert str(refused.value).startswith("edited.docx: ") and "Next: " in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b"", b"plain words", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"PK\x03\x04" + b"\0" * 60, b"\0" * (50 << 20)],
    ids=["empty", "text", "doc", "cut", "50 MB"],
)
def test_what_is_no_docx_is_refused(data):
    with pytest.raises(BadInput, match="edited.docx"):
        read_word(data, "edited.docx")


def test_the_template_on_the_writers_own_disk_is_let_pass(editing):
    template(editing.parts)
    name = "word/_rels/settings.xml.rels"
    editing.parts[name] = editing.parts[name].replace(
        b"http://10.0.0.1/a.dotm", b"file:///C:\\Users\\e\\Normal.dotm"
    )
    assert states(editing.came()[0]) == SAME


def test_marks_are_names_that_word_takes():
    assert re.fullmatch(r"[A-Za-z]\w{0,39}", mark_name("section_12_intro", FILE))
    assert MARK.fullmatch(mark_name("section_12_intro", FILE))[1] == "section_12_intro"
