"""What each target begins with: small whole files of each kind, made by the writers of the house where there is one."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DAY = datetime(2031, 3, 9, 10, tzinfo=UTC)
URL = "https://gazette.example/news/1"
PAGE = (
    '<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Суд отложил дело</title><base href="/a/">'
    '<meta property="article:published_time" content="2031-03-09T15:00:00+05:00"><link rel="canonical" href="/news/1">'
    '<style>@import "a.css"; p {background: url(b.png)}</style></head><body><main><h1>Суд отложил дело</h1><p>Журналистка '
    'Алма Тестова сообщила, что суд 9 марта 2031 года отложил заседание по делу о статье 274. <a href="/x?utm_source=a">тут</a>'
    '</p><img src="a.png" srcset="b.png 2x, c.png"><p>Адвокат просил перенести заседание, судья согласилась.</p></main></body></html>'
).encode()


def feeds() -> list[bytes]:
    """RSS, Atom, RDF, JSON Feed."""
    item = "<title>Court</title><link>https://gazette.example/1</link><description>Words &amp; more</description>"
    return [
        b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>G</title><link>https://gazette.example/</link>'
        + f"<item>{item}<guid>1</guid><pubDate>Sun, 09 Mar 2031 10:00:00 +0500</pubDate>".encode()
        + b'<enclosure url="https://gazette.example/a.mp3" type="audio/mpeg" length="9"/></item></channel></rss>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><entry><id>urn:1</id><title type="html">T</title><updated>'
        b'2031-03-09T10:00:00Z</updated><link href="/1"/><content type="html">&lt;p&gt;Words&lt;/p&gt;</content></entry></feed>',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><title>T</title></item></rdf:RDF>',
        as_json({"version": "https://jsonfeed.org/version/1.1", "title": "G", "items": [
            {"id": "1", "url": "/1", "content_html": "<p>Words</p>", "date_published": "2031-03-09T10:00:00+05:00",
             "authors": [{"name": "A"}], "tags": ["x"], "attachments": [{"url": "/a.pdf", "mime_type": "application/pdf"}]}]}),
    ]  # fmt: skip


def letters() -> list[bytes]:
    """A letter of several parts, one as HTML, one plain."""
    return [
        b"From: =?utf-8?B?0JDQu9C80LA=?= <a@gazette.example>\r\nTo: desk@example.org\r\nSubject: =?koi8-r?Q?=D4=C5=D3=D4?=\r\n"
        b"Message-ID: <1@gazette.example>\r\nDate: Sun, 9 Mar 2031 10:00:00 +0500\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n'
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=D0=A1=D1=83=D0=B4\r\n--c\r\n"
        b"Content-Type: text/html; charset=cp1251\r\n\r\n<p>x</p>\r\n--c--\r\n--b\r\nContent-Type: application/pdf; name*=utf-8''%D0%B0.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=../a.pdf\r\n\r\nJVBERi0=\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nInner\r\n--b--\r\n",
        b"From: a@youtube.com\nSubject: [Copyright claim] x\nContent-Type: text/html; charset=utf-8\n\n<p>Video removed: https://www.youtube.com/watch?v=abc</p>"
        b"<p>Copyright owner: Garden Hour</p>",
        b"Only words, and no header at all.",
    ]


def mboxes() -> list[bytes]:
    """The letters in one file."""
    return [b"".join(b"From a@b Sun Mar  9 10:00:00 2031\n" + one + b"\n\n" for one in letters())]


def exports() -> list[bytes]:
    """A chat of a Telegram export."""
    return [as_json({"name": "C", "id": 9, "type": "public_channel", "messages": [
        {"id": 1, "type": "message", "date": "2031-03-09T15:00:00", "date_unixtime": "1930900400", "from": "A", "edited": "2031-03-09T16:00:00",
         "text": ["Court ", {"type": "bold", "text": "moved"}, {"type": "text_link", "text": " x", "href": "https://g.example/1"}],
         "photo": "photos/1.jpg", "reply_to_message_id": 0, "forwarded_from": "B", "via_bot": "@b"},
        {"id": 2, "type": "service", "action": "join"},
        {"id": 3, "type": "message", "date": "never", "text": "", "file": "(File not included.)", "file_name": "a.pdf", "media_type": "video_file"},
        {"id": 5, "type": "message", "date": "2031-03-09T15:00:00", "text": "", "poll": {"question": "Q?", "answers": [{"text": "Yes"}]}}]})]  # fmt: skip


def previews() -> list[bytes]:
    """The public page of a Telegram channel."""
    return [(
        '<div class="tgme_channel_info_header_title">Invented</div><section class="tgme_channel_history"><div class="tgme_widget_message " '
        'data-post="invented/1"><div class="tgme_widget_message_bubble"><a class="tgme_widget_message_reply" href="https://t.me/invented/0"></a>'
        '<div class="tgme_widget_message_text">Суд <b>отложен</b>.<br><a href="https://g.example/1">тут</a></div><a class="tgme_widget_message_photo_wrap" '
        """style="background-image:url('https://c.example/a.jpg')"></a><a class="tgme_widget_message_date"><time datetime="2031-03-09T15:00:00+05:00">"""
        "</time></a></div></div></section>"
    ).encode()]  # fmt: skip


def sitemaps() -> list[bytes]:
    """Pages, an index, lines, packed."""
    one = (
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        b"<url><loc>https://gazette.example/1</loc><lastmod>2031-03-09</lastmod><news:news><news:title>T</news:title><news:publication_date>"
        b"2031-03-09T10:00:00+05:00</news:publication_date></news:news></url></urlset>"
    )
    index = b"<sitemapindex><sitemap><loc>https://gazette.example/b.xml</loc></sitemap></sitemapindex>"
    return [one, index, gzip.compress(one), b"https://gazette.example/1\nhttps://gazette.example/2\n"]


def robots() -> list[bytes]:
    """Rules with wildcards, delays, sitemaps."""
    return [
        b"User-agent: *\nDisallow: /private/*/x$\nAllow: /news\nCrawl-delay: 2.5\nRequest-rate: 1/5 0900-1700\nVisit-time: 0600-0845\nSitemap: https://g.example/s.xml\n\nUser-agent: PressBarometer\nDisallow: /a%2Fb\n"
    ]


def tables() -> list[bytes]:
    """Tables of events, of notices, of addresses."""
    return [
        "Date;Type;Who;Region;What happened;Source\n9 марта 2031;detention;Алма Тестова;Алматы;Задержана на час;https://g.example/1\n12.03.2031;fine;;KZ-75;\"a\n;b\";x\n".encode(),
        "Жіберуші;Құқық иесі;Негізі;Сілтемелер;Күні;Қабылданған шара\nҚұқық кеңсесі;Сынақ;тауар белгісі;https://o.example/1;2025 жылғы 17 наурыз;Шектелді\n".encode(),
        b"url,title\nhttps://gazette.example/1,One\n# two\nhttps://gazette.example/2,=1+1\n",
        b"\xef\xbb\xbfISO;Rank;Score;Year (N)\nAAA;1;92,65;2023\nBBB;2;90,5;2023\nCCC;3;80;2023\n",
        b"sep=;\na;b\n1;2\n",
    ]  # fmt: skip


@cache
def _workbook() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = book.add_worksheet("Events"), book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate(
        (
            ("Date", "Type", "Who", "What happened", "url"),
            ("2031-03-09", "detention", "Alma Testova", "Held for an hour", "https://g.example/1"),
        )
    ):
        sheet.write_row(row, 0, cells)
    sheet.write_datetime(2, 0, datetime(2031, 3, 9), day)
    sheet.write_number(2, 1, 1.5)
    sheet.write_formula(2, 2, "=1+1")
    sheet.merge_range("A4:B5", "merged")
    book.add_worksheet("Hidden").hide()
    book.close()
    return out.getvalue()


def workbooks() -> list[bytes]:
    """A workbook."""
    return [_workbook()]


@cache
def _document(table: bool) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("FREEDOM BAROMETER", 1)
    document.add_paragraph("Journalist Alma Testova was detained on 9 March 2031.", style="List Bullet")
    if table:
        document.add_table(1, 2).cell(0, 0).text = "Cell"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def documents() -> list[bytes]:
    """DOCX documents."""
    return [_document(False), _document(True)]


def pdfs() -> list[bytes]:
    """A PDF of one page, without the tables that tell where its parts stand: the reader mends that."""
    text = b"BT /F1 12 Tf 20 200 Td (Journalist Alma Testova was detained) Tj ET"
    return [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n4 0 obj<</Length "
        + str(len(text)).encode() + b">>stream\n" + text + b"\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        b"trailer<</Root 1 0 R/Info<</Title(x)/CreationDate(D:20310309)>>>>\n%%EOF"
    ]  # fmt: skip


def pictures() -> list[bytes]:
    """Small pictures of each kind."""
    from PIL import Image

    made = []
    for kind, mode in (
        ("PNG", "RGBA"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
        ("PNG", "I;16"),
    ):
        out = io.BytesIO()
        Image.new(mode, (17, 11)).save(out, kind)
        made.append(out.getvalue())
    return made


@cache
def _warc() -> bytes:
    from barometer.evidence.warc import Exchange, Made, write_warc

    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    request = b"GET /news/1 HTTP/1.1\r\nHost: gazette.example\r\n\r\n"
    return write_warc(
        [Exchange(URL, DAY, request, head, PAGE, "192.0.2.1"), Made("urn:x:1", DAY, "text/plain", b"x")],
        at=DAY,
    )


def warcs() -> list[bytes]:
    """Our own WARC."""
    return [_warc()]


def waczs() -> list[bytes]:
    """Our own WACZ."""
    from barometer.evidence.wacz import Page, pack

    return [pack(_warc(), [Page(URL, DAY, "T")], title="T", created=DAY)]


def archives() -> list[bytes]:
    """WARC packed and plain, an ARC, a WACZ, lines of JSON."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    packed = gzip.compress(PAGE)
    body += b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    plain = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://gazette.example/1\r\nWARC-Date: 2031-03-09T10:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(body), body)
    )
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    arc = (
        b"filedesc://x.arc 0.0.0.0 20310309100000 text/plain 76\n1 0 A\nURL IP-address Archive-date Content-type Archive-length\n\n"
        b"https://gazette.example/1 192.0.2.1 20310309100000 text/html %d\n%s\n" % (len(page), page)
    )
    lines = (
        as_json({"id": "1", "text": "Court fined the journalist", "title": "T", "date": "2031-03-09"}) + b"\n"
    )
    return [_warc(), plain + plain, gzip.compress(plain), arc, gzip.compress(arc), *waczs(), lines * 3]  # fmt: skip


def coded() -> list[bytes]:
    """Our mini bulletin, coded, and a short one."""
    whole = json.loads((ROOT / "tests" / "ledgers" / "0001" / "mini-2031q1.json").read_bytes())
    return [as_json({**whole, "entries": whole["entries"][at : at + 1]}) for at in range(3)]


def bulletins() -> list[bytes]:
    """Our mini bulletin's text."""
    return [(ROOT / "tests" / "ledgers" / "0001" / "mini-2031q1.txt").read_bytes()[:8000]]


def measured() -> dict[str, Any]:
    """A measurement of a site by OONI."""
    page = {"failure": None, "request": {"url": "https://news.example/"},
            "response": {"code": 200, "body": "<title>News</title>", "headers": {"Server": "x"}}}  # fmt: skip
    return {
        "test_name": "web_connectivity", "test_version": "0.4.3", "input": "https://news.example/", "probe_cc": "KZ", "probe_asn": "AS64500",
        "report_id": "r", "measurement_start_time": "2031-03-01 10:00:00", "test_keys": {
            "queries": [{"engine": "system", "failure": None, "hostname": "news.example", "query_type": "A", "answers": [{"answer_type": "A", "ipv4": "198.51.100.1"}]}],
            "tcp_connect": [{"ip": "198.51.100.1", "port": 443, "status": {"failure": None, "success": True}}],
            "tls_handshakes": [{"failure": "ssl_unknown_authority", "peer_certificates": [{"data": "MIIB", "format": "base64"}]}], "requests": [page],
            "control": {"dns": {"addrs": ["198.51.100.1"]}, "tcp_connect": {"198.51.100.1:443": {"status": True}},
                        "http_request": {"status_code": 200, "body_length": 900, "title": "News", "headers": {}}},
            "dns_consistency": "consistent", "body_length_match": True, "title_match": True, "status_code_match": True, "accessible": True, "blocking": "http-diff"},
    }  # fmt: skip


def ooni() -> list[bytes]:
    """Measurements one a line, packed, a page of the API, counts, other tests."""
    one, other = (
        as_json(measured()),
        as_json(
            {
                **measured(),
                "test_name": "telegram",
                "test_keys": {"telegram_tcp_blocking": True, "telegram_web_status": "blocked"},
            }
        ),
    )
    row = {"measurement_start_time": "2031-03-01T10:00:00Z", "input": "https://news.example/", "probe_cc": "KZ", "probe_asn": "AS1", "test_name": "web_connectivity",
           "anomaly": True, "confirmed": False, "failure": False, "report_id": "r", "scores": "{\"analysis\": {}}"}  # fmt: skip
    counts = {
        "result": {
            "measurement_count": 9,
            "anomaly_count": 1,
            "confirmed_count": 0,
            "failure_count": 0,
            "ok_count": 8,
        }
    }
    return [one + b"\n" + other, gzip.compress(one), as_json({"metadata": {}, "results": [row]}), as_json(counts)]  # fmt: skip


def witnesses() -> list[bytes]:
    """Two measurements, signed by a desk."""
    from barometer.reach.values import Measurement, Reach, Vantage
    from barometer.reach.witness import write_witness

    one = Measurement("https://news.example/", DAY.replace(year=2025), Vantage("Home", "KZ", "AS64500"), Reach.OK, "http.same", "probe", "1", {"http": {"status": 200}})  # fmt: skip
    return [write_witness([one, one], witness_key())]


@cache
def witness_key() -> Any:
    """The key of the desk that signs."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


def fingerprints() -> list[bytes]:
    """A list of block pages, both forms."""
    row = {"name": "x", "location_found": "body", "pattern_type": "regexp", "pattern": "blocked by .* order", "scope": "nat", "confidence_no_fp": "9", "expected_countries": "KZ"}  # fmt: skip
    head = ",".join(row)
    return [as_json([row]), f"{head}\n{','.join(row.values())}\n".encode()]


def lumen() -> list[bytes]:
    """Notices of the Lumen database."""
    one = {"id": 70001, "type": "DMCA", "title": "C", "date_sent": "2025-01-15T00:00:00.000Z", "sender_name": "Orlin Rights Bureau", "principal_name": "Garden Hour",
           "recipient_name": "Search", "jurisdictions": ["US"], "topics": ["Copyright"], "action_taken": "Yes", "body": "They <b>copied</b> it.",
           "works": [{"description": "Roses", "infringing_urls": [{"url": "https://o.example/a"}, {"domain": "b.example", "count": 3}],
                      "copyrighted_urls": [{"url": "http://g.example/r"}]}]}  # fmt: skip
    return [as_json({"notices": [one]}), as_json(one) + b"\n" + as_json(one)]


@cache
def _certificate() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    key = ec.derive_private_key(7, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "g.example"), x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Invented")])  # fmt: skip
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(DAY).not_valid_after(DAY + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("g.example"), x509.DNSName("*.g.example")]), False)
    )  # fmt: skip
    return made.sign(key, SHA256()).public_bytes(Encoding.DER)


def certificates() -> list[bytes]:
    """A certificate."""
    return [_certificate()]


def stamps() -> list[bytes]:
    """The shape of a time stamp's answer: granted, and signed data that holds a certificate."""

    def der(tag: int, *inside: bytes) -> bytes:
        body = b"".join(inside)
        size = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
        return bytes([tag]) + size + body

    imprint = der(0x30, der(0x30, bytes.fromhex("0609608648016503040201"), b"\x05\0"), der(4, b"\x2c" * 32))
    info = der(
        0x30,
        b"\x02\x01\x01",
        bytes.fromhex("06032a0304"),
        imprint,
        b"\x02\x01\x0a",
        der(0x18, b"20310309100000Z"),
        b"\x02\x01\x07",
    )
    inner = der(0x30, bytes.fromhex("060b2a864886f70d0109100104"), der(0xA0, der(4, info)))
    signed = der(
        0x30,
        b"\x02\x01\x03",
        der(0x31, der(0x30, bytes.fromhex("0609608648016503040201"))),
        inner,
        der(0xA0, _certificate()),
        der(0x31),
    )
    return [der(0x30, der(0x30, b"\x02\x01\0"), der(0x30, bytes.fromhex("06092a864886f70d010702"), der(0xA0, signed)))]  # fmt: skip


def lists() -> list[bytes]:
    """A list of a store."""
    key = b"<Contents><Key>evidence/2c/" + b"2c" * 32 + b"</Key></Contents>"
    return [
        b'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>'
        + key
        + b"</ListBucketResult>"
    ]


def dns_answers() -> list[bytes]:
    """Answers of a resolver: addresses behind a name, and none."""
    import dns.message

    text = "id 1\nopcode QUERY\nrcode {}\nflags QR RD RA\n;QUESTION\ng.example. IN A\n;ANSWER\n{}"
    some = "g.example. 60 IN CNAME h.example.\nh.example. 60 IN A 198.51.100.1\nh.example. 60 IN A 10.0.0.1\n"
    return [
        dns.message.from_text(text.format(*one)).to_wire() for one in (("NOERROR", some), ("NXDOMAIN", ""))
    ]


def answers() -> list[bytes]:
    """Answers of a web server, chunked, packed, redirecting."""
    packed = gzip.compress(PAGE)
    return [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed),
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1]/\r\nSet-Cookie: a=b\r\n\r\n",
    ]  # fmt: skip


@cache
def tip_identity() -> str:
    """A key that opens tips."""
    from pyrage import x25519

    return str(x25519.Identity.generate())


def _tip() -> Any:
    from barometer.tips.seal import File, Message

    return Message("tip", date(2031, 3, 9), {"words": "x"}, (File("a.txt", b"abc"),))


def sealed() -> list[bytes]:
    """A tip under its seal, and a bundle of one."""
    from barometer.tips.opening import bundle
    from barometer.tips.seal import seal

    one = seal(_tip(), [tip_recipient()])
    return [one, bundle("abcd", [(1, False, one)])]


def tip_recipient() -> str:
    """The public half."""
    from pyrage import x25519

    return str(x25519.Identity.from_str(tip_identity()).to_public())


def unsealed() -> list[bytes]:
    """What stands inside a seal."""
    from barometer.tips.seal import packed

    return [packed(_tip()).rstrip(b"\0")]


def evidence() -> list[bytes]:
    """Evidence under a key, as the store keeps it."""
    from barometer.evidence.sealed import seal

    return [b"".join(seal([b"some bytes"], b"\x07" * 32))]


def sources() -> list[bytes]:
    """A watched source."""
    return [
        b'publisher = "Gazette"\ntitle = "News"\nkind = "feed"\naddress = "https://gazette.example/feed"\nlanguage = "ru"\ntrust = "media"\nevery = "2 h"\nexpected = [2, 40]\n'
    ]


def environments() -> list[bytes]:
    """Settings as text: a database, a mail server, a share, a table of days."""
    return [
        b"postgresql://user:secret@db.example:5432/ledger?sslmode=require",
        b"sqlite:////tmp/nowhere/ledger.sqlite3",
        b"smtp://user:secret@mail.example:587",
        b"0.1",
    ]


def words() -> list[bytes]:
    """What people type: names, dates, places, articles, searches."""
    return [one.encode() for one in (
        "Алма Тестова", "Сәрсенова А.Б.", "9 марта 2031 года", "12–14 March 2031", "2031 жылғы 9 наурыз", "2031Q1", "ст. 274 УК РК", "KZ-CC-274", "Алматы",
        "https://gazette.example:8443/a?b=c#d", "t.me/s/invented", "q=%D0%90&type=detention&page=2&compare=2030Q4,2031Q1", "+7 (700) 000-00-00", "1 500 000 тенге",
    )]  # fmt: skip


def replies() -> list[bytes]:
    """Replies of bodies."""
    found = []
    for path in sorted((ROOT / "benchmarks" / "replies").glob("*.jsonl")):
        for row in path.read_text(encoding="utf-8").splitlines()[:2]:
            found.append(str(json.loads(row).get("text", row)).encode())
    return found


def backups() -> list[bytes]:
    """The tar inside a backup: a manifest, a table, a key, evidence, sums."""
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in (
            ("manifest.json", as_json({"form": 1, "tables": [{"name": "records_party", "columns": [["id", "BigAutoField"]], "key": "id"}], "migrations": [["records", "0001_initial"]]})),
            ("tables/records_party.jsonl", b"[1]\n"), ("evidence/" + "2c" * 32, b"x"), ("sums.json", as_json({"tables": {}, "evidence": {}})),
        ):  # fmt: skip
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return [out.getvalue()]


def as_json(value: Any) -> bytes:
    """Compact JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
