"""Watched pages, lists of links, captured documents, walls before them, and copies of them."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
from datetime import date

import pytest
from docx import Document as Docx
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BadInput, TooLarge, Unreadable
from barometer.sources.documents import canonical_address, document_as_json, document_from_json, to_document
from barometer.sources.found import LayoutChanged
from barometer.sources.links import read_links
from barometer.sources.markup import decoded, plain, web_address
from barometer.sources.pages import difference, listed, look
from barometer.sources.twins import alike, bands, exact, fingerprint, likeness, sketch
from barometer.sources.walls import look_for_wall, wall

URL = "https://gazette.invented.example/news/1"


# --- pages ------------------------------------------------------------------------------------------------------


def test_a_part_of_a_page_in_lines():
    html = """<main><h2>Calendar</h2><table><tr><th>Hour<th>Case</tr><tr><td>9:00<td>The <b>town</b> v. Editor</tr></table>
    <p>One<br>Two</p><script>no()</script><div class=x>A<div class=x>B</div></div></main>"""
    assert look(html, "table") == ("Hour | Case", "9:00 | The town v. Editor")
    assert look(html, "p") == ("One", "Two")
    assert look(html, ".x") == ("A", "B")  # a part within a part is told once
    assert look(html, "main, table")[0] == "Calendar"


def test_a_part_that_is_gone_or_cannot_be_named():
    with pytest.raises(LayoutChanged, match="'Court', #diary, main") as changed:
        look("<title>Court</title><main id=diary>", "#calendar", url=URL)
    assert (changed.value.place, changed.value.file) == ("#calendar", URL)
    assert look("<main></main>", "main") == ()
    with pytest.raises(BadInput, match="is no CSS selector"):
        look("<main>", "main[[")


def test_the_links_of_a_part():
    html = "<a href=/0>0</a><main><a href='/1#top'> One </a><a href=/1>again</a><a href='mailto:a@b'>m</a><a href='//o.example/2'>Two</a>"
    assert listed(html, "main", URL) == (
        ("https://gazette.invented.example/1", "One"),
        ("https://o.example/2", "Two"),
    )


def test_a_difference():
    told = difference(("A", "B", "B", "C"), ("B", "C", "A", "D"))
    assert (told.added, told.removed) == (("D",), ("B",))
    assert told.diff.splitlines()[:2] == ["--- before", "+++ now"]
    assert not difference(("A",), ("A",))
    assert difference(("A", "B"), ("B", "A"))  # an order that changed is a change


LINES = st.lists(st.sampled_from("ABCD"), max_size=12)


@given(LINES, LINES)
def test_what_came_and_went_accounts_for_all(old, new):
    told = difference(old, new)
    assert sorted([*old, *told.added]) == sorted([*new, *told.removed])
    assert not set(told.added) & set(told.removed)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/a#b", "https://gazette.invented.example/a"),
        (" https://o.example/\n a ", "https://o.example/a"),
        ("javascript:alert(1)", ""),
        ("https://[::1", ""),
        ("", ""),
        ("http://", ""),
    ],
)
def test_web_addresses(written, address):
    assert web_address(written, URL) == address


def test_a_page_in_its_encoding():
    assert decoded("Суд".encode("cp1251"), "windows-1251") == ("Суд", "windows-1251")
    words = "Редакция газеты сообщила о решении суда"
    assert decoded(f"<meta charset=windows-1251>{words}".encode("cp1251"))[0].endswith(words)
    assert decoded(f"<meta charset=utf-8>{words}".encode("cp1251"), "utf-8")[1] == "cp1251"
    assert decoded(words.encode("utf-16"))[0] == words
    assert decoded(words.encode(), "hex")[0] == words  # a codec that is no encoding
    assert decoded(words.encode()[:-1], "utf-8")[1] == "utf-8"
    assert plain("a &amp; b\n<br>c") == "a & b\nc"


# --- lists ------------------------------------------------------------------------------------------------------


def workbook(rows):
    """The least that is an XLSX workbook."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    space = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{space}/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


ROWS = [
    ["№", "Ссылка"],
    ["1", "https://a.example/1"],
    ["2", "soon"],
    ["", ""],
    ["3", "https://a.example/1#x"],
]
TABLE = "\n".join(";".join(row) for row in ROWS)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TABLE.encode(), "list.csv"),
        (TABLE.encode("utf-8-sig"), "list.csv"),
        (TABLE.encode("cp1251"), "list.CSV"),
        (TABLE.encode("utf-16"), "list.csv"),
        (TABLE.replace(";", "\t").encode(), "list.tsv"),
        (workbook(ROWS), "list.xlsx"),
    ],
)
def test_a_list_with_its_rows(data, name):
    first, bad, twice = read_links(data, name)
    assert (first.row, first.url, first.title, first.error) == (2, "https://a.example/1", "1", "")
    assert (bad.row, bad.url, bad.error[:24]) == (3, "", "'soon' is no web address")
    assert (twice.row, twice.url, twice.error) == (5, "", "the same address as in row 2")


def test_a_list_of_lines(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("# mine\nhttps://a.example/1 A first one\n\nhttps://a.example/2\nftp://a.example/3\n")
    assert [(link.row, link.url, link.title) for link in read_links(path)] == [
        (2, "https://a.example/1", "A first one"),
        (4, "https://a.example/2", ""),
        (5, "", "ftp://a.example/3"),
    ]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"PK\x03\x04 no workbook", "a.xlsx", "not a XLSX workbook"),
        (b"\x00\x01\x02", "a.csv", "binary file"),
        (b"x", "a.doc", "cannot be read"),
        (workbook([["x"]])[:-30], "a.xlsx", "cut off"),
    ],
)
def test_what_is_no_list(data, name, words):
    with pytest.raises(BadInput, match=words) as error:
        read_links(data, name)
    assert error.value.file == name


def test_a_workbook_that_unpacks_too_far():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (70 << 20))
    with pytest.raises(TooLarge, match="zip bomb"):
        read_links(data.getvalue(), "bomb.xlsx")


# --- documents --------------------------------------------------------------------------------------------------

PROSE = "Суд города оштрафовал редактора вымышленной газеты, сообщает её адвокат. "
ARTICLE = f"""<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Штраф — Газета</title>
<meta property="article:published_time" content="2026-03-09T10:00:00+05:00"><meta name="author" content="Мира Вымышлева">
<link rel="canonical" href="/news/1?utm_source=feed&amp;id=7"></head><body><nav><a href="/">На главную</a></nav>
<article><h1>Штраф редактору</h1><p>{PROSE * 4}</p><p>{PROSE * 3} <a href="https://court.example/7">Решение суда</a></p>
</article><footer>Контакты редакции</footer></body></html>"""


def test_a_captured_page():
    told = to_document(
        ARTICLE.encode(),
        url="https://www.gazette.invented.example/news/1?fbclid=x#top",
        media_type="text/html",
    )
    assert told.title.startswith("Штраф")
    assert (told.author, told.published, told.language, told.wall) == (
        "Мира Вымышлева",
        date(2026, 3, 9),
        "ru",
        "",
    )
    assert told.canonical == "https://www.gazette.invented.example/news/1?id=7"
    assert told.text.count("оштрафовал") == 7
    assert "На главную" not in told.text
    assert told.links == ("https://court.example/7",)
    assert document_from_json(json.loads(json.dumps(document_as_json(told)))) == told


def test_anothers_address_is_not_taken_as_canonical():
    html = ARTICLE.replace("/news/1?utm", "https://famous.example/news/1?utm")
    assert to_document(html.encode(), url=URL).canonical == URL
    assert to_document(ARTICLE.encode("cp1251"), url=URL, charset="utf-8").author == "Мира Вымышлева"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTPS://Gazette.Example.:443/a?utm_source=x&b=1&fbclid=2#c", "https://gazette.example/a?b=1"),
        ("http://a.example", "http://a.example/"),
        ("http://a.example:8080/?q=%D1%81%20x", "http://a.example:8080/?q=%D1%81%20x"),
        ("mid:1@x", "mid:1@x"),
        ("http://a.example:99999/", "http://a.example:99999/"),
    ],
)
def test_canonical_addresses(address, canonical):
    assert canonical_address(address) == canonical


def a_pdf(words):
    """The least that is a PDF with words."""
    stream = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(A ruling)/Author(Court)/CreationDate(D:20260309100000)>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (at, part) for at, part in enumerate(parts, 1))
    return body + b"trailer<</Root 1 0 R/Info 6 0 R/Size 7>>\n%%EOF"


def test_files():
    pdf = to_document(
        a_pdf("The editor is fined: https://court.example/7."),
        url=f"{URL}.pdf",
        media_type="application/octet-stream",
    )
    assert (pdf.title, pdf.author, pdf.published) == ("A ruling", "Court", date(2026, 3, 9))
    assert pdf.text == "The editor is fined: https://court.example/7."
    assert pdf.links == ("https://court.example/7",)
    written = io.BytesIO()
    paper = Docx()
    paper.add_paragraph("Statement of the Invented Union")
    paper.add_paragraph("We ask for his release.")
    paper.save(written)
    docx = to_document(written.getvalue(), url="file:statement.docx")
    assert (docx.title, docx.language) == ("Statement of the Invented Union", "en")
    assert docx.text == "Statement of the Invented Union\n\nWe ask for his release."
    assert (
        to_document("Мәлімдеме\r\nБіз өтінеміз".encode(), url="file:a.txt").text == "Мәлімдеме\nБіз өтінеміз"
    )


@pytest.mark.parametrize(
    ("data", "media_type", "words"),
    [
        (b"", "", "holds no words"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png", "image/png holds no words that we read"),
        (b"%PDF-1.4 cut", "", "no whole PDF"),
        (a_pdf(""), "application/pdf", "pictures without words"),
        (b"PK\x03\x04word/ cut", "", "cut off"),
        (b"<html>" + b" " * (17 << 20), "text/html", "no article"),
    ],
)
def test_what_holds_no_words(data, media_type, words):
    with pytest.raises(BadInput, match=words) as error:
        to_document(data, url=URL, media_type=media_type)
    assert error.value.file == URL
    assert error.value.next_step


def test_hostile_pages():
    told = to_document(b"<html><body><p>a\0b\x07c<p>" + b"word " * 400_000, url=URL)
    assert told.text.startswith("abc")
    assert len(told.text) > 1_900_000
    assert to_document(b"<html><title>T</title>", url="").text == ""


@given(st.binary(max_size=300))
def test_no_bytes_break_it(noise):
    for media_type in ("text/html", "application/pdf", "text/plain"):
        try:
            to_document(noise, url=URL, media_type=media_type)
        except (Unreadable, TooLarge):
            continue


# --- walls ------------------------------------------------------------------------------------------------------

LONG = f"<article><p>{PROSE * 20}</article>"
WALLS = [
    ("login", "<title>Log in to Faces</title><input name=email><input type=password>Forgotten password? Create new account", "https://m.faces.example/login/?next=%2Fgroups"),
    ("login", "<title>Вход</title><h1>Войдите, чтобы продолжить</h1><input type=password>Забыли пароль?", "https://friends.example/"),
    ("login", "<title>Кіру</title>Жалғастыру үшін кіріңіз<input type=password>Құпиясөзді ұмыттыңыз ба?", "https://friends.example/a"),
    ("login", "<title>Login • Pictures</title>Log in to see photos from friends.", "https://pictures.example/accounts/login/?next=/p/1/"),
    ("login", "<title>Now</title>Happening now. Join today. Sign up", "https://now.example/i/flow/login?redirect=%2Fa"),
    ("login", "<title>Канал</title><h1>Канал</h1><a href='tg://resolve?domain=x'>Открыть в Telegram</a>", "https://t.example/x"),
    ("captcha", "<title>Just a moment...</title>Checking your browser before you go on<div class=cf-turnstile>", "https://a.example/"),
    ("captcha", "<title>Ой!</title><form action=/showcaptcha>Подтвердите, что вы не робот", "https://a.example/showcaptcha?x"),
    ("cookie consent", "<title>Before you continue</title>We use cookies <button>Accept all</button>", "https://consent.example/m"),
    ("paywall", f"<title>A</title><p>{PROSE * 2}<div class=paywall>Subscribe to continue reading. Already a subscriber?</div>", URL),
    ("paywall", "<title>А</title><p>Суд оштрафовал редактора.<p>Оформите подписку, чтобы читать дальше", URL),
    ("not found page", "<title>404</title><h1>Страница не найдена</h1>Возможно, она была удалена", URL),
    ("not found page", f"<title>Бет табылмады</title><p>Сіз іздеген бет жоқ{LONG}", URL),
    ("not found page", "<title>Page not found</title>The link you followed may be broken", URL),
]  # fmt: skip
POSTS = [
    f"<title>Суд</title><form><input type=password>Войти Забыли пароль?</form>{LONG}",
    f"<title>Журналистов не пустили на вход в суд</title><p>{PROSE * 3}",
    "<title>Ministry</title><p>A short statement.</p>We use cookies <button>Accept all</button>",
    "<title>Login of an editor stolen</title><p>The editor's account was taken over on Monday; the login page was forged by unknown people.",
    f"<title>Новости</title>{LONG}<aside>Страница не найдена — самый частый запрос недели",
    "<p>Редактор задержан.",
    "",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "html", "url"), WALLS)
def test_walls_are_told_with_reasons(kind, html, url):
    told = look_for_wall(html, url)
    assert told.kind == kind
    assert len(told.reasons) >= 2


@pytest.mark.parametrize("html", POSTS)
def test_posts_are_no_walls(html):
    assert wall(html, URL) == ""


def test_a_document_carries_its_wall():
    told = to_document(
        b"<title>Log in</title>Log in to continue<input type=password>", url="https://a.example/login"
    )
    assert told.wall == "login"


# --- copies -----------------------------------------------------------------------------------------------------


def test_the_same_words_are_one_text():
    assert exact("Суд — ОТЛОЖЕН,\nснова!") == exact("суд отложен снова") != exact("суд отложен")
    assert exact("Ещё") == exact("еще")


def test_likeness_by_hand():
    # six words have two runs of five, one of them in common: 1 of 3
    assert likeness("a b c d e f", "a b c d e g") == pytest.approx(1 / 3)
    assert likeness("A, b c d e", "a b c d e") == 1.0
    assert likeness("a b", "a c") == 0.0
    assert likeness("", "a") == 0.0
    assert (sketch("…"), fingerprint(""), alike((), ())) == ((), (), 0.0)


def test_sketches_are_the_same_everywhere():
    told = sketch("a sketch is kept, so it must not change with the machine")
    assert (len(told), len(bands(told))) == (125, 25)
    assert told[:3] == (353988859, 618541772, 1631428684)
    assert all(0 <= band < 1 << 63 for band in bands(told))


def test_near_copies_share_a_band():
    chance = random.Random(7)
    words = [f"w{at}" for at in range(2000)]
    near = far = 0
    for _ in range(150):
        one = [chance.choice(words) for _ in range(400)]
        other = list(one)
        for _ in range(chance.randint(1, 40)):
            other[chance.randrange(400)] = "other"
        first, second = " ".join(one), " ".join(other)
        true, told = likeness(first, second), alike(sketch(first), sketch(second))
        assert abs(true - told) < 0.2
        if true >= 0.8:
            near += 1
            assert set(fingerprint(first)) & set(fingerprint(second))
        far += true < 0.8
    assert near > 10
    assert far > 10
    unlike = " ".join(chance.choice(words) for _ in range(400))
    assert not set(fingerprint(first)) & set(fingerprint(unlike))


def test_a_letter_is_a_letter_whatever_its_file_is_called():
    words = "Хабарлама алынды. Жауап бес жұмыс күнінде беріледі."
    letter = (
        "From: Weather Office <office@weather.invalid>\r\nSubject: Reply\r\nDate: Wed, 12 Mar 2031 09:00:00 +0500\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(words.encode()).decode()
    )
    for name, media_type in (("reply.txt", "text/plain"), ("reply.txt", ""), ("reply.eml", "message/rfc822")):
        document = to_document(letter.encode(), url=name, media_type=media_type)
        assert (document.text, document.title, document.media_type) == (words, "Reply", "message/rfc822")
        assert (document.published, document.author) == (
            date(2031, 3, 12),
            "Weather Office <office@weather.invalid>",
        )
    told = to_document(b"Note: a word\nOf: another\nThe text.", url="a.txt", media_type="text/plain")
    assert told.media_type == "text/plain"
