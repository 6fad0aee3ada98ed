"""Whatever the file: notices are read or named as broken, and what is read can be looked at, grouped and answered."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from barometer.reach.notices import (
    Broken,
    Notice,
    by_company,
    by_sender,
    draft_counter,
    facts_of,
    kind_for,
    read_notices,
    signs_in_words,
    signs_of_all,
)

PIECES = ["https://[::1/x", "https://a.example/2024/02/31/x", "hxxp://a[.]example", "ТОО «Проба»", "Court", "№", "17.03.2025",
          "1/2/2024", "\n", ": ", " | ", "From: X <a@youtube.com>", "Copyright owner:", "Сілтеме:", "<td>", "\ud800", "\x00", "@", ";", ",", '"']  # fmt: skip
words = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
KEYS = [
    "id",
    "type",
    "title",
    "body",
    "date_sent",
    "sender_name",
    "principal_name",
    "works",
    "jurisdictions",
    "topics",
]
rows = st.dictionaries(st.sampled_from(KEYS), values)
works = st.fixed_dictionaries(
    {"works": st.lists(st.dictionaries(st.sampled_from(["description", "infringing_urls"]), values))}
)
names = st.sampled_from(["a.json", "a.jsonl", "a.csv", "a.eml", "a.mbox", "a", ""])


@tried(150)
@given(st.one_of(st.lists(st.one_of(rows, works, values), max_size=3).map(json.dumps), words), names)
def test_any_file(text: str, name: str) -> None:
    found = read_notices(text.encode("utf-8", "replace"), name)
    assert found and all(isinstance(one, Notice) or one.reason for one in found)
    assert all(str(one).startswith(name) for one in found if isinstance(one, Broken))
    notices = [one for one in found if isinstance(one, Notice)]
    for signs in signs_of_all(notices):
        for sign in signs:
            assert all(signs_in_words(sign, language) for language in ("en", "ru", "kk", "xx"))
    by_company(notices), by_sender(notices)
    for one in notices:
        draft_counter(kind_for(one), facts_of(one)).whole.encode("utf-8")
