"""The sample is whole: every coded word stands in its text, in its place, with summaries in three languages."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from barometer.codebook import CodedBulletin
from barometer.codebook.check import check_file

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@pytest.fixture(scope="module")
def sample(request):
    folder = request.config.rootpath / "samples" / "kazakhstan-2026q1"
    text = (folder / "bulletin.txt").read_text(encoding="utf-8")
    raw = json.loads((folder / "bulletin.json").read_text(encoding="utf-8"))
    return folder, text.split("\n"), raw, CodedBulletin.model_validate(raw)


def test_follows_the_codebook_without_an_error(sample):
    folder, *_ = sample
    assert [f for f in check_file(folder / "bulletin.json") if f.level == "error"] == []


def test_counts(sample):
    *_, coded = sample
    assert (len(coded.entries), len(coded.events)) == (73, 101)
    assert Counter(entry.section for entry in coded.entries) == {1: 8, 2: 19, 3: 13, 4: 8, 5: 12, 6: 13}
    assert Counter(entry.month for entry in coded.entries) == {
        "2026-01": 23,
        "2026-02": 13,
        "2026-03": 24,
        None: 13,
    }


def test_every_written_name_and_headline_stands_in_its_lines(sample):
    _, lines, _, coded = sample
    for entry in coded.entries:
        raw = "\n".join(lines[entry.lines[0] - 1 : entry.lines[1]])
        plain = LINK.sub(r"\1", raw)
        assert entry.headline == (" … ".join(LINK.findall(raw)) or None), entry.id
        for event in entry.events:
            for named in (*event.targets, *event.actors):
                assert named.written and named.written in plain, (entry.id, named.written)


def test_lines_begin_and_end_with_words_and_do_not_overlap(sample):
    _, lines, _, coded = sample
    last = 0
    for entry in coded.entries:
        first, end = entry.lines
        assert first > last
        assert lines[first - 1].strip()
        assert lines[end - 1].strip()
        last = end


@pytest.mark.parametrize(
    ("language", "letters"), [("en", "[A-Za-z]"), ("ru", "[А-Яа-я]"), ("kk", "[А-Яа-яәғқңөұүі]")]
)
def test_summaries_in_three_languages(sample, language, letters):
    *_, coded = sample
    for event in coded.events:
        summary = event.summary_in(language)
        assert summary and re.search(letters, summary), (event.types, language, summary)
        assert not re.search(
            r"\b[А-Яа-яӘәҒғҚқҢңӨөҰұҮүІі]+[A-Za-z]|[A-Za-z][А-Яа-яӘәҒғҚқҢңӨөҰұҮүІі]+\b",
            summary.replace("-", " "),
        ), summary


def test_upcoming_dates(sample):
    *_, coded = sample
    assert sorted(u.date for event in coded.events for u in event.upcoming or ()) == [
        "2026-04",
        "2026-04-15",
        "2026-04-25",
        "2026-05-21",
    ]
