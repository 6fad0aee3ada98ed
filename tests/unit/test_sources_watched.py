"""A source's file says what it must, in values that can be; every refusal names the key and the next step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import BadInput, Unreadable
from barometer.sources.watched import (
    KINDS,
    LONGEST,
    SHORTEST,
    TRUST,
    WatchedSource,
    parse_source,
    read_source,
    to_toml,
)

GOOD = """
title = "Ministry of Invented Affairs: statements"
publisher = "Ministry of Invented Affairs"
kind = "page"
address = "https://invented.example/news"
language = "ru"
trust = "official"
every = "2 h"
expected = [0, 5]
select = "main .news"
"""


def test_a_file_as_people_write_it(tmp_path):
    path = tmp_path / "invented-ministry.toml"
    path.write_text(GOOD, encoding="utf-8")
    source = read_source(path)
    assert source.name == "invented-ministry"
    assert (source.every, source.expected, source.follow, source.proxy) == (120, (0, 5), True, "")
    assert parse_source(to_toml(source), "other.toml") == source


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ('kind = "rss"', "kind", "use one of feed, sitemap"),
        ('trust = "good"', "trust", "use one of official"),
        ('every = "1 min"', "every", "from 5 min to 31 d"),
        ("every = 2", "every", "from 5 min"),
        ('every = "two hours"', "every", '"2 h"'),
        ("every = true", "every", '"2 h"'),
        ("expected = [5, 2]", "expected", "the fewest and the most"),
        ("expected = [true, 2]", "expected", "the fewest"),
        ('language = "Russian"', "language", "a code"),
        ('title = "two\\nlines"', "title", "one line"),
        ('title = ""', "title", "one line"),
        ('address = "ftp://invented.example/"', "address", "write https://…"),
        ('address = "https:///news"', "address", "write https://…"),
        ('address = "https://a:b@invented.example/"', "address", "take it out"),
        ('address = "https://invented.example:port/"', "address", "check how it is written"),
        ('proxy = "127.0.0.1:9050"', "proxy", "socks5h://"),
        ('proxy = "socks5://127.0.0.1:9050"', "proxy", "socks5h://"),
        ('select = ""', "select", "CSS selector"),
        ('follow = "yes"', "follow", "true or false"),
        ('country = "KAZ"', "country", "two small letters"),
        ('colour = "red"', "colour", "use one of name, title"),
    ],
)
def test_a_value_that_cannot_be(line, place, words):
    key = line.partition(" ")[0]
    kept = "\n".join(each for each in GOOD.splitlines() if not each.startswith(f"{key} "))
    with pytest.raises(BadInput) as refused:
        parse_source(f"{kept}\n{line}\n", "bad.toml")
    assert refused.value.file == "bad.toml"
    assert refused.value.place == place
    assert words in refused.value.next_step


@pytest.mark.parametrize("key", ["title", "publisher", "kind", "address", "language"])
def test_a_key_that_is_missing(key):
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(key))
    with pytest.raises(BadInput, match=f"bad.toml: {key}: this key is missing. Next: add {key}"):
        parse_source(text, "bad.toml")


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("imaps://desk%40invented@mail.invented.example/INBOX", True),
        ("letters/export.mbox", True),
        ("imaps://mail.invented.example/INBOX", False),
        ("imaps://desk:secret@mail.invented.example/", False),
        ("https://mail.invented.example/", False),
    ],
)
def test_the_address_of_a_mailbox(address, fits):
    text = GOOD.replace('"page"', '"mailbox"').replace("https://invented.example/news", address)
    if fits:
        assert parse_source(text, "mail.toml").address == address
    else:
        with pytest.raises(BadInput, match="address"):
            parse_source(text, "mail.toml")


@pytest.mark.parametrize("text", ["title = ", "a" * 5, "[" * 5000, "x = 1\nx = 2"])
def test_what_is_no_toml(text):
    with pytest.raises(BadInput, match=r"bad\.toml"):
        parse_source(text, "bad.toml")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_source(tmp_path / "none.toml")
    (tmp_path / "cp1251.toml").write_bytes('title = "Суд"'.encode("cp1251"))
    with pytest.raises(Unreadable, match="is not UTF-8"):
        read_source(tmp_path / "cp1251.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * 100_000)
    with pytest.raises(BadInput, match="over 65,536 bytes"):
        read_source(tmp_path / "large.toml")


LINES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@given(
    title=LINES,
    publisher=LINES,
    trust=st.sampled_from(TRUST),
    every=st.integers(SHORTEST, LONGEST),
    expected=st.tuples(st.integers(0, 50), st.integers(50, 99)),
    follow=st.booleans(),
    select=LINES,
    country=st.sampled_from(["", "kz"]),
)
def test_what_is_written_is_read_back(**values):
    for kind in KINDS:
        address = {"mailbox": "imaps://a@b.example/", "folder": "in"}.get(kind, "https://b.example/")
        source = WatchedSource(name="a-1", kind=kind, address=address, language="kk", **values)
        assert parse_source(to_toml(source), "a-1.toml") == source


def test_a_source_built_in_code_is_checked_too():
    with pytest.raises(BadInput, match="name"):
        replace(parse_source(GOOD, "good.toml"), name="../etc")
