"""The pages of watched sites and accounts: what readers see, in how many questions; what hostile files do."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from barometer.errors import BadInput
from barometer.reach.values import Measurement, Reach, Vantage
from barometer.reach.witness import write_witness
from barometer.web.actions import (
    outside,
    watching,
    watching_accounts,
    watching_days,
    watching_outages,
    watching_rounds,
)
from barometer.web.actions.jobs import Worker
from barometer.web.actions.watching_rounds import import_file
from barometer.web.public.figures import given
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, EvidenceItem, Party, Revision, State
from barometer.web.records.watch import (
    Account,
    AccountState,
    SiteDay,
    SiteOutage,
    VantagePoint,
    WatchedSite,
    WatchFile,
)

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Almaty")
DAY = datetime(2026, 2, 14, tzinfo=ZONE)
HERE = (Vantage("Taldy", "KZ", "AS64500"), Vantage("Arqa", "KZ", "AS64501"))
FAR = Vantage("Far", "DE", "AS64502", control=True)
STORY = [Reach.OK] * 12 + [Reach.BLOCKED_LIKELY] * 12 + [Reach.OK] * 6


@pytest.fixture
def site(evidence, settings, tmp_path):
    settings.HOME, settings.KEYS_ROOT = tmp_path, tmp_path / "keys"
    return watching.save_site(None, outlet="Dala Tany", address="dala-tany.example", by="Aigerim")


def story(address="https://dala-tany.example/"):
    return [
        Measurement(
            address,
            DAY + timedelta(minutes=10 * number),
            one,
            Reach.OK if one.control else state,
            "tls.reset",
        )
        for number, state in enumerate(STORY)
        for one in (*HERE, FAR)
    ]


def measured(site, public=True):
    taken = watching_days.take(story())
    watching_outages.settle(taken)
    watching_outages.propose_due()
    if public:
        watching.set_public(site, True, by="Alma")
    return SiteOutage.objects.get()


def publish(event):
    Event.objects.filter(pk=event.pk).update(
        state=State.PUBLISHED, published_by="Alma", published_at=timezone.now()
    )
    event.item.state = State.PUBLISHED
    event.item.save()


# --- what readers see -------------------------------------------------------------------------------------------------


def test_readers_see_only_what_a_person_made_public(client, site):
    outage = measured(site, public=False)
    event = outage.events.get(what="began").event
    publish(event)
    page = client.get("/en/watch/")
    assert page.status_code == 200
    assert "dala-tany" not in page.content.decode()
    assert client.get(f"/en/watch/{site.public_id}/").status_code == 404
    assert "dala-tany" not in client.get("/en/watch/days.csv").content.decode()
    assert "What was measured" not in client.get(f"/en/events/{event.public_id}/").content.decode()
    watching.set_public(site, True, by="Alma")
    assert Revision.objects.filter(model="watchedsite", action="show").count() == 1
    assert "dala-tany" in client.get("/en/watch/").content.decode()


def test_hours_have_their_denominator_and_what_was_not_measured_stands_apart(client, site):
    measured(site)
    page = client.get(f"/en/watch/{site.public_id}/").content.decode()
    # Five hours of the quarter's 2,160 were measured, of which two were an outage.
    assert "not reachable for 2 of 5 measured hours; 2,155 hours were not measured" in page
    assert "Could not be reached, with signs of a restriction" in page
    assert "2 of 2 places of measurement agree; elsewhere 1 of 1 reached it" in page.replace("\n", " ")
    assert "Taldy" not in page
    assert "AS64500" not in page
    rows = list(csv.DictReader(io.StringIO(client.get("/en/watch/days.csv").content.decode("utf-8-sig"))))
    assert [
        (row["day"], row["looks_reached"], row["looks_failed"], row["hours_measured"]) for row in rows
    ] == [("2026-02-14", "36", "24", "5")]
    (told,) = json.loads(client.get("/en/watch/outages.json?period=2026Q1").content)
    assert (told["state"], told["seconds_not_reachable"], told["seconds_not_known"]) == (
        "blocked_likely",
        7200,
        0,
    )
    (figures,) = given("2026Q1", date(2026, 4, 2)).sites
    assert (figures.address, figures.down, figures.unknown) == (site.address, 2.0, 0.0)
    assert (figures.looked, figures.not_looked) == (5, 2155)
    # Two places and a control looked thirty times: as one witness each time, which reached the site 12 + 6 times.
    assert (figures.reached, figures.judged) == (18, 30)
    assert given("2025Q4", date(2026, 4, 2)).sites == []
    assert client.get("/en/watch/?period=2025Q4").status_code == 404
    assert client.get("/en/watch/?period=nonsense").status_code == 404
    assert client.get("/en/watch/days.exe").status_code == 404


def test_the_event_and_its_measurements_are_on_one_page(client, admin_client, site):
    outage = measured(site)
    event = outage.events.get(what="began").event
    publish(event)
    page = client.get(f"/ru/events/{event.public_id}/").content.decode()
    assert "watch-strip" in page
    assert 'class="watch-marked"' in page
    assert "Taldy" not in page
    assert (
        client.get(f"/en/events/{event.public_id}/").content.decode().count("a place of ours, Kazakhstan")
        == 2
    )
    desk = admin_client.get(reverse("desk:review-record", args=[event.public_id])).content.decode()
    assert "Taldy, Kazakhstan, AS64500" in desk
    assert reverse("desk:watch-site", args=[site.public_id]) in desk


def test_a_hundred_sites_for_a_quarter_are_a_few_questions(client, site, django_assert_max_num_queries):
    outlets = Party.objects.bulk_create(
        [Party(name=f"Invented {number}", kind="outlet") for number in range(99)]
    )
    sites = WatchedSite.objects.bulk_create(
        [
            WatchedSite(outlet=outlet, address=f"https://invented-{number}.example/", public=True)
            for number, outlet in enumerate(outlets)
        ]
    )
    point = VantagePoint.objects.create(kind="own", name="this machine", country="KZ")
    looks = watching_days.packed([(0, "ok", "r", "")])
    SiteDay.objects.bulk_create(
        SiteDay(
            site=one,
            vantage=point,
            day=date(2026, 1, 1) + timedelta(days=number),
            looks=looks,
            ok=144,
            hours=7,
        )
        for one in sites
        for number in range(90)
    )
    measured(site)
    with django_assert_max_num_queries(12):
        page = client.get("/en/watch/")
    assert page.content.count(b'class="watch-panel"') == 100
    assert len(gzip.compress(page.content)) < 60_000
    with django_assert_max_num_queries(12):
        client.get(f"/en/watch/{site.public_id}/")


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_the_desk_watches_a_site_and_says_from_where(admin_client, site):
    given = {
        "outlet": "Qala Sozi",
        "address": "https://www.qala-sozi.example",
        "every": "15",
        "country": "kz",
    }
    answer = admin_client.post("/desk/watch/", given)
    row = WatchedSite.objects.get(outlet__name="Qala Sozi")
    assert answer["Location"] == f"/desk/watch/sites/{row.public_id}/"
    assert (row.address, row.every, row.country, row.public) == (
        "https://www.qala-sozi.example/",
        15,
        "KZ",
        False,
    )
    for wrong in (
        given,  # watched already
        given | {"address": "ftp://other.example"},
        given | {"address": "javascript:alert(1)"},
        given | {"address": "https://user:word@other.example/"},
        given | {"address": "https://other.example/", "every": "0"},
        given | {"address": "https://other.example/", "country": "K1"},
        given | {"address": "https://other.example/", "outlet": " "},
    ):
        assert admin_client.post("/desk/watch/", wrong).status_code == 400
    assert WatchedSite.objects.count() == 2
    assert "nothing says where it stands" in admin_client.get("/desk/watch/").content.decode()
    place = {
        "kind": "own",
        "name": "Almaty, a provider",
        "country": "kz",
        "network": "AS64500",
        "active": "yes",
    }
    assert admin_client.post("/desk/watch/places/", place).status_code == 302
    assert admin_client.post("/desk/watch/places/", place).status_code == 400
    assert admin_client.post("/desk/watch/places/", {"kind": "proxy", "name": "far"}).status_code == 400
    assert "nothing says where it stands" not in admin_client.get("/desk/watch/").content.decode()
    point = VantagePoint.objects.get()
    page = admin_client.get(f"/desk/watch/places/{point.public_id}/").content.decode()
    assert "Almaty, a provider" in page
    admin_client.post(f"/desk/watch/sites/{row.public_id}/rest/")
    row.refresh_from_db()
    assert not row.active
    assert admin_client.get("/desk/watch/sites/nothing/").status_code == 404


def test_the_page_of_a_site_tells_it_all(admin_client, site):
    measured(site)
    page = admin_client.get(f"/desk/watch/sites/{site.public_id}/").content.decode()
    assert "The event and" not in page
    assert page.count("tls.reset") >= 1
    assert "Taldy" in page
    assert (
        reverse("desk:review-record", args=[SiteOutage.objects.get().events.first().event.public_id]) in page
    )


# --- files ------------------------------------------------------------------------------------------------------------

OONI = {
    "test_name": "web_connectivity",
    "input": "https://dala-tany.example/",
    "measurement_start_time": "2026-02-14 01:02:03",
    "probe_cc": "KZ",
    "probe_asn": "AS64510",
    "report_id": "20260214T010203Z_webconnectivity_KZ_64510_n1_invented",
    "test_keys": {
        "accessible": True,
        "blocking": False,
        "control_failure": None,
        "dns_experiment_failure": None,
        "http_experiment_failure": None,
        "status_code_match": True,
        "headers_match": True,
        "title_match": True,
        "body_length_match": True,
        "requests": [{"failure": None, "response": {"code": 200, "body": "Dala Tany", "headers": {}}}],
        "control": {"http_request": {"failure": None, "status_code": 200}},
    },
}


def test_a_file_of_ooni_is_kept_read_and_taken_in_once(admin_client, site):
    line = json.dumps(OONI)
    other = json.dumps(OONI | {"input": "https://elsewhere.example/"})
    data = f"{line}\n{other}\n{{broken\n".encode()
    for _ in range(2):
        file = SimpleUploadedFile("measurements.jsonl", data)
        assert admin_client.post("/desk/watch/files/", {"file": file}).status_code == 302
    row = WatchFile.objects.get()
    assert (row.kind, row.measurements, row.elsewhere, row.broken_count) == ("ooni", 1, 1, 1)
    assert SiteDay.objects.get().ok == 1
    assert VantagePoint.objects.get().kind == "ooni"
    page = admin_client.get("/desk/watch/files/").content.decode()
    assert "line 3" in page
    assert "1 broken part" in page


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"test_name": 1e999}',
        b"\x1f\x8b\x08\x00 not gzip",
        gzip.compress(b"0" * 20_000_000),
        b"<script>alert(1)</script>",
        b"\xff\xfe\x00{",
        json.dumps(OONI | {"measurement_start_time": "2999-01-01 00:00:00"}).encode(),
        json.dumps(OONI | {"measurement_start_time": "0001-01-01 00:00:00"}).encode(),
        json.dumps(
            OONI | {"input": "https://dala-tany.example/\x00", "probe_cc": "<b>", "probe_asn": {}}
        ).encode(),
    ],
)
def test_hostile_and_broken_files_are_kept_and_named(admin_client, site, data):
    answer = admin_client.post("/desk/watch/files/", {"file": SimpleUploadedFile("<b>x</b>.json", data)})
    assert answer.status_code in (302, 400)
    assert EvidenceItem.objects.count() == 1
    row = WatchFile.objects.get()
    assert row.broken_count or not row.measurements
    assert not SiteDay.objects.filter(day__gt=date(2026, 12, 31)).exists()
    page = admin_client.get("/desk/watch/files/").content.decode()
    assert "<b>x" not in page


def test_an_empty_file_and_none_are_refused(admin_client, site):
    assert (
        admin_client.post("/desk/watch/files/", {"file": SimpleUploadedFile("x.json", b" \n")}).status_code
        == 400
    )
    assert admin_client.post("/desk/watch/files/", {}).status_code == 400
    assert not EvidenceItem.objects.exists()


def test_another_desk_s_file_counts_once_its_key_is_known(admin_client, site, settings, tmp_path):
    key = watching_rounds.own_key()
    data = write_witness(story(), key)
    row = import_file(data, "from-them.jsonl", by="Aigerim")
    assert (row.kind, row.measurements, row.broken_count) == ("desk", 0, 1)
    assert "no desk is known by the key" in row.broken[0]["reason"]
    given = {"name": "Another desk", "key": watching_rounds.public_key()}
    admin_client.post("/desk/watch/keys/", given)
    row = import_file(data, "from-them.jsonl", by="Aigerim")
    assert (row.measurements, row.broken_count) == (len(story()), 0)
    assert SiteOutage.objects.count() == 1
    assert VantagePoint.objects.filter(kind="desk").count() == 3
    assert "no desk" not in admin_client.get("/desk/watch/files/").content.decode()


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_an_account_goes_and_comes_back(client, admin_client, site):
    admin_client.post(
        "/desk/watch/accounts/", {"outlet": "Dala Tany", "platform": "Sybyr", "handle": "@dala"}
    )
    row = Account.objects.get()
    path = f"/desk/watch/accounts/{row.public_id}/"
    today = timezone.localdate()
    states = [
        ("present", 9, ""),
        ("gone", 5, "yes"),
        ("unknown", 4, ""),
        ("gone", 3, ""),
        ("present", 1, "yes"),
    ]
    for state, ago, as_event in states:
        given = {
            "state": state,
            "day": (today - timedelta(days=ago)).isoformat(),
            "as_event": as_event,
            "note": "s",
        }
        file = SimpleUploadedFile("page.txt", f"{state} {ago}".encode())
        assert admin_client.post(path, given | {"file": file}).status_code == 302
    assert [one.main_type for one in Event.objects.order_by("pk")] == [
        "digital.account_blocking", "outcome.restored",
    ]  # fmt: skip
    event = Event.objects.get(kind="violation")
    assert [(one.party.name, one.type) for one in event.mentions.filter(side="actor")] == [
        ("Sybyr", "platform")
    ]
    assert event.state == "proposed"
    assert AccountState.objects.exclude(evidence=None).count() == 5
    page = admin_client.get(path).content.decode()
    assert "restored" in page
    assert "@dala" not in client.get("/en/watch/").content.decode()
    admin_client.post(f"{path}show/")
    shown = client.get("/en/watch/").content.decode()
    assert "@dala" in shown
    assert "restored" in shown
    for wrong in ({"state": "present", "day": "soon"}, {"state": "flying", "day": today.isoformat()}):
        assert admin_client.post(path, wrong).status_code == 400
    with pytest.raises(BadInput, match="still to come"):
        watching_accounts.add_state(row, "gone", day=today + timedelta(days=2), by="Aigerim")
    with pytest.raises(BadInput, match="no change"):
        watching_accounts.add_state(row, "present", as_event=True, by="Aigerim")
    assert AccountState.objects.count() == 5


def test_a_public_page_is_read_by_the_worker_and_kept(admin_client, site, monkeypatch):
    address = "https://t.me/dala_tany_invented"
    wrong = {"outlet": "Dala Tany", "platform": "Telegram", "handle": "@dala", "read": "yes"}
    assert admin_client.post("/desk/watch/accounts/", wrong).status_code == 400
    admin_client.post("/desk/watch/accounts/", wrong | {"handle": address})
    row = Account.objects.get()
    pages = iter(
        [
            (
                200,
                b'<title>x</title><div class="tgme_page"><div class="tgme_page_extra">12 subscribers</div></div>',
            ),
            (503, b"busy"),
        ]
    )

    class Door:
        def get(self, url):
            status, body = next(pages)
            return SimpleNamespace(body=body, charset="utf-8", url=url, status=status, media_type="text/html")

    monkeypatch.setattr(outside, "door", Door)
    worker = Worker({watching_accounts.ACCOUNTS: watching_accounts.work})
    worker.run(once=True)
    read = row.states.get()
    assert (read.how, read.evidence.how) == ("read", "account read")
    assert read.sign.startswith("account.")
    Job.objects.update(run_after=timezone.now())
    worker.run(once=True)
    assert row.states.count() == 1, "what says nothing changes nothing"
    assert not Event.objects.exists(), "a person proposes the event of an account"
