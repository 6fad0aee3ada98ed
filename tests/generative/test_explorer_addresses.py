"""Addresses of the explorer that are written many at a time, against those that are written one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from barometer.codebook import codebook
from barometer.web.public.filters import Filters, address, chosen, toggles

VALUES = {
    "section": ["1", "2", "5"],
    "kind": list(codebook().kinds),
    "type": list(codebook().types)[:15],
    "region": ["KZ-19", "KZ-31", "none", "abroad"],
    "link": list(codebook().work_links),
    "from": ["2026-01-01"],
}
CHOSEN = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(some), min_size=1) for name, some in VALUES.items()}
)


@given(CHOSEN, st.sampled_from(list(VALUES)), st.text(max_size=8), st.sampled_from(["", "table", "chart"]))
def test_many_toggled_addresses_are_those_of_one_at_a_time(values, name, text, view):
    plain = chosen(**values)
    asked = Filters(text=text, chosen=plain.chosen, page=3, view=view, rejected=("x=y",))
    one_by_one = [address(asked.toggled(name, value)) for value in VALUES[name]]
    assert toggles(asked, name, VALUES[name]) == one_by_one
