"""Drafts of whatever can be coded: whole sentences without stray marks, and no warning about themselves."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tried import tried

from barometer.cases.values import NOBODY, Case, CaseEvent
from barometer.codebook import LANGUAGES, Event, codebook
from barometer.publication.drafting import draft_item, draft_person, misfits
from tests.generative.test_codebook_properties import events

#: What is wrong in a text whoever is named in it.
_STRAY = re.compile(r"[{}\[\]<>|~\x00-\x1f]|  ")
#: And where names are names.
_LOOSE = re.compile(r" [,.;:)]|\( |\(\)|«»|\.\.|,,|\bNone\b")
#: A person's name and others, to be put together at random.
NAMES = {
    "person": ("Saule Oydan", "Dina Qiyalova", "Timur Ertekov", "Әсем Қиялқызы", "Ербол Киялов"),
    "outlet": ("Oyla", "Tus FM", "Қиял", "Qural.media"),
    "body": ("police", "court", "Taraz City Court", "Ministry of Justice", "Bos Qural LLP", "unknown"),
}
KNOWN = date(2032, 1, 1)
DAYS = st.sampled_from(["2031-03-17", "2031-03", "2031", "2031-03-30/2031-04-05", "2030-12-31"])


@tried(50)
@given(st.lists(events(), min_size=1, max_size=3), st.sampled_from(LANGUAGES))
def test_whatever_is_valid_is_drafted(some, language):
    draft = draft_item(some, language)
    assert draft.text.endswith((".", "!", "?", "…"))
    assert _STRAY.search(draft.text) is None, draft.text
    assert all(0 <= start < end <= len(draft.text) for start, end, _ in draft.links)
    assert {place for *_, place in draft.links} == set(range(len(some)))


@tried(25)
@given(st.lists(events(), min_size=1, max_size=3), st.sampled_from(LANGUAGES))
def test_whoever_is_hit_has_a_paragraph_on_any_day(some, language):
    case = Case("x", tuple(CaseEvent(str(n), one, ("s",), KNOWN) for n, one in enumerate(some)))
    for subject in {NOBODY, *(target.name for one in some for target in one.targets)}:
        draft = draft_person(case, subject, date(2031, 6, 1), language)
        assert draft.text.endswith((".", "!", "?", "…"))
        assert _STRAY.search(draft.text) is None, draft.text
        assert all(0 <= start < end <= len(draft.text) for start, end, _ in draft.links)


@st.composite
def real_events(draw):
    """Events as desks code them: names that are names, articles that are in the country's data."""
    book = codebook()
    kind, main = draw(
        st.sampled_from(
            [("relief" if one.startswith("outcome") else "context" if one.startswith("context") else "violation", one) for one in book.types]
        )
    )  # fmt: skip
    types = (main, "legal.civil_suit") if kind == "relief" else (main,)
    people = draw(st.lists(st.sampled_from(NAMES["person"]), max_size=2, unique=True))
    targets = [{"name": one, "written": one, "type": "journalist"} for one in people]
    if draw(st.booleans()):
        outlet = draw(st.sampled_from(NAMES["outlet"]))
        targets.append({"name": outlet, "written": outlet, "type": "outlet"})
    actors = []
    if draw(st.booleans()):
        name = draw(st.sampled_from(NAMES["body"]))
        type_ = {"police": "police", "Ministry of Justice": "ministry", "Bos Qural LLP": "company", "unknown": "unknown"}.get(name, "court")  # fmt: skip
        actors.append(
            {"name": name, "type": type_, "role": draw(st.sampled_from(["decider", "complainant"]))}
        )
    return Event(
        kind=kind,
        types=types,
        date=draw(st.none() | DAYS),
        phase={"violation": draw(st.sampled_from(["imposed", "step"])), "relief": "ended"}.get(kind),
        alleged=kind != "relief" and draw(st.booleans()),
        people_hit=draw(st.none() | st.integers(1, 40)),
        place=draw(st.none() | st.sampled_from([{"name": "Almaty"}, {"region": "KZ-39"}, {"name": "Taraz"}])),
        targets=targets,
        actors=actors,
        provisions=draw(st.sampled_from([(), ("KZ-CC-274",), ("KZ-CAO-120-3",), ("KZ-CIVIL-143",)])),
        upcoming=draw(st.sampled_from([None, ({"date": "2031-05-17", "what": "court hearing"},)])),
    )


def test_a_draft_is_clean_and_has_nothing_that_its_own_events_do_not_bear():
    drafted, warned = 0, []

    @settings(max_examples=40, deadline=None, database=None)
    @given(st.lists(real_events(), min_size=1, max_size=2), st.sampled_from(LANGUAGES))
    def count(some, language):
        nonlocal drafted
        text = draft_item(some, language).text
        drafted += 1
        assert _STRAY.search(text) is None and _LOOSE.search(text) is None, text
        if found := misfits(text, some, language):
            warned.append((text, [(one.kind, one.words) for one in found]))

    count()
    assert len(warned) <= drafted * 0.05, warned
