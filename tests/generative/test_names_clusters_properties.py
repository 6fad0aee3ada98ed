"""What holds for every log of judgements."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from barometer.names.clusters import DIFFERENT, OPEN, SAME, VERDICTS, Judged, clusters, pair, touching

MEMBERS = "abcdefg"
TWO = st.tuples(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS)).filter(lambda two: two[0] != two[1])
ROWS = st.lists(
    st.builds(lambda two, verdict: Judged(*two, verdict), TWO, st.sampled_from(VERDICTS)), max_size=25
)
ONE_A_PAIR = st.dictionaries(TWO.map(lambda two: pair(*two)), st.sampled_from(VERDICTS), max_size=20)


@given(ONE_A_PAIR, st.randoms(use_true_random=False))
def test_the_order_of_joining_does_not_matter(said, random):
    rows = [Judged(*two, verdict) for two, verdict in said.items()]
    mixed = [Judged(row.other, row.one, row.verdict) if random.random() < 0.5 else row for row in rows]
    random.shuffle(mixed)
    assert clusters(mixed) == clusters(rows)


@given(ROWS, TWO)
def test_a_join_that_is_taken_back_was_never_there(rows, two):
    before = clusters(rows)
    restored = before.verdict(*two)
    assert clusters([*rows, Judged(*two, SAME), Judged(*two, restored)]) == before
    assert clusters([*rows, Judged(*two, DIFFERENT), Judged(*two, restored)]) == before


@given(ROWS)
def test_only_the_last_word_on_a_pair_counts(rows):
    last = {row.pair: row for row in rows}
    assert clusters(rows) == clusters(last.values())


@given(ROWS)
def test_a_cluster_never_holds_two_that_are_said_to_be_different(rows):
    found = clusters(rows)
    for members in found.joined:
        assert not any(
            found.verdict(one, other) == DIFFERENT for one in members for other in members if one != other
        )
    for conflict in found.conflicts:
        assert conflict.different
        assert all(found.of(member) == {member} for member in conflict.members)


@given(ROWS)
def test_every_member_is_in_one_cluster_only(rows):
    found = clusters(rows)
    inside = [
        member for members in (*found.joined, *(c.members for c in found.conflicts)) for member in members
    ]
    assert len(inside) == len(set(inside))
    for member in MEMBERS:
        assert member in found.of(member)
        assert {found.leader(other) for other in found.of(member)} == {found.leader(member)}


@given(ROWS)
def test_to_take_everything_back_leaves_nothing(rows):
    found = clusters([*rows, *(Judged(row.one, row.other, OPEN) for row in rows)])
    assert (found.joined, found.conflicts) == ((), ())


@given(ROWS, st.sets(st.sampled_from(MEMBERS), min_size=1, max_size=3))
def test_around_some_members_a_part_of_the_log_says_what_all_of_it_says(rows, some):
    asked = []

    def about(members):
        asked.append(set(members))
        return {at: row for at, row in enumerate(rows) if {row.one, row.other} & set(members)}

    whole, part = clusters(rows), clusters(touching(some, about))
    for member in some:
        assert part.of(member) == whole.of(member)
        assert part.in_conflict(member) == whole.in_conflict(member)
        for other in MEMBERS:
            if other != member:
                assert part.verdict(member, other) == whole.verdict(member, other)
    assert sum(len(one) for one in asked) == len(set().union(*asked)), "nobody is asked of twice"
