"""What holds for every two records, whatever is known of them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from barometer.names.comparison import KINDS, compare
from barometer.names.context import Around, in_context

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SOME = st.frozensets(TEXT, max_size=4)
AROUND = st.builds(
    Around,
    events=SOME, cases=SOME, outlets=SOME, places=SOME, provisions=SOME,
    roles=st.frozensets(st.sampled_from(["journalist", "official", "lawyer", "…"]), max_size=2),
    days=st.frozensets(st.dates(date(1, 1, 1), date(9999, 12, 31)), max_size=3),
)  # fmt: skip
NAMES = st.one_of(
    TEXT, st.sampled_from(["Рысбек Кияров", "Rysbek Kiyarov", "Айгуль Омарова", "Invented Herald", "Алматы"])
)


@given(NAMES, NAMES, AROUND, AROUND, st.sampled_from(KINDS))
@tried(200)
def test_between_nought_and_one_the_same_both_ways_and_said_in_words(a, b, here, there, kind):
    found = in_context(compare(a, b, kind), here, there)
    turned = in_context(compare(b, a, kind), there, here)
    assert 0 <= found.probability <= 1
    assert abs(found.probability - turned.probability) < 1e-5
    for finding in found.findings:
        assert all(finding.said(language) for language in ("en", "ru", "kk"))


@given(NAMES, NAMES, AROUND, st.sampled_from(KINDS))
@tried(100)
def test_what_is_not_known_says_nothing(a, b, here, kind):
    names = compare(a, b, kind)
    assert in_context(names, here, Around()) == in_context(names, Around(), Around())


@given(AROUND, AROUND)
@tried(100)
def test_nothing_joins_names_that_differ(here, there):
    assert in_context(compare("Рысбек Кияров", "Динара Оспанкулова"), here, there).probability < 0.1
