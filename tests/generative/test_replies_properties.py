"""Whatever a letter says, it is read without an error, in time that grows with it, and every place lies within it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tried import tried

from barometer.deadlines.replies import LONGEST, read_reply

PARTS = (
    "не предоставляется ", "для служебного пользования ", "№ 12-4/3 ", "1. ", "2) ", "On question 1: ", "қ", "берілмейді ",
    "Министерство полей ", "статья 201 УПК РК ", "12 марта 2026 года ", "зарегистрирован за № ", "\n", ". ", "ß", "İ", "\u0301",
    "продлён на 15 дней ", "направлен в ", "forwarded to the Ministry of ", "cannot ", "\x00", "«", "٣ ", "²", "how many ", "316 ",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PARTS), max_size=25).map("".join))


@tried(150)
@given(TEXTS, st.lists(TEXTS, max_size=4), st.sampled_from([None, "en", "ru", "kk"]))
def test_never_raises_and_places_lie_within(text: str, questions: list[str], language: str | None) -> None:
    found = read_reply(text, questions, language)
    places = [*found.grounds, *found.answers, *found.reasons]
    assert all(0 <= one.start <= one.end <= len(text) for one in places)
    assert 0 <= found.confidence <= 1
    assert [one.question for one in found.answers] == list(range(1, len(questions) + 1))
    assert found == read_reply(text, questions, language)


@pytest.mark.parametrize(
    "unit", ["не предоставить ", "№ ", "1. a\n", "Ministry of A", "х", "для служебного "]
)
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        started = time.process_time()
        read_reply(text, ["Сколько?"])
        return time.process_time() - started

    read_reply(unit)
    for _ in range(3):
        short, long = seconds(4_000), seconds(16_000)
        if long < 0.5 or long < 10 * short:
            return
    raise AssertionError(f"4,000 characters took {short:.2f} s, 16,000 took {long:.2f} s")


def test_ten_megabytes_cost_no_more_than_what_is_read_of_them() -> None:
    started = time.process_time()
    read_reply("слово " * 1_700_000)
    assert time.process_time() - started < 20
    assert LONGEST <= 50_000
