"""The country's data: complete, consistent, and in the letters of its languages."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from barometer.codebook import LANGUAGES, codebook
from barometer.codebook.values import PROVISION
from barometer.countries import country, fold

KZ = country("KZ")
KAZAKH_LETTERS = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
HOSTNAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
NAMED = {
    "region": list(KZ.regions.values()),
    "place": list(KZ.places),
    "abroad": list(KZ.abroad),
    "body": list(KZ.bodies),
    "outlet": list(KZ.outlets),
}


def every_text() -> Iterator[str]:
    """Every name, title and wording of the country."""
    for values in NAMED.values():
        for value in values:
            yield from value.names.values()
            yield from value.spellings
    for law in KZ.laws.values():
        yield from (*law.title.values(), *law.short.values(), *law.genitive.values(), *law.spellings)
    for article in KZ.articles.values():
        yield from (*article.title.values(), *article.spellings, *article.weak)
    for group in (*(w.words for w in KZ.words), *(p.templates for p in KZ.patterns), *KZ.phrases.values()):
        for text in group.values():
            yield from [text] if isinstance(text, str) else text
    for months in KZ.months.values():
        for forms in months:
            yield from forms


def test_regions_are_those_of_the_codebook():
    assert set(KZ.regions) == codebook().regions["KZ"]
    assert len(KZ.regions) == 20


def test_no_two_tiles_are_the_same_and_the_map_is_small():
    tiles = [region.tile for region in KZ.regions.values()]
    assert len(set(tiles)) == 20
    assert all(0 <= column < 7 and 0 <= row < 5 for column, row in tiles)


@pytest.mark.parametrize(
    ("west", "east"),
    [("KZ-27", "KZ-15"), ("KZ-47", "KZ-43"), ("KZ-39", "KZ-55"), ("KZ-35", "KZ-63"), ("KZ-61", "KZ-33")],
)
def test_west_is_left(west, east):
    assert KZ.regions[west].tile[0] < KZ.regions[east].tile[0]


@pytest.mark.parametrize(
    ("north", "south"),
    [("KZ-59", "KZ-11"), ("KZ-27", "KZ-23"), ("KZ-23", "KZ-47"), ("KZ-61", "KZ-79"), ("KZ-19", "KZ-75")],
)
def test_north_is_up(north, south):
    assert KZ.regions[north].tile[1] < KZ.regions[south].tile[1]


@pytest.mark.parametrize(("city", "around"), [("KZ-71", "KZ-11"), ("KZ-75", "KZ-19"), ("KZ-79", "KZ-61")])
def test_a_city_stands_beside_the_region_around_it(city, around):
    (column, row), (other_column, other_row) = KZ.regions[city].tile, KZ.regions[around].tile
    assert abs(column - other_column) + abs(row - other_row) == 1


@pytest.mark.parametrize("code", sorted(KZ.regions))
def test_the_seat_is_a_place_of_the_region(code):
    seat = KZ.find_place(KZ.regions[code].seat)
    assert seat is not None
    assert seat.region == code


@pytest.mark.parametrize("what", NAMED)
def test_names_stand_in_three_languages(what):
    for value in NAMED[what]:
        assert set(value.names) == set(LANGUAGES), value
        assert all(name.strip() == name and name for name in value.names.values()), value


@pytest.mark.parametrize("what", ["region", "place", "body", "abroad"])
def test_english_names_are_latin_and_kazakh_ones_have_kazakh_letters(what):
    kazakh = "".join(value.names["kk"] for value in NAMED[what])
    assert set(kazakh) & KAZAKH_LETTERS
    for value in NAMED[what]:
        assert not re.search(r"[Ѐ-ӿ]", value.names["en"]), value
    assert not any(set(value.names["ru"]) & KAZAKH_LETTERS for value in NAMED[what] if what == "abroad")


def test_no_word_mixes_latin_and_cyrillic_letters():
    mixed = [
        word
        for text in every_text()
        for word in re.findall(r"[^\W\d_]+", text)
        if len({unicodedata.name(letter).split()[0] for letter in word} & {"LATIN", "CYRILLIC"}) > 1
    ]
    assert mixed == []


def test_texts_are_tidy():
    for text in every_text():
        assert text == unicodedata.normalize("NFC", " ".join(text.split())), repr(text)


def test_every_place_is_of_a_region_and_of_a_known_kind():
    for place in KZ.places:
        assert place.region in KZ.regions, place
        assert place.kind in {"city", "town", "village", "district", "city_district"}, place


def test_a_name_of_two_regions_is_marked_ambiguous():
    regions = defaultdict(set)
    for place in KZ.places:
        for name in (*place.names.values(), *place.spellings):
            regions[fold(name)].add(place.region)
    for place in KZ.places:
        if any(len(regions[fold(name)]) > 1 for name in (*place.names.values(), *place.spellings)):
            assert place.ambiguous, place


def test_a_region_has_no_name_of_another_region_or_of_a_place_elsewhere():
    owner: dict[str, str] = {}
    for region in KZ.regions.values():
        for name in {fold(n) for n in (*region.names.values(), *region.short.values(), *region.spellings)}:
            assert owner.setdefault(name, region.code) == region.code, (name, region.code, owner[name])
    for place in KZ.places:
        for name in (*place.names.values(), *place.spellings):
            assert owner.get(fold(name), place.region) == place.region or place.ambiguous, (name, place)


def test_stems_of_adjectives_belong_to_one_region():
    owner: dict[str, str] = {}
    for region in KZ.regions.values():
        for stem in region.stems:
            assert stem == stem.casefold()
            assert owner.setdefault(stem, region.code) == region.code


def test_bodies_are_of_the_codebook_and_of_a_known_region():
    for body in KZ.bodies:
        assert body.type in codebook().actor_types, body
        assert body.region is None or body.region in KZ.regions, body
        assert body.country is None or re.fullmatch("[A-Z]{2}", body.country), body
    for pattern in KZ.patterns:
        assert pattern.type in codebook().actor_types
        assert set(pattern.templates) == set(LANGUAGES)
        slots = {
            slot for texts in pattern.templates.values() for t in texts for slot in re.findall(r"{(.*?)}", t)
        }
        assert slots <= {"place", "region", "number", "field"}


def test_a_name_of_a_body_is_no_name_of_another():
    owner: dict[str, str] = {}
    for body in KZ.bodies:
        for name in {fold(n) for n in (body.name, *body.names.values(), *body.spellings)}:
            assert owner.setdefault(name, body.name) == body.name, (name, body.name, owner[name])


def test_a_name_or_domain_of_an_outlet_is_no_name_of_another():
    owner: dict[str, str] = {}
    for outlet in KZ.outlets:
        assert outlet.type in {"outlet", "media_ngo"}, outlet
        assert all(HOSTNAME.fullmatch(domain) and not domain.startswith("www.") for domain in outlet.domains)
        for name in {fold(n) for n in (outlet.name, *outlet.names.values(), *outlet.spellings)} | set(
            outlet.domains
        ):
            assert owner.setdefault(name, outlet.name) == outlet.name, (name, outlet.name, owner[name])


def test_countries_abroad_have_codes_and_none_is_this_one():
    for place in KZ.abroad:
        assert re.fullmatch("[A-Z]{2}", place.country)
        assert place.country != "KZ"
        assert place.kind in {"country", "city"}
        assert not KZ.find_places(place.name) or KZ.find_places(place.name)[0].ambiguous


def test_articles_are_of_a_law_and_provisions_of_the_codebook():
    for code, article in KZ.articles.items():
        assert PROVISION.fullmatch(code)
        assert article.law in KZ.laws
        assert set(article.title) == set(LANGUAGES)
    for code, law in KZ.laws.items():
        assert PROVISION.fullmatch(code)
        assert set(law.title) == set(law.short) == set(LANGUAGES)
        assert set(law.genitive) == {"ru", "kk"}


def test_a_wording_of_an_offence_names_one_article():
    owner: dict[str, str] = {}
    for code, article in KZ.articles.items():
        for wording in article.spellings:
            assert owner.setdefault(fold(wording), code) == code, (wording, code)
        assert not set(article.spellings) & set(article.weak)


def test_a_citation_names_one_law():
    owner: dict[str, str] = {}
    for code, law in KZ.laws.items():
        for name in (*law.title.values(), *law.short.values(), *law.spellings):
            assert owner.setdefault(fold(name), code) == code, (name, code, owner[fold(name)])


def test_words_point_to_types_of_the_codebook():
    known = {
        "body": codebook().actor_types,
        "actor": codebook().actor_types,
        "target": codebook().target_types,
        "company_form": codebook().actor_types,
        "place": {"city", "village", "district", "region"},
        "law": {"article", "part"},
    }
    for group in KZ.words:
        assert group.type in known[group.use], group
        assert set(group.words) == set(LANGUAGES), group
        assert all(group.words.values()), group


def test_every_type_that_a_reader_may_need_has_words():
    by_use = {use: {g.type for g in KZ.words if g.use == use} for use in ("body", "actor", "target")}
    assert by_use["target"] >= set(codebook().target_types) - {"public"}
    assert by_use["body"] | by_use["actor"] >= set(codebook().actor_types) - {
        "international_body",
        "journalist",
    }


def test_months_are_twelve_and_no_form_means_two():
    for language in LANGUAGES:
        assert len(KZ.months[language]) == 12
        forms = [form.casefold() for month in KZ.months[language] for form in month]
        assert len(forms) == len(set(forms))
    assert [month[0] for month in KZ.months["kk"]][:3] == ["қаңтар", "ақпан", "наурыз"]
    assert "қаңтарда" in KZ.months["kk"][0]
    assert "январе" in KZ.months["ru"][0]


def test_no_patronymic_is_in_the_data():
    patronymic = re.compile(
        r"\b[А-ЯЁ]\w+(?:ович|евич|овна|евна|қызы)\b|\b[A-Z]\w+(?:ovich|evich|ovna|evna|kyzy|qyzy)\b"
    )
    assert [text for text in every_text() if patronymic.search(text)] == []


@pytest.mark.shared
def test_no_person_of_the_measuring_data_is_in_the_data():
    folder = Path(os.environ.get("DATA", "../shared")) / "data"
    files = sorted(folder.glob("*.gold.json"))
    if not files:
        pytest.skip(f"the measuring data is not at {folder}: set DATA to its folder")
    people = {
        fold(mention["name"])
        for file in files
        for mention in _mentions(json.loads(file.read_text(encoding="utf-8")))
        if mention["type"] not in {"outlet", "media_ngo"} and len(mention["name"].split()) == 2
    }
    ours = {fold(text) for text in every_text()}
    bodies = {fold(body.name) for body in KZ.bodies}
    assert (people & ours) - bodies == set()


def _mentions(node: object) -> Iterator[dict[str, str]]:
    """Every target that is a person, wherever it stands."""
    if isinstance(node, dict):
        yield from (target for target in node.get("targets") or [] if isinstance(target, dict))
        for value in node.values():
            yield from _mentions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _mentions(value)
