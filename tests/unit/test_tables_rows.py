"""Headings → columns, cells → values, rows → events, and back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.codebook import Event, codebook
from barometer.errors import UnknownValue
from barometer.pipeline import cells, sheets
from barometer.pipeline.columns import Mapped, Problem, columns, folded, guess, words
from barometer.pipeline.rows import cells_of, cells_of_event, read_cells, refuse_twins
from barometer.sources.tables import read_table

LEAST = {"date": "17.03.2031", "type": "Fine", "targets": "Oyla", "target_types": "outlet"}


def read_rows(table, mapped):
    """Every row read by itself."""
    return [read_cells(number, cells, mapped) for number, cells in cells_of(table, mapped)]


def read(number: int = 2, **changed: str):
    """A row of the least cells, changed."""
    return read_cells(number, LEAST | changed, Mapped({}))


def problems(**changed: str) -> list[tuple[str, str]]:
    """(column, code) of what is the matter with it."""
    return [(problem.column, problem.code) for problem in read(**changed).problems]


# --- the data ---------------------------------------------------------------------------------------------------


def test_every_column_has_its_words_in_three_languages():
    for column in columns().values():
        for texts in (column.label, column.help):
            assert set(texts) == {"en", "ru", "kk"} and all(texts.values()), column.name
        assert not column.list or column.terms
        assert not column.beside or column.beside in columns()


def test_no_heading_means_two_columns():
    seen: dict[str, str] = {}
    for name, column in columns().items():
        for spelling in {folded(one) for one in (name, *column.label.values(), *column.synonyms)}:
            assert seen.setdefault(spelling, name) == name, spelling


def test_every_problem_can_be_said_in_three_languages():
    for row in words()["problem"]:
        for language in ("en", "ru", "kk"):
            more = {"unknown": "legal.fine", "no_type_of": "target_types"}.get(row["code"], "7")
            told = Problem(row["code"], "type", "word", more).in_words(language)
            assert not re.search(r"[{}]", told)


def test_the_reference_page_tells_every_column():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "table-columns.md").read_text(encoding="utf-8")
    assert page == sheets.manual()


def test_lists_name_each_code_once():
    """A label in a cell is one code, whatever language it is in."""
    for column in columns().values():
        for language in ("en", "ru", "kk"):
            for code, term in column.terms.items():
                assert cells.code(column.name, term.in_language(language)) == code


# --- headings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "taken"),
    [
        (["Date", "Type of violation", "Victims", "City", "Link"], "date type targets place address"),
        (["№ п/п", "Дата события", "Вид нарушения", "ФИО", "Регион"], "id date type targets region"),
        (["Р/с №", "Оқиға күні", "Бұзушылық түрі", "Облыс", "Сілтеме"], "id date type region address"),
        (["DATE:", "  тип  ", "Дата сабытия", "Коментарий"], "date type None note"),
        (["Погода", "x", "(C)"], "None None None"),
    ],
)
def test_headings_are_guessed(headings, taken):
    found = guess(headings)
    assert [str(found.columns.get(heading)) for heading in headings] == taken.split()


def test_a_mapping_of_two_headings_to_one_column_is_refused():
    with pytest.raises(UnknownValue, match="'A' and 'B' are both"):
        Mapped({"A": "date", "B": "date"})
    with pytest.raises(UnknownValue, match="no column 'weather'"):
        Mapped({"A": "weather"})


# --- dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2031-03-17", "2031-03-17"),
        ("17.03.2031", "2031-03-17"),
        ("7.3.2031 г.", "2031-03-07"),
        ("17/03/2031", "2031-03-17"),
        ("2031-03-17 00:00:00", "2031-03-17"),
        ("2031-03-17T09:30", "2031-03-17"),
        ("17 марта 2031 года", "2031-03-17"),
        ("17-го марта 2031", "2031-03-17"),
        ("March 17, 2031", "2031-03-17"),
        ("17th of March 2031", None),
        ("2031 жылғы 17 наурыз", "2031-03-17"),
        ("17 наурыз 2031", "2031-03-17"),
        ("март 2031", "2031-03"),
        ("2031 жылғы наурыз", "2031-03"),
        ("03.2031", "2031-03"),
        ("2031", "2031"),
        ("2031 г.", "2031"),
        ("2031Q1", "2031-01/2031-03"),
        ("30.03.2031 – 05.04.2031", "2031-03-30/2031-04-05"),
        ("30.03–05.04.2031", "2031-03-30/2031-04-05"),
        ("17–19 марта 2031", "2031-03-17/2031-03-19"),
        ("с 30 марта по 5 апреля 2031 г.", "2031-03-30/2031-04-05"),
        ("2031-03-30/2031-04-05", "2031-03-30/2031-04-05"),
        ("март–апрель 2031", "2031-03/2031-04"),
        ("31.02.2031", None),
        ("05.04.2031-30.03.2031", None),
        ("03/17/2031", None),
        ("вчера", None),
        ("0000", None),
        ("99999999999", None),
    ],
)
def test_dates_as_people_write_them(written, iso):
    if iso is None:
        with pytest.raises(cells.Refused) as caught:
            cells.day(written)
        assert caught.value.problem.code == "no_date"
    else:
        assert cells.day(written) == iso


@pytest.mark.parametrize(
    ("written", "code"), [("17 марта", "no_year"), ("17.03.31", "no_year"), ("46098", "serial")]
)
def test_what_a_date_lacks_is_said(written, code):
    with pytest.raises(cells.Refused) as caught:
        cells.day(written)
    assert caught.value.problem.code == code


@given(st.text(alphabet="0123456789.-/– мартаQ", max_size=24))
def test_no_cell_breaks_the_reading_of_dates(text):
    try:
        found = cells.day(text)
    except cells.Refused:
        return
    assert Event(kind="violation", types=("legal.fine",), date=found).when


# --- rows -------------------------------------------------------------------------------------------------------


def test_the_least_row():
    event = read().event
    assert (event.kind, event.phase, event.types, event.date) == (
        "violation",
        "imposed",
        ("legal.fine",),
        "2031-03-17",
    )
    assert [(who.name, who.type) for who in event.targets] == [("Oyla", "outlet")]


@pytest.mark.parametrize(
    ("kind", "type_", "phase"),
    [("relief", "Released", "ended"), ("context", "context.bill", None), ("violation", "Штраф", "imposed")],
)
def test_kind_and_phase_follow_from_the_type(kind, type_, phase):
    released = codebook().types["outcome.released"].label["en"]
    event = read(type=released if type_ == "Released" else type_).event
    assert (event.kind, event.phase) == (kind, phase)


def test_several_values_in_a_cell():
    event = read(
        type="legal.detention",
        more_types="Штраф; legal.detention",
        targets="Oyla; Dina Qiyalova;",
        target_types="outlet; Журналист",
        actors="Invented Police; Some Guard",
        actor_types="police; security_guard",
        actor_roles="decider",
        provisions="KZ-CC-274; статья 130 Уголовного кодекса",
    ).event
    assert event.types == ("legal.detention", "legal.fine")
    assert [who.type for who in event.targets] == ["outlet", "journalist"]
    assert [(who.type, who.role) for who in event.actors] == [
        ("police", "decider"),
        ("security_guard", "decider"),
    ]
    assert event.provisions == ("KZ-CC-274", "KZ-CC-130")


def test_places_by_any_name():
    place = read(region="г. Алматы").event.place
    assert (place.country, place.region, place.name) == ("KZ", "KZ-75", None)
    place = read(place="Алматы").event.place
    assert (place.name, place.region) == ("Almaty", "KZ-75")
    assert read(place="Oydyrma", region="Костанайская область").event.place.region == "KZ-39"
    assert read(country="Грузия").event.place.country == "GE"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"date": ""}, [("date", "missing")]),
        ({"type": "", "date": "вчера"}, [("type", "missing"), ("date", "no_date")]),
        ({"type": "Fined"}, [("type", "unknown")]),
        ({"target_types": "outlet; journalist"}, [("target_types", "uneven")]),
        ({"target_types": ""}, [("targets", "no_type_of")]),
        ({"region": "Oydyrma"}, [("region", "no_region")]),
        ({"country": "Oydyrma"}, [("country", "no_country")]),
        ({"people_hit": "несколько"}, [("people_hit", "no_number")]),
        ({"people_hit": "-3"}, [("people_hit", "no_number")]),
        ({"people_hit_exact": "да"}, [("people_hit_exact", "rule")]),
        ({"alleged": "наверное"}, [("alleged", "no_yes")]),
        ({"background": "?"}, [("background", "no_yes")]),
        ({"address": "oyla.example"}, [("address", "no_address")]),
        ({"address": "javascript:alert(1)"}, [("address", "no_address")]),
        ({"provisions": "что-то там"}, [("provisions", "no_provision")]),
        ({"case": "Дело Ойла"}, [("case", "rule")]),
        ({"kind": "relief"}, [("type", "rule")]),
        ({"phase": "ended"}, [("phase", "rule")]),
        ({"targets": "x" * 301}, [("targets", "too_long")]),
        ({"id": "x" * 121}, [("id", "too_long")]),
    ],
)
def test_what_is_the_matter_is_said_with_its_column(changed, found):
    assert problems(**changed) == found
    assert read(**changed).event is None


def test_a_near_word_is_offered():
    (problem,) = read(type="Штрафы").problems
    assert problem.more == "legal.fine"
    assert (
        cells.nearest("type", "Побили на площади") == ""
    )  # nothing is offered that is only a little like it
    assert problem.in_words("ru") == "Вид: «Штрафы» нет в списке кодификатора. Ближайшее: Штраф."


def test_words_of_the_mapping_stand_for_codes():
    mapped = Mapped({}, {"target_types": "outlet"}, {"type": {"побили": "obstruction.physical_attack"}})
    row = read_cells(2, {"date": "2031", "type": "Побили!", "targets": "Oyla"}, mapped)
    assert row.event.types == ("obstruction.physical_attack",)
    assert row.event.targets[0].type == "outlet"
    stale = Mapped({}, {}, {"type": {"побили": "no.such_type"}})
    assert read_cells(2, LEAST | {"type": "побили"}, stale).problems[0].code == "unknown"


def test_rows_of_one_key_are_told_apart():
    own = refuse_twins([read(2, id="7"), read(3, id="8"), read(4, id="7", date="2031")])
    assert [row.problems and row.problems[0].code for row in own] == [(), (), "twice"]
    alike = refuse_twins([read(2), read(3, date="2031"), read(4, note="the same in all that counts")])
    assert [row.problems and row.problems[0].code for row in alike] == [(), (), "alike"]
    assert alike[2].problems[0].more == "2"


# --- there and back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_filled_in_and_written_out_again_is_the_same(language, kind):
    table = read_table(sheets.template(language, kind), f"t.{kind}")
    mapped = guess(table.headings)
    assert len(mapped.columns) == len(columns()) - 1  # all but the record
    assert read_rows(table, mapped) == []  # the example is left out
    example = dict(zip(mapped.columns.values(), table.rows[0].cells, strict=True))
    row = read_cells(2, example | {"id": "1"}, mapped)
    assert not row.problems
    assert row.event.types == ("legal.fine",)
    out = cells_of_event(
        row.event, language, number="1", headline=row.headline, texts=row.texts, address=row.address
    )
    again = read_table(sheets.written([out], language, kind), f"x.{kind}")
    assert read_rows(again, guess(again.headings)) == [row]


def test_a_whole_event_comes_back():
    event = Event.model_validate(
        {
            "kind": "violation",
            "types": ["legal.detention", "obstruction.equipment"],
            "date": "2031-03-30/2031-04-05",
            "date_text": "at the turn of April",
            "phase": "step",
            "alleged": ["obstruction.equipment"],
            "work_link": "alleged",
            "people_hit": 0,
            "place": {"country": "KZ", "name": "Oydyrma", "region": "KZ-10"},
            "targets": [{"name": "Dina Qiyalova", "written": "D. Qiyalova", "type": "journalist"}],
            "actors": [{"name": "=Police", "written": "-", "type": "police", "role": "executor"}],
            "provisions": ["KZ-CC-274"],
            "case": "oyla-274",
            "background": True,
            "note": "@desk: \n+7",
            "summary": {"en": "One", "kk": "Бір"},
        }
    )
    for kind in ("csv", "xlsx"):
        data = sheets.written([cells_of_event(event, "kk", number="=1")], "kk", kind)
        table = read_table(data, f"x.{kind}")
        (row,) = read_rows(table, guess(table.headings))
        assert row.event.model_dump(exclude_unset=True) == event.model_dump(exclude_unset=True)
        assert row.key == "=1"


@given(st.dictionaries(st.sampled_from(sorted(columns())), st.text(max_size=60)))
def test_no_cells_break_the_reading_of_a_row(given_cells):
    row = read_cells(2, given_cells, Mapped({}))
    assert bool(row.event) != bool(row.problems)
    for problem in row.problems:
        for language in ("en", "ru", "kk"):
            assert problem.in_words(language)


def test_csv_written_has_no_cell_that_is_a_formula():
    rows = [dict.fromkeys(columns(), '=cmd|"/C calc"!A0')]
    for line in sheets.written(rows, "en", "csv").decode("utf-8-sig").splitlines()[1:]:
        assert not re.search(r'(^|;)"?[=+\-@]', line)
