"""An invented quarter with tricky words: what it composes to, and that each format says it again."""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from lxml import etree

from barometer.codebook import LANGUAGES, Event, codebook
from barometer.errors import NotReady, UnknownValue
from barometer.publication.compose import compose
from barometer.publication.render import FORMATS, render
from barometer.publication.values import BulletinOut, IssueIn, SectionIn, StoryIn
from barometer.sources.bulletin_reader import read_bulletin_file

KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"

#: section, month, and the story in English, Russian and Kazakh; ⟦…⟧ marks the words that the source links
STORIES: tuple[tuple[int, str | None, str, str, str], ...] = (
    (1, "2026-01", "⟦A bill on invented registers⟧ was tabled [again] (twice).", "Внесён законопроект о выдуманных реестрах.", "Ойдан шығарылған тізілімдер туралы заң жобасы енгізілді."),
    (1, "2026-01", "12. articles of the draft were ⟦read aloud⟧; nobody objected.", "12. Статьи проекта зачитали вслух.", "12. Жоба баптары дауыстап оқылды."),
    (1, "2026-02", "- ⟦Deputy Invented⟧ said: “no comment”.", "— Депутат Выдуманный сказал: «без комментариев».", "— Депутат Ойдан Шығарылған: «түсініктеме жоқ», – деді."),
    (1, "2026-03", "# is what ⟦the minister⟧ called *the press* and _its_ readers.", "# — так министр назвал *прессу* и _читателей_.", "# — министр *баспасөзді* және _оқырмандарды_ осылай атады."),
    (2, "2026-01", "⟦Anna Invented⟧ was fined 129,750 tenge & warned ⟦twice⟧.", "Анна Выдуманная оштрафована на 129 750 тенге и предупреждена.", "Анна Ойданға 129 750 теңге айыппұл салынды."),
    (2, "2026-01", "anonymous callers ⟦threatened the desk⟧ of invented.example.", "неизвестные угрожали редакции invented.example.", "белгісіз біреулер invented.example редакциясына қоқан-лоқы көрсетті."),
    (2, "2026-02", "The court ⟦dismissed the claim against Anna Invented⟧.", "Суд отклонил иск к Анне Выдуманной.", "Сот Анна Ойданға қойылған талап арызды қанағаттандырмады."),
    (2, "2026-02", "5 < 7 and 7 > 5, ⟦the invented expert⟧ told the court; a|b, `c`, ~d~.", "5 < 7 и 7 > 5, сказал суду выдуманный эксперт; a|b, `c`, ~d~.", "5 < 7 және 7 > 5, деді сотта сарапшы; a|b, `c`, ~d~."),
    (2, "2026-03", "2026 began badly for ⟦The Invented Paper⟧ &amp; others: ⟦it was searched⟧.", "2026 год начался плохо для «Выдуманной газеты» &amp; других.", "2026 жыл «Ойдан шыққан газет» &amp; басқалар үшін жаман басталды."),
    (2, "2026-03", "What a day!⟦The verdict⟧ was read at night\nand nobody was let in.", "Приговор зачитали ночью\nи никого не пустили.", "Үкім түнде оқылды\nжәне ешкім кіргізілмеді."),
    (3, "2026-01", "⟦Guards pushed Bolat Invented⟧ out of hall No. 3.", "Охрана вытолкала Болата Выдуманного из зала № 3.", "Күзет Болат Ойданды № 3 залдан итеріп шығарды."),
    (3, "2026-01", "‘Not here,’ said the officer, and ⟦took the camera⟧.", "«Не здесь», — сказал офицер и забрал камеру.", "«Мұнда емес», – деп офицер камераны алып қойды."),
    (3, "2026-02", "+7 journalists (all named) were ⟦kept outside⟧.", "+7 журналистов (все названы) оставили снаружи.", "+7 журналист (бәрі аталған) сыртта қалдырылды."),
    (3, "2026-03", "=== was painted on ⟦the newsroom’s door⟧.", "=== нарисовали на двери редакции.", "=== белгісі редакция есігіне салынды."),
    (4, "2026-01", "⟦www.invented_news.example⟧ was down for 3 hours!", "Сайт www.invented_news.example не работал 3 часа!", "www.invented_news.example сайты 3 сағат істемеді!"),
    (4, "2026-02", "\\ and / were mixed up in ⟦the blocking list⟧.", "\\ и / перепутали в списке блокировок.", "\\ мен / бұғаттау тізімінде шатастырылды."),
    (4, "2026-03", "⟦The channel's account⟧ was restored after 24 hours.", "Аккаунт канала восстановили через 24 часа.", "Арнаның аккаунты 24 сағаттан кейін қалпына келтірілді."),
    (5, "2026-01", "⟦The ministry did not answer⟧ the editors’ request.", "Министерство не ответило на запрос редакции.", "Министрлік редакция сауалына жауап бермеді."),
    (5, "2026-02", "An ⟦official⟧ “walked away”…", "Чиновник «ушёл»…", "Шенеунік «кетіп қалды»…"),
    (5, "2026-03", "1) a form letter, 2) silence: that is all ⟦the desk got⟧.", "1) отписка, 2) молчание: вот и всё.", "1) жалпылама жауап, 2) үнсіздік: бары осы."),
    (5, "2026-03", "⟦The archive⟧ closed *for good*.", "Архив закрыт *навсегда*.", "Мұрағат *біржола* жабылды."),
    (6, None, "⟦Observers were asked to leave⟧ polling station No. 351.", "Наблюдателей попросили покинуть участок № 351.", "Бақылаушылардан № 351 учаскеден кету сұралды."),
    (6, None, "⟦A poll was called illegal⟧ [sic].", "Опрос назвали незаконным [так!].", "Сауалнама заңсыз деп аталды [солай!]."),
    (6, None, "Һәм, ІӘҒҚҢӨҰҮҺ: ⟦all the letters⟧ were printed.", "Һәм, ІӘҒҚҢӨҰҮҺ: все буквы напечатаны.", "Һәм, ІӘҒҚҢӨҰҮҺ: барлық әріп басылды."),
    (6, None, "⟦On the last day⟧ a live stream was cut.", "В последний день прервали прямой эфир.", "Соңғы күні тікелей эфир үзілді."),
)  # fmt: skip


def event(kind: str, types: str, phase: str | None, **more: object) -> Event:
    return Event.model_validate({"kind": kind, "types": types.split(), "phase": phase, **more})


VIOLATION = event(
    "violation", "legal.fine", "imposed", people_hit=1, place={"country": "KZ", "region": "KZ-71"}
)
RELIEF = event("relief", "outcome.dismissed legal.fine", "ended")
CONTEXT = event("context", "context.law", None)


def story(place: int) -> StoryIn:
    section, month, marked, ru, kk = STORIES[place]
    links, text = [], ""
    for piece in re.split("(⟦.*?⟧)", marked):
        if piece.startswith("⟦"):
            address = f"https://source.example/{place}?a=1&b=(2)" if place % 2 else None
            links.append((len(text), len(text) + len(piece) - 2, address))
            piece = piece[1:-1]
        text += piece
    found = RELIEF if "dismissed" in text or "restored" in text else CONTEXT if section == 1 else VIOLATION
    return StoryIn(
        key=f"e{place}",
        section=section,
        month=month,
        position=place,
        headline=None,
        texts={"en": text, "ru": ru, "kk": kk},
        links=tuple(links),
        source_language="en",
        event_ids=(f"public{place}",),
        events=(found,),
    )


def issue() -> IssueIn:
    return IssueIn(
        period="2026Q1",
        titles={},
        intros={
            "en": "Overview of the first quarter of 2026.\n\nA second\nparagraph.",
            "ru": "Обзор первого квартала 2026 года.",
            "kk": "2026 жылдың бірінші тоқсанына шолу.",
        },
        contacts={"en": "Write to us at desk@invented.example", "ru": "Пишите нам: desk@invented.example"},
        sections=(
            SectionIn(
                6,
                {
                    "en": "Invented referendum.",
                    "ru": "Выдуманный референдум",
                    "kk": "Ойдан шығарылған референдум",
                },
                {"en": "What was seen on polling day.", "ru": "Что видели в день голосования."},
            ),
        ),
        stories=tuple(map(story, range(len(STORIES)))),
        address_of_site="https://site.example/",
    )


@pytest.fixture(scope="module", params=LANGUAGES)
def bulletin(request: pytest.FixtureRequest) -> BulletinOut:
    return compose(issue(), request.param)


# --- composing --------------------------------------------------------------------------------------------


def test_sections_stand_by_number_with_their_full_titles(bulletin: BulletinOut) -> None:
    assert [section.number for section in bulletin.sections] == [1, 2, 3, 4, 5, 6]
    standing = codebook().sections
    assert all(s.title.text == standing[s.number].title[bulletin.language] for s in bulletin.sections[:5])
    assert not bulletin.sections[5].title.text.endswith(".")
    assert [month.month for month in bulletin.sections[5].months] == [None]
    assert [month.month for month in bulletin.sections[1].months] == ["2026-01", "2026-02", "2026-03"]


def test_every_item_is_one_paragraph_with_linked_words(bulletin: BulletinOut) -> None:
    assert len(bulletin.items) == len(STORIES)
    for item in bulletin.items:
        assert item.links
        assert "\n" not in item.text
        assert "".join(text for text, _ in item.runs) == item.text
        for link in item.links:
            said = item.text[link.start : link.end]
            assert said == said.strip() != ""


def test_the_sources_words_are_linked_in_its_own_language() -> None:
    items = {item.key: item for item in compose(issue(), "en").items}
    linked = [items["e4"].text[link.start : link.end] for link in items["e4"].links]
    assert linked == ["Anna Invented", "twice"]
    assert items["e9"].text == "What a day!The verdict was read at night and nobody was let in."
    assert items["e1"].links[0].address == "https://source.example/1?a=1&b=%282%29"
    assert items["e4"].links[0].address == "https://site.example/en/events/public4/"


def test_other_languages_link_a_leading_phrase_to_the_same_source() -> None:
    item = next(item for item in compose(issue(), "ru").items if item.key == "e11")
    assert item.links[0].address == "https://source.example/11?a=1&b=%282%29"
    assert item.text[item.links[0].start : item.links[0].end] == "«Не здесь», — сказал офицер и забрал камеру"


def test_without_a_site_and_a_source_the_words_lead_nowhere() -> None:
    item = compose(replace(issue(), address_of_site=None), "kk").items[0]
    assert item.links == ()
    assert item.runs == ((item.text, None),)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "//x", "http://[broken", "", " # "]
)
def test_an_address_that_is_no_web_address_is_not_printed(address: str) -> None:
    harmful = replace(story(0), links=((0, 6, address),), event_ids=())
    item = compose(replace(issue(), stories=(harmful,)), "en").items[0]
    assert item.links == ()


def test_a_missing_text_is_the_events_summary_then_english_and_says_so() -> None:
    summed = VIOLATION.model_copy(update={"summary": {"en": "A fine", "kk": "Айыппұл салынды"}})
    told = replace(
        story(4), texts={"en": "An English story about Anna Invented."}, events=(summed, summed), links=()
    )
    one = replace(issue(), stories=(told,))
    kazakh, russian = compose(one, "kk"), compose(one, "ru")
    assert (kazakh.items[0].text, kazakh.items[0].language) == ("Айыппұл салынды. Айыппұл салынды.", "kk")
    assert (russian.items[0].text, russian.items[0].language) == (
        "An English story about Anna Invented.",
        "en",
    )
    assert any(line.endswith(": 1.") for line in russian.imprint)
    assert '<p id="item-e4" lang="en">' in render(russian, "html").decode()


def test_an_item_that_nothing_is_said_of_is_refused() -> None:
    silent = replace(story(0), texts={"en": "  "}, events=(CONTEXT,))
    with pytest.raises(NotReady, match="e0"):
        compose(replace(issue(), stories=(silent,)), "kk")


def test_items_without_a_section_stand_where_their_type_belongs() -> None:
    lost = replace(story(4), section=None)
    assert [s.number for s in compose(replace(issue(), sections=(), stories=(lost,)), "en").sections] == [2]


def test_what_is_not_known_is_refused_in_words() -> None:
    with pytest.raises(UnknownValue, match="'de'.*en, ru, kk"):
        compose(issue(), "de")
    with pytest.raises(UnknownValue, match="spring.*2026Q1"):
        compose(replace(issue(), period="spring"), "en")
    with pytest.raises(UnknownValue, match="'odt'.*md, html, docx, pdf"):
        render(compose(issue(), "en"), "odt")
    with pytest.raises(NotReady, match="2026Q1"):
        compose(replace(issue(), stories=()), "en")


def test_a_machines_text_is_labelled_in_every_format() -> None:
    made = compose(replace(issue(), stories=(replace(story(0), machine=True),)), "en")
    for form in ("md", "html"):
        assert b"machine-made text" in render(made, form)
    assert "machine-made text" in docx_text(render(made, "docx"))
    assert "machine-made text" in pdf_text(render(made, "pdf"))


# --- formats ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bulletin_is_the_same_bytes(bulletin: BulletinOut, form: str) -> None:
    assert render(bulletin, form) == render(compose(issue(), bulletin.language), form)


@pytest.mark.parametrize("form", ["md", "docx"])
def test_reading_it_again_gives_the_same_bulletin(bulletin: BulletinOut, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"again.{form}"
    path.write_bytes(render(bulletin, form))
    again = read_bulletin_file(path)
    printed = [
        (section.number, month.month, item.text)
        for section in bulletin.sections
        for month in section.months
        for item in month.items
    ]
    assert [(entry.section, entry.month, entry.text) for entry in again.entries] == printed
    assert [(s.number, s.title) for s in again.sections] == [
        (s.number, s.title.text) for s in bulletin.sections
    ]
    assert (again.quarter, again.language, again.title) == (
        bulletin.period,
        bulletin.language,
        bulletin.title,
    )
    assert again.contact == bulletin.contact.text
    assert again.sections[5].intro == bulletin.sections[5].intro.text
    linked = [[item.text[link.start : link.end] for link in item.links] for item in bulletin.items]
    assert [[link.text for link in entry.links] for entry in again.entries] == linked


def test_contents_lead_to_the_headings_and_are_no_text_of_the_bulletin(bulletin: BulletinOut) -> None:
    body = docx.Document(io.BytesIO(render(bulletin, "docx"))).element.body
    block = body.find(qn("w:sdt"))
    assert " TOC " in "".join(mark.text for mark in block.iter(qn("w:instrText")))
    leads = [link.get(qn("w:anchor")) for link in block.iter(qn("w:hyperlink"))]
    assert leads == ["figures", *(f"section_{number}" for number in range(1, 7))]
    marks = {mark.get(qn("w:name")) for mark in body.findall(f"{qn('w:p')}/{qn('w:bookmarkStart')}")}
    assert marks == set(leads)
    assert [mark.get(qn("w:fldCharType")) for mark in block.iter(qn("w:fldChar"))] == [
        "begin",
        "separate",
        "end",
    ]
    said = ["".join(text.text for text in line.iter(qn("w:t"))) for line in block.iter(qn("w:p"))]
    assert said[-1] == f"6. {bulletin.sections[5].title.text}"


@pytest.fixture(params=["no address", "some addresses"])
def unlinked(request: pytest.FixtureRequest) -> IssueIn:
    """The quarter without a site, so that words without an address of the source lead nowhere."""
    stories = tuple(
        replace(one, links=())
        if request.param == "no address" or one.section == 6 and one.position < 23
        else one
        for one in issue().stories
    )
    return replace(issue(), stories=stories, address_of_site=None)


@pytest.mark.parametrize(
    ("language", "intro"),
    [
        pytest.param(language, intro, marks=[] if intro == (language == "ru") else pytest.mark.long)
        for language in LANGUAGES
        for intro in (True, False)
    ],
)
@pytest.mark.parametrize("form", ["md", "docx"])
def test_without_a_site_it_reads_again_the_same(
    unlinked: IssueIn, form: str, language: str, intro: bool, tmp_path: Path
) -> None:
    """Words that lead nowhere are plain, and still every paragraph is read as what it is."""
    if not intro:
        unlinked = replace(unlinked, sections=(replace(unlinked.sections[0], intros={}),))
    bulletin = compose(unlinked, language)
    path = tmp_path / f"again.{form}"
    path.write_bytes(render(bulletin, form))
    again = read_bulletin_file(path)
    assert [(entry.section, entry.month, entry.text) for entry in again.entries] == [
        (section.number, month.month, item.text)
        for section in bulletin.sections
        for month in section.months
        for item in month.items
    ]
    assert [(s.number, s.title, s.intro) for s in again.sections] == [
        (s.number, s.title.text, s.intro.text) for s in bulletin.sections
    ]


def test_words_that_lead_nowhere_are_no_links(unlinked: IssueIn) -> None:
    bulletin = compose(unlinked, "en")
    page = Page.of(render(bulletin, "html"))
    assert not [target for target in page.links if target.startswith("#item-")]
    body = docx.Document(io.BytesIO(render(bulletin, "docx"))).element.body
    outside = [link for link in body.findall(f"{qn('w:p')}/{qn('w:hyperlink')}") if link.get(qn("r:id"))]
    assert len(outside) == sum(len(item.links) for item in bulletin.items)
    assert not [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor")) == "_top"]
    # One stays in Markdown: under an intro without a month, it tells our reader where the items begin.
    assert render(bulletin, "md").count(b"](#)") == 1


def test_a_story_that_the_source_does_not_link_has_its_page_and_nothing_else() -> None:
    bare = replace(story(4), links=())
    with_site, without = (
        compose(replace(issue(), stories=(bare,), address_of_site=site), "en").items[0]
        for site in ("https://site.example", None)
    )
    assert [link.address for link in with_site.links] == ["https://site.example/en/events/public4/"]
    assert without.links == ()


def test_the_page_needs_nothing_but_itself(bulletin: BulletinOut) -> None:
    page = Page.of(render(bulletin, "html"))
    assert page.language == bulletin.language
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert page.text.count(bulletin.title) >= 2
    squeezed = squeeze(page.text)
    assert all(squeeze(item.text) in squeezed for item in bulletin.items)
    assert page.headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert {target[1:] for target in page.links if target.startswith("#")} <= set(page.ids)
    assert page.tags.count("caption") == page.tags.count("table") == 3


def test_word_has_real_styles_links_and_languages(bulletin: BulletinOut) -> None:
    written = render(bulletin, "docx")
    document = docx.Document(io.BytesIO(written))
    styles = [p.style.name for p in document.paragraphs]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") == 7
    assert styles.count("Heading 2") == 15
    linked = sum(len(item.links) for item in bulletin.items)
    assert len(document.element.body.findall(f"{qn('w:p')}/{qn('w:hyperlink')}")) == linked
    assert {table.style.name for table in document.tables} == {"Bulletin Table"}
    assert (
        document.core_properties.language == {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}[bulletin.language]
    )
    assert document.core_properties.title.startswith(bulletin.title)
    told = [picture.get("descr") for picture in document.element.body.iter(qn("wp:docPr"))]
    assert len(told) == len(document.inline_shapes) == 3  # sections, relief, map
    assert all(told)
    assert all(table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for table in document.tables)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        assert b"PAGE" in archive.read("word/footer1.xml")


def test_the_pdf_says_every_item_and_has_bookmarks_and_links(bulletin: BulletinOut) -> None:
    written = render(bulletin, "pdf")
    text = squeeze(pdf_text(written))
    assert all(squeeze(item.text) in text for item in bulletin.items)
    pdf = pypdfium2.PdfDocument(written)
    marks = [mark.get_title() for mark in pdf.get_toc() if mark.level == 0]
    assert len(marks) == 7
    assert marks[-1].startswith("6. ")
    assert pdf.get_metadata_value("Title").startswith(bulletin.title)
    assert b"/MarkInfo" in written
    assert f"/Lang({bulletin.language}".encode() in written.replace(b" ", b"")
    assert b"https://source.example/1?a=1&b=%282%29" in written


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contact_line_stands_with_text_and_its_address_is_whole(language: str) -> None:
    """Whatever the length of the bulletin, the last page has more than the contact line."""
    contact = dict.fromkeys(
        LANGUAGES, f"{'Words before it, ' * 5}desk-of-the-barometer@invented-newsroom.example"
    )
    for count in range(12, 25, 2):
        made = compose(replace(issue(), stories=issue().stories[:count], contacts=contact), language)
        pages = [
            page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(render(made, "pdf"))
        ]
        assert "desk-of-the-barometer@invented-newsroom.example" in pages[-1]
        last = made.items[-1].text if made.sections[-1].months else made.sections[-1].intro.text
        assert squeeze(last)[-20:] in squeeze(pages[-1])


def test_a_running_head_is_one_line() -> None:
    long = {
        "en": "A very long title of a bulletin of freedom of speech in an invented country and its regions"
    }
    made = compose(replace(issue(), titles=long), "en")
    for page in list(pypdfium2.PdfDocument(render(made, "pdf")))[1:]:
        width, height = page.get_size()
        head = page.get_textpage().get_text_bounded(0, height - 82, width, height)
        assert head.strip().startswith("First quarter of 2026")
        assert len(set(head.strip().splitlines())) <= 2  # the period and the section, each whole
        assert "very long title" not in head


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "csv"])
def test_kazakh_letters_are_printed_in_every_format(form: str) -> None:
    letters = replace(story(0), texts={"kk": f"Әріптер: {' '.join(KAZAKH)}."}, links=())
    written = render(compose(replace(issue(), stories=(letters, *issue().stories[1:])), "kk"), form)
    text = {"docx": docx_text, "pdf": pdf_text, "email": mail_text}.get(form, bytes.decode)(written)
    assert set(KAZAKH) <= set(text)


def test_hostile_text_stays_text() -> None:
    words = '<script>alert(1)</script> #read("/etc/passwd") $x$ @label \x00\x07\x1b \ud800 </p> {{7*7}} &lt; ![a](b)'
    hostile = replace(story(4), texts={"en": words}, links=(), key='k"><b>')
    made = compose(replace(issue(), titles={"en": words}, stories=(hostile,)), "en")
    shown = made.items[0].text
    assert shown.startswith('<script>alert(1)</script> #read("/etc/passwd")')
    page = Page.of(render(made, "html"))
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert squeeze(shown) in squeeze(page.text)
    assert squeeze(shown) in squeeze(docx_text(render(made, "docx")))
    assert squeeze(shown) in squeeze(pdf_text(render(made, "pdf")))
    assert b"<script" not in render(made, "md").replace(b"\\<script", b"")


def test_a_quarter_without_violations_has_no_chart_and_still_prints() -> None:
    quiet = compose(replace(issue(), stories=(story(0),)), "ru")
    assert b"<svg" not in render(quiet, "html")
    assert all(render(quiet, form) for form in FORMATS)


# --- reading what was written -----------------------------------------------------------------------------


def squeeze(text: str) -> str:
    """Letters and figures only: line ends, hyphens and ligatures of a page do not matter."""
    return re.sub(r"[\W_]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


def docx_text(written: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(written)).paragraphs)


def mail_text(written: bytes) -> str:
    """The plain text of a letter."""
    letter = email.message_from_bytes(written, policy=email.policy.default)
    return str(letter.get_body(("plain",)).get_content())


def pdf_text(written: bytes) -> str:
    """The text of all pages without running heads and page numbers."""
    pages = []
    for page in pypdfium2.PdfDocument(written):
        width, height = page.get_size()
        pages.append(page.get_textpage().get_text_bounded(0, 70, width, height - 78))
    return " ".join(pages)


class Page(HTMLParser):
    """What a test wants to know of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.language = ""
        self.text = ""

    @classmethod
    def of(cls, written: bytes) -> Page:
        page = cls()
        page.feed(written.decode())
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = given["lang"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_sign_without_a_letter_form_does_not_cost_the_pdf() -> None:
    told = story(0)
    texts = {language: f"{text} \U0001f600 中" for language, text in told.texts.items()}
    made = compose(replace(issue(), stories=(replace(told, texts=texts),)), "en")
    assert pdf_text(render(made, "pdf")).strip()
