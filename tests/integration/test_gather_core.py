"""Visits to sources of every kind, on servers and folders of this machine: what is found, kept in mind, and said."""

from __future__ import annotations

import json
import re
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
import trustme
from fakes.servers import NAME, Listener, Site, at_home, door_to, moved, page

from barometer.errors import NotAllowed, NotReady, ParseFailed
from barometer.fetching import Allowance, Apart, Door, Pacing, Robots
from barometer.sources.gather import Memory, gather
from barometer.sources.health import health
from barometer.sources.mail import fetch_imap
from barometer.sources.watched import WatchedSource

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
STORY = (
    "<p>"
    + "The town's court put off the hearing of the editor of the Invented Gazette, her lawyer said. " * 6
)


@pytest.fixture(scope="module")
def apart():
    with Apart() as children:
        yield children


class Desk:
    """One source and what is remembered of it between visits."""

    def __init__(self, apart, door, source, **options):
        self.apart, self.door, self.source, self.options = apart, door, source, options
        self.memory = Memory()
        self.slept = []
        self.now = NOW

    def visit(self):
        told = gather(
            self.source,
            self.door,
            self.memory,
            now=self.now,
            robots=Robots(self.door),
            apart=self.apart,
            sleep=self.slept.append,
            **self.options,
        )
        assert Memory.from_json(json.loads(json.dumps(told.memory.as_json()))) == told.memory
        self.memory = told.memory
        self.now += timedelta(hours=1)
        return told


def source(kind, address, **more):
    return WatchedSource(
        name="invented",
        title="An invented source",
        publisher="Invented House",
        kind=kind,
        address=address,
        language="en",
        **more,
    )


@pytest.fixture
def desk(apart):
    return lambda site, kind, path="/", **more: Desk(
        apart, door_to(site), source(kind, site.url(path), **more)
    )


def article(title, body=STORY):
    return page(f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}".encode())


def rss(*items):
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>Mon, 09 Mar 2026 08:00:00 +0500</pubDate><description>Own words of {title}.</description></item>"
        for title, link in items
    )
    return f"<rss version='2.0'><channel><title>Feed</title>{entries}</channel></rss>".encode()


def served(body, *, etag, media_type="application/rss+xml"):
    """A page that answers 304 to those who know its tag."""

    def script(sock, head):
        if f"if-none-match: {etag}".encode() in head.lower():
            sock.sendall(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
        else:
            sock.sendall(page(body, media_type=media_type, headers=(f"ETag: {etag}",)))

    return script


def test_a_feed_is_read_once_and_its_pages_followed(desk):
    with Site({}) as site:
        site.pages["/feed"] = served(rss(("One", site.url("/1")), ("Two", site.url("/2"))), etag='"a"')
        site.pages |= {"/1": article("One"), "/2": article("Two")}
        feed = desk(site, "feed", "/feed")
        first = feed.visit()
        assert first.answered
        assert first.notes == ()
        assert [found.title for found in first.found] == ["One", "Two"]
        assert [document.url for document in first.documents] == [site.url("/1"), site.url("/2")]
        assert first.keys == (site.url("/1"), site.url("/2"))
        assert first.documents[0].text.count("Invented Gazette") == 6
        assert str(first.documents[0].published) == "2026-03-09"
        assert first.captured[site.url("/1")].status == 200
        assert first.asked == 3

        again = feed.visit()
        assert (again.found, again.shown, again.asked, again.answered) == ((), 2, 1, True)

        site.pages["/feed"] = served(rss(("Three", site.url("/3")), ("One", site.url("/1"))), etag='"b"')
        site.pages["/3"] = article("Three")
        assert [found.title for found in feed.visit().found] == ["Three"]


def test_pages_that_cannot_be_had(desk):
    with Site({}) as site:
        items = [(name, site.url(f"/{name}")) for name in ("gone", "busy", "wall", "closed", "good")]
        site.pages |= {
            "/feed": page(rss(*items), media_type="text/xml"),
            "/robots.txt": page(b"User-agent: *\nDisallow: /closed", media_type="text/plain"),
            "/busy": page(b"", status="503 Busy", headers=("Retry-After: 5",)),
            "/wall": moved("/login?next=/wall"),
            "/login?next=/wall": page(
                b"<title>Log in</title><form>Log in to continue<input type=password>Forgot password?</form>"
            ),
            "/good": article("good"),
        }
        feed = desk(site, "feed", "/feed")
        told = feed.visit()
        notes = {note.place: note.message for note in told.notes}
        assert notes[site.url("/gone")] == "the server answers 404"
        assert notes[site.url("/busy")] == "the server answers 503"
        assert "robots.txt" in notes[site.url("/closed")]
        assert "login" in notes[site.url("/wall")]
        assert feed.slept == [5.0, 8.0]
        documents = dict(zip(told.keys, told.documents, strict=True))
        assert documents[site.url("/gone")].text == "Own words of gone."
        assert documents[site.url("/wall")].wall == "login"
        assert documents[site.url("/good")].wall == ""
        assert site.url("/busy") not in documents  # it is tried again …
        assert [found.title for found in told.found] == ["gone", "wall", "closed", "good"]
        assert feed.visit().found == ()
        last = feed.visit()  # … twice more, and then its own words must do
        assert [
            (found.title, document.text) for found, document in zip(last.found, last.documents, strict=True)
        ] == [("busy", "Own words of busy.")]
        assert feed.visit().found == ()


def test_an_item_that_breaks_the_reader_is_one_note(desk):
    with Site({}) as site:
        site.pages |= {
            "/feed": page(rss(("deep", site.url("/deep")), ("pdf", site.url("/pdf"))), media_type="text/xml"),
            "/deep": page(b"%PDF-1.7 and no more", media_type="application/pdf"),
            "/pdf": page(b"\x00\x01\x02", media_type="image/png"),
        }
        told = desk(site, "feed", "/feed").visit()
        assert [document.text for document in told.documents] == ["Own words of deep.", "Own words of pdf."]
        assert [note.place for note in told.notes] == [site.url("/deep"), site.url("/pdf")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is empty"),
        (b"<html><title>Log in</title>", "it is no feed: an HTML page"),
        (b"\x00\x01\x02\x03" * 100, "it is no feed"),
    ],
)
def test_a_feed_that_is_none(desk, body, words):
    with Site({"/feed": page(body)}) as site:
        told = desk(site, "feed", "/feed").visit()
        assert (told.answered, told.found, told.memory) == (False, (), Memory())
        assert told.notes[0].message.startswith(words)
        assert not told.layout


def test_a_feed_that_becomes_a_page_has_another_layout_and_health_says_so(desk):
    with Site({}) as site:
        site.pages |= {
            "/feed": page(rss(("One", site.url("/1"))), media_type="text/xml"),
            "/1": article("One"),
        }
        feed = desk(site, "feed", "/feed")
        first = feed.visit()
        site.pages["/feed"] = page(b"<!doctype html><title>We have a new site</title>")
        second = feed.visit()
        assert (second.layout, second.answered) == (True, False)
        assert health([first.fact(), second.fact()], feed.source, feed.now).state == "layout"


def test_sudden_emptiness_is_said(desk):
    with Site({}) as site:
        site.pages |= {
            "/feed": page(rss(("One", site.url("/1"))), media_type="text/xml"),
            "/1": article("One"),
        }
        feed = desk(site, "feed", "/feed")
        rounds = [feed.visit()]
        site.pages["/feed"] = page(rss(), media_type="text/xml")
        rounds.append(feed.visit())
        assert "shows nothing" in rounds[1].notes[0].message
        assert health([each.fact() for each in rounds], feed.source, feed.now).state == "empty"


def test_no_more_than_so_many_at_a_time(apart):
    with Site({}) as site:
        names = [f"n{at}" for at in range(5)]
        site.pages["/feed"] = served(rss(*((name, site.url(f"/{name}")) for name in names)), etag='"x"')
        site.pages |= {f"/{name}": article(name) for name in names}
        feed = Desk(apart, door_to(site), source("feed", site.url("/feed")), most=2)
        told = [[found.title for found in feed.visit().found] for _ in range(4)]
        assert told == [["n0", "n1"], ["n2", "n3"], ["n4"], []]


def test_a_private_address_is_refused_and_the_rest_goes_on(desk):
    with Site({}) as site:
        site.pages |= {
            "/feed": page(
                rss(("inside", "http://169.254.169.254/latest"), ("good", site.url("/good"))),
                media_type="text/xml",
            ),
            "/good": article("good"),
        }
        told = desk(site, "feed", "/feed").visit()
        assert [document.title for document in told.documents] == ["inside", "good"]
        assert "not fetched" in told.notes[0].message


def test_a_sitemap_follows_what_is_new_and_takes_the_old_as_known(desk):
    with Site({}) as site:

        def entries(*days):
            return "".join(
                f"<url><loc>{site.url(f'/{name}')}</loc><lastmod>{day}</lastmod></url>" for name, day in days
            )

        site.pages |= {
            "/map.xml": page(
                f"<sitemapindex><sitemap><loc>{site.url('/a.xml')}</loc></sitemap></sitemapindex>".encode()
            ),
            "/a.xml": page(
                f"<urlset>{entries(('old', '2025-01-01'), ('new', '2026-03-09'))}</urlset>".encode()
            ),
            "/new": article("new"),
            "/old": article("old"),
            "/newer": article("newer"),
        }
        sitemap = desk(site, "sitemap", "/map.xml")
        first = sitemap.visit()
        assert [document.title for document in first.documents] == ["new"]
        assert "1 pages" in first.notes[0].message
        assert first.shown == 2
        days = (("old", "2026-03-10"), ("new", "2026-03-09"), ("newer", "2026-03-10"))
        site.pages["/a.xml"] = page(f"<urlset>{entries(*days)}</urlset>".encode())
        assert [document.title for document in sitemap.visit().documents] == ["old", "newer"]


def test_a_watched_page_tells_what_changed(desk):
    def shown(*rows):
        lines = "".join(f"<tr><td>{hour}<td><a href='/case/{name}'>{name}</a></tr>" for hour, name in rows)
        return page(
            f"<title>Court</title><main><table id=calendar>{lines}</table></main><p>{len(rows)}".encode()
        )

    with Site({"/": shown(("9:00", "A"), ("10:00", "B"))}) as site:
        site.pages |= {"/case/C": article("C"), "/case/A": article("A")}
        court = desk(site, "page", "/", select="#calendar")
        first = court.visit()
        assert first.documents[0].text == "9:00 | A\n10:00 | B"
        assert len(first.found) == 1  # the links that are there already are known
        assert court.visit().found == ()
        site.pages["/"] = shown(("10:00", "B"), ("11:00", "C"))
        told = court.visit()
        change, linked = told.found
        assert change.extra["added"] == ["11:00 | C"]
        assert change.extra["removed"] == ["9:00 | A"]
        assert "-9:00 | A" in change.extra["diff"]
        assert (linked.url, told.documents[1].title) == (site.url("/case/C"), "C")
        site.pages["/"] = page(b"<main><section id=diary>moved</section></main>")
        moved_on = court.visit()
        assert moved_on.layout
        assert "#calendar" in moved_on.notes[0].place
        assert "#diary" in moved_on.notes[0].message


POST = """<div class="tgme_widget_message js-widget_message" data-post="invented/{0}">
<div class="tgme_widget_message_text">Post {0}</div><a class="tgme_widget_message_date" href="#">
<time datetime="2026-03-0{0}T10:00:00+00:00"></time></a></div>"""


def channel(*numbers, before=""):
    older = f'<a class="tme_messages_more" data-before="x" href="{before}"></a>' if before else ""
    posts = "".join(POST.format(number) for number in numbers)
    return page(f'<section class="tgme_channel_history">{older}{posts}</section>'.encode())


def test_a_channel_goes_back_to_the_last_post_that_is_known(desk):
    with Site({"/s/invented": channel(1, 2)}) as site:
        telegram = desk(site, "telegram", "/s/invented")
        assert [found.key for found in telegram.visit().found] == ["invented/1", "invented/2"]
        site.pages["/s/invented"] = channel(5, 6, before="/s/invented?before=5")
        site.pages["/s/invented?before=5"] = channel(2, 3, 4, before="/s/invented?before=2")
        told = telegram.visit()
        assert [document.text for document in told.documents] == ["Post 3", "Post 4", "Post 5", "Post 6"]
        assert told.asked == 2


def test_a_list_of_links_with_a_bad_row(desk):
    with Site({}) as site:
        site.pages |= {
            "/list.csv": page(
                f"url,title\n{site.url('/1')},One\nnonsense,Two\n".encode(), media_type="text/csv"
            ),
            "/1": article("One"),
        }
        told = desk(site, "links", "/list.csv").visit()
        assert [document.title for document in told.documents] == ["One"]
        assert told.notes[0].place.endswith("row 3")


def test_documents_that_a_page_links_to(desk):
    with Site({}) as site:
        site.pages |= {
            "/": page(b"<a href=/a.docx>A</a><a href=/about>About</a>"),
            "/a.docx": page(b"PK no document", media_type="application/zip"),
        }
        bulletins = desk(site, "documents")
        told = bulletins.visit()
        assert [found.url for found in told.found] == [site.url("/a.docx")]
        assert told.documents == ()
        assert "application/zip" in told.notes[0].message
        site.pages["/"] = page(b"<p>All is new")
        assert bulletins.visit().layout


def test_a_folder_with_letters_files_and_a_way_out(apart, tmp_path):
    inside = tmp_path / "in"
    (inside / "sub").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("not for the desk")
    (inside / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "a.eml").write_bytes(
        b"Message-ID: <1@invented>\nFrom: A <a@invented>\nSubject: S\n\nWords of a letter"
    )
    (inside / "b.mbox").write_bytes(
        b"From x\nMessage-ID: <2@invented>\n\nTwo\n\nFrom y\nMessage-ID: <3@invented>\n\nThree\n"
    )
    (inside / "sub" / "c.txt").write_text("Words of a file.")
    (inside / "bad.pdf").write_bytes(b"%PDF-")
    folder = Desk(apart, door_to(), source("folder", str(inside)), roots=[inside])
    told = folder.visit()
    assert [document.text for document in told.documents] == [
        "Words of a letter",
        "Two",
        "Three",
        "Words of a file.",
    ]
    assert [note.place for note in told.notes] == ["file:bad.pdf"]
    assert folder.visit().found == ()
    (inside / "b.mbox").write_bytes(
        (inside / "b.mbox").read_bytes() + b"\nFrom z\nMessage-ID: <4@invented>\n\nFour\n"
    )
    assert [document.text for document in folder.visit().documents] == ["Four"]


class Failing:
    """Readers that end so, as long as `kind` says how."""

    def __init__(self, apart):
        self.apart, self.kind, self.asked = apart, "", 0

    def run(self, *call, **limits):
        self.asked += 1
        if self.kind:
            raise ParseFailed(self.kind, "it did not come back")
        return self.apart.run(*call, **limits)


@pytest.mark.parametrize("kind", ["died", "took too long", "too much memory"])
def test_a_file_whose_reader_was_killed_is_read_at_the_next_visit(apart, tmp_path, kind):
    (tmp_path / "a.txt").write_text("Words of a file.")
    readers = Failing(apart)
    folder = Desk(readers, door_to(), source("folder", str(tmp_path)), roots=[tmp_path])
    readers.kind = kind
    assert [note.place for note in folder.visit().notes] == ["file:a.txt"]
    readers.kind = ""
    assert [document.text for document in folder.visit().documents] == ["Words of a file."]
    assert folder.visit().found == ()
    (tmp_path / "b.txt").write_text("A file that breaks every reader.")
    readers.kind = kind
    assert [len(folder.visit().notes) for _ in range(4)] == [1, 1, 1, 0]


def test_what_is_no_fault_of_a_file_is_tried_until_it_works(apart, tmp_path):
    (tmp_path / "a.txt").write_text("Words of a file.")
    readers = Failing(apart)
    folder = Desk(readers, door_to(), source("folder", str(tmp_path)), roots=[tmp_path])
    readers.kind = "stopped"
    assert [len(folder.visit().notes) for _ in range(5)] == [1] * 5
    readers.kind = ""
    assert [document.text for document in folder.visit().documents] == ["Words of a file."]
    assert folder.visit().found == ()


def test_a_file_that_did_not_open_is_read_when_it_does(apart, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Words of a file.")
    folder = Desk(apart, door_to(), source("folder", str(tmp_path)), roots=[tmp_path])
    with monkeypatch.context() as closed:
        closed.setattr(Path, "read_bytes", Mock(side_effect=PermissionError(13, "Permission denied")))
        assert ["cannot be opened" in folder.visit().notes[0].message for _ in range(5)] == [True] * 5
    assert [document.text for document in folder.visit().documents] == ["Words of a file."]
    assert folder.visit().found == ()


@pytest.mark.parametrize("address", ["/etc", "..", "{0}/../secret"])
def test_no_folder_outside_those_that_may_be_read(apart, tmp_path, address):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").mkdir()
    told = Desk(
        apart, door_to(), source("folder", address.format(tmp_path / "in")), roots=[tmp_path / "in"]
    ).visit()
    assert not told.answered
    assert "outside the folders" in told.notes[0].message


def test_a_crawl_delay_is_kept(apart):
    waited = []
    with Site({}) as site:
        site.pages |= {
            "/robots.txt": page(b"User-agent: *\nCrawl-delay: 7", media_type="text/plain"),
            "/list.txt": page(f"{site.url('/1')}\n{site.url('/2')}".encode(), media_type="text/plain"),
            "/1": article("One"),
            "/2": article("Two"),
        }
        pacing = Pacing(1.0, clock=lambda: 0.0, sleep=waited.append)
        Desk(apart, door_to(site), source("links", site.url("/list.txt")), pacing=pacing).visit()
    assert waited == [7.0, 7.0]


# --- a mailbox --------------------------------------------------------------------------------------------------


class MailServer(Listener):
    """As much of IMAP as a reader needs: letters by UID in one folder."""

    def __init__(self, tls, letters, *, validity=7):
        super().__init__(tls)
        self.letters, self.validity, self.said = letters, validity, []

    def talk(self, sock: socket.socket):
        stream = sock.makefile("rwb")
        self.send(stream, b"* OK ready")
        while line := stream.readline():
            tag, _, command = line.strip().partition(b" ")
            self.said.append(command)
            if self.answer(stream, tag, command.upper(), command):
                return

    def send(self, stream, *lines):
        for line in lines:
            stream.write(line + b"\r\n")
        stream.flush()

    def answer(self, stream, tag, command, as_said):
        done = b"OK done"
        if command == b"CAPABILITY":
            self.send(stream, b"* CAPABILITY IMAP4rev1")
        elif command.startswith(b"LOGIN") and b"secret" not in as_said:
            done = b"NO wrong"
        elif command.startswith(b"EXAMINE"):
            self.send(stream, b"* %d EXISTS" % len(self.letters), b"* OK [UIDVALIDITY %d] ." % self.validity)
        elif command.startswith(b"UID SEARCH"):
            begin = int(re.search(rb"UID (\d+):", command)[1])
            found = [uid for uid in self.letters if uid >= begin] or [max(self.letters)]
            self.send(stream, b"* SEARCH " + b" ".join(b"%d" % uid for uid in found))
        elif command.startswith(b"UID FETCH"):
            uid = int(command.split()[2])
            letter = self.letters[uid]
            if b"SIZE" in command:
                self.send(stream, b"* 1 FETCH (UID %d RFC822.SIZE %d)" % (uid, len(letter)))
            else:
                self.send(stream, b"* 1 FETCH (UID %d BODY[] {%d}" % (uid, len(letter)), letter + b")")
        elif command == b"LOGOUT":
            self.send(stream, b"* BYE", tag + b" OK")
            return True
        self.send(stream, tag + b" " + done)
        return False


@pytest.fixture(scope="module")
def certificates():
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(NAME).configure_cert(server)
    authority.configure_trust(client)
    return server, client


def letter(number, words):
    return f"Message-ID: <{number}@invented>\r\nSubject: Letter {number}\r\n\r\n{words}".encode()


def mail_door(server):
    return Door(allowances=[Allowance("mailbox", (f"{NAME}:{server.port}",))], resolver=at_home)


def test_a_mailbox_is_read_from_where_it_stopped(apart, certificates):
    server_side, trust = certificates
    with MailServer(server_side, {3: letter(3, "Three"), 5: letter(5, "Five")}) as server:
        watched = source("mailbox", f"imaps://desk%40invented@{NAME}:{server.port}/Хат")
        mailbox = Desk(apart, mail_door(server), watched, password="secret", trust=trust)
        first = mailbox.visit()
        assert [document.text for document in first.documents] == ["Three", "Five"]
        assert (first.memory.last, first.memory.validity) == (5, 7)
        assert mailbox.visit().found == ()
        server.letters[9] = letter(9, "Nine")
        mailbox.apart = readers = Failing(apart)
        readers.kind = "stopped"
        assert not mailbox.visit().answered
        readers.kind = ""
        assert [found.title for found in mailbox.visit().found] == ["Letter 9"]
        assert b'EXAMINE "&BCUEMARC-"' in server.said
        assert not any(b"STORE" in said or b"SELECT" in said for said in server.said)
        server.validity = (
            8  # the folder was made anew: all is read again, and what is known is not told again
        )
        assert mailbox.visit().found == ()


def test_a_mailbox_that_refuses(certificates):
    server_side, trust = certificates
    with MailServer(server_side, {1: letter(1, "One")}) as server:
        with pytest.raises(NotAllowed, match="refuses the user"):
            fetch_imap(mail_door(server), f"imaps://a@{NAME}:{server.port}/", "wrong", trust=trust)
        with pytest.raises(NotReady, match="cannot be asked"):  # a certificate that nobody trusts
            fetch_imap(mail_door(server), f"imaps://a@{NAME}:{server.port}/", "secret")
    with MailServer(None, {1: letter(1, "One")}) as server:
        with pytest.raises(NotReady, match="TLS not supported"):  # no password over an open line
            fetch_imap(mail_door(server), f"imap://a@{NAME}:{server.port}/", "secret", trust=trust)
        assert not any(said.upper().startswith(b"LOGIN") for said in server.said)


def test_a_mail_server_that_floods(certificates):
    server_side, trust = certificates

    class Flood(MailServer):
        def answer(self, stream, tag, command, as_said):
            if command.startswith(b"UID FETCH") and b"BODY" in command:
                self.send(stream, b"* 1 FETCH (UID 1 BODY[] {99999999999}")
                return False
            return super().answer(stream, tag, command, as_said)

    with (
        Flood(server_side, {1: letter(1, "One")}) as server,
        pytest.raises(NotReady, match="announces 99,999,999,999 bytes"),
    ):
        fetch_imap(mail_door(server), f"imaps://a@{NAME}:{server.port}/", "secret", trust=trust)
