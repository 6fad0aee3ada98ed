"""The crosswalk: every type is ours, every term was read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from barometer.codebook import codebook
from barometer.codebook.crosswalk import Mapped, Scheme, crosswalk


def in_scheme(code: str, scheme: str) -> list[tuple[str, str, str | None]]:
    return [
        (one.term, one.fit, one.when)
        for one in crosswalk().mapped
        if (one.code, one.scheme) == (code, scheme)
    ]


def test_what_is_what_elsewhere():
    assert in_scheme("legal.house_arrest", "rsf") == [("detained: house arrest", "direct", None)]
    assert in_scheme("legal.house_arrest", "us") == [("arrest-criminal-charge", "near", None)]
    assert in_scheme("legal.conviction", "coe") == [
        ("A2", "direct", "jailed"),
        ("A3", "direct", "not jailed"),
    ]
    assert in_scheme("life.killing", "sdg") == [("killing", "direct", None)]
    assert in_scheme("digital.outage", "mapmf") == []


def test_most_types_have_a_place_somewhere():
    mapped = {one.code for one in crosswalk().mapped}
    assert mapped <= set(codebook().types)
    assert set(codebook().types) - mapped <= {
        "legal.disbarment", "legal.travel_ban", "digital.outage", "information.evasion", "censorship.self",
        "context.appeal", "context.ranking", "outcome.victim_status", "outcome.disciplinary", "outcome.access_granted",
    }  # fmt: skip


def test_a_type_or_term_that_is_none_is_refused():
    good = crosswalk()
    with pytest.raises(ValueError, match="no type of codebook"):
        replace(good, mapped=(Mapped("legal.nothing", "us", "assault", "direct", None),))
    with pytest.raises(ValueError, match="no term of scheme 'us'"):
        replace(good, mapped=(Mapped("legal.fine", "us", "punishment", "direct", None),))
    assert all(isinstance(scheme, Scheme) and scheme.version and scheme.unit for scheme in good.schemes)


@pytest.mark.shared
def test_no_term_is_from_memory(shared_data):
    """Each part of each term stands in what was read, and not behind the mark of what was not."""
    path = shared_data.parent / "codebook" / "CROSSWALK.md"
    if not path.is_file():
        pytest.skip("no crosswalk beside the measuring data")
    read = re.sub(r"†[^.;|)]*", "", path.read_text(encoding="utf-8")).casefold()
    squeezed = re.sub(r"[\s_`]+", " ", read)
    for scheme in crosswalk().schemes:
        for term in scheme.terms:
            parts = re.split(r" · | › |: ", term)
            missing = [one for one in parts if re.sub(r"[\s_`]+", " ", one.casefold()) not in squeezed]
            assert not missing, (scheme.id, term)
