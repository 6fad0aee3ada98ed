"""The check of a coded file: each error at its path in plain words, bytes that are no coded file in one line."""

from __future__ import annotations

import json
import re

import pytest

from barometer.codebook import CodedBulletin, CodedLetter
from barometer.codebook.check import MAX_BYTES, MAX_DEPTH, check, check_file, load
from barometer.codebook.examples import examples, file_of
from barometer.errors import BadInput, TooLarge, Unreadable, WrongShape

EVENT = {"kind": "violation", "types": ["legal.fine"], "date": "2031-03"}
GROUND = {"span": [3, 7], "text_sha256": "ab" * 32, "rule": "outlets", "version": "1", "confidence": 0.5}
TARGET = {"name": "Oyla", "written": "Oyla", "type": "outlet"}
JARGON = re.compile(
    r"pydantic|https?:|Input should|validation error|tuple|dict|Value error|StrictStr|NoneType"
)


def errors(document):
    return [(found.path, found.message) for found in check(document) if found.level == "error"]


def event(**change):
    return file_of([{**EVENT, **change}])


# A change to one event → the paths of the errors, under entries.0.events.0, with words of the first.
WRONG = [
    ({"types": ["legal.fine", "legal.nix", 3]}, ["types.1", "types.2"], "'legal.nix' is not a type of codebook 1.2"),
    ({"types": []}, ["types"], "this has 0 of at least 1"),
    ({"types": "legal.fine"}, ["types"], 'this is to be a list, not "legal.fine"'),
    ({"types": ["legal.fine", "legal.fine"]}, ["types"], "one type twice"),
    ({"kind": "rumour"}, ["kind"], "'rumour' is not a kind"),
    ({"kind": None}, ["kind"], "this is to be a text, not null"),
    ({"kind": "relief"}, ["types.0"], "starts with an outcome"),
    ({"kind": "relief", "alleged": True, "phase": "step"}, ["types.0", "alleged", "phase"], "starts with an outcome"),
    ({"kind": "relief", "date": "2031-13", "alleged": True}, ["date", "types.0", "alleged"], "not a month"),
    ({"kind": "context", "types": ["outcome.dismissed"]}, ["types.0"], "makes the event relief"),
    ({"date": 2031}, ["date"], "this is to be a text, not 2031"),
    ({"phase": "over"}, ["phase"], "'over' is not a phase"),
    ({"alleged": "yes"}, ["alleged"], "neither true nor false"),
    ({"alleged": ["legal.arrest"]}, ["alleged"], "types that the event does not have"),
    ({"people_hit": 3.0}, ["people_hit"], "this is to be a whole number, not 3.0"),
    ({"people_hit": -1, "people_hit_exact": True}, ["people_hit"], "-1 is less than 0"),
    ({"people_hit": 10**15}, ["people_hit"], "is more than 2147483647"),
    ({"background": "no"}, ["background"], "this is to be true or false"),
    ({"place": "Oral"}, ["place"], "this is to be an object"),
    ({"place": {"country": "KZ", "region": "KZ-99"}}, ["place.region"], "region 'KZ-99' is not in ISO 3166-2:KZ"),
    ({"place": {"country": "Kaz"}}, ["place.country"], "two letters"),
    ({"place": {"country": None}}, ["place.country"], "this is to be a text, not null"),
    ({"targets": {}}, ["targets"], "this is to be a list, not an object"),
    ({"targets": [TARGET, {"name": ""}]}, ["targets.1.name", "targets.1.written", "targets.1.type"], "not to be empty"),
    ({"targets": [{**TARGET, "type": "king"}]}, ["targets.0.type"], "'king' is not a type of target"),
    ({"targets": ["Oyla"]}, ["targets.0"], 'this is to be an object, not "Oyla"'),
    ({"actors": [{**TARGET, "type": "court", "role": "judge"}]}, ["actors.0.role"], "a role of an actor"),
    ({"provisions": ["KZ-CC-274", "Art. 1"]}, ["provisions.1"], "is not written like"),
    ({"provisions": ["KZ-" + "A" * 50]}, ["provisions.0"], "longer than 40 signs"),
    ({"case": "A b"}, ["case"], "is not a slug"),
    ({"summary": {"en": 3}}, ["summary"], "neither a text nor texts by language"),
    ({"summary": {"fr": "x"}}, ["summary"], "languages other than en, ru, kk"),
    ({"upcoming": [{"date": "soon", "what": "x"}, {"date": "2031"}]}, ["upcoming.0.date", "upcoming.1.what"], "not a date"),
    ({"grounds": {"targets.0.name": {**GROUND, "span": [7, 3]}}}, ["grounds.targets.0.name.span"], "left to right"),
    ({"grounds": {"kind": {**GROUND, "span": [1, 2, 3]}}}, ["grounds.kind.span"], "more than 2"),
    ({"grounds": {"kind": {**GROUND, "text_sha256": "x"}}}, ["grounds.kind.text_sha256"], "SHA-256"),
    ({"grounds": {"kind": {**GROUND, "confidence": "high"}}}, ["grounds.kind.confidence"], "this is to be a number"),
    ({"grounds": {"kind": 3}}, ["grounds.kind"], "this is to be an object, not 3"),
    ({"grounds": []}, ["grounds"], "this is to be an object, not a list"),
    ({"note": "a\0b"}, ["note"], "is no letter"),
    ({"note": "\ud800"}, ["note"], "is no letter"),
    ({"\udfff": 1}, ["\\udfff"], "is no letter"),
    ({"mood": float("inf")}, ["mood"], "too large"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "paths", "words"), WRONG)
def test_each_error_has_its_path_and_plain_words(change, paths, words):
    found = errors(event(**change))
    assert [path for path, _ in found] == [f"entries.0.events.0.{path}" for path in paths]
    assert words in found[0][1]
    for path, message in found:
        assert not JARGON.search(message)
        assert len(message) <= 300
        assert (path + message).isprintable()
        (path + message).encode()


WHOLE = [
    ([], "", "a coded file is one object, and this is a list"),
    (None, "", "this is null"),
    (3, "", "this is 3"),
    ("x" * 500, "", "…"),
    ({"source": "x"}, "entries", "this is missing"),
    ({"source": "x", "entries": {}}, "entries", "this is to be a list, not an object"),
    ({"source": "x", "entries": [3]}, "entries.0", "this is to be an object, not 3"),
    ({"source": "x", "entries": [{"id": "a", "lines": [3, 2]}]}, "entries.0.lines", "are not a range"),
    ({"source": "x", "entries": [{"id": "a", "lines": [3]}]}, "entries.0.lines.1", "this is missing"),
    ({"source": "x", "entries": [{"id": "a" * 121, "lines": [1, 1]}]}, "entries.0.id", "longer than 120 signs"),
    ({"source": "x", "entries": [], "quarter": "Q1"}, "quarter", "write 2026Q1"),
    ({"source": "x", "entries": [], "language": "English"}, "language", "two letters"),
    ({"kind": "letter", "source": "x"}, "kind", "a letter has open_letter"),
    ({"kind": "open_letter"}, "source", "this is missing"),
    ({"kind": "open_letter", "source": "x", "cases": [{"slug": "A"}]}, "cases.0.slug", "is not a slug"),
    ({"kind": "open_letter", "source": "x", "legal_provisions": ["274"]}, "legal_provisions.0", "is not written like"),
    ({"kind": "open_letter", "source": "x", "cases": [{"events": [{**EVENT, "kind": "relief"}]}]},
     "cases.0.events.0.types.0", "starts with an outcome"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path", "words"), WHOLE)
def test_an_error_of_the_whole_file(document, path, words):
    [(at, message)] = errors(document)
    assert at == path
    assert words in message
    assert not JARGON.search(message)


def test_errors_in_a_part_do_not_hide_those_of_the_whole():
    document = file_of([{**EVENT, "kind": "relief", "date": "soon"}])
    document["entries"].append({"id": "e-1", "lines": [2, 1]})
    assert [path for path, _ in errors(document)] == [
        "entries.0.events.0.date", "entries.1.lines", "entries.0.events.0.types.0", "entries.1.id",
    ]  # fmt: skip


def test_a_key_that_stands_twice_is_told_with_its_path(tmp_path):
    path = tmp_path / "twice.json"
    path.write_text('{"source": "x", "entries": [{"id": "a", "id": "b", "id": "c", "lines": [1, 1]}]}')
    [finding] = [found for found in check_file(path) if found.level == "error"]
    assert (finding.path, finding.message) == ("entries.0.id", "this key stands twice in its object")
    with pytest.raises(WrongShape):
        load(path)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200, 900])
def test_what_is_nested_too_deeply_is_one_error(depth):
    document = value = {}
    for _ in range(depth):
        value["x"] = value = {}
    [(path, message)] = errors(document)
    assert (path, f"more than {MAX_DEPTH} deep" in message) == ("", True)


def test_what_is_nested_less_deeply_is_kept():
    inside = "x"
    for _ in range(MAX_DEPTH - 5):
        inside = [inside]
    assert errors(event(mood=inside)) == []


# --- files ------------------------------------------------------------------------------------------------

GOOD = json.dumps(event()).encode()
BYTES = {
    "empty": (b"", Unreadable, "the file is empty"),
    "blank": (b" \n\t ", Unreadable, "the file is empty"),
    "binary": (bytes(range(256)), Unreadable, "not text in UTF-8"),
    "cp1251": ('{"source": "Суд"}'.encode("cp1251"), Unreadable, "line 1: this is not text in UTF-8"),
    "koi8": (b'{\n"source": ' + "Суд".encode("koi8-r"), Unreadable, "line 2: this is not text in UTF-8"),
    "utf16": (GOOD.decode().encode("utf-16"), Unreadable, "not text in UTF-8"),
    "cut": (GOOD[:-5], Unreadable, "line 1, column"),
    "words": (b"Oyla was fined.", Unreadable, "line 1, column 1: this is not JSON"),
    "two": (GOOD + GOOD, Unreadable, "this is not JSON: extra data"),
    "nan": (b'{"source": NaN}', Unreadable, "NaN is not a number in JSON"),
    "infinity": (b'{"source": -Infinity}', Unreadable, "-Infinity is not a number"),
    "endless": (b'{"source": ' + b"1" * 5000 + b"}", Unreadable, "more than 20 figures"),
    "deep lists": (b"[" * 100_000, WrongShape, f"more than {MAX_DEPTH} deep"),
    "deep objects": (b'{"a":' * 100_000, WrongShape, f"more than {MAX_DEPTH} deep"),
    "large": (b" " * (MAX_BYTES + 1), TooLarge, "larger than 20 MB"),
}


@pytest.mark.parametrize("read", [load, check_file])
@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_coded_file_are_refused_in_one_line(name, read, tmp_path):
    content, kind, words = BYTES[name]
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(kind) as refused:
        read(path)
    line = str(refused.value)
    assert line.startswith(f"{path}: ")
    assert words in line
    assert "Next: " in line
    assert "\n" not in line


def test_a_file_of_200_mb_is_refused_without_being_read_whole(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    with pytest.raises(TooLarge):
        load(path)


@pytest.mark.parametrize("read", [load, check_file])
def test_no_file_and_no_regular_file_are_refused(read, tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.json"):
        with pytest.raises(Unreadable, match="Next: "):
            read(path)


def test_load_names_the_first_error_and_how_many_more(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(event(kind="relief", date="soon", people_hit=-1)))
    with pytest.raises(WrongShape) as refused:
        load(path)
    assert str(refused.value) == (
        f"{path}: entries.0.events.0.date: 'soon' is not a date: write 2026-03-15, 2026-03 or 2026 (2 more errors). "
        f"Next: see every finding with: barometer codebook check {path}."
    )


def test_load_reads_what_is_right_with_or_without_a_mark_at_the_start(tmp_path):
    path = tmp_path / "good.json"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + GOOD)
        assert load(path) == CodedBulletin.model_validate(event())
    path.write_text(json.dumps({"kind": "open_letter", "source": "x"}))
    assert load(path) == CodedLetter(kind="open_letter", source="x")


def test_a_file_with_warnings_only_is_loaded(tmp_path):
    path = tmp_path / "old.json"
    path.write_bytes(GOOD)
    assert {found.level for found in check_file(path)} == {"warning"}
    assert load(path).events[0].types == ("legal.fine",)


def test_a_file_with_errors_is_a_bad_input():
    assert issubclass(WrongShape, BadInput)


def test_all_worked_examples_in_one_file_are_read_back(tmp_path):
    path = tmp_path / "examples.json"
    rows = [
        {**example.file()["entries"][0], "id": str(n), "lines": [n, n]}
        for n, example in enumerate(examples(), 1)
    ]
    path.write_text(json.dumps({**file_of([]), "entries": rows}), encoding="utf-8")
    assert check_file(path) == []
    assert load(path).events == tuple(event for example in examples() for event in example.events)


# --- the measuring data -----------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bulletin-2026q1", "bulletin-2026q1.ru", "bulletin-2026q1.kk"])
def test_the_hand_coded_bulletins_are_by_the_codebook(name, shared_data):
    path = shared_data / f"{name}.gold.json"
    assert [found for found in check_file(path) if found.level == "error"] == []
    assert (len(load(path).entries), len(load(path).events)) == (73, 101)


@pytest.mark.shared
def test_the_hand_coded_letter_is_by_the_codebook(shared_data):
    path = shared_data / "letter-2026-04-13.gold.json"
    assert [found for found in check_file(path) if found.level == "error"] == []
    assert (len(load(path).cases), len(load(path).events)) == (9, 21)
