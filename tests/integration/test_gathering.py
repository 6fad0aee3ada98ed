"""Sources visited by the worker, on servers of this machine: documents, leads, health; addresses looked at again."""

from __future__ import annotations

import io
import signal
import time
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from barometer.errors import BadInput, FetchFailed, NotReady, UnknownValue
from barometer.evidence.wacz import faults
from barometer.fetching import Pacing
from barometer.sources.watched import WatchedSource as SourceValue
from barometer.sources.watched import parse_source, to_toml
from barometer.web import gather_commands
from barometer.web.accounts.models import User
from barometer.web.actions import gathering, leads, outside
from barometer.web.actions.evidence import bytes_of, clear_desk, desk, verify
from barometer.web.actions.gathering import (
    gather_source,
    health_of,
    look,
    save_source,
    set_active,
    source_value,
    sources,
)
from barometer.web.actions.importing import import_files
from barometer.web.actions.jobs import Worker, enqueue
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.records.gathering import (
    Capture,
    Document,
    Job,
    Lead,
    Round,
    Sighting,
    VanishNote,
    WatchedAddress,
    WatchedSource,
)
from barometer.web.records.models import EvidenceItem, Item, Revision
from tests.fakes.servers import NAME, Site, door_to, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

NOW = datetime(2031, 3, 15, 9, tzinfo=UTC)
FINED = (
    "On 13 March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of the "
    "Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false information in her "
    "report on the city's heating. Her lawyer says that the court did not hear the witnesses whom the newspaper "
    "had named, and that the decision will be appealed within ten days. The newspaper stands by the report."
)
BREAD = (
    "The bakery on the corner opened again after the winter with a new oven. Rye bread and buns are ready from seven "
    "in the morning, and on Saturdays there is a cake with apples from the owner's own garden, by the slice or whole."
)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir(exist_ok=True)


@pytest.fixture
def reach(monkeypatch):
    """Open the installation's door to servers of the test, and to nothing else."""

    def to(*servers):
        door = door_to(*servers)
        monkeypatch.setattr(outside, "door", lambda proxy="": door)
        monkeypatch.setattr(outside, "pacing", lambda: Pacing(0))
        monkeypatch.setattr(outside, "browser", lambda: (None, "not in this test"))
        outside.robots.cache_clear()

    yield to
    outside.robots.cache_clear()


def article(title, text):
    return page(
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>".encode()
    )


def feed(site, *names):
    items = "".join(
        f"<item><title>{name}</title><link>{site.url(f'/{name}')}</link><guid>{name}</guid></item>"
        for name in names
    )
    return page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Herald</title><link>{site.url()}</link>'
        f"<description>news</description>{items}</channel></rss>".encode(),
        media_type="application/rss+xml",
    )


@pytest.fixture
def herald(reach):
    """A site with a feed of two articles, one of them relevant; the source over it."""
    with Site(
        {"/fined": article("Journalist fined in Almaty", FINED), "/bread": article("Bread again", BREAD)}
    ) as site:
        site.pages["/rss"] = feed(site, "fined", "bread")
        reach(site)
        yield site


def value(site, **more):
    return SourceValue(
        **{
            "name": "herald", "title": "Herald", "publisher": "Invented Herald", "kind": "feed",
            "address": site.url("/rss"), "language": "en", "trust": "media", "every": 60, "expected": (1, 9),
        }
        | more
    )  # fmt: skip


# --- sources ---------------------------------------------------------------------------------------------------------


def test_a_source_is_its_file(herald):
    row = save_source(value(herald), by="Alma Invented")
    assert source_value(row) == value(herald)
    assert parse_source(to_toml(source_value(row)), "herald.toml") == value(herald)
    [job] = Job.objects.all()
    assert (job.kind, job.argument, job.host) == ("gather", {"source": "herald"}, NAME)
    assert Revision.objects.get(model="watchedsource").action == "create"
    # The same again changes nothing; a change is one revision.
    save_source(value(herald), by="Alma Invented")
    assert Revision.objects.filter(model="watchedsource").count() == 1
    save_source(value(herald, every=120), by="Alma Invented", reason="they are slow")
    assert Revision.objects.filter(model="watchedsource").latest("pk").reason == "they are slow"


def test_another_address_begins_with_an_empty_memory(herald):
    row = save_source(value(herald), by="Alma Invented")
    gather_source(row, now=NOW)
    row.refresh_from_db()
    assert row.memory["seen"]
    assert save_source(value(herald, title="The Herald"), by="Alma Invented").memory["seen"]
    assert save_source(value(herald, address=herald.url("/other")), by="Alma Invented").memory == {}


def test_a_name_that_is_none(herald):
    save_source(value(herald), by="Alma Invented")
    with pytest.raises(UnknownValue, match="no source 'bulletin'.*herald"):
        sources(["herald", "bulletin"])
    set_active(sources(["herald"])[0], active=False, by="Alma Invented")
    assert sources() == []


# --- a round ---------------------------------------------------------------------------------------------------------


def test_a_round_takes_in_what_is_new(herald):
    row = save_source(value(herald), by="Alma Invented")
    done = gather_source(row, now=NOW)
    assert (done.shown, done.new, done.answered, done.layout, done.notes) == (2, 2, True, False, [])
    assert {document.title for document in Document.objects.all()} == {
        "Journalist fined in Almaty",
        "Bread again",
    }
    lead = Lead.objects.get()
    assert (lead.url, lead.document.title) == (herald.url("/fined"), "Journalist fined in Almaty")
    assert Sighting.objects.filter(watched=row).count() == 2
    # The very answer that the words were read from is kept, and can be opened by others.
    capture = Capture.objects.get()
    assert capture.archive == lead.evidence
    data = bytes_of(lead.evidence)
    assert faults(data) == []
    assert "archive/data.warc.gz" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert verify_kinds() == {"unstamped"}


def verify_kinds():
    return {fault.kind for fault in verify()}


def test_a_second_round_asks_conditionally_and_finds_nothing_new(herald):
    herald.pages["/rss"] = feed(herald, "fined", "bread").replace(b"\r\n\r\n", b'\r\nETag: "one"\r\n\r\n', 1)
    row = save_source(value(herald), by="Alma Invented")
    gather_source(row, now=NOW)
    row.refresh_from_db()
    herald.pages["/rss"] = page(status="304 Not Modified")
    herald.requests.clear()
    done = gather_source(row, now=NOW + timedelta(hours=1))
    assert (done.new, done.answered, done.shown) == (0, True, 2)
    [request] = herald.requests
    assert b'if-none-match: "one"' in request.lower()
    assert Document.objects.count() == 2


def test_a_round_that_was_cut_off_is_made_again_without_a_trace(herald, monkeypatch):
    row = save_source(value(herald), by="Alma Invented")

    def cut(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Round.objects, "create", cut)
    with pytest.raises(KeyboardInterrupt):
        gather_source(row, now=NOW)
    monkeypatch.undo()
    before = {"documents": Document.objects.count(), "leads": Lead.objects.count()}
    assert before == {"documents": 2, "leads": 1}
    row.refresh_from_db()
    assert row.memory == {}


def test_a_round_after_one_that_was_cut_off(herald):
    row = save_source(value(herald), by="Alma Invented")
    gather_source(row, now=NOW)
    WatchedSource.objects.update(memory={})  # as if it had been killed before its end
    row.refresh_from_db()
    gather_source(row, now=NOW)
    assert (Document.objects.count(), Lead.objects.count(), Sighting.objects.count()) == (2, 1, 2)
    assert Capture.objects.count() == 1


def test_health_is_told_from_the_rounds(herald):
    row = save_source(value(herald), by="Alma Invented")
    gather_source(row, now=NOW)
    assert health_of(row, now=NOW + timedelta(minutes=5)).state == "well"
    assert health_of(row, now=NOW + timedelta(days=1)).state == "late"
    row.refresh_from_db()
    herald.pages["/rss"] = feed(herald)
    gather_source(row, now=NOW + timedelta(hours=1))
    assert health_of(row, now=NOW + timedelta(hours=1)).state == "empty"
    row.refresh_from_db()
    herald.pages["/rss"] = page(b"<html><body>Welcome to our new site", media_type="text/html")
    done = gather_source(row, now=NOW + timedelta(hours=2))
    assert not done.answered
    assert herald.url("/rss") in done.notes[0]
    assert health_of(row, now=NOW + timedelta(hours=2)).state in ("layout", "failing", "empty")


def test_private_addresses_are_never_asked(herald):
    row = save_source(value(herald, address="http://169.254.169.254/latest"), by="Alma Invented")
    done = gather_source(row, now=NOW)
    assert not done.answered
    assert done.notes
    assert herald.requests == []


# --- the worker ------------------------------------------------------------------------------------------------------


def test_the_worker_gathers_captures_and_comes_back_by_rhythm(herald):
    save_source(value(herald), by="Alma Invented")
    gathering.begin()
    before = timezone.now()
    told = []
    Worker(gathering.handlers(), told.append).run(once=True)
    assert not [line for line in told if not line.endswith("done")]
    gather, daily = Job.objects.get(kind="gather"), Job.objects.get(kind="daily")
    assert before + timedelta(minutes=60) <= gather.run_after <= timezone.now() + timedelta(minutes=60)
    assert daily.run_after >= before + timedelta(days=1)
    lead = Lead.objects.get()
    captured = Capture.objects.filter(url=lead.url)
    assert captured.count() == 2  # the answer itself, then the page with what it is drawn with
    assert Job.objects.get(kind="capture").done_at


def test_a_source_that_does_not_answer_is_asked_less_often(reach, monkeypatch):
    monkeypatch.setattr("barometer.sources.gather.PAUSES", ())
    with Site({}) as site:
        reach(site)
        row = save_source(value(site), by="Alma Invented")
    waits = []
    for _ in range(3):
        job = Job.objects.get(kind="gather")
        again = gathering.handlers()["gather"](job)
        waits.append(again.at - row.rounds.latest("started_at").started_at)
    assert waits == [timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)]


def test_a_source_that_rests_is_not_visited(herald):
    row = save_source(value(herald), by="Alma Invented")
    set_active(row, active=False, by="Alma Invented")
    Worker(gathering.handlers()).run(once=True)
    assert herald.requests == []
    assert Job.objects.get(kind="gather").done_at


def test_an_address_that_waits_is_captured_when_it_can_be_reached(herald):
    away = herald.url("/away")
    lead = hand_in(Incoming("", away), origin="address", by="Alma Invented")
    assert lead.state == "waiting"
    herald.pages["/away"] = article("Journalist fined in Almaty", FINED)
    Worker(gathering.handlers()).run(once=True)
    lead.refresh_from_db()
    assert (lead.state, lead.title) == ("new", "Journalist fined in Almaty")
    assert lead.evidence.media_type == "application/wacz"


def test_a_worker_that_begins_again_keeps_to_the_rhythm(herald):
    save_source(value(herald), by="Alma Invented")
    for _ in range(2):
        gathering.begin()
        Worker(gathering.handlers()).run(once=True)
    assert Round.objects.count() == 1
    assert Job.objects.filter(kind="daily").count() == 1


def test_an_address_that_is_refused_waits_no_longer(herald):
    lead = hand_in(Incoming("", "http://10.0.0.1/"), origin="address", by="Alma Invented", note="by mail")
    Worker(gathering.handlers()).run(once=True)
    lead.refresh_from_db()
    assert lead.state == "new"
    assert lead.note.startswith("by mail\nhttp://10.0.0.1/ is not fetched")
    job = Job.objects.get()
    assert (job.tries, bool(job.done_at)) == (1, True)


def test_an_address_that_never_answers_is_given_up_in_the_end(herald):
    lead = hand_in(Incoming("", herald.url("/away")), origin="address", by="Alma Invented")
    herald.__exit__()
    for tries in (1, 2, 12):
        Job.objects.update(run_after=timezone.now(), tries=tries - 1)
        Worker(gathering.handlers()).run(once=True)
        lead.refresh_from_db()
        assert lead.state == ("new" if tries == 12 else "waiting")
    assert Job.objects.get().done_at


def test_what_has_no_address_of_the_web_is_not_captured(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(FINED)
    monkeypatch.setenv("BAROMETER_FOLDERS", str(tmp_path))
    row = save_source(SourceValue("box", "Box", "Us", "folder", str(tmp_path), "en"), by="Alma Invented")
    gather_source(row, now=NOW)
    assert Lead.objects.get().url == "file:a.txt"
    assert not Job.objects.filter(kind="capture").exists()


def test_a_login_wall_is_labelled(herald):
    form = b'<html><head><title>Log in</title></head><body><form action="/login"><label>Password<input type="password" name="p"></label><button>Log in</button></form><p>Log in to see this post. Forgot password? Sign up</p></body></html>'
    herald.pages["/post"] = page(form)
    lead = hand_in(Incoming("", herald.url("/post")), origin="address", by="Alma Invented")
    Worker(gathering.handlers()).run(once=True)
    lead.refresh_from_db()
    assert (lead.state, lead.wall, lead.document) == ("new", "login", None)


def test_what_a_killed_process_had_captured_enters_the_ledger(herald):
    from barometer.evidence.capture import capture_into
    from barometer.evidence.drafts import Asked

    asked = Asked(herald.url("/fined"), "Alma Invented", timezone.now())
    capture_into(desk(), asked, door=outside.door(), browser=None, apart=outside.apart())  # … and killed here
    with desk().begin(Asked(herald.url("/bread"), "Alma Invented", timezone.now())):
        pass  # killed while it fetched
    assert not EvidenceItem.objects.exists()
    assert clear_desk() == [herald.url("/bread")]
    assert Capture.objects.get().url == herald.url("/fined")
    assert desk().pending() == []
    assert clear_desk() == []
    assert verify_kinds() == {"unstamped"}


#: A worker that gathers from a folder, again and again, until it is killed.
GATHERER = """
from barometer.web import entry
entry.migrate()
from barometer.web.actions import gathering
from barometer.sources.watched import WatchedSource
import sys
gathering.save_source(WatchedSource(name="folder", title="F", publisher="P", kind="folder", address=sys.argv[1],
    language="en", every=5), by="A test")
row = gathering.sources(["folder"])[0]
print("begun", flush=True)
gathering.gather_source(row)
print("done", flush=True)
"""
COUNTER = """
from barometer.web import entry
entry.migrate()
from barometer.web.actions.evidence import verify
from barometer.web.records.gathering import Document, Lead, Sighting
print(Document.objects.count(), Lead.objects.count(), Sighting.objects.count(), {one.kind for one in verify()} - {"unstamped"})
"""


@pytest.mark.once
@pytest.mark.django_db(False)
@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.long)])
def test_killed_with_kill_9_nothing_is_lost_and_nothing_is_twice(own_ledger, tmp_path, kills):
    import random

    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(12):
        words = " ".join(
            f"{word}{number}" for word in ("tree", "road", "river", "cloud", "stone", "field") * 3
        )
        (folder / f"{number:02}.txt").write_text(
            f"{FINED} {words}" if number % 2 else f"{BREAD} {words} {words}"
        )
    own_ledger.environment["BAROMETER_FOLDERS"] = str(folder)
    chance = random.Random(7)
    for _ in range(kills):
        process = own_ledger.python(GATHERER, folder)
        assert process.stdout.readline() == "begun\n", process.communicate()[1]
        time.sleep(chance.uniform(0.2, 3.0))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=600)
    out, err = own_ledger.python(GATHERER, folder).communicate(timeout=600)
    assert out.endswith("done\n"), err
    told, err = own_ledger.python(COUNTER).communicate(timeout=600)
    documents, found, sightings, faults_ = told.split(maxsplit=3)
    assert faults_.strip() == "set()", err
    assert int(found) >= 1
    assert int(sightings) == 12
    assert int(documents) <= 12


@pytest.mark.once
def test_a_source_s_file_is_gathered_by_command(herald, tmp_path):
    file = tmp_path / "herald.toml"
    file.write_text(to_toml(value(herald)), "utf-8")
    told = []
    assert gather_commands.gather([str(file)], told.append)
    assert told == ["herald: 2 items shown, 2 new"]
    assert gather_commands.gather(["herald"], told.append)
    assert told[1] == "herald: 2 items shown, 0 new"
    herald.pages["/rss"] = page(b"no", status="404 Not Found")
    assert not gather_commands.gather([], told.append)
    assert "the server answers 404" in told[-1]
    with pytest.raises(BadInput, match="cannot be opened"):
        gather_commands.gather([str(tmp_path / "none.toml")], told.append)


def test_without_a_source_there_is_nothing_to_gather():
    with pytest.raises(NotReady, match="no source is watched"):
        gather_commands.gather([], print)


WORKER = """
from barometer.web import gather_commands
print("begun", flush=True)
gather_commands.work(once=False, tell=lambda line: print(line, flush=True))
print("ended", flush=True)
"""


@pytest.mark.once
@pytest.mark.django_db(False)
def test_a_worker_ends_when_it_is_told_to(own_ledger):
    process = own_ledger.python(WORKER)
    lines = [process.stdout.readline() for _ in range(2)]
    assert lines == ["begun\n", "daily:: done\n"], process.stderr.read()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=600)
    told = out.splitlines()
    assert (told[-1], process.returncode) == ("ended", 0), err
    assert all(line.endswith(":: done") for line in told[:-1])  # what else had come due by then


# --- looked at again -------------------------------------------------------------------------------------------------


@pytest.fixture
def behind(herald, mini):
    """A published item that links to an article of the site."""
    import_files([mini.path], as_published=True, by="A coder")
    item = Item.objects.public().first()
    item.links = [{"text": "report", "start": 0, "end": 6, "address": herald.url("/fined")}]
    item.save()
    Item.objects.exclude(pk=item.pk).update(links=[])
    assert gathering.watch_addresses() == 1
    return WatchedAddress.objects.get()


def test_an_address_that_stays_is_no_news(behind):
    assert look(behind, now=NOW) is None
    assert look(behind, now=NOW + timedelta(days=30)) is None
    assert behind.looked_at == NOW + timedelta(days=30)
    assert FINED in bytes_of(behind.text).decode()
    assert gathering.watch_addresses() == 0


def test_a_change_is_noted_with_its_difference_and_captured(behind, herald):
    look(behind, now=NOW)
    herald.pages["/fined"] = article("Journalist fined in Almaty", FINED.replace("200,000", "20,000"))
    note = look(behind, now=NOW + timedelta(days=30))
    assert (note.kind, note.at) == ("changed", NOW + timedelta(days=30))
    removed, added = note.difference.splitlines()
    assert removed.startswith("-")
    assert "200,000" in removed
    assert "20,000 tenge" in added
    assert Job.objects.get(kind="capture").argument["url"] == behind.url
    assert look(behind, now=NOW + timedelta(days=60)) is None


def test_gone_is_noted_once_and_so_is_its_return(behind, herald):
    look(behind, now=NOW)
    kept = herald.pages.pop("/fined")
    assert look(behind, now=NOW + timedelta(days=30)).kind == "gone"
    assert look(behind, now=NOW + timedelta(days=60)) is None
    herald.pages["/fined"] = kept
    assert look(behind, now=NOW + timedelta(days=90)).kind == "same"
    assert [note.kind for note in VanishNote.objects.order_by("pk")] == ["gone", "same"]


def test_what_is_gone_at_the_first_look_is_noted(behind, herald):
    del herald.pages["/fined"]
    assert look(behind, now=NOW).kind == "gone"
    assert behind.seen == {}


def test_an_outage_is_no_news_before_the_last_try(behind, herald):
    herald.__exit__()
    with pytest.raises(FetchFailed):
        look(behind, is_last_try=False)
    assert not VanishNote.objects.exists()
    look(behind, is_last_try=True)
    assert VanishNote.objects.get().kind == "blocked"


def test_the_daily_job_has_addresses_looked_at_by_rhythm(behind, herald):
    enqueue("daily")
    Worker(gathering.handlers()).run(once=True)
    behind.refresh_from_db()
    assert behind.looked_at
    assert behind.seen["status"] == 200
    herald.requests.clear()
    Job.objects.filter(kind="daily").update(run_after=timezone.now())
    Worker(gathering.handlers()).run(once=True)
    assert herald.requests == []  # not before thirty days


def test_addresses_of_what_is_not_published_are_left_alone(herald, mini):
    import_files([mini.path])
    Item.objects.update(links=[{"text": "x", "start": 0, "end": 1, "address": herald.url("/fined")}])
    assert gathering.behind_published() == set()


def test_a_vanished_address_stands_on_its_page(behind, herald, client):
    del herald.pages["/fined"]
    look(behind, now=NOW)
    client.force_login(User.objects.create_superuser("editor", password="long enough, mine"))
    shown = client.get("/desk/evidence/addresses/").content.decode()
    assert behind.url in shown
    assert "15 March 2031" in shown


# --- the pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    user = User.objects.create_superuser(
        "editor", first_name="Alma", last_name="Invented", password="long enough, mine"
    )
    client.force_login(user)
    return client


FORM = {
    "name": "herald", "title": "Herald", "publisher": "Invented Herald", "kind": "feed", "language": "en",
    "address": "https://herald.example/rss", "trust": "media", "every": "2 h", "least": "1", "most": "9",
    "select": "", "proxy": "", "country": "", "follow": "yes",
}  # fmt: skip


def test_a_source_is_added_changed_and_put_to_rest_by_form(editor):
    assert editor.post("/desk/sources/new/", FORM).url == "/desk/sources/herald/"
    row = WatchedSource.objects.get()
    assert (row.every, row.expected_least, row.expected_most, row.follow) == (120, 1, 9, True)
    page_ = editor.get("/desk/sources/herald/").content.decode()
    assert 'value="2 h"' in page_
    assert "expected = [1, 9]" in page_
    assert "not visited yet" in page_
    changed = {name: text for name, text in FORM.items() if name not in ("name", "follow")} | {
        "every": "30 min"
    }
    editor.post("/desk/sources/herald/", changed)
    row.refresh_from_db()
    assert (row.every, row.follow) == (30, False)
    editor.post("/desk/sources/herald/rest/")
    row.refresh_from_db()
    assert not row.active
    assert "rests" in editor.get("/desk/sources/").content.decode()
    assert [row.by for row in Revision.objects.filter(model="watchedsource")] == ["Alma Invented"] * 3


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("address", "ftp://herald.example/", "no address of a feed"),
        ("every", "often", "30 min"),
        ("name", "Герольд", "small Latin letters"),
        ("least", "many", "numbers"),
        ("kind", "rumour", "use one of"),
        ("title", "", "one line"),
        ("proxy", "http://x", "proxy"),
    ],
)
def test_a_form_that_cannot_be_says_why_and_keeps_what_was_written(editor, field, wrong, said):
    answer = editor.post("/desk/sources/new/", FORM | {field: wrong})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert said in text
    assert "Invented Herald" in text
    assert not WatchedSource.objects.exists()


def test_a_second_source_of_a_name_is_refused(editor):
    editor.post("/desk/sources/new/", FORM)
    assert editor.post("/desk/sources/new/", FORM | {"title": "Another"}).status_code == 400
    assert WatchedSource.objects.get().title == "Herald"


def test_alarms_stand_first(editor, herald):
    for name in ("a-well", "b-empty"):
        row = save_source(value(herald, name=name), by="Alma Invented")
        now = timezone.now()
        Round.objects.create(watched=row, started_at=now - timedelta(hours=1), ended_at=now, shown=9, new=9)
        Round.objects.create(watched=row, started_at=now, ended_at=now, shown=9 if name == "a-well" else 0)
    shown = editor.get("/desk/sources/").content.decode()
    assert shown.index("/desk/sources/b-empty/") < shown.index("/desk/sources/a-well/")
    assert "suddenly empty" in shown
    assert "1 needs somebody" in shown


@pytest.mark.parametrize(
    "path", ["sources/", "sources/new/", "leads/", "intake/", "evidence/", "evidence/addresses/"]
)
def test_everything_needs_login(client, path):
    assert client.get(f"/desk/{path}").url.startswith("/desk/login/")
    user = User.objects.create_user("reader", password="long enough, mine")  # without a role
    client.force_login(user)
    assert client.get(f"/desk/{path}").status_code == 403


def test_bad_toml_names_the_key():
    with pytest.raises(BadInput):
        parse_source('title = "x"', "x.toml")


def test_a_lead_without_words_cannot_be_taken():
    lead = hand_in(Incoming("", "https://away.example/"), origin="address", by="Alma Invented")
    with pytest.raises(NotReady):
        leads.take(lead, by="Alma Invented")
