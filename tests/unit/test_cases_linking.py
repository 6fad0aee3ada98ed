"""One slug a story over a set of texts; all names are invented."""

from barometer.cases import link
from barometer.codebook import CodedBulletin, CodedLetter


def event(who="Alma Testova", type_="journalist", **more):
    values = {
        "kind": "violation",
        "types": ["legal.house_arrest"],
        "date": "2031-03-21",
        "targets": [{"name": who, "written": who, "type": type_}],
    }
    return values | more


def bulletin(*entries):
    rows = [
        {"id": f"e{n}", "section": 2, "month": None, "lines": [n, n], "events": list(events)}
        for n, events in enumerate(entries, 1)
    ]
    return CodedBulletin.model_validate(
        {"source": "a.txt", "quarter": "2031Q1", "codebook": "1.2", "entries": rows}
    )


def letter(*cases):
    rows = [{"person": "", "slug": None, "events": list(events)} for events in cases]
    return CodedLetter.model_validate(
        {"source": "b.txt", "kind": "open_letter", "date": "2031-04-13", "cases": rows}
    )


def slugs(*files):
    return [event.case for file in link(files) for event in file.events]


DETAINED = event(types=["legal.detention"], date="2031-03-17")
ARRESTED = event(types=["legal.arrest"], date="2031-03-18")


def test_the_letter_s_event_of_the_next_day_goes_on_the_bulletin_s_story():
    assert slugs(bulletin([DETAINED]), letter([ARRESTED])) == ["testova-detention"] * 2
    assert link([bulletin([DETAINED]), letter([ARRESTED])])[1].cases[0].slug == "testova-detention"


def test_what_happens_once_is_one_story():
    closed = event("Invented Herald", "outlet", kind="context", types=["context.closure"], date="2031-03")
    later = closed | {
        "date": "2031-03-30",
        "types": ["censorship.economic", "context.closure"],
        "kind": "violation",
    }
    assert len(set(slugs(bulletin([closed]), letter([later])))) == 1


def test_another_pressure_on_the_same_person_is_another_story():
    suit = event(types=["legal.civil_suit"], date="2031-01")
    hacked = event(types=["digital.account_hacking"], date="2031-02")
    assert len(set(slugs(bulletin([suit], [hacked]), letter([ARRESTED])))) == 3


def test_somebody_else_on_the_same_day_is_another_story():
    assert len(set(slugs(bulletin([DETAINED]), letter([ARRESTED | event("Dina Modelova")])))) == 2


def test_events_of_an_entry_stay_together_and_nobody_has_no_story():
    nobody = event(kind="context", types=["context.statement"], targets=[])
    assert slugs(bulletin([DETAINED, ARRESTED], [nobody])) == ["testova-detention", "testova-detention", None]


def test_the_order_of_entries_decides_only_the_name():
    one, other = slugs(letter([ARRESTED]), bulletin([DETAINED]))
    assert one == other == "testova-arrest"
