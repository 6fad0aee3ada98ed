"""What cannot be built, what does not change, and what a value says of itself."""

from __future__ import annotations

import copy
import pickle

import pytest
from pydantic import ValidationError

from barometer.codebook import (
    Actor,
    CodedBulletin,
    CodedLetter,
    Entry,
    Event,
    Ground,
    LetterCase,
    Place,
    Target,
    Upcoming,
    codebook,
    to_file,
)

FINE = {"kind": "violation", "types": ("legal.fine",)}
GROUND = {"span": (3, 7), "text_sha256": "ab" * 32, "rule": "outlets", "version": "1", "confidence": 0.5}


@pytest.mark.parametrize("type_", [code for code in codebook().types if not code.startswith("outcome.")])
def test_relief_without_an_outcome_first_cannot_be_built(type_):
    with pytest.raises(ValidationError, match="rule 10"):
        Event(kind="relief", types=(type_, "outcome.dismissed"))
    assert Event(kind="relief", types=("outcome.dismissed", type_)).main_type == "outcome.dismissed"


@pytest.mark.parametrize("region", ["KZ-99", "KZ-12", "KZ-1", "KZ", "71", "kz-71", "Astana", "", "RU-MOW"])
def test_a_region_that_is_not_in_iso_3166_2_cannot_be_built(region):
    with pytest.raises(ValidationError, match="is not in ISO 3166-2:KZ"):
        Place(country="KZ", region=region)


@pytest.mark.parametrize("region", sorted(codebook().regions["KZ"]))
def test_a_region_of_the_country_can(region):
    assert Place(region=region).country == "KZ"


@pytest.mark.parametrize(
    ("country", "region", "fits"),
    [("RU", "RU-MOW", True), ("RU", "KZ-71", False), ("RU", "RU-", False), ("UZ", None, True)],
)
def test_a_region_abroad_is_of_its_country(country, region, fits):
    if fits:
        assert Place(country=country, region=region).region == region
    else:
        with pytest.raises(ValidationError, match="is not of country"):
            Place(country=country, region=region)


@pytest.mark.parametrize("country", ["", "K", "kz", "KAZ", "К3", "ҚЗ"])
def test_a_country_has_two_letters(country):
    with pytest.raises(ValidationError, match="ISO 3166-1"):
        Place(country=country)


REFUSED = [
    ({"kind": "rumour"}, "is not a kind"),
    ({"types": ()}, "at least 1"),
    ({"types": ("legal.nothing",)}, "is not a type of codebook 1.2"),
    ({"types": ("legal.fine", "legal.fine")}, "one type twice"),
    ({"types": "legal.fine"}, "tuple"),
    ({"date": "2026-02-30"}, "not a day"),
    ({"phase": "over"}, "is not a phase"),
    ({"phase": "ended"}, "does not go with kind"),
    ({"work_link": "likely"}, "is not a link"),
    ({"alleged": "yes"}, "neither true nor false"),
    ({"alleged": 1}, "neither true nor false"),
    ({"alleged": ("legal.arrest",)}, "does not have"),
    ({"people_hit": -1}, "greater than or equal"),
    ({"people_hit": 1.5}, "integer"),
    ({"people_hit": True}, "integer"),
    ({"people_hit": "7"}, "integer"),
    ({"people_hit": 2**31}, "less than or equal"),
    ({"people_hit_exact": True}, "without a number"),
    ({"background": 1}, "boolean"),
    ({"provisions": ("Article 274",)}, "is not written like"),
    ({"provisions": ("KZ-CC-274\n",)}, "is not written like"),
    ({"provisions": ("KZ-274",)}, "is not written like"),
    ({"case": "Oydan 274"}, "is not a slug"),
    ({"case": "-oydan"}, "is not a slug"),
    ({"case": "ойдан"}, "is not a slug"),
    ({"summary": {"de": "Bußgeld"}}, "languages other than"),
    ({"summary": {"en": 1}}, "neither a text"),
    ({"summary": ["fined"]}, "neither a text"),
    ({"targets": ({"name": "", "written": "x", "type": "outlet"},)}, "at least 1"),
    ({"targets": ({"name": "Oyla", "written": "Oyla", "type": "minister"},)}, "a type of target"),
    ({"actors": ({"name": "Oyla", "type": "judge"},)}, "a type of actor"),
    ({"actors": ({"name": "Oyla", "type": "court", "role": "judge"},)}, "a role of an actor"),
    ({"upcoming": ({"date": "soon", "what": "hearing"},)}, "is not a date"),
    ({"upcoming": ({"date": "2026-04", "what": ""},)}, "at least 1"),
    ({"grounds": {"kind": {**GROUND, "span": (7, 3)}}}, "from left to right"),
    ({"grounds": {"kind": {**GROUND, "span": (-1, 3)}}}, "from left to right"),
    ({"grounds": {"kind": {**GROUND, "confidence": 1.01}}}, "less than or equal"),
    ({"grounds": {"kind": {**GROUND, "confidence": float("nan")}}}, "than or equal"),
    ({"grounds": {"kind": {**GROUND, "text_sha256": "AB" * 32}}}, "pattern"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), REFUSED)
def test_what_breaks_a_rule_cannot_be_built(change, words):
    with pytest.raises(ValidationError, match=words):
        Event(**{**FINE, **change})


@pytest.mark.parametrize("lines", [(0, 1), (2, 1), (-1, -1), (1,), (1, 2, 3), ("1", "2")])
def test_lines_run_from_one_to_a_last(lines):
    with pytest.raises(ValidationError):
        Entry(id="e", lines=lines)


@pytest.mark.parametrize("month", ["2026-3", "2026-13", "2026", "2026-03-01", "March", "٢٠٢٦-03"])
def test_a_month_is_a_month(month):
    with pytest.raises(ValidationError):
        Entry(id="e", lines=(1, 1), month=month)


@pytest.mark.parametrize("quarter", ["2026", "2026Q5", "2026q1", " 2026Q1", "Q1"])
def test_a_quarter_is_written_in_one_way(quarter):
    with pytest.raises(ValidationError, match="write 2026Q1"):
        CodedBulletin(source="x", quarter=quarter, entries=())


def test_one_event_tells_all_the_rules_that_it_breaks():
    with pytest.raises(ValidationError) as refused:
        Event(kind="relief", types=("legal.fine",), alleged=True, phase="imposed", people_hit_exact=True)
    [row] = refused.value.errors()
    assert [place for place, _ in row["ctx"]["error"].broken] == [
        "types.0",
        "alleged",
        "phase",
        "people_hit_exact",
    ]


VALUES = [
    Place(name="Oral", region="KZ-27"),
    Target(name="Oyla", written="Oyla", type="outlet"),
    Actor(name="Bos Qural", type="company"),
    Upcoming(date="2026-04", what="hearing"),
    Ground(**GROUND),
    Event(**FINE, summary={"en": "Fined.", "kk": "Айыппұл."}, grounds={"kind": GROUND}),
    Entry(id="e", lines=(1, 2), events=(Event(**FINE),)),
    CodedBulletin(source="x.txt", entries=()),
    LetterCase(slug="oydan-274"),
    CodedLetter(source="x.txt", kind="open_letter"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_does_not_change(value):
    for name in [*type(value).model_fields, "something_new"]:
        with pytest.raises(ValidationError):
            setattr(value, name, None)
        with pytest.raises(ValidationError):
            delattr(value, name)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_hashed_copied_pickled_and_written_as_itself(value):
    assert hash(value) == hash(copy.deepcopy(value))
    assert pickle.loads(pickle.dumps(value)) == value
    assert type(value).model_validate(to_file(value)) == value


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("ru", "Штраф."), lambda d: d.__delitem__("en"), lambda d: d.clear(), lambda d: d.pop("en"),
        lambda d: d.popitem(), lambda d: d.setdefault("ru", ""), lambda d: d.update(ru=""), lambda d: d.__ior__({"ru": ""}),
    ],
)  # fmt: skip
def test_a_dictionary_inside_a_value_does_not_change_either(change):
    event = Event(**FINE, summary={"en": "Fined."})
    with pytest.raises(TypeError, match="does not change"):
        change(event.summary)
    assert event.summary == {"en": "Fined."}


def test_a_value_keeps_fields_that_it_does_not_know():
    event = Event(**FINE, mood="gloomy")
    assert to_file(event)["mood"] == "gloomy"
    assert Event.model_validate(to_file(event)) == event


def test_when_keeps_the_wording():
    event = Event(**FINE, date="2026-04", date_text="in the second half of April")
    assert (event.when.iso, event.when.wording) == ("2026-04", "in the second half of April")
    assert Event(**FINE).when is None


@pytest.mark.parametrize(
    ("summary", "en", "kk"),
    [
        (None, None, None),
        ("Fined.", "Fined.", None),
        ({"en": "Fined.", "kk": "Айыппұл."}, "Fined.", "Айыппұл."),
        ({"kk": "Айыппұл."}, None, "Айыппұл."),
    ],
)
def test_a_plain_summary_is_english(summary, en, kk):
    event = Event(**FINE, summary=summary)
    assert (event.summary_in("en"), event.summary_in("kk")) == (en, kk)


def test_events_are_in_the_order_of_the_file():
    one, two, three = (Event(**FINE, id=str(n)) for n in range(3))
    bulletin = CodedBulletin(
        source="x",
        entries=(
            Entry(id="a", lines=(1, 1), events=(one, two)),
            Entry(id="b", lines=(2, 2), events=(three,)),
        ),
    )
    letter = CodedLetter(
        source="x",
        kind="open_letter",
        cases=(LetterCase(slug="a", events=(one,)), LetterCase(slug="b", events=(two, three))),
    )
    assert bulletin.events == letter.events == (one, two, three)
