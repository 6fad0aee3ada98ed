"""Notices from Lumen's JSON, tables and letters: what each field is, and nothing lost that cannot be read."""

from __future__ import annotations

import json
import time
from datetime import date
from email.message import EmailMessage

import pytest

from barometer.reach.notices import Broken, Notice, read_notices


def only(found: list[Notice | Broken]) -> Notice:
    assert len(found) == 1 and isinstance(found[0], Notice), found
    return found[0]


def letter(
    sender: str,
    subject: str,
    text: str = "",
    html: str = "",
    inside: EmailMessage | None = None,
    day: str = "Mon, 03 Mar 2025 09:30:00 +0500",
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "desk@outlet.example", subject
    message["Date"], message["Message-ID"] = day, "<one@letters.example>"
    message.set_content(text or "See the other part.") if not html else message.set_content(
        html, subtype="html"
    )
    if inside is not None:
        message.add_attachment(inside)
    return message


# --- Lumen ------------------------------------------------------------------------------------------------------

LUMEN = {
    "id": 70001,
    "type": "DMCA",
    "title": "Complaint about a page",
    "date_sent": "2025-01-15T00:00:00.000Z",
    "date_received": "2025-01-16T00:00:00.000Z",
    "sender_name": "Orlin Rights Bureau",
    "principal_name": "Garden Hour",
    "recipient_name": "Search Example",
    "jurisdictions": ["US", "CA"],
    "topics": ["Copyright"],
    "action_taken": "Yes",
    "language": "en",
    "body": "They <b>copied</b> it.",
    "works": [
        {
            "description": "Pruning roses",
            "infringing_urls": [
                {"url": "https://outlet.example/a"},
                {"url": "https://outlet.example/a"},
                {"domain": "other.example", "count": 3},
            ],
            "copyrighted_urls": [{"url": "http://garden.example/roses"}],
        },
        {"description": "Soup", "infringing_urls": ["https://outlet.example/b"]},
    ],
}


def test_a_notice_of_lumen() -> None:
    one = only(read_notices(json.dumps({"notices": [LUMEN]}).encode(), "n.json"))
    assert one == Notice(
        number="70001",
        source="lumen",
        sender="Orlin Rights Bureau",
        principal="Garden Hour",
        recipient="Search Example",
        country="US, CA",
        ground="copyright",
        work="Pruning roses\nSoup",
        works=("http://garden.example/roses",),
        targets=("https://outlet.example/a", "https://other.example", "https://outlet.example/b"),
        day=date(2025, 1, 15),
        action="removed",
        words="Complaint about a page\n\nThey copied it.",
        language="en",
    )


@pytest.mark.parametrize(
    "document",
    [
        LUMEN,
        [LUMEN],
        {"dmca": {key: value for key, value in LUMEN.items() if key != "type"}},
        {"notice": LUMEN},
    ],
)
def test_lumen_wraps_one_notice_in_several_ways(document: object) -> None:
    one = only(read_notices(json.dumps(document).encode(), "n.json"))
    assert (one.number, one.ground) == ("70001", "copyright")


@pytest.mark.parametrize(
    ("kind", "ground"),
    [
        ("CourtOrder", "court_order"),
        ("Trademark", "trademark"),
        ("Defamation", "defamation"),
        ("PrivateInformation", "privacy"),
        ("GovernmentRequest", "regulator"),
        ("Other", "copyright"),  # its topic tells
    ],
)
def test_the_grounds_of_lumen(kind: str, ground: str) -> None:
    assert only(read_notices(json.dumps(LUMEN | {"type": kind}).encode(), "n.json")).ground == ground


def test_one_notice_a_line_with_a_broken_one_between() -> None:
    lines = "\n".join([json.dumps(LUMEN), '{"id": 2, "title"', json.dumps({**LUMEN, "id": 3})])
    first, broken, last = read_notices(lines.encode(), "n.jsonl")
    assert isinstance(broken, Broken) and broken.place == "line 2" and "JSON" in broken.reason
    assert isinstance(first, Notice) and isinstance(last, Notice)
    assert (first.number, last.number) == ("70001", "3")


def test_names_that_were_taken_out_and_rows_that_are_none() -> None:
    rows = [{**LUMEN, "sender_name": "[REDACTED]"}, 7, {"id": 9}]
    first, second, third = read_notices(json.dumps(rows).encode(), "n.json")
    assert isinstance(first, Notice) and first.sender == ""
    assert str(second).startswith("n.json: notice 2: it is no notice but int. Next:")
    assert isinstance(third, Broken) and third.place == "notice 3"


def test_a_broken_file_is_named_not_raised() -> None:
    for data in (b"", b"  ", b"{", b"[" * 50_000, b'{"notices": []}', b"\x00\x01\x02", b'"text"'):
        found = read_notices(data, "n.json")
        assert found and all(isinstance(one, Broken) and one.reason for one in found)


# --- tables -----------------------------------------------------------------------------------------------------

OURS = (
    "number,sender,principal,recipient,ground,work,works,work_date,targets,target_date,day,action,words\n"
    'A-1,"Orlin Rights Bureau, Ltd",Garden Hour,Search Example,copyright,Roses,https://g.example/r,2024-05-01,'
    '"https://o.example/a https://p.example/b",2024-04-02,2025-01-15,removed,copied\n'
)
RUSSIAN = (
    "Номер;Отправитель;Правообладатель;Получатель;Основание;Произведение;Ссылка на оригинал;Спорные адреса;Дата;"
    "Принятые меры\n"
    "Б-7;ТОО «Проба»;Проба;Хостинг Пример;Жалоба: авторское право;Статья;https://proba.example/x;"
    "o.example/news/1, www.p.example/2;17.03.2025;Материал удалён\n"
)
KAZAKH = "Жіберуші;Құқық иесі;Негізі;Сілтемелер;Күні;Қабылданған шара\nҚұқық кеңсесі;Сынақ;тауар белгісі;https://o.example/1;2025 жылғы 17 наурыз;Шектелді\n"


def test_a_table_of_ours() -> None:
    one = only(read_notices(OURS.encode(), "mine.csv"))
    assert (one.number, one.sender, one.ground, one.action) == (
        "A-1",
        "Orlin Rights Bureau, Ltd",
        "copyright",
        "removed",
    )
    assert one.targets == ("https://o.example/a", "https://p.example/b")
    assert (one.work_date, one.target_date, one.day) == (
        date(2024, 5, 1),
        date(2024, 4, 2),
        date(2025, 1, 15),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_russian_table_whatever_its_letters(encoding: str) -> None:
    one = only(read_notices(RUSSIAN.encode(encoding), "x.csv"))
    assert one.sender == "ТОО «Проба»" and one.principal == "Проба"
    assert one.targets == ("https://o.example/news/1", "https://www.p.example/2")
    assert (one.ground, one.action, one.day) == ("copyright", "removed", date(2025, 3, 17))


def test_a_kazakh_table() -> None:
    one = only(read_notices(KAZAKH.encode(), "x.csv"))
    assert (one.sender, one.principal) == ("Құқық кеңсесі", "Сынақ")
    assert (one.ground, one.action, one.day) == ("trademark", "restricted", date(2025, 3, 17))


def test_lumen_s_search_as_a_table() -> None:
    text = "Notice ID,Title,Sender Name,Principal Name,Recipient Name,Date Sent,Infringing URLs,Type\n5,A page,S,P,R,2025-02-03,https://a.example/1|https://a.example/2,DMCA\n"
    one = only(read_notices(text.encode(), "lumen-search.csv"))
    assert (one.number, one.source, one.sender, one.recipient) == ("5", "lumen", "S", "R")
    assert one.targets == ("https://a.example/1", "https://a.example/2") and one.ground == "copyright"


def test_a_wrong_day_and_an_empty_row_are_named_and_the_rest_is_kept() -> None:
    text = "number,sender,targets,day\n1,S,https://a.example/1,2025-02-31\n2,,,\n"
    first, day, empty = read_notices(text.encode(), "x.csv")
    assert isinstance(first, Notice) and first.day is None and first.targets == ("https://a.example/1",)
    assert isinstance(day, Broken) and day.place == "row 2" and "2025-02-31" in day.reason
    assert isinstance(empty, Broken) and empty.place == "row 3"


def test_a_table_of_something_else_says_which_columns_are_wanted() -> None:
    (broken,) = read_notices(b"animal,colour\ncat,black\n", "x.csv")
    assert isinstance(broken, Broken) and "animal" in broken.reason and "targets" in broken.next_step


# --- letters ----------------------------------------------------------------------------------------------------


def test_a_letter_of_youtube_as_html() -> None:
    html = (
        "<html><body><h1>One of your videos is gone</h1><p>After a removal request it was removed for copyright "
        "reasons.</p><table><tr><td>Video title:</td><td>Репортаж с площади</td></tr>"
        "<tr><td>Video URL:</td><td><a href='https://www.youtube.com/watch?v=zz1'>https://www.youtube.com/watch?v=zz1</a></td></tr>"
        "<tr><td>Claimant:</td><td>Viewclip Invented</td></tr>"
        "<tr><td>Takedown issued:</td><td>January 9, 2025</td></tr></table>"
        "<a href='https://support.google.com/youtube/answer/1'>Help</a></body></html>"
    )
    one = only(
        read_notices(
            letter("YouTube <no-reply@youtube.com>", "A copyright matter", html=html).as_bytes(), "a.eml"
        )
    )
    assert (one.recipient, one.sender, one.ground, one.action) == (
        "YouTube",
        "Viewclip Invented",
        "copyright",
        "removed",
    )
    assert one.targets == ("https://www.youtube.com/watch?v=zz1",)
    assert one.target_words == "Репортаж с площади" and one.day == date(2025, 1, 9)


def test_a_letter_of_facebook_in_russian() -> None:
    text = (
        "Мы удалили вашу публикацию: на неё поступила жалоба.\n\n"
        "Номер жалобы: 3311\nОснование: товарный знак\nПравообладатель: Velmora Shoes\n"
        "Имя заявителя: Velmora Brand Protection\n"
        "Удаленные материалы:\n- https://www.facebook.com/saryarkareport/posts/1188\n"
        "- https://www.facebook.com/saryarkareport/posts/1190\n\nСправка: https://www.facebook.com/help/1\n"
    )
    one = only(
        read_notices(letter("Facebook <notification@facebookmail.com>", "Жалоба", text).as_bytes(), "a.eml")
    )
    assert (one.number, one.recipient, one.ground, one.action) == ("3311", "Facebook", "trademark", "removed")
    assert (one.sender, one.principal) == ("Velmora Brand Protection", "Velmora Shoes")
    assert one.targets == (
        "https://www.facebook.com/saryarkareport/posts/1188",
        "https://www.facebook.com/saryarkareport/posts/1190",
    )
    assert one.day == date(2025, 3, 3) and one.language == "ru"


def test_a_letter_of_google_search_in_kazakh() -> None:
    text = (
        "Сот шешімі бойынша мына бет іздеу нәтижелерінде шектелді.\n\n"
        "Өтініш беруші: Сенім Invented\nСілтеме: https://kokzhiek-media.example/news/1\nКүні: 2024 жылғы 11 қараша\n"
    )
    data = letter("Google <removals@google.com>", "Хабарлама", text).as_bytes()
    one = only(read_notices(data, "a.eml"))
    assert (one.recipient, one.ground, one.action) == ("Google Search", "court_order", "restricted")
    assert one.sender == "Сенім Invented" and one.day == date(2024, 11, 11) and one.language == "kk"
    assert one.targets == ("https://kokzhiek-media.example/news/1",)


@pytest.mark.parametrize(
    ("sender", "text", "recipient", "ground", "action", "asked"),
    [
        (
            "X <notices@x.com>",
            "A DMCA notice from Corin Vale Invented. Access to your post has been withheld.\nhttps://x.com/outlet/status/1\nhttps://help.x.com/forms",
            "X",
            "copyright",
            "restricted",
            "Corin Vale Invented",
        ),
        (
            "Telegram <dmca@telegram.org>",
            "Поступила жалоба от Заря Вымысел (авторские права). Запись удалена:\nhttps://t.me/outlet/1",
            "Telegram",
            "copyright",
            "removed",
            "Заря Вымысел",
        ),
        (
            "Hostline Abuse <abuse@hostline.example>",
            "We got a complaint from Bektur Invented; please remove within 24 hours what infringes copyright:\nhxxps://outlet[.]example/news/1",
            "Hostline Abuse",
            "copyright",
            "none",
            "Bektur Invented",
        ),
    ],
)
def test_letters_without_labels(
    sender: str, text: str, recipient: str, ground: str, action: str, asked: str
) -> None:
    one = only(read_notices(letter(sender, "About your page", text).as_bytes(), "a.eml"))
    assert (one.recipient, one.ground, one.action, one.sender) == (recipient, ground, action, asked)
    assert len(one.targets) == 1


def test_a_host_that_forwards_the_notice_inside() -> None:
    inner = letter(
        "Orlin Rights Bureau <notices@orlin.example>",
        "DMCA notice",
        "Copyright owner: Garden Hour\nOriginal work: Pruning roses\nOriginal URL: https://g.example/2021/04/roses\n"
        "Infringing URLs:\nhttps://outlet.example/a\nhttps://outlet.example/b\n\nComplainant: Orlin Rights Bureau\n",
    )
    outer = letter(
        "Hostline Abuse <abuse@hostline.example>", "Fwd: complaint", "Please see inside.", inside=inner
    )
    one = only(read_notices(outer.as_bytes(), "a.eml"))
    assert (one.recipient, one.sender, one.principal) == (
        "Hostline Abuse",
        "Orlin Rights Bureau",
        "Garden Hour",
    )
    assert one.targets == ("https://outlet.example/a", "https://outlet.example/b")
    assert one.work == "Pruning roses" and one.works == ("https://g.example/2021/04/roses",)


def test_a_letter_that_a_colleague_forwarded_with_quotation_marks_and_headings_alone() -> None:
    text = (
        "Look at this!\n\n> From: Instagram <security@mail.instagram.com>\n> To: outlet@example.org\n> Date: 11 October 2024\n"
        "> Subject: Your post\n>\n> Your post has been removed for a trademark reason.\n>\n> Rights owner\n>\n> Casa Lumbra Furniture\n>\n"
        "> Removed content\n> https://www.instagram.com/p/zz5/\n>\n> https://help.instagram.com/1\n"
    )
    data = letter("A Colleague <colleague@outlet.example>", "Fwd: Your post", text).as_bytes()
    one = only(read_notices(data, "a.eml"))
    assert (one.recipient, one.principal, one.ground) == ("Instagram", "Casa Lumbra Furniture", "trademark")
    assert one.targets == ("https://www.instagram.com/p/zz5/",) and one.day == date(2024, 10, 11)


def test_a_file_of_the_letter_that_is_not_read_is_named() -> None:
    message = letter("Hostline <abuse@hostline.example>", "Copyright complaint", "https://outlet.example/a")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="order.pdf")
    one, broken = read_notices(message.as_bytes(), "a.eml")
    assert isinstance(one, Notice) and isinstance(broken, Broken) and broken.place == "order.pdf"


def test_a_letter_about_something_else_is_named() -> None:
    (broken,) = read_notices(letter("A <a@b.example>", "Lunch", "Shall we eat at noon?").as_bytes(), "a.eml")
    assert isinstance(broken, Broken) and "names no address" in broken.reason


def test_letters_of_an_mbox() -> None:
    one = letter("X <notices@x.com>", "DMCA", "Copyright complaint\nhttps://x.com/outlet/status/1").as_bytes()
    found = read_notices(b"From a Mon\n" + one + b"\n\nFrom b Mon\n" + one, "a.mbox")
    assert [type(row) for row in found] == [Notice, Notice]


# --- hostile ----------------------------------------------------------------------------------------------------

_HEAD = b"From: a@youtube.com\nSubject: copyright\nContent-Type: text/plain\n\n"


@pytest.mark.parametrize(
    ("piece", "name"),
    [
        (b"a:", "x.eml"),
        (b"URL: https://a.b/c\n", "x.eml"),
        (b"www.", "x.eml"),
        (b"a@b.c.", "x.eml"),
        (b"notice from ", "x.eml"),
        (b"> ", "x.eml"),
        (b'{"notices":[', "x.json"),
        (b'{"works":[{"a":1}]}\n', "x.jsonl"),
        (b"sender,targets\n", "x.csv"),
    ],
)
def test_long_repetitions_are_read_in_little_time(piece: bytes, name: str) -> None:
    head = _HEAD if name.endswith("eml") else b""
    started = time.process_time()
    read_notices(head + piece * 15_000, name)
    assert time.process_time() - started < 5
