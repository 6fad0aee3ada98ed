"""A letter as a value: composed, compared, put in order, and printed in four formats."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pypdfium2
import pytest
from docx import Document
from PIL import Image

from barometer.codebook import LANGUAGES
from barometer.errors import NotReady, TooLarge, UnknownValue, Unreadable
from barometer.evidence import logos
from barometer.publication.letter import (
    NEEDED,
    Addressee,
    LetterIn,
    Signed,
    addressees,
    alphabetical,
    compose,
    content,
    digest,
    of_content,
    templates,
)
from barometer.publication.letter_figures import FIGURES, filled, names_in
from barometer.publication.letter_render import FORMATS, render_letter
from barometer.publication.letter_versions import changes, is_substantive


def given(**changed):
    """A letter of invented people to an invented minister."""
    words = {
        "title": {"en": "Letter on <b>arrests</b>"},
        "addressees": {"en": "Askar Minister\nMinister of Invention\n1 Street\n\nThe Office"},
        "salutation": {"en": "Dear Minister,"},
        "undersigned": {"en": "We, the undersigned, write to you."},
        "concern": {"en": "Since {since} there were {arrests} arrests.\n\nThey *hurt* everybody."},
        "demand.a": {"en": "Release Saule Oydan."},
        "demand.b": {"en": "Meet us by 3 May 2031."},
        "wider": {"en": "More widely, things are worse."},
        "closing": {"en": "We are ready to meet you."},
    }
    return LetterIn(
        **{
            "words": words,
            "day": date(2031, 4, 13),
            "sent_via": "office@minister.example",
            "demands": ("a", "b"),
            "people": (("p", {"en": "Saule Oydan"}, {"en": "Under house arrest since 17 March 2031."}),),
            "figures": {"en": {"since": "1 March 2031", "arrests": "4"}},
        }
        | changed
    )


def png(size=(40, 20), colour=(200, 30, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def test_a_letter_says_what_its_parts_say():
    letter = compose(given(), "en")
    assert letter.day_words == "13 April 2031"
    assert letter.addressees == (
        Addressee("Askar Minister", "Minister of Invention", ("1 Street",)),
        Addressee("The Office"),
    )
    assert letter.concern == ("Since 1 March 2031 there were 4 arrests.", "They *hurt* everybody.")
    assert [(one.number, one.text) for one in letter.demands] == [
        (1, "Release Saule Oydan."),
        (2, "Meet us by 3 May 2031."),
    ]
    assert letter.people[0].drafted and letter.people[0].text == "Under house arrest since 17 March 2031."


def test_own_words_and_an_own_name_stand_before_the_draft():
    words = given().words | {"person.p": {"en": "Our own words."}, "name.p": {"en": "Ms Oydan"}}
    person = compose(given(words=words), "en").people[0]
    assert (person.name, person.text, person.drafted) == ("Ms Oydan", "Our own words.", False)


def test_figures_are_of_a_fixed_list():
    assert names_in("{arrests} and {arrests} of {relief}") == ("arrests", "relief")
    for text in ("{arrests.__class__}", "{0}", "{}", "{{7*7}}", "{% now %}"):
        with pytest.raises(UnknownValue, match="no figure"):
            filled(text, {"arrests": "4"})
    with pytest.raises(NotReady, match="not known"):
        filled("{relief}", {"arrests": "4"})
    assert filled("a } b { c", {}) == "a } b { c"


def test_what_is_kept_of_a_letter_makes_it_again():
    letter = compose(given(), "en")
    assert of_content(content(letter), "en") == letter
    kept = {"en": content(letter)}
    assert digest(kept) == digest({"en": content(compose(given(), "en"))})
    assert digest(kept) != digest({"en": content(compose(given(day=date(2031, 4, 14)), "en"))})


# --- versions -------------------------------------------------------------------------------------------------


def differs(part, before, after, language="en"):
    """What the machine says of one change in a part."""
    old, new = ({language: content(compose(given(), "en")) | {part: text}} for text in (before, after))
    found = changes(old, new)
    return [change.kind for change in found], is_substantive(found)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("We wriet to you.", "We write to you.", "spelling"),
        ("We  write , to you", "We write, to you", "spelling"),
        ("Four were arrested in march", "Four were arrested, in march", "spelling"),
        ("There were 4 arrests.", "There were 5 arrests.", "number"),
        ("It was in March that they came.", "It was in April that they came.", "date"),
        ("They say that Saule came.", "They say that Dana came.", "name"),
        ("They were released.", "They were convicted.", "wording"),
        ("They were charged.", "They were not charged.", "wording"),
        ("We write.", "We write because everybody is afraid of what comes.", "wording"),
    ],
)
def test_a_slip_is_told_and_a_change_of_substance_is_asked(before, after, kind):
    assert differs("closing", [before], [after]) == ([kind], kind != "spelling")


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("ru", "Это было в июне", "Это было в июле"),
        ("ru", "Суд вынес решение", "Суд не вынес решение"),
        ("kk", "Ол шілдеде қамалды", "Ол маусымда қамалды"),
        ("kk", "Ол кінәлі деп танылды", "Ол кінәлі емес деп танылды"),
    ],
)
def test_dates_and_noes_count_in_every_language(language, before, after):
    assert differs("closing", [before], [after], language)[1]


def test_demands_and_people_that_come_or_go_are_substance():
    old = {"en": content(compose(given(), "en"))}
    for changed in (given(demands=("a",)), given(demands=("b", "a")), given(people=()), given(sent_via="9")):
        assert is_substantive(changes(old, {"en": content(compose(changed, "en"))})), changed
    assert not changes(old, old)
    assert is_substantive(changes(old, {}))


def test_a_mended_slip_in_a_demand_is_no_other_demand():
    words = given().words | {"demand.a": {"en": "Relaese Saule Oydan."}}
    found = changes(
        {"en": content(compose(given(words=words), "en"))}, {"en": content(compose(given(), "en"))}
    )
    assert [change.kind for change in found] == ["spelling"]


# --- order ----------------------------------------------------------------------------------------------------


def test_names_are_in_the_order_of_the_page_s_alphabet():
    names = ["Юла қоры", "Әділ қор", "Азат қор", "The Beta Fund", "Élan", "Alpha", "Ұлан қор", "«Бірлік»"]
    assert sorted(names, key=lambda name: alphabetical(name, "kk")) == [
        "Азат қор", "Әділ қор", "«Бірлік»", "Ұлан қор", "Юла қоры", "Alpha", "The Beta Fund", "Élan",
    ]  # fmt: skip
    assert sorted(names, key=lambda name: alphabetical(name, "en"))[:3] == ["Alpha", "The Beta Fund", "Élan"]


# --- formats --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_letter_is_the_same_bytes_and_says_all(format):
    letter = compose(given(), "en").signed_by(
        [Signed("An Invented Fund", logo=png()), Signed("D. Alim", "editor")]
    )
    data = render_letter(letter, format)
    assert render_letter(letter, format) == data
    text = text_of(data, format)
    for words in (
        "Askar Minister", "4 arrests", "Release Saule Oydan.", "Under house arrest since 17 March 2031.",
        "An Invented Fund", "D. Alim, editor", "office@minister.example", "Cases of urgent concern",
    ):  # fmt: skip
        assert words in text, words


def text_of(data, format):
    if format == "docx":
        document = Document(io.BytesIO(data))
        return "\n".join(paragraph.text for paragraph in document.paragraphs)
    if format == "pdf":
        pages = pypdfium2.PdfDocument(data)
        text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
        return text.replace("D. Alim editor", "D. Alim, editor")
    return data.decode()


@pytest.mark.parametrize("size", [(600, 3), (3, 300), (420, 130)])
def test_a_logo_of_any_form_fits_its_box(size):
    letter = compose(given(), "en").signed_by([Signed("An Invented Fund", logo=png(size))])
    document = Document(io.BytesIO(render_letter(letter, "docx")))
    [picture] = document.inline_shapes
    assert picture.width.mm <= 42.01 and picture.height.mm <= 13.01
    assert render_letter(letter, "pdf").startswith(b"%PDF-")


def test_nothing_in_a_text_is_markup():
    letter = compose(given(), "en")
    assert "&lt;b&gt;arrests&lt;/b&gt;" in render_letter(letter, "html").decode()
    assert "\\*hurt\\*" in render_letter(letter, "md").decode()
    evil = given(words=given().words | {"closing": {"en": '#eval("1") $x$ *b* <script> \u0007'}})
    assert '#eval("1")' in text_of(render_letter(compose(evil, "en"), "pdf"), "pdf")


def test_a_docx_has_styles_a_title_and_described_logos():
    letter = compose(given(), "en").signed_by([Signed("An Invented Fund", logo=png())])
    document = Document(io.BytesIO(render_letter(letter, "docx")))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["Letter on <b>arrests</b>"] == "Title"
    assert styles["Cases of urgent concern"] == "Heading 1"
    assert styles["Release Saule Oydan."] == "List Number"
    with zipfile.ZipFile(io.BytesIO(render_letter(letter, "docx"))) as packed:
        body = packed.read("word/document.xml").decode()
    assert 'descr="An Invented Fund"' in body


# --- templates, logos -----------------------------------------------------------------------------------------


def test_templates_are_whole_in_three_languages():
    assert list(templates()) == ["arrests", "blocked-site", "draft-law", "attack-not-investigated"]
    for template in templates().values():
        assert set(NEEDED) <= set(template.words)
        for texts in (template.label, *template.words.values(), *template.demands):
            assert set(texts) == set(LANGUAGES)
            assert len({names_in(text) for text in texts.values()}) <= 1 or all(
                set(names_in(texts["en"])) == set(names_in(text)) for text in texts.values()
            )
        for language in LANGUAGES:
            letter = compose(
                LetterIn(words=template.words, figures={language: dict.fromkeys(FIGURES, "7")}), language
            )
            assert letter.gaps, "a template says what is to be filled in"


def test_a_logo_is_made_anew_and_small():
    made = logos.logo(png((1200, 400)) + b"<script>a stowaway</script>")
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size) == ("PNG", (600, 200))
    assert b"stowaway" not in made


def test_a_logo_that_is_none_is_refused():
    with pytest.raises(Unreadable):
        logos.logo(b"<svg onload='alert(1)'/>")
    with pytest.raises(Unreadable):
        logos.logo(b"GIF89a")
    with pytest.raises(TooLarge):
        logos.logo(b"\x89PNG\r\n\x1a\n" + b"0" * (1 << 20))
    with pytest.raises(TooLarge):
        logos.remade(png((4000, 3000)))


def test_addressees_are_read_as_an_editor_writes_them():
    assert addressees("  \n\n A\n\n B \n r\n x\n y ") == (Addressee("A"), Addressee("B", "r", ("x", "y")))
