"""The form of an event, whatever a browser sends: it is read without a fault, and what it says comes back the same."""

from __future__ import annotations

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from barometer.web.desk.coding_form import MOST_ROWS, as_sent, part_words, posted, problem_words
from barometer.web.records.forms import CODES, MARKS, PARTS, ROWS, TEXTS, broken, coded_of, empty

LINE = st.text(max_size=40).map(lambda text: " ".join(text.replace("\0", "").split()))
WORD = LINE.filter(bool)


def query(pairs) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in pairs:
        found[name] = value
    return found


@st.composite
def forms(draw):
    """Any values that lines of a form can hold."""
    values = empty()
    for name in TEXTS:
        values[name] = draw(LINE)
    for name in MARKS:
        values[name] = draw(st.booleans())
    for name in ("types", "provisions"):
        values[name] = draw(st.lists(WORD, max_size=3, unique=True))
    values["alleged"] = [code for code in values["types"] if draw(st.booleans())]
    for name, columns in ROWS.items():
        rows = st.fixed_dictionaries(dict.fromkeys(columns, LINE) | {columns[0]: WORD})
        values[name] = draw(st.lists(rows, max_size=2))
    return values


@given(forms())
def test_what_is_sent_is_what_is_read(values):
    assert posted(query(as_sent(values))).values == values


@given(forms(), forms())
def test_every_form_is_a_coding_or_is_told_what_is_the_matter(before, after):
    coded = coded_of({}, empty(), after)
    for path in broken(coded):
        assert problem_words(path)
    assert coded_of(coded, after, after) == coded
    for part in PARTS:
        assert all(part_words(part, after))


KEYS = st.one_of(
    st.text(max_size=20),
    st.builds(
        "{}.{}.{}".format,
        st.sampled_from((*CODES, *ROWS, "words", "take")),
        st.integers(-2, 2000),
        st.sampled_from(("name", "written", "alleged", "leave", "pick", "type", "x")),
    ),
    st.builds("{}.{}".format, st.sampled_from((*CODES, *ROWS)), st.integers(0, 1500)),
)


@given(st.dictionaries(KEYS, st.text(alphabet=st.characters(), max_size=30), max_size=80))
def test_nothing_that_is_sent_brings_it_down(sent):
    found = posted(query(sent.items()))
    assert set(found.values) == set(empty())
    assert all(len(found.values[name]) <= MOST_ROWS for name in ROWS)
    assert "\0" not in repr(found.values)
