"""Double coding: who codes what a second time, that nothing of the first is shown, agreement, and what is decided."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction

from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.review.agreement import FIELDS, is_chosen
from barometer.web.accounts.models import User
from barometer.web.actions import leads, second
from barometer.web.actions.leads import Incoming, hand_in
from barometer.web.actions.revisions import record_revision
from barometer.web.config.doubling import share
from barometer.web.desk.second import value_label
from barometer.web.records.desk import CodingChoice, SecondCoding
from barometer.web.records.mapping import event_value
from barometer.web.records.models import Event, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

FINE = (
    "On 13 March 2031, the specialised administrative court of Almaty fined Aigerim Example, a journalist of "
    "the Invented Herald, 200,000 tenge under Article 274 of the Criminal Code for knowingly false information."
)
SECOND = {
    "main_type": "legal.administrative_case", "kind": "violation", "phase": "imposed", "region": "KZ-33",
    "first_day": "2031-03-14", "target_type": "blogger", "work_link": "disputed", "people_hit": "7",
    "is_alleged": "yes", "background": "no",
}  # fmt: skip


def person(name, *roles):
    user = User.objects.create_user(name, is_staff=True, first_name=name.capitalize(), last_name="Invented")
    user.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in roles))
    return user


@pytest.fixture
def alma():
    return person("alma", "editor")


@pytest.fixture
def berik():
    return person("berik", "monitor")


@pytest.fixture(autouse=True)
def all_of_them(settings):
    settings.DOUBLE_CODING = 1.0


@pytest.fixture
def lead(alma):
    """A lead that Alma took and whose event she accepted."""
    lead = hand_in(
        Incoming(FINE, "https://a.example/", "A fine in Almaty"), origin="text", by="Dana Invented"
    )
    leads.take(lead, by="Alma Invented", user=alma)
    accept(Event.objects.get(), alma)
    return lead


def accept(event, user):
    event.state = "accepted"
    with transaction.atomic():
        event.save()
        record_revision(event, "accept", by=user.username, user=user)


def coded(lead, berik, **changes):
    return second.code(lead, SECOND | changes, by="Berik Invented", user=berik)


# --- who, and what ----------------------------------------------------------------------------------------------------


def test_the_second_is_somebody_else_and_the_first_is_done(lead, alma, berik, settings):
    assert [one.lead for one in second.to_code(berik)] == [lead]
    assert second.to_code(alma) == []
    Event.objects.update(state="proposed")  # nobody has coded it yet
    assert second.to_code(berik) == []
    Event.objects.update(state="reviewed")
    assert len(second.to_code(berik)) == 1
    with transaction.atomic():  # Berik had a hand in it
        record_revision(Event.objects.get(), "change", by="Berik Invented", user=berik)
    assert second.to_code(berik) == []
    assert len(second.to_code(person("carla", "reviewer"))) == 1
    settings.DOUBLE_CODING = 0.0
    assert second.to_code(person("dana", "reviewer")) == []


def test_only_the_share_is_coded_twice(lead, berik, settings):
    drawn = next(number for number in range(1, 100) if is_chosen(lead.public_id, number / 100))
    settings.DOUBLE_CODING = drawn / 100
    assert len(second.to_code(berik)) == 1
    settings.DOUBLE_CODING = (drawn - 1) / 100
    assert second.to_code(berik) == []
    with pytest.raises(NotReady):
        coded(lead, berik)


def test_the_form_is_blank_and_says_nothing_of_the_first_coding(client, lead, berik):
    client.force_login(berik)
    before = client.get(f"/desk/second/{lead.public_id}/").content.decode()
    event = Event.objects.get()
    Event.objects.update(
        main_type="obstruction.smear", region="KZ-62", first_day="2031-02-02", last_day="2031-02-02", people_hit=77,
        work_link="disputed", note="Alma was unsure", place_name="Zhezqazghan",
    )  # fmt: skip
    event.mentions.update(written="Somebody Else")
    after = client.get(f"/desk/second/{lead.public_id}/").content.decode()

    def plain(page):
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert plain(before) == plain(after)  # whatever the first coding is
    assert FINE in after
    assert " selected" not in re.sub(r'<option value="" selected>', "", after)
    assert "Alma Invented" not in after


def test_it_is_kept_with_what_the_first_and_the_machine_said(lead, berik):
    first = Event.objects.get()
    Event.objects.update(region="KZ-71", people_hit=2)
    row = coded(lead, berik)
    assert row.values == SECOND
    assert (row.first["region"], row.first["people_hit"]) == ("KZ-71", "2")
    assert row.machine == second.values_of(Revision.objects.get(record_id=first.public_id, number=1).after)
    assert (row.machine["main_type"], row.machine["region"]) == ("legal.fine", "KZ-75")
    with pytest.raises(NotReady):  # once
        coded(lead, person("carla", "monitor"))
    with pytest.raises(DatabaseError), transaction.atomic():
        SecondCoding.objects.update(by="another")


def test_the_database_does_not_tell_the_values(lead, berik):
    coded(lead, berik)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_secondcoding")
        assert "blogger" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"main_type": "legal.everything"}, "main_type"), ({"kind": ""}, "kind"), ({"region": "KZ-99"}, "region"),
        ({"people_hit": "many"}, "people_hit"), ({"people_hit": "-1"}, "people_hit"),
        ({"first_day": "13.03.2031"}, "first_day"), ({"kind": "relief"}, None), ({"phase": "ended"}, None),
        ({"is_alleged": "perhaps"}, "is_alleged"),
    ],
)  # fmt: skip
def test_what_the_codebook_does_not_have_is_refused(lead, berik, changes, place):
    with pytest.raises(UnknownValue) as refused:
        coded(lead, berik, **changes)
    assert refused.value.place == place
    assert not SecondCoding.objects.exists()


def test_the_page_keeps_what_was_given(client, lead, berik):
    client.force_login(berik)
    answer = client.post(f"/desk/second/{lead.public_id}/", SECOND | {"people_hit": "seven"})
    assert answer.status_code == 400
    assert '<option value="blogger" selected>' in answer.content.decode()
    assert client.post(f"/desk/second/{lead.public_id}/", SECOND | {"kind": ""}).status_code == 400
    assert client.post(f"/desk/second/{lead.public_id}/", SECOND).status_code == 302
    assert client.get(f"/desk/second/{lead.public_id}/").status_code == 404
    assert SecondCoding.objects.get().user == berik


def test_who_may_not_code_may_not_code_twice(client, lead):
    client.force_login(person("carla", "lawyer"))
    assert client.get("/desk/second/").status_code == 403
    assert client.get(f"/desk/second/{lead.public_id}/").status_code == 403


# --- agreement, and what differs --------------------------------------------------------------------------------------


def test_the_table_and_the_queue(client, alma, lead, berik):
    coded(lead, berik)
    client.force_login(alma)
    page = client.get("/desk/agreement/").content.decode()
    assert "too few" in page
    assert "A fine in Almaty" in page
    assert "Main type, Region, First day" in page


def differing(row):
    return second.coding_value(row).differing


def test_where_the_second_stands_the_event_says_so(alma, lead, berik):
    row = coded(lead, berik)
    assert differing(row) == tuple(name for name in FIELDS if name not in ("kind", "phase", "background"))
    stands = dict.fromkeys(differing(row), "second") | {"people_hit": "first"}
    choice, applied = second.decide(row, stands, reason="the text says so", by="Alma Invented", user=alma)
    assert applied
    event = Event.objects.get()
    assert second.values_of(
        Revision.objects.filter(record_id=event.public_id).latest("number").after
    ) == SECOND | {"people_hit": row.first["people_hit"]}
    assert event_value(event).types == ("legal.administrative_case",)
    assert event_value(event).targets[0].type == "blogger"
    assert [one.code for one in event.types.all()] == ["legal.administrative_case"]
    revision = Revision.objects.filter(record_id=event.public_id).latest("number")
    assert (revision.action, revision.reason, revision.user) == (
        "settle two codings",
        "the text says so",
        alma,
    )
    row.refresh_from_db()
    assert row.first["main_type"] == "legal.fine"  # the agreement of the month stays what it was
    assert choice.stands == stands
    assert second.undecided() == []
    with pytest.raises(NotReady, match="decided before"):
        second.decide(row, stands, reason="again", by="Alma Invented", user=alma)


@pytest.mark.parametrize("state", ["reviewed", "published"])
def test_what_was_reviewed_is_decided_and_not_changed(alma, lead, berik, state):
    row = coded(lead, berik)
    Event.objects.update(state=state, published_by="A", published_at="2031-03-15T00:00Z")
    row = SecondCoding.objects.get()
    stands = dict.fromkeys(differing(row), "second")
    _, applied = second.decide(row, stands, reason="the text says so", by="Alma Invented", user=alma)
    assert not applied
    assert Event.objects.get().main_type == "legal.fine"
    assert CodingChoice.objects.count() == 1


def test_a_field_that_alone_breaks_the_rules_changes_nothing(alma, lead, berik):
    """The second has relief, but only its kind is taken: relief does not begin with a fine."""
    relief = {"kind": "relief", "main_type": "outcome.dismissed", "phase": "ended", "is_alleged": "no"}
    row = coded(lead, berik, **relief)
    before = second.values_of(Revision.objects.filter(record_id=row.event.public_id).latest("number").after)
    stands = dict.fromkeys(differing(row), "first") | {"kind": "second"}
    _, applied = second.decide(row, stands, reason="so it is", by="Alma Invented", user=alma)
    assert not applied
    assert Event.objects.get().kind == before["kind"] == "violation"


def test_where_the_first_stands_nothing_is_to_be_changed(alma, lead, berik):
    row, count = coded(lead, berik), Revision.objects.count()
    _, applied = second.decide(
        row, dict.fromkeys(differing(row), "first"), reason="so it is", by="A", user=alma
    )
    assert applied
    assert Revision.objects.count() == count


@pytest.mark.parametrize("broken", ["a field too few", "a field too many", "another word", "no reason"])
def test_half_a_decision_is_none(alma, lead, berik, broken):
    row = coded(lead, berik)
    stands, reason = dict.fromkeys(differing(row), "first"), "so it is"
    if broken == "a field too few":
        stands.pop("region")
    elif broken == "a field too many":
        stands["kind"] = "second"
    elif broken == "another word":
        stands["region"] = "third"
    else:
        reason = " "
    with pytest.raises(NotAllowed):
        second.decide(row, stands, reason=reason, by="Alma Invented", user=alma)
    assert not CodingChoice.objects.exists()


def test_the_page_of_a_disagreement(client, alma, lead, berik):
    row = coded(lead, berik)
    client.force_login(alma)
    where = f"/desk/agreement/{row.public_id}/"
    page = client.get(where).content.decode()
    for name in ("main_type", "target_type"):
        for value in (row.first[name], row.values[name]):
            assert value_label(name, value) in page
    assert client.post(where, {"reason": "so it is"}).status_code == 400
    stands = dict.fromkeys(differing(row), "first")
    assert client.post(where, stands | {"reason": ""}).status_code == 400
    assert client.post(where, stands | {"reason": "so it is"}).status_code == 302
    assert "Alma Invented has decided: so it is" in client.get(where).content.decode()
    client.force_login(berik)  # a monitor reviews nothing
    assert client.get(where).status_code == 403
    assert client.get("/desk/agreement/").status_code == 200


@pytest.mark.parametrize("text", ["-0.1", "1.1", "a tenth", "nan", "inf"])
def test_a_share_that_is_none(text):
    with pytest.raises(UnknownValue, match="no share"):
        share(text)


def test_a_share():
    assert (share(""), share("0.25"), share("1")) == (0, 0.25, 1)
