"""The mirror of a small ledger: whole, without anything internal, renewed only where something changed."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from barometer.web import mirror_commands
from barometer.web.actions import mirrors
from barometer.web.actions.importing import import_files
from barometer.web.actions.jobs import Worker
from barometer.web.mirror import checking, manifest
from barometer.web.public import clock, memory
from barometer.web.records.models import Event

DATA = Path(__file__).resolve().parents[1] / "functional" / "data"
SITE = "https://press.example"


@pytest.fixture
def ledger(db, evidence, settings, tmp_path):
    """Two quarters of invented events, published, and a home of its own for what is remembered of mirrors."""
    settings.HOME = tmp_path
    data = json.loads((DATA / "invented-2025q4.json").read_text(encoding="utf-8"))
    data["entries"] = data["entries"][:3]
    (tmp_path / "small.json").write_text(json.dumps(data), encoding="utf-8")
    import_files([tmp_path / "small.json"], as_published=True, by="A coder")


@pytest.fixture
def mirror(ledger, tmp_path):
    """Make the mirror, again and again, as a command of its own would; the folder is `mirror.out`."""

    def make(name: str = "mirror", **more):
        memory.forget()
        make.out = tmp_path / name
        return mirror_commands.make(make.out, **{"site": SITE, "tell": lambda line: None, **more})

    return make


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def pages(folder: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in files(folder).items() if name.endswith(".html")}


@pytest.mark.once
def test_the_mirror_is_whole_and_stays_as_it_is_until_something_changes(mirror, monkeypatch):
    done = mirror()
    first = files(mirror.out)
    assert done.files == len(first) - 1 == done.written  # the manifest is not in itself
    made = manifest.read(mirror.out)
    assert mirror_commands.verify(mirror.out, None) == []

    # every link leads to a file
    found = pages(mirror.out)
    assert checking.broken(mirror.out, made.files) == {}
    for name, text in found.items():
        anchors = set(re.findall(r'\sid="([^"]+)"', text))
        for target in re.findall(r'href="#([^"]+)"', text):
            assert html.unescape(target) in anchors, (name, target)

    # no absolute address of the site but the canonical ones; nothing of the desk, no cookie's token, no form
    absolute = re.compile(r'<(\w+)[^>]*(?:href|src|action)="https?://press\.example[^>]*>')
    for name, text in found.items():
        tags = [tag[0] for tag in absolute.finditer(text)]
        assert all('rel="canonical"' in tag or "data-live" in tag for tag in tags), (name, tags)
        assert not re.search(r"<form|/desk|csrf|sessionid|127\.0\.0\.1|mirror\.invalid", text), name

    # all records, in all languages, by lists alone
    for language in ("en", "ru", "kk"):
        for event in Event.objects.public():
            assert f"{language}/events/{event.public_id}/index.html" in found
        assert f"{language}/copy/search/index.html" in found
    assert "en/events/feed.rss" in first and "ru/calendar.ics" in first
    assert "period-2025q4.html" in found["en/events/index.html"]

    # an event changes: its pages are written; damage is mended, and the same input gives the same bytes;
    # nothing else is written, not even a time
    event = Event.objects.public().order_by("pk").first()
    event.summary_en = "Words that stood nowhere before."
    event.save()
    own, damaged = f"en/events/{event.public_id}/index.html", {"en/about/index.html", "ru/about/index.html"}
    times = {name: (mirror.out / name).stat().st_mtime_ns for name in first}
    (mirror.out / "en" / "about" / "index.html").write_text("defaced")
    (mirror.out / "ru" / "about" / "index.html").unlink()
    done = mirror()
    second = files(mirror.out)
    changed = {name for name in second if second[name] != first.get(name)}
    assert own in changed and b"Words that stood nowhere before." in second[own]
    assert not damaged & changed
    assert done.written == len(changed - {manifest.NAME} | damaged) < len(second) / 2
    assert f"ru/events/{event.public_id}/index.html" not in changed or event.summary_ru == ""
    for name in (first.keys() & second.keys()) - changed - damaged:
        assert (mirror.out / name).stat().st_mtime_ns == times[name], name

    # a day passes: pages of cases say of which day they are
    day = clock.today() + timedelta(1)
    monkeypatch.setattr(clock, "today", lambda: day)
    done = mirror()
    assert 0 < done.written < done.files / 2
    assert manifest.read(mirror.out).day == day.isoformat()

    # it is not public any more: its pages go
    Event.objects.filter(pk=event.pk).update(state="proposed")
    memory.forget()
    mirrors.ask()  # as after an erasure: the worker renews what lies here
    assert Worker({mirrors.RENEW: mirrors.renew}).run(once=True) == 1
    assert not (mirror.out / own).exists() and not (mirror.out / own).parent.exists()
    assert checking.broken(mirror.out, manifest.read(mirror.out).files) == {}
    assert event.public_id.encode() not in b"".join(files(mirror.out).values())


def test_nothing_internal_is_in_any_file_nor_an_address_of_a_site_that_has_none(mirror):
    canary = "kanarienvogel"
    event = Event.objects.public().first()
    event.note, event.published_by = f"{canary} note", f"{canary} by"
    event.coded = {**event.coded, "note": f"{canary} coded"}
    event.save()
    hidden = Event.objects.public().last()
    hidden.summary_en, hidden.state = f"{canary} proposed", "proposed"
    hidden.save()
    mirror(site="")
    for name, data in files(mirror.out).items():
        assert canary.encode() not in data and b"mirror.invalid" not in data, name
    for name, text in pages(mirror.out).items():
        assert 'class="cite"' not in text and "canonical" not in text, name


def test_refusals_are_one_clear_line(own_ledger, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    done = own_ledger.barometer("mirror", "--out", folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not empty and is no mirror" in done.stderr
    assert own_ledger.barometer("mirror").returncode == 2
    assert (
        "is no address" in own_ledger.barometer("mirror", "--out", tmp_path / "m", "--site", "press").stderr
    )
    done = own_ledger.barometer("mirror", "--out", tmp_path / "m", "--key", folder / "mine.txt")
    assert "no Ed25519 private key" in done.stderr and not (tmp_path / "m").exists()


@pytest.mark.long
def test_several_processes_make_the_same_mirror_and_one_that_is_killed_is_gone_on_with(own_ledger, tmp_path):
    own_ledger.barometer(
        "import",
        DATA / "invented-2025q4.json",
        DATA / "invented-2026q1.json",
        "--as",
        "published",
        "--by",
        "A coder",
    )
    out, other, key = tmp_path / "mirror", tmp_path / "other", tmp_path / "key.pem"
    public = own_ledger.barometer("mirror", "keygen", key).stdout
    (tmp_path / "key.pub").write_text(public)
    arguments = ["--site", SITE, "--key", str(key)]
    code = "import sys; from barometer.cli import main; main()"
    process = own_ledger.python(code, "mirror", "--out", out, "--processes", "2", *arguments)
    while not list((out / ".making" / "pages").glob("en/**/*.html")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert [path.name for path in out.iterdir()] == [".making"]
    for folder, processes in ((out, "2"), (other, "1")):
        done = own_ledger.barometer("mirror", "--out", folder, "--processes", processes, *arguments)
        assert done.returncode == 0, done.stderr
    assert files(out) == files(other)
    done = own_ledger.barometer("mirror", "verify", out, "--key", tmp_path / "key.pub")
    assert (done.returncode, done.stdout) == (0, "0 faults\n")
