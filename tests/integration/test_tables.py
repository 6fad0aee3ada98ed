"""Tables into the ledger: what is looked at is not written, what is imported again is updated, what people decided stays."""

from __future__ import annotations

import os
import signal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from killing import COUNTING

from barometer.errors import BadInput, NotAllowed, NotReady
from barometer.pipeline.columns import Mapped, guess
from barometer.sources.tables import read_table
from barometer.web.accounts.models import AuditEntry, User
from barometer.web.actions import gathering, importing
from barometer.web.actions import tables as act
from barometer.web.actions.publishing import publish_event
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, EvidenceItem, Item, Revision, Source, WorkItem
from barometer.web.records.tables import PendingTable, TableMapping

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

HEAD = "Номер;Дата;Вид;Кто пострадал;Кем они являются;Регион;Что произошло;Источник"
ONE = "1;14.03.2031;Штраф;Ойла;outlet;Алматы;Выдуманный суд оштрафовал газету;https://oyla.example/1"
TWO = "2;март 2031;Нападение;Дина Выдуманная;journalist;Шымкент;Побили;"
THREE = "3;15.03.2031;Задержание;Тимур Выдуманный;blogger;;Задержали на час;"


def file(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def take(data: bytes, source: str = "hers", name: str = "hers.csv", **more):
    """Import by guessed columns."""
    table = read_table(data, name)
    return act.import_table(table, data, guess(table.headings), source, **more)


def look(data: bytes, source: str = "hers", **more) -> list[str]:
    """The outcomes of a plan."""
    table = read_table(data, "hers.csv")
    return [line.outcome for line in act.plan(table, guess(table.headings), source, **more).lines]


def test_looking_writes_nothing():
    data = file(ONE, TWO, "3;вчера;Штраф;Ойла;outlet;;;")
    with CaptureQueriesContext(connection) as asked:
        assert look(data) == ["new", "new", "refused"]
    assert all(query["sql"].startswith("SELECT") for query in asked)
    assert take(data, dry_run=True).plan.counts == {"new": 2, "refused": 1}
    assert not Source.objects.exists() and not Revision.objects.exists() and not EvidenceItem.objects.exists()


def test_an_import_and_the_same_again():
    report = take(file(ONE, TWO))
    assert (report.plan.counts, report.nothing_changed) == ({"new": 2}, False)
    event = Event.objects.get(item__entry_key="1")
    assert (event.key, event.state, event.main_type, event.region) == (
        "hers#1#1",
        "proposed",
        "legal.fine",
        "KZ-75",
    )
    assert event.item.links == [
        {"text": "https://oyla.example/1", "start": 0, "end": 0, "address": "https://oyla.example/1"}
    ]
    assert event.summary_ru == "Выдуманный суд оштрафовал газету"
    assert {row.party.name for row in event.mentions.all()} == {"Ойла"}
    assert [row.original_name for row in EvidenceItem.objects.all()] == ["hers.csv"]
    revisions = Revision.objects.count()
    again = take(file(TWO, ONE), name="sorted.csv")  # in another order, of another name
    assert again.nothing_changed and again.plan.counts == {"unchanged": 2}
    assert Revision.objects.count() == revisions
    assert EvidenceItem.objects.count() == 1


def test_a_changed_row_updates_its_event_alone():
    take(file(ONE, TWO))
    before = Event.objects.get(item__entry_key="1").public_id
    report = take(file(ONE.replace("14.03", "16.03"), TWO, THREE))
    assert report.plan.counts == {"new": 1, "changed": 1, "unchanged": 1}
    event = Event.objects.get(item__entry_key="1")
    assert (event.public_id, event.date) == (before, "2031-03-16")
    assert Event.objects.count() == 3
    # A row that is not in the file is no loss, and no work.
    assert take(file(THREE)).nothing_changed
    assert (Event.objects.count(), WorkItem.objects.count()) == (3, 0)


def test_words_beside_the_event_are_a_change_too():
    head = f"{HEAD};Заголовок"
    take(file(f"{ONE};Старый", head=head))
    assert take(file(f"{ONE};Новый", head=head)).plan.counts == {"changed": 1}
    assert Item.objects.get().headline == "Новый"
    other = ONE.replace("example/1", "example/2")
    assert take(file(f"{other};Новый", head=head)).plan.counts == {"changed": 1}
    assert Item.objects.get().links[0]["address"] == "https://oyla.example/2"


def test_a_column_that_is_not_there_leaves_what_is_known():
    take(file(ONE))
    report = take(file("1;Оспорено", head="Номер;Внутренняя заметка"))
    assert report.plan.counts == {"changed": 1}
    event = Event.objects.get()
    assert (event.note, event.date, event.main_type) == ("Оспорено", "2031-03-14", "legal.fine")
    assert event.item.links[0]["address"] == "https://oyla.example/1"
    assert take(file(ONE)).nothing_changed


def test_an_empty_cell_empties():
    take(file(ONE))
    assert take(file(ONE.replace("Алматы", ""))).plan.counts == {"changed": 1}
    assert Event.objects.get().region == ""


def test_rows_without_a_number_are_known_by_what_they_say():
    head, one = HEAD.partition(";")[2], ONE.partition(";")[2]
    take(file(one, head=head))
    assert take(file(one.replace("оштрафовал", "наказал"), head=head)).plan.counts == {"changed": 1}
    assert Event.objects.get().summary_ru == "Выдуманный суд наказал газету"
    assert look(file(one, one, head=head)) == ["changed", "refused"]


def test_what_people_decided_is_left_alone_with_a_work_item():
    take(file(ONE, TWO))
    publish_event(Event.objects.get(item__entry_key="1"), by="Editor Invented")
    changed = file(ONE.replace("14.03", "16.03"), TWO.replace("Побили", "Ударили"))
    assert take(changed).plan.counts == {"changed": 1, "held": 1}
    event = Event.objects.get(item__entry_key="1")
    assert (event.date, event.state) == ("2031-03-14", "published")
    assert "hers#1#1: the file's coding differs" in [row.text for row in WorkItem.objects.all()]
    assert take(file(ONE)).nothing_changed  # the same as was decided


def test_all_or_nothing_or_the_good_rows():
    bad = file(ONE, "2;вчера;Штраф;Ойла;outlet;;;")
    with pytest.raises(NotReady, match="1 row of 2 cannot be taken, so nothing was"):
        take(bad)
    assert not Source.objects.exists() and not EvidenceItem.objects.exists()
    report = take(bad, good_rows=True)
    assert report.plan.counts == {"new": 1, "refused": 1}
    assert Event.objects.count() == 1
    told = report.plan.refused_file("ru").decode("utf-8-sig").splitlines()
    assert told[0] == f"{HEAD};Что не так"
    assert told[1].startswith("2;вчера;Штраф;Ойла;outlet;;;;") and "не дата" in told[1]
    # Mended and handed in again, it is the second row of the same table.
    mended = told[1].replace("вчера", "15.03.2031").encode()
    assert take(told[0].encode() + b"\n" + mended, name="refused.csv").plan.counts == {"new": 1}
    assert Source.objects.count() == 1


def test_published_historically_only_with_a_name():
    with pytest.raises(NotAllowed, match="name of the person who answers"):
        take(file(ONE), as_published=True)
    assert not Source.objects.exists()
    take(file(ONE), as_published=True, by="Editor Invented")
    event = Event.objects.get()
    assert (event.state, event.published_by, event.item.state) == (
        "published",
        "Editor Invented",
        "published",
    )
    assert importing.HISTORICALLY in {row.reason for row in Revision.objects.all()}
    assert AuditEntry.objects.get().act == "publish a table"
    take(file(ONE.replace("14.03", "16.03")), as_published=True, by="Editor Invented")
    assert Event.objects.get().state == "corrected"


def test_proposals_may_be_published_by_the_same_file():
    take(file(ONE, TWO))
    assert look(file(ONE), as_published=True) == ["published"]
    assert take(file(ONE), as_published=True, by="Editor").plan.counts == {"published": 1}
    assert Event.objects.public().count() == 1


def test_withdrawn_events_stay_withdrawn():
    take(file(ONE))
    Event.objects.update(state="withdrawn")
    assert take(file(ONE), as_published=True, by="Editor").plan.counts == {"held": 1}
    assert Event.objects.get().state == "withdrawn"


@pytest.mark.parametrize("published", [False, True])
def test_a_plan_says_what_an_import_then_does(published):
    take(file(ONE, TWO, THREE))
    publish_event(Event.objects.get(item__entry_key="2"), by="Editor")
    Event.objects.filter(item__entry_key="3").update(state="withdrawn")
    data = file(ONE.replace("14", "16"), TWO.replace("Побили", "Били"), THREE, f"4{ONE[1:]}")
    table = read_table(data, "hers.csv")
    mapped = guess(table.headings)
    planned = act.plan(table, mapped, "hers", as_published=published)
    brought = act._brought(planned, data)
    done = importing.import_sources([brought], as_published=published, by="Editor")
    told = {line.row.key: line.outcome for line in planned.lines if line.outcome != "unchanged"}
    assert done.files[0].outcomes == told


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_read_again_changes_nothing(kind):
    take(file(ONE, TWO, THREE))
    data = act.export("kk", kind, by="Editor")
    assert AuditEntry.objects.get().act == "export a table"
    table = read_table(data, f"events.{kind}")
    mapped = guess(table.headings)
    assert act.likely_source(table, mapped) == "hers"
    for source in ("hers", "another"):
        report = act.import_table(table, data, mapped, source)
        assert report.nothing_changed and report.plan.counts == {"unchanged": 3}
    assert Source.objects.count() == 1


def test_an_export_of_bulletins_may_be_read_but_not_change_them(mini):
    importing.import_files([mini.path], as_published=True, by="A coder")
    data = act.export("en", "csv", by="Editor")
    table = read_table(data, "events.csv")
    mapped = guess(table.headings)
    assert act.import_table(table, data, mapped, "hers").plan.counts == {"unchanged": 5}
    changed = data.replace(b"2031-01", b"2031-02")
    assert changed != data
    table = read_table(changed, "events.csv")
    planned = act.plan(table, mapped, "hers")
    assert planned.counts["refused"] >= 1
    assert {problem.code for line in planned.refused for problem in line.problems} == {"elsewhere"}


def test_a_row_that_names_no_event_is_refused():
    table = read_table(b"Record;Date;Type\nnonesuch;2031;legal.fine\n", "hers.csv")
    (line,) = act.plan(table, guess(table.headings), "hers").lines
    assert [problem.code for problem in line.problems] == ["no_record"]


def test_a_table_does_not_go_into_a_bulletin(mini):
    importing.import_files([mini.path])
    name = Source.objects.get().name
    with pytest.raises(BadInput, match="no table"):
        take(file(ONE), source=name)


def test_a_table_of_no_known_column_is_refused():
    with pytest.raises(NotReady, match="no column"):
        look(b"Weather;Mood\nsun;good\n")


def test_a_mapping_is_kept_and_found_by_its_headings():
    table = read_table(file(ONE), "hers.csv")
    mapped = Mapped(
        {"Номер": "id", "Дата": "date"}, {"kind": "violation"}, {"type": {"побили": "legal.fine"}}
    )
    kept = act.save_mapping("Мои", mapped, "hers", by="Editor")
    act.save_mapping("Мои", mapped, "hers", by="Editor")
    assert Revision.objects.filter(record_id=kept.public_id).count() == 1
    assert act.mapping_for(table) == kept
    assert Mapped.of_data(TableMapping.objects.get().mapped) == mapped
    assert act.mapping_for(read_table(b"Date;Who\n2031;x\n", "x.csv")) is None


# --- the desk ---------------------------------------------------------------------------------------------------


@pytest.fixture
def person(client):
    """Log somebody of a role in."""

    def log_in(role: str, name: str = "p") -> User:
        user = User.objects.create_user(f"{name}-{role}", password="long enough, mine", is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        client.force_login(user)
        return user

    return log_in


def hand_in(client, data: bytes, name: str = "hers.csv"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/desk/tables/", {"file": SimpleUploadedFile(name, data)})


def test_a_file_that_waits_is_encrypted_its_owners_and_goes(client, person):
    person("monitor")
    answer = hand_in(client, file(ONE))
    pending = PendingTable.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, content, chosen FROM records_pendingtable")
        raw = " ".join(cursor.fetchone())
    assert "hers" not in raw
    assert act.pending_bytes(pending) == file(ONE)
    assert client.get(answer.url).status_code == 200
    person("editor", "another")
    for path in ("", "rows/", "refused/"):
        assert client.get(f"{answer.url}{path}").status_code == 404
    for path in ("", "rows/", "import/", "drop/"):
        assert client.post(f"{answer.url}{path}").status_code == 404
    PendingTable.objects.update(created_at=timezone.now() - timezone.timedelta(hours=25))
    client.get("/desk/tables/")
    assert not PendingTable.objects.exists()


def test_the_worker_lets_files_go_that_nobody_came_back_for(person):
    act.hand_in(file(ONE), "hers.csv", user=person("monitor"))
    gathering._daily(Job(run_after=timezone.now()))
    assert PendingTable.objects.count() == 1
    PendingTable.objects.update(created_at=timezone.now() - timezone.timedelta(hours=25))
    gathering._daily(Job(run_after=timezone.now()))
    assert not PendingTable.objects.exists()


def test_only_who_may_publish_publishes(client, person):
    user = person("monitor")
    address = hand_in(client, file(ONE)).url
    assert "Published historically" not in client.get(address).content.decode()
    form = {f"column-{at}": name for at, name in enumerate(guess(HEAD.split(";")).columns.values())}
    client.post(address, form | {"source": "hers", "as": "published"})
    pending = PendingTable.objects.get()
    assert pending.chosen["published"] is False
    pending.chosen = pending.chosen | {"published": True}  # as if the role had been taken away meanwhile
    pending.save()
    assert client.post(f"{address}import/").status_code == 302
    assert Event.objects.get().state == "proposed"
    assert Revision.objects.filter(user=user).exists()


def test_nobody_else_of_the_desk_comes_here(client, person):
    for role in ("contributor", "administrator", "custodian", "lawyer"):
        person(role)
        assert client.get("/desk/tables/").status_code == 403, role
        assert hand_in(client, file(ONE)).status_code == 403, role
        assert client.post("/desk/tables/export/").status_code == 403, role


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.xlsx", b"PK\x03\x04 cut off"),
        ("x.csv", b""),
        ("x.csv", b"\0" * 100),
        ("x.exe", b"MZ"),
        ("x.csv", b"\xff\xfeD"),
        ("x.csv", b"A;B\n" + b"1;2\n" * 3001),
    ],
)
def test_a_bad_file_is_refused_on_the_page(client, person, name, data):
    person("monitor")
    answer = hand_in(client, data, name)
    assert (answer.status_code, PendingTable.objects.count()) == (400, 0)
    assert 'role="alert"' in answer.content.decode()


def test_a_file_that_is_too_large_is_not_read(client, person):
    person("monitor")
    answer = client.post("/desk/tables/", b"x", content_type="text/csv", CONTENT_LENGTH=str(9 << 20))
    assert answer.status_code == 413


def test_what_the_form_says_wrongly_is_said_on_the_page(client, person):
    person("monitor")
    address = hand_in(client, file(ONE)).url
    answer = client.post(address, {"column-0": "date", "column-1": "date"})
    assert (answer.status_code, "both mapped" in answer.content.decode()) == (400, True)
    answer = client.post(address, {"column-0": "weather"})
    assert answer.status_code == 400
    assert client.post(address, {"sheet": "Nonesuch", "column-0": "id"}).status_code in (302, 400)
    assert client.get(f"{address}rows/?page=x&show=%00").status_code == 200


def test_templates_and_exports_are_files(client, person):
    person("monitor")
    take(file(ONE))
    for language in ("en", "ru", "kk"):
        for kind in ("xlsx", "csv"):
            answer = client.get(f"/desk/tables/template/{language}/{kind}/")
            assert (
                answer.headers["Content-Disposition"] == f'attachment; filename="template-{language}.{kind}"'
            )
    assert client.get("/desk/tables/template/xx/xlsx/").status_code == 404
    answer = client.post("/desk/tables/export/", {"period": "2031Q1", "kind": "csv"})
    assert answer.content.decode("utf-8-sig").count("Oyla") + answer.content.decode().count("Ойла") >= 1
    assert client.post("/desk/tables/export/", {"period": "спринт"}).status_code == 400
    assert client.get("/desk/tables/export/").status_code == 405


# --- processes --------------------------------------------------------------------------------------------------

KILLED = (
    COUNTING
    + """
from barometer.web import table_commands
table_commands.import_table(Path(sys.argv[1]), guess=True)
print("ended", left)
"""
)


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_killed_import_leaves_nothing_half_done(own_ledger, tmp_path):
    path = tmp_path / "hers.csv"
    path.write_bytes(file(ONE, TWO, THREE))
    own_ledger.barometer("manage", "migrate")
    process = own_ledger.python(KILLED, path, 8)
    process.communicate(timeout=600)
    assert process.returncode == -signal.SIGKILL
    assert not any(own_ledger.counts().values())
    out, err = own_ledger.python(KILLED, path, 10**6).communicate(timeout=600)
    assert out.startswith("ended"), err
    assert own_ledger.counts()["events"] == 3


@pytest.mark.long
@pytest.mark.once
def test_the_commands(own_ledger, tmp_path):
    path, refused = tmp_path / "hers.csv", tmp_path / "refused.csv"
    path.write_bytes(file(ONE, "2;вчера;Штраф;Ойла;outlet;;;"))
    plain = own_ledger.barometer("table", "import", path)
    assert (plain.returncode, "--mapping NAME or --guess" in plain.stderr) == (2, True)
    no = own_ledger.barometer("table", "import", path, "--guess", "--refused", refused)
    assert (no.returncode, "row 3: Date: “вчера” is no date" in no.stdout) == (2, True)
    assert refused.read_text(encoding="utf-8-sig").count("\n") == 2
    dry = own_ledger.barometer("table", "import", path, "--guess", "--dry-run")
    assert (dry.returncode, "1 new, 1 refused" in dry.stdout) == (1, True)
    good = own_ledger.barometer("table", "import", path, "--guess", "--good-rows", "--save", "mine")
    assert (good.returncode, good.stderr) == (0, "")
    out = tmp_path / "out.xlsx"
    assert own_ledger.barometer("table", "export", "--period", "2031Q1", "--out", out).returncode == 0
    again = own_ledger.barometer("table", "import", out, "--guess")
    assert "Nothing changed." in again.stdout
    named = own_ledger.barometer("table", "import", path, "--mapping", "mine", "--good-rows")
    assert "Nothing changed." in named.stdout
    published = own_ledger.barometer("table", "import", out, "--guess", "--as", "published")
    assert (published.returncode, "--by NAME" in published.stderr) == (2, True)
    template = tmp_path / "t.csv"
    assert own_ledger.barometer("table", "template", "--lang", "kk", "--out", template).returncode == 0
    assert own_ledger.barometer("table", "template", "--lang", "kk", "--out", "t.pdf").returncode == 2
