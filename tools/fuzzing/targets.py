"""Every reader of what comes from outside, as a function of bytes that ends in a value or in an error of the house."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzzing import breaking, seeds, texts, trying

URL = seeds.URL


@dataclass(frozen=True)
class Target:
    """A named reader: what it is tried with first, and how that is broken further.

    `apart` names readers that the product runs in a child with limits of its own: there a crash ends the child alone.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    broken: Callable[[bytes, random.Random], bytes] = breaking.broken
    apart: bool = False
    memory: int = trying.MEMORY


def all_targets() -> dict[str, Target]:
    """By name."""
    return {target.name: target for target in _TARGETS}


def _in_file(read: Callable[[Path], object], ending: str) -> Callable[[bytes], object]:
    """A reader of files, as a function of bytes."""

    def run(data: bytes) -> object:
        with tempfile.NamedTemporaryFile(suffix=ending) as stream:
            stream.write(data)
            stream.flush()
            return read(Path(stream.name))

    return run


def _child(*job: Any) -> Callable[[bytes], object]:
    """A reader as it runs in the child: the job's name, then what it is told beside the bytes."""

    def run(data: bytes) -> object:
        from barometer.sources.parsers import run

        return run((job[0], data, *job[1:]))

    return run


# --- documents and tables -------------------------------------------------------------------------------------------


def _docx(data: bytes) -> None:
    from barometer.sources.extract import docx_text

    docx_text(Path("x.docx"), data)


def _word(data: bytes) -> None:
    from barometer.publication.word_in import read_apart

    read_apart(("x.docx", data))


def _table(data: bytes) -> None:
    from barometer.sources.tables import read_table

    _rows(read_table(data, "x.csv"))


def _workbook(data: bytes) -> None:
    from barometer.sources.tables import _table as table
    from barometer.sources.tables import workbook

    _rows(table(workbook({"data": data, "name": "x.xlsx", "sheet": ""}), "x.xlsx"))


def _rows(table: Any) -> None:
    """Each row as an event, as far as it goes."""
    from barometer.pipeline.columns import guess
    from barometer.pipeline.rows import cells_of, read_cells, refuse_twins

    mapped = guess(table.headings)
    refuse_twins([read_cells(number, cells, mapped) for number, cells in cells_of(table, mapped)][:50])


def _coded(path: Path) -> None:
    from barometer.codebook.check import check, load
    from barometer.codebook.coded_json import document_of

    check(document_of(path))
    load(path)


def _rsf(data: bytes) -> None:
    from barometer.indicators.rsf import read_rsf

    read_rsf(data, "2023.csv")


def _picture(data: bytes) -> None:
    from barometer.evidence.uploads import copied, media_type_of

    if media_type_of(data).startswith("image/") and media_type_of(data) != "image/svg+xml":
        copied((data, media_type_of(data)))


def _logo(data: bytes) -> None:
    from barometer.evidence.logos import remade

    remade(data)


# --- pages and archives ---------------------------------------------------------------------------------------------


def _look(data: bytes) -> None:
    from barometer.evidence.look import drawn_in, look

    look((data, URL, "text/html", None))
    drawn_in(data.decode("utf-8", "replace"), URL)


def _archive(data: bytes) -> list[Any]:
    from barometer.sources.archives import records

    return list(records(io.BytesIO(data), "x"))


def _scan(data: bytes) -> None:
    from barometer.pipeline.scan_page import is_page, lead_of
    from barometer.sources.archive_records import Record

    for found in _archive(data):
        if isinstance(found, Record) and is_page(found):
            lead_of(found, "x")


def _warc(data: bytes) -> None:
    from barometer.evidence.warc import read_warc

    list(read_warc(data))


def _wacz(data: bytes) -> None:
    from barometer.evidence.wacz import faults

    faults(data)


def _robots(data: bytes) -> None:
    from barometer.fetching.robots import Robots

    class Answer:
        status, body = 200, data

    class Door:
        def get(self, *_: Any, **__: Any) -> Answer:
            return Answer()

    robots = Robots(Door())  # type: ignore[arg-type]
    for path in ("/news/1", "/" + "a/" * 400, "/private/%D0%B0?" + "a" * 1500):
        robots.allowed(f"https://gazette.example{path}", "PressBarometer")
    robots.crawl_delay("https://gazette.example/", "PressBarometer")


def _unpack(data: bytes) -> None:
    from barometer.fetching.unpack import unpacker

    for coding in ("gzip", "deflate", "identity, gzip"):
        with suppress_ours():
            one = unpacker(coding, url=URL, most=1 << 20, ratio=100)
            one.feed(data)
            one.close()


def suppress_ours() -> Any:
    """An error of the house is an answer; the next way is tried."""
    from barometer.errors import BarometerError

    return suppress(BarometerError)


# --- reach ----------------------------------------------------------------------------------------------------------


def _ooni(data: bytes) -> None:
    from barometer.reach.reading import of_json, read

    for one in read((data, "x.jsonl", {}, ()))["measurements"]:
        of_json(one)


def _witness(data: bytes) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from barometer.reach.reading import read
    from barometer.reach.witness import read_witness

    keys = {seeds.witness_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(): "Desk"}
    with suppress_ours():
        read((data, "x.jsonl", keys, ()))
    read_witness(data, keys)


def _fingerprints(data: bytes) -> None:
    from barometer.reach.fingerprints import read_fingerprints

    read_fingerprints(data, "x")


def _notices(name: str) -> Callable[[bytes], object]:
    def run(data: bytes) -> None:
        from barometer.reach.notices.reading import read_notices
        from barometer.reach.notices.signs import signs_of_all
        from barometer.reach.notices.values import Notice

        signs_of_all([one for one in read_notices(data, name) if isinstance(one, Notice)][:20])

    return run


def _certificate(data: bytes) -> None:
    from barometer.reach.probe import read_chain

    read_chain([data])
    read_chain([seeds.certificates()[0], data])


def _account(data: bytes) -> None:
    from barometer.reach.reading import account_of

    for address in ("https://t.me/s/x", "https://www.youtube.com/@x", "https://www.instagram.com/x/"):
        account_of((data, "utf-8", address, address, 200))


def _answer(data: bytes) -> None:
    """Bytes of a web server, read as the probe reads them and judged by the rules."""
    import h11

    from barometer.countries.blocking import marks
    from barometer.reach.classify import classify
    from barometer.reach.probe import _Page
    from barometer.reach.seen import Answer, Attempt, Hop, Seen

    page = _Page(1 << 20)
    from barometer.fetching.guard import parse_url

    page.request(parse_url(URL), "x")
    try:
        for at in range(0, len(data) + 1, 4096):
            if not page.wants():
                break
            page.feed(data[at : at + 4096])
        page.wants()
    except h11.RemoteProtocolError:
        pass  # which the probe calls a broken answer
    hop = Hop(URL, "198.51.100.1", status=page.status, headers=page.headers, body=page.read())
    seen = Seen(
        URL, seeds.DAY, answers=(Answer("system", "A", ("198.51.100.1",)),), attempts=(Attempt("a", (hop,)),)
    )
    classify(seen, marks())
    seen.detail()  # fmt: skip


def _dns(data: bytes) -> None:
    import dns.exception
    import dns.message

    from barometer.fetching.guard import parse_url
    from barometer.reach.probe import ProbeSettings, _Look

    try:
        reply = dns.message.from_wire(data)
    except (dns.exception.DNSException, ValueError):
        return  # as the probe: a broken answer
    look = _Look(parse_url("https://g.example/"), ProbeSettings())
    for kind in ("A", "AAAA"):
        look._read("system", kind, reply, "g.example", 443)


# --- keys, seals, stamps, stores ------------------------------------------------------------------------------------


def _stamp(data: bytes) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from barometer.evidence.stamps import fault, read

    stamp, _ = read(data, "2c" * 32, "an authority")
    fault(stamp, x509.load_der_x509_certificate(seeds.certificates()[0]).public_bytes(Encoding.PEM))


def _listed(data: bytes) -> None:
    from barometer.evidence.s3 import _listed

    _listed(data)


def _seal(data: bytes) -> None:
    from barometer.tips.opening import read_bundle
    from barometer.tips.seal import open_sealed

    def each(path: Path) -> None:
        for _, sealed in read_bundle(path):
            open_sealed(sealed, [seeds.tip_identity()])

    _in_file(each, ".age")(data)


def _unsealed(data: bytes) -> None:
    from barometer.tips.seal import unpacked

    unpacked(data)


def _evidence(data: bytes) -> None:
    from barometer.evidence.sealed import unseal

    unseal(io.BytesIO(data), b"\x07" * 32).read()


def _backup(data: bytes) -> None:
    """What stands inside the seal of a backup, up to the rows: who knows the public key can write one."""
    import pyrage

    from barometer.web.backup import archive, making

    def each(path: Path) -> None:
        with archive.opened(path, [seeds.tip_identity()]) as tar:
            first = tar.next()
            if first is None:
                return
            making._tables_of(archive.read_json(tar, first), path)
            while (member := tar.next()) is not None:
                data = archive.read(tar, member)
                if member.name.startswith("tables/"):
                    for line in data.splitlines():
                        making._row(line, member.name)

    _in_file(each, ".backup")(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(seeds.tip_recipient())]))


# --- settings and words ---------------------------------------------------------------------------------------------


def _source(data: bytes) -> None:
    from barometer.sources.watched import parse_source, to_toml

    to_toml(parse_source(data.decode("utf-8", "replace"), "x.toml"))


def _setting(data: bytes) -> None:
    from barometer.fetching.guard import parse_place
    from barometer.web.config.database import database
    from barometer.web.config.doubling import share
    from barometer.web.config.mail import mail

    text = data.decode("utf-8", "replace")
    with suppress(ValueError):  # which its callers put into words
        parse_place(text)
    for read in (
        share,
        lambda text: database(text, Path("/nonexistent")),
        lambda text: mail({"BAROMETER_MAIL_HOST": "mail.example", "BAROMETER_MAIL_PORT": text, "BAROMETER_MAIL_FROM": "a@b"}),
        lambda text: mail({"BAROMETER_MAIL_HOST": "mail.example", "BAROMETER_MAIL_FROM": text}),
    ):  # fmt: skip
        with suppress_ours():
            read(text)


def _typed(data: bytes) -> None:
    """What people type: in a cell, in a search, as an address."""
    from barometer.errors import BarometerError
    from barometer.fetching.guard import parse_url
    from barometer.names.index import blocks
    from barometer.names.people import findings, person
    from barometer.names.words import index_words, query_words
    from barometer.pipeline import cells
    from barometer.sources.documents import canonical_address
    from barometer.sources.telegram import preview_address
    from barometer.tips.receipt import parse

    text = data.decode("utf-8", "replace")[:5000]
    told = (BarometerError, cells.Refused)  # a cell is refused with words of its own
    for read in (
        cells.day, cells.parts, cells.region, cells.country_code, cells.place, cells.provisions, cells.address, parse_url, canonical_address,
        preview_address, parse, query_words, index_words, blocks, person, lambda text: cells.number("people", text),
        lambda text: findings(person(text[:300]), person(text[300:600] or "Alma Testova")),
    ):  # fmt: skip
        with suppress(*told):
            read(text)


def _query(data: bytes) -> None:
    """The part of an address behind the question mark, on the site and at the interface."""
    from django.core.exceptions import SuspiciousOperation
    from django.http import QueryDict
    from pydantic import ValidationError

    from barometer.web.public import filters
    from barometer.web.public.api.asked import CasesAsked, EventsAsked

    try:
        query = QueryDict(data.decode("utf-8", "replace"))
    except SuspiciousOperation:
        return  # which Django answers with 400
    wanted = filters.parse(query)
    assert filters.parse(QueryDict(wanted.query())) == wanted or wanted.rejected, "an address does not hold"
    for asked in (CasesAsked, EventsAsked):
        with suppress(ValidationError):
            asked(
                **{name: query.getlist(name) if name in filters.KNOWN else query.get(name) for name in query}
            )


def _reply(data: bytes) -> None:
    from barometer.deadlines.replies import read_reply

    read_reply(data.decode("utf-8", "replace"), ("How many?",))


def _of_text(read: Callable[[str, str], None]) -> Callable[[bytes], object]:
    """A reader of a text in a language, which the first byte tells."""

    def run(data: bytes) -> None:
        if data:
            read(data[1:].decode("utf-8", "replace"), texts.LANGUAGES[data[0] % 3])

    return run


def _texts() -> list[bytes]:
    from barometer.sources import language_of

    return [
        bytes([texts.LANGUAGES.index(language_of(text))]) + text.encode()[: breaking.LONGEST - 1]
        for text in texts.own_texts()
    ]


def _text_file(data: bytes) -> None:
    texts.read_file(data[1:])


def _broken_text(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.15 or len(data) < 2:
        return breaking.broken(data, chance)
    text = data[1:].decode("utf-8", "replace")
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = texts.broken(text, chance)[: breaking.LONGEST]
    return (data[:1] + text.encode("utf-8", "replace"))[: breaking.LONGEST]


def _read_text(name: str, read: Callable[[str, str], None]) -> Target:
    return Target(name, _of_text(read), _texts, _broken_text)


_TARGETS = (
    Target("feed", _child("feed", URL, "text/xml; charset=utf-8"), seeds.feeds, apart=True),
    Target("mail", _child("letter"), seeds.letters, apart=True),
    Target("mbox", _child("mbox", "x.mbox"), seeds.mboxes, apart=True),
    Target("telegram-export", _child("export"), seeds.exports, apart=True),
    Target("telegram-page", _child("preview", "https://t.me/s/invented", ""), seeds.previews, apart=True),
    Target("sitemap", _child("sitemap", URL), seeds.sitemaps, apart=True),
    Target("page", _child("page", URL, "main", ""), lambda: [seeds.PAGE], apart=True),
    Target("document", _child("document", URL, "text/html", ""), lambda: [seeds.PAGE], apart=True),
    Target("pdf", _child("document", URL, "application/pdf", ""), seeds.pdfs, apart=True),
    Target("links", _child("links", "x.csv"), seeds.tables, apart=True),
    Target("links-workbook", _child("links", "x.xlsx"), seeds.workbooks, apart=True),
    Target("look", _look, lambda: [seeds.PAGE], apart=True),
    Target("docx", _docx, seeds.documents),
    Target("word-back", _word, seeds.documents, apart=True),
    Target("table", _table, seeds.tables),
    Target("workbook", _workbook, seeds.workbooks, apart=True),
    Target("coded", _in_file(_coded, ".json"), seeds.coded),
    Target("rsf", _rsf, seeds.tables),
    Target("picture", _picture, seeds.pictures, apart=True, memory=1 << 30),
    Target("logo", _logo, seeds.pictures, apart=True),
    Target("archive", _archive, seeds.archives),
    Target("scan", _scan, seeds.archives),
    Target("warc", _warc, seeds.warcs),
    Target("wacz", _wacz, seeds.waczs),
    Target("robots", _robots, seeds.robots),
    Target("unpack", _unpack, lambda: [one for one in seeds.sitemaps() if one[:1] == b"\x1f"]),
    Target("ooni", _ooni, seeds.ooni, apart=True),
    Target("witness", _witness, seeds.witnesses, apart=True),
    Target("fingerprints", _fingerprints, seeds.fingerprints),
    Target("lumen", _notices("x.json"), seeds.lumen, apart=True),
    Target("notices-table", _notices("x.csv"), seeds.tables, apart=True),
    Target("notices-mail", _notices("x.eml"), seeds.letters, apart=True),
    Target("certificate", _certificate, seeds.certificates),
    Target("account", _account, lambda: [*seeds.previews(), seeds.PAGE], apart=True),
    Target("web-answer", _answer, seeds.answers),
    Target("dns", _dns, seeds.dns_answers),
    Target("stamp", _stamp, seeds.stamps),
    Target("s3-list", _listed, seeds.lists),
    Target("tip", _seal, seeds.sealed),
    Target("tip-inside", _unsealed, seeds.unsealed),
    Target("evidence", _evidence, seeds.evidence),
    Target("backup", _backup, seeds.backups),
    Target("source", _source, seeds.sources),
    Target("setting", _setting, seeds.environments),
    Target("typed", _typed, seeds.words),
    Target("query", _query, seeds.words),
    Target("reply", _reply, seeds.replies),
    Target("bulletin", _text_file, _texts, _broken_text),
    _read_text("story", texts.try_story),
    _read_text("letter", texts.try_letter),
    _read_text("relevance", texts.try_relevance),
    _read_text("amounts", texts.try_amounts),
    _read_text("when", texts.try_when),
)
