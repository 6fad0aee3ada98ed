"""Whether the house is well: what strangers are told, what its people are told, and the numbers for Prometheus."""

from __future__ import annotations

import multiprocessing
import os
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import OperationalError, connection
from django.utils import timezone

from barometer.cli import cli
from barometer.web.actions.jobs import claim, enqueue, fail, finish
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.health import checks, counting, marks, views
from barometer.web.health.counting import CLASSES, Counters, class_of
from barometer.web.records.gathering import Job, Round, WatchedSource

pytestmark = pytest.mark.django_db
SECRET = "a-secret-drawn-by-a-machine"


@pytest.fixture(autouse=True)
def own_numbers(settings, tmp_path, monkeypatch, evidence):
    """Counters, marks and findings of this test alone."""
    settings.HOME = tmp_path
    counters = Counters(tmp_path / "requests.counts")
    monkeypatch.setattr(counting, "counters", counters)
    monkeypatch.setattr(views, "counters", counters)
    checks.forget()
    yield counters
    checks.forget()


@pytest.fixture
def worked():
    """A worker was here a minute ago."""
    finish_at(enqueue("daily"), timezone.now() - timedelta(minutes=1))


def finish_at(job, at):
    assert finish(claim("someone", kinds=(job.kind,)), again=at + timedelta(days=1))


# --- the text format, read by its own rules -----------------------------------------------------------------------

_NAME, _LABEL = r"[a-zA-Z_:][a-zA-Z0-9_:]*", r"[a-zA-Z_][a-zA-Z0-9_]*"
_PAIR = rf'{_LABEL}="(?:[^"\\\n]|\\["\\n])*"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_PAIR}(?:,{_PAIR})*)?\}})? (\S+)")


def parsed(text):
    """name → {labels: value} of a text in Prometheus' format; AssertionError where it breaks a rule of the format."""
    assert text.endswith("\n")
    assert "\r" not in text
    kinds, helped, found, current = {}, set(), {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, _, words = line[7:].partition(" ")
            assert re.fullmatch(_NAME, name)
            assert words
            assert name not in helped, f"{name} is told twice"
            helped.add(name)
            continue
        if line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name not in kinds, f"{name} has two kinds"
            assert kind in ("counter", "gauge", "histogram", "summary", "untyped")
            kinds[name], current = kind, name
            continue
        whole = _SAMPLE.fullmatch(line)
        assert whole, line
        name, labels, value = whole.groups()
        family = current if kinds.get(current) == "histogram" else name
        assert family == current, f"{name} stands among the samples of {current}"
        if kinds[family] == "histogram":
            assert name in (f"{family}_bucket", f"{family}_sum", f"{family}_count"), name
        if kinds[family] == "counter":
            assert float(value) >= 0
        pairs = tuple(re.findall(rf'({_LABEL})="((?:[^"\\\n]|\\["\\n])*)"', labels or ""))
        assert len(dict(pairs)) == len(pairs)
        assert pairs not in found.setdefault(name, {}), f"{line} is there twice"
        found[name][pairs] = float(value)
    for family in (name for name, kind in kinds.items() if kind == "histogram"):
        _check_histogram(family, found)
    return found


def _check_histogram(family, found):
    rows = {}
    for labels, value in found[f"{family}_bucket"].items():
        step = dict(labels)["le"]
        rows.setdefault(tuple(pair for pair in labels if pair[0] != "le"), []).append((float(step), value))
    for labels, steps in rows.items():
        assert steps == sorted(steps), "steps ascend, and never fall"
        assert steps[-1][0] == float("inf")
        assert steps[-1][1] == found[f"{family}_count"][labels]
        assert labels in found[f"{family}_sum"]


@pytest.mark.parametrize(
    "wrong",
    [
        "a 1",  # no line feed at the end
        "a{b=c} 1\n",
        "a-b 1\n",
        "# TYPE a gauge\na one\n",
        "# TYPE a gauge\na 1\na 2\n",
        '# TYPE a histogram\na_bucket{le="1.0"} 1\na_sum 1\na_count 1\n',
    ],
)
def test_the_parser_refuses_what_is_no_such_text(wrong):
    with pytest.raises((AssertionError, ValueError)):
        parsed(wrong)


# --- who is told what ---------------------------------------------------------------------------------------------


def test_a_stranger_is_told_a_word(client, worked):
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/health/", **far).content == b"ok\n"
    answer = client.get("/health/ready/", **far)
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/metrics", **far).status_code == 404
    assert client.post("/health/", **far).status_code == 405


def test_alive_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/").status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},  # by the server in front
        {"HTTP_HOST": "letters.onion"},  # by the onion service on this machine
        {"HTTP_HOST": "127.0.0.1.example"},
        {"HTTP_AUTHORIZATION": f"Bearer {SECRET}x"},
        {"HTTP_AUTHORIZATION": f"bearer {SECRET}"},
        {"HTTP_AUTHORIZATION": "Bearer секрет"},
    ],
)
def test_nobody_else_gets_the_numbers(client, settings, asked):
    settings.ALLOWED_HOSTS = ["*"]
    settings.METRICS_TOKEN = SECRET
    assert client.get("/metrics", **asked).status_code == 404
    assert client.get("/health/ready/", **asked).content.count(b"\n") == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"HTTP_HOST": "127.0.0.1:8000"},
        {"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"},
        {
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_X_FORWARDED_FOR": "192.0.2.8",
            "HTTP_AUTHORIZATION": f"Bearer {SECRET}",
        },
    ],
)
def test_who_may_know(client, settings, asked):
    settings.METRICS_TOKEN = SECRET
    settings.ALLOWED_HOSTS = ["*"]
    answer = client.get("/metrics", **({"HTTP_HOST": "localhost"} | asked))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_without_a_secret_none_is_right(client):
    far = {"REMOTE_ADDR": "192.0.2.7"}
    for given in ("Bearer ", "Bearer", "Bearer None"):
        assert client.get("/metrics", HTTP_AUTHORIZATION=given, **far).status_code == 404


# --- the checks ---------------------------------------------------------------------------------------------------


def words(check):
    return next(one.words for one in checks.look() if one.check == check)


def test_all_is_well(worked):
    assert [one.check for one in checks.look()] == [
        "database", "migrations", "store", "disk", "worker", "clock",
    ]  # fmt: skip
    assert all(one.is_well for one in checks.look())


def test_a_house_without_a_worker_is_not_ready(client):
    answer = client.get("/health/ready/", HTTP_HOST="localhost")
    assert answer.status_code == 503
    assert "worker: no worker ever began here: run barometer worker" in answer.content.decode()
    assert client.get("/health/ready/", REMOTE_ADDR="192.0.2.7").content == b"not ready\n"


def test_a_worker_that_is_gone_is_known_by_what_is_overdue(worked):
    Job.objects.update(run_after=timezone.now() - timedelta(minutes=14))
    assert words("worker") == ""
    Job.objects.update(run_after=timezone.now() - timedelta(minutes=20))
    assert words("worker") == "a job has been due for 20 minutes and none is being done"
    enqueue("other")
    claim("busy", kinds=("other",))  # a worker that has much to do is one
    assert words("worker") == ""


def test_a_migration_that_is_not_done(worked, monkeypatch):
    known = checks._known()
    monkeypatch.setattr(checks, "_known", lambda: known | {("records", "9998_to_be_done")})
    assert words("migrations").startswith("1 migration not done")
    monkeypatch.setattr(checks, "_known", lambda: known - {("records", "0001_initial")})
    assert words("migrations").startswith(
        "the ledger was made by a newer version of the program: it has records 0001_initial"
    )


def test_a_disk_that_is_nearly_full(monkeypatch):
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: os_disk(total=100 << 30, free=700 << 20))
    assert words("disk") == "700 MB are free where the data folder is"
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: os_disk(total=8 << 30, free=700 << 20))
    assert words("disk") == "", "a twentieth of a small disk is enough"


def os_disk(total, free):
    return type("Disk", (), {"total": total, "free": free})


def test_a_clock_that_is_behind(worked, mini):
    from barometer.web.actions.importing import import_files
    from barometer.web.records.models import Revision

    import_files([mini.path])
    newest = Revision.objects.order_by("-pk").first()
    assert words("clock") == ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks.timezone, "now", lambda: newest.at - timedelta(hours=3))
        assert "still to come" in words("clock") or "differs from the database's" in words("clock")


def test_a_store_that_does_not_answer(settings, monkeypatch):
    class Silent:
        def __contains__(self, sha256):
            raise OSError(111, "Connection refused")

    monkeypatch.setattr(checks, "store", Silent)
    assert words("store") == "Connection refused"
    monkeypatch.undo()
    settings.EVIDENCE_ROOT = settings.HOME / "not" / "there" / "yet"
    assert words("store") == ""


def test_what_was_found_is_told_again_for_a_while(client, worked, monkeypatch):
    calls = []
    monkeypatch.setattr(checks, "look", lambda: calls.append(1) or (checks.Finding("disk"),))
    for _ in range(20):
        client.get("/health/ready/")
    assert len(calls) == 1


def test_a_database_that_does_not_answer(client, worked, monkeypatch):
    def gone(*_):
        raise OperationalError("the server is at 10.0.0.7")

    client.get("/en/about/")
    monkeypatch.setattr(connection, "cursor", gone)
    found = {one.check: one.words for one in checks.look()}
    assert found["database"] == "the database gave no answer"
    assert found["disk"] == ""
    numbers = parsed(client.get("/metrics", HTTP_HOST="localhost").content.decode())
    assert numbers["barometer_check"][(("check", "database"),)] == 0
    assert numbers["barometer_requests_total"]
    assert "barometer_database_bytes" not in numbers


# --- the numbers --------------------------------------------------------------------------------------------------


def test_the_numbers(client, worked):
    for path in ("/en/", "/en/events/", "/ru/events/", "/en/nowhere/", "/api/v1/events", "/desk/leads/"):
        client.get(path)
    now = timezone.now()
    fail(claim_of("one"), "it did not work")
    fail(claim_of("two"), "nor did it", most=0)
    enqueue("three", after=now - timedelta(minutes=5))
    hand_in(Incoming("", title="Somebody Invented was fined"), origin="address", by="Alma Invented")
    for slug, answered in (("herald", False), ("gazette", True), ("new", None)):
        row = WatchedSource.objects.create(
            slug=slug, title="A feed", publisher="Invented", kind="feed", address="-", language="en",
            trust="media", every=60,
        )  # fmt: skip
        for ago, said in ((2, True), (1, answered)):
            if said is not None and answered is not None:
                at = now - timedelta(hours=ago)
                Round.objects.create(watched=row, started_at=at, ended_at=at, answered=said)
    marks.mark(marks.BACKUP, now=datetime(2031, 3, 1, tzinfo=UTC))

    text = client.get("/metrics", HTTP_HOST="localhost").content.decode()
    numbers = parsed(text)
    asked = {
        tuple(dict(labels).values()): value for labels, value in numbers["barometer_requests_total"].items()
    }
    assert asked[("explorer", "200")] == 2
    assert asked[("none", "404")] == 1
    assert asked[("api", "200")] == 1
    assert asked[("inbox", "302")] == 1
    assert sum(asked.values()) == 6
    assert sum(numbers["barometer_request_seconds_count"].values()) == 6
    jobs = {dict(labels)["state"]: value for labels, value in numbers["barometer_jobs"].items()}
    assert (jobs["failing"], jobs["given_up"], jobs["running"]) == (1, 1, 0)
    assert jobs["due"] >= 1
    assert 300 <= numbers["barometer_job_oldest_due_seconds"][()] < 330
    assert numbers["barometer_leads_waiting"][()] >= 0
    assert (numbers["barometer_sources"][()], numbers["barometer_sources_failing"][()]) == (3, 1)
    assert numbers["barometer_last_backup_timestamp_seconds"][()] == 1930089600
    assert "barometer_last_fixity_timestamp_seconds" not in numbers
    assert numbers["barometer_database_bytes"][()] > 100_000
    for personal in ("Invented", "herald", "127.0.0.1", "alma", "nowhere"):
        assert personal not in text


def claim_of(kind):
    enqueue(kind)
    return claim("someone", kinds=(kind,))


def test_tips_and_private_links_leave_no_number(client, own_numbers):
    """The second in which a number grows would tell when somebody was there."""
    client.get("/en/tip/")
    client.get("/en/tip/back/")
    client.get("/sign/no-such-secret/")
    assert not any(one.statuses for one in own_numbers.read().values())


def test_a_time_falls_into_its_step(own_numbers):
    for seconds in (0.01, 0.011, 0.4, 0.41, 60.0):
        own_numbers.add("case", 200, seconds)
    own_numbers.add("case", 418, 0)
    case = own_numbers.read()["case"]
    assert case.steps == (2, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1)
    assert case.statuses == {200: 5, 0: 1}
    assert case.seconds == pytest.approx(60.831)
    assert stat.S_IMODE(own_numbers.path.stat().st_mode) == 0o600


def _add(path, count):
    counters = Counters(path)
    for _ in range(count):
        counters.add("home", 200, 0.02)


def test_several_processes_and_threads_lose_nothing(own_numbers):
    from concurrent.futures import ThreadPoolExecutor

    own_numbers.add("home", 200, 0.02)
    children = [
        multiprocessing.get_context("fork").Process(target=_add, args=(own_numbers.path, 400))
        for _ in range(3)
    ]
    for child in children:
        child.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: own_numbers.add("home", 304, 0.02), range(400)))
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert own_numbers.read()["home"].statuses == {200: 1201, 304: 400}


@pytest.mark.skipif(os.name != "posix", reason="/dev/full is Linux's")
def test_a_full_disk_costs_numbers_and_no_page(client, monkeypatch, tmp_path):
    full = Counters(tmp_path / "no-such-folder" / "requests.counts")
    monkeypatch.setattr(counting, "counters", full)
    assert client.get("/en/about/").status_code == 200
    assert full.read() == {}


def test_every_class_is_known():
    assert len(set(CLASSES)) == len(CLASSES)
    assert class_of(None) == "none"
    assert set(counting.PAGES.values()) <= set(CLASSES)


def test_a_mark_that_is_none(settings):
    assert marks.marked(marks.FIXITY) is None
    for wrong in ("", "yesterday", "2031-03-01T00:00:00", "\udcff"):
        (settings.HOME / "last-fixity").write_bytes(wrong.encode("utf-8", "surrogateescape"))
        assert marks.marked(marks.FIXITY) is None
    marks.mark(marks.FIXITY)
    assert timezone.now() - marks.marked(marks.FIXITY) < timedelta(minutes=1)


def test_the_command_says_the_same(worked):
    told = CliRunner().invoke(cli, ["status"])
    assert told.exit_code == 1
    assert "database: well\n" in told.stdout
    assert "backup: never, as far as this data folder knows\n" in told.stdout
    marks.mark(marks.BACKUP)
    marks.mark(marks.FIXITY, now=timezone.now() - timedelta(days=36))
    assert ", 36 days ago\n" in CliRunner().invoke(cli, ["status"]).stdout
    marks.mark(marks.FIXITY)
    told = CliRunner().invoke(cli, ["status"])
    assert told.exit_code == 0, told.stdout
    assert "0 jobs due, 0 being done, 0 failing, 0 given up\n" in told.stdout


@pytest.mark.long
def test_a_backup_and_a_look_at_all_evidence_leave_their_marks(own_ledger, tmp_path):
    ill = own_ledger.barometer("status")
    assert (ill.returncode, ill.stderr) == (1, "")
    assert "database: well\n" in ill.stdout
    assert own_ledger.barometer("worker", "--once").returncode == 0
    assert own_ledger.barometer("evidence", "verify").returncode == 0
    from pyrage import x25519

    to = str(x25519.Identity.generate().to_public())
    assert own_ledger.barometer("backup", tmp_path / "a.backup", "--to", to).returncode == 0
    well = own_ledger.barometer("status")
    assert well.returncode == 0, well.stdout
    assert "worker: well\n" in well.stdout
