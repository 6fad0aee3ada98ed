"""Answers as drafts: facts stand where they belong, blanks are seen and listed, the risks are told."""

from __future__ import annotations

import re
from datetime import date

import pytest

from barometer.errors import UnknownValue
from barometer.reach.notices import (
    Notice,
    draft_counter,
    draft_facts,
    draft_kinds,
    facts_of,
    is_ready,
    kind_for,
)

NOTICE = Notice(
    "7",
    "mail",
    sender="Orlin Rights Bureau",
    recipient="Search Example",
    ground="copyright",
    work="Roses",
    works=("https://g.example/r",),
    targets=("https://o.example/a", "https://o.example/b"),
    target_date=date(2024, 4, 2),
    action="removed",
)
KINDS = list(draft_kinds())


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_draft_is_all_blanks_and_says_what_it_is(kind: str) -> None:
    draft = draft_counter(kind, {})
    facts = draft_facts(kind)
    assert draft.blanks == tuple(facts.values()) and facts
    for words in facts.values():
        assert f"[____ {words} ____]" in draft.text
    assert "{" not in draft.text
    assert draft.heading.startswith("DRAFT") and "lawyer" in draft.heading and "machine" in draft.heading
    assert draft.whole.startswith(draft.heading) and all(risk in draft.whole for risk in draft.risks)
    assert not is_ready(kind, {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_with_all_facts_has_no_blank(kind: str) -> None:
    facts = {name: f"<{name}>" for name in draft_facts(kind)}
    draft = draft_counter(kind, facts)
    assert draft.blanks == () and "____" not in draft.text and is_ready(kind, facts)
    assert set(re.findall(r"<(\w+)>", draft.text)) == set(facts)
    assert "Still missing:\n- nothing" in draft.whole


@pytest.mark.parametrize("kind", ["dmca", "youtube", "google_search"])
def test_who_gives_an_address_is_warned(kind: str) -> None:
    assert "address_line" in draft_facts(kind)
    risks = " ".join(draft_counter(kind, {}).risks)
    assert "go to the sender" in risks and "danger" in risks and "perjury" in risks


@pytest.mark.parametrize("kind", ["meta", "host"])
def test_appeals_without_an_address_ask_for_none(kind: str) -> None:
    assert not {"address_line", "phone", "signature"} & set(draft_facts(kind))


def test_the_counter_notice_has_what_the_law_asks_for() -> None:
    """17 U.S.C. § 512(g)(3): signature; material and its place; statement under penalty of perjury; name, address,
    telephone; consent to jurisdiction and to service."""
    text = " ".join(draft_counter("dmca", {}).text.split())
    for part in ("Signed:", "Before its removal the material stood at", "penalty of perjury", "good faith belief",
                 "mistake or misidentification", "Federal District Court", "service of process", "telephone"):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize("kind", KINDS)
def test_risks_and_blanks_are_told_in_the_desk_s_language_and_the_letter_stays_english(kind: str) -> None:
    english, russian, kazakh = (draft_counter(kind, {}, language) for language in ("en", "ru", "kk"))
    assert english.text == russian.text == kazakh.text
    for one in (russian, kazakh):
        assert len(one.risks) == len(english.risks) and len(one.blanks) == len(english.blanks)
        told = [one.label, one.heading, *one.risks, *one.blanks]
        assert all(re.search("[а-яё]", words) for words in told)
        assert not set(one.risks) & set(english.risks)
    assert set(russian.risks) & set(kazakh.risks) == set()


def test_facts_of_a_notice() -> None:
    facts = facts_of(NOTICE)
    assert facts["target_list"] == "https://o.example/a\nhttps://o.example/b"
    assert (facts["sender"], facts["first_published"], facts["notice_number"]) == (
        "Orlin Rights Bureau",
        "2024-04-02",
        "7",
    )
    assert facts_of(Notice("", "desk")) == {}
    draft = draft_counter("dmca", facts)
    assert "https://o.example/b" in draft.text and "full legal name" in draft.blanks


def test_a_fact_is_filled_in_once_and_unknown_ones_are_refused() -> None:
    draft = draft_counter("dmca", {"name": "{phone} {x}", "phone": "+7\x00 1", "email": "   "})
    assert "{phone} {x}" in draft.text and "+7 1" in draft.text and "e-mail address" in draft.blanks
    with pytest.raises(UnknownValue, match="nmae"):
        draft_counter("dmca", {"nmae": "x"})
    with pytest.raises(UnknownValue, match="no draft 'x'"):
        draft_counter("x", {})


@pytest.mark.parametrize(
    ("recipient", "ground", "kind"),
    [
        ("YouTube", "copyright", "youtube"),
        ("Instagram", "trademark", "meta"),
        ("Google Search", "copyright", "google_search"),
        ("Hostline", "copyright", "dmca"),
        ("Hostline", "defamation", "host"),
    ],
)
def test_which_draft_fits(recipient: str, ground: str, kind: str) -> None:
    assert kind_for(Notice("1", "mail", recipient=recipient, ground=ground, action="removed")) == kind
