"""From measurements to outages to proposed events: once, in any order, killed in between or not."""

from __future__ import annotations

import gzip
import hashlib
import random
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import NotReady, UnknownValue
from barometer.reach.values import Measurement, Reach, Vantage
from barometer.web import watch_commands
from barometer.web.actions import watching, watching_days, watching_outages, watching_rounds
from barometer.web.actions.evidence import bytes_of
from barometer.web.actions.jobs import Worker
from barometer.web.actions.watching_looks import Looked
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, Revision
from barometer.web.records.watch import (
    LookDetail,
    OutageEvent,
    SiteDay,
    SiteOutage,
    VantagePoint,
    WatchedSite,
    WatchFile,
)

pytestmark = pytest.mark.django_db

DAY = datetime(2031, 3, 14, tzinfo=ZoneInfo("Asia/Almaty"))
NOW = DAY + timedelta(days=1, hours=12)
TALDY = Vantage("Taldy", "KZ", "AS64500")
ARQA = Vantage("Arqa", "KZ", "AS64501")
FAR = Vantage("Far", "DE", "AS64502", control=True)
SITE = "https://dala-tany.example/"


@pytest.fixture
def site(evidence, settings, tmp_path):
    settings.HOME = tmp_path
    return watching.save_site(None, outlet="Dala Tany", address=SITE, by="Aigerim")


def looks(states, *, at=DAY, vantages=(TALDY, ARQA, FAR), detail=None):
    """A look every ten minutes from every place; what is down is so in Kazakhstan alone."""
    for number, state in enumerate(states):
        for vantage in vantages:
            said = Reach.OK if vantage.control else state
            rule = "tls.reset" if said != Reach.OK else "ok"
            yield Measurement(
                SITE, at + timedelta(minutes=10 * number), vantage, said, rule, detail=detail or {}
            )


#: two hours of well, two hours of trouble, an hour of well
STORY = [Reach.OK] * 12 + [Reach.BLOCKED_LIKELY] * 12 + [Reach.OK] * 6


def take_in(measurements, now=NOW):
    taken = watching_days.take(measurements)
    watching_outages.settle(taken, now=now)
    watching_outages.propose_due(now=now)
    return taken


def state_of_ledger():
    days = list(
        SiteDay.objects.order_by("pk").values_list("day", "vantage__name", "ok", "blocked_likely", "hours")
    )
    outages = list(
        SiteOutage.objects.values_list("began", "ended", "state", "agreeing", "asked", "set_aside")
    )
    return sorted(days), outages, Event.objects.count()


def test_a_series_becomes_an_outage_an_event_and_its_relief(site):
    take_in(looks(STORY))
    outage = SiteOutage.objects.get()
    assert (outage.began, outage.ended) == (DAY + timedelta(hours=2), DAY + timedelta(hours=4))
    assert (outage.state, outage.agreeing, outage.asked) == ("blocked_likely", 2, 2)
    assert (outage.control_reached, outage.control_asked) == (1, 1)
    assert outage.by_day == {"2031-03-14": [7200, 0]}
    began, back = (OutageEvent.objects.get(what=what).event for what in ("began", "back"))
    assert (began.state, began.main_type, began.date, began.phase) == (
        "proposed", "digital.outage", "2031-03-14", "imposed",
    )  # fmt: skip
    assert [row.code for row in back.types.order_by("position")] == [
        "outcome.restored",
        "digital.outage",
    ]
    assert back.kind == "relief"
    assert (began.item.section, back.item.section) == (4, 2)
    assert [mention.party for mention in began.mentions.all()] == [site.outlet]
    assert "could not be reached from 2 of 2 places of measurement in Kazakhstan" in began.summary_en
    assert "Elsewhere 1 of 1 reached it" in began.summary_en
    assert "2 из 2" in began.summary_ru
    assert "2 өлшеу" in began.summary_kk
    assert "blocked" not in began.summary_en.lower()
    file = began.item.source.documents.get()
    text = bytes_of(file).decode()
    assert '"tls.reset"' in text
    assert "Taldy" not in text, "who looks is not told to whoever gets the file"


def test_a_known_block_page_is_called_one(site):
    take_in(looks([Reach.OK] * 3 + [Reach.BLOCKED_CONFIRMED] * 2))
    event = Event.objects.get()
    assert event.main_type == "digital.website_blocking"
    assert "known block page" in event.summary_en
    assert "бұғаттау" in event.summary_kk


def test_one_place_alone_proves_nothing_and_a_short_gap_is_no_event(site):
    take_in(looks(STORY, vantages=(TALDY, FAR)))
    assert not SiteOutage.objects.exists()
    take_in(looks([Reach.OK] * 6 + [Reach.DOWN] * 3 + [Reach.OK] * 6, at=DAY + timedelta(hours=6)))
    outage = SiteOutage.objects.get()
    assert outage.ended - outage.began == timedelta(minutes=30)
    assert not Event.objects.exists()


@pytest.mark.parametrize("seed", range(3))
def test_no_order_and_no_repetition_matters(site, seed):
    told = list(looks(STORY))
    take_in(told)
    expected = state_of_ledger()
    watching_days.take(told)
    take_in(told)
    assert state_of_ledger() == expected
    SiteDay.objects.all().delete()
    OutageEvent.objects.all().delete()
    SiteOutage.objects.all().delete()
    random.Random(seed).shuffle(told)
    for place in range(0, len(told), 17):
        take_in(told[place : place + 17] + told[:5])
    days, outages, _ = state_of_ledger()
    assert days == expected[0]
    assert [row for row in outages if not row[-1]] == expected[1]


def test_what_comes_late_moves_the_outage_and_proposes_nothing_twice(site):
    told = list(looks(STORY))
    late = [one for one in told if DAY + timedelta(hours=1, minutes=50) < one.at < DAY + timedelta(hours=3)]
    take_in([one for one in told if one not in late])
    first = SiteOutage.objects.get()
    assert first.began == DAY + timedelta(hours=3)
    take_in(late)
    again = SiteOutage.objects.get()
    assert (again.public_id, again.began) == (first.public_id, DAY + timedelta(hours=2))
    assert Event.objects.count() == 2


def test_two_outages_that_turn_out_one_keep_both_events(site):
    gap = [Reach.OK] * 3
    told = list(looks([Reach.DOWN] * 9 + gap + [Reach.DOWN] * 9 + [Reach.OK] * 3, vantages=(TALDY,)))
    take_in(told)
    assert SiteOutage.objects.count() == 2
    events = Event.objects.count()
    assert events == 4
    # Two other places could not reach it in between either.
    between = looks(
        [Reach.DOWN] * 3, at=DAY + timedelta(minutes=90), vantages=(ARQA, Vantage("Ertis", "KZ", "AS64503"))
    )
    take_in(between)
    stands = SiteOutage.objects.get(set_aside=False)
    assert (stands.began, stands.ended) == (DAY, DAY + timedelta(minutes=210))
    assert SiteOutage.objects.filter(set_aside=True).count() == 1
    assert Event.objects.count() == events


def test_a_round_that_was_killed_is_taken_up_again(site, monkeypatch):
    told = list(looks(STORY, at=NOW - timedelta(hours=6)))
    watching_days.note_down(told[:50])
    watching_days.note_down(told[50:])
    (path,) = watching_days.folder().glob("*.jsonl")
    with path.open("ab") as stream:
        stream.write(b'{"site": "https://dala-tany.exam')  # cut off in the middle of a line
    calls = []

    def dies(*arguments, **more):
        calls.append(arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching_outages, "propose", dies)
        with pytest.raises(KeyboardInterrupt):
            watching_rounds.begin(now=NOW)
    assert calls
    assert not OutageEvent.objects.exists()
    watching_rounds.begin(now=NOW)
    watching_rounds.begin(now=NOW)
    assert Event.objects.count() == OutageEvent.objects.count() == 2
    assert SiteOutage.objects.count() == 1


def test_the_day_that_is_over_is_kept_as_evidence(site):
    told = list(looks(STORY))
    watching_days.note_down(told)
    watching_days.note_down(looks([Reach.OK], at=NOW))
    (row,) = watching_days.keep_days(now=NOW)
    assert (row.day, row.measurements, row.broken_count) == (date(2031, 3, 14), len(told), 0)
    assert gzip.decompress(bytes_of(row.evidence)).count(b"\n") == len(told)
    assert [path.name for path in watching_days.folder().iterdir()] == ["2031-03-15.jsonl"]
    assert SiteDay.objects.filter(day=date(2031, 3, 14)).count() == 3
    assert watching_days.keep_days(now=NOW) == []
    data, count = watching_rounds.export(date(2031, 3, 14), date(2031, 3, 15))
    assert count == data.count(b"\n") == len(told) + 3
    assert b"Taldy" not in data


def test_of_a_long_outage_details_are_kept_by_the_hour(site):
    take_in(looks([Reach.OK] * 12 + [Reach.DOWN] * 60, vantages=(TALDY,)))
    assert LookDetail.objects.count() == 1 + 1 + 9
    assert SiteDay.objects.get().down == 60
    take_in(looks([Reach.DOWN] * 7 + [Reach.OK] * 3, at=DAY + timedelta(days=1), vantages=(TALDY,)))
    take_in(looks([Reach.OK] * 3, at=DAY + timedelta(days=2), vantages=(TALDY,)), NOW + timedelta(days=1))
    assert LookDetail.objects.count() == 11 + 2 + 1, "a new day alone is no news of what is well"


def test_500_sites_for_a_day_are_small(site):
    told = list(looks([Reach.OK] * 100 + [Reach.DOWN] * 3 + [Reach.OK] * 41, vantages=(TALDY,)))
    watching_days.take(told)
    row = SiteDay.objects.get()
    assert len(row.looks) < 400
    assert watching_days.unpacked(row.looks)[100][1:3] == ("down", "tls.reset")
    assert row.ok == 141
    assert row.hours == (1 << 24) - 1


def test_what_a_database_cannot_hold_stops_nothing(site):
    detail = {"a\x00": ["\ud800 \\u0000", float("inf"), float("nan"), None, True, 7, {"\x00": "\x00"}]}
    take_in(looks([Reach.DOWN], vantages=(TALDY,), detail=detail))
    told = LookDetail.objects.get().detail
    assert told == {"a": ["? \\u0000", "inf", "nan", None, True, 7, {"": ""}]}
    take_in(looks([Reach.DOWN], vantages=(ARQA,), detail={"long": "x" * 30_000}))
    assert "too long" in LookDetail.objects.get(vantage__name="Arqa").detail


def own(site):
    return watching.save_point(
        None, kind="own", name="this machine", country="KZ", network="AS64500", by="Aigerim"
    )


def test_a_round_of_this_machine_keeps_looks_and_certificates_once(site):
    own(site)
    der = b"a certificate"
    sha256 = hashlib.sha256(der).hexdigest()
    detail = {"tls": [{"sha256": sha256, "subject": "CN=dala-tany.example", "issuers": ["Nobody"]}]}
    asked = []

    def look(addresses, point):
        asked.append(list(addresses))
        vantage = Vantage(point.name, point.country, point.network)
        return [
            Looked(Measurement(one, NOW, vantage, Reach.OK, "probe.ok", detail=detail), {sha256: der})
            for one in addresses
        ]

    for _ in range(2):  # the second finds everything known
        watching_rounds.round_of(watching_rounds.chosen(()), look, now=NOW)
    assert asked == [[SITE], [SITE]]
    certificate = site.certificates.get()
    assert bytes_of(certificate.evidence) == der
    assert certificate.told == {"subject": "CN=dala-tany.example", "issuers": "Nobody"}
    assert SiteDay.objects.get().ok == 1
    point = VantagePoint.objects.get()
    watching.save_point(point, kind="own", name="another name", country="KZ", network="AS64500", by="Aigerim")
    watching_rounds.begin(now=NOW + timedelta(days=1))
    assert VantagePoint.objects.count() == 1, "a place that was renamed is the same place"
    assert "this machine" not in gzip.decompress(bytes_of(WatchFile.objects.get().evidence)).decode()
    stale = watching_rounds.chosen(())
    watching_rounds.round_of(watching_rounds.chosen(()), look, now=NOW + timedelta(minutes=10))
    watching_rounds.round_of(stale, look, now=NOW + timedelta(minutes=10))  # another process was faster
    assert asked[-1] == []
    assert watching_rounds.due(now=NOW + timedelta(minutes=15)) == []
    assert watching_rounds.due(now=NOW + timedelta(minutes=20)) == [site]


def test_a_machine_that_does_not_know_where_it_stands_does_not_look(site):
    with pytest.raises(NotReady, match="from where"):
        watching_rounds.round_of([site], lambda *_: [], now=NOW)
    watching_rounds.start()
    assert not Job.objects.filter(kind="watch").exists()
    own(site)
    watching_rounds.start()
    assert Job.objects.filter(kind="watch").count() == 1


def test_places_come_with_their_revision(site):
    take_in(looks([Reach.OK]))
    rows = VantagePoint.objects.order_by("name")
    assert [(row.name, row.country, row.control) for row in rows] == [
        ("Arqa", "KZ", False), ("Far", "DE", True), ("Taldy", "KZ", False),
    ]  # fmt: skip
    assert Revision.objects.filter(model="vantagepoint").count() == 3
    assert not WatchFile.objects.exists()


class Site(BaseHTTPRequestHandler):
    """A site that answers as it is told."""

    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"<title>Dala Tany</title><p>news</p>")

    def log_message(self, *_):
        pass


@pytest.mark.once
def test_the_command_looks_and_the_worker_does_the_same(site, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    place = f"127.0.0.1:{server.server_port}"
    monkeypatch.setenv("BAROMETER_ALLOW", f"reach={place}")
    watched = watching.save_site(None, outlet="Dala Tany", address=f"http://{place}/", by="Aigerim")
    told = []
    try:
        with pytest.raises(NotReady, match="from where"):
            watch_commands.watch(once=True, sites=(), country="", network="", tell=told.append)
        for country, network in (("XX", ""), ("kz", ""), ("KZ", "foo")):
            with pytest.raises(UnknownValue, match="is no (country|network)"):
                watch_commands.watch(once=False, sites=(), country=country, network=network, tell=told.append)
        watch_commands.watch(once=False, sites=(), country="KZ", network="AS64500", tell=told.append)
        watch_commands.watch(once=True, sites=(watched.address,), country="", network="", tell=told.append)
        assert told == ["this machine looks from KZ, AS64500", "1 site looked at, 1 look"]
        monkeypatch.setattr(Site, "status", 503)
        WatchedSite.objects.filter(pk=site.pk).update(active=False)
        WatchedSite.objects.update(looked_at=timezone.now() - timedelta(hours=1))
        watching_rounds.start()
        worker = Worker({watching_rounds.WATCH: watching_rounds.work})
        worker.run(once=True)
    finally:
        server.shutdown()
        server.server_close()
    day = SiteDay.objects.get()
    assert (day.site, day.ok) == (watched, 1)
    assert day.ok + day.down + day.overloaded + day.insufficient == 2
    assert LookDetail.objects.filter(site=watched, detail__http__isnull=False).exists()
    job = Job.objects.get(kind=watching_rounds.WATCH)
    assert job.done_at is None
    assert not job.error


@given(
    st.sets(
        st.tuples(
            st.integers(0, 90_000),
            st.sampled_from([state.value for state in Reach]),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            st.sampled_from(["", "reached", "failed timeout", "503"]),
        )
    )
)
def test_a_day_is_kept_as_the_set_that_it_is(looks):
    assert set(watching_days.unpacked(watching_days.packed(looks))) == looks
    assert watching_days.packed(sorted(looks, reverse=True)) == watching_days.packed(looks)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://dala-tany.example/", "http://www.Dala-Tany.example", True),
        ("https://dala-tany.example/kz/", "https://dala-tany.example/kz", True),
        ("https://дала.example/", "https://xn--80aafc.example/", False),
        ("https://дала.example/", "https://xn--80aak3a.example/", True),
        ("https://dala-tany.example/", "https://dala-tany.example/kz", False),
        ("https://dala-tany.example/", "https://dala-tany.example:8443/", False),
        ("https://dala-tany.example:443/", "dala-tany.example", True),
        ("https://[::1", "https://dala-tany.example/", False),
    ],
)
def test_two_ways_to_write_a_site(one, other, same):
    assert (watching_days.key_of(one) == watching_days.key_of(other)) is same
