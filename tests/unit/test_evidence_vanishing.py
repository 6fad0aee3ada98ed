"""Looking again: gone, changed, moved, blocked or the same, told from what two looks showed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from barometer.errors import FetchFailed, NotReady
from barometer.evidence.vanishing import LINES, Note, Seen, look_again

BEFORE = Seen(
    "https://example.org/news/7",
    "https://example.org/news/7",
    200,
    "The editor was fined.\n\nShe will appeal.",
    datetime(2026, 3, 1, tzinfo=UTC),
)


def now(**changes):
    return look_again(BEFORE, replace(BEFORE, at=datetime(2026, 4, 1, tzinfo=UTC), **changes))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "same"),
        ({"text": "The  editor was fined. \nShe will appeal.\n\n"}, "same"),
        ({"final_url": "http://www.example.org/news/7/"}, "same"),
        ({"text": "The editor was warned.\nShe will appeal."}, "changed"),
        ({"text": ""}, "changed"),
        ({"final_url": "https://example.net/news/7"}, "moved"),
        ({"final_url": "https://example.org/archive/7", "text": "Other."}, "moved"),
        ({"final_url": "https://example.org/", "text": "Today's news."}, "gone"),
        ({"status": 404}, "gone"),
        ({"status": 410}, "gone"),
        ({"wall": "not found page"}, "gone"),
        ({"status": 403}, "blocked"),
        ({"status": 451}, "blocked"),
        ({"status": 502}, "blocked"),
        ({"wall": "login"}, "blocked"),
        ({"wall": "captcha", "text": ""}, "blocked"),
    ],
)
def test_kinds(changes, kind):
    assert now(**changes).kind == kind


def test_a_wall_that_stood_before_is_no_news():
    walled = replace(BEFORE, wall="login", status=403)
    assert look_again(walled, walled).kind == "same"


def test_the_difference_names_lines():
    assert now(text="The editor was fined.\nShe has appealed.\nA hearing is set.") == Note(
        "changed",
        "lines added: 2, removed: 1",
        "-She will appeal.\n+She has appealed.\n+A hearing is set.",
    )


def test_lines_that_look_like_marks_of_a_difference_are_kept():
    old, new = replace(BEFORE, text="a\n-- b"), replace(BEFORE, text="a\n++ c")
    assert look_again(old, new).difference == "--- b\n+++ c"


def test_a_long_difference_is_cut():
    difference = now(text="\n".join(str(at) for at in range(LINES + 100))).difference
    assert len(difference.splitlines()) == LINES + 1
    assert difference.endswith("… 102 more lines")


def test_what_cannot_be_reached_is_blocked_or_gone():
    timeout = FetchFailed("timeout", BEFORE.url, "no answer in 60 s")
    assert look_again(BEFORE, timeout) == Note("blocked", f"it cannot be reached: {timeout.message}")
    assert look_again(BEFORE, FetchFailed("dns", BEFORE.url, "no such name")).kind == "gone"
    assert look_again(BEFORE, NotReady("x")).kind == "blocked"
