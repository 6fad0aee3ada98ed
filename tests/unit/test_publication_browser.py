"""The bulletin's page in a browser: nothing is asked for, it fits a phone, and axe finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from barometer.codebook import LANGUAGES, Event
from barometer.publication.compose import compose
from barometer.publication.render import render
from barometer.publication.values import IssueIn, SectionIn, StoryIn

pytestmark = pytest.mark.browser

VIOLATION = Event.model_validate(
    {"kind": "violation", "types": ["legal.fine"], "phase": "imposed", "people_hit": 1, "summary": {
        "en": "An invented fine for Anna Invented.",
        "ru": "Выдуманный штраф для Анны Выдуманной.",
        "kk": "Анна Ойданға салынған ойдан шығарылған айыппұл.",
    }}
)  # fmt: skip


def page_of(language: str) -> bytes:
    stories = tuple(
        StoryIn(f"e{n}", n, f"2026-0{n % 3 + 1}", n, None, {"en": "Only in English."} if n == 4 else {}, (), "en", (), (VIOLATION,))
        for n in range(1, 7)
    )  # fmt: skip
    intros = {"en": "Overview of the first quarter of 2026."}
    section = SectionIn(
        6, {"en": "An invented referendum with a title that goes on for a very long time indeed"}
    )
    return render(
        compose(
            IssueIn("2026Q1", {}, intros, {"en": "desk@invented.example"}, (section,), stories), language
        ),
        "html",
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_page_fits_and_is_accessible(
    chromium: Any, tmp_path: Path, language: str, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / f"{language}.html"
    file.write_bytes(page_of(language))
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert asked == [file.as_uri()]
    page.close()
