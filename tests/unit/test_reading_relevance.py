"""Relevance of the items of a news flow."""

from __future__ import annotations

import json

import pytest

from barometer.errors import BadInput
from barometer.pipeline.relevance import score_file
from barometer.reading.relevance import examples_digest, learned_from, relevance, threshold

HERE = "Police in Taraz detained a correspondent of the newspaper Qiyal News who was filming a rally."
NOT = "Farmers near Taraz have begun to harvest melons; prices fell by a third, the ministry of agriculture says."


def test_the_weights_are_those_of_the_items():
    assert learned_from() == examples_digest()


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        (HERE, NOT),
        ("В Таразе полиция задержала корреспондента газеты, снимавшего митинг.", "В Таразе начали убирать дыни, цены упали на треть."),
        ("Таразда полиция митингті түсірген газет тілшісін ұстады.", "Таразда қауын жинау басталды, бағасы үштен біріне арзандады."),
    ],
)  # fmt: skip
def test_a_detained_reporter_is_nearer_than_melons(yes, no):
    assert relevance(yes).relevance > relevance(no).relevance
    assert relevance(yes).relevant
    assert relevance(no).relevance < threshold()


def test_the_reasons_are_words_of_the_text():
    found = relevance(HERE)
    assert found.reasons and all(reason[0] in "+−" for reason in found.reasons)
    assert found.language == "en"


@pytest.mark.parametrize("text", ["", "   ", "12 34", "\u200f\u202e", "!!!"])
def test_no_words_no_relevance(text):
    assert relevance(text).relevance == 0.0


def test_all_fields_and_the_order_are_kept(tmp_path):
    items = [
        {"text": HERE, "url": "a", "n": 1},
        {"title": "Melons", "text": NOT},
        {"text": "", "language": "xx"},
    ]
    source, out = tmp_path / "flow.jsonl", tmp_path / "out" / "scored.jsonl"
    source.write_text("\n".join(json.dumps(item) for item in items) + "\n", encoding="utf-8")
    score_file(source, out)
    scored = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [item.get("url") for item in scored] == ["a", None, None]
    assert scored[0]["n"] == 1 and scored[1]["title"] == "Melons"
    assert scored[0]["relevance"] > scored[1]["relevance"]
    assert scored[2]["given_language"] == "xx" and scored[2]["relevance"] == 0.0
    assert all(set(item) >= {"relevance", "language", "reasons", "relevant"} for item in scored)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b'{"text": "a"}\n{"text": "b"', "line 2: it is no JSON"),
        (b'{"text": "a"}\n[1]\n', "line 2: it is no object with a text"),
        (b'{"text": 5}\n', "line 1: it is no object with a text"),
        (b'{"text": "a"}\n\xff\xfe\n', "line 2: it is not UTF-8"),
        (b"[" * 100_000 + b"\n", "line 1: it is no JSON"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, lines, said):
    source, out = tmp_path / "flow.jsonl", tmp_path / "scored.jsonl"
    source.write_bytes(lines)
    with pytest.raises(BadInput, match=said):
        score_file(source, out)
    assert not out.exists()
