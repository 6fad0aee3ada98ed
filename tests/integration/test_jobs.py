"""The queue: one job a key, one worker a job, one host at a time; a dead worker's job comes back."""

from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from barometer.errors import NotReady
from barometer.web.actions import jobs
from barometer.web.actions.jobs import Again, Worker, claim, clear, enqueue, fail, finish, renew
from barometer.web.records.gathering import Job

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def put(key="a", **more):
    return enqueue("try", {"n": key}, key=key, **{"after": NOW, **more})


def test_one_waiting_job_a_key():
    first, again, other = put(), put(), put("b")
    assert first.pk == again.pk != other.pk
    assert finish(claim("w", now=NOW), now=NOW)
    assert put().pk not in (first.pk, other.pk)  # what is done may be wanted again


def test_a_job_that_waits_is_brought_forward_and_never_put_off():
    put(after=NOW + 5 * MINUTE)
    put(after=NOW + 9 * MINUTE)
    assert Job.objects.get().run_after == NOW + 5 * MINUTE
    put(after=NOW)
    assert Job.objects.get().run_after == NOW


def test_the_longest_due_comes_first_and_none_before_its_time():
    put("later", after=NOW + MINUTE)
    put("second", after=NOW - MINUTE)
    put("first", after=NOW - 2 * MINUTE)
    assert [claim("w", now=NOW).argument["n"] for _ in range(2)] == ["first", "second"]
    assert claim("w", now=NOW) is None


def test_a_claimed_job_is_nobody_else_s_until_its_lease_ends():
    put()
    dead = claim("dead", now=NOW)
    assert claim("other", now=NOW + jobs.LEASE - MINUTE) is None
    back = claim("other", now=NOW + jobs.LEASE + MINUTE)
    assert back.pk == dead.pk
    assert back.tries == 2
    # Should the first have been slow and not dead, it ends nothing that is another's.
    assert not finish(dead, now=NOW)
    assert not fail(dead, "late", now=NOW)
    assert not renew(dead)
    assert Job.objects.get().locked_by == back.locked_by
    assert finish(back, now=NOW)
    assert Job.objects.get().done_at == NOW


def test_a_sign_of_life_lengthens_the_lease():
    put()
    job = claim("w", now=NOW)
    assert renew(job, now=NOW + 4 * MINUTE)
    assert claim("other", now=NOW + 8 * MINUTE) is None
    assert claim("other", now=NOW + 10 * MINUTE).pk == job.pk


def test_two_jobs_of_one_host_do_not_run_at_once():
    put("a1", host="a.example", after=NOW - 3 * MINUTE)
    put("a2", host="a.example", after=NOW - 2 * MINUTE)
    put("b1", host="b.example")
    put("c1")
    put("c2")  # without a host nothing is held up
    first = claim("w", now=NOW)
    assert first.argument["n"] == "a1"
    assert [claim("w", now=NOW).argument["n"] for _ in range(3)] == ["b1", "c1", "c2"]
    assert claim("w", now=NOW) is None
    finish(first, now=NOW)
    assert claim("w", now=NOW).argument["n"] == "a2"


def test_failures_wait_twice_as_long_each_time_and_end():
    put()
    waits = []
    for _ in range(jobs.MOST_TRIES):
        now = Job.objects.get().run_after
        fail(claim("w", now=now), "no answer", now=now)
        waits.append(Job.objects.get().run_after - now)
    assert waits[:4] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE]
    assert waits[9:11] == [1024 * MINUTE, timedelta(days=1)]  # 2 × 2¹⁰ minutes would be over a day
    job = Job.objects.get()
    assert (job.done_at is not None, job.error, job.tries) == (True, "no answer", 12)


def test_a_job_for_another_time_begins_its_count_anew():
    put()
    fail(claim("w", now=NOW), "no answer", now=NOW)
    job = claim("w", now=NOW + 2 * MINUTE)
    finish(job, again=NOW + 60 * MINUTE)
    job.refresh_from_db()
    assert (job.tries, job.error, job.done_at, job.locked_until) == (0, "", None, None)
    assert job.run_after == NOW + 60 * MINUTE


def test_what_was_done_long_ago_is_cleared():
    put()
    finish(claim("w", now=NOW), now=NOW)
    put("waits")
    assert clear(NOW + timedelta(days=29)) == 0
    assert clear(NOW + timedelta(days=31)) == 1
    assert Job.objects.get().key == "try:waits"


# --- the worker ------------------------------------------------------------------------------------------------------


def test_a_worker_does_what_is_due_and_one_fault_does_not_end_it():
    done, told = [], []

    def handler(job):
        if job.argument["n"] == "bad":
            raise NotReady("no room", next_step="make room")
        if job.argument["n"] == "worse":
            raise ZeroDivisionError("of Invented Person")
        done.append(job.argument["n"])
        return Again(timezone.now() + 60 * MINUTE) if job.argument["n"] == "again" else None

    for key in ("bad", "worse", "again", "fine"):
        enqueue("try", {"n": key}, key=key)
    enqueue("unknown")
    assert Worker({"try": handler}, told.append).run(once=True) == 4
    assert done == ["again", "fine"]
    rows = {job.key: job for job in Job.objects.all()}
    assert rows["try:bad"].error == "no room. Next: make room."
    assert rows["try:worse"].error == "an unexpected ZeroDivisionError"
    assert rows["try:fine"].done_at
    assert rows["try:again"].done_at is None
    assert rows["unknown:"].tries == 0  # no handler of this worker
    assert not any("Invented Person" in line for line in told)


def test_a_worker_lives_through_a_database_that_is_away(monkeypatch):
    put(after=timezone.now())
    told, away, claim_it = [], [OperationalError(), InterfaceError()], jobs.claim

    def claim_when_it_is_back(*given, **more):
        if away:
            raise away.pop()
        return claim_it(*given, **more)

    monkeypatch.setattr(jobs, "claim", claim_when_it_is_back)
    monkeypatch.setattr(jobs.connection, "close", lambda: None)  # the test's transaction is on it
    worker = Worker({"try": lambda job: worker.stop()}, told.append)
    worker.run_on(pause=0)
    assert told == [*["the database does not answer; asked again until it does"] * 2, "try:a: done"]
    away.append(OperationalError())
    with pytest.raises(OperationalError):
        Worker({}).run_on(once=True)


@pytest.mark.django_db(transaction=True)
def test_no_job_is_done_twice_by_workers_that_hurry():
    for number in range(30):
        enqueue("try", {"n": number}, key=str(number))
    done, lock = [], threading.Lock()

    def handler(job):
        with lock:
            done.append(job.argument["n"])

    def work():
        try:
            Worker({"try": handler}).run(once=True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(30))


@pytest.mark.django_db(transaction=True)
def test_hosts_are_visited_one_at_a_time_by_workers_that_hurry():
    for number in range(12):
        enqueue("try", {"host": number % 3}, key=str(number), host=f"h{number % 3}.example")
    now, most, lock = dict.fromkeys(range(3), 0), dict.fromkeys(range(3), 0), threading.Lock()

    def handler(job):
        host = job.argument["host"]
        with lock:
            now[host] += 1
            most[host] = max(most[host], now[host])
        time.sleep(0.02)
        with lock:
            now[host] -= 1

    def work():
        try:
            worker = Worker({"try": handler})
            while Job.objects.filter(done_at=None).exists():
                worker.step()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == {0: 1, 1: 1, 2: 1}
    assert not Job.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_long_job_stays_its_worker_s(monkeypatch):
    monkeypatch.setattr(jobs, "BEAT", timedelta(milliseconds=20))
    enqueue("try")
    seen = []

    def handler(job):
        until = time.monotonic() + 20
        while time.monotonic() < until and len(seen) < 3:
            seen[:] = sorted({*seen, Job.objects.get().locked_until})
            time.sleep(0.01)

    Worker({"try": handler}).run(once=True)
    assert len(seen) == 3


#: A worker in a process of its own that holds its job until it is killed.
HOLDER = """
import sys, time
from barometer.web import entry
entry.migrate()
from barometer.web.actions.jobs import Worker, enqueue
enqueue("try", key="held")
def hold(job):
    print("held", flush=True)
    time.sleep(600)
Worker({"try": hold}).run(once=True)
"""
TAKER = """
from datetime import timedelta
from django.utils import timezone
from barometer.web import entry
entry.migrate()
from barometer.web.actions import jobs
now = timezone.now()
print(jobs.claim("w", now=now), jobs.claim("w", now=now + jobs.LEASE + timedelta(seconds=30)).tries)
"""


@pytest.mark.django_db(False)
def test_the_job_of_a_worker_killed_with_kill_9_comes_back(own_ledger):
    process = own_ledger.python(HOLDER)
    assert process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=600)
    out, err = own_ledger.python(TAKER).communicate(timeout=600)
    assert out.split() == ["None", "2"], err
